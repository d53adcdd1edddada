package views

import (
	"errors"
	"io/fs"
	"path/filepath"

	"concierge/app/diagnostics"
	"concierge/app/files"
	"concierge/app/place"
	"concierge/app/settings"
	"concierge/views/diagnosis"
	"concierge/views/kit"
	"concierge/views/shell"
	"concierge/views/update"
)

// mayDiagnose tells whether there is a diagnostics file, and the organisation allows one.
func (w *Window) mayDiagnose() bool { return w.cfg.Diary != nil && !w.cfg.Policy.NoDiagnostics }

// diagnostics is diagnose where that leads to something, else nil.
func (w *Window) diagnostics() func() {
	if !w.mayDiagnose() {
		return nil
	}
	return w.diagnose
}

// diagnose shows what a diagnostics file would have, to be saved or copied.
func (w *Window) diagnose() {
	if !w.mayDiagnose() || kit.HasOverlay(w.win) {
		return
	}
	if w.crashed.CompareAndSwap(true, false) { // the person knows now
		w.again()
	}
	diagnosis.Show(w.env, diagnosis.Config{Make: w.makeDiagnosis, Path: filepath.Join(place.Downloads(w.cfg.Folder), "concierge-"+w.cfg.Now().Format("20060102-1504")+".txt"), Save: w.saveNew})
}

// again makes the frame look at what it says.
func (w *Window) again() {
	if w.shell != nil {
		w.shell.Trigger()
	}
}

// makeDiagnosis reads files, and all that is known of accounts to find the names in them.
func (w *Window) makeDiagnosis() diagnosis.Made {
	program := diagnostics.Section{Name: "program"}
	program.Add("version", w.cfg.Version)
	program.Add("language", w.env.Words.Lang())
	chosen := diagnostics.Section{Name: "settings", Lines: w.cfg.Settings.Facts()}
	set := diagnostics.Section{Name: "policy"}
	set.Add("set", w.cfg.Policy.Sets())
	sections := append([]diagnostics.Section{program, chosen, set}, w.cfg.Core.Facts()...)
	text, err := w.cfg.Diary.Report(sections, w.cfg.Core.Names(w.cfg.Settings.Aliases()))
	if err != nil {
		w.cfg.Log.Warn("diagnostics", "err", err)
	}
	return diagnosis.Made{Text: text, Partial: err != nil}
}

// saveNew writes a file that only this person reads, and writes over none. Why it cannot is for the log, without the file's name,
// which may be an account's.
func (w *Window) saveNew(path, text string) error {
	err := files.WriteNew(path, []byte(text))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		why := err
		if at := (*fs.PathError)(nil); errors.As(err, &at) {
			why = at.Err
		}
		w.cfg.Log.Warn("a file cannot be saved", "err", why)
	}
	return err
}

// programNotices say what concerns the program itself, after what concerns the person's accounts.
func (w *Window) programNotices() []shell.Notice {
	var list []shell.Notice
	if w.crashed.Load() && w.mayDiagnose() {
		words := w.env.Words
		list = append(list, shell.Notice{Notice: kit.Notice{Tone: kit.ToneInfo, Title: words.T("diagnosis.crashed_title"),
			Text: words.T("diagnosis.crashed_text"), Action: words.T("diagnosis.crashed_action"), Do: w.diagnose}})
	}
	if m, is := w.cfg.Updates.Found(); is {
		list = append(list, shell.Notice{Notice: update.Notice(w.env.Words, m, w.cfg.Version, w.seeUpdate)})
	}
	return list
}

// seeUpdate shows the newer version.
func (w *Window) seeUpdate() {
	m, is := w.cfg.Updates.Found()
	if !is || kit.HasOverlay(w.win) {
		return
	}
	update.Show(w.env, m, w.cfg.Version, func(address string) { openLink(w, address) })
}

// followUpdates tells of a newer version when one is found, or no longer wanted.
func (w *Window) followUpdates() {
	if w.cfg.Updates == nil {
		return
	}
	w.cfg.Updates.Changed.Listen(func(struct{}) { w.do(w.again) })
	w.cfg.Settings.Changed.Listen(func(what settings.What) {
		if what == settings.Updates {
			w.do(w.again)
		}
	})
}

package views

import (
	"path/filepath"

	"concierge/app/access"
	"concierge/app/place"
	"concierge/app/sheet"
	"concierge/views/called"
	"concierge/views/export"
	"concierge/views/kit"
)

// mayExport tells whether the organisation lets lists be written to files.
func (w *Window) mayExport() bool { return !w.cfg.Policy.NoExport }

// exportPeople saves who is in an account; the zero Ref is all accounts.
func (w *Window) exportPeople(ref access.Ref) {
	words := w.env.Words
	subject, about := words.T("export.all_accounts"), []string{words.T("export.file_people")}
	if !ref.Zero() {
		subject = w.calls(ref)
		about = append(about, subject)
	}
	w.export(words.T("export.title_people"), subject, about, w.makePeople(ref, ""))
}

// exportPerson saves what one person has in all accounts.
func (w *Window) exportPerson(key, name string) {
	words := w.env.Words
	w.export(words.T("export.title_person", "Name", name), words.T("export.all_accounts"), []string{words.T("export.file_people"), name}, w.makePeople(access.Ref{}, key))
}

// makePeople lists who is in an account, or, with the zero Ref, in all; only one person when there is a key.
func (w *Window) makePeople(ref access.Ref, key string) func() export.Made {
	words := w.env.Words
	return func() export.Made {
		var list []export.Account
		var missing []string
		notFetched, notOwned := 0, 0
		for _, a := range w.cfg.Core.Store.Accounts("") {
			if !ref.Zero() && a.Ref != ref {
				continue
			}
			snap, status, has := w.cfg.Core.Store.Snapshot(a.Ref)
			if !has {
				notFetched++
				continue
			}
			if !snap.Me.Owner() {
				notOwned++
			}
			i, _ := w.cfg.Core.Store.Identity(a.Ref.Identity)
			list = append(list, export.Account{Name: w.calls(a.Ref), Host: i.Host, Me: i.Me, Snapshot: snap, At: status.At, Only: key})
		}
		if notFetched > 0 {
			missing = append(missing, words.N("export.not_fetched", notFetched))
		}
		if notOwned > 0 {
			missing = append(missing, words.N("export.not_owned", notOwned))
		}
		return export.Made{Sheet: export.People(words, list), Missing: missing}
	}
}

// exportHistory saves what the time line of an account shows.
func (w *Window) exportHistory(ref access.Ref, shown sheet.Sheet) {
	words, name := w.env.Words, w.calls(ref)
	w.export(words.T("export.title_history"), name, []string{words.T("export.file_history"), name}, func() export.Made {
		return export.Made{Sheet: shown, Missing: []string{words.T("export.history_part")}}
	})
}

func (w *Window) export(title, subject string, file []string, makes func() export.Made) {
	if !w.mayExport() || kit.HasOverlay(w.win) {
		return
	}
	path := filepath.Join(place.Downloads(w.cfg.Folder), export.FileName(append(file, w.cfg.Now().Format("20060102-1504"))...))
	export.Show(w.env, export.Config{Title: title, Subject: subject, Path: path, Save: w.saveNew, Make: makes})
}

// accountNamed is for screens that say which account something is about; see page.Env.
func (w *Window) accountNamed(ref access.Ref) (name string, others bool) {
	return called.Account(w.cfg.Core.Store, w.cfg.Settings.Alias, ref), len(w.cfg.Core.Store.Accounts("")) > 1
}

// calls is what the person calls an account.
func (w *Window) calls(ref access.Ref) string {
	if alias := w.cfg.Settings.Alias(ref); alias != "" {
		return alias
	}
	a, _ := w.cfg.Core.Store.Account(ref)
	return a.Name
}

// Package export saves lists as files that spreadsheet programs open: it says what will be in the file and what not, and
// where it goes. It writes nothing itself.
package export

import (
	"errors"
	"io/fs"
	"strings"

	"concierge/app/access"
	"concierge/app/sheet"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Made is a file that is not saved yet.
type Made struct {
	Sheet   sheet.Sheet
	Missing []string // what is not in it that people may look for
}

// Config of the dialog. Make and Save are called away from the UI goroutine.
type Config struct {
	Title   string // what is exported
	Subject string // of which account
	Path    string // where the file may go
	Make    func() Made
	// Save writes a file that is not there yet; fs.ErrExist when it is.
	Save func(path, text string) error
}

// dialog is the open one.
type dialog struct {
	env  page.Env
	cfg  Config
	made *Made
	soon bool // it is to be saved as soon as it is made

	modal   *kit.Modal
	what    *fyne.Container
	path    *kit.Field
	said    *kit.TextBox
	put     *kit.Button
	content *fyne.Container
}

// Show opens it.
func Show(env page.Env, cfg Config) {
	w := env.Words
	d := &dialog{env: env, cfg: cfg, said: kit.Small("").In(kit.Text), what: kit.Column(6, kit.Body(w.T("export.making")))}
	d.path = kit.NewField(w.T("export.path"), "", w.T("export.path_hint"))
	d.path.SetValue(cfg.Path) // now and not with the list, which takes a while: people type meanwhile
	d.path.Input.OnSubmitted = func(string) { d.save() }
	d.put = kit.PrimaryButton(w.T("words.save"), d.save).WithIcon(icons.Download)
	d.put.DisableBecause(w.T("export.making"))
	d.content = kit.Column(14, d.what, d.path.Container)
	d.modal = kit.NewModal(env.Window, kit.ModalConfig{
		Title: cfg.Title, Subtitle: cfg.Subject, Width: 640, First: d.path.Input,
		Content: d.content, Footer: d.said,
		Buttons: []fyne.CanvasObject{kit.SecondaryButton(w.T("words.close"), func() { d.modal.Hide() }), d.put},
	})
	d.modal.Show()
	env.Run(func() {
		made := cfg.Make()
		fyne.Do(func() { d.arrived(made) })
	})
}

func (d *dialog) arrived(m Made) {
	w := d.env.Words
	d.made = &m
	d.what.RemoveAll()
	d.what.Add(kit.Body(w.N("export.rows", len(m.Sheet.Rows))))
	d.what.Add(kit.MutedText(w.T("export.columns", "Names", strings.Join(m.Sheet.Head, ", "))))
	for _, line := range m.Missing {
		d.what.Add(kit.RowAligned(8, kit.Top, kit.NewIcon(icons.Info, kit.Info, 18), kit.Grow(kit.Body(line))))
	}
	d.what.Add(kit.RowAligned(8, kit.Top, kit.NewIcon(icons.LockOpen, kit.Brass, 18), kit.Grow(kit.Body(w.T("export.in_clear")))))
	d.put.Enable()
	if len(m.Sheet.Rows) == 0 {
		d.put.DisableBecause(w.T("export.nothing"))
	}
	d.say("")
	if d.soon {
		d.save()
	}
}

func (d *dialog) say(text string) {
	d.said.SetText(text)
	if d.modal.Shown() {
		d.modal.Relayout()
	}
}

func (d *dialog) save() {
	w := d.env.Words
	if d.made == nil {
		d.soon = true
		return
	}
	if d.put.Disabled() {
		return
	}
	d.path.SetError("")
	text, path := d.made.Sheet.Write(w.Lang()), strings.TrimSpace(d.path.Value())
	d.put.DisableBecause(w.T("export.making"))
	d.env.Run(func() {
		err := d.cfg.Save(path, text)
		fyne.Do(func() {
			d.put.Enable()
			switch {
			case err == nil:
				d.say(w.T("export.saved", "Path", path))
				return
			case errors.Is(err, fs.ErrExist):
				d.path.SetError(w.T("export.exists"))
			default:
				d.path.SetError(w.T("export.failed"))
			}
			d.say("")
			if d.modal.Shown() {
				d.env.Window.Canvas().Focus(d.path.Input)
			}
		})
	})
}

// Button stands beside a list: it opens the dialog, or says that the organisation allows none.
func Button(w *locales.Words, allowed bool, do func()) *kit.Button {
	b := kit.IconButton(icons.Download, w.T("export.button"), do)
	if !allowed {
		b.DisableBecause(w.T("organisation.no_export"))
	}
	return b
}

// FileName makes a name that every system takes from words and what they are about.
func FileName(words ...string) string {
	name := strings.FieldsFunc(access.Fold(strings.Join(words, "-")), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	out := strings.Join(name, "-")
	return strings.Trim(out[:min(len(out), 80)], "-") + ".csv"
}

// Package diagnosis is the dialog of the diagnostics file: what is in it, all of it to be read and mended, and two ways to
// take it along. It sends nothing, and does not know what the file is made of.
package diagnosis

import (
	"errors"
	"io/fs"
	"strings"

	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Made is a file that is not saved yet.
type Made struct {
	Text    string
	Partial bool // something could not be read
}

// Config of the dialog. Make and Save are called away from the UI goroutine.
type Config struct {
	Path string // where the file may go
	Make func() Made
	// Save writes a file that is not there yet; fs.ErrExist when it is.
	Save func(path, text string) error
}

// dialog is the open one.
type dialog struct {
	env  page.Env
	cfg  Config
	made bool

	modal     *kit.Modal
	text      *kit.Field
	path      *kit.Field
	said      *kit.TextBox
	copy, put *kit.Button
}

// Show opens it.
func Show(env page.Env, cfg Config) {
	w := env.Words
	d := &dialog{env: env, cfg: cfg, said: kit.Small(w.T("diagnosis.making")).In(kit.Text)}
	rows := 7
	if kit.LargeText() {
		rows = 5
	}
	input := kit.NewMultiLineInput(rows)
	d.text = kit.FieldOf(w.T("diagnosis.text"), w.T("diagnosis.text_hint"), input, "")
	d.path = kit.NewField(w.T("diagnosis.path"), "", "")
	d.path.SetValue(cfg.Path)
	d.path.Input.OnSubmitted = func(string) { d.save() }
	d.copy = kit.SecondaryButton(w.T("diagnosis.copy"), d.toClipboard).WithIcon(icons.Copy)
	d.put = kit.PrimaryButton(w.T("diagnosis.save"), d.save)
	d.wait(true)
	has := kit.Column(2, kit.Body(w.T("diagnosis.has")))
	for _, key := range []string{"version", "settings", "counts", "log", "crash"} {
		has.Add(kit.Row(8, kit.NewIcon(icons.Check, kit.Primary, 16), kit.Grow(kit.Body(w.T("diagnosis.has_"+key)))))
	}
	d.modal = kit.NewModal(env.Window, kit.ModalConfig{
		Title: w.T("diagnosis.title"), Subtitle: w.T("diagnosis.lead"), Width: 760, First: input,
		Content: kit.Column(14, has, d.text.Container, d.path.Container),
		Footer:  d.said,
		Buttons: []fyne.CanvasObject{kit.SecondaryButton(w.T("words.close"), func() { d.modal.Hide() }), d.copy, d.put},
	})
	d.modal.Show()
	env.Run(func() {
		made := cfg.Make()
		fyne.Do(func() { d.arrived(made) })
	})
}

func (d *dialog) arrived(m Made) {
	d.made = true
	d.text.SetValue(m.Text)
	d.say("")
	if m.Partial {
		d.say(d.env.Words.T("diagnosis.partial"))
	}
	d.wait(false)
}

// wait keeps the buttons while something is under way.
func (d *dialog) wait(on bool) {
	for _, b := range []*kit.Button{d.copy, d.put} {
		if on {
			b.DisableBecause(d.env.Words.T("diagnosis.making"))
		} else {
			b.Enable()
		}
	}
}

func (d *dialog) say(text string) {
	d.said.SetText(text)
	if d.modal.Shown() {
		d.modal.Relayout()
	}
}

func (d *dialog) toClipboard() {
	fyne.CurrentApp().Clipboard().SetContent(d.text.Value())
	d.say(d.env.Words.T("diagnosis.copied"))
}

func (d *dialog) save() {
	w := d.env.Words
	if !d.made || d.put.Disabled() {
		return
	}
	d.path.SetError("")
	text, path := d.text.Value(), strings.TrimSpace(d.path.Value())
	if strings.TrimSpace(text) == "" {
		d.say(w.T("diagnosis.empty"))
		return
	}
	d.wait(true)
	d.env.Run(func() {
		err := d.cfg.Save(path, text)
		fyne.Do(func() {
			d.wait(false)
			switch {
			case err == nil:
				d.say(w.T("diagnosis.saved", "Path", path))
				return
			case errors.Is(err, fs.ErrExist):
				d.path.SetError(w.T("diagnosis.exists"))
			default:
				d.path.SetError(w.T("diagnosis.failed"))
			}
			d.say("")
			if d.modal.Shown() {
				d.env.Window.Canvas().Focus(d.path.Input)
			}
		})
	})
}

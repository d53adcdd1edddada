package form

import (
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// DialogConfig says what a dialog with a form shows and does.
type DialogConfig struct {
	Env             page.Env
	Title, Subtitle string
	Width           float32
	Content         fyne.CanvasObject
	// Foot holds the buttons: what stands apart at the left, then cancel and save.
	Foot  fyne.CanvasObject
	Enter func()      // saves
	Dirty func() bool // leaving would lose something
	First fyne.Focusable
}

// Dialog is a form over the window. Proof and conflict take the form's place in it and give it back.
type Dialog struct {
	cfg        DialogConfig
	modal      *kit.Modal
	body, foot *fyne.Container
	errand     *Errand
}

// NewDialog makes a dialog; Show shows it.
func NewDialog(cfg DialogConfig) *Dialog {
	return &Dialog{cfg: cfg, body: kit.Column(0), foot: kit.Column(0)}
}

// Stage is where an Errand of this form shows proof and conflict.
func (d *Dialog) Stage() Stage {
	return Stage{Put: d.put, Clear: d.form, Grown: d.Relayout}
}

// Follow makes Escape leave what the errand asks before it leaves the form.
func (d *Dialog) Follow(e *Errand) { d.errand = e }

// Show shows the form.
func (d *Dialog) Show() {
	d.modal = kit.NewModal(d.cfg.Env.Window, kit.ModalConfig{
		Title: d.cfg.Title, Subtitle: d.cfg.Subtitle, Content: d.body, Footer: d.foot, Width: d.cfg.Width,
		OnEscape: d.Escape, Unsaved: d.unsaved, First: d.cfg.First, OnEnter: func() {
			if d.errand == nil || !d.errand.Active() {
				d.cfg.Enter()
			}
		},
	})
	d.body.Add(d.cfg.Content)
	d.foot.Add(d.cfg.Foot)
	d.modal.Show()
}

// Escape goes one step back: out of proof or conflict, else out of the form, after asking if something would be lost.
func (d *Dialog) Escape() {
	if d.errand != nil && d.errand.Escape() {
		return
	}
	Leave(d.cfg.Env.Window, d.cfg.Env.Words, d.unsaved(), d.Hide)
}

// unsaved tells whether leaving would lose what was typed. What is on its way is not lost.
func (d *Dialog) unsaved() bool { return d.cfg.Dirty() && (d.errand == nil || !d.errand.Active()) }

// Hide closes the dialog.
func (d *Dialog) Hide() {
	d.modal.Hide()
	if d.errand != nil {
		d.errand.Close()
	}
}

// Relayout fits the dialog to what grew or shrank in it.
func (d *Dialog) Relayout() {
	if d.modal != nil && d.modal.Shown() {
		d.modal.Relayout()
	}
}

func (d *Dialog) put(title string, content fyne.CanvasObject) {
	d.fill(title, content, nil)
}

func (d *Dialog) form() { d.fill(d.cfg.Title, d.cfg.Content, d.cfg.Foot) }

func (d *Dialog) fill(title string, body, foot fyne.CanvasObject) {
	d.body.RemoveAll()
	d.body.Add(body)
	d.foot.RemoveAll()
	if foot != nil {
		d.foot.Add(foot)
	}
	d.modal.SetTitle(title, d.cfg.Subtitle)
}

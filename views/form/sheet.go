package form

import (
	"reflect"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// SheetConfig says what a form on a page edits.
type SheetConfig struct {
	Env  page.Env
	Host access.Host
	Desk Desk
	Need Need
	// Change begins the Change that is sent; Before, After and Base are filled in.
	Change func() change.Change
	// Latest is what the host has now, as the store knows it, with its ETag.
	Latest func() (change.Values, string)
	// Explain says more about a refusal at the fields than its kind does; may be nil.
	Explain func(*trouble.Trouble)
}

// Sheet is a form that fills a page, with a bar at the bottom that saves once something is changed.
type Sheet struct {
	*Fields
	cfg    SheetConfig
	errand *Errand

	notices *fyne.Container // these two, above the bar
	trouble *fyne.Container // why the host refused
	news    *fyne.Container // what changed elsewhere meanwhile
	told    [][]string      // the fields that news names
	bar     *fyne.Container
	what    *kit.TextBox
	cancel  *kit.Button
	save    *kit.Button
	object  *fyne.Container
	focus   fyne.Focusable // what had the focus when saving
}

// NewSheet makes the form; its inputs are added to Fields, then Load fills them.
func NewSheet(cfg SheetConfig) *Sheet {
	s := &Sheet{Fields: NewFields(cfg.Env, cfg.Host, cfg.Need), cfg: cfg, trouble: kit.Column(0), news: kit.Column(0)}
	w := cfg.Env.Words
	s.OnChanged, s.OnEnter, s.OnEscape = s.Refresh, s.Save, s.Discard
	s.OnGrown = func() {
		if s.object != nil {
			s.object.Refresh()
		}
	}
	s.errand = NewErrand(ErrandConfig{
		Env: cfg.Env, Host: cfg.Host, Desk: cfg.Desk,
		Busy: func(on bool) {
			s.Lock(on)
			s.Refresh()
		},
		Done: s.done, Kept: s.kept, Refused: s.refused, Back: s.back, Left: s.reload,
	})
	s.what = kit.MutedText("").Ellipsis()
	s.cancel = kit.SecondaryButton(w.T("words.cancel"), s.Discard)
	s.save = kit.PrimaryButton("", s.Save)
	s.bar = kit.Layers(kit.NewFill(kit.Surface, kit.Line, 0), kit.Pad(12, 32, 12, 32, kit.Row(12, kit.Grow(s.what), s.cancel, s.save)))
	s.bar.Hide()
	s.notices = kit.Pad(12, 32, 12, 32, kit.Column(8, s.trouble, s.news))
	return s
}

func (s *Sheet) showNotices() {
	s.trouble.Hidden, s.news.Hidden = len(s.trouble.Objects) == 0, len(s.news.Objects) == 0
	s.notices.Hidden = s.trouble.Hidden && s.news.Hidden
}

// Around puts a page's content above the bar. What the form has to say stands there too, in sight wherever the person
// has scrolled to.
func (s *Sheet) Around(content fyne.CanvasObject) *fyne.Container {
	s.object = kit.Docked(kit.Scroll(page.Frame(content)), s.notices, s.bar)
	s.Refresh()
	return s.object
}

// Dirty tells whether leaving would lose what was typed. What is on its way is not lost.
func (s *Sheet) Dirty() bool { return !s.errand.Active() && len(s.Changed()) > 0 }

// Sending tells whether a Change is on its way, or waits for proof or a decision.
func (s *Sheet) Sending() bool { return s.errand.Active() }

// Close ends what the form is about.
func (s *Sheet) Close() { s.errand.Close() }

// News takes what the host has now; see Fields.Follow. While a Change is on its way the form stays as it is.
func (s *Sheet) News(v change.Values, tag string) {
	if s.errand.Active() {
		return
	}
	s.Follow(v, tag)
	s.Refresh()
}

// Save checks and sends the changes.
func (s *Sheet) Save() {
	if s.errand.Active() || len(s.Changed()) == 0 || !s.Verify() {
		return
	}
	s.trouble.RemoveAll()
	c := s.cfg.Change()
	c.Before, c.Base = s.Base()
	c.After = s.Values()
	s.focus = nil
	if win := s.cfg.Env.Window; win != nil {
		s.focus = win.Canvas().Focused()
	}
	s.errand.Send(c)
}

// Discard brings back what the host has, after asking when something was typed.
func (s *Sheet) Discard() {
	if s.errand.Active() || len(s.Changed()) == 0 {
		return
	}
	w := s.cfg.Env.Words
	kit.Confirm(s.cfg.Env.Window, kit.ConfirmConfig{
		Title: w.T("form.discard_title"), Text: w.T("form.discard_text"), Danger: true,
		Confirm: w.T("form.discard"), Cancel: w.T("form.discard_stay"), OnConfirm: func() {
			s.reload()
			s.Fields.Focus()
		},
	})
}

func (s *Sheet) reload() {
	s.trouble.RemoveAll()
	s.Load(s.cfg.Latest())
	s.Refresh()
}

// done shows what the host made of the change. When that could not be fetched, what was sent is as good.
func (s *Sheet) done(c change.Change) {
	v, tag := s.cfg.Latest()
	if _, before := s.Base(); tag == before {
		v = c.After
	}
	s.trouble.RemoveAll()
	s.Load(v, tag)
	s.Refresh()
	s.focusAgain()
}

// kept shows what the host has: what was typed is not there yet, and the page says that it waits.
func (s *Sheet) kept() {
	s.reload()
	s.focusAgain()
}

func (s *Sheet) refused(t *trouble.Trouble) {
	s.ClearErrors()
	more := s.ShowErrors(t.Fields)
	s.trouble.Objects = []fyne.CanvasObject{Banner(s.cfg.Env.Words, t, more...)}
	if s.cfg.Explain != nil {
		s.cfg.Explain(t)
	}
	s.Refresh()
	if !s.FocusWrong() {
		s.focusAgain()
	}
}

func (s *Sheet) back() {
	s.News(s.cfg.Latest())
	s.focusAgain()
}

func (s *Sheet) focusAgain() {
	if o, ok := s.focus.(fyne.CanvasObject); ok && o.Visible() && s.focus != fyne.Focusable(s.save) {
		focus(s.focus)
		return
	}
	s.Fields.Focus()
}

// Refresh shows how much is changed, and what changed elsewhere.
func (s *Sheet) Refresh() {
	w := s.cfg.Env.Words
	changed := s.Changed()
	s.bar.Hidden = len(changed) == 0
	if s.bar.Hidden {
		s.trouble.RemoveAll() // what was refused is taken back
	}
	s.what.SetText(w.T("form.unsaved", "Names", w.List(changed)))
	s.save.SetText(w.N("form.save", len(changed)))
	s.save.Enable()
	s.cancel.Enable()
	if s.errand.busy {
		s.save.SetText(w.T("form.saving"))
		s.save.DisableBecause(w.T("form.saving"))
		s.cancel.DisableBecause(w.T("form.saving"))
	}
	s.showNews()
	s.showNotices()
	if s.object != nil {
		s.object.Refresh()
	}
}

// showNews says what changed elsewhere while the person was typing.
func (s *Sheet) showNews() {
	w := s.cfg.Env.Words
	elsewhere, both := s.Stale()
	if len(elsewhere) == 0 && len(both) == 0 || s.bar.Hidden {
		s.news.RemoveAll()
		s.told = nil
		return
	}
	told := [][]string{elsewhere, both}
	if reflect.DeepEqual(s.told, told) {
		return // another button would be one that the keyboard is not on its way to
	}
	s.told = told
	parts := []kit.Part{kit.B(w.T("form.elsewhere", "Names", w.List(elsewhere)))}
	var actions []fyne.CanvasObject
	if len(both) > 0 {
		parts = append(parts, kit.P(" "+w.T("form.elsewhere_kept", "Names", w.List(both))))
		actions = append(actions, kit.SecondaryButton(w.T("form.take_theirs"), s.TakeTheirs).Small())
	}
	s.news.Objects = []fyne.CanvasObject{kit.NewBanner(kit.ToneInfo, parts, actions...).Container}
	s.news.Refresh()
}

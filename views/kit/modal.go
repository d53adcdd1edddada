package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// ModalConfig says what a dialog shows and does.
type ModalConfig struct {
	Title    string
	Subtitle string
	Content  fyne.CanvasObject
	// Footer stands at the left of the buttons (an end date, a counter); may be nil.
	Footer fyne.CanvasObject
	// Buttons stand at the bottom right, in order; the one that confirms comes last.
	Buttons []fyne.CanvasObject
	// OnEscape is called for Escape, and for a click beside the dialog with CloseOnOutside; nil hides the dialog.
	OnEscape func()
	// OnEnter is called for Enter where the focused widget has no use of its own for it; nil does nothing.
	OnEnter func()
	// Width in px at 100 %, 560 when 0; MaxHeight 0 for as high as the window allows.
	Width, MaxHeight float32
	// First takes the focus; nil for the first that can.
	First fyne.Focusable
	// AtTop puts the dialog near the top of the window, where a palette belongs, instead of the middle.
	AtTop bool
	// CloseOnOutside lets a click beside the dialog leave it. Not for dialogs with fields: work would be lost.
	CloseOnOutside bool
	// Unsaved tells whether taking the dialog away would lose something that was typed or chosen; nil: never. See Unsaved.
	Unsaved func() bool
	// Bare leaves out title, padding and buttons: Content is the whole panel.
	Bare bool
}

// Modal is a dialog over a window. Tab stays inside it.
type Modal struct {
	cfg      ModalConfig
	over     *overlay
	title    *TextBox
	subtitle *TextBox
	scroll   *fyne.Container
	OnHidden func()
}

// NewModal makes a dialog; Show shows it.
func NewModal(win fyne.Window, cfg ModalConfig) *Modal {
	m := &Modal{cfg: cfg}
	if m.cfg.Width == 0 {
		m.cfg.Width = 560
	}
	var body fyne.CanvasObject
	if cfg.Bare {
		body = cfg.Content
	} else {
		body = m.frame()
	}
	bg := NewFill(Surface, Line, radiusCard)
	bg.shadow = true
	panel := container.New(stackLayout{}, bg, newGround(None, nil), body)
	outside := func() {
		if cfg.CloseOnOutside {
			m.escape()
		}
	}
	m.over = newOverlay(win, newGround(Backdrop, outside), panel, &modalLayout{m})
	m.over.unsaved = cfg.Unsaved
	return m
}

func (m *Modal) frame() fyne.CanvasObject {
	m.title = Heading(m.cfg.Title)
	m.subtitle = MutedText(m.cfg.Subtitle)
	if m.cfg.Subtitle == "" {
		m.subtitle.Hide()
	}
	objs := []fyne.CanvasObject{Pad(0, 28, 0, 28, Column(4, m.title, m.subtitle))}
	if m.cfg.Content != nil {
		m.scroll = Scroll(Pad(4, 28-ringRoom, 4, 28-ringRoom, m.cfg.Content))
		objs = append(objs, Grow(Pad(0, ringRoom, 0, ringRoom, m.scroll)))
	}
	if m.cfg.Footer != nil || len(m.cfg.Buttons) > 0 {
		foot := []fyne.CanvasObject{Spacer()}
		if m.cfg.Footer != nil {
			foot = []fyne.CanvasObject{Grow(m.cfg.Footer)}
		}
		foot = append(foot, m.cfg.Buttons...)
		objs = append(objs, Pad(0, 28, 0, 28, Row(12, foot...)))
	}
	return Pad(24, 0, 24, 0, Column(14, objs...))
}

// modalLayout gives the panel its width, then the height its content wants, as far as the window goes.
type modalLayout struct{ m *Modal }

func (l *modalLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (l *modalLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	m := l.m
	w := min(Scaled(m.cfg.Width), s.Width-32)
	limit := s.Height - 32
	if m.cfg.MaxHeight > 0 {
		limit = min(limit, Scaled(m.cfg.MaxHeight))
	}
	h := heightFor(o[0], w)
	if m.scroll != nil {
		// What scrolls asks for little by itself: add what it would need to show everything.
		h = h - m.scroll.MinSize().Height + m.scroll.Layout.(*scrollLayout).full(w-2*ringRoom)
	}
	h = min(h+1, limit) // sums of such numbers are a little off, and the least bit too little would bring a scroll bar
	y := (s.Height - h) / 2
	if m.cfg.AtTop {
		y = min(y, max(16, s.Height*0.115))
	}
	o[0].Move(fyne.NewPos((s.Width-w)/2, y))
	o[0].Resize(fyne.NewSize(w, h))
}

// Show puts the dialog over the window and the focus into it.
func (m *Modal) Show() {
	m.over.show(m.key)
	trace("dialog", m.cfg.Title)
	first := m.cfg.First
	if first == nil {
		first = firstFocusable(m.over.root.Objects[1])
	}
	if first != nil {
		focusOn(m.over.win.Canvas(), first)
	}
}

// Hide takes the dialog away and gives the focus back to what had it.
func (m *Modal) Hide() {
	if !m.over.shown {
		return
	}
	m.over.hide()
	trace("dialog closed", m.cfg.Title)
	if m.OnHidden != nil {
		m.OnHidden()
	}
}

// Shown tells whether the dialog is there.
func (m *Modal) Shown() bool { return m.over.shown }

// SetTitle changes title and subtitle.
func (m *Modal) SetTitle(title, subtitle string) {
	m.title.SetText(title)
	m.subtitle.SetText(subtitle)
	if subtitle == "" {
		m.subtitle.Hide()
	} else {
		m.subtitle.Show()
	}
	m.Relayout()
}

// ToTop scrolls the content to its beginning.
func (m *Modal) ToTop() {
	if m.scroll != nil {
		ScrollToTop(m.scroll)
	}
}

// Relayout fits the dialog to content that grew or shrank.
func (m *Modal) Relayout() {
	m.over.root.Layout.Layout(m.over.root.Objects, m.over.root.Size())
	m.over.root.Refresh()
}

func (m *Modal) escape() {
	if m.cfg.OnEscape != nil {
		m.cfg.OnEscape()
		return
	}
	m.Hide()
}

func (m *Modal) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		m.escape()
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		if m.cfg.OnEnter != nil {
			m.cfg.OnEnter()
			return true
		}
	}
	return false
}

// ConfirmConfig is a question with two answers.
type ConfirmConfig struct {
	Title, Text     string
	Confirm, Cancel string // what the buttons say
	Danger          bool   // the confirming button is red
	OnConfirm       func()
	OnCancel        func() // may be nil
}

// Confirm asks, and returns the dialog it shows. For a dangerous question the focus is on Cancel.
func Confirm(win fyne.Window, cfg ConfirmConfig) *Modal {
	var m *Modal
	answer := func(f func()) func() {
		return func() {
			m.Hide()
			if f != nil {
				f()
			}
		}
	}
	yes := PrimaryButton(cfg.Confirm, answer(cfg.OnConfirm))
	no := SecondaryButton(cfg.Cancel, answer(cfg.OnCancel))
	first := yes
	if cfg.Danger {
		yes = DangerButton(cfg.Confirm, answer(cfg.OnConfirm))
		first = no
	}
	m = NewModal(win, ModalConfig{
		Title: cfg.Title, Content: Body(cfg.Text), Buttons: []fyne.CanvasObject{no, yes},
		OnEscape: answer(cfg.OnCancel), First: first, Width: 480,
	})
	m.Show()
	return m
}

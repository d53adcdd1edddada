package kit

import (
	"errors"
	"image/color"
	"slices"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Input is Fyne's entry made to hand on what it has no use for: Escape and Enter to the dialog, Ctrl K and its like to
// the window. Most screens want Field or SearchEntry instead.
type Input struct {
	widget.Entry
	OnEscape func() bool // tells whether Escape meant something here
	OnDown   func()      // Down in a single line: to the results below
	OnUp     func()
	OnEnter  func() bool
	OnLeave  func() // the focus went elsewhere: the moment to say what is wrong with what was typed
	name     string
	wrong    string // what is wrong with what is typed, for screen readers
	symbol   icons.Name
	ring     *canvas.Rectangle
	across   fyne.Scrollable // what Fyne scrolls a text in that is wider than the entry
}

// Named says what the entry is, for screen readers, where no Field does.
func (e *Input) Named(name string) *Input { e.name = name; return e }

// tint draws the symbol in the present theme's colour.
func (e *Input) tint() {
	if e.symbol != "" {
		e.Icon = icons.Tinted(e.symbol, Color(Muted))
	}
}

// Refresh implements fyne.CanvasObject.
func (e *Input) Refresh() {
	e.tint()
	e.Entry.Refresh()
}

// NewInput makes a single-line entry.
func NewInput() *Input {
	e := &Input{}
	e.Wrapping = fyne.TextWrapOff
	e.Scroll = fyne.ScrollHorizontalOnly
	e.ExtendBaseWidget(e)
	return e
}

// NewMultiLineInput makes an entry of several lines, where Enter is a new line.
func NewMultiLineInput(rows int) *Input {
	e := &Input{}
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapWord
	e.SetMinRowsVisible(rows)
	e.ExtendBaseWidget(e)
	return e
}

// NewSecretInput makes an entry that hides what is typed.
func NewSecretInput() *Input {
	e := NewInput()
	e.Password = true
	return e
}

// TypedKey implements fyne.Focusable.
func (e *Input) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyF1: // help, wherever the person is
		bubble(e, k)
		return
	case fyne.KeyEscape:
		if !acts(k) {
			return
		}
		if e.OnEscape == nil || !e.OnEscape() {
			bubble(e, k)
		}
		return
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.MultiLine {
			break
		}
		if !acts(k) {
			return
		}
		if e.OnEnter != nil && e.OnEnter() {
			return
		}
		if e.OnSubmitted != nil {
			e.OnSubmitted(e.Text)
			return
		}
		bubble(e, k)
		return
	case fyne.KeyDown:
		if !e.MultiLine && e.OnDown != nil {
			e.OnDown()
			return
		}
	case fyne.KeyUp:
		if !e.MultiLine && e.OnUp != nil {
			e.OnUp()
			return
		}
	}
	e.Entry.TypedKey(k)
}

var errWrong = errors.New("not accepted") // never shown: it only makes Fyne draw the line in red

// setWrong draws the line around the entry in the danger colour, with a symbol at its end, or not. "" is right.
func (e *Input) setWrong(what string) {
	e.wrong = what
	e.AlwaysShowValidationError = true
	if what != "" {
		e.SetValidationError(errWrong)
	} else {
		e.SetValidationError(nil)
	}
}

// FocusGained implements fyne.Focusable.
func (e *Input) FocusGained() {
	e.Entry.FocusGained()
	e.showRing(true)
	reveal(e)
	traceFocus(e)
}

func (e *Input) showRing(on bool) {
	if e.ring != nil {
		e.ring.Hidden = !on
		e.ring.Refresh()
	}
}

// CreateRenderer implements fyne.Widget: Fyne's, with our focus ring.
func (e *Input) CreateRenderer() fyne.WidgetRenderer {
	e.ring = canvas.NewRectangle(color.Transparent)
	e.ring.StrokeWidth, e.ring.StrokeColor, e.ring.CornerRadius = 2, Color(Primary), radiusControl+3
	e.ring.Hide()
	r := &inputRenderer{WidgetRenderer: e.Entry.CreateRenderer(), in: e}
	if e.MultiLine {
		return r
	}
	for _, o := range r.WidgetRenderer.Objects() {
		if s, scrolls := o.(fyne.Scrollable); scrolls {
			e.across, r.wheel = s, newWheel(e)
		}
	}
	return r
}

type inputRenderer struct {
	fyne.WidgetRenderer
	in    *Input
	wheel *wheel // nil where the entry scrolls its own lines
}

func (r *inputRenderer) Objects() []fyne.CanvasObject {
	all := append(slices.Clone(r.WidgetRenderer.Objects()), r.in.ring)
	if r.wheel != nil {
		all = append(all, r.wheel)
	}
	return all
}

func (r *inputRenderer) Layout(s fyne.Size) {
	r.WidgetRenderer.Layout(s)
	r.in.ring.Move(fyne.NewPos(-2, -2))
	r.in.ring.Resize(s.AddWidthHeight(4, 4))
	if r.wheel != nil {
		r.wheel.Resize(s)
	}
}

func (r *inputRenderer) Refresh() {
	r.in.ring.StrokeColor = Color(Primary)
	r.WidgetRenderer.Refresh()
}

// KeyDown implements desktop.Keyable.
func (e *Input) KeyDown(k *fyne.KeyEvent) {
	down(k)
	e.Entry.KeyDown(k)
}

// KeyUp implements desktop.Keyable.
func (e *Input) KeyUp(k *fyne.KeyEvent) {
	up(k)
	e.Entry.KeyUp(k)
}

// FocusLost implements fyne.Focusable.
func (e *Input) FocusLost() {
	e.Entry.FocusLost()
	e.showRing(false)
	if e.OnLeave != nil {
		e.OnLeave()
	}
}

// AcceptsTab implements fyne.Tabbable: Tab always goes on to the next field, also from several lines.
func (e *Input) AcceptsTab() bool { return false }

// TypedShortcut implements fyne.Shortcutable. Fyne gives a focused entry every shortcut and the entry drops those it
// does not know; ours go on to the window.
func (e *Input) TypedShortcut(s fyne.Shortcut) {
	if c, ok := s.(*desktop.CustomShortcut); ok && !entryKey(c.KeyName) {
		if cv, ok := fyne.CurrentApp().Driver().CanvasForObject(e).(fyne.Shortcutable); ok {
			cv.TypedShortcut(s)
		}
		return
	}
	if paste, is := s.(*fyne.ShortcutPaste); is && !e.MultiLine && !e.Password {
		s = &fyne.ShortcutPaste{Clipboard: asLine{paste.Clipboard}}
	}
	e.Entry.TypedShortcut(s)
}

func entryKey(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return true
	}
	return false
}

// AccessibilityLabel implements fyne.Accessible.
func (e *Input) AccessibilityLabel() string {
	s := e.Called()
	if !e.Password && e.Text != "" {
		s += " " + e.Text
	}
	if e.wrong != "" {
		s += " (" + e.wrong + ")"
	}
	if e.Disabled() {
		s += " (" + words().T("kit.unavailable") + ")"
	}
	return s
}

// Called is what the entry is, without what is typed.
func (e *Input) Called() string {
	if e.name == "" {
		return e.PlaceHolder
	}
	return e.name
}

// AccessibilityRole implements fyne.Accessible.
func (e *Input) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// NewSearchEntry makes an entry that filters what is below it: Escape clears it; give OnDown what goes to the results.
func NewSearchEntry(placeholder string, changed func(string)) *Input {
	s := NewInput()
	s.PlaceHolder = placeholder
	s.OnChanged = changed
	s.symbol = icons.Search
	s.OnEscape = func() bool {
		if s.Text == "" {
			return false
		}
		s.SetText("")
		return true
	}
	s.tint()
	return s
}

package kit

import (
	"image/color"
	"strings"
	"time"
	"unicode"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Select is one choice of a list: Space, Enter, Down or a click opens it, typing first letters chooses.
type Select struct {
	control
	options   []string
	selected  int
	text      *TextBox
	icon      *Icon
	OnChanged func(int)
	name      string
	menu      *Menu
	letters   letters
	Place     string // shown while nothing is chosen
}

// NewSelect makes a list with nothing chosen; name is what a screen reader says.
func NewSelect(name string, options []string, changed func(int)) *Select {
	s := &Select{options: options, selected: -1, OnChanged: changed, name: name}
	s.text = Ellipsis("")
	s.icon = NewIcon(icons.ChevronDown, Muted, 16)
	s.extend(s)
	keepHover(s.text, s)
	return s
}

// SetOptions changes the list and keeps the choice if the index still exists.
func (s *Select) SetOptions(o []string) {
	s.options = o
	if s.selected >= len(o) {
		s.selected = -1
	}
	s.Refresh()
}

// Selected is the index of the choice, -1 for none.
func (s *Select) Selected() int { return s.selected }

// Select chooses without telling OnChanged; -1 for none.
func (s *Select) Select(i int) {
	if i >= -1 && i < len(s.options) && i != s.selected {
		s.selected = i
		s.Refresh()
	}
}

func (s *Select) choose(i int) {
	if i < 0 || i >= len(s.options) || i == s.selected || s.disabled {
		return
	}
	s.Select(i)
	if s.OnChanged != nil {
		s.OnChanged(i)
	}
}

func (s *Select) value() string {
	if s.selected < 0 || s.selected >= len(s.options) {
		return ""
	}
	return s.options[s.selected]
}

// Tapped implements fyne.Tappable.
func (s *Select) Tapped(*fyne.PointEvent) {
	if !s.disabled {
		s.focus(s)
		s.open()
	}
}

func (s *Select) open() {
	if s.disabled || len(s.options) == 0 {
		return
	}
	win := windowOf(s)
	if win == nil {
		return
	}
	items := make([]MenuItem, len(s.options))
	for i, o := range s.options {
		items[i] = MenuItem{Label: o, Checked: i == s.selected, Action: func() { s.choose(i) }}
	}
	s.menu = ShowMenu(win, s, MenuConfig{Items: items, Selected: max(0, s.selected)})
}

// windowOf finds the window that shows an object.
func windowOf(o fyne.CanvasObject) fyne.Window {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(o)
	for _, w := range d.AllWindows() {
		if w.Canvas() == c {
			return w
		}
	}
	return nil
}

// TypedKey implements fyne.Focusable.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	switch {
	case activates(e), e.Name == fyne.KeyDown, e.Name == fyne.KeyUp:
		s.open()
	case e.Name == fyne.KeyHome:
		s.choose(0)
	case e.Name == fyne.KeyEnd:
		s.choose(len(s.options) - 1)
	default:
		bubble(s, e)
	}
}

// TypedRune implements fyne.Focusable: the option that begins with the letters typed, whatever its accents.
func (s *Select) TypedRune(r rune) {
	s.choose(s.letters.next(r, time.Now(), s.options, s.selected))
}

// fold takes case and accents away, for choosing by letters.
func fold(s string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	out, _, err := transform.String(t, strings.ToLower(s))
	if err != nil {
		return strings.ToLower(s)
	}
	return out
}

// AccessibilityLabel implements fyne.Accessible.
func (s *Select) AccessibilityLabel() string { return s.label(s.name + " " + s.value()) }

// AccessibilityRole implements fyne.Accessible.
func (s *Select) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// NaturalWidth shows the longest option.
func (s *Select) NaturalWidth() float32 {
	w := newText(SizeBody, Text, false, P(s.Place)).NaturalWidth()
	for _, o := range s.options {
		w = max(w, newText(SizeBody, Text, false, P(o)).NaturalWidth())
	}
	return w + 12 + 8 + Scaled(16) + 12
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	bg := canvas.NewRectangle(color.Transparent)
	bg.CornerRadius = radiusControl
	p := &parts{objs: []fyne.CanvasObject{bg, s.text, s.icon, s.newRing()}}
	p.min = func() fyne.Size { return fyne.NewSize(Scaled(120), ControlHeight()) }
	p.layout = func(size fyne.Size) {
		bg.Resize(size)
		s.drawRing(fyne.Position{}, size, 3)
		d := Scaled(16)
		h := s.text.MinSize().Height
		s.text.Move(fyne.NewPos(12, (size.Height-h)/2))
		s.text.Resize(fyne.NewSize(size.Width-12-8-d-12, h))
		s.icon.Move(fyne.NewPos(size.Width-12-d, (size.Height-d)/2))
		s.icon.Resize(fyne.NewSquareSize(d))
	}
	p.refresh = func() {
		bg.FillColor, bg.StrokeColor, bg.StrokeWidth = Color(FieldFill), Color(Border), 1
		s.text.role = Text
		v := s.value()
		if v == "" {
			v, s.text.role = s.Place, Muted
		}
		if s.disabled {
			s.text.role = Muted
			bg.FillColor = Color(NeutralSoft)
		}
		s.text.SetText(v)
		s.text.Refresh()
		bg.Refresh()
		s.refreshRing()
	}
	p.refresh()
	return p
}

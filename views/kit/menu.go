package kit

import (
	"image/color"
	"time"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

// MenuItem is a line of a menu. A zero item (no label) is a separator.
type MenuItem struct {
	Label    string
	Shortcut string // "Ctrl K", shown as a key cap
	Icon     icons.Name
	Danger   bool
	Checked  bool // the present choice of several
	Disabled bool
	Reason   string // why it is disabled
	Action   func()
}

// Separator is a line between groups of items.
func Separator() MenuItem { return MenuItem{} }

// MenuConfig says what a menu shows.
type MenuConfig struct {
	Items []MenuItem
	// Header stands above the items (who is signed in); may be nil.
	Header fyne.CanvasObject
	// Width at 100 %; 0 for as wide as the items.
	Width float32
	// AlignRight puts the menu's right edge under the anchor's.
	AlignRight bool
	// Selected has the focus first; -1 for the first that can.
	Selected int
	OnClosed func()
}

// Menu is a popover of actions, by keyboard (arrows, Home, End, first letters, Enter, Escape) and pointer.
type Menu struct {
	over  *overlay
	cfg   MenuConfig
	items []*menuLine

	letters letters
}

// ShowMenu opens a menu under an anchor.
func ShowMenu(win fyne.Window, anchor fyne.CanvasObject, cfg MenuConfig) *Menu {
	m := &Menu{cfg: cfg}
	var lines []fyne.CanvasObject
	if cfg.Header != nil {
		lines = append(lines, Pad(8, 12, 12, 12, cfg.Header), Divider())
	}
	for _, it := range cfg.Items {
		if it.Label == "" {
			lines = append(lines, Pad(6, 0, 6, 0, Divider()))
			continue
		}
		l := newMenuLine(m, it)
		m.items = append(m.items, l)
		lines = append(lines, l)
	}
	bg := NewFill(Surface, Line, radiusCard)
	bg.shadow = true
	list := Scroll(Column(0, lines...))
	panel := Layers(bg, newGround(None, nil), Inset(8, list))
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(anchor)
	m.over = newOverlay(win, newGround(None, m.Close), panel, &menuLayout{cfg: cfg, at: pos, anchor: anchor.Size(), list: list.Layout.(*scrollLayout)})
	m.over.show(m.key)
	first := cfg.Selected
	if first < 0 || first >= len(m.items) || m.items[first].disabled {
		first = -1
		for i, l := range m.items {
			if !l.disabled {
				first = i
				break
			}
		}
	}
	if first >= 0 {
		focusOn(win.Canvas(), m.items[first])
	}
	return m
}

type menuLayout struct {
	cfg    MenuConfig
	at     fyne.Position
	anchor fyne.Size
	list   *scrollLayout
}

func (l *menuLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (l *menuLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := Scaled(l.cfg.Width)
	if w == 0 {
		w = max(naturalWidth(o[0]), l.anchor.Width)
	}
	w = min(w, s.Width-16)
	h := min(l.list.full(w-16)+16, s.Height-16)
	x := l.at.X
	if l.cfg.AlignRight {
		x += l.anchor.Width - w
	}
	y := l.at.Y + l.anchor.Height + 4
	if y+h > s.Height-8 {
		y = max(8, min(s.Height-8-h, l.at.Y-h-4))
		if l.at.Y-h-4 < 8 {
			y = s.Height - 8 - h
		}
	}
	o[0].Move(fyne.NewPos(max(8, min(x, s.Width-8-w)), y))
	o[0].Resize(fyne.NewSize(w, h))
}

// Close takes the menu away.
func (m *Menu) Close() {
	if !m.over.shown {
		return
	}
	m.over.hide()
	if m.cfg.OnClosed != nil {
		m.cfg.OnClosed()
	}
}

func (m *Menu) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		m.Close()
	case fyne.KeyDown:
		m.step(1)
	case fyne.KeyUp:
		m.step(-1)
	case fyne.KeyHome, fyne.KeyPageUp:
		m.focusFrom(0, 1)
	case fyne.KeyEnd, fyne.KeyPageDown:
		m.focusFrom(len(m.items)-1, -1)
	default:
		return false
	}
	return true
}

func (m *Menu) current() int {
	f := m.over.win.Canvas().Focused()
	for i, l := range m.items {
		if f == fyne.Focusable(l) {
			return i
		}
	}
	return -1
}

func (m *Menu) step(d int) { m.focusFrom(m.current()+d, d) }

func (m *Menu) focusFrom(i, d int) {
	n := len(m.items)
	for range m.items {
		i = (i + n) % n
		if !m.items[i].disabled {
			m.over.win.Canvas().Focus(m.items[i])
			return
		}
		i += d
	}
}

func (m *Menu) typed(r rune) {
	labels := make([]string, len(m.items))
	for i, l := range m.items {
		if !l.disabled {
			labels[i] = l.item.Label
		}
	}
	if i := m.letters.next(r, time.Now(), labels, m.current()); i >= 0 {
		m.over.win.Canvas().Focus(m.items[i])
	}
}

type menuLine struct {
	control
	menu *Menu
	item MenuItem
	text *TextBox
	hint *KeyCap
	icon *Icon
}

func newMenuLine(m *Menu, it MenuItem) *menuLine {
	l := &menuLine{menu: m, item: it}
	l.extend(l)
	l.disabled, l.reason = it.Disabled, it.Reason
	role := Text
	switch {
	case it.Disabled:
		role = Muted
	case it.Danger:
		role = Danger
	}
	l.text = Ellipsis(it.Label).In(role)
	keepHover(l.text, l)
	l.hint = NewKeyCap(it.Shortcut)
	name := it.Icon
	if it.Checked {
		name = icons.Check
	}
	l.icon = NewIcon(name, role, 16)
	if name == "" {
		l.icon = nil
	}
	return l
}

func (l *menuLine) MouseIn(e *desktop.MouseEvent) {
	l.control.MouseIn(e)
	if !l.disabled {
		l.menu.over.win.Canvas().Focus(l)
	}
}

func (l *menuLine) Tapped(*fyne.PointEvent) { l.run() }

func (l *menuLine) run() {
	if l.disabled {
		return
	}
	l.menu.Close()
	if l.item.Action != nil {
		l.item.Action()
	}
}

func (l *menuLine) TypedKey(e *fyne.KeyEvent) {
	if activates(e) {
		l.run()
		return
	}
	bubble(l, e)
}

func (l *menuLine) TypedRune(r rune) { l.menu.typed(r) }
func (l *menuLine) AccessibilityLabel() string {
	return l.label(chosen(l.item.Label, l.item.Checked))
}
func (l *menuLine) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// NaturalWidth is the width that shows label and shortcut.
func (l *menuLine) NaturalWidth() float32 {
	w := l.text.NaturalWidth() + 24
	if l.icon != nil {
		w += Scaled(16) + 10
	}
	if l.item.Shortcut != "" {
		w += l.hint.MinSize().Width + 24
	}
	return w
}

func (l *menuLine) CreateRenderer() fyne.WidgetRenderer {
	bg := canvas.NewRectangle(color.Transparent)
	bg.CornerRadius = radiusControl
	p := &parts{objs: []fyne.CanvasObject{bg, l.text, l.hint, l.newRing()}}
	if l.icon != nil {
		p.objs = append(p.objs, l.icon)
	}
	if l.item.Shortcut == "" {
		l.hint.Hide()
	}
	p.min = func() fyne.Size { return fyne.NewSize(Scaled(120), ControlHeight()) }
	p.layout = func(s fyne.Size) {
		bg.Resize(s)
		l.drawRing(fyne.Position{}, s, 0)
		l.ring.CornerRadius = radiusControl
		x, right := float32(12), s.Width-12
		if l.icon != nil {
			d := Scaled(16)
			l.icon.Move(fyne.NewPos(x, (s.Height-d)/2))
			l.icon.Resize(fyne.NewSquareSize(d))
			x += d + 10
		}
		if l.item.Shortcut != "" {
			k := l.hint.MinSize()
			right -= k.Width
			l.hint.Move(fyne.NewPos(right, (s.Height-k.Height)/2))
			l.hint.Resize(k)
			right -= 12
		}
		h := l.text.MinSize().Height
		l.text.Move(fyne.NewPos(x, (s.Height-h)/2))
		l.text.Resize(fyne.NewSize(right-x, h))
	}
	p.refresh = func() {
		bg.FillColor, bg.StrokeWidth = color.Transparent, 0
		if l.focused {
			bg.FillColor = Color(NeutralSoft)
		}
		bg.Refresh()
		l.text.Refresh()
		l.refreshRing()
	}
	p.refresh()
	return p
}

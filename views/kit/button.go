package kit

import (
	"image/color"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

type buttonKind int

const (
	secondary buttonKind = iota
	primary
	danger
	link
	iconOnly
)

// Button is pressed by a click, Enter or Space.
type Button struct {
	control
	kind     buttonKind
	text     *TextBox
	icon     *Icon
	symbol   icons.Name
	OnTapped func()
	small    bool
	on       bool
	about    string
}

var (
	_ fyne.Focusable     = (*Button)(nil)
	_ fyne.Tappable      = (*Button)(nil)
	_ fyne.Disableable   = (*Button)(nil)
	_ fyne.Accessible    = (*Button)(nil)
	_ desktop.Hoverable  = (*Button)(nil)
	_ desktop.Cursorable = (*Button)(nil)
)

func newButton(k buttonKind, label string, icon icons.Name, tapped func()) *Button {
	b := &Button{kind: k, OnTapped: tapped, symbol: icon}
	b.text = newText(SizeBody, Text, false, P(label)).Ellipsis()
	b.icon = NewIcon(icons.Check, Text, 18)
	b.extend(b)
	keepHover(b.text, b)
	return b
}

// PrimaryButton is the one thing most people came for; at most one per screen or dialog.
func PrimaryButton(label string, tapped func()) *Button { return newButton(primary, label, "", tapped) }

// SecondaryButton is outlined.
func SecondaryButton(label string, tapped func()) *Button {
	return newButton(secondary, label, "", tapped)
}

// DangerButton is outlined in red: what it does cannot simply be done again.
func DangerButton(label string, tapped func()) *Button { return newButton(danger, label, "", tapped) }

// LinkButton looks like a link.
func LinkButton(label string, tapped func()) *Button { return newButton(link, label, "", tapped) }

// IconButton has only a symbol; name is its tooltip and what a screen reader says.
func IconButton(symbol icons.Name, name string, tapped func()) *Button {
	b := newButton(iconOnly, name, symbol, tapped)
	b.SetToolTip(name)
	return b
}

// WithIcon puts a symbol before the label.
func (b *Button) WithIcon(n icons.Name) *Button { b.symbol = n; return b }

// Small makes the button 32 high, for rows and cards.
func (b *Button) Small() *Button { b.small = true; return b }

// About tells screen readers what the button is about, where several of one label stand in one place.
func (b *Button) About(what string) *Button { b.about = what; return b }

// Text is the label.
func (b *Button) Text() string { return b.text.Text() }

// SetText changes the label.
func (b *Button) SetText(s string) {
	if b.text.Text() == s {
		return
	}
	b.text.SetText(s)
	b.Refresh()
}

// SetOn shows the button as the chosen one of several (a preset): filled, with a check mark, while on. A symbol that can be
// on has another shape then, and says so by its name.
func (b *Button) SetOn(on bool) {
	if b.on != on {
		b.on = on
		b.Refresh()
	}
}

// On tells whether the button is shown as chosen.
func (b *Button) On() bool { return b.on }

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	b.hide()
	if b.disabled {
		return
	}
	b.focus(b)
	b.press()
}

func (b *Button) press() {
	if !b.disabled && b.OnTapped != nil {
		b.OnTapped()
	}
}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	if activates(e) {
		b.press()
		return
	}
	bubble(b, e)
}

// AccessibilityLabel implements fyne.Accessible.
func (b *Button) AccessibilityLabel() string {
	name := b.text.Text()
	if b.about != "" {
		name += ", " + b.about
	}
	return b.label(chosen(name, b.on))
}

// AccessibilityRole implements fyne.Accessible.
func (b *Button) AccessibilityRole() fyne.AccessibleRole {
	if b.kind == link {
		return fyne.AccessibleRoleLink
	}
	return fyne.AccessibleRoleButton
}

// NaturalWidth is the width that shows the whole label.
func (b *Button) NaturalWidth() float32 {
	if b.kind == iconOnly {
		return b.height()
	}
	w := b.text.NaturalWidth() + 2*b.padding()
	if b.symbol != "" {
		w += Scaled(18) + 8
	}
	return w
}

func (b *Button) padding() float32 {
	if b.kind == link {
		return 2
	}
	return 16
}

func (b *Button) height() float32 {
	switch {
	case b.kind == link:
		return Scaled(24)
	case b.small:
		return Scaled(32)
	}
	return ControlHeight()
}

func (b *Button) colors() (fill, line, text Role) {
	kind := b.kind
	if b.on {
		kind = primary
	}
	switch kind {
	case primary:
		if b.disabled {
			return NeutralSoft, None, Muted
		}
		return Primary, None, OnPrimary
	case danger:
		if b.disabled {
			return NeutralSoft, None, Muted
		}
		return Surface, Danger, Danger
	case link:
		if b.disabled {
			return None, None, Muted
		}
		return None, None, Primary
	case iconOnly:
		if b.disabled {
			return NeutralSoft, None, Border
		}
		return None, None, Muted
	}
	if b.disabled {
		return NeutralSoft, None, Muted // without its line it is nothing to press, also for who does not see the grey
	}
	return Surface, Border, Text
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	bg := canvas.NewRectangle(color.Transparent)
	bg.CornerRadius = radiusControl
	shade := canvas.NewRectangle(color.Transparent)
	shade.CornerRadius = radiusControl
	p := &parts{objs: []fyne.CanvasObject{bg, shade, b.text, b.icon, b.newRing()}}
	p.min = func() fyne.Size {
		if b.kind == iconOnly {
			return fyne.NewSquareSize(b.height())
		}
		return fyne.NewSize(b.NaturalWidth(), b.height())
	}
	p.layout = func(s fyne.Size) {
		bg.Resize(s)
		shade.Resize(s)
		b.drawRing(fyne.Position{}, s, 3)
		d := Scaled(18)
		if b.kind == iconOnly {
			b.icon.Resize(fyne.NewSquareSize(d))
			b.icon.Move(fyne.NewPos((s.Width-d)/2, (s.Height-d)/2))
			return
		}
		w := min(b.text.NaturalWidth(), s.Width-2*b.padding())
		total, gap := w, float32(8)
		switch {
		case b.symbol != "":
			w = min(w, s.Width-2*b.padding()-d-gap)
			total = w + d + gap
		case b.on: // the mark takes its room from the padding, so that nothing moves when another is chosen
			d, gap = min(Scaled(14), b.padding()), 5
			total = w + d + gap
		}
		x := (s.Width - total) / 2
		if total > w {
			b.icon.Resize(fyne.NewSquareSize(d))
			b.icon.Move(fyne.NewPos(x, (s.Height-d)/2))
			x += d + gap
		}
		h := b.text.MinSize().Height
		b.text.Resize(fyne.NewSize(w, h))
		b.text.Move(fyne.NewPos(x, (s.Height-h)/2))
	}
	p.refresh = func() {
		fill, line, text := b.colors()
		bg.FillColor, bg.StrokeColor, bg.StrokeWidth = Color(fill), Color(line), 1
		if line == None {
			bg.StrokeWidth = 0
		}
		shade.FillColor = color.Transparent
		if b.hovered && !b.disabled && b.kind != link {
			shade.FillColor = withAlpha(Color(Text), 0x12)
		}
		b.text.Hidden = b.kind == iconOnly
		b.text.role = text
		b.text.SetParts(Part{Text: b.text.Text(), Underline: b.kind == link && (b.hovered || b.focused)})
		b.text.Refresh()
		symbol := b.symbol
		if b.on && b.kind != iconOnly {
			symbol = icons.Check
		}
		b.icon.Hidden = symbol == ""
		if symbol != "" {
			b.icon.Set(symbol, text)
		}
		p.layout(b.Size())
		bg.Refresh()
		shade.Refresh()
		b.refreshRing()
	}
	p.refresh()
	return p
}

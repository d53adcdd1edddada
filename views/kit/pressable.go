package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Pressable makes one button of whatever it shows: a line of the side navigation, an account with its colour. It has
// one focus, one name for screen readers, and the keys of a button.
type Pressable struct {
	control
	OnTapped func()

	content fyne.CanvasObject
	name    string
	fill    Role
	line    Role
	chosen  bool
	mark    fyne.CanvasObject // shows beside the colour that it is chosen; nil: a bar at its edge
	keys    func(*fyne.KeyEvent) bool
}

// NewPressable makes a pressable; name is what it says to screen readers.
func NewPressable(name string, content fyne.CanvasObject, tapped func()) *Pressable {
	p := &Pressable{content: content, name: name, OnTapped: tapped, fill: None, line: None}
	p.extend(p)
	keepHover(content, p)
	return p
}

// Framed gives it a surface and a line around it.
func (p *Pressable) Framed(fill, line Role) *Pressable { p.fill, p.line = fill, line; return p }

// OnBrand is for one that stands on the brand's colour.
func (p *Pressable) OnBrand() *Pressable { p.onBrand = true; return p }

// WithKeys lets the owner use keys first, such as arrows between neighbours; it returns whether it did.
func (p *Pressable) WithKeys(use func(*fyne.KeyEvent) bool) *Pressable { p.keys = use; return p }

// SetName changes what it says to screen readers.
func (p *Pressable) SetName(name string) { p.name = name }

// MarkedBy lets a part of what it shows tell that it is the chosen one: it is there only then.
func (p *Pressable) MarkedBy(part fyne.CanvasObject) *Pressable {
	p.mark = part
	setVisible(part, p.chosen)
	return p
}

// SetOn shows it as the chosen one of several.
func (p *Pressable) SetOn(on bool) {
	if p.chosen != on {
		p.chosen = on
		if p.mark != nil {
			setVisible(p.mark, on)
		}
		p.Refresh()
	}
}

// On tells whether it is shown as chosen.
func (p *Pressable) On() bool { return p.chosen }

// Tapped implements fyne.Tappable.
func (p *Pressable) Tapped(*fyne.PointEvent) {
	p.hide()
	if p.disabled || p.OnTapped == nil {
		return
	}
	p.focus(p)
	p.OnTapped()
}

// TypedKey implements fyne.Focusable.
func (p *Pressable) TypedKey(e *fyne.KeyEvent) {
	if p.keys != nil && p.keys(e) {
		return
	}
	if activates(e) {
		if !p.disabled && p.OnTapped != nil {
			p.OnTapped()
		}
		return
	}
	bubble(p, e)
}

// AccessibilityLabel implements fyne.Accessible.
func (p *Pressable) AccessibilityLabel() string { return p.label(chosen(p.name, p.chosen)) }

// AccessibilityRole implements fyne.Accessible.
func (p *Pressable) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// NaturalWidth is the width its content would like.
func (p *Pressable) NaturalWidth() float32 { return naturalWidth(p.content) }

// CreateRenderer implements fyne.Widget.
func (p *Pressable) CreateRenderer() fyne.WidgetRenderer {
	bg, edge := canvas.NewRectangle(color.Transparent), newEdge()
	bg.CornerRadius = radiusControl
	r := &parts{objs: []fyne.CanvasObject{bg, edge, p.content, p.newRing()}}
	r.min = func() fyne.Size { return p.content.MinSize() }
	r.layout = func(s fyne.Size) {
		bg.Resize(s)
		placeEdge(edge, s)
		p.content.Resize(s)
		p.drawRing(fyne.Position{}, s, 1)
	}
	r.refresh = func() {
		fill := p.fill
		switch {
		case p.chosen:
			fill = PrimarySoft
		case p.hovered && !p.disabled && !p.onBrand:
			fill = NeutralSoft
		}
		bg.FillColor, bg.StrokeColor, bg.StrokeWidth = Color(fill), Color(p.line), 1
		if p.line == None {
			bg.StrokeWidth = 0
		}
		bg.Refresh()
		showEdge(edge, p.chosen && p.mark == nil)
		p.content.Refresh() // what it shows may want other room now
		p.refreshRing()
	}
	r.refresh()
	return r
}

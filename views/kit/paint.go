package kit

import (
	"image/color"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// parts is a renderer made of functions, for widgets that do not need a type of their own for it.
type parts struct {
	objs    []fyne.CanvasObject
	layout  func(fyne.Size)
	min     func() fyne.Size
	refresh func()
	destroy func()
}

func (p *parts) Destroy() {
	if p.destroy != nil {
		p.destroy()
	}
}
func (p *parts) Objects() []fyne.CanvasObject { return p.objs }
func (p *parts) Layout(s fyne.Size)           { p.layout(s) }
func (p *parts) MinSize() fyne.Size           { return p.min() }
func (p *parts) Refresh()                     { p.refresh() }

// newEdge makes the bar at the left edge of the chosen one of several lines, for who does not see its ground.
func newEdge() *canvas.Rectangle {
	e := canvas.NewRectangle(color.Transparent)
	e.CornerRadius = 1.5
	e.Hide()
	return e
}

func placeEdge(e *canvas.Rectangle, line fyne.Size) {
	h := line.Height / 2
	e.Move(fyne.NewPos(4, (line.Height-h)/2))
	e.Resize(fyne.NewSize(3, h))
}

func showEdge(e *canvas.Rectangle, on bool) {
	e.FillColor, e.Hidden = Color(Primary), !on
	e.Refresh()
}

// Icon is a symbol in a role's colour.
type Icon struct {
	widget.BaseWidget
	name icons.Name
	role Role
	px   float32
}

// NewIcon makes a symbol of px pixels, which grow with the text scale.
func NewIcon(name icons.Name, role Role, px float32) *Icon {
	i := &Icon{name: name, role: role, px: px}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes symbol and colour.
func (i *Icon) Set(name icons.Name, role Role) {
	if i.name != name || i.role != role {
		i.name, i.role = name, role
		i.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	// The toolkit reads and draws the symbol's file anew at each refresh, which takes half a millisecond.
	type drawing struct {
		name  icons.Name
		color color.Color
		pixel float32
	}
	var drawn drawing
	img := &canvas.Image{FillMode: canvas.ImageFillContain}
	p := &parts{objs: []fyne.CanvasObject{img}}
	p.layout = func(s fyne.Size) {
		d := min(Scaled(i.px), s.Width, s.Height)
		img.Resize(fyne.NewSquareSize(d))
		img.Move(fyne.NewPos((s.Width-d)/2, (s.Height-d)/2))
	}
	p.min = func() fyne.Size { return fyne.NewSquareSize(Scaled(i.px)) }
	p.refresh = func() {
		p.layout(i.Size())
		if now := (drawing{i.name, Color(i.role), pixelSize(i)}); now != drawn {
			drawn = now
			img.Resource = icons.Tinted(i.name, now.color)
			if !img.Size().IsZero() {
				img.Refresh()
			}
		}
	}
	p.refresh()
	return p
}

// Divider is a line across.
func Divider() *Fill {
	f := NewFill(Line, None, 0)
	f.size = fyne.NewSize(1, 1)
	return f
}

// ColorBar is an account's colour, always beside its name: 6 x 26.
func ColorBar(key string) *Bar {
	b := &Bar{}
	b.radius, b.fill, b.line = 3, None, None
	b.size = fyne.NewSize(6, 26)
	b.fixed = KeyColor(key)
	b.ExtendBaseWidget(b)
	return b
}

// Bar is a ColorBar.
type Bar struct{ Fill }

// SetKey changes whose colour it is; rows that are used again need it.
func (b *Bar) SetKey(key string) { b.SetColor(KeyColor(key)) }

// SetColor shows a given colour.
func (b *Bar) SetColor(c color.Color) {
	if b.fixed != c {
		b.fixed = c
		b.Refresh()
	}
}

// Dot is a small disc, for a state (up to date, offline).
func Dot(r Role) *Fill {
	f := NewFill(r, None, canvas.RadiusMaximum) // it stays a disc when it is larger, as with larger text
	f.size = fyne.NewSquareSize(8)
	return f
}

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

// Fill is a rectangle in a role's colour, with an optional line around it.
type Fill struct {
	widget.BaseWidget
	fill, line Role
	radius     float32
	fixed      color.Color
	size       fyne.Size
	shadow     bool
}

// NewFill makes a rectangle; line may be None.
func NewFill(fill, line Role, radius float32) *Fill {
	f := &Fill{fill: fill, line: line, radius: radius}
	f.ExtendBaseWidget(f)
	return f
}

// SetRoles changes the colours.
func (f *Fill) SetRoles(fill, line Role) {
	if f.fill != fill || f.line != line {
		f.fill, f.line = fill, line
		f.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (f *Fill) CreateRenderer() fyne.WidgetRenderer {
	r := canvas.NewRectangle(color.Transparent)
	r.CornerRadius = f.radius
	p := &parts{objs: []fyne.CanvasObject{r}}
	p.layout = func(s fyne.Size) { r.Resize(s) }
	p.min = func() fyne.Size { return f.size }
	p.refresh = func() {
		r.FillColor = Color(f.fill)
		if f.fixed != nil {
			r.FillColor = f.fixed
		}
		r.StrokeWidth = 0
		if f.line != None {
			r.StrokeColor, r.StrokeWidth = Color(f.line), 1
		}
		if f.shadow {
			r.Shadow = canvas.Shadow{Color: color.NRGBA{A: 0x30}, BlurRadius: 24, Offset: fyne.NewPos(0, 8)}
		}
		r.Refresh()
	}
	p.refresh()
	return p
}

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
	img := &canvas.Image{FillMode: canvas.ImageFillContain}
	p := &parts{objs: []fyne.CanvasObject{img}}
	p.layout = func(s fyne.Size) {
		d := min(Scaled(i.px), s.Width, s.Height)
		img.Resize(fyne.NewSquareSize(d))
		img.Move(fyne.NewPos((s.Width-d)/2, (s.Height-d)/2))
	}
	p.min = func() fyne.Size { return fyne.NewSquareSize(Scaled(i.px)) }
	p.refresh = func() {
		img.Resource = icons.Tinted(i.name, Color(i.role))
		p.layout(i.Size())
		img.Refresh()
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

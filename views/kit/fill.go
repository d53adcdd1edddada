package kit

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

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
	r := &fillRenderer{of: f, whole: canvas.NewRectangle(color.Transparent)}
	r.paint()
	return r
}

// wide is how many points a Fill must cover to be drawn in parts.
const wide = 30_000

// fillRenderer draws a Fill as one rectangle, or a large one in parts.
//
// The toolkit works out for each pixel of a rectangle how far it is from the edge, in case there is a line, a round corner or
// a shadow, and draws the whole window anew whenever anything in it changes. Where there is no graphics processor, as in
// virtual machines and by remote desktop, that is most of what a frame takes: the ground of a page costs five times as much as
// a picture of one point stretched over it. So that is what the middle is; only what has an edge remains a rectangle.
type fillRenderer struct {
	of    *Fill
	whole *canvas.Rectangle // or the upper end of one in parts
	parts *fillParts        // nil until the Fill has been large
	shade *shade            // nil until a large one has a shadow
	size  fyne.Size
}

type fillParts struct {
	lower, left, right *canvas.Rectangle
	middle             *canvas.Raster
	color              color.Color // of the middle
}

func newFillParts() *fillParts {
	p := &fillParts{lower: canvas.NewRectangle(color.Transparent), left: canvas.NewRectangle(color.Transparent), right: canvas.NewRectangle(color.Transparent)}
	p.middle = canvas.NewRaster(func(int, int) image.Image { return image.NewUniform(p.color) }) // which painters make one point of
	p.middle.ScaleMode = canvas.ImageScalePixels
	return p
}

func (r *fillRenderer) Destroy()           {}
func (r *fillRenderer) MinSize() fyne.Size { return r.of.size }

func (r *fillRenderer) Objects() []fyne.CanvasObject {
	switch p := r.parts; {
	case !r.inParts():
		return []fyne.CanvasObject{r.whole}
	case r.of.radius == 0:
		return []fyne.CanvasObject{p.middle}
	case r.of.shadow:
		return append(r.shade.objects(), p.left, p.right, r.whole, p.lower, p.middle)
	default:
		return []fyne.CanvasObject{p.left, p.right, r.whole, p.lower, p.middle}
	}
}

func (r *fillRenderer) Layout(s fyne.Size) {
	r.size = s
	r.place()
	r.paint()
}

func (r *fillRenderer) Refresh() {
	r.place() // the scale of the screen may be another one
	r.paint()
	canvas.Refresh(r.of)
}

// inParts tells whether the Fill is large enough, and such that parts that lie over each other do not show.
func (r *fillRenderer) inParts() bool {
	f := r.of
	switch {
	case r.size.Width*r.size.Height < wide || min(r.size.Width, r.size.Height) < 4*f.radius+8 || f.fill == None:
		return false
	case f.radius == 0:
		return f.line == None && !f.shadow
	default:
		return opaque(r.color()) && (f.line == None || opaque(Color(f.line)))
	}
}

func opaque(c color.Color) bool {
	_, _, _, a := c.RGBA()
	return a == 0xffff
}

func (r *fillRenderer) color() color.Color {
	if r.of.fixed != nil {
		return r.of.fixed
	}
	return Color(r.of.fill)
}

// place gives parts their place. Their lengths are whole pixels of the screen: however the toolkit rounds, there is no gap.
func (r *fillRenderer) place() {
	if !r.inParts() {
		r.whole.Move(fyne.Position{})
		r.whole.Resize(r.size)
		return
	}
	if r.parts == nil {
		r.parts = newFillParts()
	}
	pixel := pixelSize(r.of)
	whole := func(v float32) float32 { return roundTo(v, pixel) }
	if r.of.radius == 0 {
		put(r.parts.middle, 0, 0, r.size.Width, r.size.Height)
		return
	}
	p, w, h, corner, line := r.parts, whole(r.size.Width), whole(r.size.Height), whole(r.of.radius), max(whole(1), pixel)
	// Each edge is a rectangle with a line all around: the next ones cover what is not the edge.
	end, side := 2*corner+2*line, 4*line
	put(p.left, 0, end-line, side, h-2*end+2*line)
	put(p.right, w-side, end-line, side, h-2*end+2*line)
	put(r.whole, 0, 0, w, end)
	put(p.lower, 0, h-end, w, end)
	put(p.middle, line, corner, w-2*line, h-2*corner)
	if r.of.shadow {
		if r.shade == nil {
			r.shade = newShade()
		}
		r.shade.place(w, h, pixel)
	}
}

// roundTo is the multiple of a pixel that is next to v.
func roundTo(v, pixel float32) float32 { return float32(math.Round(float64(v/pixel))) * pixel }

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// pixelSize is how large a pixel of the screen is where something is shown, or, before it is, where the first window is.
func pixelSize(of fyne.CanvasObject) float32 {
	d := fyne.CurrentApp().Driver()
	c := d.CanvasForObject(of)
	if all := d.AllWindows(); c == nil && len(all) > 0 {
		c = all[0].Canvas()
	}
	if c == nil || c.Scale() <= 0 {
		return 1
	}
	return 1 / c.Scale()
}

func (r *fillRenderer) paint() {
	f, fill := r.of, r.color()
	line, width := color.Color(color.Transparent), float32(0)
	if f.line != None {
		line, width = Color(f.line), 1
	}
	edge := func(o *canvas.Rectangle) { o.FillColor, o.StrokeColor, o.StrokeWidth = fill, line, width }
	edge(r.whole)
	r.whole.CornerRadius, r.whole.TopLeftCornerRadius, r.whole.TopRightCornerRadius = f.radius, 0, 0
	r.whole.Shadow = canvas.Shadow{}
	if f.shadow && !r.inParts() {
		r.whole.Shadow = canvas.Shadow{Color: shadeColor, BlurRadius: shadeReach, Offset: fyne.NewPos(0, shadeFall)}
	}
	if r.inParts() {
		p := r.parts
		r.whole.CornerRadius, r.whole.TopLeftCornerRadius, r.whole.TopRightCornerRadius = 0, f.radius, f.radius
		edge(p.left)
		edge(p.right)
		edge(p.lower)
		p.lower.BottomLeftCornerRadius, p.lower.BottomRightCornerRadius = f.radius, f.radius
		if p.color != fill {
			p.color = fill
			p.middle.Refresh() // for another picture
		}
	}
}

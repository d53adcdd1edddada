package kit

import (
	"fmt"
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
)

// A large surface is drawn in parts, which must look as one rectangle does, wherever it lies and however the screen scales.
func TestALargeSurfaceLooksLikeOneRectangle(t *testing.T) {
	for _, scale := range []float32{1, 1.5, 2} {
		for _, where := range []fyne.Position{{X: 8, Y: 8}, {X: 8.3, Y: 9.7}} {
			for _, line := range []Role{Line, None} {
				t.Run(fmt.Sprint(scale, where, line), func(t *testing.T) {
					themed(t)
					fill := NewFill(Surface, line, 12)
					one := canvas.NewRectangle(Color(Surface))
					one.CornerRadius = 12
					if line != None {
						one.StrokeColor, one.StrokeWidth = Color(line), 1
					}
					got, want := drawn(t, fill, where, scale), drawn(t, one, where, scale)
					// Where two lines end on each other, half a pixel outside as the painter for tests has it, they are darker.
					if n := differing(got, want); n > 12 {
						t.Errorf("%d pixels differ", n)
					}
					if parts := len(test.WidgetRenderer(fill).Objects()); parts < 2 {
						t.Errorf("it is drawn in %d parts", parts)
					}
				})
			}
		}
	}
}

// What lies behind a dialog lets the window through: a large one costs a rectangle's price nowhere.
func TestALargeGroundIsDrawnAsOnePointAndLetsTheWindowThrough(t *testing.T) {
	themed(t)
	below := func() fyne.CanvasObject {
		o := canvas.NewRectangle(Color(Primary))
		o.Resize(fyne.NewSize(200, 200))
		return o
	}
	one := canvas.NewRectangle(Color(Backdrop))
	ground := newGround(Backdrop, nil)
	var pictures []image.Image
	for _, o := range []fyne.CanvasObject{ground, one} {
		w := test.NewTempWindow(t, container.NewWithoutLayout(below(), o))
		w.Resize(fyne.NewSize(400, 300))
		o.Resize(fyne.NewSize(400, 300))
		pictures = append(pictures, w.Canvas().Capture())
	}
	if n := differing(pictures[0], pictures[1]); n > 0 {
		t.Errorf("%d pixels differ", n)
	}
	for _, o := range test.LaidOutObjects(ground) {
		if r, is := o.(*canvas.Rectangle); is && r.Size().Width*r.Size().Height > wide {
			t.Errorf("a rectangle of %v is drawn", r.Size())
		}
	}
}

func TestASmallSurfaceIsOneRectangle(t *testing.T) {
	themed(t)
	fill := NewFill(Surface, Line, 12)
	drawn(t, fill, fyne.Position{}, 1)
	fill.Resize(fyne.NewSize(80, 40))
	if parts := len(test.WidgetRenderer(fill).Objects()); parts != 1 {
		t.Errorf("it is drawn in %d parts", parts)
	}
}

// A surface that grows and shrinks, or gets another colour, shows what it is now.
func TestASurfaceThatChangesIsDrawnAnew(t *testing.T) {
	themed(t)
	fill := NewFill(Background, Line, 12)
	w := test.NewTempWindow(t, container.NewWithoutLayout(fill))
	w.Resize(fyne.NewSize(500, 400))
	for _, size := range []fyne.Size{{Width: 60, Height: 40}, {Width: 400, Height: 300}, {Width: 60, Height: 40}, {Width: 400, Height: 300}} {
		fill.SetRoles(PrimarySoft, Primary)
		fill.Resize(size)
		pixel := at(w.Canvas().Capture(), size.Width/2, size.Height/2)
		if want := Color(PrimarySoft); pixel != rgba(want) {
			t.Errorf("at %v the middle is %v, not %v", size, pixel, want)
		}
		fill.SetRoles(DangerSoft, Danger)
		pixel = at(w.Canvas().Capture(), size.Width/2, size.Height/2)
		if want := Color(DangerSoft); pixel != rgba(want) {
			t.Errorf("at %v the middle is still %v", size, pixel)
		}
	}
}

func themed(t *testing.T) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(NewTheme(Light, 1))
}

func drawn(t *testing.T, o fyne.CanvasObject, at fyne.Position, scale float32) image.Image {
	t.Helper()
	w := test.NewTempWindow(t, container.NewWithoutLayout(o))
	w.SetPadded(false)
	w.Canvas().(software.WindowlessCanvas).SetScale(scale)
	w.Resize(fyne.NewSize(420, 320))
	o.Resize(fyne.NewSize(390, 290))
	o.Move(at)
	return w.Canvas().Capture()
}

func at(img image.Image, x, y float32) [4]uint32 { return rgba(img.At(int(x), int(y))) }

func rgba(c interface{ RGBA() (r, g, b, a uint32) }) [4]uint32 {
	r, g, b, a := c.RGBA()
	return [4]uint32{r >> 8, g >> 8, b >> 8, a >> 8}
}

// differing counts pixels that are not the same by more than a rounding error.
func differing(a, b image.Image) (n int) {
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			p, q := rgba(a.At(x, y)), rgba(b.At(x, y))
			for i := range p {
				if p[i] > q[i]+3 || q[i] > p[i]+3 {
					n++
					break
				}
			}
		}
	}
	return n
}

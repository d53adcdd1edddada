package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// How far the shadow under what lies over the window reaches, how far down it falls, and its colour at the edge.
const (
	shadeReach = 24
	shadeFall  = 8
)

var shadeColor = color.NRGBA{A: 0x30}

// shade is the shadow around a large surface: strips and corners that fade out. The toolkit's own shadow is worked out for each
// pixel under the surface too; see fillRenderer.
type shade struct {
	top, bottom, left, right *canvas.LinearGradient
	corners                  [4]*canvas.RadialGradient // from the upper left one, as one reads
	under                    *canvas.Rectangle         // the strip below the surface that is all shadow
}

func newShade() *shade {
	none := color.NRGBA{}
	s := &shade{
		top: canvas.NewVerticalGradient(none, shadeColor), bottom: canvas.NewVerticalGradient(shadeColor, none),
		left: canvas.NewHorizontalGradient(none, shadeColor), right: canvas.NewHorizontalGradient(shadeColor, none),
		under: canvas.NewRectangle(shadeColor),
	}
	for i := range s.corners {
		c := canvas.NewRadialGradient(shadeColor, none)
		c.CenterOffsetX, c.CenterOffsetY = 0.5-float64(i%2), 0.5-float64(i/2)
		s.corners[i] = c
	}
	return s
}

func (s *shade) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.top, s.bottom, s.left, s.right, s.corners[0], s.corners[1], s.corners[2], s.corners[3], s.under}
}

// place puts it around a surface of a size; what lies under the surface is hidden by it. All lengths are whole pixels.
func (s *shade) place(w, h, pixel float32) {
	whole := func(v float32) float32 { return roundTo(v, pixel) }
	reach, fall := whole(shadeReach), whole(shadeFall)
	put(s.top, 0, fall-reach, w, reach)
	put(s.bottom, 0, h+fall, w, reach)
	put(s.left, -reach, fall, reach, h)
	put(s.right, w, fall, reach, h)
	for i, c := range s.corners {
		x, y := -reach, fall-reach
		if i%2 == 1 {
			x = w
		}
		if i/2 == 1 {
			y = h + fall
		}
		put(c, x, y, reach, reach)
	}
	hidden := whole(2 * radiusCard)
	put(s.under, 0, h-hidden, w, hidden+fall)
}

package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// mark is a point of the window's content, without colour, drawn before the rest. The toolkit asks for its picture when
// it draws the first frame with it, and again after each refresh: that is how it is known that a frame begins, and so
// that the one before is on the screen. unpainted is who wants to know. Both belong to the UI goroutine.
var (
	mark      *canvas.Raster
	unpainted []waiting
)

// waiting is for the frame after the one that draws what is waited for.
type waiting struct {
	begun bool // that one has begun
	tell  func()
}

// Marked puts the mark behind the content of the window, which WhenPainted needs.
func Marked(content fyne.CanvasObject) *fyne.Container {
	point := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	here := canvas.NewRaster(nil)
	here.Generator = func(int, int) image.Image {
		var later []waiting
		for _, w := range unpainted {
			if w.begun {
				w.tell()
			} else {
				later = append(later, waiting{true, w.tell})
			}
		}
		if unpainted = later; len(later) > 0 {
			here.Refresh()
		}
		return point
	}
	mark = here
	return container.New(markedLayout{}, mark, content)
}

// WhenPainted calls fn, on the UI goroutine, when what has just been put into the window stands on the screen.
func WhenPainted(fn func()) { whenPainted(func() { fyne.Do(fn) }) }

// whenPainted calls fn at the beginning of a frame, where nothing may be changed.
func whenPainted(fn func()) {
	unpainted = append(unpainted, waiting{tell: fn})
	if mark != nil {
		mark.Refresh()
	}
}

// markedLayout gives the content all the room, and the mark a point.
type markedLayout struct{}

func (markedLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[1].MinSize() }

func (markedLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(fyne.NewSquareSize(1))
	o[1].Resize(s)
}

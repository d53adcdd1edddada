package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type padLayout struct{ top, right, bottom, left float32 }

// Pad keeps room around an object.
func Pad(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&padLayout{top, right, bottom, left}, o)
}

// Inset keeps the same room on all sides.
func Inset(n float32, o fyne.CanvasObject) *fyne.Container { return Pad(n, n, n, n, o) }

func (l *padLayout) natural(o []fyne.CanvasObject) float32 {
	return stackLayout{}.natural(o) + l.left + l.right
}

func (l *padLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	inner := size.SubtractWidthHeight(l.left+l.right, l.top+l.bottom)
	for _, c := range o {
		c.Move(fyne.NewPos(l.left, l.top))
		c.Resize(inner)
	}
}

func (l *padLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return stackLayout{}.MinSize(o).AddWidthHeight(l.left+l.right, l.top+l.bottom)
}

type maxWidthLayout struct {
	width  float32
	center bool
}

// MaxWidth keeps an object from becoming wider, at the left of its room.
func MaxWidth(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&maxWidthLayout{width: width}, o)
}

// CenterWidth is MaxWidth in the middle of its room.
func CenterWidth(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&maxWidthLayout{width: width, center: true}, o)
}

// FixedWidth gives an object one width, scaled with the text.
func FixedWidth(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&fixedLayout{width}, o)
}

type fixedLayout struct{ width float32 }

func (l *fixedLayout) Layout(o []fyne.CanvasObject, s fyne.Size) { stackLayout{}.Layout(o, s) }
func (l *fixedLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(Scaled(l.width), stackLayout{}.MinSize(o).Height)
}

func (l *maxWidthLayout) natural(o []fyne.CanvasObject) float32 {
	return min(Scaled(l.width), stackLayout{}.natural(o))
}

func (l *maxWidthLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	w := min(size.Width, Scaled(l.width))
	x := float32(0)
	if l.center {
		x = (size.Width - w) / 2
	}
	for _, c := range o {
		c.Move(fyne.NewPos(x, 0))
		c.Resize(fyne.NewSize(w, size.Height))
	}
}

func (l *maxWidthLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return stackLayout{}.MinSize(o) }

// Centered puts an object in the middle of its room, at its natural size.
func Centered(o fyne.CanvasObject) *fyne.Container {
	return container.New(centerLayout{}, o)
}

type centerLayout struct{}

func (centerLayout) natural(o []fyne.CanvasObject) float32 { return stackLayout{}.natural(o) }

func (centerLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	for _, c := range o {
		w := min(size.Width, naturalWidth(c))
		h := heightFor(c, w)
		c.Move(fyne.NewPos((size.Width-w)/2, max(0, (size.Height-h)/2)))
		c.Resize(fyne.NewSize(w, h))
	}
}

func (centerLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return stackLayout{}.MinSize(o) }

// setVisible shows or hides without the cost of doing it again.
func setVisible(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

// Layers puts objects over each other, each filling all of the room.
func Layers(objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(stackLayout{}, objs...)
}

package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Frame keeps the room around a screen's content: 32 px, and 24 px in a small window. Every Page puts its content in
// one; the shell adds nothing.
func Frame(content fyne.CanvasObject) *fyne.Container {
	return container.New(frameLayout{}, content)
}

type frameLayout struct{}

// small is the width of the content area under which the margin shrinks.
const small = 900

func margin(width float32) float32 {
	if width < small {
		return 24
	}
	return 32
}

// GivesAllRoom tells kit.Scroll that what grows in a frame may fill the height that is left.
func (frameLayout) GivesAllRoom() {}

func (frameLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	m := margin(size.Width)
	for _, o := range objects {
		o.Move(fyne.NewPos(m, m))
		o.Resize(size.SubtractWidthHeight(2*m, 2*m))
	}
}

func (frameLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s.AddWidthHeight(2*margin(0), 2*margin(0))
}

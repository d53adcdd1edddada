package welcome

import (
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// panelsLayout places: ground, brand at the left, the rest.
type panelsLayout struct{}

func (panelsLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (panelsLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	brand := min(kit.Scaled(460), s.Width*0.36)
	o[0].Resize(s)
	o[1].Resize(fyne.NewSize(brand, s.Height))
	o[2].Move(fyne.NewPos(brand, 0))
	o[2].Resize(fyne.NewSize(s.Width-brand, s.Height))
}

// middleLayout puts a column of 420 px in the middle of its room, or at the top where it is higher.
type middleLayout struct{}

const column = 420

func (middleLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	if len(o) == 0 {
		return fyne.Size{}
	}
	return fyne.NewSize(200, o[0].MinSize().Height+48)
}

func (middleLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		w := min(kit.Scaled(column), s.Width-48)
		c.Resize(fyne.NewSize(w, c.Size().Height))
		h := c.MinSize().Height
		c.Resize(fyne.NewSize(w, h))
		c.Move(fyne.NewPos((s.Width-w)/2, max(24, (s.Height-h)/2)))
	}
}

// stack gives all children all the room.
type stack struct{}

func (stack) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (stack) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Resize(s)
	}
}

package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// wheel lies over an entry of one line and hands the mouse wheel on to what scrolls around it. Fyne's entry takes it for
// itself, and a page full of fields would stand still wherever the pointer is on one of them.
type wheel struct {
	*canvas.Rectangle
	in *Input
}

func newWheel(in *Input) *wheel { return &wheel{canvas.NewRectangle(color.Transparent), in} }

// Scrolled implements fyne.Scrollable. Across, it is the text of the entry that moves.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DY == 0 && w.in.across != nil {
		w.in.across.Scrolled(e)
		return
	}
	c := CanvasOf(w.in)
	if c == nil {
		return
	}
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	if s, _ := scrollAround(root, w.in); s != nil {
		s.Scrolled(e)
	}
}

// scrollAround looks for o below root and returns what is nearest around it and scrolls, nil if nothing does.
func scrollAround(root, o fyne.CanvasObject) (s *container.Scroll, found bool) {
	switch r := root.(type) {
	case *fyne.Container:
		for _, ch := range r.Objects {
			if ch == o {
				return nil, true
			}
			if s, found = scrollAround(ch, o); found {
				return s, true
			}
		}
	case interface{ insides() []fyne.CanvasObject }:
		for _, ch := range r.insides() {
			if s, found = scrollAround(ch, o); found {
				return s, true
			}
		}
	case *container.Scroll:
		if s, found = scrollAround(r.Content, o); found && s == nil {
			return r, true
		}
	}
	return s, found || root == o
}

package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// reveal scrolls what got the focus into view. Fyne leaves it where it is, and who goes by keyboard would not see it.
func reveal(o fyne.CanvasObject) {
	if o == nil {
		return
	}
	c := CanvasOf(o)
	if c == nil {
		return
	}
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	revealIn(root, o)
}

// InView tells whether all of an object is seen without scrolling what it is in. What has no place yet is.
func InView(o fyne.CanvasObject) bool {
	c := CanvasOf(o)
	if c == nil {
		return true
	}
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	return inView(root, o, fyne.Position{}, nil)
}

func inView(at, o fyne.CanvasObject, pos fyne.Position, seen *area) bool {
	if at == nil || !at.Visible() {
		return true
	}
	pos = pos.Add(at.Position())
	if at == o {
		return seen == nil || seen.size.Height == 0 || pos.Y >= seen.at.Y-1 && pos.Y+o.Size().Height <= seen.at.Y+seen.size.Height+1
	}
	switch at := at.(type) {
	case *fyne.Container:
		for _, ch := range at.Objects {
			if !inView(ch, o, pos, seen) {
				return false
			}
		}
	case *container.Scroll:
		return inView(at.Content, o, pos, &area{pos, at.Size()})
	}
	return true
}

// revealIn looks for o below root through containers and scroll areas, and tells where in root it is.
func revealIn(root, o fyne.CanvasObject) (at fyne.Position, found bool) {
	if root == nil || !root.Visible() {
		return at, false
	}
	if root == o {
		return at, true
	}
	switch r := root.(type) {
	case *fyne.Container:
		for _, ch := range r.Objects {
			if p, ok := revealIn(ch, o); ok {
				return p.Add(ch.Position()), true
			}
		}
	case interface{ insides() []fyne.CanvasObject }:
		for _, ch := range r.insides() {
			if _, rows := ch.(*container.Scroll); rows {
				continue // the table shows its rows by itself
			}
			if p, ok := revealIn(ch, o); ok {
				return p.Add(ch.Position()), true
			}
		}
	case *container.Scroll:
		p, ok := revealIn(r.Content, o)
		if !ok {
			return at, false
		}
		const air = 8
		top, bottom := p.Y-air, p.Y+o.Size().Height+air
		if _, entry := o.(*Input); entry {
			top -= Scaled(24) // the label of its Field stands above
		}
		y := r.Offset.Y
		if bottom > y+r.Size().Height {
			y = bottom - r.Size().Height
		}
		y = max(0, min(y, top))
		if y != r.Offset.Y {
			r.ScrollToOffset(fyne.NewPos(r.Offset.X, y))
		}
		return p.SubtractXY(0, r.Offset.Y), true
	}
	return at, false
}

package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Spread puts one object at the left and one at the right of a line. Where there is no room for both, the right one goes
// below, still at the right.
func Spread(gap float32, left, right fyne.CanvasObject) *fyne.Container {
	return container.New(&spreadLayout{gap: gap}, left, right)
}

type spreadLayout struct {
	gap   float32
	below bool
}

func (l *spreadLayout) natural(o []fyne.CanvasObject) float32 {
	return (&rowLayout{gap: l.gap}).natural(o)
}

func (l *spreadLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	left, right := o[0], o[1]
	lw := naturalWidth(left)
	if !left.Visible() {
		lw = -l.gap
	}
	l.below = lw+l.gap+right.MinSize().Width > size.Width+0.5
	room := size.Width - lw - l.gap
	if l.below {
		lw, room = min(lw, size.Width), size.Width
	}
	rw := min(naturalWidth(right), room)
	lh, rh := heightFor(left, max(0, lw)), heightFor(right, rw)
	y := (size.Height - rh) / 2
	if l.below {
		left.Move(fyne.Position{})
		y = lh + l.gap
	} else {
		left.Move(fyne.NewPos(0, max(0, (size.Height-lh)/2)))
	}
	left.Resize(fyne.NewSize(max(0, lw), lh))
	right.Move(fyne.NewPos(size.Width-rw, max(0, y)))
	right.Resize(fyne.NewSize(rw, rh))
}

func (l *spreadLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	vis := visible(o)
	if !l.below || len(vis) < 2 {
		s := (&rowLayout{gap: l.gap}).MinSize(vis)
		if len(vis) == 2 {
			s.Width = max(vis[0].MinSize().Width, vis[1].MinSize().Width) // one below the other if need be
		}
		return s
	}
	a, b := vis[0].MinSize(), vis[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+l.gap+b.Height)
}

// Wish gives an object a width it would like, scaled with the text; it takes less, down to half, where there is less.
func Wish(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(wishLayout{width: width}, o)
}

type wishLayout struct {
	stackLayout
	width float32
}

func (l wishLayout) natural([]fyne.CanvasObject) float32 { return Scaled(l.width) }

func (l wishLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(Scaled(l.width)/2, l.stackLayout.MinSize(o).Height)
}

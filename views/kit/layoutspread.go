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
	width float32 // of the last layout, 0 before it
}

func (l *spreadLayout) natural(o []fyne.CanvasObject) float32 {
	return (&rowLayout{gap: l.gap}).natural(o)
}

// share gives both their widths and asks how high they then are.
func (l *spreadLayout) share(left, right fyne.CanvasObject, width float32) (lw, rw, lh, rh float32, below bool) {
	lw = naturalWidth(left)
	if !left.Visible() {
		lw = -l.gap
	}
	below = lw+l.gap+right.MinSize().Width > width+0.5
	room := width - lw - l.gap
	if below {
		lw, room = min(lw, width), width
	}
	rw = min(naturalWidth(right), room)
	return lw, rw, heightFor(left, max(0, lw)), heightFor(right, rw), below
}

func (l *spreadLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	left, right := o[0], o[1]
	l.width = size.Width
	lw, rw, lh, rh, below := l.share(left, right, size.Width)
	y := (size.Height - rh) / 2
	if below {
		left.Move(fyne.Position{})
		y = lh + l.gap
	} else {
		left.Move(fyne.NewPos(0, max(0, (size.Height-lh)/2)))
	}
	left.Resize(fyne.NewSize(max(0, lw), lh))
	right.Move(fyne.NewPos(size.Width-rw, max(0, y)))
	right.Resize(fyne.NewSize(rw, rh))
}

// MinSize is as high as both are in the width of the last layout. Their own last widths do not count: a button whose words
// have become longer since would be given a second line that it does not need.
func (l *spreadLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	vis := visible(o)
	if len(vis) < 2 {
		return (&rowLayout{gap: l.gap}).MinSize(vis)
	}
	m := fyne.NewSize(max(vis[0].MinSize().Width, vis[1].MinSize().Width), max(vis[0].MinSize().Height, vis[1].MinSize().Height)) // one below the other if need be
	if l.width == 0 {
		return m
	}
	_, _, lh, rh, below := l.share(vis[0], vis[1], l.width)
	m.Height = max(lh, rh)
	if below {
		m.Height = lh + l.gap + rh
	}
	return m
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

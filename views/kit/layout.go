package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// naturalSizer is a widget that would like to be wider than it must be: text before it wraps.
type naturalSizer interface{ NaturalWidth() float32 }

type naturalLayout interface {
	natural([]fyne.CanvasObject) float32
}

// naturalWidth is the width an object fills when there is room enough.
func naturalWidth(o fyne.CanvasObject) float32 {
	if n, ok := o.(naturalSizer); ok {
		return n.NaturalWidth()
	}
	if c, ok := o.(*fyne.Container); ok {
		if l, ok := c.Layout.(naturalLayout); ok {
			return max(l.natural(c.Objects), c.MinSize().Width)
		}
	}
	return o.MinSize().Width
}

// heightFor gives an object its width and asks how high it then has to be.
func heightFor(o fyne.CanvasObject, width float32) float32 {
	if s := o.Size(); s.Width != width {
		o.Resize(fyne.NewSize(width, s.Height))
	}
	return o.MinSize().Height
}

func grows(o fyne.CanvasObject) bool {
	if c, ok := o.(*fyne.Container); ok {
		_, g := c.Layout.(growLayout)
		return g
	}
	_, spacer := o.(layout.SpacerObject)
	return spacer
}

type growLayout struct{ stackLayout }

// Grow marks what takes the room that is left in a Row or a Column. Several share it.
func Grow(o fyne.CanvasObject) *fyne.Container {
	return container.New(growLayout{}, o)
}

// Spacer is empty room that takes what is left.
func Spacer() *fyne.Container { return container.New(growLayout{}) }

// Gap is empty room of a fixed size, across and down.
func Gap(size float32) *fyne.Container {
	return container.New(gapLayout{size})
}

type gapLayout struct{ size float32 }

func (gapLayout) Layout([]fyne.CanvasObject, fyne.Size) {}
func (g gapLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(g.size, g.size)
}

// Align is where the children of a Row stand across it.
type Align int

// The places.
const (
	Middle Align = iota
	Top
	Bottom
	Stretch
)

type rowLayout struct {
	gap   float32
	align Align
	width float32 // of the last layout, 0 before it
}

// Row puts objects beside each other, in the middle of its height. Texts wrap or are cut when there is no room for all; where
// even that does not help, as with large text in a small window, it goes on in a next line.
func Row(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&rowLayout{gap: gap}, objs...)
}

// RowAligned is Row with another place across.
func RowAligned(gap float32, a Align, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&rowLayout{gap: gap, align: a}, objs...)
}

func visible(o []fyne.CanvasObject) []fyne.CanvasObject {
	out := make([]fyne.CanvasObject, 0, len(o))
	for _, c := range o {
		if c.Visible() {
			out = append(out, c)
		}
	}
	return out
}

func (l *rowLayout) natural(o []fyne.CanvasObject) float32 {
	var w float32
	vis := visible(o)
	for _, c := range vis {
		w += naturalWidth(c)
	}
	return w + l.gap*float32(max(0, len(vis)-1))
}

// widths shares out a width: everyone gets what they must have, then what they would like, then the growing ones the rest.
func (l *rowLayout) widths(vis []fyne.CanvasObject, total float32) []float32 {
	ws := make([]float32, len(vis))
	left := total - l.gap*float32(max(0, len(vis)-1))
	var wish float32
	growing := 0
	for i, c := range vis {
		ws[i] = c.MinSize().Width
		left -= ws[i]
		if grows(c) {
			growing++
		} else {
			wish += max(0, naturalWidth(c)-ws[i])
		}
	}
	if left <= 0 {
		return ws
	}
	share := float32(1)
	if wish > left {
		share = left / wish
	}
	for i, c := range vis {
		if !grows(c) {
			add := max(0, naturalWidth(c)-ws[i]) * share
			ws[i] += add
			left -= add
		}
	}
	if growing > 0 && left > 0 {
		l.shareGrowth(vis, ws, left)
	}
	return ws
}

// shareGrowth fills the growing children up to equal widths as far as their minimums let it.
func (l *rowLayout) shareGrowth(vis []fyne.CanvasObject, ws []float32, left float32) {
	n := 0
	for _, c := range vis {
		if grows(c) {
			n++
		}
	}
	for i, c := range vis {
		if grows(c) {
			ws[i] += left / float32(n)
		}
	}
}

// readable is the width, at 100 %, under which text that wraps has so few words in a line that what stands beside it should
// rather go below.
const readable = 110

// comfort is the width an object should have before anything stands beside it.
func comfort(o fyne.CanvasObject) float32 {
	w := o.MinSize().Width
	if wraps(o) {
		w = max(w, min(naturalWidth(o), Scaled(readable)))
	}
	return w
}

func wraps(o fyne.CanvasObject) bool {
	switch o := o.(type) {
	case *TextBox:
		return o.over == wrapWords
	case *fyne.Container:
		switch o.Layout.(type) {
		case growLayout, *columnLayout, *padLayout:
			return slices.ContainsFunc(o.Objects, wraps)
		}
	}
	return false
}

// lines cuts a row where there is no more room; nearly always it is one.
func (l *rowLayout) lines(vis []fyne.CanvasObject, width float32) [][]fyne.CanvasObject {
	var out [][]fyne.CanvasObject
	from, x := 0, float32(0)
	for i, c := range vis {
		w := comfort(c)
		if i > from && w > 0 && x+l.gap+w > width+0.5 {
			out = append(out, vis[from:i])
			from, x = i, w
			continue
		}
		if i > from {
			x += l.gap
		}
		x += w
	}
	return append(out, vis[from:])
}

func (l *rowLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	lines := l.lines(visible(o), size.Width)
	if len(lines) == 1 {
		l.place(lines[0], fyne.Position{}, size)
		return
	}
	at := fyne.Position{}
	for _, line := range lines {
		high := l.place(line, at, fyne.NewSize(size.Width, 0))
		l.place(line, at, fyne.NewSize(size.Width, high))
		at.Y += high + max(l.gap, lineGap)
	}
}

// lineGap is the least room between the lines of a row.
const lineGap = 4

// place puts the objects of a line, and returns how high the highest is.
func (l *rowLayout) place(vis []fyne.CanvasObject, at fyne.Position, size fyne.Size) (high float32) {
	for i, w := range l.widths(vis, size.Width) {
		c := vis[i]
		h := heightFor(c, w)
		high = max(high, h)
		y := float32(0)
		switch l.align {
		case Stretch:
			h = max(h, size.Height)
		case Bottom:
			y = size.Height - h
		case Middle:
			y = (size.Height - h) / 2
		}
		c.Move(at.AddXY(0, max(0, y)))
		c.Resize(fyne.NewSize(w, h))
		at.X += w + l.gap
	}
	return high
}

func (l *rowLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	vis := visible(o)
	for _, c := range vis {
		s := c.MinSize()
		m.Width += s.Width
		m.Height = max(m.Height, s.Height)
	}
	m.Width += l.gap * float32(max(0, len(vis)-1))
	if l.width == 0 {
		return m
	}
	if lines := l.lines(vis, l.width); len(lines) > 1 {
		m.Height = max(l.gap, lineGap) * float32(len(lines)-1)
		for _, line := range lines {
			high := float32(0)
			for _, c := range line {
				high = max(high, c.MinSize().Height)
			}
			m.Height += high
		}
	}
	return m
}

type columnLayout struct{ gap float32 }

// Column puts objects under each other, each as wide as the column.
func Column(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnLayout{gap: gap}, objs...)
}

func (l *columnLayout) natural(o []fyne.CanvasObject) float32 {
	return stackLayout{}.natural(o)
}

func (l *columnLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	vis := visible(o)
	hs := make([]float32, len(vis))
	left := size.Height - l.gap*float32(max(0, len(vis)-1))
	growing := 0
	for i, c := range vis {
		hs[i] = heightFor(c, size.Width)
		left -= hs[i]
		if grows(c) {
			growing++
		}
	}
	y := float32(0)
	for i, c := range vis {
		if growing > 0 && left > 0 && grows(c) {
			hs[i] += left / float32(growing)
		}
		c.Move(fyne.NewPos(0, y))
		c.Resize(fyne.NewSize(size.Width, hs[i]))
		y += hs[i] + l.gap
	}
}

func (l *columnLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	vis := visible(o)
	for _, c := range vis {
		s := c.MinSize()
		m.Width = max(m.Width, s.Width)
		m.Height += s.Height
	}
	m.Height += l.gap * float32(max(0, len(vis)-1))
	return m
}

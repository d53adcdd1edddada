package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type flowLayout struct {
	gap   float32
	width float32 // of the last layout, 0 before it
}

// FlowWrap puts objects (badges, small buttons) beside each other and goes on in a next row when there is no more room.
func FlowWrap(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flowLayout{gap: gap}, objs...)
}

func (l *flowLayout) natural(o []fyne.CanvasObject) float32 {
	return (&rowLayout{gap: l.gap}).natural(o)
}

// place walks through the objects for a width and returns the height used.
func (l *flowLayout) place(o []fyne.CanvasObject, width float32, put func(c fyne.CanvasObject, p fyne.Position, s fyne.Size)) float32 {
	x, y, high := float32(0), float32(0), float32(0)
	vis := visible(o)
	row := 0 // where the present row begins
	sizes := make([]fyne.Size, len(vis))
	xs := make([]float32, len(vis))
	flush := func(end int) {
		for i := row; put != nil && i < end; i++ {
			put(vis[i], fyne.NewPos(xs[i], y+(high-sizes[i].Height)/2), sizes[i])
		}
		row = end
	}
	for i, c := range vis {
		w := min(naturalWidth(c), max(width, c.MinSize().Width))
		if x > 0 && x+w > width+0.5 {
			flush(i)
			x, y, high = 0, y+high+l.gap, 0
		}
		sizes[i], xs[i] = fyne.NewSize(w, heightFor(c, w)), x
		high = max(high, sizes[i].Height)
		x += w + l.gap
	}
	flush(len(vis))
	return y + high
}

func (l *flowLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(o, size.Width, func(c fyne.CanvasObject, p fyne.Position, s fyne.Size) {
		c.Move(p)
		c.Resize(s)
	})
}

func (l *flowLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, c := range visible(o) {
		m.Width = max(m.Width, c.MinSize().Width)
	}
	width := l.width
	if width == 0 {
		width = l.natural(o)
	}
	m.Height = l.place(o, width, nil)
	return m
}

type gridLayout struct {
	minWidth, gap float32
	maxCols       int
	width         float32 // of the last layout, 0 before it
}

// Grid puts objects in columns of equal width, as many as fit when each is at least minWidth wide, spread evenly over the
// rows; those of a row have equal heights. With a maxCols of 0 it is as many columns as there are objects.
func Grid(minWidth, gap float32, maxCols int, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&gridLayout{minWidth: minWidth, gap: gap, maxCols: maxCols}, objs...)
}

func (l *gridLayout) cols(n int, width float32) int {
	c := int((width + l.gap) / (Scaled(l.minWidth) + l.gap))
	if l.maxCols > 0 {
		c = min(c, l.maxCols)
	}
	c = max(1, min(c, n))
	rows := max(1, (n+c-1)/c)
	return max(1, (n+rows-1)/rows) // four of which three fit are two and two
}

func (l *gridLayout) natural(o []fyne.CanvasObject) float32 {
	n := len(visible(o))
	if l.maxCols > 0 {
		n = min(n, l.maxCols)
	}
	return float32(n)*(Scaled(l.minWidth)+l.gap) - l.gap
}

func (l *gridLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	vis := visible(o)
	l.width = size.Width
	cols := l.cols(len(vis), size.Width)
	w := (size.Width - l.gap*float32(cols-1)) / float32(cols)
	y := float32(0)
	for i := 0; i < len(vis); i += cols {
		row := vis[i:min(i+cols, len(vis))]
		high := float32(0)
		for _, c := range row {
			high = max(high, heightFor(c, w))
		}
		for j, c := range row {
			c.Move(fyne.NewPos(float32(j)*(w+l.gap), y))
			c.Resize(fyne.NewSize(w, high))
		}
		y += high + l.gap
	}
}

func (l *gridLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	vis := visible(o)
	width := l.width
	if width == 0 {
		width = l.natural(o)
	}
	cols := l.cols(len(vis), width)
	for i := 0; i < len(vis); i += cols {
		high := float32(0)
		for _, c := range vis[i:min(i+cols, len(vis))] {
			s := c.MinSize()
			m.Width = max(m.Width, s.Width)
			high = max(high, s.Height)
		}
		if i > 0 {
			m.Height += l.gap
		}
		m.Height += high
	}
	return m
}

// Scroll lets content that is higher than its room scroll. It gives the content its width before asking for its height.
// It reaches 4 px beyond its room on every side, where focus rings and the scroll bar are: leave it a margin.
func Scroll(content fyne.CanvasObject) *fyne.Container {
	s := container.NewVScroll(container.New(&scrolledLayout{}, content))
	s.OnScrolled = func(fyne.Position) { used() }
	return container.New(&scrollLayout{s}, append([]fyne.CanvasObject{s}, ears(s, true)...)...)
}

// scrolledLayout keeps room for focus rings around what scrolls. Content lower than the scroll area keeps its own height,
// so that a card ends where its content ends; content that grows (Grow, Spacer) fills the area.
type scrolledLayout struct {
	width float32 // of the scroll area, 0 before it is laid out
}

func (*scrolledLayout) natural(o []fyne.CanvasObject) float32 { return naturalWidth(o[0]) + 2*ringRoom }

// MinSize never asks for more than the area's width: it does not scroll across, and the toolkit would let everything be as
// wide as the one line that has too little room.
func (l *scrolledLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[0].MinSize().AddWidthHeight(2*ringRoom, 2*ringRoom)
	if l.width > 0 {
		m.Width = min(m.Width, l.width)
	}
	return m
}

func (l *scrolledLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	inner := s.SubtractWidthHeight(2*ringRoom, 2*ringRoom)
	if h := heightFor(o[0], inner.Width); !fills(o[0]) {
		inner.Height = h
	}
	o[0].Move(fyne.NewSquareOffsetPos(ringRoom))
	o[0].Resize(inner)
}

// fills tells whether something down in a column takes the height that is left.
func fills(o fyne.CanvasObject) bool {
	if grows(o) {
		return true
	}
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	switch c.Layout.(type) {
	case *columnLayout, *padLayout, *maxWidthLayout, stackLayout:
		return slices.ContainsFunc(c.Objects, fills)
	case centerLayout:
		return true
	case interface{ GivesAllRoom() }: // of another package
		return slices.ContainsFunc(c.Objects, fills)
	}
	return false
}

// ringRoom is how far a scroll area reaches beyond its content, so that focus rings at its edge are not cut.
const ringRoom = 4

type scrollLayout struct{ scroll *container.Scroll }

func (l *scrollLayout) natural([]fyne.CanvasObject) float32 {
	return naturalWidth(l.scroll.Content) - 2*ringRoom
}

// full is how high all of the content is at a width.
func (l *scrollLayout) full(width float32) float32 {
	return heightFor(l.scroll.Content, width+2*ringRoom) - 2*ringRoom
}

func (l *scrollLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	outer := size.AddWidthHeight(2*ringRoom, 2*ringRoom)
	if in, ok := l.scroll.Content.(*fyne.Container).Layout.(*scrolledLayout); ok {
		in.width = outer.Width
	}
	h := l.full(size.Width) + 2*ringRoom
	l.scroll.Content.Resize(fyne.NewSize(outer.Width, max(h, outer.Height)))
	l.scroll.Move(fyne.NewPos(-ringRoom, -ringRoom))
	l.scroll.Resize(outer)
	l.scroll.Refresh()
}

func (l *scrollLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.scroll.Content.(*fyne.Container).Objects[0].MinSize().Width, 32)
}

// ScrollTo moves what Scroll made to its top.
func ScrollToTop(s *fyne.Container) {
	if l, ok := s.Layout.(*scrollLayout); ok {
		l.scroll.ScrollToTop()
	}
}

// Docked puts a bar at the bottom, what has to be said above it, and gives main the rest. What is said scrolls where it would
// leave main less than half of the height.
func Docked(main, said, bar fyne.CanvasObject) *fyne.Container {
	return container.New(dockLayout{}, main, Scroll(said), bar)
}

type dockLayout struct{}

func (dockLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(max(o[0].MinSize().Width, o[2].MinSize().Width), o[0].MinSize().Height+o[2].MinSize().Height)
}

func (dockLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	main, said, bar := o[0], o[1].(*fyne.Container), o[2]
	y := s.Height
	if bar.Visible() {
		h := heightFor(bar, s.Width)
		y -= h
		bar.Move(fyne.NewPos(0, y))
		bar.Resize(fyne.NewSize(s.Width, h))
	}
	inner := said.Layout.(*scrollLayout)
	content := inner.scroll.Content.(*fyne.Container).Objects[0]
	setVisible(said, content.Visible())
	if content.Visible() {
		h := min(inner.full(s.Width), y/2)
		y -= h
		said.Move(fyne.NewPos(0, y))
		said.Resize(fyne.NewSize(s.Width, h))
	}
	main.Move(fyne.Position{})
	less := y < main.Size().Height
	main.Resize(fyne.NewSize(s.Width, y))
	if less {
		revealFocus(main) // the first letter typed brings the bar, which must not come over what is being typed
	}
}

// SplitDetail shows a list with a detail card beside it. Below narrow (content width in px at 100 %) the detail comes
// instead of the list when something is open.
type SplitDetail struct {
	// Container is what to put into a layout.
	Container    *fyne.Container
	list, detail fyne.CanvasObject
	width        float32
	open         bool
	narrow       bool
}

// NewSplitDetail puts a detail of 348 px beside a list.
func NewSplitDetail(list, detail fyne.CanvasObject) *SplitDetail {
	s := &SplitDetail{list: list, detail: detail, width: 348}
	detail.Hide()
	s.Container = container.New((*splitLayout)(s), list, detail)
	return s
}

const splitNarrow = 760

// SetOpen shows or hides the detail.
func (s *SplitDetail) SetOpen(open bool) {
	if s.open == open {
		return
	}
	s.open = open
	s.Container.Refresh()
	s.Container.Layout.Layout(s.Container.Objects, s.Container.Size())
}

// Open tells whether the detail shows.
func (s *SplitDetail) Open() bool { return s.open }

// Narrow tells whether the detail takes the list's place, so that it needs a way back.
func (s *SplitDetail) Narrow() bool { return s.narrow }

type splitLayout SplitDetail

func (l *splitLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l.narrow = size.Width < Scaled(splitNarrow)
	setVisible(l.detail, l.open)
	setVisible(l.list, !l.open || !l.narrow)
	lw, x := size.Width, float32(0)
	if l.open && !l.narrow {
		dw := min(Scaled(l.width), size.Width/2)
		lw -= dw + 16
		x = lw + 16
		l.detail.Move(fyne.NewPos(x, 0))
		l.detail.Resize(fyne.NewSize(dw, size.Height))
	} else if l.open {
		l.detail.Move(fyne.Position{})
		l.detail.Resize(size)
	}
	l.list.Move(fyne.Position{})
	l.list.Resize(fyne.NewSize(lw, size.Height))
}

func (l *splitLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	if l.open && l.narrow { // a detail scrolls in whatever room there is
		return fyne.NewSize(max(l.list.MinSize().Width, l.detail.MinSize().Width), Scaled(120))
	}
	return l.list.MinSize().Max(fyne.NewSize(l.detail.MinSize().Width, 0))
}

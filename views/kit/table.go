package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Col is one column of a Table.
type Col[T any] struct {
	Title string
	Sub   string // a second line under the title; may be ""
	// Weight is the column's share of the width, Min its smallest width at 100 %.
	Weight, Min float32
	// HideBelow hides the column while the table is narrower than this (at 100 %); 0 never.
	HideBelow float32
	Center    bool
	Sortable  bool
	// New makes an empty cell; Bind fills it for an item. Cells are used again for other items: Bind must set everything.
	New  func() fyne.CanvasObject
	Bind func(cell fyne.CanvasObject, item T)
}

// Table shows many items in rows of 56 px. It makes only the rows that are seen. The rows are one tab stop: Up, Down,
// Home, End, PageUp and PageDown select, Enter activates, typed letters go to OnTyped or else to the item that begins with
// them.
type Table[T any] struct {
	widget.BaseWidget
	cols     []Col[T]
	id       func(T) string
	items    []T
	selected string
	sortCol  int
	sortDesc bool
	rowH     float32

	// Label is what a screen reader says for an item.
	Label       func(T) string
	OnSelected  func(T)
	OnActivated func(T)
	// OnSpace is for what a row can be besides selected, such as ticked; may be nil.
	OnSpace func(T)
	// OnTapped follows OnSelected when it was the pointer that chose; may be nil.
	OnTapped func(T)
	OnSort   func(col int, desc bool)
	OnTyped  func(r rune)
	// Empty is shown instead of rows when there are none; may be nil.
	Empty fyne.CanvasObject
	// Footer stands under the rows (totals), made of one cell per column; may be nil.
	Footer []fyne.CanvasObject

	noHeader bool
	noLines  bool
	fill     *Fill
	header   *fyne.Container
	heads    []*headCell
	body     *tableBody[T]
	scroll   *container.Scroll
	why      *fyne.Container // Empty, which scrolls where it has too little room
	foot     *fyne.Container
	footFill *Fill
	headLine *Fill
	version  int // of what rows show; a row of an older one is filled again
	lastTap  time.Time
	lastID   string
	letters  letters
}

// NewTable makes a table; id gives an item's stable identity, by which the selection is kept.
func NewTable[T any](cols []Col[T], id func(T) string) *Table[T] {
	t := &Table[T]{cols: cols, id: id, sortCol: -1}
	t.ExtendBaseWidget(t)
	t.fill = NewFill(Surface, Line, radiusCard)
	t.headLine = Divider()
	t.header = container.New(freeLayout{})
	for i, c := range cols {
		h := newHeadCell(c.Title, c.Sub, c.Sortable, c.Center, func() { t.sortBy(i) })
		t.heads = append(t.heads, h)
		t.header.Add(h)
	}
	t.body = &tableBody[T]{t: t}
	t.body.extend(t.body)
	t.scroll = container.NewVScroll(t.body)
	t.scroll.OnScrolled = func(fyne.Position) {
		used()
		t.body.show()
	}
	return t
}

// WithoutHeader makes it a plain list.
func (t *Table[T]) WithoutHeader() *Table[T] { t.noHeader = true; return t }

// WithRowHeight changes the rows' height at 100 %.
func (t *Table[T]) WithRowHeight(h float32) *Table[T] { t.rowH = h; return t }

func (t *Table[T]) rowHeight() float32 {
	if t.rowH > 0 {
		return Scaled(t.rowH)
	}
	return RowHeight()
}

// SetItems shows other items. The selection stays on the item of the same id, if it is still there.
func (t *Table[T]) SetItems(items []T) {
	t.items = items
	t.version++
	if t.index() < 0 {
		t.selected = ""
	}
	t.Refresh()
}

// Items are what is shown, in order.
func (t *Table[T]) Items() []T { return t.items }

// SetTitle changes a column's title.
func (t *Table[T]) SetTitle(col int, title, sub string) {
	t.cols[col].Title, t.cols[col].Sub = title, sub
	t.heads[col].set(title, sub)
}

// Selected is the selected item.
func (t *Table[T]) Selected() (item T, ok bool) {
	if i := t.index(); i >= 0 {
		return t.items[i], true
	}
	return item, false
}

// Select selects an item by its id and brings it into view, without telling OnSelected; "" selects nothing.
func (t *Table[T]) Select(id string) {
	t.selected = id
	if i := t.index(); i >= 0 {
		t.reveal(i)
	} else {
		t.selected = ""
	}
	t.body.show()
}

// Focus puts the keyboard's focus on the rows.
func (t *Table[T]) Focus() {
	if c := CanvasOf(t.body); c != nil {
		c.Focus(t.body)
	}
}

// ScrollToTop shows the first row, as when other items have come.
func (t *Table[T]) ScrollToTop() { t.scroll.ScrollToOffset(fyne.Position{}) }

// SetSort shows which column the items are sorted by; -1 for none. The caller sorts.
func (t *Table[T]) SetSort(col int, desc bool) {
	t.sortCol, t.sortDesc = col, desc
	t.Refresh()
}

func (t *Table[T]) sortBy(col int) {
	desc := t.sortCol == col && !t.sortDesc
	t.SetSort(col, desc)
	if t.OnSort != nil {
		t.OnSort(col, desc)
	}
}

func (t *Table[T]) index() int {
	if t.selected == "" {
		return -1
	}
	for i := range t.items {
		if t.id(t.items[i]) == t.selected {
			return i
		}
	}
	return -1
}

func (t *Table[T]) choose(i int) {
	if len(t.items) == 0 {
		return
	}
	i = min(max(i, 0), len(t.items)-1)
	t.selected = t.id(t.items[i])
	t.reveal(i)
	t.body.show()
	traceFocus(t.body)
	if t.OnSelected != nil {
		t.OnSelected(t.items[i])
	}
}

func (t *Table[T]) reveal(i int) {
	top, h, view := float32(i)*t.rowHeight(), t.rowHeight(), t.scroll.Size().Height
	switch {
	case view < h: // not laid out yet: arrange comes back to it
	case top < t.scroll.Offset.Y:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case top+h > t.scroll.Offset.Y+view:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top+h-view))
	}
}

// inView tells whether a row is whole in view, or is to be as soon as the table has room.
func (t *Table[T]) inView(i int) bool {
	top, h, view := float32(i)*t.rowHeight(), t.rowHeight(), t.scroll.Size().Height
	return view < h || top >= t.scroll.Offset.Y && top+h <= t.scroll.Offset.Y+view
}

func (t *Table[T]) activate(i int) {
	if i >= 0 && i < len(t.items) && t.OnActivated != nil {
		t.OnActivated(t.items[i])
	}
}

// insides are what the table is made of, for who looks for what is in it.
func (t *Table[T]) insides() []fyne.CanvasObject {
	out := []fyne.CanvasObject{t.header, t.scroll}
	if t.why != nil {
		out = append(out, t.why)
	}
	if t.foot != nil {
		out = append(out, t.foot)
	}
	return out
}

// focusTarget is what takes the focus when a dialog opens on a table.
func (t *Table[T]) focusTarget() fyne.Focusable { return t.body }

// span is where a column stands; a hidden one has no width.
type span struct{ x, w float32 }

const tablePad = 16

// spans shares a width out among the columns that show at it.
func (t *Table[T]) spans(width float32) []span {
	out := make([]span, len(t.cols))
	left := width - 2*tablePad
	var weights float32
	n := 0
	for _, c := range t.cols {
		if t.shows(c, width) {
			left -= Scaled(c.Min)
			weights += c.Weight
			n++
		}
	}
	left -= 12 * float32(max(0, n-1))
	x := float32(tablePad)
	for i, c := range t.cols {
		if !t.shows(c, width) {
			continue
		}
		w := Scaled(c.Min)
		if weights > 0 && left > 0 {
			w += left * c.Weight / weights
		}
		out[i] = span{x, w}
		x += w + 12
	}
	return out
}

func (t *Table[T]) shows(c Col[T], width float32) bool {
	return c.HideBelow == 0 || width >= Scaled(c.HideBelow)
}

// Shows tells whether a column has room now. What it would say should then stand elsewhere.
func (t *Table[T]) Shows(col int) bool { return t.shows(t.cols[col], t.Size().Width) }

func (t *Table[T]) headHeight() float32 {
	if t.noHeader {
		return 0
	}
	for _, c := range t.cols {
		if c.Sub != "" {
			return Scaled(44)
		}
	}
	return Scaled(36)
}

func (t *Table[T]) footHeight() float32 {
	if t.Footer == nil {
		return 0
	}
	return t.rowHeight()
}

// fewestRows is how many rows a table keeps room for: with large text in a small window, what is above it takes the rest.
const fewestRows = 2

// CreateRenderer implements fyne.Widget.
func (t *Table[T]) CreateRenderer() fyne.WidgetRenderer {
	t.footFill = NewFill(Background, Line, 0)
	t.foot = container.New(freeLayout{}, t.Footer...)
	p := &parts{objs: []fyne.CanvasObject{t.fill, t.header, t.headLine, t.scroll, t.footFill, t.foot}}
	if t.Empty != nil {
		t.why = Scroll(t.Empty)
		p.objs = append(p.objs, t.why)
	}
	p.min = func() fyne.Size {
		w := float32(2 * tablePad)
		for _, c := range t.cols {
			if c.HideBelow == 0 {
				w += Scaled(c.Min) + 12
			}
		}
		h := t.rowHeight() * float32(min(max(len(t.items), 1), fewestRows))
		if len(t.items) == 0 && t.Empty != nil {
			h = min(t.Empty.MinSize().Height, fewestRows*t.rowHeight())
		}
		return fyne.NewSize(w, t.headHeight()+h+t.footHeight()+2)
	}
	p.layout = func(s fyne.Size) { t.arrange(s) }
	p.refresh = func() {
		t.version++
		for i, h := range t.heads {
			h.show(t.sortCol == i, t.sortDesc)
		}
		t.arrange(t.Size())
		t.fill.Refresh()
		t.header.Refresh()
		t.headLine.Refresh()
		t.footFill.Refresh()
		t.foot.Refresh()
	}
	return p
}

func (t *Table[T]) arrange(s fyne.Size) {
	hh, fh := t.headHeight(), t.footHeight()
	empty := len(t.items) == 0
	room := max(0, s.Height-hh-fh)
	bodyH := min(room, t.rowHeight()*float32(len(t.items)))
	t.header.Hidden, t.headLine.Hidden = t.noHeader, t.noHeader
	spans := t.spans(s.Width)
	for i, h := range t.heads {
		h.Hidden = spans[i].w == 0
		h.Move(fyne.NewPos(spans[i].x, 0))
		h.Resize(fyne.NewSize(spans[i].w, hh))
	}
	t.header.Resize(fyne.NewSize(s.Width, hh))
	t.headLine.Move(fyne.NewPos(0, hh-1))
	t.headLine.Resize(fyne.NewSize(s.Width, 1))
	setVisible(t.scroll, !empty)
	t.scroll.Move(fyne.NewPos(1, hh))
	total := hh + bodyH + fh
	if t.Empty != nil {
		setVisible(t.Empty, empty)
		setVisible(t.why, empty)
		if empty {
			eh := min(room, heightFor(t.Empty, s.Width-2*ringRoom))
			t.why.Move(fyne.NewPos(ringRoom, hh))
			t.why.Resize(fyne.NewSize(s.Width-2*ringRoom, eh))
			total = hh + eh + fh
		}
	}
	t.fill.Resize(fyne.NewSize(s.Width, total))
	t.footFill.Hidden, t.foot.Hidden = fh == 0, fh == 0
	t.footFill.Move(fyne.NewPos(0, hh+bodyH))
	t.footFill.Resize(fyne.NewSize(s.Width, fh))
	t.foot.Move(fyne.NewPos(0, hh+bodyH))
	t.foot.Resize(fyne.NewSize(s.Width, fh))
	for i, c := range t.Footer {
		placeCell(c, spans[i], fh, t.cols[i].Center)
	}
	t.body.Resize(fyne.NewSize(s.Width-2, t.rowHeight()*float32(len(t.items))))
	i := t.index()
	stays := i >= 0 && t.inView(i)
	t.scroll.Resize(fyne.NewSize(max(0, s.Width-2), bodyH))
	if stays {
		t.reveal(i)
	}
	t.scroll.Refresh()
	t.body.show()
}

// placeCell puts a cell in its column, in the middle of the row's height.
func placeCell(c fyne.CanvasObject, at span, height float32, center bool) {
	if at.w == 0 {
		c.Hide()
		return
	}
	if !c.Visible() {
		c.Show()
	}
	w, x := at.w, at.x
	if center {
		w = min(at.w, naturalWidth(c))
		x += (at.w - w) / 2
	}
	h := min(heightFor(c, w), height)
	c.Move(fyne.NewPos(x, (height-h)/2))
	c.Resize(fyne.NewSize(w, h))
}

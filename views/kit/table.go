package kit

import (
	"image/color"
	"time"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
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
// Home, End, PageUp and PageDown select, Enter activates, typed letters go to OnTyped.
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
	// OnTapped follows OnSelected when it was the pointer that chose; may be nil.
	OnTapped func(T)
	OnSort   func(col int, desc bool)
	OnTyped  func(r rune)
	// OnKey gets the keys the table has no use for (Delete, F2); it tells whether it used the key.
	OnKey func(item T, e *fyne.KeyEvent) bool
	// Empty is shown instead of rows when there are none; may be nil.
	Empty fyne.CanvasObject
	// Footer stands under the rows (totals), made of one cell per column; may be nil.
	Footer []fyne.CanvasObject

	noHeader bool
	fill     *Fill
	header   *fyne.Container
	heads    []*headCell
	body     *tableBody[T]
	scroll   *container.Scroll
	foot     *fyne.Container
	footFill *Fill
	headLine *Fill
	version  int // of what rows show; a row of an older one is filled again
	lastTap  time.Time
	lastID   string
}

// NewTable makes a table; id gives an item's stable identity, by which the selection is kept.
func NewTable[T any](cols []Col[T], id func(T) string) *Table[T] {
	t := &Table[T]{cols: cols, id: id, sortCol: -1}
	t.ExtendBaseWidget(t)
	t.fill = NewFill(Surface, Line, radiusCard)
	t.headLine = Divider()
	t.header = fyne.NewContainerWithLayout(freeLayout{})
	for i, c := range cols {
		h := newHeadCell(c.Title, c.Sub, c.Sortable, c.Center, func() { t.sortBy(i) })
		t.heads = append(t.heads, h)
		t.header.Add(h)
	}
	t.body = &tableBody[T]{t: t}
	t.body.extend(t.body)
	t.scroll = container.NewVScroll(t.body)
	t.scroll.OnScrolled = func(fyne.Position) { t.body.show() }
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
	if c := fyne.CurrentApp().Driver().CanvasForObject(t.body); c != nil {
		c.Focus(t.body)
	}
}

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
	if t.OnSelected != nil {
		t.OnSelected(t.items[i])
	}
}

func (t *Table[T]) reveal(i int) {
	top, h, view := float32(i)*t.rowHeight(), t.rowHeight(), t.scroll.Size().Height
	switch {
	case top < t.scroll.Offset.Y:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case top+h > t.scroll.Offset.Y+view:
		t.scroll.ScrollToOffset(fyne.NewPos(0, top+h-view))
	}
}

func (t *Table[T]) activate(i int) {
	if i >= 0 && i < len(t.items) && t.OnActivated != nil {
		t.OnActivated(t.items[i])
	}
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

// CreateRenderer implements fyne.Widget.
func (t *Table[T]) CreateRenderer() fyne.WidgetRenderer {
	t.footFill = NewFill(Background, Line, 0)
	t.foot = fyne.NewContainerWithLayout(freeLayout{}, t.Footer...)
	p := &parts{objs: []fyne.CanvasObject{t.fill, t.header, t.headLine, t.scroll, t.footFill, t.foot}}
	if t.Empty != nil {
		p.objs = append(p.objs, t.Empty)
	}
	p.min = func() fyne.Size {
		w := float32(2 * tablePad)
		for _, c := range t.cols {
			if c.HideBelow == 0 {
				w += Scaled(c.Min) + 12
			}
		}
		h := t.rowHeight() * float32(min(max(len(t.items), 1), 3))
		if len(t.items) == 0 && t.Empty != nil {
			h = t.Empty.MinSize().Height
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
		if empty {
			eh := min(room, heightFor(t.Empty, s.Width))
			t.Empty.Move(fyne.NewPos(0, hh))
			t.Empty.Resize(fyne.NewSize(s.Width, eh))
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
	t.scroll.Resize(fyne.NewSize(max(0, s.Width-2), bodyH))
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

// tableBody is the part that scrolls, and the tab stop.
type tableBody[T any] struct {
	control
	t    *Table[T]
	rows []*tableRow[T]
}

func (b *tableBody[T]) MouseIn(*desktop.MouseEvent)    {}
func (b *tableBody[T]) MouseMoved(*desktop.MouseEvent) {}
func (b *tableBody[T]) MouseOut()                      {}
func (b *tableBody[T]) Cursor() desktop.Cursor         { return desktop.DefaultCursor }

func (b *tableBody[T]) FocusGained() {
	b.focused = true
	b.show()
}

func (b *tableBody[T]) FocusLost() {
	b.focused = false
	b.show()
}

// AccessibilityLabel implements fyne.Accessible.
func (b *tableBody[T]) AccessibilityLabel() string {
	if i := b.t.index(); i >= 0 && b.t.Label != nil {
		return b.t.Label(b.t.items[i])
	}
	return ""
}

// AccessibilityRole implements fyne.Accessible.
func (b *tableBody[T]) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// TypedRune implements fyne.Focusable.
func (b *tableBody[T]) TypedRune(r rune) {
	if b.t.OnTyped != nil && r != ' ' {
		b.t.OnTyped(r)
	}
}

// TypedKey implements fyne.Focusable.
func (b *tableBody[T]) TypedKey(e *fyne.KeyEvent) {
	t, i := b.t, b.t.index()
	page := max(1, int(t.scroll.Size().Height/t.rowHeight())-1)
	switch e.Name {
	case fyne.KeyDown:
		t.choose(i + 1)
	case fyne.KeyUp:
		t.choose(max(i, 1) - 1)
	case fyne.KeyHome:
		t.choose(0)
	case fyne.KeyEnd:
		t.choose(len(t.items) - 1)
	case fyne.KeyPageDown:
		t.choose(i + page)
	case fyne.KeyPageUp:
		t.choose(i - page)
	case fyne.KeyReturn, fyne.KeyEnter:
		if i < 0 {
			t.choose(0)
			return
		}
		t.activate(i)
	default:
		if i >= 0 && t.OnKey != nil && t.OnKey(t.items[i], e) {
			return
		}
		bubble(b, e)
	}
}

// show makes, moves and fills the rows that are in view.
func (b *tableBody[T]) show() {
	t := b.t
	h := t.rowHeight()
	first := max(0, int(t.scroll.Offset.Y/h))
	last := min(len(t.items), int((t.scroll.Offset.Y+t.scroll.Size().Height)/h)+1)
	n := max(0, last-first)
	for len(b.rows) < n {
		b.rows = append(b.rows, newTableRow(t))
	}
	spans := t.spans(t.Size().Width)
	// The focus must be seen somewhere: without a selection on the first row, which Enter or an arrow then takes.
	ringAt := max(t.index(), 0)
	// A row keeps its item while it stays in view, so that hover and focus inside it do not jump.
	for k, r := range b.rows {
		i := -1
		if n > 0 {
			i = first + (k-first%len(b.rows)+len(b.rows))%len(b.rows)
		}
		if i < first || i >= last {
			r.index, r.look = -1, rowLook{index: -1}
			setVisible(r, false)
			continue
		}
		look := rowLook{index: i, version: t.version, width: t.Size().Width, ringed: b.focused && i == ringAt,
			selected: t.selected != "" && t.id(t.items[i]) == t.selected}
		setVisible(r, true)
		if r.look != look {
			r.index, r.look = i, look
			r.fill(t.items[i], spans)
		}
		r.Move(fyne.NewPos(0, float32(i)*h))
		r.Resize(fyne.NewSize(t.body.Size().Width, h))
	}
	b.Refresh()
}

func (b *tableBody[T]) CreateRenderer() fyne.WidgetRenderer {
	p := &parts{layout: func(fyne.Size) {}}
	p.min = func() fyne.Size { return fyne.NewSize(10, b.t.rowHeight()*float32(len(b.t.items))) }
	p.refresh = func() {
		p.objs = p.objs[:0]
		for _, r := range b.rows {
			p.objs = append(p.objs, r)
		}
		canvas.Refresh(b)
	}
	p.refresh()
	return p
}

type tableRow[T any] struct {
	widget.BaseWidget
	t       *Table[T]
	index   int
	cells   []fyne.CanvasObject
	spans   []span
	hovered bool
	look    rowLook
}

// rowLook is everything a row's looks depend on: while it stays the same, scrolling does not fill the row again.
type rowLook struct {
	index, version   int
	width            float32
	ringed, selected bool
}

func newTableRow[T any](t *Table[T]) *tableRow[T] {
	r := &tableRow[T]{t: t, index: -1, look: rowLook{index: -1}}
	for _, c := range t.cols {
		r.cells = append(r.cells, c.New())
	}
	r.ExtendBaseWidget(r)
	for _, c := range r.cells {
		keepHover(c, r)
	}
	return r
}

func (r *tableRow[T]) fill(item T, spans []span) {
	r.spans = spans
	for i, c := range r.t.cols {
		c.Bind(r.cells[i], item)
	}
	r.Refresh()
}

func (r *tableRow[T]) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.Refresh() }
func (r *tableRow[T]) MouseMoved(*desktop.MouseEvent) {}
func (r *tableRow[T]) MouseOut()                      { r.hovered = false; r.Refresh() }

// doubleTap is how soon a second click activates. Fyne's DoubleTappable would make every single click wait.
const doubleTap = 400 * time.Millisecond

func (r *tableRow[T]) Tapped(*fyne.PointEvent) {
	t := r.t
	if r.index < 0 || r.index >= len(t.items) {
		return // the list changed under the pointer
	}
	i, id, now := r.index, t.id(t.items[r.index]), time.Now()
	t.Focus()
	if id == t.lastID && now.Sub(t.lastTap) < doubleTap {
		t.lastID = ""
		t.activate(i)
		return
	}
	t.lastID, t.lastTap = id, now
	t.choose(i)
	if t.OnTapped != nil {
		t.OnTapped(t.items[i])
	}
}

func (r *tableRow[T]) CreateRenderer() fyne.WidgetRenderer {
	bg, line := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	p := &parts{objs: []fyne.CanvasObject{bg, line}}
	p.objs = append(p.objs, r.cells...)
	p.min = func() fyne.Size { return fyne.NewSize(10, r.t.rowHeight()) }
	p.layout = func(s fyne.Size) {
		in := float32(2)
		bg.Move(fyne.NewPos(0, 0))
		if r.look.ringed {
			bg.Move(fyne.NewPos(in, in))
			bg.Resize(s.SubtractWidthHeight(2*in, 2*in+1))
		} else {
			bg.Resize(s)
		}
		line.Move(fyne.NewPos(0, s.Height-1))
		line.Resize(fyne.NewSize(s.Width, 1))
		for i, c := range r.cells {
			if i < len(r.spans) {
				at := r.spans[i]
				at.x--
				placeCell(c, at, s.Height, r.t.cols[i].Center)
			}
		}
	}
	p.refresh = func() {
		bg.FillColor, bg.StrokeWidth, bg.CornerRadius = color.Transparent, 0, 0
		switch {
		case r.look.selected:
			bg.FillColor = Color(PrimarySoft)
		case r.hovered:
			bg.FillColor = withAlpha(Color(Text), 0x08)
		}
		if r.look.ringed {
			bg.StrokeColor, bg.StrokeWidth, bg.CornerRadius = Color(Primary), 2, 6
		}
		line.FillColor = Color(Line)
		line.Hidden = r.index == len(r.t.items)-1 && r.t.Footer == nil
		p.layout(r.Size())
		bg.Refresh()
		line.Refresh()
		for _, c := range r.cells {
			c.Refresh()
		}
	}
	p.refresh()
	return p
}

// headCell is a column's title; a sortable one is a button.
type headCell struct {
	control
	text, sub *TextBox
	icon      *Icon
	sortable  bool
	tapped    func()
}

func newHeadCell(title, sub string, sortable, center bool, tapped func()) *headCell {
	h := &headCell{sortable: sortable, tapped: tapped, icon: NewIcon(icons.ChevronUp, Muted, 14)}
	h.text = Small(title).Ellipsis()
	h.sub = Small(sub).Ellipsis()
	if sub != "" {
		h.text.Bold(true).In(Text)
	}
	if center {
		h.text.Centered()
		h.sub.Centered()
	}
	h.icon.Hide()
	h.disabled = !sortable
	h.extend(h)
	keepHover(h.text, h)
	keepHover(h.sub, h)
	return h
}

func (h *headCell) set(title, sub string) {
	h.text.SetText(title)
	h.sub.SetText(sub)
	h.Refresh()
}

func (h *headCell) show(sorted, desc bool) {
	h.icon.Hidden = !sorted
	if desc {
		h.icon.Set(icons.ChevronDown, Muted)
	} else {
		h.icon.Set(icons.ChevronUp, Muted)
	}
	h.Refresh()
}

func (h *headCell) Tapped(*fyne.PointEvent) {
	if h.sortable {
		h.focus(h)
		h.tapped()
	}
}

func (h *headCell) TypedKey(e *fyne.KeyEvent) {
	if activates(e) && h.sortable {
		h.tapped()
		return
	}
	bubble(h, e)
}

func (h *headCell) AccessibilityLabel() string { return h.text.Text() }
func (h *headCell) AccessibilityRole() fyne.AccessibleRole {
	if h.sortable {
		return fyne.AccessibleRoleButton
	}
	return fyne.AccessibleRoleText
}

func (h *headCell) CreateRenderer() fyne.WidgetRenderer {
	p := &parts{objs: []fyne.CanvasObject{h.text, h.sub, h.icon, h.newRing()}}
	p.min = func() fyne.Size { return fyne.NewSize(h.text.MinSize().Width, h.text.MinSize().Height) }
	p.layout = func(s fyne.Size) {
		d := Scaled(14)
		w := s.Width
		if h.icon.Visible() {
			w = max(0, min(h.text.NaturalWidth(), s.Width-d-2))
			h.icon.Move(fyne.NewPos(w+2, (s.Height-d)/2))
			h.icon.Resize(fyne.NewSquareSize(d))
		}
		th := h.text.MinSize().Height
		y := (s.Height - th) / 2
		if h.sub.Text() != "" {
			y = (s.Height - 2*th) / 2
			h.sub.Move(fyne.NewPos(0, y+th))
			h.sub.Resize(fyne.NewSize(s.Width, th))
		}
		h.text.Move(fyne.NewPos(0, y))
		h.text.Resize(fyne.NewSize(w, th))
		h.drawRing(fyne.NewPos(-2, 6), s.SubtractWidthHeight(-4, 12), 0)
	}
	p.refresh = func() {
		h.sub.Hidden = h.sub.Text() == ""
		p.layout(h.Size())
		h.text.Refresh()
		h.sub.Refresh()
		h.icon.Refresh()
		h.refreshRing()
	}
	p.refresh()
	return p
}

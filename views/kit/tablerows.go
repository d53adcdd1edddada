package kit

import (
	"cmp"
	"image/color"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// tableBody is the part that scrolls, and the tab stop.
type tableBody[T any] struct {
	control
	t    *Table[T]
	rows []*tableRow[T]
}

func (b *tableBody[T]) MouseIn(*desktop.MouseEvent)    {}
func (b *tableBody[T]) MouseMoved(*desktop.MouseEvent) { used() }
func (b *tableBody[T]) MouseOut()                      {}
func (b *tableBody[T]) Cursor() desktop.Cursor         { return desktop.DefaultCursor }

func (b *tableBody[T]) FocusGained() {
	b.focused = true
	b.show()
	reveal(b.t)
	traceFocus(b)
}

func (b *tableBody[T]) FocusLost() {
	b.focused = false
	b.show()
}

// AccessibilityLabel implements fyne.Accessible.
func (b *tableBody[T]) AccessibilityLabel() string {
	if len(b.t.items) == 0 || b.t.Label == nil {
		return ""
	}
	return chosen(b.t.Label(b.t.items[b.ringAt()]), b.t.index() >= 0)
}

// AccessibilityRole implements fyne.Accessible.
func (b *tableBody[T]) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// TypedRune implements fyne.Focusable.
func (b *tableBody[T]) TypedRune(r rune) {
	t := b.t
	switch {
	case t.OnTyped != nil:
		if r != ' ' {
			t.OnTyped(r)
		}
	case t.Label != nil:
		labels := make([]string, len(t.items))
		for i := range t.items {
			labels[i] = t.Label(t.items[i])
		}
		if i := t.letters.next(r, time.Now(), labels, t.index()); i >= 0 {
			t.choose(i)
		}
	}
}

// TypedKey implements fyne.Focusable.
func (b *tableBody[T]) TypedKey(e *fyne.KeyEvent) {
	if !acts(e) {
		return
	}
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
			i = 0
			t.choose(i)
		}
		t.activate(i)
	case fyne.KeySpace:
		if t.OnSpace == nil || len(t.items) == 0 {
			bubble(b, e)
			return
		}
		if i < 0 {
			i = 0
			t.choose(i)
		}
		t.OnSpace(t.items[i])
	default:
		bubble(b, e)
	}
}

// ringAt is the row that shows the focus, which must be seen somewhere: without a selection it is the first, which
// Enter or an arrow then takes.
func (b *tableBody[T]) ringAt() int { return max(b.t.index(), 0) }

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
	ringAt := b.ringAt()
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

// insides are the rows in view.
func (b *tableBody[T]) insides() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, r := range b.rows {
		if r.index >= 0 && r.Visible() {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b fyne.CanvasObject) int { return cmp.Compare(a.Position().Y, b.Position().Y) })
	return out
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

// AccessibilityLabel implements fyne.Accessible.
func (r *tableRow[T]) AccessibilityLabel() string {
	if r.index < 0 || r.index >= len(r.t.items) || r.t.Label == nil {
		return ""
	}
	return chosen(r.t.Label(r.t.items[r.index]), r.look.selected)
}

// AccessibilityRole implements fyne.Accessible.
func (r *tableRow[T]) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (r *tableRow[T]) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.Refresh() }
func (r *tableRow[T]) MouseMoved(*desktop.MouseEvent) { used() }
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
	bg, line, edge := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), newEdge()
	p := &parts{objs: []fyne.CanvasObject{bg, line, edge}}
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
		placeEdge(edge, s)
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
		line.Hidden = r.t.noLines || r.index == len(r.t.items)-1 && r.t.Footer == nil
		p.layout(r.Size())
		bg.Refresh()
		showEdge(edge, r.look.selected)
		line.Refresh()
		for _, c := range r.cells {
			c.Refresh()
		}
	}
	p.refresh()
	return p
}

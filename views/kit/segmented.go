package kit

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// Segment is one choice of a SegmentedFilter. A Count below 0 is not shown.
type Segment struct {
	Label string
	Count int
}

// SegmentedFilter is a row of choices of which one is taken. It is one tab stop; the arrow keys choose.
type SegmentedFilter struct {
	control
	segs      []Segment
	texts     []*TextBox
	selected  int
	name      string
	OnChanged func(int)
	OnDown    func() // Down goes to what is chosen from, below; may be nil
}

// NewSegmentedFilter makes it with the first choice taken.
func NewSegmentedFilter(segs []Segment, changed func(int)) *SegmentedFilter {
	s := &SegmentedFilter{OnChanged: changed}
	s.extend(s)
	s.SetSegments(segs)
	return s
}

// Named says what is chosen here, for screen readers, where a word beside it says so for the eyes.
func (s *SegmentedFilter) Named(name string) *SegmentedFilter { s.name = name; return s }

// SetSegments changes labels and counts.
func (s *SegmentedFilter) SetSegments(segs []Segment) {
	s.segs = segs
	for len(s.texts) < len(segs) {
		s.texts = append(s.texts, Body("").OneLine())
	}
	s.texts = s.texts[:len(segs)]
	s.selected = min(s.selected, max(0, len(segs)-1))
	s.Refresh()
}

// Selected is the index of the choice taken.
func (s *SegmentedFilter) Selected() int { return s.selected }

// Select takes a choice without telling OnChanged.
func (s *SegmentedFilter) Select(i int) {
	if i >= 0 && i < len(s.segs) && i != s.selected {
		s.selected = i
		s.Refresh()
	}
}

func (s *SegmentedFilter) choose(i int) {
	if i < 0 || i >= len(s.segs) || i == s.selected || s.disabled {
		return
	}
	s.Select(i)
	if s.OnChanged != nil {
		s.OnChanged(i)
	}
}

// Tapped implements fyne.Tappable.
func (s *SegmentedFilter) Tapped(e *fyne.PointEvent) {
	s.focus(s)
	for i, b := range s.boxes(s.Size().Width) {
		if e.Position.X >= b.at.X && e.Position.X < b.at.X+b.size.Width && e.Position.Y >= b.at.Y && e.Position.Y < b.at.Y+b.size.Height {
			s.choose(i)
			return
		}
	}
}

// segBox is where a choice stands.
type segBox struct {
	at   fyne.Position
	size fyne.Size
}

// boxes places the choices for a width, in as many lines as they need.
func (s *SegmentedFilter) boxes(width float32) []segBox {
	out := make([]segBox, len(s.segs))
	at := fyne.Position{}
	for i := range s.segs {
		// The taken one is bold; room is kept for it so that nothing moves when another is taken.
		w := newText(SizeBody, Text, true, P(s.word(i))).NaturalWidth() + 2*segPad
		if at.X > 0 && at.X+w > width+0.5 {
			at = fyne.NewPos(0, at.Y+ControlHeight())
		}
		out[i] = segBox{at, fyne.NewSize(w, ControlHeight())}
		at.X += w
	}
	return out
}

// NaturalWidth is the width that shows all choices in one line.
func (s *SegmentedFilter) NaturalWidth() float32 {
	var w float32
	for _, b := range s.boxes(1e6) {
		w += b.size.Width
	}
	return w
}

// TypedKey implements fyne.Focusable.
func (s *SegmentedFilter) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		s.choose(s.selected - 1)
	case fyne.KeyRight:
		s.choose(s.selected + 1)
	case fyne.KeyHome:
		s.choose(0)
	case fyne.KeyEnd:
		s.choose(len(s.segs) - 1)
	case fyne.KeyDown:
		if s.OnDown == nil {
			bubble(s, e)
			return
		}
		s.OnDown()
	default:
		bubble(s, e)
	}
}

func (s *SegmentedFilter) word(i int) string {
	if s.segs[i].Count < 0 {
		return s.segs[i].Label
	}
	return fmt.Sprintf("%s %d", s.segs[i].Label, s.segs[i].Count)
}

// AccessibilityLabel implements fyne.Accessible.
func (s *SegmentedFilter) AccessibilityLabel() string {
	if len(s.segs) == 0 {
		return ""
	}
	is := words().T("kit.choice", "Choice", s.word(s.selected), "Number", s.selected+1, "Total", len(s.segs))
	if s.name != "" {
		is = s.name + " " + is
	}
	return s.label(is)
}

// AccessibilityRole implements fyne.Accessible.
func (s *SegmentedFilter) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

const segPad = 14

// CreateRenderer implements fyne.Widget.
func (s *SegmentedFilter) CreateRenderer() fyne.WidgetRenderer {
	bg, sel, under := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	bg.CornerRadius, under.CornerRadius = radiusControl, 1
	ring := s.newRing()
	p := &parts{}
	p.min = func() fyne.Size {
		width := s.Size().Width
		if width == 0 {
			width = s.NaturalWidth()
		}
		var m fyne.Size
		for _, b := range s.boxes(width) {
			m.Width = max(m.Width, b.size.Width)
			m.Height = max(m.Height, b.at.Y+b.size.Height)
		}
		return m
	}
	p.layout = func(size fyne.Size) {
		bg.Resize(size)
		s.drawRing(fyne.Position{}, size, 3)
		boxes := s.boxes(size.Width)
		for i, t := range s.texts {
			b := boxes[i]
			h := t.MinSize().Height
			t.Move(b.at.AddXY(segPad, (b.size.Height-h)/2))
			t.Resize(fyne.NewSize(b.size.Width-2*segPad, h))
			if i != s.selected {
				continue
			}
			sel.Move(b.at.AddXY(1, 1))
			sel.Resize(b.size.SubtractWidthHeight(2, 2))
			under.Move(b.at.AddXY(segPad, b.size.Height-5))
			under.Resize(fyne.NewSize(b.size.Width-2*segPad, 2))
			sel.CornerRadius = 0
			sel.TopLeftCornerRadius, sel.BottomLeftCornerRadius, sel.TopRightCornerRadius, sel.BottomRightCornerRadius = 0, 0, 0, 0
			switch one := boxes[len(boxes)-1].at.Y == 0; {
			case !one:
				sel.CornerRadius = radiusControl - 1
			case i == 0:
				sel.TopLeftCornerRadius, sel.BottomLeftCornerRadius = radiusControl-1, radiusControl-1
			case i == len(boxes)-1:
				sel.TopRightCornerRadius, sel.BottomRightCornerRadius = radiusControl-1, radiusControl-1
			}
		}
	}
	p.refresh = func() {
		p.objs = []fyne.CanvasObject{bg, sel, under}
		bg.FillColor, bg.StrokeColor, bg.StrokeWidth = Color(Surface), Color(Border), 1
		sel.FillColor, under.FillColor = Color(PrimarySoft), Color(Primary)
		for i, t := range s.texts {
			t.Centered().Bold(i == s.selected)
			t.role = Muted
			if i == s.selected {
				t.role = Primary
			}
			t.SetText(s.word(i))
			t.Refresh()
			p.objs = append(p.objs, t)
		}
		p.objs = append(p.objs, ring)
		p.layout(s.Size())
		bg.Refresh()
		sel.Refresh()
		under.Refresh()
		s.refreshRing()
	}
	p.refresh()
	return p
}

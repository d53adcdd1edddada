package kit

import (
	"slices"

	"concierge/assets/icons"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// DetailCard is the detail of a SplitDetail: a card of parts with lines between them, as high as its content as far as there
// is room. Where it stands instead of the list it has a way back above it, else a button that closes it.
type DetailCard struct {
	// Object is what to put into a layout.
	Object *fyne.Container
	// Close is for the head of the card.
	Close *Button

	split   *SplitDetail
	back    *Button
	content *fyne.Container
	scroll  *fyne.Container
	buttons []*Button // of its parts, in order
	id      string
}

// NewDetailCard makes an empty card; back and close are what the ways out of it say, and leave is what both do.
func NewDetailCard(back, closes string, leave func()) *DetailCard {
	d := &DetailCard{content: Column(0), back: LinkButton(back, leave).WithIcon(icons.ArrowLeft), Close: IconButton(icons.Close, closes, leave).Small()}
	d.scroll = Scroll(d.content)
	d.Object = container.New((*detailCardLayout)(d), d.back, NewFill(Surface, Line, radiusCard), d.scroll)
	return d
}

// Beside puts the card beside a list.
func (d *DetailCard) Beside(list fyne.CanvasObject) *SplitDetail {
	d.split = NewSplitDetail(list, d.Object)
	return d.split
}

func (d *DetailCard) narrow() bool { return d.split != nil && d.split.Narrow() }

// First marks a button of a part: the first of them is where the keyboard goes.
func (d *DetailCard) First(b *Button) *Button {
	d.buttons = append(d.buttons, b)
	return b
}

// Show fills the card with the parts of what has an id. Of another one it begins at the top; of the same one the keyboard
// stays on the button it was on, or at least in the card.
func (d *DetailCard) Show(id string, parts func() []fyne.CanvasObject) {
	had, again := d.hasFocus(), d.again()
	d.buttons = nil
	made := parts()
	d.content.RemoveAll()
	for i, o := range made {
		if i > 0 {
			d.content.Add(Divider())
		}
		d.content.Add(Pad(16, 20, 16, 20, o))
	}
	moved := d.id != id
	d.id = id
	if moved {
		ScrollToTop(d.scroll)
	}
	d.Object.Layout.Layout(d.Object.Objects, d.Object.Size())
	d.Object.Refresh()
	if had && !moved { // what had the focus was drawn anew
		if b := again(); b != nil {
			FocusBelow(CanvasOf(d.Object), b)
			return
		}
		d.Focus()
	}
}

// again finds the button that has the keyboard among those that stand in its place later, by its words, and by which one of
// those words it is; nil when it is gone or does nothing any more.
func (d *DetailCard) again() func() *Button {
	none := func() *Button { return nil }
	c := CanvasOf(d.Object)
	if c == nil {
		return none
	}
	was, is := FocusedBelow(c).(*Button)
	if !is {
		return none
	}
	before := slices.Index(d.buttons, was)
	if before < 0 {
		return none
	}
	same := func(b *Button) bool { return b.Text() == was.Text() && b.about == was.about }
	nth := 0
	for _, b := range d.buttons[:before] {
		if same(b) {
			nth++
		}
	}
	return func() *Button {
		left := nth
		for _, b := range d.buttons {
			if !same(b) {
				continue
			}
			if left == 0 && !b.disabled {
				return b
			}
			left--
		}
		return nil
	}
}

// Focus puts the keyboard on the first thing that can be done, or else on the way out.
func (d *DetailCard) Focus() {
	c := CanvasOf(d.Object)
	if c == nil || d.split == nil || !d.split.Open() {
		return
	}
	var to fyne.Focusable
	switch {
	case len(d.buttons) > 0:
		to = d.buttons[0]
	case d.narrow():
		to = d.back
	default:
		to = d.Close
	}
	FocusBelow(c, to)
}

// hasFocus tells whether the keyboard is somewhere in the card.
func (d *DetailCard) hasFocus() bool {
	c := CanvasOf(d.Object)
	if c == nil {
		return false
	}
	o, ok := FocusedBelow(c).(fyne.CanvasObject)
	return ok && within(d.content, o)
}

func within(o, it fyne.CanvasObject) bool {
	if o == it {
		return true
	}
	c, ok := o.(*fyne.Container)
	return ok && slices.ContainsFunc(c.Objects, func(child fyne.CanvasObject) bool { return within(child, it) })
}

type detailCardLayout DetailCard

func (l *detailCardLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 120) }

func (l *detailCardLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	narrow := (*DetailCard)(l).narrow()
	l.back.Hidden, l.Close.Hidden = !narrow, narrow
	top := float32(0)
	if narrow {
		high := l.back.MinSize().Height
		l.back.Resize(fyne.NewSize(l.back.NaturalWidth(), high))
		top = high + 8
	}
	high := min(heightFor(l.content, s.Width), s.Height-top)
	for _, c := range o[1:] {
		c.Move(fyne.NewPos(0, top))
		c.Resize(fyne.NewSize(s.Width, high))
	}
}

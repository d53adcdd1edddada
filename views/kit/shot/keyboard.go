package shot

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// Keyboard goes through a window's topmost layer with Tab and reports what somebody without a pointer, or without eyes,
// would miss: what Tab does not reach or reaches against the reading order, a focus that cannot be seen, what only a
// pointer can press, what has no name for a screen reader, and two things of one name.
func Keyboard(w fyne.Window) []string {
	v := &keyWalk{places: map[fyne.CanvasObject]place{}}
	root := topmost(w)
	v.walk(root, fyne.Position{}, nil, false)
	stops := v.tab(w)
	v.order(stops)
	v.names()
	v.heard(root)
	return v.found
}

// topmost is what a person can use now: a dialog, or else the screen.
func topmost(w fyne.Window) fyne.CanvasObject {
	if o := w.Canvas().Overlays().Top(); o != nil {
		return o
	}
	return w.Content()
}

// place is where something stands as if all scroll areas showed all they have, and through which of them it is seen.
type place struct {
	box     box
	windows []seenThrough
}

type seenThrough struct {
	scroll *container.Scroll
	box    box
}

type keyWalk struct {
	places map[fyne.CanvasObject]place
	stops  []fyne.CanvasObject // all that can have the focus, as they are drawn
	found  []string
}

func (v *keyWalk) say(format string, args ...any) {
	v.found = append(v.found, fmt.Sprintf(format, args...))
}

func boxOf(o fyne.CanvasObject, at fyne.Position) box {
	return box{at.X, at.Y, at.X + o.Size().Width, at.Y + o.Size().Height}
}

// walk notes where everything is; byKey tells whether what is above has the focus and keys for what is in it.
func (v *keyWalk) walk(o fyne.CanvasObject, at fyne.Position, windows []seenThrough, byKey bool) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *fyne.Container:
		for _, ch := range o.Objects {
			v.walk(ch, at, windows, byKey)
		}
		return
	case *container.Scroll:
		through := append(slices.Clone(windows), seenThrough{o, boxOf(o, at)})
		v.walk(o.Content, at.Add(o.Offset), through, byKey)
		return
	}
	wid, ok := o.(fyne.Widget)
	if !ok {
		return
	}
	_, focusable := o.(fyne.Focusable)
	if focusable && !off(o) {
		v.places[o] = place{boxOf(o, at), windows}
		v.stops = append(v.stops, o)
	}
	if _, tappable := o.(fyne.Tappable); tappable && !focusable && !byKey && !off(o) {
		if _, too := o.(interface{ AlsoByKey() }); !too {
			v.say("only a pointer can press %s", Name(o))
		}
	}
	if _, entry := o.(*kit.Input); entry {
		return // its inside is the toolkit's
	}
	for _, ch := range test.WidgetRenderer(wid).Objects() {
		v.walk(ch, at, windows, byKey || focusable)
	}
}

func off(o fyne.CanvasObject) bool {
	d, ok := o.(fyne.Disableable)
	return ok && d.Disabled()
}

// Name is what a screen reader is told of an object, with its type for those who have to find it.
func Name(o any) string {
	typ := fmt.Sprintf("%T", o)
	if i := strings.IndexByte(typ, '['); i > 0 {
		typ = typ[:i]
	}
	return fmt.Sprintf("%s %q", typ, spoken(o))
}

func spoken(o any) string {
	if a, ok := o.(fyne.Accessible); ok {
		return strings.TrimSpace(a.AccessibilityLabel())
	}
	return ""
}

// tab presses Tab until the focus comes around, and looks at what has it.
func (v *keyWalk) tab(w fyne.Window) []fyne.CanvasObject {
	c := w.Canvas()
	had := c.Focused()
	c.Unfocus()
	var order []fyne.CanvasObject
	reached := map[fyne.CanvasObject]bool{}
	for {
		c.FocusNext()
		o, ok := c.Focused().(fyne.CanvasObject)
		if !ok || reached[o] {
			break
		}
		reached[o] = true
		order = append(order, o)
		v.seen(w, o)
	}
	for _, o := range v.stops {
		if !reached[o] {
			v.say("Tab does not reach %s", Name(o))
		}
	}
	c.Unfocus()
	if had != nil {
		c.Focus(had)
	}
	return order
}

// seen looks for the ring around what has the focus, in view.
func (v *keyWalk) seen(w fyne.Window, o fyne.CanvasObject) {
	wid, ok := o.(fyne.Widget)
	if !ok {
		return
	}
	ring := ringOf(wid)
	if ring == nil {
		v.say("nothing shows that the focus is on %s", Name(o))
		return
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(ring)
	p, known := v.places[o]
	if !known || at == (fyne.Position{}) {
		return
	}
	room := box{0, 0, w.Canvas().Size().Width, w.Canvas().Size().Height}
	for _, s := range p.windows {
		room = room.clip(boxOf(s.scroll, fyne.CurrentApp().Driver().AbsolutePositionForObject(s.scroll)))
	}
	is := boxOf(ring, at)
	high := min(is.y2-is.y1, room.y2-room.y1)
	if seen := room.clip(is); seen.y2-seen.y1 < high-2 || seen.x2-seen.x1 < is.x2-is.x1-2 {
		v.say("the focus is on %s, of which only %.0f×%.0f of %.0f×%.0f px are in view", Name(o), seen.x2-seen.x1, seen.y2-seen.y1, is.x2-is.x1, is.y2-is.y1)
	}
}

// ringOf finds the visible line of 2 px in the colour of a focus in what a widget draws.
func ringOf(o fyne.CanvasObject) *canvas.Rectangle {
	if o == nil || !o.Visible() {
		return nil
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *canvas.Rectangle:
		if o.StrokeWidth >= 2 && (same(o.StrokeColor, kit.Color(kit.Primary)) || same(o.StrokeColor, kit.Color(kit.OnBrand))) {
			return o
		}
		return nil
	case *fyne.Container:
		children = o.Objects
	case *container.Scroll:
		children = []fyne.CanvasObject{o.Content}
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, ch := range children {
		if r := ringOf(ch); r != nil {
			return r
		}
	}
	return nil
}

func same(a, b color.Color) bool {
	if a == nil || b == nil {
		return false
	}
	return color.NRGBAModel.Convert(a) == color.NRGBAModel.Convert(b)
}

// order reports a stop that stands, in reading order, before the one that had the focus just before it: above it, or
// left of it on the same line. What stands beside it may begin higher: columns are read one after the other.
func (v *keyWalk) order(stops []fyne.CanvasObject) {
	for i := 1; i < len(stops); i++ {
		a, b := v.places[stops[i-1]], v.places[stops[i]]
		from, to := meet(a, b)
		over := min(from.x2, to.x2) - max(from.x1, to.x1)
		line := min(from.y2, to.y2) - max(from.y1, to.y1)
		switch {
		case over > slack && to.y2 <= from.y1+slack:
			v.say("the focus goes up, from %s to %s", Name(stops[i-1]), Name(stops[i]))
		case line > slack && line > min(from.y2-from.y1, to.y2-to.y1)/2 && to.x2 <= from.x1+slack:
			v.say("the focus goes to the left, from %s to %s", Name(stops[i-1]), Name(stops[i]))
		}
	}
}

// meet gives the two boxes to compare: what is in a scroll area that the other is not in stands where the area stands.
func meet(a, b place) (box, box) {
	n := 0
	for n < len(a.windows) && n < len(b.windows) && a.windows[n].scroll == b.windows[n].scroll {
		n++
	}
	from, to := a.box, b.box
	if n < len(a.windows) {
		from = a.windows[n].box
	}
	if n < len(b.windows) {
		to = b.windows[n].box
	}
	return from, to
}

// Heard lists what the toolkit tells screen readers of a layer, by the way it goes: through plain containers only.
func Heard(o fyne.CanvasObject) []string {
	if o == nil || !o.Visible() {
		return nil
	}
	var out []string
	if a, ok := o.(fyne.Accessible); ok && a.AccessibilityRole() != fyne.AccessibleRoleContainer {
		out = append(out, strings.TrimSpace(a.AccessibilityLabel()))
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, ch := range c.Objects {
			out = append(out, Heard(ch)...)
		}
	}
	return out
}

// heard reports what can have the focus but is never told of.
func (v *keyWalk) heard(root fyne.CanvasObject) {
	told := Heard(root)
	for _, o := range v.stops {
		if name := spoken(o); name != "" && !slices.Contains(told, name) {
			v.say("screen readers are not told of %s", Name(o))
		}
	}
}

// names reports what has none, and what shares one with something else in the same place: the side navigation and a screen
// are two places, each with its own scroll area.
func (v *keyWalk) names() {
	type called struct {
		place *container.Scroll
		name  string
	}
	seen := map[called]bool{}
	for _, o := range v.stops {
		name := spoken(o)
		if e, ok := o.(*kit.Input); ok {
			name = e.Called()
		}
		if strings.Trim(name, ", ") == "" || strings.HasPrefix(name, ",") {
			v.say("a screen reader has no name for %s", Name(o))
			continue
		}
		c := called{name: name}
		if w := v.places[o].windows; len(w) > 0 {
			c.place = w[len(w)-1].scroll
		}
		if seen[c] {
			v.say("two things are called %q: a screen reader cannot tell them apart", name)
		}
		seen[c] = true
	}
}

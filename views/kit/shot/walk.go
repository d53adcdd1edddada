package shot

import (
	"fmt"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// CutLabels reports every visible text of a window's topmost layer that is drawn with less room than it needs, outside
// of its parent or outside of the window. What a scroll area hides because it can be scrolled to is not cut; text that
// ends with … on purpose is only reported when nothing of it can be read.
func CutLabels(w fyne.Window) []string {
	c := w.Canvas()
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	v := &cutWalk{}
	v.walk(root, fyne.Position{}, box{0, 0, c.Size().Width, c.Size().Height}, "")
	return v.found
}

type box struct{ x1, y1, x2, y2 float32 }

func (b box) clip(o box) box {
	return box{max(b.x1, o.x1), max(b.y1, o.y1), min(b.x2, o.x2), min(b.y2, o.y2)}
}

type cutWalk struct{ found []string }

const slack = 1.5 // px; text sizes are rounded

func (v *cutWalk) walk(o fyne.CanvasObject, at fyne.Position, room box, inside string) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	s := o.Size()
	switch o := o.(type) {
	case *canvas.Text:
		v.text(o, at, room, inside)
		return
	case *kit.TextBox:
		inside = o.Text()
	case *container.Scroll:
		// Across, content must fit; down (and across when it scrolls that way) it may be anywhere.
		big := box{at.X, -1e6, at.X + s.Width, 1e6}
		if o.Direction == container.ScrollHorizontalOnly || o.Direction == container.ScrollBoth {
			big.x1, big.x2 = -1e6, 1e6
		}
		v.walk(o.Content, at, big, inside)
		return
	}
	if w, ok := o.(fyne.Widget); ok {
		if b, ok := o.(interface{ IsCut() bool }); ok && b.IsCut() && s.Width < 24 {
			v.found = append(v.found, fmt.Sprintf("%q has only %.0f px", inside, s.Width))
		}
		inner := room
		if _, ok := o.(*kit.TextBox); ok {
			inner = room.clip(box{at.X - slack, at.Y - slack, at.X + s.Width + slack, at.Y + s.Height + slack})
		}
		for _, ch := range test.WidgetRenderer(w).Objects() {
			v.walk(ch, at, inner, inside)
		}
		return
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, ch := range c.Objects {
			v.walk(ch, at, room, inside)
		}
	}
}

func (v *cutWalk) text(t *canvas.Text, at fyne.Position, room box, inside string) {
	if t.Text == "" {
		return
	}
	need := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle)
	x1 := at.X
	switch t.Alignment {
	case fyne.TextAlignCenter:
		x1 = at.X + (t.Size().Width-need.Width)/2
	case fyne.TextAlignTrailing:
		x1 = at.X + t.Size().Width - need.Width
	}
	x2 := x1 + need.Width
	y2 := at.Y + need.Height*0.9 // the font's line has air below its letters
	if x1 < room.x1-slack || x2 > room.x2+slack || at.Y < room.y1-slack || y2 > room.y2+slack {
		v.found = append(v.found, fmt.Sprintf("%q of %q at %.0f,%.0f–%.0f,%.0f, room %.0f,%.0f–%.0f,%.0f",
			t.Text, inside, x1, at.Y, x2, y2, room.x1, room.y1, room.x2, room.y2))
	}
}

// TabOrder presses Tab until the focus comes around and says what had it, by what screen readers are told.
func TabOrder(w fyne.Window) []string {
	c := w.Canvas()
	c.Unfocus()
	var names []string
	seen := map[fyne.Focusable]bool{}
	for range 500 {
		c.FocusNext()
		f := c.Focused()
		if f == nil || seen[f] {
			break
		}
		seen[f] = true
		name := fmt.Sprintf("%T", f)
		if a, ok := f.(fyne.Accessible); ok && a.AccessibilityLabel() != "" {
			name = a.AccessibilityLabel()
		}
		names = append(names, name)
	}
	c.Unfocus()
	return names
}

// Press types a key into whatever has the focus, or into the window when nothing has.
func Press(w fyne.Window, keys ...fyne.KeyName) {
	for _, k := range keys {
		e := &fyne.KeyEvent{Name: k}
		if f := w.Canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else if on := w.Canvas().OnTypedKey(); on != nil {
			on(e)
		}
	}
}

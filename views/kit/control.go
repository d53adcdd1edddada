package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// control is what every widget that takes the focus shares: pointer, focus, disabled state, focus ring and tooltip.
type control struct {
	widget.BaseWidget
	tip
	focused, hovered, disabled bool
	reason                     string
	ring                       *canvas.Rectangle
	onBrand                    bool // it stands on the brand's colour, where the usual ring and hover are not seen
}

func (c *control) extend(w fyne.Widget) {
	c.ExtendBaseWidget(w)
	c.owner = w
}

func (c *control) newRing() *canvas.Rectangle {
	c.ring = canvas.NewRectangle(color.Transparent)
	c.ring.CornerRadius = radiusControl + 3
	c.ring.StrokeWidth = 2
	c.ring.Hide()
	return c.ring
}

// drawRing puts the ring around an area of the widget, out px outside of it.
func (c *control) drawRing(at fyne.Position, s fyne.Size, out float32) {
	c.ring.Move(at.SubtractXY(out, out))
	c.ring.Resize(s.AddWidthHeight(2*out, 2*out))
}

func (c *control) refreshRing() {
	if c.ring == nil {
		return
	}
	c.ring.StrokeColor = Color(Primary)
	if c.onBrand {
		c.ring.StrokeColor = Color(OnBrand)
	}
	c.ring.Hidden = !c.focused
	c.ring.Refresh()
}

// FocusGained implements fyne.Focusable.
func (c *control) FocusGained() {
	c.focused = true
	c.Refresh()
	reveal(c.owner)
	traceFocus(c.owner)
}

// FocusLost implements fyne.Focusable.
func (c *control) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *control) TypedRune(rune) {}

// KeyDown implements desktop.Keyable: a widget with the focus is told of every key, also of those that go elsewhere.
func (c *control) KeyDown(e *fyne.KeyEvent) { down(e) }

// KeyUp implements desktop.Keyable.
func (c *control) KeyUp(e *fyne.KeyEvent) { up(e) }

// MouseIn implements desktop.Hoverable.
func (c *control) MouseIn(e *desktop.MouseEvent) {
	used()
	c.hovered = true
	c.Refresh()
	if c.disabled && c.reason != "" {
		c.show(e.AbsolutePosition, c.reason)
		return
	}
	c.tip.MouseIn(e)
}

// MouseOut implements desktop.Hoverable.
func (c *control) MouseOut() {
	c.hovered = false
	c.hide()
	c.Refresh()
}

// Cursor implements desktop.Cursorable.
func (c *control) Cursor() desktop.Cursor {
	if c.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// Disabled implements fyne.Disableable.
func (c *control) Disabled() bool { return c.disabled }

// Enable implements fyne.Disableable.
func (c *control) Enable() { c.setDisabled(false, "") }

// Disable implements fyne.Disableable. DisableBecause says why, which is kinder.
func (c *control) Disable() { c.setDisabled(true, "") }

// DisableBecause disables with a reason, shown as tooltip and told to screen readers.
func (c *control) DisableBecause(reason string) { c.setDisabled(true, reason) }

func (c *control) setDisabled(d bool, reason string) {
	if c.disabled == d && c.reason == reason {
		return
	}
	c.disabled, c.reason = d, reason
	c.Refresh()
}

// label adds to what a screen reader says that a control is disabled, by its reason where there is one.
func (c *control) label(s string) string {
	switch {
	case !c.disabled:
		return s
	case c.reason == "":
		return s + " (" + words().T("kit.unavailable") + ")"
	}
	return s + " (" + c.reason + ")"
}

// chosen adds to what a screen reader says that it is the one taken of several.
func chosen(s string, is bool) string {
	if is {
		return s + ", " + words().T("kit.chosen")
	}
	return s
}

func activates(e *fyne.KeyEvent) bool {
	return e.Name != fyne.KeyEscape && acting(e.Name) && acts(e)
}

// focus takes the focus on a click, as people expect of desktop programs.
func (c *control) focus(w fyne.Focusable) {
	o, ok := w.(fyne.CanvasObject)
	if !ok {
		return
	}
	if cv := CanvasOf(o); cv != nil && cv.Focused() != w {
		cv.Focus(w)
	}
}

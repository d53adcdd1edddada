package kit

import (
	"image/color"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// stage is a window of the test driver with our theme.
func stage(t *testing.T, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(NewTheme(Light, 1))
	win := test.NewTempWindow(t, nil)
	win.SetPadded(false)
	win.SetContent(WithTips(o, win))
	win.Resize(fyne.NewSize(w, h))
	t.Cleanup(func() { Forget(win) })
	return win
}

// press types keys into what has the focus, or into the window.
func press(win fyne.Window, keys ...fyne.KeyName) {
	for _, k := range keys {
		e := &fyne.KeyEvent{Name: k}
		switch f := win.Canvas().Focused(); {
		case f != nil:
			f.TypedKey(e)
		case win.Canvas().OnTypedKey() != nil:
			win.Canvas().OnTypedKey()(e)
		}
	}
}

func fillOf(o fyne.CanvasObject) color.Color {
	switch o := o.(type) {
	case *canvas.Rectangle:
		return o.FillColor
	case *canvas.Text:
		return o.Color
	case *canvas.Circle:
		return o.FillColor
	}
	return nil
}

// lines are the lines of a text as they are drawn.
func lines(t *TextBox) []string {
	var out []string
	for _, l := range t.layout(t.Size().Width) {
		var b strings.Builder
		for _, r := range l.runs {
			b.WriteString(r.text)
		}
		out = append(out, b.String())
	}
	return out
}

// clock is a time.AfterFunc that a test turns by hand.
type clock struct {
	now   time.Duration
	calls []*call
}

type call struct {
	at   time.Duration
	f    func()
	gone bool
}

func (c *clock) after(d time.Duration, f func()) func() {
	k := &call{at: c.now + d, f: f}
	c.calls = append(c.calls, k)
	return func() { k.gone = true }
}

func (c *clock) pass(d time.Duration) {
	end := c.now + d
	for {
		var next *call
		for _, k := range c.calls {
			if !k.gone && k.at <= end && (next == nil || k.at < next.at) {
				next = k
			}
		}
		if next == nil {
			break
		}
		c.now, next.gone = next.at, true
		next.f()
	}
	c.now = end
}

func absolute(o fyne.CanvasObject) fyne.Position {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
}

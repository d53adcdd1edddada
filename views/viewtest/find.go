package viewtest

import (
	"slices"
	"strings"
	"testing"

	"concierge/views/kit"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// walk visits all that can be seen in the topmost layer of the window: a dialog, a menu, or the screen.
func (w *World) walk(visit func(fyne.CanvasObject)) {
	c := w.Window.Canvas()
	top := c.Overlays().Top()
	if top == nil {
		top = c.Content()
	}
	var down func(fyne.CanvasObject)
	down = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		visit(o)
		switch o := o.(type) {
		case *fyne.Container:
			for _, ch := range slices.Clone(o.Objects) {
				down(ch)
			}
		case *container.Scroll:
			down(o.Content)
		case fyne.Widget:
			for _, ch := range slices.Clone(test.WidgetRenderer(o).Objects()) {
				down(ch)
			}
		}
	}
	down(top)
}

// Texts lists the texts that can be seen in the topmost layer, in order, with plain blanks for those that do not break.
func (w *World) Texts() []string {
	shot.Settle(w.Window)
	var out []string
	w.walk(func(o fyne.CanvasObject) {
		if t, ok := o.(*kit.TextBox); ok && t.Text() != "" {
			out = append(out, plain(t.Text()))
		}
	})
	return out
}

func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

// Sees tells whether a text, or a text that contains it, can be seen in the topmost layer.
func (w *World) Sees(text string) bool {
	return slices.ContainsFunc(w.Texts(), func(s string) bool { return strings.Contains(s, text) })
}

// named is a widget that a person finds by what it says.
type named interface {
	fyne.CanvasObject
	AccessibilityLabel() string
}

// find gives the first widget of a type that says something beginning with a text.
func find[T named](t testing.TB, w *World, text string) T {
	t.Helper()
	shot.Settle(w.Window)
	var found T
	seen := false
	w.walk(func(o fyne.CanvasObject) {
		x, ok := o.(T)
		if ok && !seen && strings.HasPrefix(plain(x.AccessibilityLabel()), text) {
			found, seen = x, true
		}
	})
	if !seen {
		t.Fatalf("nothing says %q; there is %q", text, w.Texts())
	}
	return found
}

// Button finds a button by its label.
func (w *World) Button(t testing.TB, label string) *kit.Button {
	t.Helper()
	return find[*kit.Button](t, w, label)
}

// Check finds a check box by its label.
func (w *World) Check(t testing.TB, label string) *kit.Check {
	t.Helper()
	return find[*kit.Check](t, w, label)
}

// Input finds an entry by its name.
func (w *World) Input(t testing.TB, name string) *kit.Input {
	t.Helper()
	return find[*kit.Input](t, w, name)
}

// Tap clicks on what has a label: a button, a check box, a line of a menu, a choice.
func (w *World) Tap(t testing.TB, label string) {
	t.Helper()
	o := find[interface {
		named
		fyne.Tappable
	}](t, w, label)
	test.Tap(o)
}

// Type types into what has the focus, letter by letter.
func (w *World) Type(text string) {
	for _, r := range text {
		if f := w.Window.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		}
	}
}

// Press presses keys.
func (w *World) Press(keys ...fyne.KeyName) { shot.Press(w.Window, keys...) }

// Focused says what has the focus, as a screen reader would.
func (w *World) Focused() string {
	if f, ok := w.Window.Canvas().Focused().(named); ok {
		return f.AccessibilityLabel()
	}
	return ""
}

// InDialog tells whether something lies over the screen.
func (w *World) InDialog() bool { return w.Window.Canvas().Overlays().Top() != nil }

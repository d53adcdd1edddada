package shot

import (
	"strings"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// Texts lists the lines of text that an object shows, in drawing order. Hidden ones are left out.
func Texts(o fyne.CanvasObject) []string {
	var out []string
	visit(o, fyne.Position{}, func(s string, _ fyne.Position, _ fyne.Size) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	})
	return out
}

// Tap clicks in the middle of the first text in the window's topmost layer that is exactly want; it tells whether there
// was one.
func Tap(w fyne.Window, want string) bool {
	root := w.Content()
	if top := w.Canvas().Overlays().Top(); top != nil {
		root = top
	}
	found := false
	visit(root, fyne.Position{}, func(s string, at fyne.Position, size fyne.Size) {
		if !found && strings.TrimSpace(s) == want {
			found = true
			test.TapCanvas(w.Canvas(), at.AddXY(size.Width/2, size.Height/2))
		}
	})
	return found
}

// visit walks what is drawn, with absolute positions. A text that wraps counts as one.
func visit(o fyne.CanvasObject, at fyne.Position, text func(string, fyne.Position, fyne.Size)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch o := o.(type) {
	case *kit.TextBox:
		text(o.Text(), at, o.Size())
	case *canvas.Text:
		text(o.Text, at, o.Size())
	case *fyne.Container:
		for _, c := range o.Objects {
			visit(c, at, text)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(o).Objects() {
			visit(c, at, text)
		}
	}
}

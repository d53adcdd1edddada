package shot

import (
	"cmp"
	"slices"
	"strings"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// Texts lists the texts that an object shows, from top to bottom and left to right. Hidden ones are left out.
func Texts(o fyne.CanvasObject) []string {
	type placed struct {
		text string
		at   fyne.Position
	}
	var found []placed
	visit(o, fyne.Position{}, func(s string, at fyne.Position, _ fyne.Size) {
		if s = strings.TrimSpace(s); s != "" {
			found = append(found, placed{s, at})
		}
	})
	slices.SortStableFunc(found, func(a, b placed) int {
		if d := a.at.Y - b.at.Y; d < -sameLine || d > sameLine {
			return cmp.Compare(a.at.Y, b.at.Y)
		}
		return cmp.Compare(a.at.X, b.at.X)
	})
	out := make([]string, len(found))
	for i, f := range found {
		out[i] = f.text
	}
	return out
}

// sameLine is how far apart, in px, texts of one line may begin: small text beside larger text.
const sameLine = 6

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

package kit

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

// heardBy goes as the toolkit does when it tells screen readers what there is: through plain containers, asking each object
// for its role first.
func heardBy(o fyne.CanvasObject, at fyne.Position, hear func(name string, at fyne.Position, size fyne.Size)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	if a, ok := o.(fyne.Accessible); ok && a.AccessibilityRole() != fyne.AccessibleRoleContainer {
		hear(a.AccessibilityLabel(), at, o.Size())
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, ch := range c.Objects {
			heardBy(ch, at, hear)
		}
	}
}

func TestScreenReadersAreToldOfWhatScrollsAndOfRows(t *testing.T) {
	made := 0
	tb := aTable(&made)
	tb.Label = func(it item) string { return it.name }
	tb.SetItems(items(3))
	for _, c := range []struct {
		name    string
		content fyne.CanvasObject
		want    []string
	}{
		{"in a scroll area", Scroll(Column(4, Body("Un texte"), Scroll(SecondaryButton("Dedans", nil)))), []string{"Un texte", "Dedans"}},
		{"in a table", Column(0, Body("Avant"), tb), []string{"Avant", "Personne 0", "Personne 2"}},
		{"in a table that scrolls with a screen", Scroll(Column(0, tb)), []string{"Personne 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			win := stage(t, c.content, 600, 400)
			for range 2 { // once more: what was named does not stay behind
				var heard []string
				heardBy(win.Canvas().Content(), fyne.Position{}, func(name string, _ fyne.Position, _ fyne.Size) { heard = append(heard, name) })
				for _, want := range c.want {
					n := len(slices.DeleteFunc(slices.Clone(heard), func(s string) bool { return s != want }))
					if n != 1 {
						t.Errorf("%q is told %d times: %q", want, n, heard)
					}
				}
			}
		})
	}
}

func TestWhatIsHeardStandsWhereItIsSeen(t *testing.T) {
	b := SecondaryButton("En bas", nil)
	top := SecondaryButton("En haut", nil)
	win := stage(t, Pad(50, 0, 0, 30, Scroll(Column(0, top, Gap(900), b))), 300, 400)
	places := func() map[string][2]float32 {
		out := map[string][2]float32{}
		heardBy(win.Canvas().Content(), fyne.Position{}, func(name string, at fyne.Position, size fyne.Size) { out[name] = [2]float32{at.Y, size.Height} })
		return out
	}
	if p := places(); p["En haut"] != [2]float32{50, 36} || p["En bas"][1] != 0 {
		t.Errorf("before scrolling: %v", p)
	}
	win.Canvas().Focus(b) // scrolls to it
	if p := places(); p["En bas"][1] != 36 || p["En bas"][0] > 400-36 || p["En haut"][1] != 0 {
		t.Errorf("after scrolling: %v", p)
	}
}

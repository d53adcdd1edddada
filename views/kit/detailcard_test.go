package kit_test

import (
	"testing"

	"concierge/views/kit"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestTheKeyboardStaysInADetailCardThatIsDrawnAnew(t *testing.T) {
	test.NewTempApp(t)
	left := 0
	card := kit.NewDetailCard("Back", "Close", func() { left++ })
	split := card.Beside(kit.Body("the list"))
	w := shot.Window(split.Container, fyne.NewSize(1000, 600), kit.NewTheme(kit.Light, 1))
	focused := func() string {
		a, _ := w.Canvas().Focused().(fyne.Accessible)
		if a == nil {
			return ""
		}
		return a.AccessibilityLabel()
	}
	show := func(id string, buttons ...string) {
		card.Show(id, func() []fyne.CanvasObject {
			parts := []fyne.CanvasObject{kit.Row(0, kit.Title(id), card.Close)}
			for _, b := range buttons {
				parts = append(parts, card.First(kit.SecondaryButton(b, nil)))
			}
			return parts
		})
		split.SetOpen(true)
		shot.Settle(w)
	}
	show("a", "One", "Two")
	card.Focus()
	w.Canvas().FocusNext()
	show("a", "One", "Three")
	if got := focused(); got != "One" {
		t.Errorf("of the same: the keyboard is on %q", got)
	}
	w.Canvas().FocusNext()
	show("a", "Zero", "One", "Three")
	if got := focused(); got != "Three" {
		t.Errorf("of the same, with the button that had it: the keyboard is on %q", got)
	}
	show("b")
	card.Focus()
	shot.Press(w, fyne.KeyReturn)
	if got := focused(); got != "Close" || left != 1 {
		t.Errorf("with nothing to do but to leave: the keyboard is on %q, left %d times", got, left)
	}
	w.Resize(fyne.NewSize(600, 600))
	shot.Settle(w)
	card.Focus()
	if got := focused(); got != "Back" {
		t.Errorf("instead of the list: the keyboard is on %q", got)
	}
}

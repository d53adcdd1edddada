package e2e

import "testing"

// Where things are in the top bar of a window of 1280 pixels.
const (
	avatarX, avatarY = 1245, 55
	switchX, switchY = 130, 55
)

// The accountant goes from account to account among forty, by menu, by key and back, and always knows where he is.
func TestSwitchingBetweenFortyAccounts(t *testing.T) {
	w, h := atWork(t, "Sam Gagnon") // nothing was open before: the palette asks which of the forty
	his := h.as(sam)
	if n := len(his.accounts()); n != 40 {
		t.Fatalf("Sam reaches %d accounts at the host", n)
	}
	shows := func(name, way string, e event) {
		t.Helper()
		if want := his.account(name); e.attrs["account"] != want {
			t.Fatalf("%s leads to %s, not to %s", way, e.attrs["account"], want)
		}
	}
	search := "Rechercher une personne, un compte, une action"
	until(t, "the palette is open", func() bool { return w.focused() == search })
	w.typed("garage")
	shows("Garage Lavoie", "typing", w.does("screen", "overview", "Return"))

	w.does("focus", search, "ctrl+k")
	w.typed("clini")
	shows("Clinique Harmonie", "Ctrl K", w.does("screen", "overview", "Return"))
	shows("Garage Lavoie", "Alt and left", w.does("screen", "overview", "alt+Left"))

	mark := w.mark()
	w.click(avatarX, avatarY)
	w.awaits(mark, "focus", "Votre profil")
	w.down("Changer de compte")
	w.does("focus", search, "Return")
	w.typed("studio nord")
	shows("Studio Nord", "the menu", w.does("screen", "overview", "Return"))
	w.does("screen", "people", "ctrl+2")
	shows("Studio Nord", "Alt and left", w.does("screen", "overview", "alt+Left"))
	shows("Garage Lavoie", "Alt and left again", w.does("screen", "overview", "alt+Left"))

	mark = w.mark()
	w.click(switchX, switchY) // the button with the account's name, by mouse
	w.awaits(mark, "focus", search)
	shows("Studio Nord", "the palette's first line, the last one used,", w.does("screen", "overview", "Return"))
}

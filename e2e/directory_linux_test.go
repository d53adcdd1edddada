package e2e

import (
	"strings"
	"testing"
)

// The accountant looks up where somebody has access in forty accounts, goes to one of them, and comes back to where he was.
func TestWhereSomebodyHasAccessInFortyAccounts(t *testing.T) {
	w, h := atWork(t, "Sam Gagnon")
	his := h.as(sam)
	search := "Rechercher une personne, un compte, une action"
	until(t, "the palette is open", func() bool { return w.focused() == search })
	w.press("Escape")
	w.does("screen", "directory", "ctrl+5")

	w.typed("sam gagnon")
	w.does("focus", "Sam Gagnon, sam@cabinet.example", "Down")
	until(t, "all of his accounts are there", func() bool {
		w.press("Home")
		return strings.Contains(w.settled(), "40 comptes, Propriétaire, Utilisateur")
	})
	own := "9123-4567 Québec inc." // the first by name
	w.does("focus", "Ouvrir, "+own, "Return")
	e := w.does("screen", "people", "Return")
	if e.attrs["account"] != his.account(own) || e.attrs["arg"] != "person:"+sam {
		t.Errorf("Enter leads to %v", e.attrs)
	}
	mark := w.mark()
	w.does("screen", "directory", "alt+Left")
	w.awaits(mark, "focus", "Sam Gagnon, sam@cabinet.example, 40 comptes") // what was searched and who was chosen
	w.press("Escape")

	// Who left the firm, and still has everything.
	w.tabBack("Filtrer")
	w.retype("hugo")
	w.does("focus", "Hugo Paré, hugo@cabinet.example, Cabinet Gagnon CPA inc., Utilisateur", "Down")
	w.does("focus", "Ouvrir, Cabinet Gagnon CPA inc.", "Return")
}

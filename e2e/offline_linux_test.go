package e2e

import (
	"strings"
	"testing"
)

// The provider's server goes down in the middle of work, and comes back: what is known stays in sight, what was typed
// stays typed, and goes through afterwards.
func TestTheHostGoesDownAndComesBack(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	w.does("screen", "people", "ctrl+2")
	h.stop()
	w.press("ctrl+r")
	w.freshness("Hors ligne")
	w.does("screen", "overview", "ctrl+1") // from what is known

	w.does("screen", "people", "ctrl+2")
	w.person("Soutien TI")
	w.tab("Modifier")
	w.does("focus", "Prénom", "Return")
	w.tab("Téléphone")
	w.retype("418 555-0123")
	w.does("focus", "Prénom", "Return") // the form is back, with what went wrong above it
	h.again()
	w.finishes("Contact\u00a0: Soutien TI", "Le contact Soutien TI est enregistré.", "Return")
	c, _ := contact(h.as(marie).snapshot(bakery), "ti@chezmarcel.example")
	if c.Phone != "+14185550123" {
		t.Errorf("at the host: %+v", c)
	}
	w.press("ctrl+r")
	w.freshness("À jour")
}

// freshness waits until the top bar says how fresh what is shown is, going back and forth to hear it.
func (w *window) freshness(says string) {
	w.t.Helper()
	w.tab("profil, réglages, déconnexion")
	until(w.t, "the top bar says "+says, func() bool {
		at := w.step("shift+Tab")
		w.step("Tab")
		return strings.Contains(at, says)
	})
}

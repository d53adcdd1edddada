package e2e

import (
	"strings"
	"testing"
)

// The provider's server goes down in the middle of work, and comes back: what is known stays in sight, what was edited is
// kept and said not to be done, and goes through afterwards: an edit by itself, a removal when the person sends it.
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
	w.finishes("Contact\u00a0: Soutien TI", "Conservé, pas encore envoyé\u00a0: enregistrement du contact Soutien TI.", "Return")
	w.does("screen", "overview", "ctrl+1")
	w.does("screen", "people", "ctrl+2")
	w.person("Léa Dubois")
	w.tab("Révoquer l'accès")
	w.does("focus", "Garder l'accès", "Return")
	w.tab("Révoquer l'accès")
	mark := w.mark()
	w.press("Return")
	w.awaits(mark, "message", "Conservé, pas encore envoyé\u00a0: révocation de l'accès de Léa Dubois.")

	h.again()
	w.does("message", "Le contact Soutien TI est enregistré.", "ctrl+r")
	if _, there := user(h.as(marie).snapshot(bakery), lea); !there {
		t.Fatal("an access was revoked by itself, after who knows how long")
	}
	w.palette(w.words.T("window.do_outbox"))
	w.at(mark, "Envoyer")
	w.does("message", "L'accès de Léa Dubois est révoqué.", "Return")
	if _, there := user(h.as(marie).snapshot(bakery), lea); there {
		t.Error("the host still has the user")
	}
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

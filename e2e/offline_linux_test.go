package e2e

import (
	"strings"
	"testing"
	"time"

	"concierge/client/api"
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

// Edits made without a connection outlive the window: it is closed and opened again before the host is back. Then what may
// leave by itself does, once; an invitation leaves when the person sends it, who is there to enter the code.
func TestEditsMadeOfflineOutliveTheWindow(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	c := w.c
	before, me := h.as(marie).snapshot(bakery), h.as(marie).me()
	w.does("screen", "people", "ctrl+2")
	h.stop()
	w.person("Soutien TI")
	w.phone("418 555-0123")
	w.finishes("Contact\u00a0: Soutien TI", "Conservé, pas encore envoyé\u00a0: enregistrement du contact Soutien TI.", "Return")
	w.does("focus", "Courriel de la personne à inviter", "ctrl+i")
	w.typed(jules)
	w.tab("Comptable")
	w.press("space")
	w.tab("Envoyer l'invitation")
	w.finishes("Inviter un utilisateur", "Conservé, pas encore envoyé\u00a0: envoi de l'invitation à "+jules, "Return")
	w.quit()
	c.nothingReadable(me, before, "555-0123", "5550123", jules)

	w = c.open()
	w.awaits(0, "screen", "overview") // from what is kept
	w.awaits(0, "notice", w.words.N("window.unsent", 2)+" "+w.words.T("window.unsent_kept"))
	mark := w.mark()
	w.palette("État de la synchronisation")
	w.at(mark, "Tout vérifier maintenant")
	w.tab(bakery + ", Hors ligne · données de")
	w.does("dialog closed", "État de la synchronisation", "Escape")
	mark = w.mark()
	w.palette(w.words.T("window.do_outbox"))
	w.at(mark, "Envoyer")

	h.again()
	mark = w.mark()
	w.comesBack()
	w.awaits(mark, "message", "Le contact Soutien TI est enregistré.")
	after := h.as(marie).snapshot(bakery)
	if ti, _ := contact(after, "ti@chezmarcel.example"); ti.Phone != "+14185550123" {
		t.Errorf("at the host: %+v", ti)
	}
	if n := h.as(marie).times(bakery, api.ActContactChanged, "Soutien TI"); n != 1 {
		t.Errorf("the host was sent the contact %d times", n)
	}
	if i, there := invitation(after, jules); there {
		t.Fatalf("invited by itself, after who knows how long: %+v", i)
	}

	w.tab("Envoyer")
	w.does("focus", "Code reçu par courriel", "Return")
	mark = w.mark()
	w.typed(h.code(marie))
	w.awaits(mark, "message", "L'invitation à "+jules+" est envoyée.")
	w.awaits(mark, "dialog closed", "Confirmez que c'est vous")
	if n := h.as(marie).times(bakery, api.ActUserInvited, jules); n != 1 {
		t.Errorf("invited %d times", n)
	}
	w.quit()
	c.nothingReadable(me, h.as(marie).snapshot(bakery), "555-0123")
}

// comesBack is somebody who looks at the window again after another one.
func (w *window) comesBack() {
	w.t.Helper()
	w.xdotool("windowfocus", "0")
	w.xdotool("search", "--onlyvisible", "--name", "Concierge", "windowfocus")
}

// times counts how often the host has done something, by its own record.
func (c caller) times(account, action, target string) (n int) {
	c.t.Helper()
	var page api.ActivityPage
	c.get("/v1/accounts/"+c.account(account)+"/activity?limit=50", &page)
	for _, a := range page.Activity {
		if a.Action == action && a.Target == target && time.Since(a.At) < time.Hour { // not what is made up
			n++
		}
	}
	return n
}

// phone types a telephone number for the contact whose card is open, in the form, and leaves that open.
func (w *window) phone(number string) {
	w.t.Helper()
	w.tab("Modifier")
	w.does("focus", "Prénom", "Return")
	w.tab("Téléphone")
	w.retype(number)
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

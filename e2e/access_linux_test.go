package e2e

import (
	"slices"
	"strings"
	"testing"

	"concierge/client/api"

	"github.com/chromedp/chromedp"
)

// atWork opens the application and signs in at a host of its own.
func atWork(t *testing.T, person string) (*window, *host) {
	t.Helper()
	c := newComputer(t)
	h := c.serve()
	w := c.open()
	w.signInAt(h, person)
	return w, h
}

const jules = "jules@comptes.example"

// The owner invites an accountant, who accepts in a browser and is a user from then on.
func TestInvitingAnAccountantWhoAccepts(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	w.does("focus", "Courriel de la personne à inviter", "ctrl+i")
	w.press("Return") // too early: it says so, and nothing is lost
	w.typed(jules)
	w.tab("Comptable")
	w.press("space")
	w.tab("Envoyer l'invitation")
	w.does("focus", "Code reçu par courriel", "Return")
	mark := w.mark()
	w.typed(h.code(marie)) // a complete code is sent by itself
	w.awaits(mark, "dialog closed", "Inviter un utilisateur")
	w.awaits(mark, "message", "L'invitation à "+jules+" est envoyée.")

	s := h.as(marie).snapshot(bakery)
	if i, ok := invitation(s, jules); !ok || sorted(i.Permissions) != "[emails invoices quotes]" {
		t.Fatalf("at the host: %+v", s.Invitations)
	}

	b := newBrowser(t)
	b.open(h.mailbox(jules))
	b.do(chromedp.Click(`//a[contains(., "Voir l'invitation")]`))
	b.says("Consulter et payer les factures")
	b.do(chromedp.SendKeys(chromedp.ID("first"), "Jules"), chromedp.SendKeys(chromedp.ID("last"), "Côté"),
		chromedp.SendKeys(chromedp.ID("password"), "douze oies blanches"), chromedp.Click(`//form//button`))
	b.says("Vous avez maintenant accès au compte")

	u, ok := user(h.as(marie).snapshot(bakery), jules)
	if !ok || sorted(u.Permissions) != "[emails invoices quotes]" || u.LastName != "Côté" {
		t.Errorf("at the host: %+v", u)
	}
	w.does("screen", "people", "ctrl+2")
	w.press("ctrl+r")
	w.person("Jules Côté, " + jules + ", Comptable")
}

// person goes down the list of people until the keyboard is on somebody; who has just come is waited for.
func (w *window) person(says string) {
	w.t.Helper()
	until(w.t, "the list has "+says, func() bool {
		at, last := w.step("Home"), ""
		for !strings.Contains(at, says) && at != last {
			last, at = at, w.step("Down")
		}
		return strings.Contains(at, says)
	})
}

// The owner lets a user do more, and less, in one go.
func TestChangingWhatAUserMayDo(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	before, _ := user(h.as(marie).snapshot(bakery), sam)
	w.does("screen", "people", "ctrl+2")
	w.person("Sam Gagnon")
	w.tab("Modifier")
	w.does("dialog", "Accès de Sam Gagnon", "Return")
	w.tab("Consulter les domaines, non coché")
	w.press("space")
	w.tabBack("Consulter et accepter les soumissions, coché")
	w.press("space")
	w.tab("Enregistrer · 2 changements")
	w.finishes("Accès de Sam Gagnon", "Les autorisations de Sam Gagnon sont enregistrées.", "Return")

	after, _ := user(h.as(marie).snapshot(bakery), sam)
	if sorted(after.Permissions) != "[domains emails invoices]" {
		t.Errorf("at the host: %v", after.Permissions)
	}
	if before.EndsAt == nil || after.EndsAt == nil || !after.EndsAt.Equal(*before.EndsAt) || after.Reason != before.Reason {
		t.Errorf("the end of the access went from %v (%s) to %v (%s); nobody touched it", before.EndsAt, before.Reason, after.EndsAt, after.Reason)
	}
	if !h.as(sam).may(bakery, "domains") {
		t.Error("Sam does not have the new permission")
	}
}

// may tells whether the host gives the caller a permission in an account.
func (c caller) may(account, permission string) bool {
	c.t.Helper()
	for _, a := range c.accounts() {
		if a.Name == account {
			return slices.Contains(a.Permissions, permission)
		}
	}
	return false
}

// The owner revokes an access, takes it back in time, and then means it.
func TestRevokingUndoneAndThenMeant(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	leaTokens := h.as(lea)
	w.does("screen", "people", "ctrl+2")
	revoke := func() {
		w.person("Léa Dubois")
		w.tab("Révoquer l'accès")
		w.does("focus", "Garder l'accès", "Return") // the safe answer has the keyboard
		w.tab("Révoquer l'accès")
		w.does("message", "Dans quelques secondes\u00a0: révocation de l'accès de Léa Dubois.", "Return")
	}
	revoke()
	w.does("message", "Annulé, rien n'a été envoyé\u00a0: révocation de l'accès de Léa Dubois.", "ctrl+z")
	if _, there := user(h.as(marie).snapshot(bakery), lea); !there {
		t.Fatal("the host has revoked what was undone")
	}

	w.tabBack("Léa Dubois")
	mark := w.mark()
	revoke()
	w.awaits(mark, "message", "L'accès de Léa Dubois est révoqué.")
	if _, there := user(h.as(marie).snapshot(bakery), lea); there {
		t.Error("the host still has the user")
	}
	for _, a := range leaTokens.accounts() {
		if a.Name == bakery {
			t.Error("Léa still reaches the account")
		}
	}
}

func invitation(s api.Snapshot, email string) (api.Invitation, bool) {
	for _, i := range s.Invitations {
		if i.Email == email {
			return i, true
		}
	}
	return api.Invitation{}, false
}

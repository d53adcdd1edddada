package e2e

import (
	"testing"

	"concierge/client/api"

	"github.com/google/go-cmp/cmp"
)

// The account's e-mail and the login e-mail are different things: whoever changes one finds the other as it was.
func TestAccountEmailAndLoginEmailDoNotTouchEachOther(t *testing.T) {
	const account, login = "bureau@ailleurs.example", "marie@ailleurs.example"
	w, h := atWork(t, "Marie Tremblay")
	before := h.as(marie).snapshot(bakery)
	code := func(sentTo, dialog, told string) {
		t.Helper()
		w.does("focus", "Code reçu par courriel", "Return")
		mark := w.mark()
		w.typed(h.code(sentTo)) // a complete code is sent by itself
		w.awaits(mark, "message", told)
		w.awaits(mark, "dialog closed", dialog)
	}

	w.does("screen", "account-info", "ctrl+3")
	w.tab("Courriel du compte")
	w.retype(account)
	w.does("focus", "Rester ici", "ctrl+1") // what was typed is not lost without asking
	w.does("dialog closed", "Quitter sans enregistrer?", "Escape")
	code(account, "Confirmez que c'est vous", "Les infos du compte sont enregistrées.")
	after := h.as(marie).snapshot(bakery)
	if after.Account.Email != account {
		t.Fatalf("the account's e-mail at the host is %s", after.Account.Email)
	}
	if me := h.as(marie).me(); me.Email != marie {
		t.Errorf("the login e-mail became %s", me.Email)
	}
	same(t, before, after)

	mark := w.mark()
	w.palette("Votre profil")
	w.awaits(mark, "screen", "profile")
	w.tab("Changer le courriel de connexion")
	w.does("focus", "Nouveau courriel de connexion", "Return")
	w.typed(login)
	code(login, "Changer le courriel de connexion", "Vous vous connectez maintenant avec "+login)
	last := h.as(login).snapshot(bakery)
	if me := h.as(login).me(); me.Email != login {
		t.Errorf("the login e-mail at the host is %s", me.Email)
	}
	if last.Account.Email != account {
		t.Errorf("the account's e-mail became %s", last.Account.Email)
	}
	if _, there := user(last, login); !there {
		t.Error("the owner is not listed under the new address")
	}
	same(t, after, last)
}

// same tells what has become of contacts and of users other than the owner, whom nobody touched.
func same(t *testing.T, before, after api.Snapshot) {
	t.Helper()
	if d := cmp.Diff(before.Contacts, after.Contacts); d != "" {
		t.Errorf("contacts: %s", d)
	}
	for _, u := range before.Users {
		if now, _ := user(after, u.Email); u.Role != "owner" && !cmp.Equal(u, now) {
			t.Errorf("users: %s", cmp.Diff(u, now))
		}
	}
}

package shell_test

import (
	"context"
	"testing"

	"concierge/app/access"
	"concierge/views/kit/shot"
	"concierge/views/shell"
)

func TestAnAccountThatIsTakenAwayLeadsToNoOtherAccount(t *testing.T) {
	w := start(t, "fr")
	w.shell.Open(shell.Route{Screen: shell.AccountInfo, Account: garage})
	w.last().dirty = true
	page := w.last()
	both := w.store.Accounts("i")
	w.store.PutAccounts("i", []access.Summary{{Ref: bakery, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	w.shell.Update(context.Background())
	if at := w.shell.At(); at.Account != garage {
		t.Fatalf("led to %v", at)
	}
	for _, s := range []string{"Garage Nadeau n'est plus accessible", "Plus accessible", "Hébergement Exemple ne vous donne plus accès", "Ce qui n'y était pas enregistré ne l'a pas été."} {
		if !w.says(s) {
			t.Errorf("%q is not said in %q", s, shot.Texts(w.win.Content()))
		}
	}
	if page.closed != 1 || w.shell.Dirty() {
		t.Errorf("the screen was closed %d times, dirty %v", page.closed, w.shell.Dirty())
	}
	if !shot.Tap(w.win, "Choisir un autre compte") || w.did[len(w.did)-1] != "palette" {
		t.Errorf("choosing another account does %v", w.did)
	}

	w.shell.Open(shell.Route{Screen: shell.People})
	if !w.says("Garage Nadeau n'est plus accessible") {
		t.Error("another screen of it does not say so")
	}
	w.shell.Open(shell.Route{Screen: shell.Profile})
	if w.says("plus accessible") {
		t.Error("a screen that shows no account says so")
	}
	w.shell.Open(shell.Route{Screen: shell.People})
	w.store.PutAccounts("i", both)
	w.shell.Update(context.Background())
	if !w.says("people garage") || w.says("plus accessible") {
		t.Errorf("given back, it is not shown: %q", shot.Texts(w.win.Content()))
	}
}

func TestALostAccountHasNoNameToWhomItNeverHadOne(t *testing.T) {
	w := start(t, "en")
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: access.Ref{Identity: "i", Account: "gone"}})
	if !w.says("This account can no longer be reached") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
}

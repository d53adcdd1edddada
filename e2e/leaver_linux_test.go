package e2e

import (
	"fmt"
	"net/http"
	"os/exec"
	"testing"

	"concierge/app/access"
)

// alex owns the twenty accounts that are made up beside those of the sample.
const alex = "alex.bouchard.77@grandcabinet.example"

// A leaver who is in eight of twenty accounts: four clicks and a review. By keyboard, each Enter is one.
func TestALeaverIsTakenOutOfEightOfTwentyAccountsInFourClicks(t *testing.T) {
	c := newComputer(t)
	h := c.serve()
	if out, err := exec.CommandContext(t.Context(), hostProgram, "seed", "--data", h.data, "--accounts", "20", "--people", "6", "--seed", "77", "--owned").CombinedOutput(); err != nil {
		t.Fatalf("seed: %v %s", err, out)
	}
	his := h.as(alex)
	accounts := his.accounts()
	if len(accounts) != 20 {
		t.Fatalf("%d accounts", len(accounts))
	}
	for i, a := range accounts[:8] {
		status, problem := his.call(http.MethodPost, "/v1/accounts/"+a.ID+"/contacts", `{"firstName":"Lea","lastName":"Dubois","email":"`+lea+`","emailPreferences":{"invoice":true}}`,
			http.Header{"Idempotency-Key": {fmt.Sprintf("lea-%d", i)}}, nil)
		if status >= 300 {
			t.Fatalf("a contact: %d %s", status, problem)
		}
	}
	left := func() (n int) {
		for _, a := range accounts {
			if _, there := contact(his.snapshot(a.Name), lea); there {
				n++
			}
		}
		return n
	}

	w := c.open()
	w.signInAt(h, "Alex Bouchard")
	until(t, "the palette is open", func() bool { return w.focused() == w.words.T("switcher.search") })
	w.typed(access.Fold(accounts[0].Name))
	w.does("screen", "overview", "Return")
	clicks := 0
	click := func(kind, name, key string) {
		t.Helper()
		clicks++
		w.does(kind, name, key)
	}
	click("screen", "people", "ctrl+2")
	w.person("Lea Dubois, " + lea)
	clicks++
	w.press("Return")
	w.tab("Retirer de tous ses comptes")
	click("screen", "grouped", "Return")
	w.at(0, "coché, Supprimer le contact") // the review: each account with what will be done
	if n := left(); n != 8 {
		t.Fatalf("Lea is in %d accounts before anybody agreed", n)
	}
	w.tabBack("Retirer de 8 comptes")
	click("message", "Lea Dubois\u00a0: retrait de 8 comptes. Rien n'est encore parti.", "Return")

	// The first time it is taken back as a whole, the second time it is meant, and looked at from elsewhere.
	w.does("message", "Lea Dubois\u00a0: retrait annulé. Rien n'a été envoyé.", "ctrl+z")
	if n := left(); n != 8 {
		t.Errorf("Lea is in %d accounts after it was undone", n)
	}
	if clicks > 4 {
		t.Errorf("%d clicks", clicks)
	}
	w.tabBack("Retirer de 8 comptes")
	mark := w.mark()
	w.does("message", "Rien n'est encore parti.", "Return")
	w.does("screen", "overview", "ctrl+1")
	w.awaits(mark, "message", "Lea Dubois\u00a0: retrait confirmé dans 8 comptes.")
	if n := left(); n != 0 {
		t.Errorf("Lea is still in %d accounts", n)
	}
	w.palette("Voir les changements groupés")
	w.awaits(mark, "screen", "grouped")
	w.awaits(mark, "focus", "Confirmé")
}

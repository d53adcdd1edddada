package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// Somebody who is not the owner sees what is theirs, is told the rule, and the host keeps it whatever is asked.
func TestWhoIsNotTheOwner(t *testing.T) {
	c := newComputer(t)
	h := c.serve()
	w := c.open()
	w.at(0, "Adresse de votre hébergeur")
	w.typed(h.url)
	w.does("focus", "Annuler", "Return")
	w.finishByForm(0, "Léa Dubois", lea)
	w.does("screen", "overview", "Return")
	search := "Rechercher une personne, un compte, une action"
	until(t, "the palette is open", func() bool { return w.focused() == search })
	w.typed("marcel boul")
	id := h.as(lea).account(bakery)
	if e := w.does("screen", "overview", "Return"); e.attrs["account"] != id {
		t.Fatalf("the palette leads to %s", e.attrs["account"])
	}
	w.does("message", "Seul le propriétaire peut inviter, attribuer des autorisations ou révoquer un accès.", "ctrl+i")
	w.does("screen", "people", "ctrl+2")
	for range 12 { // all that can be done here, once around
		if at := w.step("Tab"); strings.Contains(at, "Inviter un utilisateur") || strings.Contains(at, "Révoquer") || strings.Contains(at, "Ajouter un contact") {
			t.Errorf("offered to who may not: %q", at)
		}
	}

	owners := h.as(marie).snapshot(bakery)
	hers := h.as(lea)
	samsID := ""
	if u, ok := user(owners, sam); ok {
		samsID = u.ID
	}
	at := "/v1/accounts/" + id
	match := http.Header{"If-Match": {"*"}}
	for _, call := range []struct{ method, path, body string }{
		{http.MethodPost, at + "/invitations", `{"email":"x@studio.example","permissions":["emails"]}`},
		{http.MethodPut, at + "/users/" + samsID + "/permissions", `{"permissions":["orders"]}`},
		{http.MethodDelete, at + "/users/" + samsID, ""},
		{http.MethodPost, at + "/contacts", `{"firstName":"X","email":"x@studio.example","emailPreferences":{}}`},
		{http.MethodPatch, at, `{"company":"Y"}`},
	} {
		header := match.Clone()
		header.Set("Idempotency-Key", "key-"+call.method)
		if status, problem := hers.call(call.method, call.path, call.body, header, nil); status != http.StatusForbidden {
			t.Errorf("%s %s: %d %s, want 403", call.method, call.path, status, problem)
		}
	}
	foreign := h.as(sam).account("Cabinet Gagnon CPA inc.")
	if status, _ := hers.call(http.MethodGet, "/v1/accounts/"+foreign+"/snapshot", "", nil, nil); status != http.StatusNotFound {
		t.Errorf("another customer's account: %d, want 404", status)
	}
	if after := h.as(marie).snapshot(bakery); after.Revision != owners.Revision {
		t.Error("something of the account has changed")
	}

	// The owner takes the access away while the account is open: that is said, and no other account comes instead.
	me, _ := user(owners, lea)
	if status, problem := h.as(marie).call(http.MethodDelete, at+"/users/"+me.ID, "", http.Header{"If-Match": {me.ETag}}, nil); status != http.StatusNoContent {
		t.Fatalf("revoke: %d %s", status, problem)
	}
	mark := w.mark()
	w.press("ctrl+r")
	w.awaits(mark, "notice", bakery+" n'est plus accessible")
	w.at(mark, "Choisir un autre compte")
	w.does("dialog", "", "Return")
}

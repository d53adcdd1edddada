package e2e

import (
	"encoding/json"
	"net/http"
	"testing"
)

// Somebody else changes the same thing at the same time: while the form is open, and while an edit waits for its host. Both
// sides are shown, and what the person chooses is what the host has then.
func TestTwoPeopleChangeTheSameContact(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	h.letSamEditContacts()
	at := func() string {
		t.Helper()
		c, _ := contact(h.as(marie).snapshot(bakery), ti)
		return c.Phone
	}
	w.does("screen", "people", "ctrl+2")
	w.person("Soutien TI")
	w.phone("418 555-0111")
	h.as(sam).changePhone("+14185550122")
	w.does("focus", "Vous\u00a0: ", "Return") // the form asks
	if now := at(); now != "+14185550122" {
		t.Errorf("written over before anybody was asked: %s", now)
	}
	w.press("Return")
	w.tab("Enregistrer ces choix")
	w.finishes("Contact\u00a0: Soutien TI", "Le contact Soutien TI est enregistré.", "Return")
	if now := at(); now != "+14185550111" {
		t.Errorf("mine was chosen, and the host has %s", now)
	}

	h.stop()
	w.phone("418 555-0133")
	w.finishes("Contact\u00a0: Soutien TI", "Conservé, pas encore envoyé\u00a0: enregistrement du contact Soutien TI.", "Return")
	mark := w.mark()
	w.palette(w.words.T("window.do_outbox"))
	w.at(mark, "Envoyer")
	h.again()
	h.as(sam).changePhone("+14185550144")
	w.does("focus", "Voir les deux versions", "ctrl+r")
	if now := at(); now != "+14185550144" {
		t.Errorf("written over before anybody was asked: %s", now)
	}
	w.does("focus", "Vous\u00a0: ", "Return")
	w.tab("Maintenant\u00a0: ")
	w.press("Return")
	w.tab("Enregistrer ces choix")
	w.finishes("Modifié par deux personnes en même temps", "Le contact Soutien TI est enregistré.", "Return")
	if now := at(); now != "+14185550144" {
		t.Errorf("theirs was chosen, and the host has %s", now)
	}
}

// ti is a contact of the bakery.
const ti = "ti@chezmarcel.example"

// letSamEditContacts gives him that permission in the bakery, as its owner does on another computer.
func (h *host) letSamEditContacts() {
	h.t.Helper()
	u, _ := user(h.as(marie).snapshot(bakery), sam)
	h.as(marie).permit(sam, append(u.Permissions, "contacts"))
}

// permit sets what a user of the bakery may do.
func (c caller) permit(email string, permissions []string) {
	c.t.Helper()
	u, there := user(c.snapshot(bakery), email)
	if !there {
		c.t.Fatalf("no user %s", email)
	}
	body, err := json.Marshal(map[string]any{"permissions": permissions})
	if err != nil {
		c.t.Fatal(err)
	}
	path := "/v1/accounts/" + c.account(bakery) + "/users/" + u.ID + "/permissions"
	if status, problem := c.call(http.MethodPut, path, string(body), http.Header{"If-Match": {u.ETag}}, nil); status != http.StatusOK {
		c.t.Fatalf("PUT %s: %d %s", path, status, problem)
	}
}

// changePhone changes the number of a contact of the bakery.
func (c caller) changePhone(number string) {
	c.t.Helper()
	of, _ := contact(c.snapshot(bakery), ti)
	path := "/v1/accounts/" + c.account(bakery) + "/contacts/" + of.ID
	if status, problem := c.call(http.MethodPatch, path, `{"phone":"`+number+`"}`, http.Header{"If-Match": {of.ETag}}, nil); status != http.StatusOK {
		c.t.Fatalf("PATCH %s: %d %s", path, status, problem)
	}
}

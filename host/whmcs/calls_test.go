package whmcs_test

import (
	"context"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/whmcs/whmcstest"
)

func TestAThousandAccountsAreNotFourThousandCalls(t *testing.T) {
	w := newWorld(t)
	email, _ := whmcstest.Bulk(w.whmcs, 1000, 4)
	w.whmcs.Forget()
	id, err := w.p.ByEmail(context.Background(), email)
	must(t, err)

	accounts := w.accounts(id)
	if len(accounts) != 1000 || accounts[0].Name == "" || len(accounts[999].Permissions) != 3 {
		t.Fatalf("%d accounts, the first %+v", len(accounts), accounts[0])
	}
	listed := w.calls()
	if listed > 1020 { // each one's own permissions, and a few for all names
		t.Errorf("%d calls to list them: %v", listed, w.whmcs.Count())
	}
	for _, a := range accounts {
		if s := w.snapshot(id, a.ID); s.Revision != a.Revision || s.Account.Name != a.Name {
			t.Fatalf("snapshot %+v of %+v", s, a)
		}
	}
	if n := w.calls(); n > 1100 {
		t.Errorf("%d calls for everything of them: %v", n, w.whmcs.Count())
	}

	// From then on a look costs one call, whatever the number of accounts.
	w.whmcs.Forget()
	token := w.changes(id, "").Token
	w.clock.pass(10 * time.Second)
	if c := w.changes(id, token); len(c.Accounts) != 0 {
		t.Errorf("changes %+v", c)
	}
	w.clock.pass(5 * time.Minute)
	w.accounts(id)
	if n := w.calls(); n > 4 {
		t.Errorf("%d calls for two looks and a list: %v", n, w.whmcs.Count())
	}
}

func TestNamesAreFoundWithoutTheListOfAllClients(t *testing.T) {
	w := newWorld(t)
	email, _ := whmcstest.Bulk(w.whmcs, 12, 3)
	w.whmcs.Forbid("GetClients")
	id, err := w.p.ByEmail(context.Background(), email)
	must(t, err)
	for _, a := range w.accounts(id) {
		if a.Name == "" {
			t.Errorf("account %+v", a)
		}
	}
}

func TestWhatCallsCost(t *testing.T) {
	w := newWorld(t)
	cost := func(name string, most int, do func()) {
		w.Helper()
		w.whmcs.Forget()
		do()
		if n := w.calls(); n > most {
			t.Errorf("%s costs %d calls, want at most %d: %v", name, n, most, w.whmcs.Count())
		}
		t.Logf("%s: %v", name, w.whmcs.Count())
	}
	at := w.account(w.bakery)
	cost("a first snapshot", 6, func() { w.snapshot(w.marie, w.bakery) })
	cost("a second", 0, func() { w.snapshot(w.marie, w.bakery) })
	w.clock.pass(10 * time.Second)
	cost("one ten seconds later", 1, func() { w.snapshot(w.marie, w.bakery) })
	w.clock.pass(10 * time.Second)
	cost("an edit of a contact", 7, func() {
		w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"firstName": "Joe"}).is(200)
	})
	cost("a snapshot after it", 0, func() { w.snapshot(w.marie, w.bakery) })
	cost("an edit of permissions", 6, func() {
		w.call(w.marie, "PUT", at+"/users/"+w.sam+"/permissions", api.PermissionSet{Permissions: []string{"tickets"}}).is(200)
	})
	cost("an edit that changes nothing", 4, func() {
		w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"firstName": "Joe"}).is(200)
	})
}

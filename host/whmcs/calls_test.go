package whmcs_test

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/whmcs"
	"concierge/host/whmcs/remote"
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
	w.clock.Pass(10 * time.Second)
	if c := w.changes(id, token); len(c.Accounts) != 0 {
		t.Errorf("changes %+v", c)
	}
	w.clock.Pass(5 * time.Minute)
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
	w.clock.Pass(10 * time.Second)
	cost("one ten seconds later", 0, func() { w.snapshot(w.marie, w.bakery) })
	cost("an edit of a contact, whatever the number of users", 4, func() {
		w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"firstName": "Joe"}).Is(200)
	})
	cost("a snapshot after it", 0, func() { w.snapshot(w.marie, w.bakery) })
	cost("an edit of permissions", 6, func() {
		w.call(w.marie, "PUT", at+"/users/"+w.sam+"/permissions", api.PermissionSet{Permissions: []string{"tickets"}}).Is(200)
	})
	cost("an edit that changes nothing", 2, func() {
		w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"firstName": "Joe"}).Is(200)
	})
	w.clock.Pass(time.Minute)
	cost("a snapshot much later", 6, func() { w.snapshot(w.marie, w.bakery) })
	w.poll() // what it finds was done here
	w.snapshot(w.marie, w.bakery)
	w.poll()
	cost("one after somebody has looked at the log, which tells of nothing", 1, func() { w.snapshot(w.marie, w.bakery) })
}

// What one gateway notices that was changed in WHMCS's own database, another has kept as it was before: a reader who is
// answered by one and then the other is not told each time that it changed.
func TestARevisionDoesNotGoBackAndForthBetweenGateways(t *testing.T) {
	w := newWorld(t)
	_, _, other := w.gateway()
	at := w.account(w.bakery) + "/snapshot"
	read := func(base string) api.Snapshot {
		return hosttest.Into[api.Snapshot](w.callAt(base, w.marie, "GET", at, nil), 200)
	}
	read(w.url)
	w.clock.Pass(29 * time.Second)
	read(other)
	w.whmcs.Silently(func() { w.whmcs.EditContact(number(w.jo), func(c *whmcstest.Contact) { c.FirstName = "Joseph" }) })
	w.clock.Pass(2 * time.Second) // old at the one, not yet at the other
	first := read(w.url)
	if c := first.Contacts[0]; c.FirstName != "Joseph" {
		t.Fatalf("the contact is %+v", c)
	}
	for _, base := range []string{other, w.url, other} {
		if s := read(base); s.Revision != first.Revision || s.Contacts[0].FirstName != "Joseph" {
			t.Errorf("revision %s of %s, want %s", s.Revision, s.Contacts[0].FirstName, first.Revision)
		}
	}
	w.whmcs.Forget()
	if read(w.url); w.calls() > 0 {
		t.Errorf("who noticed it reads again: %v", w.whmcs.Count())
	}
}

// What is written through a gateway stands in WHMCS's log like what others do. Whoever edits does not pay for it with reading
// everything anew, and what was changed elsewhere in the same minute is noticed all the same.
func TestWhatWasDoneHereIsLookedAtAgainWithoutAnybodyWaiting(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery)
	w.snapshot(w.marie, w.bakery)
	must(t, w.p.Poll(t.Context())) // where the log is now
	w.snapshot(w.marie, w.bakery)
	w.clock.Pass(time.Minute)
	w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"firstName": "Joe"}).Is(200)
	before := w.snapshot(w.marie, w.bakery)
	w.clock.Pass(30 * time.Second)
	must(t, w.p.Poll(t.Context()))
	w.whmcs.Forget()
	if s := w.snapshot(w.marie, w.bakery); s.Revision != before.Revision || w.whmcs.Count()["GetContacts"] > 0 {
		t.Errorf("revision %s, before %s; calls %v", s.Revision, before.Revision, w.whmcs.Count())
	}
	w.clock.Pass(time.Minute)
	w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"firstName": "Jo"}).Is(200)
	before = w.snapshot(w.marie, w.bakery)
	token := w.changes(w.marie, "").Token
	w.whmcs.EditClient(number(w.bakery), func(c *whmcstest.Client) { c.Company = "Chez Marcel inc." })
	w.clock.Pass(30 * time.Second)
	must(t, w.p.Poll(t.Context()))
	if s := w.snapshot(w.marie, w.bakery); s.Account.Company != "Chez Marcel inc." || s.Revision == before.Revision {
		t.Errorf("the account is %+v", s.Account)
	}
	if c := w.changes(w.marie, token); len(c.Accounts) != 1 {
		t.Errorf("changes %+v", c)
	}
}

// What the client of WHMCS can do and nothing here asks of it would have to be allowed in WHMCS for nothing.
func TestEveryCallThatThereIsIsMade(t *testing.T) {
	asks, client := reflect.TypeFor[whmcs.Remote](), reflect.TypeFor[*remote.Client]()
	elsewhere := []string{"Allowed", "Breaker", "Close", "GoString", "LogValue", "String", "Users", "Version"} // of checks and logs; Users is a page of what UsersByEmail reads whole
	for i := range client.NumMethod() {
		name := client.Method(i).Name
		if _, is := asks.MethodByName(name); is == slices.Contains(elsewhere, name) {
			t.Errorf("%s: asked for here: %t", name, is)
		}
	}
}

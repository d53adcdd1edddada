package remote_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concierge/host/whmcs/remote"
	"concierge/host/whmcs/whmcstest"
)

func double(t *testing.T) (*whmcstest.WHMCS, *remote.Client) {
	t.Helper()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w := whmcstest.New(whmcstest.Config{Path: "/clients", Now: func() time.Time { return at }})
	whmcstest.Sample(w)
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	c, err := remote.New(remote.Config{URL: s.URL + "/clients", Identifier: "identifier", Secret: "secret", Location: time.UTC,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return w, c
}

// odd are the people whose accounts are read: between them they have everything that is odd in made-up data.
var odd = []string{whmcstest.OwnerEmail, whmcstest.DeveloperEmail, whmcstest.NamelessEmail, whmcstest.SmallCaseEmail}

// everything reads all that people reach, through every reading method.
func everything(ctx context.Context, t *testing.T, c *remote.Client) []any {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// Of what WHMCS tells by leaving it out only what is on is comparable.
	on := func(m map[string]bool) []string {
		var keys []string
		for key, yes := range m {
			if yes {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		return keys
	}
	var all []any
	read := map[int64]bool{}
	for _, email := range odd {
		users, err := c.UsersByEmail(ctx, email)
		must(err)
		all = append(all, users)
		for _, u := range users {
			for _, l := range u.Clients {
				permissions, _, err := c.UserPermissions(ctx, u.ID, l.ClientID)
				must(err)
				all = append(all, fmt.Sprint(u.ID, " in ", l.ClientID, ": ", permissions))
				if read[l.ClientID] {
					continue
				}
				read[l.ClientID] = true
				k, err := c.Client(ctx, l.ClientID)
				must(err)
				likes := on(k.Preferences)
				k.Preferences = nil
				contacts, err := c.Contacts(ctx, l.ClientID)
				must(err)
				for i := range contacts {
					likes = append(likes, fmt.Sprint(contacts[i].ID, on(contacts[i].Preferences)))
					contacts[i].Preferences = nil
				}
				domains, err := c.Domains(ctx, l.ClientID)
				must(err)
				entries, err := c.Activity(ctx, l.ClientID, 0, 10)
				must(err)
				all = append(all, k, likes, contacts, domains, entries)
			}
		}
	}
	clients, total, err := c.Clients(ctx, 0, 100)
	must(err)
	permissions, err := c.Permissions(ctx)
	must(err)
	return append(all, clients, total, permissions)
}

func TestEveryShapeOfTheDoubleReadsAsTheDocumentedOne(t *testing.T) {
	w, c := double(t)
	want := everything(t.Context(), t, c)
	if len(want) < 30 {
		t.Fatalf("little was read: %d", len(want))
	}
	shapes := map[string]whmcstest.Shape{
		"flat domains": {FlatDomains: true},
		"result":       {Result: true},
		"entities":     {Entities: true},
	}
	for _, n := range []whmcstest.Numbers{whmcstest.NumbersPlain, whmcstest.NumbersText} {
		shapes["numbers "+string(n)] = whmcstest.Shape{IDs: n}
	}
	for _, b := range []whmcstest.Booleans{whmcstest.BooleansPlain, whmcstest.BooleansNumber, whmcstest.BooleansDigit, whmcstest.BooleansOn, whmcstest.BooleansMissing, whmcstest.BooleansWord} {
		shapes["booleans "+string(b)] = whmcstest.Shape{Booleans: b}
	}
	for _, l := range []whmcstest.Lists{whmcstest.ListsPlain, whmcstest.ListsWrapped, whmcstest.ListsNumbered, whmcstest.ListsSingle} {
		for _, e := range []whmcstest.Empty{whmcstest.EmptyList, whmcstest.EmptyText, whmcstest.EmptyObject, whmcstest.EmptyMissing} {
			shapes["lists "+string(l)+" "+string(e)] = whmcstest.Shape{Lists: l, Empty: e}
		}
	}
	for _, p := range []whmcstest.Permissions{whmcstest.PermissionsPlain, whmcstest.PermissionsComma} {
		shapes["permissions "+string(p)] = whmcstest.Shape{Permissions: p, OwnerKey: "isOwner"}
	}
	for seed := range uint64(8) {
		shapes[fmt.Sprint("mixed ", seed)] = whmcstest.Shape{Mixed: seed + 1}
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			w.SetShape(shape)
			if diff := cmp.Diff(want, everything(t.Context(), t, c)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAllowedChangesNothing(t *testing.T) {
	w, c := double(t)
	w.Forget()
	allowed, err := c.Allowed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for action, err := range allowed {
		if err != nil {
			t.Errorf("%s: %v", action, err)
		}
	}
	if done := w.Writes(); len(done) != 0 {
		t.Errorf("%v was done", done)
	}
	for _, action := range remote.Actions() {
		w.Forbid(action)
		allowed, err := c.Allowed(t.Context())
		if err != nil || !remote.Is(allowed[action], remote.Role) {
			t.Errorf("%s is forbidden: %v, %v", action, allowed[action], err)
		}
		for other, err := range allowed {
			if other != action && err != nil {
				t.Errorf("%s is forbidden, and %s: %v", action, other, err)
			}
		}
		w.AllowAll()
	}
	if done := w.Writes(); len(done) != 0 {
		t.Errorf("%v was done", done)
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, shape := range []whmcstest.Shape{{}, {Entities: true}, {Mixed: 7}} {
		w, c := double(t)
		w.SetShape(shape)
		ctx := t.Context()
		users, err := c.UsersByEmail(ctx, whmcstest.OwnerEmail)
		if err != nil || len(users) != 1 || len(users[0].Clients) != 1 {
			t.Fatalf("%v, %v", users, err)
		}
		client := users[0].Clients[0].ClientID
		const text = `O'Neil & "Fils" <é>; a=b&c[]=d`
		id, err := c.AddContact(ctx, client, remote.Fields{"firstname": text, "email": "neuf@example.com"}, map[string]bool{"invoice": true, "support": false})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.UpdateContact(ctx, id, remote.Fields{"city": text}, map[string]bool{"product": true, "invoice": false}); err != nil {
			t.Fatal(err)
		}
		contacts, err := c.Contacts(ctx, client)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(contacts, func(k remote.Contact) bool { return k.ID == id })
		if i < 0 || contacts[i].FirstName != text || contacts[i].Address.City != text || !contacts[i].Preferences["product"] || contacts[i].Preferences["invoice"] {
			t.Errorf("%+v", contacts)
		}
		if err := c.DeleteContact(ctx, id); err != nil {
			t.Error(err)
		}
		if err := c.DeleteContact(ctx, id); !remote.Is(err, remote.NotFound) {
			t.Errorf("a second time: %v", err)
		}
	}
}

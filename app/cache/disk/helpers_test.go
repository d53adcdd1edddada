package disk

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/journal"
	"concierge/app/trouble"
)

var testKey = bytes.Repeat([]byte{0x42}, 32)

// told collects what a person would be told.
type told struct {
	mu   sync.Mutex
	list []*trouble.Trouble
}

func (o *told) tell(t *trouble.Trouble) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.list = append(o.list, t)
}

func (o *told) kinds() (out []trouble.Kind) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range o.list {
		out = append(out, t.Kind)
	}
	return out
}

// at opens a disk on a folder; it is closed with the test.
func at(t testing.TB, dir string, change ...func(*Config)) (*Disk, *told) {
	t.Helper()
	o := &told{}
	cfg := Config{Dir: dir, Key: testKey, Tell: o.tell, Log: slog.New(slog.DiscardHandler)}
	for _, fn := range change {
		fn(&cfg)
	}
	d, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, o
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func ref(identity, account string) access.Ref {
	return access.Ref{Identity: identity, Account: account}
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 123456789, time.UTC)

// entry is one that can be told from others and would be noticed in a file.
func entry(n int) journal.Entry {
	return journal.Entry{ID: fmt.Sprintf("entry-%05d", n), Account: ref("i", fmt.Sprint(n%7)), At: noon.Add(time.Duration(n) * time.Second),
		Body: fmt.Appendf(nil, `{"kind":"invite","email":"marie.tremblay.%d@readable.example"}`, n)}
}

func ended(e journal.Entry, after time.Duration) journal.Entry {
	e.Ended = e.At.Add(after)
	return e
}

// people is an account with so many users and contacts.
func people(identity, account string, n int) access.Snapshot {
	yes := true
	s := access.Snapshot{
		Ref: ref(identity, account), Revision: "1", Me: access.Membership{UserID: "u0", Role: access.Owner, Permissions: []access.Permission{"invoices", "something.new"}},
		Account: access.Account{ID: account, ETag: "a1", Name: "Boulangerie " + account, FirstName: "Marie", LastName: "Tremblay", Company: "Boulangerie Readable",
			Email: "info@readable.example", Phone: "+1 418 555-0123", Language: "fr", Domains: []string{"readable.example"},
			Address:     access.Address{Line1: "1, rue Lisible", Line2: "bureau 2", City: "Québec", State: "QC", PostalCode: "G1R 1A1", Country: "CA"},
			Preferences: access.Preferences{"general": true, "weather": false}},
		Invitations: []access.Invitation{{ID: "v1", ETag: "e", Email: "leo@readable.example", Language: "en", Permissions: []access.Permission{"orders"}, EndsAt: noon,
			Reason: "remplacement", InvitedBy: "Marie", SentAt: noon, ExpiresAt: noon.Add(7 * 24 * time.Hour), AcceptURL: "https://h.example/i/1"}},
	}
	for i := range (n + 1) / 2 {
		s.Users = append(s.Users, access.User{ID: fmt.Sprint("u", i), ETag: fmt.Sprintf("etag-of-a-user-%d", i), FirstName: "Sam", LastName: fmt.Sprint("Gagnon ", i), Email: fmt.Sprintf("sam.gagnon.%d@readable.example", i),
			Role: access.Member, Permissions: []access.Permission{"invoices", "quotes", "emails"}, LastSignIn: noon, EndsAt: noon, Reason: "congé", TwoFactor: &yes})
	}
	for i := range n / 2 {
		s.Contacts = append(s.Contacts, access.Contact{ID: fmt.Sprint("c", i), ETag: fmt.Sprintf("etag-of-a-contact-%d", i), FirstName: "Léa", LastName: fmt.Sprint("Roy ", i), Company: "Roy inc.", Email: fmt.Sprintf("lea.roy.%d@readable.example", i),
			Phone: "+1 418 555-0199", Language: "fr", Preferences: access.Preferences{"invoice": true, "domain": i%2 == 0}})
	}
	return s
}

func summary(s access.Snapshot) access.Summary {
	return access.Summary{Ref: s.Ref, Name: s.Account.Name, Role: s.Me.Role, Permissions: s.Me.Permissions, Revision: s.Revision}
}

func someone(id string) cache.Identity {
	no := false
	return cache.Identity{ID: id, Me: access.Me{ID: "p1", ETag: "m1", FirstName: "Sam", LastName: "Gagnon", Email: "sam@readable.example", Language: "fr", TwoFactor: &no},
		Host: access.Host{URL: "https://h.example", Name: "Hébergement Readable", Sample: true, Languages: []string{"fr", "en"}, MailboxURL: "https://h.example/mail",
			Permissions:    []access.CatalogueEntry{{Key: "something.new", Title: access.Text{"fr": "Nouveauté"}, Description: access.Text{"en": "New"}, Sensitive: true}},
			MailCategories: []access.CatalogueEntry{{Key: "weather"}},
			Features:       access.Features{Activity: access.Feature{Available: true}, TwoFactor: access.Feature{Reason: access.Text{"fr": "non"}}}}}
}

// fill keeps an identity with so many accounts of so many people.
func fill(d *Disk, identity string, accounts, each int) []access.Snapshot {
	d.KeepIdentity(someone(identity))
	var list []access.Summary
	var snaps []access.Snapshot
	for i := range accounts {
		s := people(identity, fmt.Sprintf("a%05d", i), each)
		snaps, list = append(snaps, s), append(list, summary(s))
	}
	d.KeepAccounts(identity, list, noon)
	for _, s := range snaps {
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: s, ETag: "tag " + s.Account.ID, At: noon})
		d.KeepActivity(s.Ref, doneIn(s))
	}
	d.KeepFeed(identity, "token of "+identity, noon)
	return snaps
}

// doneIn is what a host says was done in an account.
func doneIn(s access.Snapshot) cache.Record {
	return cache.Record{Of: s.Revision, List: []access.Activity{
		{ID: "9", At: noon, Actor: "Marie Readable", ActorEmail: "marie@readable.example", Action: "user.permissions", Target: "Sam Gagnon",
			Permissions: []access.Permission{"invoices"}, Fields: []string{"phone"}, From: "198.51.100.7", Text: "as the readable host says of " + s.Ref.Identity},
	}}
}

// all is everything that is kept, by account.
func all(t testing.TB, d *Disk) (kept []cache.Kept, snaps map[access.Ref]cache.KeptSnapshot) {
	t.Helper()
	kept, _, err := d.Load(t.Context(), access.Ref{})
	must(t, err)
	snaps = map[access.Ref]cache.KeptSnapshot{}
	must(t, d.LoadRest(t.Context(), func(list []cache.KeptSnapshot) {
		for _, k := range list {
			snaps[k.Snapshot.Ref] = k
		}
	}))
	return kept, snaps
}

func asides(t testing.TB, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.broken-*"))
	must(t, err)
	later, err := filepath.Glob(filepath.Join(dir, "*"+newerMark+"*"))
	must(t, err)
	found = append(found, later...)
	return slices.DeleteFunc(found, func(p string) bool {
		return slices.ContainsFunc(beside, func(s string) bool { return strings.HasSuffix(p, s) })
	})
}

// contents are the bytes of every file of a folder.
func contents(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		out[f.Name()] = b
	}
	return out
}

package watch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/history"
	"concierge/app/trouble"
	"concierge/app/watch"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, time.November, 18, 12, 0, 0, 0, time.UTC)

func ref(account string) access.Ref { return access.Ref{Identity: "i", Account: account} }

func account(name string, edits ...func(*access.Snapshot)) access.Snapshot {
	s := access.Snapshot{
		Ref: ref(name), Revision: "1", Me: access.Membership{UserID: "u1", Role: access.Owner},
		Account: access.Account{ID: name, Name: "Compte " + name, Email: "info@" + name + ".example"},
		Users: []access.User{
			{ID: "u1", FirstName: "Marie", Email: "marie@a.example", Role: access.Owner},
			{ID: "u2", FirstName: "Sam", Email: "sam@cabinet.example", Role: access.Member, Permissions: []access.Permission{"invoices"}, EndsAt: noon.AddDate(0, 1, 0)},
		},
		Contacts: []access.Contact{{ID: "c1", FirstName: "Soutien", Email: "ti@a.example", Preferences: access.Preferences{access.MailSupport: true}}},
	}
	for _, e := range edits {
		e(&s)
		s.Revision = "2"
	}
	return s
}

func sam(ps ...access.Permission) func(*access.Snapshot) {
	return func(s *access.Snapshot) { s.Users[1].Permissions = ps }
}

func newUser(s *access.Snapshot) {
	s.Users = append(s.Users, access.User{ID: "u3", FirstName: "Inconnu", Email: "inconnu@ailleurs.example"})
}

func replaced(before, after access.Snapshot) cache.Replaced {
	return cache.Replaced{Before: before, After: after, Since: noon, At: noon.Add(time.Minute)}
}

type owns []change.Change

func (o owns) Since(context.Context, access.Ref, time.Time) []change.Change { return o }

func kinds(items []watch.Item) string {
	var out []string
	for _, i := range items {
		out = append(out, string(i.Kind))
	}
	return strings.Join(out, " ")
}

func TestWhatChangedElsewhereIsMarkedWhenItMatters(t *testing.T) {
	set := func(before, after []access.Permission) change.Change {
		return change.Change{Kind: change.SetPermissions, Target: "u2", Before: change.OfRights(before, time.Time{}, ""), After: change.OfRights(after, time.Time{}, "")}
	}
	for _, c := range []struct {
		name string
		edit func(*access.Snapshot)
		own  owns
		want string
	}{
		{"a new user", newUser, nil, "new-user"},
		{"wider rights", sam("invoices", "orders"), nil, "wider-rights"},
		{"fewer rights are no matter", sam(), nil, ""},
		{"access for longer", func(s *access.Snapshot) { s.Users[1].EndsAt = noon.AddDate(1, 0, 0) }, nil, "wider-rights"},
		{"access without an end", func(s *access.Snapshot) { s.Users[1].EndsAt = time.Time{} }, nil, "wider-rights"},
		{"access for less long is no matter", func(s *access.Snapshot) { s.Users[1].EndsAt = noon.AddDate(0, 0, 1) }, nil, ""},
		{"a user's login e-mail", func(s *access.Snapshot) { s.Users[1].Email = "x@x.example" }, nil, "changed-email"},
		{"the account's e-mail", func(s *access.Snapshot) { s.Account.Email = "x@x.example" }, nil, "changed-email"},
		{"a contact's e-mail", func(s *access.Snapshot) { s.Contacts[0].Email = "x@x.example" }, nil, "changed-email"},
		{"who receives Domain mail", func(s *access.Snapshot) { s.Contacts[0].Preferences = access.Preferences{access.MailDomain: true} }, nil, "domain-recipient"},
		{"another owner", func(s *access.Snapshot) { s.Users[0].Role, s.Users[1].Role = access.Member, access.Owner }, nil, "owner"},
		{"a telephone is no matter", func(s *access.Snapshot) { s.Contacts[0].Phone = "1" }, nil, ""},
		{"what an own Change did", sam("invoices", "orders"), owns{set([]access.Permission{"invoices"}, []access.Permission{"invoices", "orders"})}, ""},
		{"what was done besides an own Change", sam("orders", "quotes"), owns{set([]access.Permission{"invoices"}, []access.Permission{"orders"})}, "wider-rights"},
		{"what is left of a difference may be no matter", sam("orders"), owns{set([]access.Permission{"invoices"}, []access.Permission{"invoices", "orders"})}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := watch.New(watch.Config{Own: c.own})
				defer w.Close()
				told := 0
				w.Changed.Listen(func(access.Ref) { told++ })
				w.Take(replaced(account("a"), account("a", c.edit)))
				synctest.Wait()
				if got := kinds(w.Items(t.Context(), ref("a"))); got != c.want || w.Marked(ref("a")) != (c.want != "") || (told == 1) != (c.want != "") {
					t.Errorf("marked: %v with %q, want %q; told %d times", w.Marked(ref("a")), got, c.want, told)
				}
				w.Seen(ref("a"))
				if w.Marked(ref("a")) || len(w.Items(t.Context(), ref("a"))) != 0 {
					t.Error("still marked when it has been seen")
				}
			})
		})
	}
}

func TestManyAccountsAreOneNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch.New(watch.Config{Settle: 4 * time.Second, Wanted: func(k watch.Kind) bool { return k != watch.ChangedEmail },
			Place: func(r access.Ref) string { return strings.TrimSuffix(r.Account, "'") }})
		defer w.Close()
		var mu sync.Mutex
		var told []string
		w.Noticed.Listen(func(list []watch.Notice) {
			var out []string
			for _, n := range list {
				out = append(out, fmt.Sprintf("%s: %s", n.Account.Account, kinds(n.Items)))
			}
			mu.Lock()
			defer mu.Unlock()
			told = append(told, strings.Join(out, ", "))
		})
		heard := func() []string {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			out := told
			told = nil
			return out
		}
		take := func(name string, edits ...func(*access.Snapshot)) {
			w.Take(replaced(account(name), account(name, edits...)))
			synctest.Wait()
		}
		take("a", newUser)
		time.Sleep(3 * time.Second)
		take("b", newUser)
		take("c", func(s *access.Snapshot) { s.Account.Email = "x@x.example" })
		take("a", sam("invoices", "orders"))
		take("a'", newUser) // the same account by another identity
		time.Sleep(3 * time.Second)
		if early := heard(); len(early) != 0 {
			t.Fatalf("told too early: %q", early)
		}
		time.Sleep(2 * time.Second)
		if d := cmp.Diff([]string{"a: new-user wider-rights, b: new-user"}, heard()); d != "" {
			t.Error(d)
		}
		if !w.Marked(ref("c")) || !w.Marked(ref("a'")) {
			t.Error("what is not told of is not marked either")
		}
		for range 20 { // more comes all the time
			take("d", newUser)
			time.Sleep(2 * time.Second)
		}
		if len(heard()) == 0 {
			t.Error("nothing is told while more comes")
		}
	})
}

func TestMarksOutliveARestartAndHoldNoNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "elsewhere.json")
	before, after := account("a"), account("a", newUser, func(s *access.Snapshot) {
		s.Contacts[0].Email, s.Contacts[0].Preferences = "voleur@ailleurs.example", access.Preferences{access.MailDomain: true}
	})
	kept := history.NewKept()
	kept.Take(replaced(before, after))
	start := func(versions *history.Kept) *watch.Watcher {
		w := watch.New(watch.Config{File: file, Versions: versions})
		if told := w.Load(); told != nil {
			t.Fatal(told)
		}
		return w
	}
	w := start(kept)
	w.Take(replaced(before, after))
	w.Close()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"@", "Inconnu", "Soutien", "Compte"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("the file tells of %s: %s", secret, data)
		}
	}
	w = start(kept)
	items := w.Items(t.Context(), ref("a"))
	if got := kinds(items); got != "new-user changed-email domain-recipient" || !items[0].Told() || items[0].Difference.Name != "Inconnu" || !items[0].At.Equal(noon.Add(time.Minute)) {
		t.Errorf("after a restart: %q, %+v", got, items)
	}
	w.Close()
	w = start(history.NewKept())
	if items := w.Items(t.Context(), ref("a")); len(items) != 3 || items[0].Told() {
		t.Errorf("without the states: %+v", items)
	}
	w.Seen(ref("a"))
	w.Close()
	w = start(kept)
	if w.Marked(ref("a")) {
		t.Error("seen, and marked again after a restart")
	}
	w.Take(replaced(before, after))
	w.Close()
	w = start(kept)
	w.Forget("i")
	w.Close()
	if w = start(kept); w.Marked(ref("a")) {
		t.Error("marked after its identity signed out")
	}
	w.Close()
}

func TestAFileThatCannotBeUnderstoodIsSetAside(t *testing.T) {
	file := filepath.Join(t.TempDir(), "elsewhere.json")
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := watch.New(watch.Config{File: file})
	if told := w.Load(); told == nil || told.Kind != trouble.SetAside {
		t.Errorf("told %v", told)
	}
	w.Take(replaced(account("a"), account("a", newUser)))
	w.Close()
	again := watch.New(watch.Config{File: file})
	if told := again.Load(); told != nil || !again.Marked(ref("a")) {
		t.Errorf("not kept in a new file: %v", told)
	}
	again.Close()
}

func TestEveryKindIsOffered(t *testing.T) {
	for _, what := range []diff.Difference{
		{What: diff.UserCame}, {What: diff.UserPermissions, Added: []access.Permission{"x"}}, {What: diff.ContactEmail}, {What: diff.DomainRecipient}, {What: diff.OwnerChanged},
	} {
		if k, is := watch.KindOf(what); !is || !slices.Contains(watch.Kinds(), k) {
			t.Errorf("%s is %q", what.What, k)
		}
	}
}

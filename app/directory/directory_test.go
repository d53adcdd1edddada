package directory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
)

var now = time.Date(2026, time.November, 18, 14, 2, 0, 0, time.UTC)

const day = 24 * time.Hour

// says is a place in a word or two for each thing the person is there.
func says(d *Directory, p Place) string {
	var out []string
	if u := p.User; u != nil {
		out = append(out, string(u.Role))
	}
	if p.Invitation != nil {
		out = append(out, "invited")
	}
	if n := len(p.Contacts); n > 0 {
		out = append(out, fmt.Sprintf("contact×%d", n))
	}
	if p.Main {
		out = append(out, "main")
	}
	return d.Accounts[p.Account].Name + " " + strings.Join(out, "+")
}

// lists is everybody, one line each.
func lists(d *Directory) []string {
	var out []string
	for _, e := range d.Entries {
		var at []string
		for _, p := range e.Places {
			at = append(at, says(d, p))
		}
		out = append(out, e.Name+": "+strings.Join(at, ", "))
	}
	return out
}

// account is one with an owner who looks.
func account(identity, id, name string, fill func(*access.Snapshot)) Source {
	s := &access.Snapshot{Ref: access.Ref{Identity: identity, Account: id}, Revision: "1", Me: access.Membership{UserID: "o", Role: access.Owner}}
	s.Users = []access.User{{ID: "o", FirstName: "Marie", Email: "marie@a.example", Role: access.Owner}}
	if fill != nil {
		fill(s)
	}
	return Source{Ref: s.Ref, Host: "https://h.example", Name: name, Me: access.Me{ID: "o", FirstName: "Marie", Email: "marie@a.example"}, Snapshot: s, Said: now}
}

// another's is an account of somebody else that Marie uses.
func anothers(identity, id, name string, may ...access.Permission) Source {
	return account(identity, id, name, func(s *access.Snapshot) {
		s.Users = nil
		s.Me = access.Membership{UserID: "m", Role: access.Member, Permissions: may}
		if slices.Contains(may, access.Contacts) {
			s.Contacts = []access.Contact{contact("Léa", "lea@b.example")}
		}
	})
}

func contact(name, email string) access.Contact {
	return access.Contact{ID: "c" + name, FirstName: name, Email: email, Preferences: access.Preferences{access.MailInvoice: true}}
}

func user(name, email string) access.User {
	return access.User{ID: "u" + name, FirstName: name, Email: email, Role: access.Member}
}

func TestEverybodyIsThereOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		all  []Source
		want []string
	}{
		{"a person of two accounts is one entry, whatever the case of the address", []Source{
			account("i", "2", "Garage", func(s *access.Snapshot) { s.Users = append(s.Users, user("Sam", "Sam@C.example")) }),
			account("i", "1", "Atelier", func(s *access.Snapshot) { s.Contacts = []access.Contact{contact("Comptable", "sam@c.example ")} }),
		}, []string{"Marie: Atelier owner, Garage owner", "Sam: Atelier contact×1, Garage user"}},
		{"user, contact, invitation and main address of one account are one place", []Source{
			account("i", "1", "Atelier", func(s *access.Snapshot) {
				s.Account.Email = "sam@c.example"
				s.Users = append(s.Users, user("Sam", "sam@c.example"))
				s.Contacts = []access.Contact{contact("Sam", "sam@c.example"), contact("Sam 2", "sam@c.example")}
				s.Invitations = []access.Invitation{{ID: "i", Email: "sam@c.example"}}
			}),
		}, []string{"Marie: Atelier owner", "Sam: Atelier user+invited+contact×2+main"}},
		{"who looks is in accounts of others too, and those are known in part", []Source{
			account("i", "1", "Atelier", nil), anothers("i", "2", "Garage", access.Contacts), anothers("i", "3", "Zoo"),
		}, []string{"Léa: Garage contact×1", "Marie: Atelier owner, Garage user, Zoo user"}},
		{"an account that two identities reach is one, as whoever is told most sees it", []Source{
			anothers("a", "1", "Atelier", access.Contacts),
			account("b", "1", "Atelier", func(s *access.Snapshot) { s.Users = append(s.Users, user("Sam", "sam@c.example")) }),
		}, []string{"Marie: Atelier owner", "Sam: Atelier user"}},
		{"of two who use an account, each is in it", []Source{
			anothers("a", "1", "Atelier", access.Contacts),
			func() Source {
				s := anothers("b", "1", "Atelier")
				s.Me = access.Me{ID: "p", FirstName: "Paul", Email: "paul@d.example"}
				s.Snapshot.Me.UserID = "p"
				return s
			}(),
		}, []string{"Léa: Atelier contact×1", "Marie: Atelier user", "Paul: Atelier user"}},
		{"the same id at another host is another account", []Source{
			account("a", "1", "Atelier", nil),
			func() Source { s := account("b", "1", "Boutique", nil); s.Host = "https://other.example"; return s }(),
		}, []string{"Marie: Atelier owner, Boutique owner"}},
		{"who has no e-mail is joined to nobody", []Source{
			account("i", "1", "Atelier", func(s *access.Snapshot) { s.Contacts = []access.Contact{contact("Sans", "")} }),
			account("i", "2", "Garage", func(s *access.Snapshot) { s.Contacts = []access.Contact{contact("Sans", "")} }),
		}, []string{"Marie: Atelier owner, Garage owner", "Sans: Atelier contact×1", "Sans: Garage contact×1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Make(c.all)
			if got := lists(d); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			seen := map[string]bool{}
			for _, e := range d.Entries {
				if seen[e.Key] {
					t.Errorf("two entries have the key %q", e.Key)
				}
				seen[e.Key] = true
			}
		})
	}
}

func TestTheBestNameIsAUsersOwn(t *testing.T) {
	d := Make([]Source{
		account("i", "1", "Atelier", func(s *access.Snapshot) { s.Invitations = []access.Invitation{{ID: "i", Email: "sam@c.example"}} }),
		account("i", "2", "Boutique", func(s *access.Snapshot) { s.Contacts = []access.Contact{contact("Comptable", "sam@c.example")} }),
		account("i", "3", "Garage", func(s *access.Snapshot) { s.Users = append(s.Users, user("Sam", "sam@c.example")) }),
	})
	if got := d.Entries[len(d.Entries)-1]; got.Key != "sam@c.example" || got.Name != "Sam" {
		t.Fatalf("%+v", got)
	}
	lines := d.Lines(now)
	for _, query := range []string{"comptable", "SAM c.ex", "sam"} {
		if got := Pick(lines, All, query, Order{}); len(got) != 1 || got[0].Key != "sam@c.example" {
			t.Errorf("%q finds %d", query, len(got))
		}
	}
	if got := Pick(lines, All, "sam marie", Order{}); len(got) != 0 {
		t.Errorf("words of two people find %d", len(got))
	}
}

func TestTheWayToAPersonIsThroughWhoIsToldOfThem(t *testing.T) {
	paul := anothers("b", "1", "Atelier")
	paul.Me = access.Me{ID: "p", FirstName: "Paul", Email: "paul@d.example"}
	paul.Snapshot.Me.UserID = "p"
	for _, e := range Make([]Source{anothers("a", "1", "Atelier", access.Contacts), paul}).Entries {
		if want := map[string]string{"Léa": "a", "Marie": "a", "Paul": "b"}[e.Name]; len(e.Places) != 1 || e.Places[0].Ref.Identity != want {
			t.Errorf("%s is reached as %q, want %q", e.Name, e.Places[0].Ref.Identity, want)
		}
	}
}

func TestWhatIsNotKnownIsCounted(t *testing.T) {
	unfetched := account("i", "9", "Zoo", nil)
	unfetched.Snapshot = nil
	twin := anothers("j", "1", "Atelier")
	d := Make([]Source{account("i", "1", "Atelier", nil), twin, anothers("i", "2", "Garage"), unfetched})
	if len(d.Accounts) != 3 || d.NotFetched != 1 || d.Partly != 1 {
		t.Errorf("%d accounts, %d not fetched, %d in part", len(d.Accounts), d.NotFetched, d.Partly)
	}
}

// sample has one person for each thing that can be asked for.
func sample() *Directory {
	at := func(name string, d time.Duration) access.User {
		u := user(name, name+"@x.example")
		u.EndsAt = now.Add(d)
		return u
	}
	invited := func(name string, d time.Duration) access.Invitation {
		return access.Invitation{ID: name, Email: name + "@x.example", ExpiresAt: now.Add(d)}
	}
	stale := account("i", "2", "Boutique", func(s *access.Snapshot) { s.Users = append(s.Users, at("passed", -time.Hour)) })
	stale.Said = now.Add(-2 * time.Hour)
	return Make([]Source{
		account("i", "1", "Atelier", func(s *access.Snapshot) {
			s.Users = append(s.Users, at("late", -time.Hour), at("month", 30*day), at("year", 300*day), user("ever", "ever@x.example"))
			s.Invitations = []access.Invitation{invited("over", -day), invited("week", 6*day), invited("soon", day)}
			s.Contacts = []access.Contact{contact("mail", "mail@x.example"), {ID: "n", FirstName: "none", Email: "none@x.example"}}
		}), stale,
		account("i", "3", "Clinique", func(s *access.Snapshot) { s.Users = append(s.Users, at("month", 20*day)) }),
		anothers("i", "4", "Garage", access.Contacts),
	})
}

func names(lines []*Line) string {
	var out []string
	for _, l := range lines {
		out = append(out, strings.TrimSuffix(l.Name, "@x.example"))
	}
	return strings.Join(out, " ")
}

func TestFacets(t *testing.T) {
	lines := sample().Lines(now)
	for _, c := range []struct {
		name string
		of   Facet
		by   Order
		want string
	}{
		{"everybody is by name, accents aside", All, Order{}, "ever late Léa mail Marie month none over passed soon week year"},
		{"and backwards", All, Order{Down: true}, "year week soon passed over none month Marie mail Léa late ever"},
		{"who is in most accounts comes first", All, Order{By: ByAccounts}, "Marie month ever late Léa mail none over passed soon week year"},
		{"who can sign in", SignIn, SignIn.Usual(), "ever late Marie month passed year"},
		{"who only receives mail is not somebody of whom more may not be told, nor who receives nothing", MailOnly, MailOnly.Usual(), "mail"},
		{"an invitation that expires within two days comes first, one that is over last", Invited, Invited.Usual(), "soon week over"},
		{"access that should have ended comes before what ends within a month", Ending, Ending.Usual(), "late passed month"},
		{"in more than one account", Several, Several.Usual(), "Marie month"},
		{"by date, those without one are last both ways", All, Order{By: ByDate}, "late passed soon week month year over ever Léa mail Marie none"},
		{"by date, backwards", All, Order{By: ByDate, Down: true}, "over year month week soon passed late ever Léa mail Marie none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Pick(lines, c.of, "", c.by)
			if names(got) != c.want {
				t.Errorf("got  %s\nwant %s", names(got), c.want)
			}
			if n := Counts(lines)[c.of]; n != len(got) {
				t.Errorf("%d are counted, %d listed", n, len(got))
			}
		})
	}
}

func TestTheNextDateSaysWhatAndWhere(t *testing.T) {
	d := sample()
	for _, l := range d.Lines(now) {
		want, at := map[string]Kind{"late": Overdue, "passed": Passed, "month": Ends, "year": Ends, "over@x.example": Expired, "week@x.example": Expires, "soon@x.example": Expires}[l.Name], "Atelier"
		switch l.Name {
		case "passed":
			at = "Boutique"
		case "month":
			at = "Clinique" // the earlier of two
		}
		if l.Next.Kind != want || want != None && d.Accounts[l.Next.Account].Name != at {
			t.Errorf("%s: %+v in %s, want %v in %s", l.Name, l.Next, d.Accounts[l.Next.Account].Name, want, at)
		}
	}
}

// town is many accounts of many people; one agency is a user of all.
func town(accounts, people int) []Source {
	first := []string{"Marie", "Sam", "Léa", "Noé", "Éloïse", "Jean-François", "Ghislaine", "Anaïs", "Benoît"}
	last := []string{"Tremblay", "Gagnon", "Dubois", "Côté", "Bélanger", "Pelletier", "Lévesque"}
	var out []Source
	for a := range accounts {
		out = append(out, account("i", fmt.Sprint(a), fmt.Sprintf("%s %s %d", last[a%len(last)], first[a%len(first)], a), func(s *access.Snapshot) {
			s.Users = append(s.Users, user("Agence", "nord@agence.example"))
			for p := range people - 2 {
				n := a*people + p
				name, email := first[n%len(first)]+" "+last[n/len(first)%len(last)], fmt.Sprintf("p%d@site%d.example", n, a)
				if p%3 == 0 {
					u := user(name, email)
					u.EndsAt = now.Add(time.Duration(n%400) * day)
					s.Users = append(s.Users, u)
				} else {
					s.Contacts = append(s.Contacts, contact(name, email))
				}
			}
		}))
	}
	return out
}

// BenchmarkJoin joins 300 accounts of 30 people of which nothing has changed: what the screen does whenever one account
// arrives, away from the UI goroutine.
func BenchmarkJoin(b *testing.B) {
	sources := town(300, 30)
	var parts []part
	for _, s := range sources {
		parts = append(parts, prepare(s))
	}
	b.ReportAllocs()
	for b.Loop() {
		if d := join(sources, parts); len(d.Entries) != 300*28+2 {
			b.Fatal(len(d.Entries))
		}
	}
}

// BenchmarkMake does so from nothing, once for each start.
func BenchmarkMake(b *testing.B) {
	sources := town(300, 30)
	for b.Loop() {
		Make(sources)
	}
}

// BenchmarkPick is a keystroke in the search, on the UI goroutine; its lines are made away from it.
func BenchmarkPick(b *testing.B) {
	lines := Make(town(300, 30)).Lines(now)
	for b.Loop() {
		Pick(lines, All, "tremblay ma", Order{By: ByDate})
	}
}

// BenchmarkLines looks at the dates of everybody.
func BenchmarkLines(b *testing.B) {
	d := Make(town(300, 30))
	for b.Loop() {
		d.Lines(now)
	}
}

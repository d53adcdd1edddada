package access

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

func village() *Index {
	src := func(id, name, alias string, s *Snapshot) AccountSource {
		return AccountSource{Summary: Summary{Ref: Ref{"me", id}, Name: name, Role: Owner}, Host: "https://h.example", Alias: alias, Snapshot: s}
	}
	roy := Contact{ID: "r", FirstName: "Marcel", LastName: "Roy", Email: "roy@x.example", Company: "Transport Roy"}
	return NewIndex([]AccountSource{
		src("a1", "9123-4567 Québec inc.", "Boulangerie Chez Marcel", &Snapshot{
			Account:  Account{Company: "9123-4567 Québec inc.", Email: "info@chezmarcel.example", Domains: []string{"chezmarcel.example", "pain-frais.example"}},
			Users:    []User{{ID: "1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Role: Owner}},
			Contacts: []Contact{roy, {ID: "n", FirstName: "Sans", LastName: "Courriel"}},
		}),
		src("a2", "Marcel Fortin Photographe", "", &Snapshot{
			Users:       []User{{ID: "1", FirstName: "Marie", LastName: "Tremblay", Email: "Marie@ChezMarcel.example", Role: Member}},
			Contacts:    []Contact{roy},
			Invitations: []Invitation{{ID: "i", Email: "noe@studio.example"}},
		}),
		src("a3", "Épicerie Cœur du Plateau", "", &Snapshot{
			Contacts: []Contact{{ID: "f", FirstName: "Réception", Email: "ROY@x.example"}, {ID: "n", FirstName: "Sans", LastName: "Courriel"}, {ID: "z", FirstName: "Noé", LastName: "Côté", Email: "noe@studio.example"}},
		}),
		src("a4", "Zébulon", "", nil),
	}, []PaletteAction{
		{ID: "invite", Title: "Inviter un utilisateur", Keywords: []string{"ajouter", "accès"}, Shortcut: "Ctrl I"},
		{ID: "lock", Title: "Verrouiller"},
	})
}

// marked writes a text with what matches in brackets.
func marked(m Matched) string {
	r := []rune(m.Text)
	var b strings.Builder
	at := 0
	for _, g := range m.Ranges {
		b.WriteString(string(r[at:g.Start]) + "[" + string(r[g.Start:g.End]) + "]")
		at = g.End
	}
	return b.String() + string(r[at:])
}

func show(r Results) []string {
	var out []string
	for _, a := range r.Accounts {
		s := marked(a.Title)
		if a.Also.Text != "" {
			s += " / " + marked(a.Also)
		}
		out = append(out, s)
	}
	for _, p := range r.People {
		s := marked(p.Name)
		for _, m := range []Matched{p.Email, p.Also} {
			if m.Text != "" {
				s += " / " + marked(m)
			}
		}
		out = append(out, s+fmt.Sprintf(" ×%d", len(p.Places)))
	}
	for _, a := range r.Actions {
		out = append(out, marked(a.Title))
	}
	return out
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"accounts, people and actions, the match underlined", "marcel", []string{
			"[Marcel] Fortin Photographe", "Boulangerie Chez [Marcel] / 9123-4567 Québec inc.",
			"[Marcel] Roy / roy@x.example ×3", "Marie Tremblay / marie@chez[marcel].example ×2"}},
		{"accents in neither the query nor the text matter, and a ligature of which half matches is underlined whole", "eur du", []string{"Épicerie C[œur] [du] Plateau"}},
		{"an accent in the query only", "zébulön", []string{"[Zébulon]"}},
		{"several words in any order", "roy mar", []string{"[Mar]cel [Roy] / [roy]@x.example ×3"}},
		{"every word must match", "marcel zebulon", nil},
		{"initials", "bcm", []string{"[B]oulangerie [C]hez [M]arcel / 9123-4567 Québec inc."}},
		{"a letter left out", "zbulon", []string{"[Z]é[bulon]"}},
		{"letters too far apart are no match", "zzz", nil},
		{"the company number, as written", "9123-4567", []string{"Boulangerie Chez Marcel / [9123-4567] Québec inc."}},
		{"the company number, without its hyphen", "91234567", []string{"Boulangerie Chez Marcel / [9123]-[4567] Québec inc."}},
		{"a domain name", "pain-frais", []string{"Boulangerie Chez Marcel / [pain-frais].example"}},
		{"an account's id", "a4", []string{"Zébulon / [a4]"}},
		{"somebody by e-mail, whatever case it was typed in", "NOE@studio", []string{"Noé Côté / [noe@studio].example ×2"}},
		{"another name that an account knows a person by", "reception", []string{"Marcel Roy / roy@x.example / [Réception] ×3"}},
		{"a contact's company", "transport", []string{"Marcel Roy / roy@x.example / [Transport] Roy ×3"}},
		{"an action by a word that is not in its title", "acces", []string{"Inviter un utilisateur"}},
		{"people without an e-mail are not joined over accounts", "courriel", []string{"Sans [Courriel] ×1", "Sans [Courriel] ×1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := show(village().Search(c.query, 10, Context{}))
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestSearchSaysWhatAPersonIsInEachAccount(t *testing.T) {
	r := village().Search("tremblay", 5, Context{})
	want := []Place{{Ref: Ref{"me", "a1"}, Owner: true, User: true}, {Ref: Ref{"me", "a2"}, User: true}}
	if len(r.People) != 1 || !slices.Equal(r.People[0].Places, want) {
		t.Errorf("got %+v", r.People)
	}
	r = village().Search("noe", 5, Context{})
	want = []Place{{Ref: Ref{"me", "a2"}, Invited: true}, {Ref: Ref{"me", "a3"}, Contact: true}}
	slices.SortFunc(r.People[0].Places, func(a, b Place) int { return strings.Compare(a.Ref.Account, b.Ref.Account) })
	if len(r.People) != 1 || !slices.Equal(r.People[0].Places, want) {
		t.Errorf("got %+v", r.People)
	}
}

func TestSearchRanksUpWhatIsUsed(t *testing.T) {
	x := village()
	first := func(q string, c Context) string {
		r := x.Search(q, 5, c)
		return r.Accounts[0].Ref.Account
	}
	for _, c := range []struct {
		name, query string
		ctx         Context
		want        string
	}{
		{"without anything, the name that starts with the word", "marcel", Context{}, "a2"},
		{"a recent account", "marcel", Context{Recents: []Ref{{"me", "a1"}}}, "a1"},
		{"of two recent ones the latest, where both match alike", "e", Context{Recents: []Ref{{"me", "a3"}, {"me", "a1"}}}, "a3"},
		{"the current account", "marcel", Context{Current: Ref{"me", "a1"}}, "a1"},
		{"but a far better match wins over a favourite", "marcel fortin", Context{Favourites: []Ref{{"me", "a1"}}}, "a2"},
		{"and what does not match stays away", "zebulon", Context{Recents: []Ref{{"me", "a1"}}, Current: Ref{"me", "a2"}}, "a4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := first(c.query, c.ctx); got != c.want {
				t.Errorf("first is %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnEmptyQueryListsRecentsThenFavouritesThenAllByNameThenActions(t *testing.T) {
	c := Context{Current: Ref{"me", "a1"}, Recents: []Ref{{"me", "a1"}, {"me", "a4"}, {"me", "gone"}}, Favourites: []Ref{{"me", "a2"}}}
	r := village().Search("  ", 0, c)
	var ids []string
	for _, a := range r.Accounts {
		ids = append(ids, a.Ref.Account)
	}
	if !slices.Equal(ids, []string{"a4", "a2", "a1", "a3"}) {
		t.Errorf("accounts %v", ids)
	}
	if !r.Accounts[0].Recent || !r.Accounts[1].Favourite || !r.Accounts[2].Current {
		t.Errorf("marks: %+v", r.Accounts)
	}
	if len(r.People) != 0 || len(r.Actions) != 2 {
		t.Errorf("%d people, %d actions", len(r.People), len(r.Actions))
	}
	if r := village().Search("", 2, c); len(r.Accounts) != 2 || r.TotalAccounts != 4 {
		t.Errorf("limit: %d of %d", len(r.Accounts), r.TotalAccounts)
	}
}

func TestTypingOnFindsTheSameAsTypingAtOnce(t *testing.T) {
	accounts := town(40, 800)
	typed := NewIndex(accounts, nil)
	for _, q := range []string{"marcel", "tremblay marie", "oe ea ai", "site12", "nord agence", "bcn", "m t e", "lea dubois 4", "9012-0012"} {
		typed.Search("", 8, Context{})
		for n := 1; n <= len(q); n++ {
			got := typed.Search(q[:n], 8, Context{})
			want := NewIndex(accounts, nil).Search(q[:n], 8, Context{})
			if a, b := show(got), show(want); !slices.Equal(a, b) || got.TotalPeople != want.TotalPeople || got.TotalAccounts != want.TotalAccounts {
				t.Fatalf("%q: typed on (%d people)\n%s\nat once (%d people)\n%s", q[:n], got.TotalPeople, strings.Join(a, "\n"), want.TotalPeople, strings.Join(b, "\n"))
			}
		}
		for n := len(q) - 1; n > 0; n-- {
			got, want := typed.Search(q[:n], 8, Context{}), NewIndex(accounts, nil).Search(q[:n], 8, Context{})
			if !slices.Equal(show(got), show(want)) {
				t.Fatalf("%q after a backspace differs", q[:n])
			}
		}
	}
}

func TestTheLimitKeepsTheBest(t *testing.T) {
	x := NewIndex(town(40, 800), nil)
	all := show(Results{People: x.Search("marie", 0, Context{}).People})
	for _, limit := range []int{1, 3, 8, 100000} {
		got := show(Results{People: x.Search("marie", limit, Context{}).People})
		if want := all[:min(limit, len(all))]; !slices.Equal(got, want) {
			t.Errorf("limit %d gives\n%s\nwant\n%s", limit, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestTheSameAccountReachedByTwoIdentitiesCountsOnce(t *testing.T) {
	s := &Snapshot{Contacts: []Contact{{ID: "1", FirstName: "Roy", Email: "roy@x.example"}}}
	o := &Snapshot{Users: []User{{ID: "1", FirstName: "Roy", Email: "roy@x.example", Role: Member}}}
	x := NewIndex([]AccountSource{
		{Summary: Summary{Ref: Ref{"one", "a1"}, Name: "A"}, Host: "h", Snapshot: s},
		{Summary: Summary{Ref: Ref{"two", "a1"}, Name: "A"}, Host: "h", Snapshot: o},
		{Summary: Summary{Ref: Ref{"two", "a1x"}, Name: "B"}, Host: "h", Snapshot: s},
	}, nil)
	r := x.Search("roy", 5, Context{Current: Ref{"two", "a1"}})
	want := []Place{{Ref: Ref{"one", "a1"}, User: true, Contact: true}, {Ref: Ref{"two", "a1x"}, Contact: true}}
	if len(r.People) != 1 || !slices.Equal(r.People[0].Places, want) {
		t.Errorf("got %+v", r.People)
	}
	if len(r.Accounts) != 0 {
		t.Errorf("accounts %+v", r.Accounts)
	}
}

func TestAnIndexWithOneAccountReplacedIsAsIfBuiltAnew(t *testing.T) {
	accounts := town(20, 200)
	x := NewIndex(accounts, nil)
	changed := accounts[7]
	changed.Alias = "Zanzibar"
	s := *changed.Snapshot
	s.Contacts = []Contact{{ID: "new", FirstName: "Wilfrid", LastName: "Nouveau", Email: "w@n.example"}}
	changed.Snapshot = &s
	anew := slices.Clone(accounts)
	anew[7] = changed
	for _, q := range []string{"zanzibar", "wilfrid", "marie", "nord"} {
		got, want := show(x.With(changed).Search(q, 0, Context{})), show(NewIndex(anew, nil).Search(q, 0, Context{}))
		if !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: got\n%s\nwant\n%s", q, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if r := x.With(changed).Without(changed.Summary.Ref).Search("zanzibar", 0, Context{}); len(r.Accounts) != 0 {
		t.Errorf("removed account is still found: %+v", r.Accounts)
	}
	if r := x.WithActions([]PaletteAction{{ID: "q", Title: "Quitter"}}).Search("quit", 0, Context{}); len(r.Actions) != 1 || len(x.Search("quit", 0, Context{}).Actions) != 0 {
		t.Error("actions")
	}
}

func TestSearchAllocatesNothingPerCandidate(t *testing.T) {
	x := NewIndex(town(100, 3000), nil)
	x.Search("m", 8, Context{})
	n := testing.AllocsPerRun(20, func() {
		x.last = x.last[:0]
		x.people.find([]string{"marie"}, afresh, 8, x.personBoost)
	})
	if n > 3 {
		t.Errorf("%v allocations for one look through all people", n)
	}
}

func TestFilter(t *testing.T) {
	people := []Person{
		{Name: "Sam Gagnon", Email: "sam@cabinet.example"},
		{Name: "Léa Dubois", Email: "lea@studio.example", Contacts: []Contact{{FirstName: "Léa", Company: "Studio Nord"}}},
		{Name: "Éloïse Gagné", Email: "e@gagne.example"},
	}
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"an empty filter keeps everybody", " ", []string{"Sam Gagnon", "Léa Dubois", "Éloïse Gagné"}},
		{"part of a name", "gagn", []string{"Sam Gagnon", "Éloïse Gagné"}},
		{"words in any order, one in the e-mail", "cabinet sam", []string{"Sam Gagnon"}},
		{"without accents", "eloise", []string{"Éloïse Gagné"}},
		{"a company", "nord", []string{"Léa Dubois"}},
		{"letters apart are no match in a filter", "sgn", []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := []string{}
			for _, p := range Filter(people, c.query) {
				got = append(got, p.Name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestSortPeople(t *testing.T) {
	people := []Person{
		{Name: "Zoé", Email: "a@x.example", User: &User{Role: Member}},
		{Name: "Éric", Email: "z@x.example", Contacts: []Contact{{Preferences: Preferences{MailInvoice: true, MailDomain: true, MailSupport: false}}}},
		{Name: "eric", Email: "y@x.example", Invitation: &Invitation{}},
		{Name: "Frank", Email: "b@x.example", User: &User{Role: Owner}, Main: true, MainPrefs: Preferences{MailGeneral: true}},
		{Name: "Adèle", Email: "c@x.example", Contacts: []Contact{{}}},
	}
	for _, c := range []struct {
		name string
		by   Column
		desc bool
		want string
	}{
		{"names with accents stand among those without", ByName, false, "Adèle eric Éric Frank Zoé"},
		{"names backwards", ByName, true, "Zoé Frank Éric eric Adèle"},
		{"who can sign in first", ByAccess, false, "Frank Zoé eric Adèle Éric"},
		{"who cannot first, still by name among them", ByAccess, true, "Adèle Éric eric Zoé Frank"},
		{"who receives most first", ByMail, false, "Éric Frank Adèle eric Zoé"},
		{"e-mail", ByEmail, false, "Zoé Frank Adèle eric Éric"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := slices.Clone(people)
			SortPeople(p, c.by, c.desc)
			var got []string
			for _, q := range p {
				got = append(got, q.Name)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

func TestSearchingAtTheSameTimeGivesTheSame(t *testing.T) {
	x := NewIndex(town(20, 200), nil)
	var wait sync.WaitGroup
	for _, q := range []string{"marie", "mar", "tremblay", "nord", "marie t"} {
		want := show(NewIndex(town(20, 200), nil).Search(q, 5, Context{}))
		for range 4 {
			wait.Go(func() {
				if got := show(x.Search(q, 5, Context{})); !slices.Equal(got, want) {
					t.Errorf("%s: got\n%s", q, strings.Join(got, "\n"))
				}
			})
		}
	}
	wait.Wait()
}

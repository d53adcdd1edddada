package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// line sums a person up: key, name, and what the person is.
func line(p Person) string {
	s := p.Key + " " + p.Name
	if p.User != nil {
		s += " " + string(p.User.Role)
	}
	if p.Invitation != nil {
		s += " invited"
	}
	if n := len(p.Contacts); n > 0 {
		s += fmt.Sprintf(" contact×%d", n)
	}
	if p.Main {
		s += " main"
	}
	return s
}

func TestPeople(t *testing.T) {
	user := func(name, email string) User { return User{ID: name, FirstName: name, Email: email, Role: Member} }
	contact := func(name, email string) Contact { return Contact{ID: "c" + name, FirstName: name, Email: email} }
	for _, c := range []struct {
		name string
		s    Snapshot
		want []string
	}{
		{"a user who is also a contact is one person, with the user's name",
			Snapshot{Users: []User{user("Sam", "sam@cabinet.example")}, Contacts: []Contact{contact("Comptabilité", "sam@cabinet.example")}},
			[]string{"sam@cabinet.example Sam user contact×1"}},
		{"case and surrounding space in an address do not matter",
			Snapshot{Users: []User{user("Sam", "Sam@Cabinet.Example")}, Contacts: []Contact{contact("Sam", " sam@cabinet.example ")}},
			[]string{"sam@cabinet.example Sam user contact×1"}},
		{"an accent written as one character or as two is the same",
			Snapshot{Users: []User{user("Léa", "léa@studio.example")}, Contacts: []Contact{contact("Léa", "le\u0301a@studio.example")}},
			[]string{"léa@studio.example Léa user contact×1"}},
		{"full-width letters are the letters they look like (NFKC)",
			Snapshot{Users: []User{user("Sam", "sam@cabinet.example")}, Contacts: []Contact{contact("Sam", "ｓａｍ@cabinet.example")}},
			[]string{"sam@cabinet.example Sam user contact×1"}},
		{"an accent makes another address",
			Snapshot{Users: []User{user("Lea", "lea@studio.example"), user("Léa", "léa@studio.example")}},
			[]string{"lea@studio.example Lea user", "léa@studio.example Léa user"}},
		{"several contacts with one address are one person with several contacts",
			Snapshot{Contacts: []Contact{contact("Comptes", "c@x.example"), contact("Factures", "C@x.example")}},
			[]string{"c@x.example Comptes contact×2"}},
		{"contacts without an e-mail are never joined, and each has a key of its own",
			Snapshot{Contacts: []Contact{contact("Un", ""), contact("Deux", " ")}},
			[]string{"contact:cUn Un contact×1", "contact:cDeux Deux contact×1"}},
		{"an invitation joins the contact it was sent to, who gives the name",
			Snapshot{Invitations: []Invitation{{ID: "i", Email: "noe@studio.example"}}, Contacts: []Contact{contact("Noé", "noe@studio.example")}},
			[]string{"noe@studio.example Noé invited contact×1"}},
		{"the main address of somebody listed is theirs",
			Snapshot{Account: Account{Name: "Chez Marcel", Email: "MARIE@x.example"}, Users: []User{user("Marie", "marie@x.example")}},
			[]string{"marie@x.example Marie user main"}},
		{"a main address that receives mail is a person of its own, called like the account",
			Snapshot{Account: Account{Name: "Chez Marcel", Email: "info@x.example", Preferences: Preferences{MailGeneral: true}}},
			[]string{"info@x.example Chez Marcel main"}},
		{"a main address that receives nothing is nobody",
			Snapshot{Account: Account{Name: "Chez Marcel", Email: "info@x.example", Preferences: Preferences{MailGeneral: false}}},
			nil},
		{"no main address and contacts without e-mail do not meet",
			Snapshot{Account: Account{Name: "Chez Marcel", Preferences: Preferences{MailGeneral: true}}, Contacts: []Contact{contact("Un", "")}},
			[]string{"contact:cUn Un contact×1"}},
		{"the owner comes first, the others stay in the order of the snapshot",
			Snapshot{Users: []User{user("Zoé", "z@x.example"), user("Ana", "a@x.example"), {ID: "o", FirstName: "Marie", Email: "m@x.example", Role: Owner}}},
			[]string{"m@x.example Marie owner", "z@x.example Zoé user", "a@x.example Ana user"}},
		{"a contact without a name is called by its company, else its e-mail",
			Snapshot{Contacts: []Contact{{ID: "1", Company: "Studio Nord", Email: "s@x.example"}, {ID: "2", Email: "t@x.example"}}},
			[]string{"s@x.example Studio Nord contact×1", "t@x.example t@x.example contact×1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range People(c.s) {
				got = append(got, line(p))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestAPersonReceivesWhatAllTheirContactsAndTheMainAddressDo(t *testing.T) {
	p := Person{
		Contacts:  []Contact{{Preferences: Preferences{MailInvoice: true, MailDomain: false}}, {Preferences: Preferences{MailSupport: true}}},
		MainPrefs: Preferences{MailDomain: true},
	}
	catalogue := []CatalogueEntry{{Key: "general"}, {Key: "invoice"}, {Key: "support"}, {Key: "domain"}}
	if got := p.Receives().List(catalogue); !slices.Equal(got, []MailCategory{MailInvoice, MailSupport}) {
		t.Errorf("main address of somebody else counted: %v", got)
	}
	p.Main = true
	if got := p.Receives().List(catalogue); !slices.Equal(got, []MailCategory{MailInvoice, MailSupport, MailDomain}) {
		t.Errorf("main address not counted: %v", got)
	}
}

func TestPeopleOfASnapshotAreNotSharedWithIt(t *testing.T) {
	s := Snapshot{Users: []User{{ID: "1", Email: "a@x.example"}, {ID: "2", Email: "b@x.example"}}}
	people := People(s)
	if people[0].User.ID != "1" || people[1].User.ID != "2" {
		t.Errorf("users mixed up: %s, %s", people[0].User.ID, people[1].User.ID)
	}
	people[0].User.FirstName = "changed"
	if s.Users[0].FirstName != "" {
		t.Error("changing a person changed the snapshot")
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"case", "Marie TREMBLAY", "marie tremblay"},
		{"accents, written as one character", "Éloïse Lévesque, Benoît, ça", "eloise levesque, benoit, ca"},
		{"accents, written as two", "E\u0301loi\u0308se", "eloise"},
		{"ligatures", "Cœur Æther straße", "coeur aether strasse"},
		{"letters that accents do not make", "Søren Łukasz", "soren lukasz"},
		{"typographic apostrophes and spaces", "L’Atelier\u00a0d’Ève", "l'atelier d'eve"},
		{"signs that are not seen", "\u200bsam@cabi\u00adnet.example\ufeff", "sam@cabinet.example"},
		{"full width", "ＡＢＣ", "abc"},
		{"other scripts stay", "Ольга", "ольга"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Fold(c.in); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
			}
			if got, at := foldWithRunes(c.in); got != Fold(c.in) || len(at) != len(got) {
				t.Errorf("folded rune by rune: %q with %d places", got, len(at))
			}
		})
	}
}

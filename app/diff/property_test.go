package diff_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"concierge/app/access"
	"concierge/app/diff"
)

// edit is one change of a snapshot that nobody may overlook: it is made, and then told from the differences.
type edit struct {
	name string
	do   func(r *rand.Rand, s *access.Snapshot) (told func([]diff.Difference) bool)
}

func told(what diff.What, id, field string) func([]diff.Difference) bool {
	return func(ds []diff.Difference) bool {
		return slices.ContainsFunc(ds, func(d diff.Difference) bool { return d.What == what && d.ID == id && d.Field == field })
	}
}

var every = []access.Permission{"invoices", "quotes", "emails", "domains", "unheard-of"}
var mail = []access.MailCategory{"general", "invoice", "domain", "unheard-of"}

func some[T any](r *rand.Rand, list []T) []T {
	var out []T
	for _, x := range list {
		if r.IntN(2) == 0 {
			out = append(out, x)
		}
	}
	return out
}

// generated is an account of any size.
func generated(r *rand.Rand) access.Snapshot {
	s := access.Snapshot{Me: access.Membership{UserID: "u0", Role: access.Owner}}
	prefs := func() access.Preferences {
		p := access.Preferences{}
		for _, m := range mail {
			p[m] = r.IntN(2) == 0
		}
		return p
	}
	s.Account = access.Account{Name: "N", Company: "C", Email: "a@a.example", Preferences: prefs()}
	for i := range 2 + r.IntN(6) {
		u := access.User{ID: fmt.Sprint("u", i), FirstName: fmt.Sprint("U", i), Email: fmt.Sprintf("u%d@x.example", i), Role: access.Member, Permissions: some(r, every)}
		if i == 0 {
			u.Role = access.Owner
		}
		s.Users = append(s.Users, u)
	}
	for i := range 1 + r.IntN(4) {
		s.Invitations = append(s.Invitations, access.Invitation{ID: fmt.Sprint("i", i), Email: fmt.Sprintf("i%d@x.example", i), Permissions: some(r, every), ExpiresAt: end})
	}
	for i := range 1 + r.IntN(6) {
		s.Contacts = append(s.Contacts, access.Contact{ID: fmt.Sprint("c", i), FirstName: fmt.Sprint("C", i), Email: fmt.Sprintf("c%d@x.example", i), Preferences: prefs()})
	}
	return s
}

// edits touch different parts, so that none undoes another.
var edits = []edit{
	{"user permissions", func(r *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		u := &s.Users[1]
		p := every[r.IntN(len(every))]
		if i := slices.Index(u.Permissions, p); i >= 0 {
			u.Permissions = slices.Delete(slices.Clone(u.Permissions), i, i+1)
		} else {
			u.Permissions = append(slices.Clone(u.Permissions), p)
		}
		return func(ds []diff.Difference) bool {
			return slices.ContainsFunc(ds, func(d diff.Difference) bool {
				return d.What == diff.UserPermissions && d.ID == u.ID && (slices.Contains(d.Added, p) || slices.Contains(d.Removed, p))
			})
		}
	}},
	{"login e-mail", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Users[0].Email = "new@x.example"
		return told(diff.UserEmail, "u0", "")
	}},
	{"end", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Users[1].EndsAt = end
		return told(diff.UserEnds, "u1", diff.FieldEndsAt)
	}},
	{"new user", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Users = slices.Insert(slices.Clone(s.Users), 1, access.User{ID: "new", Email: "u@new.example", Role: "auditor"})
		s.Users[1], s.Users[2] = s.Users[2], s.Users[1] // others go on to find the second user second
		return told(diff.UserCame, "new", "")
	}},
	{"invitation gone", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Invitations = s.Invitations[1:]
		return told(diff.InvitationGone, "i0", "")
	}},
	{"invitation sent", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Invitations = append(slices.Clone(s.Invitations), access.Invitation{ID: "new", Email: "i@new.example"})
		return told(diff.InvitationSent, "new", "")
	}},
	{"contact phone", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Contacts[0].Phone = "555"
		return told(diff.ContactField, "c0", diff.FieldPhone)
	}},
	{"contact address", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Contacts[0].Address.City = "Laval"
		return told(diff.ContactField, "c0", diff.FieldAddress)
	}},
	{"contact mail", func(r *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		m := mail[r.IntN(len(mail))]
		p := access.Preferences{}
		for k, on := range s.Contacts[0].Preferences {
			p[k] = on != (k == m)
		}
		s.Contacts[0].Preferences = p
		return func(ds []diff.Difference) bool {
			return slices.ContainsFunc(ds, func(d diff.Difference) bool {
				return d.What == diff.ContactMail && d.ID == "c0" && (slices.Contains(d.On, m) || slices.Contains(d.Off, m))
			})
		}
	}},
	{"new contact", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Contacts = append(slices.Clone(s.Contacts), access.Contact{ID: "new", Email: "c@new.example", Preferences: access.Preferences{access.MailDomain: true}})
		came, mailed := told(diff.ContactCame, "new", ""), told(diff.DomainRecipient, "new", "")
		return func(ds []diff.Difference) bool { return came(ds) && mailed(ds) }
	}},
	{"account e-mail", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Account.Email = "b@b.example"
		return told(diff.AccountEmail, "", "")
	}},
	{"company", func(_ *rand.Rand, s *access.Snapshot) func([]diff.Difference) bool {
		s.Account.Company = "D"
		return told(diff.AccountField, "", diff.FieldCompany)
	}},
}

func copied(s access.Snapshot) access.Snapshot {
	s.Users, s.Invitations, s.Contacts = slices.Clone(s.Users), slices.Clone(s.Invitations), slices.Clone(s.Contacts)
	return s
}

func TestNothingThatChangedIsOverlookedAndNothingElseIsTold(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		older := generated(r)
		if ds := diff.Compare(older, copied(older)); len(ds) != 0 {
			t.Fatalf("seed %d: a state differs from itself: %v", seed, lines(ds))
		}
		newer := copied(older)
		done := some(r, edits)
		var names []string
		var seen []func([]diff.Difference) bool
		for _, e := range done {
			names = append(names, e.name)
			seen = append(seen, e.do(r, &newer))
		}
		ds := diff.Compare(older, newer)
		for i, told := range seen {
			if !told(ds) {
				t.Errorf("seed %d: %s of %v is not told: %v", seed, names[i], names, lines(ds))
			}
		}
		if len(done) == 0 && len(ds) > 0 {
			t.Errorf("seed %d: %v differs though nothing was changed", seed, lines(ds))
		}
		if again := diff.Compare(older, newer); !slices.Equal(lines(ds), lines(again)) {
			t.Errorf("seed %d: the order is not stable", seed)
		}
		back := diff.Compare(newer, older)
		if (len(back) == 0) != (len(ds) == 0) {
			t.Errorf("seed %d: there are differences one way and none the other", seed)
		}
	}
}

package checkup

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
)

var now = time.Date(2026, 11, 18, 14, 2, 0, 0, time.UTC)

func host() access.Host {
	yes := access.Feature{Available: true}
	return access.Host{
		Permissions: []access.CatalogueEntry{
			{Key: "profile", Sensitive: true}, {Key: "contacts"}, {Key: "domains"}, {Key: "managedomains", Sensitive: true}, {Key: "invoices"},
		},
		MailCategories: []access.CatalogueEntry{{Key: "general"}, {Key: "invoice"}, {Key: "domain"}},
		Features:       access.Features{ListInvitations: yes, LastSignIn: yes, TwoFactor: yes, AccessEnds: yes},
	}
}

// sound is an account in which every check is in order.
func sound() access.Snapshot {
	on := true
	return access.Snapshot{
		Account: access.Account{Name: "Chez Marcel", Email: "comptes@poste.example", Domains: []string{"chezmarcel.example"}},
		Me:      access.Membership{UserID: "marie", Role: access.Owner},
		Users: []access.User{
			{ID: "marie", FirstName: "Marie", Email: "marie@poste.example", Role: access.Owner, TwoFactor: &on, LastSignIn: now},
			{ID: "sam", FirstName: "Sam", Email: "sam@cabinet.example", Role: access.Member, Permissions: []access.Permission{access.Invoices}, TwoFactor: &on, LastSignIn: now.AddDate(0, -1, 0)},
		},
		Contacts: []access.Contact{{ID: "c", FirstName: "Comptes", Email: "comptes@poste.example", Preferences: access.Preferences{access.MailInvoice: true, access.MailDomain: true}}},
	}
}

// line sums a finding up with its facts.
func line(f Finding) string {
	s := []string{string(f.Check), []string{"risk", "attention", "ok"}[f.Level], "→", string(f.Action)}
	for _, v := range []string{f.Name, f.Domain, f.UserID, f.ContactID, f.InvitationID} {
		if v != "" {
			s = append(s, v)
		}
	}
	if f.Count > 0 {
		s = append(s, fmt.Sprintf("×%d", f.Count))
	}
	if len(f.Permissions) > 0 {
		s = append(s, fmt.Sprint(f.Permissions))
	}
	if f.Over {
		s = append(s, "over")
	}
	return strings.Join(s, " ")
}

func TestRun(t *testing.T) {
	off := false
	for _, c := range []struct {
		name   string
		change func(*access.Snapshot, *access.Host)
		want   []string // without those in order
	}{
		{"an account in order", func(*access.Snapshot, *access.Host) {}, nil},
		{"nobody receives Domain mail",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts[0].Preferences = access.Preferences{access.MailInvoice: true}
				s.Account.Domains = []string{"a.example", "b.example", "c.example"}
			},
			[]string{"domain-mail risk → who-gets-what ×3"}},
		{"nobody receives Domain mail, but no domain is known",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts[0].Preferences = access.Preferences{access.MailInvoice: true}
				s.Account.Domains = nil
			},
			[]string{"domain-mail attention → who-gets-what"}},
		{"the account's own address receives Domain mail",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts[0].Preferences = access.Preferences{access.MailInvoice: true}
				s.Account.Preferences = access.Preferences{access.MailDomain: true}
			}, nil},
		{"nobody receives Billing mail",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts[0].Preferences = access.Preferences{access.MailDomain: true}
			},
			[]string{"billing-mail risk → who-gets-what"}},
		{"a contact without an address receives nothing",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts[0].Email = ""
				s.Users[0].Email, s.Account.Email = "marie@poste.example", "sam@cabinet.example"
			},
			[]string{"domain-mail risk → who-gets-what ×1", "billing-mail risk → who-gets-what"}},
		{"the owner's mailbox is on a domain of the account, the account's e-mail elsewhere",
			func(s *access.Snapshot, _ *access.Host) { s.Users[0].Email = "Marie@ChezMarcel.example" },
			[]string{"owner-mailbox attention → profile Marie chezmarcel.example marie"}},
		{"the owner's mailbox is on a subdomain, and so is the account's e-mail",
			func(s *access.Snapshot, _ *access.Host) {
				s.Users[0].Email = "marie@mail.chezmarcel.example"
				s.Account.Email, s.Contacts[0].Email = "info@chezmarcel.example", "info@chezmarcel.example"
			},
			[]string{"owner-mailbox risk → profile Marie chezmarcel.example marie"}},
		{"a domain whose name only ends alike is another",
			func(s *access.Snapshot, _ *access.Host) { s.Users[0].Email = "marie@notchezmarcel.example" }, nil},
		{"only one address leads back to the account",
			func(s *access.Snapshot, _ *access.Host) { s.Account.Email = "MARIE@poste.example" },
			[]string{"recovery attention → account Marie marie"}},
		{"a user with a sensitive permission and no second factor",
			func(s *access.Snapshot, _ *access.Host) {
				s.Users[1].TwoFactor = &off
				s.Users[1].Permissions = []access.Permission{access.ManageDomains, access.Invoices, access.Profile}
			},
			[]string{"second-factor attention → user Sam sam [profile managedomains]"}},
		{"no second factor and nothing sensitive is fine",
			func(s *access.Snapshot, _ *access.Host) { s.Users[1].TwoFactor = &off }, nil},
		{"a second factor the host does not tell of is not missed",
			func(s *access.Snapshot, _ *access.Host) {
				s.Users[1].TwoFactor = nil
				s.Users[1].Permissions = []access.Permission{access.ManageDomains}
			}, nil},
		{"the owner without a second factor goes to the own profile",
			func(s *access.Snapshot, _ *access.Host) { s.Users[0].TwoFactor = &off },
			[]string{"second-factor attention → profile Marie marie [profile managedomains]"}},
		{"a user with every permission there is",
			func(s *access.Snapshot, h *access.Host) {
				s.Users[1].Permissions = access.PresetAll.Of(h.Permissions)
			},
			[]string{"full-access attention → user Sam sam"}},
		{"invitations that expire within two days or have expired",
			func(s *access.Snapshot, _ *access.Host) {
				s.Invitations = []access.Invitation{
					{ID: "i1", Email: "soon@x.example", ExpiresAt: now.Add(48 * time.Hour)},
					{ID: "i2", Email: "later@x.example", ExpiresAt: now.Add(48*time.Hour + time.Second)},
					{ID: "i3", Email: "over@x.example", ExpiresAt: now},
					{ID: "i4", Email: "untold@x.example"},
				}
			},
			[]string{"invitation-expires attention → invitation soon@x.example i1", "invitation-expires attention → invitation over@x.example i3 over"}},
		{"access that ends within a month",
			func(s *access.Snapshot, _ *access.Host) { s.Users[1].EndsAt = now.Add(31 * 24 * time.Hour) },
			[]string{"access-ends attention → user Sam sam"}},
		{"access that ends later, or whose end has just passed by this clock",
			func(s *access.Snapshot, _ *access.Host) {
				s.Users[1].EndsAt = now.Add(32 * 24 * time.Hour)
				s.Users = append(s.Users, access.User{ID: "x", Email: "x@x.example", EndsAt: now.Add(-access.OverdueAfter + time.Second)})
			}, nil},
		{"access that should have ended, which the host still lists",
			func(s *access.Snapshot, _ *access.Host) { s.Users[1].EndsAt = now.Add(-time.Hour) },
			[]string{"access-ends risk → user Sam sam over"}},
		{"a user who has not signed in for a year; the owner may stay away",
			func(s *access.Snapshot, _ *access.Host) {
				s.Users[0].LastSignIn = now.AddDate(-3, 0, 0)
				s.Users[1].LastSignIn = now.AddDate(-1, 0, -1)
			},
			[]string{"dormant attention → user Sam sam"}},
		{"a user of whom no sign-in is told",
			func(s *access.Snapshot, _ *access.Host) { s.Users[1].LastSignIn = time.Time{} }, nil},
		{"a contact that receives nothing",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts = append(s.Contacts, access.Contact{ID: "l", FirstName: "Léa", Email: "lea@studio.example", Preferences: access.Preferences{access.MailGeneral: false}})
			},
			[]string{"silent-contact attention → contact Léa l"}},
		{"an account e-mail that nobody known has",
			func(s *access.Snapshot, _ *access.Host) { s.Account.Email = "info@poste.example" },
			[]string{"account-address attention → account"}},
		{"risks come before what wants attention, then the order of the checks",
			func(s *access.Snapshot, _ *access.Host) {
				s.Contacts[0].Preferences = access.Preferences{access.MailDomain: true}
				s.Users[0].Email = "marie@chezmarcel.example"
				s.Users[1].EndsAt = now.Add(time.Hour)
			},
			[]string{"billing-mail risk → who-gets-what", "owner-mailbox attention → profile Marie chezmarcel.example marie", "access-ends attention → user Sam sam"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, h := sound(), host()
			c.change(&s, &h)
			r := Run(s, h, now, now)
			var got []string
			for _, f := range r.Findings {
				if f.Level != OK {
					got = append(got, line(f))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if r.Points() != len(c.want) {
				t.Errorf("%d points, want %d", r.Points(), len(c.want))
			}
			if !slices.IsSortedFunc(r.Findings, func(a, b Finding) int { return int(a.Level) - int(b.Level) }) {
				t.Error("not by level")
			}
		})
	}
}

func TestOnlyChecksThatCanBeMadeRun(t *testing.T) {
	member := func(ps ...access.Permission) func(*access.Snapshot, *access.Host) {
		return func(s *access.Snapshot, _ *access.Host) {
			s.Me = access.Membership{UserID: "sam", Role: access.Member, Permissions: ps}
			s.Users, s.Invitations = nil, nil
		}
	}
	every := []Check{DomainMail, BillingMail, OwnerMailbox, Recovery, SecondFactor, FullAccess, InvitationExpires, AccessEnds, Dormant, SilentContact, AccountAddress}
	for _, c := range []struct {
		name   string
		change func(*access.Snapshot, *access.Host)
		want   []Check
	}{
		{"the owner, where the host tells everything", func(*access.Snapshot, *access.Host) {}, every},
		{"the owner, where the host tells little",
			func(_ *access.Snapshot, h *access.Host) { h.Features = access.Features{} },
			[]Check{DomainMail, BillingMail, OwnerMailbox, Recovery, FullAccess, SilentContact, AccountAddress}},
		{"a host without Domain mail",
			func(_ *access.Snapshot, h *access.Host) { h.MailCategories = h.MailCategories[:2] },
			slices.DeleteFunc(slices.Clone(every), func(c Check) bool { return c == DomainMail })},
		{"somebody who sees contacts and the profile", member(access.Contacts, access.Profile, access.Domains), []Check{DomainMail, BillingMail, SilentContact}},
		{"somebody who sees contacts only cannot say that nobody receives mail", member(access.Contacts), []Check{SilentContact}},
		{"a user whom the host tells of the owner, whose mailbox is not theirs to choose", func(s *access.Snapshot, h *access.Host) {
			users := s.Users
			member(access.Profile, access.Domains)(s, h)
			s.Users, s.Contacts = users, nil
		}, nil},
		{"somebody who only pays invoices", func(s *access.Snapshot, h *access.Host) {
			member(access.Invoices)(s, h)
			s.Contacts, s.Account = nil, access.Account{Name: "Chez Marcel"}
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, h := sound(), host()
			c.change(&s, &h)
			r := Run(s, h, now, now)
			var got []Check
			for _, f := range r.Findings {
				if !slices.Contains(got, f.Check) {
					got = append(got, f.Check)
				}
			}
			slices.SortFunc(got, func(a, b Check) int { return slices.Index(every, a) - slices.Index(every, b) })
			if !slices.Equal(got, c.want) || r.Ran != len(c.want) {
				t.Errorf("ran %d: %v, want %v", r.Ran, got, c.want)
			}
		})
	}
}

func TestACheckInOrderIsReportedOnceWithItsFacts(t *testing.T) {
	r := Run(sound(), host(), now, now)
	if len(r.Findings) != r.Ran {
		t.Fatalf("%d findings of %d checks", len(r.Findings), r.Ran)
	}
	for _, f := range r.Findings {
		if f.Level != OK || f.Action == "" {
			t.Errorf("%s", line(f))
		}
		if (f.Check == DomainMail && f.Category != access.MailDomain) || (f.Check == OwnerMailbox && f.Email != "marie@poste.example") || (f.Check == AccountAddress && f.Email != "comptes@poste.example") {
			t.Errorf("facts are missing: %+v", f)
		}
	}
}

func TestWhatTheHostWasNotAskedAboutSinceItsEndIsNotCalledOverdue(t *testing.T) {
	s := sound()
	s.Users[1].EndsAt = now.Add(-time.Hour)
	for _, f := range Run(s, host(), now, now.Add(-2*time.Hour)).Findings {
		if f.Check == AccessEnds && f.Level != OK {
			t.Errorf("found %+v", f)
		}
	}
}

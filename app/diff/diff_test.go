package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/diff"

	"github.com/google/go-cmp/cmp"
)

var end = time.Date(2027, time.April, 30, 23, 59, 59, 0, time.UTC)

func account() access.Snapshot {
	return access.Snapshot{
		Ref: access.Ref{Identity: "i", Account: "a"}, Revision: "1", Me: access.Membership{UserID: "u1", Role: access.Owner},
		Account: access.Account{ID: "a", Name: "Chez Marcel", Company: "Chez Marcel", Email: "info@marcel.example", Phone: "1", Language: "fr",
			Address: access.Address{Line1: "1, rue A", City: "Montréal"}, Preferences: access.Preferences{access.MailGeneral: true}, Domains: []string{"marcel.example"}},
		Users: []access.User{
			{ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@marcel.example", Role: access.Owner},
			{ID: "u2", FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Role: access.Member, Permissions: []access.Permission{"invoices", "quotes"}, EndsAt: end, Reason: "impôts"},
		},
		Invitations: []access.Invitation{{ID: "i1", Email: "Noe@studio.example", Permissions: []access.Permission{"domains"}, ExpiresAt: end}},
		Contacts: []access.Contact{
			{ID: "c1", FirstName: "Marie", Email: "Marie@marcel.example", Preferences: access.Preferences{access.MailDomain: true, access.MailInvoice: true}},
			{ID: "c2", Company: "Soutien TI", Email: "ti@marcel.example", Preferences: access.Preferences{access.MailSupport: true}},
		},
	}
}

// line writes a difference as the tables below do.
func line(d diff.Difference) string {
	out := []string{string(d.What)}
	add := func(name string, v any, is bool) {
		if is {
			out = append(out, fmt.Sprint(name, v))
		}
	}
	add("", d.ID, d.ID != "")
	add("key=", d.Key, d.Key != "")
	add("", d.Field, d.Field != "")
	add("", d.Before+">"+d.After, d.Before != "" || d.After != "")
	add("", d.Was.Line1+">"+d.Is.Line1, d.Was != d.Is)
	add("+", d.Added, len(d.Added) > 0)
	add("-", d.Removed, len(d.Removed) > 0)
	add("on", d.On, len(d.On) > 0)
	add("off", d.Off, len(d.Off) > 0)
	add("via ", d.Via, d.Via != "")
	return strings.Join(out, " ")
}

func lines(ds []diff.Difference) []string {
	var out []string
	for _, d := range ds {
		out = append(out, line(d))
	}
	return out
}

func TestEachThingThatDiffersIsNamed(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(s *access.Snapshot)
		want []string
	}{
		{"nothing", func(*access.Snapshot) {}, nil},
		{"a revision alone is no difference", func(s *access.Snapshot) { s.Revision = "2"; s.Users[1].ETag = "x" }, nil},
		{"the order of the host is none", func(s *access.Snapshot) {
			slices.Reverse(s.Users)
			slices.Reverse(s.Contacts)
			slices.Reverse(s.Users[0].Permissions)
		}, nil},
		{"a sign-in is none", func(s *access.Snapshot) { s.Users[1].LastSignIn = end; yes := true; s.Users[1].TwoFactor = &yes }, nil},
		{"a user came", func(s *access.Snapshot) {
			s.Users = append(s.Users, access.User{ID: "u3", FirstName: "Léa", Email: "lea@studio.example", Permissions: []access.Permission{"x", "domains"}})
		}, []string{"user-came u3 key=lea@studio.example +[domains x]"}},
		{"a user left", func(s *access.Snapshot) { s.Users = s.Users[:1] }, []string{"user-left u2 key=sam@cabinet.example -[invoices quotes]"}},
		{"permissions, also one that this version does not know", func(s *access.Snapshot) { s.Users[1].Permissions = []access.Permission{"quotes", "backups", "orders"} },
			[]string{"user-permissions u2 key=sam@cabinet.example +[backups orders] -[invoices]"}},
		{"the end of access, and why", func(s *access.Snapshot) { s.Users[1].EndsAt, s.Users[1].Reason = time.Time{}, "audit" }, []string{
			"user-ends u2 key=sam@cabinet.example endsAt 2027-04-30T23:59:59Z>", "user-ends u2 key=sam@cabinet.example reason impôts>audit"}},
		{"a name and a login e-mail", func(s *access.Snapshot) { s.Users[1].LastName, s.Users[1].Email = "Roy", "sam@autre.example" }, []string{
			"user-email u2 key=sam@autre.example sam@cabinet.example>sam@autre.example", "user-name u2 key=sam@autre.example Sam Gagnon>Sam Roy"}},
		{"another owner, whose permissions are no matter", func(s *access.Snapshot) {
			s.Users[0].Role, s.Users[0].Permissions, s.Users[1].Role = access.Member, []access.Permission{"emails"}, access.Owner
		}, []string{"owner-changed u2 key=sam@cabinet.example Marie Tremblay>Sam Gagnon"}},
		{"no owner any more", func(s *access.Snapshot) { s.Users[0].Role = access.Member }, []string{"owner-changed Marie Tremblay>"}},
		{"an invitation sent", func(s *access.Snapshot) {
			s.Invitations = append(s.Invitations, access.Invitation{ID: "i2", Email: "x@y.example", Permissions: []access.Permission{"quotes"}})
		}, []string{"invitation-sent i2 key=x@y.example +[quotes]"}},
		{"an invitation accepted", func(s *access.Snapshot) {
			s.Invitations = nil
			s.Users = append(s.Users, access.User{ID: "u3", Email: "noe@Studio.example", Permissions: []access.Permission{"domains"}})
		}, []string{"user-came u3 key=noe@studio.example +[domains] via i1", "invitation-accepted i1 key=noe@studio.example"}},
		{"an invitation cancelled", func(s *access.Snapshot) { s.Invitations = nil }, []string{"invitation-gone i1 key=noe@studio.example -[domains]"}},
		{"an invitation resent and changed", func(s *access.Snapshot) {
			s.Invitations[0].ExpiresAt, s.Invitations[0].Permissions = end.AddDate(0, 0, 7), []access.Permission{"domains", "quotes"}
		}, []string{"invitation-resent i1 key=noe@studio.example 2027-04-30T23:59:59Z>2027-05-07T23:59:59Z", "invitation-permissions i1 key=noe@studio.example +[quotes]"}},
		{"a contact came", func(s *access.Snapshot) {
			s.Contacts = append(s.Contacts, access.Contact{ID: "c3", Email: "c@d.example", Preferences: access.Preferences{"news": true, access.MailInvoice: true, access.MailSupport: false}})
		}, []string{"contact-came c3 key=c@d.example on[invoice news]"}},
		{"a contact that received alone left", func(s *access.Snapshot) { s.Contacts = s.Contacts[:1] }, []string{
			"contact-left c2 key=ti@marcel.example off[support]", "nobody-receives support off[support]"}},
		{"the fields of a contact", func(s *access.Snapshot) {
			k := &s.Contacts[1]
			k.FirstName, k.LastName, k.Company, k.Phone, k.Language, k.Address.Line1, k.Email = "A", "B", "C", "D", "en", "1, rue Z", "z@z.example"
		}, []string{
			"contact-email c2 key=z@z.example ti@marcel.example>z@z.example", "contact-field c2 key=z@z.example firstName >A", "contact-field c2 key=z@z.example lastName >B",
			"contact-field c2 key=z@z.example company Soutien TI>C", "contact-field c2 key=z@z.example phone >D", "contact-field c2 key=z@z.example address >1, rue Z",
			"contact-field c2 key=z@z.example language >en",
		}},
		{"the mail of a contact, and what follows from it", func(s *access.Snapshot) {
			s.Contacts[0].Preferences = access.Preferences{access.MailInvoice: true, "news": true}
			s.Contacts[1].Preferences = access.Preferences{access.MailDomain: true}
		}, []string{
			"contact-mail c1 key=marie@marcel.example on[news] off[domain]", "contact-mail c2 key=ti@marcel.example on[domain] off[support]",
			"domain-recipient c2 key=ti@marcel.example >ti@marcel.example", "nobody-receives support off[support]",
		}},
		{"a new address of who receives Domain mail is a new recipient", func(s *access.Snapshot) { s.Contacts[0].Email = "voleur@ailleurs.example" }, []string{
			"contact-email c1 key=voleur@ailleurs.example Marie@marcel.example>voleur@ailleurs.example",
			"domain-recipient c1 key=voleur@ailleurs.example >voleur@ailleurs.example"}},
		{"Domain mail for an address that receives it already is no new recipient", func(s *access.Snapshot) {
			s.Account.Email, s.Account.Preferences = "MARIE@marcel.example", access.Preferences{access.MailGeneral: true, access.MailDomain: true}
		}, []string{"account-email key=marie@marcel.example info@marcel.example>MARIE@marcel.example", "account-mail key=marie@marcel.example on[domain]"}},
		{"a category without an address is received by nobody", func(s *access.Snapshot) { s.Contacts[1].Email = "" }, []string{
			"contact-email c2 key=contact:c2 ti@marcel.example>", "nobody-receives support off[support]"}},
		{"account information", func(s *access.Snapshot) {
			a := &s.Account
			a.FirstName, a.LastName, a.Company, a.Name, a.Phone, a.Language, a.Address.Line1, a.Domains = "M", "T", "N", "N", "2", "en", "2, rue B", []string{"b.example", "c.example"}
		}, []string{
			"account-field firstName >M", "account-field lastName >T", "account-field company Chez Marcel>N", "account-field phone 1>2",
			"account-field address 1, rue A>2, rue B", "account-field language fr>en", "account-domains marcel.example>b.example, c.example",
		}},
		{"a name that only its host changed", func(s *access.Snapshot) { s.Account.Name = "Marcel inc." }, []string{"account-field name Chez Marcel>Marcel inc."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			older, newer := account(), account()
			c.edit(&newer)
			if d := cmp.Diff(c.want, lines(diff.Compare(older, newer))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhatOnlyOneOfTheStatesShowsIsNoDifference(t *testing.T) {
	member := func(ps ...access.Permission) access.Snapshot {
		s := account()
		s.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: ps}
		s.Users, s.Invitations = nil, nil
		if !s.Me.May(access.Contacts) {
			s.Contacts = nil
		}
		if !s.Me.May(access.Profile) {
			s.Account = access.Account{ID: "a", Name: s.Account.Name}
		}
		return s
	}
	for _, c := range []struct {
		name         string
		older, newer access.Snapshot
		want         []string
	}{
		{"the owner became a user", account(), member(), []string{"own-rights u2 owner>user"}},
		{"a permission more shows the contacts", member(access.Invoices), member(access.Contacts), []string{"own-rights u2 +[contacts] -[invoices]"}},
		{"a permission less hides account information", member(access.Profile, access.Contacts), member(access.Contacts), []string{"own-rights u2 -[profile]"}},
		{"what a user sees in both is compared", member(access.Contacts), func() access.Snapshot {
			s := member(access.Contacts)
			s.Contacts, s.Account.Name = s.Contacts[:1], "N"
			return s
		}(), []string{"contact-left c2 key=ti@marcel.example off[support]", "account-field name Chez Marcel>N"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, lines(diff.Compare(c.older, c.newer))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAnInvitationThatCouldNoLongerBeAcceptedHasExpired(t *testing.T) {
	older, newer := account(), account()
	newer.Invitations = nil
	d := diff.Compare(older, newer)[0]
	if got := d.SeenAt(end.Add(-time.Minute)).What; got != diff.InvitationGone {
		t.Errorf("seen before its end: %s", got)
	}
	if got := d.SeenAt(end).What; got != diff.InvitationExpired {
		t.Errorf("seen at its end: %s", got)
	}
}

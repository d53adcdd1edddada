package history_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/history"
	"concierge/app/journal"

	"github.com/google/go-cmp/cmp"
)

var ref = access.Ref{Identity: "i", Account: "a"}

var me = access.Me{ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@marcel.example"}

// at is a moment of a day by its minutes since noon.
func at(minutes int) time.Time {
	return time.Date(2026, time.November, 18, 12, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

func account() access.Snapshot {
	return access.Snapshot{
		Ref: ref, Me: access.Membership{UserID: "u1", Role: access.Owner},
		Account: access.Account{ID: "a", ETag: "a1", Name: "Chez Marcel", Email: "info@marcel.example", Language: "fr"},
		Users: []access.User{
			{ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@marcel.example", Role: access.Owner},
			{ID: "u2", ETag: "e2", FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Role: access.Member, Permissions: []access.Permission{"invoices"}},
		},
		Invitations: []access.Invitation{{ID: "i1", ETag: "e1", Email: "noe@studio.example", Permissions: []access.Permission{"domains"}, ExpiresAt: at(10_000)}},
		Contacts: []access.Contact{{ID: "c1", ETag: "k1", FirstName: "Soutien", LastName: "TI", Email: "ti@marcel.example", Phone: "1",
			Preferences: access.Preferences{access.MailSupport: true, access.MailDomain: true}}},
	}
}

// edited is the account after an edit.
func edited(edits ...func(*access.Snapshot)) access.Snapshot {
	s := account()
	for _, e := range edits {
		e(&s)
	}
	return s
}

// states are what an account was seen as, the newest first, each at its minute.
func states(minutes []int, snaps ...access.Snapshot) []history.State {
	var out []history.State
	for i, s := range snaps {
		s.Revision = fmt.Sprint(len(snaps) - i)
		out = append(out, history.State{Version: journal.Version{ID: int64(len(snaps) - i), At: at(minutes[i]), Revision: s.Revision}, Snapshot: s})
	}
	return out
}

func rights(ps ...access.Permission) change.Values { return change.OfRights(ps, time.Time{}, "") }

func own(id string, began, ended int, c change.Change) history.Done {
	c.ID, c.Account, c.At, c.State = id, ref, at(began), change.Confirmed
	return history.Done{Change: c, Ended: at(ended)}
}

func setSam(id string, began, ended int, before, after change.Values) history.Done {
	return own(id, began, ended, change.Change{Kind: change.SetPermissions, Target: "u2", TargetName: "Sam Gagnon", Before: before, After: after})
}

func act(id string, minute int, action, target string) access.Activity {
	return access.Activity{ID: id, At: at(minute), Actor: "Marie Tremblay", ActorEmail: "marie@marcel.example", Action: action, Target: target}
}

func by(a access.Activity, name, email string) access.Activity {
	a.Actor, a.ActorEmail = name, email
	return a
}

func samMay(ps ...access.Permission) func(*access.Snapshot) {
	return func(s *access.Snapshot) {
		s.Users = append([]access.User(nil), s.Users...)
		s.Users[1].Permissions = ps
	}
}

func tiMail(p access.Preferences) func(*access.Snapshot) {
	return func(s *access.Snapshot) { s.Contacts[0].Preferences = p }
}

// line writes an event as the table below does: minute, action, who, where, what differs.
func line(e history.Event) string {
	out := fmt.Sprintf("%d %s", int(e.At.Sub(at(0)).Minutes()), e.Action)
	switch {
	case e.Here:
		out += " here"
	case e.Mine:
		out += " mine elsewhere"
	case e.ByHost:
		out += " by the host"
	case e.By != history.Person{}:
		out += " by " + e.By.Name
	default:
		out += fmt.Sprintf(" elsewhere since %d", int(e.Since.Sub(at(0)).Minutes()))
	}
	if e.Here && e.Activity != nil {
		out += " confirmed"
	}
	for _, d := range e.Differences {
		out += " " + string(d.What)
		if d.Field != "" {
			out += "." + d.Field
		}
		for _, p := range d.Added {
			out += "+" + string(p)
		}
		for _, p := range d.Removed {
			out += "-" + string(p)
		}
		for _, m := range d.On {
			out += "+" + string(m)
		}
		for _, m := range d.Off {
			out += "-" + string(m)
		}
	}
	return out
}

func TestWhatSeveralSourcesTellOfIsOneEvent(t *testing.T) {
	sam := setSam("1", 10, 11, rights("invoices"), rights("invoices", "quotes"))
	withQuotes := edited(samMay("invoices", "quotes"))
	for _, c := range []struct {
		name string
		s    history.Sources
		want []string
	}{
		{"nothing is told of nothing", history.Sources{}, nil},
		{"an own Change, the difference it made and the host's line are one", history.Sources{
			Own: []history.Done{sam}, States: states([]int{11, 0}, withQuotes, account()), Activity: []access.Activity{act("1", 10, "user.permissions", "Sam Gagnon")},
		}, []string{"11 user.permissions here confirmed"}},
		{"also when the host's clock is a minute off and the state came before the confirmation", history.Sources{
			Own: []history.Done{sam}, States: states([]int{10, 0}, withQuotes, account()), Activity: []access.Activity{act("1", 12, "user.permissions", "sam gagnon")},
		}, []string{"11 user.permissions here confirmed"}},
		{"also when the state came with a later question", history.Sources{
			Own: []history.Done{sam}, States: states([]int{60, 0}, withQuotes, account()),
		}, []string{"11 user.permissions here"}},
		{"two Changes to one person each have their own line", history.Sources{
			Own:      []history.Done{sam, setSam("2", 12, 12, rights("invoices", "quotes"), rights("quotes"))},
			States:   states([]int{12, 11, 0}, edited(samMay("quotes")), withQuotes, account()),
			Activity: []access.Activity{act("2", 12, "user.permissions", "Sam Gagnon"), act("1", 11, "user.permissions", "Sam Gagnon")},
		}, []string{"12 user.permissions here confirmed", "11 user.permissions here confirmed"}},
		{"somebody else's line about the same person is theirs", history.Sources{
			Own: []history.Done{sam}, States: states([]int{11, 0}, withQuotes, account()),
			Activity: []access.Activity{by(act("2", 11, "user.permissions", "Sam Gagnon"), "Paul", "paul@x.example")},
		}, []string{"11 user.permissions here", "11 user.permissions by Paul"}},
		{"what the person did elsewhere is theirs and not from here", history.Sources{
			States: states([]int{30, 0}, withQuotes, account()), Activity: []access.Activity{act("1", 20, "user.permissions", "Sam Gagnon")},
		}, []string{"20 user.permissions mine elsewhere user-permissions+quotes"}},
		{"what nobody tells of was seen", history.Sources{States: states([]int{30, 0}, withQuotes, account())},
			[]string{"30 user.permissions elsewhere since 0 user-permissions+quotes"}},
		{"what a Change did not do is somebody else's", history.Sources{
			Own: []history.Done{sam}, States: states([]int{11, 0}, edited(samMay("quotes", "orders")), account()),
		}, []string{"11 user.permissions elsewhere since 0 user-permissions+orders-invoices", "11 user.permissions here"}},
		{"an old Change does not explain a new difference", history.Sources{
			Own: []history.Done{sam}, States: states([]int{60, 50, 40}, withQuotes, account(), withQuotes),
		}, []string{"60 user.permissions elsewhere since 50 user-permissions+quotes", "50 user.permissions elsewhere since 40 user-permissions-quotes", "11 user.permissions here"}},
		{"the parts of an edit by somebody else are one event", history.Sources{
			States: states([]int{30, 0}, edited(func(s *access.Snapshot) { s.Contacts[0].Phone, s.Contacts[0].Email = "2", "t@m.example" }), account()),
			Activity: []access.Activity{func() access.Activity {
				a := by(act("1", 20, "contact.changed", "Soutien TI"), "Paul", "paul@x.example")
				a.Fields = []string{"email", "phone"}
				return a
			}()},
		}, []string{"20 contact.changed by Paul contact-email contact-field.phone domain-recipient"}},
		{"what the host's line does not name was somebody else", history.Sources{
			States: states([]int{30, 0}, edited(func(s *access.Snapshot) { s.Contacts[0].Phone, s.Contacts[0].Language = "2", "en" }), account()),
			Activity: []access.Activity{func() access.Activity {
				a := by(act("1", 20, "contact.changed", "Soutien TI"), "Paul", "paul@x.example")
				a.Fields = []string{"phone"}
				return a
			}()},
		}, []string{"30 contact.changed elsewhere since 0 contact-field.language", "20 contact.changed by Paul contact-field.phone"}},
		{"an invitation accepted is one event, by who accepted", history.Sources{
			States: states([]int{30, 0}, edited(func(s *access.Snapshot) {
				s.Invitations = nil
				s.Users = append(s.Users, access.User{ID: "u3", FirstName: "Noé", Email: "noe@studio.example", Permissions: []access.Permission{"domains"}})
			}), account()),
			Activity: []access.Activity{by(act("1", 20, "invitation.accepted", "noe@studio.example"), "Noé", "noe@studio.example")},
		}, []string{"20 invitation.accepted by Noé user-came+domains invitation-accepted"}},
		{"access that ended by itself is the host's", history.Sources{
			States:   states([]int{30, 0}, edited(func(s *access.Snapshot) { s.Users = s.Users[:1] }), account()),
			Activity: []access.Activity{by(act("1", 20, "user.accessEnded", "Sam Gagnon"), "", "")},
		}, []string{"20 user.accessEnded by the host user-left-invoices"}},
		{"a revocation from here", history.Sources{
			Own:      []history.Done{own("1", 10, 11, change.Change{Kind: change.Revoke, Target: "u2", TargetName: "Sam Gagnon", Before: rights("invoices")})},
			States:   states([]int{11, 0}, edited(func(s *access.Snapshot) { s.Users = s.Users[:1] }), account()),
			Activity: []access.Activity{act("1", 11, "user.removed", "Sam Gagnon")},
		}, []string{"11 user.removed here confirmed"}},
		{"what an own edit means for the mail is told with it", history.Sources{
			Own: []history.Done{own("1", 10, 11, change.Change{Kind: change.EditContact, Target: "c1", TargetName: "Soutien TI",
				Before: change.OfContact(account().Contacts[0]), After: change.Values{Mail: map[access.MailCategory]bool{access.MailDomain: false, access.MailSupport: true}}})},
			States: states([]int{11, 0}, edited(tiMail(access.Preferences{access.MailSupport: true})), account()),
		}, []string{"11 contact.changed here nobody-receives-domain"}},
		{"a contact added here", history.Sources{
			Own: []history.Done{own("1", 10, 11, change.Change{Kind: change.AddContact, TargetName: "Z", After: change.Values{
				Fields: map[string]string{"email": "Z@z.example", "firstName": "Z"}, Mail: map[access.MailCategory]bool{access.MailDomain: true}}})},
			States: states([]int{11, 0}, edited(func(s *access.Snapshot) {
				s.Contacts = append(s.Contacts, access.Contact{ID: "c9", FirstName: "Z", Email: "z@z.example", Preferences: access.Preferences{access.MailDomain: true}})
			}), account()),
			Activity: []access.Activity{act("1", 11, "contact.added", "Z")},
		}, []string{"11 contact.added here confirmed domain-recipient"}},
		{"account information, which the host names without a target", history.Sources{
			Own: []history.Done{own("1", 10, 11, change.Change{Kind: change.EditAccount, TargetName: "Chez Marcel", After: change.Values{Fields: map[string]string{"phone": "2", "company": "M inc."}}})},
			States: states([]int{11, 0}, edited(func(s *access.Snapshot) {
				s.Account.Phone, s.Account.Name, s.Account.Company = "2", "M inc.", "M inc."
			}), account()),
			Activity: []access.Activity{act("1", 11, "account.changed", "")},
		}, []string{"11 account.changed here confirmed"}},
		{"an own new login e-mail", history.Sources{
			Own: []history.Done{{Change: change.Change{ID: "1", Account: access.Ref{Identity: "i"}, Kind: change.ChangeLogin, At: at(10),
				After: change.Values{Fields: map[string]string{"email": "m@new.example"}}}, Ended: at(11)}},
			States: states([]int{30, 0}, edited(func(s *access.Snapshot) { s.Users[0].Email = "m@new.example" }), account()),
		}, []string{"11 change-login here"}},
		{"a login e-mail of somebody else was changed elsewhere", history.Sources{
			States: states([]int{30, 0}, edited(func(s *access.Snapshot) { s.Users[1].Email = "s@new.example" }), account()),
		}, []string{"30 user.changed elsewhere since 0 user-email"}},
		{"an action that nobody here knows is told as it is", history.Sources{Activity: []access.Activity{act("1", 5, "backup.restored", "site")}},
			[]string{"5 backup.restored mine elsewhere"}},
		{"what is older than all sources reach is left out", history.Sources{
			States:   states([]int{30, 20, 0}, account(), withQuotes, account()),
			Activity: []access.Activity{act("2", 29, "user.permissions", "Sam Gagnon"), act("1", 15, "signedIn", "")}, Until: at(20),
		}, []string{"29 user.permissions mine elsewhere user-permissions-quotes", "20 user.permissions elsewhere since 0 user-permissions+quotes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.s.Me, c.s.UserID = me, "u1"
			var got []string
			ids := map[string]bool{}
			for _, e := range history.Join(c.s) {
				got = append(got, line(e))
				if ids[e.ID] {
					t.Errorf("two events are called %s", e.ID)
				}
				ids[e.ID] = true
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAnEventIsFoundByWhoDidItAndByWhomItConcerns(t *testing.T) {
	events := history.Join(history.Sources{Me: me, UserID: "u1",
		Own:      []history.Done{setSam("1", 40, 41, rights(), rights("quotes"))},
		States:   states([]int{30, 0}, edited(func(s *access.Snapshot) { s.Contacts[0].Phone = "2" }), account()),
		Activity: []access.Activity{by(act("1", 20, "contact.changed", "Soutien TI"), "Paul Roy", "Paul@x.example"), act("0", 5, "account.changed", "")},
	})
	for key, want := range map[string]string{
		"sam@cabinet.example": "41", "marie@marcel.example": "41 5", "paul@x.example": "20", "ti@marcel.example": "20", "nobody@x.example": "",
	} {
		var got []string
		for _, e := range events {
			if e.Concerns(key) {
				got = append(got, fmt.Sprint(int(e.At.Sub(at(0)).Minutes())))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", key, got, want)
		}
	}
	var all []string
	for _, p := range history.Concerned(events) {
		all = append(all, p.Name)
	}
	if d := cmp.Diff([]string{"Marie Tremblay", "Paul Roy", "Sam Gagnon", "Soutien TI"}, all); d != "" {
		t.Error(d)
	}
}

func TestTheAccountBeforeIsKnownWithAnOwnChange(t *testing.T) {
	events := history.Join(history.Sources{Me: me, UserID: "u1",
		Own:    []history.Done{own("1", 10, 11, change.Change{Kind: change.Revoke, Target: "u2", TargetName: "Sam Gagnon"})},
		States: states([]int{11, 0}, edited(func(s *access.Snapshot) { s.Users = s.Users[:1] }), account())})
	if u, ok := events[0].Before.User("u2"); len(events) != 1 || !ok || u.Email != "sam@cabinet.example" {
		t.Errorf("%d events, before the first there was %+v", len(events), u)
	}
}

func TestOfADifferenceIsLeftWhatNoOwnChangeMade(t *testing.T) {
	perms := diff.Difference{What: diff.UserPermissions, ID: "u2", Added: []access.Permission{"orders", "quotes"}, Removed: []access.Permission{"invoices"}}
	contact := func(before, after change.Values) change.Change {
		return change.Change{Kind: change.EditContact, Target: "c1", Before: before, After: after}
	}
	fields := func(pairs ...string) change.Values {
		v := change.Values{Fields: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			v.Fields[pairs[i]] = pairs[i+1]
		}
		return v
	}
	email := diff.Difference{What: diff.ContactEmail, ID: "c1", Before: "a@a.example", After: "b@b.example"}
	for _, c := range []struct {
		name string
		d    diff.Difference
		own  []change.Change
		left string
	}{
		{"no Change", perms, nil, "+orders,quotes-invoices"},
		{"a part of it", perms, []change.Change{{Kind: change.SetPermissions, Target: "u2", Before: rights("invoices"), After: rights("invoices", "quotes")}}, "+orders-invoices"},
		{"several Changes, all of it", perms, []change.Change{
			{Kind: change.SetPermissions, Target: "u2", Before: rights("invoices"), After: rights("quotes")},
			{Kind: change.SetPermissions, Target: "u2", Before: rights("quotes"), After: rights("quotes", "orders")}}, ""},
		{"a Change of somebody else's rights", perms, []change.Change{{Kind: change.SetPermissions, Target: "u3", Before: rights("invoices"), After: rights("quotes", "orders")}}, "+orders,quotes-invoices"},
		{"an address that it set", email, []change.Change{contact(fields("email", "a@a.example"), fields("email", "b@b.example"))}, ""},
		{"an address that became another one since", email, []change.Change{contact(fields("email", "a@a.example"), fields("email", "c@c.example"))}, "a@a.example>b@b.example"},
		{"a field that it did not touch", email, []change.Change{contact(fields("email", "a@a.example", "phone", "1"), fields("email", "a@a.example", "phone", "2"))}, "a@a.example>b@b.example"},
		{"a postal address", diff.Difference{What: diff.ContactField, ID: "c1", Field: diff.FieldAddress, Is: access.Address{Line1: "2", City: "M"}},
			[]change.Change{contact(fields("line1", "1", "city", "M"), fields("line1", "2"))}, ""},
		{"a telephone number as the host writes it", diff.Difference{What: diff.AccountField, Field: "phone", Before: "1", After: "+14185550177"},
			[]change.Change{{Kind: change.EditAccount, Before: fields("phone", "1"), After: fields("phone", "418 555-0177")}}, ""},
		{"a telephone number that is another", diff.Difference{What: diff.AccountField, Field: "phone", Before: "1", After: "+14185550177"},
			[]change.Change{{Kind: change.EditAccount, Before: fields("phone", "1"), After: fields("phone", "418 555-0178")}}, "1>+14185550177"},
		{"an address as the host writes it", email, []change.Change{contact(fields("email", "a@a.example"), fields("email", " B@b.example"))}, ""},
		{"a postal code as the host writes it", diff.Difference{What: diff.ContactField, ID: "c1", Field: diff.FieldAddress, Is: access.Address{Line1: "2", PostalCode: "H2J 2K8"}},
			[]change.Change{contact(fields("line1", "1", "postalCode", ""), fields("line1", "2", "postalCode", "h2j2k8"))}, ""},
		{"a new recipient by a new address", diff.Difference{What: diff.DomainRecipient, ID: "c1", After: "b@b.example"},
			[]change.Change{contact(fields("email", "a@a.example"), fields("email", "b@b.example"))}, ""},
		{"a new owner is never explained", diff.Difference{What: diff.OwnerChanged, ID: "u2", Before: "A", After: "B"},
			[]change.Change{{Kind: change.SetPermissions, Target: "u2"}}, "A>B"},
		{"nor is who came", diff.Difference{What: diff.UserCame, ID: "u3", Key: "n@n.example", After: "x"},
			[]change.Change{{Kind: change.Invite, After: fields("email", "n@n.example")}}, ">x"},
		{"a name of somebody else", diff.Difference{What: diff.UserName, ID: "u2", After: "x"}, []change.Change{{Kind: change.EditProfile}}, ">x"},
		{"an own name", diff.Difference{What: diff.UserName, ID: "u1", After: "x"}, []change.Change{{Kind: change.EditProfile}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if d, left := history.Rest(c.d, c.own, "u1"); left {
				if len(d.Added) > 0 {
					got += "+" + strings.Join(texts(d.Added), ",")
				}
				if len(d.Removed) > 0 {
					got += "-" + strings.Join(texts(d.Removed), ",")
				}
				if d.Before+d.After != "" {
					got += d.Before + ">" + d.After
				}
			}
			if got != c.left {
				t.Errorf("left is %q, want %q", got, c.left)
			}
		})
	}
}

func texts[T ~string](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

func BenchmarkAThousandLinesWithAYearOfStatesAndChanges(b *testing.B) {
	s := history.Sources{Me: me, UserID: "u1"}
	var minutes []int
	var snaps []access.Snapshot
	for i := range 200 {
		minutes = append(minutes, 100_000-500*i)
		snaps = append(snaps, edited(samMay(access.Permission(fmt.Sprint("p", i)))))
		s.Own = append(s.Own, setSam(fmt.Sprint(i), 100_000-500*i, 100_000-500*i, rights(access.Permission(fmt.Sprint("p", i+1))), rights(access.Permission(fmt.Sprint("p", i)))))
	}
	s.States = states(minutes, snaps...)
	for i := range 1000 {
		s.Activity = append(s.Activity, act(fmt.Sprint(i), 100_000-100*i, "user.permissions", "Sam Gagnon"))
	}
	for b.Loop() {
		if got := history.Join(s); len(got) < 1000 {
			b.Fatal(len(got))
		}
	}
}

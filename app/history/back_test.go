package history_test

import (
	"fmt"
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/history"
)

func present(s access.Snapshot) history.Present {
	yes := access.Feature{Available: true}
	return history.Present{Snapshot: s, Host: access.Host{Features: access.Features{EditInvitation: yes, CancelInvitation: yes, AccessEnds: yes}}, Now: at(100)}
}

// back writes a way back as the tables below do: what would change, or why nothing can.
func back(b history.Back) string {
	if !b.Possible() {
		out := "why " + string(b.Why)
		if b.Why == history.WhyInvite {
			out += fmt.Sprintf(" %s %v %s", b.Invite.Email, b.Invite.Permissions, b.Invite.Reason)
		}
		return strings.TrimSpace(out)
	}
	out := string(b.Change.Kind) + " " + b.Change.Target + " " + b.Change.Base
	for _, d := range change.Differences(b.Change.Before, b.Change.After) {
		out += fmt.Sprintf(" %s %s>%s", d.Name, d.Base, d.Mine)
	}
	return out
}

func backs(list []history.Back) string {
	var out []string
	for _, b := range list {
		out = append(out, back(b))
	}
	return strings.Join(out, " | ")
}

func TestADifferenceIsPutBackOntoWhatIsThereNow(t *testing.T) {
	for _, c := range []struct {
		name        string
		before, now access.Snapshot
		same        bool // the account has not changed since the difference
		after       access.Snapshot
		want        string
	}{
		{"permissions", account(), edited(samMay("quotes")), true, access.Snapshot{}, "set-permissions u2 e2 permission:invoices false>true permission:quotes true>false"},
		{"permissions given since stay", account(), edited(samMay("quotes", "orders")), false, edited(samMay("quotes")),
			"set-permissions u2 e2 permission:invoices false>true permission:quotes true>false"},
		{"what was put back already", account(), account(), false, edited(samMay("quotes")), "why already"},
		{"permissions of a user who is gone since", account(), edited(func(s *access.Snapshot) { s.Users = s.Users[:1] }), false, edited(samMay("quotes")), "why gone"},
		{"an end", edited(func(s *access.Snapshot) { s.Users[1].EndsAt = at(5000) }), account(), true, access.Snapshot{}, "set-permissions u2 e2 endsAt >2026-11-21T23:20:00Z"},
		{"an end that is over", edited(func(s *access.Snapshot) { s.Users[1].EndsAt = at(50) }), account(), true, access.Snapshot{}, "why past"},
		{"access that was lost begins as an invitation with what it was", account(), edited(func(s *access.Snapshot) { s.Users = s.Users[:1] }), true, access.Snapshot{},
			"why invite sam@cabinet.example [invoices]"},
		{"access that was given again", account(), account(), false, edited(func(s *access.Snapshot) { s.Users = s.Users[:1] }), "why already"},
		{"an invitation that was cancelled", account(), edited(func(s *access.Snapshot) { s.Invitations = nil }), true, access.Snapshot{}, "why invite noe@studio.example [domains]"},
		{"the permissions of an invitation", account(), edited(func(s *access.Snapshot) { s.Invitations[0].Permissions = nil }), true, access.Snapshot{},
			"edit-invitation i1 e1 permission:domains false>true"},
		{"fields and mail of a contact are one Change", account(), edited(tiMail(access.Preferences{access.MailSupport: true, access.MailDomain: true, "news": true}), func(s *access.Snapshot) {
			s.Contacts[0].Phone, s.Contacts[0].Email, s.Contacts[0].Address = "2", "x@x.example", access.Address{City: "Laval", Country: "CA"}
		}), true, access.Snapshot{}, "edit-contact c1 k1 city Laval> country CA> email x@x.example>ti@marcel.example phone 2>1 mail:news true>false | why follows"},
		{"a field that somebody changed again since is put back too", account(), edited(func(s *access.Snapshot) { s.Contacts[0].Phone = "3" }), false,
			edited(func(s *access.Snapshot) { s.Contacts[0].Phone = "2" }), "edit-contact c1 k1 phone 3>1"},
		{"a deleted contact becomes a new one", account(), edited(func(s *access.Snapshot) { s.Contacts = nil }), true, access.Snapshot{},
			"add-contact   email >ti@marcel.example firstName >Soutien lastName >TI phone >1 mail:domain false>true mail:support false>true | why follows | why follows"},
		{"a deleted contact that is there again", account(), account(), false, edited(func(s *access.Snapshot) { s.Contacts = nil }), "why already | why follows | why follows"},
		{"account information", account(), edited(func(s *access.Snapshot) { s.Account.Email, s.Account.Phone = "new@x.example", "9" }), true, access.Snapshot{},
			"edit-account  a1 email new@x.example>info@marcel.example phone 9>"},
		{"who came is revoked elsewhere", account(), edited(func(s *access.Snapshot) { s.Users = append(s.Users, access.User{ID: "u3", Email: "z@z.example"}) }), true, access.Snapshot{}, "why revoke"},
		{"who was invited is cancelled elsewhere", account(), edited(func(s *access.Snapshot) {
			s.Invitations = append(s.Invitations, access.Invitation{ID: "i2", Email: "z@z.example"})
		}), true, access.Snapshot{}, "why cancel"},
		{"a contact that came is deleted elsewhere", account(), edited(func(s *access.Snapshot) {
			s.Contacts = append(s.Contacts, access.Contact{ID: "c2", Email: "z@z.example"})
		}), true, access.Snapshot{}, "why delete"},
		{"a login e-mail is the person's own", account(), edited(func(s *access.Snapshot) { s.Users[1].Email = "z@z.example" }), true, access.Snapshot{}, "why themselves"},
		{"an owner is the host's", account(), edited(func(s *access.Snapshot) { s.Users[0].Role, s.Users[1].Role = access.Member, access.Owner }), true, access.Snapshot{}, "why host"},
		{"who is not the owner cannot", account(), func() access.Snapshot {
			s := edited(samMay("quotes"))
			s.Me = access.Membership{UserID: "u2", Role: access.Member}
			return s
		}(), false, edited(samMay("quotes")), "why owner"},
		{"who may not manage contacts cannot", account(), func() access.Snapshot {
			s := account()
			s.Me = access.Membership{UserID: "u2", Role: access.Member}
			return s
		}(), false, edited(func(s *access.Snapshot) { s.Contacts[0].Phone = "2" }), "why permission"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.same {
				c.after = c.now
			}
			if got := backs(history.PutBack(diff.Compare(c.before, c.after), c.before, present(c.now))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnOwnChangeIsTakenBack(t *testing.T) {
	gone := edited(func(s *access.Snapshot) { s.Users, s.Invitations, s.Contacts = s.Users[:1], nil, nil })
	contact := change.OfContact(account().Contacts[0])
	until := change.OfRights([]access.Permission{"invoices"}, at(5000), "impôts")
	for _, c := range []struct {
		name   string
		own    change.Change
		before access.Snapshot
		now    access.Snapshot
		want   string
	}{
		{"permissions", change.Change{Kind: change.SetPermissions, Target: "u2", Before: rights("quotes"), After: rights("invoices")}, account(), account(),
			"set-permissions u2 e2 permission:quotes false>true permission:invoices true>false"},
		{"permissions of a user who is gone since", change.Change{Kind: change.SetPermissions, Target: "u2", Before: rights("quotes"), After: rights("invoices")}, account(), gone,
			"why invite sam@cabinet.example [quotes]"},
		{"a revocation", change.Change{Kind: change.Revoke, Target: "u2", TargetName: "Sam Gagnon", Before: until}, account(), gone, "why invite sam@cabinet.example [invoices] impôts"},
		{"a revocation of somebody of whom nothing else is known", change.Change{Kind: change.Revoke, Target: "u2", Before: until}, access.Snapshot{}, gone, "why invite  [invoices] impôts"},
		{"an invitation", change.Change{Kind: change.Invite, After: change.Values{Fields: map[string]string{"email": "noe@studio.example"}}}, access.Snapshot{}, account(), "why cancel"},
		{"a cancelled invitation", change.Change{Kind: change.CancelInvitation, Target: "i1", TargetName: "noe@studio.example", Before: rights("domains")}, access.Snapshot{}, gone,
			"why invite noe@studio.example [domains]"},
		{"a contact that was changed", change.Change{Kind: change.EditContact, Target: "c1", Before: change.Values{Fields: map[string]string{"phone": "0", "email": "ti@marcel.example"}},
			After: change.Values{Fields: map[string]string{"phone": "1", "email": "ti@marcel.example"}}}, access.Snapshot{}, account(), "edit-contact c1 k1 phone 1>0"},
		{"a deleted contact", change.Change{Kind: change.DeleteContact, Target: "c1", TargetName: "Soutien TI", Before: contact}, access.Snapshot{}, gone,
			"add-contact   email >ti@marcel.example firstName >Soutien lastName >TI phone >1 mail:domain false>true mail:support false>true"},
		{"an added contact", change.Change{Kind: change.AddContact, After: contact}, access.Snapshot{}, account(), "why delete"},
		{"an invitation sent again", change.Change{Kind: change.ResendInvitation, Target: "i1"}, access.Snapshot{}, account(), "why nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.own.Account = ref
			if got := back(history.Undo(history.Done{Change: c.own}, c.before, present(c.now))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnInvitationToComeBackEndsWhenTheAccessWouldHave(t *testing.T) {
	had := edited(func(s *access.Snapshot) { s.Users[1].EndsAt, s.Users[1].Reason = at(5000), "impôts" })
	now := edited(func(s *access.Snapshot) { s.Users = s.Users[:1] })
	b := history.PutBack(diff.Compare(had, now), had, present(now))[0]
	if !b.Invite.EndsAt.Equal(at(5000)) || b.Invite.Reason != "impôts" || b.Invite.Language != "fr" || b.Person != "sam@cabinet.example" {
		t.Errorf("it begins as %+v for %s", b.Invite, b.Person)
	}
	p := present(now)
	p.Now = at(6000)
	if b := history.PutBack(diff.Compare(had, now), had, p)[0]; !b.Invite.EndsAt.IsZero() || b.Invite.Reason != "" {
		t.Errorf("after that it begins as %+v", b.Invite)
	}
}

func TestAnInvitationThatTheHostCannotTakeBackExpires(t *testing.T) {
	p := present(account())
	p.Host.Features.CancelInvitation = access.Feature{}
	sent := history.Done{Change: change.Change{Kind: change.Invite, After: change.Values{Fields: map[string]string{change.FieldEmail: "Noe@Studio.example"}}}}
	if b := history.Undo(sent, access.Snapshot{}, p); b.Why != history.WhyExpires || b.Person != "noe@studio.example" {
		t.Errorf("of one that was sent here: %+v", b)
	}
	before := edited(func(s *access.Snapshot) { s.Invitations = nil })
	if got := backs(history.PutBack(diff.Compare(before, account()), before, p)); got != "why expires" {
		t.Errorf("of one that came elsewhere: %s", got)
	}
}

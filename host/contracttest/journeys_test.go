package contracttest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
)

func TestAnInvitationFromTheOfferToTheRevocation(t *testing.T) {
	everywhere(t, func(w *world) {
		f, m := w.features(), w.as(marie)
		account := m.account(bakery)
		invitation := hosttest.Into[api.Invitation](m.invite(account, "Odile@Comptoir.example", "quotes", "invoices"), 201)
		if invitation.Email != "Odile@comptoir.example" || invitation.InvitedBy != "Marie Tremblay" || strings.Join(invitation.Permissions, " ") != "invoices quotes" ||
			!invitation.ExpiresAt.Equal(invitation.SentAt.Add(7*24*time.Hour)) || w.Invitations(guest) != 1 {
			w.Errorf("invitation %+v, sent %d times", invitation, w.Invitations(guest))
		}
		path := account + "/invitations/" + invitation.ID
		m.invite(account, "odile@COMPTOIR.example", "emails").Refused(api.ProblemAlreadyInvited)
		if a := m.get(path); can(a, f.ListInvitations) {
			if got := hosttest.Into[api.Invitation](a, 200); got.ETag != invitation.ETag || `"`+got.ETag+`"` != a.ETag() {
				w.Errorf("read as %+v", got)
			}
		}
		if a := m.post(path+"/resend", nil); can(a, f.ResendInvitation) {
			a.Is(200)
			if w.Invitations(guest) != 2 {
				w.Errorf("it was sent %d times", w.Invitations(guest))
			}
		}

		must(w, w.Accept(guest, "Odile", "Hébert"))
		w.later()
		s := m.snapshot(account)
		user, odile := m.user(account, guest)
		if odile.FirstName != "Odile" || odile.Role != api.RoleUser || len(odile.Permissions) != 2 {
			w.Errorf("user %+v", odile)
		}
		for _, i := range s.Invitations {
			if i.ID == invitation.ID {
				w.Errorf("accepted, and still listed: %+v", i)
			}
		}
		m.invite(account, guest, "emails").Refused(api.ProblemAlreadyUser)
		o := w.as(guest)
		if seen := o.snapshot(account); seen.Me.Role != api.RoleUser || len(seen.Users)+len(seen.Contacts) != 0 {
			w.Errorf("she sees %+v", seen)
		}
		m.give(account, guest, "contacts")
		if seen := o.snapshot(account); len(seen.Contacts) != 4 {
			w.Errorf("with the permission she sees %d contacts", len(seen.Contacts))
		}
		m.call("DELETE", user, nil).Is(204)
		o.get(account + "/snapshot").Is(404)
		if len(o.accounts()) != 0 {
			w.Errorf("she still has %+v", o.accounts())
		}
		m.invite(account, guest, "emails").Is(201) // whoever left can be asked back

		if a := m.get(account + "/activity?limit=6"); can(a, f.Activity) {
			var actions []string
			for _, one := range hosttest.Into[api.ActivityPage](a, 200).Activity {
				actions = append(actions, one.Action)
			}
			want := "user.invited user.removed user.permissions invitation.accepted invitation.resent user.invited"
			if got := strings.Join(actions, " "); got != want {
				w.Errorf("activity: %s", got)
			}
		}
	})
}

func TestAnInvitationThatMayNotHaveLeftIsASuccessThatSaysSo(t *testing.T) {
	everywhere(t, func(w *world) {
		f, m := w.features(), w.as(marie)
		account := m.account(bakery)
		lost := w.LoseInvitation()
		a := m.invite(account, guest, "emails")
		invitation := hosttest.Into[api.Invitation](a, 201)
		path := account + "/invitations/" + invitation.ID
		is := func(unconfirmed bool) {
			w.Helper()
			if s := m.snapshot(account); len(s.Invitations) == 0 || s.Invitations[len(s.Invitations)-1].Unconfirmed != unconfirmed {
				w.Errorf("unconfirmed: want %t, have %+v", unconfirmed, s.Invitations)
			}
		}
		if invitation.Unconfirmed != lost || w.Invitations(guest) != 1 || a.Header.Get("Location") != path || a.ETag() != `"`+invitation.ETag+`"` {
			w.Errorf("invited: %+v at %s, sent %d times", invitation, a.Header.Get("Location"), w.Invitations(guest))
		}
		is(lost)
		m.invite(account, guest, "emails").Refused(api.ProblemAlreadyInvited)
		w.LoseInvitation()
		if a := m.post(path+"/resend", nil); can(a, f.ResendInvitation) {
			if i := hosttest.Into[api.Invitation](a, 200); i.Unconfirmed != lost || w.Invitations(guest) != 2 {
				w.Errorf("sent again: %+v, %d times", i, w.Invitations(guest))
			}
			is(lost)
			hosttest.Into[api.Invitation](m.post(path+"/resend", nil), 200)
			is(false)
		}
		if a := m.get(account + "/activity?limit=3"); can(a, f.Activity) {
			said := ""
			for _, one := range hosttest.Into[api.ActivityPage](a, 200).Activity {
				said += fmt.Sprint(one.Action, " ", one.Unconfirmed, "; ")
			}
			if want := fmt.Sprintf("invitation.resent false; invitation.resent %t; user.invited %t; ", lost, lost); said != want {
				w.Errorf("activity: %s, want %s", said, want)
			}
		}
		if said := strings.Count(w.Said(), `"result":"unconfirmed"`); lost && said != 2 {
			w.Errorf("the audit log has %d calls as unconfirmed, want 2", said)
		}
		must(w, w.Accept(guest, "Odile", "Hébert"))
		w.later()
		for _, i := range m.snapshot(account).Invitations {
			if i.ID == invitation.ID {
				w.Errorf("accepted, and still listed: %+v", i)
			}
		}
	})
}

func TestAnInvitationIsChangedAndCancelledWhereAHostCan(t *testing.T) {
	everywhere(t, func(w *world) {
		s, f := set(w), w.features()
		if a := s.owner.call("PUT", s.invitation, api.PermissionSet{Permissions: []string{"emails"}}); can(a, f.EditInvitation) {
			if i := hosttest.Into[api.Invitation](a, 200); strings.Join(i.Permissions, " ") != "emails" {
				w.Errorf("changed to %+v", i)
			}
		}
		if a := s.owner.call("DELETE", s.invitation, nil); can(a, f.CancelInvitation) {
			a.Is(204)
			if err := w.Accept(guest, "Odile", "Hébert"); err == nil {
				w.Error("a cancelled invitation was accepted")
			}
			s.owner.post(s.invitation+"/resend", nil).Refused(api.ProblemNotFound)
		}
	})
}

func TestAContactFromTheFirstToTheLastDay(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		place := api.Address{Line1: "1, rue [x] & fils", Line2: "b. 2", City: "Québec", State: "QC", PostalCode: "g1r2b5", Country: "ca"}
		a := m.post(account+"/contacts", api.NewContact{FirstName: " Renée ", LastName: "O'Neil-Côté", Company: `R&D <"Ltd">`, Email: "renee+a@ChezMarcel.example",
			Phone: "418 555-0142", Address: place, EmailPreferences: api.MailPreferences{"domain": true, "invoice": false}})
		c := hosttest.Into[api.Contact](a, 201)
		path := account + "/contacts/" + c.ID
		place.PostalCode, place.Country = "G1R 2B5", "CA"
		if c.FirstName != "Renée" || c.LastName != "O'Neil-Côté" || c.Company != `R&D <"Ltd">` || c.Email != "renee+a@chezmarcel.example" || c.Phone != "+14185550142" ||
			c.Address != place || !c.EmailPreferences["domain"] || c.EmailPreferences["invoice"] || c.EmailPreferences["general"] || c.Language == "" {
			w.Errorf("added as %+v", c)
		}
		if a.Header.Get("Location") != path || a.ETag() != `"`+c.ETag+`"` {
			w.Errorf("at %q with %s", a.Header.Get("Location"), a.ETag())
		}
		w.later() // nothing of it was kept only for a while
		if got := hosttest.Into[api.Contact](m.get(path), 200); got.ETag != c.ETag {
			w.Errorf("then read as %+v", got)
		}
		edited := hosttest.Into[api.Contact](m.call("PATCH", path, map[string]any{"lastName": "Simard", "phone": "", "emailPreferences": map[string]bool{"support": true}}), 200)
		if edited.FirstName != "Renée" || edited.LastName != "Simard" || edited.Phone != "" || edited.Address != place ||
			!edited.EmailPreferences["domain"] || !edited.EmailPreferences["support"] || edited.ETag == c.ETag {
			w.Errorf("after the edit: %+v", edited)
		}
		// Renée is the only one who reads about domains.
		m.call("DELETE", path, nil).Is(409).Refused(api.ProblemLastDomain)
		m.call("PATCH", path, api.ContactPatch{EmailPreferences: api.MailPreferences{"domain": false}}).Is(409).Refused(api.ProblemLastDomain)
		m.call("PATCH", account, api.AccountPatch{EmailPreferences: api.MailPreferences{"domain": true}}).Is(200)
		m.call("DELETE", path, nil).Is(204)
		m.get(path).Refused(api.ProblemNotFound)
	})
}

func TestAccountInformationIsReadAsItWasWritten(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		path := m.account(bakery)
		before := hosttest.Into[api.Account](m.get(path), 200)
		place := api.Address{Line1: "12, rue du Four", City: "Montréal", State: "QC", PostalCode: "H2X 1Y4", Country: "CA"}
		after := hosttest.Into[api.Account](m.call("PATCH", path, map[string]any{"company": "Chez Marcel & Fils", "phone": "514-555-0123", "language": "en",
			"address": place, "emailPreferences": map[string]bool{"support": true}}), 200)
		if after.Name != "Chez Marcel & Fils" || after.Phone != "+15145550123" || after.Language != "en" || after.Address != place ||
			!after.EmailPreferences["support"] || !after.EmailPreferences["general"] || after.Email != before.Email || after.FirstName != before.FirstName {
			w.Errorf("after the edit: %+v", after)
		}
		w.later()
		if got := hosttest.Into[api.Account](m.get(path), 200); got.ETag != after.ETag {
			w.Errorf("then read as %+v", got)
		}
		if m.accounts()[0].Name != "Chez Marcel & Fils" {
			w.Errorf("listed as %+v", m.accounts())
		}
		changed := hosttest.Into[api.Account](m.proven("PATCH", path, api.AccountPatch{Email: ptr("compte@chezmarcel.example")}, "compte@chezmarcel.example"), 200)
		if changed.Email != "compte@chezmarcel.example" || hosttest.Into[api.Me](m.get("/v1/me"), 200).Email != marie {
			w.Errorf("the account's address %s, the login address %s", changed.Email, hosttest.Into[api.Me](m.get("/v1/me"), 200).Email)
		}
	})
}

func TestTheOwnProfile(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		me := hosttest.Into[api.Me](m.call("PATCH", "/v1/me", api.MePatch{FirstName: ptr("Marie-Ève"), LastName: ptr("O'Neil & Côté"), Language: ptr("en")}), 200)
		if me.FirstName != "Marie-Ève" || me.LastName != "O'Neil & Côté" || me.Language != "en" || me.Email != marie {
			w.Errorf("profile %+v", me)
		}
		if _, u := m.user(account, marie); u.FirstName != "Marie-Ève" || u.Role != api.RoleOwner {
			w.Errorf("the account has %+v", u)
		}
		m.post("/v1/me/email", api.NewEmail{Email: "SAM@cabinet.example"})
		const next = "nouvelle@chezmarcel.example"
		if a := m.proven("POST", "/v1/me/email", api.NewEmail{Email: next}, next); can(a, w.features().ChangeLoginEmail) {
			if got := hosttest.Into[api.Me](a, 200); got.Email != next || got.ID != me.ID {
				w.Errorf("then %+v", got)
			}
			w.as(next).account(bakery)
			m.get("/v1/me").Is(200) // the sign-in that changed it goes on
			m.post("/v1/me/email", api.NewEmail{Email: "SAM@cabinet.example"}).Is(409).Refused(api.ProblemEmailTaken)
		}
	})
}

func TestALinkToANewPasswordIsSentToTheLoginAddressOnly(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		if a := m.post("/v1/me/password-reset", nil); can(a, w.features().PasswordReset) {
			a.Is(204)
			if w.Resets(marie) != 1 || w.Resets("info@chezmarcel.example") != 0 {
				w.Errorf("%d links were sent", w.Resets(marie))
			}
		}
	})
}

func TestOfTwoWritersOnTheSameStateOneWins(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		path := m.account(bakery)
		tag := m.get(path).ETag()
		var answers [2]hosttest.Answer
		var both sync.WaitGroup
		for i := range answers {
			body := api.AccountPatch{Address: &api.Address{City: fmt.Sprint("Ville ", i), Country: "CA"}}
			both.Go(func() { answers[i] = m.call("PATCH", path, body, "If-Match", tag) })
		}
		both.Wait()
		won, lost := answers[0], answers[1]
		if !won.Done() {
			won, lost = lost, won
		}
		won.Is(200)
		if p := lost.Is(412).Refused(api.ProblemStale); !strings.Contains(string(p.Current), strings.Trim(won.ETag(), `"`)) {
			w.Errorf("the loser is shown %s", p.Current)
		}
	})
}

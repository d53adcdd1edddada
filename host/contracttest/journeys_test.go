package contracttest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
)

func TestAnInvitationFromTheOfferToTheRevocation(t *testing.T) {
	everywhere(t, func(w *world) {
		f, m := w.features(), w.as(marie)
		account := m.account(bakery)
		invitation := into[api.Invitation](m.invite(account, "Odile@Comptoir.example", "quotes", "invoices"), 201)
		if invitation.Email != "Odile@comptoir.example" || invitation.InvitedBy != "Marie Tremblay" || strings.Join(invitation.Permissions, " ") != "invoices quotes" ||
			!invitation.ExpiresAt.Equal(invitation.SentAt.Add(7*24*time.Hour)) || w.Invitations(guest) != 1 {
			w.Errorf("invitation %+v, sent %d times", invitation, w.Invitations(guest))
		}
		path := account + "/invitations/" + invitation.ID
		m.invite(account, "odile@COMPTOIR.example", "emails").refused(api.ProblemAlreadyInvited)
		if a := m.get(path); a.can(f.ListInvitations) {
			if got := into[api.Invitation](a, 200); got.ETag != invitation.ETag || `"`+got.ETag+`"` != a.etag() {
				w.Errorf("read as %+v", got)
			}
		}
		if a := m.post(path+"/resend", nil); a.can(f.ResendInvitation) {
			a.is(200)
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
		m.invite(account, guest, "emails").refused(api.ProblemAlreadyUser)
		o := w.as(guest)
		if seen := o.snapshot(account); seen.Me.Role != api.RoleUser || len(seen.Users)+len(seen.Contacts) != 0 {
			w.Errorf("she sees %+v", seen)
		}
		m.give(account, guest, "contacts")
		if seen := o.snapshot(account); len(seen.Contacts) != 4 {
			w.Errorf("with the permission she sees %d contacts", len(seen.Contacts))
		}
		m.call("DELETE", user, nil).is(204)
		o.get(account + "/snapshot").is(404)
		if len(o.accounts()) != 0 {
			w.Errorf("she still has %+v", o.accounts())
		}
		m.invite(account, guest, "emails").is(201) // whoever left can be asked back

		if a := m.get(account + "/activity?limit=6"); a.can(f.Activity) {
			var actions []string
			for _, one := range into[api.ActivityPage](a, 200).Activity {
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
		can := w.LoseInvitation()
		a := m.invite(account, guest, "emails")
		invitation := into[api.Invitation](a, 201)
		path := account + "/invitations/" + invitation.ID
		is := func(unconfirmed bool) {
			w.Helper()
			if s := m.snapshot(account); len(s.Invitations) == 0 || s.Invitations[len(s.Invitations)-1].Unconfirmed != unconfirmed {
				w.Errorf("unconfirmed: want %t, have %+v", unconfirmed, s.Invitations)
			}
		}
		if invitation.Unconfirmed != can || w.Invitations(guest) != 1 || a.header.Get("Location") != path || a.etag() != `"`+invitation.ETag+`"` {
			w.Errorf("invited: %+v at %s, sent %d times", invitation, a.header.Get("Location"), w.Invitations(guest))
		}
		is(can)
		m.invite(account, guest, "emails").refused(api.ProblemAlreadyInvited)
		w.LoseInvitation()
		if a := m.post(path+"/resend", nil); a.can(f.ResendInvitation) {
			if i := into[api.Invitation](a, 200); i.Unconfirmed != can || w.Invitations(guest) != 2 {
				w.Errorf("sent again: %+v, %d times", i, w.Invitations(guest))
			}
			is(can)
			into[api.Invitation](m.post(path+"/resend", nil), 200)
			is(false)
		}
		if a := m.get(account + "/activity?limit=3"); a.can(f.Activity) {
			said := ""
			for _, one := range into[api.ActivityPage](a, 200).Activity {
				said += fmt.Sprint(one.Action, " ", one.Unconfirmed, "; ")
			}
			if want := fmt.Sprintf("invitation.resent false; invitation.resent %t; user.invited %t; ", can, can); said != want {
				w.Errorf("activity: %s, want %s", said, want)
			}
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
		if a := s.owner.call("PUT", s.invitation, api.PermissionSet{Permissions: []string{"emails"}}); a.can(f.EditInvitation) {
			if i := into[api.Invitation](a, 200); strings.Join(i.Permissions, " ") != "emails" {
				w.Errorf("changed to %+v", i)
			}
		}
		if a := s.owner.call("DELETE", s.invitation, nil); a.can(f.CancelInvitation) {
			a.is(204)
			if err := w.Accept(guest, "Odile", "Hébert"); err == nil {
				w.Error("a cancelled invitation was accepted")
			}
			s.owner.post(s.invitation+"/resend", nil).refused(api.ProblemNotFound)
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
		c := into[api.Contact](a, 201)
		path := account + "/contacts/" + c.ID
		place.PostalCode, place.Country = "G1R 2B5", "CA"
		if c.FirstName != "Renée" || c.LastName != "O'Neil-Côté" || c.Company != `R&D <"Ltd">` || c.Email != "renee+a@chezmarcel.example" || c.Phone != "+14185550142" ||
			c.Address != place || !c.EmailPreferences["domain"] || c.EmailPreferences["invoice"] || c.EmailPreferences["general"] || c.Language == "" {
			w.Errorf("added as %+v", c)
		}
		if a.header.Get("Location") != path || a.etag() != `"`+c.ETag+`"` {
			w.Errorf("at %q with %s", a.header.Get("Location"), a.etag())
		}
		w.later() // nothing of it was kept only for a while
		if got := into[api.Contact](m.get(path), 200); got.ETag != c.ETag {
			w.Errorf("then read as %+v", got)
		}
		edited := into[api.Contact](m.call("PATCH", path, map[string]any{"lastName": "Simard", "phone": "", "emailPreferences": map[string]bool{"support": true}}), 200)
		if edited.FirstName != "Renée" || edited.LastName != "Simard" || edited.Phone != "" || edited.Address != place ||
			!edited.EmailPreferences["domain"] || !edited.EmailPreferences["support"] || edited.ETag == c.ETag {
			w.Errorf("after the edit: %+v", edited)
		}
		// Renée is the only one who reads about domains.
		m.call("DELETE", path, nil).is(409).refused(api.ProblemLastDomain)
		m.call("PATCH", path, api.ContactPatch{EmailPreferences: api.MailPreferences{"domain": false}}).is(409).refused(api.ProblemLastDomain)
		m.call("PATCH", account, api.AccountPatch{EmailPreferences: api.MailPreferences{"domain": true}}).is(200)
		m.call("DELETE", path, nil).is(204)
		m.get(path).refused(api.ProblemNotFound)
	})
}

func TestAccountInformationIsReadAsItWasWritten(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		path := m.account(bakery)
		before := into[api.Account](m.get(path), 200)
		place := api.Address{Line1: "12, rue du Four", City: "Montréal", State: "QC", PostalCode: "H2X 1Y4", Country: "CA"}
		after := into[api.Account](m.call("PATCH", path, map[string]any{"company": "Chez Marcel & Fils", "phone": "514-555-0123", "language": "en",
			"address": place, "emailPreferences": map[string]bool{"support": true}}), 200)
		if after.Name != "Chez Marcel & Fils" || after.Phone != "+15145550123" || after.Language != "en" || after.Address != place ||
			!after.EmailPreferences["support"] || !after.EmailPreferences["general"] || after.Email != before.Email || after.FirstName != before.FirstName {
			w.Errorf("after the edit: %+v", after)
		}
		w.later()
		if got := into[api.Account](m.get(path), 200); got.ETag != after.ETag {
			w.Errorf("then read as %+v", got)
		}
		if m.accounts()[0].Name != "Chez Marcel & Fils" {
			w.Errorf("listed as %+v", m.accounts())
		}
		changed := into[api.Account](m.proven("PATCH", path, api.AccountPatch{Email: ptr("compte@chezmarcel.example")}, "compte@chezmarcel.example"), 200)
		if changed.Email != "compte@chezmarcel.example" || into[api.Me](m.get("/v1/me"), 200).Email != marie {
			w.Errorf("the account's address %s, the login address %s", changed.Email, into[api.Me](m.get("/v1/me"), 200).Email)
		}
	})
}

func TestTheOwnProfile(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		me := into[api.Me](m.call("PATCH", "/v1/me", api.MePatch{FirstName: ptr("Marie-Ève"), LastName: ptr("O'Neil & Côté"), Language: ptr("en")}), 200)
		if me.FirstName != "Marie-Ève" || me.LastName != "O'Neil & Côté" || me.Language != "en" || me.Email != marie {
			w.Errorf("profile %+v", me)
		}
		if _, u := m.user(account, marie); u.FirstName != "Marie-Ève" || u.Role != api.RoleOwner {
			w.Errorf("the account has %+v", u)
		}
		m.post("/v1/me/email", api.NewEmail{Email: "SAM@cabinet.example"})
		const next = "nouvelle@chezmarcel.example"
		if a := m.proven("POST", "/v1/me/email", api.NewEmail{Email: next}, next); a.can(w.features().ChangeLoginEmail) {
			if got := into[api.Me](a, 200); got.Email != next || got.ID != me.ID {
				w.Errorf("then %+v", got)
			}
			w.as(next).account(bakery)
			m.get("/v1/me").is(200) // the sign-in that changed it goes on
			m.post("/v1/me/email", api.NewEmail{Email: "SAM@cabinet.example"}).is(409).refused(api.ProblemEmailTaken)
		}
	})
}

func TestALinkToANewPasswordIsSentToTheLoginAddressOnly(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		if a := m.post("/v1/me/password-reset", nil); a.can(w.features().PasswordReset) {
			a.is(204)
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
		tag := m.get(path).etag()
		var answers [2]answer
		var both sync.WaitGroup
		for i := range answers {
			body := api.AccountPatch{Address: &api.Address{City: fmt.Sprint("Ville ", i), Country: "CA"}}
			both.Go(func() { answers[i] = m.call("PATCH", path, body, "If-Match", tag) })
		}
		both.Wait()
		won, lost := answers[0], answers[1]
		if !won.done() {
			won, lost = lost, won
		}
		won.is(200)
		if p := lost.is(412).refused(api.ProblemStale); !strings.Contains(string(p.Current), strings.Trim(won.etag(), `"`)) {
			w.Errorf("the loser is shown %s", p.Current)
		}
	})
}

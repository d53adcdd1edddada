package whmcs_test

import (
	"strings"
	"testing"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/whmcs/whmcstest"
)

func TestAnOwnerSeesEverything(t *testing.T) {
	w := newWorld(t)
	s := w.snapshot(w.marie, w.bakery)
	a := s.Account
	if a.Name != "Boulangerie Chez Marcel" || a.Email != "compte@chezmarcel.example" || a.Phone != "+15145550123" || a.Language != "fr" ||
		a.Address != (api.Address{Line1: "12, rue du Four", City: "Montréal", State: "QC", PostalCode: "H2X 1Y4", Country: "CA"}) ||
		!a.EmailPreferences["general"] || a.EmailPreferences["invoice"] || len(a.Domains) != 1 || a.Domains[0] != "chezmarcel.example" {
		t.Errorf("account %+v", a)
	}
	if _, has := a.EmailPreferences["affiliate"]; !has {
		t.Error("the affiliate category is missing where there are affiliates")
	}
	if len(s.Users) != 3 || s.Users[0].Role != api.RoleOwner || s.Users[0].FirstName != "Marie" || len(s.Users[0].Permissions) != 13 {
		t.Fatalf("users %+v", s.Users)
	}
	lea := w.user("lea@studio.example")
	if lea.FirstName != "Léa" || lea.LastName != "St Pierre Roy" || sorted(lea.Permissions) != "domains products" {
		t.Errorf("Léa is %+v", lea)
	}
	if len(s.Contacts) != 1 || s.Contacts[0].Language != "fr" || !s.Contacts[0].EmailPreferences["domain"] || s.Contacts[0].EmailPreferences["support"] {
		t.Errorf("contacts %+v", s.Contacts)
	}
}

func TestAUserSeesWhatTheirPermissionsSayAndNoCallIsMadeForTheRest(t *testing.T) {
	w := newWorld(t)
	if got := w.accounts(w.sam); len(got) != 2 || got[0].Name != "Boulangerie Chez Marcel" || got[0].Role != api.RoleUser ||
		sorted(got[0].Permissions) != "invoices" || got[1].Role != api.RoleOwner {
		t.Fatalf("accounts %+v", got)
	}
	w.whmcs.Forget()
	s := w.snapshot(w.sam, w.bakery)
	if s.Account.Name != "Boulangerie Chez Marcel" || s.Account.Email != "" || s.Users != nil || s.Contacts != nil || s.Account.Domains != nil {
		t.Errorf("Sam sees %+v", s)
	}
	for _, action := range []string{"GetContacts", "GetClientsDomains", "GetClientsDetails"} {
		if n := w.whmcs.Count()[action]; n > 0 {
			t.Errorf("%d calls of %s for what Sam may not see", n, action)
		}
	}
	w.whmcs.Link(number(w.sam), number(w.bakery), "contacts", "profile", "domains")
	w.later()
	s = w.snapshot(w.sam, w.bakery)
	if s.Account.Email == "" || len(s.Contacts) != 1 || len(s.Account.Domains) != 1 || s.Users != nil {
		t.Errorf("Sam sees %+v", s)
	}
	w.call(w.sam, "GET", w.account(w.bakery)+"/users", nil).Refused(api.ProblemOwnerOnly)
	w.call(w.lea, "GET", w.account(w.own)+"/snapshot", nil).Refused(api.ProblemNotFound)
	for _, id := range []string{"0", "-1", "01", "+1", "1e0", "x", "99999", "%201"} {
		w.call(w.lea, "GET", w.account(id)+"/snapshot", nil).Refused(api.ProblemNotFound)
	}
}

func TestEveryShapeOfRepliesIsReadTheSame(t *testing.T) {
	want := newWorld(t)
	plain := want.snapshot(want.marie, want.bakery)
	shapes := map[string]whmcstest.Shape{
		"texts and digits": {IDs: whmcstest.NumbersText, Booleans: whmcstest.BooleansDigit, Lists: whmcstest.ListsPlain},
		"on and missing":   {Booleans: whmcstest.BooleansOn, Empty: whmcstest.EmptyMissing, Lists: whmcstest.ListsWrapped},
		"as PHP converts":  {Booleans: whmcstest.BooleansMissing, Empty: whmcstest.EmptyText, Lists: whmcstest.ListsNumbered, Entities: true},
		"single":           {Lists: whmcstest.ListsSingle, Empty: whmcstest.EmptyObject, FlatDomains: true, OwnerKey: "isOwner", Result: true},
	}
	for seed := range uint64(6) {
		shapes["mixed "+string('1'+rune(seed))] = whmcstest.Shape{Mixed: seed + 1}
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.whmcs.SetShape(shape)
			w.later()
			got := w.snapshot(w.marie, w.bakery)
			if a, b := describe(got), describe(plain); a != b {
				t.Errorf("read as\n%s\nwant\n%s", a, b)
			}
			// And written: from first to last.
			at := w.account(w.bakery)
			c := hosttest.Into[api.Contact](w.call(w.marie, "POST", at+"/contacts", api.NewContact{FirstName: "Zoé", Email: "zoe@mail.example",
				EmailPreferences: api.MailPreferences{"support": true}}), 201)
			c = hosttest.Into[api.Contact](w.call(w.marie, "PATCH", at+"/contacts/"+c.ID, map[string]any{"emailPreferences": map[string]bool{"invoice": true}}), 200)
			if !c.EmailPreferences["support"] || !c.EmailPreferences["invoice"] || c.EmailPreferences["domain"] {
				t.Errorf("contact %+v", c)
			}
			w.call(w.marie, "DELETE", at+"/contacts/"+c.ID, nil).Is(204)
			u := hosttest.Into[api.User](w.call(w.marie, "PUT", at+"/users/"+w.sam+"/permissions", api.PermissionSet{Permissions: []string{"invoices", "quotes"}}), 200)
			if sorted(u.Permissions) != "invoices quotes" {
				t.Errorf("Sam has %v", u.Permissions)
			}
			w.call(w.marie, "DELETE", at+"/users/"+w.sam, nil).Is(204)
			w.call(w.sam, "GET", at+"/snapshot", nil).Refused(api.ProblemNotFound)
		})
	}
}

func describe(s api.Snapshot) string {
	var b strings.Builder
	s.Revision = ""
	for _, u := range s.Users {
		b.WriteString(u.ID + u.ETag + string(u.Role) + u.Email + " " + strings.Join(u.Permissions, ",") + "\n")
	}
	for _, c := range s.Contacts {
		b.WriteString(c.ID + c.ETag + c.Email + "\n")
	}
	b.WriteString(s.Account.ETag + s.Account.Name + "\n")
	return b.String()
}

func TestAccountInformationIsWrittenFieldByField(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery)
	a := hosttest.Into[api.Account](w.call(w.marie, "PATCH", at, map[string]any{
		"company": "Chez Marcel & Fils [inc.]", "phone": "418 555-0199", "language": "en", "email": "info@chezmarcel.example",
		"address":          api.Address{Line1: "1, rue Neuve", City: "Québec", State: "QC", PostalCode: "G1R 2B5", Country: "CA"},
		"emailPreferences": map[string]bool{"invoice": true, "affiliate": true},
	}), 200)
	c, _ := w.whmcs.Client(number(w.bakery))
	if c.Company != "Chez Marcel & Fils [inc.]" || c.Phone != "+1.4185550199" || c.Language != "english" || c.Email != "info@chezmarcel.example" ||
		c.Address.Line1 != "1, rue Neuve" || c.Address.City != "Québec" || c.Address.Postcode != "G1R 2B5" || c.FirstName != "Marie" {
		t.Errorf("WHMCS has %+v", c)
	}
	if !c.Preferences["general"] || !c.Preferences["invoice"] || !c.Preferences["domain"] || !c.Preferences["affiliate"] || c.Preferences["support"] {
		t.Errorf("WHMCS has preferences %v", c.Preferences)
	}
	if a.Phone != "+14185550199" || a.Language != "en" {
		t.Errorf("answered %+v", a)
	}
	calls := w.whmcs.Writes("UpdateClient")
	if _, sent := calls[0].Params["firstname"]; sent || len(calls) != 1 {
		t.Errorf("sent %v", calls)
	}
}

func TestTheLastDomainAddressStays(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery)
	w.call(w.marie, "PATCH", at, map[string]any{"emailPreferences": map[string]bool{"domain": false}}).Is(200)
	w.call(w.marie, "DELETE", at+"/contacts/"+w.jo, nil).Refused(api.ProblemLastDomain)
	w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"emailPreferences": map[string]bool{"domain": false}}).Refused(api.ProblemLastDomain)
	// Somebody else takes it away in between: WHMCS refuses, and says the same.
	w.call(w.marie, "PATCH", at, map[string]any{"emailPreferences": map[string]bool{"domain": true}}).Is(200)
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"UpdateContact"}, Times: 1, Then: func() {
		w.whmcs.EditClient(number(w.bakery), func(c *whmcstest.Client) { c.Preferences["domain"] = false })
	}})
	w.call(w.marie, "PATCH", at+"/contacts/"+w.jo, map[string]any{"emailPreferences": map[string]bool{"domain": false}}).Refused(api.ProblemLastDomain)
}

func TestAContactFromFirstToLast(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery) + "/contacts"
	c := hosttest.Into[api.Contact](w.call(w.marie, "POST", at, api.NewContact{
		FirstName: "Zoé", LastName: "O'Brien & Co", Company: "A=1&b[]=2", Email: "o'brien+tag@mail.example", Phone: "514-555-0142",
		Address: api.Address{Line1: "5 rue [x]", Country: "CA"}, EmailPreferences: api.MailPreferences{"invoice": true},
	}), 201)
	have, _ := find(w.whmcs.Contacts(number(w.bakery)), func(c whmcstest.Contact) bool { return c.Email == "o'brien+tag@mail.example" })
	if have.LastName != "O'Brien & Co" || have.Company != "A=1&b[]=2" || have.Phone != "+1.5145550142" || have.Address.Line1 != "5 rue [x]" ||
		!have.Preferences["invoice"] || have.Preferences["general"] {
		t.Errorf("WHMCS has %+v", have)
	}
	c = hosttest.Into[api.Contact](w.call(w.marie, "PATCH", at+"/"+c.ID, map[string]any{"firstName": "Zoë", "phone": ""}), 200)
	if c.FirstName != "Zoë" || c.Phone != "" || c.LastName != "O'Brien & Co" {
		t.Errorf("contact %+v", c)
	}
	w.call(w.marie, "PATCH", at+"/"+c.ID, map[string]any{"language": "en"}).Refused(api.ProblemUnavailableFeature)
	w.call(w.marie, "POST", at, api.NewContact{FirstName: "Double", Email: "jo@chezmarcel.example"}).Wrong("/email taken")
	w.call(w.marie, "DELETE", at+"/"+c.ID, nil).Is(204)
	w.call(w.marie, "GET", at+"/"+c.ID, nil).Is(404)
	page := hosttest.Into[api.ActivityPage](w.call(w.marie, "GET", w.account(w.bakery)+"/activity", nil), 200)
	var did []string
	for _, a := range page.Activity {
		did = append(did, a.Action+" "+a.Target+" by "+a.Actor)
	}
	want := "contact.deleted Zoë O'Brien & Co by Marie Tremblay; contact.changed Zoë O'Brien & Co by Marie Tremblay; contact.added Zoé O'Brien & Co by Marie Tremblay"
	if strings.Join(did, "; ") != want {
		t.Errorf("activity %q", did)
	}
}

func TestAContactOfAnotherAccountIsOutOfReach(t *testing.T) {
	w := newWorld(t)
	for _, method := range []string{"PATCH", "DELETE"} {
		w.call(w.sam, method, w.account(w.own)+"/contacts/"+w.jo, map[string]any{"firstName": "Mine"}, "If-Match", `"x"`).Refused(api.ProblemNotFound)
	}
	ctx := t.Context()
	name := "Mine"
	if err := w.p.UpdateContact(ctx, w.own, w.jo, api.ContactPatch{FirstName: &name}); err == nil {
		t.Error("the provider changed another account's contact")
	}
	if err := w.p.DeleteContact(ctx, w.own, w.jo); err == nil {
		t.Error("the provider deleted another account's contact")
	}
	if n := len(w.whmcs.Writes()); n > 0 {
		t.Errorf("%d writes reached WHMCS", n)
	}
}

func TestTheOwnProfile(t *testing.T) {
	w := newWorld(t)
	w.mails = &mails{}
	_, _, w.url = w.gateway(withMail(w.mails))
	me := hosttest.Into[api.Me](w.call(w.marie, "PATCH", "/v1/me", map[string]any{"firstName": "Marie-Ève", "language": "en"}), 200)
	if me.FirstName != "Marie-Ève" || me.Language != "en" || me.Email != "marie@chezmarcel.example" || me.TwoFactor != nil {
		t.Errorf("profile %+v", me)
	}
	if u, _ := w.whmcs.User(number(w.marie)); u.FirstName != "Marie-Ève" || u.Language != "english" {
		t.Errorf("WHMCS has %+v", u)
	}
	if u := w.user("marie@chezmarcel.example"); u.FirstName != "Marie-Ève" {
		t.Errorf("the account has %+v", u)
	}

	w.call(w.marie, "POST", "/v1/me/email", api.NewEmail{Email: "SAM@cabinet.example"}).Refused(api.ProblemEmailTaken)
	first := w.call(w.marie, "POST", "/v1/me/email", api.NewEmail{Email: "nouvelle@chezmarcel.example"}, api.HeaderIdempotencyKey, "k")
	ch := first.Refused(api.ProblemStepUp).Challenge
	w.call(w.marie, "POST", "/v1/challenges/"+ch.ID, api.ChallengeAnswer{Values: map[string]string{"code": w.mails.code}}).Is(204)
	me = hosttest.Into[api.Me](w.call(w.marie, "POST", "/v1/me/email", api.NewEmail{Email: "nouvelle@chezmarcel.example"}, api.HeaderIdempotencyKey, "k",
		api.HeaderChallenge, ch.ID), 200)
	if me.Email != "nouvelle@chezmarcel.example" {
		t.Errorf("profile %+v", me)
	}
	if got := strings.Join(w.mails.sent, "; "); !strings.Contains(got, "marie@chezmarcel.example: Your login e-mail has changed") {
		t.Errorf("mails %q", got)
	}
	w.call(w.marie, "POST", "/v1/me/password-reset", nil).Is(204)
	if w.whmcs.Resets(number(w.marie)) != 1 {
		t.Error("no link was sent")
	}
}

func TestWithoutMailNoCodeIsAskedForAndTheLoginEMailStays(t *testing.T) {
	w := newWorld(t)
	h := hosttest.Into[api.Host](w.call(w.marie, "GET", "/v1/host", nil), 200)
	if f := h.Features.ChangeLoginEmail; f.Available || f.Reason["fr"] == "" || f.Reason["en"] == "" {
		t.Errorf("changeLoginEmail is %+v", f)
	}
	w.call(w.marie, "POST", "/v1/me/email", api.NewEmail{Email: "x@mail.example"}).Refused(api.ProblemUnavailableFeature)
	w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "x@mail.example", Permissions: []string{"emails"}}).Is(201)
}

func TestWhatCannotBeDoneIsSaidInBothLanguages(t *testing.T) {
	w := newWorld(t)
	h := hosttest.Into[api.Host](w.call(w.marie, "GET", "/v1/host", nil), 200)
	for name, f := range map[string]api.Feature{"edit": h.Features.EditInvitation, "cancel": h.Features.CancelInvitation,
		"last sign-in": h.Features.LastSignIn, "two-factor": h.Features.TwoFactor} {
		if f.Available || f.Reason["fr"] == "" || f.Reason["en"] == "" || f.Reason["fr"] == f.Reason["en"] {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := h.Features.ListInvitations; !f.Available || f.Reason["fr"] == "" {
		t.Errorf("list: %+v", f)
	}
	i := hosttest.Into[api.Invitation](w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "x@mail.example", Permissions: []string{"emails"}}), 201)
	at := w.account(w.bakery) + "/invitations/" + i.ID
	w.call(w.marie, "DELETE", at, nil).Refused(api.ProblemUnavailableFeature)
	w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"tickets"}}).Refused(api.ProblemUnavailableFeature)
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	for _, v := range list {
		if is(v) {
			return v, true
		}
	}
	var none T
	return none, false
}

func TestEverybodyOfTheMadeUpDataIsServed(t *testing.T) {
	for name, shape := range map[string]whmcstest.Shape{"as documented": {}, "mixed": {Mixed: 7}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			whmcstest.Sample(w.whmcs)
			w.whmcs.SetShape(shape)
			for email, accounts := range map[string]int{
				whmcstest.AccountantEmail: 40, whmcstest.DeveloperEmail: 2, whmcstest.TwoFactorEmail: 1, whmcstest.NamelessEmail: 1,
				whmcstest.SmallCaseEmail: 1, whmcstest.LargeCaseEmail: 1,
			} {
				id, err := w.p.ByEmail(t.Context(), email)
				must(t, err)
				list := w.accounts(id)
				if len(list) < accounts {
					t.Errorf("%s reaches %d accounts, want %d", email, len(list), accounts)
				}
				for _, a := range list {
					s := w.snapshot(id, a.ID)
					if a.Name == "" || s.Account.Name != a.Name || sorted(s.Me.Permissions) != sorted(a.Permissions) || s.Me.Role != a.Role {
						t.Errorf("%s: listed as %+v, and is %+v of %q", email, a, s.Me, s.Account.Name)
					}
				}
			}
		})
	}
}

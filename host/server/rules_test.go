package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/server"
)

const address = `"line1":"1, rue du Four","line2":"","city":"Ville","state":""`

func TestFieldsAreCheckedAndNamed(t *testing.T) {
	w := newWorld(t)
	long := func(n int) string { return strings.Repeat("é", n) }
	contacts, contact, account, user := "/v1/accounts/a1/contacts", "/v1/accounts/a1/contacts/c2", "/v1/accounts/a1", "/v1/accounts/a1/users/u2/permissions"
	for _, c := range []struct {
		name, method, path, body string
		wrong                    []string
	}{
		{"a contact without anything", "POST", contacts, `{}`, []string{"/email required"}},
		{"a contact with blanks for a name", "POST", contacts, `{"firstName":"  ","email":" "}`, []string{"/firstName required", "/email required"}},
		{"unknown fields", "POST", contacts, `{"firstName":"Zoé","email":"z@mail.example","vip":true}`, []string{"/vip unknown"}},
		{"a name in capitals is another name", "POST", contacts, `{"firstName":"Zoé","email":"z@mail.example","Email":"y@mail.example"}`, []string{"/Email unknown"}},
		{"an unknown field inside", "PATCH", contact, `{"address":{` + address + `,"postalCode":"","country":"","floor":"3"}}`, []string{"/address/floor unknown"}},
		{"a name that is too long", "PATCH", contact, `{"firstName":"` + long(101) + `"}`, []string{"/firstName tooLong"}},
		{"a name of another type", "PATCH", contact, `{"firstName":7}`, []string{"/firstName invalid"}},
		{"a line break in a name", "PATCH", contact, `{"lastName":"Roy\r\nBcc: all@mail.example"}`, []string{"/lastName invalid"}},
		{"a name that turns what follows", "PATCH", contact, `{"lastName":"\u202eyoR"}`, []string{"/lastName invalid"}},
		{"an empty name", "PATCH", contact, `{"firstName":""}`, []string{"/firstName required"}},
		{"blanks for every name", "POST", contacts, `{"firstName":" ","lastName":" ","company":" ","email":"z@mail.example"}`, []string{"/firstName required"}},
		{"an empty address", "PATCH", contact, `{"email":""}`, []string{"/email required"}},
		{"no address", "PATCH", contact, `{"email":"al.chezmarcel.example"}`, []string{"/email invalid"}},
		{"a category that does not exist", "PATCH", contact, `{"emailPreferences":{"invoice":true,"a/b":true,"news":false}}`, []string{"/emailPreferences/a~1b unknownKey", "/emailPreferences/news unknownKey"}},
		{"a language the host does not speak", "PATCH", contact, `{"language":"de"}`, []string{"/language invalid"}},
		{"a telephone number that is too short", "PATCH", contact, `{"phone":"555"}`, []string{"/phone invalid"}},
		{"words for a telephone number", "PATCH", contact, `{"phone":"call me"}`, []string{"/phone invalid"}},
		{"a country that does not exist", "PATCH", contact, `{"address":{` + address + `,"postalCode":"","country":"ZZ"}}`, []string{"/address/country invalid"}},
		{"a Canadian postal code", "PATCH", contact, `{"address":{` + address + `,"postalCode":"75001","country":"CA"}}`, []string{"/address/postalCode invalid"}},
		{"an American postal code", "PATCH", contact, `{"address":{` + address + `,"postalCode":"1234","country":"US"}}`, []string{"/address/postalCode invalid"}},
		{"a French postal code", "PATCH", contact, `{"address":{` + address + `,"postalCode":"H2X 1Y4","country":"FR"}}`, []string{"/address/postalCode invalid"}},
		{"a British postal code", "PATCH", contact, `{"address":{` + address + `,"postalCode":"12345","country":"GB"}}`, []string{"/address/postalCode invalid"}},
		{"a postal code from anywhere", "PATCH", contact, `{"address":{` + address + `,"postalCode":"<b>","country":"JP"}}`, []string{"/address/postalCode invalid"}},
		{"an address in parts", "PATCH", contact, `{"address":{"line1":"x"}}`, []string{"/address/city required", "/address/country required", "/address/line2 required", "/address/postalCode required", "/address/state required"}},
		{"an account without any name", "PATCH", account, `{"firstName":"","lastName":" ","company":""}`, []string{"/firstName required"}},
		{"an account without an address", "PATCH", account, `{"email":" "}`, []string{"/email required"}},
		{"several things at once", "PATCH", account, `{"email":"x","phone":"y","language":"zz"}`, []string{"/email invalid", "/phone invalid", "/language invalid"}},
		{"a profile without a first name", "PATCH", "/v1/me", `{"firstName":" "}`, []string{"/firstName required"}},
		{"a language that does not exist", "PATCH", "/v1/me", `{"language":"tlh"}`, []string{"/language invalid"}},
		{"a login e-mail that is none", "POST", "/v1/me/email", `{"email":"marie@localhost"}`, []string{"/email invalid"}},
		{"permissions that do not exist", "PUT", user, `{"permissions":["domains","root","sudo"]}`, []string{"/permissions/1 unknownKey", "/permissions/2 unknownKey"}},
		{"permissions that are missing", "PUT", user, `{}`, []string{"/permissions required"}},
		{"too many permissions", "PUT", user, `{"permissions":["domains"` + strings.Repeat(`,"domains"`, 100) + `]}`, []string{"/permissions tooLong"}},
		{"a permission of another type", "PUT", user, `{"permissions":["domains",3]}`, []string{"/permissions/1 invalid"}},
		{"an end that has passed", "PUT", user, `{"permissions":["domains"],"endsAt":"2026-11-22T12:00:00Z"}`, []string{"/endsAt past"}},
		{"an end that has passed by the second it is kept in", "PUT", user, `{"permissions":["domains"],"endsAt":"2026-11-22T12:00:00.9Z"}`, []string{"/endsAt past"}},
		{"an end in the year 10000, as it is in UTC", "PUT", user, `{"permissions":["domains"],"endsAt":"9999-12-31T23:59:59-05:00"}`, []string{"/endsAt invalid"}},
		{"an end that is no time", "PUT", user, `{"permissions":["domains"],"endsAt":"tomorrow"}`, []string{"/endsAt invalid"}},
		{"a reason that is too long", "PUT", user, `{"permissions":["domains"],"reason":"` + long(201) + `"}`, []string{"/reason tooLong"}},
		{"an invitation with everything wrong", "POST", invitations, `{"email":"x","language":"de","permissions":["root"],"endsAt":"2026-01-01T00:00:00Z"}`,
			[]string{"/email invalid", "/language invalid", "/permissions/0 unknownKey", "/endsAt past"}},
		{"an invitation's permissions", "PUT", invitations + "/i1", `{"permissions":["root"]}`, []string{"/permissions/0 unknownKey"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{T: t, url: w.url, fake: w.fake, keys: w.keys}
			if c.method == "POST" {
				w.post("marie", c.path, c.body).Wrong(c.wrong...)
			} else {
				w.write("marie", c.method, c.path, c.body).Wrong(c.wrong...)
			}
		})
	}
	p := w.write("marie", "PATCH", contact, `{"firstName":"`+long(101)+`"}`).Problem()
	if p.Errors[0].Limit != 100 {
		t.Errorf("the limit is said to be %d, want 100", p.Errors[0].Limit)
	}
	w.write("marie", "PATCH", contact, `{"firstName":"`+long(100)+`"}`).Is(200)
}

func TestWhatIsWrittenIsKeptClean(t *testing.T) {
	w := newWorld(t)
	place := func(code, country string) string {
		return `{"address":{` + address + `,"postalCode":"` + code + `","country":"` + country + `"}}`
	}
	for _, c := range []struct {
		name, body string
		want       func(api.Contact) bool
	}{
		{"a company for a name", `{"firstName":"","lastName":"","company":"Al et fils"}`, func(c api.Contact) bool { return c.FirstName == "" && c.Company == "Al et fils" }},
		{"blanks around a name", `{"firstName":" Al "}`, func(c api.Contact) bool { return c.FirstName == "Al" }},
		{"a domain in capitals", `{"email":" Al@ChezMarcel.EXAMPLE"}`, func(c api.Contact) bool { return c.Email == "Al@chezmarcel.example" }},
		{"a number as one dials it in the account's country", `{"phone":"514 555-0188"}`, func(c api.Contact) bool { return c.Phone == "+15145550188" }},
		{"a number with an extension", `{"phone":"(514) 555-0188 ext. 12"}`, func(c api.Contact) bool { return c.Phone == "+15145550188 x12" }},
		{"a number of the contact's own country", `{"phone":"01 42 68 53 00","address":{` + address + `,"postalCode":"75001","country":"fr"}}`,
			func(c api.Contact) bool { return c.Phone == "+33142685300" && c.Address.Country == "FR" }},
		{"an international number", `{"phone":"+44 20 7946 0018"}`, func(c api.Contact) bool { return c.Phone == "+442079460018" }},
		{"no number", `{"phone":""}`, func(c api.Contact) bool { return c.Phone == "" }},
		{"a Canadian postal code without its blank", place("h2x1y4", "CA"), func(c api.Contact) bool { return c.Address.PostalCode == "H2X 1Y4" }},
		{"a British postal code without its blank", place("sw1a1aa", "gb"), func(c api.Contact) bool { return c.Address.PostalCode == "SW1A 1AA" }},
		{"a long American postal code", place("12345-6789", "US"), func(c api.Contact) bool { return c.Address.PostalCode == "12345-6789" }},
		{"a postal code from anywhere", place("100-0001", "JP"), func(c api.Contact) bool { return c.Address.PostalCode == "100-0001" }},
		{"a language with a region", `{"language":"fr-CA"}`, func(c api.Contact) bool { return c.Language == "fr" }},
		{"one preference leaves the others", `{"emailPreferences":{"support":true}}`, func(c api.Contact) bool { return c.EmailPreferences["support"] && c.EmailPreferences["invoice"] }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{T: t, url: w.url, fake: w.fake, db: w.db, clock: w.clock}
			w.reset()
			if got := read[api.Contact](w.write("marie", "PATCH", "/v1/accounts/a1/contacts/c2", c.body)); !c.want(got) {
				t.Errorf("kept %+v", got)
			}
		})
	}
}

func TestWhatWasWrongBeforeDoesNotStandInTheWayOfAnotherChange(t *testing.T) {
	w := newWorld(t)
	w.fake.change(func(s *api.Snapshot) {
		s.Contacts[1].Phone, s.Contacts[1].Email = "ask Jo", "al at chezmarcel"
		s.Contacts[1].Address = api.Address{PostalCode: "unknown!", Country: "CA"}
	})
	w.write("marie", "PATCH", "/v1/accounts/a1/contacts/c2",
		`{"email":"al at chezmarcel","phone":"ask Jo","address":{"line1":"3, rue Neuve","line2":"","city":"","state":"","postalCode":"unknown!","country":"CA"}}`).Is(200)
}

func TestAHostThatKnowsNoTelephoneNumbersKeepsThemAsTheyWereWritten(t *testing.T) {
	w := newWorld(t, func(c *server.Config) { c.Phones = nil })
	for phone, ok := range map[string]bool{"514 555-0188": true, "+1 514 555-0188 x12": true, "12": false, "1+14155550188": false, "call me": false} {
		a := w.write("marie", "PATCH", "/v1/accounts/a1/contacts/c2", map[string]string{"phone": phone})
		if !ok {
			a.Wrong("/phone invalid")
		} else if got := read[api.Contact](a).Phone; got != phone {
			t.Errorf("%q became %q", phone, got)
		}
	}
}

func TestANumberOfNoKnownCountryStaysAsItWasWritten(t *testing.T) {
	w := newWorld(t)
	w.fake.change(func(s *api.Snapshot) { s.Account.Address = api.Address{} })
	for phone, ok := range map[string]bool{"(514) 555-0188 x12": true, "555-0188": true, "12": false, "ask Jo 5550188": false, "+1 555": false} {
		a := w.write("marie", "PATCH", "/v1/accounts/a1/contacts/c2", map[string]string{"phone": phone})
		if !ok {
			a.Wrong("/phone invalid")
		} else if got := read[api.Contact](a).Phone; got != phone {
			t.Errorf("%q became %q", phone, got)
		}
	}
}

func TestPermissionsAreReplacedAsAWholeAndInTheCataloguesOrder(t *testing.T) {
	w := newWorld(t)
	u := read[api.User](w.write("marie", "PUT", "/v1/accounts/a1/users/u2/permissions",
		`{"permissions":["emails","invoices","emails"],"endsAt":"2027-04-30T23:59:59.9-04:00","reason":" until the audit "}`))
	if !slices.Equal(u.Permissions, []string{"invoices", "emails"}) || u.EndsAt.Format("2006-01-02T15:04:05Z07:00") != "2027-05-01T03:59:59Z" || u.Reason != "until the audit" {
		t.Errorf("got %+v", u)
	}
	for _, empty := range []string{`[]`, `null`} {
		u = read[api.User](w.write("marie", "PUT", "/v1/accounts/a1/users/u2/permissions", `{"permissions":`+empty+`}`))
		if len(u.Permissions) != 0 || u.EndsAt != nil || u.Reason != "" {
			t.Errorf("got %+v", u)
		}
	}
	if body := string(w.get("marie", "/v1/accounts/a1/users/u2").Body); !strings.Contains(body, `"permissions":[]`) {
		t.Errorf("an empty set is not an empty list: %s", body)
	}
}

func TestTheOwnerCannotBeRestrictedOrRemoved(t *testing.T) {
	w := newWorld(t)
	w.write("marie", "PUT", "/v1/accounts/a1/users/u1/permissions", `{"permissions":[]}`).Is(409).Refused(api.ProblemOwnerProtected)
	w.write("marie", "DELETE", "/v1/accounts/a1/users/u1", nil).Is(409).Refused(api.ProblemOwnerProtected)
}

func TestAnAddressThatHasAccessOrIsInvitedIsNotInvitedAgain(t *testing.T) {
	w := newWorld(t)
	w.invites(`{"email":" SAM@Studio.example ","permissions":[]}`)().Is(409).Refused(api.ProblemAlreadyUser)
	w.invites(`{"email":"marie@chezmarcel.example","permissions":[]}`)().Is(409).Refused(api.ProblemAlreadyUser)
	w.invites(`{"email":"Noe@studio.example","permissions":[]}`)().Is(409).Refused(api.ProblemAlreadyInvited)
	w.clock.Pass(7 * 24 * 3600 * 1e9) // the invitation has expired
	w.withProof(w.invites(`{"email":"noe@studio.example","permissions":["orders","invoices"]}`)).Is(201)
}

func TestAnExpiredInvitationIsNotSentAgainBesideAnotherOrToAUser(t *testing.T) {
	w := newWorld(t)
	w.clock.Pass(8 * 24 * time.Hour)
	w.withProof(w.invites(`{"email":"NOE@studio.example","permissions":[]}`)).Is(201)
	w.post("marie", invitations+"/i1/resend", nil).Is(409).Refused(api.ProblemAlreadyInvited)
	w.fake.change(func(s *api.Snapshot) { // the second one is accepted
		s.Invitations = s.Invitations[:1]
		s.Users = append(s.Users, api.User{ID: "u9", Email: "noe@studio.example", Role: api.RoleUser})
	})
	w.post("marie", invitations+"/i1/resend", nil).Is(409).Refused(api.ProblemAlreadyUser)
}

func TestAnInvitationSaysWhatItGrants(t *testing.T) {
	w := newWorld(t)
	a := w.withProof(w.invites(`{"email":"Lea@Compta.example","permissions":["orders","invoices"],"endsAt":"2027-01-01T00:00:00Z","reason":"audit"}`)).Is(201)
	var i api.Invitation
	a.Decode(&i)
	if i.Email != "Lea@compta.example" || i.Language != "fr" || !slices.Equal(i.Permissions, []string{"invoices", "orders"}) || i.EndsAt == nil || i.Reason != "audit" ||
		i.InvitedBy != "Marie Tremblay" || i.ETag == "" || a.Header.Get("Location") != pathOf(i) {
		t.Errorf("got %+v at %s", i, a.Header.Get("Location"))
	}
	if got := read[api.Invitation](w.get("marie", pathOf(i))); got.ETag != i.ETag {
		t.Errorf("read again: %+v", got)
	}
}

func TestOneAddressKeepsDomainMail(t *testing.T) {
	account, c1, c2 := "/v1/accounts/a1", "/v1/accounts/a1/contacts/c1", "/v1/accounts/a1/contacts/c2"
	off, on := `{"emailPreferences":{"domain":false}}`, `{"emailPreferences":{"domain":true}}`
	t.Run("the last contact keeps it and stays", func(t *testing.T) {
		w := newWorld(t)
		w.write("marie", "PATCH", c1, off).Is(409).Refused(api.ProblemLastDomain)
		w.write("marie", "DELETE", c1, nil).Is(409).Refused(api.ProblemLastDomain)
		w.write("marie", "PATCH", c1, `{"email":"joanne@chezmarcel.example"}`).Is(200)
		w.write("marie", "DELETE", c2, nil).Is(204)
	})
	t.Run("another contact takes over", func(t *testing.T) {
		w := newWorld(t)
		w.write("marie", "PATCH", c2, on).Is(200)
		w.write("marie", "PATCH", c1, off).Is(200)
		w.write("marie", "DELETE", c2, nil).Is(409)
	})
	t.Run("the account's own address takes over", func(t *testing.T) {
		w := newWorld(t)
		w.write("marie", "PATCH", account, on).Is(200)
		w.write("marie", "DELETE", c1, nil).Is(204)
		w.write("marie", "PATCH", account, off).Is(409).Refused(api.ProblemLastDomain)
	})
	t.Run("an account where nobody has it stays editable", func(t *testing.T) {
		w := newWorld(t)
		w.fake.change(func(s *api.Snapshot) { s.Contacts[0].EmailPreferences = nil })
		w.write("marie", "PATCH", c2, `{"firstName":"Alain"}`).Is(200)
		w.write("marie", "PATCH", account, `{"company":"Chez M"}`).Is(200)
		w.write("marie", "DELETE", c1, nil).Is(204)
	})
}

func TestASnapshotHoldsWhatItsReaderMaySee(t *testing.T) {
	for _, c := range []struct {
		name                             string
		permissions                      []string
		profile, domains, contacts, keys bool
	}{
		{"nothing", nil, false, false, false, false},
		{"profile", []string{"profile"}, true, false, false, false},
		{"contacts", []string{"contacts"}, false, false, true, false},
		{"domains", []string{"domains"}, false, true, false, false},
		{"managedomains", []string{"managedomains"}, false, true, false, false},
		{"everything", allPermissions, true, true, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.fake.join("sam", c.permissions...)
			a := w.get("sam", "/v1/accounts/a1/snapshot")
			s := read[api.Snapshot](a)
			check := func(what string, got, want bool) {
				t.Helper()
				if got != want {
					t.Errorf("%s visible: %v, want %v: %s", what, got, want, a.Body)
				}
			}
			check("the name", s.Account.Name != "" && s.Account.ID == "a1" && s.Account.ETag != "", true)
			check("account information", s.Account.Email != "" && s.Account.Address.City != "" && s.Account.EmailPreferences != nil, c.profile)
			check("any account information", strings.Contains(string(a.Body), "compte@") || strings.Contains(string(a.Body), "rue du Four"), c.profile)
			check("domains", len(s.Account.Domains) > 0, c.domains)
			check("contacts", len(s.Contacts) == 2, c.contacts)
			check("any contact", strings.Contains(string(a.Body), "al@chezmarcel"), c.contacts)
			check("users", s.Users != nil || strings.Contains(string(a.Body), "studio.example"), false)
			if s.Me.Role != api.RoleUser || len(s.Me.Permissions) != len(c.permissions) || s.Revision != "1" {
				t.Errorf("me %+v, revision %s", s.Me, s.Revision)
			}
			if own := read[api.Account](w.get("sam", "/v1/accounts/a1")); own.ETag != s.Account.ETag {
				t.Error("the account's etag differs between its own path and the snapshot")
			}
		})
	}
	t.Run("the owner sees all", func(t *testing.T) {
		w := newWorld(t)
		s := read[api.Snapshot](w.get("marie", "/v1/accounts/a1/snapshot"))
		if len(s.Users) != 2 || len(s.Invitations) != 1 || len(s.Contacts) != 2 || len(s.Account.Domains) != 1 || s.Account.Email == "" || s.Me.Role != api.RoleOwner {
			t.Errorf("got %+v", s)
		}
	})
}

func TestSomebodyWithProfileChangesTheAccountTheySee(t *testing.T) {
	w := newWorld(t)
	w.fake.join("sam", "profile")
	a := read[api.Account](w.write("sam", "PATCH", "/v1/accounts/a1", `{"company":"Chez M"}`))
	if a.Company != "Chez M" || a.Domains != nil {
		t.Errorf("got %+v", a)
	}
}

func TestAHostDoesNotPretend(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.desc.Features = api.Features{}
	w.fake.mu.Unlock()
	for _, c := range []struct{ method, path, body string }{
		{"GET", invitations, ""}, {"GET", invitations + "/i1", ""}, {"PUT", invitations + "/i1", `{"permissions":[]}`}, {"DELETE", invitations + "/i1", ""},
		{"POST", invitations + "/i1/resend", ""}, {"GET", "/v1/accounts/a1/activity", ""}, {"POST", "/v1/me/email", `{"email":"x@mail.example"}`},
		{"POST", "/v1/me/password-reset", ""}, {"PUT", "/v1/accounts/a1/users/u2/permissions", `{"permissions":[],"endsAt":"2027-01-01T00:00:00Z"}`},
		{"POST", invitations, `{"email":"x@mail.example","permissions":[],"endsAt":"2027-01-01T00:00:00Z"}`},
	} {
		var body any
		if c.body != "" {
			body = c.body
		}
		var a hosttest.Answer
		switch c.method {
		case "GET":
			a = w.get("marie", c.path)
		case "POST":
			a = w.post("marie", c.path, body)
		default:
			a = w.write("marie", c.method, c.path, body)
		}
		if a.Status != 409 || a.Problem().Type != api.ProblemUnavailableFeature {
			t.Errorf("%s %s answered %d %s", c.method, c.path, a.Status, a.Body)
		}
	}
	if s := read[api.Snapshot](w.get("marie", "/v1/accounts/a1/snapshot")); s.Invitations != nil {
		t.Errorf("invitations are listed: %+v", s.Invitations)
	}
}

func TestAHostThatCannotListInvitationsStillInvites(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.desc.Features.ListInvitations = api.Feature{}
	w.fake.hideInvitations = true
	w.fake.mu.Unlock()
	var i api.Invitation
	w.withProof(w.invites(invitation)).Is(201).Decode(&i)
	if i.ID == "" || i.ETag == "" || i.Email != "lea@compta.example" || !i.ExpiresAt.Equal(w.clock.Now().Add(7*24*3600*1e9)) {
		t.Errorf("got %+v", i)
	}
}

func TestAccountsComeInPages(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	for _, id := range []string{"a2", "a3", "a4", "b"} {
		w.fake.data.Accounts[id] = api.Snapshot{Account: api.Account{ID: id, Name: id}}
		if id != "b" {
			w.fake.data.Members[id] = map[string]api.Membership{"marie": {Role: api.RoleUser}}
		}
	}
	w.fake.mu.Unlock()
	var got []string
	pages := 0
	for cursor := ""; ; pages++ {
		page := read[api.AccountPage](w.get("marie", "/v1/accounts?limit=2&cursor="+cursor))
		for _, a := range page.Accounts {
			got = append(got, a.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if !slices.Equal(got, []string{"a1", "a2", "a3", "a4"}) || pages != 1 {
		t.Errorf("got %v and then %d more pages", got, pages)
	}
	body := string(w.get("outsider", "/v1/accounts").Is(200).Body)
	if strings.TrimSpace(body) != `{"accounts":[]}` {
		t.Errorf("nobody's accounts are %s", body)
	}
}

func TestFeedsPassOn(t *testing.T) {
	w := newWorld(t)
	page := read[api.ActivityPage](w.get("marie", "/v1/accounts/a1/activity?limit=7"))
	if len(page.Activity) != 1 || page.Next != "7" {
		t.Errorf("got %+v", page)
	}
	last := read[api.ActivityPage](w.get("marie", "/v1/accounts/a1/activity?cursor=7"))
	if last.Activity == nil || len(last.Activity) != 0 || last.Next != "" {
		t.Errorf("got %+v", last)
	}
	changes := read[api.Changes](w.get("marie", "/v1/changes?since=old"))
	if changes.Token != "t2" || !changes.Reset || changes.Accounts == nil {
		t.Errorf("got %+v", changes)
	}
}

func TestOwnProfile(t *testing.T) {
	w := newWorld(t)
	me := read[api.Me](w.write("marie", "PATCH", "/v1/me", `{"firstName":" Maria ","lastName":"","language":"EN"}`))
	if me.FirstName != "Maria" || me.LastName != "" || me.Language != "en" || me.Email != "marie@chezmarcel.example" {
		t.Errorf("got %+v", me)
	}
	me = read[api.Me](w.withProof(func(h ...string) hosttest.Answer {
		return w.post("marie", "/v1/me/email", `{"email":"maria@mail.example"}`, h...)
	}))
	if me.Email != "maria@mail.example" {
		t.Errorf("got %+v", me)
	}
	if a := read[api.Account](w.get("marie", "/v1/accounts/a1")); a.Email != "compte@chezmarcel.example" {
		t.Errorf("the account's e-mail became %s", a.Email)
	}
	reset := func() hosttest.Answer {
		return w.call("marie", "POST", "/v1/me/password-reset", nil, api.HeaderIdempotencyKey, "r")
	}
	reset().Is(204)
	reset().Is(204)
	if w.fake.resets != 1 {
		t.Errorf("%d mails to choose a new password, want 1", w.fake.resets)
	}
}

func TestAUserHearsOfTheEndOfTheirOwnAccessOnly(t *testing.T) {
	w := newWorld(t)
	w.fake.join("sam", "products")
	me, err := w.fake.Membership(t.Context(), "sam", "a1")
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2027, 3, 12, 23, 59, 59, 0, time.UTC)
	both := []api.Reminder{{UserID: "u9", EndsAt: end, Days: 7}, {UserID: me.UserID, EndsAt: end, Days: 1}}
	w.fake.changed = []api.AccountChange{{ID: "a1", Revision: "2", Reminders: both}, {ID: "a2", Revision: "3"}, {ID: "a9", Revision: "3", Reminders: both}}
	for person, want := range map[string]int{"marie": 2, "sam": 1} {
		got := read[api.Changes](w.get(person, "/v1/changes?since=t1")).Accounts
		if len(got) != 3 || len(got[0].Reminders) != want || got[0].Reminders[want-1] != both[1] || len(got[1].Reminders)+len(got[2].Reminders) != 0 {
			t.Errorf("%s: %+v", person, got)
		}
	}
	if len(w.fake.changed[0].Reminders) != 2 || w.fake.changed[0].Reminders[0].UserID != "u9" {
		t.Error("the provider's own list was changed")
	}
}

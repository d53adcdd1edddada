package whmcs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/hosttest"
	"concierge/host/oidc"
	"concierge/host/whmcs"
	"concierge/host/whmcs/remote"
	"concierge/host/whmcs/whmcstest"
)

// shapes are the documented one and what else WHMCS answers in; bad input is tried in each.
func inEveryShape(t *testing.T, test func(t *testing.T, w *world)) {
	for name, shape := range map[string]whmcstest.Shape{
		"as documented":    {},
		"texts and digits": {IDs: whmcstest.NumbersText, Booleans: whmcstest.BooleansDigit, Lists: whmcstest.ListsPlain, Empty: whmcstest.EmptyText},
		"on and missing":   {Booleans: whmcstest.BooleansOn, Empty: whmcstest.EmptyMissing, Lists: whmcstest.ListsWrapped, Entities: true},
		"mixed one":        {Mixed: 1},
		"mixed two":        {Mixed: 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.whmcs.SetShape(shape)
			w.later()
			test(t, w)
		})
	}
}

func TestWhatOnlyTheOperatorCanMendIsToldToTheOperator(t *testing.T) {
	for _, c := range []struct {
		name, says string
		spoil      func(*whmcstest.WHMCS)
	}{
		{"a wrong credential", "kind=credentials", func(w *whmcstest.WHMCS) { w.SetSecret("another") }},
		{"a role without one action", "action=GetClientsDetails kind=role", func(w *whmcstest.WHMCS) { w.Forbid("GetClientsDetails") }},
		{"an address that is not allowed", "kind=ip", func(w *whmcstest.WHMCS) { w.SetAllowedIPs("203.0.113.7") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.spoil(w.whmcs)
			p := w.call(w.marie, "GET", w.account(w.bakery)+"/snapshot", nil).Refused(api.ProblemRefusedUpstream)
			if p.Detail != "" {
				t.Errorf("the customer is told %q", p.Detail)
			}
			if !strings.Contains(w.log.String(), c.says) {
				t.Errorf("the log has no %q:\n%s", c.says, w.log.String())
			}
			if strings.Contains(w.log.String(), "secret=") {
				t.Error("the log has a secret")
			}
		})
	}
}

func TestARoleWithoutAnActionOfWritingIsARefusal(t *testing.T) {
	w := newWorld(t)
	w.whmcs.Forbid("AddContact")
	w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "z@mail.example"}).Refused(api.ProblemRefusedUpstream)
	if !strings.Contains(w.log.String(), "action=AddContact") {
		t.Error("the log does not name the action")
	}
	w.whmcs.AllowAll()
	w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "z@mail.example"}).Is(201)
}

func TestWHMCSThatIsNotWellIsUnavailable(t *testing.T) {
	for _, fault := range []whmcstest.Fault{whmcstest.Down, whmcstest.Page, whmcstest.ServerError, whmcstest.Cut} {
		t.Run(string(fault), func(t *testing.T) {
			w := newWorld(t)
			w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"GetClientsDetails"}, Fault: fault})
			a := w.call(w.marie, "GET", w.account(w.bakery)+"/snapshot", nil)
			a.Refused(api.ProblemBusy)
			if a.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		})
	}
}

func TestAnErrorWithStatus200ThatIsNotDocumentedIsARefusal(t *testing.T) {
	w := newWorld(t)
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"UpdateClient"}, Fault: whmcstest.Refusal, Message: "The moon is <b>full</b>"})
	p := w.call(w.marie, "PATCH", w.account(w.bakery), map[string]any{"company": "Chez Marcel"}).Refused(api.ProblemRefusedUpstream)
	if strings.Contains(p.Detail+p.Title, "moon") {
		t.Errorf("the customer reads WHMCS's words: %+v", p)
	}
	if !strings.Contains(w.log.String(), "The moon is") {
		t.Error("the log does not have WHMCS's words")
	}
}

func TestAClientWithoutOwnerIsReadByItsUsers(t *testing.T) {
	inEveryShape(t, func(_ *testing.T, w *world) {
		c := w.whmcs.AddClient(whmcstest.Client{FirstName: "Succession", LastName: "Hébert", Email: "notaire@mail.example"})
		w.whmcs.Link(number(w.sam), c.ID, "contacts", "profile")
		w.later()
		id := w.id(c.ID)
		s := w.snapshot(w.sam, id)
		if s.Account.Name != "Succession Hébert" || s.Me.Role != api.RoleUser {
			w.Errorf("snapshot %+v", s)
		}
		w.call(w.sam, "POST", w.account(id)+"/invitations", api.NewInvitation{Email: "x@mail.example", Permissions: []string{"emails"}}).Refused(api.ProblemOwnerOnly)
		w.call(w.sam, "POST", w.account(id)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "z@mail.example"}).Is(201)
	})
}

func TestAUserWithoutNameIsKnownByTheirAddress(t *testing.T) {
	inEveryShape(t, func(_ *testing.T, w *world) {
		u := w.whmcs.AddUser(whmcstest.User{Email: "sans.nom@mail.example"})
		w.whmcs.Link(u.ID, number(w.bakery), "emails", "contacts")
		w.later()
		got := w.user("sans.nom@mail.example")
		if got.FirstName != "" || got.LastName != "" || sorted(got.Permissions) != "contacts emails" {
			w.Errorf("user %+v", got)
		}
		_, err := w.p.ByEmail(context.Background(), "sans.nom@mail.example")
		must(w, err)
		w.call(w.id(u.ID), "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "z@mail.example"}).Is(201)
		a := hosttest.Into[api.ActivityPage](w.call(w.marie, "GET", w.account(w.bakery)+"/activity", nil), 200).Activity
		if a[0].Actor != "sans.nom@mail.example" {
			w.Errorf("activity %+v", a[0])
		}
	})
}

func TestTwoUsersWhoseAddressesDifferByCase(t *testing.T) {
	inEveryShape(t, func(_ *testing.T, w *world) {
		ctx := context.Background()
		small := w.whmcs.AddUser(whmcstest.User{FirstName: "Alex", Email: "alex.roy@mail.example"})
		large := w.whmcs.AddUser(whmcstest.User{FirstName: "Alexe", Email: "Alex.Roy@mail.example"})
		for email, want := range map[string]string{"alex.roy@mail.example": w.id(small.ID), "Alex.Roy@mail.example": w.id(large.ID)} {
			if id, err := w.p.ByEmail(ctx, email); err != nil || id != want {
				w.Errorf("%s is %q, %v; want %s", email, id, err, want)
			}
			if me := hosttest.Into[api.Me](w.call(want, "GET", "/v1/me", nil), 200); me.Email != email {
				w.Errorf("%s has the profile %+v", want, me)
			}
		}
		if id, err := w.p.ByEmail(ctx, "ALEX.ROY@mail.example"); !errors.Is(err, oidc.ErrAmbiguous) || id != "" {
			w.Errorf("neither of both is %q, %v", id, err)
		}
		if _, err := w.p.PersonByEmail(ctx, "ALEX.ROY@mail.example"); !errors.Is(err, host.ErrNotFound) {
			w.Errorf("neither of both: %v", err)
		}
		if id, err := w.p.ByEmail(ctx, "MARIE@chezmarcel.example"); err != nil || id != w.marie {
			w.Errorf("the only one is %q, %v", id, err)
		}
		for _, nobody := range []string{"marie@chezmarcel.exampl", "marie@chezmarcel.example.org", "arie@chezmarcel.example", "%", "_arie@chezmarcel.example", "mar\u0131e@chezmarcel.example"} {
			if id, err := w.p.ByEmail(ctx, nobody); !errors.Is(err, host.ErrNotFound) {
				w.Errorf("%q is %q, %v", nobody, id, err)
			}
		}
	})
}

func TestAnAddressOf10000CharactersIsShownInPartAndNeverLost(t *testing.T) {
	inEveryShape(t, func(_ *testing.T, w *world) {
		long := strings.Repeat("rue Sans-Fin ", 800)
		c := w.whmcs.AddContact(whmcstest.Contact{ClientID: number(w.bakery), FirstName: "Archives", Email: "archives@mail.example",
			Address: whmcstest.Address{Line1: long, City: "Québec\r\nBcc: x", Country: "CA"}})
		w.later()
		at := w.account(w.bakery) + "/contacts/" + w.id(c.ID)
		got := hosttest.Into[api.Contact](w.call(w.marie, "GET", at, nil), 200)
		if n := len([]rune(got.Address.Line1)); n > 200 || n < 150 || !strings.HasSuffix(got.Address.Line1, "…") || !host.IsLine(got.Address.City) {
			w.Errorf("shown as %q, %q", got.Address.Line1, got.Address.City)
		}
		address := got.Address
		address.PostalCode = "G1R 2B5"
		w.call(w.marie, "PATCH", at, map[string]any{"address": address, "firstName": "Fonds"}).Is(200)
		after, _ := find(w.whmcs.Contacts(number(w.bakery)), func(o whmcstest.Contact) bool { return o.ID == c.ID })
		if strings.TrimSpace(after.Address.Line1) != strings.TrimSpace(long) || after.Address.Postcode != "G1R 2B5" || after.FirstName != "Fonds" {
			w.Errorf("WHMCS has %d characters and %q", len(after.Address.Line1), after.Address.Postcode)
		}
		address.Line1 = "1, rue Courte"
		w.call(w.marie, "PATCH", at, map[string]any{"address": address}).Is(200)
		address.Line1 = strings.Repeat("x", 10_000)
		w.call(w.marie, "PATCH", at, map[string]any{"address": address}).Wrong("/address/line1 tooLong")
		w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Z", Email: strings.Repeat("x", 10_000) + "@mail.example"}).Wrong("/email tooLong")
	})
}

func TestAPermissionThatWHMCSAddedLastWeekIsNeitherLostNorHidden(t *testing.T) {
	inEveryShape(t, func(_ *testing.T, w *world) {
		w.call(w.marie, "GET", "/v1/host", nil).Is(200) // the catalogue is read before
		w.whmcs.AddPermission("aiassistant")
		w.whmcs.Link(number(w.lea), number(w.bakery), "products", "aiassistant")
		w.later()
		lea := w.user("lea@studio.example")
		if sorted(lea.Permissions) != "aiassistant products" {
			w.Fatalf("Léa has %v", lea.Permissions)
		}
		e, ok := find(hosttest.Into[api.Host](w.call(w.marie, "GET", "/v1/host", nil), 200).Permissions, func(e api.CatalogueEntry) bool { return e.Key == "aiassistant" })
		if !ok || !strings.Contains(e.Title["fr"], "aiassistant") || !strings.Contains(e.Title["en"], "aiassistant") || !e.Sensitive {
			w.Errorf("the catalogue has %+v", e)
		}
		at := w.account(w.bakery) + "/users/" + w.lea + "/permissions"
		w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: append(lea.Permissions, "tickets")}).Is(200)
		have, _ := w.whmcs.Permissions(number(w.lea), number(w.bakery))
		if sorted(have) != "aiassistant products tickets" {
			w.Errorf("WHMCS has %v", have)
		}
		w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"tickets"}}).Is(200)
		if have, _ := w.whmcs.Permissions(number(w.lea), number(w.bakery)); sorted(have) != "tickets" {
			w.Errorf("WHMCS has %v", have)
		}
		w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"nosuchthing"}}).Wrong("/permissions/0 unknownKey")
		w.call(w.marie, "PUT", at, api.PermissionSet{}).Refused(api.ProblemUnavailableFeature)
		w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "x@mail.example"}).Refused(api.ProblemUnavailableFeature)
	})
}

func TestPermissionsThatAreNotToldAreNotTakenForNone(t *testing.T) {
	w := newWorld(t)
	w.whmcs.SetShape(whmcstest.Shape{Permissions: whmcstest.PermissionsNotTold})
	w.call(w.marie, "GET", w.account(w.bakery)+"/snapshot", nil).Refused(api.ProblemUpstream)
	w.call(w.sam, "GET", w.account(w.bakery)+"/snapshot", nil).Refused(api.ProblemUpstream)
	w.snapshot(w.sam, w.own) // nobody else is in it
}

func TestASlowWHMCSIsAskedOnceByManyReaders(t *testing.T) {
	w := newWorld(t)
	w.whmcs.SetDelay(50 * time.Millisecond)
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { w.snapshot(w.marie, w.bakery) })
	}
	all.Wait()
	for action, n := range w.whmcs.Count() {
		if most := map[string]int{"GetUserPermissions": 2, "GetUsers": 2}[action]; n > max(1, most) {
			t.Errorf("%d calls of %s", n, action)
		}
	}
}

func TestAPostIsDoneOnceWhateverBecomesOfItsAnswer(t *testing.T) {
	for _, fault := range []whmcstest.Fault{whmcstest.NoAnswer, whmcstest.Cut, whmcstest.Down} {
		t.Run("a contact, "+string(fault), func(t *testing.T) {
			w := newWorld(t)
			w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"AddContact"}, Times: 1, Fault: fault})
			add := func() hosttest.Answer {
				return w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "zoe@mail.example",
					Phone: "514 555-0142", Address: api.Address{Country: "CA"}, EmailPreferences: api.MailPreferences{"support": true}},
					api.HeaderIdempotencyKey, "once")
			}
			add().Refused(api.ProblemBusy)
			first := hosttest.Into[api.Contact](add(), 201)
			again := hosttest.Into[api.Contact](add(), 201)
			if first.ID != again.ID || len(w.whmcs.Contacts(number(w.bakery))) != 2 {
				t.Errorf("answered %s and %s, and there are %d contacts", first.ID, again.ID, len(w.whmcs.Contacts(number(w.bakery))))
			}
		})
		t.Run("an invitation, "+string(fault), func(t *testing.T) {
			w := newWorld(t)
			w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"CreateClientInvite"}, Times: 1, Fault: fault})
			invite := func(key string) hosttest.Answer {
				return w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "noe@mail.example", Permissions: []string{"emails"}},
					api.HeaderIdempotencyKey, key)
			}
			first := hosttest.Into[api.Invitation](invite("once"), 201)
			again := hosttest.Into[api.Invitation](invite("once"), 201)
			if !first.Unconfirmed || first.ID != again.ID || len(w.whmcs.Invites(number(w.bakery))) > 1 {
				t.Errorf("answered %+v and %+v, and %d were sent", first, again, len(w.whmcs.Invites(number(w.bakery))))
			}
			invite("another").Refused(api.ProblemAlreadyInvited)
			sent := hosttest.Into[api.Invitation](w.call(w.marie, "POST", w.account(w.bakery)+"/invitations/"+first.ID+"/resend", nil), 200)
			if sent.Unconfirmed || sent.ID != first.ID {
				t.Errorf("sent again: %+v", sent)
			}
			w.recorded(w.bakery, "invitation.resent noe@mail.example", "user.invited noe@mail.example unconfirmed")
			_, err := w.whmcs.AcceptAs("noe@mail.example", whmcstest.User{FirstName: "Noé", Email: "noe@mail.example"})
			must(t, err)
			w.later()
			if i := w.snapshot(w.marie, w.bakery).Invitations; len(i) > 0 {
				t.Errorf("accepted, and still listed: %+v", i)
			}
		})
	}
}

func TestAContactThatWHMCSWasStillAddingIsTheOneThatTheRepeatAsksFor(t *testing.T) {
	w := newWorld(t)
	add := func() hosttest.Answer {
		return w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "zoe@mail.example"}, api.HeaderIdempotencyKey, "once")
	}
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"AddContact"}, Times: 1, Fault: whmcstest.Down})
	add().Refused(api.ProblemBusy)
	var late whmcstest.Contact
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"AddContact"}, Times: 1, Then: func() { // between the look and the repeat
		late = w.whmcs.AddContact(whmcstest.Contact{ClientID: number(w.bakery), FirstName: "Zoé", Email: "zoe@mail.example"})
	}})
	got := hosttest.Into[api.Contact](add(), 201)
	if got.ID != w.id(late.ID) || len(w.whmcs.Contacts(number(w.bakery))) != 2 {
		t.Errorf("answered %+v, want contact %d; there are %d", got, late.ID, len(w.whmcs.Contacts(number(w.bakery))))
	}
}

func TestAWriteThatTakesTooLongIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	patient := w.remote
	hasty, err := remote.New(remote.Config{URL: w.at, Identifier: "identifier", Secret: "secret", Location: time.UTC, Timeout: time.Second,
		Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	w.remote = hasty
	_, _, w.url = w.gateway()
	w.remote = patient
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"AddContact"}, Times: 1, Delay: time.Minute})
	add := func() hosttest.Answer {
		return w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "zoe@mail.example"}, api.HeaderIdempotencyKey, "k")
	}
	add().Refused(api.ProblemBusy)
	add().Is(201)
	if n := len(w.whmcs.Contacts(number(w.bakery))); n != 2 {
		t.Errorf("%d contacts, want 2", n)
	}
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"GetClientsDetails"}, Delay: time.Minute})
	w.later()
	w.call(w.marie, "GET", w.account(w.bakery)+"/snapshot", nil).Refused(api.ProblemBusy)
}

func TestAResendIsDoneOnceWhateverBecomesOfItsAnswer(t *testing.T) {
	w := newWorld(t)
	i := hosttest.Into[api.Invitation](w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "noe@mail.example", Permissions: []string{"emails"}}), 201)
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"CreateClientInvite"}, Times: 1, Fault: whmcstest.NoAnswer})
	resend := func() hosttest.Answer {
		return w.call(w.marie, "POST", w.account(w.bakery)+"/invitations/"+i.ID+"/resend", nil, api.HeaderIdempotencyKey, "once")
	}
	for range 3 {
		if got := hosttest.Into[api.Invitation](resend(), 200); !got.Unconfirmed {
			t.Errorf("sent again: %+v", got)
		}
	}
	w.recorded(w.bakery, "invitation.resent noe@mail.example unconfirmed", "user.invited noe@mail.example")
	if n := len(w.whmcs.Invites(number(w.bakery))); n != 2 {
		t.Errorf("%d invitations were sent, want 2", n)
	}
}

func TestAnUnconfirmedInvitationThatIsAcceptedIsInDoubtNoLonger(t *testing.T) {
	w := newWorld(t)
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"CreateClientInvite"}, Times: 1, Fault: whmcstest.NoAnswer}) // it was sent
	w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "noe@mail.example", Permissions: []string{"emails"}}).Is(201)
	_, err := w.whmcs.AcceptAs("noe@mail.example", whmcstest.User{FirstName: "Noé", Email: "noe@mail.example"})
	must(t, err)
	w.later()
	s := w.snapshot(w.marie, w.bakery)
	if _, is := find(s.Users, func(u api.User) bool { return u.Email == "noe@mail.example" }); !is || len(s.Invitations) > 0 {
		t.Errorf("users %+v, invitations %+v", s.Users, s.Invitations)
	}
}

// What a gateway leaves that is killed between a deed and its record is what it leaves when WHMCS does the deed and does not say
// so: an entry that is begun.
func TestWhatWasDoneAndNotToldIsRecordedOnce(t *testing.T) {
	phone := "514 555-0142"
	type does = func(w *world) hosttest.Answer
	for name, c := range map[string]struct {
		action string
		do     does
		entry  string
		left   string // of the entry, before anybody repeats it
		after  string // and after
	}{
		"a contact that is added": {"AddContact", func(w *world) hosttest.Answer {
			return w.call(w.marie, "POST", w.account(w.bakery)+"/contacts", api.NewContact{FirstName: "Zoé", Email: "zoe@mail.example"}, api.HeaderIdempotencyKey, "once")
		}, "contact.added Zoé", " unconfirmed", ""},
		"a contact that is deleted": {"DeleteContact", func(w *world) hosttest.Answer {
			c := w.snapshot(w.marie, w.bakery).Contacts
			if len(c) == 0 {
				return hosttest.Answer{}
			}
			return w.call(w.marie, "DELETE", w.account(w.bakery)+"/contacts/"+c[0].ID, nil)
		}, "contact.deleted Jo Roy", "", ""},
		"permissions": {"UpdateUserPermissions", func(w *world) hosttest.Answer {
			return w.call(w.marie, "PUT", w.account(w.bakery)+"/users/"+w.lea+"/permissions", api.PermissionSet{Permissions: []string{"tickets"}})
		}, "user.permissions Léa St Pierre Roy", "", ""},
		"access that is revoked": {"DeleteUserClient", func(w *world) hosttest.Answer {
			return w.call(w.marie, "DELETE", w.account(w.bakery)+"/users/"+w.lea, nil)
		}, "user.removed Léa St Pierre Roy", "", ""},
		"account information, of which nobody can tell": {"UpdateClient", func(w *world) hosttest.Answer {
			return w.call(w.marie, "PATCH", w.account(w.bakery), api.AccountPatch{Phone: &phone})
		}, "account.changed ", " unconfirmed", " unconfirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{c.action}, Times: 1, Fault: whmcstest.NoAnswer})
			c.do(w).Refused(api.ProblemBusy)
			before := w.snapshot(w.marie, w.bakery).Revision
			w.recorded(w.bakery, c.entry+c.left)
			c.do(w)
			w.recorded(w.bakery, c.entry+c.after)
			if c.left != c.after && w.snapshot(w.marie, w.bakery).Revision == before {
				t.Error("nobody is told to read the record anew")
			}
		})
	}
	t.Run("what was not done, and is then", func(t *testing.T) {
		w := newWorld(t)
		at := w.account(w.bakery) + "/users/" + w.lea + "/permissions"
		w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"UpdateUserPermissions"}, Times: 1, Fault: whmcstest.Down})
		w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"tickets"}}).Refused(api.ProblemBusy)
		w.recorded(w.bakery, "user.permissions Léa St Pierre Roy unconfirmed")
		w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"UpdateUserPermissions"}, Times: 1, Fault: whmcstest.Refusal, Message: "no"})
		w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"tickets"}}).Refused(api.ProblemRefusedUpstream)
		w.recorded(w.bakery, "user.permissions Léa St Pierre Roy unconfirmed") // the first may have been done
		w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"tickets"}}).Is(200)
		w.recorded(w.bakery, "user.permissions Léa St Pierre Roy")
	})
	t.Run("what is refused leaves nothing", func(t *testing.T) {
		w := newWorld(t)
		w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"DeleteUserClient"}, Times: 1, Fault: whmcstest.Refusal, Message: "no"})
		w.call(w.marie, "DELETE", w.account(w.bakery)+"/users/"+w.lea, nil).Refused(api.ProblemRefusedUpstream)
		w.recorded(w.bakery)
	})
}

func TestWhatWHMCSRefusesForSureIsNotInDoubt(t *testing.T) {
	w := newWorld(t)
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"CreateClientInvite"}, Times: 1, Fault: whmcstest.Refusal, Message: "User already associated with client"})
	invite := func() hosttest.Answer {
		return w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "noe@mail.example", Permissions: []string{"emails"}},
			api.HeaderIdempotencyKey, "k")
	}
	invite().Refused(api.ProblemAlreadyUser)
	if i := w.snapshot(w.marie, w.bakery).Invitations; len(i) != 0 {
		t.Errorf("the journal has %+v", i)
	}
	if i := hosttest.Into[api.Invitation](invite(), 201); i.Unconfirmed {
		t.Errorf("invitation %+v", i)
	}
}

func TestOfTwoWritersOneWins(t *testing.T) {
	w := newWorld(t)
	_, _, other := w.gateway()
	writers := []string{w.url, w.url}
	if database.Name == "PostgreSQL" { // which several gateways share; a SQLite file has one
		writers[1] = other
	}
	at := w.account(w.bakery) + "/users/" + w.lea + "/permissions"
	tag := w.call(w.marie, "GET", strings.TrimSuffix(at, "/permissions"), nil).ETag()
	var status [8]int
	var all sync.WaitGroup
	for i := range status {
		all.Go(func() {
			status[i] = w.callAt(writers[i%2], w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"products", []string{"domains", "tickets", "orders"}[i%3], "emails"}}, "If-Match", tag).Status
		})
	}
	all.Wait()
	won := 0
	for _, s := range status {
		if s == 200 {
			won++
		} else if s != 412 {
			t.Errorf("answered %d", s)
		}
	}
	if n := len(w.whmcs.Writes("UpdateUserPermissions")); won != 1 || n != 1 {
		t.Errorf("%d won, and %d writes were made: %v", won, n, status)
	}
	// The other gateway has read the account before: it sees at once what was written here.
	u := hosttest.Into[api.User](w.callAt(other, w.marie, "GET", strings.TrimSuffix(at, "/permissions"), nil), 200)
	if len(u.Permissions) != 3 {
		t.Errorf("the other gateway has %v", u.Permissions)
	}
}

func TestWhoIsRemovedIsOutOnTheNextCallOfAnyGateway(t *testing.T) {
	w := newWorld(t)
	_, _, other := w.gateway()
	at := w.account(w.bakery)
	w.callAt(other, w.lea, "GET", at+"/snapshot", nil).Is(200)
	w.call(w.lea, "GET", at+"/snapshot", nil).Is(200)
	w.call(w.marie, "DELETE", at+"/users/"+w.lea, nil).Is(204)
	w.callAt(other, w.lea, "GET", at+"/snapshot", nil).Refused(api.ProblemNotFound)
	w.call(w.lea, "GET", at+"/snapshot", nil).Refused(api.ProblemNotFound)
	w.whmcs.Link(number(w.lea), number(w.bakery), "emails") // and back
	w.clock.Pass(30 * time.Second)
	w.call(w.lea, "GET", at+"/snapshot", nil).Is(200)
}

// late is a WHMCS whose next answer about a user is on its way for long.
type late struct {
	whmcs.Remote
	next        atomic.Bool
	asked, back chan struct{}
}

func (l *late) UsersByEmail(ctx context.Context, email string) ([]remote.User, error) {
	users, err := l.Remote.UsersByEmail(ctx, email)
	if l.next.CompareAndSwap(true, false) {
		close(l.asked)
		<-l.back
	}
	return users, err
}

func TestALateAnswerDoesNotGiveBackWhatWasTakenAway(t *testing.T) {
	l := &late{asked: make(chan struct{}), back: make(chan struct{})}
	w := newWorld(t, func(c *whmcs.Config) { l.Remote = c.WHMCS; c.WHMCS = l })
	w.later()
	l.next.Store(true)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = w.p.Person(context.Background(), w.lea) // reaches the bakery, as far as this answer says
	}()
	<-l.asked
	w.clock.Pass(time.Second)
	must(t, w.p.RemoveUser(t.Context(), w.bakery, w.lea))
	w.clock.Pass(time.Second)
	close(l.back)
	<-done
	for range 3 {
		w.call(w.lea, "GET", w.account(w.bakery)+"/snapshot", nil).Refused(api.ProblemNotFound)
		w.clock.Pass(time.Second)
	}
}

func TestTheOwnerIsProtected(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery) + "/users/" + w.marie
	w.call(w.marie, "DELETE", at, nil).Refused(api.ProblemOwnerProtected)
	w.call(w.marie, "PUT", at+"/permissions", api.PermissionSet{Permissions: []string{"emails"}}).Refused(api.ProblemOwnerProtected)
	if err := w.p.RemoveUser(t.Context(), w.bakery, w.marie); !errors.Is(err, host.ErrOwnerProtected) {
		t.Errorf("the provider: %v", err)
	}
	if n := len(w.whmcs.Writes()); n > 0 {
		t.Errorf("%d writes reached WHMCS", n)
	}
}

func TestAWriteIsDecidedByWhatWHMCSHasNow(t *testing.T) {
	w := newWorld(t)
	w.snapshot(w.marie, w.bakery)
	// In WHMCS's own pages Sam becomes the owner, a second ago.
	w.whmcs.EditClient(number(w.bakery), func(c *whmcstest.Client) { c.OwnerID = number(w.sam) })
	w.whmcs.Link(number(w.marie), number(w.bakery), "emails")
	w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "x@mail.example", Permissions: []string{"emails"}}).Refused(api.ProblemOwnerOnly)
	if n := len(w.whmcs.Writes()); n > 0 {
		t.Errorf("%d writes reached WHMCS", n)
	}
}

func TestSomebodyWhoseAddressWasChangedElsewhereStaysWhoTheyAre(t *testing.T) {
	w := newWorld(t)
	w.accounts(w.lea)
	w.whmcs.EditUser(number(w.lea), func(u *whmcstest.User) { u.Email = "lea@ailleurs.example" })
	w.later()
	if me := hosttest.Into[api.Me](w.call(w.lea, "GET", "/v1/me", nil), 200); me.Email != "lea@ailleurs.example" {
		t.Errorf("profile %+v", me)
	}
	w.whmcs.DeleteUser(number(w.lea))
	w.later()
	w.call(w.lea, "GET", "/v1/me", nil).Refused(api.ProblemUnauthenticated)
	if _, err := w.p.Profile(oidc.WithFresh(t.Context()), w.lea); !errors.Is(err, host.ErrNotFound) {
		t.Errorf("profile: %v", err)
	}
}

func TestWhoRefreshesATokenIsAskedForAnew(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if _, err := w.p.Profile(ctx, w.lea); err != nil {
		t.Fatal(err)
	}
	w.whmcs.EditUser(number(w.lea), func(u *whmcstest.User) { u.FirstName = "Lia" })
	if p, err := w.p.Profile(ctx, w.lea); err != nil || p.FirstName != "Léa" {
		t.Errorf("a moment later %+v, %v", p, err)
	}
	if p, err := w.p.Profile(oidc.WithFresh(ctx), w.lea); err != nil || p.FirstName != "Lia" {
		t.Errorf("anew %+v, %v", p, err)
	}
	w.whmcs.Trouble(whmcstest.Trouble{Fault: whmcstest.Down})
	if _, err := w.p.Profile(oidc.WithFresh(ctx), w.lea); !errors.Is(err, host.ErrUnavailable) {
		t.Errorf("while WHMCS is down: %v", err)
	}
}

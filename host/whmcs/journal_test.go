package whmcs_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/schedule"
	"concierge/host/whmcs"
	"concierge/host/whmcs/remote"
	"concierge/host/whmcs/whmcstest"
)

const day = 24 * time.Hour

func (w *world) invite(email string, permissions ...string) api.Invitation {
	w.Helper()
	return hosttest.Into[api.Invitation](w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: email, Permissions: permissions}), 201)
}

// recorded wants the account's own record to be these entries, newest first, each its action, target and whether it is unconfirmed.
func (w *world) recorded(account string, want ...string) {
	w.Helper()
	var got []string
	for _, a := range hosttest.Into[api.ActivityPage](w.call(w.marie, "GET", w.account(account)+"/activity", nil), 200).Activity {
		if a.Action == api.ActNote {
			continue
		}
		entry := a.Action + " " + a.Target
		if a.Unconfirmed {
			entry += " unconfirmed"
		}
		got = append(got, entry)
	}
	if !slices.Equal(got, want) {
		w.Errorf("recorded are %q, want %q", got, want)
	}
}

func (w *world) activity(person, account string) []string {
	w.Helper()
	var did []string
	for cursor := ""; ; {
		page := hosttest.Into[api.ActivityPage](w.call(person, "GET", w.account(account)+"/activity?limit=200&cursor="+cursor, nil), 200)
		for _, a := range page.Activity {
			did = append(did, strings.TrimSpace(a.Action+" "+a.Target+" "+a.Text)+" by "+a.Actor)
		}
		if cursor = page.Next; cursor == "" {
			return did
		}
	}
}

func TestFromInvitedToRevoked(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery)
	since := w.changes(w.marie, "").Token
	i := w.invite("noe@mail.example", "emails", "tickets")
	if i.Language != "fr" || i.InvitedBy != "Marie Tremblay" || !i.ExpiresAt.Equal(w.clock.Now().Add(7*day)) || i.Unconfirmed {
		t.Errorf("invitation %+v", i)
	}
	if sent := w.whmcs.Invites(number(w.bakery)); len(sent) != 1 || sorted(sent[0].Permissions) != "emails tickets" {
		t.Errorf("WHMCS sent %+v", sent)
	}
	w.call(w.marie, "POST", at+"/invitations", api.NewInvitation{Email: "NOE@mail.example", Permissions: []string{"emails"}}).Refused(api.ProblemAlreadyInvited)
	w.call(w.marie, "POST", at+"/invitations", api.NewInvitation{Email: "lea@studio.example", Permissions: []string{"emails"}}).Refused(api.ProblemAlreadyUser)
	c := w.changes(w.marie, since)
	if len(c.Accounts) != 1 || c.Accounts[0].ID != w.bakery || c.Accounts[0].Revision != w.snapshot(w.marie, w.bakery).Revision {
		t.Errorf("changes %+v", c)
	}

	noe, err := w.whmcs.Accept("noe@mail.example")
	must(t, err)
	w.poll()
	if c = w.changes(w.marie, c.Token); len(c.Accounts) != 1 {
		t.Errorf("changes %+v", c)
	}
	s := w.snapshot(w.marie, w.bakery)
	if len(s.Invitations) != 0 || s.Revision != c.Accounts[0].Revision {
		t.Errorf("snapshot %+v", s)
	}
	if u := w.user("noe@mail.example"); sorted(u.Permissions) != "emails tickets" {
		t.Errorf("Noé is %+v", u)
	}
	if got := w.activity(w.marie, w.bakery)[0]; !strings.HasPrefix(got, "note User Invite Accepted") && got != "invitation.accepted noe@mail.example by noe@mail.example" {
		t.Errorf("activity %q", got)
	}

	_, err = w.p.ByEmail(context.Background(), "noe@mail.example")
	must(t, err)
	id := w.id(noe.ID)
	if got := w.accounts(id); len(got) != 1 || got[0].Name != "Boulangerie Chez Marcel" || sorted(got[0].Permissions) != "emails tickets" {
		t.Errorf("Noé's accounts %+v", got)
	}
	mine := w.changes(id, "")
	w.call(w.marie, "PUT", at+"/users/"+id+"/permissions", api.PermissionSet{Permissions: []string{"emails"}}).Is(200)
	mine = w.changes(id, mine.Token)
	if len(mine.Accounts) != 1 || mine.Accounts[0].Gone {
		t.Errorf("Noé's changes %+v", mine)
	}
	if m := w.snapshot(id, w.bakery).Me; sorted(m.Permissions) != "emails" {
		t.Errorf("Noé is %+v", m)
	}
	w.call(w.marie, "DELETE", at+"/users/"+id, nil).Is(204)
	if mine = w.changes(id, mine.Token); len(mine.Accounts) != 1 || !mine.Accounts[0].Gone {
		t.Errorf("Noé's changes %+v", mine)
	}
	w.call(id, "GET", at, nil).Is(404)
	if got := w.accounts(id); len(got) != 0 {
		t.Errorf("Noé's accounts %+v", got)
	}
}

func TestAnInvitationAcceptedWithAnotherAddress(t *testing.T) {
	for _, c := range []struct {
		name   string
		happen func(w *world)
		over   bool
	}{
		{"by the only one who is new", func(w *world) { w.acceptAs("noe@mail.example", "autre@mail.example") }, true},
		{"not when two wait", func(w *world) {
			w.invite("bea@mail.example", "emails")
			w.acceptAs("noe@mail.example", "autre@mail.example")
		}, false},
		{"not by somebody with other permissions", func(w *world) {
			u := w.whmcs.AddUser(whmcstest.User{Email: "autre@mail.example"})
			w.whmcs.Link(u.ID, number(w.bakery), "tickets")
		}, false},
		{"not by one of two who are new", func(w *world) {
			w.acceptAs("noe@mail.example", "autre@mail.example")
			u := w.whmcs.AddUser(whmcstest.User{Email: "encore@mail.example"})
			w.whmcs.Link(u.ID, number(w.bakery), "emails")
		}, false},
		{"not by who was there before", func(w *world) { w.whmcs.Link(number(w.sam), number(w.bakery), "emails") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			ends := w.clock.Now().Add(30 * day)
			w.call(w.marie, "POST", w.account(w.bakery)+"/invitations", api.NewInvitation{Email: "noe@mail.example", Permissions: []string{"emails"},
				EndsAt: &ends, Reason: "mandat"}).Is(201)
			c.happen(w)
			w.poll()
			w.changes(w.marie, "")
			over := true
			for _, i := range w.snapshot(w.marie, w.bakery).Invitations {
				over = over && i.Email != "noe@mail.example"
			}
			if over != c.over {
				t.Errorf("the invitation is over: %v, want %v", over, c.over)
			}
			said := strings.Contains(strings.Join(w.activity(w.marie, w.bakery), "; "), "invitation.accepted noe@mail.example by autre@mail.example")
			if said != c.over {
				t.Errorf("it is said: %v; %q", said, w.activity(w.marie, w.bakery))
			}
			if c.over {
				if u := w.user("autre@mail.example"); u.EndsAt == nil || !u.EndsAt.Equal(ends) || u.Reason != "mandat" {
					t.Errorf("the end was not passed on: %+v", u)
				}
			}
		})
	}
}

func (w *world) acceptAs(invited, as string) {
	w.Helper()
	_, err := w.whmcs.AcceptAs(invited, whmcstest.User{Email: as})
	must(w, err)
}

func TestAnInvitationThatExpiredCanBeSentAgainForAWhile(t *testing.T) {
	w := newWorld(t)
	i := w.invite("noe@mail.example", "emails")
	w.clock.Pass(8 * day)
	if got := w.snapshot(w.marie, w.bakery).Invitations; len(got) != 1 || got[0].ExpiresAt.After(w.clock.Now()) {
		t.Fatalf("invitations %+v", got)
	}
	again := hosttest.Into[api.Invitation](w.call(w.marie, "POST", w.account(w.bakery)+"/invitations/"+i.ID+"/resend", nil), 200)
	if !again.ExpiresAt.Equal(w.clock.Now().Add(7 * day)) {
		t.Errorf("valid until %v", again.ExpiresAt)
	}
	w.clock.Pass(38 * day)
	if got := w.snapshot(w.marie, w.bakery).Invitations; len(got) != 0 {
		t.Errorf("invitations %+v", got)
	}
}

func TestAccessEnds(t *testing.T) {
	var told []string
	w := newWorld(t, func(c *whmcs.Config) {
		c.Ended = func(_ context.Context, e schedule.End) { told = append(told, e.Account+"/"+e.User) }
	})
	at := w.account(w.bakery) + "/users/" + w.lea
	since := w.changes(w.marie, "").Token
	ends := w.clock.Now().Add(8 * day)
	u := hosttest.Into[api.User](w.call(w.marie, "PUT", at+"/permissions", api.PermissionSet{Permissions: []string{"products", "domains"}, EndsAt: &ends, Reason: "fin du mandat"}), 200)
	if u.EndsAt == nil || !u.EndsAt.Equal(ends) || u.Reason != "fin du mandat" {
		t.Fatalf("Léa is %+v", u)
	}
	if n := len(w.whmcs.Writes()); n != 0 {
		t.Errorf("%d writes reached WHMCS, which knows of no end", n)
	}
	c := w.changes(w.marie, since)
	w.clock.Pass(2 * day)
	must(t, w.p.Tick(t.Context()))
	c = w.changes(w.marie, c.Token)
	if len(c.Accounts) != 1 || len(c.Accounts[0].Reminders) != 1 || c.Accounts[0].Reminders[0].Days != 7 {
		t.Errorf("changes %+v", c)
	}
	w.clock.Pass(6*day - time.Second)
	w.call(w.lea, "GET", w.account(w.bakery)+"/snapshot", nil).Is(200)
	w.clock.Pass(time.Second)
	w.call(w.lea, "GET", w.account(w.bakery)+"/snapshot", nil).Refused(api.ProblemNotFound) // before anybody took it away
	if got := w.accounts(w.lea); len(got) != 0 {
		t.Errorf("Léa reaches %+v", got)
	}
	mine := w.changes(w.lea, since)
	if len(mine.Accounts) != 1 || !mine.Accounts[0].Gone {
		t.Errorf("Léa's changes %+v", mine)
	}
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"DeleteUserClient"}, Fault: whmcstest.ServerError})
	must(t, w.p.Tick(t.Context()))
	if due, err := w.p.Overdue(t.Context()); err != nil || len(due) != 1 || due[0].Failures != 1 {
		t.Errorf("overdue %+v, %v", due, err)
	}
	if u := w.user("lea@studio.example"); u.EndsAt == nil || !u.EndsAt.Equal(ends) {
		t.Errorf("the owner sees %+v", u) // overdue, never as ended
	}
	w.whmcs.Well()
	w.clock.Pass(time.Hour)
	must(t, w.p.Tick(t.Context()))
	if us := w.snapshot(w.marie, w.bakery).Users; len(us) != 2 || len(told) != 1 {
		t.Errorf("users %+v, told %v", us, told)
	}
	if got := w.activity(w.marie, w.bakery)[0]; got != "user.accessEnded Léa St Pierre Roy by" && got != "user.accessEnded Léa St Pierre Roy by " {
		t.Errorf("activity %q", got)
	}
	if mine = w.changes(w.lea, mine.Token); len(mine.Accounts) != 1 || !mine.Accounts[0].Gone {
		t.Errorf("Léa's changes %+v", mine)
	}
}

func TestAnEndIsPutBackWhenThePermissionsAreRefused(t *testing.T) {
	w := newWorld(t)
	at := w.account(w.bakery) + "/users/" + w.lea + "/permissions"
	first, second := w.clock.Now().Add(30*day), w.clock.Now().Add(90*day)
	w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"products"}, EndsAt: &first}).Is(200)
	w.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"UpdateUserPermissions"}, Times: 1, Fault: whmcstest.Refusal, Message: "no"})
	w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"tickets"}, EndsAt: &second}).Refused(api.ProblemRefusedUpstream)
	if u := w.user("lea@studio.example"); u.EndsAt == nil || !u.EndsAt.Equal(first) || sorted(u.Permissions) != "products" {
		t.Errorf("Léa is %+v", u)
	}
	w.call(w.marie, "PUT", at, api.PermissionSet{Permissions: []string{"products"}}).Is(200)
	if u := w.user("lea@studio.example"); u.EndsAt != nil {
		t.Errorf("Léa is %+v", u)
	}
}

func TestWhatHappensElsewhereIsNoticed(t *testing.T) {
	w := newWorld(t)
	w.snapshot(w.marie, w.bakery)
	w.accounts(w.sam)
	w.poll() // what was before
	token := w.changes(w.marie, "").Token
	sams := w.changes(w.sam, "").Token
	w.poll()
	if c := w.changes(w.marie, token); len(c.Accounts) != 0 {
		t.Fatalf("nothing happened: %+v", c)
	}
	steps := []struct {
		name   string
		happen func()
	}{
		{"a contact", func() { w.whmcs.EditContact(number(w.jo), func(c *whmcstest.Contact) { c.FirstName = "Joe" }) }},
		{"information", func() { w.whmcs.EditClient(number(w.bakery), func(c *whmcstest.Client) { c.Company = "Chez Marcel" }) }},
		{"permissions", func() { w.whmcs.Link(number(w.sam), number(w.bakery), "invoices", "quotes") }},
		{"a name, of somebody who is here", func() {
			w.whmcs.EditUser(number(w.sam), func(u *whmcstest.User) { u.LastName = "Gagné" })
			w.later()
			w.changes(w.sam, "")
		}},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			before := w.snapshot(w.marie, w.bakery).Revision
			s.happen()
			w.poll()
			c := w.changes(w.marie, token)
			if len(c.Accounts) != 1 || c.Accounts[0].Revision == before || c.Accounts[0].Revision != w.snapshot(w.marie, w.bakery).Revision {
				t.Errorf("changes %+v, revision before %s", c, before)
			}
			token = c.Token
		})
	}
	if _, ok := find(w.changes(w.sam, sams).Accounts, func(c api.AccountChange) bool { return c.ID == w.bakery }); !ok {
		t.Errorf("Sam's changes %+v", w.changes(w.sam, sams))
	}
	w.whmcs.Log(whmcstest.Entry{ClientID: number(w.bakery), Description: "Email Sent"}) // nothing that is seen here
	w.poll()
	if c := w.changes(w.marie, token); len(c.Accounts) != 0 {
		t.Errorf("changes %+v", c)
	}
	// Access that came and went elsewhere needs no log: it is read with the person.
	sams = w.changes(w.sam, "").Token
	c := w.whmcs.AddClient(whmcstest.Client{OwnerID: number(w.sam), FirstName: "Autre", Email: "autre@mail.example"})
	w.whmcs.Silently(func() { w.whmcs.Unlink(number(w.sam), number(w.bakery)) })
	w.clock.Pass(30 * time.Second)
	got := map[string]bool{}
	for _, a := range w.changes(w.sam, sams).Accounts {
		got[a.ID] = a.Gone
	}
	if gone, ok := got[w.bakery]; !ok || !gone || len(got) != 2 {
		t.Errorf("Sam's changes %v", got)
	}
	if gone, ok := got[w.id(c.ID)]; !ok || gone {
		t.Errorf("Sam's changes %v", got)
	}
}

func TestWhatLeavesNoTraceInTheLogIsFoundByReadingNowAndThen(t *testing.T) {
	w := newWorld(t)
	before := w.snapshot(w.marie, w.bakery).Revision
	w.poll()
	token := w.changes(w.marie, "").Token
	w.whmcs.Silently(func() {
		w.whmcs.EditContact(number(w.jo), func(c *whmcstest.Contact) { c.FirstName = "Joe" })
	})
	w.poll()
	if c := w.changes(w.marie, token); len(c.Accounts) != 0 {
		t.Errorf("changes %+v", c)
	}
	w.clock.Pass(7 * time.Hour)
	w.accounts(w.marie) // somebody is there
	w.poll()
	if c := w.changes(w.marie, token); len(c.Accounts) != 1 || c.Accounts[0].Revision == before {
		t.Errorf("changes %+v", c)
	}
}

func TestWithoutTheLogWhatHappensElsewhereIsFoundSooner(t *testing.T) {
	w := newWorld(t)
	w.whmcs.Forbid("GetActivityLog")
	w.snapshot(w.marie, w.bakery)
	w.poll()
	w.poll()
	if n := strings.Count(w.log.String(), "is noticed later"); n != 1 {
		t.Errorf("the operator is told %d times", n)
	}
	token := w.changes(w.marie, "").Token
	w.whmcs.EditContact(number(w.jo), func(c *whmcstest.Contact) { c.FirstName = "Joe" })
	w.clock.Pass(20 * time.Minute)
	w.accounts(w.marie)
	w.poll()
	if c := w.changes(w.marie, token); len(c.Accounts) != 1 {
		t.Errorf("changes %+v", c)
	}
}

// restored is a WHMCS whose activity log is what it was before.
type restored struct {
	whmcs.Remote
	to *int64
}

func (r restored) Activity(ctx context.Context, client int64, start, limit int) ([]remote.Entry, error) {
	entries, err := r.Remote.Activity(ctx, client, start, limit)
	return slices.DeleteFunc(entries, func(e remote.Entry) bool { return e.ID > *r.to }), err
}

func TestALogThatWasPutBackToAnEarlierStateIsFollowedFromThere(t *testing.T) {
	last := int64(1 << 40)
	w := newWorld(t, func(c *whmcs.Config) { c.WHMCS = restored{c.WHMCS, &last} })
	w.snapshot(w.marie, w.bakery)
	w.poll()
	w.changes(w.marie, "")
	last = 3
	w.poll()
	token := w.changes(w.marie, "").Token
	last = 1 << 40
	w.whmcs.EditContact(number(w.jo), func(c *whmcstest.Contact) { c.FirstName = "Joe" })
	w.poll()
	if c := w.changes(w.marie, token); len(c.Accounts) != 1 {
		t.Errorf("changes %+v", c)
	}
}

func TestATokenOfAnotherDatabaseAsksToStartOver(t *testing.T) {
	w := newWorld(t)
	for _, token := range []string{"x", "abc.3", strings.Split(w.changes(w.marie, "").Token, ".")[0] + ".99999", "..", "-1"} {
		if c := w.changes(w.marie, token); !c.Reset || c.Token == "" {
			t.Errorf("%q: %+v", token, c)
		}
	}
}

func TestChangesComeInPages(t *testing.T) {
	w := newWorld(t)
	token := w.changes(w.sam, "").Token
	for range 5 {
		w.whmcs.AddClient(whmcstest.Client{OwnerID: number(w.sam), FirstName: "Autre", Email: "autre@mail.example"})
	}
	w.later()
	seen := map[string]bool{}
	for pages := 0; ; pages++ {
		c := hosttest.Into[api.Changes](w.call(w.sam, "GET", "/v1/changes?limit=2&since="+token, nil), 200)
		for _, a := range c.Accounts {
			if seen[a.ID] {
				t.Errorf("%s comes twice", a.ID)
			}
			seen[a.ID] = true
		}
		token = c.Token
		if !c.More {
			break
		}
		if pages > 10 {
			t.Fatal("no end")
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d changes, want 5", len(seen))
	}
}

func TestActivityIsOursAndWhatUsersDidInWHMCSsPages(t *testing.T) {
	w := newWorld(t)
	w.call(w.marie, "PATCH", w.account(w.bakery), map[string]any{"company": "Chez Marcel"}).Is(200)
	w.clock.Pass(time.Minute)
	w.whmcs.Log(whmcstest.Entry{ClientID: number(w.bakery), UserID: number(w.sam), Username: "sam", IP: "203.0.113.7",
		Description: "Viewed <b>invoice</b> #12\x00\u202e &lt;script&gt;alert(1)&lt;/script&gt;\nsecond line"})
	w.whmcs.Log(whmcstest.Entry{ClientID: number(w.bakery), AdminID: 1, Username: "admin", IP: "198.51.100.1", Description: "Client Notes Modified: pays late"})
	w.whmcs.Log(whmcstest.Entry{ClientID: number(w.own), UserID: number(w.sam), Description: "Another account's"})
	page := hosttest.Into[api.ActivityPage](w.call(w.marie, "GET", w.account(w.bakery)+"/activity", nil), 200)
	if len(page.Activity) != 2 || page.Next != "" {
		t.Fatalf("activity %+v", page)
	}
	n := page.Activity[0]
	if n.Action != api.ActNote || n.Actor != "Sam Gagnon" || n.From != "203.0.113.7" || n.Text != "Viewed invoice #12 alert(1) second line" {
		t.Errorf("note %+v", n)
	}
	if a := page.Activity[1]; a.Action != api.ActAccountChanged || a.Actor != "Marie Tremblay" || strings.Join(a.Fields, " ") != "company" || a.From == "" {
		t.Errorf("entry %+v", a)
	}
	w.whmcs.Forbid("GetActivityLog")
	if page := hosttest.Into[api.ActivityPage](w.call(w.marie, "GET", w.account(w.bakery)+"/activity", nil), 200); len(page.Activity) != 1 {
		t.Errorf("activity %+v", page)
	}
}

func TestActivityInPagesIsWholeAndNothingComesTwice(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.clock.Pass(time.Minute)
		if i%3 == 0 {
			w.call(w.marie, "PATCH", w.account(w.bakery), map[string]any{"company": strings.Repeat("x", i+1)}).Is(200)
		} else {
			for range 15 {
				w.whmcs.Log(whmcstest.Entry{ClientID: number(w.bakery), AdminID: 1, Username: "cron", Description: "Cron"})
			}
			w.whmcs.Log(whmcstest.Entry{ClientID: number(w.bakery), UserID: number(w.sam), Description: "Seen"})
		}
	}
	want := len(w.activity(w.marie, w.bakery))
	if want != 30 {
		t.Fatalf("%d entries, want 30", want)
	}
	seen := map[string]bool{}
	cursor, last := "", time.Time{}
	for range 100 {
		page := hosttest.Into[api.ActivityPage](w.call(w.marie, "GET", w.account(w.bakery)+"/activity?limit=4&cursor="+cursor, nil), 200)
		for _, a := range page.Activity {
			if seen[a.ID] || !last.IsZero() && a.At.After(last) {
				t.Errorf("%s comes twice, or late", a.ID)
			}
			seen[a.ID], last = true, a.At
		}
		w.whmcs.Log(whmcstest.Entry{ClientID: number(w.bakery), AdminID: 1, Username: "cron", Description: "Cron"}) // meanwhile
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != want {
		t.Errorf("%d of %d entries came", len(seen), want)
	}
	for _, cursor := range []string{"x", "1.2.3", "1.2.3.-4", "1.2.9999999999.4"} {
		w.call(w.marie, "GET", w.account(w.bakery)+"/activity?cursor="+cursor, nil).Is(404)
	}
}

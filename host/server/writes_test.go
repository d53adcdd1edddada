package server_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/hosttest"
)

func TestAReaderThatHasTheStateIsNotSentItAgain(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/v1/accounts/a1/snapshot", "/v1/accounts/a1", "/v1/me", "/v1/accounts/a1/users/u2",
		"/v1/accounts/a1/invitations/i1", "/v1/accounts/a1/contacts/c1"} {
		tag := w.get("marie", path).Is(200).ETag()
		again := w.get("marie", path, "If-None-Match", `"other", W/`+tag).Is(304)
		if len(again.Body) > 0 || again.ETag() != tag {
			t.Errorf("%s: 304 with %q, etag %s, want %s", path, again.Body, again.ETag(), tag)
		}
	}
	for _, change := range []func(s *api.Snapshot){
		func(s *api.Snapshot) { s.Contacts[0].FirstName = "Joanne" },
		func(s *api.Snapshot) { s.Users[1].LastName = "Autre" },
		func(s *api.Snapshot) { s.Invitations[0].Reason = "essai" },
		func(s *api.Snapshot) { s.Account.Phone = "+15145550000" },
		func(s *api.Snapshot) { s.Contacts = s.Contacts[1:] },
	} {
		tag := w.get("marie", "/v1/accounts/a1/snapshot").ETag()
		w.fake.change(change)
		w.get("marie", "/v1/accounts/a1/snapshot", "If-None-Match", tag).Is(200)
	}
}

func TestTheETagInAResourceIsTheOneInTheHeader(t *testing.T) {
	w := newWorld(t)
	a := w.get("marie", "/v1/accounts/a1/users/u2")
	u := read[api.User](a)
	snap := read[api.Snapshot](w.get("marie", "/v1/accounts/a1/snapshot"))
	if `"`+u.ETag+`"` != a.ETag() || snap.Users[1].ETag != u.ETag {
		t.Errorf("header %s, resource %s, in the snapshot %s", a.ETag(), u.ETag, snap.Users[1].ETag)
	}
	// The etag of a resource serves as If-Match as it is, too.
	w.call("marie", "DELETE", "/v1/accounts/a1/users/u2", nil, "If-Match", u.ETag).Is(204)
}

// changes is one write of each kind of resource that can be changed.
var changes = []struct{ method, path, resource, body string }{
	{"PATCH", "/v1/me", "/v1/me", `{"firstName":"Maria"}`},
	{"PATCH", "/v1/accounts/a1", "/v1/accounts/a1", `{"company":"Chez Maria"}`},
	{"PUT", "/v1/accounts/a1/users/u2/permissions", "/v1/accounts/a1/users/u2", `{"permissions":["tickets"]}`},
	{"DELETE", "/v1/accounts/a1/users/u2", "/v1/accounts/a1/users/u2", ``},
	{"PUT", "/v1/accounts/a1/invitations/i1", "/v1/accounts/a1/invitations/i1", `{"permissions":["tickets"]}`},
	{"DELETE", "/v1/accounts/a1/invitations/i1", "/v1/accounts/a1/invitations/i1", ``},
	{"PATCH", "/v1/accounts/a1/contacts/c2", "/v1/accounts/a1/contacts/c2", `{"firstName":"Alain"}`},
	{"DELETE", "/v1/accounts/a1/contacts/c2", "/v1/accounts/a1/contacts/c2", ``},
}

func TestAWriteNamesTheStateItIsBasedOn(t *testing.T) {
	w := newWorld(t)
	for _, c := range changes {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			w := &world{T: t, url: w.url, fake: w.fake, db: w.db, clock: w.clock}
			w.reset()
			var body any
			if c.body != "" {
				body = c.body
			}
			w.call("marie", c.method, c.path, body).Is(428).Refused(api.ProblemPreconditionRequired)
			w.call("marie", c.method, c.path, body, "If-Match", "*").Is(428)

			before := w.get("marie", c.resource)
			stale := w.call("marie", c.method, c.path, body, "If-Match", `"older"`).Is(412).Refused(api.ProblemStale)
			var current, now map[string]any
			hosttest.Answer{TB: t, Body: stale.Current}.Decode(&current)
			before.Decode(&now)
			if current["etag"] != now["etag"] || current["id"] != now["id"] {
				t.Errorf("current is %s, want %s", stale.Current, before.Body)
			}

			a := w.call("marie", c.method, c.path, body, "If-Match", `"older", `+before.ETag())
			if c.method == "DELETE" {
				a.Is(204)
				w.get("marie", c.resource).Is(404)
				return
			}
			a.Is(200)
			after := w.get("marie", c.resource)
			if string(a.Body) != string(after.Body) || a.ETag() != after.ETag() || a.ETag() == before.ETag() {
				t.Errorf("the write answered %s %s, reading answers %s %s", a.ETag(), a.Body, after.ETag(), after.Body)
			}
		})
	}
}

func TestOfSimultaneousWritesOnTheSameStateExactlyOneWins(t *testing.T) {
	w := newWorld(t)
	for round, writers := range []int{2, 2, 8, 8} {
		tag := w.etag("marie", "/v1/accounts/a1/users/u2")
		status := make([]int, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				set := fmt.Sprintf(`{"permissions":["tickets"],"reason":"round %d, writer %d"}`, round, i)
				status[i] = w.call("marie", "PUT", "/v1/accounts/a1/users/u2/permissions", set, "If-Match", tag).Status
			})
		}
		all.Wait()
		slices.Sort(status)
		if status[0] != 200 || status[1] != 412 || status[writers-1] != 412 {
			t.Fatalf("answered %v, want one 200 and 412 to the others", status)
		}
	}
}

func TestAWriteThatChangesNothingIsAnsweredAndNotDone(t *testing.T) {
	w := newWorld(t)
	revision := read[api.Snapshot](w.get("marie", "/v1/accounts/a1/snapshot")).Revision
	w.write("marie", "PATCH", "/v1/accounts/a1", `{"company":"Boulangerie Chez Marcel","emailPreferences":{"general":true,"domain":false}}`).Is(200)
	w.write("marie", "PATCH", "/v1/accounts/a1", `{}`).Is(200)
	w.write("marie", "PATCH", "/v1/accounts/a1/contacts/c1", `{"email":"jo@chezmarcel.example"}`).Is(200)
	w.write("marie", "PUT", "/v1/accounts/a1/users/u2/permissions", `{"permissions":["products"]}`).Is(200)
	w.write("marie", "PUT", "/v1/accounts/a1/invitations/i1", `{"permissions":["domains","domains"]}`).Is(200)
	if got := read[api.Snapshot](w.get("marie", "/v1/accounts/a1/snapshot")).Revision; got != revision {
		t.Errorf("the revision moved from %s to %s", revision, got)
	}
}

func TestAProviderIsToldWhoActed(t *testing.T) {
	w := newWorld(t)
	w.write("marie", "DELETE", "/v1/accounts/a1/users/u2", nil).Is(204)
	want := host.Actor{PersonID: "marie", Name: "Marie Tremblay", Email: "marie@chezmarcel.example", From: "127.0.0.1"}
	if w.fake.lastFor != want {
		t.Errorf("got %+v, want %+v", w.fake.lastFor, want)
	}
}

const newContact = `{"firstName":"Zoé","email":"zoe@mail.example"}`

func TestARepeatedPostIsAnsweredTheSameWithoutActingAgain(t *testing.T) {
	w := newWorld(t)
	add := func(key, body string) hosttest.Answer {
		return w.call("marie", "POST", "/v1/accounts/a1/contacts", body, api.HeaderIdempotencyKey, key)
	}
	contacts := func() int {
		return len(read[api.ContactList](w.get("marie", "/v1/accounts/a1/contacts")).Contacts)
	}
	first := add("k1", newContact).Is(201)
	w.fake.change(func(s *api.Snapshot) { s.Contacts[2].FirstName = "Zoë" }) // the first answer, not the present state
	again := add("k1", newContact).Is(201)
	if string(first.Body) != string(again.Body) || first.ETag() != again.ETag() ||
		first.Header.Get("Location") != "/v1/accounts/a1/contacts/c3" || again.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("first %v %s\nagain %v %s", first.Header, first.Body, again.Header, again.Body)
	}
	if contacts() != 3 {
		t.Errorf("%d contacts, want 3", contacts())
	}

	add("k1", `{"firstName":"Zoé","email":"other@mail.example"}`).Is(422).Refused(api.ProblemIdempotencyMismatch)
	w.call("marie", "POST", "/v1/accounts/a1/invitations/i1/resend", nil, api.HeaderIdempotencyKey, "k1").Is(422).Refused(api.ProblemIdempotencyMismatch)

	w.fake.change(func(s *api.Snapshot) { s.Invitations = append(s.Invitations, api.Invitation{ID: "i2"}) })
	w.call("marie", "POST", "/v1/accounts/a1/invitations/i1/resend", nil, api.HeaderIdempotencyKey, "k3").Is(200)
	w.call("marie", "POST", "/v1/accounts/a1/invitations/i2/resend", nil, api.HeaderIdempotencyKey, "k3").Is(422).Refused(api.ProblemIdempotencyMismatch)

	w.fake.join("sam", "contacts") // keys are each person's own
	w.call("sam", "POST", "/v1/accounts/a1/contacts", `{"firstName":"Sam","email":"une@mail.example"}`, api.HeaderIdempotencyKey, "k1").Is(201)
	add("k2", `{"firstName":"Zoé","email":"deux@mail.example"}`).Is(201)
	add("k4", newContact).Wrong("/email taken") // which is another call, that would add the same contact
	if contacts() != 5 {
		t.Errorf("%d contacts, want 5", contacts())
	}

	w.clock.Pass(7 * 24 * time.Hour) // forgotten
	add("k1", `{"firstName":"Zoé","email":"trois@mail.example"}`).Is(201)
	if contacts() != 6 {
		t.Errorf("%d contacts, want 6", contacts())
	}
	var kept int
	if err := w.db.Querier(t.Context()).QueryRowContext(t.Context(), `SELECT count(*) FROM answers`).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d answers are kept (%v), want only the last", kept, err)
	}
}

func TestARepeatWhileTheFirstIsUnderWayActsOnce(t *testing.T) {
	for _, withoutTransactions := range []bool{false, true} { // a gateway's system has none
		w := newWorld(t)
		w.fake.withoutTransactions = withoutTransactions
		repeatAtOnce(w)
	}
}

func repeatAtOnce(w *world) {
	w.Helper()
	var status [4]int
	var all sync.WaitGroup
	for i := range status {
		all.Go(func() {
			status[i] = w.call("marie", "POST", "/v1/accounts/a1/contacts", newContact, api.HeaderIdempotencyKey, "k").Status
		})
	}
	all.Wait()
	n := len(read[api.ContactList](w.get("marie", "/v1/accounts/a1/contacts")).Contacts)
	if status != [4]int{201, 201, 201, 201} || n != 3 {
		w.Errorf("answered %v and there are %d contacts, want 201 each and 3", status, n)
	}
}

func TestAPostNeedsAKeyThatCanBeKept(t *testing.T) {
	w := newWorld(t)
	long := make([]byte, 129)
	for i := range long {
		long[i] = 'k'
	}
	for _, key := range []string{"", "two words", "clé", string(long)} {
		w.call("marie", "POST", "/v1/accounts/a1/contacts", newContact, api.HeaderIdempotencyKey, key).Is(400).Refused(api.ProblemIdempotencyRequired)
	}
	w.call("marie", "POST", "/v1/accounts/a1/contacts", newContact, api.HeaderIdempotencyKey, string(long[:128])).Is(201)
}

func TestARefusalIsNotRemembered(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.fail["AddContact"] = host.ErrUnavailable
	w.fake.mu.Unlock()
	add := func() hosttest.Answer {
		return w.call("marie", "POST", "/v1/accounts/a1/contacts", newContact, api.HeaderIdempotencyKey, "k")
	}
	add().Is(503)
	w.fake.mu.Lock()
	delete(w.fake.fail, "AddContact")
	w.fake.mu.Unlock()
	add().Is(201)
}

func TestAPostOnSomethingThatExistsHonoursIfMatchWhereItIsSent(t *testing.T) {
	w := newWorld(t)
	path := "/v1/accounts/a1/invitations/i1/resend"
	w.post("marie", path, nil, "If-Match", `"older"`).Is(412).Refused(api.ProblemStale)
	w.clock.Pass(time.Hour)
	a := w.post("marie", path, nil, "If-Match", w.etag("marie", "/v1/accounts/a1/invitations/i1"))
	if got := read[api.Invitation](a).ExpiresAt; !got.Equal(w.clock.Now().Add(7 * 24 * time.Hour)) {
		t.Errorf("valid until %v", got)
	}
}

func TestAFailureInTheMiddleLeavesNothing(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.fail["RemoveUser"] = errors.New("broken")
	w.fake.mu.Unlock()
	w.write("marie", "DELETE", "/v1/accounts/a1/users/u2", nil).Is(500)
	w.get("marie", "/v1/accounts/a1/users/u2").Is(200)
}

func TestAnInvitationThatEndedMeanwhileIsSaidToBeOver(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.fail["ResendInvitation"], w.fake.fail["CancelInvitation"] = host.ErrNotFound, host.ErrNotFound
	w.fake.mu.Unlock()
	w.post("marie", "/v1/accounts/a1/invitations/i1/resend", nil).Is(http.StatusConflict).Refused(api.ProblemInvitationOver)
	w.write("marie", "DELETE", "/v1/accounts/a1/invitations/i1", nil).Is(http.StatusConflict).Refused(api.ProblemInvitationOver)
}

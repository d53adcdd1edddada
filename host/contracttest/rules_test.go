package contracttest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
)

// writes are one of each write of something that exists, with the path it is read at.
func writes(s scene) []struct {
	method, path, resource string
	body                   any
} {
	return []struct {
		method, path, resource string
		body                   any
	}{
		{"PATCH", "/v1/me", "/v1/me", api.MePatch{FirstName: ptr("Maria")}},
		{"PATCH", s.account, s.account, api.AccountPatch{Company: ptr("Chez Maria")}},
		{"PUT", s.user + "/permissions", s.user, api.PermissionSet{Permissions: []string{"tickets"}}},
		{"PATCH", s.contact, s.contact, api.ContactPatch{FirstName: ptr("Alain")}},
		{"DELETE", s.spare, s.spare, nil},
		{"DELETE", s.sam, s.sam, nil},
	}
}

func TestAWriteNamesTheStateItIsBasedOn(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		for _, c := range writes(s) {
			current := s.owner.get(c.resource).etag()
			s.owner.call(c.method, c.path, c.body, "If-Match", "").is(428).refused(api.ProblemPreconditionRequired)
			s.owner.call(c.method, c.path, c.body, "If-Match", "*").is(428).refused(api.ProblemPreconditionRequired)
			p := s.owner.call(c.method, c.path, c.body, "If-Match", `"an older one"`).is(412).refused(api.ProblemStale)
			var now struct {
				ETag string `json:"etag"`
			}
			must(w, json.Unmarshal(p.Current, &now))
			if `"`+now.ETag+`"` != current {
				w.Errorf("%s %s: the state shown is %s, and now is %s", c.method, c.path, now.ETag, current)
			}
			if after := s.owner.get(c.resource).etag(); after != current {
				w.Errorf("%s %s: a refused write changed it", c.method, c.path)
			}
			a := s.owner.call(c.method, c.path, c.body, "If-Match", now.ETag)
			if !a.done() {
				w.Errorf("with the state that was shown: %s", a)
			}
			if c.body != nil && (a.etag() == current || a.etag() != s.owner.get(c.resource).etag()) {
				w.Errorf("%s %s: then %s", c.method, c.path, a.etag())
			}
		}
	})
}

func TestAReaderThatHasTheStateIsNotSentItAgain(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		for _, path := range []string{"/v1/me", s.account, s.account + "/snapshot", s.user, s.contact, s.invitation} {
			a := s.owner.get(path)
			again := s.owner.get(path, "If-None-Match", `"other", W/`+a.etag())
			if a.status != 200 || again.status != 304 || len(again.body) > 0 || again.etag() != a.etag() {
				w.Errorf("%s, then %s", a, again)
			}
		}
		tag := s.owner.get(s.account + "/snapshot").etag()
		s.owner.call("PATCH", s.contact, api.ContactPatch{FirstName: ptr("Alain")}).is(200)
		s.owner.get(s.account+"/snapshot", "If-None-Match", tag).is(200)
	})
}

func TestWhatChangesNothingMovesNothing(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		before := s.owner.snapshot(s.account).Revision
		_, u := s.owner.user(s.account, sam)
		s.owner.call("PUT", s.sam+"/permissions", api.PermissionSet{Permissions: u.Permissions, EndsAt: u.EndsAt, Reason: u.Reason}).is(200)
		s.owner.call("PATCH", s.account, map[string]any{}).is(200)
		s.owner.call("PATCH", s.contact, api.ContactPatch{FirstName: ptr("Renée"), EmailPreferences: api.MailPreferences{"domain": true}}).is(200)
		if after := s.owner.snapshot(s.account).Revision; after != before {
			w.Errorf("the revision went from %s to %s", before, after)
		}
	})
}

func TestARepeatedPostActsOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		m, s := w.as(marie), w.as(sam)
		account := m.account(bakery)
		path := account + "/contacts"
		body := api.NewContact{FirstName: "Une", Email: "une@chezmarcel.example"}
		first := m.post(path, body, api.HeaderIdempotencyKey, "the-same").is(201)
		again := m.post(path, body, api.HeaderIdempotencyKey, "the-same").is(201)
		if string(again.body) != string(first.body) || again.etag() != first.etag() || again.header.Get("Location") != first.header.Get("Location") {
			w.Errorf("%s, then %s", first, again)
		}
		if n := len(m.snapshot(account).Contacts); n != 5 {
			w.Errorf("%d contacts", n)
		}
		m.post(path, api.NewContact{FirstName: "Deux", Email: "deux@chezmarcel.example"}, api.HeaderIdempotencyKey, "the-same").is(422).refused(api.ProblemIdempotencyMismatch)
		m.post("/v1/me/password-reset", nil, api.HeaderIdempotencyKey, "the-same").is(422).refused(api.ProblemIdempotencyMismatch)
		// Keys are everybody's own.
		own := s.account(firm) + "/contacts"
		s.post(own, body, api.HeaderIdempotencyKey, "the-same").is(201)
		for _, key := range []string{"", strings.Repeat("k", 129), "a b", "é"} {
			m.post(path, body, api.HeaderIdempotencyKey, key).is(400).refused(api.ProblemIdempotencyRequired)
		}
	})
}

func TestAccountsComeInPagesEachOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		s := w.as(sam)
		var ids []string
		pages := 0
		for cursor := ""; ; pages++ {
			page := into[api.AccountPage](s.get("/v1/accounts?limit=7&cursor="+query(cursor)), 200)
			for _, a := range page.Accounts {
				ids = append(ids, a.ID)
				if a.Name == "" || a.Revision == "" || len(a.Permissions) == 0 || a.Role == "" {
					w.Errorf("account %+v", a)
				}
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		unique := slices.Compact(slices.Sorted(slices.Values(ids)))
		if len(ids) != 40 || len(unique) != 40 || pages != 5 {
			w.Errorf("%d accounts, %d of them different, %d pages", len(ids), len(unique), pages+1)
		}
		for _, q := range []string{"limit=0", "limit=501", "limit=x", "limit=-1", "page=2", "cursor=" + strings.Repeat("9", 201)} {
			s.get("/v1/accounts?" + q).is(422).refused(api.ProblemInvalid)
		}
	})
}

func TestActivityComesInPagesNewestFirst(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		for i := range 5 {
			w.clock.pass(time.Second)
			m.contact(account, fmt.Sprint("N", i), fmt.Sprintf("n%d@chezmarcel.example", i))
		}
		var seen []string
		cursor := ""
		for range 3 {
			a := m.get(account + "/activity?limit=2&cursor=" + query(cursor))
			if !a.can(w.features().Activity) {
				return
			}
			page := into[api.ActivityPage](a, 200)
			for _, one := range page.Activity {
				seen = append(seen, one.Target)
				if one.Action == api.ActContactAdded && one.Target[0] == 'N' && (one.Actor != "Marie Tremblay" || one.ActorEmail != marie) {
					w.Errorf("done by %+v", one)
				}
			}
			cursor = page.Next
		}
		if got := strings.Join(seen[:5], " "); got != "N4 N3 N2 N1 N0" {
			w.Errorf("activity: %q", seen)
		}
	})
}

func TestAllAccountsCostOneRequestAndWhatIsGoneIsSaid(t *testing.T) {
	everywhere(t, func(w *world) {
		m, s := w.as(marie), w.as(sam)
		account := m.account(bakery)
		id := strings.TrimPrefix(account, "/v1/accounts/")
		s.accounts()
		token := s.changes("").Token
		if c := s.changes(token); len(c.Accounts) != 0 || c.Reset || c.More {
			w.Errorf("nothing happened, and %+v", c)
		}
		m.contact(account, "Une", "une@chezmarcel.example")
		c := s.changes(token)
		if len(c.Accounts) != 1 || c.Accounts[0].ID != id || c.Accounts[0].Gone || c.Accounts[0].Revision != s.snapshot(account).Revision {
			w.Errorf("changes %+v, the revision is %s", c, s.snapshot(account).Revision)
		}
		if again := s.changes(c.Token); len(again.Accounts) != 0 {
			w.Errorf("and again %+v", again)
		}
		user, _ := m.user(account, sam)
		m.call("DELETE", user, nil).is(204)
		gone := s.changes(c.Token)
		if len(gone.Accounts) != 1 || gone.Accounts[0].ID != id || !gone.Accounts[0].Gone || gone.Accounts[0].Revision != "" {
			w.Errorf("after the removal %+v", gone)
		}
		m.contact(account, "Deux", "deux@chezmarcel.example")
		if c := s.changes(gone.Token); len(c.Accounts) != 0 {
			w.Errorf("of an account that is not theirs: %+v", c)
		}
		for _, foreign := range []string{"x", "x.1", gone.Token + "9999999", "-1", strings.Split(gone.Token, ".")[0] + ".-1", "%00"} {
			if c := s.changes(foreign); !c.Reset || c.Token == "" || len(c.Accounts) != 0 {
				w.Errorf("since %q: %+v", foreign, c)
			}
		}
		s.get("/v1/changes?since=" + strings.Repeat("x", 201)).is(422).refused(api.ProblemInvalid)
	})
}

func TestChangesComeInPages(t *testing.T) {
	everywhere(t, func(w *world) {
		s := w.as(sam)
		s.accounts()
		token := s.changes("").Token
		var want []string
		for _, a := range s.accounts() {
			if a.Role == api.RoleOwner {
				s.contact("/v1/accounts/"+a.ID, "Une", "une@courrier.example")
				want = append(want, a.ID)
			}
		}
		var got []string
		for more := true; more; {
			c := into[api.Changes](s.get("/v1/changes?limit=2&since="+query(token)), 200)
			for _, a := range c.Accounts {
				got = append(got, a.ID)
			}
			token, more = c.Token, c.More
		}
		slices.Sort(got)
		slices.Sort(want)
		if len(want) != 3 || !slices.Equal(got, want) {
			w.Errorf("%q changed, told are %q", want, got)
		}
	})
}

func TestWhatIsSensitiveIsProvenWhereAHostAsksForIt(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		path := m.account(bakery) + "/invitations"
		body := api.NewInvitation{Email: guest, Permissions: []string{"emails"}}
		p := m.post(path, body, api.HeaderIdempotencyKey, "k").is(403).refused(api.ProblemStepUp)
		ch := p.Challenge
		if ch.Condition != api.ConditionInvite || strings.Contains(ch.SentTo, "marie@") || !ch.ExpiresAt.Equal(w.clock.now().Add(10*time.Minute)) || len(ch.Fields) != 1 ||
			w.Invitations(guest) != 0 {
			w.Errorf("challenge %+v, %d invitations", ch, w.Invitations(guest))
		}
		code, answers := w.Code(marie), "/v1/challenges/"+ch.ID
		m.post(path, body, api.HeaderIdempotencyKey, "k", api.HeaderChallenge, ch.ID).refused(api.ProblemStepUp) // not answered yet
		m.post(answers, typed(other(code))).is(422).refused(api.ProblemChallengeWrong)
		w.as(sam).post(answers, typed(code)).refused(api.ProblemNotFound)
		m.post(answers, map[string]any{"values": map[string]string{"code": code, "x": "1"}}).wrong("/values/x unknown")
		m.post(answers, typed(code)).is(204)
		// The proof is for this call alone.
		m.post(path, api.NewInvitation{Email: "x@comptoir.example", Permissions: []string{"emails"}}, api.HeaderChallenge, ch.ID).refused(api.ProblemStepUp)
		m.post(path, body, api.HeaderIdempotencyKey, "k", api.HeaderChallenge, ch.ID).is(201)
		m.post(answers, typed(code)).refused(api.ProblemChallengeOver)
		if w.Invitations(guest) != 1 {
			w.Errorf("%d invitations", w.Invitations(guest))
		}
		// And it is over after five wrong tries, or ten minutes.
		ask := func(address string) (string, string) {
			return "/v1/challenges/" + m.post(path, api.NewInvitation{Email: address, Permissions: []string{"emails"}}).refused(api.ProblemStepUp).Challenge.ID, w.Code(marie)
		}
		answers, code = ask("y@comptoir.example")
		for range 5 {
			m.post(answers, typed(other(code))).refused(api.ProblemChallengeWrong)
		}
		m.post(answers, typed(code)).is(410).refused(api.ProblemChallengeOver)
		answers, code = ask("z@comptoir.example")
		w.clock.pass(10 * time.Minute)
		m = w.as(marie) // whose access token was over too
		m.post(answers, typed(code)).is(410).refused(api.ProblemChallengeOver)
	})
}

// other is another code.
func other(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		m := s.owner
		contacts, invitations := s.account+"/contacts", s.account+"/invitations"
		m.post(contacts, map[string]any{"email": "x"}).wrong("/firstName required", "/email invalid")
		m.post(contacts, map[string]any{"firstName": "X"}).wrong("/email required")
		m.post(contacts, map[string]any{"firstName": strings.Repeat("é", 101), "email": "x@y.example"}).wrong("/firstName tooLong")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "nickname": "Z"}).wrong("/nickname unknown")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "emailPreferences": map[string]bool{"a/b~c": true}}).wrong("/emailPreferences/a~1b~0c unknownKey")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "address": api.Address{Country: "CAN"}}).wrong("/address/country tooLong")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "address": api.Address{Country: "XX"}}).wrong("/address/country invalid")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "address": api.Address{Country: "CA", PostalCode: "12345"}}).wrong("/address/postalCode invalid")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "phone": "call me"}).wrong("/phone invalid")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "language": "zz"}).wrong("/language invalid")
		m.post(invitations, map[string]any{"email": "x@y.example"}).wrong("/permissions required")
		m.post(invitations, map[string]any{"email": "x@y.example", "permissions": []string{"invoices", "root"}}).wrong("/permissions/1 unknownKey")
		m.post(invitations, map[string]any{"email": "x@y.example", "permissions": "all"}).wrong("/permissions invalid")
		m.post(invitations, map[string]any{"email": "x@y.example", "permissions": []string{"emails"}, "role": "owner"}).wrong("/role unknown")
		m.call("PUT", s.sam+"/permissions", map[string]any{"permissions": []string{"emails"}, "endsAt": w.clock.now()}).wrong("/endsAt past")
		m.call("PUT", s.sam+"/permissions", map[string]any{"permissions": []string{"emails"}, "endsAt": "tomorrow"}).wrong("/endsAt invalid")
		m.call("PATCH", s.account, map[string]any{"company": "", "firstName": "", "lastName": ""}).wrong("/firstName required")
		m.call("PATCH", "/v1/me", map[string]any{"firstName": ""}).wrong("/firstName required")
		m.call("PATCH", "/v1/me", map[string]any{"email": "x@y.example"}).wrong("/email unknown")
		m.post(invitations, map[string]any{"email": sam, "permissions": []string{"emails"}}).is(409).refused(api.ProblemAlreadyUser)
		m.post(contacts, map[string]any{"firstName": "X", "email": "TI@ChezMarcel.example"}).wrong("/email taken")
		m.call("PATCH", s.contact, map[string]any{"email": "ti@chezmarcel.example"}).wrong("/email taken")
		m.call("PATCH", s.contact, map[string]any{"email": "Renee@chezmarcel.example"}).is(200)
		m.post(contacts, raw(`{"firstName":`)).is(400).refused(api.ProblemMalformed)
	})
}

func TestTheOwnerIsProtected(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		path, _ := m.user(account, marie)
		m.call("PUT", path+"/permissions", api.PermissionSet{Permissions: []string{"emails"}}).is(409).refused(api.ProblemOwnerProtected)
		m.call("DELETE", path, nil).is(409).refused(api.ProblemOwnerProtected)
	})
}

func TestAccessEndsAtItsMoment(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		user, _ := m.user(account, lea)
		end := w.clock.now().Add(24*time.Hour + time.Minute)
		a := m.call("PUT", user+"/permissions", api.PermissionSet{Permissions: []string{"contacts"}, EndsAt: &end, Reason: "remplacement"})
		if !a.can(w.features().AccessEnds) {
			return
		}
		if u := into[api.User](a, 200); u.EndsAt == nil || !u.EndsAt.Equal(end) || u.Reason != "remplacement" {
			w.Errorf("user %+v", u)
		}
		var reminders []api.Reminder
		token := m.changes("").Token
		w.clock.pass(time.Minute)
		must(w, w.Tick(context.Background()))
		for _, c := range m.changes(token).Accounts {
			reminders = append(reminders, c.Reminders...)
		}
		if len(reminders) != 1 || !strings.HasSuffix(user, "/users/"+reminders[0].UserID) || !reminders[0].EndsAt.Equal(end) || reminders[0].Days != 1 {
			w.Errorf("reminders %+v", reminders)
		}
		w.clock.pass(24*time.Hour - time.Second)
		l := w.as(lea)
		since := l.changes("").Token
		l.get(account + "/contacts").is(200)
		w.clock.pass(time.Second)
		l.get(account + "/contacts").refused(api.ProblemNotFound)
		l.get(account + "/snapshot").refused(api.ProblemNotFound)
		if slices.ContainsFunc(l.accounts(), func(a api.AccountSummary) bool { return a.Name == bakery }) {
			w.Error("it is still listed")
		}
		must(w, w.Tick(context.Background()))
		c := l.changes(since)
		if len(c.Accounts) != 1 || !c.Accounts[0].Gone {
			w.Errorf("told is %+v", c)
		}
		l.get("/v1/me").is(http.StatusOK) // who they are has not ended
	})
}

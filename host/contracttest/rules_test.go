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
	"concierge/host/hosttest"
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
			current := s.owner.get(c.resource).ETag()
			s.owner.call(c.method, c.path, c.body, "If-Match", "").Is(428).Refused(api.ProblemPreconditionRequired)
			s.owner.call(c.method, c.path, c.body, "If-Match", "*").Is(428).Refused(api.ProblemPreconditionRequired)
			p := s.owner.call(c.method, c.path, c.body, "If-Match", `"an older one"`).Is(412).Refused(api.ProblemStale)
			var now struct {
				ETag string `json:"etag"`
			}
			must(w, json.Unmarshal(p.Current, &now))
			if `"`+now.ETag+`"` != current {
				w.Errorf("%s %s: the state shown is %s, and now is %s", c.method, c.path, now.ETag, current)
			}
			if after := s.owner.get(c.resource).ETag(); after != current {
				w.Errorf("%s %s: a refused write changed it", c.method, c.path)
			}
			a := s.owner.call(c.method, c.path, c.body, "If-Match", now.ETag)
			if !a.Done() {
				w.Errorf("with the state that was shown: %s", a)
			}
			if c.body != nil && (a.ETag() == current || a.ETag() != s.owner.get(c.resource).ETag()) {
				w.Errorf("%s %s: then %s", c.method, c.path, a.ETag())
			}
		}
	})
}

func TestAReaderThatHasTheStateIsNotSentItAgain(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		for _, path := range []string{"/v1/me", s.account, s.account + "/snapshot", s.user, s.contact, s.invitation} {
			a := s.owner.get(path)
			again := s.owner.get(path, "If-None-Match", `"other", W/`+a.ETag())
			if a.Status != 200 || again.Status != 304 || len(again.Body) > 0 || again.ETag() != a.ETag() {
				w.Errorf("%s, then %s", a, again)
			}
		}
		tag := s.owner.get(s.account + "/snapshot").ETag()
		s.owner.call("PATCH", s.contact, api.ContactPatch{FirstName: ptr("Alain")}).Is(200)
		s.owner.get(s.account+"/snapshot", "If-None-Match", tag).Is(200)
	})
}

func TestWhatChangesNothingMovesNothing(t *testing.T) {
	everywhere(t, func(w *world) {
		s := set(w)
		before := s.owner.snapshot(s.account).Revision
		_, u := s.owner.user(s.account, sam)
		s.owner.call("PUT", s.sam+"/permissions", api.PermissionSet{Permissions: u.Permissions, EndsAt: u.EndsAt, Reason: u.Reason}).Is(200)
		s.owner.call("PATCH", s.account, map[string]any{}).Is(200)
		s.owner.call("PATCH", s.contact, api.ContactPatch{FirstName: ptr("Renée"), EmailPreferences: api.MailPreferences{"domain": true}}).Is(200)
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
		first := m.post(path, body, api.HeaderIdempotencyKey, "the-same").Is(201)
		again := m.post(path, body, api.HeaderIdempotencyKey, "the-same").Is(201)
		if string(again.Body) != string(first.Body) || again.ETag() != first.ETag() || again.Header.Get("Location") != first.Header.Get("Location") {
			w.Errorf("%s, then %s", first, again)
		}
		if n := len(m.snapshot(account).Contacts); n != 5 {
			w.Errorf("%d contacts", n)
		}
		m.post(path, api.NewContact{FirstName: "Deux", Email: "deux@chezmarcel.example"}, api.HeaderIdempotencyKey, "the-same").Is(422).Refused(api.ProblemIdempotencyMismatch)
		m.post("/v1/me/password-reset", nil, api.HeaderIdempotencyKey, "the-same").Is(422).Refused(api.ProblemIdempotencyMismatch)
		// Keys are everybody's own.
		own := s.account(firm) + "/contacts"
		s.post(own, body, api.HeaderIdempotencyKey, "the-same").Is(201)
		for _, key := range []string{"", strings.Repeat("k", 129), "a b", "é"} {
			m.post(path, body, api.HeaderIdempotencyKey, key).Is(400).Refused(api.ProblemIdempotencyRequired)
		}
	})
}

func TestAccountsComeInPagesEachOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		s := w.as(sam)
		var ids []string
		pages := 0
		for cursor := ""; ; pages++ {
			page := hosttest.Into[api.AccountPage](s.get("/v1/accounts?limit=7&cursor="+query(cursor)), 200)
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
			s.get("/v1/accounts?" + q).Is(422).Refused(api.ProblemInvalid)
		}
	})
}

func TestActivityComesInPagesNewestFirst(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		for i := range 5 {
			w.clock.Pass(time.Second)
			m.contact(account, fmt.Sprint("N", i), fmt.Sprintf("n%d@chezmarcel.example", i))
		}
		var seen []string
		cursor := ""
		for range 3 {
			a := m.get(account + "/activity?limit=2&cursor=" + query(cursor))
			if !can(a, w.features().Activity) {
				return
			}
			page := hosttest.Into[api.ActivityPage](a, 200)
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
		m.call("DELETE", user, nil).Is(204)
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
		s.get("/v1/changes?since=" + strings.Repeat("x", 201)).Is(422).Refused(api.ProblemInvalid)
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
			c := hosttest.Into[api.Changes](s.get("/v1/changes?limit=2&since="+query(token)), 200)
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
		p := m.post(path, body, api.HeaderIdempotencyKey, "k").Is(403).Refused(api.ProblemStepUp)
		ch := p.Challenge
		if ch.Condition != api.ConditionInvite || strings.Contains(ch.SentTo, "marie@") || !ch.ExpiresAt.Equal(w.clock.Now().Add(10*time.Minute)) || len(ch.Fields) != 1 ||
			w.Invitations(guest) != 0 {
			w.Errorf("challenge %+v, %d invitations", ch, w.Invitations(guest))
		}
		code, answers := w.Code(marie), "/v1/challenges/"+ch.ID
		m.post(path, body, api.HeaderIdempotencyKey, "k", api.HeaderChallenge, ch.ID).Refused(api.ProblemStepUp) // not answered yet
		m.post(answers, typed(other(code))).Is(422).Refused(api.ProblemChallengeWrong)
		w.as(sam).post(answers, typed(code)).Refused(api.ProblemNotFound)
		m.post(answers, map[string]any{"values": map[string]string{"code": code, "x": "1"}}).Wrong("/values/x unknown")
		m.post(answers, typed(code)).Is(204)
		// The proof is for this call alone.
		m.post(path, api.NewInvitation{Email: "x@comptoir.example", Permissions: []string{"emails"}}, api.HeaderChallenge, ch.ID).Refused(api.ProblemStepUp)
		m.post(path, body, api.HeaderIdempotencyKey, "k", api.HeaderChallenge, ch.ID).Is(201)
		m.post(answers, typed(code)).Refused(api.ProblemChallengeOver)
		if w.Invitations(guest) != 1 {
			w.Errorf("%d invitations", w.Invitations(guest))
		}
		// And it is over after five wrong tries, or ten minutes.
		ask := func(address string) (string, string) {
			return "/v1/challenges/" + m.post(path, api.NewInvitation{Email: address, Permissions: []string{"emails"}}).Refused(api.ProblemStepUp).Challenge.ID, w.Code(marie)
		}
		answers, code = ask("y@comptoir.example")
		for range 5 {
			m.post(answers, typed(other(code))).Refused(api.ProblemChallengeWrong)
		}
		m.post(answers, typed(code)).Is(410).Refused(api.ProblemChallengeOver)
		answers, code = ask("z@comptoir.example")
		w.clock.Pass(10 * time.Minute)
		m = w.as(marie) // whose access token was over too
		m.post(answers, typed(code)).Is(410).Refused(api.ProblemChallengeOver)
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
		m.post(contacts, map[string]any{"email": "x"}).Wrong("/firstName required", "/email invalid")
		m.post(contacts, map[string]any{"firstName": "X"}).Wrong("/email required")
		m.post(contacts, map[string]any{"firstName": strings.Repeat("é", 101), "email": "x@y.example"}).Wrong("/firstName tooLong")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "nickname": "Z"}).Wrong("/nickname unknown")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "emailPreferences": map[string]bool{"a/b~c": true}}).Wrong("/emailPreferences/a~1b~0c unknownKey")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "address": api.Address{Country: "CAN"}}).Wrong("/address/country tooLong")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "address": api.Address{Country: "XX"}}).Wrong("/address/country invalid")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "address": api.Address{Country: "CA", PostalCode: "12345"}}).Wrong("/address/postalCode invalid")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "phone": "call me"}).Wrong("/phone invalid")
		m.post(contacts, map[string]any{"firstName": "X", "email": "x@y.example", "language": "zz"}).Wrong("/language invalid")
		m.post(invitations, map[string]any{"email": "x@y.example"}).Wrong("/permissions required")
		m.post(invitations, map[string]any{"email": "x@y.example", "permissions": []string{"invoices", "root"}}).Wrong("/permissions/1 unknownKey")
		m.post(invitations, map[string]any{"email": "x@y.example", "permissions": "all"}).Wrong("/permissions invalid")
		m.post(invitations, map[string]any{"email": "x@y.example", "permissions": []string{"emails"}, "role": "owner"}).Wrong("/role unknown")
		m.call("PUT", s.sam+"/permissions", map[string]any{"permissions": []string{"emails"}, "endsAt": w.clock.Now()}).Wrong("/endsAt past")
		m.call("PUT", s.sam+"/permissions", map[string]any{"permissions": []string{"emails"}, "endsAt": "tomorrow"}).Wrong("/endsAt invalid")
		m.call("PATCH", s.account, map[string]any{"company": "", "firstName": "", "lastName": ""}).Wrong("/firstName required")
		m.call("PATCH", "/v1/me", map[string]any{"firstName": ""}).Wrong("/firstName required")
		m.call("PATCH", "/v1/me", map[string]any{"email": "x@y.example"}).Wrong("/email unknown")
		m.post(invitations, map[string]any{"email": sam, "permissions": []string{"emails"}}).Is(409).Refused(api.ProblemAlreadyUser)
		m.post(contacts, map[string]any{"firstName": "X", "email": "TI@ChezMarcel.example"}).Wrong("/email taken")
		m.call("PATCH", s.contact, map[string]any{"email": "ti@chezmarcel.example"}).Wrong("/email taken")
		m.call("PATCH", s.contact, map[string]any{"email": "Renee@chezmarcel.example"}).Is(200)
		m.post(contacts, `{"firstName":`).Is(400).Refused(api.ProblemMalformed)
	})
}

func TestTheOwnerIsProtected(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		path, _ := m.user(account, marie)
		m.call("PUT", path+"/permissions", api.PermissionSet{Permissions: []string{"emails"}}).Is(409).Refused(api.ProblemOwnerProtected)
		m.call("DELETE", path, nil).Is(409).Refused(api.ProblemOwnerProtected)
	})
}

func TestAccessEndsAtItsMoment(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		account := m.account(bakery)
		user, _ := m.user(account, lea)
		end := w.clock.Now().Add(24*time.Hour + time.Minute)
		a := m.call("PUT", user+"/permissions", api.PermissionSet{Permissions: []string{"contacts"}, EndsAt: &end, Reason: "remplacement"})
		if !can(a, w.features().AccessEnds) {
			return
		}
		if u := hosttest.Into[api.User](a, 200); u.EndsAt == nil || !u.EndsAt.Equal(end) || u.Reason != "remplacement" {
			w.Errorf("user %+v", u)
		}
		var reminders []api.Reminder
		token := m.changes("").Token
		w.clock.Pass(time.Minute)
		must(w, w.Tick(context.Background()))
		for _, c := range m.changes(token).Accounts {
			reminders = append(reminders, c.Reminders...)
		}
		if len(reminders) != 1 || !strings.HasSuffix(user, "/users/"+reminders[0].UserID) || !reminders[0].EndsAt.Equal(end) || reminders[0].Days != 1 {
			w.Errorf("reminders %+v", reminders)
		}
		w.clock.Pass(24*time.Hour - time.Second)
		l := w.as(lea)
		since := l.changes("").Token
		l.get(account + "/contacts").Is(200)
		w.clock.Pass(time.Second)
		l.get(account + "/contacts").Refused(api.ProblemNotFound)
		l.get(account + "/snapshot").Refused(api.ProblemNotFound)
		if slices.ContainsFunc(l.accounts(), func(a api.AccountSummary) bool { return a.Name == bakery }) {
			w.Error("it is still listed")
		}
		must(w, w.Tick(context.Background()))
		c := l.changes(since)
		if len(c.Accounts) != 1 || !c.Accounts[0].Gone {
			w.Errorf("told is %+v", c)
		}
		l.get("/v1/me").Is(http.StatusOK) // who they are has not ended
	})
}

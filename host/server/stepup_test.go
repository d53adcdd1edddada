package server_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/server"
)

const (
	invitations = "/v1/accounts/a1/invitations"
	invitation  = `{"email":"lea@compta.example","permissions":["invoices","quotes","emails"]}`
)

// ask sends a call that must be refused for want of proof, and returns the challenge and the code that was sent.
func (w *world) ask(call func(headers ...string) hosttest.Answer) (api.Challenge, string) {
	w.Helper()
	p := call().Is(403).Refused(api.ProblemStepUp)
	if p.Challenge == nil {
		w.Fatal("no challenge")
	}
	return *p.Challenge, w.fake.lastCode().Code
}

func (w *world) invites(body string) func(headers ...string) hosttest.Answer {
	return func(headers ...string) hosttest.Answer { return w.post("marie", invitations, body, headers...) }
}

func (w *world) answers(id, code string) hosttest.Answer {
	w.Helper()
	return w.post("marie", "/v1/challenges/"+id, typed(code))
}

// other is a code that is not this one.
func other(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

func TestASensitiveCallIsDoneOnceTheCodeIsTyped(t *testing.T) {
	for _, c := range []struct {
		name, condition, sentTo, masked string
		status                          int
		call                            func(w *world, headers ...string) hosttest.Answer
	}{
		{"an invitation, proved by the inviter", api.ConditionInvite, "marie@chezmarcel.example", "m…@chezmarcel.example", 201,
			func(w *world, h ...string) hosttest.Answer { return w.invites(invitation)(h...) }},
		{"a login e-mail, proved by the new address", api.ConditionLoginEmail, "Marie.T@nouveau.example", "M…@nouveau.example", 200,
			func(w *world, h ...string) hosttest.Answer {
				return w.post("marie", "/v1/me/email", `{"email":" Marie.T@Nouveau.example "}`, h...)
			}},
		{"an account e-mail, proved by the new address", api.ConditionAccountEmail, "bureau@nouveau.example", "b…@nouveau.example", 200,
			func(w *world, h ...string) hosttest.Answer {
				return w.write("marie", "PATCH", "/v1/accounts/a1", `{"email":"bureau@nouveau.example"}`, h...)
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			call := func(h ...string) hosttest.Answer { return c.call(w, h...) }
			ch, code := w.ask(call)
			if sent := w.fake.lastCode(); sent.Person != "marie" || sent.To != c.sentTo || sent.Condition != c.condition || len(code) != 5 || strings.Trim(code, "0123456789") != "" {
				t.Errorf("sent %+v", sent)
			}
			if ch.Condition != c.condition || ch.Method != "email-code" || ch.SentTo != c.masked || !ch.ExpiresAt.Equal(w.clock.Now().Add(10*time.Minute)) ||
				len(ch.Fields) != 1 || ch.Fields[0].Name != "code" || ch.Fields[0].Kind != "digits" || ch.Fields[0].Length != 5 ||
				ch.Fields[0].Label["fr"] != "Code reçu par courriel" || ch.Fields[0].Label["en"] != "Code received by e-mail" {
				t.Errorf("challenge %+v", ch)
			}
			call(api.HeaderChallenge, ch.ID).Is(403) // not answered yet
			if w.fake.codesSent() != 1 {
				t.Error("another code was sent for the same pending challenge")
			}
			w.answers(ch.ID, code[:2]+" "+code[2:]).Is(204)
			call(api.HeaderChallenge, ch.ID).Is(c.status)
		})
	}
}

func TestAChangeOfOtherAccountFieldsNeedsNoProof(t *testing.T) {
	w := newWorld(t)
	w.write("marie", "PATCH", "/v1/accounts/a1", `{"company":"Chez M","email":"compte@chezmarcel.example"}`).Is(200)
	w.post("marie", "/v1/me/email", `{"email":"marie@chezmarcel.example"}`).Is(200)
	if w.fake.codesSent() != 0 {
		t.Error("a code was sent")
	}
}

func TestAProofServesOneCallByOnePersonOnce(t *testing.T) {
	w := newWorld(t)
	ch, code := w.ask(w.invites(invitation))
	w.fake.join("sam", "contacts")
	w.post("sam", "/v1/challenges/"+ch.ID, typed(code)).Is(404) // not theirs to answer
	w.answers(ch.ID, code).Is(204)

	w.invites(`{"email":"lea@compta.example","permissions":["orders"]}`)(api.HeaderChallenge, ch.ID).Is(403).Refused(api.ProblemStepUp)
	w.post("marie", "/v1/me/email", `{"email":"x@mail.example"}`, api.HeaderChallenge, ch.ID).Is(403).Refused(api.ProblemStepUp)

	key := []string{api.HeaderChallenge, ch.ID, api.HeaderIdempotencyKey, "k"}
	first := w.call("marie", "POST", invitations, invitation, key...).Is(201)
	again := w.call("marie", "POST", invitations, invitation, key...).Is(201) // a repeat still gets the first answer
	if string(first.Body) != string(again.Body) {
		t.Errorf("first %s, again %s", first.Body, again.Body)
	}
	w.write("marie", "DELETE", pathOf(read[api.InvitationList](w.get("marie", invitations)).Invitations[1]), nil).Is(204)
	w.invites(invitation)(api.HeaderChallenge, ch.ID).Is(403).Refused(api.ProblemStepUp)
	w.answers(ch.ID, code).Is(410).Refused(api.ProblemChallengeOver)
}

func TestAProofIsOfThePersonAndTheAddressItWasSentTo(t *testing.T) {
	w := newWorld(t)
	w.fake.join("sam", "profile")
	change := func(person string, headers ...string) hosttest.Answer {
		return w.write(person, "PATCH", "/v1/accounts/a1", `{"email":"bureau@nouveau.example"}`, headers...)
	}
	ch, code := w.ask(func(h ...string) hosttest.Answer { return change("sam", h...) })
	w.post("sam", "/v1/challenges/"+ch.ID, typed(code)).Is(204)
	change("marie", api.HeaderChallenge, ch.ID).Is(403).Refused(api.ProblemStepUp)
	change("sam", api.HeaderChallenge, ch.ID).Is(200)

	ch, code = w.ask(w.invites(invitation))
	w.answers(ch.ID, code).Is(204)
	if err := w.fake.SetLoginEmail(t.Context(), "marie", "maria@mail.example"); err != nil {
		t.Fatal(err)
	}
	w.invites(invitation)(api.HeaderChallenge, ch.ID).Is(403).Refused(api.ProblemStepUp)
	if to := w.fake.lastCode().To; to != "maria@mail.example" {
		t.Errorf("the new code went to %s", to)
	}
}

// pathOf is where an invitation is.
func pathOf(i api.Invitation) string { return invitations + "/" + i.ID }

func TestAProofIsNotUsedUpByACallThatFails(t *testing.T) {
	w := newWorld(t)
	ch, code := w.ask(w.invites(invitation))
	w.answers(ch.ID, code).Is(204)
	w.fake.mu.Lock()
	w.fake.fail["Invite"] = errors.New("mail server is down")
	w.fake.mu.Unlock()
	w.invites(invitation)(api.HeaderChallenge, ch.ID).Is(500)
	w.fake.mu.Lock()
	delete(w.fake.fail, "Invite")
	w.fake.mu.Unlock()
	w.invites(invitation)(api.HeaderChallenge, ch.ID).Is(201)
}

func TestACodeIsOverAfterFiveWrongTries(t *testing.T) {
	w := newWorld(t)
	ch, code := w.ask(w.invites(invitation))
	for range 5 {
		w.answers(ch.ID, other(code)).Is(422).Refused(api.ProblemChallengeWrong)
	}
	w.answers(ch.ID, code).Is(410).Refused(api.ProblemChallengeOver)
	next, code := w.ask(func(h ...string) hosttest.Answer { return w.invites(invitation)(api.HeaderChallenge, ch.ID) })
	if next.ID == ch.ID {
		t.Error("the same challenge again")
	}
	w.answers(next.ID, code).Is(204)
}

func TestACodeIsOverAfterTenMinutes(t *testing.T) {
	w := newWorld(t)
	ch, code := w.ask(w.invites(invitation))
	w.clock.Pass(10*time.Minute - time.Second)
	w.answers(ch.ID, code).Is(204)
	w.clock.Pass(9 * time.Minute) // the proof was given in time; it serves ten minutes from then
	w.invites(invitation)(api.HeaderChallenge, ch.ID).Is(201)

	ch, code = w.ask(w.invites(`{"email":"noa@compta.example","permissions":[]}`))
	w.clock.Pass(10 * time.Minute)
	w.answers(ch.ID, code).Is(410).Refused(api.ProblemChallengeOver)
}

func TestARepeatedRightAnswerIsRight(t *testing.T) {
	w := newWorld(t)
	ch, code := w.ask(w.invites(invitation))
	post := func() hosttest.Answer {
		return w.call("marie", "POST", "/v1/challenges/"+ch.ID, typed(code), api.HeaderIdempotencyKey, "k")
	}
	post().Is(204)
	post().Is(204)
	w.answers(ch.ID, code).Is(204)
	w.invites(invitation)(api.HeaderChallenge, ch.ID).Is(201)
	post().Is(204) // the answer was lost and comes late: it was right
}

func TestWhatWasTypedIsCheckedAsFields(t *testing.T) {
	w := newWorld(t)
	ch, _ := w.ask(w.invites(invitation))
	path := "/v1/challenges/" + ch.ID
	w.post("marie", path, `{"values":{}}`).Wrong("/values/code required")
	w.post("marie", path, `{"values":{"code":"123456"}}`).Wrong("/values/code tooLong")
	w.post("marie", path, `{"values":{"code":"12345","pin":"1"}}`).Wrong("/values/pin unknown")
	w.post("marie", path, `{}`).Wrong("/values required")
	w.answers("none", "12345").Is(404)
}

func TestRulesRefuseBeforeACodeIsAskedFor(t *testing.T) {
	w := newWorld(t)
	w.invites(`{"email":"no address","permissions":[]}`)().Wrong("/email invalid")
	w.invites(`{"email":"sam@studio.example","permissions":[]}`)().Is(409).Refused(api.ProblemAlreadyUser)
	w.invites(`{"email":"noe@studio.example","permissions":[]}`)().Is(409).Refused(api.ProblemAlreadyInvited)
	w.post("marie", "/v1/me/email", `{"email":"LUC@ailleurs.example"}`).Is(409).Refused(api.ProblemEmailTaken)
	w.write("marie", "PATCH", "/v1/accounts/a1", `{"email":"new@mail.example","phone":"12"}`).Wrong("/phone invalid")
	w.call("marie", "PATCH", "/v1/accounts/a1", `{"email":"new@mail.example"}`, "If-Match", `"older"`).Is(412)
	if w.fake.codesSent() != 0 {
		t.Errorf("%d codes were sent", w.fake.codesSent())
	}
}

func TestCodesAreNotKeptInTheClear(t *testing.T) {
	w := newWorld(t)
	_, code := w.ask(w.invites(invitation))
	var hash []byte
	if err := w.db.Querier(t.Context()).QueryRowContext(t.Context(), `SELECT code_hash FROM challenges`).Scan(&hash); err != nil {
		t.Fatal(err)
	}
	if len(hash) != 32 || strings.Contains(string(hash), code) {
		t.Errorf("kept as %x", hash)
	}
	if strings.Contains(w.log.String(), code) {
		t.Error("the code is in the log")
	}
}

func TestACodeThatCannotBeSentIsNoChallenge(t *testing.T) {
	w := newWorld(t)
	w.fake.mu.Lock()
	w.fake.fail["SendCode"] = errors.New("no mail today")
	w.fake.mu.Unlock()
	w.invites(invitation)().Is(500)
	var kept int
	if err := w.db.Querier(t.Context()).QueryRowContext(t.Context(), `SELECT count(*) FROM challenges`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d challenges are kept (%v)", kept, err)
	}
}

func TestNobodyHasCodesSentOrGuessedWithoutEnd(t *testing.T) {
	w := newWorld(t, limits(server.Limits{PersonBurst: 1000, Codes: 3, WrongCodes: 7}))
	var ch [3]api.Challenge
	var codes [3]string
	for i := range 3 {
		ch[i], codes[i] = w.ask(w.invites(fmt.Sprintf(`{"email":"p%d@mail.example","permissions":[]}`, i)))
		w.clock.Pass(time.Minute)
	}
	a := w.invites(invitation)().Is(429)
	a.Refused(api.ProblemRateLimited)
	if a.Header.Get("Retry-After") != "420" {
		t.Errorf("Retry-After is %q, want 420: ten minutes after the first code", a.Header.Get("Retry-After"))
	}
	for i := range 7 {
		w.answers(ch[i/4].ID, other(codes[i/4])).Is(422)
	}
	a = w.answers(ch[2].ID, codes[2]).Is(429)
	if a.Header.Get("Retry-After") != "3420" {
		t.Errorf("Retry-After is %q, want 3420: an hour after the first code", a.Header.Get("Retry-After"))
	}
	w.clock.Pass(time.Hour)
	next, code := w.ask(w.invites(invitation))
	w.answers(next.ID, code).Is(204)
}

func TestManyCallsAtOnceHaveNoMoreCodesSentThanOneAfterTheOther(t *testing.T) {
	w := newWorld(t, limits(server.Limits{PersonBurst: 1000, Codes: 3}))
	var calls sync.WaitGroup
	for i := range 12 {
		calls.Go(func() { w.invites(fmt.Sprintf(`{"email":"p%d@mail.example","permissions":[]}`, i))() })
	}
	calls.Wait()
	if n := w.fake.codesSent(); n != 3 {
		t.Errorf("%d codes were sent", n)
	}
}

func TestNobodyIsFloodedWithEMailThatAsksForNoProof(t *testing.T) {
	for _, path := range []string{invitations + "/i1/resend", "/v1/me/password-reset"} {
		w := newWorld(t, limits(server.Limits{Mails: 2}))
		for range 2 {
			if a := w.post("marie", path, nil); a.Status >= 300 {
				t.Fatalf("%s: %d %s", path, a.Status, a.Body)
			}
		}
		a := w.post("marie", path, nil).Is(429)
		a.Refused(api.ProblemRateLimited)
		if a.Header.Get("Retry-After") != "600" {
			t.Errorf("Retry-After is %q, want 600", a.Header.Get("Retry-After"))
		}
		w.clock.Pass(10 * time.Minute)
		if a := w.post("marie", path, nil); a.Status >= 300 {
			t.Errorf("%s, ten minutes later: %d %s", path, a.Status, a.Body)
		}
	}
}

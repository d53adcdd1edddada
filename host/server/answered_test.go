package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/server"
)

func TestEveryCallIsToldWithWhatAnAuditLogNeeds(t *testing.T) {
	told := make(chan server.Answered, 100)
	w := newWorld(t, func(c *server.Config) {
		c.Answered = func(_ context.Context, a server.Answered) { told <- a }
	})
	last := func() (a server.Answered) {
		for {
			a = <-told
			if len(told) == 0 {
				return a
			}
		}
	}
	for name, c := range map[string]struct {
		do   func() hosttest.Answer
		want string // action, person, account, target, status, problem
	}{
		"a read": {func() hosttest.Answer { return w.get("marie", "/v1/accounts/a1/users/u2") }, "getUser marie a1 u2 200 "},
		"a write": {func() hosttest.Answer {
			return w.write("marie", "PATCH", "/v1/accounts/a1/contacts/c2", `{"firstName":"Alain"}`)
		}, "updateContact marie a1 c2 200 "},
		"a write refused by a rule": {func() hosttest.Answer {
			return w.write("marie", "DELETE", "/v1/accounts/a1/users/u1", nil)
		}, "removeUser marie a1 u1 409 " + api.ProblemOwnerProtected},
		"a write with a wrong field": {func() hosttest.Answer {
			return w.post("marie", "/v1/accounts/a1/contacts", `{"firstname":"secret words"}`)
		}, "addContact marie a1  422 " + api.ProblemInvalid},
		"another customer's account": {func() hosttest.Answer {
			return w.call("outsider", "DELETE", "/v1/accounts/a1/users/u2", nil, "If-Match", "x")
		}, "removeUser outsider a1 u2 404 " + api.ProblemNotFound},
		"nobody": {func() hosttest.Answer {
			return w.call("", "DELETE", "/v1/accounts/a1/users/u2", nil, "If-Match", "x")
		}, "removeUser   u2 401 " + api.ProblemUnauthenticated},
		"no such path": {func() hosttest.Answer { return w.get("marie", "/v1/nothing/"+strings.Repeat("x", 100)) }, "    404 " + api.ProblemNotFound},
	} {
		got := c.do()
		a := last()
		if s := fmt.Sprintf("%s %s %s %s %d %s", a.Action, a.Person, a.Account, a.Target, a.Status, a.Problem); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
		if a.Request != got.Header.Get(api.HeaderRequestID) || a.IP != "127.0.0.1" || strings.Contains(a.Route, "a1") || (a.Route == "") != (a.Action == "") {
			t.Errorf("%s: %+v", name, a)
		}
		if b, err := json.Marshal(a); err != nil || strings.Contains(string(b), "secret words") {
			t.Errorf("%s: what was sent is told: %s", name, b)
		}
	}

	w.fake.mu.Lock()
	w.fake.fail["Snapshot"] = errors.New("the disk is full")
	w.fake.mu.Unlock()
	w.get("marie", "/v1/accounts/a1/snapshot").Is(http.StatusInternalServerError)
	if a := last(); a.Err == nil || a.Problem != api.ProblemInternal {
		t.Errorf("an internal error is told as %+v", a)
	}
	w.reset()

	created := w.withProof(func(headers ...string) hosttest.Answer {
		return w.post("marie", "/v1/accounts/a1/invitations", api.NewInvitation{Email: "new@mail.example", Permissions: []string{"invoices"}}, headers...)
	}).Is(http.StatusCreated)
	var i api.Invitation
	created.Decode(&i)
	if a := last(); a.Target != i.ID || !a.Write() {
		t.Errorf("a creation is told with %q, not with the new id %q", a.Target, i.ID)
	}
}

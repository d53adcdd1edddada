package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"concierge/client/api"
)

func TestAnAnswerThatIsNotOurs(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		media   string
		body    string
		is      error
		field   string
		problem string
	}{
		{"a web page", 200, "text/html; charset=utf-8", "<html>", ErrNotAHost, "", ""},
		{"a web page that is not found", 404, "text/html", "<html>", ErrNotAHost, "", ""},
		{"JSON of another program that is not found", 404, "application/json", `{"message":"no"}`, ErrNotAHost, "", ""},
		{"no type at all", 200, "", meJSON, ErrNotAHost, "", ""},
		{"a page that says it is JSON", 200, "application/json", "<html>", ErrWrongShape, "", ""},
		{"nothing", 200, "application/json", "", ErrWrongShape, "", ""},
		{"half of an object", 200, "application/json", `{"id":"p1"`, ErrWrongShape, "", ""},
		{"two objects", 200, "application/json", meJSON + meJSON, ErrWrongShape, "", ""},
		{"a list", 200, "application/json", `[1]`, ErrWrongShape, whole, ""},
		{"null", 200, "application/json", `null`, ErrWrongShape, "id", ""},
		{"a value of the wrong type", 200, "application/json", `{"id":"p1","email":{"secret":"hunter2"}}`, ErrWrongShape, "email", ""},
		{"JSON of another program", 200, "application/json", `{"ok":true}`, ErrWrongShape, "id", ""},
		{"a problem of ours", 403, "application/problem+json", `{"type":"urn:concierge:problem:owner-only","status":200}`, nil, "", api.ProblemOwnerOnly},
		{"a problem of ours as plain JSON", 403, "application/json", `{"type":"urn:concierge:problem:owner-only"}`, nil, "", api.ProblemOwnerOnly},
		{"a problem without a type", 400, "application/problem+json", `{"title":"Bad"}`, nil, "", "about:blank"},
		{"a problem of a type we do not know", 418, "application/problem+json", `{"type":"urn:concierge:problem:teapot"}`, nil, "", "urn:concierge:problem:teapot"},
		{"a problem with odd members", 422, "application/problem+json", `{"type":"urn:concierge:problem:invalid","errors":"many","requestId":7}`, nil, "", api.ProblemInvalid},
		{"a problem that is not JSON", 400, "application/problem+json", `hunter2`, ErrWrongShape, "problem", ""},
		{"a server in front that is overloaded", 503, "text/html", "<html>", nil, "", api.ProblemBusy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Type"] = nil
				if tt.media != "" {
					w.Header().Set("Content-Type", tt.media)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			})
			err := read(c)
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %v", err, tt.is)
			}
			if shape, ok := errors.AsType[*WrongShape](err); ok && shape.Field != tt.field {
				t.Errorf("field %q, want %q", shape.Field, tt.field)
			}
			if p, ok := errors.AsType[*Problem](err); ok != (tt.problem != "") || (ok && (p.Type != tt.problem || p.Status != tt.status)) {
				t.Errorf("got %v, want %s", err, tt.problem)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error tells what was in the answer: %v", err)
			}
		})
	}
}

func TestAWrongValueIsNamedByItsPath(t *testing.T) {
	head := `{"account":{"id":"a1","name":"x"},"me":{"role":"owner"},`
	tests := map[string]string{
		head + `"users":[{"id":"u1"},{"id":"u2","endsAt":"hunter2"}]}`:                 "users[1].endsAt",
		head + `"users":[{"id":"u1","permissions":["a",{"b":"hunter2"}]}]}`:            "users[0].permissions[1]",
		head + `"users":{"hunter2":1}}`:                                                "users",
		head + `"contacts":[{"id":"c1","emailPreferences":{"hunter2":"yes"}}]}`:        "contacts[0].emailPreferences.*",
		head + `"invitations":[{"id":"i1","sentAt":5}]}`:                               "invitations[0].sentAt",
		head + `"users":[{"email":"x"}]}`:                                              "users[0].id",
		`{"account":{"id":"a1","address":{"city":["hunter2"]}},"me":{"role":"owner"}}`: "account.address.city",
		`{"account":{"id":"a1"}}`:                                                      "me.role",
		`{"me":{"role":"owner"}}`:                                                      "account.id",
		`{"account":{"id":"another"},"me":{"role":"owner"}}`:                           "account.id",
	}
	for body, want := range tests {
		t.Run(want, func(t *testing.T) {
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, http.StatusOK, body) })
			got, err := c.Snapshot(context.Background(), "a1", "")
			shape, ok := errors.AsType[*WrongShape](err)
			if !ok || shape.Field != want || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %s", err, want)
			}
			if got.Snapshot.Account.ID != "" {
				t.Error("a part of it was returned")
			}
		})
	}
}

func TestListsThatAreNotThereAreNotTakenForEmptyPages(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, http.StatusOK, `{"error":"later"}`) })
	ctx := context.Background()
	calls := map[string]func() error{
		"accounts": func() error { _, err := c.Accounts(ctx, ""); return err },
		"activity": func() error { _, err := c.Activity(ctx, "a1", ""); return err },
		"token":    func() error { _, err := c.Changes(ctx, ""); return err },
	}
	for field, call := range calls {
		t.Run(field, func(t *testing.T) {
			shape, ok := errors.AsType[*WrongShape](call())
			if !ok || shape.Field != field {
				t.Errorf("got %v", shape)
			}
		})
	}
}

func TestAReminderThatSaysNothingIsLeftOutAndTheChangeIsNot(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, http.StatusOK, `{"token":"t","accounts":[{"id":"a1","revision":"2","reminders":[{"userId":"u2","endsAt":"2027-03-12T23:59:59Z","days":7},
			{"endsAt":"2027-03-12T23:59:59Z","days":7},{"userId":"u2","days":7},{"userId":"u2","endsAt":"2027-03-12T23:59:59Z"}]}]}`)
	})
	got, err := c.Changes(context.Background(), "t")
	if err != nil || len(got.Accounts) != 1 || len(got.Accounts[0].Reminders) != 1 || got.Accounts[0].Reminders[0].Days != 7 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAStaleProblemCarriesWhatIsThereNow(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		answerProblem(w, http.StatusPreconditionFailed, `{"type":"urn:concierge:problem:stale","current":`+userJSON+`}`)
	})
	p, ok := errors.AsType[*Problem](remove(c))
	if !ok || p.RequestID != "req-7" {
		t.Fatalf("got %+v", p)
	}
	var u api.User
	if err := p.DecodeCurrent(&u); err != nil || u.ID != "u2" || u.Role != "auditor" {
		t.Errorf("got %+v, %v", u, err)
	}
	var wrong []string
	if err := p.DecodeCurrent(&wrong); !errors.Is(err, ErrWrongShape) {
		t.Errorf("got %v", err)
	}
	if err := new(Problem).DecodeCurrent(&u); !errors.Is(err, ErrWrongShape) {
		t.Errorf("got %v", err)
	}
}

func TestAChallengeComesWithItsFields(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		answerProblem(w, http.StatusForbidden, `{"type":"urn:concierge:problem:step-up-required","challenge":{"id":"ch1","condition":"invite","method":"email-code",
			"fields":[{"name":"code","kind":"digits","length":5,"label":{"fr":"Code"}}],"expiresAt":"2026-03-01T10:10:00Z"}}`)
	})
	p, ok := errors.AsType[*Problem](post(c))
	if !ok || p.Challenge == nil || p.Challenge.Condition != api.ConditionInvite || len(p.Challenge.Fields) != 1 || p.Challenge.ExpiresAt.IsZero() {
		t.Errorf("got %+v", p)
	}
}

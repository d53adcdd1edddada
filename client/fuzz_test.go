package client

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"concierge/client/api"
)

func FuzzNormalizeHost(f *testing.F) {
	for _, s := range []string{"", "hebergeur.example", " HTTPS://Espace.Hébergeur.EXAMPLE:443/Clients/index.php?rp=/login#x ", "http://[::1]:8080/a//b/../%2e%2e/c",
		"http://localhost", "::1", "https://https://x", "a@b", "127.1", `\\x\y`, "x/v1/v1/host", "x/%2f%2F/%25", "ſ.example", "x:1:2", "[::ffff:127.0.0.1]", "\x8d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := NormalizeHost(in)
		if err != nil {
			if !is[*InvalidHost](err) && !is[*PlainHTTP](err) {
				t.Errorf("%q gave an error without a type: %v", in, err)
			}
			return
		}
		checkNormalized(t, in, got)
	})
}

func FuzzSnapshot(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `[]`, `{"account":{"id":"a1"},"me":{"role":"owner"}}`,
		`{"account":{"id":"a1","emailPreferences":{"domain":1}},"me":{"role":"owner"},"users":[` + userJSON + `,null],"contacts":[` + contactJSON + `],"invitations":[` + invitationJSON + `]}`,
		`{"account":{"id":"a1"},"me":{"role":"owner"},"users":[{"id":"u1","endsAt":"x"}]}`, `{"Account":{"ID":"a1"},"account":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k := call{method: http.MethodGet, route: "/v1/accounts/{id}/snapshot"}
		s, err := decodeAnswer(k, answer{body: data}, checkSnapshot)
		if err != nil {
			if shape, ok := errors.AsType[*WrongShape](err); !ok || (shape.Field == "") != !json.Valid(data) {
				t.Errorf("got %#v", err)
			}
			return
		}
		if s.Account.ID == "" || s.Users == nil || s.Invitations == nil || s.Contacts == nil || s.Me.Permissions == nil {
			t.Errorf("an incomplete snapshot was believed: %+v", s)
		}
	})
}

func FuzzProblem(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `<html>`, `{"type":"urn:concierge:problem:stale","current":{"id":"u1"}}`,
		`{"type":"urn:concierge:problem:step-up-required","challenge":{"id":"ch1","fields":[{"name":"code"}]}}`, `{"type":7,"errors":[{"pointer":1}]}`, `{"detail":"jeton-1"}`} {
		f.Add(s, uint16(403), "application/problem+json", "7")
	}
	f.Add(`{"type":"urn:concierge:problem:rate-limited"}`, uint16(429), "application/json; charset=utf-8", "Sun, 01 Mar 2026 12:00:09 GMT")
	c, err := New(Config{BaseURL: "https://hebergeur.example"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string, status uint16, media, wait string) {
		const token = "jeton-1"
		a := answer{status: 400 + int(status%200), body: []byte(body), header: http.Header{}}
		a.header.Set("Content-Type", media)
		a.header.Set("Retry-After", wait)
		err := c.problem(call{method: http.MethodGet, route: "/v1/me"}, a, token)
		if err == nil {
			t.Fatal("an error answer was no error")
		}
		p, ok := errors.AsType[*Problem](err)
		if !ok {
			if !is[*NotAHost](err) && !is[*WrongShape](err) {
				t.Errorf("got %T", err)
			}
			return
		}
		if p.Status != a.status || p.Type == "" || p.RetryAfter < 0 || p.RetryAfter > longestWait {
			t.Errorf("got %+v", p.Problem)
		}
		if strings.Contains(p.Error(), token) {
			t.Errorf("the token is in %q", p.Error())
		}
	})
}

// FuzzAnswers takes the same bytes for every kind of answer there is besides a snapshot: hosts confuse them, too.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `[]`, `{"name":"H","permissions":[{"key":"a","title":{"fr":"A"}}],"features":{"activity":{"available":true}},"signIn":{"issuer":"x","clientId":"y"}}`,
		`{"id":"p1","email":"a@b.example"}`, `{"accounts":[{"id":"a1","role":"owner","revision":"1","permissions":null}],"next":"c"}`, `{"accounts":[null,{"id":"a1","gone":true}],"token":"t","more":true}`,
		`{"activity":[{"id":"1","at":"2026-03-01T00:00:00Z","action":"x"}],"next":""}`, userJSON, invitationJSON, contactJSON} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		believe(t, data, checkHost, func(api.Host) bool { return true })
		believe(t, data, checkMe, func(m api.Me) bool { return m.ID != "" })
		believe(t, data, checkAccounts, func(p api.AccountPage) bool {
			return !slices.ContainsFunc(p.Accounts, func(a api.AccountSummary) bool { return a.ID == "" })
		})
		believe(t, data, checkAccount, func(a api.Account) bool { return a.ID != "" })
		believe(t, data, checkUser, func(u api.User) bool { return u.ID != "" && u.Permissions != nil })
		believe(t, data, checkInvitation, func(i api.Invitation) bool { return i.ID != "" && i.Permissions != nil })
		believe(t, data, checkContact, func(c api.Contact) bool { return c.ID != "" })
		believe(t, data, checkActivity, func(api.ActivityPage) bool { return true })
		believe(t, data, checkChanges, func(c api.Changes) bool {
			return c.Token != "" && !slices.ContainsFunc(c.Accounts, func(a api.AccountChange) bool { return a.ID == "" })
		})
	})
}

// believe decodes data as the answer of a read and as that of a write.
func believe[T any](t *testing.T, data []byte, check func(*T) string, complete func(T) bool) {
	t.Helper()
	v, err := decodeAnswer(call{method: http.MethodGet, route: "/v1/x"}, answer{body: data}, check)
	if err == nil && !complete(v) {
		t.Errorf("an incomplete answer was believed: %+v", v)
	}
	if err != nil && !is[*WrongShape](err) {
		t.Errorf("a read gave %T", err)
	}
	_, err2 := decodeAnswer(call{method: http.MethodPost, route: "/v1/x"}, answer{body: data}, check)
	if (err == nil) != (err2 == nil) || err2 != nil && !is[*OutcomeUnknown](err2) {
		t.Errorf("a write gave %T where a read gave %T", err2, err)
	}
}

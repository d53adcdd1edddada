package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"testing"
	"time"

	"concierge/client/api"

	"github.com/google/go-cmp/cmp"
)

const (
	meJSON         = `{"id":"p1","etag":"m1","firstName":"Marie","lastName":"Roy","email":"marie@chezmarcel.example","language":"fr","futur":{"x":[1]}}`
	userJSON       = `{"id":"u2","etag":"e2","email":"luc@compta.example","role":"auditor","permissions":["invoices","hologrammes"]}`
	accountJSON    = `{"id":"a/1","etag":"e1","name":"Chez Marcel"}`
	invitationJSON = `{"id":"i1","etag":"e3","email":"luc@compta.example","sentAt":"2026-03-01T10:00:00Z","expiresAt":"2026-03-08T10:00:00Z"}`
	contactJSON    = `{"id":"c1","etag":"e4","email":"paie@compta.example"}`
	hostJSON       = `{"name":"Hébergeur","signIn":{"issuer":"https://hebergeur.example/","clientId":"desktop"}}`
)

func TestEachCallSendsWhatTheContractSays(t *testing.T) {
	ctx := context.Background()
	w := Write{IfMatch: "v7", IdempotencyKey: "key-1", Challenge: "ch-1"}
	name := "Luc"
	ends := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name           string
		call           func(*Client) (any, error)
		method, target string
		body           string
		answer         string
	}{
		{"host", func(c *Client) (any, error) { return c.Host(ctx) }, "GET", "/v1/host", "", hostJSON},
		{"own profile", func(c *Client) (any, error) { return c.Me(ctx) }, "GET", "/v1/me", "", meJSON},
		{"change of own profile", func(c *Client) (any, error) { return c.UpdateMe(ctx, api.MePatch{FirstName: &name}, w) },
			"PATCH", "/v1/me", `{"firstName":"Luc"}`, meJSON},
		{"new login e-mail", func(c *Client) (any, error) {
			return c.ChangeLoginEmail(ctx, api.NewEmail{Email: "m@chezmarcel.example"}, w)
		}, "POST", "/v1/me/email", `{"email":"m@chezmarcel.example"}`, meJSON},
		{"password reset", func(c *Client) (any, error) { return nil, c.PasswordReset(ctx, w) }, "POST", "/v1/me/password-reset", "", ""},
		{"accounts", func(c *Client) (any, error) { return c.Accounts(ctx, "à b&c") }, "GET", "/v1/accounts?cursor=%C3%A0+b%26c", "", `{"accounts":null}`},
		{"snapshot", func(c *Client) (any, error) { return c.Snapshot(ctx, "a/1", "") }, "GET", "/v1/accounts/a%2F1/snapshot", "",
			`{"account":` + accountJSON + `,"me":{"role":"owner"}}`},
		{"account", func(c *Client) (any, error) { return c.Account(ctx, "a/1") }, "GET", "/v1/accounts/a%2F1", "", accountJSON},
		{"change of account", func(c *Client) (any, error) {
			return c.UpdateAccount(ctx, "a/1", api.AccountPatch{EmailPreferences: api.MailPreferences{"domain": true}}, w)
		}, "PATCH", "/v1/accounts/a%2F1", `{"emailPreferences":{"domain":true}}`, accountJSON},
		{"permissions, none given", func(c *Client) (any, error) { return c.SetPermissions(ctx, "a/1", "u2", api.PermissionSet{}, w) },
			"PUT", "/v1/accounts/a%2F1/users/u2/permissions", `{"permissions":[]}`, userJSON},
		{"permissions with an end", func(c *Client) (any, error) {
			return c.SetPermissions(ctx, "a1", "u2", api.PermissionSet{Permissions: []string{"invoices"}, EndsAt: &ends, Reason: "mandat"}, w)
		}, "PUT", "/v1/accounts/a1/users/u2/permissions", `{"permissions":["invoices"],"endsAt":"2026-06-01T00:00:00Z","reason":"mandat"}`, userJSON},
		{"removal of a user", func(c *Client) (any, error) { return nil, c.RemoveUser(ctx, "a1", "u?2#", w) }, "DELETE", "/v1/accounts/a1/users/u%3F2%23", "", ""},
		{"invitation", func(c *Client) (any, error) {
			return c.Invite(ctx, "a1", api.NewInvitation{Email: "luc@compta.example", Permissions: []string{"quotes"}}, w)
		}, "POST", "/v1/accounts/a1/invitations", `{"email":"luc@compta.example","permissions":["quotes"]}`, invitationJSON},
		{"permissions of an invitation", func(c *Client) (any, error) {
			return c.SetInvitationPermissions(ctx, "a1", "i1", api.PermissionSet{}, w)
		}, "PUT", "/v1/accounts/a1/invitations/i1", `{"permissions":[]}`, invitationJSON},
		{"cancelling an invitation", func(c *Client) (any, error) { return nil, c.CancelInvitation(ctx, "a1", "i1", w) }, "DELETE", "/v1/accounts/a1/invitations/i1", "", ""},
		{"sending an invitation again", func(c *Client) (any, error) { return c.ResendInvitation(ctx, "a1", "i1", w) },
			"POST", "/v1/accounts/a1/invitations/i1/resend", "", invitationJSON},
		{"new contact", func(c *Client) (any, error) {
			return c.AddContact(ctx, "a1", api.NewContact{FirstName: "Paie", Email: "paie@compta.example"}, w)
		}, "POST", "/v1/accounts/a1/contacts", `{"firstName":"Paie","email":"paie@compta.example","address":{"line1":"","line2":"","city":"","state":"","postalCode":"","country":""}}`, contactJSON},
		{"change of contact", func(c *Client) (any, error) {
			return c.UpdateContact(ctx, "a1", "c1", api.ContactPatch{FirstName: &name}, w)
		},
			"PATCH", "/v1/accounts/a1/contacts/c1", `{"firstName":"Luc"}`, contactJSON},
		{"removal of a contact", func(c *Client) (any, error) { return nil, c.DeleteContact(ctx, "a1", "c1", w) }, "DELETE", "/v1/accounts/a1/contacts/c1", "", ""},
		{"activity", func(c *Client) (any, error) { return c.Activity(ctx, "a1", "") }, "GET", "/v1/accounts/a1/activity", "", `{"activity":[{"action":"teleported"}]}`},
		{"changes", func(c *Client) (any, error) { return c.Changes(ctx, "t1") }, "GET", "/v1/changes?since=t1", "", `{"token":"t2"}`},
		{"answer to a challenge", func(c *Client) (any, error) {
			return nil, c.AnswerChallenge(ctx, "ch1", api.ChallengeAnswer{Values: map[string]string{"code": "12345"}})
		}, "POST", "/v1/challenges/ch1", `{"values":{"code":"12345"}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newHost(t, func(rw http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				target := r.URL.EscapedPath()
				if r.URL.RawQuery != "" {
					target += "?" + r.URL.RawQuery
				}
				if r.Method != tt.method || target != tt.target || string(body) != tt.body {
					t.Errorf("got %s %s %q", r.Method, target, body)
				}
				auth := "Bearer token-1"
				if tt.target == "/v1/host" {
					auth = ""
				}
				want := map[string]string{"Authorization": auth, "Accept-Language": "fr", "User-Agent": "Concierge/test"}
				if tt.method != "GET" && tt.target != "/v1/challenges/ch1" {
					want["If-Match"], want[api.HeaderChallenge] = `"v7"`, "ch-1"
				}
				if tt.method != "POST" {
					want[api.HeaderIdempotencyKey] = ""
				} else if tt.target != "/v1/challenges/ch1" {
					want[api.HeaderIdempotencyKey] = "key-1"
				} else if len(r.Header.Get(api.HeaderIdempotencyKey)) < 20 {
					t.Error("no idempotency key was made")
				}
				for h, v := range want {
					if got := r.Header.Get(h); got != v {
						t.Errorf("%s is %q, want %q", h, got, v)
					}
				}
				if tt.answer == "" {
					rw.WriteHeader(http.StatusNoContent)
					return
				}
				answerJSON(rw, http.StatusOK, tt.answer)
			}, func(c *Config) { c.Language, c.UserAgent = func() string { return "fr" }, "Concierge/test" })
			got, err := tt.call(c)
			if err != nil {
				t.Fatal(err)
			}
			if tt.answer != "" && reflect.ValueOf(got).IsZero() {
				t.Error("nothing was decoded")
			}
		})
	}
}

func TestAnswersKeepWhatIsUnknownAndHaveNoMissingLists(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"s1"`)
		answerJSON(w, http.StatusOK, `{"account":{"id":"a1","etag":"e1","name":"Chez Marcel"},"me":{"userId":"u1","role":"owner"},
			"users":[`+userJSON+`],"contacts":[`+contactJSON+`],"nouveauté":true}`)
	})
	got, err := c.Snapshot(context.Background(), "a1", "")
	if err != nil {
		t.Fatal(err)
	}
	want := Fetched{ETag: `"s1"`, Snapshot: api.Snapshot{
		Account:     api.Account{ID: "a1", ETag: "e1", Name: "Chez Marcel", Domains: []string{}},
		Me:          api.Membership{UserID: "u1", Role: api.RoleOwner, Permissions: []string{}},
		Users:       []api.User{{ID: "u2", ETag: "e2", Email: "luc@compta.example", Role: "auditor", Permissions: []string{"invoices", "hologrammes"}}},
		Invitations: []api.Invitation{},
		Contacts:    []api.Contact{{ID: "c1", ETag: "e4", Email: "paie@compta.example", EmailPreferences: api.MailPreferences{}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASnapshotThatHasNotChangedIsNotSentAgain(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("If-None-Match"); got != `"s1"` {
			t.Errorf("If-None-Match is %q", got)
		}
		w.WriteHeader(http.StatusNotModified)
	})
	got, err := c.Snapshot(context.Background(), "a1", `"s1"`)
	if err != nil || !got.NotModified || got.ETag != `"s1"` {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestANotModifiedNobodyAskedForIsNoAnswer(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if _, err := c.Snapshot(context.Background(), "a1", ""); !errors.Is(err, ErrNotAHost) {
		t.Errorf("got %v", err)
	}
}

func TestAllAccountsFollowsThePages(t *testing.T) {
	pages := map[string]string{
		"":   `{"accounts":[{"id":"a1"},{"id":"a2"}],"next":"p2"}`,
		"p2": `{"accounts":[{"id":"a3"}],"next":"p3"}`,
		"p3": `{"accounts":[]}`,
	}
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, http.StatusOK, pages[r.URL.Query().Get("cursor")])
	})
	got, err := c.AllAccounts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, a := range got {
		ids = append(ids, a.ID)
	}
	if diff := cmp.Diff([]string{"a1", "a2", "a3"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestAllAccountsReturnsAllOrNothing(t *testing.T) {
	tests := map[string]string{
		"a page that fails":       ``,
		"cursors in a circle":     `{"accounts":[{"id":"a3"}],"next":"p2"}`,
		"empty pages without end": `{"accounts":[],"next":"p9"}`,
	}
	for name, second := range tests {
		t.Run(name, func(t *testing.T) {
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Query().Get("cursor") == "":
					answerJSON(w, http.StatusOK, `{"accounts":[{"id":"a1"}],"next":"p2"}`)
				case second == "":
					answerProblem(w, http.StatusInternalServerError, api.Problem{Type: api.ProblemInternal})
				default:
					answerJSON(w, http.StatusOK, second)
				}
			})
			got, err := c.AllAccounts(context.Background())
			if err == nil || got != nil {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestArgumentsThatCannotBeRightAreNotSent(t *testing.T) {
	c := newHost(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	ctx := context.Background()
	w := Write{IfMatch: "v1"}
	calls := map[string]func() error{
		"an id that climbs up":    func() error { return c.RemoveUser(ctx, "a1", "..", w) },
		"an empty id":             func() error { _, err := c.Account(ctx, ""); return err },
		"an id of two lines":      func() error { _, err := c.Account(ctx, "a\nb"); return err },
		"no If-Match":             func() error { return c.RemoveUser(ctx, "a1", "u1", Write{}) },
		"a key with a line break": func() error { return c.PasswordReset(ctx, Write{IdempotencyKey: "a\r\nb"}) },
	}
	for name, f := range calls {
		t.Run(name, func(t *testing.T) {
			if err := f(); !is[*BadArgument](err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

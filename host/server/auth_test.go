package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/server"
)

// who may call a path.
const (
	anybody  = "anybody"
	signedIn = "whoever is signed in"
	member   = "whoever reaches the account"
	owner    = "the owner"
	// otherwise: a permission
)

// rights is who may call what. A path that is missing here fails the test.
var rights = []struct {
	method, path string
	who          string
	success      int
	body         any
}{
	{"GET", "/v1/host", anybody, 200, nil},
	{"GET", "/v1/me", signedIn, 200, nil},
	{"PATCH", "/v1/me", signedIn, 200, `{"lastName":"Roy"}`},
	{"POST", "/v1/me/email", signedIn, 200, `{"email":"new@mail.example"}`},
	{"POST", "/v1/me/password-reset", signedIn, 204, nil},
	{"POST", "/v1/challenges/{challengeId}", signedIn, 204, nil},
	{"GET", "/v1/accounts", signedIn, 200, nil},
	{"GET", "/v1/changes", signedIn, 200, nil},
	{"GET", "/v1/accounts/{accountId}/snapshot", member, 200, nil},
	{"GET", "/v1/accounts/{accountId}", member, 200, nil},
	{"PATCH", "/v1/accounts/{accountId}", "profile", 200, `{"company":"Autre"}`},
	{"GET", "/v1/accounts/{accountId}/activity", owner, 200, nil},
	{"GET", "/v1/accounts/{accountId}/users", owner, 200, nil},
	{"GET", "/v1/accounts/{accountId}/users/{userId}", owner, 200, nil},
	{"DELETE", "/v1/accounts/{accountId}/users/{userId}", owner, 204, nil},
	{"PUT", "/v1/accounts/{accountId}/users/{userId}/permissions", owner, 200, `{"permissions":["domains"]}`},
	{"GET", "/v1/accounts/{accountId}/invitations", owner, 200, nil},
	{"POST", "/v1/accounts/{accountId}/invitations", owner, 201, `{"email":"new@mail.example","permissions":["invoices"]}`},
	{"GET", "/v1/accounts/{accountId}/invitations/{invitationId}", owner, 200, nil},
	{"PUT", "/v1/accounts/{accountId}/invitations/{invitationId}", owner, 200, `{"permissions":["invoices"]}`},
	{"DELETE", "/v1/accounts/{accountId}/invitations/{invitationId}", owner, 204, nil},
	{"POST", "/v1/accounts/{accountId}/invitations/{invitationId}/resend", owner, 200, nil},
	{"GET", "/v1/accounts/{accountId}/contacts", "contacts", 200, nil},
	{"POST", "/v1/accounts/{accountId}/contacts", "contacts", 201, `{"firstName":"Zoé","email":"zoe@mail.example"}`},
	{"GET", "/v1/accounts/{accountId}/contacts/{contactId}", "contacts", 200, nil},
	{"PATCH", "/v1/accounts/{accountId}/contacts/{contactId}", "contacts", 200, `{"firstName":"Zoé"}`},
	{"DELETE", "/v1/accounts/{accountId}/contacts/{contactId}", "contacts", 204, nil},
}

// expected is the status a caller must get: holds is the permission that the caller has, if any.
func expected(who, caller, path string, success int) int {
	inAccount := strings.Contains(path, "{accountId}")
	switch {
	case who == anybody:
		return success
	case caller == "nobody" || caller == "expired":
		return http.StatusUnauthorized
	case caller == "outsider" && inAccount:
		return http.StatusNotFound
	case who == signedIn || who == member || caller == "marie" || caller == "with-"+who:
		return success
	}
	return http.StatusForbidden
}

func TestEveryPathAnswersOnlyThoseWhoMay(t *testing.T) {
	w := newWorld(t)
	callers := []string{"marie", "with-nothing", "outsider", "nobody", "expired"}
	for _, p := range allPermissions {
		callers = append(callers, "with-"+p)
	}
	for _, r := range rights {
		t.Run(r.method+" "+r.path, func(t *testing.T) {
			for _, caller := range callers {
				t.Run(caller, func(t *testing.T) {
					w := &world{T: t, url: w.url, fake: w.fake, db: w.db, clock: w.clock, log: w.log, keys: w.keys}
					w.reset()
					if key, has := strings.CutPrefix(caller, "with-"); has {
						permissions := []string{key}
						if key == "nothing" {
							permissions = nil
						}
						w.fake.join(caller, permissions...)
					}
					token := caller
					if caller == "nobody" {
						token = ""
					}
					path := strings.NewReplacer("{accountId}", "a1", "{userId}", "u2", "{invitationId}", "i1", "{contactId}", "c2").Replace(r.path)
					body := r.body
					if strings.Contains(path, "{challengeId}") {
						path, body = w.challengeOf(token, path)
					}
					want := expected(r.who, caller, r.path, r.success)
					a := w.withProof(func(headers ...string) hosttest.Answer {
						switch r.method {
						case "GET":
							return w.get(token, path)
						case "POST":
							return w.post(token, path, body, headers...)
						}
						return w.write(token, r.method, path, body, headers...)
					}).Is(want)
					if want == http.StatusForbidden {
						p := a.Problem()
						if r.who == owner && p.Type != api.ProblemOwnerOnly || r.who != owner && (p.Type != api.ProblemForbidden || p.Permission != r.who) {
							t.Errorf("refused for another reason: %s", a.Body)
						}
					}
					if want == http.StatusUnauthorized && a.Refused(api.ProblemUnauthenticated).Status == want && a.Header.Get("WWW-Authenticate") == "" {
						t.Error("401 without WWW-Authenticate")
					}
				})
			}
		})
	}
}

// challengeOf makes a challenge for a person and returns its path and the right answer.
func (w *world) challengeOf(person, path string) (string, any) {
	w.Helper()
	a := w.post(person, "/v1/me/email", `{"email":"other@mail.example"}`)
	if a.Status != http.StatusForbidden {
		return strings.Replace(path, "{challengeId}", "none", 1), typed("00000")
	}
	return strings.Replace(path, "{challengeId}", a.Problem().Challenge.ID, 1), typed(w.fake.lastCode().Code)
}

func TestTheTableOfRightsNamesEveryRegisteredPath(t *testing.T) {
	doc, err := server.OpenAPI(true)
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(doc, &spec); err != nil {
		t.Fatal(err)
	}
	var listed, registered []string
	for _, r := range rights {
		listed = append(listed, r.method+" "+r.path)
	}
	for path, methods := range spec.Paths {
		for method := range methods {
			registered = append(registered, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(listed)
	slices.Sort(registered)
	if !slices.Equal(listed, registered) {
		t.Errorf("paths that exist:\n%s\npaths in the table:\n%s", strings.Join(registered, "\n"), strings.Join(listed, "\n"))
	}
}

func TestWhoeverIsRemovedIsOutOnTheNextCall(t *testing.T) {
	w := newWorld(t)
	w.fake.join("sam", "contacts")
	w.get("sam", "/v1/accounts/a1/contacts").Is(http.StatusOK)
	w.fake.mu.Lock()
	delete(w.fake.data.Members["a1"], "sam")
	w.fake.mu.Unlock()
	w.get("sam", "/v1/accounts/a1/contacts").Is(http.StatusNotFound)
	w.fake.mu.Lock()
	delete(w.fake.data.People, "sam")
	w.fake.mu.Unlock()
	w.get("sam", "/v1/me").Is(http.StatusUnauthorized)
}

func TestAnAnswerIsNotReplayedToSomebodyWhoLostTheRight(t *testing.T) {
	w := newWorld(t)
	w.fake.join("sam", "contacts")
	add := func() hosttest.Answer {
		return w.call("sam", "POST", "/v1/accounts/a1/contacts", `{"firstName":"Zoé","email":"zoe@mail.example"}`, api.HeaderIdempotencyKey, "k")
	}
	add().Is(http.StatusCreated)
	add().Is(http.StatusCreated)
	w.fake.join("sam")
	add().Is(http.StatusForbidden)
}

func TestARightThatIsTakenWhileACallWaitsIsGone(t *testing.T) {
	w := newWorld(t)
	w.fake.join("sam", "contacts")
	tag := w.etag("sam", "/v1/accounts/a1/contacts/c2")
	w.fake.beforeLock = func() { w.fake.join("sam") }
	w.call("sam", "DELETE", "/v1/accounts/a1/contacts/c2", nil, "If-Match", tag).Is(http.StatusForbidden).Refused(api.ProblemForbidden)
	w.get("marie", "/v1/accounts/a1/contacts/c2").Is(http.StatusOK)
}

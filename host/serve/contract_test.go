package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/sample"
	"concierge/host/serve"
	"concierge/host/server"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a running sample host.
type world struct {
	testing.TB
	*serve.Running
	keys atomic.Int64
}

func start(t testing.TB, configure ...func(*serve.Config)) *world {
	t.Helper()
	cfg := serve.Config{Dir: t.TempDir(), Seed: true, SeedNumber: 1, Log: slog.New(slog.DiscardHandler),
		Limits: server.Limits{PersonBurst: 1_000_000, PersonPerSecond: 1_000_000}}
	for _, c := range configure {
		c(&cfg)
	}
	r, err := serve.Sample(context.Background(), cfg)
	must(t, err)
	t.Cleanup(func() {
		if err := r.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &world{TB: t, Running: r}
}

// caller is a person with a token.
type caller struct {
	*world
	token string
}

func (w *world) as(email string) caller {
	w.Helper()
	t, err := w.Mint(context.Background(), email)
	must(w, err)
	return caller{w, t.Access}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, a.body) }

func (a answer) problem() api.Problem {
	var p api.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		p.Type = "not a problem: " + string(a.body)
	}
	return p
}

func into[T any](t testing.TB, a answer, status int) T {
	t.Helper()
	var v T
	if a.status != status {
		t.Fatalf("want %d, got %s", status, a)
	}
	must(t, json.Unmarshal(a.body, &v))
	return v
}

// call sends a request; headers come as name, value pairs. A POST without a key gets a new one.
func (c caller) call(method, path string, body any, headers ...string) answer {
	c.Helper()
	var payload io.Reader = http.NoBody
	if body != nil {
		b, err := json.Marshal(body)
		must(c, err)
		payload = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, c.URL+path, payload)
	must(c, err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if method == http.MethodPost {
		r.Header.Set(api.HeaderIdempotencyKey, fmt.Sprint("key-", c.keys.Add(1)))
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	must(c, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(c, err)
	return answer{res.StatusCode, res.Header, b}
}

func (c caller) get(path string) answer { c.Helper(); return c.call(http.MethodGet, path, nil) }

// write sends a PUT, PATCH or DELETE based on the resource as it is now.
func (c caller) write(method, path string, body any) answer {
	c.Helper()
	resource := strings.TrimSuffix(path, "/permissions")
	return c.call(method, path, body, "If-Match", c.get(resource).header.Get("ETag"))
}

// account is the path of the caller's account of a name.
func (c caller) account(name string) string {
	c.Helper()
	for _, a := range into[api.AccountPage](c, c.get("/v1/accounts?limit=100"), http.StatusOK).Accounts {
		if a.Name == name {
			return "/v1/accounts/" + a.ID
		}
	}
	c.Fatalf("no account %q", name)
	return ""
}

func (c caller) snapshot(account string) api.Snapshot {
	c.Helper()
	return into[api.Snapshot](c, c.get(account+"/snapshot"), http.StatusOK)
}

// proven answers the challenge of a refused POST with the code from the mailbox and repeats the POST with its key.
func (c caller) proven(path string, body any, codeTo string) answer {
	c.Helper()
	key := fmt.Sprint("proven-", c.keys.Add(1))
	refused := c.call(http.MethodPost, path, body, api.HeaderIdempotencyKey, key)
	p := refused.problem()
	if refused.status != http.StatusForbidden || p.Type != api.ProblemStepUp || p.Challenge == nil {
		c.Fatalf("no proof was asked for: %s", refused)
	}
	mails, err := c.Sample.Mails(context.Background(), codeTo)
	must(c, err)
	answered := c.call(http.MethodPost, "/v1/challenges/"+p.Challenge.ID,
		api.ChallengeAnswer{Values: map[string]string{p.Challenge.Fields[0].Name: mails[0].Code}})
	if answered.status >= 300 {
		c.Fatalf("the code was refused: %s", answered)
	}
	return c.call(http.MethodPost, path, body, api.HeaderIdempotencyKey, key, api.HeaderChallenge, p.Challenge.ID)
}

const bakery = "Boulangerie Chez Marcel"

func TestAnInvitationFromTheOfferToTheRevocation(t *testing.T) {
	w := start(t)
	marie := w.as(sample.OwnerEmail)
	account := marie.account(bakery)
	const guest = "Odile@Comptoir.example"
	created := marie.proven(account+"/invitations", api.NewInvitation{Email: guest, Language: "fr", Permissions: []string{"invoices", "quotes"}}, sample.OwnerEmail)
	invitation := into[api.Invitation](t, created, http.StatusCreated)
	if invitation.InvitedBy != "Marie Tremblay" || len(invitation.Permissions) != 2 {
		t.Errorf("invitation %+v", invitation)
	}

	mails, err := w.Sample.Mails(context.Background(), guest)
	must(t, err)
	if len(mails) != 1 || !strings.HasPrefix(mails[0].Link, w.URL+"/invitations/") {
		t.Fatalf("mails %+v", mails)
	}
	res, err := http.PostForm(mails[0].Link, url.Values{"do": {"create"}, "first": {"Odile"}, "last": {"Hébert"}, "password": {"le comptoir du coin"}})
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		t.Fatalf("accepting: %s", res.Status)
	}

	s := marie.snapshot(account)
	var user api.User
	for _, u := range s.Users {
		if u.FirstName == "Odile" {
			user = u
		}
	}
	if user.ID == "" || len(s.Invitations) != 1 {
		t.Fatalf("users %+v, invitations %+v", s.Users, s.Invitations)
	}
	odile := w.as(guest)
	if seen := odile.snapshot(account); seen.Me.Role != api.RoleUser || len(seen.Users)+len(seen.Contacts) != 0 {
		t.Errorf("she sees %+v", seen)
	}

	path := account + "/users/" + user.ID
	until := time.Now().Add(72 * time.Hour).Truncate(time.Second)
	if a := marie.write(http.MethodPut, path+"/permissions", api.PermissionSet{Permissions: []string{"contacts"}, EndsAt: &until, Reason: "essai"}); a.status != http.StatusOK {
		t.Fatal(a)
	}
	if seen := odile.snapshot(account); len(seen.Contacts) != 4 {
		t.Errorf("with the permission she sees %d contacts", len(seen.Contacts))
	}
	if a := marie.write(http.MethodDelete, path, nil); a.status != http.StatusNoContent {
		t.Fatal(a)
	}
	if a := odile.get(account + "/snapshot"); a.status != http.StatusNotFound {
		t.Errorf("after the revocation she gets %s", a)
	}
	var actions []string
	for _, a := range into[api.ActivityPage](t, marie.get(account+"/activity?limit=4"), http.StatusOK).Activity {
		actions = append(actions, a.Action)
	}
	if got := strings.Join(actions, " "); got != "user.removed user.permissions invitation.accepted user.invited" {
		t.Errorf("activity: %s", got)
	}
}

func TestAContactFromTheFirstToTheLastDay(t *testing.T) {
	w := start(t)
	marie := w.as(sample.OwnerEmail)
	account := marie.account(bakery)
	added := into[api.Contact](t, marie.call(http.MethodPost, account+"/contacts",
		api.NewContact{FirstName: "Renée", Email: "renee@chezmarcel.example", EmailPreferences: api.MailPreferences{"domain": true}}), http.StatusCreated)
	path := account + "/contacts/" + added.ID
	last := "Simard"
	edited := into[api.Contact](t, marie.write(http.MethodPatch, path, api.ContactPatch{LastName: &last}), http.StatusOK)
	if edited.FirstName != "Renée" || edited.LastName != last || !edited.EmailPreferences["domain"] {
		t.Errorf("after the edit: %+v", edited)
	}
	// Renée is the only one who reads about domains.
	if a := marie.write(http.MethodDelete, path, nil); a.status != http.StatusConflict || a.problem().Type != api.ProblemLastDomain {
		t.Fatalf("the last reader of Domain mail: %s", a)
	}
	if a := marie.write(http.MethodPatch, account, api.AccountPatch{EmailPreferences: api.MailPreferences{"domain": true}}); a.status != http.StatusOK {
		t.Fatal(a)
	}
	if a := marie.write(http.MethodDelete, path, nil); a.status != http.StatusNoContent {
		t.Fatal(a)
	}
	if a := marie.get(path); a.status != http.StatusNotFound {
		t.Errorf("deleted, but %s", a)
	}
}

func TestOfTwoWritersOnTheSameStateOneWins(t *testing.T) {
	w := start(t)
	marie := w.as(sample.OwnerEmail)
	path := marie.account(bakery)
	tag := marie.get(path).header.Get("ETag")
	var answers [2]answer
	var both sync.WaitGroup
	for i := range answers {
		city := fmt.Sprint("Ville ", i)
		both.Go(func() {
			answers[i] = marie.call(http.MethodPatch, path, api.AccountPatch{Address: &api.Address{City: city, Country: "CA"}}, "If-Match", tag)
		})
	}
	both.Wait()
	won, lost := answers[0], answers[1]
	if won.status != http.StatusOK {
		won, lost = lost, won
	}
	if won.status != http.StatusOK || lost.status != http.StatusPreconditionFailed || lost.problem().Type != api.ProblemStale {
		t.Fatalf("%s and %s", won, lost)
	}
	var current api.Account
	must(t, json.Unmarshal(lost.problem().Current, &current))
	if current.ETag != into[api.Account](t, won, http.StatusOK).ETag {
		t.Errorf("the loser is shown %+v", current)
	}
}

func TestARepeatedPostActsOnce(t *testing.T) {
	w := start(t)
	marie := w.as(sample.OwnerEmail)
	account := marie.account(bakery)
	body := api.NewContact{FirstName: "Une", Email: "une@chezmarcel.example"}
	first := marie.call(http.MethodPost, account+"/contacts", body, api.HeaderIdempotencyKey, "the-same")
	again := marie.call(http.MethodPost, account+"/contacts", body, api.HeaderIdempotencyKey, "the-same")
	if first.status != http.StatusCreated || again.status != first.status || !bytes.Equal(again.body, first.body) {
		t.Errorf("%s, then %s", first, again)
	}
	if n := len(marie.snapshot(account).Contacts); n != 5 {
		t.Errorf("%d contacts", n)
	}
}

func TestAllAccountsCostOneRequest(t *testing.T) {
	w := start(t)
	sam, marie := w.as(sample.AccountantEmail), w.as(sample.OwnerEmail)
	token := into[api.Changes](t, sam.get("/v1/changes"), http.StatusOK).Token
	account := marie.account(bakery)
	marie.call(http.MethodPost, account+"/contacts", api.NewContact{FirstName: "Une", Email: "une@chezmarcel.example"})
	c := into[api.Changes](t, sam.get("/v1/changes?since="+url.QueryEscape(token)), http.StatusOK)
	if len(c.Accounts) != 1 || "/v1/accounts/"+c.Accounts[0].ID != account || c.Accounts[0].Gone {
		t.Errorf("changes %+v", c)
	}
}

func TestANewPasswordEndsEverySignIn(t *testing.T) {
	w := start(t)
	marie := w.as(sample.OwnerEmail)
	if a := marie.call(http.MethodPost, "/v1/me/password-reset", nil); a.status >= 300 {
		t.Fatal(a)
	}
	mails, err := w.Sample.Mails(context.Background(), sample.OwnerEmail)
	must(t, err)
	res, err := http.PostForm(mails[0].Link, url.Values{"password": {"une nouvelle phrase"}})
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != http.StatusOK {
		t.Fatalf("choosing it: %s", res.Status)
	}
	if a := marie.get("/v1/me"); a.status != http.StatusUnauthorized {
		t.Errorf("the old token still gets %s", a)
	}
}

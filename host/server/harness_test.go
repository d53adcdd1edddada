package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/phone"
	"concierge/host/server"
	"concierge/host/store"
)

// tokens take a person's id for their token.
type tokens struct{}

func (tokens) Person(_ context.Context, token string) (string, error) {
	if token == "broken" {
		return "", fmt.Errorf("the token store is on fire")
	}
	if token == "expired" {
		return "", fmt.Errorf("expired: %w", server.ErrInvalidToken)
	}
	return token, nil
}

// world is a server with its fake provider.
type world struct {
	*testing.T
	url   string
	fake  *fake
	db    *store.DB
	clock *hosttest.Clock
	log   *hosttest.Log
	keys  *atomic.Int64
}

func newWorld(t *testing.T, configure ...func(*server.Config)) *world {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.MigrateHost(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := hosttest.NewClock(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	w := &world{T: t, fake: newFake(db, c.Now), db: db, clock: c, log: &hosttest.Log{}, keys: &atomic.Int64{}}
	cfg := server.Config{Provider: w.fake, Store: db, Tokens: tokens{}, Phones: phone.Canonical, Now: c.Now,
		SignIn:    api.SignIn{Issuer: "http://127.0.0.1:1/", ClientID: "concierge", Scopes: []string{"openid"}},
		PublicURL: func() string { return "https://host.example" },
		Log:       slog.New(slog.NewJSONHandler(w.log, nil)),
		Limits:    server.Limits{PersonBurst: 100_000, AddressBurst: 100_000, Codes: 100_000}}
	for _, f := range configure {
		f(&cfg)
	}
	srv := httptest.NewServer(server.New(cfg))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

// limits configures a server's limits.
func limits(l server.Limits) func(*server.Config) {
	return func(c *server.Config) { c.Limits = l }
}

// reset gives the fake its first state again.
func (w *world) reset() {
	fresh := newFake(w.db, w.clock.Now)
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	w.fake.data, w.fake.desc, w.fake.codes, w.fake.fail = fresh.data, fresh.desc, nil, fresh.fail
}

// call sends a request as a person ("" for nobody). Headers come as name, value pairs.
func (w *world) call(person, method, path string, body any, headers ...string) hosttest.Answer {
	w.Helper()
	return hosttest.NewAPI(w.T, w.url, nil).Send(person, method, path, body, headers...)
}

func (w *world) get(person, path string, headers ...string) hosttest.Answer {
	w.Helper()
	return w.call(person, http.MethodGet, path, nil, headers...)
}

func (w *world) key() string { return fmt.Sprint("key-", w.keys.Add(1)) }

// post posts with a new Idempotency-Key.
func (w *world) post(person, path string, body any, headers ...string) hosttest.Answer {
	w.Helper()
	return w.call(person, http.MethodPost, path, body, append([]string{api.HeaderIdempotencyKey, w.key()}, headers...)...)
}

// etag is the entity tag of a resource as a person sees it, or one that nothing has.
func (w *world) etag(person, path string) string {
	w.Helper()
	if a := w.get(person, path); a.Status == http.StatusOK {
		return a.ETag()
	}
	return `"nothing"`
}

// write sends a PUT, PATCH or DELETE with the current entity tag of the resource.
func (w *world) write(person, method, path string, body any, headers ...string) hosttest.Answer {
	w.Helper()
	tag := w.etag(person, strings.TrimSuffix(path, "/permissions"))
	return w.call(person, method, path, body, append([]string{"If-Match", tag}, headers...)...)
}

// withProof answers the challenge of a refused call and repeats it.
func (w *world) withProof(call func(headers ...string) hosttest.Answer) hosttest.Answer {
	w.Helper()
	first := call()
	if first.Status != http.StatusForbidden || first.Problem().Type != api.ProblemStepUp {
		return first
	}
	ch := first.Problem().Challenge
	code := w.fake.lastCode()
	w.post(code.Person, "/v1/challenges/"+ch.ID, typed(code.Code)).Is(http.StatusNoContent)
	return call(api.HeaderChallenge, ch.ID)
}

func typed(code string) api.ChallengeAnswer {
	return api.ChallengeAnswer{Values: map[string]string{"code": code}}
}

// read is what was answered as done.
func read[T any](a hosttest.Answer) T {
	a.Helper()
	return hosttest.Into[T](a, http.StatusOK)
}

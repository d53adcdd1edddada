package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/phone"
	"concierge/host/server"
	"concierge/host/store"
)

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

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
	clock *clock
	log   *syncBuffer
	keys  *atomic.Int64
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
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
	c := &clock{t: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	w := &world{T: t, fake: newFake(db, c.now), db: db, clock: c, log: &syncBuffer{}, keys: &atomic.Int64{}}
	cfg := server.Config{Provider: w.fake, Store: db, Tokens: tokens{}, Phones: phone.Canonical, Now: c.now,
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
	fresh := newFake(w.db, w.clock.now)
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	w.fake.data, w.fake.desc, w.fake.codes, w.fake.fail = fresh.data, fresh.desc, nil, fresh.fail
}

// answer is what came back.
type answer struct {
	*testing.T
	status int
	header http.Header
	body   []byte
}

// call sends a request as a person ("" for nobody). Headers come as name, value pairs.
func (w *world) call(person, method, path string, body any, headers ...string) answer {
	w.Helper()
	var payload io.Reader = http.NoBody
	switch b := body.(type) {
	case nil:
	case string:
		payload = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			w.Fatal(err)
		}
		payload = bytes.NewReader(j)
	}
	r, err := http.NewRequestWithContext(w.Context(), method, w.url+path, payload)
	if err != nil {
		w.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if person != "" {
		r.Header.Set("Authorization", "Bearer "+person)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer{w.T, res.StatusCode, res.Header, b}
}

func (w *world) get(person, path string, headers ...string) answer {
	w.Helper()
	return w.call(person, http.MethodGet, path, nil, headers...)
}

func (w *world) key() string { return fmt.Sprint("key-", w.keys.Add(1)) }

// post posts with a new Idempotency-Key.
func (w *world) post(person, path string, body any, headers ...string) answer {
	w.Helper()
	return w.call(person, http.MethodPost, path, body, append([]string{api.HeaderIdempotencyKey, w.key()}, headers...)...)
}

// etag is the entity tag of a resource as a person sees it, or one that nothing has.
func (w *world) etag(person, path string) string {
	w.Helper()
	if a := w.get(person, path); a.status == http.StatusOK {
		return a.header.Get("ETag")
	}
	return `"nothing"`
}

// write sends a PUT, PATCH or DELETE with the current entity tag of the resource.
func (w *world) write(person, method, path string, body any, headers ...string) answer {
	w.Helper()
	tag := w.etag(person, strings.TrimSuffix(path, "/permissions"))
	return w.call(person, method, path, body, append([]string{"If-Match", tag}, headers...)...)
}

// withProof answers the challenge of a refused call and repeats it.
func (w *world) withProof(call func(headers ...string) answer) answer {
	w.Helper()
	first := call()
	if first.status != http.StatusForbidden || first.problem().Type != api.ProblemStepUp {
		return first
	}
	ch := first.problem().Challenge
	code := w.fake.lastCode()
	w.post(code.Person, "/v1/challenges/"+ch.ID, typed(code.Code)).is(http.StatusNoContent)
	return call(api.HeaderChallenge, ch.ID)
}

func typed(code string) api.ChallengeAnswer {
	return api.ChallengeAnswer{Values: map[string]string{"code": code}}
}

// is checks the status.
func (a answer) is(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("answered %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// problem reads the body as a problem and checks what all problems have.
func (a answer) problem() api.Problem {
	a.Helper()
	var p api.Problem
	a.into(&p)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.Errorf("content type %q, want application/problem+json", got)
	}
	if !strings.HasPrefix(p.Type, api.ProblemPrefix) || p.Title == "" || p.Status != a.status {
		a.Errorf("not a problem of the contract: %s", a.body)
	}
	if p.RequestID == "" || p.RequestID != a.header.Get(api.HeaderRequestID) {
		a.Errorf("request id %q in the problem, %q in the header", p.RequestID, a.header.Get(api.HeaderRequestID))
	}
	return p
}

// refused checks that the answer is one problem, and returns it.
func (a answer) refused(kind string) api.Problem {
	a.Helper()
	p := a.problem()
	if p.Type != kind {
		a.Fatalf("refused with %s, want %s: %s", p.Type, kind, a.body)
	}
	return p
}

// wrong checks that the answer names exactly these wrong fields, as pointer and code.
func (a answer) wrong(fields ...string) {
	a.Helper()
	p := a.is(http.StatusUnprocessableEntity).refused(api.ProblemInvalid)
	var got []string
	for _, e := range p.Errors {
		got = append(got, e.Pointer+" "+e.Code)
	}
	if strings.Join(got, ", ") != strings.Join(fields, ", ") {
		a.Errorf("wrong fields are %q, want %q", got, fields)
	}
}

func (a answer) into(v any) {
	a.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.Fatalf("not JSON: %v: %s", err, a.body)
	}
}

func read[T any](a answer) T {
	a.Helper()
	var v T
	a.is(http.StatusOK).into(&v)
	return v
}

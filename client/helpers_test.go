package client

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// under is the base path of every test host: a host is seldom at the root of its name.
const under = "/espace/concierge"

// sleeper stands for the clock: it notes how long was asked for and goes on at once.
type sleeper struct {
	mu   sync.Mutex
	naps []time.Duration
}

func (s *sleeper) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.naps = append(s.naps, d)
	return ctx.Err()
}

// fixed is a token source with one token, which refreshing does not change.
type fixed string

func (f fixed) Token(context.Context) (string, error)     { return string(f), nil }
func (f fixed) Refresh(context.Context, string) error     { return nil }
func (f fixed) refusing(err error) TokenSource            { return refusing{f, err} }
func discardLog() *log.Logger                             { return log.New(io.Discard, "", 0) }
func quietly() *slog.Logger                               { return slog.New(slog.DiscardHandler) }
func answerJSON(w http.ResponseWriter, status int, v any) { write(w, status, "application/json", v) }
func answerProblem(w http.ResponseWriter, status int, v any) {
	write(w, status, "application/problem+json", v)
}
func (r refusing) Refresh(context.Context, string) error { return r.err }

type refusing struct {
	fixed
	err error
}

func write(w http.ResponseWriter, status int, media string, v any) {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	switch v := v.(type) {
	case nil:
	case string:
		_, _ = io.WriteString(w, v) // the client may have gone: what it says counts
	default:
		if err := json.NewEncoder(w).Encode(v); err != nil {
			panic(err)
		}
	}
}

// newServer serves h below the base path; anything else fails the test.
func newServer(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, under+"/v1/") {
			t.Errorf("request outside the base path: %s %s", r.Method, r.URL)
			http.Error(w, "not here", http.StatusTeapot)
			return
		}
		body, err := io.ReadAll(r.Body) // only after that a server notices that the other end has gone
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		http.StripPrefix(under, h).ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// newClient returns a client of a server, signed in, that does not really sleep. change may alter the configuration.
func newClient(t *testing.T, base string, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{BaseURL: base, Token: fixed("token-1"), Sleep: new(sleeper).sleep, Jitter: func() float64 { return 0 }, Log: quietly()}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// newHost is a server with a client of it.
func newHost(t *testing.T, h http.HandlerFunc, change ...func(*Config)) *Client {
	t.Helper()
	return newClient(t, newServer(t, h).URL+under, change...)
}

// counter counts the requests that a handler got.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

func (c *counter) seen() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

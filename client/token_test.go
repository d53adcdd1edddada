package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
)

// rolling is a token source whose refresh gives the next token.
type rolling struct {
	mu        sync.Mutex
	token     string
	next      string
	refreshes int
	fail      error
}

func (s *rolling) Token(context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token, nil
}

func (s *rolling) Refresh(_ context.Context, used string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refreshes++
	if s.fail == nil && used == s.token {
		s.token = s.next
	}
	return s.fail
}

func accepting(token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			answerProblem(w, http.StatusUnauthorized, api.Problem{Type: api.ProblemUnauthenticated})
			return
		}
		answerJSON(w, http.StatusOK, meJSON)
	}
}

func TestARefusedTokenIsRefreshedOnceAndTheCallRepeated(t *testing.T) {
	s := &rolling{token: "old", next: "new"}
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { requests.next(); accepting("new")(w, r) }, func(c *Config) { c.Token = s })
	for _, call := range []func(*Client) error{read, patch} {
		if err := call(c); err != nil {
			t.Error(err)
		}
	}
	if s.refreshes != 1 || requests.seen() != 3 {
		t.Errorf("%d refreshes, %d requests", s.refreshes, requests.seen())
	}
}

func TestATokenRefusedAgainNeedsThePerson(t *testing.T) {
	s := &rolling{token: "old", next: "new"}
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { requests.next(); accepting("another")(w, r) }, func(c *Config) { c.Token = s })
	err := patch(c)
	if !errors.Is(err, ErrSignInNeeded) || !HasType(err, api.ProblemUnauthenticated) || errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("got %v", err)
	}
	if s.refreshes != 1 || requests.seen() != 2 {
		t.Errorf("%d refreshes, %d requests", s.refreshes, requests.seen())
	}
}

func TestARefreshThatFailsSaysWhatIsNeeded(t *testing.T) {
	broken := errors.New("the keyring is locked")
	tests := []struct {
		name string
		err  error
		is   error
		not  error
	}{
		{"refused by the sign-in server", errors.New("invalid_grant"), ErrSignInNeeded, ErrOffline},
		{"said by the source itself", &SignInNeeded{Err: broken}, broken, ErrOffline},
		{"trouble of another kind", broken, broken, ErrOffline},
		{"the sign-in server cannot be reached", &url.Error{Op: "Post", URL: "https://id.example/token", Err: &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}}, ErrOffline, ErrSignInNeeded},
		{"the sign-in server is slow", context.DeadlineExceeded, ErrOffline, ErrSignInNeeded},
		{"the keyring's socket is not there", &net.OpError{Op: "dial", Net: "unix", Err: errors.New("no such file")}, ErrSignInNeeded, ErrOffline},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newHost(t, accepting("new"), func(c *Config) { c.Token = fixed("old").refusing(tt.err) })
			err := read(c)
			if !errors.Is(err, tt.is) || errors.Is(err, tt.not) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestARefreshThatChangesNothingNeedsThePerson(t *testing.T) {
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { requests.next(); accepting("new")(w, r) }, func(c *Config) { c.Token = fixed("old") })
	if err := read(c); !errors.Is(err, ErrSignInNeeded) || requests.seen() != 1 {
		t.Errorf("got %v after %d requests", err, requests.seen())
	}
}

func TestWithoutATokenNothingIsSent(t *testing.T) {
	for name, source := range map[string]TokenSource{"no source": nil, "an empty token": fixed("")} {
		t.Run(name, func(t *testing.T) {
			c := newHost(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }, func(c *Config) { c.Token = source })
			if err := read(c); !errors.Is(err, ErrSignInNeeded) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestManyRefusedCallsRefreshOnce(t *testing.T) {
	const calls = 8
	s := &rolling{token: "old", next: "new"}
	var arrived sync.WaitGroup
	arrived.Add(calls)
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer old" {
			arrived.Done()
			arrived.Wait() // all are refused at once
		}
		accepting("new")(w, r)
	}, func(c *Config) { c.Token = s })
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			if err := read(c); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s.refreshes != 1 {
		t.Errorf("refreshed %d times", s.refreshes)
	}
}

// stuck is a source whose refresh waits to be let go.
type stuck struct {
	rolling
	began, let chan struct{}
}

func (s *stuck) Refresh(ctx context.Context, used string) error {
	close(s.began)
	<-s.let
	return s.rolling.Refresh(ctx, used)
}

func TestGivingUpDuringARefreshReturnsAtOnceAndLetsTheRefreshGoOn(t *testing.T) {
	s := &stuck{rolling: rolling{token: "old", next: "new"}, began: make(chan struct{}), let: make(chan struct{})}
	c := newHost(t, accepting("new"), func(c *Config) { c.Token = s })
	ctx, cancel := context.WithCancel(context.Background())
	got := make(chan error)
	go func() { _, err := c.Me(ctx); got <- err }()
	<-s.began
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	waiting := make(chan error)
	go func() { waiting <- read(c) }()
	close(s.let)
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	if s.refreshes != 1 {
		t.Errorf("refreshed %d times", s.refreshes)
	}
}

func TestAPageThatAsksForAPasswordDoesNotUseUpTheToken(t *testing.T) {
	s := &rolling{token: "old", next: "new"}
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="hotel"`)
		write(w, http.StatusUnauthorized, "text/html", "<h1>Wi-Fi</h1>")
	}, func(c *Config) { c.Token = s })
	if err := read(c); !errors.Is(err, ErrNotAHost) || s.refreshes != 0 {
		t.Errorf("got %v, %d refreshes", err, s.refreshes)
	}
}

func TestACallThatRunsOutOfTimeIsATimeOut(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Me(ctx)
	if o, ok := errors.AsType[*Offline](err); !ok || o.Kind != TimedOut || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

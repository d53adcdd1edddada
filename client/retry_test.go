package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
)

// cut ends the connection in the middle of an answer.
func cut(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write([]byte(`{"id":`))
	panic(http.ErrAbortHandler)
}

func read(c *Client) error { _, err := c.Me(context.Background()); return err }

func post(c *Client) error {
	_, err := c.Invite(context.Background(), "a1", api.NewInvitation{Email: "luc@compta.example"}, Write{})
	return err
}

func patch(c *Client) error {
	_, err := c.UpdateMe(context.Background(), api.MePatch{}, Write{IfMatch: "m1"})
	return err
}

func remove(c *Client) error {
	return c.RemoveUser(context.Background(), "a1", "u1", Write{IfMatch: "e1"})
}

func TestWhatIsRepeatedAndWhatBecomesOfIt(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) }
	}
	problem := func(code int, kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { answerProblem(w, code, api.Problem{Type: kind}) }
	}
	cutting := func(w http.ResponseWriter, r *http.Request) { cut(w) }
	silent := func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }
	const once, thrice = 1, 3
	tests := []struct {
		name    string
		call    func(*Client) error
		answer  http.HandlerFunc
		sent    int
		is      error
		unknown bool
	}{
		{"a reading whose answer is cut is repeated", read, cutting, thrice, ErrOffline, false},
		{"a reading without an answer is repeated", read, silent, thrice, ErrOffline, false},
		{"a reading is repeated when a server in front is out of order", read, status(502), thrice, nil, false},
		{"a reading is not repeated when the host failed", read, problem(500, api.ProblemInternal), once, nil, false},
		{"a reading is repeated when the host is busy", read, problem(503, api.ProblemBusy), thrice, nil, false},
		{"a reading is repeated when called too often", read, problem(429, api.ProblemRateLimited), thrice, ErrRateLimited, false},
		{"a reading of a web page is not repeated", read, func(w http.ResponseWriter, r *http.Request) { write(w, 200, "text/html", "<p>") }, once, ErrNotAHost, false},

		{"an invitation whose answer is cut is repeated with its key", post, cutting, thrice, ErrOffline, true},
		{"an invitation without an answer is repeated with its key", post, silent, thrice, ErrOffline, true},
		{"an invitation is repeated when a server in front is out of order", post, status(504), thrice, nil, true},
		{"an invitation is repeated when the host is busy", post, problem(503, api.ProblemBusy), thrice, nil, false},
		{"an invitation that is refused is refused", post, problem(409, api.ProblemAlreadyUser), once, nil, false},
		{"an invitation answered with a web page may have been made", post, func(w http.ResponseWriter, r *http.Request) { write(w, 200, "text/html", "<p>") }, once, ErrNotAHost, true},
		{"an invitation answered with something else may have been made", post, func(w http.ResponseWriter, r *http.Request) { write(w, 200, "application/json", `{}`) }, once, ErrWrongShape, true},

		{"a change whose answer is cut is not repeated", patch, cutting, once, ErrOffline, true},
		{"a change without an answer is not repeated", patch, silent, once, ErrOffline, true},
		{"a change is repeated when called too often", patch, problem(429, api.ProblemRateLimited), thrice, ErrRateLimited, false},
		{"a change is not repeated when the host is busy", patch, problem(503, api.ProblemBusy), once, nil, false},
		{"a change that a server in front lost is not repeated", patch, status(502), once, nil, true},
		{"a change that the provider's system answered with nonsense is not repeated", patch, problem(502, api.ProblemUpstream), once, nil, true},
		{"a change that failed without a word of the host is unknown", patch, func(w http.ResponseWriter, r *http.Request) { write(w, 500, "text/html", "<p>") }, once, ErrNotAHost, true},
		{"a change that failed in the host has failed", patch, problem(500, api.ProblemInternal), once, nil, false},
		{"a change that is stale is stale", patch, problem(412, api.ProblemStale), once, nil, false},
		{"a change refused by a web page was not made", patch, func(w http.ResponseWriter, r *http.Request) { write(w, 403, "text/html", "<p>") }, once, ErrNotAHost, false},

		{"a removal without an answer is not repeated", remove, silent, once, ErrOffline, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var requests counter
			var mu sync.Mutex
			keys := map[string]bool{}
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				requests.next()
				mu.Lock()
				keys[r.Header.Get(api.HeaderIdempotencyKey)] = true
				mu.Unlock()
				tt.answer(w, r)
			})
			err := tt.call(c)
			mu.Lock()
			defer mu.Unlock()
			if n := requests.seen(); n != tt.sent {
				t.Errorf("sent %d times, want %d", n, tt.sent)
			}
			if len(keys) != 1 {
				t.Errorf("repeats had different keys")
			}
			if err == nil || (tt.is != nil && !errors.Is(err, tt.is)) {
				t.Errorf("got %v, want %v", err, tt.is)
			}
			if tt.is == nil && !is[*Problem](err) {
				t.Errorf("got %v, want a problem", err)
			}
			if got := errors.Is(err, ErrOutcomeUnknown); got != tt.unknown {
				t.Errorf("outcome unknown: %v, want %v (%v)", got, tt.unknown, err)
			}
		})
	}
}

func TestARepeatThatSucceedsIsSuccess(t *testing.T) {
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.next() < 3 {
			cut(w)
		}
		answerJSON(w, http.StatusCreated, invitationJSON)
	})
	if err := post(c); err != nil {
		t.Error(err)
	}
}

func TestALostFirstAnswerIsNotForgottenWhenTheRepeatSaysBusy(t *testing.T) {
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.next() == 1 {
			cut(w)
		}
		answerProblem(w, http.StatusServiceUnavailable, api.Problem{Type: api.ProblemBusy})
	})
	if err := post(c); !errors.Is(err, ErrOutcomeUnknown) || !HasType(err, api.ProblemBusy) {
		t.Errorf("got %v", err)
	}
}

func TestAClearAnswerToARepeatSettlesALostFirstAnswer(t *testing.T) {
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.next() == 1 {
			cut(w)
		}
		answerProblem(w, http.StatusConflict, api.Problem{Type: api.ProblemAlreadyUser})
	})
	if err := post(c); errors.Is(err, ErrOutcomeUnknown) || !HasType(err, api.ProblemAlreadyUser) {
		t.Errorf("got %v", err)
	}
}

func TestWaitsGrowAndHaveJitter(t *testing.T) {
	var naps sleeper
	jitter := 0.0
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }, func(c *Config) {
		c.Sleep = naps.sleep
		c.Jitter = func() float64 { jitter += 0.5; return jitter - 0.5 }
	})
	if err := read(c); err == nil {
		t.Fatal("no error")
	}
	if want := []time.Duration{250 * time.Millisecond, 750 * time.Millisecond}; !slices.Equal(naps.naps, want) {
		t.Errorf("waited %v, want %v", naps.naps, want)
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, value, date string
		want              time.Duration
	}{
		{"seconds", "7", "", 7 * time.Second},
		{"a date, by our clock", "Sun, 01 Mar 2026 12:00:09 GMT", "", 9 * time.Second},
		{"a date, by the host's clock where it has one", "Sun, 01 Mar 2026 09:00:08 GMT", "Sun, 01 Mar 2026 09:00:00 GMT", 8 * time.Second},
		{"a date in the past", "Sun, 01 Mar 2020 12:00:09 GMT", "", 0},
		{"too long to believe", "2000000000", "", longestWait},
		{"negative", "-5", "", 0},
		{"nonsense", "soon", "", 0},
		{"nothing", "", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			h.Set("Retry-After", tt.value)
			h.Set("Date", tt.date)
			if got := retryAfter(h, now); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWhatTheHostAsksIsWaitedForWithinALimit(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		for _, seconds := range []int{4, 11} {
			for _, asDate := range []bool{false, true} {
				t.Run(strconv.Itoa(status)+"/"+strconv.Itoa(seconds)+"/"+strconv.FormatBool(asDate), func(t *testing.T) {
					now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
					asked := time.Duration(seconds) * time.Second
					var naps sleeper
					var requests counter
					c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
						if requests.next() > 1 {
							answerJSON(w, http.StatusOK, meJSON)
							return
						}
						w.Header().Set("Retry-After", strconv.Itoa(seconds))
						if asDate {
							w.Header().Set("Date", now.Format(http.TimeFormat))
							w.Header().Set("Retry-After", now.Add(asked).Format(http.TimeFormat))
						}
						answerProblem(w, status, api.Problem{Type: api.ProblemRateLimited})
					}, func(c *Config) {
						c.Sleep, c.MaxWait = naps.sleep, 10*time.Second
						c.Now = func() time.Time { return now }
					})
					err := read(c)
					if seconds == 4 {
						if err != nil || !slices.Equal(naps.naps, []time.Duration{asked}) {
							t.Errorf("got %v after %v", err, naps.naps)
						}
						return
					}
					p, ok := errors.AsType[*Problem](err)
					if !ok || p.RetryAfter != asked || len(naps.naps) != 0 {
						t.Errorf("got %v after %v", err, naps.naps)
					}
					limited, ok := errors.AsType[*RateLimited](err)
					if ok != (status == http.StatusTooManyRequests) || (ok && (limited.RetryAfter != asked || !limited.Until.Equal(now.Add(asked)))) {
						t.Errorf("got %+v", limited)
					}
				})
			}
		}
	}
}

func TestNothingIsWaitedForThatTheCallHasNoTimeFor(t *testing.T) {
	var naps sleeper
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "9")
		w.WriteHeader(http.StatusTooManyRequests)
	}, func(c *Config) { c.Sleep, c.CallTimeout = naps.sleep, 8*time.Second })
	if err := read(c); !errors.Is(err, ErrRateLimited) || len(naps.naps) != 0 {
		t.Errorf("got %v after %v", err, naps.naps)
	}
}

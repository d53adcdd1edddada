package schedule_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/host/schedule"
	"concierge/host/store"
)

const day = 24 * time.Hour

// world is one database, a clock, and what was done.
type world struct {
	t    *testing.T
	path string

	mu   sync.Mutex
	now  time.Time
	done []string // "end a1/u1", "ended …", "remind …/7", "tell …/7", in order
	fail func(what string) error
}

func newWorld(t *testing.T) *world {
	return &world{t: t, path: filepath.Join(t.TempDir(), "host.db"), now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) did(what string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, what)
	if w.fail != nil {
		return w.fail(what)
	}
	return nil
}

// took returns what was done since it was asked last.
func (w *world) took() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.done = nil }()
	return strings.Join(w.done, ", ")
}

// gateway is one process with the database open; change may alter its configuration.
func (w *world) gateway(change func(*schedule.Config)) *schedule.Schedule {
	w.t.Helper()
	db, err := store.Open(w.t.Context(), w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	name := func(e schedule.End) string { return e.Account + "/" + e.User }
	c := schedule.Config{
		End:   func(_ context.Context, e schedule.End) error { return w.did("end " + name(e)) },
		Ended: func(_ context.Context, e schedule.End) error { return w.did("ended " + name(e)) },
		Remind: func(_ context.Context, e schedule.End, days int) error {
			return w.did(fmt.Sprintf("remind %s/%d", name(e), days))
		},
		Tell: func(_ context.Context, e schedule.End, days int) error {
			return w.did(fmt.Sprintf("tell %s/%d", name(e), days))
		},
		Now: w.clock, Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&c)
	}
	s, err := schedule.New(w.t.Context(), db, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) set(s *schedule.Schedule, user string, in time.Duration) {
	w.t.Helper()
	if err := s.Set(w.t.Context(), schedule.End{Account: "a1", User: user, At: w.clock().Add(in), Reason: "year end"}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tick(s *schedule.Schedule) {
	w.t.Helper()
	if err := s.Tick(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) want(want ...string) {
	w.t.Helper()
	if got := w.took(); got != strings.Join(want, ", ") {
		w.t.Errorf("did %q, want %q", got, strings.Join(want, ", "))
	}
}

// one is the only end of account a1.
func (w *world) one(s *schedule.Schedule) schedule.End {
	w.t.Helper()
	ends, err := s.Of(w.t.Context(), "a1")
	if err != nil || len(ends) != 1 {
		w.t.Fatalf("ends: %v, %v", ends, err)
	}
	return ends[0]
}

func TestAccessEndsAtItsTimeAfterItsThreeReminders(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(nil)
	w.set(s, "u1", 40*day)
	for _, step := range []struct {
		pass time.Duration
		want []string
	}{
		{0, nil},
		{9*day - time.Millisecond, nil},
		{time.Millisecond, []string{"remind a1/u1/31", "tell a1/u1/31"}},
		{23 * day, nil},
		{day, []string{"remind a1/u1/7", "tell a1/u1/7"}},
		{6 * day, []string{"remind a1/u1/1", "tell a1/u1/1"}},
		{day - time.Millisecond, nil},
		{time.Millisecond, []string{"end a1/u1", "ended a1/u1", "tell a1/u1/0"}},
		{day, nil},
	} {
		w.pass(step.pass)
		w.tick(s)
		w.tick(s) // a second look finds nothing
		w.want(step.want...)
	}
	if ends, err := s.Of(t.Context(), "a1"); err != nil || len(ends) != 0 {
		t.Errorf("left: %v, %v", ends, err)
	}
}


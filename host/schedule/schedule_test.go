package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"concierge/host/schedule"
	"concierge/host/store"
	"concierge/host/store/pgtest"
)

const day = 24 * time.Hour

// world is one database, a clock, and what was done.
type world struct {
	t    *testing.T
	open func() (*store.DB, error)

	mu   sync.Mutex
	now  time.Time
	done []string // "end a1/u1", "ended …", "remind …/7", "tell …/7", in order
	fail func(what string) error
}

// database is the kind that the tests run on.
var database pgtest.Database

func TestMain(m *testing.M) {
	if args, is := os.LookupEnv(gatewayVariable); is {
		if err := gateway(args); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(pgtest.EachBinary(m, func(d pgtest.Database) { database = d }))
}

func newWorld(t *testing.T) *world {
	return &world{t: t, open: database.New(t), now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
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
	db, err := w.open()
	if err != nil {
		w.t.Fatal(err)
	}
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

func TestRemindersThatHadPassedWhenTheEndWasSetAreNotGiven(t *testing.T) {
	for in, want := range map[time.Duration][]string{
		20 * day: {"remind a1/u1/7", "tell a1/u1/7", "remind a1/u1/1", "tell a1/u1/1", "end a1/u1", "ended a1/u1", "tell a1/u1/0"},
		2 * day:  {"remind a1/u1/1", "tell a1/u1/1", "end a1/u1", "ended a1/u1", "tell a1/u1/0"},
		day:      {"end a1/u1", "ended a1/u1", "tell a1/u1/0"},
	} {
		w := newWorld(t)
		s := w.gateway(nil)
		w.set(s, "u1", in)
		for passed := time.Duration(0); passed <= in; passed += day / 2 {
			w.tick(s)
			w.pass(day / 2)
		}
		w.want(want...)
	}
}

func TestAReminderThatNobodyWasThereToGiveIsOvertakenByTheNext(t *testing.T) {
	w := newWorld(t)
	w.set(w.gateway(nil), "u1", 40*day)
	w.pass(39 * day)
	w.tick(w.gateway(nil)) // started anew
	w.want("remind a1/u1/1", "tell a1/u1/1")
}

func TestAClockThatGoesBackNeitherRemindsTwiceNorEndsBeforeTheTime(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(nil)
	w.set(s, "u1", 8*day)
	w.pass(day)
	w.tick(s)
	w.want("remind a1/u1/7", "tell a1/u1/7")
	w.pass(-day)
	w.tick(s)
	w.pass(day)
	w.tick(s)
	w.want()
	w.pass(6*day + day - time.Hour) // an hour before the end
	w.tick(s)
	w.want("remind a1/u1/1", "tell a1/u1/1")
	w.pass(-day)
	w.tick(s)
	w.pass(day)
	w.tick(s)
	w.want()
	w.pass(time.Hour)
	w.tick(s)
	w.want("end a1/u1", "ended a1/u1", "tell a1/u1/0")
}

func TestAnotherEndBeginsAnewAndTheSameOneGoesOn(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(nil)
	at := w.clock().Add(8 * day)
	set := func(at time.Time, reason string) {
		t.Helper()
		if err := s.Set(t.Context(), schedule.End{Account: "a1", User: "u1", At: at, Reason: reason}); err != nil {
			t.Fatal(err)
		}
		w.tick(s)
	}
	set(at, "audit")
	w.pass(day)
	w.tick(s)
	w.want("remind a1/u1/7", "tell a1/u1/7")
	set(at, "longer audit")
	w.want()
	if e := w.one(s); e.Reason != "longer audit" || e.Reminded != 7 || !e.At.Equal(at) {
		t.Errorf("the same end: %+v", e)
	}
	if r, err := s.Reminders(t.Context(), "a1"); err != nil || len(r) != 1 || r[0].UserID != "u1" || r[0].Days != 7 || !r[0].EndsAt.Equal(at) {
		t.Errorf("standing: %+v, %v", r, err)
	}
	set(at.Add(day), "longer audit")
	if e := w.one(s); e.Reminded != 0 {
		t.Errorf("another end: %+v", e)
	}
	w.pass(day)
	w.tick(s)
	w.want("remind a1/u1/7", "tell a1/u1/7")
	if err := s.Clear(t.Context(), "a1", "u1"); err != nil {
		t.Fatal(err)
	}
	w.pass(30 * day)
	w.tick(s)
	w.want()
}

func TestWhatCannotBeEndedIsTriedLaterAndLaterAndSaysWhy(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(nil)
	w.set(s, "u1", time.Hour)
	w.set(s, "u2", time.Hour)
	w.fail = func(what string) error {
		if what == "end a1/u1" {
			return errors.New("role of the credential")
		}
		return nil
	}
	w.pass(time.Hour)
	w.tick(s)
	if got := w.took(); !strings.Contains(got, "end a1/u1") || !strings.Contains(got, "ended a1/u2") || strings.Contains(got, "ended a1/u1") {
		t.Errorf("did %q", got)
	}
	due, err := s.Due(t.Context())
	if err != nil || len(due) != 1 || due[0].User != "u1" || due[0].Failure != "role of the credential" || due[0].Failures != 1 ||
		!due[0].RetryAt.Equal(w.clock().Add(time.Minute)) {
		t.Fatalf("due: %+v, %v", due, err)
	}
	for _, minutes := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
		w.pass(time.Duration(minutes)*time.Minute - time.Millisecond)
		w.tick(s)
		w.want()
		w.pass(time.Millisecond)
		w.tick(s)
		w.want("end a1/u1")
	}
	w.pass(-day) // a clock that was a day ahead: the wait it wrote does not count, and the end is not due yet
	w.tick(s)
	w.want()
	w.fail = nil
	w.pass(day)
	w.pass(-20 * time.Minute)
	w.tick(w.gateway(nil)) // a start does not forget the wait
	w.want()
	w.pass(80 * time.Minute)
	w.tick(s)
	w.want("end a1/u1", "ended a1/u1", "tell a1/u1/0")
}

func TestTwoGatewaysEndEachAccessOnceAndRemindOnce(t *testing.T) {
	w := newWorld(t)
	a, b := w.gateway(nil), w.gateway(nil)
	const users = 30
	for i := range users {
		w.set(a, fmt.Sprint("u", i), 2*day)
	}
	for _, pass := range []time.Duration{day, day} {
		w.pass(pass)
		var both sync.WaitGroup
		for _, s := range []*schedule.Schedule{a, b, a, b} {
			both.Go(func() {
				if err := s.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
	}
	got := strings.Split(w.took(), ", ")
	slices.Sort(got)
	if len(got) != 5*users || len(slices.Compact(got)) != 5*users {
		t.Errorf("%d deeds: %v", len(got), got)
	}
}

func TestWhoWasKilledLosesItsLeaseAndTheEndIsRecordedOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		end  error // of the second try
		want []string
	}{
		{"the access was still there", nil, []string{"end a1/u1 again", "ended a1/u1", "tell a1/u1/0"}},
		{"the access had been taken away", schedule.ErrGone, []string{"end a1/u1 again", "ended a1/u1", "tell a1/u1/0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			began, killed := make(chan struct{}), make(chan struct{})
			first := w.gateway(func(c *schedule.Config) {
				c.End = func(context.Context, schedule.End) error {
					close(began)
					<-killed // nothing is heard of it any more
					return nil
				}
			})
			second := w.gateway(func(g *schedule.Config) {
				g.End = func(_ context.Context, e schedule.End) error {
					what := "end a1/u1"
					if e.Again {
						what += " again"
					}
					return errors.Join(w.did(what), c.end)
				}
			})
			w.set(first, "u1", time.Hour)
			w.pass(time.Hour)
			var gone sync.WaitGroup
			gone.Go(func() {
				if err := first.Tick(context.Background()); err != nil {
					t.Error(err)
				}
			})
			<-began
			w.tick(second)
			w.want() // the lease holds
			w.pass(2*time.Minute - time.Millisecond)
			w.tick(second)
			w.want()
			w.pass(time.Millisecond)
			w.tick(second)
			w.want(c.want...)
			close(killed) // it was only slow: it must not record once more
			gone.Wait()
			w.want()
		})
	}
}

func TestALeaseWrittenByAClockThatWasAheadDoesNotHoldForADay(t *testing.T) {
	w := newWorld(t)
	began, killed := make(chan struct{}), make(chan struct{})
	first := w.gateway(func(c *schedule.Config) {
		c.End = func(context.Context, schedule.End) error { close(began); <-killed; return nil }
	})
	w.set(first, "u1", time.Hour)
	w.pass(time.Hour + day + time.Minute) // a day ahead
	var gone sync.WaitGroup
	gone.Go(func() { _ = first.Tick(context.Background()) }) // its end is not what is looked at
	<-began
	w.pass(-day)
	w.tick(w.gateway(nil))
	w.want("end a1/u1", "ended a1/u1", "tell a1/u1/0")
	close(killed)
	gone.Wait()
}

func TestAccessThatSomebodyElseTookAwayIsForgottenWithoutAWord(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(func(c *schedule.Config) {
		c.End = func(context.Context, schedule.End) error { return schedule.ErrGone }
	})
	w.set(s, "u1", time.Hour)
	w.pass(time.Hour)
	w.tick(s)
	w.want()
	if ends, err := s.Of(t.Context(), "a1"); err != nil || len(ends) != 0 {
		t.Errorf("left: %v, %v", ends, err)
	}
}

func TestWhoRecordsNothingIsToldAllTheSame(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(func(c *schedule.Config) { c.Ended, c.Remind = nil, nil })
	w.set(s, "u1", 2*day)
	w.pass(day)
	w.tick(s)
	w.pass(day)
	w.tick(s)
	w.want("tell a1/u1/1", "end a1/u1", "tell a1/u1/0")
}

func TestAnEndPutOffAtTheLastMomentIsNotCarriedOut(t *testing.T) {
	w := newWorld(t)
	var s *schedule.Schedule
	s = w.gateway(func(c *schedule.Config) {
		// The owner's edit had the account first.
		c.Locked = func(ctx context.Context, account string, fn func(context.Context) error) error {
			if err := s.Set(ctx, schedule.End{Account: account, User: "u1", At: w.clock().Add(day)}); err != nil {
				return err
			}
			return fn(ctx)
		}
	})
	w.set(s, "u1", time.Hour)
	w.pass(time.Hour)
	w.tick(s)
	w.want()
	if e := w.one(s); !e.At.Equal(w.clock().Add(day)) || e.Failures != 0 {
		t.Errorf("left: %+v", e)
	}
}

func TestWhatCannotBeRecordedIsTriedAgainAndSettingInATransactionThatFailsSetsNothing(t *testing.T) {
	w := newWorld(t)
	s := w.gateway(nil)
	w.set(s, "u1", time.Hour)
	w.pass(time.Hour)
	w.fail = func(what string) error {
		if what == "ended a1/u1" {
			return errors.New("disk full")
		}
		return nil
	}
	if err := s.Tick(t.Context()); err == nil {
		t.Error("no error")
	}
	w.fail = nil
	w.took()
	w.pass(2 * time.Minute)
	w.tick(s)
	w.want("end a1/u1", "ended a1/u1", "tell a1/u1/0")

	db, err := w.open()
	if err != nil {
		t.Fatal(err)
	}
	other, err := schedule.New(t.Context(), db, schedule.Config{End: func(context.Context, schedule.End) error { return nil }, Now: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	err = db.Atomically(t.Context(), func(ctx context.Context) error {
		if err := other.Set(ctx, schedule.End{Account: "a1", User: "u2", At: w.clock().Add(day)}); err != nil {
			return err
		}
		return refused
	})
	if ends, err2 := s.Of(t.Context(), "a1"); !errors.Is(err, refused) || err2 != nil || len(ends) != 0 {
		t.Errorf("%v, %v, %v", err, ends, err2)
	}
}

func TestRunEndsAccessToTheMomentAndStopsWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan time.Time, 1)
		db, err := store.Open(ctx, filepath.Join(t.TempDir(), "host.db")) // whose connections live in the bubble
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s, err := schedule.New(ctx, db, schedule.Config{Log: slog.New(slog.DiscardHandler), Every: time.Hour,
			End:   func(context.Context, schedule.End) error { return nil },
			Ended: func(context.Context, schedule.End) error { ended <- time.Now(); return nil }})
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(10*day + 90*time.Second)
		if err := s.Set(ctx, schedule.End{Account: "a1", User: "u1", At: at}); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() { over <- s.Run(ctx) }()
		if late := (<-ended).Sub(at); late < 0 || late > time.Second {
			t.Errorf("ended %v after its time", late)
		}
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

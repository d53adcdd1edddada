package change

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/app/trouble"
)

var leaver = Plan{ID: "P1", Name: "Léa Dubois", Email: "lea@studio.example"}

// slow is a Sender that takes a second, and knows how many were there at the same time.
type slow struct {
	script
	mu        sync.Mutex
	now, most int
}

func (s *slow) Send(ctx context.Context, c Change, proof string) Outcome {
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	if ctx.Err() != nil {
		return Outcome{Trouble: &trouble.Trouble{Kind: trouble.Cancelled}}
	}
	return s.script.Send(ctx, c, proof)
}

func (s *slow) times() map[string]int {
	s.script.mu.Lock()
	defer s.script.mu.Unlock()
	out := map[string]int{}
	for _, c := range s.sent {
		out[c.Account.Account]++
	}
	return out
}

// count is how often something was sent.
func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sent)
}

// approve submits the removal of a user from n accounts.
func approve(d *Desk, n int) (ids []string) {
	for i := range n {
		at := access.Ref{Identity: "i", Account: fmt.Sprintf("a%03d", i)}
		ids = append(ids, d.Submit(Change{Account: at, Kind: Revoke, Target: "u", TargetName: "Léa", Plan: leaver}).ID)
	}
	return ids
}

func states(d *Desk) map[State]int {
	out := map[State]int{}
	for _, c := range d.List() {
		out[c.State]++
	}
	return out
}

func over(s Sender, j journal.Journal) *Desk {
	return NewDesk(Config{Sender: s, Refresh: func(context.Context, access.Ref) error { return nil }, Journal: j})
}

func TestAPlanWaitsAsOneAndIsUndoneAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := &script{}, &journal.Memory{}
		d := over(s, j)
		defer d.Close(t.Context())
		approve(d, 2)
		time.Sleep(3 * time.Second)
		approve(d, 1) // later ones of the same plan leave with the first
		for _, c := range d.List()[1:] {
			if first := d.List()[0]; !c.SendAt.Equal(first.SendAt) {
				t.Errorf("one leaves %s after another", c.SendAt.Sub(first.SendAt))
			}
		}
		if err := d.UndoPlan(leaver.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := states(d); got[Undone] != 3 || s.count() != 0 || len(j.All()) != 0 {
			t.Errorf("%v, sent %d, %d in the journal", got, s.count(), len(j.All()))
		}
		if err := d.UndoPlan(leaver.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

func TestAPlanLeavesAFewAtATimeAndEachOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{}
		d := over(s, &journal.Memory{})
		defer d.Close(t.Context())
		ids := approve(d, 40)
		time.Sleep(8*time.Second + 500*time.Millisecond)
		if got := states(d); got[Sending] != 3 || got[Queued] != 37 {
			t.Errorf("after the delay: %v", got)
		}
		// What somebody does by hand does not stand behind four hundred others.
		if c, err := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2"))); err != nil || c.State != Confirmed || time.Since(c.At) > 2*time.Second {
			t.Errorf("%s %v after %s", c.State, err, time.Since(c.At))
		}
		for _, id := range ids {
			if c, err := d.Await(t.Context(), id); err != nil || c.State != Confirmed {
				t.Errorf("%s %v", c.State, err)
			}
		}
		if s.most > 4 {
			t.Errorf("%d at the same time", s.most)
		}
		for at, n := range s.times() {
			if n != 1 {
				t.Errorf("%s was sent %d times", at, n)
			}
		}
	})
}

func TestWhatIsHeldBackDoesNotLeaveAndGoesOnWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := &slow{}, &journal.Memory{}
		d := over(s, j)
		approve(d, 10)
		time.Sleep(8*time.Second + 500*time.Millisecond)
		if err := d.Hold(leaver.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := states(d); got[Confirmed] != 3 || got[Draft] != 7 {
			t.Errorf("held back: %v", got)
		}
		if c := d.List()[9]; c.Trouble == nil || c.Trouble.Kind != trouble.HeldBack || !c.Waits() || c.SendsItself() {
			t.Errorf("%+v", c)
		}
		d.Reachable("i") // a host that answers is no reason to go on
		d.Close(t.Context())

		d = over(s, j) // nor is a restart
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := states(d); got[Draft] != 7 || got[Confirmed] != 3 {
			t.Errorf("after a restart: %v", got)
		}
		if err := d.GoOn(leaver.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := states(d); got[Confirmed] != 10 || len(s.times()) != 10 {
			t.Errorf("in the end: %v, %v", got, s.times())
		}
	})
}

func TestAHostThatAsksToWaitIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{{Trouble: &trouble.Trouble{Kind: trouble.RateLimited, RetryAfter: 30 * time.Second}}}}
		d := NewDesk(Config{Sender: s, Refresh: func(context.Context, access.Ref) error { return nil }, AtOnce: 1})
		defer d.Close(t.Context())
		approve(d, 5)
		time.Sleep(8*time.Second + 29*time.Second)
		synctest.Wait()
		if got := states(d); got[Queued] != 5 || s.count() != 1 {
			t.Errorf("%v, sent %d", got, s.count())
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := states(d); got[Confirmed] != 5 || s.count() != 6 {
			t.Errorf("%v, sent %d", got, s.count())
		}
	})
}

func TestAHostThatNeverTakesItIsLeftToThePersonInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		for range 100 {
			s.outcomes = append(s.outcomes, Outcome{Trouble: &trouble.Trouble{Kind: trouble.Busy}})
		}
		d := over(s, &journal.Memory{})
		defer d.Close(t.Context())
		approve(d, 1)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if got := states(d); got[Draft] != 1 || s.count() != putOffs+1 {
			t.Errorf("%v, sent %d", got, s.count())
		}
	})
}

func TestAHostThatIsAskedToBeLeftAloneElsewhereIsNotCalledByAPlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, until := &script{}, time.Now().Add(time.Minute)
		d := NewDesk(Config{Sender: s, Refresh: func(context.Context, access.Ref) error { return nil }, Resting: func(string) time.Duration { return time.Until(until) }})
		defer d.Close(t.Context())
		approve(d, 2)
		time.Sleep(59 * time.Second)
		if s.count() != 0 {
			t.Error("it was called")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := states(d); got[Confirmed] != 2 {
			t.Errorf("%v", got)
		}
	})
}

func TestWithoutANetworkAPlanIsKeptAfterOneTryAndGoesOnWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}}}}
		d := NewDesk(Config{Sender: s, Refresh: func(context.Context, access.Ref) error { return nil }, AtOnce: 1})
		defer d.Close(t.Context())
		approve(d, 6)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := states(d); got[Draft] != 6 || s.count() != 1 {
			t.Fatalf("%v after %d tries", got, s.count())
		}
		if err := d.GoOn(leaver.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := states(d); got[Confirmed] != 6 {
			t.Errorf("%v", got)
		}
		if err := d.GoOn(leaver.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("there is nothing to go on with: %v", err)
		}
	})
}

func TestAPlanGoesOnAfterACrashAndTheWholeOfItIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal.Memory{}
		dead := &slow{}
		d := over(dead, j)
		approve(d, 12)
		time.Sleep(9*time.Second + 500*time.Millisecond) // three are done, three on their way
		if got := states(d); got[Confirmed] != 3 || got[Sending] != 3 || got[Queued] != 6 {
			t.Fatalf("%v", got)
		}
		copied := &journal.Memory{} // what a crash leaves of the journal
		for _, e := range j.All() {
			if err := copied.Write(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		d.Close(t.Context())

		s := &slow{}
		d = over(s, copied)
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), "other"); err != nil || len(d.List()) != 0 {
			t.Fatalf("another identity's: %v %v", d.List(), err)
		}
		if err := d.Resume(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if err := d.Resume(t.Context(), "i"); err != nil || len(d.List()) != 12 {
			t.Fatalf("%d on the desk, %v", len(d.List()), err)
		}
		time.Sleep(time.Minute)
		if got := states(d); got[Confirmed] != 12 || len(s.times()) != 9 || s.most > 3 {
			t.Errorf("%v, %v, %d at once", got, s.times(), s.most)
		}
		for _, c := range d.List() {
			if c.Plan != leaver || c.EndedAt.IsZero() {
				t.Errorf("%+v", c)
			}
		}
	})
}

func TestAPlanThatCouldStillBeUndoneCanBeAfterARestartAsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal.Memory{}
		for i, at := range []string{"a", "b"} {
			e, err := encode(Change{ID: fmt.Sprint("K", i), Account: access.Ref{Identity: "i", Account: at}, Kind: Revoke, Target: "u", At: time.Now(), State: Waiting, Plan: leaver}, progress{}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Write(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		s := &script{}
		d := over(s, j)
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(7 * time.Second)
		if err := d.UndoPlan(leaver.ID); err != nil || s.count() != 0 {
			t.Errorf("%v, sent %d", err, s.count())
		}
	})
}

func TestClosingSendsOfAPlanWhatThereIsTimeForAndTheRestGoesOnAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := &slow{}, &journal.Memory{}
		d := over(s, j)
		approve(d, 12)
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		if left := d.Close(ctx); len(left) != 6 {
			t.Errorf("%d are left", len(left))
		}
		next := &slow{}
		d = over(next, j)
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got := states(d); got[Confirmed] != 12 || len(next.times()) != 6 {
			t.Errorf("%v, %v", got, next.times())
		}
	})
}

func TestAfterAnEndedSessionAPlanGoesOnAFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{}
		for range 10 {
			s.outcomes = append(s.outcomes, Outcome{Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}})
		}
		d := over(s, &journal.Memory{})
		defer d.Close(t.Context())
		approve(d, 10)
		time.Sleep(time.Minute)
		if got := states(d); got[Refused] != 10 {
			t.Fatalf("%v", got)
		}
		d.RetryAfterSignIn("i")
		time.Sleep(time.Minute)
		if got := states(d); got[Confirmed] != 10 || s.most > 3 {
			t.Errorf("%v, %d at once", got, s.most)
		}
	})
}

func TestForgettingAnIdentityTakesItsPlanAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, j := &slow{}, &journal.Memory{}
		d := over(s, j)
		defer d.Close(t.Context())
		approve(d, 10)
		time.Sleep(8*time.Second + 500*time.Millisecond)
		if err := d.Forget(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if n := len(s.times()); n > 3 || len(d.List()) != 0 {
			t.Errorf("%d left after it, %d on the desk", n, len(d.List()))
		}
	})
}

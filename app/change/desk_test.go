package change

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/app/trouble"
)

// script is a Sender that answers each Send with the next of its outcomes and keeps what it was sent.
type script struct {
	mu       sync.Mutex
	outcomes []Outcome
	answers  []Outcome
	sent     []Change
	proofs   []string
	block    chan struct{}
}

func (s *script) Send(ctx context.Context, c Change, challenge string) Outcome {
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
			return Outcome{Trouble: &trouble.Trouble{Kind: trouble.Cancelled}}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent, s.proofs = append(s.sent, c), append(s.proofs, challenge)
	return pop(&s.outcomes)
}

func (s *script) Answer(context.Context, Change, map[string]string) Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pop(&s.answers)
}

func pop(list *[]Outcome) Outcome {
	if len(*list) == 0 {
		return Outcome{}
	}
	o := (*list)[0]
	*list = (*list)[1:]
	return o
}

func desk(s *script) *Desk {
	return NewDesk(Config{Sender: s, Refresh: func(context.Context, access.Ref) error { return nil }})
}

var ref = access.Ref{Identity: "i", Account: "a"}

func edit(before, after Values) Change {
	return Change{Account: ref, Kind: EditContact, Target: "c", Base: "1", Before: before, After: after}
}

func TestADestructiveChangeWaitsAndCanBeUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		d := desk(s)
		defer d.Close(t.Context())
		c := d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		if c.State != Waiting || !c.SendAt.Equal(c.At.Add(8*time.Second)) {
			t.Fatalf("state %s, leaves after %s", c.State, c.SendAt.Sub(c.At))
		}
		time.Sleep(7 * time.Second)
		if err := d.Undo(c.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got, _ := d.Get(c.ID); got.State != Undone || len(s.sent) != 0 {
			t.Errorf("state %s, sent %d times; want undone and never sent", got.State, len(s.sent))
		}

		c = d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		got, err := d.Await(t.Context(), c.ID)
		if err != nil || got.State != Confirmed || len(s.sent) != 1 {
			t.Errorf("got %v %v after sending %d times, want confirmed after one", got.State, err, len(s.sent))
		}
		if err := d.Undo(c.ID); !errors.Is(err, ErrTooLate) {
			t.Errorf("undo after it left: %v", err)
		}
	})
}

func TestClosingSendsWhatStillWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		d := desk(s)
		d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		if left := d.Close(t.Context()); len(left) != 0 || len(s.sent) != 1 {
			t.Errorf("left %v, sent %d times", left, len(s.sent))
		}
	})
}

func TestClosingTellsWhatDidNotLeaveInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{block: make(chan struct{})}
		d := desk(s)
		d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if left := d.Close(ctx); len(left) != 1 || left[0].State != Refused {
			t.Errorf("left %v, want the one edit, refused", left)
		}
	})
}

// hung is a journal on a disk that hangs: no end of a context ends its writing.
type hung struct {
	journal.Memory
	until chan struct{}
}

func (h *hung) Write(ctx context.Context, e journal.Entry) error {
	<-h.until
	return h.Memory.Write(ctx, e)
}

func TestClosingDoesNotWaitForADiskThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hung{until: make(chan struct{})}
		d := NewDesk(Config{Sender: &script{}, Refresh: func(context.Context, access.Ref) error { return nil }, Journal: h})
		d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begin := time.Now()
		if left := d.Close(ctx); len(left) != 1 || time.Since(begin) > 3*time.Second+writeTime {
			t.Errorf("after %v %v is left", time.Since(begin), left)
		}
		close(h.until)
	})
}

func TestHowAnAttemptEnds(t *testing.T) {
	base, mine := fields("phone", "1", "city", "Laval"), fields("phone", "2", "city", "Laval")
	stale := func(v Values) Outcome { return Outcome{Stale: &Conflict{Theirs: v, TheirsBase: "2"}} }
	unknown := Outcome{Trouble: &trouble.Trouble{Kind: trouble.OutcomeUnknown}}
	revoke := Change{Account: ref, Kind: Revoke, Target: "u", Base: "1", Before: Values{Permissions: []access.Permission{"tickets"}}}
	tests := []struct {
		name     string
		change   Change
		outcomes []Outcome
		want     State
		sent     int
		merged   bool
	}{
		{"confirmed at once", edit(base, mine), nil, Confirmed, 1, false},
		{"refused with the host's reason", edit(base, mine), []Outcome{{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}}}, Refused, 1, false},
		{"others changed other things: merged and sent again", edit(base, mine), []Outcome{stale(fields("phone", "1", "city", "Québec"))}, Confirmed, 2, true},
		{"others changed the same: the person decides", edit(base, mine), []Outcome{stale(fields("phone", "9", "city", "Laval"))}, Conflicting, 1, false},
		{"others already did it: nothing to send", edit(base, mine), []Outcome{stale(fields("phone", "2", "city", "Laval"))}, Confirmed, 1, false},
		{"answer lost but it had arrived: recognised, not sent twice", edit(base, mine), []Outcome{unknown, stale(mine)}, Confirmed, 2, false},
		{"answers lost again and again: said so", edit(base, mine), []Outcome{unknown, unknown, unknown}, Refused, 3, false},
		{"the target is gone while editing", edit(base, mine), []Outcome{{Stale: &Conflict{Gone: true}}}, Conflicting, 1, false},
		{"the target is gone while removing: done", revoke, []Outcome{{Stale: &Conflict{Gone: true}}}, Confirmed, 1, false},
		{"removing what has changed meanwhile asks again", revoke, []Outcome{stale(Values{Permissions: []access.Permission{"tickets", "domains"}})}, Conflicting, 1, false},
		{"removing what only has a new tag goes on", revoke, []Outcome{stale(revoke.Before)}, Confirmed, 2, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{outcomes: tt.outcomes}
				d := desk(s)
				defer d.Close(t.Context())
				got, err := d.Do(t.Context(), tt.change)
				if err != nil {
					t.Fatal(err)
				}
				if got.State != tt.want || len(s.sent) != tt.sent || got.Merged != tt.merged {
					t.Errorf("got %s after %d sendings (merged %v), want %s after %d (merged %v)", got.State, len(s.sent), got.Merged, tt.want, tt.sent, tt.merged)
				}
				for _, c := range s.sent {
					if c.ID != got.ID {
						t.Errorf("sent with id %s, want the same %s each time", c.ID, got.ID)
					}
				}
			})
		})
	}
}

func TestAMergedChangeSendsBothSidesOnTheNewTag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{{Stale: &Conflict{Theirs: fields("phone", "1", "city", "Québec"), TheirsBase: "2"}}}}
		d := desk(s)
		defer d.Close(t.Context())
		if _, err := d.Do(t.Context(), edit(fields("phone", "1", "city", "Laval"), fields("phone", "2", "city", "Laval"))); err != nil {
			t.Fatal(err)
		}
		last := s.sent[len(s.sent)-1]
		if last.Base != "2" || last.After.Fields["phone"] != "2" || last.After.Fields["city"] != "Québec" {
			t.Errorf("sent %+v on %s", last.After.Fields, last.Base)
		}
	})
}

func TestAConflictGoesOnAsThePersonDecides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{{Stale: &Conflict{Theirs: fields("phone", "9"), TheirsBase: "2"}}}}
		d := desk(s)
		defer d.Close(t.Context())
		c, err := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		if err != nil || c.State != Conflicting {
			t.Fatal(c.State, err)
		}
		if err := d.Resolve(c.ID, Overrule(c.Before, c.After, c.Conflict.Theirs)); err != nil {
			t.Fatal(err)
		}
		c, err = d.Await(t.Context(), c.ID)
		if err != nil || c.State != Confirmed || s.sent[1].Base != "2" || s.sent[1].After.Fields["phone"] != "2" {
			t.Errorf("got %s %v, sent %+v", c.State, err, s.sent)
		}
	})
}

func TestProofIsAskedForAndACodeMayBeMistyped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := Outcome{Challenge: &Challenge{ID: "ch"}}
		s := &script{outcomes: []Outcome{asked}, answers: []Outcome{
			{Trouble: &trouble.Trouble{Kind: trouble.CodeWrong}},
			{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}},
			{},
		}}
		d := desk(s)
		defer d.Close(t.Context())
		c, err := d.Do(t.Context(), Change{Account: ref, Kind: Invite})
		if err != nil || c.State != NeedsProof || c.Challenge.Wrong {
			t.Fatal(c, err)
		}
		step := func() Change {
			t.Helper()
			if err := d.Answer(c.ID, map[string]string{"code": "12345"}); err != nil {
				t.Fatal(err)
			}
			got, err := d.Await(t.Context(), c.ID)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if c := step(); c.State != NeedsProof || !c.Challenge.Wrong {
			t.Errorf("after a wrong code: %s, wrong=%v", c.State, c.Challenge.Wrong)
		}
		if c := step(); c.State != NeedsProof || c.Trouble == nil || c.Trouble.Kind != trouble.Unreachable {
			t.Errorf("after a lost connection: %s %v; the question must stay open", c.State, c.Trouble)
		}
		if c := step(); c.State != Confirmed || s.proofs[1] != "ch" {
			t.Errorf("after the right code: %s, repeated with challenge %q", c.State, s.proofs)
		}
	})
}

func TestAnExpiredCodeBringsANewQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{
			outcomes: []Outcome{{Challenge: &Challenge{ID: "one"}}, {Challenge: &Challenge{ID: "two"}}},
			answers:  []Outcome{{Trouble: &trouble.Trouble{Kind: trouble.CodeOver}}},
		}
		d := desk(s)
		defer d.Close(t.Context())
		c, _ := d.Do(t.Context(), Change{Account: ref, Kind: Invite})
		if err := d.Answer(c.ID, nil); err != nil {
			t.Fatal(err)
		}
		if c, _ = d.Await(t.Context(), c.ID); c.State != NeedsProof || c.Challenge.ID != "two" {
			t.Errorf("got %s with challenge %+v, want a second question", c.State, c.Challenge)
		}
		if err := d.Drop(c.ID); err != nil || len(d.List()) != 0 {
			t.Errorf("giving up: %v, left %v", err, d.List())
		}
	})
}

func TestAfterSigningInAgainOnlyWhatTheSessionStoppedGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{outcomes: []Outcome{
			{Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}},
			{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}},
		}}
		d := desk(s)
		defer d.Close(t.Context())
		ended, _ := d.Do(t.Context(), edit(fields("phone", "1"), fields("phone", "2")))
		refused, _ := d.Do(t.Context(), edit(fields("city", "1"), fields("city", "2")))
		d.RetryAfterSignIn("somebody else")
		d.RetryAfterSignIn(ref.Identity)
		synctest.Wait()
		a, _ := d.Get(ended.ID)
		b, _ := d.Get(refused.ID)
		if a.State != Confirmed || b.State != Refused || len(s.sent) != 3 {
			t.Errorf("got %s and %s after %d sendings", a.State, b.State, len(s.sent))
		}
	})
}

func TestChangesOfOneAccountLeaveInOrderAndOthersDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{block: make(chan struct{})}
		d := desk(s)
		defer d.Close(t.Context())
		first := d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		second := d.Submit(edit(fields("phone", "2"), fields("phone", "3")))
		other := edit(fields("phone", "1"), fields("phone", "2"))
		other.Account.Account = "b"
		third := d.Submit(other)
		synctest.Wait()
		close(s.block)
		synctest.Wait()
		var order []string
		for _, c := range s.sent {
			if c.Account == ref {
				order = append(order, c.ID)
			}
		}
		if len(order) != 2 || order[0] != first.ID || order[1] != second.ID {
			t.Errorf("left as %v, want %s then %s", order, first.ID, second.ID)
		}
		if c, _ := d.Get(third.ID); c.State != Confirmed {
			t.Errorf("the other account's change is %s", c.State)
		}
	})
}

func TestAwaitKnowsAChangeThatWasDroppedOnceConfirmed(t *testing.T) {
	d := desk(&script{})
	d.Changed.Listen(func(c Change) {
		if c.State == Confirmed {
			if err := d.Drop(c.ID); err != nil {
				t.Error(err)
			}
		}
	})
	c := d.Submit(edit(Values{}, Values{Fields: map[string]string{FieldReason: "x"}}))
	for {
		if _, kept := d.Get(c.ID); !kept {
			break
		}
		runtime.Gosched()
	}
	end, err := d.Await(t.Context(), c.ID)
	if err != nil || end.State != Confirmed {
		t.Errorf("%q, %v; want confirmed", end.State, err)
	}
}

func TestAChangeIsToldAsBeingSentBeforeHowItEnded(t *testing.T) {
	for range 50 { // the host answers at once, so that any other order would show
		d := desk(&script{})
		var mu sync.Mutex
		var told []State
		d.Changed.Listen(func(c Change) {
			runtime.Gosched()
			mu.Lock()
			told = append(told, c.State)
			mu.Unlock()
		})
		if _, err := d.Do(t.Context(), edit(Values{}, Values{Fields: map[string]string{FieldFirstName: "Sam"}})); err != nil {
			t.Fatal(err)
		}
		d.Close(t.Context())
		if len(told) != 2 || told[0] != Sending || told[1] != Confirmed {
			t.Fatalf("told %q", told)
		}
	}
}

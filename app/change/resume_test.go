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

// disk is a journal that can be full, and slow.
type disk struct {
	journal.Memory
	mu    sync.Mutex
	full  bool
	delay time.Duration
	wrote []string // ids, in order
}

func (d *disk) Lasts(string) bool { return true }

func (d *disk) fill(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = on
}

func (d *disk) touch(id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	time.Sleep(d.delay)
	if d.full {
		return &trouble.Trouble{Kind: trouble.DiskTrouble}
	}
	d.wrote = append(d.wrote, id)
	return nil
}

func (d *disk) Write(ctx context.Context, e journal.Entry) error {
	if err := d.touch(e.ID); err != nil {
		return err
	}
	return d.Memory.Write(ctx, e)
}

func (d *disk) Remove(ctx context.Context, id string) error {
	if err := d.touch(id); err != nil {
		return err
	}
	return d.Memory.Remove(ctx, id)
}

func (d *disk) pending(t *testing.T) []Change {
	t.Helper()
	list, err := d.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []Change
	for _, e := range list {
		c, err := Decode(e)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func (d *disk) ended(t *testing.T) int {
	t.Helper()
	list, err := d.Ended(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func deskOn(s *script, j journal.Journal) *Desk {
	return NewDesk(Config{Sender: s, Refresh: func(context.Context, access.Ref) error { return nil }, Journal: j})
}

func TestAChangeIsOnTheDiskBeforeItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on := &disk{delay: time.Second}
		s := &script{block: make(chan struct{})}
		d := deskOn(s, on)
		defer d.Close(t.Context())
		began := time.Now()
		first := d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		second := d.Submit(edit(fields("city", "1"), fields("city", "2")))
		if time.Since(began) != 0 || first.State != Sending {
			t.Errorf("submitting took %s: %s", time.Since(began), first.State)
		}
		synctest.Wait()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		// The second is behind the first on its way to the host, not on its way to the disk.
		if got := on.pending(t); len(got) != 2 || got[0].ID != first.ID || got[1].ID != second.ID {
			t.Errorf("the journal has %+v", got)
		}
		close(s.block)
		synctest.Wait()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := on.ended(t); n != 2 || len(on.pending(t)) != 0 {
			t.Errorf("%d have ended, %d are left", n, len(on.pending(t)))
		}
	})
}

func TestWhatTheDiskDoesNotTakeIsNotSentAndNotLost(t *testing.T) {
	for name, c := range map[string]Change{
		"an edit":   edit(fields("phone", "1"), fields("phone", "2")),
		"a removal": {Account: ref, Kind: Revoke, Target: "u"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				on, s := &disk{full: true}, &script{}
				d := deskOn(s, on)
				defer d.Close(t.Context())
				got, err := d.Do(t.Context(), c)
				if err != nil || got.State != Refused || got.Trouble.Kind != trouble.DiskTrouble || len(s.sent) != 0 {
					t.Fatalf("%s %v %v, sent %d times", got.State, got.Trouble, err, len(s.sent))
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				if len(s.sent) != 0 {
					t.Error("it left all the same")
				}
				on.fill(false)
				if err := d.Retry(got.ID); err != nil {
					t.Fatal(err)
				}
				if got, _ = d.Await(t.Context(), got.ID); got.State != Confirmed || len(s.sent) != 1 {
					t.Errorf("%s after %d sendings", got.State, len(s.sent))
				}
			})
		})
	}
}

func TestWhatIsUndoneWhileTheDiskIsFullIsTakenOutLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on := &disk{}
		d := deskOn(&script{}, on)
		told := 0
		d.Unwritten.Listen(func(tr *trouble.Trouble) {
			if tr.Kind == trouble.DiskTrouble {
				told++
			}
		})
		c := d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		synctest.Wait()
		on.fill(true)
		if err := d.Undo(c.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(on.pending(t)) != 1 || told != 1 {
			t.Errorf("%d in the journal, told %d times", len(on.pending(t)), told)
		}
		on.fill(false)
		d.Close(t.Context())
		if left := on.pending(t); len(left) != 0 {
			t.Errorf("the next start would send %+v", left)
		}
	})
}

// stored writes what a desk that is gone has left.
func stored(t *testing.T, j journal.Journal, c Change, p progress) Change {
	t.Helper()
	if c.ID == "" {
		c.ID = "K-" + string(c.State)
	}
	c.Account = ref
	if c.At.IsZero() {
		c.At = time.Now()
	}
	e, err := encode(c, p, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Write(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestHowTheJournalGoesOn(t *testing.T) {
	base, mine := fields("phone", "1"), fields("phone", "2")
	with := func(s State, tr trouble.Kind) Change {
		c := edit(base, mine)
		c.State = s
		if tr != "" {
			c.Trouble = &trouble.Trouble{Kind: tr}
		}
		return c
	}
	clash := with(Conflicting, "")
	clash.Conflict = &Conflict{Theirs: fields("phone", "9"), TheirsBase: "2", Collisions: []Collision{{Name: "phone", Base: "1", Mine: "2", Theirs: "9"}}}
	add := Change{Kind: AddContact, After: mailTo("a@x.example", false), State: Sending}
	tests := []struct {
		name     string
		was      Change
		left     time.Duration // how long ago it left; 0: it has not
		outcomes []Outcome
		want     State
		why      trouble.Kind
		sent     int
	}{
		{"on its way: sent again", with(Sending, ""), time.Minute, nil, Confirmed, "", 1},
		{"behind another: sent", with(Sending, ""), 0, nil, Confirmed, "", 1},
		{"on its way, and it had arrived: recognised", with(Sending, ""), time.Minute, []Outcome{{Stale: &Conflict{Theirs: mine, TheirsBase: "2"}}}, Confirmed, "", 1},
		{"on its way, and now offline: it may have been done", with(Sending, ""), time.Minute, []Outcome{refusal(trouble.Unreachable)}, Refused, trouble.OutcomeUnknown, 1},
		{"behind another, and now offline: certainly not done", with(Sending, ""), 0, []Outcome{refusal(trouble.Unreachable)}, Draft, trouble.Unreachable, 1},
		{"on its way, and changed by others since: the person decides", with(Sending, ""), time.Minute, []Outcome{{Stale: &Conflict{Theirs: fields("phone", "9"), TheirsBase: "2"}}}, Conflicting, "", 1},
		{"on its way so long ago that the host may have forgotten: not done twice", add, 8 * 24 * time.Hour, nil, Refused, trouble.OutcomeUnknown, 0},
		{"never left, however long ago: sent", add, 0, nil, Confirmed, "", 1},
		{"on its way long ago, but a tag tells: sent again", with(Sending, ""), 8 * 24 * time.Hour, nil, Confirmed, "", 1},
		{"asked for proof: asked again once somebody is there", with(NeedsProof, ""), 0, nil, Draft, trouble.ProofNeeded, 0},
		{"on its way, and now asked for proof: nobody is there yet", with(Sending, ""), time.Minute, []Outcome{{Challenge: &Challenge{ID: "c"}}}, Draft, trouble.ProofNeeded, 1},
		{"a draft stays one", with(Draft, trouble.Unreachable), 0, nil, Draft, trouble.Unreachable, 0},
		{"refused stays refused, with the reason", with(Refused, trouble.LastDomain), 0, nil, Refused, trouble.LastDomain, 0},
		{"stopped by the end of a session: sent again", with(Refused, trouble.SignInNeeded), 0, nil, Confirmed, "", 1},
		{"a removal stopped by the end of a session: the person sends it", Change{Kind: Revoke, Target: "u", State: Refused, Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}}, 0, nil, Refused, trouble.SignInNeeded, 0},
		{"refused without a reason", with(Refused, ""), 0, nil, Refused, trouble.Other, 0},
		{"not known stays not known", with(Refused, trouble.OutcomeUnknown), time.Minute, nil, Refused, trouble.OutcomeUnknown, 0},
		{"both sides of a conflict are still there", clash, 0, nil, Conflicting, "", 0},
		{"a state of another version is left to the person", with("dreaming", ""), 0, nil, Draft, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				on, s := &disk{}, &script{outcomes: tt.outcomes}
				p := progress{}
				if tt.left > 0 {
					p.left = time.Now().Add(-tt.left)
				}
				c := stored(t, on, tt.was, p)
				d := deskOn(s, on)
				defer d.Close(t.Context())
				if err := d.Resume(t.Context(), ref.Identity); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				got, ok := d.Get(c.ID)
				why := trouble.Kind("")
				if got.Trouble != nil {
					why = got.Trouble.Kind
				}
				if !ok || got.State != tt.want || why != tt.why || len(s.sent) != tt.sent || !got.Alone {
					t.Errorf("%s (%s) after %d sendings, alone %v; want %s (%s) after %d", got.State, why, len(s.sent), got.Alone, tt.want, tt.why, tt.sent)
				}
				for _, sent := range s.sent {
					if sent.ID != c.ID {
						t.Errorf("sent with another key: %s", sent.ID)
					}
				}
				if tt.want == Conflicting && (got.Conflict == nil || len(got.Conflict.Collisions) != 1 || got.Conflict.Collisions[0].Theirs != "9") {
					t.Errorf("both sides: %+v", got.Conflict)
				}
			})
		})
	}
}

func TestARemovalThatWaitedWaitsItsWholeTimeAgainAndCanBeUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on, s := &disk{}, &script{}
		a := stored(t, on, Change{ID: "a", Kind: Revoke, Target: "u", State: Waiting}, progress{})
		b := stored(t, on, Change{ID: "b", Kind: Revoke, Target: "v", State: Waiting}, progress{})
		d := deskOn(s, on)
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), ref.Identity); err != nil {
			t.Fatal(err)
		}
		time.Sleep(7 * time.Second)
		synctest.Wait()
		if c, _ := d.Get(a.ID); c.State != Waiting || time.Until(c.SendAt) != time.Second || len(s.sent) != 0 {
			t.Fatalf("%s until %s", c.State, c.SendAt)
		}
		if err := d.Undo(b.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(s.sent) != 1 || s.sent[0].ID != a.ID || len(on.pending(t)) != 0 || on.ended(t) != 1 {
			t.Errorf("sent %+v, left %+v", s.sent, on.pending(t))
		}
	})
}

func TestOnlyTheIdentitysOwnIsTakenOnAndOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on, s := &disk{}, &script{}
		c := stored(t, on, Change{ID: "mine", Kind: EditContact, State: Draft}, progress{})
		d := deskOn(s, on)
		defer d.Close(t.Context())
		resume := func(identity string) {
			t.Helper()
			if err := d.Resume(t.Context(), identity); err != nil {
				t.Fatal(err)
			}
		}
		resume("somebody else")
		if len(d.List()) != 0 || len(on.pending(t)) != 1 {
			t.Error("what belongs to nobody here is taken on, or lost")
		}
		resume(ref.Identity)
		if err := d.Drop(c.ID); err != nil {
			t.Fatal(err)
		}
		resume(ref.Identity)
		if len(d.List()) != 0 {
			t.Errorf("dropped and back again: %+v", d.List())
		}
	})
}

func TestAnEntryThatCannotBeReadStaysAndTheOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on := &disk{}
		if err := on.Write(t.Context(), journal.Entry{ID: "newer", Account: ref, Body: []byte(`{"v":9}`)}); err != nil {
			t.Fatal(err)
		}
		stored(t, on, Change{ID: "ours", Kind: EditContact, State: Draft}, progress{})
		d := deskOn(&script{}, on)
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), ref.Identity); !errors.Is(err, ErrForm) {
			t.Errorf("%v", err)
		}
		pending := func() int {
			list, err := on.Pending(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		is := d.List()
		if len(is) != 2 || is[0].ID != "newer" || is[0].State != Unread || !is[0].Waits() || is[0].Account != ref || pending() != 2 {
			t.Errorf("%+v", is)
		}
		for name, do := range map[string]func(string) error{"sent": d.SendNow, "sent again": d.Retry, "released": d.Release, "undone": d.Undo} {
			if err := do("newer"); !errors.Is(err, ErrTooLate) {
				t.Errorf("it is %s: %v", name, err)
			}
		}
		d.Reachable(ref.Identity)
		if err := d.Resume(t.Context(), ref.Identity); err != nil {
			t.Errorf("told twice: %v", err)
		}
		synctest.Wait()
		if body := on.body(t, "newer"); body != `{"v":9}` {
			t.Errorf("it was written over: %s", body)
		}
		if err := d.Drop("newer"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if on.body(t, "newer") != "" {
			t.Error("given up, and still in the journal")
		}
	})
}

// body is what the journal has of an entry that waits.
func (d *disk) body(t *testing.T, id string) string {
	t.Helper()
	list, err := d.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.ID == id {
			return string(e.Body)
		}
	}
	return ""
}

func TestWhatSignsOutIsForgottenAlsoWhileItIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on, s := &disk{}, &script{block: make(chan struct{})}
		d := deskOn(s, on)
		defer d.Close(t.Context())
		way := d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		d.Submit(Change{Account: ref, Kind: Revoke, Target: "u"})
		synctest.Wait()
		if err := d.Forget(t.Context(), ref.Identity); err != nil {
			t.Fatal(err)
		}
		if c, err := d.Await(t.Context(), way.ID); err != nil || c.State != Refused {
			t.Errorf("who awaits it: %s %v", c.State, err)
		}
		close(s.block)
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(d.List()) != 0 || len(on.pending(t)) != 0 || on.ended(t) != 0 || len(s.sent) != 1 {
			t.Errorf("left %+v, %+v, sent %d", d.List(), on.pending(t), len(s.sent))
		}
	})
}

// What closing cuts short must not be taken for refused at the next start.
func TestWhatClosingCutsShortIsSentAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on, s := &disk{}, &script{block: make(chan struct{})}
		d := deskOn(s, on)
		first := d.Submit(edit(fields("phone", "1"), fields("phone", "2")))
		second := d.Submit(edit(fields("city", "1"), fields("city", "2")))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if left := d.Close(ctx); len(left) != 2 {
			t.Errorf("left %+v", left)
		}
		close(s.block)
		next := deskOn(s, on)
		defer next.Close(t.Context())
		if err := next.Resume(t.Context(), ref.Identity); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(s.sent) != 2 || s.sent[0].ID != first.ID || s.sent[1].ID != second.ID || on.ended(t) != 2 {
			t.Errorf("sent %+v", s.sent)
		}
	})
}

func TestTwoDesksOnOneJournalEndEachChangeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on, s := &disk{}, &script{}
		undone := stored(t, on, Change{ID: "undone", Kind: Revoke, Target: "u", State: Waiting}, progress{})
		for n := range 20 {
			stored(t, on, Change{ID: fmt.Sprint("draft", n), Kind: AddContact, After: mailTo(fmt.Sprint(n, "@x.example"), false), State: Draft}, progress{})
		}
		var desks [2]*Desk
		for i := range desks {
			desks[i] = deskOn(s, on)
			defer desks[i].Close(t.Context())
			if err := desks[i].Resume(t.Context(), ref.Identity); err != nil {
				t.Fatal(err)
			}
		}
		if err := desks[0].Undo(undone.ID); err != nil {
			t.Fatal(err)
		}
		for _, d := range desks {
			d.Reachable(ref.Identity)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		times := map[string]int{}
		for _, c := range s.sent {
			times[c.ID]++
		}
		if times[undone.ID] != 0 {
			t.Error("taken back in one window, and sent by the other")
		}
		if len(times) != 20 || len(on.pending(t)) != 0 || on.ended(t) != 20 {
			t.Errorf("%d sent, %d left, %d ended", len(times), len(on.pending(t)), on.ended(t))
		}
	})
}

// Who decides between two sides is there to type a code.
func TestADecisionAfterARestartMayAskForProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		on, s := &disk{}, &script{outcomes: []Outcome{{Challenge: &Challenge{ID: "ch"}}}}
		clash := edit(fields("email", "1"), fields("email", "2"))
		clash.State, clash.Conflict = Conflicting, &Conflict{Theirs: fields("email", "9"), TheirsBase: "2"}
		c := stored(t, on, clash, progress{})
		d := deskOn(s, on)
		defer d.Close(t.Context())
		if err := d.Resume(t.Context(), ref.Identity); err != nil {
			t.Fatal(err)
		}
		if err := d.Resolve(c.ID, fields("email", "2")); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Await(t.Context(), c.ID); err != nil || got.State != NeedsProof || s.sent[0].Base != "2" {
			t.Errorf("%s %v", got.State, err)
		}
	})
}

package lock

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// world is a lock of five minutes and its clock.
type world struct {
	*Lock
	at     time.Time
	nobody bool // is signed in
	told   []bool
}

func start(after time.Duration) *world {
	w := &world{at: time.Date(2026, 11, 18, 14, 2, 0, 0, time.UTC)}
	w.Lock = New(func() time.Time { return w.at }, func() bool { return !w.nobody })
	w.SetAfter(after)
	w.Changed.Listen(func(on bool) { w.told = append(w.told, on) })
	return w
}

// pass lets time pass as Run sees it.
func (w *world) pass(d time.Duration) {
	for end := w.at.Add(d); w.at.Before(end); {
		w.at = w.at.Add(Every)
		w.Look()
	}
}

// jump sets the clock, or lets the computer sleep.
func (w *world) jump(d time.Duration) {
	w.at = w.at.Add(d)
	w.Look()
}

func TestWhenTheWindowIsCovered(t *testing.T) {
	const five = 5 * time.Minute
	for _, c := range []struct {
		name   string
		after  time.Duration
		do     func(*world)
		locked bool
	}{
		{"nobody uses it for as long as was chosen", five, func(w *world) { w.pass(five) }, true},
		{"a little less is not enough", five, func(w *world) { w.pass(five - time.Minute) }, false},
		{"somebody uses it now and then", five, func(w *world) {
			for range 10 {
				w.pass(4 * time.Minute)
				w.Used()
			}
		}, false},
		{"never was chosen", 0, func(w *world) { w.pass(48 * time.Hour); w.jump(8 * time.Hour) }, false},
		{"never was chosen, and the person asks", 0, func(w *world) { w.Lock.Lock() }, true},
		{"it slept for a moment", five, func(w *world) { w.jump(time.Minute) }, true},
		{"it slept, and the first thing is a key", five, func(w *world) { w.at = w.at.Add(time.Hour); w.Used() }, true},
		{"a busy computer looks late at the clock", five, func(w *world) { w.jump(20 * time.Second) }, false},
		{"the clock is set back, and nobody uses it", five, func(w *world) { w.pass(3 * time.Minute); w.jump(-24 * time.Hour); w.pass(2 * time.Minute) }, true},
		{"the clock is set back while it is used", five, func(w *world) { w.jump(-24 * time.Hour); w.Used(); w.pass(4 * time.Minute) }, false},
		{"nobody is signed in", five, func(w *world) { w.nobody = true; w.pass(time.Hour); w.Lock.Lock() }, false},
		{"never was chosen meanwhile", five, func(w *world) { w.pass(4 * time.Minute); w.SetAfter(0); w.pass(time.Hour) }, false},
		{"it was opened, and is used from then on", five, func(w *world) { w.pass(five); w.Unlock(); w.pass(4 * time.Minute) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(c.after)
			c.do(w)
			if w.Locked() != c.locked {
				t.Errorf("locked: %v", w.Locked())
			}
		})
	}
}

func TestEachChangeIsToldOnce(t *testing.T) {
	w := start(time.Minute)
	w.pass(10 * time.Minute)
	w.Lock.Lock()
	w.Unlock()
	w.Unlock()
	if want := []bool{true, false}; !slices.Equal(w.told, want) {
		t.Errorf("told %v, want %v", w.told, want)
	}
}

func TestItLocksByItselfWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(time.Now, func() bool { return true })
		l.SetAfter(5 * time.Minute)
		ctx, end := context.WithCancel(t.Context())
		go l.Run(ctx)
		time.Sleep(4 * time.Minute)
		if l.Locked() {
			t.Error("too early")
		}
		time.Sleep(2 * time.Minute)
		if !l.Locked() {
			t.Error("not at all")
		}
		end()
	})
}

// Package lock decides when the application's window is covered: when the person asks for it, when nobody has used the
// window for a while, and when the computer has slept. It knows no window: it is told when somebody is there, and tells
// when to cover. Whoever shows or says something outside of the window asks Locked first, and names nobody while it is.
package lock

import (
	"context"
	"sync"
	"time"

	"concierge/app/signal"
)

// Every is how often Run looks at the clock.
const Every = 2 * time.Second

// slept is a gap between two looks at the clock that no busy computer has: it was asleep, or this program was stopped.
const slept = 30 * time.Second

// Lock is open at first. Make it with New. Safe for concurrent use.
type Lock struct {
	// Changed fires with what Locked says when that has changed, on the goroutine that changed it.
	Changed signal.Signal[bool]

	now func() time.Time
	may func() bool

	mu     sync.Mutex
	after  time.Duration // 0: only when asked to
	seen   time.Time     // the last look at the clock
	idle   time.Duration // without use, up to then
	locked bool
}

// New makes a lock. may tells whether there is anything to cover: while it says no, nothing locks.
func New(now func() time.Time, may func() bool) *Lock { return &Lock{now: now, may: may} }

// SetAfter says after how long without use it locks by itself; 0 for never.
func (l *Lock) SetAfter(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.after, l.idle, l.seen = d, 0, l.wall()
}

// Locked tells whether the window is covered.
func (l *Lock) Locked() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.locked
}

// Lock locks now.
func (l *Lock) Lock() { l.set(true) }

// Unlock opens; whoever calls it has seen to it that the person may.
func (l *Lock) Unlock() { l.set(false) }

func (l *Lock) set(locked bool) {
	if locked && !l.may() {
		return
	}
	l.mu.Lock()
	changed := l.locked != locked
	l.locked, l.idle, l.seen = locked, 0, l.wall()
	l.mu.Unlock()
	if changed {
		l.Changed.Emit(locked)
	}
}

// Used says that somebody is there: a key, the pointer, the window coming to the front. Who comes back to a computer
// that has slept meets the lock all the same.
func (l *Lock) Used() { l.look(true) }

// Look looks at the clock.
func (l *Lock) Look() { l.look(false) }

// look adds what has gone by since the last look. It is done in steps, by the wall clock (the other one stands still
// while a computer sleeps), so that a clock that is set back costs no more than one step, and one that is set forward
// looks like sleep.
func (l *Lock) look(used bool) {
	l.mu.Lock()
	now := l.wall()
	gone := max(0, now.Sub(l.seen))
	l.seen = now
	l.idle += gone
	due := l.after > 0 && !l.locked && (l.idle >= l.after || gone >= slept)
	if used || l.locked {
		l.idle = 0
	}
	l.mu.Unlock()
	if due {
		l.set(true)
	}
}

func (l *Lock) wall() time.Time { return l.now().Round(0) }

// Run looks at the clock until ctx ends.
func (l *Lock) Run(ctx context.Context) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.Look()
		case <-ctx.Done():
			return
		}
	}
}

package change

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/signal"
	"concierge/app/trouble"
)

// Outcome is how one attempt to send ended. Exactly one part is set; all zero is success.
type Outcome struct {
	Trouble   *trouble.Trouble // refused, or not reachable
	Challenge *Challenge       // proof is needed first
	Stale     *Conflict        // somebody changed it meanwhile: Theirs, TheirsBase and Gone are filled
}

// Sender sends Changes to their host. Send must be safe to repeat with the same Change.
type Sender interface {
	Send(ctx context.Context, c Change, challenge string) Outcome
	Answer(ctx context.Context, c Change, values map[string]string) Outcome
}

// Config of a Desk.
type Config struct {
	Sender Sender
	// Refresh brings the host's state of what a Change touched through the usual door, before it is shown as confirmed.
	Refresh func(ctx context.Context, ref access.Ref) error
	// UndoDelay is how long a destructive Change waits before it leaves; 8 seconds when zero.
	UndoDelay time.Duration
	// Timeout bounds one attempt; a minute when zero.
	Timeout time.Duration
}

// Errors of the Desk's own.
var (
	// ErrUnknown: no Change has this id.
	ErrUnknown = errors.New("no such change")
	// ErrTooLate: the Change is no longer in a state where this can be done.
	ErrTooLate = errors.New("too late for this change")
)

// attempts is how often a Change whose outcome is unknown is sent again before the person is asked.
const attempts = 3

// Desk keeps Changes until they have ended and the person has seen how. Changes of one account leave one after the
// other, in the order they were submitted. Safe for concurrent use.
type Desk struct {
	cfg Config
	// Changed fires with a copy whenever a Change moves on.
	Changed signal.Signal[Change]

	ctx   context.Context
	stop  context.CancelFunc
	work  sync.WaitGroup
	mu    sync.Mutex
	all   map[string]*item
	order []string
	lanes map[access.Ref]*lane

	dropped []*item // the last ones, for who still awaits them
}

// remembered is how many dropped Changes Await still knows.
const remembered = 64

type item struct {
	c     Change
	timer *time.Timer // while Waiting
	ended chan struct{}
}

// lane lets Changes of one account through one at a time, in order.
type lane struct {
	queue []func()
	busy  bool
}

// NewDesk returns a Desk. Close it before the program ends.
func NewDesk(cfg Config) *Desk {
	if cfg.UndoDelay == 0 {
		cfg.UndoDelay = 8 * time.Second
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = time.Minute
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Desk{cfg: cfg, ctx: ctx, stop: stop, all: map[string]*item{}, lanes: map[access.Ref]*lane{}}
}

// Submit takes a Change over and returns it with its id and state: Waiting when it is destructive, else Sending.
func (d *Desk) Submit(c Change) Change {
	c.ID, c.At = rand.Text(), time.Now()
	c.Challenge, c.Trouble, c.Conflict = nil, nil, nil
	it := &item{c: c, ended: make(chan struct{})}
	d.mu.Lock()
	if c.Kind.Destructive() {
		it.c.State, it.c.SendAt = Waiting, c.At.Add(d.cfg.UndoDelay)
		id := c.ID
		it.timer = time.AfterFunc(d.cfg.UndoDelay, func() { _ = d.SendNow(id) }) // undone meanwhile is fine
	} else {
		it.c.State = Sending
		d.enqueue(it, "")
	}
	d.all[c.ID] = it
	d.order = append(d.order, c.ID)
	c = it.c
	d.mu.Unlock()
	d.Changed.Emit(c)
	d.start(c.Account)
	return c
}

// Do submits a Change and waits until it has ended or needs the person (NeedsProof). A cancelled ctx only stops the
// waiting. Not for the UI goroutine.
func (d *Desk) Do(ctx context.Context, c Change) (Change, error) {
	return d.Await(ctx, d.Submit(c).ID)
}

// Await waits until a Change has ended or needs the person. It also knows one that has just been dropped, since a
// Change can be confirmed, told to the person and dropped before the one who made it asks.
func (d *Desk) Await(ctx context.Context, id string) (Change, error) {
	d.mu.Lock()
	it, ok := d.all[id]
	if !ok {
		i := slices.IndexFunc(d.dropped, func(it *item) bool { return it.c.ID == id })
		if i < 0 {
			d.mu.Unlock()
			return Change{}, ErrUnknown
		}
		it = d.dropped[i]
	}
	ended := it.ended
	d.mu.Unlock()
	select {
	case <-ended:
	case <-ctx.Done():
		return Change{}, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return it.c, nil
}

// Get finds a Change that has not been dropped.
func (d *Desk) Get(id string) (Change, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	it, ok := d.all[id]
	if !ok {
		return Change{}, false
	}
	return it.c, true
}

// List returns all that have not been dropped, oldest first.
func (d *Desk) List() []Change {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Change, 0, len(d.order))
	for _, id := range d.order {
		out = append(out, d.all[id].c)
	}
	return out
}

// Undo takes a waiting Change back.
func (d *Desk) Undo(id string) error {
	return d.move(id, []State{Waiting}, func(it *item) {
		it.timer.Stop()
		it.c.State = Undone
		close(it.ended)
	})
}

// SendNow lets a waiting Change leave at once.
func (d *Desk) SendNow(id string) error {
	return d.move(id, []State{Waiting}, func(it *item) {
		it.timer.Stop()
		it.c.State = Sending
		d.enqueue(it, "")
	})
}

// Answer gives the proof that was asked for; the Change goes on, or asks again with Challenge.Wrong.
func (d *Desk) Answer(id string, values map[string]string) error {
	return d.move(id, []State{NeedsProof}, func(it *item) {
		it.c.State, it.c.Trouble = Sending, nil
		it.ended = make(chan struct{})
		d.enqueueFn(it, func(ctx context.Context) {
			d.mu.Lock()
			c := it.c
			d.mu.Unlock()
			out := d.cfg.Sender.Answer(ctx, c, values)
			switch {
			case out.Trouble != nil && out.Trouble.Kind == trouble.CodeWrong:
				again := *c.Challenge
				again.Wrong = true
				d.end(it, func() { it.c.State, it.c.Challenge = NeedsProof, &again })
			case out.Trouble != nil && out.Trouble.Kind == trouble.CodeOver:
				d.attempt(ctx, it, "") // the host sends a new code and asks again
			case out.Trouble != nil:
				// The question stays open: a lost connection must not cost the code.
				d.end(it, func() { it.c.State, it.c.Trouble = NeedsProof, out.Trouble })
			default:
				d.attempt(ctx, it, c.Challenge.ID)
			}
		})
	})
}

// AskAgain asks the host for a new proof (a new code), for one that was lost or has expired.
func (d *Desk) AskAgain(id string) error {
	return d.move(id, []State{NeedsProof}, func(it *item) { d.restart(it) })
}

// Retry sends a refused Change again, with the same Idempotency-Key: what the host has already done it does not do
// twice.
func (d *Desk) Retry(id string) error {
	return d.move(id, []State{Refused}, func(it *item) { d.restart(it) })
}

// RetryAfterSignIn sends again what an ended session had stopped.
func (d *Desk) RetryAfterSignIn(identity string) {
	for _, c := range d.List() {
		if c.State == Refused && c.Account.Identity == identity && c.Trouble != nil && c.Trouble.Kind == trouble.SignInNeeded {
			_ = d.Retry(c.ID) // retried or dropped meanwhile is fine
		}
	}
}

// Resolve ends a conflict with what the person decided: After as it is to be, based on the host's present state.
func (d *Desk) Resolve(id string, after Values) error {
	return d.move(id, []State{Conflicting}, func(it *item) {
		it.c.Before, it.c.After, it.c.Base = it.c.Conflict.Theirs, after, it.c.Conflict.TheirsBase
		it.c.Conflict = nil
		d.restart(it)
	})
}

// Drop forgets a Change that has ended, or gives up one that needs proof.
func (d *Desk) Drop(id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	it, ok := d.all[id]
	if !ok {
		return ErrUnknown
	}
	if !it.c.State.Ended() && it.c.State != NeedsProof {
		return ErrTooLate
	}
	delete(d.all, id)
	d.dropped = append(d.dropped, it)
	if len(d.dropped) > remembered {
		d.dropped = d.dropped[1:]
	}
	d.order = slices.DeleteFunc(d.order, func(o string) bool { return o == id })
	return nil
}

// Close sends what still waits and gives what is under way until ctx ends. It returns what had not ended by then.
func (d *Desk) Close(ctx context.Context) []Change {
	for _, c := range d.List() {
		if c.State == Waiting {
			_ = d.SendNow(c.ID) // its own timer may have been faster
		}
	}
	done := make(chan struct{})
	go func() {
		d.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	d.stop()
	<-done
	return slices.DeleteFunc(d.List(), func(c Change) bool { return c.State == Confirmed || c.State == Undone })
}

// move changes the state of a Change that is in one of the given states, and tells the listeners.
func (d *Desk) move(id string, from []State, fn func(*item)) error {
	d.mu.Lock()
	it, ok := d.all[id]
	if !ok {
		d.mu.Unlock()
		return ErrUnknown
	}
	if !slices.Contains(from, it.c.State) {
		d.mu.Unlock()
		return ErrTooLate
	}
	fn(it)
	c := it.c
	d.mu.Unlock()
	d.Changed.Emit(c)
	d.start(c.Account)
	return nil
}

// restart sends an item that had ended; the mutex is held.
func (d *Desk) restart(it *item) {
	it.c.State, it.c.Trouble, it.c.Challenge = Sending, nil, nil
	select {
	case <-it.ended:
		it.ended = make(chan struct{})
	default:
	}
	d.enqueue(it, "")
}

func (d *Desk) enqueue(it *item, challenge string) {
	d.enqueueFn(it, func(ctx context.Context) { d.attempt(ctx, it, challenge) })
}

// enqueueFn puts fn into its account's lane; the mutex is held. Call start once the listeners know: a quick answer must
// not be told before that the Change is being sent.
func (d *Desk) enqueueFn(it *item, fn func(context.Context)) {
	l := d.lanes[it.c.Account]
	if l == nil {
		l = &lane{}
		d.lanes[it.c.Account] = l
	}
	d.work.Add(1)
	l.queue = append(l.queue, func() {
		defer d.work.Done()
		fn(d.ctx)
	})
}

// start lets an account's lane go on.
func (d *Desk) start(ref access.Ref) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if l := d.lanes[ref]; l != nil && !l.busy {
		l.busy = true
		go d.run(ref, l)
	}
}

func (d *Desk) run(ref access.Ref, l *lane) {
	for {
		d.mu.Lock()
		if len(l.queue) == 0 {
			l.busy = false
			delete(d.lanes, ref)
			d.mu.Unlock()
			return
		}
		fn := l.queue[0]
		l.queue = l.queue[1:]
		d.mu.Unlock()
		fn()
	}
}

// attempt sends until there is an outcome to show.
func (d *Desk) attempt(ctx context.Context, it *item, challenge string) {
	ctx, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
	defer cancel()
	for n := 1; ; n++ {
		d.mu.Lock()
		c := it.c
		d.mu.Unlock()
		out := d.cfg.Sender.Send(ctx, c, challenge)
		switch {
		case out.Challenge != nil:
			d.end(it, func() { it.c.State, it.c.Challenge = NeedsProof, out.Challenge })
			return
		case out.Stale != nil:
			if !d.rebase(ctx, it, out.Stale, n > 1) {
				return
			}
			if n < 2*attempts {
				continue
			}
			d.end(it, func() { it.c.State, it.c.Trouble = Refused, &trouble.Trouble{Kind: trouble.Stale} })
			return
		case out.Trouble != nil:
			if out.Trouble.Kind == trouble.OutcomeUnknown && n < attempts && ctx.Err() == nil {
				continue // the next answer tells whether this one had arrived: see rebase
			}
			d.end(it, func() { it.c.State, it.c.Trouble = Refused, out.Trouble })
			return
		default:
			d.confirm(ctx, it)
			return
		}
	}
}

// rebase deals with a target that changed meanwhile and tells whether to send again. What the person wanted may
// already be so: by somebody else's hand, or by an attempt whose answer was lost.
func (d *Desk) rebase(ctx context.Context, it *item, now *Conflict, repeated bool) bool {
	d.mu.Lock()
	c := it.c
	d.mu.Unlock()
	gone := c.Kind == Revoke || c.Kind == DeleteContact || c.Kind == CancelInvitation
	switch {
	case now.Gone && gone:
		d.confirm(ctx, it) // it was to go, and it is gone
		return false
	case now.Gone:
		d.conflict(ctx, it, now)
		return false
	case gone:
		// The person decided on what they saw; what they would remove now is something else.
		now.Collisions = Differences(c.Before, now.Theirs)
		if len(now.Collisions) == 0 {
			d.mu.Lock()
			it.c.Base = now.TheirsBase
			d.mu.Unlock()
			return true
		}
		d.conflict(ctx, it, now)
		return false
	}
	merged, collisions := Merge(c.Before, c.After, now.Theirs)
	if len(collisions) > 0 {
		now.Collisions = collisions
		d.conflict(ctx, it, now)
		return false
	}
	if Equal(merged, now.Theirs) {
		d.confirm(ctx, it)
		return false
	}
	d.mu.Lock()
	it.c.Merged = it.c.Merged || !repeated || !Equal(c.Before, now.Theirs)
	it.c.Before, it.c.After, it.c.Base = now.Theirs, merged, now.TheirsBase
	d.mu.Unlock()
	return true
}

func (d *Desk) confirm(ctx context.Context, it *item) {
	// The host has confirmed; a refresh that fails shows itself as an old snapshot, not as a failed Change.
	_ = d.cfg.Refresh(ctx, it.c.Account)
	d.end(it, func() { it.c.State, it.c.Trouble, it.c.Challenge = Confirmed, nil, nil })
}

func (d *Desk) conflict(ctx context.Context, it *item, now *Conflict) {
	_ = d.cfg.Refresh(ctx, it.c.Account) // the screen behind the dialog shows the present state if it can be had
	d.end(it, func() { it.c.State, it.c.Conflict = Conflicting, now })
}

func (d *Desk) end(it *item, set func()) {
	d.mu.Lock()
	set()
	c := it.c
	ended := it.ended
	d.mu.Unlock()
	d.Changed.Emit(c)
	close(ended)
}

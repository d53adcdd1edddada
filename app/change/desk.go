package change

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/app/signal"
	"concierge/app/trouble"
)

// Outcome is how one attempt to send ended. One part is set at most; all zero is success.
type Outcome struct {
	Trouble   *trouble.Trouble // refused, or not reachable
	Challenge *Challenge       // proof is needed first
	Stale     *Conflict        // somebody changed it meanwhile: Theirs, TheirsBase and Gone are filled
	// Unconfirmed is success of which the host does not know whether its own system did it.
	Unconfirmed bool
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
	// Journal is where every Change is written before it is sent; one in memory when nil.
	Journal journal.Journal
	// AtOnce is how many Changes of plans are on their way for one identity at the same time; 3 when zero.
	AtOnce int
	// Resting is how long an identity's host still wants to be left alone; nil: nobody knows. It must not call the Desk.
	Resting func(identity string) time.Duration
}

// Errors of the Desk's own.
var (
	// ErrUnknown: no Change has this id.
	ErrUnknown = errors.New("no such change")
	// ErrTooLate: the Change is no longer in a state where this can be done.
	ErrTooLate = errors.New("too late for this change")
)

// Desk keeps Changes until they have ended and the person has seen how. Changes of one account leave one after the
// other, in the order they were submitted. Safe for concurrent use.
type Desk struct {
	cfg Config
	// Changed fires with a copy whenever a Change moves on.
	Changed signal.Signal[Change]
	// Unwritten fires when the journal did not take something that nobody waits for (that a Change was confirmed, or taken
	// back). It is tried again with the next writing, and at Close.
	Unwritten signal.Signal[*trouble.Trouble]

	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup // what is in lanes

	scribe   *scribe
	resuming sync.Mutex // held by Resume

	mu      sync.Mutex
	closed  bool
	all     map[string]*item
	order   []string
	lanes   map[access.Ref]*lane
	signIns map[string]int    // how often identities have come back; see RetryAfterSignIn
	delays  map[string]*delay // plans that can still be undone
	turns   map[string]*turns // Changes of plans, by identity
	dropped []*item           // the last ones, for who still awaits them
	news    []news
	telling bool // somebody is telling the news
}

// remembered is how many dropped Changes Await still knows.
const remembered = 64

type item struct {
	c Change
	progress
	timer     *time.Timer   // while Waiting; a plan has one for all of its own
	ended     chan struct{} // closed when it has ended or needs the person
	told      bool          // ended is closed, or about to be
	attended  bool          // the person has asked for it to be sent and is there to answer
	instead   string        // the draft that it takes the place of, once it is written
	recorded  bool          // the journal has been told that it is confirmed
	putOff    int           // how often its host asked to wait; see later
	forgotten bool          // its identity has signed out: what becomes of it is nobody's any more
}

// NewDesk returns a Desk. Close it before the program ends.
func NewDesk(cfg Config) *Desk {
	if cfg.UndoDelay == 0 {
		cfg.UndoDelay = 8 * time.Second
	}
	cfg.AtOnce = cmp.Or(cfg.AtOnce, 3)
	if cfg.Timeout == 0 {
		cfg.Timeout = time.Minute
	}
	if cfg.Journal == nil {
		cfg.Journal = &journal.Memory{}
	}
	ctx, stop := context.WithCancel(context.Background())
	d := &Desk{cfg: cfg, ctx: ctx, stop: stop, all: map[string]*item{}, lanes: map[access.Ref]*lane{}, signIns: map[string]int{},
		delays: map[string]*delay{}, turns: map[string]*turns{}}
	d.scribe = &scribe{journal: cfg.Journal, failed: func(err error) { d.Unwritten.Emit(onDisk(err)) }}
	return d
}

// Lasts tells whether what is not sent yet for an identity is still there at the next start.
func (d *Desk) Lasts(identity string) bool { return journal.Lasts(d.cfg.Journal, identity) }

// Submit takes a Change over and returns it at once with its id and state: Waiting when it is destructive, else Sending. It
// leaves once it is written down; one that cannot be is refused and not sent. A draft of the same wish is joined to it. A
// desk that is closed refuses it.
func (d *Desk) Submit(c Change) Change {
	defer d.spread()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.submit(c)
}

// SubmitAll is Submit for all of a plan: whoever hears of the first of them finds the others on the desk.
func (d *Desk) SubmitAll(list []Change) {
	defer d.spread()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range list {
		d.submit(c)
	}
}

// submit is Submit with the mutex held.
func (d *Desk) submit(c Change) Change {
	c.ID, c.At = rand.Text(), time.Now()
	c.Challenge, c.Trouble, c.Conflict, c.Alone = nil, nil, nil, false
	c.Before, c.After = c.Before.clone(), c.After.clone()
	it := &item{c: c, ended: make(chan struct{})}
	var draft *item
	if !d.closed {
		draft = d.draftOf(c)
	}
	if draft != nil {
		it.c, it.instead = onDraft(c, draft.c), draft.c.ID
		d.remove(draft.c.ID)
	}
	d.all[c.ID] = it
	d.order = append(d.order, c.ID)
	switch {
	case d.closed:
		it.c.State, it.c.Trouble = Refused, &trouble.Trouble{Kind: trouble.Cancelled}
		d.over(it)
	case c.Kind.Destructive():
		d.wait(it)
		d.first(it)
	default:
		d.send(it)
		d.first(it)
	}
	return it.c
}

// first has a new Change written down, and then what it takes the place of taken away. When that fails, the Change is
// refused before it leaves. The mutex is held.
func (d *Desk) first(it *item) {
	e, err := encode(it.c, it.progress, time.Time{})
	if err != nil { // no value of ours cannot be encoded
		panic(err)
	}
	d.scribe.tell(note{id: it.c.ID, entry: &e, done: func(err error) {
		defer d.spread()
		d.mu.Lock()
		defer d.mu.Unlock()
		if err == nil {
			d.replaced(it)
			return
		}
		if it.c.State == Waiting || it.c.State == Queued && d.unqueue(it) || it.c.State == Sending && it.left.IsZero() { // else leaving writes it
			it.stay()
			it.c.State, it.c.Trouble = Refused, onDisk(err)
			d.over(it)
		}
	}})
}

// replaced takes the draft out of the journal whose place an item, now written, takes; the mutex is held.
func (d *Desk) replaced(it *item) {
	if it.instead != "" {
		d.scribe.tell(note{id: it.instead})
		it.instead = ""
	}
}

// wait begins the time in which a Change can be undone; the mutex is held.
func (d *Desk) wait(it *item) {
	if !it.c.Plan.Zero() {
		d.waitTogether(it)
		return
	}
	it.c.State, it.c.SendAt = Waiting, time.Now().Add(d.cfg.UndoDelay)
	id := it.c.ID
	it.timer = time.AfterFunc(d.cfg.UndoDelay, func() { _ = d.SendNow(id) }) // undone meanwhile is fine
	d.tell(it, nil)
}

// write has an item's present state written down, or takes it out of the journal when nothing is left to do. What fails is
// tried again; the mutex is held.
func (d *Desk) write(it *item) {
	var ended time.Time
	switch {
	case it.forgotten || it.recorded:
		return
	case it.c.State == Undone:
		d.scribe.tell(note{id: it.c.ID})
		return
	case it.c.State == Confirmed:
		ended, it.recorded = time.Now(), true
	}
	e, err := encode(it.c, it.progress, ended)
	if err != nil {
		panic(err) // as in first
	}
	d.scribe.tell(note{id: it.c.ID, entry: &e})
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
	d.mu.Unlock()
	for {
		d.mu.Lock()
		ended := it.ended
		d.mu.Unlock()
		select {
		case <-ended:
		case <-ctx.Done():
			return Change{}, ctx.Err()
		}
		d.mu.Lock()
		c := it.c
		d.mu.Unlock()
		if c.State.Ended() || c.State == NeedsProof { // else it has been sent again in between
			return c, nil
		}
	}
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
	return d.move(id, []State{Waiting}, d.undo)
}

// undo is Undo with the mutex held.
func (d *Desk) undo(it *item) {
	it.stay()
	it.c.State = Undone
	d.write(it)
	d.over(it)
}

// stay ends the time in which an item can be undone; the mutex is held.
func (it *item) stay() {
	if it.timer != nil {
		it.timer.Stop()
	}
}

// SendNow lets a waiting Change or a draft leave at once: the person asks for it, and is there to answer.
func (d *Desk) SendNow(id string) error {
	return d.move(id, []State{Waiting, Draft}, func(it *item) {
		if it.c.State == Draft {
			it.c.Alone, it.attended = true, true
			d.resend(it)
			return
		}
		d.depart(it)
	})
}

// Flush lets everything of an identity leave that still waits or is a draft that sends itself, waits until what is under
// way for it has ended or needs the person, or ctx ends, and returns what its host has not confirmed then: before it
// signs out.
func (d *Desk) Flush(ctx context.Context, identity string) []Change {
	for _, c := range d.List() {
		if c.Account.Identity == identity && c.State == Waiting {
			_ = d.SendNow(c.ID) // undone meanwhile is fine
		}
	}
	d.Reachable(identity)
	for _, c := range d.List() {
		if c.Account.Identity == identity {
			_, _ = d.Await(ctx, c.ID) // how it ended is told by Changed
		}
	}
	return slices.DeleteFunc(d.List(), func(c Change) bool { return c.Account.Identity != identity || c.State.Over() })
}

// Answer gives the proof that was asked for; the Change goes on, or asks again with Challenge.Wrong.
func (d *Desk) Answer(id string, values map[string]string) error {
	return d.move(id, []State{NeedsProof}, func(it *item) {
		it.c.State, it.c.Trouble = Sending, nil
		d.restarted(it, func(ctx context.Context) { d.prove(ctx, it, values) })
	})
}

// AskAgain asks the host for a new proof (a new code), for one that was lost or has expired.
func (d *Desk) AskAgain(id string) error {
	return d.move(id, []State{NeedsProof}, func(it *item) {
		it.proof = ""
		d.resend(it)
	})
}

// Retry sends a refused Change again, with the same Idempotency-Key: what the host has already done it does not do
// twice.
func (d *Desk) Retry(id string) error {
	return d.move(id, []State{Refused}, func(it *item) {
		it.attended = true
		d.resend(it)
	})
}

// Release tells that no form follows a Change any more: it stands among what waits for the person, see Change.Waits. One that
// asks for proof becomes a draft.
func (d *Desk) Release(id string) error {
	return d.move(id, []State{NeedsProof, Draft, Refused, Conflicting}, func(it *item) {
		it.c.Alone = true
		if it.c.State == NeedsProof {
			d.shelve(it)
			return
		}
		d.tell(it, nil)
	})
}

// RetryAfterSignIn sends again what an ended session had stopped, or is just about to stop.
func (d *Desk) RetryAfterSignIn(identity string) {
	d.mu.Lock()
	d.signIns[identity]++
	d.mu.Unlock()
	for _, c := range d.List() {
		if c.State == Refused && c.Account.Identity == identity && c.Trouble != nil && c.Trouble.Kind == trouble.SignInNeeded {
			_ = d.move(c.ID, []State{Refused}, d.anew) // retried or dropped meanwhile is fine
		}
	}
}

// Resolve ends a conflict with what the person decided: After as it is to be, based on the host's present state. What is
// gone cannot be changed any more: ErrTooLate.
func (d *Desk) Resolve(id string, after Values) error {
	if c, ok := d.Get(id); ok && c.Conflict != nil && c.Conflict.Gone {
		return ErrTooLate
	}
	return d.move(id, []State{Conflicting}, func(it *item) {
		it.c.Before, it.c.After, it.c.Base = it.c.Conflict.Theirs, after.clone(), it.c.Conflict.TheirsBase
		it.c.Conflict, it.attended = nil, true
		d.resend(it)
	})
}

// Drop forgets a Change that has ended, or gives up one that needs proof. What the host has confirmed stays in the journal
// as that; anything else is taken out of it.
func (d *Desk) Drop(id string) error {
	defer d.spread()
	d.mu.Lock()
	defer d.mu.Unlock()
	it, ok := d.all[id]
	if !ok {
		return ErrUnknown
	}
	if !it.c.State.Ended() && it.c.State != NeedsProof {
		return ErrTooLate
	}
	if it.c.Waits() { // it was shown as waiting
		it.c.State = Dropped
		d.tell(it, nil)
	}
	d.discard(it)
	return nil
}

// discard is Drop with the mutex held.
func (d *Desk) discard(it *item) {
	d.remove(it.c.ID)
	if it.c.State != Confirmed {
		d.scribe.tell(note{id: it.c.ID})
	}
}

// remove takes a Change off the desk; the mutex is held.
func (d *Desk) remove(id string) {
	it, ok := d.all[id]
	if !ok {
		return
	}
	delete(d.all, id)
	d.dropped = append(d.dropped, it)
	if len(d.dropped) > remembered {
		d.dropped = d.dropped[1:]
	}
	d.order = slices.DeleteFunc(d.order, func(o string) bool { return o == id })
}

// Close sends what still waits and gives what is under way until ctx ends. It returns what the host has not confirmed by
// then, drafts too; all of it stands in the journal. Nothing is taken on any more.
//
// A removal in its undo delay leaves with the window: who closes it a second after revoking somebody's access takes it for
// revoked, and may not open the application again for months.
func (d *Desk) Close(ctx context.Context) []Change {
	d.mu.Lock()
	d.closed = true
	for _, w := range d.delays {
		w.timer.Stop()
	}
	for _, id := range d.order {
		if it := d.all[id]; it.c.State == Waiting {
			d.depart(it)
		}
	}
	d.mu.Unlock()
	d.spread()
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
	wrote, cancel := context.WithTimeout(context.Background(), writeTime)
	defer cancel()
	select {
	case <-done:
	case <-wrote.Done(): // the disk hangs; that it has left, or was about to, is what the journal says last
	}
	d.scribe.settle(wrote)
	return slices.DeleteFunc(d.List(), func(c Change) bool { return c.State.Over() })
}

// move changes the state of a Change that is in one of the given states.
func (d *Desk) move(id string, from []State, fn func(*item)) error {
	d.mu.Lock()
	it, ok := d.all[id]
	if ok && !d.closed && slices.Contains(from, it.c.State) {
		fn(it)
		d.mu.Unlock()
		d.spread()
		return nil
	}
	d.mu.Unlock()
	if !ok {
		return ErrUnknown
	}
	return ErrTooLate
}

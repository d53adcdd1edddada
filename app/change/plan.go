package change

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"concierge/app/trouble"
)

// Plan says to which list of Changes one belongs: those that a person approved at once, such as all that takes somebody out
// of many accounts. Name and Email are of whom it is about.
type Plan struct {
	ID    string
	Name  string
	Email string
}

// NewPlan makes a plan about somebody.
func NewPlan(name, email string) Plan { return Plan{ID: rand.Text(), Name: name, Email: email} }

// Zero tells that there is none.
func (p Plan) Zero() bool { return p.ID == "" }

// planKept is how long what the host has confirmed of a plan is taken back on the desk at the start, so that the plan can be
// found again as a whole.
const planKept = 14 * 24 * time.Hour

const (
	// putOffs is how often a Change whose host asks to wait goes back into the line before the person is asked.
	putOffs = 8
	// putOff is the first pause where the host does not say how long; it doubles.
	putOff = 2 * time.Second
	// putOffMost bounds a pause: a host that asks for more is asked again by the person.
	putOffMost = 15 * time.Minute
)

// delay is the time in which a plan can be undone, for all of its Changes the same.
type delay struct {
	until time.Time
	timer *time.Timer
}

// turns is the line in which the Changes of plans leave for one identity, a few at a time: a host is not to be called
// four hundred times at once because somebody leaves.
type turns struct {
	line []*item
	out  int         // on their way, or in the lane of their account
	rest time.Time   // none leaves before
	wake *time.Timer // at rest; nil: none is set
}

// waitTogether is wait for a Change of a plan: all of the plan have the same time, which begins with the first. The mutex is
// held, as in all of this file that is not exported.
func (d *Desk) waitTogether(it *item) {
	id := it.c.Plan.ID
	w := d.delays[id]
	if w == nil {
		w = &delay{until: time.Now().Add(d.cfg.UndoDelay)}
		w.timer = time.AfterFunc(d.cfg.UndoDelay, func() { d.leavePlan(id) })
		d.delays[id] = w
	}
	it.c.State, it.c.SendAt = Waiting, w.until
	d.tell(it, nil)
}

// leavePlan puts a plan into the line when its time to be undone is over.
func (d *Desk) leavePlan(id string) {
	defer d.spread()
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.delays, id)
	if d.closed {
		return // Close has done it
	}
	for _, it := range d.ofPlan(id, Waiting) {
		d.queue(it)
	}
}

// ofPlan lists the items of a plan that are in one of the states, in their order.
func (d *Desk) ofPlan(id string, in ...State) []*item {
	var out []*item
	for _, o := range d.order {
		if it := d.all[o]; it.c.Plan.ID == id && slices.Contains(in, it.c.State) {
			out = append(out, it)
		}
	}
	return out
}

// depart lets an item that waited leave: one of a plan when it is its turn.
func (d *Desk) depart(it *item) {
	it.stay()
	if it.c.Plan.Zero() {
		d.send(it)
		return
	}
	d.queue(it)
}

// onward is send for an item from before the start, and anew is resend: those of a plan take their turn.
func (d *Desk) onward(it *item) {
	if it.c.Plan.Zero() {
		d.send(it)
		return
	}
	d.queue(it)
}

func (d *Desk) anew(it *item) {
	if it.c.Plan.Zero() {
		d.resend(it)
		return
	}
	it.ended, it.told = make(chan struct{}), false
	d.queue(it)
}

// queue puts an item at the end of the line.
func (d *Desk) queue(it *item) {
	t := d.turnsOf(it)
	t.line = append(t.line, it)
	d.queued(it)
	d.admit(it.c.Account.Identity)
}

func (d *Desk) queued(it *item) {
	it.c.State, it.c.Trouble, it.c.Challenge, it.c.Conflict = Queued, nil, nil, nil
	d.write(it)
	d.tell(it, nil)
}

func (d *Desk) turnsOf(it *item) *turns {
	t := d.turns[it.c.Account.Identity]
	if t == nil {
		t = &turns{}
		d.turns[it.c.Account.Identity] = t
	}
	return t
}

// unqueue takes an item out of the line and tells whether it was in it.
func (d *Desk) unqueue(it *item) bool {
	t := d.turnsOf(it)
	n := len(t.line)
	t.line = slices.DeleteFunc(t.line, func(o *item) bool { return o == it })
	return len(t.line) < n
}

// admit lets those leave whose turn it is.
func (d *Desk) admit(identity string) {
	t := d.turns[identity]
	for len(t.line) > 0 && t.out < d.cfg.AtOnce && d.ctx.Err() == nil {
		if d.cfg.Resting != nil {
			if until := time.Now().Add(d.cfg.Resting(identity)); until.After(t.rest) {
				t.rest = until
			}
		}
		if rest := time.Until(t.rest); rest > 0 {
			if t.wake == nil {
				t.wake = time.AfterFunc(rest, func() { d.rested(identity) })
			}
			return
		}
		it := t.line[0]
		t.line = t.line[1:]
		t.out++
		it.c.State = Sending
		d.tell(it, nil)
		d.enqueue(it.c.Account, func(ctx context.Context) {
			d.attempt(ctx, it)
			defer d.spread()
			d.mu.Lock()
			defer d.mu.Unlock()
			t.out--
			d.admit(identity)
		})
	}
}

func (d *Desk) rested(identity string) {
	defer d.spread()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turns[identity].wake = nil
	if !d.closed {
		d.admit(identity)
	}
}

// later deals with a Change of a plan whose host could certainly not do it now. A host that asks to wait is waited for, by all
// that stand in its line. One that cannot be reached is not tried once for each of them: they become drafts, all of them, and
// leave again when the person asks for it.
func (d *Desk) later(it *item, why *trouble.Trouble) {
	if why.Kind.Offline() || why.RetryAfter > putOffMost {
		d.keep(it, why)
		defer d.spread()
		d.mu.Lock()
		defer d.mu.Unlock()
		t := d.turnsOf(it)
		line := t.line
		t.line = nil
		for _, o := range line {
			d.toDraft(o, why)
		}
		return
	}
	d.mu.Lock()
	if it.forgotten {
		d.mu.Unlock()
		return
	}
	it.putOff++
	if it.putOff > putOffs {
		d.mu.Unlock()
		d.keep(it, why)
		return
	}
	defer d.spread()
	defer d.mu.Unlock()
	pause := why.RetryAfter
	if pause <= 0 {
		pause = putOff << (it.putOff - 1)
	}
	t := d.turnsOf(it)
	if until := time.Now().Add(pause); until.After(t.rest) {
		t.rest = until
	}
	it.left = time.Time{}
	t.line = slices.Insert(t.line, 0, it)
	d.queued(it)
}

// toDraft keeps an item that has not left.
func (d *Desk) toDraft(it *item, why *trouble.Trouble) {
	it.stay()
	it.c.State, it.c.Trouble = Draft, why
	d.write(it)
	d.over(it)
}

// takeDone puts what the host has confirmed of a plan on the desk.
func (d *Desk) takeDone(c Change) {
	if d.has(c.ID) {
		return
	}
	c.Alone = true
	it := &item{c: c, recorded: true, ended: make(chan struct{})}
	d.all[c.ID] = it
	d.order = append(d.order, c.ID)
	d.over(it)
}

// UndoPlan takes back all of a plan that still waits. When nothing does it is ErrTooLate.
func (d *Desk) UndoPlan(id string) error {
	return d.movePlan(id, func(it *item) bool { return it.c.State == Waiting }, d.undo)
}

// Hold keeps all of a plan that has not left from leaving: it becomes drafts, which GoOn sends.
func (d *Desk) Hold(id string) error {
	return d.movePlan(id, func(it *item) bool { return it.c.State == Waiting || it.c.State == Queued }, func(it *item) {
		d.unqueue(it)
		d.toDraft(it, &trouble.Trouble{Kind: trouble.HeldBack})
	})
}

// GoOn sends what is left of a plan and needs nothing but to be sent: what was held back, what could not reach its host, and
// what nobody knows the outcome of. The person asks for it, and is there to answer.
func (d *Desk) GoOn(id string) error {
	return d.movePlan(id, func(it *item) bool { return it.c.GoesOn() }, func(it *item) {
		it.attended, it.putOff = true, 0
		d.anew(it)
	})
}

// GoesOn tells whether GoOn sends a Change.
func (c Change) GoesOn() bool {
	if c.Plan.Zero() {
		return false
	}
	switch c.State {
	case Draft:
		return c.Trouble == nil || c.Trouble.Kind != trouble.ProofNeeded
	case Refused:
		return c.Trouble != nil && (c.Trouble.Kind.Offline() || keeps(c.Kind, c.Trouble.Kind) || c.Trouble.Kind == trouble.OutcomeUnknown ||
			c.Trouble.Kind == trouble.DiskTrouble || c.Trouble.Kind == trouble.Cancelled)
	}
	return false
}

// movePlan does something with those of a plan for which is tells so; ErrTooLate when there are none.
func (d *Desk) movePlan(id string, is func(*item) bool, fn func(*item)) error {
	defer d.spread()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrTooLate
	}
	moved := false
	for _, o := range slices.Clone(d.order) {
		if it := d.all[o]; it != nil && it.c.Plan.ID == id && is(it) {
			fn(it)
			moved = true
		}
	}
	if !moved {
		return ErrTooLate
	}
	if w := d.delays[id]; w != nil && len(d.ofPlan(id, Waiting)) == 0 {
		w.timer.Stop()
		delete(d.delays, id)
	}
	return nil
}

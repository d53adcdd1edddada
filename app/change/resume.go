package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"concierge/app/journal"
	"concierge/app/trouble"
)

// Resume takes on what the journal has of an identity from before: what was on its way is sent again with the same
// Idempotency-Key, what waited to leave waits its whole time again, so that it can still be undone, and the rest waits for
// the person as it did. What is on the desk already is left alone, so it may be called again when the journal has more (a
// keyring that opened late). The error tells of entries that cannot be read (ErrForm), each once; they stay in the journal and
// are on the desk as Unread, and the others are taken on nonetheless.
//
// Not for the UI goroutine.
func (d *Desk) Resume(ctx context.Context, identity string) error {
	d.resuming.Lock()
	defer d.resuming.Unlock()
	d.scribe.settle(ctx) // what has just been given up must not come back
	entries, err := d.cfg.Journal.Pending(ctx)
	if err != nil {
		return onDisk(err)
	}
	var unread []error
	done, err := d.cfg.Journal.Recent(ctx, time.Now().Add(-planKept))
	if err != nil { // what has ended does not keep the rest from going on
		unread = append(unread, onDisk(err))
	}
	d.mu.Lock()
	for _, e := range done {
		if c, _, err := decode(e); err == nil && e.Account.Identity == identity && !c.Plan.Zero() {
			d.takeDone(c)
		}
	}
	for _, e := range entries {
		if e.Account.Identity != identity {
			continue
		}
		c, p, err := decode(e)
		if err != nil {
			if d.takeUnread(e) {
				unread = append(unread, fmt.Errorf("change of %s: %w", e.At.Format(time.DateOnly), err))
			}
			continue
		}
		d.take(c, p)
	}
	slices.SortStableFunc(d.order, func(a, b string) int { return d.all[a].c.At.Compare(d.all[b].c.At) })
	d.mu.Unlock()
	d.spread()
	return errors.Join(unread...)
}

// has tells whether an entry of the journal need not be taken on: it was made, or taken on, since the start. The mutex is held.
func (d *Desk) has(id string) bool {
	return d.closed || d.all[id] != nil || slices.ContainsFunc(d.dropped, func(it *item) bool { return it.c.ID == id })
}

// takeUnread puts an entry that cannot be read on the desk, so that the person can see that it is there, and give it up; it
// tells whether it was not there yet. The mutex is held.
func (d *Desk) takeUnread(e journal.Entry) bool {
	if e.ID == "" { // there is nothing to give it up by
		return true
	}
	if d.has(e.ID) {
		return false
	}
	it := &item{c: Change{ID: e.ID, Account: e.Account, At: e.At, State: Unread, Alone: true}, ended: make(chan struct{})}
	d.all[e.ID] = it
	d.order = append(d.order, e.ID)
	d.over(it)
	return true
}

// take puts a Change from the journal on the desk; the mutex is held.
func (d *Desk) take(c Change, p progress) {
	if d.has(c.ID) {
		return
	}
	c.Alone = true
	it := &item{c: c, progress: p, ended: make(chan struct{})}
	d.all[c.ID] = it
	d.order = append(d.order, c.ID)
	switch c.State {
	case Waiting:
		d.wait(it)
	case Queued:
		d.queue(it)
	case Sending:
		if forgotten(c.Kind, p.left, time.Now()) {
			it.c.State, it.c.Trouble = Refused, &trouble.Trouble{Kind: trouble.OutcomeUnknown}
			d.write(it)
			d.over(it)
			return
		}
		d.onward(it)
	case Conflicting:
		if c.Conflict == nil { // damaged: the host tells anew once the person sends it
			it.c.State = Draft
		}
		d.over(it)
	case Refused:
		switch {
		case c.Trouble == nil:
			it.c.Trouble = &trouble.Trouble{Kind: trouble.Other}
		case c.Trouble.Kind == trouble.SignInNeeded && c.SendsItself(): // the session may be another one now
			d.onward(it)
			return
		}
		d.over(it)
	case NeedsProof:
		// The host has not done it. A new code is asked for when the person is there to answer, and not by e-mail out of
		// the blue.
		it.c.State, it.c.Trouble = Draft, &trouble.Trouble{Kind: trouble.ProofNeeded}
		it.proof = ""
		d.over(it)
	default: // a draft, or a state of a version that is not this one
		it.c.State = Draft
		d.over(it)
	}
}

// Forget takes away all of an identity that has signed out, on the desk and in the journal. What is under way for it may
// still be done by the host.
func (d *Desk) Forget(ctx context.Context, identity string) error {
	d.mu.Lock()
	for _, id := range slices.Clone(d.order) {
		if it := d.all[id]; it.c.Account.Identity == identity {
			it.stay()
			d.unqueue(it)
			if !it.c.State.Ended() {
				it.c.State, it.c.Trouble = Refused, &trouble.Trouble{Kind: trouble.SignInNeeded}
			}
			it.forgotten = true
			d.remove(id)
			d.over(it)
		}
	}
	d.mu.Unlock()
	d.spread()
	wrote := make(chan error, 1)
	d.scribe.tell(note{forget: identity, done: func(err error) { wrote <- err }})
	select {
	case err := <-wrote:
		if err != nil {
			return onDisk(err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// elsewhere tells whether a Change that has stood on the desk for a while, or is from before the start, was ended or
// taken back by another running copy of the application on the same journal; it is then gone from here too.
func (d *Desk) elsewhere(it *item) bool {
	ctx, cancel := context.WithTimeout(d.ctx, d.cfg.Timeout)
	defer cancel()
	is := func(e journal.Entry) bool { return e.ID == it.c.ID }
	pending, err := d.cfg.Journal.Pending(ctx)
	if err != nil || slices.ContainsFunc(pending, is) {
		return false // a journal that cannot be read is told when it is to be written
	}
	state := Undone
	if ended, err := d.cfg.Journal.Ended(ctx, it.c.Account); err == nil && slices.ContainsFunc(ended, is) {
		state = Confirmed
	}
	d.mu.Lock()
	it.c.State = state
	d.remove(it.c.ID)
	d.over(it)
	d.mu.Unlock()
	d.spread()
	return true
}

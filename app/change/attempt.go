package change

import (
	"context"
	"slices"
	"time"

	"concierge/app/trouble"
)

const (
	// attempts is how often a Change whose outcome is unknown is sent before the person is asked.
	attempts = 3
	// rebases is how often a Change is brought onto what others have just changed before the person is asked.
	rebases = 10
)

// attempt sends until there is an outcome to show.
func (d *Desk) attempt(ctx context.Context, it *item) {
	before, leaves := d.leave(it)
	if !leaves {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
	defer cancel()
	stale, unknown := 0, 0
	for {
		d.mu.Lock()
		c, proof, signIns := it.c, it.proof, d.signIns[it.c.Account.Identity]
		d.mu.Unlock()
		out := d.cfg.Sender.Send(ctx, c, proof)
		switch {
		case out.Challenge != nil:
			d.challenge(it, out.Challenge)
			return
		case out.Stale != nil:
			if !d.rebase(it, out.Stale, unknown > 0 || !before.IsZero()) {
				return
			}
			if stale++; stale < rebases {
				continue
			}
			d.refuse(it, &trouble.Trouble{Kind: trouble.Stale}, time.Time{})
			return
		case out.Trouble == nil:
			d.mu.Lock()
			it.c.Unconfirmed = out.Unconfirmed
			d.mu.Unlock()
			d.confirm(it)
			return
		}
		t := out.Trouble
		certain := unknown == 0 && before.IsZero() // no earlier attempt can have been done
		switch {
		case t.Kind == trouble.OutcomeUnknown:
			if unknown++; unknown < attempts && ctx.Err() == nil {
				continue // the next answer tells whether this one had arrived: see rebase
			}
			d.refuse(it, t, it.left)
		case t.Kind == trouble.SignInNeeded && d.signedInSince(c.Account.Identity, signIns):
			continue
		case certain && keeps(c.Kind, t.Kind) && !c.Plan.Zero():
			d.later(it, t)
		case certain && keeps(c.Kind, t.Kind):
			d.keep(it, t)
		case certain:
			d.refuse(it, t, time.Time{})
		case !saysHost(t.Kind):
			d.refuse(it, &trouble.Trouble{Kind: trouble.OutcomeUnknown, Host: t.Host, Err: t}, it.left)
		case t.Kind == trouble.SignInNeeded:
			d.refuse(it, t, it.left)
		default:
			d.refuse(it, t, time.Time{})
		}
		return
	}
}

// leave writes down that a Change is about to leave, so that after a crash it is known that the host may have it. It tells
// whether it does leave, and since when it may have been done: zero when it certainly has not.
func (d *Desk) leave(it *item) (before time.Time, leaves bool) {
	d.mu.Lock()
	alone, sending := it.c.Alone, it.c.State == Sending
	d.mu.Unlock()
	if !sending { // it could not be written, or somebody else's attempt has ended it
		return time.Time{}, false
	}
	if d.ctx.Err() != nil {
		d.refuse(it, &trouble.Trouble{Kind: trouble.Cancelled}, it.left)
		return time.Time{}, false
	}
	if alone && d.elsewhere(it) {
		return time.Time{}, false
	}
	d.mu.Lock()
	if it.c.State != Sending {
		d.mu.Unlock()
		return time.Time{}, false
	}
	before = it.left
	if before.IsZero() {
		it.left = time.Now()
	}
	e, err := encode(it.c, it.progress, time.Time{})
	d.mu.Unlock()
	if err != nil {
		panic(err) // as in first
	}
	wrote := make(chan error, 1)
	d.scribe.tell(note{id: e.ID, entry: &e, done: func(err error) { wrote <- err }})
	if err := <-wrote; err != nil {
		d.refuse(it, onDisk(err), before)
		return before, false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replaced(it)
	return before, it.c.State == Sending
}

// challenge shows what the host asks for, or keeps the Change until the person is there to answer.
func (d *Desk) challenge(it *item, ch *Challenge) {
	d.end(it, func() {
		it.left = time.Time{} // the host's word that it has not done it
		if it.c.Alone && !it.attended {
			it.c.State, it.c.Trouble = Draft, &trouble.Trouble{Kind: trouble.ProofNeeded}
			return
		}
		it.c.State, it.c.Challenge = NeedsProof, ch
	})
}

// saysHost tells whether trouble is the host's word on a Change, or ends it until the person signs in, so that an earlier
// attempt whose answer was lost cannot have been done or will be recognised.
func saysHost(k trouble.Kind) bool {
	switch k {
	case trouble.SignInNeeded:
		return true
	case trouble.WrongAnswer, trouble.TooLarge, trouble.HostError, trouble.Cancelled, trouble.Other:
		return false
	}
	return !k.OfHost()
}

// signedInSince tells whether the person has signed in again while a call of the old session was on its way.
func (d *Desk) signedInSince(identity string, before int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.signIns[identity] != before
}

// prove answers a challenge; when that is done, the Change goes on.
func (d *Desk) prove(ctx context.Context, it *item, values map[string]string) {
	d.mu.Lock()
	c := it.c
	d.mu.Unlock()
	once, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
	defer cancel()
	out := d.cfg.Sender.Answer(once, c, values)
	switch {
	case out.Trouble == nil:
		d.mu.Lock()
		it.proof = c.Challenge.ID
		d.mu.Unlock()
		d.attempt(ctx, it)
	case out.Trouble.Kind == trouble.CodeWrong:
		again := *c.Challenge
		again.Wrong = true
		d.end(it, func() { it.c.State, it.c.Challenge = NeedsProof, &again })
	case out.Trouble.Kind == trouble.CodeOver, out.Trouble.Kind == trouble.NotFound:
		d.attempt(ctx, it) // the host sends a new code and asks again
	default:
		// The question stays open: a lost connection must not cost the code.
		d.end(it, func() { it.c.State, it.c.Trouble = NeedsProof, out.Trouble })
	}
}

// rebase deals with a target that changed meanwhile and tells whether to send again. What the person wanted may
// already be so: by somebody else's hand, or, perhaps, by an attempt whose answer was lost.
func (d *Desk) rebase(it *item, now *Conflict, perhaps bool) bool {
	d.mu.Lock()
	c := it.c
	d.mu.Unlock()
	switch {
	case now.Gone:
		d.gone(it, now)
		return false
	case c.Kind == ResendInvitation:
		d.onto(it, now, c.After) // it is sent again whatever it grants by now
		return true
	case c.Kind.Destructive():
		// The person decided on what they saw; what they would remove now is something else.
		now.Collisions = Differences(c.Before, now.Theirs)
		if len(now.Collisions) == 0 {
			d.onto(it, now, c.After)
			return true
		}
		d.conflict(it, now)
		return false
	}
	merged, collisions := Merge(c.Before, c.After, now.Theirs)
	switch {
	case len(collisions) > 0:
		now.Collisions = collisions
		d.conflict(it, now)
		return false
	case Equal(merged, now.Theirs):
		d.mu.Lock()
		it.c.Already = !perhaps
		d.mu.Unlock()
		d.confirm(it)
		return false
	}
	d.onto(it, now, merged)
	return true
}

// onto bases an item on the host's present state.
func (d *Desk) onto(it *item, now *Conflict, after Values) {
	d.mu.Lock()
	defer d.mu.Unlock()
	it.c.Merged = it.c.Merged || !Equal(it.c.Before, now.Theirs)
	it.c.Before, it.c.After, it.c.Base = now.Theirs, after, now.TheirsBase
}

// gone deals with a target that the host does not find. The whole account may be out of this person's reach: then nothing
// is known of the target, and what was to be removed is not said to be. Nor is an invitation, which may have been
// accepted.
func (d *Desk) gone(it *item, now *Conflict) {
	err := d.refresh(it)
	switch kind := it.c.Kind; {
	case err != nil && (kind.Destructive() || trouble.Is(err, trouble.NotFound)):
		d.refuse(it, trouble.From(err), time.Time{})
	case kind == CancelInvitation:
		d.refuse(it, &trouble.Trouble{Kind: trouble.InvitationOver}, time.Time{})
	case kind.Destructive():
		d.end(it, func() { it.c.State = Confirmed }) // it was to go, and it is gone
	default:
		d.end(it, func() { it.c.State, it.c.Conflict, it.left = Conflicting, now, time.Time{} })
	}
}

// confirm writes down that the host has done it before anything else: a crash from here on has nothing to find out.
func (d *Desk) confirm(it *item) {
	d.mu.Lock()
	done := it.c
	done.State, done.Trouble, done.Challenge, done.Conflict = Confirmed, nil, nil, nil
	if e, err := encode(done, progress{}, time.Now()); err == nil && !it.forgotten {
		it.recorded = true
		d.scribe.tell(note{id: e.ID, entry: &e})
	}
	d.mu.Unlock()
	_ = d.refresh(it) // one that fails shows itself as an old snapshot, not as a failed Change
	d.end(it, func() { it.c.State, it.c.Trouble, it.c.Challenge = Confirmed, nil, nil })
}

func (d *Desk) conflict(it *item, now *Conflict) {
	_ = d.refresh(it) // the screen behind the dialog shows the present state if it can be had
	d.end(it, func() { it.c.State, it.c.Conflict, it.left = Conflicting, now, time.Time{} })
}

// refuse ends an item with trouble; left is since when the host may nonetheless have done it.
func (d *Desk) refuse(it *item, t *trouble.Trouble, left time.Time) {
	d.end(it, func() { it.c.State, it.c.Trouble, it.c.Challenge, it.left = Refused, t, nil, left })
}

// keep makes a draft of what certainly has not reached its host.
func (d *Desk) keep(it *item, t *trouble.Trouble) {
	d.end(it, func() { it.c.State, it.c.Trouble, it.c.Challenge, it.left = Draft, t, nil, time.Time{} })
}

// refresh has time of its own: the attempt may have used up all it had.
func (d *Desk) refresh(it *item) error {
	ctx, cancel := context.WithTimeout(d.ctx, d.cfg.Timeout)
	defer cancel()
	return d.cfg.Refresh(ctx, it.c.Account)
}

// end lets an item end as set says. What closing the desk has cut short stays in the journal as it was on its way, and is
// sent again at the next start; what the disk refused stays there as it was.
func (d *Desk) end(it *item, set func()) {
	d.mu.Lock()
	defer d.spread()
	defer d.mu.Unlock()
	if it.forgotten {
		return
	}
	set()
	if it.c.State == Confirmed {
		it.c.EndedAt = time.Now()
	}
	t := it.c.Trouble
	cut := d.ctx.Err() != nil && it.c.State == Refused && t != nil && (t.Kind == trouble.Cancelled || t.Kind == trouble.OutcomeUnknown)
	if !cut && (t == nil || t.Kind != trouble.DiskTrouble) {
		d.write(it)
	}
	if it.c.State == Confirmed && it.c.Kind.Destructive() {
		d.pointless(it)
	}
	d.over(it)
}

// pointless takes away the drafts about what has just been removed; the mutex is held.
func (d *Desk) pointless(removed *item) {
	for _, id := range slices.Clone(d.order) {
		if it := d.all[id]; it != removed && it.c.State == Draft && it.c.Account == removed.c.Account && it.c.Target == removed.c.Target {
			it.c.State = Dropped
			d.tell(it, nil)
			d.discard(it)
		}
	}
}

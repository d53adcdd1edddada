package change

import (
	"context"

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
			d.end(it, func() { it.c.State, it.c.Challenge = NeedsProof, out.Challenge })
			return
		case out.Stale != nil:
			if !d.rebase(it, out.Stale) {
				return
			}
			if stale++; stale < rebases {
				continue
			}
			d.refuse(it, &trouble.Trouble{Kind: trouble.Stale})
			return
		case out.Trouble == nil:
			d.confirm(it)
			return
		}
		t := out.Trouble
		switch {
		case t.Kind == trouble.OutcomeUnknown:
			if unknown++; unknown < attempts && ctx.Err() == nil {
				continue // the next answer tells whether this one had arrived: see rebase
			}
		case t.Kind == trouble.SignInNeeded && d.signedInSince(c.Account.Identity, signIns):
			continue
		case unknown > 0 && !saysHost(t.Kind):
			t = &trouble.Trouble{Kind: trouble.OutcomeUnknown, Host: t.Host, Err: t}
		}
		d.refuse(it, t)
		return
	}
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
// already be so: by somebody else's hand, or by an attempt whose answer was lost.
func (d *Desk) rebase(it *item, now *Conflict) bool {
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
		d.refuse(it, trouble.From(err))
	case kind == CancelInvitation:
		d.refuse(it, &trouble.Trouble{Kind: trouble.InvitationOver})
	case kind.Destructive():
		d.end(it, func() { it.c.State = Confirmed }) // it was to go, and it is gone
	default:
		d.end(it, func() { it.c.State, it.c.Conflict = Conflicting, now })
	}
}

func (d *Desk) confirm(it *item) {
	_ = d.refresh(it) // one that fails shows itself as an old snapshot, not as a failed Change
	d.end(it, func() { it.c.State, it.c.Trouble, it.c.Challenge = Confirmed, nil, nil })
}

func (d *Desk) conflict(it *item, now *Conflict) {
	_ = d.refresh(it) // the screen behind the dialog shows the present state if it can be had
	d.end(it, func() { it.c.State, it.c.Conflict = Conflicting, now })
}

func (d *Desk) refuse(it *item, t *trouble.Trouble) {
	d.end(it, func() { it.c.State, it.c.Trouble, it.c.Challenge = Refused, t, nil })
}

// refresh has time of its own: the attempt may have used up all it had.
func (d *Desk) refresh(it *item) error {
	ctx, cancel := context.WithTimeout(d.ctx, d.cfg.Timeout)
	defer cancel()
	return d.cfg.Refresh(ctx, it.c.Account)
}

func (d *Desk) end(it *item, set func()) {
	d.mu.Lock()
	set()
	d.tell(it, it.ended)
	d.mu.Unlock()
	d.spread()
}

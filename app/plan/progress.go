package plan

import (
	"cmp"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
)

// State is how far an account of a plan has come: as far as what is furthest behind in it, and what waits for the person
// before that.
type State int

// The states, from what is most urgent to what needs nothing.
const (
	Conflict State = iota
	Proof          // the host asks for a code, or did
	Refused
	Unreached // not sent: the host could not be reached, or nobody knows whether it did it. See change.Change.GoesOn
	Held      // not sent: the person holds it back
	Sending
	Waiting // can still be undone, or its turn comes
	Unsure  // the host took it on and has not said that it did it
	Confirmed
)

// Line is one account of a plan.
type Line struct {
	Ref     access.Ref
	Changes []change.Change // in the order in which they leave
	State   State
	Of      change.Change // the one that State is of
	At      time.Time     // with Confirmed: when the last of them was
}

// Plan is what was approved at once, as it is now.
type Plan struct {
	change.Plan
	At    time.Time // when it was approved
	Lines []Line
}

// Plans finds the plans among the Changes of the desk, the latest first. What was undone or given up belongs to none.
func Plans(list []change.Change) []Plan {
	var out []Plan
	at := map[string]int{}
	for _, c := range list {
		if c.Plan.Zero() || c.State == change.Undone || c.State == change.Dropped || c.State == change.Unread {
			continue
		}
		i, known := at[c.Plan.ID]
		if !known {
			i = len(out)
			at[c.Plan.ID] = i
			out = append(out, Plan{Plan: c.Plan, At: c.At})
		}
		out[i].add(c)
	}
	for _, p := range out {
		for i := range p.Lines {
			p.Lines[i].settle()
		}
	}
	slices.SortStableFunc(out, func(a, b Plan) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return out
}

func (p *Plan) add(c change.Change) {
	if c.At.Before(p.At) {
		p.At = c.At
	}
	i := slices.IndexFunc(p.Lines, func(l Line) bool { return l.Ref == c.Account })
	if i < 0 {
		i = len(p.Lines)
		p.Lines = append(p.Lines, Line{Ref: c.Account})
	}
	p.Lines[i].Changes = append(p.Lines[i].Changes, c)
}

func (l *Line) settle() {
	l.State, l.Of = Confirmed, l.Changes[0]
	for i, c := range l.Changes {
		if s := StateOf(c); i == 0 || s < l.State {
			l.State, l.Of = s, c
		}
		if c.EndedAt.After(l.At) {
			l.At = c.EndedAt
		}
	}
}

// StateOf is how far a Change has come.
func StateOf(c change.Change) State {
	why := trouble.Kind("")
	if c.Trouble != nil {
		why = c.Trouble.Kind
	}
	switch c.State {
	case change.Conflicting:
		return Conflict
	case change.NeedsProof:
		return Proof
	case change.Refused:
		if c.GoesOn() {
			return Unreached
		}
		return Refused
	case change.Draft:
		switch why {
		case trouble.ProofNeeded:
			return Proof
		case trouble.HeldBack:
			return Held
		}
		return Unreached
	case change.Sending:
		return Sending
	case change.Confirmed:
		if c.Unconfirmed {
			return Unsure
		}
		return Confirmed
	}
	return Waiting
}

// Find gives the line of an account.
func (p Plan) Find(ref access.Ref) (Line, bool) {
	i := slices.IndexFunc(p.Lines, func(l Line) bool { return l.Ref == ref })
	if i < 0 {
		return Line{}, false
	}
	return p.Lines[i], true
}

// Count is how many accounts are in one of the states.
func (p Plan) Count(of ...State) (n int) {
	for _, l := range p.Lines {
		if slices.Contains(of, l.State) {
			n++
		}
	}
	return n
}

// Undoable is until when the plan as a whole can be undone; zero when it cannot.
func (p Plan) Undoable() (until time.Time) {
	for _, l := range p.Lines {
		for _, c := range l.Changes {
			if c.State == change.Waiting {
				until = c.SendAt
			}
		}
	}
	return until
}

// Leaves tells whether something is to leave by itself that has not: what Hold holds back.
func (p Plan) Leaves() bool {
	return p.any(func(c change.Change) bool { return c.State == change.Waiting || c.State == change.Queued })
}

// UnderWay tells whether it moves on by itself.
func (p Plan) UnderWay() bool {
	return p.Leaves() || p.any(func(c change.Change) bool { return c.State == change.Sending })
}

// HeldBack counts the accounts of which something is held back, and GoesOn those of which GoOn sends something else.
func (p Plan) HeldBack() int {
	return p.accounts(func(c change.Change) bool { return StateOf(c) == Held })
}

// GoesOn counts the accounts of which something could not be sent and can be again.
func (p Plan) GoesOn() int {
	return p.accounts(func(c change.Change) bool { return c.GoesOn() && StateOf(c) != Held })
}

func (p Plan) accounts(is func(change.Change) bool) (n int) {
	for _, l := range p.Lines {
		if slices.ContainsFunc(l.Changes, is) {
			n++
		}
	}
	return n
}

func (p Plan) any(is func(change.Change) bool) bool { return p.accounts(is) > 0 }

package directory

import (
	"cmp"
	"time"

	"concierge/app/checkup"
)

// Kind is what happens on a date.
type Kind int

// The kinds there are.
const (
	None    Kind = iota
	Overdue      // access should have ended, and the host still lists it
	Passed       // access was to end; the host has not been heard of since
	Ends         // access ends
	Expires      // an invitation can no longer be accepted
	Expired      // nor could it since
)

// Date is when something happens to a person in one account. The zero Date is none.
type Date struct {
	Kind    Kind
	At      time.Time
	Account int // in Directory.Accounts
}

// pressing compares what comes first: what is overdue, then by time, and last invitations that are over.
func pressing(a, b Date) int { return cmp.Or(a.turn()-b.turn(), a.At.Compare(b.At)) }

func (d Date) turn() int {
	switch d.Kind {
	case Overdue:
		return 0
	case Expired:
		return 2
	case None:
		return 3
	}
	return 1
}

// Soon tells whether a date asks to be looked at: access that ends within a month or should have, an invitation that expires
// within two days or has.
func (d Date) Soon(now time.Time) bool {
	switch d.Kind {
	case Overdue, Passed, Expired:
		return true
	case Ends:
		return d.At.Sub(now) <= checkup.AccessSoon
	case Expires:
		return d.At.Sub(now) <= checkup.InvitationSoon
	}
	return false
}

// End is when the access of a person in one account ends.
func (d *Directory) End(p Place, now time.Time) Date {
	if p.User == nil || p.User.EndsAt.IsZero() {
		return Date{}
	}
	kind := Ends
	switch {
	case p.User.Overdue(d.Accounts[p.Account].Said):
		kind = Overdue
	case !now.Before(p.User.EndsAt):
		kind = Passed
	}
	return Date{kind, p.User.EndsAt, p.Account}
}

// Expiry is when the invitation of a person in one account expires.
func (d *Directory) Expiry(p Place, now time.Time) Date {
	if p.Invitation == nil || p.Invitation.ExpiresAt.IsZero() {
		return Date{}
	}
	kind := Expires
	if p.Invitation.Expired(now) {
		kind = Expired
	}
	return Date{kind, p.Invitation.ExpiresAt, p.Account}
}

// Next is the first date of a person in one account.
func (d *Directory) Next(p Place, now time.Time) Date { return first(d.End(p, now), d.Expiry(p, now)) }

func first(a, b Date) Date {
	if pressing(b, a) < 0 {
		return b
	}
	return a
}

// Package freshness says how fresh what is shown is: in the top bar for the account that is open, and in a panel for every
// sign-in and every account, with what stands in the way, what to do about it, and how to ask now. That a host cannot be
// reached is a state like others, said with the time of what is shown instead, and never an error in a person's way.
package freshness

import (
	"time"

	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/kit"
)

// State is how something stands with its host.
type State int

// The states, in the order in which the panel lists them: first what somebody may have to do something about.
const (
	Failed   State = iota // the host, or the way to it, said no
	Offline               // the host cannot be reached; what is shown is older
	Checking              // being asked for
	Waiting               // not asked for yet
	Fresh
)

// Of tells how something stands that has a status of its own and one of the list it is in; has tells whether there is
// anything to show. why is what stands in the way, if anything.
func Of(own, list cache.Status, has bool) (s State, why *trouble.Trouble) {
	why = own.Trouble
	if why == nil {
		why = list.Trouble
	}
	switch {
	case own.Busy || list.Busy && !has:
		return Checking, nil
	case why != nil && why.Kind.Offline():
		return Offline, why
	case why != nil:
		return Failed, why
	case own.At.IsZero() || own.Kept: // known from an earlier run at most, until the host says so again
		return Waiting, nil
	}
	return Fresh, nil
}

// Role is the colour of a state's dot.
func (s State) Role() kit.Role {
	switch s {
	case Failed:
		return kit.Danger
	case Offline:
		return kit.Brass
	case Fresh:
		return kit.OK
	}
	return kit.Info
}

// Line says a state in one line, with the time of what is shown: "À jour · 14 h 02", "Hors ligne · données de 14 h 02".
func Line(w *locales.Words, now time.Time, s State, why *trouble.Trouble, at time.Time) string {
	switch {
	case s == Waiting && !at.IsZero() && locales.Days(at, now) == 0:
		return w.T("freshness.kept_hour", "Time", w.Clock(at))
	case s == Waiting && !at.IsZero():
		return w.T("freshness.kept_day", "Day", When(w, now, at))
	case s == Checking || s == Waiting || s == Fresh && at.IsZero():
		return Word(w, s, why)
	case at.IsZero():
		return w.T("freshness.never", "State", Word(w, s, why))
	case s == Fresh:
		return w.T("freshness.fresh_at", "When", When(w, now, at))
	case locales.Days(at, now) == 0:
		return w.T("freshness.data_of_hour", "State", Word(w, s, why), "Time", w.Clock(at))
	}
	return w.T("freshness.data_of_day", "State", Word(w, s, why), "Day", When(w, now, at))
}

// Word says a state in a word or two, for a failure why: "Trop de demandes".
func Word(w *locales.Words, s State, why *trouble.Trouble) string {
	switch s {
	case Failed:
		return reason(w, why)
	case Offline:
		return w.T("freshness.offline")
	case Checking:
		return w.T("freshness.checking")
	case Waiting:
		return w.T("freshness.waiting")
	}
	return w.T("freshness.fresh")
}

// When is a time of today, or a day with its time.
func When(w *locales.Words, now, at time.Time) string {
	if locales.Days(at, now) == 0 {
		return w.Clock(at)
	}
	return w.ShortDateTime(at)
}

// reason is why it failed, as short as a bar has room for; say.Trouble has the rest.
func reason(w *locales.Words, why *trouble.Trouble) string {
	if why == nil {
		return w.T("freshness.why_other")
	}
	switch why.Kind {
	case trouble.RateLimited:
		return w.T("freshness.why_rate_limited")
	case trouble.Busy:
		return w.T("freshness.why_busy")
	case trouble.HostError, trouble.RefusedByProvider:
		return w.T("freshness.why_host")
	case trouble.SignInNeeded:
		return w.T("freshness.why_sign_in")
	case trouble.WrongAnswer, trouble.NotAHost, trouble.TooLarge, trouble.Redirected, trouble.PlainHTTP:
		return w.T("freshness.why_answer")
	case trouble.CertUnknown, trouble.CertExpired, trouble.CertWrongName:
		return w.T("freshness.why_certificate")
	case trouble.NotFound, trouble.Forbidden:
		return w.T("freshness.why_no_access")
	case trouble.KeyringLocked, trouble.KeyringMissing, trouble.KeyringRefused:
		return w.T("freshness.why_keyring")
	}
	return w.T("freshness.why_other")
}

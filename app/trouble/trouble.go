// Package trouble says what went wrong, as a kind with the facts that words for people need. Views put a Trouble into
// words in one place; everything below returns errors that From can read. It knows no text for people.
package trouble

import (
	"errors"
	"time"
)

// Kind names what went wrong.
type Kind string

// On the way to the host.
const (
	BadAddress    Kind = "bad-address"    // the host address typed is not one
	PlainHTTP     Kind = "plain-http"     // http to something other than this computer
	HostNotFound  Kind = "host-not-found" // the name does not resolve
	Unreachable   Kind = "unreachable"    // refused, no route, network gone
	TimedOut      Kind = "timed-out"
	CertUnknown   Kind = "cert-unknown" // certificate by an authority nobody here knows
	CertExpired   Kind = "cert-expired"
	CertWrongName Kind = "cert-wrong-name"
	Redirected    Kind = "redirected" // the host sends us to another host
	Cancelled     Kind = "cancelled"
)

// What the host answered.
const (
	NotAHost          Kind = "not-a-host"   // a web page, or something that is not the Host API
	WrongAnswer       Kind = "wrong-answer" // the Host API, but an answer that cannot be understood
	TooLarge          Kind = "too-large"
	RateLimited       Kind = "rate-limited" // see RetryAfter
	Busy              Kind = "busy"         // 503; see RetryAfter
	HostError         Kind = "host-error"   // 500, 502
	SignInNeeded      Kind = "sign-in-needed"
	Forbidden         Kind = "forbidden" // see Permission
	OwnerOnly         Kind = "owner-only"
	RefusedByProvider Kind = "refused-by-provider"
	NotFound          Kind = "not-found"
	OwnerProtected    Kind = "owner-protected"
	AlreadyUser       Kind = "already-user"
	AlreadyInvited    Kind = "already-invited"
	LastDomain        Kind = "last-domain"
	EmailTaken        Kind = "email-taken"
	InvitationOver    Kind = "invitation-over"
	CannotHere        Kind = "cannot-here" // this host has no such feature
	ProofNeeded       Kind = "proof-needed"
	CodeWrong         Kind = "code-wrong"
	CodeOver          Kind = "code-over"
	Stale             Kind = "stale"
	Invalid           Kind = "invalid"         // see Fields
	OutcomeUnknown    Kind = "outcome-unknown" // the call left, no answer came back
)

// On this computer.
const (
	KeyringMissing Kind = "keyring-missing"
	KeyringLocked  Kind = "keyring-locked"
	KeyringRefused Kind = "keyring-refused"
	DiskTrouble    Kind = "disk"
	SetAside       Kind = "set-aside" // a file of ours could not be read and was moved to Path; we go on without it
	// CacheSetAside: what was kept of accounts could not be read and is fetched again. JournalSetAside: the same of the
	// Changes, of which all that could be read is still there. JournalNewer: they were written by a later version.
	CacheSetAside   Kind = "cache-set-aside"
	JournalSetAside Kind = "journal-set-aside"
	JournalNewer    Kind = "journal-newer"
	JournalTaken    Kind = "journal-taken"   // Changes of a JournalNewer are back, and wait for the person; also why each does
	HeldBack        Kind = "held-back"       // the person holds the rest of a plan back
	EditUnread      Kind = "edit-unread"     // an edit kept on this computer cannot be read; it stays, and is not sent
	BrowserTrouble  Kind = "browser"         // no browser could be opened
	SignInRefused   Kind = "sign-in-refused" // the host's sign-in said no, or the person cancelled there
	SignInOver      Kind = "sign-in-over"    // nobody finished signing in in the browser in the time there is for it
	// PolicyUnread: what the organisation has set, in the file at Path, is not understood; the strict side holds.
	// HostNotAllowed: it lets nobody sign in there.
	PolicyUnread   Kind = "policy-unread"
	HostNotAllowed Kind = "host-not-allowed"
	Other          Kind = "other"
)

// Field is one wrong field of a form.
type Field struct {
	Name  string // as in change.Values: "email", "address.postalCode" is "postalCode"
	Code  string // api.Field… codes: required, invalid, tooLong, unknownKey, taken, past
	Limit int    // with tooLong: the most characters
}

// Trouble is an error with its kind.
type Trouble struct {
	Kind       Kind
	Host       string        // name or address of the host concerned, if any
	Permission string        // with Forbidden
	Fields     []Field       // with Invalid
	RetryAfter time.Duration // with RateLimited and Busy; 0 when not told
	RequestID  string        // for the provider's support
	Path       string        // with SetAside and its like: where the unreadable file is now
	Err        error         // what it was made from; for logs
}

// Error is for logs; people get words made from Kind.
func (t *Trouble) Error() string {
	s := string(t.Kind)
	if t.Host != "" {
		s += " (" + t.Host + ")"
	}
	if t.Err != nil {
		s += ": " + t.Err.Error()
	}
	return s
}

// Unwrap gives what it was made from.
func (t *Trouble) Unwrap() error { return t.Err }

// Of is the same trouble with the host called by its name, where it is that host's own that could not be asked. A name
// that is not known leaves the address.
func (t *Trouble) Of(host string) *Trouble {
	if t == nil || host == "" || t.Kind != Unreachable && t.Kind != TimedOut {
		return t
	}
	named := *t
	named.Host = host
	return &named
}

// Is tells whether an error is trouble of a kind.
func Is(err error, kinds ...Kind) bool {
	var t *Trouble
	if !errors.As(err, &t) || t == nil {
		return false
	}
	for _, k := range kinds {
		if t.Kind == k {
			return true
		}
	}
	return false
}

// Offline tells whether a kind means that the host could not be asked at all.
func (k Kind) Offline() bool {
	return k == HostNotFound || k == Unreachable || k == TimedOut
}

// OfHost tells whether a kind is one of the host as a whole, the way to it or the sign-in, so that asking the same host
// for something else now would fail alike.
func (k Kind) OfHost() bool {
	switch k {
	case SignInNeeded, RateLimited, Busy, NotAHost, Redirected, PlainHTTP, CertExpired, CertUnknown, CertWrongName:
		return true
	}
	return k.Offline()
}

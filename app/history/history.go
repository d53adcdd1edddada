// Package history makes one time line of an account from what three sources tell of it: the Changes made here, the states
// the account was seen in, and the host's own record. What two or three of them tell of is one event. It also finds the
// way back from an event: the Change that makes things what they were, or why there is none.
//
// It knows the vocabulary, Changes, differences and the journal; nothing of views or of the network.
package history

import (
	"context"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/journal"
)

// Done is a Change of this person that the host has confirmed.
type Done struct {
	change.Change
	Ended time.Time // when the confirmation came
}

// Own gives the Changes made here. Calls may touch the disk.
type Own interface {
	// Ended lists what the host confirmed for an account, in no order. With an empty Account it is what concerns the
	// identity itself: its profile and login e-mail.
	Ended(ctx context.Context, ref access.Ref) ([]Done, error)
}

// FromJournal reads the Changes of a journal; decode tells what an entry holds. What it does not understand, as of a newer
// version of the application, is left out.
func FromJournal(j journal.Journal, decode func(journal.Entry) (change.Change, error)) Own {
	return fromJournal{j, decode}
}

type fromJournal struct {
	journal journal.Journal
	decode  func(journal.Entry) (change.Change, error)
}

func (f fromJournal) Ended(ctx context.Context, ref access.Ref) ([]Done, error) {
	entries, err := f.journal.Ended(ctx, ref)
	if err != nil {
		return nil, err
	}
	var out []Done
	for _, e := range entries {
		if c, err := f.decode(e); err == nil {
			out = append(out, Done{c, e.Ended})
		}
	}
	return out, nil
}

// State is an account as it was seen at one time.
type State struct {
	Version  journal.Version
	Snapshot access.Snapshot
}

// Person is somebody an event is about, by the key that access.Person has.
type Person struct{ Key, Name string }

// Event is one thing that happened, whichever sources tell of it.
type Event struct {
	ID string // stable while the sources are
	// At is when it happened. Where that is not told, it was between Since and At; else Since is zero.
	At, Since time.Time
	// Action is what was done, in the words of the contract's activity or one of those below.
	Action string
	// Here tells that this person did it on this computer. Otherwise By is who did it, if anybody tells; Mine that the host
	// says it was this person: elsewhere, or here while nothing was kept.
	Here, Mine bool
	By         Person
	ByHost     bool // nobody did it: the host, by itself

	People []Person // whom it concerns and who did it, once each

	Own         *Done             // what was wanted, when Here
	Activity    *access.Activity  // what the host tells of it
	Differences []diff.Difference // what was seen to differ; with Own only what follows from it
	Before      access.Snapshot   // the account before, when there are Differences or a State tells; else zero
}

// Known tells whether it is known who did it.
func (e Event) Known() bool { return e.Here || e.Mine || e.ByHost || e.By != Person{} }

// Unconfirmed tells whether nobody knows that it was done: the host was asked for it, and its own system did not say. Both
// sources must tell so: what is certain to one of them is certain.
func (e Event) Unconfirmed() bool {
	if e.Own != nil {
		return e.Own.Unconfirmed && (e.Activity == nil || e.Activity.Unconfirmed)
	}
	return e.Activity != nil && e.Activity.Unconfirmed
}

// Concerns tells whether an event is about a person, or was done by them.
func (e Event) Concerns(key string) bool {
	return slices.ContainsFunc(e.People, func(p Person) bool { return p.Key == key })
}

// What can be seen and is in no host's record.
const (
	ActUserChanged  = "user.changed"
	ActOwnerChanged = "owner.changed"
	ActNobody       = "mail.nobody"
	ActOwnRights    = "own.rights"
	ActDomains      = "domains.changed"
)

// Sources is all that a time line is made from.
type Sources struct {
	Me       access.Me
	UserID   string // of who is signed in, in this account
	Own      []Done
	States   []State // the newest first
	Activity []access.Activity
	// Until is the time before which a source may have more that has not been read: what is older is left out, since it
	// would be told with half of what is known. Zero: all has been read.
	Until time.Time
}

// skew is how far a host's clock may be from this computer's.
const skew = 2 * time.Minute

// Concerned lists everybody whom events are about, by name.
func Concerned(events []Event) []Person {
	var out []Person
	at := map[string]bool{}
	for _, e := range events {
		for _, p := range e.People {
			if !at[p.Key] {
				at[p.Key] = true
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Person) int {
		return compareNames(a.Name, b.Name)
	})
	return out
}

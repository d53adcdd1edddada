// Package cache is the one store that every screen reads: who is signed in at which host, which accounts they reach,
// and the last snapshot of each account. Today it lives in memory; what screens see of it does not depend on that.
//
// It knows the vocabulary and signals; nothing of the network or of views. Values handed out are shared: readers must
// not change them.
package cache

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/signal"
	"concierge/app/trouble"
)

// Status says how fresh something is.
type Status struct {
	At      time.Time        // when the host last confirmed it; zero: never
	Busy    bool             // being asked for now
	Trouble *trouble.Trouble // why the last attempt failed; nil when it did not
}

// Identity is what is known of one sign-in.
type Identity struct {
	ID     string
	Host   access.Host
	Me     access.Me
	Status Status // of its list of accounts
}

type entry struct {
	snapshot access.Snapshot
	has      bool
	activity []access.Activity
	status   Status
}

// Store keeps it all. The zero value is not ready; use New. Safe for concurrent use.
type Store struct {
	mu         sync.RWMutex
	identities map[string]Identity
	accounts   map[string][]access.Summary // by identity, sorted by name
	at         map[access.Ref]int          // where an account stands in the list of its identity
	every      []access.Summary            // the lists of all identities as one; nil when it has to be made anew
	entries    map[access.Ref]entry
	generation uint64

	// AccountChanged fires when a snapshot, its activity or its status changed.
	AccountChanged signal.Signal[access.Ref]
	// ListChanged fires with an identity's id when its accounts, profile, host or status changed, or it went away.
	ListChanged signal.Signal[string]
}

// New returns an empty store.
func New() *Store {
	return &Store{
		identities: map[string]Identity{}, accounts: map[string][]access.Summary{}, at: map[access.Ref]int{}, entries: map[access.Ref]entry{},
	}
}

// Generation differs after each change of what can be searched (not of activity or status); an index made at one
// generation is current while it stays.
func (s *Store) Generation() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.generation
}

// Identities lists who is signed in, by name.
func (s *Store) Identities() []Identity {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Identity, 0, len(s.identities))
	for _, i := range s.identities {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b Identity) int {
		return cmp.Or(cmp.Compare(a.Me.Name(), b.Me.Name()), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Identity finds one.
func (s *Store) Identity(id string) (Identity, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i, ok := s.identities[id]
	return i, ok
}

// Accounts lists what one identity reaches, by name; with "" what all reach.
func (s *Store) Accounts(identity string) []access.Summary {
	s.mu.RLock()
	list := s.accounts[identity]
	if identity == "" {
		list = s.every
	}
	s.mu.RUnlock()
	if identity != "" || list != nil {
		return list
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.every == nil {
		s.every = s.merge()
	}
	return s.every
}

// Account finds one in the lists.
func (s *Store) Account(ref access.Ref) (access.Summary, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.account(ref)
}

// Snapshot returns the last one and how fresh it is; false when there has been none yet (the status still says why).
func (s *Store) Snapshot(ref access.Ref) (access.Snapshot, Status, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.entries[ref]
	return e.snapshot, e.status, e.has
}

// Snapshots lists every snapshot there is, in no order.
func (s *Store) Snapshots() []access.Snapshot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]access.Snapshot, 0, len(s.entries))
	for _, e := range s.entries {
		if e.has {
			out = append(out, e.snapshot)
		}
	}
	return out
}

// Activity returns the last known activity of an account, newest first.
func (s *Store) Activity(ref access.Ref) []access.Activity {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entries[ref].activity
}

// PutIdentity adds or replaces one.
func (s *Store) PutIdentity(i Identity) {
	s.write(func() { s.identities[i.ID] = i })
	s.ListChanged.Emit(i.ID)
}

// PutAccounts replaces the list of an identity; snapshots of accounts that are gone go too.
func (s *Store) PutAccounts(identity string, list []access.Summary) {
	list = sorted(list)
	var gone []access.Ref
	s.write(func() {
		s.setList(identity, list)
		for ref := range s.entries {
			if _, kept := s.at[ref]; ref.Identity == identity && !kept {
				delete(s.entries, ref)
				gone = append(gone, ref)
			}
		}
	})
	s.ListChanged.Emit(identity)
	for _, ref := range gone {
		s.AccountChanged.Emit(ref)
	}
}

// PutSnapshot stores a snapshot that the host confirmed at a time, and brings the account's line in the list along.
func (s *Store) PutSnapshot(snap access.Snapshot, at time.Time) {
	renamed := false
	s.write(func() {
		e := s.entries[snap.Ref]
		e.snapshot, e.has, e.status = snap, true, Status{At: at}
		s.entries[snap.Ref] = e
		have, listed := s.account(snap.Ref)
		next := access.Summary{Ref: snap.Ref, Name: snap.Account.Name, Role: snap.Me.Role, Permissions: snap.Me.Permissions, Revision: snap.Revision}
		if !listed || same(have, next) { // as it is for most of a thousand accounts that are fetched after their list
			return
		}
		renamed = have.Name != next.Name
		list := slices.Clone(s.accounts[snap.Ref.Identity])
		list[s.at[snap.Ref]] = next
		if renamed {
			list = sorted(list)
		}
		s.setList(snap.Ref.Identity, list)
	})
	s.AccountChanged.Emit(snap.Ref)
	if renamed {
		s.ListChanged.Emit(snap.Ref.Identity)
	}
}

// PutActivity stores an account's activity, newest first.
func (s *Store) PutActivity(ref access.Ref, list []access.Activity) {
	s.mu.Lock()
	e := s.entries[ref]
	e.activity = list
	s.entries[ref] = e
	s.mu.Unlock()
	s.AccountChanged.Emit(ref)
}

// SetStatus notes that an account is being asked for, or that it failed. Content stays.
func (s *Store) SetStatus(ref access.Ref, set func(*Status)) {
	s.mu.Lock()
	e := s.entries[ref]
	set(&e.status)
	s.entries[ref] = e
	s.mu.Unlock()
	s.AccountChanged.Emit(ref)
}

// SetIdentityStatus notes the state of an identity's list.
func (s *Store) SetIdentityStatus(id string, set func(*Status)) {
	s.mu.Lock()
	if i, ok := s.identities[id]; ok {
		set(&i.Status)
		s.identities[id] = i
	}
	s.mu.Unlock()
	s.ListChanged.Emit(id)
}

// RemoveIdentity forgets an identity and all that was known through it.
func (s *Store) RemoveIdentity(id string) {
	s.write(func() {
		delete(s.identities, id)
		s.setList(id, nil)
		for ref := range s.entries {
			if ref.Identity == id {
				delete(s.entries, ref)
			}
		}
	})
	s.ListChanged.Emit(id)
}

func (s *Store) write(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn()
	s.generation++
}

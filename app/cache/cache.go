// Package cache is the one store that every screen reads: who is signed in at which host, which accounts they reach,
// and the last snapshot of each account. It lives in memory; a Keeper, if there is one, keeps it for the next time.
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
	Kept    bool             // it is from an earlier run of the application, and the host has not confirmed it since
	Trouble *trouble.Trouble // why the last attempt failed; nil when it did not
}

// Identity is what is known of one sign-in.
type Identity struct {
	ID     string
	Host   access.Host
	Me     access.Me
	Status Status // of its list of accounts
	// ListedAt is when host, profile and list were last asked for as a whole; zero: never.
	ListedAt time.Time
}

// Replaced is what was known of an account and what is known now.
type Replaced struct {
	Before, After access.Snapshot
	Since, At     time.Time // when the host last told that it still was as before, and when it told of what is now
}

// Record is the newest page of what a host says was done in an account.
type Record struct {
	Of   string            // the account's revision when it was asked; while it stays the host has nothing to add. "" is none
	List []access.Activity // newest first
}

type entry struct {
	snapshot access.Snapshot
	has      bool
	etag     string // of the snapshot, as the host gave it; "" when it gave none
	record   Record
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
	feeds      map[string]string // tokens of the change feed, by identity
	removed    map[string]bool   // identities that went away: answers to older questions must not bring them back
	generation uint64
	keeper     Keeper

	// AccountChanged fires when a snapshot, its activity or its status changed.
	AccountChanged signal.Signal[access.Ref]
	// Replaced fires when a snapshot took the place of an earlier one of another revision, before AccountChanged does. The
	// first snapshot of an account replaces none.
	Replaced signal.Signal[Replaced]
	// ListChanged fires with an identity's id when its accounts, profile, host or status changed, or it went away.
	ListChanged signal.Signal[string]
}

// New returns an empty store.
func New() *Store {
	return &Store{
		identities: map[string]Identity{}, accounts: map[string][]access.Summary{}, at: map[access.Ref]int{}, entries: map[access.Ref]entry{},
		feeds: map[string]string{}, removed: map[string]bool{}, keeper: nowhere{},
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
// A host that confirms the list confirms with it every snapshot of the revision that the list tells of.
func (s *Store) Snapshot(ref access.Ref) (access.Snapshot, Status, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.entries[ref]
	st := e.status
	if line, listed := s.account(ref); e.has && listed && line.Revision == e.snapshot.Revision {
		all := s.identities[ref.Identity].Status
		st.Kept = st.Kept && all.Kept
		if all.At.After(st.At) {
			st.At = all.At
		}
	}
	return e.snapshot, st, e.has
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

// Activity returns the last known activity of an account.
func (s *Store) Activity(ref access.Ref) Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entries[ref].record
}

// PutIdentity adds or replaces one.
func (s *Store) PutIdentity(i Identity) {
	s.write(func() {
		delete(s.removed, i.ID)
		s.identities[i.ID] = i
		s.keeper.KeepIdentity(i)
	})
	s.ListChanged.Emit(i.ID)
}

// SetIdentity brings host and profile of an identity up to date, unless it went away.
func (s *Store) SetIdentity(id string, host access.Host, me access.Me) {
	known := false
	s.write(func() {
		var i Identity
		if i, known = s.identities[id]; known {
			i.Host, i.Me = host, me
			s.identities[id] = i
			s.keeper.KeepIdentity(i)
		}
	})
	if known {
		s.ListChanged.Emit(id)
	}
}

// PutAccounts replaces the list of an identity; snapshots of accounts that are gone go too. This and all that follows
// does nothing for an identity that went away.
func (s *Store) PutAccounts(identity string, list []access.Summary) {
	list = sorted(list)
	var gone []access.Ref
	kept := s.keep(identity, func() {
		s.generation++
		now := time.Now()
		if i, known := s.identities[identity]; known {
			i.ListedAt = now
			s.identities[identity] = i
		}
		s.setList(identity, list)
		s.keeper.KeepAccounts(identity, list, now)
		for ref := range s.entries {
			if _, kept := s.at[ref]; ref.Identity == identity && !kept {
				delete(s.entries, ref)
				gone = append(gone, ref)
			}
		}
	})
	if !kept {
		return
	}
	s.ListChanged.Emit(identity)
	for _, ref := range gone {
		s.AccountChanged.Emit(ref)
	}
}

// PutSnapshot stores a snapshot that the host confirmed at a time, and brings the account's line in the list along.
func (s *Store) PutSnapshot(snap access.Snapshot, at time.Time) { s.PutTagged(snap, "", at) }

// PutTagged is PutSnapshot for one with an entity tag.
func (s *Store) PutTagged(snap access.Snapshot, etag string, at time.Time) {
	renamed, replaces := false, false
	var was entry
	kept := s.keep(snap.Ref.Identity, func() {
		s.generation++
		e := s.entries[snap.Ref]
		was, replaces = e, e.has && e.snapshot.Revision != snap.Revision
		e.snapshot, e.has, e.etag, e.status = snap, true, etag, Status{At: at}
		s.entries[snap.Ref] = e
		s.keeper.KeepSnapshot(KeptSnapshot{Snapshot: snap, ETag: etag, At: at})
		renamed = s.relist(snap)
	})
	if !kept {
		return
	}
	if replaces {
		s.Replaced.Emit(Replaced{Before: was.snapshot, After: snap, Since: was.status.At, At: at})
	}
	s.AccountChanged.Emit(snap.Ref)
	if renamed {
		s.ListChanged.Emit(snap.Ref.Identity)
	}
}

// PutActivity stores an account's activity.
func (s *Store) PutActivity(ref access.Ref, r Record) {
	s.edit(ref, func(e *entry) {
		e.record = r
		if e.has {
			s.keeper.KeepActivity(ref, r)
		}
	})
}

// SetStatus notes that an account is being asked for, or that it failed. Content stays.
func (s *Store) SetStatus(ref access.Ref, set func(*Status)) {
	s.edit(ref, func(e *entry) { set(&e.status) })
}

// SetIdentityStatus notes the state of an identity's list.
func (s *Store) SetIdentityStatus(id string, set func(*Status)) {
	known := false
	s.keep(id, func() {
		var i Identity
		if i, known = s.identities[id]; known {
			set(&i.Status)
			s.identities[id] = i
		}
	})
	if known {
		s.ListChanged.Emit(id)
	}
}

// RemoveIdentity forgets an identity and all that was known through it.
func (s *Store) RemoveIdentity(id string) {
	s.write(func() {
		s.removed[id] = true
		s.keeper.ForgetIdentity(id)
		delete(s.feeds, id)
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

// keep is write without a new generation, for an identity that has not gone away; it tells whether it has not.
func (s *Store) keep(identity string, fn func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.removed[identity] {
		return false
	}
	fn()
	return true
}

func (s *Store) edit(ref access.Ref, fn func(*entry)) {
	if s.keep(ref.Identity, func() {
		e := s.entries[ref]
		fn(&e)
		s.entries[ref] = e
	}) {
		s.AccountChanged.Emit(ref)
	}
}

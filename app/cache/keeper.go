package cache

import (
	"time"

	"concierge/app/access"
)

// Keeper keeps what the store holds beyond the end of the application. It is told in the order in which things happened,
// while the store is locked: its methods must return at once, and must not call the store. What it keeps can all be
// fetched again, so it fails quietly.
type Keeper interface {
	// KeepIdentity keeps host and profile of an identity.
	KeepIdentity(i Identity)
	// KeepAccounts keeps a whole list, as it was asked for at a time, in place of the one before.
	KeepAccounts(identity string, list []access.Summary, asked time.Time)
	// KeepLines keeps lines of a list that are other than before.
	KeepLines(lines []access.Summary)
	// KeepSnapshot keeps a state of an account that the host told of at a time.
	KeepSnapshot(k KeptSnapshot)
	// KeepActivity keeps the activity of an account whose snapshot is kept.
	KeepActivity(ref access.Ref, r Record)
	// KeepFeed keeps where the change feed of an identity was read to, at a time. All that was told before is what the feed
	// has told of until there.
	KeepFeed(identity, token string, at time.Time)
	// ForgetIdentity takes away all of an identity.
	ForgetIdentity(id string)
}

// Kept is what a keeper had of an identity.
type Kept struct {
	Identity Identity // with the time at which the host last confirmed the list, if it did
	Accounts []access.Summary
	Feed     string // token of the change feed
}

// KeptSnapshot is a state of an account as a keeper has it.
type KeptSnapshot struct {
	Snapshot access.Snapshot
	ETag     string
	At       time.Time // when the host told of it, or last confirmed it
	Record   Record    // only when restored
}

// nowhere keeps nothing.
type nowhere struct{}

func (nowhere) KeepIdentity(Identity)                            {}
func (nowhere) KeepAccounts(string, []access.Summary, time.Time) {}
func (nowhere) KeepLines([]access.Summary)                       {}
func (nowhere) KeepSnapshot(KeptSnapshot)                        {}
func (nowhere) KeepActivity(access.Ref, Record)                  {}
func (nowhere) KeepFeed(string, string, time.Time)               {}
func (nowhere) ForgetIdentity(string)                            {}

// KeepIn has everything from now on kept too; nil stops that. What is in the store already is told by Retell.
func (s *Store) KeepIn(k Keeper) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keeper = k; k == nil {
		s.keeper = nowhere{}
	}
}

// Retell tells the keeper all there is of an identity, or with "" of each, as when it has lost what it had.
func (s *Store) Retell(identity string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.identities {
		if identity == "" || id == identity {
			s.retell(id)
		}
	}
}

// retell has the order of a first fetch: what the feed stands for comes before it.
func (s *Store) retell(id string) {
	i := s.identities[id]
	s.keeper.KeepIdentity(i)
	list, listed := s.accounts[id]
	if !listed {
		return
	}
	s.keeper.KeepAccounts(id, list, i.ListedAt)
	for _, a := range list {
		if e := s.entries[a.Ref]; e.has {
			s.keeper.KeepSnapshot(KeptSnapshot{Snapshot: e.snapshot, ETag: e.etag, At: e.status.At})
			if e.record.Of != "" {
				s.keeper.KeepActivity(a.Ref, e.record)
			}
		}
	}
	if token := s.feeds[id]; token != "" {
		s.keeper.KeepFeed(id, token, i.Status.At)
	}
}

// Restore puts what a keeper had of an identity into the store, unless its list is known already. It is there as of when
// the host last confirmed it: its Status says Kept.
func (s *Store) Restore(k Kept) {
	id, put := k.Identity.ID, false
	s.write(func() {
		_, listed := s.accounts[id]
		if listed || s.removed[id] {
			return
		}
		put = true
		if have, known := s.identities[id]; known { // of who is signing in
			k.Identity.Status.Trouble, k.Identity.Status.Busy = have.Status.Trouble, have.Status.Busy
		}
		k.Identity.Status.At, k.Identity.Status.Kept = past(k.Identity.Status.At), true
		k.Identity.ListedAt = past(k.Identity.ListedAt)
		s.identities[id] = k.Identity
		if k.Identity.Status.At.IsZero() {
			return // the host never said which accounts there are
		}
		s.setList(id, sorted(k.Accounts))
		s.feeds[id] = k.Feed
	})
	if put {
		s.ListChanged.Emit(id)
	}
}

// RestoreSnapshots puts states of accounts that a keeper had into the store, where none is known yet. The lines of the lists
// stay as they are: they may already tell of newer states. Whoever has restored the last of them emits ListChanged.
func (s *Store) RestoreSnapshots(list []KeptSnapshot) {
	var put []access.Ref
	s.write(func() {
		for _, k := range list {
			ref := k.Snapshot.Ref
			e := s.entries[ref]
			if _, listed := s.at[ref]; !listed || e.has || s.removed[ref.Identity] {
				continue
			}
			e.snapshot, e.has, e.etag = k.Snapshot, true, k.ETag
			if e.record.Of == "" {
				e.record = k.Record
			}
			e.status.At, e.status.Kept = past(k.At), true
			s.entries[ref] = e
			put = append(put, ref)
		}
	})
	for _, ref := range put {
		s.AccountChanged.Emit(ref)
	}
}

// past is a time that is not after now: this computer's clock may have been ahead when it was written down.
func past(t time.Time) time.Time {
	if now := time.Now(); t.After(now) {
		return now
	}
	return t
}

// Feed is the token up to which the change feed of an identity has been read; "" when it has to begin anew.
func (s *Store) Feed(identity string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.feeds[identity]
}

// Confirm notes that the host told at a time of every change up to a token of its change feed: what is in the store is
// how things were then, except accounts whose line tells of another revision than their snapshot.
func (s *Store) Confirm(identity, token string, at time.Time) {
	known := false
	s.keep(identity, func() {
		var i Identity
		if i, known = s.identities[identity]; !known {
			return
		}
		i.Status = Status{At: at, Busy: i.Status.Busy}
		s.identities[identity] = i
		s.feeds[identity] = token
		s.keeper.KeepFeed(identity, token, at)
	})
	if known {
		s.ListChanged.Emit(identity)
	}
}

// Expect notes which revisions the host has of accounts of an identity, before they are fetched: until then their snapshots
// are known to be old. An empty revision is one that is not known: whatever there is must be asked for.
func (s *Store) Expect(identity string, revisions map[string]string) {
	s.keep(identity, func() { s.expect(identity, revisions) })
}

// Doubt notes that nothing is known any more of which revisions the host has, as when it was restored from a backup: the
// same number may stand for something else.
func (s *Store) Doubt(identity string) {
	s.keep(identity, func() {
		revisions := map[string]string{}
		for _, a := range s.accounts[identity] {
			revisions[a.Ref.Account] = ""
		}
		s.expect(identity, revisions)
	})
}

// Tag is the entity tag of the snapshot that there is of an account, to ask whether it is still the same.
func (s *Store) Tag(ref access.Ref) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entries[ref].etag
}

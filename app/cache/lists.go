package cache

import (
	"cmp"
	"maps"
	"slices"

	"concierge/app/access"
)

// setList replaces the list of an identity; nil takes it away. The lock is held by who calls, as in all of this file.
func (s *Store) setList(identity string, list []access.Summary) {
	for _, a := range s.accounts[identity] {
		delete(s.at, a.Ref)
	}
	for i, a := range list {
		s.at[a.Ref] = i
	}
	s.accounts[identity] = list
	if list == nil {
		delete(s.accounts, identity)
	}
	s.every = nil
}

// relist brings the line of an account along with its snapshot and tells whether its name is another. A line that says
// the same already is left alone, as it is for most of a thousand accounts that are fetched after their list.
func (s *Store) relist(snap access.Snapshot) (renamed bool) {
	have, listed := s.account(snap.Ref)
	next := access.Summary{Ref: snap.Ref, Name: snap.Account.Name, Role: snap.Me.Role, Permissions: snap.Me.Permissions, Revision: snap.Revision}
	if !listed || same(have, next) {
		return false
	}
	s.keeper.KeepLines([]access.Summary{next})
	list := slices.Clone(s.accounts[snap.Ref.Identity])
	list[s.at[snap.Ref]] = next
	if have.Name != next.Name {
		s.setList(snap.Ref.Identity, sorted(list))
		return true
	}
	s.accounts[snap.Ref.Identity], s.every = list, nil
	return false
}

// expect changes the revisions of lines, which nobody searches for.
func (s *Store) expect(identity string, revisions map[string]string) {
	var list, changed []access.Summary
	for account, revision := range revisions {
		ref := access.Ref{Identity: identity, Account: account}
		line, listed := s.account(ref)
		if !listed || line.Revision == revision {
			continue
		}
		if list == nil {
			list = slices.Clone(s.accounts[identity])
		}
		line.Revision = revision
		list[s.at[ref]] = line
		changed = append(changed, line)
	}
	if list != nil {
		s.accounts[identity], s.every = list, nil
		s.keeper.KeepLines(changed)
	}
}

func (s *Store) account(ref access.Ref) (access.Summary, bool) {
	i, listed := s.at[ref]
	if !listed {
		return access.Summary{}, false
	}
	return s.accounts[ref.Identity][i], true
}

// merge makes one list of all; never nil.
func (s *Store) merge() []access.Summary {
	if len(s.accounts) == 1 {
		for _, list := range s.accounts {
			return list
		}
	}
	return sorted(slices.Concat(slices.Collect(maps.Values(s.accounts))...))
}

// sorted returns a list by name, as people read names. A name is folded once, not for each comparison.
func sorted(list []access.Summary) []access.Summary {
	type named struct {
		key string
		access.Summary
	}
	keyed := make([]named, len(list))
	for i, a := range list {
		keyed[i] = named{access.Fold(a.Name), a}
	}
	slices.SortFunc(keyed, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.Ref.Account, b.Ref.Account), cmp.Compare(a.Ref.Identity, b.Ref.Identity))
	})
	out := make([]access.Summary, len(keyed))
	for i, k := range keyed {
		out[i] = k.Summary
	}
	return out
}

func same(a, b access.Summary) bool {
	return a.Ref == b.Ref && a.Name == b.Name && a.Role == b.Role && a.Revision == b.Revision && slices.Equal(a.Permissions, b.Permissions)
}

package syncer

import (
	"slices"

	"concierge/app/access"
)

// recentFirst puts the accounts that the person opened last before the others, which stay in their order.
func (s *Syncer) recentFirst(refs []access.Ref) {
	if s.cfg.Recents == nil {
		return
	}
	recents := s.cfg.Recents()
	rank := func(r access.Ref) int {
		if i := slices.Index(recents, r); i >= 0 {
			return i
		}
		return len(recents)
	}
	slices.SortStableFunc(refs, func(a, b access.Ref) int { return rank(a) - rank(b) })
}

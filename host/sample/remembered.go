package sample

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"sync"

	"concierge/client/api"
	"concierge/host"
)

// maxRemembered is how many accounts' snapshots are kept in memory; one of 30 people takes about 20 kB.
const maxRemembered = 64

// remembered keeps what was read of accounts. An account's revision moves with every write, so what was read at a
// revision stays true until the revision differs, or until the time something in it ends.
type remembered struct {
	mu   sync.RWMutex
	kept map[string]rememberedSnapshot
}

type rememberedSnapshot struct {
	revision, until int64
	snapshot        api.Snapshot
}

func (r *remembered) get(accountID string, revision, now int64) (api.Snapshot, bool) {
	r.mu.RLock()
	k, ok := r.kept[accountID]
	r.mu.RUnlock()
	if !ok || k.revision != revision || now >= k.until {
		return api.Snapshot{}, false
	}
	// The lists are the caller's; what their items point to is shared and only read.
	s := k.snapshot
	s.Users, s.Invitations, s.Contacts = slices.Clone(s.Users), slices.Clone(s.Invitations), slices.Clone(s.Contacts)
	return s, true
}

func (r *remembered) put(s api.Snapshot, revision int64) {
	until := int64(math.MaxInt64)
	for _, u := range s.Users {
		if u.EndsAt != nil {
			until = min(until, u.EndsAt.UnixMilli())
		}
	}
	for _, i := range s.Invitations {
		until = min(until, i.ExpiresAt.Add(invitationShown).UnixMilli())
	}
	s.Users, s.Invitations, s.Contacts = slices.Clone(s.Users), slices.Clone(s.Invitations), slices.Clone(s.Contacts)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = make(map[string]rememberedSnapshot, maxRemembered)
	}
	if len(r.kept) >= maxRemembered {
		for other := range r.kept { // whichever comes first: any is as good
			delete(r.kept, other)
			break
		}
	}
	r.kept[s.Account.ID] = rememberedSnapshot{revision, until, s}
}

// Snapshot returns everything of an account. Invitations that expired within the last 30 days are among them. Maps
// in it are shared with other callers: they must not be written to.
func (p *Provider) Snapshot(ctx context.Context, accountID string) (api.Snapshot, error) {
	if err := p.endDueAccess(ctx); err != nil {
		return api.Snapshot{}, err
	}
	if _, inside := p.q(ctx).(*sql.Tx); inside {
		// What a transaction sees may be undone, and its revision given again to something else.
		s, _, err := p.readSnapshot(ctx, accountID)
		return s, err
	}
	var revision int64
	err := p.q(ctx).QueryRowContext(ctx, "SELECT revision FROM accounts WHERE id = ?", accountID).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return api.Snapshot{}, host.ErrNotFound
	}
	if err != nil {
		return api.Snapshot{}, err
	}
	if s, ok := p.snapshots.get(accountID, revision, p.nowMS()); ok {
		return s, nil
	}
	s, revision, err := p.readSnapshot(ctx, accountID)
	if err != nil {
		return api.Snapshot{}, err
	}
	p.snapshots.put(s, revision)
	return s, nil
}

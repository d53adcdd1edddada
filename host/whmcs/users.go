package whmcs

import (
	"context"
	"errors"
	"slices"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/schedule"
	"concierge/host/whmcs/remote"
)

// SetPermissions replaces a user's permissions, their end and its reason. WHMCS has no user without any permission.
func (p *Provider) SetPermissions(ctx context.Context, accountID, userID string, set api.PermissionSet) error {
	return p.onUser(ctx, accountID, userID, func(ctx context.Context, s *scope, u remote.ClientUser, allowed permissions) error {
		if len(set.Permissions) == 0 {
			return &host.FieldError{
				Pointer: "/permissions", Code: api.FieldRequired,
				Detail: "a user has at least one permission; revoke the access instead",
			}
		}
		before, err := p.end(ctx, accountID, userID)
		if err != nil {
			return err
		}
		given := deed{Activity: api.Activity{Action: api.ActUserPermissions, Target: nameOr(shown(u.Name, maxText), u.Email), Permissions: set.Permissions}, subject: userID}
		// An end comes first: what is killed between the two leaves an end too many, not an access without one. No end comes last.
		given.first = func(ctx context.Context) error {
			if set.EndsAt == nil {
				return nil
			}
			return p.ends.Set(ctx, schedule.End{Account: accountID, User: userID, At: *set.EndsAt, Reason: set.Reason})
		}
		unended := func(ctx context.Context) error {
			if set.EndsAt != nil {
				return nil
			}
			return p.ends.Clear(ctx, accountID, userID)
		}
		if sameKeys(set.Permissions, allowed.keys) { // only the end is another
			return p.db.Atomically(context.WithoutCancel(ctx), func(ctx context.Context) error {
				return errors.Join(given.first(ctx), unended(ctx), p.record(ctx, s.account, given.Activity))
			})
		}
		given.undo = func(ctx context.Context) error { return p.putBack(ctx, accountID, userID, before) }
		err = p.does(ctx, s.account, given, func() error { return p.api.SetUserPermissions(ctx, u.ID, s.account, set.Permissions) }, unended,
			func(ctx context.Context) error {
				// This write moves the account. What is kept of the user's own permissions is no longer known, or their next call
				// would find others there and move it once more.
				_, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_reach SET permissions = '', permissions_at = 0 WHERE person_id = ? AND account_id = ?",
					u.ID, s.account)
				return err
			})
		delete(s.state.allowed, u.ID)
		return p.trouble(ctx, err)
	})
}

// end is when a user's access ends; nil when it does not.
func (p *Provider) end(ctx context.Context, accountID, userID string) (*schedule.End, error) {
	ends, err := p.ends.Of(ctx, accountID)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(ends, func(e schedule.End) bool { return e.User == userID }); i >= 0 {
		return &ends[i], nil
	}
	return nil, nil
}

// putBack gives a user the end they had.
func (p *Provider) putBack(ctx context.Context, accountID, userID string, before *schedule.End) error {
	if before == nil {
		return p.ends.Clear(ctx, accountID, userID)
	}
	return p.ends.Set(ctx, *before)
}

// RemoveUser takes a user's access away. What they have read of it before counts no longer, in any gateway.
func (p *Provider) RemoveUser(ctx context.Context, accountID, userID string) error {
	return p.onUser(ctx, accountID, userID, func(ctx context.Context, s *scope, u remote.ClientUser, _ permissions) error {
		removed := deed{Activity: api.Activity{Action: api.ActUserRemoved, Target: nameOr(shown(u.Name, maxText), u.Email)}, subject: userID}
		err := p.does(ctx, s.account, removed, func() error { return p.api.RemoveUser(ctx, u.ID, s.account) },
			func(ctx context.Context) error { return p.left(ctx, u.ID, s.account) },
			func(ctx context.Context) error { return p.ends.Clear(ctx, accountID, userID) })
		s.state.customer = nil
		delete(s.state.allowed, u.ID)
		return p.trouble(ctx, err)
	})
}

// onUser writes to a user that is among the account's own, and not its owner.
func (p *Provider) onUser(ctx context.Context, accountID, userID string,
	do func(context.Context, *scope, remote.ClientUser, permissions) error) error {
	id, err := number(userID)
	if err != nil {
		return err
	}
	return p.in(ctx, accountID, func(ctx context.Context, s *scope) error {
		st, err := p.loadNow(ctx, s, parts{customer: true, users: true})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(st.customer.Users, func(u remote.ClientUser) bool { return u.ID == id })
		if i < 0 {
			return host.ErrNotFound
		}
		u := st.customer.Users[i]
		allowed, known := st.allowed[id]
		switch {
		case isOwner(*st.customer, u), allowed.owner:
			return host.ErrOwnerProtected
		case !known:
			return host.ErrNotFound
		}
		return do(ctx, s, u, allowed)
	})
}

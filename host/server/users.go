package server

import (
	"context"
	"slices"
	"time"

	"concierge/client/api"
)

// InUser is the user a path is about.
type InUser struct {
	InAccount
	UserID string `path:"userId" maxLength:"128"`
}

func (s *server) listUsers(ctx context.Context, _ *struct{ InAccount }) (*struct{ Body api.UserList }, error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	return &struct{ Body api.UserList }{api.UserList{Users: v.users()}}, nil
}

func (s *server) getUser(ctx context.Context, in *struct {
	InUser
	GetHeaders
}) (*reply[api.User], error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	u, err := v.user(in.UserID)
	if err != nil {
		return nil, err
	}
	return read(callOf(ctx), u, u.ETag), nil
}

func (s *server) setUserPermissions(ctx context.Context, in *struct {
	InUser
	PutHeaders
	Body api.PermissionSet
}) (*reply[api.User], error) {
	return act(ctx, s, func(ctx context.Context, v *view) (*reply[api.User], error) {
		u, err := v.user(in.UserID)
		if err != nil {
			return nil, err
		}
		if u.Role == api.RoleOwner {
			return nil, fail(api.ProblemOwnerProtected)
		}
		if err := callOf(ctx).fresh(u.ETag, u); err != nil {
			return nil, err
		}
		set, err := s.permissionSet(v, in.Body)
		if err != nil {
			return nil, err
		}
		if sameSet(set, u.Permissions, u.EndsAt, u.Reason) {
			return ok(u, u.ETag), nil
		}
		if err := s.Provider.SetPermissions(ctx, v.full.Account.ID, u.ID, set); err != nil {
			return nil, err
		}
		if v, err = s.look(ctx); err != nil {
			return nil, err
		}
		if u, err = v.user(u.ID); err != nil {
			return nil, err
		}
		return ok(u, u.ETag), nil
	})
}

// permissionSet checks and cleans a set of permissions.
func (s *server) permissionSet(v *view, set api.PermissionSet) (api.PermissionSet, error) {
	k := s.checker(v.desc)
	set.Permissions = k.permissions(set.Permissions)
	set.EndsAt = k.end(set.EndsAt, &set.Reason)
	if err := k.err(); err != nil {
		return set, err
	}
	return set, v.grants(set.Permissions, set.EndsAt)
}

// grants refuses what this host cannot give: access that ends, or access to nothing.
func (v *view) grants(permissions []string, endsAt *time.Time) error {
	if endsAt != nil {
		if err := available(v.desc.Features.AccessEnds); err != nil {
			return err
		}
	}
	if len(permissions) == 0 {
		return available(v.desc.Features.EmptyPermissions)
	}
	return nil
}

// sameSet tells whether a set is what somebody has already. Sets of the catalogue's keys are in its order; those of a
// provider may be in another.
func sameSet(set api.PermissionSet, permissions []string, endsAt *time.Time, reason string) bool {
	a, b := slices.Sorted(slices.Values(set.Permissions)), slices.Sorted(slices.Values(permissions))
	sameEnd := set.EndsAt == nil && endsAt == nil || set.EndsAt != nil && endsAt != nil && set.EndsAt.Equal(*endsAt)
	return slices.Equal(a, b) && sameEnd && set.Reason == reason
}

func (s *server) removeUser(ctx context.Context, in *struct {
	InUser
	PutHeaders
}) (*done, error) {
	return nothing(act(ctx, s, func(ctx context.Context, v *view) (*reply[struct{}], error) {
		u, err := v.user(in.UserID)
		if err != nil {
			return nil, err
		}
		if u.Role == api.RoleOwner {
			return nil, fail(api.ProblemOwnerProtected)
		}
		if err := callOf(ctx).fresh(u.ETag, u); err != nil {
			return nil, err
		}
		return &reply[struct{}]{}, s.Provider.RemoveUser(ctx, v.full.Account.ID, u.ID)
	}))
}

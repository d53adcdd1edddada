package server

import (
	"context"
	"errors"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// invitationValidity is how long an invitation can be accepted.
const invitationValidity = 7 * 24 * time.Hour

// InInvitation is the invitation a path is about.
type InInvitation struct {
	InAccount
	InvitationID string `path:"invitationId" maxLength:"128"`
}

func (s *server) listInvitations(ctx context.Context, _ *struct{ InAccount }) (*struct{ Body api.InvitationList }, error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	if err := available(v.desc.Features.ListInvitations); err != nil {
		return nil, err
	}
	return &struct{ Body api.InvitationList }{api.InvitationList{Invitations: v.invitations()}}, nil
}

func (s *server) getInvitation(ctx context.Context, in *struct {
	InInvitation
	GetHeaders
}) (*reply[api.Invitation], error) {
	v, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	if err := available(v.desc.Features.ListInvitations); err != nil {
		return nil, err
	}
	i, err := v.invitation(in.InvitationID)
	if err != nil {
		return nil, err
	}
	return read(callOf(ctx), i, i.ETag), nil
}

func (s *server) invite(ctx context.Context, in *struct {
	InAccount
	PostHeaders
	ChallengeHeader
	Body api.NewInvitation
}) (*reply[api.Invitation], error) {
	return sent(ctx)(act(ctx, s, func(ctx context.Context, v *view) (*reply[api.Invitation], error) {
		me := callOf(ctx).person
		inv, err := s.newInvitation(ctx, v, in.Body, me.Language)
		if err != nil {
			return nil, err
		}
		if err := s.prove(ctx, api.ConditionInvite, me.Email); err != nil {
			return nil, err
		}
		id, err := s.Provider.Invite(ctx, v.full.Account.ID, inv)
		if err != nil {
			return nil, err
		}
		if v, err = s.look(ctx); err != nil {
			return nil, err
		}
		i, err := v.invitation(id)
		if errors.Is(err, host.ErrNotFound) { // a host that cannot list invitations
			now := s.Now().UTC()
			i, err = stampInvitation(api.Invitation{ID: id, Email: inv.Email, Language: inv.Language, Permissions: inv.Permissions,
				EndsAt: inv.EndsAt, Reason: inv.Reason, InvitedBy: personName(me), SentAt: now, ExpiresAt: now.Add(invitationValidity)}), nil
		}
		if err != nil {
			return nil, err
		}
		return created(i, i.ETag, "/v1"+pointer("accounts", v.full.Account.ID, "invitations", i.ID)), nil
	}))
}

// sent notes for whoever listens whether an invitation that was answered as sent may not have been.
func sent(ctx context.Context) func(*reply[api.Invitation], error) (*reply[api.Invitation], error) {
	return func(out *reply[api.Invitation], err error) (*reply[api.Invitation], error) {
		callOf(ctx).unsure = err == nil && out.Body.Unconfirmed
		return out, err
	}
}

// newInvitation checks and cleans an invitation: its fields, then whether the address may be invited at all.
func (s *server) newInvitation(ctx context.Context, v *view, inv api.NewInvitation, language string) (api.NewInvitation, error) {
	k := s.checker(v.desc)
	k.email("/email", &inv.Email)
	chosen := inv.Language != ""
	if !chosen {
		inv.Language = language
	} else {
		k.language("/language", &inv.Language)
	}
	inv.Permissions = k.permissions(inv.Permissions)
	inv.EndsAt = k.end(inv.EndsAt, &inv.Reason)
	if err := k.err(); err != nil {
		return inv, err
	}
	if chosen && inv.Language != v.full.Account.Language {
		if err := available(v.desc.Features.InvitationLanguage); err != nil {
			return inv, err
		}
	}
	if err := v.grants(inv.Permissions, inv.EndsAt); err != nil {
		return inv, err
	}
	return inv, s.invitable(v, inv.Email, "", host.TryOf(ctx).Again)
}

// invitable refuses an address that has access or that another invitation than the given one is valid for. After an
// earlier try of the same call the invitation may be its own: the provider can tell.
func (s *server) invitable(v *view, email, invitationID string, again bool) error {
	for _, u := range v.full.Users {
		if host.SameEmail(u.Email, email) {
			return fail(api.ProblemAlreadyUser)
		}
	}
	for _, i := range v.full.Invitations {
		if !again && i.ID != invitationID && host.SameEmail(i.Email, email) && i.ExpiresAt.After(s.Now()) {
			return fail(api.ProblemAlreadyInvited)
		}
	}
	return nil
}

func (s *server) setInvitationPermissions(ctx context.Context, in *struct {
	InInvitation
	PutHeaders
	Body api.PermissionSet
}) (*reply[api.Invitation], error) {
	return actOnInvitation(ctx, s, in.InvitationID, features.edit, func(ctx context.Context, v *view, i api.Invitation) error {
		set, err := s.permissionSet(v, in.Body)
		if err != nil || sameSet(set, i.Permissions, i.EndsAt, i.Reason) {
			return err
		}
		return s.Provider.SetInvitationPermissions(ctx, v.full.Account.ID, i.ID, set)
	})
}

func (s *server) resendInvitation(ctx context.Context, in *struct {
	InInvitation
	PostHeaders
}) (*reply[api.Invitation], error) {
	return sent(ctx)(actOnInvitation(ctx, s, in.InvitationID, features.resend, func(ctx context.Context, v *view, i api.Invitation) error {
		if err := s.invitable(v, i.Email, i.ID, false); err != nil { // accepted with another one since this one expired
			return err
		}
		if wait, ok := s.mails.take("invitation " + i.ID); !ok {
			return fail(api.ProblemRateLimited).because("this invitation was sent too often").after(wait)
		}
		return s.Provider.ResendInvitation(ctx, v.full.Account.ID, i.ID)
	}))
}

// features picks what a host must be able to do for a write.
var features = struct {
	edit, resend, cancel func(api.Features) api.Feature
}{
	func(f api.Features) api.Feature { return f.EditInvitation },
	func(f api.Features) api.Feature { return f.ResendInvitation },
	func(f api.Features) api.Feature { return f.CancelInvitation },
}

// actOnInvitation changes an invitation and answers it as it is then.
func actOnInvitation(ctx context.Context, s *server, id string, feature func(api.Features) api.Feature,
	change func(context.Context, *view, api.Invitation) error) (*reply[api.Invitation], error) {
	return act(ctx, s, func(ctx context.Context, v *view) (*reply[api.Invitation], error) {
		i, err := v.pending(ctx, id, feature)
		if err != nil {
			return nil, err
		}
		if err := gone(change(ctx, v, i)); err != nil {
			return nil, err
		}
		if v, err = s.look(ctx); err != nil {
			return nil, err
		}
		if i, err = v.invitation(id); err != nil {
			return nil, gone(err)
		}
		return ok(i, i.ETag), nil
	})
}

func (s *server) cancelInvitation(ctx context.Context, in *struct {
	InInvitation
	PutHeaders
}) (*done, error) {
	return nothing(act(ctx, s, func(ctx context.Context, v *view) (*reply[struct{}], error) {
		i, err := v.pending(ctx, in.InvitationID, features.cancel)
		if err != nil {
			return nil, err
		}
		return &reply[struct{}]{}, gone(s.Provider.CancelInvitation(ctx, v.full.Account.ID, i.ID))
	}))
}

// pending returns an invitation that may be written: this host can, it exists, and it is as the caller believes.
func (v *view) pending(ctx context.Context, id string, feature func(api.Features) api.Feature) (api.Invitation, error) {
	if err := available(feature(v.desc.Features)); err != nil {
		return api.Invitation{}, err
	}
	i, err := v.invitation(id)
	if err != nil {
		return i, err
	}
	return i, callOf(ctx).fresh(i.ETag, i)
}

// gone says what it means that an invitation that was there a moment ago is not: somebody accepted or cancelled it.
func gone(err error) error {
	if errors.Is(err, host.ErrNotFound) {
		return fail(api.ProblemInvitationOver)
	}
	return err
}

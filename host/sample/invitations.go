package sample

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// Where an invitation stands, as its page says it.
type invitationState int

const (
	invitationPending invitationState = iota
	invitationExpired
	invitationAccepted
	invitationCancelled
	invitationEnded // the access it would give is already over
)

// invitation is what the invitation page and the e-mail need of one.
type invitation struct {
	id, accountID, account string
	email, language        string
	permissions            []string
	endsAt                 *time.Time
	reason, invitedBy      string
	expiresAt              time.Time
	token, proof           string
	state                  invitationState
}

// invitationPath is the page of an invitation. Who comes from the e-mail has the proof after the token; who was given
// the address by the owner has not, and must show in another way that the invited mailbox is theirs.
func invitationPath(token string) string { return "/invitations/" + token }

func (i invitation) mailedPath() string { return invitationPath(i.token) + "." + i.proof }

// Invite stores and e-mails an invitation. Without a language it is written in the inviting person's.
func (p *Provider) Invite(ctx context.Context, accountID string, inv api.NewInvitation) (string, error) {
	id := p.newID("inv")
	permissions := inOrder(inv.Permissions)
	err := p.db.Atomically(ctx, func(ctx context.Context) error {
		who := host.ActorOf(ctx)
		if inv.Language == "" {
			inv.Language = "fr"
			if me, err := p.Person(ctx, who.PersonID); err == nil {
				inv.Language = me.Language
			} else if !errors.Is(err, host.ErrNotFound) {
				return err
			}
		}
		now := p.cfg.Now()
		_, err := p.q(ctx).ExecContext(ctx, `
			INSERT INTO invitations (id, account_id, state, email, email_key, language, permissions, ends_at, reason,
			                         invited_by, sent_at, expires_at, token, proof)
			VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			id, accountID, inv.Email, host.EmailKey(inv.Email), inv.Language, words(permissions), toMS(inv.EndsAt), inv.Reason,
			who.Name, now.UnixMilli(), now.Add(InvitationValidity).UnixMilli(), p.secret(15), p.secret(15))
		if err != nil {
			return err
		}
		if err := p.changed(ctx, accountID, api.Activity{
			Action: api.ActUserInvited, Target: inv.Email, Permissions: permissions,
		}); err != nil {
			return err
		}
		return p.mailInvitation(ctx, id, now)
	})
	return id, err
}

// SetInvitationPermissions replaces what a pending invitation will give. Its validity stays.
func (p *Provider) SetInvitationPermissions(ctx context.Context, accountID, invitationID string, set api.PermissionSet) error {
	permissions := inOrder(set.Permissions)
	return p.onPending(ctx, accountID, invitationID, api.Activity{
		Action: api.ActInvitationChanged, Permissions: permissions,
	}, "permissions = ?, ends_at = ?, reason = ?", words(permissions), toMS(set.EndsAt), set.Reason)
}

// ResendInvitation e-mails a pending or expired invitation again, with a new 7 days. Links sent before go on working.
func (p *Provider) ResendInvitation(ctx context.Context, accountID, invitationID string) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		now := p.cfg.Now()
		err := p.onPending(ctx, accountID, invitationID, api.Activity{Action: api.ActInvitationResent},
			"sent_at = ?, expires_at = ?", now.UnixMilli(), now.Add(InvitationValidity).UnixMilli())
		if err != nil {
			return err
		}
		return p.mailInvitation(ctx, invitationID, now)
	})
}

// CancelInvitation makes a pending or expired invitation vanish; its page goes on saying that it was cancelled.
func (p *Provider) CancelInvitation(ctx context.Context, accountID, invitationID string) error {
	return p.onPending(ctx, accountID, invitationID, api.Activity{Action: api.ActInvitationCancelled}, "state = 'cancelled'")
}

// onPending changes a pending invitation of an account and records it with the invited address.
func (p *Provider) onPending(ctx context.Context, accountID, invitationID string, a api.Activity, set string, args ...any) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		err := p.q(ctx).QueryRowContext(ctx, "UPDATE invitations SET "+set+
			" WHERE id = ? AND account_id = ? AND state = 'pending' RETURNING email",
			append(args, invitationID, accountID)...).Scan(&a.Target)
		if errors.Is(err, sql.ErrNoRows) {
			return host.ErrNotFound
		}
		if err != nil {
			return err
		}
		return p.changed(ctx, accountID, a)
	})
}

const invitationSQL = `
SELECT i.id, i.account_id, a.company, a.first_name, a.last_name, i.email, i.language, i.permissions, i.ends_at,
       i.reason, i.invited_by, i.expires_at, i.token, i.proof, i.state
FROM invitations i JOIN accounts a ON a.id = i.account_id WHERE `

func (p *Provider) readInvitation(ctx context.Context, where string, arg any) (invitation, error) {
	var i invitation
	var company, first, last, permissions, state string
	var ends *int64
	var expires int64
	err := p.q(ctx).QueryRowContext(ctx, invitationSQL+where, arg).Scan(&i.id, &i.accountID, &company, &first, &last,
		&i.email, &i.language, &permissions, &ends, &i.reason, &i.invitedBy, &expires, &i.token, &i.proof, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return invitation{}, host.ErrNotFound
	}
	if err != nil {
		return invitation{}, err
	}
	i.account, i.permissions = accountName(company, first, last), wordList(permissions)
	i.endsAt, i.expiresAt = fromMS(ends), time.UnixMilli(expires)
	now := p.cfg.Now()
	switch {
	case state == "accepted":
		i.state = invitationAccepted
	case state == "cancelled":
		i.state = invitationCancelled
	case !now.Before(i.expiresAt):
		i.state = invitationExpired
	case i.endsAt != nil && !now.Before(*i.endsAt):
		i.state = invitationEnded
	}
	return i, nil
}

// accept makes the person a user with what the invitation gives. The caller has made sure that the person is the
// invited one and that the invitation is pending, in the same transaction.
func (p *Provider) accept(ctx context.Context, i invitation, who host.Actor) error {
	ctx = host.WithActor(ctx, who)
	if err := one(p.q(ctx).ExecContext(ctx,
		"UPDATE invitations SET state = 'accepted' WHERE id = ? AND state = 'pending'", i.id)); err != nil {
		return err
	}
	// Whoever is a user already keeps what they have: an invitation never takes anything away.
	if _, err := p.q(ctx).ExecContext(ctx, `
		INSERT INTO memberships (account_id, person_id, role, permissions, ends_at, reason, remind_at) VALUES (?, ?, 'user', ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, i.accountID, who.PersonID, words(i.permissions), toMS(i.endsAt), i.reason, p.firstReminder(i.endsAt)); err != nil {
		return err
	}
	if _, err := p.q(ctx).ExecContext(ctx, "DELETE FROM departures WHERE person_id = ? AND account_id = ?",
		who.PersonID, i.accountID); err != nil {
		return err
	}
	p.forgetNextEnd()
	return p.changed(ctx, i.accountID, api.Activity{
		Action: api.ActInvitationAccepted, Target: who.Email, Permissions: i.permissions,
	})
}

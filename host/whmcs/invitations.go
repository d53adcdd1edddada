package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/schedule"
	"concierge/host/whmcs/remote"
)

// WHMCS sends invitations and tells nothing of them afterwards. The gateway keeps a journal of those it had sent.

const (
	invitationValid = 7 * 24 * time.Hour  // how long WHMCS lets an invitation be accepted
	invitationShown = 30 * 24 * time.Hour // how long one that has expired is still listed, so that its owner can send it again
)

// Where an invitation stands.
const (
	unconfirmed = "unconfirmed" // WHMCS was asked to send it, and what it answered is not known
	pending     = "pending"     // sent
	taken       = "accepted"    // who was invited is a user
	elsewhere   = "elsewhere"   // accepted by somebody who signs in with another address
)

// invitation is an entry of the journal that is not accepted.
type invitation struct {
	id, state, email, language string
	permissions                []string
	endsAt                     *time.Time
	reason, invitedBy          string
	sentAt, expiresAt          time.Time
	resendKey                  string
}

// journal lists the invitations of an account that are not accepted and still of interest, by when they were sent.
func (p *Provider) journal(ctx context.Context, account int64) (list []invitation, err error) {
	err = p.each(ctx, func(rows *sql.Rows) error {
		var i invitation
		var permissions string
		var ends, sent, expires int64
		err := rows.Scan(&i.id, &i.state, &i.email, &i.language, &permissions, &ends, &i.reason, &i.invitedBy, &sent, &expires, &i.resendKey)
		i.permissions, i.sentAt, i.expiresAt = wordList(permissions), time.UnixMilli(sent).UTC(), time.UnixMilli(expires).UTC()
		if ends != 0 {
			at := time.UnixMilli(ends).UTC()
			i.endsAt = &at
		}
		list = append(list, i)
		return err
	}, `SELECT id, state, email, language, permissions, ends_at, reason, invited_by, sent_at, expires_at, resend_key FROM whmcs_invitations
		WHERE account_id = ? AND state IN ('unconfirmed', 'pending') AND expires_at > ? ORDER BY sent_at, id`,
		account, p.cfg.Now().Add(-invitationShown).UnixMilli())
	return list, err
}

// listed are the entries of a journal as the contract has them.
func (p *Provider) listed(journal []invitation) []api.Invitation {
	list := make([]api.Invitation, 0, len(journal))
	for _, i := range journal {
		list = append(list, api.Invitation{
			ID: i.id, Email: i.email, Language: i.language, Permissions: i.permissions, EndsAt: i.endsAt, Reason: i.reason,
			InvitedBy: i.invitedBy, SentAt: i.sentAt, ExpiresAt: i.expiresAt, Unconfirmed: i.state == unconfirmed,
		})
	}
	return list
}

// Invite has WHMCS send an invitation, and keeps it in the journal: before it is sent, so that what is killed in between is
// known to be in doubt. After a try that may have sent it, it is not sent a second time, nor is it when WHMCS does not answer:
// its owner can see that it is not confirmed, and send it again. That somebody accepts it ends the doubt.
func (p *Provider) Invite(ctx context.Context, accountID string, inv api.NewInvitation) (id string, err error) {
	if len(inv.Permissions) == 0 {
		return "", &host.FieldError{Pointer: "/permissions", Code: api.FieldRequired, Detail: "an invitation gives at least one permission"}
	}
	err = p.in(ctx, accountID, func(ctx context.Context, s *scope) error {
		try := host.TryOf(ctx)
		if try.Key != "" {
			err := p.q(ctx).QueryRowContext(ctx, "SELECT id FROM whmcs_invitations WHERE call_key = ? AND account_id = ?", try.Key, s.account).Scan(&id)
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		journal, err := p.journal(ctx, s.account)
		if err != nil {
			return err
		}
		for _, i := range journal {
			if host.SameEmail(i.email, inv.Email) && i.expiresAt.After(p.cfg.Now()) {
				return host.ErrAlreadyInvited
			}
		}
		c, err := p.customer(ctx, s)
		if err != nil {
			return err
		}
		id = "inv_" + p.secret(10)
		var ends int64
		if inv.EndsAt != nil {
			ends = inv.EndsAt.UnixMilli()
		}
		who, now := host.ActorOf(ctx), p.cfg.Now()
		invited := deed{Activity: api.Activity{Action: api.ActUserInvited, Target: inv.Email, Permissions: inv.Permissions}}
		invited.first = func(ctx context.Context) error {
			// WHMCS chooses the language of what it sends; the account's is the best that can be said of it.
			_, err := p.q(ctx).ExecContext(ctx, `
				INSERT INTO whmcs_invitations (id, account_id, state, email, language, permissions, ends_at, reason, invited_by, sent_at,
				                               expires_at, call_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				id, s.account, unconfirmed, inv.Email, p.language(c.Language), words(inv.Permissions), ends, inv.Reason,
				nameOr(who.Name, who.Email), now.UnixMilli(), now.Add(invitationValid).UnixMilli(), try.Key)
			return err
		}
		invited.undo = func(ctx context.Context) error {
			_, err := p.q(ctx).ExecContext(ctx, "DELETE FROM whmcs_invitations WHERE id = ?", id)
			return err
		}
		err = p.does(ctx, s.account, invited, func() error { return p.api.Invite(ctx, s.account, inv.Email, inv.Permissions) },
			func(ctx context.Context) error {
				_, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_invitations SET state = ? WHERE id = ? AND state = ?", pending, id, unconfirmed)
				return err
			})
		if p.unanswered(ctx, err) {
			return nil
		}
		return p.trouble(ctx, err)
	})
	return id, err
}

// ResendInvitation has WHMCS send a new invitation to the same address with the same permissions. The one sent before
// cannot be taken back.
func (p *Provider) ResendInvitation(ctx context.Context, accountID, invitationID string) error {
	return p.in(ctx, accountID, func(ctx context.Context, s *scope) error {
		journal, err := p.journal(ctx, s.account)
		if err != nil {
			return err
		}
		n := slices.IndexFunc(journal, func(i invitation) bool { return i.id == invitationID })
		if n < 0 {
			return host.ErrNotFound
		}
		i, try := journal[n], host.TryOf(ctx)
		if try.Again && try.Key != "" && i.resendKey == try.Key {
			return nil
		}
		set := func(ctx context.Context, state string, sent time.Time, key string) error {
			_, err := p.q(ctx).ExecContext(ctx, `UPDATE whmcs_invitations SET state = ?, sent_at = ?, expires_at = ?, resend_key = ?
				WHERE id = ? AND state IN ('unconfirmed', 'pending')`,
				state, sent.UnixMilli(), sent.Add(invitationValid).UnixMilli(), key, i.id)
			return err
		}
		now := p.cfg.Now()
		resent := deed{Activity: api.Activity{Action: api.ActInvitationResent, Target: i.email}}
		resent.first = func(ctx context.Context) error { return set(ctx, unconfirmed, now, try.Key) }
		resent.undo = func(ctx context.Context) error { return set(ctx, i.state, i.sentAt, i.resendKey) }
		err = p.does(ctx, s.account, resent, func() error { return p.api.Invite(ctx, s.account, i.email, i.permissions) },
			func(ctx context.Context) error { return set(ctx, pending, now, try.Key) })
		if p.unanswered(ctx, err) {
			return nil
		}
		return p.trouble(ctx, err)
	})
}

// unanswered tells whether WHMCS was asked to send an invitation and did not say what became of it. To ask again would not tell
// more, and could mail twice: the owner is told that it is unconfirmed, and decides.
func (p *Provider) unanswered(ctx context.Context, err error) bool {
	var e *remote.Error
	if !errors.As(err, &e) || !e.Unknown {
		return false
	}
	p.cfg.Log.WarnContext(ctx, "WHMCS did not say whether it sent an invitation: it is listed as unconfirmed", "action", e.Action, "err", e)
	return true
}

// SetInvitationPermissions is not possible: see Describe.
func (p *Provider) SetInvitationPermissions(context.Context, string, string, api.PermissionSet) error {
	return host.ErrRefused
}

// CancelInvitation is not possible: see Describe.
func (p *Provider) CancelInvitation(context.Context, string, string) error { return host.ErrRefused }

// acceptance is an invitation and the user that it made.
type acceptance struct {
	invitation
	user  api.User
	state string
}

// acceptances finds out which invitations were accepted: by whoever signs in with the invited address; or, where exactly
// one invitation waits, by a user who is new, whom no invitation explains, and who has just what it gives. With two waiting
// nobody can tell which. Nobody is new in an account that is read for the first time.
func (p *Provider) acceptances(journal []invitation, users []api.User, before string) (list []acceptance) {
	waiting := slices.Clone(journal)
	explained := map[string]bool{}
	for _, u := range users {
		n := slices.IndexFunc(waiting, func(i invitation) bool { return host.SameEmail(i.email, u.Email) })
		if n >= 0 && u.Role != api.RoleOwner {
			list = append(list, acceptance{waiting[n], u, taken})
			waiting = slices.DeleteFunc(waiting, func(i invitation) bool { return host.SameEmail(i.email, u.Email) })
			explained[u.ID] = true
		}
	}
	if before == "" || len(waiting) != 1 {
		return list
	}
	had := wordList(before)
	var strangers []api.User
	for _, u := range users {
		if !explained[u.ID] && u.Role != api.RoleOwner && !slices.Contains(had, u.ID) && sameKeys(u.Permissions, waiting[0].permissions) {
			strangers = append(strangers, u)
		}
	}
	if len(strangers) == 1 {
		list = append(list, acceptance{waiting[0], strangers[0], elsewhere})
	}
	return list
}

// accept writes down that an invitation was accepted, and when the access it gave ends. Within a transaction; done once,
// however many see it at the same time.
func (p *Provider) accept(ctx context.Context, account int64, a acceptance) error {
	user, err := number(a.user.ID)
	if err != nil {
		return err
	}
	r, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_invitations SET state = ?, user_id = ? WHERE id = ? AND state IN ('unconfirmed', 'pending')",
		a.state, user, a.id)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return err
	}
	// Others that were sent to the same address are over too.
	if _, err := p.q(ctx).ExecContext(ctx, `UPDATE whmcs_invitations SET state = ?, user_id = ?
		WHERE account_id = ? AND email = ? AND state IN ('unconfirmed', 'pending')`, a.state, user, account, a.email); err != nil {
		return err
	}
	if a.endsAt != nil {
		if err := p.ends.Set(ctx, schedule.End{Account: text(account), User: a.user.ID, At: *a.endsAt, Reason: a.reason}); err != nil {
			return err
		}
	}
	// The target is the invited address and the actor who accepted: that they differ is what there is to say.
	who := host.Actor{PersonID: a.user.ID, Name: nameOr(fullName(a.user.FirstName, a.user.LastName), a.user.Email), Email: a.user.Email}
	return p.record(host.WithActor(ctx, who), account, api.Activity{
		Action: api.ActInvitationAccepted, Target: a.email, Permissions: a.permissions,
	})
}

package sample

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// SetPermissions replaces a user's permissions, their end and its reason. The owner has everything: not found here.
func (p *Provider) SetPermissions(ctx context.Context, accountID, userID string, set api.PermissionSet) error {
	permissions := inOrder(set.Permissions)
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		ends := toMS(set.EndsAt)
		// Another end begins anew with its reminders; the same one goes on where it was.
		err := one(p.q(ctx).ExecContext(ctx, `UPDATE memberships SET permissions = ?, ends_at = ?, reason = ?,
			remind_at = CASE WHEN ends_at IS ? THEN remind_at ELSE ? END, reminded = CASE WHEN ends_at IS ? THEN reminded ELSE 0 END
			WHERE account_id = ? AND person_id = ? AND role = 'user'`,
			words(permissions), ends, set.Reason, ends, p.firstReminder(set.EndsAt), ends, accountID, userID))
		if err != nil {
			return err
		}
		p.forgetNextEnd()
		who, err := p.Person(ctx, userID)
		if err != nil {
			return err
		}
		return p.changed(ctx, accountID, api.Activity{
			Action: api.ActUserPermissions, Target: fullName(who.FirstName, who.LastName), Permissions: permissions,
		})
	})
}

// RemoveUser takes a user's access away and tells them. The owner cannot be removed: not found here.
func (p *Provider) RemoveUser(ctx context.Context, accountID, userID string) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		return p.leave(ctx, accountID, userID, api.ActUserRemoved, "removed")
	})
}

// leave ends a user's membership, remembers the departure, records it and writes the person a mail.
func (p *Provider) leave(ctx context.Context, accountID, userID, action, mail string) error {
	err := one(p.q(ctx).ExecContext(ctx,
		"DELETE FROM memberships WHERE account_id = ? AND person_id = ? AND role = 'user'", accountID, userID))
	if err != nil {
		return err
	}
	seq, err := p.touch(ctx, accountID)
	if err != nil {
		return err
	}
	if _, err := p.q(ctx).ExecContext(ctx, `INSERT INTO departures (person_id, account_id, seq) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET seq = excluded.seq`, userID, accountID, seq); err != nil {
		return err
	}
	who, err := p.Person(ctx, userID)
	if err != nil {
		return err
	}
	if err := p.record(ctx, accountID, api.Activity{Action: action, Target: fullName(who.FirstName, who.LastName)}); err != nil {
		return err
	}
	name, err := p.nameOf(ctx, accountID)
	if err != nil {
		return err
	}
	return p.send(ctx, who.Email, who.Language, letter{
		kind: mail, data: []any{"Name", fullName(who.FirstName, who.LastName), "Account", name},
	})
}

func (p *Provider) nameOf(ctx context.Context, accountID string) (string, error) {
	var company, first, last string
	err := p.q(ctx).QueryRowContext(ctx, "SELECT company, first_name, last_name FROM accounts WHERE id = ?", accountID).
		Scan(&company, &first, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return "", host.ErrNotFound
	}
	return accountName(company, first, last), err
}

// forgetNextEnd makes the next read look when the next access ends, or its next reminder comes.
func (p *Provider) forgetNextEnd() { p.nextEnd.Store(0) }

// endDueAccess removes memberships whose end has passed, when there are any, and gives the reminders that are due. Reads
// leave out what has ended anyway; this makes the end an event: a departure, an entry in the activity, a mail. It costs
// nothing until the next known end or reminder.
func (p *Provider) endDueAccess(ctx context.Context) error {
	if p.cfg.Now().UnixMilli() < p.nextEnd.Load() {
		return nil
	}
	return p.Sweep(ctx)
}

// attemptsKept is how long attempts are kept: longer than any limit looks back.
const attemptsKept = 24 * time.Hour

// Sweep ends access that is over, reminds of what ends soon, and forgets invitations that expired so long ago that they are no longer listed, links
// that stopped working and attempts that count no more.
// A running host calls it every minute; it writes only when something is due.
func (p *Provider) Sweep(ctx context.Context) error {
	now := p.nowMS()
	next, err := p.firstEnd(ctx)
	if err != nil {
		return err
	}
	var old int
	err = p.q(ctx).QueryRowContext(ctx, `SELECT
		EXISTS (SELECT 1 FROM invitations WHERE state = 'pending' AND expires_at <= ?) +
		EXISTS (SELECT 1 FROM resets WHERE expires_at <= ?) + EXISTS (SELECT 1 FROM attempts WHERE since <= ?)`,
		now-invitationShown.Milliseconds(), now, now-attemptsKept.Milliseconds()).Scan(&old)
	if err != nil {
		return err
	}
	if now < next && old == 0 {
		p.nextEnd.Store(next)
		return nil
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		// What is done on behalf of time has no actor, whoever's call made us look.
		ctx = host.WithActor(ctx, host.Actor{})
		due, err := p.pairs(ctx, "SELECT account_id, person_id FROM memberships WHERE ends_at <= ? AND role = 'user'", now)
		if err != nil {
			return err
		}
		for _, d := range due {
			if err := p.leave(ctx, d[0], d[1], api.ActUserAccessEnded, "ended"); err != nil {
				return err
			}
		}
		if err := p.remind(ctx); err != nil {
			return err
		}
		gone, err := p.pairs(ctx, "SELECT account_id, id FROM invitations WHERE state = 'pending' AND expires_at <= ?",
			now-invitationShown.Milliseconds())
		if err != nil {
			return err
		}
		for _, g := range gone {
			if _, err := p.q(ctx).ExecContext(ctx, "DELETE FROM invitations WHERE id = ?", g[1]); err != nil {
				return err
			}
			if _, err := p.touch(ctx, g[0]); err != nil {
				return err
			}
		}
		if _, err := p.q(ctx).ExecContext(ctx, "DELETE FROM resets WHERE expires_at <= ?", now); err != nil {
			return err
		}
		_, err = p.q(ctx).ExecContext(ctx, "DELETE FROM attempts WHERE since <= ?", now-attemptsKept.Milliseconds())
		return err
	})
}

// firstEnd is when the next access ends or the next reminder comes, far in the future when none does.
func (p *Provider) firstEnd(ctx context.Context) (int64, error) {
	var next sql.NullInt64
	err := p.q(ctx).QueryRowContext(ctx,
		"SELECT min(iif(remind_at > 0, min(remind_at, ends_at), ends_at)) FROM memberships WHERE ends_at IS NOT NULL").Scan(&next)
	if !next.Valid {
		return math.MaxInt64, err
	}
	return next.Int64, err
}

func (p *Provider) pairs(ctx context.Context, query string, args ...any) ([][2]string, error) {
	rows, err := p.q(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list [][2]string
	for rows.Next() {
		var pair [2]string
		if err := rows.Scan(&pair[0], &pair[1]); err != nil {
			return nil, err
		}
		list = append(list, pair)
	}
	return list, rows.Err()
}

package sample

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"concierge/assets/locales"
	"concierge/host"
)

// resetValidity is how long the link to choose another password works.
const resetValidity = time.Hour

func resetPath(token string) string { return "/reset/" + token }

// SendPasswordReset writes to the person's login e-mail, with a link that works once and for an hour.
func (p *Provider) SendPasswordReset(ctx context.Context, personID string) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		me, err := p.Person(ctx, personID)
		if err != nil {
			return err
		}
		token, expires := p.secret(20), p.cfg.Now().Add(resetValidity)
		if _, err := p.q(ctx).ExecContext(ctx, "INSERT INTO resets (token, person_id, expires_at) VALUES (?, ?, ?)",
			token, personID, expires.UnixMilli()); err != nil {
			return err
		}
		return p.send(ctx, me.Email, me.Language, letter{
			kind: "reset", path: resetPath(token),
			data: []any{"Name", fullName(me.FirstName, me.LastName), "Email", me.Email,
				"Time", p.clockTime(locales.For(me.Language), expires)},
		})
	})
}

// resetOf says whose password a link changes, or host.ErrNotFound when it is over.
func (p *Provider) resetOf(ctx context.Context, token string) (personID, email string, err error) {
	err = p.q(ctx).QueryRowContext(ctx, `SELECT p.id, p.email FROM resets r JOIN people p ON p.id = r.person_id
		WHERE r.token = ? AND r.used = 0 AND r.expires_at > ?`, token, p.nowMS()).Scan(&personID, &email)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", host.ErrNotFound
	}
	return personID, email, err
}

// resetPassword sets another password, ends all links like it and every sign-in, and tells the person.
func (p *Provider) resetPassword(ctx context.Context, token, password string) error {
	hash, err := p.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		id, _, err := p.resetOf(ctx, token)
		if err != nil {
			return err
		}
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE resets SET used = 1 WHERE person_id = ?", id); err != nil {
			return err
		}
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE people SET password_hash = ? WHERE id = ?", hash, id); err != nil {
			return err
		}
		if p.cfg.PasswordChanged != nil {
			if err := p.cfg.PasswordChanged(ctx, id); err != nil {
				return err
			}
		}
		me, err := p.Person(ctx, id)
		if err != nil {
			return err
		}
		return p.send(ctx, me.Email, me.Language, letter{
			kind: "reset_done", data: []any{"Name", fullName(me.FirstName, me.LastName)},
		})
	})
}

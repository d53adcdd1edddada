package sample

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
	"concierge/host/oidc"
)

const meSQL = "SELECT id, first_name, last_name, email, language, totp_secret <> '' FROM people "

func (p *Provider) scanMe(row *sql.Row) (api.Me, error) {
	var me api.Me
	var twoFactor bool
	err := row.Scan(&me.ID, &me.FirstName, &me.LastName, &me.Email, &me.Language, &twoFactor)
	if errors.Is(err, sql.ErrNoRows) {
		return api.Me{}, host.ErrNotFound
	}
	me.TwoFactor = &twoFactor
	return me, err
}

// Person returns a profile.
func (p *Provider) Person(ctx context.Context, personID string) (api.Me, error) {
	return p.scanMe(p.q(ctx).QueryRowContext(ctx, meSQL+"WHERE id = ?", personID))
}

// PersonByEmail finds who signs in with an address.
func (p *Provider) PersonByEmail(ctx context.Context, email string) (api.Me, error) {
	return p.scanMe(p.q(ctx).QueryRowContext(ctx, meSQL+"WHERE email_key = ?", host.EmailKey(email)))
}

// Profile says who a person is, for the id token.
func (p *Provider) Profile(ctx context.Context, personID string) (oidc.Profile, error) {
	me, err := p.Person(ctx, personID)
	return oidc.Profile{Email: me.Email, FirstName: me.FirstName, LastName: me.LastName, Language: me.Language}, err
}

// UpdatePerson changes a profile's given fields. Names stand in snapshots, so every account of theirs moves.
func (p *Provider) UpdatePerson(ctx context.Context, personID string, patch api.MePatch) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		me, err := p.Person(ctx, personID)
		if err != nil {
			return err
		}
		var changed changedFields
		changed.text("firstName", &me.FirstName, patch.FirstName)
		changed.text("lastName", &me.LastName, patch.LastName)
		changed.text("language", &me.Language, patch.Language)
		if len(changed) == 0 {
			return nil
		}
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE people SET first_name = ?, last_name = ?, language = ? WHERE id = ?",
			me.FirstName, me.LastName, me.Language, personID); err != nil {
			return err
		}
		return p.touchAllOf(ctx, personID)
	})
}

// SetLoginEmail changes what a person types to sign in, and tells the address they used before. Links to choose
// another password that were sent there stop working: whoever reads that mailbox is no longer believed.
func (p *Provider) SetLoginEmail(ctx context.Context, personID, email string) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		before, err := p.Person(ctx, personID)
		if err != nil || before.Email == email {
			return err
		}
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE people SET email = ?, email_key = ? WHERE id = ?",
			email, host.EmailKey(email), personID); err != nil {
			return err
		}
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE resets SET used = 1 WHERE person_id = ?", personID); err != nil {
			return err
		}
		if err := p.touchAllOf(ctx, personID); err != nil {
			return err
		}
		return p.send(ctx, before.Email, before.Language, letter{
			kind: "login_changed", data: []any{"Name", fullName(before.FirstName, before.LastName), "Email", email},
		})
	})
}

// SendCode e-mails a step-up code to an address, in the person's language.
func (p *Provider) SendCode(ctx context.Context, personID, email, code, condition string, expires time.Time) error {
	me, err := p.Person(ctx, personID)
	if err != nil {
		return err
	}
	w := locales.For(me.Language)
	return p.send(ctx, email, me.Language, letter{
		kind: "code", code: code,
		data: []any{"Why", p.why(w, condition), "Time", p.clockTime(w, expires)},
	})
}

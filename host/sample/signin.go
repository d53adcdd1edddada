package sample

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/oidc"
)

// Authenticate checks a password. An unknown address takes as long as a wrong password.
func (p *Provider) Authenticate(ctx context.Context, email, password string) (string, bool, error) {
	var id, hash string
	var needsTOTP bool
	err := p.q(ctx).QueryRowContext(ctx, "SELECT id, password_hash, totp_secret <> '' FROM people WHERE email_key = ?",
		host.EmailKey(email)).Scan(&id, &hash, &needsTOTP)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", false, err
	}
	if len(password) > 4*maxPassword { // bytes; such a password was never set
		password, hash = "", ""
	}
	fits, err := p.checkPassword(ctx, hash, password)
	if err != nil {
		return "", false, err
	}
	if !fits {
		return "", false, oidc.ErrWrongCredentials
	}
	return id, needsTOTP, nil
}

// totpPeriod is how long a one-time code lasts; one before and one after are accepted for clocks that differ
// (RFC 6238 section 5.2).
const totpPeriod = 30

// CheckTOTP checks a one-time code, each once.
func (p *Provider) CheckTOTP(ctx context.Context, personID, code string) error {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		var secret string
		var last int64
		err := p.q(ctx).QueryRowContext(ctx, "SELECT totp_secret, totp_step FROM people WHERE id = ?", personID).
			Scan(&secret, &last)
		if errors.Is(err, sql.ErrNoRows) || err == nil && secret == "" {
			return oidc.ErrWrongCredentials
		}
		if err != nil {
			return err
		}
		now := p.cfg.Now().Unix() / totpPeriod
		for step := max(now-1, last+1); step <= now+1; step++ {
			want, err := hotp.GenerateCodeCustom(secret, uint64(step),
				hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
			if err != nil {
				return err
			}
			if subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 {
				_, err := p.q(ctx).ExecContext(ctx, "UPDATE people SET totp_step = ? WHERE id = ?", step, personID)
				return err
			}
		}
		return oidc.ErrWrongCredentials
	})
}

// TOTPCode returns the one-time code that a person's authenticator shows at a time, or "" when they have none: the
// sample host's people have no telephone, so whoever plays them asks here.
func (p *Provider) TOTPCode(ctx context.Context, personID string, at time.Time) (string, error) {
	var secret string
	err := p.q(ctx).QueryRowContext(ctx, "SELECT totp_secret FROM people WHERE id = ?", personID).Scan(&secret)
	if errors.Is(err, sql.ErrNoRows) {
		return "", host.ErrNotFound
	}
	if err != nil || secret == "" {
		return "", err
	}
	return hotp.GenerateCodeCustom(secret, uint64(at.Unix()/totpPeriod),
		hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// SignedIn records a sign-in in every account the person reaches.
func (p *Provider) SignedIn(ctx context.Context, personID, from string) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		me, err := p.Person(ctx, personID)
		if err != nil {
			return err
		}
		now, name := p.nowMS(), fullName(me.FirstName, me.LastName)
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE memberships SET last_sign_in = ? WHERE person_id = ?", now, personID); err != nil {
			return err
		}
		if _, err := p.q(ctx).ExecContext(ctx, `
			INSERT INTO activity (account_id, at, actor, actor_email, action, target, permissions, fields, ip)
			SELECT m.account_id, ?, ?, ?, ?, '', '', '', ? FROM memberships m WHERE m.person_id = ? AND `+present,
			now, name, me.Email, api.ActSignedIn, from, personID, now); err != nil {
			return err
		}
		return p.touchAllOf(ctx, personID)
	})
}

// Choices lists the sample's people whom one click signs in.
func (p *Provider) Choices(ctx context.Context) ([]oidc.Choice, error) {
	rows, err := p.q(ctx).QueryContext(ctx,
		"SELECT id, first_name, last_name, choice_fr, choice_en FROM people WHERE choice > 0 ORDER BY choice, id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []oidc.Choice
	for rows.Next() {
		var c oidc.Choice
		var first, last, fr, en string
		if err := rows.Scan(&c.PersonID, &first, &last, &fr, &en); err != nil {
			return nil, err
		}
		c.Name, c.Detail = fullName(first, last), api.Text{"fr": fr, "en": en}
		list = append(list, c)
	}
	return list, rows.Err()
}

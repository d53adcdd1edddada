package oidc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"errors"
	"strings"
	"time"
)

// request is one authorization request while its person signs in.
type request struct {
	id          string
	browser     []byte // hash of the cookie of the browser that began it
	redirectURI string
	state       string
	nonce       string
	scopes      []string
	challenge   string // PKCE, S256
	lang        string // "fr" or "en"
	loginHint   string
	prompt      string // how an upstream provider should ask: "", "login" or "select_account"
	departure   string // fingerprint of the state that an upstream provider was last given; "" once it came back
	trouble     string // why an upstream provider's sign-in did not come to its end: the name of a page
	address     string // which address the trouble is about, if any
	expires     time.Time
	halfDone    string // person whose password was right and whose one-time code is awaited
	done        bool   // the person signed in; the code was given
}

// Why a page cannot go on with its request.
var (
	errRequestOver = errors.New("authorization request is unknown or has expired")
	errRequestDone = errors.New("authorization request was already answered")
)

// begin keeps a new request and returns the secret of the browser that began it.
func (p *Provider) begin(ctx context.Context, r *request) (browser string, err error) {
	if r.id, err = p.random(); err != nil {
		return "", err
	}
	if browser, err = p.random(); err != nil {
		return "", err
	}
	r.browser = hash(browser)
	r.expires = p.Now().Add(RequestLifetime)
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		if err := p.sweep(ctx); err != nil {
			return err
		}
		_, err := p.Store.Querier(ctx).ExecContext(ctx,
			`INSERT INTO oidc_requests (id, browser, redirect_uri, state, nonce, scopes, challenge, lang, login_hint, prompt, expires)
			 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.id, r.browser, r.redirectURI, r.state, r.nonce, strings.Join(r.scopes, " "), r.challenge, r.lang, r.loginHint,
			r.prompt, r.expires.UnixMilli())
		return err
	})
	return browser, err
}

// request finds one that can go on, or answers errRequestOver or, with the request, errRequestDone.
func (p *Provider) request(ctx context.Context, id string) (request, error) {
	r := request{id: id}
	var scopes, person string
	var expires int64
	err := p.Store.Querier(ctx).QueryRowContext(ctx,
		`SELECT browser, redirect_uri, state, nonce, scopes, challenge, lang, login_hint, prompt, departure, trouble, address,
		        expires, half_done, person
		   FROM oidc_requests WHERE id = ?`, id).
		Scan(&r.browser, &r.redirectURI, &r.state, &r.nonce, &scopes, &r.challenge, &r.lang, &r.loginHint,
			&r.prompt, &r.departure, &r.trouble, &r.address, &expires, &r.halfDone, &person)
	if errors.Is(err, sql.ErrNoRows) {
		return r, errRequestOver
	}
	if err != nil {
		return r, err
	}
	r.scopes, r.expires, r.done = strings.Fields(scopes), time.UnixMilli(expires), person != ""
	switch {
	case r.done:
		return r, errRequestDone
	case !r.expires.After(p.Now()):
		return r, errRequestOver
	}
	return r, nil
}

// setHalfDone remembers whose password was right; "" forgets it.
func (p *Provider) setHalfDone(ctx context.Context, id, person string) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_requests SET half_done = ? WHERE id = ? AND person = ''`, person, id)
	return err
}

// setDeparture remembers that the browser is sent to an upstream provider, in which language; what was before is over.
func (p *Provider) setDeparture(ctx context.Context, r request, departure string) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_requests SET departure = ?, lang = ?, trouble = '', address = '' WHERE id = ? AND person = ''`,
		departure, r.lang, r.id)
	return err
}

// endDeparture ends the request's departure, and tells whether it was still under way.
func (p *Provider) endDeparture(ctx context.Context, r request) (bool, error) {
	res, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_requests SET departure = '' WHERE id = ? AND departure = ? AND departure <> '' AND person = ''`,
		r.id, r.departure)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// setTrouble remembers why an upstream sign-in did not come to its end.
func (p *Provider) setTrouble(ctx context.Context, r request, trouble, address string) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_requests SET trouble = ?, address = ? WHERE id = ? AND person = ''`, trouble, address, r.id)
	return err
}

// forget ends a request that was given up.
func (p *Provider) forget(ctx context.Context, id string) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx, `DELETE FROM oidc_requests WHERE id = ? AND person = ''`, id)
	return err
}

// answer makes the code of a request whose person has signed in. Only the first answer counts.
func (p *Provider) answer(ctx context.Context, id, person string, by proof) (code string, err error) {
	if code, err = p.random(); err != nil {
		return "", err
	}
	now := p.Now()
	res, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_requests SET person = ?, methods = ?, auth_time = ?, half_done = '', code = ?, code_expires = ?
		  WHERE id = ? AND person = '' AND expires > ?`,
		person, strings.Join(by.methods, " "), by.at.UnixMilli(), hash(code), now.Add(CodeLifetime).UnixMilli(), id, now.UnixMilli())
	if err != nil {
		return "", err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return "", errors.Join(errRequestDone, err)
	}
	return code, nil
}

// Why a code was refused although it is alive.
var (
	errRedirect = errors.New("redirect_uri is not the one the code was asked with")
	errVerifier = errors.New("code_verifier does not fit code_challenge")
)

// redeem exchanges a code, once: whatever the first try comes to, the code is used up, and a second try ends what the
// first gave (RFC 6749 section 4.1.2). The verifier is PKCE's (RFC 7636 section 4.6).
func (p *Provider) redeem(ctx context.Context, code, verifier, redirectURI string) (g grant, t tokens, err error) {
	var refused error // answered after what it implies was committed
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		q := p.Store.Querier(ctx)
		var id, wantRedirect, challenge, scopes, methods string
		var authTime, expires int64
		var used bool
		err := q.QueryRowContext(ctx,
			`SELECT id, redirect_uri, challenge, scopes, nonce, person, methods, auth_time, code_expires, code_used, family
			   FROM oidc_requests WHERE code = ?`, hash(code)).
			Scan(&id, &wantRedirect, &challenge, &scopes, &g.nonce, &g.person, &methods, &authTime, &expires, &used, &g.family)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			refused = errUnknown
			return nil
		case err != nil:
			return err
		case used:
			refused = errReused
			return p.endFamily(ctx, g.family)
		}
		g.scopes, g.methods, g.authTime = strings.Fields(scopes), strings.Fields(methods), time.UnixMilli(authTime)
		switch {
		case expires <= p.Now().UnixMilli():
			refused = errExpired
		case redirectURI != wantRedirect:
			refused = errRedirect
		case !fits(verifier, challenge):
			refused = errVerifier
		default:
			if err := p.newFamily(ctx, &g); err != nil {
				return err
			}
			if t, err = p.issue(ctx, g); err != nil {
				return err
			}
		}
		_, err = q.ExecContext(ctx, `UPDATE oidc_requests SET code_used = 1, family = ? WHERE id = ?`, g.family, id)
		return err
	})
	if err != nil {
		return grant{}, tokens{}, err
	}
	return g, t, refused
}

// fits checks PKCE's S256 (RFC 7636 sections 4.1 and 4.6).
func fits(verifier, challenge string) bool {
	if len(verifier) < 43 || len(verifier) > 128 {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

package oidc

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"

	"concierge/host"
)

// grant is what one sign-in gave: who, how they proved it, and what may be done with the tokens issued from it, which
// are its family.
type grant struct {
	family   string
	person   string
	scopes   []string // of the sign-in; of one token where it was asked for less
	methods  []string
	nonce    string
	authTime time.Time
}

// tokens are what a client receives, in clear: they are nowhere else.
type tokens struct {
	access, refresh string // refresh is empty without the offline_access scope
	expires         time.Time
}

// Why a code or a refresh token was refused; clients are told invalid_grant for all of them (RFC 6749 section 5.2).
var (
	errUnknown = errors.New("it is unknown, or was revoked")
	errExpired = errors.New("it has expired")
	errReused  = errors.New("it was used before; everything issued from that sign-in was ended")
	errScope   = errors.New("more was asked for than was granted")
)

func (p *Provider) newFamily(ctx context.Context, g *grant) (err error) {
	if g.family, err = p.random(); err != nil {
		return err
	}
	_, err = p.Store.Querier(ctx).ExecContext(ctx,
		`INSERT INTO oidc_families (id, person, scopes, methods, nonce, auth_time) VALUES (?, ?, ?, ?, ?, ?)`,
		g.family, g.person, strings.Join(g.scopes, " "), strings.Join(g.methods, " "), g.nonce, g.authTime.UnixMilli())
	return err
}

func (p *Provider) endFamily(ctx context.Context, family string) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx, `DELETE FROM oidc_families WHERE id = ?`, family)
	return err
}

// issue makes an access token and, where the grant allows it, a refresh token.
func (p *Provider) issue(ctx context.Context, g grant) (t tokens, err error) {
	if t.access, err = p.random(); err != nil {
		return t, err
	}
	now := p.Now()
	t.expires = now.Add(AccessLifetime)
	if err := p.keep(ctx, g, "access", t.access, t.expires); err != nil {
		return t, err
	}
	if !subset([]string{protocol.ScopeOfflineAccess}, g.scopes) {
		return t, nil
	}
	if t.refresh, err = p.random(); err != nil {
		return t, err
	}
	return t, p.keep(ctx, g, "refresh", t.refresh, now.Add(RefreshLifetime))
}

func (p *Provider) keep(ctx context.Context, g grant, kind, token string, expires time.Time) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx,
		`INSERT INTO oidc_tokens (hash, family, kind, scopes, expires) VALUES (?, ?, ?, ?, ?)`,
		hash(token), g.family, kind, strings.Join(g.scopes, " "), expires.UnixMilli())
	return err
}

// accessGrant says what an access token stands for, or answers host.ErrInvalidToken.
func (p *Provider) accessGrant(ctx context.Context, token string) (grant, error) {
	g, _, err := p.find(ctx, "access", token)
	if errors.Is(err, errUnknown) || errors.Is(err, errExpired) {
		return grant{}, host.ErrInvalidToken
	}
	return g, err
}

// exchanged is what became of a refresh token.
type exchanged struct {
	used      time.Time // zero: not yet exchanged
	successor []byte
}

func (p *Provider) find(ctx context.Context, kind, token string) (grant, exchanged, error) {
	var g grant
	var x exchanged
	var scopes, methods string
	var expires, authTime int64
	var used sql.NullInt64
	err := p.Store.Querier(ctx).QueryRowContext(ctx,
		`SELECT f.id, f.person, t.scopes, f.methods, f.nonce, f.auth_time, t.expires, t.used, t.successor
		   FROM oidc_tokens t JOIN oidc_families f ON f.id = t.family
		  WHERE t.hash = ? AND t.kind = ?`, hash(token), kind).
		Scan(&g.family, &g.person, &scopes, &methods, &g.nonce, &authTime, &expires, &used, &x.successor)
	if errors.Is(err, sql.ErrNoRows) {
		return grant{}, x, errUnknown
	}
	if err != nil {
		return grant{}, x, err
	}
	if expires <= p.Now().UnixMilli() {
		return grant{}, x, errExpired
	}
	g.scopes, g.methods, g.authTime = strings.Fields(scopes), strings.Fields(methods), time.UnixMilli(authTime)
	if used.Valid {
		x.used = time.UnixMilli(used.Int64)
	}
	return g, x, nil
}

// stillThere asks afresh who a refresh token's person is, before anything becomes of the token: when that cannot be told
// now, the token stays as it is and can be brought again. It says nothing (nil) of a token that will be refused anyway, nor
// of one used before, since what that implies must not wait.
func (p *Provider) stillThere(ctx context.Context, token string) (*Profile, error) {
	g, x, err := p.find(ctx, "refresh", token)
	if errors.Is(err, errUnknown) || errors.Is(err, errExpired) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !x.used.IsZero() && p.Now().Sub(x.used) > RetryGrace {
		return nil, nil
	}
	profile, err := p.profile(WithFresh(ctx), g.person)
	return &profile, err
}

// rotate exchanges a refresh token. Its second use ends the family, but for RetryGrace. Scopes may narrow what the new
// access token is for; the new refresh token keeps all.
func (p *Provider) rotate(ctx context.Context, token string, scopes []string) (g grant, t tokens, err error) {
	var refused error // answered after what it implies was committed
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		var x exchanged
		g, x, err = p.find(ctx, "refresh", token)
		if errors.Is(err, errUnknown) || errors.Is(err, errExpired) {
			refused = err
			return nil
		}
		if err != nil {
			return err
		}
		if !x.used.IsZero() {
			again, err := p.takeBack(ctx, x)
			if err != nil {
				return err
			}
			if !again {
				refused = errReused
				return p.endFamily(ctx, g.family)
			}
		}
		if !subset(scopes, g.scopes) {
			refused = errScope
			return nil
		}
		if t, err = p.issue(ctx, g); err != nil {
			return err
		}
		if len(scopes) > 0 && len(scopes) < len(g.scopes) {
			g.scopes = scopes
			if err := p.narrow(ctx, t.access, scopes); err != nil {
				return err
			}
		}
		_, err = p.Store.Querier(ctx).ExecContext(ctx,
			`UPDATE oidc_tokens SET used = coalesce(used, ?), successor = ? WHERE hash = ?`,
			p.Now().UnixMilli(), hash(t.refresh), hash(token))
		return err
	})
	if err != nil {
		return grant{}, tokens{}, err
	}
	return g, t, refused
}

// takeBack tells whether an exchanged refresh token may be exchanged again, and if so takes back what it was exchanged
// for first.
func (p *Provider) takeBack(ctx context.Context, x exchanged) (bool, error) {
	if p.Now().Sub(x.used) > RetryGrace {
		return false, nil
	}
	// A successor that is already marked used, or gone, was in somebody's hands.
	res, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_tokens SET used = 0 WHERE hash = ? AND used IS NULL`, x.successor)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func (p *Provider) narrow(ctx context.Context, access string, scopes []string) error {
	_, err := p.Store.Querier(ctx).ExecContext(ctx,
		`UPDATE oidc_tokens SET scopes = ? WHERE hash = ?`, strings.Join(scopes, " "), hash(access))
	return err
}

// revoke ends a refresh token's whole family, or one access token. An unknown token is no error (RFC 7009 section 2.2).
func (p *Provider) revoke(ctx context.Context, token string) error {
	return p.Store.Atomically(ctx, func(ctx context.Context) error {
		g, _, err := p.find(ctx, "refresh", token)
		if err == nil {
			return p.endFamily(ctx, g.family)
		}
		if !errors.Is(err, errUnknown) && !errors.Is(err, errExpired) {
			return err
		}
		_, err = p.Store.Querier(ctx).ExecContext(ctx, `DELETE FROM oidc_tokens WHERE hash = ? AND kind = 'access'`, hash(token))
		return err
	})
}

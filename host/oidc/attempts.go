package oidc

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"time"

	"concierge/host"
)

// How many attempts to sign in may fail within attemptWindow. An address is protected from one who guesses passwords
// from many computers, a computer from trying many addresses. The price is that a stranger can make an address wait,
// for attemptWindow; those already signed in do not notice.
const (
	attemptWindow     = 15 * time.Minute
	attemptsByEmail   = 5
	attemptsByCode    = 5  // one-time codes, for one person
	attemptsByNetwork = 40 // an IPv4 address or an IPv6 /64: a whole office may stand behind it

	arrivalsByNetwork = 300 // sign-ins begun, not failed ones: each is kept until it ends
)

// limit is how many attempts may fail about one thing.
type limit struct {
	about []byte
	most  int
}

func limitEmail(email string) limit {
	return limit{about("email", host.EmailKey(email)), attemptsByEmail}
}

func limitCode(person string) limit { return limit{about("code", person), attemptsByCode} }

func limitNetwork(ip string) limit { return limit{about("network", network(ip)), attemptsByNetwork} }

func limitArrivals(ip string) limit { return limit{about("arrivals", network(ip)), arrivalsByNetwork} }

// network is the IPv4 address, or the IPv6 /64 of which one home has all.
func network(ip string) string {
	if a, err := netip.ParseAddr(ip); err == nil {
		if a = a.Unmap().WithZone(""); a.Is6() {
			ip = netip.PrefixFrom(a, 64).Masked().String()
		}
	}
	return ip
}

func about(kind, what string) []byte {
	h := sha256.Sum256([]byte(kind + "\x00" + what))
	return h[:]
}

// try counts an attempt before it is made, so that many at once cannot pass the limit together. A wait above zero
// refuses it, without counting. Each attempt that succeeds, or that fails for another reason than wrong credentials,
// must be forgiven.
func (p *Provider) try(ctx context.Context, limits ...limit) (attempt string, wait time.Duration, err error) {
	if attempt, err = p.random(); err != nil {
		return "", 0, err
	}
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		q := p.Store.Querier(ctx)
		now := p.Now()
		for _, l := range limits {
			var n int
			var oldest int64
			if err := q.QueryRowContext(ctx,
				`SELECT count(*), coalesce(min(at), 0) FROM
				   (SELECT at FROM oidc_attempts WHERE about = ? AND at > ? ORDER BY at DESC LIMIT ?) AS recent`,
				l.about, now.Add(-attemptWindow).UnixMilli(), l.most).Scan(&n, &oldest); err != nil {
				return err
			}
			if n >= l.most {
				wait = max(wait, time.UnixMilli(oldest).Add(attemptWindow).Sub(now))
			}
		}
		if wait > 0 {
			return nil
		}
		for _, l := range limits {
			if _, err := q.ExecContext(ctx, `INSERT INTO oidc_attempts (id, about, at) VALUES (?, ?, ?)`,
				attempt, l.about, now.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	return attempt, wait, err
}

// forgive takes an attempt back, and with it all about the given limits.
func (p *Provider) forgive(ctx context.Context, attempt string, all ...limit) error {
	return p.Store.Atomically(ctx, func(ctx context.Context) error {
		q := p.Store.Querier(ctx)
		if _, err := q.ExecContext(ctx, `DELETE FROM oidc_attempts WHERE id = ?`, attempt); err != nil {
			return err
		}
		for _, l := range all {
			if _, err := q.ExecContext(ctx, `DELETE FROM oidc_attempts WHERE about = ?`, l.about); err != nil {
				return err
			}
		}
		return nil
	})
}

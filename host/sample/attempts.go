package sample

import (
	"context"
	"net/http"
	"net/netip"
	"time"
)

// limit is how often something may be tried in a while.
type limit struct {
	kind string
	max  int
	per  time.Duration
}

var (
	limitInvitation = limit{"invitation", 10, 15 * time.Minute} // passwords and codes, per invitation
	limitAddress    = limit{"address", 10, 15 * time.Minute}    // the same, per invited address, in whatever accounts
	limitNetwork    = limit{"network", 60, 15 * time.Minute}    // the same, per network
	limitProof      = limit{"proof", 3, time.Hour}              // e-mails with the link, per invitation
	limitForgot     = limit{"forgot", 3, time.Hour}             // e-mails with a reset link, per address written to
	limitForgotFrom = limit{"forgot-from", 20, time.Hour}       // the same, per network
)

// network is where a request comes from, to be limited by: an IPv4 address, or the IPv6 /64 of which one home has all.
func (p *Provider) network(r *http.Request) string {
	ip := p.cfg.ClientIP(r)
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Unmap().Is4() {
		return ip
	}
	return netip.PrefixFrom(a.WithZone(""), 64).Masked().String()
}

// try counts an attempt before it is made, so that many at once cannot slip through. When there were too many it
// answers until when to wait.
func (p *Provider) try(ctx context.Context, l limit, subject string) (waitUntil time.Time, err error) {
	now := p.cfg.Now()
	var since int64
	var count int
	err = p.q(ctx).QueryRowContext(ctx, `
		INSERT INTO attempts (subject, since, count) VALUES (?1, ?2, 1)
		ON CONFLICT (subject) DO UPDATE SET
			count = CASE WHEN since <= ?3 THEN 1 ELSE count + 1 END,
			since = CASE WHEN since <= ?3 THEN ?2 ELSE since END
		RETURNING since, count`, l.kind+":"+subject, now.UnixMilli(), now.Add(-l.per).UnixMilli()).Scan(&since, &count)
	if err != nil || count <= l.max {
		return time.Time{}, err
	}
	return time.UnixMilli(since).Add(l.per), nil
}

// forgive forgets the attempts at a subject after one succeeded.
func (p *Provider) forgive(ctx context.Context, l limit, subject string) error {
	_, err := p.q(ctx).ExecContext(ctx, "DELETE FROM attempts WHERE subject = ?", l.kind+":"+subject)
	return err
}

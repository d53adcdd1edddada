package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// sweepEvery is how often limiters that nobody has used up are forgotten.
const sweepEvery = time.Minute

// mailPause is how often the same e-mail may be sent again after the first Limits.Mails.
const mailPause = 10 * time.Minute

// limiter gives each key (a person, an IP address) its own bucket of calls.
type limiter struct {
	perSecond rate.Limit
	burst     int
	now       func() time.Time

	mu    sync.Mutex
	keys  map[string]*rate.Limiter
	swept time.Time
}

func newLimiter(perSecond float64, burst int, now func() time.Time) *limiter {
	return &limiter{perSecond: rate.Limit(perSecond), burst: burst, now: now, keys: map[string]*rate.Limiter{}, swept: now()}
}

// take takes one call, or says how long to wait for the next. A call that is refused costs nothing.
func (l *limiter) take(key string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	one := l.keys[key]
	if one == nil {
		one = rate.NewLimiter(l.perSecond, l.burst)
		l.keys[key] = one
	}
	r := one.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// sweep forgets keys whose buckets are full again: forgetting them changes nothing for anybody.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < sweepEvery {
		return
	}
	l.swept = now
	for key, one := range l.keys {
		if one.TokensAt(now) >= float64(l.burst) {
			delete(l.keys, key)
		}
	}
}

// addressKey is what an IP address is limited by: itself, or for IPv6 its network, of which one home has all.
func addressKey(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Unmap().Is4() {
		return ip
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}

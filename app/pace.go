package app

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/client"
	"concierge/client/api"

	"golang.org/x/sync/errgroup"
)

// longestPause is how long a host that fails again and again is left alone at most, when nobody asks for anything.
const longestPause = 10 * time.Minute

// pace keeps hosts from being asked when it is of no use: one that asked to be left alone for a while is, by everybody
// and everything, and one that fails again and again is asked less and less often by the clock. Who asks for something is
// not kept from it by the latter.
type pace struct {
	every  time.Duration // between two polls by the clock
	now    func() time.Time
	jitter func() float64 // 0 to 1, so that a thousand computers do not come back to a host in the same second

	mu    sync.Mutex
	hosts map[string]manner // by URL
}

// manner is how a host is to be treated.
type manner struct {
	rest     time.Time    // until when it asked to be left alone
	why      trouble.Kind // what it said then: that it is called too often, or that it is out of service
	failures int          // of polls, one after the other
	due      time.Time    // when the clock may poll again
}

func newPace(every time.Duration) *pace {
	return &pace{every: every, now: time.Now, jitter: rand.Float64, hosts: map[string]manner{}}
}

// resting is how long a host still wants to be left alone, and why.
func (p *pace) resting(url string) (time.Duration, trouble.Kind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.hosts[url]
	return max(0, m.rest.Sub(p.now())), m.why
}

// due tells whether the clock may poll a host now.
func (p *pace) due(url string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.hosts[url]
	return !p.now().Before(m.due) && !p.now().Before(m.rest)
}

// heard notes what became of a call.
func (p *pace) heard(url string, err error) {
	t := trouble.From(err)
	if t == nil || t.RetryAfter <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.hosts[url]
	if until := p.now().Add(t.RetryAfter); until.After(m.rest) {
		m.rest, m.why = until, t.Kind
	}
	p.hosts[url] = m
}

// polled notes what became of a poll: pauses grow with each failure, from the second on, and are forgotten with the
// first success.
func (p *pace) polled(url string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.hosts[url]
	if trouble.From(err) == nil {
		m.failures, m.due = 0, time.Time{}
		p.hosts[url] = m
		return
	}
	m.failures++
	if m.failures > 1 {
		pause := p.every << min(m.failures-1, 16)
		pause = min(pause, longestPause)
		m.due = p.now().Add(pause - time.Duration(p.jitter()*float64(pause/5)))
	}
	p.hosts[url] = m
}

// anew forgets how a host is to be treated: somebody has just signed in there.
func (p *pace) anew(url string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.hosts, url)
}

// of is a client that keeps the pace: it does not call a host that wants to be left alone.
func (p *pace) of(a syncer.API, url string) syncer.API { return paced{a, url, p} }

type paced struct {
	api  syncer.API
	url  string
	pace *pace
}

func ask[T any](p paced, call func() (T, error)) (T, error) {
	if rest, why := p.pace.resting(p.url); rest > 0 {
		var none T
		return none, &trouble.Trouble{Kind: why, RetryAfter: rest}
	}
	got, err := call()
	p.pace.heard(p.url, err)
	return got, err
}

func (p paced) Host(ctx context.Context) (api.Host, error) {
	return ask(p, func() (api.Host, error) { return p.api.Host(ctx) })
}

func (p paced) Me(ctx context.Context) (api.Me, error) {
	return ask(p, func() (api.Me, error) { return p.api.Me(ctx) })
}

func (p paced) AllAccounts(ctx context.Context) ([]api.AccountSummary, error) {
	return ask(p, func() ([]api.AccountSummary, error) { return p.api.AllAccounts(ctx) })
}

func (p paced) Snapshot(ctx context.Context, accountID, ifNoneMatch string) (client.Fetched, error) {
	return ask(p, func() (client.Fetched, error) { return p.api.Snapshot(ctx, accountID, ifNoneMatch) })
}

func (p paced) Activity(ctx context.Context, accountID, cursor string) (api.ActivityPage, error) {
	return ask(p, func() (api.ActivityPage, error) { return p.api.Activity(ctx, accountID, cursor) })
}

func (p paced) Changes(ctx context.Context, since string) (api.Changes, error) {
	return ask(p, func() (api.Changes, error) { return p.api.Changes(ctx, since) })
}

// atOnce is how many accounts that failed are asked for at once.
const atOnce = 4

// AskNow brings all of an identity up to date because the person wants it: the list, what changed, what is missing, and
// what failed, whatever the reason was. It does not block; screens see what becomes of it in the store.
func (c *Core) AskNow(identity string) {
	c.alone("ask "+identity, func(ctx context.Context) {
		err := c.Sync.Refresh(ctx, access.Ref{Identity: identity})
		c.note("ask", identity, err)
		if err != nil {
			return
		}
		var all errgroup.Group
		all.SetLimit(atOnce)
		for _, a := range c.Store.Accounts(identity) {
			if _, st, _ := c.Store.Snapshot(a.Ref); st.Trouble != nil {
				all.Go(func() error { return c.Sync.Refresh(ctx, a.Ref) })
			}
		}
		c.note("ask", identity, all.Wait())
		c.catchUp(identity)
	})
}

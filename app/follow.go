package app

import (
	"context"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
)

// session is what was last known of a sign-in, to see when it has begun or is back.
type session struct {
	works   bool
	signIns int
}

// lately is how recent an answer is that need not be asked for again only because the window came to the front, as it
// does when it opens.
const lately = 5 * time.Second

// Poll asks every host at once what changed, as when the window comes to the front.
func (c *Core) Poll() {
	c.mu.Lock()
	restored := c.restored
	c.mu.Unlock()
	select {
	case <-restored:
	default:
		return // starting, which ends with the same
	}
	for _, i := range c.SignIn.Identities() {
		c.mu.Lock()
		asked, ever := c.asked[i.ID]
		c.mu.Unlock()
		if i.Works() && (!ever || time.Since(asked) > lately || c.troubled(i.ID)) {
			c.catchUp(i.ID)
		}
	}
}

// troubled tells whether something of an identity could not be had the last time.
func (c *Core) troubled(id string) bool {
	i, _ := c.Store.Identity(id)
	return i.Status.Trouble != nil || slices.ContainsFunc(c.Store.Accounts(id), func(a access.Summary) bool {
		_, st, _ := c.Store.Snapshot(a.Ref)
		return st.Trouble != nil
	})
}

func (c *Core) poll(ctx context.Context) {
	tick := time.NewTicker(c.cfg.PollEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.Poll()
		case <-ctx.Done():
			return
		}
	}
}

// catchUp asks what changed for an identity, and then for what could not be had before. One that is still under way is
// left to it; a host that asked to be left alone is.
func (c *Core) catchUp(id string) {
	c.alone("poll "+id, func(ctx context.Context) {
		c.mu.Lock()
		until := c.until[id]
		c.mu.Unlock()
		if time.Now().Before(until) {
			return
		}
		begin := time.Now()
		err := c.Sync.Poll(ctx, id)
		c.note("poll", id, err)
		if err == nil {
			c.mu.Lock()
			c.asked[id] = begin
			c.mu.Unlock()
		}
		if t := trouble.From(err); t != nil && t.Kind.OfHost() {
			return
		}
		c.alone("fill "+id, func(ctx context.Context) {
			c.loadRest(ctx) // what is kept need not be fetched
			c.note("fetch accounts", id, c.Sync.Fill(ctx, id))
		})
	})
}

// alone runs fn on a goroutine of its own. When the same is still under way, it is done once more after that: what
// has been asked for meanwhile may be newer than what fn saw.
func (c *Core) alone(what string, fn func(ctx context.Context)) {
	c.mu.Lock()
	_, busy := c.under[what]
	c.under[what] = busy
	c.mu.Unlock()
	if busy {
		return
	}
	c.do(func(ctx context.Context) {
		for again := true; again; {
			fn(ctx)
			c.mu.Lock()
			if again = c.under[what] && ctx.Err() == nil; again {
				c.under[what] = false
			} else {
				delete(c.under, what)
			}
			c.mu.Unlock()
		}
	})
}

// identityChanged follows a sign-in: new ones are fetched, ended ones forgotten, and what an ended session had stopped
// goes on when the person has signed in again.
func (c *Core) identityChanged(id string) {
	i, known := c.SignIn.Identity(id)
	if !known {
		c.forget(id)
		return
	}
	now := session{i.Works(), i.SignIns}
	c.mu.Lock()
	was := c.seen[id]
	c.seen[id] = now
	begins := now.works && (!was.works || was.signIns != now.signIns)
	if begins {
		delete(c.until, id)
	}
	c.mu.Unlock()
	if have, listed := c.Store.Identity(id); !listed {
		have = cache.Identity{ID: id, Host: access.Host{URL: i.HostURL, Name: i.HostName, Sample: i.Sample}, Me: access.Me{FirstName: i.Name, Email: i.Email}}
		have.Status.Trouble = i.Trouble
		c.Store.PutIdentity(have)
		if _, known := c.SignIn.Identity(id); !known { // signed out meanwhile
			c.forget(id)
			return
		}
	}
	if have, _ := c.Store.Identity(id); have.Status.Kept && i.Trouble != nil {
		c.Store.SetIdentityStatus(id, func(st *cache.Status) { st.Trouble = i.Trouble })
	}
	switch {
	case !begins || i.SessionOnly:
	case c.Storage.IsOpen():
		if i.SignIns > 0 { // it may have been one for this session only until now
			c.Store.Retell(id)
		}
	case c.cfg.Folder != "" && (i.SignIns > 0 || c.Storage.Trouble() == nil): // at the start it has just been tried
		c.alone("keep", func(ctx context.Context) {
			if err := c.Keep(ctx); err != nil {
				c.cfg.Log.Error("keep", "err", err) // Storage.Trouble says so too
			}
		})
	}
	if begins {
		c.Desk.RetryAfterSignIn(id)
		c.catchUp(id)
	}
}

// forget drops all that is known of an identity that has signed out.
func (c *Core) forget(id string) {
	c.mu.Lock()
	if have, ok := c.clients[id]; ok {
		have.client.Close()
	}
	delete(c.clients, id)
	delete(c.seen, id)
	delete(c.until, id)
	delete(c.asked, id)
	c.mu.Unlock()
	c.Store.RemoveIdentity(id)
}

// keepProfile tells signin the name and e-mail that the host gives for an identity, so that it is listed under them.
func (c *Core) keepProfile(id string) {
	have, ok := c.Store.Identity(id)
	i, known := c.SignIn.Identity(id)
	if !ok || !known || have.Me.ID == "" || i.Name == have.Me.Name() && i.Email == have.Me.Email && i.HostName == have.Host.Name {
		return
	}
	c.do(func(ctx context.Context) {
		if err := c.SignIn.SetProfile(ctx, id, have.Me.Name(), have.Me.Email, have.Host.Name); err != nil {
			c.cfg.Log.Error("keep the profile of an identity", "err", err)
		}
	})
}

// do runs fn on a goroutine that Close waits for; once closed, not at all.
func (c *Core) do(fn func(ctx context.Context)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.work.Go(func() { fn(c.ctx) })
	}
}

// note logs a failure that screens show from the store's status, and remembers how long a host asked to be left alone.
func (c *Core) note(what, identity string, err error) {
	t := trouble.From(err)
	if t == nil || t.Kind == trouble.Cancelled {
		return
	}
	c.cfg.Log.Info(what, "identity", identity, "err", err)
	if t.RetryAfter > 0 {
		c.mu.Lock()
		c.until[identity] = time.Now().Add(t.RetryAfter)
		c.mu.Unlock()
	}
}

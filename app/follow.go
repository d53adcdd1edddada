package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/signin"
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
	c.pollThose(func(i signin.Identity) bool {
		c.mu.Lock()
		asked, ever := c.asked[i.ID]
		c.mu.Unlock()
		return !ever || time.Since(asked) > lately || c.stuck(i.ID)
	})
}

// stuck tells whether something waits for the host of an identity to answer again.
func (c *Core) stuck(id string) bool {
	if c.troubled(id) {
		return true
	}
	return slices.ContainsFunc(c.Desk.List(), func(ch change.Change) bool { return ch.Account.Identity == id && ch.State == change.Draft })
}

func (c *Core) pollThose(which func(signin.Identity) bool) {
	for _, i := range c.SignIn.Identities() {
		if i.Works() && which(i) {
			c.catchUp(i.ID)
		}
	}
}

// Refresh asks a host for what the person looks at and, beside an account, for what else has changed. What waits for the
// host leaves when it answers. The errors also stand in the store's status.
func (c *Core) Refresh(ctx context.Context, ref access.Ref) error {
	silent := c.silent(ref.Identity)
	err := c.Sync.Refresh(ctx, ref)
	if ref.Account != "" {
		err = errors.Join(err, c.Sync.Poll(ctx, ref.Identity))
	}
	if err == nil {
		c.Desk.Reachable(ref.Identity)
		if silent {
			c.networkBack()
		}
	}
	return err
}

// silent tells whether the host of an identity could not be reached the last time.
func (c *Core) silent(id string) bool {
	i, _ := c.Store.Identity(id)
	return i.Status.Trouble != nil && i.Status.Trouble.Kind.Offline()
}

// networkBack asks all hosts that could not be reached, when one of them answers again: it was the network, perhaps, and what
// waits for the others would wait for the end of their pauses, which have become long.
func (c *Core) networkBack() {
	c.pollThose(func(i signin.Identity) bool { return c.silent(i.ID) })
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
			c.pollThose(func(i signin.Identity) bool { return c.pace.due(i.HostURL) })
		case <-ctx.Done():
			return
		}
	}
}

// catchUp asks what changed for an identity, and then for what could not be had before. One that is still under way is
// left to it; a host that asked to be left alone is.
func (c *Core) catchUp(id string) {
	c.alone("poll "+id, func(ctx context.Context) {
		i, _ := c.SignIn.Identity(id)
		if rest, _ := c.pace.resting(i.HostURL); rest > 0 {
			return
		}
		begin, silent := time.Now(), c.silent(id)
		err := c.Sync.Poll(ctx, id)
		c.pace.polled(i.HostURL, err)
		c.note("poll", id, err)
		c.mu.Lock()
		c.answers[id] = err == nil
		if err == nil {
			c.asked[id] = begin
		}
		c.mu.Unlock()
		if err == nil {
			c.Desk.Reachable(id)
			if silent {
				c.networkBack()
			}
		}
		if t := trouble.From(err); t != nil && t.Kind.OfHost() {
			return
		}
		c.alone("fill "+id, func(ctx context.Context) {
			c.loadRest(ctx) // what is kept need not be fetched
			if ctx.Err() != nil {
				return
			}
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
	was, before := c.seen[id]
	c.seen[id] = now
	begins := now.works && (!was.works || was.signIns != now.signIns)
	c.mu.Unlock()
	if begins {
		c.pace.anew(i.HostURL)
	}
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
	if !before {
		c.do(func(ctx context.Context) { c.resume(ctx, id) })
	}
	if begins {
		c.Desk.RetryAfterSignIn(id)
		c.catchUp(id)
	}
}

// resume goes on with the edits of an identity that the journal has from before, once there is a screen on which they can be
// seen, and undone.
func (c *Core) resume(ctx context.Context, id string) {
	if !c.onScreen(ctx) {
		return
	}
	if c.cfg.Journal == nil && c.cfg.Folder != "" && !c.Storage.IsOpen() {
		return // what there is from before cannot be read yet: see Keep
	}
	if err := c.Desk.Resume(ctx, id); err != nil {
		c.cfg.Log.Error("resume", "identity", id, "err", err)
		t := trouble.From(err)
		if errors.Is(err, change.ErrForm) {
			t = &trouble.Trouble{Kind: trouble.EditUnread, Err: err}
		}
		c.tell(t)
	}
	c.mu.Lock()
	answers := c.answers[id]
	c.mu.Unlock()
	if answers { // it did before there was anything to send
		c.Desk.Reachable(id)
	}
}

// onScreen waits until there is a screen to work with, and is false when ctx ends before.
func (c *Core) onScreen(ctx context.Context) bool {
	if c.cfg.Shown == nil {
		return ctx.Err() == nil
	}
	select {
	case <-c.cfg.Shown:
		return true
	case <-ctx.Done():
		return false
	}
}

// unshown is how long a window with something to show in it may stay away, hidden perhaps, before hosts are asked nonetheless.
const unshown = 2 * time.Second

// letShow waits, when something was kept that can be shown, until it is.
func (c *Core) letShow(ctx context.Context) {
	if len(c.Store.Accounts("")) == 0 {
		return // the window waits for hosts
	}
	ctx, cancel := context.WithTimeout(ctx, unshown)
	defer cancel()
	c.onScreen(ctx)
}

// forget drops all that is known of an identity that has signed out.
func (c *Core) forget(id string) {
	c.mu.Lock()
	if have, ok := c.clients[id]; ok {
		have.client.Close()
	}
	delete(c.clients, id)
	delete(c.seen, id)
	delete(c.answers, id)
	delete(c.asked, id)
	c.mu.Unlock()
	c.Store.RemoveIdentity(id)
	c.do(func(ctx context.Context) { // signed out in another window, perhaps
		if err := c.Desk.Forget(ctx, id); err != nil {
			c.cfg.Log.Error("forget the edits of an identity", "err", err)
		}
	})
	c.Past.forget(id)
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

// note logs a failure that screens show from the store's status.
func (c *Core) note(what, identity string, err error) {
	t := trouble.From(err)
	if t == nil || t.Kind == trouble.Cancelled {
		return
	}
	c.cfg.Log.Info(what, "identity", identity, "err", err)
}

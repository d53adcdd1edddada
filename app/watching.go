package app

import (
	"context"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/history"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/app/watch"
)

// Past is what the application knows of how accounts were, and of who changed them.
type Past struct {
	// Versions are the states accounts were seen in.
	Versions journal.Versions
	// Own are the Changes made here.
	Own history.Own
	// Record asks a host for a page of its own record of an account, as syncer.ActivityPage does.
	Record func(ctx context.Context, ref access.Ref, cursor string) (page []access.Activity, next string, err error)
	// Watch marks accounts that changed elsewhere.
	Watch *watch.Watcher

	kept   *history.Kept   // what Versions has of accounts that are not kept on the disk
	recent *history.Recent // and the same of Own
	stops  []func()
}

// watching begins to note what the store replaces and what the desk confirms. Where things are kept on this computer, they
// are read from there; else it is remembered until the application ends.
func (c *Core) watching() {
	p := &c.Past
	p.kept, p.recent = history.NewKept(), &history.Recent{}
	p.stops = append(p.stops, c.Store.Replaced.Listen(func(r cache.Replaced) {
		if !c.Storage.Lasts(r.After.Ref.Identity) { // else the disk has them
			p.kept.Take(r)
		}
	}),
		c.Desk.Changed.Listen(func(ch change.Change) { p.recent.Take(ch, time.Now()) }))
	p.Versions, p.Own = p.kept, p.recent
	if c.cfg.Folder != "" {
		p.Versions = p.kept.Beside(c.Versions)
		p.Own = history.FromJournal(c.Journal, change.Decode)
	}
	p.Record = func(ctx context.Context, ref access.Ref, cursor string) ([]access.Activity, string, error) {
		return c.Sync.ActivityPage(ctx, ref, cursor)
	}
	p.Watch = watch.New(watch.Config{
		File: c.cfg.WatchFile, Own: own{c}, Versions: p.Versions, Place: c.place, Wanted: c.cfg.Notify, Log: c.cfg.Log,
	})
	p.stops = append(p.stops, c.Store.Replaced.Listen(p.Watch.Take))
}

// reminded marks an account whose host reminds of access that ends.
func (c *Core) reminded(ref access.Ref, standing []access.Reminder) {
	c.Past.Watch.Remind(ref, standing, time.Now())
}

// loadMarks brings back what was marked when the application ended.
func (p *Past) loadMarks() error {
	if t := p.Watch.Load(); t != nil {
		return t
	}
	return nil
}

func (p *Past) forget(identity string) {
	p.kept.Forget(identity)
	p.recent.Forget(identity)
	p.Watch.Forget(identity)
}

func (p *Past) close() {
	for _, stop := range p.stops {
		stop()
	}
	p.Watch.Close()
}

// place names where an account is, whoever reaches it.
func (c *Core) place(ref access.Ref) string {
	i, _ := c.Store.Identity(ref.Identity)
	return i.Host.URL + "\n" + ref.Account
}

// TimeLine begins to read what happened in an account.
func (c *Core) TimeLine(ref access.Ref) *history.Line {
	cfg := history.Config{Own: c.Past.Own, Versions: c.Past.Versions}
	i, _ := c.Store.Identity(ref.Identity)
	snap, _, _ := c.Store.Snapshot(ref)
	if i.Host.Features.Activity.Available && snap.Me.Owner() { // the host shows its record to nobody else
		cfg.Activity = func(ctx context.Context, cursor string) ([]access.Activity, string, error) {
			return c.Past.Record(ctx, ref, cursor)
		}
	}
	return history.Open(cfg, ref)
}

// own finds the Changes made here that may be behind a difference.
type own struct{ c *Core }

// Since implements watch.Own. An account that another identity of the same person reaches too was changed here all the
// same.
func (o own) Since(ctx context.Context, ref access.Ref, since time.Time) []change.Change {
	var out []change.Change
	seen := map[string]bool{}
	add := func(ch change.Change) {
		if !seen[ch.ID] {
			seen[ch.ID] = true
			out = append(out, ch)
		}
	}
	place := o.c.place(ref)
	for _, ch := range o.c.Desk.List() {
		here := ch.Account.Account == "" && ch.Account.Identity == ref.Identity || o.c.place(ch.Account) == place
		if here && mayBeDone(ch, since) {
			add(ch)
		}
	}
	refs := []access.Ref{{Identity: ref.Identity}}
	for _, i := range o.c.Store.Identities() {
		if r := (access.Ref{Identity: i.ID, Account: ref.Account}); o.c.place(r) == place {
			refs = append(refs, r)
		}
	}
	for _, from := range []history.Own{o.c.Past.Own, o.c.Past.recent} {
		for _, r := range refs {
			done, err := from.Ended(ctx, r)
			if err != nil {
				o.c.cfg.Log.Warn("own changes cannot be read", "err", err) // then they look like somebody else's
			}
			for _, d := range done {
				if !d.Ended.Before(since) {
					add(d.Change)
				}
			}
		}
	}
	return out
}

// mayBeDone tells whether the host may have done a Change after a moment. One just confirmed is on the desk before the
// listeners of the desk have heard of it.
func mayBeDone(ch change.Change, since time.Time) bool {
	switch ch.State {
	case change.Sending, change.NeedsProof:
		return true
	case change.Confirmed:
		return !ch.EndedAt.Before(since)
	case change.Refused:
		return ch.Trouble != nil && ch.Trouble.Kind == trouble.OutcomeUnknown
	}
	return false
}

var _ watch.Own = own{}

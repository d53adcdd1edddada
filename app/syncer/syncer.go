// Package syncer keeps the store fresh: it asks hosts for identities, lists of accounts and snapshots, and puts what
// they answer into the cache. It is the only door by which a host's answers reach the screens; the confirmed outcome of
// an edit comes in by it too.
//
// It knows the client, the store and the vocabulary; nothing of views.
package syncer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/app/wire"
	"concierge/client"
	"concierge/client/api"

	"golang.org/x/sync/errgroup"
)

// API is what the syncer needs of the client; *client.Client has it.
type API interface {
	Host(ctx context.Context) (api.Host, error)
	Me(ctx context.Context) (api.Me, error)
	AllAccounts(ctx context.Context) ([]api.AccountSummary, error)
	Snapshot(ctx context.Context, accountID, ifNoneMatch string) (client.Fetched, error)
	Activity(ctx context.Context, accountID, cursor string) (api.ActivityPage, error)
	Changes(ctx context.Context, since string) (api.Changes, error)
}

// Config of a Syncer.
type Config struct {
	Store *cache.Store
	// For returns the client of an identity and the address of its host, or an error when it is signed out.
	For func(identity string) (api API, hostURL string, err error)
	// Timeout bounds one refresh; a minute when zero.
	Timeout time.Duration
	// Recents are accounts that Fill asks for before the others, the first one first; nil: none.
	Recents func() []access.Ref
	// Reminded is told which reminders of access that ends stand in an account whenever the change feed tells of it, once
	// the store has the account as it is; nil: nobody is.
	Reminded func(ref access.Ref, standing []access.Reminder)
	// Parallel is how many accounts are asked for at once; 4 when zero.
	Parallel int
}

// Syncer asks hosts. Safe for concurrent use; Close it at the end.
type Syncer struct {
	cfg  Config
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	flights map[access.Ref]*flight // an identity's own refresh has an empty Account
}

// flight is one refresh under way, and the one that starts after it for those who asked later.
type flight struct {
	done chan struct{}
	err  error
	next *flight
}

// New returns a Syncer.
func New(cfg Config) *Syncer {
	cfg.Timeout = cmp.Or(cfg.Timeout, time.Minute)
	cfg.Parallel = cmp.Or(cfg.Parallel, 4)
	ctx, stop := context.WithCancel(context.Background())
	return &Syncer{cfg: cfg, ctx: ctx, stop: stop, flights: map[access.Ref]*flight{}}
}

// Close ends what is under way and waits for it. What is asked for later is refused.
func (s *Syncer) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.work.Wait()
}

// Refresh brings one account (or, with an empty Account, an identity's profile and list of accounts) up to date and
// returns when the store shows it. What it shows then was asked for after Refresh was called: a caller never gets the
// answer to an older question. Callers who ask at the same time share one call.
func (s *Syncer) Refresh(ctx context.Context, ref access.Ref) error {
	s.mu.Lock()
	f := s.flights[ref]
	switch {
	case s.closed:
		s.mu.Unlock()
		return &trouble.Trouble{Kind: trouble.Cancelled, Err: context.Canceled}
	case f == nil:
		f = &flight{done: make(chan struct{})}
		s.flights[ref] = f
		s.work.Add(1)
		go s.fly(ref, f)
	case f.next == nil:
		f.next = &flight{done: make(chan struct{})}
		f = f.next
	default:
		f = f.next
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Syncer) fly(ref access.Ref, f *flight) {
	defer s.work.Done()
	for f != nil {
		f.err = s.fetch(ref)
		close(f.done)
		s.mu.Lock()
		f = f.next
		if f == nil {
			delete(s.flights, ref)
		} else {
			s.flights[ref] = f
		}
		s.mu.Unlock()
	}
}

func (s *Syncer) fetch(ref access.Ref) error {
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Timeout)
	defer cancel()
	status := func(set func(*cache.Status)) {
		if ref.Account == "" {
			s.cfg.Store.SetIdentityStatus(ref.Identity, set)
		} else {
			s.cfg.Store.SetStatus(ref, set)
		}
	}
	status(func(st *cache.Status) { st.Busy = true })
	a, url, err := s.cfg.For(ref.Identity)
	if err == nil {
		if ref.Account == "" {
			err = s.identity(ctx, a, url, ref.Identity)
		} else {
			err = s.account(ctx, a, ref)
		}
	}
	t := trouble.From(err)
	status(func(st *cache.Status) {
		st.Busy, st.Trouble = false, t
		if t == nil {
			st.At, st.Kept = time.Now(), false
		}
	})
	if t == nil {
		return nil
	}
	return t
}

// identity asks for the host's catalogue, the profile and the list of accounts.
func (s *Syncer) identity(ctx context.Context, a API, url, id string) error {
	var (
		host api.Host
		me   api.Me
		list []api.AccountSummary
	)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { host, err = a.Host(gctx); return })
	g.Go(func() (err error) { me, err = a.Me(gctx); return })
	g.Go(func() (err error) { list, err = a.AllAccounts(gctx); return })
	if err := g.Wait(); err != nil {
		return err
	}
	summaries := make([]access.Summary, len(list))
	for i, acc := range list {
		summaries[i] = wire.Summary(id, acc)
	}
	s.cfg.Store.SetIdentity(id, wire.Host(url, host), wire.Me(me))
	s.cfg.Store.PutAccounts(id, summaries)
	return nil
}

// account asks for a snapshot, unless it is still the one there is.
func (s *Syncer) account(ctx context.Context, a API, ref access.Ref) error {
	tag := s.cfg.Store.Tag(ref)
	got, err := a.Snapshot(ctx, ref.Account, tag)
	if trouble.Is(trouble.From(err), trouble.NotFound) {
		return s.gone(ctx, ref, err)
	}
	if err != nil {
		return err
	}
	if !got.NotModified {
		s.cfg.Store.PutTagged(wire.Snapshot(ref, got.Snapshot), got.ETag, time.Now())
		return nil
	}
	have, _, has := s.cfg.Store.Snapshot(ref)
	if line, _ := s.cfg.Store.Account(ref); has && line.Revision != have.Revision {
		s.cfg.Store.PutTagged(have, tag, time.Now()) // an older list has written over the account's line, or it was in doubt
	}
	return nil
}

// gone takes an account that this person no longer reaches from the store, after asking for the list again.
func (s *Syncer) gone(ctx context.Context, ref access.Ref, cause error) error {
	if err := s.Refresh(ctx, access.Ref{Identity: ref.Identity}); err != nil {
		return err
	}
	return cause
}

// Activity brings the newest activity of an account to the store. It is asked for when a screen shows it.
func (s *Syncer) Activity(ctx context.Context, ref access.Ref) error {
	snap, _, _ := s.cfg.Store.Snapshot(ref)
	list, _, err := s.ActivityPage(ctx, ref, "")
	if err != nil {
		return err
	}
	s.cfg.Store.PutActivity(ref, cache.Record{Of: snap.Revision, List: list})
	return nil
}

// ActivityPage asks for a page of an account's activity, newest first: the first with an empty cursor. next is empty after
// the last. Only who asks sees it: the store keeps the newest page alone.
func (s *Syncer) ActivityPage(ctx context.Context, ref access.Ref, cursor string) (list []access.Activity, next string, err error) {
	a, _, err := s.cfg.For(ref.Identity)
	if err != nil {
		return nil, "", trouble.From(err)
	}
	page, err := a.Activity(ctx, ref.Account, cursor)
	if err != nil {
		return nil, "", trouble.From(err)
	}
	list = make([]access.Activity, len(page.Activity))
	for i, item := range page.Activity {
		list[i] = wire.Activity(item)
	}
	return list, page.Next, nil
}

// Fill asks for every account of an identity whose snapshot is missing, is not what the list tells of, or could not be
// had the last time for a reason that passes; a few at a time, so that people can be found in all accounts. It stops at
// the first failure that concerns the host as a whole: call it again later.
func (s *Syncer) Fill(ctx context.Context, identity string) error {
	var missing []access.Ref
	for _, a := range s.cfg.Store.Accounts(identity) {
		snap, st, has := s.cfg.Store.Snapshot(a.Ref)
		if st.Trouble != nil && passes(st.Trouble.Kind) || st.Trouble == nil && (!has || snap.Revision != a.Revision) {
			missing = append(missing, a.Ref)
		}
	}
	s.recentFirst(missing)
	return s.each(ctx, missing)
}

// passes tells whether the same call may succeed later though nobody has done anything about it.
func passes(k trouble.Kind) bool {
	return k.OfHost() || k == trouble.HostError || k == trouble.NotFound || k == trouble.Cancelled
}

// wholeEvery is how long host, profile and list are taken to be as they were: the change feed tells of accounts only.
const wholeEvery = 24 * time.Hour

// Poll asks which accounts of an identity changed since the last time, perhaps in an earlier run of the application, and
// refreshes those that are in the store; of the others it notes that they are to be fetched. Where nothing changed that is
// one call. It asks for the list too when the feed begins anew, which comes before it so that nothing falls between the
// two; when the feed tells of an account that came or went; when the host has moved; and once a day.
//
// What the feed tells may come twice, or in another order than it happened: it only says what to ask for.
func (s *Syncer) Poll(ctx context.Context, identity string) error {
	a, url, err := s.cfg.For(identity)
	if err != nil {
		return trouble.From(err)
	}
	since := s.cfg.Store.Feed(identity)
	got, err := s.changes(ctx, a, since)
	if since != "" && refused(err) {
		got, err = s.changes(ctx, a, "")
		got.reset = true
	}
	if err != nil {
		t := trouble.From(err)
		s.cfg.Store.SetIdentityStatus(identity, func(st *cache.Status) { st.Trouble = t })
		return t
	}
	i, _ := s.cfg.Store.Identity(identity)
	age := time.Since(i.ListedAt.Round(0)) // by the calendar, which may have been set back: then it is below zero
	list := since == "" || got.reset || i.Host.URL != url || age < 0 || age > wholeEvery
	changed, later := map[access.Ref]bool{}, map[string]string{}
	for id, c := range got.accounts {
		ref := access.Ref{Identity: identity, Account: id}
		known, reached := s.cfg.Store.Account(ref)
		_, _, has := s.cfg.Store.Snapshot(ref)
		list = list || c.Gone == reached
		switch {
		case c.Gone || !reached || known.Revision == c.Revision:
		case has:
			changed[ref] = true
		default:
			later[id] = c.Revision
		}
	}
	s.cfg.Store.Expect(identity, later)
	if list {
		if err := s.Refresh(ctx, access.Ref{Identity: identity}); err != nil {
			return err
		}
	}
	if got.reset {
		s.cfg.Store.Doubt(identity)
	}
	if err := s.each(ctx, slices.Collect(maps.Keys(changed))); err != nil {
		return err
	}
	s.remind(identity, got.accounts)
	s.cfg.Store.Confirm(identity, got.token, time.Now())
	return nil
}

// remind passes on which reminders stand in the accounts the feed told of: none in one that is gone.
func (s *Syncer) remind(identity string, accounts map[string]api.AccountChange) {
	if s.cfg.Reminded == nil {
		return
	}
	for id, c := range accounts {
		if c.Gone {
			c.Reminders = nil
		}
		s.cfg.Reminded(access.Ref{Identity: identity, Account: id}, wire.Reminders(c.Reminders))
	}
}

// news is what the change feed told since a token: the last of each account, and whether it began anew.
type news struct {
	accounts map[string]api.AccountChange
	token    string
	reset    bool
}

// changes reads the change feed to its end.
func (s *Syncer) changes(ctx context.Context, a API, since string) (news, error) {
	n := news{accounts: map[string]api.AccountChange{}, token: since}
	for {
		got, err := a.Changes(ctx, n.token)
		if err != nil {
			return news{}, err
		}
		for _, c := range got.Accounts {
			n.accounts[c.ID] = c
		}
		n.reset = n.reset || got.Reset
		onward := got.More && got.Token != n.token // a host that stays where it is would never end
		n.token = got.Token
		if !onward {
			return n, nil
		}
	}
}

// refused tells whether a host does not take a token, rather than cannot answer now.
func refused(err error) bool {
	return trouble.Is(trouble.From(err), trouble.Invalid, trouble.NotFound, trouble.TooLarge)
}

// each refreshes accounts, a few at a time, and returns why it stopped, else the first failure. One account's own failure stands in its
// status and does not keep the rest from being asked for; one that concerns the whole host does.
func (s *Syncer) each(ctx context.Context, refs []access.Ref) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var g errgroup.Group
	g.SetLimit(s.cfg.Parallel)
	for _, ref := range refs {
		g.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			err := s.Refresh(ctx, ref)
			if ctx.Err() != nil {
				return context.Cause(ctx) // why the others were given up, not that they were
			}
			if t := trouble.From(err); t != nil && t.Kind.OfHost() {
				stop(t)
			}
			return err
		})
	}
	err := g.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

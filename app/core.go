// Package app puts the parts of the application together: who is signed in, the clients that speak for them, the store
// that screens read, the syncer that keeps it fresh, and the desk that edits go through. It has no Fyne and no text for
// people; main.go makes one Core and hands its parts to the screens.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/signin"
	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/app/wire"
	"concierge/client"
)

// Config of a Core.
type Config struct {
	IdentitiesFile string      // path; its folder must exist
	Vault          vault.Vault // the operating system's keyring
	Browser        func(url string) error
	Language       func() string // the person's language now
	Version        string
	// Sample starts the embedded sample host and returns its address. It is called at most once; nil: there is none.
	Sample func(ctx context.Context) (url string, err error)
	// PollEvery is how often hosts are asked what changed; a minute when zero.
	PollEvery time.Duration
	Log       *slog.Logger
}

// Core is the application without its windows. Start it, and Close it at the end.
type Core struct {
	Store  *cache.Store
	Desk   *change.Desk
	Sync   *syncer.Syncer
	SignIn *signin.Manager

	cfg    Config
	ctx    context.Context
	stop   context.CancelFunc
	work   sync.WaitGroup
	sample func() (string, error)

	mu      sync.Mutex
	clients map[string]connected
	stopped map[string]bool // identities whose session ended, so that work goes on once it is back
}

type connected struct {
	client *client.Client
	url    string
}

// New returns a Core that has not touched disk, keyring or network yet.
func New(cfg Config) *Core {
	cfg.PollEvery = cmp.Or(cfg.PollEvery, time.Minute)
	cfg.Log = cmp.Or(cfg.Log, slog.Default())
	ctx, stop := context.WithCancel(context.Background())
	c := &Core{cfg: cfg, ctx: ctx, stop: stop, Store: cache.New(), clients: map[string]connected{}, stopped: map[string]bool{}}
	c.SignIn = signin.New(signin.Config{
		File: cfg.IdentitiesFile, Vault: cfg.Vault, Browser: cfg.Browser, Language: cfg.Language, Log: cfg.Log,
		Discover: c.discover,
	})
	c.Sync = syncer.New(syncer.Config{Store: c.Store, For: func(id string) (syncer.API, string, error) {
		cl, url, err := c.client(id)
		return cl, url, err
	}})
	c.Desk = change.NewDesk(change.Config{
		Sender:  change.Wire{For: func(id string) (change.API, error) { cl, _, err := c.client(id); return cl, err }},
		Refresh: c.Sync.Refresh,
	})
	c.sample = sync.OnceValues(func() (string, error) {
		if cfg.Sample == nil {
			return "", errors.New("no sample host in this program")
		}
		url, err := cfg.Sample(ctx)
		if err != nil {
			return "", fmt.Errorf("start the sample host: %w", err)
		}
		c.SignIn.SetSampleURL(url)
		return url, nil
	})
	return c
}

// Start restores who was signed in and begins to fetch. The error tells of a file of identities that could not be read
// and was set aside; the application works nonetheless.
func (c *Core) Start(ctx context.Context) error {
	loaded := c.SignIn.Load(ctx)
	if c.SignIn.NeedsSample() {
		if _, err := c.sample(); err != nil {
			c.cfg.Log.Error("sample host", "err", err)
			loaded = errors.Join(loaded, err)
		}
	}
	c.SignIn.Changed.Listen(c.identityChanged)
	c.Store.ListChanged.Listen(c.keepProfile)
	restored := c.SignIn.Restore(ctx)
	for _, i := range c.SignIn.Identities() {
		c.identityChanged(i.ID)
	}
	c.do(c.poll)
	return errors.Join(loaded, restored)
}

// Close sends what still waits, ends what is under way, and returns the edits that the host has not confirmed by the
// end of ctx.
func (c *Core) Close(ctx context.Context) []change.Change {
	left := c.Desk.Close(ctx)
	c.stop()
	c.SignIn.Close()
	c.Sync.Close()
	c.work.Wait()
	return left
}

// BeginSample prepares a sign-in at the embedded sample host, starting it if need be.
func (c *Core) BeginSample(ctx context.Context) (*signin.Attempt, error) {
	url, err := c.sample()
	if err != nil {
		return nil, &trouble.Trouble{Kind: trouble.Other, Err: err}
	}
	return c.SignIn.Begin(ctx, url, "")
}

// AdoptSample signs in at the embedded sample host with a token made there.
func (c *Core) AdoptSample(ctx context.Context, refreshToken string) (signin.Identity, error) {
	url, err := c.sample()
	if err != nil {
		return signin.Identity{}, err
	}
	return c.SignIn.Adopt(ctx, url, refreshToken)
}

// Poll asks every host at once what changed, as when the window comes to the front.
func (c *Core) Poll() {
	for _, i := range c.SignIn.Identities() {
		if i.Works() {
			c.do(func(ctx context.Context) { c.note("poll", i.ID, c.Sync.Poll(ctx, i.ID)) })
		}
	}
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

// identityChanged follows a sign-in: new ones are fetched, ended ones forgotten, and what an ended session had stopped
// goes on when it is back.
func (c *Core) identityChanged(id string) {
	i, known := c.SignIn.Identity(id)
	if !known {
		c.mu.Lock()
		delete(c.clients, id)
		delete(c.stopped, id)
		c.mu.Unlock()
		c.Sync.Forget(id)
		c.Store.RemoveIdentity(id)
		return
	}
	c.mu.Lock()
	back := c.stopped[id] && i.Works()
	c.stopped[id] = !i.Works()
	c.mu.Unlock()
	have, listed := c.Store.Identity(id)
	if !listed {
		have = cache.Identity{ID: id, Host: access.Host{URL: i.HostURL, Name: i.HostName, Sample: i.Sample}, Me: access.Me{FirstName: i.Name, Email: i.Email}}
		have.Status.Trouble = i.Trouble
		c.Store.PutIdentity(have)
	}
	if !i.Works() || listed && !back {
		return
	}
	c.do(func(ctx context.Context) {
		if back {
			c.Desk.RetryAfterSignIn(id)
		}
		if err := c.Sync.Refresh(ctx, access.Ref{Identity: id}); err != nil {
			c.note("list accounts", id, err)
			return
		}
		c.note("start the change feed", id, c.Sync.Poll(ctx, id))
		c.note("fetch accounts", id, c.Sync.Fill(ctx, id))
	})
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

// client returns the client that speaks for an identity.
func (c *Core) client(id string) (*client.Client, string, error) {
	i, known := c.SignIn.Identity(id)
	if !known {
		return nil, "", &trouble.Trouble{Kind: trouble.SignInNeeded}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if have, ok := c.clients[id]; ok && have.url == i.HostURL {
		return have.client, have.url, nil
	}
	cl, err := client.New(c.clientConfig(i.HostURL, c.SignIn.Tokens(id)))
	if err != nil {
		return nil, "", trouble.From(err)
	}
	c.clients[id] = connected{client: cl, url: i.HostURL}
	return cl, i.HostURL, nil
}

func (c *Core) clientConfig(url string, tokens client.TokenSource) client.Config {
	return client.Config{BaseURL: url, Token: tokens, UserAgent: "Concierge/" + c.cfg.Version, Language: c.cfg.Language, Log: c.cfg.Log}
}

func (c *Core) discover(ctx context.Context, input string) (signin.Found, error) {
	h, url, err := client.Discover(ctx, input, c.clientConfig("", nil))
	if err != nil {
		return signin.Found{}, trouble.From(err)
	}
	return signin.Found{URL: url, Host: wire.Host(url, h), SignIn: h.SignIn}, nil
}

// do runs fn on a goroutine that Close waits for.
func (c *Core) do(fn func(ctx context.Context)) {
	if c.ctx.Err() != nil {
		return
	}
	c.work.Go(func() { fn(c.ctx) })
}

// note logs a failure that screens show from the store's status.
func (c *Core) note(what, identity string, err error) {
	if err != nil && !trouble.Is(err, trouble.Cancelled) {
		c.cfg.Log.Info(what, "identity", identity, "err", err)
	}
}

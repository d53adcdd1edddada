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
	"sync/atomic"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/signal"
	"concierge/app/signin"
	"concierge/app/storage"
	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/app/watch"
	"concierge/app/wire"
	"concierge/client"
)

// Config of a Core.
type Config struct {
	IdentitiesFile string // path; its folder must exist
	// Folder is where accounts and edits are kept, encrypted; it must exist. "" keeps nothing beyond the end.
	Folder string
	// LastOpen is the account that was open last, to be there first; nil: none was.
	LastOpen func() access.Ref
	Vault    vault.Vault // the operating system's keyring
	Browser  func(url string) error
	Language func() string // the person's language now
	Version  string
	// MaySignIn is why nobody signs in anew at an address, which an organisation may have set; nil: everybody may.
	MaySignIn func(address string) error
	// Sample starts the embedded sample host and returns its address. It is called until it has succeeded once, one call
	// at a time; nil: there is none.
	Sample func(ctx context.Context) (url string, err error)
	// Journal is where edits are written before they are sent, instead of Folder; nil: there.
	Journal journal.Journal
	// PollEvery is how often hosts are asked what changed; a minute when zero.
	PollEvery time.Duration
	// Shown is closed when there is a screen to work with: what no screen needs yet, a thousand accounts perhaps, is
	// fetched after that, and no keyring or host is asked before when something was kept to show, so that neither takes the
	// processor from who waits for the window. Nil: there is no window.
	Shown <-chan struct{}
	// Rested is called once, when all that was kept is in memory; nil: nobody waits for it.
	Rested func()
	// Recents are the accounts that the person opened last, the last one first: they are fetched before the others. Nil:
	// none are known.
	Recents func() []access.Ref
	Log     *slog.Logger

	WatchFile string                // where it is kept what changed elsewhere and has not been seen; "" keeps it in memory
	Notify    func(watch.Kind) bool // whether a kind of change elsewhere is told of outside of the window; nil: all are
}

// Core is the application without its windows. Start it, and Close it at the end.
type Core struct {
	Store  *cache.Store
	Desk   *change.Desk
	Sync   *syncer.Syncer
	SignIn *signin.Manager
	// Storage is where the store is kept and edits are written down; Journal and Versions are the same.
	Storage  *storage.Storage
	Journal  journal.Journal
	Versions journal.Versions
	// Told fires with what the person should know of what is kept on this computer.
	Told signal.Signal[*trouble.Trouble]
	Past Past

	cfg  Config
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup

	starting  sync.Mutex // the sample host
	sampleURL string

	loading   sync.Mutex
	resting   sync.Once
	early     []*trouble.Trouble // what Load has to tell
	loadedErr error              // of the file of identities
	restored  chan struct{}      // closed when secrets have been read; nil while Load has not been called

	vault *asked

	mu      sync.Mutex
	closed  bool
	clients map[string]connected
	seen    map[string]session   // by identity
	under   map[string]bool      // what is being asked for, and whether to ask once more then; see alone
	answers map[string]bool      // whether the host answered when it was last asked what changed, by identity
	asked   map[string]time.Time // when it was last asked what changed, and answered, by identity
	pace    *pace
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
	c := &Core{cfg: cfg, ctx: ctx, stop: stop, Store: cache.New(), clients: map[string]connected{},
		seen: map[string]session{}, under: map[string]bool{}, answers: map[string]bool{}, asked: map[string]time.Time{}, pace: newPace(cfg.PollEvery)}
	c.vault = &asked{Vault: cfg.Vault}
	c.Storage = storage.New(storage.Config{Dir: cfg.Folder, Vault: c.vault, Store: c.Store, Keeps: c.keeps, Tell: c.tell, Back: change.Back, Log: cfg.Log})
	c.Journal, c.Versions = c.Storage, c.Storage
	if cfg.Journal != nil {
		c.Journal = cfg.Journal
	}
	c.SignIn = signin.New(signin.Config{
		File: cfg.IdentitiesFile, Vault: c.vault, Browser: cfg.Browser, Language: cfg.Language, Log: cfg.Log,
		Discover: c.discover, May: cfg.MaySignIn,
	})
	c.Sync = syncer.New(syncer.Config{Store: c.Store, Recents: cfg.Recents, Reminded: c.reminded, For: func(id string) (syncer.API, string, error) {
		cl, url, err := c.client(id)
		return c.pace.of(cl, url), url, err
	}})
	c.Desk = change.NewDesk(change.Config{
		Sender:  change.Wire{For: func(id string) (change.API, error) { cl, _, err := c.client(id); return cl, err }},
		Refresh: c.Sync.Refresh,
		Journal: c.Journal,
		Resting: func(id string) time.Duration {
			i, _ := c.Store.Identity(id)
			rest, _ := c.pace.resting(i.Host.URL)
			return rest
		},
	})
	c.Desk.Unwritten.Listen(func(t *trouble.Trouble) {
		c.cfg.Log.Error("journal", "err", t)
		c.tell(t)
	})
	c.watching()
	return c
}

// sample returns the address of the embedded sample host, and starts it when it does not run yet.
func (c *Core) sample() (string, error) {
	c.starting.Lock()
	defer c.starting.Unlock()
	if c.sampleURL != "" {
		return c.sampleURL, nil
	}
	if c.cfg.Sample == nil {
		return "", errors.New("no sample host in this program")
	}
	url, err := c.cfg.Sample(c.ctx)
	if err != nil {
		return "", fmt.Errorf("start the sample host: %w", err)
	}
	c.sampleURL = url
	c.SignIn.SetSampleURL(url)
	return url, nil
}

// Load reads who was signed in and what was kept of their accounts, so that there is something to show; it may wait for the
// keyring. Start does it when nobody has. It returns what the person should know.
func (c *Core) Load(ctx context.Context) []*trouble.Trouble {
	c.loading.Lock()
	defer c.loading.Unlock()
	c.mu.Lock()
	again := c.restored != nil
	if !again {
		c.restored = make(chan struct{})
	}
	c.mu.Unlock()
	if again {
		return nil
	}
	c.loadedErr = c.SignIn.Load(ctx)
	if known := c.known(); len(known) > 0 { // nobody is asked for a keyring who has nothing to keep
		var open access.Ref
		if c.cfg.LastOpen != nil {
			open = c.cfg.LastOpen()
		}
		if err := c.Storage.Open(ctx, known, open); err != nil {
			c.vault.is(trouble.From(err))
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	told := c.early
	c.early = nil
	return told
}

// Start restores who was signed in and begins to fetch. The error tells of a file of identities that could not be read
// and was set aside; the application works nonetheless.
func (c *Core) Start(ctx context.Context) error {
	told := c.Load(ctx)
	loaded := errors.Join(c.loadedErr, c.Past.loadMarks())
	c.do(c.loadRest)
	c.letShow(ctx)
	if c.SignIn.NeedsSample() {
		if _, err := c.sample(); err != nil {
			c.cfg.Log.Error("sample host", "err", err)
			loaded = errors.Join(loaded, err)
		}
	}
	c.SignIn.Changed.Listen(c.identityChanged)
	c.Store.ListChanged.Listen(c.keepProfile)
	restored := c.SignIn.Restore(ctx)
	c.vault.is(nil)
	c.mu.Lock()
	told = append(told, c.early...)
	c.early = nil
	close(c.restored)
	c.mu.Unlock()
	for _, t := range told {
		c.Told.Emit(t)
	}
	for _, i := range c.SignIn.Identities() {
		c.identityChanged(i.ID)
	}
	c.do(c.poll)
	return errors.Join(loaded, restored)
}

// Close sends what still waits, ends what is under way, and returns the edits that the host has not confirmed by the
// end of ctx, drafts too. See Desk.Lasts for what becomes of them. It returns a while after ctx at the latest, see EndTime.
func (c *Core) Close(ctx context.Context) []change.Change {
	// What is to be sent may wait for secrets, behind a keyring that asks for its password: no longer than ctx.
	late := context.AfterFunc(ctx, c.stop)
	left := c.Desk.Close(ctx)
	late()
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.stop()
	c.end()
	return left
}

// EndTime is how long the parts may take to end: longer than a secret takes to get into a keyring that answers slowly, for
// without it the person would have to sign in again. Only a disk or a system that hangs takes longer.
const EndTime = 30 * time.Second

// end ends the parts one after the other. One that does not is left behind, with those after it: they end with the
// process. No edit is lost by that: the desk has written them down.
func (c *Core) end() {
	var at atomic.Value
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, part := range []struct {
			name string
			end  func()
		}{
			{"sign-ins", c.SignIn.Close}, {"syncer", c.Sync.Close}, {"work", c.work.Wait}, {"past", c.Past.close}, {"clients", c.endClients}, {"storage", c.endStorage},
		} {
			at.Store(part.name)
			part.end()
		}
	}()
	select {
	case <-ended:
	case <-time.After(EndTime):
		c.cfg.Log.Error("does not end, and is left behind", "part", at.Load(), "after", EndTime)
	}
}

func (c *Core) endClients() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, to := range c.clients {
		to.client.Close()
	}
}

// endStorage is called without the mutex: what cannot be written any more is told.
func (c *Core) endStorage() {
	if err := c.Storage.Close(); err != nil {
		c.cfg.Log.Error("storage", "err", err)
	}
}

// flushTime is how long signing out waits for edits that are under way.
const flushTime = 20 * time.Second

// Flush lets the edits leave that still wait for an identity, and returns those that its host has not confirmed: signing out
// drops them, so the person is asked first.
func (c *Core) Flush(ctx context.Context, id string) []change.Change {
	wait, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	return c.Desk.Flush(wait, id)
}

// SignOut ends a sign-in, see signin.Manager, drops what has not been sent for it, see Flush, and takes away all that was
// kept of it. When the sign-in cannot be ended, nothing is dropped.
func (c *Core) SignOut(ctx context.Context, id string) (signin.SignedOut, error) {
	return c.signOutAndErase(ctx, id)
}

// BeginSample prepares a sign-in at the embedded sample host, starting it if need be.
func (c *Core) BeginSample(ctx context.Context) (*signin.Attempt, error) {
	url, err := c.sample()
	if err != nil {
		return nil, trouble.From(err)
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

// client returns the client that speaks for an identity. While secrets are being read it waits for them.
func (c *Core) client(id string) (*client.Client, string, error) {
	c.mu.Lock()
	restored := c.restored
	c.mu.Unlock()
	if restored != nil {
		select {
		case <-restored:
		case <-c.ctx.Done():
			return nil, "", &trouble.Trouble{Kind: trouble.Cancelled, Err: c.ctx.Err()}
		}
	}
	i, known := c.SignIn.Identity(id)
	if !known {
		return nil, "", &trouble.Trouble{Kind: trouble.SignInNeeded}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	have, ok := c.clients[id]
	if ok && have.url == i.HostURL {
		return have.client, have.url, nil
	}
	cl, err := client.New(c.clientConfig(i.HostURL, c.SignIn.Tokens(id)))
	if err != nil {
		return nil, "", trouble.From(err)
	}
	if ok { // the host has moved
		have.client.Close()
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

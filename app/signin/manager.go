package signin

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"concierge/app/signal"
	"concierge/app/trouble"
)

// How long a keyring may take: when the person asked for something and may be typing its password, and when not.
const (
	keyringAsked = time.Minute
	keyringQuiet = 20 * time.Second
)

var (
	errSignedOut = errors.New("signed out")
	errClosed    = fmt.Errorf("the application is ending: %w", context.Canceled)
)

// Manager holds the identities. Make it with New; Load and Restore fill it; Close ends it. All methods may be called
// from many goroutines at once. Those that take a context block and must not be called on the UI goroutine.
type Manager struct {
	// Changed fires with an identity's id when it was added, changed, or is gone.
	Changed signal.Signal[string]
	// FileTrouble fires when the file of identities could not be written, or was unreadable and written anew (SetAside).
	FileTrouble signal.Signal[*trouble.Trouble]

	cfg  Config
	file file
	web  web

	ctx context.Context // ends with Close
	end context.CancelCauseFunc
	wg  sync.WaitGroup

	keeping sync.Mutex // one identity is added at a time, so that nobody is added twice

	mu        sync.Mutex
	closed    bool
	loaded    bool
	live      map[string]*live
	sampleURL string
}

// live is one identity while the application runs. Manager.mu guards all of it but id.
type live struct {
	id   string
	rec  record
	kept bool // it is in the file

	secret     string // refresh token; "" when not had
	dead       string // refresh token that the host refused; the keyring may still have it
	memoryOnly bool   // the secret must not go to the keyring
	unsaved    bool   // the secret should be in the keyring and is not
	trouble    *trouble.Trouble
	signIns    int // while the application runs

	access  string    // access token; "" when not had
	renewAt time.Time // when to get another
	until   time.Time // when it ends; zero when not told

	at     *provider // where its sign-in is; nil when not asked yet
	flight *flight   // the refresh under way
	gone   bool      // signing out, or signed out
}

// New returns a Manager with no identities. It touches neither disk nor keyring nor network.
func New(cfg Config) *Manager {
	cfg = cfg.withDefaults()
	m := &Manager{cfg: cfg, file: file{cfg.File, cfg.Now}, web: newWeb(cfg.HTTP), live: map[string]*live{}}
	m.ctx, m.end = context.WithCancelCause(context.Background())
	return m
}

// Close cancels what is under way and waits for it.
func (m *Manager) Close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.end(errClosed)
	m.wg.Wait()
	m.web.close()
}

// begin counts one goroutine that Close waits for; false when the Manager is closed.
func (m *Manager) begin() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.wg.Add(1)
	return true
}

// now is the time by the wall clock alone: the other one stands still while a computer sleeps.
func (m *Manager) now() time.Time { return m.cfg.Now().Round(0) }

// Identities lists them, most recently used first.
func (m *Manager) Identities() []Identity {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Identity
	for _, l := range m.live {
		if !l.gone {
			all = append(all, m.identity(l))
		}
	}
	slices.SortFunc(all, func(a, b Identity) int {
		return cmp.Or(b.LastUsedAt.Compare(a.LastUsedAt), cmp.Compare(a.Email, b.Email), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// Identity finds one.
func (m *Manager) Identity(id string) (Identity, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.live[id]
	if l == nil || l.gone {
		return Identity{}, false
	}
	return m.identity(l), true
}

func (m *Manager) identity(l *live) Identity {
	r := l.rec
	return Identity{
		ID: r.ID, HostURL: m.hostURL(l), HostName: r.HostName, Sample: r.Sample, Embedded: r.Embedded, PersonID: r.PersonID, Name: r.Name, Email: r.Email,
		AddedAt: r.AddedAt, LastUsedAt: r.LastUsedAt, SignIns: l.signIns, SessionOnly: l.secret != "" && (l.memoryOnly || l.unsaved), Trouble: l.trouble,
	}
}

// hostURL is where an identity's host is now.
func (m *Manager) hostURL(l *live) string {
	if l.rec.Embedded && m.sampleURL != "" {
		return m.sampleURL
	}
	return l.rec.HostURL
}

// SetProfile brings the identity's name, e-mail and host name up to date with what the host says. "" leaves one as it is.
func (m *Manager) SetProfile(ctx context.Context, id, name, email, hostName string) error {
	update := func(r *record) (changed bool) {
		for to, value := range map[*string]string{&r.Name: name, &r.Email: email, &r.HostName: hostName} {
			if value != "" && *to != value {
				*to, changed = value, true
			}
		}
		return changed
	}
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone || !update(&l.rec) {
		m.mu.Unlock()
		return nil
	}
	kept := l.kept
	m.mu.Unlock()
	m.Changed.Emit(id)
	if !kept {
		return nil
	}
	return m.edit(ctx, func(c *content) {
		if r := c.find(id); r != nil {
			update(r)
		}
	})
}

// NeedsSample tells whether an identity in the file lives at the embedded sample host, so that it must be started.
func (m *Manager) NeedsSample() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.live {
		if l.rec.Embedded && !l.gone {
			return true
		}
	}
	return false
}

// SetSampleURL says where the embedded sample host is in this run. Call it before Begin or Adopt at that host, and
// before Restore when NeedsSample: sign-ins at this URL are remembered as the embedded host's, wherever it is next time. Until it
// is called nothing is sent for those identities: another program may have the old port by now.
func (m *Manager) SetSampleURL(url string) {
	m.mu.Lock()
	m.sampleURL = url
	var moved []string
	for _, l := range m.live {
		if l.rec.Embedded {
			l.at = nil
			moved = append(moved, l.id)
		}
	}
	m.mu.Unlock()
	for _, id := range moved {
		m.Changed.Emit(id)
	}
}

// edit changes the file. What could not be done is returned and told.
func (m *Manager) edit(ctx context.Context, change func(*content)) error {
	err := m.file.edit(ctx, m.content, change)
	if err == nil {
		return nil
	}
	t := trouble.From(err)
	m.cfg.Log.ErrorContext(ctx, "file of identities", "path", m.cfg.File, "err", err)
	m.FileTrouble.Emit(t)
	if t.Kind == trouble.SetAside { // and written
		return nil
	}
	return t
}

// content is the file as it should be from what is in memory, for when what is on disk cannot be read.
func (m *Manager) content() content {
	m.mu.Lock()
	defer m.mu.Unlock()
	var c content
	for _, l := range m.live {
		if l.kept && !l.gone {
			c.Identities = append(c.Identities, l.rec)
		}
	}
	slices.SortFunc(c.Identities, func(a, b record) int { return a.AddedAt.Compare(b.AddedAt) })
	return c
}

// newID returns 130 random bits in letters and digits.
func newID() string { return rand.Text() }

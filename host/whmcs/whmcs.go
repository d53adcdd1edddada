// Package whmcs is the provider of a gateway: what customers have is in a WHMCS, read and written through its remote API
// (host/whmcs/remote).
//
// WHMCS decides everything; what this package keeps in the host's store is what WHMCS cannot tell (the invitations that
// were sent here, who did what through this gateway) and what would cost a call each time (names, who reaches which
// account, what was noticed when). It knows nothing of HTTP, of tokens, or of the rules in host/server.
package whmcs

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"concierge/host"
	"concierge/host/oidc"
	"concierge/host/schedule"
	"concierge/host/store"
	"concierge/host/whmcs/remote"
)

// How long what was read of WHMCS is taken for true outside writes. Within a write (Locked) everything is read anew.
const (
	personLife   = 30 * time.Second // who somebody is and which accounts they reach
	accountLife  = 30 * time.Second // an account's information, users and contacts
	watchedLife  = 5 * time.Minute  // the same while the activity log says in which accounts something happened
	domainsLife  = 5 * time.Minute  // its domain names, which nothing here changes
	listedLife   = 10 * time.Minute // the own permissions in the list of accounts; each access decides anew
	describeLife = 10 * time.Minute // the catalogue of permissions
)

// Remote is what is asked of WHMCS; *remote.Client answers it.
type Remote interface {
	Permissions(ctx context.Context) ([]string, error)
	UsersByEmail(ctx context.Context, email string) ([]remote.User, error)
	UpdateUser(ctx context.Context, userID int64, f remote.Fields) error
	ResetPassword(ctx context.Context, userID int64) error
	Client(ctx context.Context, clientID int64) (remote.Customer, error)
	Clients(ctx context.Context, start, limit int) ([]remote.Customer, int, error)
	UpdateClient(ctx context.Context, clientID int64, f remote.Fields, preferences map[string]bool) error
	Domains(ctx context.Context, clientID int64) ([]string, error)
	UserPermissions(ctx context.Context, userID, clientID int64) (permissions []string, owner bool, err error)
	SetUserPermissions(ctx context.Context, userID, clientID int64, permissions []string) error
	RemoveUser(ctx context.Context, userID, clientID int64) error
	Invite(ctx context.Context, clientID int64, email string, permissions []string) error
	Contacts(ctx context.Context, clientID int64) ([]remote.Contact, error)
	AddContact(ctx context.Context, clientID int64, f remote.Fields, preferences map[string]bool) (int64, error)
	UpdateContact(ctx context.Context, contactID int64, f remote.Fields, preferences map[string]bool) error
	DeleteContact(ctx context.Context, contactID int64) error
	Activity(ctx context.Context, clientID int64, start, limit int) ([]remote.Entry, error)
}

// Mailer sends mail to people: step-up codes, notices and reminders.
type Mailer interface {
	// Send sends one plain text to one address. The error is mail.ErrNotSent when the letter certainly did not leave and trying
	// later can help.
	Send(ctx context.Context, to, subject, text string) error
}

// Config says what a gateway's provider is made of. WHMCS and Store are required.
type Config struct {
	WHMCS Remote
	Store *store.DB
	Name  string // of the provider, as its customers know it
	// Language is what WHMCS's default language is: "fr" or "en"; "fr" when empty.
	Language string
	// Mailer is nil where the gateway cannot send mail: then no codes are asked for, and the login e-mail cannot be changed
	// through it.
	Mailer Mailer
	// Ended is told of each access that was taken away on time, after it was recorded. May be nil.
	Ended func(ctx context.Context, e schedule.End)

	PollEvery time.Duration    // how often changes made elsewhere are looked for; 1 minute when zero
	EndsEvery time.Duration    // how often, at least, access is looked for that is to end; see schedule.Config.Every
	Now       func() time.Time // nil: time.Now
	Rand      io.Reader        // nil: crypto/rand
	Log       *slog.Logger     // nil: slog.Default
}

// Provider is the gateway's host.Provider. It is safe for many goroutines, and for several processes on one database.
type Provider struct {
	cfg  Config
	api  Remote
	db   *store.DB
	ends *schedule.Schedule
	rand sync.Mutex // guards cfg.Rand

	catalogue permissionList
	persons   *kept[int64, person]
	customers *kept[int64, remote.Customer]
	allowed   *kept[link, permissions]
	contacts  *kept[int64, []remote.Contact]
	domains   *kept[int64, []string]
	asked     asked
	noLog     atomic.Bool   // the activity log is closed to the gateway
	letters   chan struct{} // wakes up who writes reminders
	watched   atomic.Int64  // when the log was looked at last, in milliseconds
}

var (
	_ host.Elsewhere      = (*Provider)(nil)
	_ oidc.UpstreamPeople = (*Provider)(nil)
	_ Remote              = (*remote.Client)(nil)
)

//go:embed migrations
var migrations embed.FS

// New brings the tables up to date. It does not call WHMCS.
func New(ctx context.Context, cfg Config) (*Provider, error) {
	if cfg.WHMCS == nil || cfg.Store == nil {
		return nil, errors.New("whmcs: nothing to ask, or nowhere to keep")
	}
	if cfg.Language == "" {
		cfg.Language = "fr"
	}
	if cfg.PollEvery <= 0 {
		cfg.PollEvery = time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	p := &Provider{cfg: cfg, api: cfg.WHMCS, db: cfg.Store, letters: make(chan struct{}, 1)}
	p.persons = keep[int64, person](cfg.Now)
	p.customers = keep[int64, remote.Customer](cfg.Now)
	p.allowed = keep[link, permissions](cfg.Now)
	p.contacts = keep[int64, []remote.Contact](cfg.Now)
	p.domains = keep[int64, []string](cfg.Now)
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := p.db.Migrate(ctx, "whmcs", dir); err != nil {
		return nil, fmt.Errorf("gateway's tables: %w", err)
	}
	if _, err := p.q(ctx).ExecContext(ctx,
		"INSERT INTO whmcs_clock (one, epoch, seq) VALUES (1, ?, 1) ON CONFLICT DO NOTHING", p.secret(5)); err != nil {
		return nil, err
	}
	if err := p.recall(ctx); err != nil {
		return nil, err
	}
	p.ends, err = schedule.New(ctx, p.db, schedule.Config{
		End: p.endAccess, Ended: p.accessEnded, Remind: p.reminded, Tell: p.tell, Locked: p.Locked, Now: cfg.Now, Every: cfg.EndsEvery, Log: cfg.Log,
	})
	return p, err
}

// ActsElsewhere says that what is written is not undone when a call fails: it is in WHMCS.
func (p *Provider) ActsElsewhere() {}

func (p *Provider) q(ctx context.Context) store.Querier { return p.db.Querier(ctx) }

func (p *Provider) nowMS() int64 { return p.cfg.Now().UnixMilli() }

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// secret returns n random bytes in letters and digits that nobody mistakes for each other.
func (p *Provider) secret(n int) string {
	p.rand.Lock()
	defer p.rand.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(p.cfg.Rand, b); err != nil {
		panic("whmcs: no randomness: " + err.Error()) // nothing safe can be done without it
	}
	return crockford.EncodeToString(b)
}

// number reads an id of the Host API. There is one way to write each: what is taken for a name of a lock or a row must
// not have two.
func number(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 || text(n) != id {
		return 0, host.ErrNotFound
	}
	return n, nil
}

func text(id int64) string { return strconv.FormatInt(id, 10) }

// scope is one write: what has been read since it began is true until it ends, since nobody else writes through a gateway
// meanwhile.
type scope struct {
	account int64
	people  bool
	began   time.Time
	marks   int64 // of the account, as far as they were moved by this write or before it
	state   state
}

type scopeKey struct{}

// scopeOf returns the write that a context belongs to, if it is about the account.
func scopeOf(ctx context.Context, account int64) *scope {
	if s, _ := ctx.Value(scopeKey{}).(*scope); s != nil && s.account == account {
		return s
	}
	return nil
}

// fresh tells whether nothing that was read before may be used.
func fresh(ctx context.Context) bool {
	if oidc.Fresh(ctx) {
		return true
	}
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s != nil && s.people
}

// Locked runs fn while nobody else writes to the account through any gateway of this store; without one, while nobody else
// writes to the acting person. What was written to WHMCS stays when fn fails.
func (p *Provider) Locked(ctx context.Context, accountID string, fn func(ctx context.Context) error) error {
	s := &scope{people: accountID == ""}
	name := "person:" + host.ActorOf(ctx).PersonID
	if !s.people {
		var err error
		if s.account, err = number(accountID); err != nil {
			return err
		}
		if scopeOf(ctx, s.account) != nil {
			return fn(ctx)
		}
		name = "account:" + accountID
	}
	unlock, err := p.db.Lock(ctx, name)
	if err != nil {
		return err
	}
	defer unlock()
	s.began = p.cfg.Now()
	return fn(context.WithValue(ctx, scopeKey{}, s))
}

// in runs a write to an account within its lock, also for callers who forgot it.
func (p *Provider) in(ctx context.Context, accountID string, fn func(ctx context.Context, s *scope) error) error {
	account, err := number(accountID)
	if err != nil {
		return err
	}
	return p.Locked(ctx, accountID, func(ctx context.Context) error { return fn(ctx, scopeOf(ctx, account)) })
}

// acted runs one call that writes to WHMCS, and says what it may have done: to the try it belongs to, and to everybody who
// has read the account before.
func (p *Provider) acted(ctx context.Context, account int64, write func() error) error {
	try := host.TryOf(ctx)
	try.Acting()
	err := write()
	certain := err != nil && !unknown(err)
	if certain {
		try.DidNotAct()
		return err
	}
	if account == 0 {
		return err
	}
	// Also when the caller went away: what was read before is no longer true.
	return errors.Join(err, p.mark(context.WithoutCancel(ctx), account))
}

// unknown tells whether a write that failed may nonetheless have been done.
func unknown(err error) bool {
	var e *remote.Error
	return !errors.As(err, &e) || e.Unknown
}

// loadNow reads parts of the account of a write.
func (p *Provider) loadNow(ctx context.Context, s *scope, want parts) (*state, error) {
	r, err := p.row(ctx, s.account)
	if err != nil {
		return nil, err
	}
	return p.load(ctx, s.account, r.marks, want)
}

// mark has everybody read an account anew, but for the write that is under way: it knows what it has changed.
func (p *Provider) mark(ctx context.Context, account int64) error {
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_accounts SET marks = marks + 1 WHERE id = ?", account); err != nil {
			return err
		}
		r, err := p.row(ctx, account)
		if s := scopeOf(ctx, account); err == nil && s != nil && r.marks == s.marks+1 {
			for user, left := range s.state.lately { // what the write lets be is as true as before
				if left {
					p.allowed.renew(link{user, account}, s.marks)
				}
			}
			s.marks = r.marks
		}
		return err
	})
}

// move gives an account a new revision, and its readers a reason to read it: something about its users is new. What it is
// moves the account no second time when it is read. Called within a transaction.
func (p *Provider) move(ctx context.Context, account int64) error {
	seq, err := p.next(ctx)
	if err != nil {
		return err
	}
	_, err = p.q(ctx).ExecContext(ctx, "UPDATE whmcs_accounts SET seq = ?, marks = marks + 1, hash_users = '' WHERE id = ?", seq, account)
	return err
}

// next is the next number of the clock. Called within a transaction.
func (p *Provider) next(ctx context.Context) (int64, error) { return p.numbers(ctx, 1) }

// numbers takes n numbers of the clock and returns the last.
func (p *Provider) numbers(ctx context.Context, n int) (seq int64, err error) {
	err = p.q(ctx).QueryRowContext(ctx, "UPDATE whmcs_clock SET seq = seq + ? RETURNING seq", n).Scan(&seq)
	return seq, err
}

// Describe says what this gateway is and can do.
func (p *Provider) Describe(ctx context.Context) (host.Description, error) {
	keys := p.permissionKeys(ctx)
	return p.describe(keys), nil
}

// Name for people of somebody whose name may be missing.
func nameOr(name, email string) string {
	if name != "" {
		return name
	}
	return email
}

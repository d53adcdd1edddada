// Package sample is a host that is not real: a host.Provider on one SQLite file, with people, accounts and a mailbox
// page where everything it "would have e-mailed" can be read. It lets a newcomer try the application in one command
// and gives tests a real server.
//
// It keeps what customers have and the web pages that only a person with a link opens (invitation, new password,
// mailbox). It knows nothing of the Host API's rules or HTTP paths (host/server) nor of tokens (host/oidc).
package sample

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"concierge/host"
	"concierge/host/oidc"
	"concierge/host/store"
)

// InvitationValidity is how long an invitation can be accepted after it was sent.
const InvitationValidity = 7 * 24 * time.Hour

// invitationShown is how long an expired invitation is still listed, so that its owner can send it again.
const invitationShown = 30 * 24 * time.Hour

// Config says where the sample host keeps its data and what it takes time and chance from.
type Config struct {
	Dir     string           // data directory, created when missing; its file is host.db
	BaseURL string           // where this host is reached, without a slash at the end, for links in invitations
	Now     func() time.Time // nil: time.Now. Its location is the one dates in mails and pages are written in
	Rand    io.Reader        // nil: crypto/rand. Ids, links and salts come from it

	// ClientIP says where a request to the pages comes from; nil: the other end of the connection.
	ClientIP func(*http.Request) string
	// PasswordChanged is told after a person chose another password, so that their tokens can be ended. May be nil.
	PasswordChanged func(ctx context.Context, personID string) error
}

// Provider is the sample host's data. It is safe for many goroutines.
type Provider struct {
	db        *store.DB
	cfg       Config
	rand      sync.Mutex    // guards cfg.Rand
	hashing   chan struct{} // one slot per password being hashed at a time: each takes 19 MiB
	snapshots remembered
	nextEnd   atomic.Int64 // no access ends before this time (ms); 0: not known, look
}

var (
	_ host.Provider       = (*Provider)(nil)
	_ oidc.PasswordPeople = (*Provider)(nil)
)

// Open opens the data directory, creating the tables of an empty one. It adds no data: Seed does.
func Open(ctx context.Context, cfg Config) (*Provider, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.ClientIP == nil {
		cfg.ClientIP = func(r *http.Request) string {
			ip, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				return r.RemoteAddr
			}
			return ip
		}
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	db, err := store.Open(ctx, filepath.Join(cfg.Dir, "host.db"))
	if err != nil {
		return nil, err
	}
	p := &Provider{db: db, cfg: cfg, hashing: make(chan struct{}, 2)}
	if err := p.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return p, nil
}

func (p *Provider) prepare(ctx context.Context) error {
	if err := p.db.Migrate(ctx, "sample", migrations()); err != nil {
		return fmt.Errorf("sample host's tables: %w", err)
	}
	_, err := p.db.Querier(ctx).ExecContext(ctx,
		"INSERT INTO sample_clock (one, epoch, seq) VALUES (1, ?, 1) ON CONFLICT DO NOTHING", p.secret(5))
	return err
}

// DB is the host's database, for the other parts of the same host (server, sign-in) to keep their tables in.
func (p *Provider) DB() *store.DB { return p.db }

// Close closes the database.
func (p *Provider) Close() error { return p.db.Close() }

// Locked runs fn in one write transaction; SQLite has one writer at a time, so nothing can come between.
func (p *Provider) Locked(ctx context.Context, _ string, fn func(ctx context.Context) error) error {
	return p.db.Atomically(ctx, fn)
}

func (p *Provider) q(ctx context.Context) store.Querier { return p.db.Querier(ctx) }

func (p *Provider) nowMS() int64 { return p.cfg.Now().UnixMilli() }

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// secret returns n random bytes in letters and digits that nobody mistakes for each other.
func (p *Provider) secret(n int) string {
	p.rand.Lock()
	defer p.rand.Unlock()
	b := make([]byte, n)
	if _, err := io.ReadFull(p.cfg.Rand, b); err != nil {
		panic("sample: no randomness: " + err.Error()) // nothing safe can be done without it
	}
	return crockford.EncodeToString(b)
}

func (p *Provider) newID(prefix string) string { return prefix + "_" + p.secret(10) }

// touch moves an account's revision and returns the new one.
func (p *Provider) touch(ctx context.Context, accountID string) (int64, error) {
	var seq int64
	if err := p.q(ctx).QueryRowContext(ctx, "UPDATE sample_clock SET seq = seq + 1 RETURNING seq").Scan(&seq); err != nil {
		return 0, err
	}
	return seq, one(p.q(ctx).ExecContext(ctx, "UPDATE accounts SET revision = ? WHERE id = ?", seq, accountID))
}

// touchAllOf moves the revision of every account a person is in, each to a number of its own.
func (p *Provider) touchAllOf(ctx context.Context, personID string) error {
	res, err := p.q(ctx).ExecContext(ctx, `
		UPDATE accounts SET revision = (SELECT seq FROM sample_clock) + mine.n
		FROM (SELECT account_id, row_number() OVER (ORDER BY account_id) AS n FROM memberships WHERE person_id = ?) AS mine
		WHERE accounts.id = mine.account_id`, personID)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	_, err = p.q(ctx).ExecContext(ctx, "UPDATE sample_clock SET seq = seq + ?", n)
	return err
}

type result interface{ RowsAffected() (int64, error) }

// one makes host.ErrNotFound of a statement that changed no row.
func one(res result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return host.ErrNotFound
	}
	return err
}

// Package postgres opens a host's store on PostgreSQL, where several hosts may share it. It is the only package that
// knows the driver: programs that keep to SQLite do not carry it.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"

	"concierge/host/store"
)

// How many connections one process uses at most, where the URL does not say: PostgreSQL has 100 to share by default.
const (
	maxQueries = 10 // pool_max_conns
	maxLocks   = 16 // lock_max_conns
)

// How long a process that lost its way may stop the others. Nobody's statements or transactions take nearly as long.
const (
	connectTimeout = 10 * time.Second // connect_timeout
	turnTimeout    = "10s"            // lock_timeout: waiting for other processes' transactions, as long as SQLite does
	idleInTurn     = "60s"            // idle_in_transaction_session_timeout: a holder of the turn that does nothing
)

// Open connects to the database of a URL such as postgres://user:password@host:5432/database?sslmode=verify-full, and
// answers once it has. What libpq understands is understood: a host that is a directory (?host=/run/postgresql) is one of
// Unix sockets, and what the URL leaves out comes from PGPASSWORD, PGSSLROOTCERT, ~/.pgpass and so on. Other computers
// are spoken to over TLS with a verified certificate unless sslmode says otherwise. pool_max_conns and lock_max_conns
// bound the connections. Sessions are needed: a pooler such as PgBouncer serves only in session mode.
//
// Neither errors nor the store's String say the password.
func Open(ctx context.Context, url string) (*store.DB, error) {
	s, err := read(url)
	if err != nil {
		return nil, err
	}
	queries := s.pool(s.queries, map[string]string{
		"application_name":                    "concierge-host",
		"default_transaction_isolation":       "read committed", // a turn at a time needs no more, and a stricter one would fail
		"lock_timeout":                        turnTimeout,
		"idle_in_transaction_session_timeout": idleInTurn,
	})
	if err := queries.PingContext(ctx); err != nil {
		_ = queries.Close()
		return nil, fmt.Errorf("%s: %w", s.where(), plain(err))
	}
	locks := s.pool(s.locks, map[string]string{
		"application_name": "concierge-host locks",
		"lock_timeout":     "0", // a caller's context says how long a name is waited for
	})
	return store.New(queries, s.where(), &dialect{locks}), nil
}

// pool makes a pool of at most n connections whose sessions have these settings, but for those the URL sets itself.
func (s settings) pool(n int, params map[string]string) *sql.DB {
	c := s.config.Copy()
	for _, all := range []map[string]string{params, {
		// A computer that vanished holds a lock or the turn until its connection is given up: after a minute.
		"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3",
	}} {
		for k, v := range all {
			if _, set := c.RuntimeParams[k]; !set {
				c.RuntimeParams[k] = v
			}
		}
	}
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour) // so that after a failover all come back to where the name leads
	return db
}

// plain is an error of connecting in one line that does not say twice where to.
func plain(err error) error {
	var failed *pgconn.ConnectError
	if errors.As(err, &failed) {
		return oneLine{failed.Unwrap()}
	}
	return err
}

// dialect is how PostgreSQL does what store needs.
type dialect struct {
	locks *sql.DB // connections of their own: held names never take those that queries need
}

func (*dialect) Folder() string          { return "postgres" }
func (*dialect) Goose() database.Dialect { return database.DialectPostgres }
func (d *dialect) Close() error          { return d.locks.Close() }

func (*dialect) Translate(query string, args []any) (string, []any) {
	return numbered(query), storable(args)
}

// Turn takes the lock that all writers take; it ends with the transaction.
func (*dialect) Turn(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", lockKey("turn"))
	return err
}

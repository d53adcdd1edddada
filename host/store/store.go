// Package store is the host's own database, with migrations per package, and transactions carried by the context so
// that an effect and the record of it are kept together or not at all. It is one SQLite file, opened once; or
// PostgreSQL, shared by several processes, which store/postgres opens.
//
// It knows SQL and files, nothing of what the tables of others mean.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// DB is an open database.
type DB struct {
	sql     *sql.DB
	where   string
	dialect Dialect
	kept    statements // of SQLite
	outside Querier
	inside  func(*sql.Tx) Querier
	writing chan struct{} // held by the one transaction under way
	names   names
}

// String says which database it is, for logs.
func (d *DB) String() string { return d.where }

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.sql.PingContext(ctx) }

// Querier is what a transaction and a database have in common. Outside a transaction QueryContext and QueryRowContext
// are for reading: a statement that writes and returns rows belongs in a transaction. Within one, rows are closed
// before the next statement: PostgreSQL answers one at a time.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens or creates the file. Writers wait for each other up to ten seconds; readers never wait for writers (WAL).
// Whoever creates it is the only one who may read it and its log, whatever directory it is in: it holds secrets.
func Open(ctx context.Context, path string) (*DB, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: strings.ReplaceAll(url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(wal)", "synchronous(normal)", "foreign_keys(1)"},
		"_txlock": {"immediate"},
		"modeof":  {path}, // the log gets the file's own mode
	}.Encode(), "+", "%20")}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if err := connect(ctx, db); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	d := &DB{sql: db, where: "SQLite file " + path, dialect: sqlite{}, writing: make(chan struct{}, 1)}
	d.kept.db = db
	d.outside = &d.kept
	d.inside = func(tx *sql.Tx) Querier { return tx }
	return d, nil
}

// connect makes the first connection. SQLite does not wait for another process that turns WAL on in the same new file.
func connect(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if !errors.Is(err, sqlite3.BUSY) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Close closes the database.
func (d *DB) Close() error { return errors.Join(d.kept.close(), d.dialect.Close(), d.sql.Close()) }

// Migrate brings the tables of one package up to date. The files are goose SQL migrations in folders of fsys that are
// named for the kinds of database, "sqlite" and "postgres"; what has been applied is remembered in a table named
// "<name>_migrations". Columns of text that are sorted or paged by are COLLATE "C" in postgres/, as all are in SQLite;
// integers are BIGINT there, and bytes BYTEA.
func (d *DB) Migrate(ctx context.Context, name string, fsys fs.FS) error {
	files, err := fs.Sub(fsys, d.dialect.Folder())
	if err != nil {
		return err
	}
	st, err := database.NewStore(d.dialect.Goose(), name+"_migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider("", d.sql, files, goose.WithStore(st))
	if err != nil {
		return fmt.Errorf("migrations of %s in %s: %w", name, d.dialect.Folder(), err)
	}
	unlock, err := d.Lock(ctx, "migrations")
	if err != nil {
		return err
	}
	defer unlock()
	// SQLite's lock ends at this process, and another may open the same new file: what it applies meanwhile fails here,
	// as a table that exists already. What fails in the same way once more is no such race.
	before := ""
	for {
		if _, err = p.Up(ctx); err == nil || err.Error() == before {
			return err
		}
		before = err.Error()
	}
}

type txKey struct{ *DB }

// Atomically runs fn in one write transaction that its context carries; Querier(ctx) inside sees it. There is one at a
// time, of all processes that share the database: keep it short. Nested calls join the outer transaction. An error from
// fn rolls everything back and is returned. A statement that fails inside is returned from fn: not every database goes
// on after it.
func (d *DB) Atomically(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, inside := ctx.Value(txKey{d}).(Querier); inside {
		return fn(ctx)
	}
	// The database would let writers of one process wait too, but each on a connection that readers need, and SQLite in
	// no order.
	select {
	case d.writing <- struct{}{}:
		defer func() { <-d.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	tx, err := d.sql.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit this is a no-op
	if err := d.dialect.Turn(ctx, tx); err != nil {
		return err
	}
	if err := fn(context.WithValue(ctx, txKey{d}, d.inside(tx))); err != nil {
		return ended(ctx, err)
	}
	return ended(ctx, tx.Commit())
}

// ended says of a transaction that was found undone that its caller had left, where that is why.
func ended(ctx context.Context, err error) error {
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// Querier returns the context's transaction, or the database outside one.
func (d *DB) Querier(ctx context.Context) Querier {
	if tx, inside := ctx.Value(txKey{d}).(Querier); inside {
		return tx
	}
	return d.outside
}

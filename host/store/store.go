// Package store is the host's own database: one SQLite file, opened once, with migrations per package, and
// transactions carried by the context so that an effect and the record of it are kept together or not at all.
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

	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// DB is an open database.
type DB struct {
	sql  *sql.DB
	kept statements
}

// Querier is what a transaction and a database have in common.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens or creates the file. Writers wait for each other up to ten seconds; readers never wait for writers (WAL).
func Open(ctx context.Context, path string) (*DB, error) {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(wal)", "synchronous(normal)", "foreign_keys(1)"},
		"_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	d := &DB{sql: db}
	d.kept.db = db
	return d, nil
}

// Close closes the file.
func (d *DB) Close() error { return errors.Join(d.kept.close(), d.sql.Close()) }

// Migrate brings the tables of one package up to date. The files are goose SQL migrations at the root of fsys; what
// has been applied is remembered in a table named "<name>_migrations".
func (d *DB) Migrate(ctx context.Context, name string, fsys fs.FS) error {
	st, err := database.NewStore(database.DialectSQLite3, name+"_migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider("", d.sql, fsys, goose.WithStore(st))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

type txKey struct{ *DB }

// Atomically runs fn in one write transaction that its context carries; Querier(ctx) inside sees it. Nested calls
// join the outer transaction. An error from fn rolls everything back and is returned.
func (d *DB) Atomically(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, inside := ctx.Value(txKey{d}).(*sql.Tx); inside {
		return fn(ctx)
	}
	tx, err := d.sql.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit this is a no-op
	if err := fn(context.WithValue(ctx, txKey{d}, tx)); err != nil {
		return err
	}
	return tx.Commit()
}

// Querier returns the context's transaction, or the database outside one.
func (d *DB) Querier(ctx context.Context) Querier {
	if tx, inside := ctx.Value(txKey{d}).(*sql.Tx); inside {
		return tx
	}
	return &d.kept
}

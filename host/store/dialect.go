package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3/database"
)

// Dialect is what one kind of database does in its own way. Everybody's statements are written once, in the SQL that
// SQLite and PostgreSQL share, with ? for arguments; no caller asks which of them it is.
type Dialect interface {
	// Folder is the folder that holds the migrations written for it.
	Folder() string
	// Goose is how the library that applies migrations calls it.
	Goose() database.Dialect
	// Translate puts a statement and its arguments into the form that this kind takes.
	Translate(query string, args []any) (string, []any)
	// Turn waits until no other process writes; from then on tx is the only one that does, until it ends.
	Turn(ctx context.Context, tx *sql.Tx) error
	// Lock waits until no other process holds the name. This process asks for each name once at a time.
	Lock(ctx context.Context, name string) (unlock func(), err error)
	// Close closes what the dialect has opened for itself.
	Close() error
}

// New makes a store of an open database of another kind than SQLite. For packages that open one; where says which
// it is, in messages, without secrets.
func New(db *sql.DB, where string, dialect Dialect) *DB {
	d := &DB{sql: db, where: where, dialect: dialect, writing: make(chan struct{}, 1)}
	d.outside = translatedDB{d}
	d.inside = func(tx *sql.Tx) Querier { return translatedTx{tx, dialect} }
	return d
}

// translatedTx is a transaction of a database that takes statements in a form of its own.
type translatedTx struct {
	tx      *sql.Tx
	dialect Dialect
}

func (t translatedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	query, args = t.dialect.Translate(query, args)
	return t.tx.ExecContext(ctx, query, args...)
}

func (t translatedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, args = t.dialect.Translate(query, args)
	return t.tx.QueryContext(ctx, query, args...)
}

func (t translatedTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	query, args = t.dialect.Translate(query, args)
	return t.tx.QueryRowContext(ctx, query, args...)
}

// translatedDB is the same outside a transaction. The driver keeps statements prepared.
type translatedDB struct{ d *DB }

// ExecContext waits its turn as a transaction does, as SQLite has it: what a transaction has read stays true until it
// ends, also when others write a single statement.
func (t translatedDB) ExecContext(ctx context.Context, query string, args ...any) (res sql.Result, err error) {
	err = t.d.Atomically(ctx, func(ctx context.Context) (err error) {
		res, err = t.d.Querier(ctx).ExecContext(ctx, query, args...)
		return err
	})
	return res, err
}

func (t translatedDB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, args = t.d.dialect.Translate(query, args)
	return t.d.sql.QueryContext(ctx, query, args...)
}

func (t translatedDB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	query, args = t.d.dialect.Translate(query, args)
	return t.d.sql.QueryRowContext(ctx, query, args...)
}

// sqlite is the dialect that needs nothing: statements are its own, BEGIN IMMEDIATE waits for other writers, and one
// process serves a file.
type sqlite struct{}

func (sqlite) Folder() string                                     { return "sqlite" }
func (sqlite) Goose() database.Dialect                            { return database.DialectSQLite3 }
func (sqlite) Translate(query string, args []any) (string, []any) { return query, args }
func (sqlite) Turn(context.Context, *sql.Tx) error                { return nil }
func (sqlite) Lock(context.Context, string) (func(), error)       { return func() {}, nil }
func (sqlite) Close() error                                       { return nil }

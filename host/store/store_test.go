package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/fstest"

	"concierge/host/store"
)

func TestAFailedTransactionLeavesNothingAndANestedOneJoins(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "with space & sign.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fsys := fstest.MapFS{"00001_things.sql": {Data: []byte("-- +goose Up\nCREATE TABLE things (name TEXT PRIMARY KEY);\n")}}
	for range 2 { // twice: migrations are remembered
		if err := db.Migrate(ctx, "things", fsys); err != nil {
			t.Fatal(err)
		}
	}
	add := func(ctx context.Context, name string) error {
		_, err := db.Querier(ctx).ExecContext(ctx, "INSERT INTO things VALUES (?)", name)
		return err
	}
	refused := errors.New("refused")
	err = db.Atomically(ctx, func(ctx context.Context) error {
		if err := db.Atomically(ctx, func(ctx context.Context) error { return add(ctx, "inner") }); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Fatalf("got %v, want the error of fn", err)
	}
	if err := db.Atomically(ctx, func(ctx context.Context) error { return add(ctx, "kept") }); err != nil {
		t.Fatal(err)
	}
	var n int
	var name string
	if err := db.Querier(ctx).QueryRowContext(ctx, "SELECT count(*), max(name) FROM things").Scan(&n, &name); err != nil {
		t.Fatal(err)
	}
	if n != 1 || name != "kept" {
		t.Errorf("got %d rows, last %q; want only \"kept\"", n, name)
	}
}

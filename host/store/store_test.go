package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/fstest"
	"time"

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

func TestANewFileOpenedByManyAtOnceIsMigratedOnce(t *testing.T) {
	ctx := context.Background()
	fsys := fstest.MapFS{
		"00001_things.sql": {Data: []byte("-- +goose Up\nCREATE TABLE things (name TEXT PRIMARY KEY);\n")},
		"00002_more.sql":   {Data: []byte("-- +goose Up\nALTER TABLE things ADD COLUMN colour TEXT;\n")},
	}
	for range 2 {
		path := filepath.Join(t.TempDir(), "host.db")
		var all sync.WaitGroup
		for range 4 { // each its own connections, as processes have
			all.Go(func() {
				db, err := store.Open(ctx, path)
				if err != nil {
					t.Error(err)
					return
				}
				if err := errors.Join(db.Migrate(ctx, "things", fsys), db.Close()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
}

func TestAMigrationThatCannotBeDoneIsSaid(t *testing.T) {
	db, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(context.Background(), "things", fstest.MapFS{"00001_things.sql": {Data: []byte("-- +goose Up\nCREATE NONSENSE;\n")}}); err == nil {
		t.Error("no error")
	}
}

func TestOnlyTheOwnerReadsTheFilesInAnOpenDirectory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the directory's access list decides there")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // that is the case under test
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), filepath.Join(dir, "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.MigrateHost(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"host.db", "host.db-wal"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s has mode %o", name, got)
		}
	}
}

func TestReadersDoNotWaitBehindAQueueOfWriters(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var writers sync.WaitGroup
	err = db.Atomically(t.Context(), func(context.Context) error {
		arrived := make(chan struct{}, 40)
		for range cap(arrived) { // more than there are connections
			writers.Go(func() {
				arrived <- struct{}{}
				if err := db.Atomically(t.Context(), func(context.Context) error { return nil }); err != nil {
					t.Error(err)
				}
			})
		}
		for range cap(arrived) {
			<-arrived
		}
		for range 20 { // while the writers come to wait, one after the other
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			var n int
			err := db.Querier(ctx).QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&n)
			cancel()
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	writers.Wait()
}

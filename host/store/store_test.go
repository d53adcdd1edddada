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
	"concierge/host/store/pgtest"
)

// onEach runs a test on every kind of database.
var onEach = pgtest.Each

// both are migrations that are the same for every kind of database.
func both(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		for _, kind := range []string{"sqlite", "postgres"} {
			fsys[kind+"/"+name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text + "\n")}
		}
	}
	return fsys
}

var things = both(map[string]string{"00001_things.sql": "CREATE TABLE things (name TEXT PRIMARY KEY);"})

func TestAFailedTransactionLeavesNothingAndANestedOneJoins(t *testing.T) {
	onEach(t, testAFailedTransactionLeavesNothingAndANestedOneJoins)
}

func testAFailedTransactionLeavesNothingAndANestedOneJoins(t *testing.T, open func() *store.DB) {
	ctx := context.Background()
	db := open()
	for range 2 { // twice: migrations are remembered
		if err := db.Migrate(ctx, "things", things); err != nil {
			t.Fatal(err)
		}
	}
	add := func(ctx context.Context, name string) error {
		_, err := db.Querier(ctx).ExecContext(ctx, "INSERT INTO things VALUES (?)", name)
		return err
	}
	refused := errors.New("refused")
	err := db.Atomically(ctx, func(ctx context.Context) error {
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

func TestANewDatabaseOpenedByManyAtOnceIsMigratedOnce(t *testing.T) {
	fsys := both(map[string]string{
		"00001_things.sql": "CREATE TABLE things (name TEXT PRIMARY KEY);",
		"00002_more.sql":   "ALTER TABLE things ADD COLUMN colour TEXT;",
	})
	for _, kind := range pgtest.Databases {
		t.Run(kind.Name, func(t *testing.T) {
			for range 2 {
				open := kind.New(t)
				var all sync.WaitGroup
				for range 4 { // each its own connections, as processes have
					all.Go(func() {
						db, err := open()
						if err != nil {
							t.Error(err)
							return
						}
						if err := errors.Join(db.Migrate(context.Background(), "things", fsys), db.MigrateHost(context.Background()), db.Close()); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
			}
		})
	}
}

func TestAMigrationThatCannotBeDoneIsSaid(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		if err := db.Migrate(context.Background(), "things", both(map[string]string{"00001_things.sql": "CREATE NONSENSE;"})); err == nil {
			t.Error("no error")
		}
		if err := db.Migrate(context.Background(), "things", fstest.MapFS{"other/00001_things.sql": {Data: []byte("-- +goose Up\n")}}); err == nil {
			t.Error("no error, though there are none for this kind of database")
		}
		if err := db.Migrate(context.Background(), "things", things); err != nil {
			t.Errorf("and then a good one: %v", err)
		}
	})
}

func TestAnySignMayBeInTheNameOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space & sign.db")
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context(), "things", things); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
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
	onEach(t, testReadersDoNotWaitBehindAQueueOfWriters)
}

func testReadersDoNotWaitBehindAQueueOfWriters(t *testing.T, open func() *store.DB) {
	db := open()
	if err := db.Migrate(t.Context(), "things", things); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	err := db.Atomically(t.Context(), func(context.Context) error {
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
			err := db.Querier(ctx).QueryRowContext(ctx, "SELECT count(*) FROM things").Scan(&n)
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

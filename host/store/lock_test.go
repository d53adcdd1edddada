package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/host/store"
	"concierge/host/store/pgtest"
)

// soon bounds what must not take for ever.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func mustLock(t *testing.T, db *store.DB, name string) (unlock func()) {
	t.Helper()
	unlock, err := db.Lock(soon(t), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock) // once more does no harm
	return unlock
}

func TestANameIsHeldByOneAtATimeAndOthersGoOn(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		var holders, most, done atomic.Int32
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				unlock, err := db.Lock(soon(t), "account:1")
				if err != nil {
					t.Error(err)
					return
				}
				if n := holders.Add(1); n > most.Load() {
					most.Store(n)
				}
				if i%10 == 0 { // another name is free meanwhile, however many wait for this one
					other, err := db.Lock(soon(t), fmt.Sprint("account:other", i))
					if err != nil {
						t.Error(err)
					} else {
						other()
					}
				}
				holders.Add(-1)
				done.Add(1)
				unlock()
				unlock() // does no harm
			})
		}
		all.Wait()
		if most.Load() != 1 || done.Load() != 40 {
			t.Errorf("%d held it at once, %d held it in all", most.Load(), done.Load())
		}
	})
}

func TestWhoNoLongerWaitsForANameLeavesItFree(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		unlock := mustLock(t, db, "account:1")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := db.Lock(ctx, "account:1")
			ended <- err
		}()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if _, err := db.Lock(ctx, "account:2"); !errors.Is(err, context.Canceled) {
			t.Errorf("a free name, with a context that has ended: %v", err)
		}
		unlock()
		mustLock(t, db, "account:1")
		mustLock(t, db, "account:2")
	})
}

func TestANameIsNotWaitedForWithinATransaction(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		err := db.Atomically(soon(t), func(ctx context.Context) error {
			_, err := db.Lock(ctx, "account:1")
			return err
		})
		if err == nil {
			t.Error("it was given: its holder may be waiting to write")
		}
		unlock := mustLock(t, db, "account:1")
		defer unlock()
		if err := db.Atomically(soon(t), func(context.Context) error { return nil }); err != nil {
			t.Errorf("a transaction under a lock: %v", err)
		}
	})
}

// shared opens one PostgreSQL database twice, as two processes do.
func shared(t *testing.T) (one, two *store.DB, address string) {
	t.Helper()
	address = pgtest.URL(t)
	return pgtest.Open(t, address), pgtest.Open(t, address), address
}

// waitingFor waits until so many sessions of a database wait for a lock.
func waitingFor(t *testing.T, db *store.DB, n int) {
	t.Helper()
	ctx := soon(t)
	for got := -1; got != n; {
		if err := db.Querier(ctx).QueryRowContext(ctx, `SELECT count(*) FROM pg_locks
			WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
		).Scan(&got); err != nil {
			t.Fatalf("waiting for %d to wait, last seen %d: %v", n, got, err)
		}
	}
}

func TestProcessesThatShareADatabaseExcludeEachOther(t *testing.T) {
	one, two, _ := shared(t)
	unlock := mustLock(t, one, "account:1")
	mustLock(t, two, "account:2")
	got := make(chan func())
	go func() {
		unlock, err := two.Lock(soon(t), "account:1")
		if err != nil {
			t.Error(err)
		}
		got <- unlock
	}()
	waitingFor(t, one, 1)
	select {
	case <-got:
		t.Fatal("both hold it")
	default:
	}
	unlock()
	(<-got)()
	mustLock(t, one, "account:1")
}

func TestWhoNoLongerWaitsForAnotherProcessLeavesTheNameFree(t *testing.T) {
	one, two, _ := shared(t)
	unlock := mustLock(t, one, "account:1")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := two.Lock(ctx, "account:1")
		ended <- err
	}()
	waitingFor(t, one, 1)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	waitingFor(t, one, 0) // nor does the server wait for it
	unlock()
	mustLock(t, two, "account:1")()
	mustLock(t, one, "account:1")
}

func TestAKilledHolderIsNotWaitedFor(t *testing.T) {
	one, two, address := shared(t)
	unlock := mustLock(t, one, "account:1")
	if n := pgtest.Cut(t, address, "%locks"); n == 0 {
		t.Fatal("nothing was cut")
	}
	mustLock(t, two, "account:1")()
	unlock() // tells nobody anything, and does no harm
	mustLock(t, one, "account:1")()
	mustLock(t, two, "account:1")
}

func TestProcessesThatStartAtOnceMigrateOneAfterTheOther(t *testing.T) {
	one, two, _ := shared(t)
	unlock := mustLock(t, one, "migrations") // as it does while it migrates
	ended := make(chan error)
	go func() { ended <- two.MigrateHost(soon(t)) }()
	waitingFor(t, one, 1)
	unlock()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestManyNamesAtOnceLeaveConnectionsForQueriesAndGiveTheirsBack(t *testing.T) {
	one, two, _ := shared(t)
	var all sync.WaitGroup
	for i := range 60 { // more than there are connections
		all.Go(func() {
			unlock, err := one.Lock(soon(t), fmt.Sprint("account:", i))
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if _, err := one.Querier(soon(t)).ExecContext(soon(t), "SELECT 1"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var held, sessions int
	if err := two.Querier(t.Context()).QueryRowContext(t.Context(),
		`SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
		        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())`).Scan(&held, &sessions); err != nil {
		t.Fatal(err)
	}
	if held != 0 || sessions > 16+10+1 {
		t.Errorf("%d are still held, on %d connections", held, sessions)
	}
}

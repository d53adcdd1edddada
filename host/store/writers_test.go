package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"concierge/host/store"
	"concierge/host/store/pgtest"
)

var counter = both(map[string]string{"00001_counter.sql": "CREATE TABLE counter (n INTEGER NOT NULL);\nINSERT INTO counter VALUES (0);"})

func counted(t *testing.T, open func() *store.DB) (one, two *store.DB) {
	t.Helper()
	one, two = open(), open()
	if err := one.Migrate(t.Context(), "counter", counter); err != nil {
		t.Fatal(err)
	}
	return one, two
}

func wantCount(t *testing.T, db *store.DB, want int) {
	t.Helper()
	var n int
	if err := db.Querier(soon(t)).QueryRowContext(soon(t), "SELECT n FROM counter").Scan(&n); err != nil || n != want {
		t.Errorf("counted %d, %v; want %d", n, err, want)
	}
}

func TestWritersTakeTurnsAlsoWithThoseOfOtherProcesses(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		one, two := counted(t, open)
		var all sync.WaitGroup
		for _, db := range []*store.DB{one, two} {
			all.Go(func() {
				for range 40 {
					if err := db.Atomically(soon(t), func(ctx context.Context) error {
						var n int
						q := db.Querier(ctx)
						if err := q.QueryRowContext(ctx, "SELECT n FROM counter").Scan(&n); err != nil {
							return err
						}
						_, err := q.ExecContext(ctx, "UPDATE counter SET n = ?", n+1)
						return err
					}); err != nil {
						t.Error(err)
					}
				}
			})
			all.Go(func() {
				for range 40 { // a single statement does not come between what a transaction reads and writes
					res, err := db.Querier(soon(t)).ExecContext(soon(t), "UPDATE counter SET n = n + ?", 1)
					if err != nil {
						t.Error(err)
						return
					}
					if n, err := res.RowsAffected(); n != 1 || err != nil {
						t.Errorf("%d rows, %v", n, err)
					}
				}
			})
		}
		all.Wait()
		wantCount(t, two, 160)
	})
}

func TestAPanicUndoesItsTransactionAndTheNextHasItsTurn(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		one, two := counted(t, open)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = one.Atomically(soon(t), func(ctx context.Context) error {
				if _, err := one.Querier(ctx).ExecContext(ctx, "UPDATE counter SET n = 7"); err != nil {
					t.Error(err)
				}
				panic("a mistake of ours")
			})
		}()
		for _, db := range []*store.DB{one, two} {
			if err := db.Atomically(soon(t), func(context.Context) error { return nil }); err != nil {
				t.Error(err)
			}
		}
		wantCount(t, two, 0)
	})
}

func TestATransactionWhoseCallerLeftKeepsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, open func() *store.DB) {
		one, two := counted(t, open)
		ctx, cancel := context.WithCancel(soon(t))
		err := one.Atomically(ctx, func(ctx context.Context) error {
			_, err := one.Querier(ctx).ExecContext(ctx, "UPDATE counter SET n = 7")
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := one.Atomically(ctx, func(context.Context) error { t.Error("it ran"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("the next one of that caller: %v", err)
		}
		wantCount(t, two, 0)
		if err := two.Atomically(soon(t), func(context.Context) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoWaitsForAnotherProcessToWriteMayLeave(t *testing.T) {
	one, two, _ := shared(t)
	err := one.Atomically(soon(t), func(context.Context) error {
		ctx, cancel := context.WithCancel(soon(t))
		ended := make(chan error)
		go func() {
			ended <- two.Atomically(ctx, func(context.Context) error { t.Error("both have the turn"); return nil })
		}()
		waitingFor(t, one, 1)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		waitingFor(t, one, 0)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := two.Atomically(soon(t), func(context.Context) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestAStatementThatFailsInsideFailsTheTransactionEvenWhenItIsOverlooked(t *testing.T) {
	one, _, _ := shared(t)
	if err := one.Migrate(t.Context(), "counter", counter); err != nil {
		t.Fatal(err)
	}
	err := one.Atomically(soon(t), func(ctx context.Context) error {
		q := one.Querier(ctx)
		if _, err := q.ExecContext(ctx, "UPDATE counter SET n = 7"); err != nil {
			return err
		}
		_, _ = q.ExecContext(ctx, "INSERT INTO counter VALUES (NULL)")
		return nil
	})
	if err == nil {
		t.Error("it says that all was kept")
	}
	wantCount(t, one, 0)
}

func TestAConnectionThatBreaksWithinATransactionUndoesIt(t *testing.T) {
	one, two, address := shared(t)
	if err := one.Migrate(t.Context(), "counter", counter); err != nil {
		t.Fatal(err)
	}
	err := one.Atomically(soon(t), func(ctx context.Context) error {
		if _, err := one.Querier(ctx).ExecContext(ctx, "UPDATE counter SET n = 7"); err != nil {
			return err
		}
		pgtest.Cut(t, address, "concierge-host")
		_, err := one.Querier(ctx).ExecContext(ctx, "UPDATE counter SET n = 8")
		return err
	})
	if !store.Unavailable(err) {
		t.Errorf("got %v, want an error that says the database was away", err)
	}
	eventually(t, func() error { return two.Atomically(soon(t), func(context.Context) error { return nil }) })
	eventually(t, func() error { return one.Atomically(soon(t), func(context.Context) error { return nil }) })
	wantCount(t, two, 0)
}

// eventually repeats what may find broken connections in the pool, each once.
func eventually(t *testing.T, do func() error) {
	t.Helper()
	var err error
	for range 20 {
		if err = do(); err == nil {
			return
		}
		if !store.Unavailable(err) {
			break
		}
	}
	t.Fatal(err)
}

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/host/store"
	"concierge/host/store/pgtest"
	"concierge/host/store/postgres"
)

// with returns a URL with parts of it changed.
func with(t *testing.T, address string, change func(u *url.URL, q url.Values)) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	change(u, q)
	u.RawQuery = q.Encode()
	return u.String()
}

// silent accepts connections and never says a word.
func silent(t *testing.T) (port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestADatabaseThatCannotBeOpenedIsToldInOneLineWithoutThePassword(t *testing.T) {
	address := pgtest.URL(t)
	deaf := silent(t)
	for _, c := range []struct {
		name        string
		url         string
		says        string
		unavailable bool
	}{
		{"a wrong password", with(t, address, func(u *url.URL, _ url.Values) { u.User = url.UserPassword(pgtest.User, "hunter2") }),
			"password authentication failed", false},
		{"a database that does not exist", with(t, address, func(u *url.URL, _ url.Values) { u.Path = "/nowhere" }), "does not exist", false},
		{"a server that only repeats another", with(t, address, func(_ *url.URL, q url.Values) { q.Set("default_transaction_read_only", "on") }),
			"read only", false},
		{"a setting that does not exist", with(t, address, func(_ *url.URL, q url.Values) { q.Set("nonsense", "1") }), "nonsense", false},
		{"a server that does not run", "postgres://u:hunter2@127.0.0.1:1/d", "refused", true},
		{"a server that does not answer", "postgres://u:hunter2@127.0.0.1:" + deaf + "/d?connect_timeout=1&sslmode=disable", "timeout", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := postgres.Open(t.Context(), c.url)
			if err == nil {
				db.Close()
				t.Fatal("no error")
			}
			text := err.Error()
			if !strings.HasPrefix(text, "PostgreSQL database ") || !strings.Contains(text, c.says) || strings.Contains(text, "\n") ||
				strings.Contains(text, "hunter2") || strings.Contains(text, pgtest.Password) {
				t.Errorf("it says %q", text)
			}
			if store.Unavailable(err) != c.unavailable {
				t.Errorf("whether trying later helps: %v, for %q", store.Unavailable(err), text)
			}
		})
	}
}

func TestAStoreSaysWhereItIsWithoutThePassword(t *testing.T) {
	address := pgtest.URL(t)
	db := pgtest.Open(t, address)
	text := fmt.Sprintf("%v %s", db, db.String())
	if !strings.Contains(text, "PostgreSQL database test") || !strings.Contains(text, pgtest.User) || strings.Contains(text, pgtest.Password) {
		t.Errorf("it says %q", text)
	}
}

func TestAllWorksAgainAfterTheServerWasAway(t *testing.T) {
	address := pgtest.URL(t)
	db := pgtest.Open(t, address)
	if err := db.MigrateHost(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	read := func() error {
		_, err := db.Challenge(ctx, "c")
		if errors.Is(err, store.ErrNoChallenge) {
			err = nil
		}
		return err
	}
	tries := map[string]func() error{
		"reading": read,
		"writing": func() error { return db.WrongTry(ctx, "c") },
		"a transaction": func() error {
			return db.Atomically(ctx, func(ctx context.Context) error { return db.WrongTry(ctx, "c") })
		},
		"a lock": func() error {
			unlock, err := db.Lock(ctx, "account:1")
			if err == nil {
				unlock()
			}
			return err
		},
		"a ping": func() error { return db.Ping(ctx) },
	}
	var all sync.WaitGroup
	for range 8 { // so that there are connections to lose
		for _, try := range tries {
			all.Go(func() {
				if err := try(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	unlock, err := db.Lock(ctx, "held over it")
	if err != nil {
		t.Fatal(err)
	}

	pgtest.Stop(t)
	for name, try := range tries {
		if err := try(); !store.Unavailable(err) || strings.Contains(err.Error(), pgtest.Password) {
			t.Errorf("%s while it is away: %v", name, err)
		}
	}
	unlock()
	pgtest.Start(t)

	for name, try := range tries {
		for range 20 { // each broken connection is met once at most
			if err = try(); err == nil || !store.Unavailable(err) {
				break
			}
		}
		if err != nil {
			t.Errorf("%s when it is back: %v", name, err)
		}
	}
	if unlock, err = db.Lock(ctx, "held over it"); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestAHolderOfTheTurnThatDoesNothingLosesIt(t *testing.T) {
	address := pgtest.URL(t)
	frozen := pgtest.Open(t, with(t, address, func(_ *url.URL, q url.Values) { q.Set("idle_in_transaction_session_timeout", "100") }))
	other := pgtest.Open(t, address)
	err := frozen.Atomically(t.Context(), func(context.Context) error {
		return other.Atomically(t.Context(), func(context.Context) error { return nil })
	})
	if !store.Unavailable(err) {
		t.Errorf("got %v, want that the frozen one is told, and only that one", err)
	}
}

func TestAProcessThatCannotHaveItsTurnIsTold(t *testing.T) {
	address := pgtest.URL(t)
	one := pgtest.Open(t, address)
	two := pgtest.Open(t, with(t, address, func(_ *url.URL, q url.Values) { q.Set("lock_timeout", "50") }))
	err := one.Atomically(t.Context(), func(context.Context) error {
		if err := two.Atomically(t.Context(), func(context.Context) error { return nil }); !store.Unavailable(err) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

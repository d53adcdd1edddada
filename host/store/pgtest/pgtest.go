// Package pgtest gives tests a PostgreSQL server of their own: one for each test binary, started when the first test
// wants it and gone with the binary however that ends, with an empty database for each test. It is for tests only.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"concierge/host/store"
	"concierge/host/store/postgres"
)

// User and Password are whom tests connect as; the password is checked.
const (
	User     = "tester"
	Password = "s3cret/of@tests"
)

// Database is one kind of database that a host runs on.
type Database struct {
	Name string
	// New makes an empty database that lasts as long as the test. Each call of open opens it once more, as another
	// process would; what is still open at the test's end is closed.
	New func(t testing.TB) (open func() (*store.DB, error))
}

// Databases are the kinds there are, for tests of what has to be the same on all.
var Databases = []Database{
	{"SQLite", func(t testing.TB) func() (*store.DB, error) {
		path := filepath.Join(t.TempDir(), "host.db")
		return opener(t, func(ctx context.Context) (*store.DB, error) { return store.Open(ctx, path) })
	}},
	{"PostgreSQL", func(t testing.TB) func() (*store.DB, error) {
		address := URL(t)
		return opener(t, func(ctx context.Context) (*store.DB, error) { return postgres.Open(ctx, address) })
	}},
}

func opener(t testing.TB, open func(context.Context) (*store.DB, error)) func() (*store.DB, error) {
	return func() (*store.DB, error) {
		db, err := open(t.Context())
		if err == nil {
			t.Cleanup(func() { _ = db.Close() }) // it may be closed already
		}
		return db, err
	}
}

// Each runs a test on every kind of database. The test's own goroutine opens it.
func Each(t *testing.T, test func(t *testing.T, open func() *store.DB)) {
	t.Helper()
	for _, d := range Databases {
		t.Run(d.Name, func(t *testing.T) {
			open := d.New(t)
			test(t, func() *store.DB {
				t.Helper()
				db, err := open()
				if err != nil {
					t.Fatal(err)
				}
				return db
			})
		})
	}
}

// EachBinary runs all tests of a binary once for every kind of database, for TestMain; use is told which it is before.
func EachBinary(m *testing.M, use func(Database)) (code int) {
	for _, d := range Databases {
		use(d)
		if c := m.Run(); c != 0 {
			fmt.Println("on " + d.Name)
			code = c
		}
	}
	return code
}

var (
	once    sync.Once
	running *cluster
	failed  error
	count   atomic.Int64
)

// server is the binary's server; a test that cannot have it fails, but where no test can.
func server(t testing.TB) *cluster {
	t.Helper()
	once.Do(func() { running, failed = start() })
	if errors.Is(failed, errors.ErrUnsupported) {
		t.Skip(failed)
	}
	if failed != nil {
		t.Fatal(failed)
	}
	return running
}

// URL returns the URL of a new, empty database that lasts as long as the test.
func URL(t testing.TB) string {
	t.Helper()
	c := server(t)
	name := fmt.Sprintf("test%d", count.Add(1))
	c.run(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { c.run(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return c.url(name)
}

// Apart returns the URL of a new, empty database to somebody who is no test, such as a measurement; it lasts as long as the
// process.
func Apart() (string, error) {
	once.Do(func() { running, failed = start() })
	if failed != nil {
		return "", failed
	}
	name := fmt.Sprintf("apart%d", count.Add(1))
	_, err := running.admin.ExecContext(context.Background(), "CREATE DATABASE "+name)
	return running.url(name), err
}

// Open opens the database of a URL until the test ends.
func Open(t testing.TB, address string) *store.DB {
	t.Helper()
	db, err := opener(t, func(ctx context.Context) (*store.DB, error) { return postgres.Open(ctx, address) })()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Cut ends the connections to a test's database whose application_name is like the pattern, as a broken network or a
// killed process would, and returns how many there were.
func Cut(t testing.TB, address, like string) int {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	err = server(t).admin.QueryRowContext(context.WithoutCancel(t.Context()),
		`SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE $2`,
		u.Path[1:], like).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Stop kills the binary's server, as a crash does, until Start; tests that do so must not run beside others.
func Stop(t testing.TB) {
	t.Helper()
	if err := server(t).ctl("stop", "-m", "immediate"); err != nil {
		t.Fatal(err)
	}
}

// Start starts it again.
func Start(t testing.TB) {
	t.Helper()
	if err := server(t).up(); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) run(t testing.TB, statement string) {
	t.Helper()
	if _, err := c.admin.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func (c *cluster) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(User, Password), Path: "/" + database,
		RawQuery: url.Values{"host": {c.dir}}.Encode()}
	return u.String()
}

// connect opens the connections by which databases are made. The driver is registered by store/postgres.
func (c *cluster) connect() (err error) {
	c.admin, err = sql.Open("pgx", c.url("postgres"))
	return err
}

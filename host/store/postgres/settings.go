package postgres

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// settings are what a URL says.
type settings struct {
	config         *pgx.ConnConfig
	queries, locks int
}

// errForm does not repeat what was given: where a URL is not understood, neither is where its password ends.
var errForm = errors.New("the URL of the database has to look like postgres://user:password@host:5432/database?sslmode=verify-full; " +
	"in the password, characters other than letters and digits are written as %40 for @, %2F for / and so on")

func read(address string) (settings, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Opaque != "" || u.Fragment != "" {
		return settings{}, errForm
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return settings{}, errForm
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return settings{}, unread(err)
	}
	if !q.Has("sslmode") && !q.Has("ssl") && os.Getenv("PGSSLMODE") == "" && !here(config) {
		q.Set("sslmode", "verify-full")
		u.RawQuery = q.Encode()
		if config, err = pgx.ParseConfig(u.String()); err != nil {
			return settings{}, unread(err)
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.ValidateConnect == nil { // the URL may say target_session_attrs
		config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite // of several servers, the one that is written to
	}
	s := settings{config: config}
	if s.queries, err = bound(config, "pool_max_conns", maxQueries); err != nil {
		return settings{}, err
	}
	if s.locks, err = bound(config, "lock_max_conns", maxLocks); err != nil {
		return settings{}, err
	}
	return s, nil
}

// unread is what is wrong with a setting, without the URL, which pgx repeats.
func unread(err error) error {
	var wrong *pgconn.ParseConfigError
	if errors.As(err, &wrong) {
		why := wrong.Error()
		if i := strings.LastIndex(why, "`: "); i >= 0 {
			return fmt.Errorf("the URL of the database: %s", why[i+len("`: "):])
		}
	}
	return errForm
}

// here tells whether no other computer is spoken to.
func here(c *pgx.ConnConfig) bool {
	hosts := []string{c.Host}
	for _, f := range c.Fallbacks {
		hosts = append(hosts, f.Host)
	}
	for _, h := range hosts {
		ip, err := netip.ParseAddr(h)
		if !socket(h) && h != "localhost" && (err != nil || !ip.IsLoopback()) {
			return false
		}
	}
	return true
}

func socket(host string) bool { return strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") }

// bound takes one of our own settings away from those that are for the server.
func bound(c *pgx.ConnConfig, name string, usual int) (int, error) {
	v, set := c.RuntimeParams[name]
	if !set {
		return usual, nil
	}
	delete(c.RuntimeParams, name)
	n, err := strconv.Atoi(v)
	if err != nil || n < 2 {
		return 0, fmt.Errorf("the URL of the database: %s is %q, not a number of 2 or more", name, v)
	}
	return n, nil
}

// where names the database, without secrets.
func (s settings) where() string {
	host := s.config.Host
	if !socket(host) {
		host = net.JoinHostPort(host, strconv.Itoa(int(s.config.Port)))
	}
	return fmt.Sprintf("PostgreSQL database %s on %s, as %s", s.config.Database, host, s.config.User)
}

// oneLine is an error whose text is to stand in one line of a log.
type oneLine struct{ error }

func (o oneLine) Error() string {
	return strings.Join(strings.FieldsFunc(o.error.Error(), func(r rune) bool { return r == '\n' }), "; ")
}

func (o oneLine) Unwrap() error { return o.error }

package postgres

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"
)

func TestOtherComputersAreSpokenToOverTLSUnlessTheURLSaysOtherwise(t *testing.T) {
	for _, v := range []string{"PGSSLMODE", "PGHOST", "PGSSLROOTCERT"} {
		t.Setenv(v, "")
	}
	for _, c := range []struct {
		name, url       string
		plain, verified bool // whether plain text may be spoken; whether the server's name is checked
	}{
		{"another computer", "postgres://u:p@db.example/d", false, true},
		{"another computer, with other parameters", "postgresql://u:p@db.example:6432/d?connect_timeout=3", false, true},
		{"another computer, by address", "postgres://u:p@192.0.2.7/d", false, true},
		{"another computer among some", "postgres://u:p@localhost,db.example/d", false, true},
		{"another computer, without", "postgres://u:p@db.example/d?sslmode=disable", true, false},
		{"another computer, not verified", "postgres://u:p@db.example/d?sslmode=require", false, false},
		{"this computer", "postgres://u:p@localhost/d", true, false},
		{"this computer, by address", "postgres://u:p@127.0.0.1/d", true, false},
		{"this computer, by its other address", "postgres://u:p@[::1]:5433/d", true, false},
		{"a socket", "postgres://u:p@/d?host=/run/postgresql", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := read(c.url)
			if err != nil {
				t.Fatal(err)
			}
			ways := []*tls.Config{s.config.TLSConfig}
			for _, f := range s.config.Fallbacks {
				ways = append(ways, f.TLSConfig)
			}
			plain, verified := false, true
			for _, w := range ways {
				plain = plain || w == nil
				verified = verified && w != nil && !w.InsecureSkipVerify
			}
			if plain != c.plain || verified != c.verified {
				t.Errorf("plain text %v, verified %v; want %v, %v", plain, verified, c.plain, c.verified)
			}
		})
	}
}

func TestLimitsAreSensibleAndTheURLMaySetThem(t *testing.T) {
	t.Setenv("PGCONNECT_TIMEOUT", "")
	s, err := read("postgres://u:p@localhost/d")
	if err != nil {
		t.Fatal(err)
	}
	if s.queries != 10 || s.locks != 16 || s.config.ConnectTimeout != 10*time.Second {
		t.Errorf("%d connections for queries, %d for locks, %v to connect", s.queries, s.locks, s.config.ConnectTimeout)
	}
	s, err = read("postgres://u:p@localhost/d?pool_max_conns=4&lock_max_conns=3&connect_timeout=2&search_path=concierge")
	if err != nil {
		t.Fatal(err)
	}
	if s.queries != 4 || s.locks != 3 || s.config.ConnectTimeout != 2*time.Second {
		t.Errorf("%d connections for queries, %d for locks, %v to connect", s.queries, s.locks, s.config.ConnectTimeout)
	}
	if p := s.config.RuntimeParams; len(p) != 1 || p["search_path"] != "concierge" {
		t.Errorf("the server is told %v", p)
	}
}

func TestAURLThatIsWrongIsRefusedWithoutRepeatingItsPassword(t *testing.T) {
	for _, c := range []struct{ name, url, says string }{
		{"nothing", "", "has to look like"},
		{"words", "host=db user=u password=hunter2", "has to look like"},
		{"another kind", "mysql://u:hunter2@db/d", "has to look like"},
		{"a password with a slash", "postgres://u:hun/ter2@db/d", "has to look like"},
		{"a password with a percent sign", "postgres://u:hunter2%@db/d", "has to look like"},
		{"a password with a space", "postgres://u:hunter2 x@db/d", "has to look like"},
		{"a password with a hash", "postgres://u:hunter2#x@db/d", "has to look like"},
		{"a query that is none", "postgres://u@db/d?password=hunter2%", "has to look like"},
		{"a mode that does not exist", "postgres://u:hunter2@db/d?sslmode=maybe", "sslmode"},
		{"a certificate that does not exist", "postgres://u:hunter2@db/d?sslmode=verify-full&sslrootcert=/nowhere", "/nowhere"},
		{"the same, with the password behind", "postgres://u@db/d?sslmode=maybe&password=hunter2", "sslmode"},
		{"a time that is none", "postgres://u:hunter2@db/d?connect_timeout=long", "connect_timeout"},
		{"no connections", "postgres://u:hunter2@db/d?pool_max_conns=0", "pool_max_conns"},
		{"connections that are no number", "postgres://u:hunter2@db/d?lock_max_conns=many", "lock_max_conns"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.url)
			if err == nil {
				t.Fatal("no error")
			}
			if text := err.Error(); !strings.Contains(text, c.says) || strings.Contains(text, "hun") || strings.Contains(text, "ter2") {
				t.Errorf("it says %q", text)
			}
		})
	}
}

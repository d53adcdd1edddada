package server

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/store"
)

// ErrInvalidToken is what Tokens answers for a token that is unknown, expired or revoked, or whose person is gone.
var ErrInvalidToken = host.ErrInvalidToken

// Tokens says whose an access token is. host/oidc implements it.
type Tokens interface {
	// Person returns the id of the person the token was given to, decided anew on each call, or an error that
	// is ErrInvalidToken. Any other error means that the question could not be answered.
	Person(ctx context.Context, bearerToken string) (personID string, err error)
}

// Config is what a server is made of. Provider, Store, Tokens and SignIn are required; Store must have been through
// store.DB.MigrateHost.
type Config struct {
	Provider host.Provider
	// Store keeps answers by Idempotency-Key and challenges. Where Provider.Locked carries a transaction of this same
	// database in its context, an effect and the record of it are kept together or not at all.
	Store  *store.DB
	Tokens Tokens
	// SignIn is what GET /v1/host says about how to sign in.
	SignIn api.SignIn
	// PublicURL is where people's browsers reach this host, without a slash at the end; only the mailbox page of the
	// sample host is made from it. Nil where there is none.
	PublicURL func() string
	// Phones gives a telephone number the form in which it is kept, as package phone does; ok is false where the country (or,
	// after +, the world) has no such number. Nil: whatever may be a number is kept as it was written.
	Phones func(number, country string) (canonical string, ok bool)
	// Now is the clock; nil for time.Now.
	Now func() time.Time
	// Rand is the source of codes and ids; nil for crypto/rand.
	Rand io.Reader
	// ClientIP says which address a request comes from, for rate limits, the log and the activity; nil for the other
	// end of the connection. Behind a reverse proxy it must read what that proxy, and only that proxy, writes.
	ClientIP func(*http.Request) string
	Limits   Limits
	// Answered is told of each call when it has been answered, before its connection is free: it must be quick. May be nil.
	Answered func(context.Context, Answered)
	// Log is nil for slog.Default.
	Log *slog.Logger
}

// Limits keep one caller from using up the host. Zero values mean the default.
type Limits struct {
	PersonBurst      int     // calls a person may make at once; 200
	PersonPerSecond  float64 // and then per second; 50
	AddressBurst     int     // calls without a valid token from one IP address at once; 60
	AddressPerSecond float64 // and then per second; 5
	Codes            int     // step-up codes e-mailed for one person in 10 minutes; 60
	Mails            int     // times an invitation or a link to a new password is e-mailed again at once, and then every 10 minutes; 5
	WrongCodes       int     // wrong step-up codes from one person in an hour; 20
}

func (l Limits) withDefaults() Limits {
	orInt := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	orFloat := func(v *float64, def float64) {
		if *v == 0 {
			*v = def
		}
	}
	orInt(&l.PersonBurst, 200)
	orFloat(&l.PersonPerSecond, 50)
	orInt(&l.AddressBurst, 60)
	orFloat(&l.AddressPerSecond, 5)
	orInt(&l.Codes, 60)
	orInt(&l.Mails, 5)
	orInt(&l.WrongCodes, 20)
	return l
}

func (c Config) withDefaults() Config {
	if c.PublicURL == nil {
		c.PublicURL = func() string { return "" }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	c.Rand = &lockedReader{r: c.Rand}
	if c.ClientIP == nil {
		c.ClientIP = func(r *http.Request) string {
			ip, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				return r.RemoteAddr
			}
			return ip
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.Limits = c.Limits.withDefaults()
	return c
}

// lockedReader lets several calls share one source of randomness that may not expect it.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

package client

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/go-resty/resty/v2"
)

// Config says which host to speak to and how. Only BaseURL is needed; zero values mean the defaults given.
type Config struct {
	// BaseURL is the host's address as NormalizeHost returns it: https, or http to this computer only.
	BaseURL string
	// Token gives the access token. Without it only Host can be called; the rest is *SignInNeeded.
	Token TokenSource
	// UserAgent names the application and its version. Default "Concierge".
	UserAgent string
	// Language returns the language tag the person reads, asked for on each call. Default: none is sent.
	Language func() string

	// HTTP carries the requests. Default: a transport of our own with the two time-outs below and the proxy of the
	// environment. One that is given brings its own time-outs and TLS settings.
	HTTP http.RoundTripper
	// ConnectTimeout bounds name lookup, connection and TLS handshake, each. Default 10 s.
	ConnectTimeout time.Duration
	// HeaderTimeout bounds the wait for the first line of an answer. Default 20 s.
	HeaderTimeout time.Duration
	// CallTimeout bounds a call as a whole, with its repeats and waits. Default 60 s.
	CallTimeout time.Duration

	// MaxBody is the most bytes of an answer after decompression. Default 1 MiB.
	MaxBody int
	// MaxListBody is the same for snapshots and lists. Default 16 MiB.
	MaxListBody int

	// MaxWait is the longest Retry-After that is waited for before repeating; a longer one is returned as an error
	// at once. Default 10 s.
	MaxWait time.Duration
	// Now, Sleep and Jitter (0 <= Jitter() < 1) are given by tests. Sleep returns early with ctx's error.
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Jitter func() float64

	// Log gets a line per request, at debug level, without query, headers or body. Default: slog's default.
	Log *slog.Logger
}

// String leaves out everything but the address: a token source may hold secrets.
func (c Config) String() string { return fmt.Sprintf("client.Config{%s}", withoutUser(c.BaseURL)) }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String for slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// withoutUser takes user name and password out of an address that has not been checked yet.
func withoutUser(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "?"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

func (c Config) withDefaults() Config {
	def(&c.UserAgent, "Concierge")
	def(&c.ConnectTimeout, 10*time.Second)
	def(&c.HeaderTimeout, 20*time.Second)
	def(&c.CallTimeout, 60*time.Second)
	def(&c.MaxBody, 1<<20)
	def(&c.MaxListBody, 16<<20)
	def(&c.MaxWait, 10*time.Second)
	if c.Language == nil {
		c.Language = func() string { return "" }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func def[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Client speaks to one host for one identity. It is safe for use by many goroutines. Close it when it is not needed any more.
type Client struct {
	cfg    Config
	base   string // without a slash at the end
	host   string // for errors
	tokens *tokens
	rest   *resty.Client
	traced bool // the transport reports connections, so that "was it sent" is known
}

// New returns a client for a host. The error is one of NormalizeHost's.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	base, err := NormalizeHost(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, &InvalidHost{Reason: HostMalformed}
	}
	cfg.BaseURL = base
	if cfg.HTTP == nil {
		cfg.HTTP = newTransport(cfg, u.Scheme == "http")
	}
	_, traced := cfg.HTTP.(*http.Transport)
	hc := &http.Client{
		Transport:     &bound{origin: origin(u), next: cfg.HTTP},
		CheckRedirect: stayHome(origin(u)),
	}
	rest := resty.NewWithClient(hc).SetLogger(quiet{cfg.Log}).SetRetryCount(0).SetDebug(false)
	return &Client{cfg: cfg, base: base, host: u.Host, tokens: &tokens{source: cfg.Token}, rest: rest, traced: traced}, nil
}

// BaseURL is the address of the host this client is bound to.
func (c *Client) BaseURL() string { return c.base }

// Close lets go of idle connections. Calls under way go on.
func (c *Client) Close() { c.rest.GetClient().CloseIdleConnections() }

// String names the host and nothing else.
func (c *Client) String() string { return "client of " + c.base }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// LogValue is String for slog.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// quiet passes resty's own warnings on. They hold no header and no body, since its debug mode is off.
type quiet struct{ log *slog.Logger }

func (q quiet) Errorf(format string, v ...any) {
	q.log.Debug("resty", "says", fmt.Sprintf(format, v...))
}
func (q quiet) Warnf(format string, v ...any) {
	q.log.Debug("resty", "says", fmt.Sprintf(format, v...))
}
func (q quiet) Debugf(format string, v ...any) {
	q.log.Debug("resty", "says", fmt.Sprintf(format, v...))
}

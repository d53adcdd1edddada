package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/sony/gobreaker/v2"
)

const (
	// maxBody is the most bytes of an answer, unpacked. A page of 250 contacts with addresses of 10,000 characters fits.
	maxBody = 16 << 20
	// tripAfter is how many calls must fail one after the other until calls fail at once.
	tripAfter = 5
	// openFor is how long they do, before one call tries again.
	openFor = 10 * time.Second
	// idleFor is less than the 5 s after which Apache closes a connection by default: one that is closed while a write
	// leaves on it would make it unknown whether the write was done.
	idleFor = 4 * time.Second
)

// Client calls WHMCS. Safe for many goroutines.
type Client struct {
	cfg      Config // without the secrets, which only the two functions below hold: no way of printing reaches into a function
	sign     func(form url.Values)
	hide     func(text string) string
	endpoint string // of the API
	rest     *resty.Client
	traced   bool // the transport reports what it writes
	slots    chan struct{}
	breaker  *gobreaker.CircuitBreaker[object]
	pause    func(ctx context.Context) error // before a read is tried again
}

// New returns a client, or an error for an unusable URL. It calls nobody.
func New(cfg Config) (*Client, error) {
	base, err := baseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Concurrent <= 0 {
		cfg.Concurrent = 8
	}
	if cfg.Location == nil {
		cfg.Location = time.Local
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Transport == nil {
		cfg.Transport = newTransport(cfg, base.Scheme == "http")
	}
	_, traced := cfg.Transport.(*http.Transport)
	c := &Client{
		sign:     signing(cfg.Identifier, cfg.Secret, cfg.AccessKey),
		hide:     hiding(cfg.Secret, cfg.AccessKey, cfg.Identifier),
		endpoint: base.JoinPath("includes", "api.php").String(),
		traced:   traced,
		slots:    make(chan struct{}, cfg.Concurrent),
		pause:    pause,
	}
	cfg.Identifier, cfg.Secret, cfg.AccessKey = "", "", ""
	c.cfg = cfg
	// No redirect is followed: the secret is in every request's body, and a 307 would send it on.
	hc := &http.Client{Transport: cfg.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	c.rest = resty.NewWithClient(hc).SetLogger(quiet{c}).SetRetryCount(0).SetDebug(false).
		SetHeader("User-Agent", "Concierge gateway").SetHeader("Accept", "application/json")
	c.breaker = gobreaker.NewCircuitBreaker[object](gobreaker.Settings{
		Name:          "WHMCS",
		Timeout:       openFor,
		ReadyToTrip:   func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= tripAfter },
		IsSuccessful:  func(err error) bool { return healthOf(err) == well },
		IsExcluded:    func(err error) bool { return healthOf(err) == untold },
		OnStateChange: c.turned,
	})
	return c, nil
}

// Close lets go of idle connections. Calls under way go on.
func (c *Client) Close() { c.rest.GetClient().CloseIdleConnections() }

func (c *Client) turned(_ string, from, to gobreaker.State) {
	level := slog.LevelInfo
	if to == gobreaker.StateOpen {
		level = slog.LevelWarn
	}
	c.cfg.Log.Log(context.Background(), level, "WHMCS circuit breaker", "from", from.String(), "to", to.String())
}

// signing sets what lets a call in.
func signing(identifier, secret, accessKey string) func(url.Values) {
	return func(form url.Values) {
		form.Set("identifier", identifier)
		form.Set("secret", secret)
		form.Del("accesskey")
		if accessKey != "" {
			form.Set("accesskey", accessKey)
		}
	}
}

// ErrURL is why a URL of WHMCS cannot be used.
var ErrURL = errors.New("WHMCS's URL is not usable")

// baseURL checks where WHMCS is said to be. What follows from its being copied out of a browser or the vendor's
// examples (a slash or the API's own path at the end) is forgiven.
func baseURL(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: it cannot be read", ErrURL) // the parser's own words repeat it, with a password if it has one
	case u.User != nil:
		return nil, fmt.Errorf("%w: no user name or password in it", ErrURL)
	case u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("%w: it must be like https://billing.example", ErrURL)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("%w: no query and no fragment", ErrURL)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("%w: plain http only to this computer", ErrURL)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%w: it must begin with https://", ErrURL)
	}
	path := strings.TrimRight(u.Path, "/")
	path = strings.TrimRight(strings.TrimSuffix(path, "/includes/api.php"), "/")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}, nil
}

// loopback tells whether a host name or address stands for this computer.
func loopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// newTransport is the default transport. A plain address is reached only within this computer, whatever the name
// resolves to, and never through a proxy.
func newTransport(cfg Config, plain bool) *http.Transport {
	d := &net.Dialer{Timeout: min(cfg.Timeout, 10*time.Second)}
	t := &http.Transport{
		DialContext:            d.DialContext,
		TLSHandshakeTimeout:    min(cfg.Timeout, 10*time.Second),
		ResponseHeaderTimeout:  cfg.Timeout,
		IdleConnTimeout:        idleFor,
		MaxIdleConnsPerHost:    cfg.Concurrent,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		Proxy:                  http.ProxyFromEnvironment,
	}
	if plain {
		t.Proxy = nil
		d.Control = func(_, address string, _ syscall.RawConn) error {
			if ip, _, err := net.SplitHostPort(address); err != nil || !loopback(ip) {
				return fmt.Errorf("%w: plain http only to this computer", ErrURL)
			}
			return nil
		}
	}
	return t
}

// pause waits a tenth to four tenths of a second: long enough for a connection that was cut, and not the same for all.
func pause(ctx context.Context) error {
	t := time.NewTimer(100*time.Millisecond + rand.N(300*time.Millisecond))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// String leaves out everything but the address: the rest are secrets.
func (c Config) String() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return "remote.Config{?}"
	}
	return "remote.Config{" + (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String() + "}"
}

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String for slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// String names the address and nothing else, also of a Client that is printed by value.
func (c Client) String() string { return "WHMCS at " + c.endpoint }

// GoString is String.
func (c Client) GoString() string { return c.String() }

// LogValue is String for slog.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// quiet passes resty's own warnings on, without what they may quote.
type quiet struct{ c *Client }

func (q quiet) say(format string, v []any) {
	q.c.cfg.Log.Debug("resty", "says", q.c.clean(fmt.Sprintf(format, v...), maxMessage))
}
func (q quiet) Errorf(format string, v ...any) { q.say(format, v) }
func (q quiet) Warnf(format string, v ...any)  { q.say(format, v) }
func (q quiet) Debugf(format string, v ...any) { q.say(format, v) }

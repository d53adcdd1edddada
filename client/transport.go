package client

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// newTransport is the default transport. To a plain address it connects only within this computer, whatever a name
// resolves to, and never through a proxy.
func newTransport(cfg Config, plain bool) *http.Transport {
	d := &net.Dialer{Timeout: cfg.ConnectTimeout}
	t := &http.Transport{
		DialContext:            d.DialContext,
		TLSHandshakeTimeout:    cfg.ConnectTimeout,
		ResponseHeaderTimeout:  cfg.HeaderTimeout,
		IdleConnTimeout:        cfg.CallTimeout,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        8,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		Proxy:                  http.ProxyFromEnvironment,
	}
	if plain {
		t.Proxy = nil
		d.Control = func(_, address string, _ syscall.RawConn) error {
			if ip, _, err := net.SplitHostPort(address); err != nil || !loopback(ip) {
				return &PlainHTTP{Host: address}
			}
			return nil
		}
	}
	return t
}

type tokenKey struct{}

// withToken keeps the token by its address: printing a context reaches into it past the methods of secret.
func withToken(ctx context.Context, s secret) context.Context {
	return context.WithValue(ctx, tokenKey{}, &s)
}

// bound adds the token, below redirects and resty, to requests to its own origin. It refuses all others.
type bound struct {
	origin string
	next   http.RoundTripper
}

func (b *bound) RoundTrip(r *http.Request) (*http.Response, error) {
	if o := origin(r.URL); o != b.origin {
		if r.Body != nil {
			if err := r.Body.Close(); err != nil {
				return nil, err
			}
		}
		return nil, &Redirected{To: o}
	}
	if s, ok := r.Context().Value(tokenKey{}).(*secret); ok && *s != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+string(*s))
	}
	return b.next.RoundTrip(r)
}

// CloseIdleConnections is what http.Client looks for.
func (b *bound) CloseIdleConnections() {
	if c, ok := b.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func (b *bound) String() string { return fmt.Sprintf("transport bound to %s", b.origin) }

// stayHome lets GET follow at most three redirects within the origin.
func stayHome(home string) func(*http.Request, []*http.Request) error {
	return func(r *http.Request, via []*http.Request) error {
		if o := origin(r.URL); o != home || r.URL.User != nil || via[0].Method != http.MethodGet || len(via) > 3 {
			return &Redirected{To: o}
		}
		return nil
	}
}

// origin is scheme, host and port of an address, in one spelling.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), port)
}

// loopback tells whether a host name or address stands for this computer.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

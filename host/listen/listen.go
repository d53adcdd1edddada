// Package listen is how every host is reached: the address it listens on, the public address people know it by, HTTPS by
// itself or behind a proxy, who is calling, and how it stops. The sample host and the gateway both start here.
//
// It knows nothing of what is answered.
package listen

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ErrPlainHTTP: the address to listen on can be reached from other computers, and nothing was said of HTTPS.
var ErrPlainHTTP = errors.New("plain HTTP is only for loopback addresses; name the public https address when something before this host speaks TLS")

// ErrUnnamedProxy: plain HTTP is to be spoken to other computers, and it was not said which of them is the proxy.
var ErrUnnamedProxy = errors.New("plain HTTP beyond loopback is only for a named proxy; say from which addresses it connects, or listen on 127.0.0.1")

// ErrPublicURL: the public address is not an https address without a path.
var ErrPublicURL = errors.New("the public address must look like https://host.example")

// Config says how a host is reached.
type Config struct {
	// Address is what to listen on: "127.0.0.1:0", a free port of this computer, when empty.
	Address string
	// PublicURL is where people reach the host, such as "https://host.example", without a path. Empty: they reach the
	// listener itself, which then must be on loopback.
	PublicURL string
	// Certificate is the HTTPS certificate to listen with; nil for plain HTTP.
	Certificate *Certificate
	// Proxies are the addresses from which proxies of the operator's own connect: what they say of who is calling is
	// believed, and what others say is not. Empty with a public address and a loopback listener: this computer.
	Proxies Proxies
	// AnyProxy takes whoever connects for the proxy before this host. Only for a host with nothing real in it.
	AnyProxy bool
	Log      *slog.Logger // nil: slog.Default
}

// Server listens. What it answers is given to Serve, once it is known where it is reached.
type Server struct {
	URL      string                     // where people reach it, without a slash at the end
	ClientIP func(*http.Request) string // who is calling

	cfg      Config
	listener net.Listener
	internal bool // for the operator's programs
	server   *http.Server
	failed   chan error
	serving  sync.WaitGroup
}

// Open listens, without answering yet. ctx is only for starting.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Address == "" {
		cfg.Address = "127.0.0.1:0"
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp", cfg.Address)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, listener: listener, failed: make(chan error, 1)}
	if err := s.reachedAt(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return s, nil
}

// CleanPublicURL returns a public address in the form links begin with, or an error that is ErrPublicURL.
func CleanPublicURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%w: %q", ErrPublicURL, address)
	}
	return "https://" + strings.ToLower(u.Host), nil
}

// reachedAt decides where people reach the host and how it is told who calls.
func (s *Server) reachedAt() error {
	at, err := netip.ParseAddrPort(s.listener.Addr().String())
	if err != nil {
		return err
	}
	local := at.Addr().Unmap().IsLoopback()
	plain := s.cfg.Certificate == nil
	s.ClientIP = peer
	if s.cfg.PublicURL == "" {
		if !local {
			return fmt.Errorf("%w: %s", ErrPlainHTTP, at)
		}
		s.URL = "http://" + at.String()
		if !plain {
			s.URL = "https://" + at.String()
		}
		return nil
	}
	if s.URL, err = CleanPublicURL(s.cfg.PublicURL); err != nil {
		return err
	}
	if len(s.cfg.Proxies) == 0 && local {
		s.cfg.Proxies = loopback
	}
	switch {
	case s.cfg.AnyProxy:
		s.ClientIP = lastForwarded
	case len(s.cfg.Proxies) > 0:
		s.ClientIP = s.cfg.Proxies.ClientIP
	case plain:
		return fmt.Errorf("%w: %s", ErrUnnamedProxy, at)
	}
	return nil
}

// Serve begins to answer.
func (s *Server) Serve(handler http.Handler) {
	plain := s.cfg.Certificate == nil
	handler = unambiguous(handler)
	switch {
	case s.internal:
	case s.cfg.PublicURL == "":
		handler = onlyFor(s.listener.Addr(), handler)
	case plain && !s.cfg.AnyProxy:
		handler = s.onlyThroughProxy(handler)
	}
	if strings.HasPrefix(s.URL, "https://") {
		handler = strictTransport(handler)
	}
	s.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
	serve := s.server.Serve
	if !plain {
		s.server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.cfg.Certificate.get}
		serve = func(l net.Listener) error { return s.server.ServeTLS(l, "", "") }
	}
	s.serving.Go(func() {
		if err := serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	})
}

// Failed receives the error when the server stops listening by itself.
func (s *Server) Failed() <-chan error { return s.failed }

// Close stops listening and lets calls under way finish until ctx ends.
func (s *Server) Close(ctx context.Context) error {
	if s.server == nil {
		return s.listener.Close()
	}
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.server.Close())
	}
	s.serving.Wait()
	return err
}

// strictTransport tells browsers to come by HTTPS only, for a year (RFC 6797).
func strictTransport(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}

// onlyThroughProxy refuses who came by plain HTTP without one of the proxies: their secrets were in the clear.
func (s *Server) onlyThroughProxy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.cfg.Proxies.hold(peer(r)) && !loopback.hold(peer(r)) {
			http.Error(w, "this host is reached at "+s.URL, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// onlyFor refuses calls that a browser was tricked into sending to this computer under another name (DNS rebinding).
func onlyFor(addr net.Addr, next http.Handler) http.Handler {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		port = "" // then no name fits; a TCP listener always has one
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, at, err := net.SplitHostPort(r.Host)
		if err != nil { // no port in it
			name, at = strings.Trim(r.Host, "[]"), "80"
		}
		ip, err := netip.ParseAddr(name)
		local := name == "localhost" || err == nil && ip.IsLoopback()
		if !local || at != port {
			http.Error(w, "this host is only on this computer", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// OpenInternal listens by plain HTTP for the operator's own programs, such as one that collects metrics, wherever the
// address says: what is answered there must not be secret, and is asked for by any name.
func OpenInternal(ctx context.Context, address string, log *slog.Logger) (*Server, error) {
	if log == nil {
		log = slog.Default()
	}
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &Server{URL: "http://" + listener.Addr().String(), ClientIP: peer, cfg: Config{Log: log},
		listener: listener, failed: make(chan error, 1), internal: true}, nil
}

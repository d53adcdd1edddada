package serve

import (
	"context"
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

// ErrPublicURL: the public address is not an https address without a path.
var ErrPublicURL = errors.New("the public address must look like https://host.example")

// sweepEvery is how often a running host looks for access that has ended.
const sweepEvery = time.Minute

// Running is a host that listens.
type Running struct {
	*Host
	URL    string // where people reach it, without a slash at the end
	failed chan error
	server *http.Server
	stop   context.CancelFunc
	done   sync.WaitGroup
	closed sync.Once
	result error
}

// Sample starts a sample host. It listens when Sample returns; ctx is only for starting.
func Sample(ctx context.Context, cfg Config) (*Running, error) {
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return nil, err
	}
	r, err := start(ctx, cfg, l)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return r, nil
}

func start(ctx context.Context, cfg Config, l net.Listener) (*Running, error) {
	base, clientIP, err := reachedAt(cfg.PublicURL, l.Addr())
	if err != nil {
		return nil, err
	}
	h, err := open(ctx, cfg, base, clientIP)
	if err != nil {
		return nil, err
	}
	handler := h.handler(base, clientIP)
	if cfg.PublicURL == "" {
		handler = onlyFor(l.Addr(), handler)
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &Running{Host: h, URL: base, failed: make(chan error, 1), stop: stop, server: &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(h.cfg.Log.Handler(), slog.LevelWarn),
	}}
	r.done.Go(func() {
		if err := r.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			r.failed <- err
		}
	})
	r.done.Go(func() { h.sweep(background) })
	return r, nil
}

// Stopped receives the error when the host stops listening by itself.
func (r *Running) Stopped() <-chan error { return r.failed }

// Close stops listening, lets calls under way finish until ctx ends, and closes the data directory. More than once is
// once.
func (r *Running) Close(ctx context.Context) error {
	r.closed.Do(func() {
		err := r.server.Shutdown(ctx)
		if err != nil {
			err = errors.Join(err, r.server.Close())
		}
		r.stop()
		r.done.Wait()
		r.result = errors.Join(err, r.Host.Close())
	})
	return r.result
}

// sweep ends access whose time has come, until ctx ends.
func (h *Host) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := h.Sample.Sweep(ctx); err != nil && ctx.Err() == nil {
			h.cfg.Log.ErrorContext(ctx, "access that has ended could not be swept", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// reachedAt says where people reach the host and how it is told who calls.
func reachedAt(publicURL string, addr net.Addr) (base string, clientIP func(*http.Request) string, err error) {
	if publicURL != "" {
		u, err := url.Parse(publicURL)
		if err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return "", nil, fmt.Errorf("%w: %q", ErrPublicURL, publicURL)
		}
		return "https://" + u.Host, forwardedFor, nil
	}
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return "", nil, err
	}
	if !at.Addr().Unmap().IsLoopback() {
		return "", nil, fmt.Errorf("%w: %s", ErrPlainHTTP, addr)
	}
	return "http://" + at.String(), peer, nil
}

func peer(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}

// forwardedFor is the last address of X-Forwarded-For: the one that the proxy before this host added itself. What
// stands before it came from the caller and is not believed.
func forwardedFor(r *http.Request) string {
	values := r.Header.Values("X-Forwarded-For")
	if len(values) == 0 {
		return peer(r)
	}
	all := strings.Split(values[len(values)-1], ",")
	ip, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1]))
	if err != nil {
		return peer(r)
	}
	return ip.String()
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

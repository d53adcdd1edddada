//go:build linux

package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// relay stands between the application and a host: it counts what is asked, can be as far away as a host on the internet,
// and can leave the application without an answer. Sign-in does not pass through it: the host names its own address for that.
type relay struct {
	url    string // where the application finds the host
	server *http.Server

	mu    sync.Mutex
	away  time.Duration // how long each call is under way
	quiet chan struct{} // nothing is answered until it is closed; nil: everything is at once
	asked []string      // methods and paths, since the last count
}

// relayTo listens on another address of this computer at the same port, which is what the host sees it asked for.
func relayTo(host string) (*relay, error) {
	to, err := url.Parse(host)
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.2:"+to.Port())
	if err != nil {
		return nil, err
	}
	r := &relay{url: "http://" + l.Addr().String()}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(p *httputil.ProxyRequest) { p.SetURL(to) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 16},
		// The application has ended, or measuring fails by itself.
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	r.server = &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if r.let(q) {
			proxy.ServeHTTP(w, q)
		}
	})}
	go func() { _ = r.server.Serve(l) }() // until it is closed; should it end before, calls fail and so does measuring
	return r, nil
}

// let counts a call and waits until it may pass; false when whoever asked does not wait any longer.
func (r *relay) let(q *http.Request) bool {
	r.mu.Lock()
	r.asked = append(r.asked, q.Method+" "+q.URL.Path)
	quiet, away := r.quiet, r.away
	r.mu.Unlock()
	if quiet != nil {
		select {
		case <-quiet:
		case <-q.Context().Done():
			return false
		}
	}
	if away > 0 {
		select {
		case <-time.After(away):
		case <-q.Context().Done():
			return false
		}
	}
	return true
}

// count returns what has been asked since it was last called.
func (r *relay) count() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.asked
	r.asked = nil
	return asked
}

// hush leaves everybody without an answer until the function that it returns is called.
func (r *relay) hush() (speak func()) {
	quiet := make(chan struct{})
	r.mu.Lock()
	r.quiet = quiet
	r.mu.Unlock()
	return sync.OnceFunc(func() {
		r.mu.Lock()
		r.quiet = nil
		r.mu.Unlock()
		close(quiet)
	})
}

// isAway puts the host so far away that an answer takes that much longer.
func (r *relay) isAway(by time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = by
}

func (r *relay) close() error { return r.server.Close() }

// originOf is scheme, host and port of an address.
func originOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix((&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), "/"), nil
}

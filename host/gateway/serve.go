package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/gateway/health"
	"concierge/host/gateway/metrics"
	"concierge/host/listen"
	"concierge/host/oidc"
	"concierge/host/phone"
	"concierge/host/server"
	"concierge/host/store"
	"concierge/host/whmcs/remote"
)

const (
	// lookEvery is how often WHMCS is asked anew what its role allows: whoever mends the role need not restart the gateway.
	// While it could not be asked, that is unknownEvery.
	lookEvery    = 10 * time.Minute
	unknownEvery = time.Minute
	// probeEvery is how often the gateway asks itself whether it is ready, so that metrics and log know when nobody else asks.
	probeEvery = 15 * time.Second
)

// Running is a gateway that listens.
type Running struct {
	*Gateway
	URL        string // where people reach it, without a slash at the end
	MetricsURL string // where metrics are scraped; "" for nowhere

	health  *health.Health
	server  *listen.Server
	scraped *listen.Server
	overdue *metrics.Overdue
	stop    context.CancelFunc
	working sync.WaitGroup
	closed  sync.Once
	result  error
}

// Serve starts a gateway. It listens when Serve returns; ctx is only for starting. An error that is ErrImpossible says that
// WHMCS refuses what nobody can be served without.
func Serve(ctx context.Context, cfg Config) (*Running, error) {
	r := &Running{}
	if err := r.start(ctx, cfg); err != nil {
		return nil, errors.Join(err, r.Close(ctx))
	}
	return r, nil
}

func (r *Running) start(ctx context.Context, cfg Config) (err error) {
	var cert *listen.Certificate
	if cfg.TLS.Certificate != "" {
		if cert, err = listen.LoadCertificate(cfg.TLS.Certificate, cfg.TLS.Key, cfg.Now, cfg.Log); err != nil {
			return err
		}
	}
	// Listening comes first: where people reach the gateway is known then. Nobody is answered before Serve.
	r.server, err = listen.Open(ctx, listen.Config{Address: cfg.Listen, PublicURL: cfg.PublicURL, Certificate: cert, Proxies: cfg.Proxies, Log: cfg.Log})
	if err != nil {
		return err
	}
	r.URL = r.server.URL
	if r.Gateway, err = Open(ctx, cfg); err != nil {
		return err
	}
	r.base, r.calling = r.server.URL, r.server.ClientIP
	if err := r.look(ctx); err != nil {
		return err
	}
	r.health = health.New(health.Config{
		Parts: []health.Part{{Name: "store", Ask: r.db.Ping}, {Name: "whmcs", Ask: r.whmcsAnswers}},
		Told:  r.told, Now: cfg.Now, Log: r.cfg.Log,
	})
	r.metrics.Breaker(r.whmcs.Breaker)
	r.overdue = r.metrics.Schedule()
	if cfg.Metrics != "" {
		if err := r.serveMetrics(ctx); err != nil {
			return fmt.Errorf("metrics: %w", err)
		}
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop = stop
	r.working.Go(func() {
		if err := r.provider.Run(background); err != nil && background.Err() == nil {
			r.cfg.Log.ErrorContext(background, "the work that nobody asks for has ended", "err", err)
		}
	})
	r.working.Go(func() {
		r.watch(background)
		repeat(background, func() time.Duration { return probeEvery }, r.watch)
	})
	r.working.Go(func() { repeat(background, r.nextLook, r.lookAgain) })
	r.server.Serve(r.handler())
	return nil
}

// repeat calls do after each wait, until ctx ends.
func repeat(ctx context.Context, wait func() time.Duration, do func(context.Context)) {
	for {
		timer := time.NewTimer(wait())
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			do(ctx)
		}
	}
}

func (r *Running) nextLook() time.Duration {
	if r.roles.refused.Load() == nil {
		return unknownEvery
	}
	return lookEvery
}

// handler is everything the gateway answers to.
func (r *Running) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/", server.New(server.Config{
		Provider: r.provider, Store: r.db, Tokens: r.signIn,
		SignIn: api.SignIn{Issuer: r.issuer(), ClientID: ClientID, Scopes: oidc.Scopes()},
		Phones: phone.Canonical,
		Now:    r.cfg.Now, ClientIP: r.clientIP, Limits: r.cfg.Limits, Answered: r.answered, Log: r.cfg.Log,
	}))
	mux.Handle(issuerPath+"/", r.measured(r.signIn.Handler()))
	mux.HandleFunc("GET /healthz", r.health.Alive)
	mux.HandleFunc("GET /readyz", r.health.ServeReady)
	return mux
}

// answered counts a call of the Host API and, when it was to change something, writes it down.
func (r *Running) answered(ctx context.Context, a server.Answered) {
	r.metrics.Answered(a.Route, a.Status, a.Took)
	r.audit.Call(ctx, a)
	// What WHMCS does not answer is unavailable too, and says so itself.
	if store.Unavailable(a.Err) && !errors.Is(a.Err, host.ErrUnavailable) {
		r.metrics.StoreFailed()
	}
}

// pages are the paths below the issuer by which sign-in is counted; others are "other".
var pages = []string{"/authorize", "/token", "/userinfo", "/revoke", "/keys", "/callback", "/sign-in/", "/.well-known/openid-configuration"}

func page(path string) string {
	path = strings.TrimPrefix(path, issuerPath)
	for _, p := range pages {
		if path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p) {
			return issuerPath + p
		}
	}
	return ""
}

// measured counts what sign-in answers.
func (r *Running) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		begin := r.cfg.Now()
		s := &status{ResponseWriter: w, code: http.StatusOK}
		defer func() { r.metrics.Answered(page(req.URL.Path), s.code, r.cfg.Now().Sub(begin)) }()
		next.ServeHTTP(s, req)
	})
}

// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// whmcsAnswers tells whether WHMCS answers, whatever its role allows.
func (r *Running) whmcsAnswers(ctx context.Context) error {
	_, err := r.whmcs.Version(ctx)
	if err == nil || remote.Is(err, remote.Role) {
		return nil
	}
	return err
}

func (r *Running) told(part string, err error) {
	r.metrics.Ready(part, err == nil)
	if part == "store" && err != nil {
		r.metrics.StoreFailed()
	}
}

// watch keeps what metrics say of parts and of overdue ends true.
func (r *Running) watch(ctx context.Context) {
	r.health.Ready(ctx)
	ends, err := r.provider.Overdue(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.metrics.StoreFailed()
			r.cfg.Log.ErrorContext(ctx, "overdue ends of access could not be read", "err", err)
		}
		return
	}
	var late time.Duration
	for _, e := range ends {
		late = max(late, r.cfg.Now().Sub(e.At))
	}
	r.overdue.Set(len(ends), late)
}

// lookAgain asks anew what WHMCS allows. While serving, what has become impossible is said and not acted upon: it may be
// mended any moment, and each call says what it cannot do.
func (r *Running) lookAgain(ctx context.Context) {
	if err := r.look(ctx); err != nil && ctx.Err() == nil {
		r.cfg.Log.ErrorContext(ctx, "WHMCS refuses what the gateway needs", "err", err)
	}
}

// serveMetrics listens for scrapes, apart from the public listener.
func (r *Running) serveMetrics(ctx context.Context) error {
	host, _, err := net.SplitHostPort(r.cfg.Metrics)
	if err != nil {
		return err
	}
	s, err := listen.OpenInternal(ctx, r.cfg.Metrics, r.cfg.Log)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		r.cfg.Log.WarnContext(ctx, "metrics can be read from other computers: see that only yours reach them", "listen", r.cfg.Metrics)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", r.metrics.Handler())
	r.scraped, r.MetricsURL = s, s.URL+"/metrics"
	s.Serve(mux)
	return nil
}

// Stopped receives the error when the gateway stops listening by itself.
func (r *Running) Stopped() <-chan error { return r.server.Failed() }

// Close says that the gateway is not ready any more, waits as configured for load balancers to see it, stops listening,
// lets calls under way finish until ctx ends, and closes the store. More than once is once.
func (r *Running) Close(ctx context.Context) error {
	r.closed.Do(func() {
		var err error
		if r.health != nil {
			r.health.Stopping()
			if r.cfg.DrainDelay > 0 && r.stop != nil {
				select {
				case <-time.After(r.cfg.DrainDelay):
				case <-ctx.Done():
				}
			}
		}
		if r.server != nil {
			err = r.server.Close(ctx)
		}
		if r.stop != nil {
			r.stop()
		}
		r.working.Wait()
		if r.scraped != nil {
			err = errors.Join(err, r.scraped.Close(ctx))
		}
		if r.Gateway != nil {
			err = errors.Join(err, r.Gateway.Close())
		}
		r.result = err
	})
	return r.result
}

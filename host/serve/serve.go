package serve

import (
	"context"
	"errors"
	"sync"
	"time"

	"concierge/host/listen"
)

// Errors of an address that cannot be served.
var (
	ErrPlainHTTP = listen.ErrPlainHTTP
	ErrPublicURL = listen.ErrPublicURL
)

// sweepEvery is how often a running host looks for access that has ended.
const sweepEvery = time.Minute

// Running is a host that listens.
type Running struct {
	*Host
	URL    string // where people reach it, without a slash at the end
	server *listen.Server
	stop   context.CancelFunc
	done   sync.WaitGroup
	closed sync.Once
	result error
}

// Sample starts a sample host. It listens when Sample returns; ctx is only for starting.
func Sample(ctx context.Context, cfg Config) (*Running, error) {
	server, err := listen.Open(ctx, listen.Config{Address: cfg.Listen, PublicURL: cfg.PublicURL, AnyProxy: cfg.PublicURL != "", Log: cfg.Log})
	if err != nil {
		return nil, err
	}
	h, err := open(ctx, cfg, server.URL, server.ClientIP)
	if err != nil {
		return nil, errors.Join(err, server.Close(ctx))
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &Running{Host: h, URL: server.URL, server: server, stop: stop}
	server.Serve(h.handler(server.URL, server.ClientIP))
	r.done.Go(func() { h.sweep(background) })
	return r, nil
}

// Stopped receives the error when the host stops listening by itself.
func (r *Running) Stopped() <-chan error { return r.server.Failed() }

// Close stops listening, lets calls under way finish until ctx ends, and closes the data directory. More than once is
// once.
func (r *Running) Close(ctx context.Context) error {
	r.closed.Do(func() {
		err := r.server.Close(ctx)
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

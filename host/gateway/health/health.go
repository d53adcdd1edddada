// Package health answers whether the gateway is alive, and whether it is ready for customers. What is wrong stands in the
// log and the metrics: strangers are told yes or no.
package health

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// fresh is how long an answer about the parts holds: asking is cheap for whoever asks, and so must it be for the parts.
const fresh = 5 * time.Second

// patience is how long a part may take to answer.
const patience = 4 * time.Second

// Part is what the gateway needs to work.
type Part struct {
	Name string
	Ask  func(ctx context.Context) error
}

// Config says what is asked. Parts are required.
type Config struct {
	Parts []Part
	Told  func(part string, err error) // of each answer, for metrics; may be nil
	Now   func() time.Time             // nil: time.Now
	Log   *slog.Logger                 // nil: slog.Default
}

// Health answers probes. Safe for many goroutines.
type Health struct {
	cfg      Config
	stopping atomic.Bool

	mu    sync.Mutex
	ready bool
	asked time.Time
	wrong map[string]bool // parts that failed when they were last asked
}

// New returns answers to probes.
func New(c Config) *Health {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Told == nil {
		c.Told = func(string, error) {}
	}
	return &Health{cfg: c, wrong: map[string]bool{}}
}

// Stopping makes the gateway not ready from now on, so that whoever sends it customers sends no more.
func (h *Health) Stopping() { h.stopping.Store(true) }

// Ready asks the parts, unless they were asked a moment ago. Who asks meanwhile waits for the same answer.
func (h *Health) Ready(ctx context.Context) bool {
	if h.stopping.Load() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.cfg.Now(); h.asked.IsZero() || now.Sub(h.asked) >= fresh {
		h.ready = h.ask(ctx)
		h.asked = h.cfg.Now()
	}
	return h.ready
}

// ask asks every part at once. A probe that is given up must not make the answer a no for others.
func (h *Health) ask(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	errs := make([]error, len(h.cfg.Parts))
	var all sync.WaitGroup
	for i, p := range h.cfg.Parts {
		all.Go(func() { errs[i] = p.Ask(ctx) })
	}
	all.Wait()
	ready := true
	for i, p := range h.cfg.Parts {
		err := errs[i]
		h.cfg.Told(p.Name, err)
		switch wrong := err != nil; {
		case wrong && !h.wrong[p.Name]:
			h.cfg.Log.ErrorContext(ctx, "not ready", "part", p.Name, "err", err)
		case !wrong && h.wrong[p.Name]:
			h.cfg.Log.InfoContext(ctx, "ready again", "part", p.Name)
		}
		h.wrong[p.Name] = err != nil
		ready = ready && err == nil
	}
	return ready
}

// Alive answers that the process runs and answers.
func (h *Health) Alive(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive\n") }

// ServeReady answers whether customers can be served now: 200, or 503.
func (h *Health) ServeReady(w http.ResponseWriter, r *http.Request) {
	if h.Ready(r.Context()) {
		say(w, http.StatusOK, "ready\n")
		return
	}
	say(w, http.StatusServiceUnavailable, "not ready\n")
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // whoever asked and went away does not read it
}

// Package update finds out once a day whether there is a newer version of this program, and tells. It never fetches or
// installs one.
//
// It asks an address for a signed manifest; address and key are given when the program is built, and without them there is
// no Checker. What is sent is a plain request without anything about the person or their accounts.
package update

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"concierge/app/files"
	"concierge/app/signal"
)

// How often.
const (
	daily = 24 * time.Hour
	again = 4 * time.Hour    // after one that did not work
	look  = 15 * time.Minute // at the clock
	first = 30 * time.Second // after the start, which has better things to do
)

// What an answer may be.
const (
	mostBytes = 64 << 10
	patience  = 20 * time.Second
)

// Config of a Checker.
type Config struct {
	Address string      // of the manifest: https, or http to this computer; "" for none
	Key     string      // see Key
	Version string      // that this program has
	File    string      // where it is kept when it was asked last, and what was found
	Allowed func() bool // asked before anything is; nil: always
	Now     func() time.Time
	HTTP    http.RoundTripper // nil for the usual
	Log     *slog.Logger
}

// Checker asks. Make it with New. Safe for concurrent use.
type Checker struct {
	// Changed fires after Found or Asked may say something else.
	Changed signal.Signal[struct{}]

	cfg  Config
	key  ed25519.PublicKey
	http *http.Client

	asking sync.Mutex // one at a time
	mu     sync.Mutex
	is     state
	found  Manifest
}

// state is the file.
type state struct {
	Tried    time.Time       `json:"tried"`              // when it was asked last, by this computer's clock
	Answered time.Time       `json:"answered"`           // when there was a good answer last
	Issued   time.Time       `json:"issued"`             // of the newest manifest seen
	Envelope json.RawMessage `json:"envelope,omitempty"` // as it came: it is verified again each time it is read
}

// New makes a Checker, or nil where the build names no address. It reads what is kept.
func New(cfg Config) (*Checker, error) {
	if cfg.Address == "" {
		return nil, nil
	}
	key, err := Key(cfg.Key)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(cfg.Address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (u.Scheme != "http" || ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the address of the manifest is not https: %s", u.Redacted())
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	c := &Checker{cfg: cfg, key: key, http: &http.Client{Timeout: patience, Transport: cfg.HTTP,
		// Whoever the address belongs to puts the manifest there; another place is none that was built in.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	data, err := files.Read(cfg.File)
	if err == nil && data != nil {
		err = json.Unmarshal(data, &c.is)
	}
	if err != nil { // it is only asked once more
		cfg.Log.Warn("what is known of new versions cannot be read", "err", err)
		c.is = state{}
	}
	if len(c.is.Envelope) > 0 {
		if m, err := Verify(c.is.Envelope, key); err == nil {
			c.found = m
		} else { // of another build's key, perhaps
			cfg.Log.Warn("what is known of a new version is not believed", "err", err)
		}
	}
	return c, nil
}

// Found is the newest version there is, and false when that is no newer than this program.
func (c *Checker) Found() (Manifest, bool) {
	if c == nil || !c.allowed() {
		return Manifest{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found, Newer(c.found.Version, c.cfg.Version)
}

// Asked is when there was a good answer last; zero for never.
func (c *Checker) Asked() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.is.Answered
}

func (c *Checker) allowed() bool { return c.cfg.Allowed == nil || c.cfg.Allowed() }

// Run asks when it is time, until ctx ends.
func (c *Checker) Run(ctx context.Context) {
	next := time.NewTimer(first)
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		if c.allowed() && c.due() {
			if err := c.Check(ctx); err != nil && ctx.Err() == nil {
				c.cfg.Log.Info("whether there is a new version is not known", "err", err)
			}
		}
		next.Reset(look)
	}
}

// due tells whether it is time. A last time that is yet to come is of a clock that was wrong then, or is now: whichever it
// is, once more does no harm, and never again would.
func (c *Checker) due() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	since := func(t time.Time) time.Duration { return c.cfg.Now().Round(0).Sub(t) } // the wall clock's: computers sleep
	tried, answered := since(c.is.Tried), since(c.is.Answered)
	if tried >= 0 && tried < again {
		return false
	}
	return answered < 0 || answered >= daily
}

// Check asks now. The error is why nothing is known; what was known before stays.
func (c *Checker) Check(ctx context.Context) error {
	if !c.allowed() {
		return errors.New("not allowed")
	}
	c.asking.Lock()
	defer c.asking.Unlock()
	data, err := c.fetch(ctx)
	var m Manifest
	if err == nil {
		m, err = Verify(data, c.key)
	}
	c.mu.Lock()
	now := c.cfg.Now().Round(0)
	c.is.Tried = now
	if err == nil && m.Issued.Before(c.is.Issued) {
		err = fmt.Errorf("a manifest of %s, and one of %s was there before", m.Issued.Format(time.DateOnly), c.is.Issued.Format(time.DateOnly))
	}
	if err == nil {
		c.is.Answered, c.is.Issued, c.is.Envelope, c.found = now, m.Issued, data, m
	}
	kept, failed := json.Marshal(c.is)
	c.mu.Unlock()
	if failed == nil {
		failed = files.Write(c.cfg.File, kept)
	}
	if failed != nil { // then the next start asks again
		c.cfg.Log.Warn("what is known of new versions cannot be kept", "err", failed)
	}
	c.Changed.Emit(struct{}{})
	return err
}

func (c *Checker) fetch(ctx context.Context) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.cfg.Address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Concierge/"+c.cfg.Version)
	req.Header.Set("Accept", "application/json")
	req.Close = true // there is nothing more to ask until tomorrow
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %d", answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	if err == nil && len(data) > mostBytes {
		err = fmt.Errorf("the answer is longer than %d bytes", mostBytes)
	}
	return data, err
}

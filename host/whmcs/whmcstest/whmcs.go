// Package whmcstest is a WHMCS that is not real: the remote API with state behind it, WHMCS's own rules and messages, its
// OpenID pages, and switches for everything that goes wrong. Tests and end-to-end journeys run the gateway against it,
// and it lets a person try the gateway out without a WHMCS.
//
// What it does follows the vendor's documentation of the API. Where that is silent it takes the stricter way, so that a
// gateway that works with the double asks nothing of WHMCS that is not known to be there; such places say so. A test
// compares the replies with the vendor's sample replies. Its pages are another system's, kept plain and in English.
//
// It must know nothing of the gateway: neither its client (host/whmcs/remote) nor its provider.
package whmcstest

import (
	"crypto/rand"
	"encoding/base32"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says what kind of WHMCS it is. The zero Config is one with the credential "identifier" and "secret", allowed
// everything from everywhere, and no OpenID client.
type Config struct {
	// Path is where WHMCS is installed below the server's root, such as "/clients"; "" is the root.
	Path string
	// URL is the address that WHMCS takes for its own, without a slash at the end and with Path; "" takes it from each
	// request.
	URL string

	Identifier string   // API credential; "identifier" when empty
	Secret     string   // "secret" when empty
	AccessKey  string   // passes the IP allow list; "" is none
	AllowedIPs []string // nil: every address may call
	Role       []string // the actions that the credential's role allows; nil: all of them

	Shape  Shape         // how replies look; the zero Shape is the documented one
	Delay  time.Duration // how long every call takes
	OpenID OpenID

	Version  string           // "8.13.1" when empty
	Location *time.Location   // of the times in replies, which WHMCS writes without a zone; nil: UTC
	Now      func() time.Time // nil: time.Now
}

// WHMCS is the double. Safe for many goroutines.
type WHMCS struct {
	cfg   Config
	mux   *http.ServeMux
	pages openID

	mu      sync.Mutex // guards all that follows
	state   state
	shape   Shape
	chance  *mathrand.Rand // of the shape's seed
	role    map[string]bool
	ips     map[string]bool
	secret  string
	key     string
	delay   time.Duration
	narrow  bool
	trouble []*trouble
	calls   []Call
	busy    int
	busiest int
}

// New makes a WHMCS with nobody in it.
func New(cfg Config) *WHMCS {
	fill := func(s *string, otherwise string) {
		if *s == "" {
			*s = otherwise
		}
	}
	fill(&cfg.Identifier, "identifier")
	fill(&cfg.Secret, "secret")
	fill(&cfg.Version, "8.13.1")
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	w := &WHMCS{cfg: cfg, mux: http.NewServeMux(), state: newState(), delay: cfg.Delay, secret: cfg.Secret, key: cfg.AccessKey}
	w.setShape(cfg.Shape)
	w.setRole(cfg.Role)
	w.setIPs(cfg.AllowedIPs)
	w.pages = newOpenID(cfg.OpenID)

	w.mux.HandleFunc("/includes/api.php", w.serveAPI)
	for _, p := range []struct {
		method, name string
		page         http.HandlerFunc
	}{
		{http.MethodGet, "openid-configuration.php", w.serveDiscovery}, {http.MethodGet, "certs.php", w.serveKeys},
		{http.MethodGet, "authorize.php", w.serveAuthorize}, {http.MethodPost, "authorize.php", w.serveSignIn},
		{http.MethodPost, "token.php", w.serveToken}, {http.MethodGet, "userinfo.php", w.serveUserinfo}, {http.MethodPost, "userinfo.php", w.serveUserinfo},
	} {
		w.mux.HandleFunc(p.method+" /oauth/"+p.name, w.troubled(p.name, p.page))
	}
	w.mux.HandleFunc("GET /invite/{token}", w.showInvite)
	w.mux.HandleFunc("POST /invite/{token}", w.takeInvite)
	w.mux.HandleFunc("GET /password/reset/{token}", w.showReset)
	w.mux.HandleFunc("POST /password/reset/{token}", w.takeReset)
	w.mux.HandleFunc("GET /mails", w.showMails)
	w.mux.HandleFunc("GET /{$}", w.showHome)
	return w
}

// ServeHTTP serves the API below /includes, the OpenID pages below /oauth, the pages that mails lead to, and /mails,
// which shows all the mail that was sent.
func (w *WHMCS) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	http.StripPrefix(w.cfg.Path, w.mux).ServeHTTP(rw, r)
}

// base is the address that WHMCS takes for its own.
func (w *WHMCS) base(r *http.Request) string {
	if w.cfg.URL != "" {
		return strings.TrimSuffix(w.cfg.URL, "/")
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + w.cfg.Path
}

// SetShape changes how replies look from now on.
func (w *WHMCS) SetShape(s Shape) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setShape(s)
}

func (w *WHMCS) setShape(s Shape) {
	w.shape, w.chance = s, mathrand.New(mathrand.NewPCG(s.Mixed, 0x77686d6373))
}

// SetRole changes which actions the credential's role allows; without any it allows none. AllowAll allows them all.
func (w *WHMCS) SetRole(actions ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setRole(append([]string{}, actions...))
}

// Forbid takes actions away from the credential's role.
func (w *WHMCS) Forbid(actions ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.role == nil {
		w.role = map[string]bool{}
		for name := range actionsByName {
			w.role[name] = true
		}
	}
	for _, a := range actions {
		delete(w.role, strings.ToLower(a))
	}
}

// AllowAll gives the credential's role every action.
func (w *WHMCS) AllowAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setRole(nil)
}

func (w *WHMCS) setRole(actions []string) { w.role = set(actions) }

// SetAllowedIPs changes the IP allow list; without any address everybody may call.
func (w *WHMCS) SetAllowedIPs(ips ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.setIPs(ips)
}

func (w *WHMCS) setIPs(ips []string) { w.ips = set(ips) }

// set is nil for a nil list, which stands for everything.
func set(list []string) map[string]bool {
	if list == nil {
		return nil
	}
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[strings.ToLower(s)] = true
	}
	return m
}

// SetSecret changes the API credential's secret, as when an administrator makes a new one.
func (w *WHMCS) SetSecret(secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secret = secret
}

// SetNarrow puts WHMCS on a database whose letters have three bytes at most: what comes after one of four is lost.
func (w *WHMCS) SetNarrow(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.narrow = on
}

// SetDelay changes how long every call takes.
func (w *WHMCS) SetDelay(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.delay = d
}

// token is something nobody can guess, for links, codes and sessions.
func token() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

package signin

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/client"
	"concierge/client/api"
)

// Attempt is one sign-in under way in the browser: an authorization request with PKCE (RFC 7636) whose answer comes to
// a port of this computer (RFC 8252 section 7.3).
//
// github.com/int128/oauth2cli does a sign-in like this too, but it takes an error answer without looking at its state, ends
// when anything on this computer calls its port, writes the state into errors, and shows its failures as bare English text.
// What is needed is small, so it is here, on golang.org/x/oauth2.
type Attempt struct {
	m     *Manager
	found Found
	at    provider
	url   string
	oauth oauth2.Config
	state string
	nonce string
	proof string // PKCE code verifier

	ctx    context.Context // ends with the attempt
	cancel context.CancelCauseFunc
	answer chan answer   // what the browser brought, once
	shown  chan struct{} // closed when it is known what the page should say
	page   page          // after shown

	once     sync.Once
	done     chan struct{}
	identity Identity // after done
	err      error    // after done
}

// answer is the authorization response (RFC 6749 section 4.1.2).
type answer struct{ code, problem string }

// linger is how long the page can be loaded again after a sign-in.
const linger = time.Minute

var (
	errCancelled = fmt.Errorf("the person cancelled: %w", context.Canceled)
	errTimeOver  = errors.New("nobody signed in in the browser in time")
)

// may is why nobody signs in at an address, if that is so.
func (m *Manager) may(address string) error {
	if m.cfg.May == nil {
		return nil
	}
	return m.cfg.May(address)
}

// Begin finds the host and prepares a sign-in there. The hint is the e-mail to propose on the host's page, or "". The
// attempt goes on after ctx has ended: Cancel ends it.
func (m *Manager) Begin(ctx context.Context, hostInput, hint string) (*Attempt, error) {
	if err := m.may(hostInput); err != nil {
		return nil, err
	}
	found, err := m.cfg.Discover(ctx, hostInput)
	if err != nil {
		return nil, told(err, hostInput)
	}
	at, err := m.web.discover(ctx, found.URL, found.SignIn.Issuer)
	if err != nil {
		return nil, told(err, found.Host.Name)
	}
	listener, err := m.cfg.Listen()
	if err != nil {
		return nil, &trouble.Trouble{Kind: trouble.Other, Err: fmt.Errorf("no port for the browser to come back to: %w", err)}
	}
	if !m.begin() {
		_ = listener.Close() // nobody knows of it yet
		return nil, &trouble.Trouble{Kind: trouble.Cancelled, Err: errClosed}
	}
	a := &Attempt{
		m: m, found: found, at: at, state: rand.Text(), nonce: rand.Text(), proof: oauth2.GenerateVerifier(),
		answer: make(chan answer, 1), shown: make(chan struct{}), done: make(chan struct{}),
		oauth: oauth2.Config{
			ClientID: found.SignIn.ClientID, Scopes: scopes(found.SignIn.Scopes),
			RedirectURL: "http://" + listener.Addr().String() + api.RedirectPath,
			Endpoint:    oauth2.Endpoint{AuthURL: at.Authorization, TokenURL: at.Token},
		},
	}
	a.url = a.oauth.AuthCodeURL(a.state, a.options(hint)...)
	a.ctx, a.cancel = context.WithCancelCause(m.ctx)
	go a.run(listener)
	return a, nil
}

func (a *Attempt) options(hint string) []oauth2.AuthCodeOption {
	all := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(a.proof), oauth2.SetAuthURLParam("nonce", a.nonce),
		oauth2.SetAuthURLParam("ui_locales", a.m.cfg.Language()),
	}
	switch {
	case hint != "":
		all = append(all, oauth2.SetAuthURLParam("login_hint", hint))
	case a.m.knows(a.found.URL):
		// Somebody is signed in there already: whoever signs in now is perhaps somebody else, and the browser should ask.
		all = append(all, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	return all
}

// scopes are the host's, and openid in any case.
func scopes(hosts []string) []string {
	if len(hosts) == 0 {
		return []string{"openid", "profile", "email", "offline_access"}
	}
	if slices.Contains(hosts, "openid") {
		return hosts
	}
	return append([]string{"openid"}, hosts...)
}

// knows tells whether somebody is signed in at a host.
func (m *Manager) knows(hostURL string) bool {
	return slices.ContainsFunc(m.Identities(), func(i Identity) bool { return i.HostURL == hostURL })
}

// URL is the address to open in a browser, for "copy the link". It is good for this attempt alone; do not keep it.
func (a *Attempt) URL() string { return a.url }

// Host is the host that was found.
func (a *Attempt) Host() access.Host { return a.found.Host }

// Open opens the browser. The error is BrowserTrouble; the attempt goes on, since the link can be copied.
func (a *Attempt) Open() error {
	if err := a.m.cfg.Browser(a.url); err != nil {
		text := strings.ReplaceAll(err.Error(), a.url, "the sign-in address")
		return &trouble.Trouble{Kind: trouble.BrowserTrouble, Host: a.found.Host.Name, Err: errors.New(text)}
	}
	return nil
}

// Wait returns who has signed in. It ends with Cancelled, SignInOver, SignInRefused or what went wrong. A context that
// ends only ends the waiting.
func (a *Attempt) Wait(ctx context.Context) (Identity, error) {
	select {
	case <-a.done:
		return a.identity, a.err
	case <-ctx.Done():
		return Identity{}, trouble.From(ctx.Err())
	}
}

// Cancel ends the attempt, at any time, more than once if need be. A sign-in that was finishing just then is undone,
// unless it renewed an identity that was there already: that one simply is renewed.
func (a *Attempt) Cancel() {
	a.cancel(errCancelled)
	a.finish(Identity{}, told(errCancelled, a.found.Host.Name))
}

// finish sets the outcome, once.
func (a *Attempt) finish(i Identity, err error) {
	a.once.Do(func() {
		a.identity, a.err = i, err
		close(a.done)
	})
}

// run waits for the browser, ends the sign-in, and closes the listener.
func (a *Attempt) run(listener net.Listener) {
	defer a.m.wg.Done()
	defer a.cancel(nil)
	stop := a.serve(listener)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(a.ctx, a.m.cfg.Timeout, errTimeOver)
	defer cancel()
	var got answer
	select {
	case got = <-a.answer:
	case <-ctx.Done():
		a.show(pageCancelled)
		a.finish(Identity{}, told(context.Cause(ctx), a.found.Host.Name))
		return
	}
	identity, err := a.complete(ctx, got)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		a.m.cfg.Log.InfoContext(ctx, "sign-in did not succeed", "host", a.found.URL, "err", err)
		t := told(err, a.found.Host.Name)
		a.show(pageFor(t))
		err = t
	}
	a.finish(identity, err)
	select {
	case <-time.After(linger):
	case <-a.ctx.Done():
	}
}

// complete makes an identity of what the browser brought.
func (a *Attempt) complete(ctx context.Context, got answer) (Identity, error) {
	if got.problem != "" {
		return Identity{}, &refusal{call: "authorization", code: got.problem}
	}
	g, err := a.m.web.ask(ctx, "POST token (code)", a.at.Token, url.Values{
		"grant_type": {"authorization_code"}, "code": {got.code}, "redirect_uri": {a.oauth.RedirectURL},
		"client_id": {a.oauth.ClientID}, "code_verifier": {a.proof},
	})
	if err != nil {
		return Identity{}, err
	}
	who, err := a.m.web.identify(ctx, a.m.cfg.Log, a.at, a.oauth.ClientID, a.nonce, g)
	if err == nil && g.refresh == "" {
		err = &client.WrongShape{Call: "POST token (code)", Field: "refresh_token"}
	}
	if err != nil {
		a.undo(ctx, g)
		return Identity{}, err
	}
	a.show(pageDone.of(cmp.Or(who.name, who.email, who.id), a.found.Host.Name))
	identity, err := a.m.keep(ctx, a.found, a.at, who, g, false)
	if err != nil {
		a.undo(ctx, g)
	}
	return identity, err
}

// undo ends a sign-in at the host that came to nothing here.
func (a *Attempt) undo(ctx context.Context, g grant) {
	if g.refresh == "" || a.at.Revocation == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTime)
	defer cancel()
	if err := a.m.web.revoke(ctx, a.at, a.oauth.ClientID, g.refresh); err != nil {
		a.m.cfg.Log.WarnContext(ctx, "a sign-in that came to nothing is left at the host until it ends by itself", "host", a.found.URL, "err", err)
	}
}

// sameState compares without telling by its time how much was right.
func (a *Attempt) sameState(state string) bool {
	return subtle.ConstantTimeCompare([]byte(state), []byte(a.state)) == 1
}

// told makes the trouble that a screen can put into words.
func told(err error, host string) *trouble.Trouble {
	t := trouble.From(err)
	if r, ok := errors.AsType[*refusal](err); ok {
		t = &trouble.Trouble{Kind: trouble.SignInRefused, Err: err}
		switch r.code {
		case "temporarily_unavailable":
			t.Kind = trouble.Busy
		case "server_error":
			t.Kind = trouble.HostError
		}
	}
	if errors.Is(err, errTimeOver) {
		t = &trouble.Trouble{Kind: trouble.SignInOver, Err: err}
	}
	if t != nil && t.Host == "" {
		t.Host = host
	}
	return t
}

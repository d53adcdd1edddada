package signin

import (
	"context"
	"errors"
	"time"

	"concierge/app/files"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client"
)

// Tokens gives one identity's access token; it is a client.TokenSource. Its errors are of package client: SignInNeeded
// (with the identity's Trouble inside) when the person has to do something, else what was wrong on the way.
type Tokens struct {
	m  *Manager
	id string
}

var _ client.TokenSource = (*Tokens)(nil)

// Tokens returns the source of access tokens of an identity.
func (m *Manager) Tokens(id string) *Tokens { return &Tokens{m, id} }

const (
	// ahead is how long before its end an access token is replaced, so that it does not end under way; of short-lived
	// ones a quarter of their life.
	ahead = time.Minute
	// refreshTime bounds one refresh.
	refreshTime = time.Minute
	// identityWait is how long to wait for another process that refreshes or signs out the same identity.
	identityWait = 20 * time.Second
)

// flight is one refresh, for which all wait who want a token of that identity.
type flight struct {
	cancel context.CancelCauseFunc
	done   chan struct{}
	token  string // after done: what it brought
	err    error  // after done
}

// Token returns an access token that is good for a while yet. A host that cannot be reached is no error while
// there is one that has not ended.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	token, f, err := t.m.token(t.id)
	if f == nil {
		return token, err
	}
	select {
	case <-ctx.Done():
		return "", client.Classify("refresh", context.Cause(ctx))
	case <-f.done:
	}
	if f.err == nil {
		return f.token, nil
	}
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	if l := t.m.live[t.id]; l != nil && !l.gone && l.access != "" && (l.until.IsZero() || t.m.now().Before(l.until)) {
		return l.access, nil
	}
	return "", f.err
}

// token returns the token there is, or the flight that brings another.
func (m *Manager) token(id string) (string, *flight, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.live[id]
	if l == nil || l.gone {
		return "", nil, &client.SignInNeeded{Err: errSignedOut}
	}
	if l.access != "" && (l.renewAt.IsZero() || m.now().Before(l.renewAt)) {
		return l.access, nil, nil
	}
	if l.secret == "" && l.trouble != nil {
		return "", nil, &client.SignInNeeded{Err: l.trouble}
	}
	return "", m.fly(l), nil
}

// Refresh gets another token in place of the used one, which the host refused. When that has happened already, it does
// nothing.
func (t *Tokens) Refresh(ctx context.Context, used string) error {
	m := t.m
	m.mu.Lock()
	l := m.live[t.id]
	if l == nil || l.gone {
		m.mu.Unlock()
		return &client.SignInNeeded{Err: errSignedOut}
	}
	if l.access != used {
		m.mu.Unlock()
		return nil
	}
	l.access = ""
	m.mu.Unlock()
	_, err := t.Token(ctx)
	return err
}

// fly joins the refresh under way or begins one. m.mu is held.
func (m *Manager) fly(l *live) *flight {
	if l.flight != nil {
		return l.flight
	}
	f := &flight{done: make(chan struct{})}
	if m.closed {
		f.err, f.cancel = &client.SignInNeeded{Err: errClosed}, func(error) {}
		close(f.done)
		return f
	}
	ctx, cancel := context.WithCancelCause(m.ctx)
	f.cancel = cancel
	l.flight = f
	m.wg.Go(func() {
		ctx, stop := context.WithTimeout(ctx, refreshTime)
		defer stop()
		defer cancel(nil)
		f.token, f.err = m.refresh(ctx, l.id)
		m.mu.Lock()
		l.flight = nil
		m.mu.Unlock()
		close(f.done)
	})
	return f
}

// refresh gets an access token for an identity and keeps the refresh token that comes with it. Nobody else refreshes
// this identity meanwhile, neither here (flight) nor in another process (lockIdentity): a refresh token that
// two use at once looks stolen to the host, which then ends the sign-in (RFC 9700 section 4.14.2).
func (m *Manager) refresh(ctx context.Context, id string) (token string, err error) {
	unlock, err := m.lockIdentity(ctx, id)
	if err != nil {
		return "", client.Classify("refresh", err)
	}
	defer unlock()
	m.current(ctx, id)
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone {
		m.mu.Unlock()
		return "", &client.SignInNeeded{Err: errSignedOut}
	}
	used := l.secret
	m.mu.Unlock()
	if used == "" {
		return "", m.unable(id)
	}
	at, clientID, err := m.where(ctx, id)
	if err != nil {
		return "", err
	}
	g, err := m.web.refresh(ctx, at, clientID, used)
	if spent(err) {
		// Another process may have refreshed and died before it could say so: the keyring knows. It is asked once.
		if now, vaultErr := m.reread(ctx, id); vaultErr == nil && now != "" && now != used {
			used = now
			g, err = m.web.refresh(ctx, at, clientID, used)
		}
	}
	if spent(err) {
		t := &trouble.Trouble{Kind: trouble.SignInNeeded, Err: err}
		m.cfg.Log.InfoContext(ctx, "the host ended this sign-in", "identity", id, "err", err)
		m.settle(id, func(l *live) {
			if l.secret == used { // else somebody has just signed in again
				l.secret, l.access, l.dead, l.unsaved, l.trouble = "", "", used, false, t
			}
		})
		return "", &client.SignInNeeded{Err: t}
	}
	if r, ok := errors.AsType[*refusal](err); ok { // a refusal that says nothing of this sign-in
		return "", &client.WrongShape{Call: r.call, Field: r.code}
	}
	if err != nil {
		return "", err
	}
	return g.access, m.granted(ctx, id, used, g)
}

// spent tells whether the host refused a refresh token for good (RFC 6749 section 5.2). Also when it no longer knows the
// client: signing in anew asks the host as which one.
func spent(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	return ok && (r.code == "invalid_grant" || r.code == "invalid_client" || r.code == "unauthorized_client")
}

// granted keeps what a refresh gave: the new refresh token first, since the old one is spent.
func (m *Manager) granted(ctx context.Context, id, used string, g grant) error {
	now := m.now()
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone {
		if l != nil && g.refresh != "" {
			l.secret = g.refresh // SignOut waits for this one, to revoke it
		}
		m.mu.Unlock()
		return &client.SignInNeeded{Err: errSignedOut}
	}
	if l.secret != used { // somebody has just signed in again; what that brought counts
		m.mu.Unlock()
		return nil
	}
	rotated := g.refresh != "" && g.refresh != used
	if rotated {
		l.secret = g.refresh
		l.rec.Turn = newID()
	}
	l.rec.LastUsedAt = now
	rec, kept, memoryOnly := l.rec, l.kept, l.memoryOnly
	save := kept && !memoryOnly && (rotated || l.unsaved)
	if l.unsaved && l.trouble != nil && l.trouble.Kind == trouble.KeyringLocked {
		save = false // the person has been told; a prompt every few minutes would not help (see Retry)
	}
	secret := l.secret
	m.mu.Unlock()

	var t *trouble.Trouble
	switch {
	case save:
		t = m.saveRotated(ctx, rec, secret)
		if t != nil && t.Kind == trouble.SignInNeeded {
			m.drop(id)
			return &client.SignInNeeded{Err: t}
		}
	case kept && !memoryOnly:
		if err := m.edit(ctx, func(c *content) {
			if r := c.find(id); r != nil {
				r.LastUsedAt = now
			}
		}); err != nil {
			m.cfg.Log.WarnContext(ctx, "last use is not noted", "identity", id, "err", err)
		}
	}
	m.settle(id, func(l *live) {
		l.access = g.access
		l.lasts(now, g.life)
		if save {
			l.unsaved = t != nil
			l.trouble = t
		}
	})
	return nil
}

// saveRotated is store for an identity that must be in the file already: when it is not, another window of the
// application has signed it out, and its secret must not come back (SignInNeeded).
func (m *Manager) saveRotated(ctx context.Context, rec record, secret string) *trouble.Trouble {
	// The answer that brought this secret came at the end of a flight that may be cancelled or out of time by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyringQuiet)
	defer cancel()
	there := false
	if err := m.edit(ctx, func(c *content) {
		if r := c.find(rec.ID); r != nil {
			there = true
			r.Turn, r.LastUsedAt = rec.Turn, rec.LastUsedAt
		}
	}); err != nil {
		m.cfg.Log.WarnContext(ctx, "other windows of the application are not told that the secret is new", "identity", rec.ID, "err", err)
		there = true // as far as is known
	}
	if !there {
		return &trouble.Trouble{Kind: trouble.SignInNeeded, Err: errSignedOut}
	}
	if err := m.cfg.Vault.Set(ctx, rec.ID, secret); err != nil {
		m.cfg.Log.WarnContext(ctx, "secret cannot be saved; it stays in memory until the application ends", "identity", rec.ID, "err", err)
		return keyringTrouble(err)
	}
	return nil
}

// current sees to it, as far as file and keyring answer, that the secret in memory is the one in the keyring.
func (m *Manager) current(ctx context.Context, id string) {
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.memoryOnly || l.unsaved || !l.kept {
		m.mu.Unlock()
		return
	}
	had, turn := l.secret != "", l.rec.Turn
	m.mu.Unlock()
	if !had {
		ctx, cancel := context.WithTimeout(ctx, keyringQuiet)
		defer cancel()
		m.fetch(ctx, id) // its trouble is the identity's
		return
	}
	c, err := m.file.read(ctx)
	if err != nil {
		m.cfg.Log.WarnContext(ctx, "file of identities", "path", m.cfg.File, "err", err)
		return
	}
	if r := c.find(id); r == nil || r.Turn == turn {
		return
	} else if _, err := m.reread(ctx, id); err == nil {
		m.mu.Lock()
		l.rec.Turn = r.Turn
		m.mu.Unlock()
	}
}

// reread takes the secret from the keyring in place of the one in memory.
func (m *Manager) reread(ctx context.Context, id string) (string, error) {
	m.mu.Lock()
	l := m.live[id]
	ours := l == nil || l.memoryOnly || !l.kept
	m.mu.Unlock()
	if ours {
		return "", vault.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(ctx, keyringQuiet)
	defer cancel()
	secret, err := m.cfg.Vault.Get(ctx, id)
	if err != nil || secret == "" {
		m.cfg.Log.WarnContext(ctx, "secret cannot be read again", "identity", id, "err", err)
		return "", err
	}
	m.mu.Lock()
	l.secret = secret
	m.mu.Unlock()
	return secret, nil
}

// unable says why there is no secret.
func (m *Manager) unable(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.live[id]; l != nil && l.trouble != nil {
		return &client.SignInNeeded{Err: l.trouble}
	}
	return &client.SignInNeeded{Err: errSignedOut}
}

var errNoSample = errors.New("the sample host is not running")

// where says where an identity's sign-in is, and as which client; asked once while the application runs.
func (m *Manager) where(ctx context.Context, id string) (provider, string, error) {
	m.mu.Lock()
	l := m.live[id]
	if l == nil {
		m.mu.Unlock()
		return provider{}, "", &client.SignInNeeded{Err: errSignedOut}
	}
	rec, sampleURL := l.rec, m.sampleURL
	if l.at != nil {
		at := *l.at
		m.mu.Unlock()
		return at, rec.ClientID, nil
	}
	m.mu.Unlock()
	hostURL, issuer := rec.HostURL, rec.Issuer
	if rec.Embedded {
		if sampleURL == "" {
			return provider{}, "", &client.Offline{Kind: client.Unreachable, Call: "refresh", Err: errNoSample}
		}
		found, err := m.cfg.Discover(ctx, sampleURL)
		if err != nil {
			return provider{}, "", err
		}
		hostURL, issuer = sampleURL, found.SignIn.Issuer
	}
	at, err := m.web.discover(ctx, hostURL, issuer)
	if err != nil {
		return provider{}, "", err
	}
	m.mu.Lock()
	if m.sampleURL == sampleURL {
		l.at = &at
	}
	m.mu.Unlock()
	return at, rec.ClientID, nil
}

// lockIdentity keeps other processes of the application from using an identity's secret until unlock. The error is only
// that it took too long; a lock that cannot be had at all is logged and done without: better a rare clash than no sign-in.
func (m *Manager) lockIdentity(ctx context.Context, id string) (unlock func(), err error) {
	m.mu.Lock()
	l := m.live[id]
	shared := l != nil && l.kept && !l.memoryOnly
	m.mu.Unlock()
	if !shared {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, identityWait)
	defer cancel()
	unlock, err = files.Lock(ctx, m.identityLock(id))
	if err != nil && ctx.Err() == nil {
		m.cfg.Log.WarnContext(ctx, "another window of the application may use the same secret", "identity", id, "err", err)
		return func() {}, nil
	}
	return unlock, err
}

func (m *Manager) identityLock(id string) string { return m.cfg.File + "." + id + ".lock" }

package signin

import (
	"context"
	"errors"

	"concierge/app/files"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client"
)

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
		_ = m.fetch(ctx, id) // its trouble is the identity's
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

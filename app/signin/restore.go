package signin

import (
	"context"
	"errors"

	"concierge/app/trouble"
	"concierge/app/vault"
)

// Load reads the file of identities. They are listed from then on; their secrets come with Restore. A file that cannot
// be understood is set aside, never overwritten, and told by the error (SetAside); there are no identities then.
func (m *Manager) Load(ctx context.Context) error {
	c, err := m.file.read(ctx)
	if err != nil {
		m.cfg.Log.ErrorContext(ctx, "file of identities", "path", m.cfg.File, "err", err)
	}
	m.mu.Lock()
	m.loaded = true
	var added []string
	for _, r := range c.Identities {
		if m.live[r.ID] == nil {
			m.live[r.ID] = &live{id: r.ID, rec: r, kept: true}
			added = append(added, r.ID)
		}
	}
	m.mu.Unlock()
	for _, id := range added {
		m.Changed.Emit(id)
	}
	if err != nil {
		return trouble.From(err)
	}
	return nil
}

// Restore reads the secret of each identity from the keyring. An identity whose secret cannot be read stays, with its
// Trouble; a keyring that is missing or locked is asked once, not once for each. The error is only about the file (see
// Load, which it calls when nobody has). It also deletes secrets that an earlier SignOut had to leave.
func (m *Manager) Restore(ctx context.Context) error {
	m.mu.Lock()
	loaded := m.loaded
	m.mu.Unlock()
	var told error
	if !loaded {
		told = m.Load(ctx)
	}
	var closed *trouble.Trouble // why no secret can be read now
	for _, i := range m.Identities() {
		if closed == nil {
			if t := m.fetch(ctx, i.ID); t != nil && (t.Kind == trouble.KeyringMissing || t.Kind == trouble.KeyringLocked) {
				closed = t
			}
			continue
		}
		m.settle(i.ID, func(l *live) {
			if l.secret == "" {
				l.trouble = closed
			}
		})
	}
	if closed == nil {
		m.sweep(ctx)
	}
	return told
}

// Retry reads the identity's secret from the keyring again, or saves it there when it is in memory only: for when the
// person has unlocked the keyring. It may wait for that a minute. The error is what the identity's Trouble is then.
// When it works, identities with the same trouble are tried too.
func (m *Manager) Retry(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, keyringAsked)
	defer cancel()
	if t := m.retry(ctx, id); t != nil {
		return t
	}
	for _, i := range m.Identities() {
		if i.Trouble != nil && i.Trouble.Kind != trouble.SignInNeeded && i.ID != id {
			if t := m.retry(ctx, i.ID); t != nil {
				m.cfg.Log.WarnContext(ctx, "keyring", "identity", i.ID, "err", t)
			}
		}
	}
	m.sweep(ctx)
	return nil
}

func (m *Manager) retry(ctx context.Context, id string) *trouble.Trouble {
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone {
		m.mu.Unlock()
		return &trouble.Trouble{Kind: trouble.SignInNeeded, Err: errSignedOut}
	}
	secret, unsaved := l.secret, l.unsaved
	m.mu.Unlock()
	if secret == "" {
		return m.fetch(ctx, id)
	}
	if !unsaved {
		return nil
	}
	return m.save(ctx, id)
}

// fetch reads one identity's secret from the keyring, unless it is had already, and returns its trouble.
func (m *Manager) fetch(ctx context.Context, id string) *trouble.Trouble {
	m.mu.Lock()
	l := m.live[id]
	had := l == nil || l.secret != "" || !l.kept
	m.mu.Unlock()
	if had {
		return nil
	}
	secret, err := m.cfg.Vault.Get(ctx, id)
	var t *trouble.Trouble
	switch {
	case errors.Is(err, vault.ErrNotFound), err == nil && secret == "":
		t = &trouble.Trouble{Kind: trouble.SignInNeeded, Err: vault.ErrNotFound}
	case err != nil:
		t = keyringTrouble(err)
		m.cfg.Log.WarnContext(ctx, "secret cannot be read", "identity", id, "err", err)
	}
	m.settle(id, func(l *live) {
		switch {
		case l.secret != "": // somebody signed in meanwhile
			t = l.trouble
			return
		case t == nil && secret == l.dead:
			t = l.trouble
			return
		case t == nil:
			l.secret = secret
		}
		l.trouble = t
	})
	return t
}

// save puts an identity's secret, which is in memory only, into the keyring.
func (m *Manager) save(ctx context.Context, id string) *trouble.Trouble {
	unlock, err := m.lockIdentity(ctx, id)
	if err != nil {
		return trouble.From(err)
	}
	defer unlock()
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone || l.secret == "" || l.memoryOnly {
		m.mu.Unlock()
		return nil
	}
	secret, rec := l.secret, l.rec
	rec.Turn = newID()
	m.mu.Unlock()
	t := m.store(ctx, rec, secret)
	m.settle(id, func(l *live) {
		l.rec.Turn, l.kept = rec.Turn, l.kept || t == nil || t.Kind != trouble.DiskTrouble
		if l.secret == secret {
			l.unsaved, l.trouble = t != nil, t
		}
	})
	return t
}

// store writes an identity to the file and then its secret to the keyring: in this order, so that there is never a
// secret that no file tells of.
func (m *Manager) store(ctx context.Context, rec record, secret string) *trouble.Trouble {
	err := m.edit(ctx, func(c *content) {
		c.put(rec)
		c.left(rec.ID)
	})
	if err != nil {
		return &trouble.Trouble{Kind: trouble.DiskTrouble, Err: err}
	}
	if err := m.cfg.Vault.Set(ctx, rec.ID, secret); err != nil {
		m.cfg.Log.WarnContext(ctx, "secret cannot be saved; it stays in memory until the application ends", "identity", rec.ID, "err", err)
		return keyringTrouble(err)
	}
	return nil
}

// settle changes an identity and tells so.
func (m *Manager) settle(id string, change func(*live)) {
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone {
		m.mu.Unlock()
		return
	}
	before := m.identity(l)
	change(l)
	after := m.identity(l)
	m.mu.Unlock()
	if before != after {
		m.Changed.Emit(id)
	}
}

// keyringTrouble gives the vault's errors the kind they have; one that has none is a refusal.
func keyringTrouble(err error) *trouble.Trouble {
	t := trouble.From(err)
	switch t.Kind {
	case trouble.KeyringMissing, trouble.KeyringLocked, trouble.KeyringRefused:
		return t
	case trouble.TimedOut, trouble.Cancelled: // nobody unlocked it
		return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: err}
	}
	return &trouble.Trouble{Kind: trouble.KeyringRefused, Err: err}
}

// sweep deletes the secrets of identities that have signed out when the keyring was closed.
func (m *Manager) sweep(ctx context.Context) {
	c, err := m.file.read(ctx)
	if err != nil {
		m.cfg.Log.WarnContext(ctx, "file of identities", "path", m.cfg.File, "err", err)
		return
	}
	for _, id := range c.Leaving {
		if t := m.clear(ctx, id); t != nil {
			return
		}
	}
}

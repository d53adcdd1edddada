package signin

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"concierge/app/trouble"
	"concierge/app/vault"
)

// revokeTime bounds telling the host that a sign-in ends.
const revokeTime = 10 * time.Second

// SignedOut says what signing out could not do; the person should know. The identity is gone in any case.
type SignedOut struct {
	NotRevoked *trouble.Trouble // the host could not be told: the sign-in there ends by itself, later
	SecretLeft *trouble.Trouble // the keyring did not let go of the secret; it is deleted once the keyring opens
}

// SignOut ends the sign-in at the host, deletes this identity's secret and only that one, and forgets the identity. Once
// begun it goes on when ctx ends. The error is DiskTrouble: the file could not be written, and the identity is
// still there.
//
// In this order: the host is told; the file loses the identity and gains its id among Leaving; the keyring deletes the
// secret; the id leaves the file. Wherever it is cut short, either the identity is still listed, or the next Restore
// finds the id and deletes the secret. No secret is left that nothing tells of.
func (m *Manager) SignOut(ctx context.Context, id string) (SignedOut, error) {
	m.mu.Lock()
	l := m.live[id]
	if l == nil || l.gone {
		m.mu.Unlock()
		return SignedOut{}, nil
	}
	l.gone = true // from here on nobody gets a token
	under := l.flight
	m.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	if under != nil { // it may bring a new secret, which is the one to revoke
		select {
		case <-under.done:
		case <-time.After(revokeTime):
			under.cancel(errSignedOut)
			<-under.done
		}
	}
	unlock, err := m.lockIdentity(ctx, id)
	if err != nil {
		m.cfg.Log.WarnContext(ctx, "another window of the application is using the same secret", "identity", id, "err", err)
		unlock = func() {}
	}
	out, err := m.leave(ctx, l)
	unlock()
	if err != nil {
		return out, err
	}
	if err := os.Remove(m.identityLock(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		m.cfg.Log.DebugContext(ctx, "lock file stays", "identity", id, "err", err)
	}
	return out, nil
}

// Listed tells how many identities the file has now, with those that another window of the application has added.
func (m *Manager) Listed(ctx context.Context) (int, error) {
	c, err := m.file.read(ctx)
	return len(c.Identities), err
}

// leave does the steps of SignOut.
func (m *Manager) leave(ctx context.Context, l *live) (out SignedOut, err error) {
	out.NotRevoked = m.revoke(ctx, l)
	m.mu.Lock()
	kept := l.kept
	m.mu.Unlock()
	if kept {
		if err := m.edit(ctx, func(c *content) { c.leave(l.id) }); err != nil {
			m.mu.Lock()
			l.gone, l.access = false, ""
			m.mu.Unlock()
			m.Changed.Emit(l.id)
			return out, err
		}
		wait, cancel := context.WithTimeout(ctx, keyringAsked)
		defer cancel()
		out.SecretLeft = m.clear(wait, l.id)
	}
	m.drop(l.id)
	return out, nil
}

// drop forgets an identity in memory.
func (m *Manager) drop(id string) {
	m.mu.Lock()
	if l := m.live[id]; l != nil {
		l.gone = true
	}
	delete(m.live, id)
	m.mu.Unlock()
	m.Changed.Emit(id)
}

// revoke tells the host that an identity's sign-in ends.
func (m *Manager) revoke(ctx context.Context, l *live) *trouble.Trouble {
	ctx, cancel := context.WithTimeout(ctx, revokeTime)
	defer cancel()
	m.mu.Lock()
	dead, name := l.dead, l.rec.HostName
	secrets := []string{l.secret}
	elsewhere := l.kept && (l.secret == "" || l.memoryOnly) // the keyring has one that is not in memory
	m.mu.Unlock()
	if elsewhere {
		kept, err := m.cfg.Vault.Get(ctx, l.id)
		if err != nil && !errors.Is(err, vault.ErrNotFound) {
			return keyringTrouble(err)
		}
		secrets = append(secrets, kept)
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" || s == dead })
	if len(secrets) == 0 { // the host knows no sign-in of ours
		return nil
	}
	at, clientID, err := m.where(ctx, l.id)
	if err == nil && at.Revocation == "" {
		return &trouble.Trouble{Kind: trouble.CannotHere, Host: name}
	}
	for _, secret := range secrets {
		if err == nil {
			err = m.web.revoke(ctx, at, clientID, secret)
		}
	}
	if err != nil {
		m.cfg.Log.WarnContext(ctx, "sign-in could not be ended at the host", "identity", l.id, "err", err)
		return told(err, name)
	}
	return nil
}

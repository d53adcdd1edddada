package signin

import (
	"cmp"
	"context"
	"time"

	"concierge/app/trouble"
	"concierge/client"
)

// keep makes an identity of a sign-in, or renews the one this person has at this host. The file is written first,
// then the keyring, then the identity is there for everybody to see. A keyring that fails, fails nothing: the
// identity works until the application ends and says why. memoryOnly keeps it out of file and keyring. The error is
// that ctx ended in time; a new identity is then gone without trace, a known one as it was.
func (m *Manager) keep(ctx context.Context, found Found, at provider, who person, g grant, memoryOnly bool) (Identity, error) {
	m.keeping.Lock()
	defer m.keeping.Unlock()
	now := m.now()
	m.mu.Lock()
	rec := record{ID: newID(), AddedAt: now}
	known, kept := false, false
	for _, l := range m.live {
		if l.rec.PersonID == who.id && m.hostURL(l) == found.URL && !l.gone {
			rec, known, kept = l.rec, true, l.kept
		}
	}
	rec.HostURL, rec.HostName, rec.Sample = found.URL, found.Host.Name, found.Host.Sample
	rec.Embedded = m.sampleURL != "" && found.URL == m.sampleURL
	rec.Issuer, rec.ClientID = found.SignIn.Issuer, found.SignIn.ClientID
	rec.PersonID, rec.Name, rec.Email = who.id, cmp.Or(who.name, rec.Name), cmp.Or(who.email, rec.Email)
	rec.LastUsedAt = now
	m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Identity{}, err
	}
	if known { // half renewed would be worse than renewed: the host may have ended the sign-in before
		ctx = context.WithoutCancel(ctx)
	}

	next := live{
		id: rec.ID, rec: rec, kept: kept, secret: g.refresh, memoryOnly: memoryOnly, at: &at,
		access: g.access, signIns: 1,
	}
	next.lasts(now, g.life)
	if !memoryOnly {
		unlock, err := m.lockIdentity(ctx, rec.ID)
		if err != nil {
			return Identity{}, err
		}
		defer unlock()
		next.rec.Turn = newID()
		wait, cancel := context.WithTimeout(ctx, keyringAsked)
		t := m.store(wait, next.rec, g.refresh)
		cancel()
		next.unsaved, next.trouble = t != nil, t
		next.kept = kept || t == nil || t.Kind != trouble.DiskTrouble
	}
	if err := ctx.Err(); err != nil {
		if !known && !memoryOnly {
			if t := m.withdraw(ctx, rec.ID); t != nil {
				m.cfg.Log.WarnContext(ctx, "a cancelled sign-in could not be undone entirely", "identity", rec.ID, "err", t)
			}
		}
		return Identity{}, err
	}
	m.mu.Lock()
	if l := m.live[rec.ID]; l != nil {
		next.flight, next.signIns = l.flight, l.signIns+1
		*l = next
	} else {
		m.live[rec.ID] = &next
	}
	i := m.identity(m.live[rec.ID])
	m.mu.Unlock()
	m.Changed.Emit(rec.ID)
	return i, nil
}

// lasts notes how long the access token is good.
func (l *live) lasts(from time.Time, life time.Duration) {
	l.until, l.renewAt = time.Time{}, time.Time{}
	if life > 0 {
		l.until = from.Add(life)
		l.renewAt = l.until.Add(-min(ahead, life/4))
	}
}

// withdraw takes an identity out of the file and deletes its secret, in the order of SignOut.
func (m *Manager) withdraw(ctx context.Context, id string) *trouble.Trouble {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyringAsked)
	defer cancel()
	if err := m.edit(ctx, func(c *content) { c.leave(id) }); err != nil {
		return trouble.From(err)
	}
	return m.clear(ctx, id)
}

// clear deletes the secret of an identity that is not in the file any more.
func (m *Manager) clear(ctx context.Context, id string) *trouble.Trouble {
	if err := m.cfg.Vault.Delete(ctx, id); err != nil {
		m.cfg.Log.WarnContext(ctx, "secret of a signed-out identity cannot be deleted yet", "identity", id, "err", err)
		return keyringTrouble(err)
	}
	if err := m.edit(ctx, func(c *content) { c.left(id) }); err != nil {
		m.cfg.Log.WarnContext(ctx, "that a secret is deleted is not noted", "identity", id, "err", err)
	}
	return nil
}

// Adopt signs in with a refresh token had otherwise, for this session only: it goes neither into the keyring nor into
// the file. When this person has signed in there before, it is that identity; what is kept of it stays as it is.
func (m *Manager) Adopt(ctx context.Context, hostURL, refreshToken string) (Identity, error) {
	if err := m.may(hostURL); err != nil {
		return Identity{}, err
	}
	found, err := m.cfg.Discover(ctx, hostURL)
	if err != nil {
		return Identity{}, told(err, hostURL)
	}
	at, err := m.web.discover(ctx, found.URL, found.SignIn.Issuer)
	if err != nil {
		return Identity{}, told(err, found.Host.Name)
	}
	g, err := m.web.refresh(ctx, at, found.SignIn.ClientID, refreshToken)
	if err != nil {
		return Identity{}, told(err, found.Host.Name)
	}
	g.refresh = cmp.Or(g.refresh, refreshToken)
	who, err := m.web.userinfo(ctx, at, g.access)
	if err != nil {
		return Identity{}, told(err, found.Host.Name)
	}
	i, err := m.keep(ctx, found, at, who, g, true)
	if err != nil {
		return Identity{}, told(client.Classify("adopt", err), found.Host.Name)
	}
	return i, nil
}

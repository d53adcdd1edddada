package signin

import (
	"context"
	"time"

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

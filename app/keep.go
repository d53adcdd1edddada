package app

import (
	"context"
	"sync/atomic"

	"concierge/app/access"
	"concierge/app/signin"
	"concierge/app/trouble"
	"concierge/app/vault"
)

// keeps tells whether anything of an identity may be kept on this computer: not of one that was adopted for this session,
// nor of one that has signed out.
func (c *Core) keeps(id string) bool {
	i, known := c.SignIn.Identity(id)
	return known && (!i.SessionOnly || i.Trouble != nil)
}

// known are the identities of which something is kept.
func (c *Core) known() (ids []string) {
	for _, i := range c.SignIn.Identities() {
		if c.keeps(i.ID) {
			ids = append(ids, i.ID)
		}
	}
	return ids
}

// tell passes on what the person should know: at once, or with the others when Load is done.
func (c *Core) tell(t *trouble.Trouble) {
	c.mu.Lock()
	ready := false
	if c.restored != nil {
		select {
		case <-c.restored:
			ready = true
		default:
			c.early = append(c.early, t)
		}
	}
	c.mu.Unlock()
	if ready {
		c.Told.Emit(t)
	}
}

// loadRest brings what the first screen does not need, once there is one.
func (c *Core) loadRest(ctx context.Context) {
	if !c.onScreen(ctx) {
		return
	}
	c.Storage.Rest(ctx, c.known())
	if c.cfg.Rested != nil {
		c.resting.Do(c.cfg.Rested)
	}
}

// Keep tries to keep things on this computer when it could not be done before, as after the keyring has been unlocked.
// What is known by now goes there. The error is what Storage.Trouble says then.
func (c *Core) Keep(ctx context.Context) error {
	if c.cfg.Folder == "" || c.Storage.IsOpen() {
		return nil
	}
	err := c.Storage.Open(ctx, c.known(), access.Ref{})
	if err == nil {
		c.Storage.Rest(c.ctx, c.known())
		for _, id := range c.known() {
			c.do(func(ctx context.Context) { c.resume(ctx, id) })
		}
	}
	for _, id := range c.known() { // whose screens say whether anything is kept
		c.Store.ListChanged.Emit(id)
	}
	return err
}

// signOutAndErase notes that an identity signs out before it does, so that what is kept of it goes however it ends.
func (c *Core) signOutAndErase(ctx context.Context, id string) (signin.SignedOut, error) {
	if err := c.Storage.Leave(ctx, id); err != nil {
		c.cfg.Log.Error("note that an identity signs out", "identity", id, "err", err)
	}
	out, err := c.SignIn.SignOut(ctx, id)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	if err != nil {
		if err := c.Storage.Stay(ctx, id); err != nil {
			c.cfg.Log.Error("note that an identity stays", "identity", id, "err", err)
		}
		return out, err
	}
	if err := c.Desk.Forget(ctx, id); err != nil { // they lie there, and are sent by nobody: their identity is gone
		c.cfg.Log.Error("forget the edits of an identity", "err", err)
		c.tell(trouble.From(err))
	}
	listed, err := c.SignIn.Listed(ctx)
	if err != nil {
		c.cfg.Log.Warn("who else is signed in", "err", err) // then nothing of theirs is touched
	}
	last := err == nil && listed == 0 && len(c.known()) == 0
	if err := c.Storage.Erase(ctx, id, last); err != nil {
		c.cfg.Log.Error("take away what was kept of an identity", "identity", id, "err", err)
		c.tell(trouble.From(err))
	}
	return out, nil
}

// asked is a vault that was found closed: while the application starts the person is asked to open it once, not once for
// each secret.
type asked struct {
	vault.Vault
	closed atomic.Pointer[trouble.Trouble]
}

// is notes that the vault is missing or locked; anything else is no reason not to ask.
func (a *asked) is(t *trouble.Trouble) {
	if t != nil && t.Kind != trouble.KeyringMissing && t.Kind != trouble.KeyringLocked {
		t = nil
	}
	a.closed.Store(t)
}

// Get implements vault.Vault.
func (a *asked) Get(ctx context.Context, id string) (string, error) {
	if t := a.closed.Load(); t != nil {
		return "", t
	}
	return a.Vault.Get(ctx, id)
}

package vault

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"

	"concierge/app/trouble"
)

// How long a call waits for the keyring.
const (
	probeWait = 3 * time.Second // nobody asked for anything: the keyring answers by itself, or not
	askWait   = time.Minute     // the person may be typing the password that unlocks it
)

// Keyring is the operating system's: Keychain on macOS, Credential Manager on Windows, a Secret Service (GNOME
// Keyring, KWallet, KeePassXC) elsewhere. It talks to it one call at a time, so that there are never two prompts.
type Keyring struct {
	system system
	turn   chan struct{} // holds a token while a call is under way
}

// system is one operating system's keyring.
type system struct {
	// open makes sure that secrets can be reached, asking the person to unlock them when it may. It ends with its
	// context, taking back its prompt. Nil where the system does all that itself.
	open func(ctx context.Context, ask bool) error
	get  func(id string) (string, error)
	set  func(id, secret string) error
	del  func(id string) error
}

// OS returns the operating system's keyring. It does not touch it.
func OS() *Keyring {
	return newKeyring(system{
		open: openKeyring,
		get:  func(id string) (string, error) { return keyring.Get(Service, id) },
		set:  func(id, secret string) error { return keyring.Set(Service, id, secret) },
		del:  func(id string) error { return keyring.Delete(Service, id) },
	})
}

func newKeyring(s system) *Keyring { return &Keyring{system: s, turn: make(chan struct{}, 1)} }

// Probe tells, within seconds and without asking the person for anything, whether the keyring can be used now. An
// error says as elsewhere what is wrong; KeyringLocked also means that it is busy, perhaps with a prompt.
func (k *Keyring) Probe(ctx context.Context) error {
	err := k.run(ctx, probeWait, false, func() error {
		if k.system.open != nil {
			return nil
		}
		_, err := k.system.get("probe")
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Get implements Vault.
func (k *Keyring) Get(ctx context.Context, id string) (string, error) {
	if err := valid(id); err != nil {
		return "", err
	}
	var secret string
	err := k.run(ctx, askWait, true, func() (err error) {
		secret, err = k.system.get(id)
		return err
	})
	if err != nil {
		return "", err // not secret: a late answer may be writing it
	}
	return secret, nil
}

// Set implements Vault. It reads back what it wrote: macOS's tool can fail without saying so.
func (k *Keyring) Set(ctx context.Context, id, secret string) error {
	if err := errors.Join(valid(id), tooLarge(secret)); err != nil {
		return err
	}
	return k.run(ctx, askWait, true, func() error {
		if err := k.system.set(id, secret); err != nil {
			return err
		}
		kept, err := k.system.get(id)
		if err == nil && kept != secret || errors.Is(err, keyring.ErrNotFound) {
			return &trouble.Trouble{Kind: trouble.KeyringRefused, Err: errNotKept}
		}
		return err
	})
}

// Delete implements Vault.
func (k *Keyring) Delete(ctx context.Context, id string) error {
	if err := valid(id); err != nil {
		return err
	}
	err := k.run(ctx, askWait, true, func() error { return k.system.del(id) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// run waits for its turn, opens the keyring and acts, in a goroutine that the caller waits for until ctx ends or the
// time is up. What was not begun by then is not done later: a secret must not appear after the caller has given up.
// An act that hangs keeps its turn, since the system's prompt is still there.
func (k *Keyring) run(ctx context.Context, wait time.Duration, ask bool, act func() error) error {
	limited, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	select {
	case k.turn <- struct{}{}:
	case <-limited.Done():
		return gaveUp(ctx, limited)
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-k.turn }()
		if k.system.open != nil {
			if err := k.system.open(limited, ask); err != nil {
				done <- err
				return
			}
		}
		if err := limited.Err(); err != nil {
			done <- err
			return
		}
		done <- act()
	}()
	select {
	case err := <-done:
		if err != nil && limited.Err() != nil {
			return gaveUp(ctx, limited)
		}
		return classify(runtime.GOOS, err)
	case <-limited.Done():
		return gaveUp(ctx, limited)
	}
}

// gaveUp says why nobody waited any longer: the caller cancelled, or the keyring did not answer in time, as when its
// prompt is not seen.
func gaveUp(caller, limited context.Context) error {
	if errors.Is(caller.Err(), context.Canceled) {
		return &trouble.Trouble{Kind: trouble.Cancelled, Err: caller.Err()}
	}
	return &trouble.Trouble{Kind: trouble.KeyringLocked, Err: limited.Err()}
}

var errNotKept = errors.New("the keyring took the secret but does not give it back")

// Package vault keeps one secret per identity: its refresh token, in the operating system's keyring (OS) or, when
// that is missing, locked or refusing and the person agrees, in memory until the application ends (Session).
//
// It writes nothing to a file and knows neither what a secret is for nor how to say an error to people: what goes
// wrong is a trouble.Trouble of kind KeyringMissing, KeyringLocked or KeyringRefused.
package vault

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"concierge/app/trouble"
)

// Service is the name under which secrets are kept; the user is the identity's random id. It never changes: a
// different name would lose everybody's sign-in.
const Service = "Concierge"

// MaxSecret is the most bytes a secret may have: what the strictest keyring, Windows Credential Manager, takes
// (CRED_MAX_CREDENTIAL_BLOB_SIZE in wincred.h).
const MaxSecret = 2560

// ErrNotFound: the keyring answers, and has no secret of that id.
var ErrNotFound = errors.New("no such secret in the keyring")

// ErrDismissed is inside the KeyringLocked of a prompt that the person has closed.
var ErrDismissed = errors.New("the prompt to unlock the keyring was dismissed")

// ErrTooLarge is inside the KeyringRefused of a secret longer than MaxSecret.
var ErrTooLarge = fmt.Errorf("secret is longer than %d bytes", MaxSecret)

// Vault keeps secrets by identity id. Its methods block, up to a minute when the person is asked to unlock the
// keyring: never call them on the UI goroutine. All may be called from many goroutines at once.
type Vault interface {
	// Get returns the secret of an identity, or ErrNotFound.
	Get(ctx context.Context, id string) (secret string, err error)
	// Set keeps a secret in place of the one there was.
	Set(ctx context.Context, id, secret string) error
	// Delete removes the secret of exactly this identity; one that does not exist is no error.
	Delete(ctx context.Context, id string) error
}

var errNoID = errors.New("the identity has no id")

// valid refuses the empty id, which some keyrings take for "any".
func valid(id string) error {
	if id != "" {
		return nil
	}
	return &trouble.Trouble{Kind: trouble.KeyringRefused, Err: errNoID}
}

func tooLarge(secret string) error {
	if len(secret) <= MaxSecret {
		return nil
	}
	return &trouble.Trouble{Kind: trouble.KeyringRefused, Err: ErrTooLarge}
}

// Memory is a Vault that forgets everything when the application ends.
type Memory struct {
	mu      sync.Mutex
	secrets map[string]string
}

// Session returns an empty Memory.
func Session() *Memory { return &Memory{secrets: map[string]string{}} }

// Get implements Vault.
func (m *Memory) Get(_ context.Context, id string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	secret, ok := m.secrets[id]
	if !ok {
		return "", ErrNotFound
	}
	return secret, nil
}

// Set implements Vault. It has the keyring's limit, so that what works for a session works for good.
func (m *Memory) Set(_ context.Context, id, secret string) error {
	if err := errors.Join(valid(id), tooLarge(secret)); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.secrets[id] = secret
	return nil
}

// Delete implements Vault.
func (m *Memory) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.secrets, id)
	return nil
}

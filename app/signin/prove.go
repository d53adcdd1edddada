package signin

import (
	"context"
	"errors"

	"concierge/app/trouble"
	"concierge/app/vault"
)

// Prove reads an identity's secret from the keyring and forgets it: who can do that may open the keyring, and so may see
// what it is about. The keyring may ask the person for its password, and gets a minute for that. The error is
// KeyringMissing, KeyringLocked (vault.ErrDismissed inside when the person closed the keyring's own question),
// KeyringRefused, Cancelled when ctx was, or SignInNeeded when the keyring answers and has no such secret.
func (m *Manager) Prove(ctx context.Context, id string) error {
	if _, known := m.Identity(id); !known {
		return &trouble.Trouble{Kind: trouble.SignInNeeded, Err: errSignedOut}
	}
	limited, cancel := context.WithTimeout(ctx, keyringAsked)
	defer cancel()
	secret, err := m.cfg.Vault.Get(limited, id)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &trouble.Trouble{Kind: trouble.Cancelled, Err: ctx.Err()}
	case errors.Is(err, vault.ErrNotFound), err == nil && secret == "":
		return &trouble.Trouble{Kind: trouble.SignInNeeded, Err: vault.ErrNotFound}
	case err != nil:
		return keyringTrouble(err)
	}
	return nil
}

package app

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/vault"
)

// asking counts how often a keyring is asked for a secret, and has none.
type asking struct{ asked chan string }

func (a asking) Get(_ context.Context, id string) (string, error) {
	a.asked <- id
	return "", vault.ErrNotFound
}

func (asking) Set(context.Context, string, string) error { return nil }
func (asking) Delete(context.Context, string) error      { return nil }

func TestKeyringAndHostsWaitForWhatWasKeptToBeShown(t *testing.T) {
	for _, s := range []struct {
		name  string
		kept  []access.Summary
		shown bool // at last
		after time.Duration
		asked bool
	}{
		{"nothing was kept: the window waits for hosts", nil, false, 0, true},
		{"not yet shown", []access.Summary{{Ref: here}}, false, unshown - 1, false},
		{"shown", []access.Summary{{Ref: here}}, true, 0, true},
		{"never shown, as in a hidden window", []access.Summary{{Ref: here}}, false, unshown, true},
	} {
		t.Run(s.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "identities.json")
			doc, err := json.Marshal(map[string]any{"version": 1, "identities": []map[string]string{{
				"id": here.Identity, "hostUrl": "https://h.example", "issuer": "https://h.example", "clientId": "c", "personId": "p"}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, doc, 0o600); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				keyring, shown := asking{make(chan string, 9)}, make(chan struct{})
				c := New(Config{IdentitiesFile: file, Vault: keyring, Shown: shown, Log: quiet()})
				c.Store.PutIdentity(cache.Identity{ID: here.Identity})
				c.Store.PutAccounts(here.Identity, s.kept)
				ended := make(chan error, 1)
				go func() { ended <- c.Start(t.Context()) }()
				synctest.Wait()
				if s.shown {
					close(shown)
				}
				time.Sleep(s.after)
				synctest.Wait()
				if got := len(keyring.asked) > 0; got != s.asked {
					t.Errorf("the keyring was asked: %v", got)
				}
				if !s.shown {
					close(shown)
				}
				if err := <-ended; err != nil {
					t.Error(err)
				}
				c.Close(t.Context())
			})
		})
	}
}

package vault

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"concierge/app/trouble"
)

// fake is a system whose keyring is a map.
func fake() (system, map[string]string) {
	kept := map[string]string{}
	return system{
		get: func(id string) (string, error) {
			secret, ok := kept[id]
			if !ok {
				return "", keyring.ErrNotFound
			}
			return secret, nil
		},
		set: func(id, secret string) error { kept[id] = secret; return nil },
		del: func(id string) error {
			if _, ok := kept[id]; !ok {
				return keyring.ErrNotFound
			}
			delete(kept, id)
			return nil
		},
	}, kept
}

func TestAVaultKeepsGivesBackAndDeletesOneSecret(t *testing.T) {
	s, _ := fake()
	for name, v := range map[string]Vault{"session": Session(), "keyring": newKeyring(s)} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if _, err := v.Get(ctx, "one"); !errors.Is(err, ErrNotFound) {
				t.Errorf("before: %v, want ErrNotFound", err)
			}
			for _, id := range []string{"one", "one-more", "two"} {
				if err := v.Set(ctx, id, "secret of "+id); err != nil {
					t.Fatal(err)
				}
			}
			if err := v.Set(ctx, "one", "newer"); err != nil {
				t.Fatal(err)
			}
			if got, err := v.Get(ctx, "one"); err != nil || got != "newer" {
				t.Errorf("got %q, %v", got, err)
			}
			for range 2 { // what is gone may be deleted again
				if err := v.Delete(ctx, "one"); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := v.Get(ctx, "one"); !errors.Is(err, ErrNotFound) {
				t.Errorf("after: %v, want ErrNotFound", err)
			}
			for _, id := range []string{"one-more", "two"} {
				if got, err := v.Get(ctx, id); err != nil || got != "secret of "+id {
					t.Errorf("%s: got %q, %v", id, got, err)
				}
			}
			if err := v.Set(ctx, "large", strings.Repeat("x", MaxSecret)); err != nil {
				t.Errorf("of the largest size: %v", err)
			}
			err := v.Set(ctx, "large", strings.Repeat("x", MaxSecret+1))
			if !trouble.Is(err, trouble.KeyringRefused) || !errors.Is(err, ErrTooLarge) {
				t.Errorf("larger: %v, want it refused as too large", err)
			}
			if err := v.Set(ctx, "", "x"); !trouble.Is(err, trouble.KeyringRefused) {
				t.Errorf("without an id: %v", err)
			}
		})
	}
}

func TestAKeyringThatOnlySaysItKeptTheSecretIsFoundOut(t *testing.T) {
	for name, get := range map[string]func(string) (string, error){
		"nothing there":    func(string) (string, error) { return "", keyring.ErrNotFound },
		"another is there": func(string) (string, error) { return "older", nil },
	} {
		s, _ := fake()
		s.get = get
		if err := newKeyring(s).Set(t.Context(), "one", "x"); !trouble.Is(err, trouble.KeyringRefused) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
}

func TestAPersonHasAMinuteToUnlockAndAProbeThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, kept := fake()
		var asked atomic.Bool
		s.open = func(ctx context.Context, ask bool) error {
			asked.Store(ask)
			<-ctx.Done()
			return ctx.Err()
		}
		k := newKeyring(s)
		start := time.Now()
		if err := k.Probe(t.Context()); !trouble.Is(err, trouble.KeyringLocked) || time.Since(start) != 3*time.Second || asked.Load() {
			t.Errorf("probe: %v after %s, asking %v", err, time.Since(start), asked.Load())
		}
		start = time.Now()
		if err := k.Set(t.Context(), "one", "x"); !trouble.Is(err, trouble.KeyringLocked) || time.Since(start) != time.Minute || !asked.Load() {
			t.Errorf("set: %v after %s, asking %v", err, time.Since(start), asked.Load())
		}
		synctest.Wait()
		if len(kept) != 0 {
			t.Error("the secret was kept after the caller had given up")
		}
	})
}

func TestWhatTheCallerCancelsIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, kept := fake()
		unlocked := make(chan struct{})
		s.open = func(context.Context, bool) error { <-unlocked; return nil }
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		if err := newKeyring(s).Set(ctx, "one", "x"); !trouble.Is(err, trouble.Cancelled) {
			t.Errorf("got %v, want it cancelled", err)
		}
		close(unlocked)
		synctest.Wait()
		if len(kept) != 0 {
			t.Error("the secret was kept after the caller had cancelled")
		}
	})
}

func TestThereAreNeverTwoPromptsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := fake()
		var open, most atomic.Int32
		s.open = func(context.Context, bool) error {
			most.Store(max(most.Load(), open.Add(1)))
			time.Sleep(time.Second)
			open.Add(-1)
			return nil
		}
		k := newKeyring(s)
		done := make(chan error)
		for range 5 {
			go func() { _, err := k.Get(t.Context(), "one"); done <- err }()
		}
		for range 5 {
			if err := <-done; !errors.Is(err, ErrNotFound) {
				t.Error(err)
			}
		}
		if most.Load() != 1 {
			t.Errorf("%d at once", most.Load())
		}
	})
}

func TestASystemPromptThatHangsMakesOthersWaitOnlyTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, kept := fake()
		kept["one"] = "x"
		answered := make(chan struct{})
		get := s.get
		s.get = func(id string) (string, error) { <-answered; return get(id) }
		k := newKeyring(s)
		if secret, err := k.Get(t.Context(), "one"); !trouble.Is(err, trouble.KeyringLocked) || secret != "" {
			t.Errorf("the first: %q, %v", secret, err)
		}
		start := time.Now()
		if err := k.Probe(t.Context()); !trouble.Is(err, trouble.KeyringLocked) || time.Since(start) != 3*time.Second {
			t.Errorf("a probe meanwhile: %v after %s", err, time.Since(start))
		}
		close(answered)
		if secret, err := k.Get(t.Context(), "one"); err != nil || secret != "x" {
			t.Errorf("once answered: %q, %v", secret, err)
		}
	})
}

package signin

import (
	"context"
	"testing"

	"concierge/app/trouble"
)

func TestWhoOpensTheKeyringHasProvedIt(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	if err := m.Prove(t.Context(), i.ID); err != nil {
		t.Errorf("an open keyring: %v", err)
	}
	for _, kind := range keyringFailures {
		w.keys.fail(kind)
		if err := m.Prove(t.Context(), i.ID); !trouble.Is(err, kind) {
			t.Errorf("got %v, want %s", err, kind)
		}
		if now, _ := m.Identity(i.ID); !now.Works() || now.SessionOnly {
			t.Errorf("the sign-in itself is spoilt: %+v", now)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Prove(gone, i.ID); !trouble.Is(err, trouble.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
	w.keys.fail("")
	if err := w.keys.Delete(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	if err := m.Prove(t.Context(), i.ID); !trouble.Is(err, trouble.SignInNeeded) {
		t.Errorf("without the secret: %v", err)
	}
	if err := m.Prove(t.Context(), "nobody"); !trouble.Is(err, trouble.SignInNeeded) {
		t.Errorf("for nobody: %v", err)
	}
}

package signin

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"concierge/app/trouble"
	"concierge/client"
)

func TestSigningOutEndsOneIdentityAndOnlyThatOne(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	one, two := w.signIn(m, marie), w.signIn(m, sam)
	w.keys.secrets["somebody-elses"] = "x"
	heard := heard(m)
	out, err := m.SignOut(t.Context(), one.ID)
	if err != nil || out != (SignedOut{}) {
		t.Fatalf("%+v, %v", out, err)
	}
	if ids := w.keys.ids(); len(ids) != 2 || !slices.Contains(ids, two.ID) || w.keys.count("delete") != 1 {
		t.Errorf("keyring has %v", ids)
	}
	if w.host.alive() != 1 || !slices.Contains(heard(), one.ID) {
		t.Error("the host, or the screens, were not told")
	}
	if strings.Contains(w.file(), one.ID) || !strings.Contains(w.file(), two.ID) {
		t.Errorf("%s", w.file())
	}
	if _, err := m.Tokens(one.ID).Token(t.Context()); !errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
	w.token(m, two.ID)
	if out, err := m.SignOut(t.Context(), one.ID); err != nil || out != (SignedOut{}) {
		t.Errorf("a second time: %+v, %v", out, err)
	}
	if left, err := os.ReadDir(w.dir); err != nil || slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.Contains(e.Name(), one.ID) }) {
		t.Errorf("left: %v, %v", left, err)
	}
	w.noSecretsAnywhere()
}

func TestSigningOutTellsWhenTheHostCouldNotBeTold(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	w.server.Close()
	out, err := m.SignOut(t.Context(), i.ID)
	if err != nil || out.NotRevoked == nil || !out.NotRevoked.Kind.Offline() || out.SecretLeft != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if len(m.Identities()) != 0 || len(w.keys.ids()) != 0 {
		t.Error("still there")
	}
}

func TestSigningOutOfAHostThatCannotEndSignIns(t *testing.T) {
	w := newWorld(t)
	w.host.noRevoke = true
	m := w.window()
	i := w.signIn(m, marie)
	if out, err := m.SignOut(t.Context(), i.ID); err != nil || kindOf(out.NotRevoked) != trouble.CannotHere {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestASecretThatCannotBeDeletedIsDeletedWhenTheKeyringOpens(t *testing.T) {
	for _, kind := range keyringFailures {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t)
			m := w.window()
			i := w.signIn(m, marie)
			w.keys.fail(kind)
			out, err := m.SignOut(t.Context(), i.ID)
			if err != nil || kindOf(out.SecretLeft) != kind || out.NotRevoked != nil {
				t.Fatalf("%+v, %v", out, err)
			}
			m.Close()
			m = w.window() // still closed
			if len(m.Identities()) != 0 {
				t.Error("still listed")
			}
			m.Close()
			w.keys.fail("")
			w.window()
			if len(w.keys.ids()) != 0 || strings.Contains(w.file(), i.ID) {
				t.Errorf("keyring has %v, the file says %s", w.keys.ids(), w.file())
			}
		})
	}
}

func TestSigningOutOfAnIdentityWhoseSecretWasNeverReadEndsItAtTheHost(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	m := New(w.cfg)
	defer m.Close()
	if err := m.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out, err := m.SignOut(t.Context(), i.ID); err != nil || out != (SignedOut{}) {
		t.Errorf("%+v, %v", out, err)
	}
	if w.host.alive() != 0 || len(w.keys.ids()) != 0 {
		t.Error("still signed in")
	}
}

func TestAFileThatCannotBeWrittenKeepsTheIdentityAndItsSecretTogether(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	if err := os.Remove(w.cfg.File); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.cfg.File, 0o700); err != nil { // cannot be read or written
		t.Fatal(err)
	}
	if _, err := m.SignOut(t.Context(), i.ID); !trouble.Is(err, trouble.DiskTrouble) {
		t.Errorf("told %v", err)
	}
	if _, listed := m.Identity(i.ID); !listed || w.keys.secret(i.ID) == "" {
		t.Error("a secret without an identity")
	}
}

func TestSigningOutDuringARefreshEndsWhatTheRefreshBrought(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	m := w.window()
	asked, goOn := make(chan struct{}), make(chan struct{})
	w.host.set(func() {
		w.host.after = func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oidc/token" {
				close(asked)
				<-goOn
			}
		}
	})
	refused := make(chan error)
	go func() {
		_, err := m.Tokens(i.ID).Token(t.Context())
		refused <- err
	}()
	<-asked
	done := make(chan SignedOut)
	go func() {
		out, err := m.SignOut(t.Context(), i.ID)
		if err != nil {
			t.Error(err)
		}
		done <- out
	}()
	for _, listed := m.Identity(i.ID); listed; _, listed = m.Identity(i.ID) { // until SignOut has begun
	}
	close(goOn)
	if out := <-done; out != (SignedOut{}) {
		t.Errorf("%+v", out)
	}
	if err := <-refused; !errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
	if w.host.alive() != 0 || len(w.keys.ids()) != 0 {
		t.Error("the secret came back")
	}
}

func TestAnotherWindowDoesNotBringASignedOutIdentityBack(t *testing.T) {
	w := newWorld(t)
	one := w.window()
	i := w.signIn(one, marie)
	two := w.window()
	used := w.token(two, i.ID)
	w.host.set(func() {
		w.host.before = func(rw http.ResponseWriter, r *http.Request) bool { // so that the sign-in stays good at the host
			if r.URL.Path == "/oidc/revoke" {
				http.Error(rw, "", http.StatusInternalServerError)
				return true
			}
			return false
		}
	})
	if out, err := one.SignOut(t.Context(), i.ID); err != nil || out.NotRevoked == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := two.Tokens(i.ID).Refresh(t.Context(), used); !errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
	if len(w.keys.ids()) != 0 || strings.Contains(w.file(), i.ID) || len(two.Identities()) != 0 {
		t.Errorf("keyring %v, file %s", w.keys.ids(), w.file())
	}
}

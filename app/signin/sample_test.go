package signin

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"concierge/app/trouble"
	"concierge/client"
)

func TestAnAdoptedIdentityIsForThisSessionOnly(t *testing.T) {
	w := newWorld(t)
	w.host.sample = true
	m := w.window()
	m.SetSampleURL(w.host.url)
	i, err := m.Adopt(t.Context(), w.host.url, w.host.mint(sam))
	if err != nil {
		t.Fatal(err)
	}
	if !i.SessionOnly || i.Trouble != nil || !i.Works() || !i.Sample || i.PersonID != sam.id || i.Email != sam.email {
		t.Errorf("%+v", i)
	}
	if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
		t.Fatal(err)
	}
	if err := m.Retry(t.Context(), i.ID); err != nil {
		t.Error(err)
	}
	if w.file() != "" || len(w.keys.ids()) != 0 {
		t.Errorf("kept: %s, %v", w.file(), w.keys.ids())
	}
	if out, err := m.SignOut(t.Context(), i.ID); err != nil || out != (SignedOut{}) || w.host.alive() != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	w.noSecretsAnywhere()
}

func TestAdoptingSomebodyWhoIsSignedInLeavesWhatIsKeptAsItIs(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, sam)
	file, secret := w.file(), w.keys.secret(i.ID)
	adopted, err := m.Adopt(t.Context(), w.host.url, w.host.mint(sam))
	if err != nil || adopted.ID != i.ID || !adopted.SessionOnly {
		t.Fatalf("%+v, %v", adopted, err)
	}
	if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
		t.Fatal(err)
	}
	if w.file() != file || w.keys.secret(i.ID) != secret {
		t.Error("what is kept has changed")
	}
	m.Close()
	m = w.window()
	if got, _ := m.Identity(i.ID); got.SessionOnly {
		t.Errorf("%+v", got)
	}
	w.token(m, i.ID)
	if _, err := m.Adopt(t.Context(), w.host.url, w.host.mint(sam)); err != nil {
		t.Fatal(err)
	}
	if out, err := m.SignOut(t.Context(), i.ID); err != nil || out != (SignedOut{}) || len(w.keys.ids()) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	if n := w.host.alive(); n != 1 { // the first adopted session, whose window is closed
		t.Errorf("%d sign-ins are still good at the host", n)
	}
}

func TestAdoptingWithATokenThatIsNoGoodIsToldAndKeepsNothing(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	if _, err := m.Adopt(t.Context(), w.host.url, "none"); !trouble.Is(err, trouble.SignInRefused) {
		t.Errorf("told %v", err)
	}
	if len(m.Identities()) != 0 {
		t.Error("somebody is there")
	}
}

func TestIdentitiesOfTheEmbeddedSampleHostMoveWithIt(t *testing.T) {
	w := newWorld(t)
	w.host.sample = true
	m := w.window()
	if m.NeedsSample() {
		t.Error("needed by nobody")
	}
	m.SetSampleURL(w.host.url)
	i := w.signIn(m, marie)
	if !m.NeedsSample() || !i.Sample {
		t.Errorf("%+v", i)
	}
	m.Close()
	old := w.host.url
	w.server.Close()

	// Another program has the old port now.
	m = w.window()
	if !m.NeedsSample() {
		t.Error("not needed at the next start")
	}
	asked := w.host.count("/oidc/token")
	_, err := m.Tokens(i.ID).Token(t.Context())
	if !errors.Is(err, client.ErrOffline) || w.host.count("/oidc/token") != asked {
		t.Errorf("told %v", err)
	}

	moved := httptest.NewServer(w.host)
	defer moved.Close()
	w.host.set(func() { w.host.url = moved.URL })
	heard := heard(m)
	m.SetSampleURL(moved.URL)
	if got, _ := m.Identity(i.ID); got.HostURL != moved.URL || got.HostURL == old || len(heard()) != 1 {
		t.Errorf("%+v", got)
	}
	w.token(m, i.ID)
	if again := w.signIn(m, marie); again.ID != i.ID {
		t.Error("the same person is there twice")
	}
	if strings.Count(w.file(), `"personId"`) != 1 {
		t.Errorf("%s", w.file())
	}
}

func TestASampleHostThatRunsByItselfStaysWhereItIs(t *testing.T) {
	w := newWorld(t)
	w.host.sample = true
	m := w.window()
	m.SetSampleURL("http://127.0.0.1:9")
	i := w.signIn(m, marie)
	if !i.Sample || m.NeedsSample() || i.HostURL != w.host.url {
		t.Errorf("%+v", i)
	}
}

package signin

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/trouble"
	"concierge/client"
)

func TestATokenIsReplacedAMinuteBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		m := w.window()
		i := w.signIn(m, marie)
		first := w.token(m, i.ID)
		time.Sleep(8 * time.Minute)
		if w.token(m, i.ID) != first {
			t.Error("replaced too early")
		}
		time.Sleep(61 * time.Second)
		if w.token(m, i.ID) == first {
			t.Error("not replaced in time")
		}
		if n := w.host.count("/oidc/token"); n != 2 {
			t.Errorf("%d requests", n)
		}
		w.noSecretsAnywhere()
	})
}

func TestAHostThatIsAwayWhenATokenCouldBeReplacedIsNoError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		m := w.window()
		i := w.signIn(m, marie)
		first := w.token(m, i.ID)
		w.host.set(func() { w.host.before = func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) } })
		time.Sleep(9*time.Minute + 30*time.Second)
		if w.token(m, i.ID) != first {
			t.Error("another token from a host that is away")
		}
		time.Sleep(time.Minute) // now it has ended
		_, err := m.Tokens(i.ID).Token(t.Context())
		if !errors.Is(err, client.ErrOffline) || errors.Is(err, client.ErrSignInNeeded) {
			t.Errorf("told %v", err)
		}
		if got, _ := m.Identity(i.ID); got.Trouble != nil {
			t.Errorf("the identity is said to be in trouble: %v", got.Trouble)
		}
		w.host.set(func() { w.host.before = nil })
		w.token(m, i.ID)
	})
}

func TestManyWhoWantATokenCostOneRequest(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	m := w.window() // has no access token yet
	before := w.host.count("/oidc/token")
	var wg sync.WaitGroup
	got := make([]string, 30)
	for n := range got {
		wg.Go(func() {
			s, err := m.Tokens(i.ID).Token(t.Context())
			if err != nil {
				t.Error(err)
			}
			got[n] = s
		})
	}
	wg.Wait()
	for _, s := range got {
		if s != got[0] || s == "" {
			t.Error("different tokens")
		}
	}
	if n := w.host.count("/oidc/token") - before; n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestOneWhoGivesUpDoesNotSpoilItForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		i := w.signIn(w.window(), marie)
		m := w.window()
		w.host.set(func() {
			w.host.before = func(http.ResponseWriter, *http.Request) bool { time.Sleep(3 * time.Second); return false }
		})
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := m.Tokens(i.ID).Token(impatient); !errors.Is(err, client.ErrOffline) {
				t.Errorf("told %v", err)
			}
		})
		wg.Go(func() { w.token(m, i.ID) })
		wg.Wait()
		if w.keys.secret(i.ID) == "" {
			t.Error("the rotated secret is lost")
		}
	})
}

func TestTheNextSecretIsInTheKeyringBeforeAnybodyUsesTheToken(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	used := w.token(m, i.ID)
	before := w.keys.secret(i.ID)
	if err := m.Tokens(i.ID).Refresh(t.Context(), used); err != nil {
		t.Fatal(err)
	}
	if w.token(m, i.ID) == used || w.keys.secret(i.ID) == before {
		t.Error("nothing is new")
	}
	n := w.host.count("/oidc/token")
	if err := m.Tokens(i.ID).Refresh(t.Context(), used); err != nil || w.host.count("/oidc/token") != n {
		t.Errorf("a late refusal of the old token refreshed again: %v", err)
	}
}

func TestAHostThatKeepsTheRefreshTokenIsFine(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	secret := w.keys.secret(i.ID)
	w.host.set(func() {
		w.host.before = func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/oidc/token" {
				reply(rw, 200, map[string]string{"access_token": "another", "token_type": "bearer"})
				return true
			}
			return false
		}
	})
	if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
		t.Fatal(err)
	}
	if w.token(m, i.ID) != "another" || w.keys.secret(i.ID) != secret {
		t.Error("the secret changed")
	}
}

func TestALostAnswerIsAskedForOnceMore(t *testing.T) {
	lose := func(w *world) {
		var once sync.Once
		w.host.after = func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oidc/token" {
				once.Do(func() { panic(http.ErrAbortHandler) })
			}
		}
	}
	t.Run("and the host gives it", func(t *testing.T) {
		w := newWorld(t)
		i := w.signIn(w.window(), marie)
		w.host.grace = true
		m := w.window()
		lose(w)
		w.token(m, i.ID)
		w.host.set(func() { w.host.grace, w.host.after = false, nil })
		m.Close()
		m = w.window()
		w.token(m, i.ID)
	})
	t.Run("and the host ends the sign-in", func(t *testing.T) {
		w := newWorld(t)
		i := w.signIn(w.window(), marie)
		m := w.window()
		heard := heard(m)
		lose(w)
		_, err := m.Tokens(i.ID).Token(t.Context())
		if !errors.Is(err, client.ErrSignInNeeded) || !trouble.Is(err, trouble.SignInNeeded) {
			t.Errorf("told %v", err)
		}
		got, listed := m.Identity(i.ID)
		if !listed || kindOf(got.Trouble) != trouble.SignInNeeded || got.Works() || len(heard()) == 0 {
			t.Errorf("%+v", got)
		}
		n := w.host.count("/oidc/token")
		if _, err := m.Tokens(i.ID).Token(t.Context()); !errors.Is(err, client.ErrSignInNeeded) || w.host.count("/oidc/token") != n {
			t.Errorf("the host is asked again and again: %v", err)
		}
		if again := w.signIn(m, marie); again.ID != i.ID || again.Trouble != nil {
			t.Errorf("%+v", again)
		}
		w.token(m, i.ID)
		w.noSecretsAnywhere()
	})
}

func TestWhatTheHostSaysInsteadOfATokenIsToldAsItIs(t *testing.T) {
	answer := func(status int, header, value, kind, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/oidc/token" {
				return false
			}
			rw.Header().Set("Content-Type", kind)
			if header != "" {
				rw.Header().Set(header, value)
			}
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(body))
			return true
		}
	}
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request) bool
		want   trouble.Kind
	}{
		"too many requests":    {answer(429, "Retry-After", "7", "text/plain", ""), trouble.RateLimited},
		"busy":                 {answer(503, "Retry-After", "7", "text/plain", ""), trouble.Busy},
		"broken":               {answer(500, "", "", "text/plain", ""), trouble.HostError},
		"a web page":           {answer(200, "", "", "text/html", "<html>"), trouble.NotAHost},
		"sent elsewhere":       {answer(302, "Location", "https://evil.example/", "text/html", ""), trouble.Redirected},
		"half an answer":       {answer(200, "", "", "application/json", `{"token_type":"Bearer"}`), trouble.WrongAnswer},
		"a kind of token":      {answer(200, "", "", "application/json", `{"access_token":"x","token_type":"mac"}`), trouble.WrongAnswer},
		"no request we made":   {answer(400, "", "", "application/json", `{"error":"invalid_request"}`), trouble.WrongAnswer},
		"no sign-in of ours":   {answer(400, "", "", "application/json", `{"error":"invalid_grant"}`), trouble.SignInNeeded},
		"no client it knows":   {answer(401, "", "", "application/json", `{"error":"invalid_client"}`), trouble.SignInNeeded},
		"refused in some way":  {answer(403, "", "", "text/html", "blocked"), trouble.NotAHost},
		"a flood without end":  {answer(200, "", "", "application/json", string(make([]byte, maxAnswer+5))), trouble.TooLarge},
		"nothing but a number": {answer(200, "", "", "application/json", `4`), trouble.WrongAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			i := w.signIn(w.window(), marie)
			m := w.window()
			w.host.set(func() { w.host.before = c.answer })
			_, err := m.Tokens(i.ID).Token(t.Context())
			tr := trouble.From(err)
			if kindOf(tr) != c.want {
				t.Fatalf("told %v", err)
			}
			if (c.want == trouble.RateLimited || c.want == trouble.Busy) && tr.RetryAfter != 7*time.Second {
				t.Errorf("wait %v", tr.RetryAfter)
			}
			got, _ := m.Identity(i.ID)
			if needed := c.want == trouble.SignInNeeded; needed == got.Works() {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTwoWindowsShareOneSignIn(t *testing.T) {
	w := newWorld(t)
	one := w.window()
	i := w.signIn(one, marie)
	two := w.window()
	for range 3 { // each spends the secret that the other has in memory
		for _, m := range []*Manager{one, two} {
			if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
				t.Fatal(err)
			}
			w.token(m, i.ID)
		}
	}
	var wg sync.WaitGroup
	for range 5 {
		for _, m := range []*Manager{one, two, w.window()} {
			wg.Go(func() {
				used, err := m.Tokens(i.ID).Token(t.Context())
				if err == nil {
					err = m.Tokens(i.ID).Refresh(t.Context(), used)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if w.host.alive() != 1 {
		t.Error("the host took two windows for a thief")
	}
}

func TestASecretThatAnotherProcessReplacedWithoutSayingSoIsReadAgainOnce(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	used := w.token(m, i.ID)
	// As after a crash of the other process between keyring and file; a host without the end of reused tokens.
	w.host.set(func() {
		w.host.before = func(rw http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/oidc/token" && w.host.isUsed(r.PostFormValue("refresh_token")) {
				reply(rw, 400, map[string]string{"error": "invalid_grant"})
				return true
			}
			return false
		}
	})
	w.keys.mu.Lock()
	w.keys.secrets[i.ID] = w.host.rotate(w.keys.secrets[i.ID])
	w.keys.mu.Unlock()
	if err := m.Tokens(i.ID).Refresh(t.Context(), used); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Identity(i.ID); got.Trouble != nil {
		t.Errorf("%v", got.Trouble)
	}
}

func (f *fakeHost) isUsed(token string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refresh[token] != nil && f.refresh[token].used
}

func TestTheKeyringIsNotAskedAtEachRefresh(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	before := w.keys.count("get")
	for range 3 {
		if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.keys.count("get") - before; n != 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestAKeyringThatClosesDuringASessionCostsOnlyTheNextStart(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	w.keys.fail(trouble.KeyringLocked)
	before := w.keys.count("set")
	for range 3 {
		if err := m.Tokens(i.ID).Refresh(t.Context(), w.token(m, i.ID)); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := m.Identity(i.ID)
	if !got.SessionOnly || kindOf(got.Trouble) != trouble.KeyringLocked || !got.Works() {
		t.Errorf("%+v", got)
	}
	if n := w.keys.count("set") - before; n != 1 {
		t.Errorf("the person was asked to unlock it %d times", n)
	}
	if err := m.Retry(t.Context(), i.ID); !trouble.Is(err, trouble.KeyringLocked) {
		t.Errorf("told %v", err)
	}
	w.keys.fail("")
	if err := m.Retry(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Identity(i.ID); got.SessionOnly || got.Trouble != nil {
		t.Errorf("%+v", got)
	}
	m.Close()
	w.token(w.window(), i.ID)
	w.noSecretsAnywhere()
}

func TestThereIsNoTokenForSomebodyWhoIsNotThere(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	if _, err := m.Tokens("nobody").Token(t.Context()); !errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
	if err := m.Tokens("nobody").Refresh(t.Context(), ""); !errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
}

func TestTheApplicationEndsDuringARefresh(t *testing.T) {
	w := newWorld(t)
	i := w.signIn(w.window(), marie)
	m := w.window()
	asked, ended := make(chan struct{}), make(chan error)
	w.host.set(func() {
		w.host.before = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/oidc/token" {
				_ = r.ParseForm() // until all is read, the server does not notice that the client is gone
				close(asked)
				<-r.Context().Done()
			}
			return false
		}
	})
	go func() {
		_, err := m.Tokens(i.ID).Token(t.Context())
		ended <- err
	}()
	<-asked
	m.Close()
	if err := <-ended; err == nil || errors.Is(err, client.ErrSignInNeeded) {
		t.Errorf("told %v", err)
	}
}

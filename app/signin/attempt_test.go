package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/trouble"
)

func TestSigningInMakesAnIdentityThatIsThereAtTheNextStart(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a, err := m.Begin(t.Context(), strings.TrimPrefix(w.host.url, "http://"), "marie@chezmarcel.example")
	if err != nil {
		t.Fatal(err)
	}
	if a.Host().Name != "Hébergement Boréal" {
		t.Errorf("host is %q", a.Host().Name)
	}
	u, err := url.Parse(a.URL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"response_type": "code", "code_challenge_method": "S256", "ui_locales": "fr", "login_hint": "marie@chezmarcel.example", "scope": "openid offline_access"} {
		if q.Get(name) != want {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 26 {
			t.Errorf("%s is only %q", name, q.Get(name))
		}
	}

	_, page := w.browse(a.URL())
	for _, want := range []string{"Vous êtes connecté", "Marie Tremblay, Hébergement Boréal", "Vous pouvez fermer cet onglet et revenir à Concierge", `lang="fr"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	i, err := a.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if i.HostURL != w.host.url || i.PersonID != marie.id || i.Name != marie.name || i.Email != marie.email || i.SessionOnly || i.Trouble != nil || !i.Works() || len(i.ID) < 20 {
		t.Errorf("%+v", i)
	}
	if w.keys.secret(i.ID) == "" {
		t.Error("the secret is not in the keyring")
	}
	w.token(m, i.ID)
	m.Close()

	m = w.window()
	got := m.Identities()
	if len(got) != 1 || got[0].ID != i.ID || got[0].Trouble != nil || !got[0].AddedAt.Equal(i.AddedAt) {
		t.Fatalf("%+v", got)
	}
	if w.token(m, i.ID) == "" {
		t.Error("no token")
	}
	w.noSecretsAnywhere()
}

func TestSigningInAgainRenewsTheIdentityThereIs(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	one := w.signIn(m, marie)
	two := w.signIn(m, sam)
	before := w.keys.secret(one.ID)
	a := w.begin(m)
	if !strings.Contains(a.URL(), "prompt=select_account") {
		t.Error("the host is not asked to let the person choose")
	}
	a.Cancel()
	again := w.signIn(m, marie)
	if again.ID != one.ID || two.ID == one.ID || len(m.Identities()) != 2 || len(w.keys.ids()) != 2 || strings.Count(w.file(), `"personId"`) != 2 {
		t.Errorf("%+v", m.Identities())
	}
	if w.keys.secret(one.ID) == before {
		t.Error("the secret is still the old one")
	}
	if !again.AddedAt.Equal(one.AddedAt) {
		t.Error("it looks new")
	}
}

func TestWhatTheHostRefusesIsToldInBothPlaces(t *testing.T) {
	for deny, want := range map[string]struct {
		kind trouble.Kind
		page string
	}{
		"access_denied":           {trouble.SignInRefused, "Vous n&#39;êtes pas connecté"},
		"invalid_scope":           {trouble.SignInRefused, "Vous n&#39;êtes pas connecté"},
		"temporarily_unavailable": {trouble.Busy, "La connexion n&#39;a pas abouti"},
		"server_error":            {trouble.HostError, "La connexion n&#39;a pas abouti"},
	} {
		t.Run(deny, func(t *testing.T) {
			w := newWorld(t)
			m := w.window()
			w.host.set(func() { w.host.deny = deny })
			a := w.begin(m)
			if _, page := w.browse(a.URL()); !strings.Contains(page, want.page) {
				t.Errorf("the page says %s", page)
			}
			_, err := a.Wait(t.Context())
			if !trouble.Is(err, want.kind) || trouble.From(err).Host != "Hébergement Boréal" {
				t.Errorf("told %v", err)
			}
			if len(m.Identities()) != 0 || w.file() != "" || len(w.keys.ids()) != 0 {
				t.Error("something was kept")
			}
		})
	}
}

func TestOnlyTheAnswerOfThisAttemptCounts(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a := w.begin(m)
	for name, c := range map[string]struct {
		address string
		status  int
		says    string
	}{
		"another state":         {callback(a, func(q url.Values) { q.Set("state", "guess") }), 400, "Ce lien n&#39;est pas celui"},
		"no state":              {callback(a, func(q url.Values) { q.Del("state") }), 400, "Ce lien n&#39;est pas celui"},
		"an error with a guess": {callback(a, func(q url.Values) { q.Set("state", "x"); q.Set("error", "access_denied") }), 400, "Ce lien n&#39;est pas celui"},
		"another issuer":        {callback(a, func(q url.Values) { q.Set("iss", "https://evil.example") }), 400, "Ce lien n&#39;est pas celui"},
		"nothing in it":         {callback(a, func(q url.Values) { q.Del("code") }), 400, "Ce lien n&#39;est pas celui"},
		"another path":          {strings.Replace(callback(a, func(url.Values) {}), "/signed-in", "/favicon.ico", 1), 404, "Il n&#39;y a rien"},
		"another name":          {strings.Replace(callback(a, func(url.Values) {}), "127.0.0.1", "localhost", 1), 421, ""},
	} {
		if status, page := w.browse(c.address); status != c.status || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d %s", name, status, page)
		}
	}
	if w.host.count("/oidc/token") != 0 {
		t.Error("a guess reached the host")
	}
	w.browse(a.URL())
	if _, err := a.Wait(t.Context()); err != nil {
		t.Errorf("the right answer came too late: %v", err)
	}
	if strings.Contains(w.log.String(), a.state) {
		t.Error("the state is in the log")
	}
}

func TestASecondAnswerIsToldThatTheLinkWasUsed(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a := w.begin(m)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Get(a.URL())
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	back := r.Header.Get("Location")
	client.CloseIdleConnections()
	if _, page := w.browse(back); !strings.Contains(page, "Vous êtes connecté") {
		t.Errorf("first: %s", page)
	}
	if _, page := w.browse(back); !strings.Contains(page, "Vous êtes connecté") {
		t.Errorf("reloaded: %s", page)
	}
	if status, page := w.browse(callback(a, func(q url.Values) { q.Set("code", "another") })); status != 409 || !strings.Contains(page, "Ce lien a déjà servi") {
		t.Errorf("another code: %d %s", status, page)
	}
	if n := w.host.count("/oidc/token"); n != 1 {
		t.Errorf("%d codes were exchanged", n)
	}
}

func TestCancellingWhileTheBrowserIsOpenClosesThePort(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a := w.begin(m)
	a.Cancel()
	a.Cancel()
	if _, err := a.Wait(t.Context()); !trouble.Is(err, trouble.Cancelled) {
		t.Errorf("told %v", err)
	}
	m.Close()
	if _, _, err := w.tryBrowse(callback(a, func(url.Values) {})); err == nil {
		t.Error("the port still answers")
	}
	if w.host.count("/oidc/token") != 0 || w.file() != "" {
		t.Error("something happened nonetheless")
	}
}

func TestCancellingDuringTheExchangeUndoesTheSignIn(t *testing.T) {
	for name, arrange := range map[string]func(w *world, a **Attempt){
		"when the host has answered": func(w *world, a **Attempt) {
			w.host.after = func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/oidc/keys" {
					(*a).Cancel()
				}
			}
		},
		"while the keyring asks for its password": func(w *world, a **Attempt) {
			w.keys.onSet = func(ctx context.Context) error {
				(*a).Cancel()
				<-ctx.Done()
				return ctx.Err()
			}
		},
		"when the keyring has just saved": func(w *world, a **Attempt) {
			w.keys.onSet = func(context.Context) error {
				(*a).Cancel()
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.window()
			var a *Attempt
			arrange(w, &a)
			a = w.begin(m)
			_, _, _ = w.tryBrowse(a.URL()) // the page may be cut off
			if _, err := a.Wait(t.Context()); !trouble.Is(err, trouble.Cancelled) {
				t.Errorf("told %v", err)
			}
			m.Close()
			if len(m.Identities()) != 0 || len(w.keys.ids()) != 0 || strings.Contains(w.file(), marie.email) {
				t.Errorf("left: %v, keyring %v, file %s", m.Identities(), w.keys.ids(), w.file())
			}
			if w.host.alive() != 0 {
				t.Error("the sign-in is still good at the host")
			}
			w.noSecretsAnywhere()
		})
	}
}

func TestCancellingTheRenewalOfAnIdentityLeavesItWorking(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	i := w.signIn(m, marie)
	var a *Attempt
	w.keys.onSet = func(context.Context) error {
		a.Cancel()
		return nil
	}
	a = w.begin(m)
	_, _, _ = w.tryBrowse(a.URL())
	if _, err := a.Wait(t.Context()); !trouble.Is(err, trouble.Cancelled) {
		t.Errorf("told %v", err)
	}
	m.Close()
	w.keys.onSet = nil
	m = w.window()
	w.token(m, i.ID)
}

func TestNobodySignsInInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		m := w.window()
		begun := time.Now()
		a := w.begin(m)
		_, err := a.Wait(t.Context())
		if !trouble.Is(err, trouble.SignInOver) || time.Since(begun) != 10*time.Minute {
			t.Errorf("after %v told %v", time.Since(begun), err)
		}
		if _, _, err := w.tryBrowse(callback(a, func(url.Values) {})); err == nil {
			t.Error("the port still answers")
		}
	})
}

func TestThePageCanBeReloadedForAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		m := w.window()
		a := w.begin(m)
		back := callback(a, func(url.Values) {})
		w.host.set(func() { w.host.codes["none"] = mustQuery(t, a.URL()) })
		if _, page := w.browse(back); !strings.Contains(page, "Vous êtes connecté") {
			t.Fatal(page)
		}
		time.Sleep(linger / 2)
		if _, page := w.browse(back); !strings.Contains(page, "Vous êtes connecté") {
			t.Error(page)
		}
		time.Sleep(linger)
		synctest.Wait()
		if _, _, err := w.tryBrowse(back); err == nil {
			t.Error("the port still answers")
		}
	})
}

func mustQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestSigningInWorksWhenThisComputersClockIsWrong(t *testing.T) {
	for _, ahead := range []time.Duration{-49 * time.Hour, -6 * time.Minute, 6 * time.Minute, 30 * 24 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newBubble(t)
				w.host.ahead = ahead
				m := w.window()
				i := w.signIn(m, marie)
				if !i.Works() {
					t.Errorf("%+v", i)
				}
				if !strings.Contains(w.log.String(), "clocks") {
					t.Error("the log does not say so")
				}
			})
		})
	}
}

func TestAnIDTokenThatDoesNotProveAnythingIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"for another application":    func(c map[string]any) { c["aud"] = []string{"other"} },
		"from another issuer":        func(c map[string]any) { c["iss"] = "https://evil.example" },
		"of another attempt":         func(c map[string]any) { c["nonce"] = "old" },
		"without a nonce":            func(c map[string]any) { delete(c, "nonce") },
		"signed by somebody else":    func(c map[string]any) { c["forged"] = true },
		"expired by the host's time": func(c map[string]any) { c["exp"] = c["iat"] },
		"made in the future":         func(c map[string]any) { c["iat"] = c["exp"] },
		"for another access token":   func(c map[string]any) { c["at_hash"] = atHash("other") },
		"of nobody":                  func(c map[string]any) { delete(c, "sub") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.window()
			w.host.claims = spoil
			a := w.begin(m)
			if _, page := w.browse(a.URL()); !strings.Contains(page, "La connexion n&#39;a pas abouti") {
				t.Errorf("the page says %s", page)
			}
			if _, err := a.Wait(t.Context()); !trouble.Is(err, trouble.WrongAnswer) {
				t.Errorf("told %v", err)
			}
			if len(m.Identities()) != 0 || len(w.keys.ids()) != 0 || w.host.alive() != 0 {
				t.Error("something was kept, or is still good at the host")
			}
			w.noSecretsAnywhere()
		})
	}
}

func TestANameThatIsNotInTheIDTokenIsAskedFor(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	w.host.claims = func(c map[string]any) { delete(c, "name") }
	if i := w.signIn(m, marie); i.Name != marie.name || w.host.count("/oidc/userinfo") != 1 {
		t.Errorf("%+v", i)
	}
}

func TestHostsThatCannotBeSignedInTo(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, "<html>")
	}))
	defer page.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	w := newWorld(t)
	m := w.window()
	for typed, want := range map[string]trouble.Kind{
		"": trouble.BadAddress, "marie@chezmarcel.example": trouble.BadAddress, "http://hebergeur.example": trouble.PlainHTTP,
		page.URL: trouble.NotAHost, gone.URL: trouble.Unreachable,
	} {
		if _, err := m.Begin(t.Context(), typed, ""); !trouble.Is(err, want) {
			t.Errorf("%q: told %v", typed, err)
		}
	}
	w.host.set(func() {
		w.host.before = func(rw http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "openid-configuration") {
				u := w.host.url + "/oidc/"
				reply(rw, 200, map[string]string{"issuer": "https://evil.example", "authorization_endpoint": u, "token_endpoint": u, "jwks_uri": u})
				return true
			}
			return false
		}
	})
	if _, err := m.Begin(t.Context(), w.host.url, ""); !trouble.Is(err, trouble.WrongAnswer) {
		t.Errorf("a host with somebody else's sign-in: %v", err)
	}
}

func TestTheHostGoesAwayWhileTheBrowserIsOpen(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a := w.begin(m)
	w.server.Close()
	if _, page := w.browse(callback(a, func(url.Values) {})); !strings.Contains(page, "La connexion n&#39;a pas abouti") {
		t.Errorf("the page says %s", page)
	}
	_, err := a.Wait(t.Context())
	if tr := trouble.From(err); tr == nil || !tr.Kind.Offline() {
		t.Errorf("told %v", err)
	}
}

func TestNoBrowserCanBeOpened(t *testing.T) {
	w := newWorld(t)
	w.cfg.Browser = func(u string) error { return errors.New("cannot open " + u) }
	m := w.window()
	a := w.begin(m)
	err := a.Open()
	if !trouble.Is(err, trouble.BrowserTrouble) || strings.Contains(err.Error(), a.state) {
		t.Errorf("told %v", err)
	}
	w.browse(a.URL()) // by "copy the link"
	if _, err := a.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWaitingCanEndWithoutEndingTheAttempt(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a := w.begin(m)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Wait(ctx); !trouble.Is(err, trouble.Cancelled) {
		t.Errorf("told %v", err)
	}
	w.browse(a.URL())
	if _, err := a.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheApplicationEndsDuringASignIn(t *testing.T) {
	w := newWorld(t)
	m := w.window()
	a := w.begin(m)
	m.Close()
	if _, err := a.Wait(t.Context()); !trouble.Is(err, trouble.Cancelled) {
		t.Errorf("told %v", err)
	}
	if _, err := m.Begin(t.Context(), w.host.url, ""); !trouble.Is(err, trouble.Cancelled) {
		t.Errorf("told %v", err)
	}
}

func TestSignInAddressesAreHTTPSOrOnThisComputer(t *testing.T) {
	const far, near = "https://hote.example/concierge", "http://127.0.0.1:9"
	for _, c := range []struct {
		host, address string
		safe          bool
	}{
		{far, "https://connexion.example/oidc", true},
		{far, "http://connexion.example/oidc", false},
		{far, "http://127.0.0.1:8/oidc", false},
		{near, "http://127.0.0.1:9/oidc", true},
		{near, "http://localhost:9/oidc", true},
		{near, "http://connexion.example/oidc", false},
		{far, "javascript:alert(1)", false},
		{far, "file:///etc/passwd", false},
		{far, "https://marie:secret@hote.example", false},
		{far, "https://", false},
	} {
		if err := safe(c.host, c.address, ""); (err == nil) != c.safe {
			t.Errorf("%s for %s: %v", c.address, c.host, err)
		}
	}
}

func TestWhereNobodyMaySignInNobodyIsAsked(t *testing.T) {
	w := newWorld(t)
	no := &trouble.Trouble{Kind: trouble.HostNotAllowed, Host: "clients.example"}
	w.cfg.May = func(address string) error {
		if address == w.host.url {
			return no
		}
		return nil
	}
	m := w.window()
	if _, err := m.Begin(t.Context(), w.host.url, ""); !errors.Is(err, no) {
		t.Errorf("begins: %v", err)
	}
	if _, err := m.Adopt(t.Context(), w.host.url, "token"); !errors.Is(err, no) {
		t.Errorf("adopts: %v", err)
	}
	if a, err := m.Begin(t.Context(), strings.TrimPrefix(w.host.url, "http://"), ""); err != nil {
		t.Errorf("refused where it is allowed: %v", err)
	} else {
		a.Cancel()
	}
}

package oidc_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"concierge/host"
	"concierge/host/oidc"
)

// directory is people who prove elsewhere who they are.
type directory struct {
	people *people
	email  func(email string) (string, error) // nil: as it is in people
	asked  []bool                             // of each Profile: was it asked afresh
}

func (d *directory) SignedIn(ctx context.Context, id, from string) error {
	return d.people.SignedIn(ctx, id, from)
}

func (d *directory) Profile(ctx context.Context, id string) (oidc.Profile, error) {
	d.people.mu.Lock()
	d.asked = append(d.asked, oidc.Fresh(ctx))
	d.people.mu.Unlock()
	return d.people.Profile(ctx, id)
}

func (d *directory) ByEmail(ctx context.Context, email string) (string, error) {
	d.people.mu.Lock()
	defer d.people.mu.Unlock()
	if !oidc.Fresh(ctx) {
		return "", errors.New("asked from memory")
	}
	if d.people.broken != nil {
		return "", d.people.broken
	}
	if d.email != nil {
		return d.email(email)
	}
	for id, p := range d.people.profiles {
		if strings.EqualFold(p.Email, email) {
			return id, nil
		}
	}
	return "", host.ErrNotFound
}

// gateway is a host whose people sign in elsewhere.
type gateway struct {
	*hosted
	up     *elsewhere
	people *directory
}

func newGateway(t *testing.T, change ...func(*oidc.Upstream)) *gateway {
	t.Helper()
	db, err := database.New(t)()
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{
		hosted: &hosted{t: t, db: db, people: newPeople(), clock: &clock{at: time.Now().Truncate(time.Millisecond)}},
		up:     newElsewhere(t),
	}
	g.people = &directory{people: g.hosted.people}
	up := &oidc.Upstream{ConfigurationURL: g.up.url + "/oauth/openid-configuration.php", ClientID: upstreamID,
		ClientSecret: upstreamSecret, Name: "Boréal"}
	for _, c := range change {
		c(up)
	}
	g.p, err = oidc.New(t.Context(), oidc.Config{
		Store: db, People: g.people, ClientID: clientID, Upstream: up,
		Issuer: func() string { return g.issuer }, Now: g.clock.now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/oidc/", g.p.Handler())
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	g.issuer = srv.URL + "/oidc"
	return g
}

// leave begins a sign-in in a browser, in English.
func (g *gateway) leave(b *browser, more ...oauth2.AuthCodeOption) seen {
	g.t.Helper()
	more = append(more, oauth2.S256ChallengeOption(proofKey))
	return b.open(g.app().AuthCodeURL("st4te", more...), "Accept-Language", "en-CA")
}

const proofKey = "a-verifier-of-the-application-that-is-long-enough-for-PKCE"

func (g *gateway) signIn() *oauth2.Token {
	g.t.Helper()
	return g.exchange(g.leave(newBrowser(g.t)))
}

func (g *gateway) exchange(s seen) *oauth2.Token {
	g.t.Helper()
	if s.back.Get("code") == "" {
		g.t.Fatalf("no code: status %d, title %q, %v", s.status, s.title(), s.back)
	}
	tok, err := g.app().Exchange(g.t.Context(), s.back.Get("code"), oauth2.VerifierOption(proofKey))
	if err != nil {
		g.t.Fatal(err)
	}
	return tok
}

// link follows one of the page's links by its end.
func (b *browser) link(s seen, end string) seen {
	b.t.Helper()
	for _, part := range strings.Split(s.body, `href="`)[1:] {
		href, _, _ := strings.Cut(part, `"`)
		u, err := s.url.Parse(strings.ReplaceAll(href, "&amp;", "&"))
		if err != nil {
			b.t.Fatal(err)
		}
		if strings.HasSuffix(u.Path, end) {
			return b.open(u.String(), "Accept-Language", "en-CA")
		}
	}
	b.t.Fatalf("no link to %s on the page %q", end, s.title())
	return seen{}
}

// held makes a browser stop before the host's callback, and returns where it would go.
func (b *browser) held(do func() seen) string {
	b.t.Helper()
	before := b.http.CheckRedirect
	defer func() { b.http.CheckRedirect = before }()
	var at string
	b.http.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/callback") {
			at = r.URL.String()
			return http.ErrUseLastResponse
		}
		return before(r, via)
	}
	if s := do(); at == "" {
		b.t.Fatalf("the browser never came back: status %d, title %q", s.status, s.title())
	}
	return at
}

func TestAPersonSignsInElsewhereWithoutSeeingAPageHere(t *testing.T) {
	g := newGateway(t)
	proved := time.Now().Add(-time.Hour).Truncate(time.Second)
	g.up.lie(func(e *elsewhere) {
		e.claims = with(map[string]any{"auth_time": proved.Unix(), "amr": []string{"pwd", "otp", "cookie"}})
	})
	s := g.leave(newBrowser(t), oauth2.SetAuthURLParam("nonce", "n0nce"), oauth2.SetAuthURLParam("ui_locales", "fr-CA"),
		oauth2.SetAuthURLParam("login_hint", marieEmail))
	if s.backTo != redirect || s.back.Get("state") != "st4te" || s.back.Get("iss") != g.issuer {
		t.Fatalf("the browser went to %q with %v, %q", s.backTo, s.back, s.title())
	}
	asked := g.up.last()
	for name, want := range map[string]string{"client_id": upstreamID, "response_type": "code", "scope": "openid profile email",
		"redirect_uri": oidc.CallbackURL(g.issuer), "login_hint": marieEmail, "ui_locales": "fr", "code_challenge_method": "S256",
		"theme": "dark", "prompt": ""} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s: the upstream provider was given %q, want %q", name, got, want)
		}
	}
	if asked.Get("nonce") == "" || asked.Get("nonce") == "n0nce" || asked.Get("state") == "st4te" {
		t.Errorf("the application's own nonce and state went upstream: %v", asked)
	}
	tok := g.exchange(s)
	g.wantAlive(tok.AccessToken, true)
	if !slices.Equal(g.hosted.people.signedIn, []string{marie + " from 127.0.0.1"}) {
		t.Errorf("recorded sign-ins: %v", g.hosted.people.signedIn)
	}
	idToken, _ := tok.Extra("id_token").(string)
	claims, err := rp.VerifyTokens[*protocol.IDTokenClaims](t.Context(), tok.AccessToken, idToken,
		rp.NewIDTokenVerifier(g.issuer, clientID, rp.NewRemoteKeySet(http.DefaultClient, g.issuer+"/keys"),
			rp.WithNonce(func(context.Context) string { return "n0nce" })))
	if err != nil {
		t.Fatal(err)
	}
	if claims.Subject != marie || claims.Email != marieEmail || !claims.AuthTime.AsTime().Equal(proved) ||
		!slices.Equal(claims.AuthenticationMethodsReferences, []string{"otp", "pwd"}) {
		t.Errorf("the id token says %q %q, proved at %s by %v", claims.Subject, claims.Email, claims.AuthTime.AsTime(),
			claims.AuthenticationMethodsReferences)
	}
	if n := g.up.calls("/oauth/openid-configuration.php"); n != 1 {
		t.Errorf("the configuration was asked for %d times", n)
	}
}

// Each lie leads to a page that says what to do, and once the provider is honest its way on works.
func TestWhatTheUpstreamProviderSaysIsChecked(t *testing.T) {
	const token, userinfo, certs = "/oauth/token.php", "/oauth/userinfo.php", "/oauth/certs.php"
	html := "<html>maintenance</html>"
	claim := func(more map[string]any) func(*elsewhere) {
		return func(e *elsewhere) { e.claims = with(more) }
	}
	info := func(more map[string]any) func(*elsewhere) {
		return func(e *elsewhere) { e.info = with(more) }
	}
	instead := func(path string, h http.HandlerFunc) func(*elsewhere) {
		return func(e *elsewhere) { e.override[path] = h }
	}
	forged := func(header, signature string) func(*elsewhere) {
		return func(e *elsewhere) {
			e.override[token] = func(w http.ResponseWriter, _ *http.Request) {
				now := time.Now()
				tell(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": raw(header, map[string]any{
					"iss": e.url, "sub": subject, "aud": upstreamID, "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(),
					"nonce": e.last().Get("nonce")}, signature)})
			}
		}
	}
	const (
		doubt     = "Nobody was signed in"
		away      = "Boréal does not answer"
		refused   = "Boréal does not accept this sign-in"
		stale     = "This sign-in was not finished"
		noAddress = "Boréal does not say your e-mail address"
		nobody    = "This address has no access here"
	)
	for _, c := range []struct {
		name  string
		lie   func(*elsewhere)
		title string
		way   string // by which it goes on
	}{
		{"the id token is of another issuer", claim(map[string]any{"iss": "https://evil.example"}), doubt, "/again"},
		{"the id token is for another client", claim(map[string]any{"aud": "other"}), doubt, "/again"},
		{"the id token is for others too and for nobody in particular", claim(map[string]any{"aud": []string{upstreamID, "other"}}), doubt, "/again"},
		{"the id token was given to another client", claim(map[string]any{"azp": "other"}), doubt, "/again"},
		{"the id token has another nonce", claim(map[string]any{"nonce": "other"}), doubt, "/again"},
		{"the id token has no nonce", claim(map[string]any{"nonce": nil}), doubt, "/again"},
		{"the id token has expired", claim(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}), doubt, "/again"},
		{"the id token never expires", claim(map[string]any{"exp": nil}), doubt, "/again"},
		{"the id token is from the future", claim(map[string]any{"iat": time.Now().Add(time.Hour).Unix()}), doubt, "/again"},
		{"the id token is about nobody", claim(map[string]any{"sub": ""}), doubt, "/again"},
		{"the id token belongs to another access token", claim(map[string]any{"at_hash": "b3RoZXI"}), doubt, "/again"},
		{"the id token is signed by a stranger", func(e *elsewhere) { e.signWith = strangersKey() }, doubt, "/again"},
		{"the id token is signed with a key that is not shown", func(e *elsewhere) { e.keyID = "k9" }, doubt, "/again"},
		{"the id token is not signed", forged(`{"alg":"none"}`, ""), doubt, "/again"},
		{"the id token is signed with the client's secret", forged(`{"alg":"HS256"}`, "c2ln"), doubt, "/again"},
		{"the id token is no token", instead(token, answers(200, "application/json", `{"access_token":"a","id_token":"x"}`)), doubt, "/again"},
		{"there is no id token", instead(token, answers(200, "application/json", `{"access_token":"a"}`)), doubt, "/again"},
		{"another provider has answered", func(e *elsewhere) { e.back = func(v url.Values) { v.Set("iss", "https://evil.example") } }, doubt, "/again"},
		{"userinfo is about somebody else", info(map[string]any{"sub": "other"}), doubt, "/again"},
		{"userinfo is about nobody", info(map[string]any{"sub": nil}), doubt, "/again"},

		{"its keys are away", instead(certs, answers(503, "text/html", html)), away, "/again"},
		{"its keys are none", func(e *elsewhere) { e.keys = func() []jose.JSONWebKey { return nil } }, refused, "/again"},
		{"its token end point is broken", instead(token, answers(500, "text/html", html)), away, "/again"},
		{"its token end point answers HTML", instead(token, answers(200, "text/html", html)), away, "/again"},
		{"its token end point redirects", instead(token, http.RedirectHandler("https://evil.example/", http.StatusTemporaryRedirect).ServeHTTP), away, "/again"},
		{"its token end point never answers", instead(token, silent), away, "/again"},
		{"its token end point does not know this host", instead(token, answers(401, "application/json", `{"error":"invalid_client"}`)), refused, "/again"},
		{"its token end point does not know the code", instead(token, answers(400, "application/json", `{"error":"invalid_grant"}`)), stale, "/again"},
		{"userinfo is broken", instead(userinfo, answers(500, "text/html", html)), away, "/again"},
		{"userinfo answers HTML", instead(userinfo, answers(200, "text/html", html)), away, "/again"},
		{"userinfo refuses the token it gave", instead(userinfo, answers(401, "application/json", `{}`)), away, "/again"},
		{"it sends the browser back with an error", func(e *elsewhere) {
			e.back = func(v url.Values) { v.Del("code"); v.Set("error", "unauthorized_client") }
		}, refused, "/again"},
		{"it sends the browser back because it is overloaded", func(e *elsewhere) {
			e.back = func(v url.Values) { v.Del("code"); v.Set("error", "temporarily_unavailable") }
		}, away, "/again"},
		{"it sends the browser back with nothing", func(e *elsewhere) { e.back = func(v url.Values) { v.Del("code") } }, stale, "/again"},

		{"it says no address", info(map[string]any{"email": nil}), noAddress, "/other"},
		{"it says an empty address", info(map[string]any{"email": ""}), noAddress, "/other"},
		{"it says an address of 10,000 letters", info(map[string]any{"email": strings.Repeat("a", 10000) + "@b.example"}), noAddress, "/other"},
		{"it says an address of two lines", info(map[string]any{"email": marieEmail + "\nBcc: x@y.example"}), noAddress, "/other"},
		{"it says an address that nobody has", info(map[string]any{"email": "paul@else.example"}), nobody, "/other"},
		{"it says the address is not verified", info(map[string]any{"email_verified": "false"}), "Your e-mail address is not confirmed yet", "/again"},
		{"it says an address that only looks like one that somebody has", info(map[string]any{"email": "marie@chezmarcel.example\u212a"}), nobody, "/other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGateway(t, func(u *oidc.Upstream) { u.Timeout = 2 * time.Second })
			if strings.Contains(c.name, "never answers") {
				g = newGateway(t, func(u *oidc.Upstream) { u.Timeout = 100 * time.Millisecond })
			}
			g.up.lie(c.lie)
			b := newBrowser(t)
			s := g.leave(b)
			if s.title() != c.title || s.status < 400 || s.back != nil {
				t.Fatalf("got %d %q and %v, want %q", s.status, s.title(), s.back, c.title)
			}
			if again := b.open(s.url.String()); again.title() != s.title() || strings.Contains(s.url.String(), "code=") {
				t.Errorf("loading %s again shows %q", s.url, again.title())
			}
			if len(g.hosted.people.signedIn) > 0 {
				t.Errorf("signed in nonetheless: %v", g.hosted.people.signedIn)
			}
			g.up.honest()
			g.wantAlive(g.exchange(b.link(s, c.way)).AccessToken, true)
		})
	}
}

func TestAnAddressIsTheSameInAnotherCaseAndInNoOtherWay(t *testing.T) {
	g := newGateway(t)
	g.up.lie(func(e *elsewhere) {
		e.info = with(map[string]any{"email": strings.ToUpper(marieEmail), "email_verified": nil})
	})
	g.wantAlive(g.signIn().AccessToken, true)

	// A system that finds Marie by what only looks like her address is not believed.
	g.people.email = func(string) (string, error) { return marie, nil }
	for _, like := range []string{"ｍarie@chezmarcel.example", marieEmail + " ", "marie@chezmarce\u217c.example"} {
		g.up.lie(func(e *elsewhere) { e.info = with(map[string]any{"email": like}) })
		if s := g.leave(newBrowser(t)); s.title() != "This address has no access here" {
			t.Errorf("%q: got %d %q", like, s.status, s.title())
		}
	}
}

func TestAnAddressOfTwoPeopleSignsNobodyIn(t *testing.T) {
	g := newGateway(t)
	g.people.email = func(string) (string, error) { return "", fmt.Errorf("two: %w", oidc.ErrAmbiguous) }
	b := newBrowser(t)
	s := g.leave(b)
	if s.title() != "This address belongs to more than one person" || s.status != http.StatusForbidden || !strings.Contains(s.body, marieEmail) {
		t.Errorf("got %d %q", s.status, s.title())
	}
	if s = b.submit(s, "cancel"); s.back.Get("error") != "access_denied" || s.backTo != redirect {
		t.Errorf("going back: %v at %q", s.back, s.backTo)
	}
}

func TestWhoIsUnknownIsToldTheAddressAndCanSignInWithAnother(t *testing.T) {
	g := newGateway(t)
	g.up.lie(func(e *elsewhere) { e.info = with(map[string]any{"email": `"paul<b>"@else.example`}) })
	b := newBrowser(t)
	s := g.leave(b, oauth2.SetAuthURLParam("login_hint", "paul@else.example"))
	if s.status != http.StatusForbidden || !strings.Contains(s.body, "&lt;b&gt;&#34;@else.example") || strings.Contains(s.body, "<b>") {
		t.Fatalf("got %d %q:\n%s", s.status, s.title(), s.body)
	}
	g.up.honest()
	tok := g.exchange(b.link(s, "/other"))
	g.wantAlive(tok.AccessToken, true)
	if asked := g.up.last(); asked.Get("prompt") != "login" || asked.Has("login_hint") {
		t.Errorf("sent away with prompt %q and login_hint %q", asked.Get("prompt"), asked.Get("login_hint"))
	}
}

func TestAddressesThatAreNotVerifiedCanBeAccepted(t *testing.T) {
	g := newGateway(t, func(u *oidc.Upstream) { u.AcceptUnverified = true })
	g.up.lie(func(e *elsewhere) { e.info = with(map[string]any{"email_verified": false}) })
	g.wantAlive(g.signIn().AccessToken, true)
}

func TestWhoCancelsElsewhereIsBackInTheApplication(t *testing.T) {
	g := newGateway(t)
	g.up.lie(func(e *elsewhere) {
		e.back = func(v url.Values) { v.Del("code"); v.Set("error", "access_denied") }
	})
	b := newBrowser(t)
	s := g.leave(b)
	if s.backTo != redirect || s.back.Get("error") != "access_denied" || s.back.Get("state") != "st4te" {
		t.Errorf("got %v at %q", s.back, s.backTo)
	}
}

func TestAnUpstreamProviderThatIsAwayCanBeTriedAgain(t *testing.T) {
	const configuration = "/oauth/openid-configuration.php"
	for name, lie := range map[string]http.HandlerFunc{
		"it is down":          answers(503, "text/html", "<html>"),
		"it answers HTML":     answers(200, "text/html", "<html>"),
		"it redirects":        http.RedirectHandler("https://evil.example/", http.StatusFound).ServeHTTP,
		"it never answers":    silent,
		"it answers too much": answers(200, "application/json", `{"issuer":"`+strings.Repeat("x", 2<<20)+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, func(u *oidc.Upstream) { u.Timeout = 200 * time.Millisecond })
			g.up.lie(func(e *elsewhere) { e.override[configuration] = lie })
			b := newBrowser(t)
			s := g.leave(b)
			if s.status != http.StatusServiceUnavailable || s.title() != "Boréal does not answer" {
				t.Fatalf("got %d %q", s.status, s.title())
			}
			asked := g.up.calls(configuration)
			if s = b.link(s, "/again"); s.status != http.StatusServiceUnavailable || g.up.calls(configuration) != asked {
				t.Errorf("pressed at once: got %d, and it was asked %d times more", s.status, g.up.calls(configuration)-asked)
			}
			g.up.honest()
			g.clock.move(3 * time.Second)
			g.wantAlive(g.exchange(b.link(s, "/again")).AccessToken, true)

			// Gone away later, people are told so here instead of by their browser.
			g.up.lie(func(e *elsewhere) { e.override[configuration] = lie })
			g.clock.move(2 * time.Minute)
			if s = g.leave(newBrowser(t)); s.title() != "Boréal does not answer" {
				t.Errorf("later: got %d %q", s.status, s.title())
			}
		})
	}
}

func TestAConfigurationThatCannotBeMeantIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		issuer string
		lie    map[string]any
	}{
		"of another issuer":               {"https://billing.example", nil},
		"of no issuer":                    {"", map[string]any{"issuer": ""}},
		"that sends tokens in clear":      {"", map[string]any{"token_endpoint": "http://billing.example/token"}},
		"that sends browsers to a script": {"", map[string]any{"authorization_endpoint": "javascript:alert(1)"}},
		"without keys":                    {"", map[string]any{"jwks_uri": nil}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, func(u *oidc.Upstream) { u.Issuer = c.issuer })
			g.up.lie(func(e *elsewhere) { e.config = with(c.lie) })
			if s := g.leave(newBrowser(t)); s.status != http.StatusBadGateway || s.title() != "Boréal does not accept this sign-in" {
				t.Errorf("got %d %q", s.status, s.title())
			}
		})
	}
}

func TestTheAnswerCountsOnlyInTheBrowserThatWasSentAway(t *testing.T) {
	g := newGateway(t)
	mine, theirs := newBrowser(t), newBrowser(t)
	at := mine.held(func() seen { return g.leave(mine) })
	g.leave(theirs) // has cookies, of another request
	for name, b := range map[string]*browser{"with cookies of its own": theirs, "without any": newBrowser(t)} {
		if s := b.open(at); s.status != http.StatusForbidden || s.back != nil || s.title() != "This page cannot go on here" {
			t.Errorf("another browser, %s: got %d %q", name, s.status, s.title())
		}
	}
	g.wantAlive(g.exchange(mine.open(at)).AccessToken, true)
}

func TestAnAnswerCountsOnce(t *testing.T) {
	g := newGateway(t)
	b := newBrowser(t)
	at := b.held(func() seen { return g.leave(b) })
	first := b.open(at)
	if s := b.open(at); s.status != http.StatusConflict || s.back != nil || s.title() != "This sign-in is finished" {
		t.Errorf("the second time: got %d %q", s.status, s.title())
	}
	g.wantAlive(g.exchange(first).AccessToken, true)

	// Also when the first has failed.
	g.up.lie(func(e *elsewhere) { e.override["/oauth/token.php"] = answers(500, "text/html", "") })
	at = b.held(func() seen { return g.leave(b) })
	s := b.open(at)
	g.up.honest()
	if again := b.open(at); again.title() != "This sign-in was not finished" || again.back != nil {
		t.Errorf("after a failure: got %d %q", again.status, again.title())
	}
	g.wantAlive(g.exchange(b.link(s, "/again")).AccessToken, true)
}

func TestAnAnswerOfAnEarlierTryOrWithAnotherStateCountsForNothing(t *testing.T) {
	g := newGateway(t)
	g.up.lie(func(e *elsewhere) { e.info = with(map[string]any{"email": "paul@else.example"}) })
	b := newBrowser(t)
	s := g.leave(b)
	g.up.honest()
	first := b.held(func() seen { return b.link(s, "/other") })
	second := b.held(func() seen { return b.link(s, "/other") })
	if s := b.open(first); s.title() != "This sign-in was not finished" || s.status != http.StatusConflict {
		t.Errorf("the earlier: got %d %q", s.status, s.title())
	}
	u, err := url.Parse(second)
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(u.Query().Get("state"), ".")
	for state, status := range map[string]int{"": 400, "nonsense": 400, "nonsense.nonsense": 410, id + ".": 409, id + ".guess": 409} {
		q := u.Query()
		q.Set("state", state)
		if s := b.open(g.issuer + "/callback?" + q.Encode()); s.status != status || s.back != nil {
			t.Errorf("state %q: got %d %q", state, s.status, s.title())
		}
	}
	if s := b.open(second + "&state=" + url.QueryEscape(u.Query().Get("state"))); s.status != http.StatusBadRequest {
		t.Errorf("two states: got %d", s.status)
	}
	g.wantAlive(g.exchange(b.open(second)).AccessToken, true)
}

// A code that somebody else got for themselves, put into a victim's answer, would sign the victim in as them.
func TestACodeOfAnotherSignInIsRefused(t *testing.T) {
	for name, lie := range map[string]map[string]any{"with PKCE": {}, "without, by the nonce": {"code_challenge_methods_supported": nil}} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t)
			g.up.lie(func(e *elsewhere) { e.config = with(lie) })
			victim, attacker := newBrowser(t), newBrowser(t)
			stolen, err := url.Parse(attacker.held(func() seen { return g.leave(attacker) }))
			if err != nil {
				t.Fatal(err)
			}
			mine, err := url.Parse(victim.held(func() seen { return g.leave(victim) }))
			if err != nil {
				t.Fatal(err)
			}
			q := mine.Query()
			q.Set("code", stolen.Query().Get("code"))
			if s := victim.open(g.issuer + "/callback?" + q.Encode()); s.back != nil || s.status < 400 {
				t.Errorf("got %d %q and %v", s.status, s.title(), s.back)
			}
			if asked := g.up.last(); asked.Has("code_challenge") != (len(lie) == 0) {
				t.Errorf("PKCE is used when it is not offered, or not when it is: %v", asked)
			}
		})
	}
}

func TestOfTwoAnswersAtOnceOneCounts(t *testing.T) {
	g := newGateway(t)
	b := newBrowser(t)
	at := b.held(func() seen { return g.leave(b) })
	got := make(chan seen)
	for range 8 {
		go func() { got <- b.open(at) }()
	}
	codes := 0
	for range 8 {
		if s := <-got; s.back.Get("code") != "" {
			codes++
		}
	}
	if codes != 1 || g.up.calls("/oauth/token.php") != 1 {
		t.Errorf("%d codes after %d exchanges, want one of one", codes, g.up.calls("/oauth/token.php"))
	}
}

func TestTwoTabsSignInAtOnce(t *testing.T) {
	g := newGateway(t)
	b := newBrowser(t)
	first := b.held(func() seen { return g.leave(b) })
	second := b.held(func() seen { return g.leave(b) })
	for _, at := range []string{first, second} {
		g.wantAlive(g.exchange(b.open(at)).AccessToken, true)
	}
}

func TestASignInElsewhereThatTookTooLongIsOver(t *testing.T) {
	g := newGateway(t)
	b := newBrowser(t)
	at := b.held(func() seen { return g.leave(b) })
	g.clock.move(oidc.RequestLifetime)
	if s := b.open(at); s.status != http.StatusGone || s.title() != "This sign-in has ended" {
		t.Errorf("got %d %q", s.status, s.title())
	}
}

func TestCodesThatAreMadeUpEndInAWait(t *testing.T) {
	g := newGateway(t)
	g.up.lie(func(e *elsewhere) { e.back = func(v url.Values) { v.Set("code", "guess") } })
	b := newBrowser(t)
	s := g.leave(b)
	for range 39 {
		s = b.link(s, "/again")
	}
	if s.title() != "This sign-in was not finished" {
		t.Fatalf("the 40th: got %d %q", s.status, s.title())
	}
	calls := g.up.calls("/oauth/token.php")
	if s = b.link(s, "/again"); s.status != http.StatusTooManyRequests || g.up.calls("/oauth/token.php") != calls {
		t.Errorf("the 41st: got %d %q", s.status, s.title())
	}
	g.up.honest()
	g.clock.move(9 * time.Minute)
	if s = g.leave(newBrowser(t)); s.status != http.StatusTooManyRequests {
		t.Errorf("from the same network: got %d %q", s.status, s.title())
	}
	g.clock.move(7 * time.Minute)
	g.wantAlive(g.signIn().AccessToken, true)
}

func TestKeysMayChangeAtAnyTime(t *testing.T) {
	g := newGateway(t)
	g.wantAlive(g.signIn().AccessToken, true)
	g.up.lie(func(e *elsewhere) {
		e.signWith, e.keyID = strangersKey(), "k2"
		e.keys = func() []jose.JSONWebKey { return []jose.JSONWebKey{{Key: strangersKey().Public(), KeyID: "k2"}} }
	})
	g.wantAlive(g.signIn().AccessToken, true)
	g.up.lie(func(e *elsewhere) { // without ids, while both are shown
		e.keyID = ""
		e.keys = func() []jose.JSONWebKey {
			return []jose.JSONWebKey{{Key: theirKey().Public()}, {Key: strangersKey().Public()}}
		}
	})
	g.wantAlive(g.signIn().AccessToken, true)
}

func TestHowTheSecretAndTheTokenAreSentFollowsWhatIsUnderstood(t *testing.T) {
	g := newGateway(t)
	g.up.lie(func(e *elsewhere) {
		e.config = with(map[string]any{"token_endpoint_auth_methods_supported": []string{"client_secret_basic"}})
		e.override["/oauth/token.php"] = func(w http.ResponseWriter, r *http.Request) {
			id, secret, _ := r.BasicAuth()
			secret, err := url.QueryUnescape(secret)
			if id != upstreamID || secret != upstreamSecret || err != nil || r.PostFormValue("client_secret") != "" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			r.PostForm.Set("client_id", id)
			r.PostForm.Set("client_secret", secret)
			r.Form = r.PostForm
			e.mu.Lock()
			defer e.mu.Unlock()
			e.token(w, r)
		}
		e.override["/oauth/userinfo.php"] = func(w http.ResponseWriter, r *http.Request) {
			if r.PostFormValue("access_token") != "access" || r.URL.RawQuery != "" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			e.mu.Lock()
			defer e.mu.Unlock()
			e.tellInfo(w)
		}
	})
	g.wantAlive(g.signIn().AccessToken, true)
}

func TestWhoWantsToChooseIsAskedElsewhere(t *testing.T) {
	for _, c := range []struct {
		ask     []oauth2.AuthCodeOption
		chooses bool
		want    string
	}{
		{[]oauth2.AuthCodeOption{oauth2.SetAuthURLParam("prompt", "login")}, false, "login"},
		{[]oauth2.AuthCodeOption{oauth2.SetAuthURLParam("prompt", "select_account")}, false, "login"},
		{[]oauth2.AuthCodeOption{oauth2.SetAuthURLParam("prompt", "select_account consent")}, true, "select_account"},
		{[]oauth2.AuthCodeOption{oauth2.SetAuthURLParam("max_age", "60")}, false, "login"},
		{nil, true, ""},
	} {
		g := newGateway(t)
		if c.chooses {
			g.up.lie(func(e *elsewhere) {
				e.config = with(map[string]any{"prompt_values_supported": []string{"login", "select_account"}})
			})
		}
		g.leave(newBrowser(t), c.ask...)
		if got := g.up.last().Get("prompt"); got != c.want {
			t.Errorf("got prompt %q, want %q", got, c.want)
		}
	}
}

func TestAPageAboutASignInElsewhereSpeaksBothLanguagesAndTellsWhereToGoOn(t *testing.T) {
	g := newGateway(t, func(u *oidc.Upstream) { u.Name = "Espace client" })
	g.hosted.people.breakWith(host.ErrUnavailable) // who has signed in cannot be found
	b := newBrowser(t)
	s := g.leave(b)
	if s.title() != "Espace client does not answer" {
		t.Fatalf("got %d %q", s.status, s.title())
	}
	csp := s.header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "form-action 'self' http://127.0.0.1:49152;") || s.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", s.header)
	}
	s = b.open(s.url.Scheme + "://" + s.url.Host + s.url.Path + "?lang=fr")
	if s.title() != "Aucune réponse d'Espace client" || !strings.Contains(s.body, "Réessayer</a>") {
		t.Errorf("in French: %q\n%s", s.title(), s.body)
	}
	g.hosted.people.breakWith(nil)
	g.wantAlive(g.exchange(b.link(s, "/again")).AccessToken, true)
	if got := g.up.last().Get("ui_locales"); got != "fr" {
		t.Errorf("sent away in %q", got)
	}
	// Who goes back with the browser's own button is shown the way.
	b.held(func() seen { return g.leave(b) })
	state := g.up.last().Get("state")
	id, _, _ := strings.Cut(state, ".")
	if s = b.open(g.issuer + "/sign-in/" + id + "?lang=en"); s.status != http.StatusOK || s.title() != "Sign in" {
		t.Fatalf("got %d %q", s.status, s.title())
	}
	g.wantAlive(g.exchange(b.link(s, "/again")).AccessToken, true)
}

func TestOnRefreshThePersonIsCheckedAfresh(t *testing.T) {
	g := newGateway(t)
	tok := g.signIn()
	g.people.asked = nil
	again, err := g.refresh(tok.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	g.wantAlive(again.AccessToken, true)
	if !slices.Equal(g.people.asked, []bool{true, false}) {
		t.Errorf("asked afresh: %v, want on refresh and not for a call", g.people.asked)
	}

	for _, broken := range []error{host.ErrUnavailable, fmt.Errorf("role: %w", host.ErrRefused)} {
		g.hosted.people.breakWith(broken)
		for range 3 { // also longer after than an answer that was lost on the way is given again
			_, err = g.refresh(again.RefreshToken)
			wantCode(t, err, "temporarily_unavailable")
			var re *oauth2.RetrieveError
			if errors.As(err, &re) && (re.Response.StatusCode != http.StatusServiceUnavailable || re.Response.Header.Get("Retry-After") == "") {
				t.Errorf("got %s and Retry-After %q", re.Response.Status, re.Response.Header.Get("Retry-After"))
			}
			g.clock.move(oidc.RetryGrace + time.Second)
		}
		if _, err := g.p.Person(t.Context(), again.AccessToken); !errors.Is(err, broken) {
			t.Errorf("a call meanwhile: got %v", err)
		}
	}
	// A token that was exchanged before still ends everything at once, whoever is away.
	_, err = g.refresh(tok.RefreshToken)
	wantCode(t, err, "invalid_grant")
	g.hosted.people.breakWith(nil)
	_, err = g.refresh(again.RefreshToken)
	wantCode(t, err, "invalid_grant")

	tok = g.signIn()
	g.hosted.people.breakWith(host.ErrUnavailable)
	_, err = g.refresh(tok.RefreshToken)
	wantCode(t, err, "temporarily_unavailable")
	g.hosted.people.breakWith(nil)
	if tok, err = g.refresh(tok.RefreshToken); err != nil {
		t.Fatalf("once it is back: %v", err)
	}
	g.hosted.people.remove(marie)
	_, err = g.refresh(tok.RefreshToken)
	wantCode(t, err, "invalid_grant")
	g.wantAlive(tok.AccessToken, false)
}

func TestOnlyPeopleWhomTheProviderKnowsAreSignedInByMint(t *testing.T) {
	g := newGateway(t)
	_, access, _, err := g.p.Mint(t.Context(), marie)
	if err != nil {
		t.Fatal(err)
	}
	g.wantAlive(access, true)
	if _, _, _, err := g.p.Mint(t.Context(), "p-nobody"); !errors.Is(err, host.ErrInvalidToken) {
		t.Errorf("got %v", err)
	}
}

func TestThereAreNoPasswordPagesWhereOneSignsInElsewhere(t *testing.T) {
	g := newGateway(t)
	b := newBrowser(t)
	b.held(func() seen { return g.leave(b) })
	id, _, _ := strings.Cut(g.up.last().Get("state"), ".")
	for _, form := range []string{"/password", "/code", "/choice"} {
		if s := b.post(g.issuer+"/sign-in/"+id+form, url.Values{"email": {marieEmail}, "password": {password}, "person": {marie}}); s.status != http.StatusNotFound {
			t.Errorf("%s: got %d %q", form, s.status, s.title())
		}
	}
}

func TestAnUpstreamThatCannotWorkIsRefusedAtTheStart(t *testing.T) {
	good := oidc.Upstream{ConfigurationURL: "https://billing.example/oauth/openid-configuration.php", ClientID: "a", ClientSecret: "b"}
	for name, c := range map[string]struct {
		people oidc.People
		change func(*oidc.Upstream)
	}{
		"without an address":       {&directory{}, func(u *oidc.Upstream) { u.ConfigurationURL = "" }},
		"in clear":                 {&directory{}, func(u *oidc.Upstream) { u.ConfigurationURL = "http://billing.example/" }},
		"with a password":          {&directory{}, func(u *oidc.Upstream) { u.ConfigurationURL = "https://a:b@billing.example/" }},
		"that is a path":           {&directory{}, func(u *oidc.Upstream) { u.ConfigurationURL = "/oauth/openid-configuration.php" }},
		"without a client":         {&directory{}, func(u *oidc.Upstream) { u.ClientID = "" }},
		"without a secret":         {&directory{}, func(u *oidc.Upstream) { u.ClientSecret = "" }},
		"of people with passwords": {newPeople(), func(*oidc.Upstream) {}},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := database.New(t)()
			if err != nil {
				t.Fatal(err)
			}
			u := good
			c.change(&u)
			if _, err = oidc.New(t.Context(), oidc.Config{Store: db, People: c.people, ClientID: clientID, Upstream: &u,
				Issuer: func() string { return "https://host.example/oidc" }}); err == nil {
				t.Error("no error")
			}
		})
	}
	db, err := database.New(t)()
	if err != nil {
		t.Fatal(err)
	}
	if _, err = oidc.New(t.Context(), oidc.Config{Store: db, People: &directory{}, ClientID: clientID,
		Issuer: func() string { return "https://host.example/oidc" }}); err == nil {
		t.Error("people without passwords and no upstream: no error")
	}
}

func TestAnOperatorCanCheckAnUpstream(t *testing.T) {
	e := newElsewhere(t)
	u := oidc.Upstream{ConfigurationURL: e.url + "/oauth/openid-configuration.php", ClientID: upstreamID, ClientSecret: upstreamSecret}
	f, err := u.Check(t.Context(), "https://host.example/oidc/callback")
	if err != nil || f.Issuer != e.url || !f.PKCE || f.Keys != 1 || f.Credential != nil {
		t.Errorf("got %+v, %v", f, err)
	}
	u.ClientSecret = "wrong"
	if f, err = u.Check(t.Context(), "https://host.example/oidc/callback"); err != nil || f.Credential == nil ||
		!strings.Contains(f.Credential.Error(), "invalid_client") || strings.Contains(f.Credential.Error(), "wrong") {
		t.Errorf("with a wrong secret: %+v, %v", f, err)
	}
	e.lie(func(e *elsewhere) { e.override["/oauth/certs.php"] = answers(404, "text/html", "") })
	if _, err = u.Check(t.Context(), "https://host.example/oidc/callback"); err == nil || !strings.Contains(err.Error(), "certs.php") {
		t.Errorf("without keys: %v", err)
	}
}

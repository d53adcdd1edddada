package oidc_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"concierge/host"
	"concierge/host/oidc"
)

func TestAPersonSignsInWithAPasswordAndTheApplicationLearnsWhoItIs(t *testing.T) {
	h := newHosted(t)
	found, err := client.Discover(t.Context(), h.issuer, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	if found.AuthorizationEndpoint != h.app().Endpoint.AuthURL || found.TokenEndpoint != h.app().Endpoint.TokenURL {
		t.Errorf("discovery names %s and %s", found.AuthorizationEndpoint, found.TokenEndpoint)
	}
	if !slices.Equal(found.CodeChallengeMethodsSupported, []protocol.CodeChallengeMethod{"S256"}) {
		t.Errorf("discovery promises PKCE methods %v, want S256 only", found.CodeChallengeMethodsSupported)
	}

	b := newBrowser(t)
	verifier := oauth2.GenerateVerifier()
	s := b.open(h.app().AuthCodeURL("st4te", oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("nonce", "n0nce"), oauth2.SetAuthURLParam("ui_locales", "de fr-CA en")), "Accept-Language", "en")
	if s.status != http.StatusOK || s.title() != "Se connecter" || !strings.Contains(s.body, `<html lang="fr">`) {
		t.Fatalf("got status %d and title %q, want the French form that ui_locales asks for", s.status, s.title())
	}
	s = b.submit(s, "password", "email", " MARIE@chezmarcel.example ", "password", password)
	if s.backTo != redirect || s.back.Get("state") != "st4te" || s.back.Get("iss") != h.issuer {
		t.Fatalf("the browser went back to %q with %v", s.backTo, s.back)
	}
	tok, err := h.app().Exchange(t.Context(), s.back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(tok.Expiry); left < 9*time.Minute || left > 10*time.Minute {
		t.Errorf("the access token says it lives %s, want 10 minutes", left)
	}
	h.wantAlive(tok.AccessToken, true)
	if !slices.Equal(h.people.signedIn, []string{marie + " from 127.0.0.1"}) {
		t.Errorf("recorded sign-ins: %v", h.people.signedIn)
	}

	idToken, _ := tok.Extra("id_token").(string)
	check := rp.NewIDTokenVerifier(h.issuer, clientID, rp.NewRemoteKeySet(http.DefaultClient, found.JwksURI),
		rp.WithNonce(func(context.Context) string { return "n0nce" }))
	claims, err := rp.VerifyTokens[*protocol.IDTokenClaims](t.Context(), tok.AccessToken, idToken, check)
	if err != nil {
		t.Fatal(err)
	}
	if claims.Subject != marie || claims.Email != marieEmail || claims.Name != "Marie Tremblay" {
		t.Errorf("the id token says %q %q %q", claims.Subject, claims.Email, claims.Name)
	}
	if !slices.Equal(claims.AuthenticationMethodsReferences, []string{"pwd"}) {
		t.Errorf("the id token says the proof was %v", claims.AuthenticationMethodsReferences)
	}

	info := h.userinfo(tok.AccessToken)
	if info["sub"] != marie || info["email"] != marieEmail || info["given_name"] != "Marie" || info["locale"] != "fr" {
		t.Errorf("userinfo says %v", info)
	}
}

func (h *hosted) userinfo(accessToken string) map[string]any {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.issuer+"/userinfo", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+accessToken)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	var info map[string]any
	if err := json.NewDecoder(res.Body).Decode(&info); err != nil {
		h.t.Fatal(err)
	}
	if res.StatusCode == http.StatusUnauthorized && !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Bearer") {
		h.t.Error("a 401 does not say that it wants a bearer token")
	}
	info["status"] = res.StatusCode
	return info
}

func TestUserinfoRefusesWhatIsNoToken(t *testing.T) {
	h := newHosted(t)
	if info := h.userinfo("nonsense"); info["status"] != http.StatusUnauthorized {
		t.Errorf("got %v, want 401", info)
	}
	tok := h.signIn()
	res, err := http.Get(h.issuer + "/userinfo?access_token=" + tok.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("a token in the URL: got %s, want 400", res.Status)
	}
}

func TestAnAuthorizationRequestIsRefused(t *testing.T) {
	h := newHosted(t)
	challenge := oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())
	for _, c := range []struct {
		name   string
		change map[string]string // "-" removes
		back   string            // error told to the application; empty: a page says it
	}{
		{"without PKCE", map[string]string{"code_challenge": "-", "code_challenge_method": "-"}, "invalid_request"},
		{"with plain PKCE", map[string]string{"code_challenge_method": "plain"}, "invalid_request"},
		{"with PKCE of no method, which means plain", map[string]string{"code_challenge_method": "-"}, "invalid_request"},
		{"with a challenge that is no SHA-256", map[string]string{"code_challenge": "short"}, "invalid_request"},
		{"that wants a token in the URL", map[string]string{"response_type": "token"}, "unsupported_response_type"},
		{"that wants its answer in a fragment", map[string]string{"response_mode": "fragment"}, "invalid_request"},
		{"without the openid scope", map[string]string{"scope": "email"}, "invalid_scope"},
		{"that wants no page", map[string]string{"prompt": "none"}, "login_required"},
		{"with a request object", map[string]string{"request": "e30.e30."}, "request_not_supported"},
		{"of another client", map[string]string{"client_id": "other"}, ""},
		{"that leads to another computer", map[string]string{"redirect_uri": "http://evil.example/signed-in"}, ""},
		{"that leads to a name of this computer", map[string]string{"redirect_uri": "http://localhost:49152/signed-in"}, ""},
		{"that leads to another loopback address", map[string]string{"redirect_uri": "http://127.0.0.2:49152/signed-in"}, ""},
		{"that leads to another path", map[string]string{"redirect_uri": "http://127.0.0.1:49152/other"}, ""},
		{"that leads to a path with a query", map[string]string{"redirect_uri": redirect + "?x=1"}, ""},
		{"that hides another computer behind a user name", map[string]string{"redirect_uri": "http://127.0.0.1@evil.example/signed-in"}, ""},
		{"that leads to a port of endless digits", map[string]string{"redirect_uri": "http://127.0.0.1:000049152/signed-in"}, ""},
		{"that leads nowhere", map[string]string{"redirect_uri": "-"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := url.Values{"client_id": {clientID}, "redirect_uri": {redirect}, "response_type": {"code"}, "state": {"st4te"},
				"scope": {"openid"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"}}
			for k, to := range c.change {
				v.Set(k, to)
				if to == "-" {
					v.Del(k)
				}
			}
			s := newBrowser(t).open(h.issuer + "/authorize?" + v.Encode())
			switch {
			case c.back != "" && (s.back.Get("error") != c.back || s.back.Get("state") != "st4te" || s.backTo != redirect):
				t.Errorf("got %v at %q, want %q told to the application", s.back, s.backTo, c.back)
			case c.back == "" && (s.status != http.StatusBadRequest || s.back != nil || s.title() != "This sign-in link is not valid"):
				t.Errorf("got status %d, title %q and %v; want a page and nothing told to anybody", s.status, s.title(), s.back)
			}
		})
	}
}

func TestTheRedirectMayHaveAnyPortAtEitherLoopbackAddress(t *testing.T) {
	h := newHosted(t)
	for _, to := range []string{"http://127.0.0.1:1/signed-in", "http://127.0.0.1:65535/signed-in", "http://[::1]:49999/signed-in"} {
		app := h.app()
		app.RedirectURL = to
		b, verifier := newBrowser(t), oauth2.GenerateVerifier()
		s := b.open(app.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
		s = b.submit(s, "password", "email", marieEmail, "password", password)
		if s.backTo != to {
			t.Fatalf("went back to %q, want %q", s.backTo, to)
		}
		if _, err := app.Exchange(t.Context(), s.back.Get("code"), oauth2.VerifierOption(verifier)); err != nil {
			t.Errorf("%s: %v", to, err)
		}
	}
}

func TestACodeIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(h *hosted, code, verifier string) error
		want string
	}{
		{"with a wrong verifier", func(h *hosted, code, _ string) error {
			_, err := h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
			return err
		}, "invalid_grant"},
		{"without a verifier", func(h *hosted, code, _ string) error {
			_, err := h.app().Exchange(h.t.Context(), code)
			return err
		}, "invalid_grant"},
		{"with the challenge in place of the verifier", func(h *hosted, code, verifier string) error {
			_, err := h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(oauth2.S256ChallengeFromVerifier(verifier)))
			return err
		}, "invalid_grant"},
		{"with another redirect", func(h *hosted, code, verifier string) error {
			app := h.app()
			app.RedirectURL = "http://127.0.0.1:49153/signed-in"
			_, err := app.Exchange(h.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}, "invalid_grant"},
		{"by another client", func(h *hosted, code, verifier string) error {
			app := h.app()
			app.ClientID = "other"
			_, err := app.Exchange(h.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}, "invalid_client"},
		{"after a minute", func(h *hosted, code, verifier string) error {
			h.clock.move(oidc.CodeLifetime)
			_, err := h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}, "invalid_grant"},
		{"that was never given", func(h *hosted, _, verifier string) error {
			_, err := h.app().Exchange(h.t.Context(), "made-up", oauth2.VerifierOption(verifier))
			return err
		}, "invalid_grant"},
		{"of a person who was removed meanwhile", func(h *hosted, code, verifier string) error {
			h.people.remove(marie)
			_, err := h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}, "invalid_grant"},
		{"after its first try failed", func(h *hosted, code, verifier string) error {
			_, _ = h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
			_, err := h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(verifier))
			return err
		}, "invalid_grant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHosted(t)
			code, verifier := h.code()
			wantCode(t, c.do(h, code, verifier), c.want)
		})
	}
}

func TestUsingACodeTwiceEndsWhatItGave(t *testing.T) {
	h := newHosted(t)
	code, verifier := h.code()
	tok, err := h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	other := h.signIn() // another sign-in of the same person stays; its arrival also sweeps what has run out
	_, err = h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	wantCode(t, err, "invalid_grant")
	h.wantAlive(tok.AccessToken, false)
	_, err = h.refresh(tok.RefreshToken)
	wantCode(t, err, "invalid_grant")
	h.wantAlive(other.AccessToken, true)
}

func TestACodeUsedAgainMonthsLaterStillEndsWhatItGave(t *testing.T) {
	h := newHosted(t)
	code, verifier := h.code()
	tok, err := h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	h.clock.move(60 * 24 * time.Hour)
	h.signIn() // sweeps
	_, err = h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	wantCode(t, err, "invalid_grant")
	_, err = h.refresh(tok.RefreshToken)
	wantCode(t, err, "invalid_grant")
}

func TestTheTokenEndPointTakesOnlyPostedBodies(t *testing.T) {
	h := newHosted(t)
	code, verifier := h.code()
	v := url.Values{"grant_type": {"authorization_code"}, "client_id": {clientID}, "code": {code},
		"code_verifier": {verifier}, "redirect_uri": {redirect}}
	res, err := http.Get(h.issuer + "/token?" + v.Encode())
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: got %s, want 405", res.Status)
	}
	res, err = http.Post(h.issuer+"/token?"+v.Encode(), "application/x-www-form-urlencoded", strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("POST with a query: got %s, want 400", res.Status)
	}
	tok, err := h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatalf("the code was touched: %v", err)
	}
	_ = tok
	res, err = http.PostForm(h.issuer+"/token", url.Values{"grant_type": {"password"}, "client_id": {clientID}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), "unsupported_grant_type") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a grant we do not have: got %s, %v, %v", body, res.Header, err)
	}
}

func TestBeforeTheIssuerIsKnownNothingIsServed(t *testing.T) {
	h := newHosted(t)
	issuer := h.issuer
	h.issuer = ""
	res, err := http.Get(issuer + protocol.DiscoveryEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %s, want 503", res.Status)
	}
}

func TestTheSigningKeyIsMadeOnceAndSurvivesARestart(t *testing.T) {
	open := database.New(t)
	keys := func() string {
		db, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		p, err := oidc.New(t.Context(), oidc.Config{Store: db, People: newPeople(), ClientID: clientID,
			Issuer: func() string { return "http://127.0.0.1" }})
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/keys", nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &strings.Builder{}
		p.Handler().ServeHTTP(&recorder{w: w, h: http.Header{}}, r)
		return w.String()
	}
	first := keys()
	if second := keys(); first != second || !strings.Contains(first, `"kid"`) || strings.Contains(first, `"d":`) {
		t.Errorf("keys before and after a restart:\n%s\n%s", first, second)
	}
}

type recorder struct {
	w io.Writer
	h http.Header
}

func (r *recorder) Header() http.Header         { return r.h }
func (r *recorder) Write(b []byte) (int, error) { return r.w.Write(b) }
func (r *recorder) WriteHeader(int)             {}

func TestAHostThatCannotAskItsPeopleSaysSoAndEndsNothing(t *testing.T) {
	h := newHosted(t)
	tok := h.signIn()
	h.people.breakWith(errors.New("database is away"))
	if _, err := h.p.Person(t.Context(), tok.AccessToken); err == nil || errors.Is(err, host.ErrInvalidToken) {
		t.Errorf("got %v, want an error that is not about the token", err)
	}
	if _, err := h.refresh(tok.RefreshToken); err == nil {
		t.Error("a refresh succeeded without asking who it is")
	} else {
		wantCode(t, err, "server_error")
	}
	h.people.breakWith(nil)
	if _, err := h.refresh(tok.RefreshToken); err != nil {
		t.Errorf("trying again shortly after: %v", err)
	}
}

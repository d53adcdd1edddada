package oidc_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"concierge/host"
	"concierge/host/oidc"
)

func TestARefreshTokenIsExchangedForAnother(t *testing.T) {
	h := newHosted(t)
	tok := h.signIn()
	h.clock.move(oidc.AccessLifetime)
	h.wantAlive(tok.AccessToken, false)
	for range 3 {
		next, err := h.refresh(tok.RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		if next.RefreshToken == tok.RefreshToken || next.RefreshToken == "" || next.AccessToken == tok.AccessToken {
			t.Fatal("the tokens did not change")
		}
		h.wantAlive(next.AccessToken, true)
		tok = next
		h.clock.move(80 * 24 * time.Hour) // used now and then, a sign-in lasts
	}
	h.clock.move(10 * 24 * time.Hour)
	_, err := h.refresh(tok.RefreshToken) // but not 90 days unused
	wantCode(t, err, "invalid_grant")
}

func TestUsingARefreshTokenTwiceEndsTheWholeFamily(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(h *hosted, next *oauth2.Token) *oauth2.Token // returns the newest tokens
	}{
		{"after the grace", func(h *hosted, next *oauth2.Token) *oauth2.Token {
			h.clock.move(oidc.RetryGrace + time.Millisecond)
			return next
		}},
		{"within the grace, once what it gave was used", func(h *hosted, next *oauth2.Token) *oauth2.Token {
			next, err := h.refresh(next.RefreshToken)
			if err != nil {
				h.t.Fatal(err)
			}
			return next
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHosted(t)
			other := h.signIn()
			first := h.signIn()
			next, err := h.refresh(first.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			next = c.before(h, next)
			h.wantAlive(next.AccessToken, true)
			_, err = h.refresh(first.RefreshToken)
			wantCode(t, err, "invalid_grant")
			h.wantAlive(first.AccessToken, false)
			h.wantAlive(next.AccessToken, false)
			_, err = h.refresh(next.RefreshToken)
			wantCode(t, err, "invalid_grant")
			h.wantAlive(other.AccessToken, true)
		})
	}
}

func TestAnAnswerLostOnTheWayMayBeAskedForAgainAtOnce(t *testing.T) {
	h := newHosted(t)
	first := h.signIn()
	lost, err := h.refresh(first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.move(oidc.RetryGrace)
	got, err := h.refresh(first.RefreshToken)
	if err != nil {
		t.Fatalf("an honest retry was refused: %v", err)
	}
	h.wantAlive(got.AccessToken, true)
	// If the lost answer was in fact stolen, its use ends both.
	_, err = h.refresh(lost.RefreshToken)
	wantCode(t, err, "invalid_grant")
	h.wantAlive(got.AccessToken, false)
	_, err = h.refresh(got.RefreshToken)
	wantCode(t, err, "invalid_grant")
}

func TestOneRefreshTokenUsedByManyAtOnceLeavesAtMostOneThatWorks(t *testing.T) {
	h := newHosted(t)
	tok := h.signIn()
	var mu sync.Mutex
	var got []string
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if next, err := h.refresh(tok.RefreshToken); err == nil {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, next.RefreshToken)
			}
		})
	}
	wg.Wait()
	works := 0
	for _, r := range got {
		if _, err := h.refresh(r); err == nil {
			works++
		}
	}
	if works > 1 {
		t.Errorf("%d of %d refresh tokens work", works, len(got))
	}
}

func TestARefreshCanAskForLessButNotForMore(t *testing.T) {
	h := newHosted(t)
	tok := h.signIn()
	post := func(refresh, scope string) string {
		res, err := http.PostForm(h.issuer+"/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {clientID},
			"refresh_token": {refresh}, "scope": {scope}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if body := post(tok.RefreshToken, "openid admin"); !strings.Contains(body, "invalid_scope") {
		t.Errorf("asking for more: %s", body)
	}
	body := post(tok.RefreshToken, "openid")
	if !strings.Contains(body, `"scope":"openid"`) {
		t.Fatalf("asking for less: %s", body)
	}
	_, access, _ := strings.Cut(body, `"access_token":"`)
	access, _, _ = strings.Cut(access, `"`)
	if info := h.userinfo(access); info["sub"] != marie || info["email"] != nil {
		t.Errorf("a token for openid alone tells %v", info)
	}
}

func TestRevocation(t *testing.T) {
	revoke := func(h *hosted, token string) int {
		res, err := http.PostForm(h.issuer+"/revoke", url.Values{"client_id": {clientID}, "token": {token}})
		if err != nil {
			h.t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	t.Run("of a refresh token ends its sign-in and no other", func(t *testing.T) {
		h := newHosted(t)
		tok, other := h.signIn(), h.signIn()
		if s := revoke(h, tok.RefreshToken); s != http.StatusOK {
			t.Fatalf("status %d", s)
		}
		h.wantAlive(tok.AccessToken, false)
		_, err := h.refresh(tok.RefreshToken)
		wantCode(t, err, "invalid_grant")
		h.wantAlive(other.AccessToken, true)
	})
	t.Run("of an access token ends that one only", func(t *testing.T) {
		h := newHosted(t)
		tok := h.signIn()
		if s := revoke(h, tok.AccessToken); s != http.StatusOK {
			t.Fatalf("status %d", s)
		}
		h.wantAlive(tok.AccessToken, false)
		if _, err := h.refresh(tok.RefreshToken); err != nil {
			t.Error(err)
		}
	})
	t.Run("of what is no token is fine", func(t *testing.T) {
		if s := revoke(newHosted(t), "never was one"); s != http.StatusOK {
			t.Errorf("status %d, want 200", s)
		}
	})
}

func TestARemovedPersonsTokensStopAtTheNextCallForGood(t *testing.T) {
	h := newHosted(t)
	tok := h.signIn()
	was := h.people.profiles[marie]
	h.people.remove(marie)
	h.wantAlive(tok.AccessToken, false)
	h.people.mu.Lock()
	h.people.profiles[marie] = was
	h.people.mu.Unlock()
	h.wantAlive(tok.AccessToken, false)
	_, err := h.refresh(tok.RefreshToken)
	wantCode(t, err, "invalid_grant")
}

func TestRevokePersonEndsEverySignInOfThatPerson(t *testing.T) {
	h := newHosted(t)
	one, two := h.signIn(), h.signIn()
	_, lucs, _, err := h.p.Mint(t.Context(), luc)
	if err != nil {
		t.Fatal(err)
	}
	code, verifier := h.code()
	if err := h.p.RevokePerson(t.Context(), marie); err != nil {
		t.Fatal(err)
	}
	h.wantAlive(one.AccessToken, false)
	h.wantAlive(two.AccessToken, false)
	_, err = h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	wantCode(t, err, "invalid_grant")
	if id, err := h.p.Person(t.Context(), lucs); err != nil || id != luc {
		t.Errorf("another person's token: %q, %v", id, err)
	}
}

func TestMintedTokensWorkLikeOthers(t *testing.T) {
	h := newHosted(t)
	refresh, access, expires, err := h.p.Mint(t.Context(), marie)
	if err != nil {
		t.Fatal(err)
	}
	if want := h.clock.now().Add(oidc.AccessLifetime); !expires.Equal(want) {
		t.Errorf("expires %s, want %s", expires, want)
	}
	h.wantAlive(access, true)
	h.wantAlive(refresh, false) // a refresh token is no access token
	next, err := h.refresh(refresh)
	if err != nil {
		t.Fatal(err)
	}
	h.wantAlive(next.AccessToken, true)
	if _, _, _, err := h.p.Mint(t.Context(), "nobody"); !errors.Is(err, host.ErrInvalidToken) {
		t.Errorf("for nobody: %v", err)
	}
}

func TestWithoutOfflineAccessThereIsNoRefreshToken(t *testing.T) {
	h := newHosted(t)
	app := h.app()
	app.Scopes = []string{"openid", "openid"} // asked for twice, kept once
	b, verifier := newBrowser(t), oauth2.GenerateVerifier()
	s := b.submit(b.open(app.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))), "password", "email", marieEmail, "password", password)
	tok, err := app.Exchange(t.Context(), s.back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil || tok.RefreshToken != "" {
		t.Fatalf("got refresh token %q, %v", tok.RefreshToken, err)
	}
	if got := tok.Extra("scope"); got != "openid" {
		t.Errorf("scope %q", got)
	}
}

func TestNoTokenCodeOrCookieIsKeptInClear(t *testing.T) {
	h := newHosted(t)
	code, verifier := h.code()
	tok, err := h.app().Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	var dump bytes.Buffer
	for _, table := range []string{"oidc_tokens", "oidc_requests", "oidc_families", "oidc_attempts"} {
		rows, err := h.db.Querier(t.Context()).QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		cols, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			vals := make([]any, len(cols))
			for i := range vals {
				vals[i] = new([]byte)
			}
			if err := rows.Scan(vals...); err != nil {
				t.Fatal(err)
			}
			for _, v := range vals {
				dump.Write(*v.(*[]byte))
				dump.WriteByte('\n')
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	if !strings.Contains(dump.String(), marie) {
		t.Fatal("the dump does not hold what it should")
	}
	for _, secret := range []string{code, verifier, tok.AccessToken, tok.RefreshToken, password, marieEmail} {
		if strings.Contains(dump.String(), secret) {
			t.Errorf("%q is in the store", secret)
		}
	}
}

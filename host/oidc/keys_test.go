package oidc_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"concierge/host/oidc"
	"concierge/host/store"
)

// signer is one of several providers on one store.
type signer struct {
	t *testing.T
	p *oidc.Provider
}

func newSigner(t *testing.T, db *store.DB, c *clock) signer {
	t.Helper()
	p, err := oidc.New(t.Context(), oidc.Config{Store: db, People: newPeople(), ClientID: clientID, Now: c.now,
		Issuer: func() string { return "http://127.0.0.1/oidc" }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return signer{t, p}
}

func (s signer) ask(method, path string, form url.Values) []byte {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "http://127.0.0.1/oidc"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.p.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// shows are the public keys, by their ids.
func (s signer) shows() (ids []string, set jose.JSONWebKeySet) {
	s.t.Helper()
	body := s.ask(http.MethodGet, "/keys", nil)
	if err := json.Unmarshal(body, &set); err != nil || strings.Contains(string(body), `"d"`) {
		s.t.Fatalf("%s, %v", body, err)
	}
	for _, k := range set.Keys {
		ids = append(ids, k.KeyID)
	}
	return ids, set
}

// signs refreshes a token and says which key the id token is signed with, having checked it with what another shows.
func (s signer) signs(refresh *string, shown jose.JSONWebKeySet) string {
	s.t.Helper()
	var got struct {
		Refresh string `json:"refresh_token"`
		ID      string `json:"id_token"`
	}
	body := s.ask(http.MethodPost, "/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {*refresh}, "client_id": {clientID}})
	if err := json.Unmarshal(body, &got); err != nil {
		s.t.Fatal(err)
	}
	*refresh = got.Refresh
	token, err := jose.ParseSigned(got.ID, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := token.Verify(shown); err != nil {
		s.t.Errorf("what is shown elsewhere does not verify it: %v", err)
	}
	return token.Signatures[0].Header.KeyID
}

func TestKeysAreReplacedWithoutAnybodyNoticing(t *testing.T) {
	open := database.New(t)
	db, err := open()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	gateways := []signer{newSigner(t, db, c), newSigner(t, db, c)}
	refresh, _, _, err := gateways[0].p.Mint(t.Context(), marie)
	if err != nil {
		t.Fatal(err)
	}
	const step = 20 * time.Hour
	var before jose.JSONWebKeySet // what somebody read who reads the keys every 20 hours
	var signed []string
	since := map[string]time.Time{} // when a key was seen first
	start := c.now()
	for i := range 240 { // 200 days
		_, one := gateways[i%2].shows()
		ids, _ := gateways[1-i%2].shows()
		if i == 0 {
			before = one
		}
		kid := gateways[i%2].signs(&refresh, before)
		if n := len(signed); n == 0 || signed[n-1] != kid {
			if slices.Contains(signed, kid) {
				t.Fatalf("after %s an old key signs again", c.now().Sub(start))
			}
			signed = append(signed, kid)
		}
		for _, id := range ids {
			if _, seen := since[id]; !seen {
				since[id] = c.now()
			}
		}
		if len(ids) > 2 || !slices.Contains(ids, kid) {
			t.Fatalf("after %s %d keys are shown, signed with %s", c.now().Sub(start), len(ids), kid)
		}
		c.move(oidc.AccessLifetime - time.Second) // the token is still valid
		for _, s := range gateways {
			if ids, _ := s.shows(); !slices.Contains(ids, kid) {
				t.Fatalf("after %s the key of a valid token is shown no longer", c.now().Sub(start))
			}
		}
		before = one
		c.move(step - oidc.AccessLifetime + time.Second)
	}
	if len(signed) != 3 || len(since) != 3 {
		t.Errorf("%d keys have signed, %d were shown in 200 days, want 3 each", len(signed), len(since))
	}
	for i, id := range signed[1:] {
		if age := since[id].Sub(since[signed[i]]); age < oidc.KeyLife || age > oidc.KeyLife+2*step {
			t.Errorf("key %d was made after %s", i+2, age)
		}
	}
}

func TestOfSeveralProvidersOneMakesTheNextKey(t *testing.T) {
	open := database.New(t)
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	db, err := open()
	if err != nil {
		t.Fatal(err)
	}
	var all []signer
	for range 4 {
		all = append(all, newSigner(t, db, c))
	}
	for _, pass := range []time.Duration{0, oidc.KeyLife, oidc.KeyLead + oidc.KeyKept} {
		c.move(pass)
		shown := make([]string, len(all))
		var at sync.WaitGroup
		for i, s := range all {
			at.Go(func() {
				ids, _ := s.shows()
				shown[i] = strings.Join(ids, " ")
			})
		}
		at.Wait()
		want := 1
		if pass == oidc.KeyLife {
			want = 2
		}
		if slices.Sort(shown); shown[0] != shown[len(all)-1] || len(strings.Fields(shown[0])) != want {
			t.Errorf("after %s: %q", pass, shown)
		}
	}
}

func TestAClockThatGoesBackLeavesASigningKey(t *testing.T) {
	db, err := database.New(t)()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	s := newSigner(t, db, c)
	refresh, _, _, err := s.p.Mint(t.Context(), marie)
	if err != nil {
		t.Fatal(err)
	}
	_, set := s.shows()
	first := s.signs(&refresh, set)
	c.move(oidc.KeyLife) // wrongly: a key of the future is made
	if ids, _ := s.shows(); len(ids) != 2 {
		t.Fatalf("%q", ids)
	}
	c.move(-oidc.KeyLife)
	if _, set = s.shows(); s.signs(&refresh, set) != first {
		t.Error("a key of the future signs")
	}
}

func TestTheKeyOfATokenIsShownAsLongAsTheTokenLives(t *testing.T) {
	db, err := database.New(t)()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{at: time.Now().Truncate(time.Millisecond)}
	one, other := newSigner(t, db, c), newSigner(t, db, c)
	one.shows()
	c.move(oidc.KeyLife)
	_, set := one.shows()
	c.move(oidc.KeyLead - time.Second)
	refresh, _, _, err := one.p.Mint(t.Context(), marie)
	if err != nil {
		t.Fatal(err)
	}
	kid := one.signs(&refresh, set)
	c.move(time.Second)
	if next := one.signs(&refresh, set); next == kid {
		t.Fatal("the next key does not sign from its time on")
	}
	c.move(oidc.AccessLifetime - 2*time.Second)
	for _, s := range []signer{other, one} {
		if ids, _ := s.shows(); !slices.Contains(ids, kid) {
			t.Error("a valid token can be verified no longer")
		}
	}
}

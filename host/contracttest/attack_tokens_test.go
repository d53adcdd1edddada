package contracttest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
)

// form posts to an end point of sign-in.
func (w *world) form(path string, v url.Values) (status int, body map[string]any) {
	w.Helper()
	v.Set("client_id", "concierge-desktop")
	res, err := w.client.PostForm(w.url+"/oidc"+path, v)
	must(w, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(w, err)
	if len(b) > 0 {
		must(w, json.Unmarshal(b, &body))
	}
	return res.StatusCode, body
}

// exchange uses a refresh token.
func (w *world) exchange(refresh string) (access, next, id string, ok bool) {
	w.Helper()
	status, body := w.form("/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
	access, _ = body["access_token"].(string)
	next, _ = body["refresh_token"].(string)
	id, _ = body["id_token"].(string)
	return access, next, id, status == 200 && access != ""
}

// with is a caller who has another token.
func (c caller) with(token string) caller { c.token = token; return c }

// alive tells whether a token is anybody's, at the Host API and at sign-in.
func (c caller) alive() bool {
	c.Helper()
	a := c.get("/v1/me")
	switch a.Status {
	case http.StatusOK:
		return true
	case http.StatusUnauthorized:
		if a.Refused(api.ProblemUnauthenticated); !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") {
			c.Errorf("a 401 does not say what it wants: %v", a.Header)
		}
	default:
		c.Errorf("a token that is nobody's: %s", a)
	}
	if u := c.call("GET", "/oidc/userinfo", nil); u.Done() {
		c.Errorf("userinfo takes it: %s", u)
	}
	return false
}

func jwt(header, claims any, sign func(string) string) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	t := part(header) + "." + part(claims)
	return t + "." + sign(t)
}

func TestATokenThatIsForgedIsNobodys(t *testing.T) {
	everywhere(t, func(w *world) {
		m := w.as(marie)
		me := hosttest.Into[api.Me](m.get("/v1/me"), 200)
		access, refresh, idToken, ok := w.exchange(m.refresh)
		if !ok || idToken == "" {
			w.Fatal("no tokens")
		}
		public := w.nobody().get("/oidc/keys").Is(200).Body
		claims := map[string]any{"iss": w.url + "/oidc", "sub": me.ID, "aud": "concierge-desktop", "email": marie, "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
		unsigned := func(string) string { return "" }
		forged := map[string]string{
			"a refresh token": refresh,
			"an id token":     idToken,
			"alg none":        jwt(map[string]string{"alg": "none", "typ": "JWT"}, claims, unsigned),
			"alg NonE":        jwt(map[string]string{"alg": "NonE"}, claims, unsigned),
			"signed with the public key": jwt(map[string]string{"alg": "HS256"}, claims, func(s string) string {
				h := hmac.New(sha256.New, public)
				h.Write([]byte(s))
				return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
			}),
			"an id token without signature": idToken[:strings.LastIndexByte(idToken, '.')+1],
			"a key from elsewhere":          jwt(map[string]string{"alg": "RS256", "jku": "https://evil.example/keys", "kid": "../../dev/null"}, claims, unsigned),
			"the person's id":               me.ID,
			"their address":                 marie,
			"a pattern":                     "%",
			"SQL":                           "' OR '1'='1",
			"a hash":                        fmt.Sprintf("%x", sha256.Sum256([]byte(access))),
			"one letter less":               access[:len(access)-1],
			"one letter more":               access + "A",
			"another case":                  strings.ToUpper(access),
			"two":                           access + "," + access,
			"two with a blank":              access + " " + access,
			"padded":                        access + "=",
			"in quotes":                     `"` + access + `"`,
			"a very long one":               strings.Repeat("A", 32<<10),
			"nothing":                       "",
			"the application's id":          "concierge-desktop",
			"null":                          "null",
			"undefined":                     "undefined",
		}
		for name, token := range forged {
			if c := m.with(token); c.alive() {
				w.Errorf("%s is taken for Marie", name)
			}
		}
		for name, refresh := range map[string]string{"an access token": access, "an id token": idToken, "the person's id": me.ID, "none": ""} {
			if _, _, _, ok := w.exchange(refresh); ok {
				w.Errorf("%s is exchanged", name)
			}
		}
		// Where else a token might be looked for.
		n := w.nobody()
		for _, h := range [][2]string{{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("bearer:"+access))}, {"Authorization", access},
			{"Authorization", "Token " + access}, {"Cookie", "access_token=" + access + "; token=" + access}, {"X-Access-Token", access}, {"Proxy-Authorization", "Bearer " + access},
			{"X-Forwarded-User", marie}, {"X-Remote-User", marie}, {"X-User-Id", me.ID}} {
			n.get("/v1/me", h[0], h[1]).Is(401)
		}
		n.get("/v1/me?access_token=" + access).Is(401)
		if !m.with(access).alive() {
			w.Error("the real one no longer works")
		}
	})
}

func TestATokenOfAnotherHostIsNobodys(t *testing.T) {
	everywhere(t, func(w *world) {
		for _, other := range []*world{newSample(w.TB), newGateway(w.TB)} { // with the same people, one of them even with the same ids
			m := other.as(marie)
			if w.as(sam).with(m.token).alive() {
				w.Error("another host's access token is taken")
			}
			if _, _, _, ok := w.exchange(m.refresh); ok {
				w.Error("another host's refresh token is exchanged")
			}
		}
	})
}

func TestATokenThatIsOverIsNobodys(t *testing.T) {
	everywhere(t, func(w *world) {
		expired := w.as(marie)
		w.clock.Pass(10*time.Minute - time.Second)
		if !expired.alive() {
			w.Error("over too early")
		}
		w.clock.Pass(time.Second)
		if expired.alive() {
			w.Error("an expired token is taken")
		}
		access, refresh, _, ok := w.exchange(expired.refresh)
		if !ok || !expired.with(access).alive() {
			w.Fatal("a refresh token was not exchanged")
		}
		// Replayed after the time in which an answer may have been lost: whoever has what was issued loses it too.
		w.clock.Pass(31 * time.Second)
		if _, _, _, ok := w.exchange(expired.refresh); ok || expired.with(access).alive() {
			w.Error("a refresh token was exchanged twice")
		}
		if _, _, _, ok := w.exchange(refresh); ok {
			w.Error("what a replayed token gave is still exchanged")
		}

		signedOut := w.as(marie)
		other := w.as(marie)
		if status, body := w.form("/revoke", url.Values{"token": {signedOut.refresh}}); status != 200 {
			w.Fatalf("%d %v", status, body)
		}
		if _, _, _, ok := w.exchange(signedOut.refresh); ok || signedOut.alive() {
			w.Error("a revoked sign-in goes on")
		}
		if !other.alive() {
			w.Error("and another one of the same person ended with it")
		}
		w.clock.Pass(90 * 24 * time.Hour)
		if _, _, _, ok := w.exchange(other.refresh); ok {
			w.Error("a refresh token that was not used for 90 days is exchanged")
		}
	})
}

// TestAccessThatIsOverIsNotUsedAgain: at the very moment, before anything has taken it away.
func TestAccessThatIsOverIsNotUsedAgain(t *testing.T) {
	known := operations(t)
	everywhere(t, func(w *world) {
		s := set(w)
		over := func(l caller, how string) {
			w.Helper()
			still, writes := s.owner.untouched(s.account), w.wrote()
			try := func(c caller) {
				w.Helper()
				for id, op := range every {
					if strings.Contains(known[id], "{accountId}") {
						if a := c.call(method(known, id), op.path(s), op.body, "If-Match", s.owner.get(s.contact).ETag()); a.Status != 404 {
							w.Errorf("%s: %s", how, a)
						}
					}
				}
				for _, a := range c.accounts() {
					if a.Name == bakery {
						w.Errorf("%s: it is still listed", how)
					}
				}
			}
			try(l)
			access, _, _, ok := w.exchange(l.refresh)
			if !ok {
				w.Fatalf("%s: their sign-in as such is over", how)
			}
			try(l.with(access))
			still(how)
			if w.wrote() != writes {
				w.Errorf("%s: %d writes reached WHMCS", how, w.wrote()-writes)
			}
		}
		end := w.clock.Now().Add(time.Minute)
		if a := s.owner.call("PUT", s.user+"/permissions", api.PermissionSet{Permissions: []string{"contacts", "profile"}, EndsAt: &end}); can(a, w.features().AccessEnds) {
			l := w.as(lea)
			l.get(s.contact).Is(200)
			w.clock.Pass(time.Minute)
			over(l, "access that has ended")
		}
		s.owner.give(s.account, sam, "contacts", "profile")
		removed := w.as(sam)
		removed.get(s.contact).Is(200)
		s.owner.call("DELETE", s.sam, nil).Is(204)
		over(removed, "a user who was removed")
	})
}

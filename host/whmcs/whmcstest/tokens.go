package whmcstest

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	jose "github.com/go-jose/go-jose/v4"
)

// tokenError is an error of RFC 6749 section 5.2.
func tokenError(rw http.ResponseWriter, status int, code string) {
	if status == http.StatusUnauthorized {
		rw.Header().Set("WWW-Authenticate", `Basic realm="WHMCS"`)
	}
	sendJSON(rw, status, map[string]string{"error": code})
}

func (w *WHMCS) serveToken(rw http.ResponseWriter, r *http.Request) {
	if !readForm(rw, r) {
		return
	}
	q := r.PostForm
	id, secret, basic := r.BasicAuth()
	if basic { // RFC 6749 section 2.3.1: both are form-encoded first
		id, secret = unescape(id), unescape(secret)
	} else {
		id, secret = q.Get("client_id"), q.Get("client_secret")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if status := w.pages.trouble.TokenStatus; status != 0 {
		send(rw, status, "text/html; charset=UTF-8", []byte(errorPage))
		return
	}
	if w.pages.ClientID == "" || !same(id, w.pages.ClientID) || !same(secret, w.pages.Secret) {
		tokenError(rw, http.StatusUnauthorized, "invalid_client")
		return
	}
	if q.Get("grant_type") != "authorization_code" {
		tokenError(rw, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	code := q.Get("code")
	g, there := w.pages.codes[code]
	u := w.state.user(g.userID)
	if g.used { // somebody has the code who should not: what it gave is taken back (RFC 6749 section 4.1.2)
		delete(w.pages.access, g.access)
	}
	if !there || g.used || u == nil || w.cfg.Now().After(g.until) || q.Get("redirect_uri") != g.redirectURI || !g.proven(q.Get("code_verifier")) {
		tokenError(rw, http.StatusBadRequest, "invalid_grant")
		return
	}
	g.used, g.access = true, token()
	w.pages.codes[code] = g
	given := g
	given.until = w.cfg.Now().Add(accessLives)
	w.pages.access[g.access] = given
	tokens := map[string]any{"access_token": g.access, "token_type": "Bearer", "expires_in": int(accessLives.Seconds()),
		"scope": strings.Join(g.scopes, " ")}
	if !w.pages.trouble.NoIDToken {
		tokens["id_token"] = w.idToken(r, u, g)
	}
	sendJSON(rw, http.StatusOK, tokens)
}

// proven tells whether the verifier fits the challenge (RFC 7636); without a challenge none is asked for.
func (g grant) proven(verifier string) bool {
	switch {
	case g.challenge == "":
		return true
	case g.how == "S256":
		sum := sha256.Sum256([]byte(verifier))
		return same(base64.RawURLEncoding.EncodeToString(sum[:]), g.challenge)
	default:
		return same(verifier, g.challenge)
	}
}

func (w *WHMCS) idToken(r *http.Request, u *User, g grant) string {
	t := w.pages.trouble
	now := w.cfg.Now()
	claims := map[string]any{"iss": cmp.Or(t.Issuer, w.issuer(r)), "aud": cmp.Or(t.Audience, w.pages.ClientID), "sub": u.Subject,
		"iat": now.Unix(), "exp": now.Add(accessLives).Unix(), "auth_time": now.Unix()}
	if t.Expired {
		claims["iat"], claims["exp"] = now.Add(-2*time.Hour).Unix(), now.Add(-time.Hour).Unix()
	}
	if nonce := cmp.Or(t.Nonce, g.nonce); nonce != "" {
		claims["nonce"] = nonce
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err) // cannot happen: texts and numbers
	}
	if t.Unsigned {
		part := base64.RawURLEncoding.EncodeToString
		return part([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + part(payload) + "."
	}
	k := w.signing()
	private := k.private
	if t.UnknownKey {
		private = otherKey().private
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err) // cannot happen: RS256 and an RSA key
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err) // cannot happen: the same
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		panic(err) // cannot happen: one signature
	}
	return compact
}

func (w *WHMCS) serveUserinfo(rw http.ResponseWriter, r *http.Request) {
	kind, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.pages.trouble
	if t.UserinfoStatus != 0 {
		send(rw, t.UserinfoStatus, "text/html; charset=UTF-8", []byte(errorPage))
		return
	}
	g, there := w.pages.access[bearer]
	u := w.state.user(g.userID)
	if !strings.EqualFold(kind, "Bearer") || !there || u == nil || w.cfg.Now().After(g.until) {
		rw.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		sendJSON(rw, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	claims := map[string]any{"sub": u.Subject}
	if t.OtherSubject {
		claims["sub"] = "somebody-else"
	}
	if slices.Contains(g.scopes, "profile") {
		claims["name"], claims["given_name"], claims["family_name"] = u.Name(), u.FirstName, u.LastName
		claims["preferred_username"] = u.Email
		if t.LanguageName {
			claims["locale"] = cmp.Or(u.Language, "english")
		}
	}
	if slices.Contains(g.scopes, "email") && !t.NoEmail {
		email := u.Email
		if t.OtherCase {
			email = strings.Map(func(r rune) rune {
				if unicode.IsUpper(r) {
					return unicode.ToLower(r)
				}
				return unicode.ToUpper(r)
			}, email)
		}
		claims["email"], claims["email_verified"] = cmp.Or(t.Email, email), true
	}
	sendJSON(rw, http.StatusOK, claims)
}

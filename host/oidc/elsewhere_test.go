package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

const (
	upstreamID     = "gateway"
	upstreamSecret = "s3cret&+ ü"
	subject        = "b2c7" // whoever signs in elsewhere
)

var theirKey, strangersKey = sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// elsewhere is an upstream provider where somebody is signed in already, so that its authorization end point answers at
// once. Everything it says can be changed into a lie; with no change it is honest.
type elsewhere struct {
	t   *testing.T
	url string

	mu       sync.Mutex
	config   func(map[string]any)
	back     func(url.Values) // what the browser is sent back with
	claims   func(map[string]any)
	header   func(map[jose.HeaderKey]any)
	info     func(map[string]any)
	override map[string]http.HandlerFunc // by path
	signWith *rsa.PrivateKey
	keyID    string
	keys     func() []jose.JSONWebKey

	asked  []url.Values // what browsers came with
	given  map[string]url.Values
	called map[string]int
}

func newElsewhere(t *testing.T) *elsewhere {
	e := &elsewhere{t: t, given: map[string]url.Values{}, called: map[string]int{}, override: map[string]http.HandlerFunc{}}
	srv := httptest.NewServer(e)
	t.Cleanup(srv.Close)
	e.url = srv.URL
	e.honest()
	return e
}

// honest takes every lie back.
func (e *elsewhere) honest() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.config, e.claims, e.info = func(map[string]any) {}, func(map[string]any) {}, func(map[string]any) {}
	e.back, e.header = func(url.Values) {}, func(map[jose.HeaderKey]any) {}
	e.signWith, e.keyID = theirKey(), "k1"
	e.keys = func() []jose.JSONWebKey {
		return []jose.JSONWebKey{{Key: theirKey().Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}
	}
	clear(e.override)
}

// lie changes what it says, while nothing is asked.
func (e *elsewhere) lie(change func(e *elsewhere)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e)
}

func (e *elsewhere) calls(path string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.called[path]
}

// last is what the browser that came last brought.
func (e *elsewhere) last() url.Values {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.asked) == 0 {
		e.t.Fatal("nobody was sent to the upstream provider")
	}
	return e.asked[len(e.asked)-1]
}

func (e *elsewhere) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	e.called[r.URL.Path]++
	if instead := e.override[r.URL.Path]; instead != nil {
		e.mu.Unlock()
		instead(w, r)
		return
	}
	defer e.mu.Unlock()
	switch r.URL.Path {
	case "/oauth/openid-configuration.php":
		m := map[string]any{"issuer": e.url, "authorization_endpoint": e.url + "/oauth/authorize.php?theme=dark",
			"token_endpoint": e.url + "/oauth/token.php", "userinfo_endpoint": e.url + "/oauth/userinfo.php",
			"jwks_uri": e.url + "/oauth/certs.php", "code_challenge_methods_supported": []string{"plain", "S256"}}
		e.config(m)
		tell(w, m)
	case "/oauth/certs.php":
		tell(w, jose.JSONWebKeySet{Keys: e.keys()})
	case "/oauth/authorize.php":
		q := r.URL.Query()
		e.asked = append(e.asked, q)
		code := "code-" + strconv.Itoa(len(e.asked))
		e.given[code] = q
		back := url.Values{"code": {code}, "state": {q.Get("state")}}
		e.back(back)
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	case "/oauth/token.php":
		e.token(w, r)
	case "/oauth/userinfo.php":
		if r.Header.Get("Authorization") != "Bearer access" {
			http.Error(w, `{"error":"invalid_token"}`, http.StatusUnauthorized)
			return
		}
		e.tellInfo(w)
	default:
		http.NotFound(w, r)
	}
}

func (e *elsewhere) tellInfo(w http.ResponseWriter) {
	info := map[string]any{"sub": subject, "email": marieEmail, "email_verified": true, "name": "Marie Tremblay",
		"locale": "Quebec French", "updated_at": "0000-00-00 00:00:00"}
	e.info(info)
	tell(w, info)
}

func (e *elsewhere) token(w http.ResponseWriter, r *http.Request) {
	id, secret := r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	q, ok := e.given[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != upstreamID || secret != upstreamSecret:
		answers(http.StatusUnauthorized, "application/json", `{"error":"invalid_client"}`)(w, r)
		return
	case !ok, r.PostFormValue("redirect_uri") != q.Get("redirect_uri"),
		q.Has("code_challenge") && base64.RawURLEncoding.EncodeToString(sum[:]) != q.Get("code_challenge"):
		answers(http.StatusBadRequest, "application/json", `{"error":"invalid_grant"}`)(w, r)
		return
	}
	delete(e.given, r.PostFormValue("code"))
	now := time.Now()
	claims := map[string]any{"iss": e.url, "sub": subject, "aud": upstreamID, "exp": now.Add(time.Hour).Unix(),
		"iat": now.Unix(), "nonce": q.Get("nonce")}
	e.claims(claims)
	tell(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": e.sign(claims)})
}

func (e *elsewhere) sign(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	options := (&jose.SignerOptions{}).WithType("JWT")
	if e.keyID != "" {
		options = options.WithHeader("kid", e.keyID)
	}
	e.header(options.ExtraHeaders)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: e.signWith}, options)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	signed, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return signed
}

// raw is a token with any header and signature.
func raw(header string, claims map[string]any, signature string) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	part := base64.RawURLEncoding.EncodeToString
	return strings.Join([]string{part([]byte(header)), part(payload), signature}, ".")
}

func tell(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

// answers is an end point that says the same to everybody.
func answers(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// silent is an end point that never answers. That the other side has left is noticed only once all it sent is read.
func silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// with sets values; nil takes one away.
func with(more map[string]any) func(map[string]any) {
	return func(m map[string]any) {
		maps.Copy(m, more)
		maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
	}
}

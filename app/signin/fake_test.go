package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"concierge/client/api"
)

const clientID = "concierge"

// fakeHost is a host's sign-in as strict as the standards allow: PKCE, refresh tokens good for one use, and the end of a sign-in
// when one is used twice. It counts what it is asked and remembers every secret it gave.
type fakeHost struct {
	t   *testing.T
	url string // base URL of the Host API
	key *ecdsa.PrivateKey

	mu       sync.Mutex
	person   person                   // who signs in next
	deny     string                   // error to answer the browser instead
	codes    map[string]url.Values    // authorization requests by code
	families map[string]*family       // by id
	refresh  map[string]*refreshToken // by token
	access   map[string]string        // family by token
	asked    map[string]int           // requests by path
	secrets  []string                 // everything that must not be found anywhere
	life     time.Duration            // of access tokens
	grace    bool                     // a used refresh token is good again, for lost answers
	noRevoke bool                     // the end point is not offered
	ahead    time.Duration            // the host's clock
	claims   func(map[string]any)     // spoils id tokens
	sample   bool

	// before is called for each request, outside the lock; true means that it has answered.
	before func(w http.ResponseWriter, r *http.Request) (answered bool)
	// after is called when an answer is made and before it is sent.
	after func(w http.ResponseWriter, r *http.Request)
}

type family struct {
	person person
	over   bool
}

type refreshToken struct {
	family string
	used   bool
}

var (
	marie = person{id: "p-marie", name: "Marie Tremblay", email: "marie@chezmarcel.example"}
	sam   = person{id: "p-sam", name: "Sam Roy", email: "sam@studio.example"}
)

func newFake(t *testing.T) *fakeHost {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &fakeHost{
		t: t, key: key, person: marie, life: 10 * time.Minute, codes: map[string]url.Values{}, families: map[string]*family{},
		refresh: map[string]*refreshToken{}, access: map[string]string{}, asked: map[string]int{},
	}
}

// serve puts the fake on a port of its own.
func (f *fakeHost) serve() *httptest.Server {
	s := httptest.NewServer(f)
	f.t.Cleanup(s.Close)
	f.url = s.URL
	return s
}

func (f *fakeHost) issuer() string { return f.url + "/oidc" }

func (f *fakeHost) count(path string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[path]
}

func (f *fakeHost) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// alive counts sign-ins that have not ended.
func (f *fakeHost) alive() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, fam := range f.families {
		if !fam.over {
			n++
		}
	}
	return n
}

func (f *fakeHost) secret() string {
	s := rand.Text()
	f.secrets = append(f.secrets, s)
	return s
}

func (f *fakeHost) now() time.Time { return time.Now().Add(f.ahead) }

func (f *fakeHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	before, after := f.before, f.after
	f.asked[r.URL.Path]++
	f.mu.Unlock()
	if before != nil && before(w, r) {
		return
	}
	w.Header().Set("Date", f.now().UTC().Format(http.TimeFormat))
	rec := httptest.NewRecorder()
	f.mu.Lock()
	f.answer(rec, r)
	f.mu.Unlock()
	if after != nil {
		after(w, r)
	}
	maps.Copy(w.Header(), rec.Header())
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

func (f *fakeHost) answer(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/v1/host":
		reply(w, 200, api.Host{Name: "Hébergement Boréal", Languages: []string{"fr", "en"}, Permissions: []api.CatalogueEntry{}, MailCategories: []api.CatalogueEntry{},
			SignIn: api.SignIn{Issuer: f.issuer(), ClientID: clientID, Scopes: []string{"openid", "offline_access"}}, Sample: f.sample})
	case "/oidc/.well-known/openid-configuration":
		d := map[string]any{"issuer": f.issuer(), "authorization_endpoint": f.url + "/oidc/authorize", "token_endpoint": f.url + "/oidc/token",
			"userinfo_endpoint": f.url + "/oidc/userinfo", "jwks_uri": f.url + "/oidc/keys"}
		if !f.noRevoke {
			d["revocation_endpoint"] = f.url + "/oidc/revoke"
		}
		reply(w, 200, d)
	case "/oidc/keys":
		k := jose.JSONWebKey{Key: f.key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}
		reply(w, 200, map[string]any{"keys": []any{map[string]string{"kty": "new-kind", "kid": "k0"}, k}})
	case "/oidc/authorize":
		f.authorize(w, r)
	case "/oidc/token":
		f.token(w, r)
	case "/oidc/userinfo":
		id := f.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		if fam := f.families[id]; fam != nil && !fam.over {
			reply(w, 200, map[string]string{"sub": fam.person.id, "name": fam.person.name, "email": fam.person.email})
			return
		}
		reply(w, 401, map[string]string{"error": "invalid_token"})
	case "/oidc/revoke":
		if t := f.refresh[r.PostFormValue("token")]; t != nil {
			f.families[t.family].over = true
		}
		w.WriteHeader(http.StatusOK)
	default:
		http.NotFound(w, r)
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (f *fakeHost) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": clientID, "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			http.Error(w, name+" is "+q.Get(name), http.StatusBadRequest)
			return
		}
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Scheme != "http" || back.Hostname() != "127.0.0.1" || back.Path != api.RedirectPath {
		http.Error(w, "redirect_uri", http.StatusBadRequest)
		return
	}
	a := url.Values{"state": {q.Get("state")}, "iss": {f.issuer()}}
	if f.deny != "" {
		a.Set("error", f.deny)
		a.Set("error_description", "said no")
	} else {
		code := f.secret()
		f.codes[code] = q
		a.Set("code", code)
	}
	back.RawQuery = a.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (f *fakeHost) token(w http.ResponseWriter, r *http.Request) {
	refuse := func() {
		reply(w, 400, map[string]string{"error": "invalid_grant", "error_description": "for " + r.PostFormValue("refresh_token")})
	}
	if r.PostFormValue("client_id") != clientID {
		reply(w, 401, map[string]string{"error": "invalid_client"})
		return
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		q, known := f.codes[r.PostFormValue("code")]
		proof := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		f.secrets = append(f.secrets, r.PostFormValue("code_verifier"))
		if !known || base64.RawURLEncoding.EncodeToString(proof[:]) != q.Get("code_challenge") || r.PostFormValue("redirect_uri") != q.Get("redirect_uri") {
			refuse()
			return
		}
		delete(f.codes, r.PostFormValue("code"))
		id := rand.Text()
		f.families[id] = &family{person: f.person}
		f.issue(w, id, q.Get("nonce"))
	case "refresh_token":
		t := f.refresh[r.PostFormValue("refresh_token")]
		if t == nil || f.families[t.family].over {
			refuse()
			return
		}
		if t.used && !f.grace {
			f.families[t.family].over = true
			refuse()
			return
		}
		t.used = true
		f.issue(w, t.family, "")
	default:
		reply(w, 400, map[string]string{"error": "unsupported_grant_type"})
	}
}

func (f *fakeHost) issue(w http.ResponseWriter, id, nonce string) {
	access, refresh := f.secret(), f.secret()
	f.access[access] = id
	f.refresh[refresh] = &refreshToken{family: id}
	a := map[string]any{"access_token": access, "token_type": "Bearer", "refresh_token": refresh, "expires_in": int(f.life.Seconds())}
	if nonce != "" {
		p := f.families[id].person
		claims := map[string]any{"iss": f.issuer(), "aud": []string{clientID}, "sub": p.id, "nonce": nonce, "name": p.name, "email": p.email,
			"iat": f.now().Unix(), "exp": f.now().Add(10 * time.Minute).Unix(), "at_hash": atHash(access)}
		if f.claims != nil {
			f.claims(claims)
		}
		a["id_token"] = f.sign(claims)
	}
	reply(w, 200, a)
}

// mint gives a refresh token without a browser.
func (f *fakeHost) mint(p person) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	id, token := rand.Text(), f.secret()
	f.families[id] = &family{person: p}
	f.refresh[token] = &refreshToken{family: id}
	return token
}

// rotate uses a refresh token as another program would, and returns the next.
func (f *fakeHost) rotate(token string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.refresh[token]
	t.used = true
	next := f.secret()
	f.refresh[next] = &refreshToken{family: t.family}
	return next
}

func (f *fakeHost) sign(claims map[string]any) string {
	key := f.key
	if claims["forged"] != nil {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			f.t.Error(err)
		}
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		f.t.Error(err)
		return ""
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		f.t.Error(err)
	}
	jws, err := s.Sign(payload)
	if err != nil {
		f.t.Error(err)
		return ""
	}
	compact, err := jws.CompactSerialize()
	if err != nil {
		f.t.Error(err)
	}
	f.secrets = append(f.secrets, compact)
	return compact
}

func atHash(access string) string {
	h := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(h[:16])
}

// inMemory answers requests without a network, so that it works inside a synctest bubble.
type inMemory struct{ f *fakeHost }

func (i inMemory) RoundTrip(r *http.Request) (a *http.Response, err error) {
	defer func() {
		if cut := recover(); cut != nil { // http.ErrAbortHandler: the connection breaks
			err = fmt.Errorf("connection reset: %v", cut)
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	rec := httptest.NewRecorder()
	i.f.ServeHTTP(rec, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a = rec.Result()
	a.Request = r
	return a, nil
}

func (f *fakeHost) givenSecrets() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.secrets)
}

package whmcstest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
)

// OpenID is the client that WHMCS knows: a confidential one, as its administrator makes it for the gateway.
type OpenID struct {
	ClientID     string
	Secret       string
	RedirectURIs []string // compared exactly

	// IssuerIsRoot makes the issuer WHMCS's own address; otherwise it is that with "/oauth", as where the pages are.
	IssuerIsRoot bool
	// Remembers lets a browser that is signed in pass without the form.
	Remembers bool
}

// SignInTrouble is what is wrong with sign-in. The zero one is nothing.
type SignInTrouble struct {
	DiscoveryIssuer string // the discovery document names this issuer

	Issuer       string // the id_token is from this issuer
	Audience     string // the id_token is for this client
	Nonce        string // the id_token has this nonce
	Expired      bool   // the id_token ended an hour ago
	UnknownKey   bool   // the id_token is signed with a key that certs.php does not have
	NoIDToken    bool   // the token endpoint answers none
	Unsigned     bool   // the id_token says alg none
	OtherSubject bool   // userinfo is about somebody else
	OtherCase    bool   // userinfo's e-mail has its letters the other way round
	NoEmail      bool   // userinfo has no e-mail
	Email        string // userinfo has this e-mail
	LanguageName bool   // userinfo's locale is WHMCS's name of the language, "english", which is no language tag

	TokenStatus    int // the token endpoint answers this status, and no token
	UserinfoStatus int // userinfo answers this status
}

// openID is the state of sign-in. Its lock is WHMCS's.
type openID struct {
	OpenID
	trouble  SignInTrouble
	key      signingKey
	codes    map[string]grant // by code
	access   map[string]grant // by access token
	halfway  map[string]halfway
	sessions map[string]int64 // by cookie, the user
}

type grant struct {
	userID                             int64
	redirectURI, nonce, challenge, how string
	scopes                             []string
	until                              time.Time
	used                               bool
	access                             string // that was given for the code
}

// halfway is who has given the password and owes the second factor.
type halfway struct {
	userID int64
	until  time.Time
}

const (
	codeLives   = time.Minute
	accessLives = time.Hour
	sessionName = "WHMCSdouble"
)

// signingKey is an RSA key with the id it has in certs.php.
type signingKey struct {
	id      string
	private *rsa.PrivateKey
}

func newKey() signingKey {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // cannot happen with the computer's own randomness
	}
	sum := sha256.Sum256(private.N.Bytes())
	return signingKey{base64.RawURLEncoding.EncodeToString(sum[:9]), private}
}

// firstKey is every double's first key, since making one takes long. otherKey is one that none shows.
var (
	firstKey = sync.OnceValue(newKey)
	otherKey = sync.OnceValue(newKey)
)

func newOpenID(cfg OpenID) openID {
	return openID{OpenID: cfg, codes: map[string]grant{}, access: map[string]grant{}, halfway: map[string]halfway{},
		sessions: map[string]int64{}}
}

// SetOpenID changes the client that WHMCS knows, such as when the gateway's address is known only later.
func (w *WHMCS) SetOpenID(c OpenID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages.OpenID = c
}

// SignInTrouble puts trouble on sign-in; the zero one ends it.
func (w *WHMCS) SignInTrouble(t SignInTrouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages.trouble = t
}

// RotateKey signs with a new key from now on; certs.php shows only that.
func (w *WHMCS) RotateKey() {
	k := newKey()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages.key = k
}

// signing is the key that signs. The caller holds the lock.
func (w *WHMCS) signing() signingKey {
	if w.pages.key.private == nil {
		w.pages.key = firstKey()
	}
	return w.pages.key
}

func (w *WHMCS) issuer(r *http.Request) string {
	if w.pages.IssuerIsRoot {
		return w.base(r)
	}
	return w.base(r) + "/oauth"
}

// Issuer is what tokens and the discovery document say, for a double that is reached at an address.
func (w *WHMCS) Issuer(address string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cfg.URL != "" {
		address = w.cfg.URL
	}
	address = strings.TrimSuffix(address, "/")
	if w.pages.IssuerIsRoot {
		return address
	}
	return address + "/oauth"
}

func (w *WHMCS) serveDiscovery(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, issuer := w.base(r)+"/oauth/", w.issuer(r)
	if w.pages.trouble.DiscoveryIssuer != "" {
		issuer = w.pages.trouble.DiscoveryIssuer
	}
	sendJSON(rw, http.StatusOK, map[string]any{
		"issuer":                                issuer,
		"authorization_endpoint":                at + "authorize.php",
		"token_endpoint":                        at + "token.php",
		"userinfo_endpoint":                     at + "userinfo.php",
		"jwks_uri":                              at + "certs.php",
		"scopes_supported":                      []string{"openid", "profile", "email"},
		"response_types_supported":              []string{"code"},
		"grant_types_supported":                 []string{"authorization_code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"code_challenge_methods_supported":      []string{"S256", "plain"},
		"claims_supported":                      []string{"aud", "exp", "iat", "iss", "sub", "nonce", "email", "email_verified", "name", "given_name", "family_name", "locale"},
	})
}

func (w *WHMCS) serveKeys(rw http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.signing()
	sendJSON(rw, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: k.private.Public(), KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}}})
}

// sendJSON writes JSON that nobody keeps.
func sendJSON(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Cache-Control", "no-store")
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // cannot happen: all values are our own
	}
	send(rw, status, "application/json", body)
}

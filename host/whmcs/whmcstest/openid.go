package whmcstest

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

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

// authRequest are the parameters of an authorization request, which the sign-in form carries along.
var authRequest = []string{"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
	"code_challenge_method", "prompt"}

// checkRequest tells why a request cannot be answered at all (page), or how it is refused to the client (refusal).
func (w *WHMCS) checkRequest(q url.Values) (page, refusal string) {
	switch {
	case w.pages.ClientID == "" || q.Get("client_id") != w.pages.ClientID:
		return "The application that sent you here is not known.", ""
	case !slices.Contains(w.pages.RedirectURIs, q.Get("redirect_uri")):
		return "The address that the application wants to continue at is not registered.", ""
	case q.Get("response_type") != "code":
		return "", "unsupported_response_type"
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return "", "invalid_scope"
	case q.Get("code_challenge") != "" && !slices.Contains([]string{"", "plain", "S256"}, q.Get("code_challenge_method")):
		return "", "invalid_request"
	}
	return "", ""
}

// back sends the browser back to the client.
func back(rw http.ResponseWriter, r *http.Request, q url.Values, with ...string) {
	u, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		http.Error(rw, "the registered address is none", http.StatusInternalServerError)
		return
	}
	v := u.Query()
	for i := 0; i < len(with); i += 2 {
		v.Set(with[i], with[i+1])
	}
	if q.Get("state") != "" {
		v.Set("state", q.Get("state"))
	}
	u.RawQuery = v.Encode()
	http.Redirect(rw, r, u.String(), http.StatusSeeOther)
}

func (w *WHMCS) serveAuthorize(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	w.mu.Lock()
	defer w.mu.Unlock()
	page, refusal := w.checkRequest(q)
	switch {
	case page != "":
		show(rw, http.StatusBadRequest, pageData{Title: "Sign-in is not possible", Text: page})
		return
	case refusal != "":
		back(rw, r, q, "error", refusal)
		return
	}
	if c, err := r.Cookie(sessionName); err == nil && w.pages.Remembers && q.Get("prompt") != "login" {
		if u := w.state.user(w.pages.sessions[c.Value]); u != nil {
			w.grant(rw, r, q, u)
			return
		}
	}
	if q.Get("prompt") == "none" {
		back(rw, r, q, "error", "login_required")
		return
	}
	show(rw, http.StatusOK, pageData{Title: "Sign in", SignIn: true, Hidden: hidden(q), Action: "authorize.php"})
}

// serveSignIn takes the form: e-mail and password, and then the second factor of whoever has one.
func (w *WHMCS) serveSignIn(rw http.ResponseWriter, r *http.Request) {
	if !readForm(rw, r) {
		return
	}
	q := r.PostForm
	w.mu.Lock()
	defer w.mu.Unlock()
	page, refusal := w.checkRequest(q)
	switch {
	case page != "":
		show(rw, http.StatusBadRequest, pageData{Title: "Sign-in is not possible", Text: page})
		return
	case refusal != "", q.Get("do") == "cancel":
		back(rw, r, q, "error", cmp.Or(refusal, "access_denied"))
		return
	}
	form := pageData{Title: "Sign in", SignIn: true, Hidden: hidden(q), Action: "authorize.php", Email: q.Get("email")}
	if step := q.Get("step"); step != "" {
		h := w.pages.halfway[step]
		u := w.state.user(h.userID)
		if u == nil || w.cfg.Now().After(h.until) {
			form.Problem = "That took too long. Sign in again."
			show(rw, http.StatusForbidden, form)
			return
		}
		if !same(strings.ReplaceAll(q.Get("code"), " ", ""), u.SecondFactor) {
			form.SignIn, form.Code, form.Step, form.Problem = false, true, step, "The code is not right."
			show(rw, http.StatusForbidden, form)
			return
		}
		delete(w.pages.halfway, step)
		w.signedIn(rw, r, q, u)
		return
	}
	u := w.byPassword(q.Get("email"), q.Get("password"))
	switch {
	case u == nil:
		form.Problem = "Login details incorrect. Please try again."
		show(rw, http.StatusForbidden, form)
	case u.SecondFactor != "":
		step := token()
		w.pages.halfway[step] = halfway{u.ID, w.cfg.Now().Add(10 * time.Minute)}
		form.SignIn, form.Code, form.Step = false, true, step
		show(rw, http.StatusOK, form)
	default:
		w.signedIn(rw, r, q, u)
	}
}

// byPassword finds who signs in. Of two whose addresses differ by case it is who typed it exactly, then who is older.
func (w *WHMCS) byPassword(email, password string) *User {
	var found *User
	for _, u := range w.state.users {
		if u.Email == email {
			found = u
		}
	}
	if found == nil {
		found = w.state.userByEmail(email)
	}
	if found == nil || found.Password == "" || !same(found.Password, password) {
		return nil
	}
	return found
}

func (w *WHMCS) signedIn(rw http.ResponseWriter, r *http.Request, q url.Values, u *User) {
	if w.pages.Remembers {
		session := token()
		w.pages.sessions[session] = u.ID
		http.SetCookie(rw, &http.Cookie{Name: sessionName, Value: session, Path: w.cfg.Path + "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	w.byUser(u, 0, "User Logged In - User ID: %d", u.ID)
	w.grant(rw, r, q, u)
}

func (w *WHMCS) grant(rw http.ResponseWriter, r *http.Request, q url.Values, u *User) {
	code := token()
	w.pages.codes[code] = grant{userID: u.ID, redirectURI: q.Get("redirect_uri"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), how: q.Get("code_challenge_method"), scopes: strings.Fields(q.Get("scope")),
		until: w.cfg.Now().Add(codeLives)}
	back(rw, r, q, "code", code)
}

// Code gives a code as if a user had signed in with the parameters of an authorization request: for tests without a
// browser.
func (w *WHMCS) Code(userID int64, request url.Values) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	code := token()
	w.pages.codes[code] = grant{userID: w.mustUser(userID).ID, redirectURI: request.Get("redirect_uri"), nonce: request.Get("nonce"),
		challenge: request.Get("code_challenge"), how: request.Get("code_challenge_method"),
		scopes: strings.Fields(request.Get("scope")), until: w.cfg.Now().Add(codeLives)}
	return code
}

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

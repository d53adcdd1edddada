package whmcstest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const callback = "https://gateway.example/oauth/callback"

// gateway is what signs people in at the double: a relying party that is not of our making.
type gateway struct {
	*bench
	rp.RelyingParty
	client *http.Client
}

func signInAt(t *testing.T, cfg OpenID) gateway {
	t.Helper()
	cfg.ClientID, cfg.Secret, cfg.RedirectURIs = "concierge", "clé & secret", []string{callback}
	b := start(t, Config{OpenID: cfg})
	b.now = time.Now()
	office(b)
	party, err := rp.NewRelyingPartyOIDC(context.Background(), b.Issuer(b.url), cfg.ClientID, cfg.Secret, callback,
		[]string{"openid", "profile", "email"}, rp.WithCustomDiscoveryUrl(b.url+"/oauth/openid-configuration.php"),
		rp.WithVerifierOpts(rp.WithNonce(func(context.Context) string { return "nonce" })))
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return gateway{b, party, &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

func (g gateway) start(with ...rp.URLParamOpt) string {
	opts := []rp.AuthURLOpt{rp.AuthURLOpt(rp.WithURLParam("nonce", "nonce"))}
	for _, o := range with {
		opts = append(opts, rp.AuthURLOpt(o))
	}
	return rp.AuthURL("state", g, opts...)
}

// back is where the browser was sent.
func (g gateway) back(res *http.Response, err error) url.Values {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
	res.Body.Close()
	to, err := res.Location()
	if err != nil {
		g.Fatal(res.Status, err)
	}
	if !strings.HasPrefix(to.String(), callback) || to.Query().Get("state") != "state" {
		g.Fatal(to)
	}
	return to.Query()
}

func (g gateway) exchange(code string) (*oidc.UserInfo, error) {
	tokens, err := rp.CodeExchange[*oidc.IDTokenClaims](context.Background(), code, g)
	if err != nil {
		return nil, err
	}
	return rp.Userinfo[*oidc.UserInfo](context.Background(), tokens.AccessToken, tokens.TokenType, tokens.IDTokenClaims.Subject, g)
}

func TestSigningInWithAPassword(t *testing.T) {
	for name, root := range map[string]bool{"the issuer is /oauth": false, "the issuer is the root": true} {
		g := signInAt(t, OpenID{IssuerIsRoot: root})
		code := g.back(SignIn(g.client, g.start(), "Marie@chezmarcel.example", "miche", "")).Get("code")
		info, err := g.exchange(code)
		if err != nil || info.Email != "marie@chezmarcel.example" || info.Name != "Marie Tremblay" {
			t.Errorf("%s: %+v %v", name, info, err)
		}
		if _, err := g.exchange(code); err == nil {
			t.Errorf("%s: a code was taken twice", name)
		}
	}
}

func TestSigningInWithASecondFactor(t *testing.T) {
	g := signInAt(t, OpenID{})
	g.EditUser(1, func(u *User) { u.SecondFactor = SampleCode })
	res, err := SignIn(g.client, g.start(), "marie@chezmarcel.example", "miche", "000000")
	if err != nil || res.StatusCode != http.StatusForbidden {
		t.Fatal(res, err)
	}
	res.Body.Close()
	if info, err := g.exchange(g.back(SignIn(g.client, g.start(), "marie@chezmarcel.example", "miche", "314 159")).Get("code")); err != nil || info.Email == "" {
		t.Error(info, err)
	}
}

func TestWhoCannotSignIn(t *testing.T) {
	g := signInAt(t, OpenID{})
	g.AddUser(User{Email: "sans@motdepasse.example"})
	for email, password := range map[string]string{"marie@chezmarcel.example": "wrong", "nobody@chezmarcel.example": "miche", "sans@motdepasse.example": ""} {
		res, err := SignIn(g.client, g.start(), email, password, "")
		if err != nil || res.StatusCode != http.StatusForbidden {
			t.Error(email, res, err)
		}
		res.Body.Close()
	}
}

func TestOfTwoWhoseAddressesDifferByCaseTheExactOneSignsIn(t *testing.T) {
	g := signInAt(t, OpenID{})
	g.AddUser(User{Email: "MARIE@chezmarcel.example", Password: "autre"})
	if info, err := g.exchange(g.back(SignIn(g.client, g.start(), "MARIE@chezmarcel.example", "autre", "")).Get("code")); err != nil || info.Email != "MARIE@chezmarcel.example" {
		t.Error(info, err)
	}
}

func TestABrowserThatIsRemembered(t *testing.T) {
	g := signInAt(t, OpenID{Remembers: true})
	g.back(SignIn(g.client, g.start(), "marie@chezmarcel.example", "miche", ""))
	if q := g.back(g.client.Get(g.start())); q.Get("code") == "" {
		t.Error(q)
	}
	if res, err := g.client.Get(g.start(rp.WithURLParam("prompt", "login"))); err != nil || res.StatusCode != http.StatusOK {
		t.Error("no form:", res, err)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	g := signInAt(t, OpenID{})
	ask := func(name, value string) string {
		u, _ := url.Parse(g.start())
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		return u.String()
	}
	for name, value := range map[string]string{"client_id": "other", "redirect_uri": callback + "/"} {
		res, err := g.client.Get(ask(name, value))
		if err != nil || res.StatusCode != http.StatusBadRequest {
			t.Error(name, res, err)
		}
		res.Body.Close()
	}
	for name, want := range map[string][2]string{"response_type": {"token", "unsupported_response_type"}, "scope": {"email", "invalid_scope"},
		"prompt": {"none", "login_required"}} {
		if q := g.back(g.client.Get(ask(name, want[0]))); q.Get("error") != want[1] || q.Get("code") != "" {
			t.Error(name, q)
		}
	}
}

func TestTheTokenEndpointWantsTheSecretTheAddressAndTheProof(t *testing.T) {
	g := signInAt(t, OpenID{})
	sum := sha256.Sum256([]byte("verifier"))
	request := params("redirect_uri", callback, "scope", "openid email", "code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]),
		"code_challenge_method", "S256")
	for name, c := range map[string]struct {
		with url.Values
		want int
	}{
		"all is right":         {nil, http.StatusOK},
		"a wrong secret":       {params("client_secret", "no"), http.StatusUnauthorized},
		"another address":      {params("redirect_uri", callback+"?x"), http.StatusBadRequest},
		"a wrong verifier":     {params("code_verifier", "no"), http.StatusBadRequest},
		"a made-up code":       {params("code", "no"), http.StatusBadRequest},
		"another kind of code": {params("grant_type", "refresh_token"), http.StatusBadRequest},
	} {
		q := params("grant_type", "authorization_code", "client_id", "concierge", "client_secret", "clé & secret",
			"redirect_uri", callback, "code_verifier", "verifier", "code", g.Code(1, request))
		for name := range c.with {
			q.Set(name, c.with.Get(name))
		}
		res, err := http.PostForm(g.url+"/oauth/token.php", q)
		if err != nil || res.StatusCode != c.want {
			t.Errorf("%s: %v %v", name, res, err)
		}
		res.Body.Close()
	}
	late := g.Code(1, params("redirect_uri", callback, "scope", "openid", "nonce", "nonce"))
	g.now = g.now.Add(codeLives + time.Second)
	if _, err := g.exchange(late); err == nil {
		t.Error("a code is taken after its time")
	}
}

func TestTroubleWithSignInIsSeenByARelyingParty(t *testing.T) {
	g := signInAt(t, OpenID{})
	request := params("redirect_uri", callback, "scope", "openid profile email", "nonce", "nonce")
	for name, trouble := range map[string]SignInTrouble{
		"another issuer":         {Issuer: "https://other.example"},
		"for another client":     {Audience: "other"},
		"another nonce":          {Nonce: "other"},
		"over":                   {Expired: true},
		"signed by another":      {UnknownKey: true},
		"not signed":             {Unsigned: true},
		"no id_token":            {NoIDToken: true},
		"about somebody else":    {OtherSubject: true},
		"no tokens":              {TokenStatus: 500},
		"nothing about the user": {UserinfoStatus: 503},
	} {
		g.SignInTrouble(trouble)
		if info, err := g.exchange(g.Code(1, request)); err == nil {
			t.Errorf("%s: %+v", name, info)
		}
	}
	for name, c := range map[string]struct {
		trouble SignInTrouble
		email   string
	}{
		"none":                 {SignInTrouble{}, "marie@chezmarcel.example"},
		"letters turned round": {SignInTrouble{OtherCase: true}, "MARIE@CHEZMARCEL.EXAMPLE"},
		"no address":           {SignInTrouble{NoEmail: true}, ""},
		"another's address":    {SignInTrouble{Email: "sam@cabinet.example"}, "sam@cabinet.example"},
	} {
		g.SignInTrouble(c.trouble)
		if info, err := g.exchange(g.Code(1, request)); err != nil || info.Email != c.email {
			t.Errorf("%s: %+v %v", name, info, err)
		}
	}
	for name, fault := range map[string]Fault{"token.php": Down, "userinfo.php": Page, "certs.php": ServerError} {
		g.RotateKey() // so that certs.php is asked
		over := g.Trouble(Trouble{Actions: []string{name}, Fault: fault})
		if info, err := g.exchange(g.Code(1, request)); err == nil {
			t.Errorf("%s has trouble: %+v", name, info)
		}
		over()
	}
	g.RotateKey()
	if _, err := g.exchange(g.Code(1, request)); err != nil {
		t.Error("after a new key:", err)
	}
}

func TestAnInvitationAndANewPasswordByTheirPages(t *testing.T) {
	g := signInAt(t, OpenID{})
	g.done("CreateClientInvite", "client_id", 1, "email", "noe@studio.example", "permissions", "domains")
	post := func(link string, q url.Values) int {
		res, err := http.PostForm(g.url+link, q)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	link := g.Mails("noe@studio.example")[0].Link
	if s := post(link, params("do", "signin", "email", "sam@cabinet.example", "password", "wrong")); s != http.StatusUnprocessableEntity {
		t.Error(s)
	}
	if s := post(link, params("do", "create", "first", "Noé", "last", "Roy", "password", "le studio")); s != http.StatusOK {
		t.Error(s)
	}
	noe, _ := g.UserByEmail("noe@studio.example")
	if _, member := g.Permissions(noe.ID, 1); !member || noe.Name() != "Noé Roy" {
		t.Error(noe)
	}
	if s := post(link, params("do", "create", "email", "x@y.example", "password", "p")); s != http.StatusNotFound {
		t.Error(s)
	}

	g.done("ResetPassword", "id", noe.ID)
	link = g.Mails(noe.Email)[0].Link
	if s := post(link, params("password", "une nouvelle phrase")); s != http.StatusOK {
		t.Error(s)
	}
	if s := post(link, params("password", "encore")); s != http.StatusNotFound {
		t.Error(s)
	}
	g.back(SignIn(g.client, g.start(), noe.Email, "une nouvelle phrase", ""))
	if g.Resets(noe.ID) != 1 {
		t.Error(g.Resets(noe.ID))
	}
}

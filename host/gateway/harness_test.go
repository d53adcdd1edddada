package gateway_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"concierge/client/api"
	"concierge/host/gateway"
	"concierge/host/gateway/config"
	"concierge/host/hosttest"
	"concierge/host/whmcs/whmcstest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a gateway that listens, and the double of WHMCS behind it.
type world struct {
	testing.TB
	*gateway.Running
	whmcs  *whmcstest.WHMCS
	cfg    gateway.Config
	log    *hosttest.Log
	client *http.Client
	api    *hosttest.API
}

const clientID, clientSecret = "GATEWAY.test", "the client secret"

// setUp is a gateway that does not run yet, at a port that is free.
func setUp(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, whmcs: whmcstest.New(whmcstest.Config{Secret: "the api secret"}), log: &hosttest.Log{}, client: &http.Client{}}
	w.api = hosttest.NewAPI(t, "", w.client)
	whmcstest.Sample(w.whmcs)
	double := httptest.NewServer(w.whmcs)
	t.Cleanup(double.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	must(t, l.Close())
	w.whmcs.SetOpenID(whmcstest.OpenID{ClientID: clientID, Secret: clientSecret, RedirectURIs: []string{gateway.CallbackURL("http://" + address)}})
	data := filepath.Join(t.TempDir(), "data")
	w.cfg = gateway.Config{
		Config: config.Config{
			Name: "Example Hosting", Listen: address, Data: data, Metrics: "127.0.0.1:0", Audit: filepath.Join(t.TempDir(), "audit.log"),
			WHMCS:  config.WHMCS{URL: double.URL, Identifier: "identifier", Secret: "the api secret", Language: "fr", Timeout: 5 * time.Second},
			SignIn: config.SignIn{ClientID: clientID, ClientSecret: clientSecret},
		},
		Version: "1.2.3", Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
	return w
}

func (w *world) serve() *world {
	w.Helper()
	r, err := gateway.Serve(context.Background(), w.cfg)
	must(w, err)
	w.Running = r
	w.Cleanup(func() {
		w.client.CloseIdleConnections()
		must(w, r.Close(context.Background()))
		for _, secret := range []string{w.cfg.WHMCS.Secret, clientSecret} {
			if strings.Contains(w.log.String(), secret) {
				w.Errorf("%q is in the log", secret)
			}
		}
	})
	return w
}

func start(t testing.TB) *world {
	t.Helper()
	return setUp(t).serve()
}

// get asks for a whole address.
func (w *world) get(address string) (status int, body string) {
	w.Helper()
	res, err := w.client.Get(address)
	must(w, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(w, err)
	return res.StatusCode, string(b)
}

// caller is a person with a token.
type caller struct {
	*world
	token string
}

func (w *world) as(email string) caller {
	w.Helper()
	t, err := w.Mint(context.Background(), email)
	must(w, err)
	return caller{w, t.Access}
}

// call sends a request as the application does; see hosttest.API.Call.
func (c caller) call(method, path string, body any, headers ...string) hosttest.Answer {
	c.Helper()
	return c.api.At(c.URL).Call(c.token, method, path, body, headers...)
}

// account is the path of the caller's account of a name.
func (c caller) account(name string) string {
	c.Helper()
	for _, a := range hosttest.Into[api.AccountPage](c.call("GET", "/v1/accounts?limit=100", nil), 200).Accounts {
		if a.Name == name {
			return "/v1/accounts/" + a.ID
		}
	}
	c.Fatalf("no account %q", name)
	return ""
}

// scraped is what Prometheus would read.
func (w *world) scraped() string {
	w.Helper()
	_, body := w.get(w.MetricsURL)
	return body
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// signIn goes the whole way of a person: the application's request, WHMCS's page, and back with a code that is exchanged.
func (w *world) signIn(email, password string) (access string) {
	w.Helper()
	jar, err := cookiejar.New(nil)
	must(w, err)
	browser := &http.Client{Jar: jar, Transport: w.client.Transport, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == api.RedirectPath {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	issuer := w.URL + "/oidc"
	app := oauth2.Config{ClientID: gateway.ClientID, RedirectURL: "http://127.0.0.1:1" + api.RedirectPath, Scopes: []string{"openid", "email", "offline_access"},
		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/authorize", TokenURL: issuer + "/token", AuthStyle: oauth2.AuthStyleInParams}}
	verifier := oauth2.GenerateVerifier()
	res, err := browser.Get(app.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	must(w, err)
	page, err := io.ReadAll(res.Body)
	must(w, err)
	must(w, res.Body.Close())
	form := url.Values{"do": {"signin"}, "email": {email}, "password": {password}}
	for _, m := range hidden.FindAllStringSubmatch(string(page), -1) {
		form.Set(m[1], strings.NewReplacer("&amp;", "&", "&#43;", "+").Replace(m[2]))
	}
	to, err := res.Request.URL.Parse("authorize.php")
	must(w, err)
	res, err = browser.PostForm(to.String(), form)
	must(w, err)
	must(w, res.Body.Close())
	back, err := res.Location()
	if err != nil || back.Query().Get("code") == "" {
		w.Fatalf("no code: %s %v", res.Status, back)
	}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, w.client)
	tokens, err := app.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	must(w, err)
	return tokens.AccessToken
}

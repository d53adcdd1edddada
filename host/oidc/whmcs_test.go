package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"concierge/host/oidc"
	"concierge/host/whmcs/whmcstest"
)

// inWHMCS is a gateway to a double of WHMCS, where Marie has a password and Luc a second factor too.
func inWHMCS(t *testing.T) (*gateway, *whmcstest.WHMCS) {
	t.Helper()
	w := whmcstest.New(whmcstest.Config{Path: "/clients"})
	srv := httptest.NewServer(w)
	t.Cleanup(srv.Close)
	g := newGateway(t, func(u *oidc.Upstream) {
		u.ConfigurationURL, u.Name = srv.URL+"/clients/oauth/openid-configuration.php", "Boréal"
	})
	w.SetOpenID(whmcstest.OpenID{ClientID: upstreamID, Secret: upstreamSecret, Remembers: true,
		RedirectURIs: []string{oidc.CallbackURL(g.issuer)}})
	w.AddUser(whmcstest.User{FirstName: "Marie", LastName: "Tremblay", Email: marieEmail, Language: "french", Password: password})
	w.AddUser(whmcstest.User{FirstName: "Luc", LastName: "Gagnon", Email: lucEmail, Password: password, SecondFactor: totpCode})
	w.AddUser(whmcstest.User{FirstName: "Paul", Email: "paul@else.example", Password: password})
	return g, w
}

var reHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// fill sends the form of one of WHMCS's pages.
func (b *browser) fill(s seen, fields ...string) seen {
	b.t.Helper()
	v := url.Values{"do": {"signin"}}
	for _, m := range reHidden.FindAllStringSubmatch(s.body, -1) {
		v.Set(m[1], strings.NewReplacer("&amp;", "&", "&#43;", "+").Replace(m[2]))
	}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	to, err := s.url.Parse("authorize.php")
	if err != nil {
		b.t.Fatal(err)
	}
	return b.post(to.String(), v)
}

func TestPeopleSignInOnThePagesOfWHMCS(t *testing.T) {
	g, _ := inWHMCS(t)
	b := newBrowser(t)
	s := g.leave(b)
	if !strings.HasSuffix(s.url.Path, "/clients/oauth/authorize.php") {
		t.Fatalf("the browser is at %s: %d %q", s.url, s.status, s.title())
	}
	if s = b.fill(s, "email", marieEmail, "password", "wrong"); s.status != http.StatusForbidden {
		t.Fatalf("a wrong password: %d", s.status)
	}
	g.wantAlive(g.exchange(b.fill(s, "email", marieEmail, "password", password)).AccessToken, true)

	// WHMCS remembers her, and so she need not type it again; who wants to be somebody else is asked.
	g.wantAlive(g.exchange(g.leave(b)).AccessToken, true)
	s = g.leave(b, oauth2.SetAuthURLParam("prompt", "select_account"))
	s = b.fill(s, "email", lucEmail, "password", password)
	tok := g.exchange(b.fill(s, "code", totpCode))
	if id, err := g.p.Person(t.Context(), tok.AccessToken); id != luc || err != nil {
		t.Errorf("signed in as %q, %v", id, err)
	}
	if _, err := g.refresh(tok.RefreshToken); err != nil {
		t.Error(err)
	}
}

func TestWhoHasNoAccountInWHMCSSignsInThereAsSomebodyElse(t *testing.T) {
	g, _ := inWHMCS(t)
	b := newBrowser(t)
	s := b.fill(g.leave(b), "email", "paul@else.example", "password", password)
	if s.status != http.StatusForbidden || !strings.Contains(s.body, "paul@else.example") {
		t.Fatalf("got %d %q", s.status, s.title())
	}
	s = b.link(s, "/other")
	g.wantAlive(g.exchange(b.fill(s, "email", marieEmail, "password", password)).AccessToken, true)

	s = b.fill(g.leave(b, oauth2.SetAuthURLParam("prompt", "login")), "do", "cancel")
	if s.back.Get("error") != "access_denied" {
		t.Errorf("cancelled there: %d %q %v", s.status, s.title(), s.back)
	}
}

func TestWhatIsWrongWithWHMCSSignInIsTold(t *testing.T) {
	for name, trouble := range map[string]whmcstest.SignInTrouble{
		"Nobody was signed in, for the issuer":    {Issuer: "https://evil.example"},
		"Nobody was signed in, for the client":    {Audience: "other"},
		"Nobody was signed in, for the nonce":     {Nonce: "other"},
		"Nobody was signed in, for the time":      {Expired: true},
		"Nobody was signed in, for the key":       {UnknownKey: true},
		"Nobody was signed in, without a token":   {NoIDToken: true},
		"Nobody was signed in, unsigned":          {Unsigned: true},
		"Nobody was signed in, of another":        {OtherSubject: true},
		"Boréal does not answer, broken":          {TokenStatus: http.StatusInternalServerError},
		"Boréal does not answer, without info":    {UserinfoStatus: http.StatusBadGateway},
		"Boréal does not say your e-mail address": {NoEmail: true},
		"": {OtherCase: true},
	} {
		t.Run(name, func(t *testing.T) {
			g, w := inWHMCS(t)
			b := newBrowser(t)
			s := g.leave(b)
			w.SignInTrouble(trouble)
			s = b.fill(s, "email", marieEmail, "password", password)
			want, _, _ := strings.Cut(name, ",")
			if s.title() != want || (s.back.Get("code") != "") != (want == "") {
				t.Errorf("got %d %q and %v", s.status, s.title(), s.back)
			}
		})
	}
}

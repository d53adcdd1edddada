package oidc_test

import (
	"context"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/oidc"
	"concierge/host/store"
	"concierge/host/store/pgtest"
)

const (
	clientID   = "concierge"
	redirect   = "http://127.0.0.1:49152/signed-in"
	marie      = "p-marie" // no second factor
	luc        = "p-luc"   // has one
	marieEmail = "marie@chezmarcel.example"
	lucEmail   = "luc@chezmarcel.example"
	password   = "correct horse"
	totpCode   = "492039"
)

// people is a provider's people: every password is the same.
type people struct {
	mu       sync.Mutex
	profiles map[string]oidc.Profile
	choices  []oidc.Choice
	asked    int // how often a password was checked
	signedIn []string
	broken   error // when set, everything fails with it
}

func newPeople() *people {
	return &people{profiles: map[string]oidc.Profile{
		marie: {Email: marieEmail, FirstName: "Marie", LastName: "Tremblay", Language: "fr"},
		luc:   {Email: lucEmail, FirstName: "Luc", LastName: "Gagnon"},
	}}
}

func (p *people) Authenticate(_ context.Context, email, pass string) (string, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if p.broken != nil {
		return "", false, p.broken
	}
	for id, profile := range p.profiles {
		if strings.EqualFold(profile.Email, email) && pass == password {
			return id, id == luc, nil
		}
	}
	return "", false, oidc.ErrWrongCredentials
}

func (p *people) CheckTOTP(_ context.Context, id, code string) error {
	if id != luc || code != totpCode {
		return oidc.ErrWrongCredentials
	}
	return nil
}

func (p *people) Profile(_ context.Context, id string) (oidc.Profile, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return oidc.Profile{}, p.broken
	}
	profile, ok := p.profiles[id]
	if !ok {
		return oidc.Profile{}, host.ErrNotFound
	}
	return profile, nil
}

func (p *people) SignedIn(_ context.Context, id, from string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signedIn = append(p.signedIn, id+" from "+from)
	return nil
}

func (p *people) Choices(context.Context) ([]oidc.Choice, error) { return p.choices, nil }

func (p *people) remove(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.profiles, id)
}

func (p *people) breakWith(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = err
}

func (p *people) checked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// database is the kind that the tests run on: all of them on one, then all on the other.
var database pgtest.Database

func TestMain(m *testing.M) {
	os.Exit(pgtest.EachBinary(m, func(d pgtest.Database) { database = d }))
}

// hosted is a provider behind a real listener, mounted below /oidc.
type hosted struct {
	t      *testing.T
	db     *store.DB
	people *people
	clock  *clock
	p      *oidc.Provider
	issuer string
}

func newHosted(t *testing.T) *hosted {
	t.Helper()
	t.Log("on " + database.Name)
	db, err := database.New(t)()
	if err != nil {
		t.Fatal(err)
	}
	h := &hosted{t: t, db: db, people: newPeople(), clock: &clock{at: time.Now().Truncate(time.Millisecond)}}
	h.p, err = oidc.New(t.Context(), oidc.Config{
		Store: db, People: h.people, ClientID: clientID, Name: "Hébergement Boréal",
		Issuer:    func() string { return h.issuer },
		ForgotURL: "https://boreal.example/oubli",
		Now:       h.clock.now,
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/oidc/", h.p.Handler())
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	h.issuer = srv.URL + "/oidc"
	return h
}

// app is the application's OAuth configuration.
func (h *hosted) app() *oauth2.Config {
	return &oauth2.Config{
		ClientID: clientID, RedirectURL: redirect, Scopes: oidc.Scopes(),
		Endpoint: oauth2.Endpoint{
			AuthURL: h.issuer + "/authorize", TokenURL: h.issuer + "/token", AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// browser follows redirects on the host, and stops where the application would be called.
type browser struct {
	t    *testing.T
	http *http.Client
}

func newBrowser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, http: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == api.RedirectPath {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// seen is what the browser shows, or, in back, what it would tell the application.
type seen struct {
	status int
	header http.Header
	url    *url.URL
	body   string
	back   url.Values
	backTo string
}

func (b *browser) do(r *http.Request) seen {
	b.t.Helper()
	res, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	s := seen{status: res.StatusCode, header: res.Header, url: res.Request.URL, body: string(body)}
	if to, err := res.Location(); err == nil && to.Path == api.RedirectPath {
		s.back = to.Query()
		to.RawQuery = ""
		s.backTo = to.String()
	}
	return s
}

func (b *browser) open(u string, header ...string) seen {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, u, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.do(r)
}

var (
	reAction = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
	reToken  = regexp.MustCompile(`name="form_token" value="([^"]+)"`)
	reLang   = regexp.MustCompile(`name="lang" value="([^"]+)"`)
	reAlert  = regexp.MustCompile(`(?s)role="alert">(.*?)</div>`)
	reTags   = regexp.MustCompile(`<[^>]*>`)
	reTitle  = regexp.MustCompile(`(?s)<h1>(.*?)</h1>`)
)

// action is where the page's form of that name is sent.
func (s seen) action(t *testing.T, name string) string {
	t.Helper()
	for _, m := range reAction.FindAllStringSubmatch(s.body, -1) {
		if strings.HasSuffix(m[1], "/"+name) {
			to, err := s.url.Parse(html.UnescapeString(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			return to.String()
		}
	}
	t.Fatalf("no form %q on a page of status %d:\n%s", name, s.status, s.body)
	return ""
}

// alert is what the page says went wrong.
func (s seen) alert() string {
	m := reAlert.FindStringSubmatch(s.body)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(reTags.ReplaceAllString(m[1], " "))), " ")
}

func (s seen) title() string {
	m := reTitle.FindStringSubmatch(s.body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// submit fills in one of the page's forms and sends it with what is hidden in it.
func (b *browser) submit(s seen, form string, fields ...string) seen {
	b.t.Helper()
	v := url.Values{}
	if m := reToken.FindStringSubmatch(s.body); m != nil {
		v.Set("form_token", m[1])
	}
	if m := reLang.FindStringSubmatch(s.body); m != nil {
		v.Set("lang", m[1])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return b.post(s.action(b.t, form), v)
}

func (b *browser) post(to string, v url.Values) seen {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, to, strings.NewReader(v.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// code signs Marie in and returns the code and its verifier.
func (h *hosted) code() (code, verifier string) {
	h.t.Helper()
	verifier = oauth2.GenerateVerifier()
	b := newBrowser(h.t)
	s := b.open(h.app().AuthCodeURL("st4te", oauth2.S256ChallengeOption(verifier)))
	s = b.submit(s, "password", "email", marieEmail, "password", password)
	if s.back.Get("code") == "" {
		h.t.Fatalf("no code: status %d, %s", s.status, s.alert())
	}
	return s.back.Get("code"), verifier
}

func (h *hosted) signIn() *oauth2.Token {
	h.t.Helper()
	code, verifier := h.code()
	tok, err := h.app().Exchange(h.t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		h.t.Fatal(err)
	}
	return tok
}

func (h *hosted) refresh(refreshToken string) (*oauth2.Token, error) {
	return h.app().TokenSource(h.t.Context(), &oauth2.Token{RefreshToken: refreshToken}).Token()
}

// wantCode checks that an error is the protocol's error of that code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var re *oauth2.RetrieveError
	if !errors.As(err, &re) || re.ErrorCode != code {
		t.Fatalf("got %v, want the error %q", err, code)
	}
}

// wantAlive checks whether an access token is accepted.
func (h *hosted) wantAlive(accessToken string, alive bool) {
	h.t.Helper()
	id, err := h.p.Person(h.t.Context(), accessToken)
	switch {
	case alive && (err != nil || id != marie):
		h.t.Errorf("access token: got %q, %v; want it accepted for %s", id, err, marie)
	case !alive && !errors.Is(err, host.ErrInvalidToken):
		h.t.Errorf("access token: got %q, %v; want host.ErrInvalidToken", id, err)
	}
}

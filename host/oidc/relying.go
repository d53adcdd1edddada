package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// How long what an upstream provider says of itself is believed.
const (
	// configurationLife is short, so that a browser is not sent to a provider that has just gone away: its configuration
	// is asked for again, and when that fails the person is told here, with a way to try again.
	configurationLife = time.Minute
	keysLife          = 10 * time.Minute
	// failureLife keeps a button that is pressed often from becoming as many calls.
	failureLife = 2 * time.Second
)

// leeway between the clocks of the upstream provider and of this host.
const leeway = 30 * time.Second

const maxAnswer = 1 << 20 // octets of an answer

// Why an upstream sign-in did not come to its end. What they wrap is for the operator's log only.
var (
	errAway    = errors.New("the upstream provider does not answer as one")  // passes by itself, perhaps
	errRefused = errors.New("the upstream provider refused this host")       // the operator must do something
	errBadCode = errors.New("the upstream provider does not know this code") // it is over, was used, or was made up
	errLie     = errors.New("the upstream provider's answer does not hold")
)

// relying is the client of an upstream OpenID provider.
type relying struct {
	Upstream
	http *http.Client
	now  func() time.Time
	log  *slog.Logger

	flight singleflight.Group // one question at a time, for all who wait for its answer
	mu     sync.Mutex         // guards what follows
	known  configuration
	asked  time.Time // when known was answered
	failed error     // why the last question has failed, at failedAt
	failAt time.Time
	keys   []jose.JSONWebKey
	keysOf string // where they are from
	keysAt time.Time
}

// configuration is what an upstream provider says of itself.
type configuration struct {
	issuer, authorization, token, userinfo, keys string

	pkce      bool             // S256
	sendsIss  bool             // its answers say who answers (RFC 9207)
	chooses   bool             // it knows prompt=select_account
	authStyle oauth2.AuthStyle // how the client's secret is sent
}

func newRelying(u Upstream, now func() time.Time, log *slog.Logger) (*relying, error) {
	if err := u.check(); err != nil {
		return nil, err
	}
	if u.Timeout == 0 {
		u.Timeout = 15 * time.Second
	}
	if u.Transport == nil {
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			u.Transport = t.Clone()
		}
	}
	return &relying{Upstream: u, now: now, log: log, http: &http.Client{
		Transport: u.Transport, Timeout: u.Timeout,
		// Secrets do not follow a redirect; the operator gives the address that answers.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// configuration answers what is known for less than a life, or asks.
func (r *relying) configuration(ctx context.Context, life time.Duration) (configuration, error) {
	r.mu.Lock()
	known, asked, failed, failAt := r.known, r.asked, r.failed, r.failAt
	r.mu.Unlock()
	now := r.now()
	if known.issuer != "" && now.Sub(asked) < life {
		return known, nil
	}
	if failed != nil && now.Sub(failAt) < failureLife {
		return configuration{}, failed
	}
	// Who asked first may leave; the others still wait.
	answer := r.flight.DoChan("", func() (any, error) {
		c, err := r.discover(context.WithoutCancel(ctx))
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.failed, r.failAt = err, r.now(); err == nil {
			r.known, r.asked = c, r.now()
		}
		return c, err
	})
	select {
	case <-ctx.Done():
		return configuration{}, ctx.Err()
	case a := <-answer:
		c, _ := a.Val.(configuration)
		return c, a.Err
	}
}

// anyAge is for those who come back from where an earlier configuration has sent them.
const anyAge = 365 * 24 * time.Hour

// discover asks for the configuration. Only what is needed is read: what else is there differs between providers.
func (r *relying) discover(ctx context.Context) (configuration, error) {
	var m struct {
		Issuer        string   `json:"issuer"`
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Userinfo      string   `json:"userinfo_endpoint"`
		Keys          string   `json:"jwks_uri"`
		Challenges    []string `json:"code_challenge_methods_supported"`
		AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
		Prompts       []string `json:"prompt_values_supported"`
		SendsIss      bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := r.get(ctx, r.configurationURL(), "", &m); err != nil {
		return configuration{}, err
	}
	if m.Issuer == "" || r.Issuer != "" && m.Issuer != r.Issuer {
		return configuration{}, fmt.Errorf("%w: it calls itself %.200q, not %q", errRefused, m.Issuer, r.Issuer)
	}
	for _, a := range []string{m.Authorization, m.Token, m.Userinfo, m.Keys} {
		if err := usable(a); err != nil {
			return configuration{}, fmt.Errorf("%w: in its configuration, %w", errRefused, err)
		}
	}
	c := configuration{
		issuer: m.Issuer, authorization: m.Authorization, token: m.Token, userinfo: m.Userinfo, keys: m.Keys,
		pkce:     slices.Contains(m.Challenges, string(protocol.CodeChallengeMethodS256)),
		sendsIss: m.SendsIss, chooses: slices.Contains(m.Prompts, protocol.PromptSelectAccount),
		// In the body unless it wants it otherwise: PHP behind some web servers never sees the header (WHMCS is PHP).
		authStyle: oauth2.AuthStyleInParams,
	}
	if len(m.AuthMethods) > 0 && !slices.Contains(m.AuthMethods, string(protocol.AuthMethodPost)) {
		c.authStyle = oauth2.AuthStyleInHeader
	}
	return c, nil
}

// get reads a JSON document, with an access token or without.
func (r *relying) get(ctx context.Context, address, access string, into any) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errAway, err)
	}
	if access != "" {
		q.Header.Set("Authorization", "Bearer "+access)
	}
	return r.read(q, into)
}

// answered is a status that is not 200.
type answered int

func (a answered) Error() string { return fmt.Sprintf("it answered %d", int(a)) }

func (r *relying) read(q *http.Request, into any) error {
	q.Header.Set("Accept", "application/json")
	a, err := r.http.Do(q)
	if err != nil {
		return fmt.Errorf("%w: %w", errAway, err)
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s: %w", errAway, q.URL.Redacted(), answered(a.StatusCode))
	}
	body, err := io.ReadAll(io.LimitReader(a.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%w: %w", errAway, err)
	}
	if err := json.Unmarshal(body, into); err != nil { // the error names no values
		return fmt.Errorf("%w: %s: not the JSON that was expected", errAway, q.URL.Redacted())
	}
	return nil
}

// leave is the address that a browser is sent to.
func (r *relying) leave(c configuration, callback, state, nonce, verifier string, req request) string {
	o := oauth2.Config{
		ClientID: r.ClientID, RedirectURL: callback, Endpoint: oauth2.Endpoint{AuthURL: c.authorization},
		Scopes: []string{protocol.ScopeOpenID, protocol.ScopeProfile, protocol.ScopeEmail},
	}
	options := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("nonce", nonce), oauth2.SetAuthURLParam("ui_locales", req.lang)}
	if c.pkce {
		options = append(options, oauth2.S256ChallengeOption(verifier))
	}
	if req.loginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", req.loginHint))
	}
	switch {
	case req.prompt == protocol.PromptSelectAccount && !c.chooses:
		// Who signs in is perhaps somebody else than who is signed in there: asking for the password too leaves the choice.
		options = append(options, oauth2.SetAuthURLParam("prompt", protocol.PromptLogin))
	case req.prompt != "":
		options = append(options, oauth2.SetAuthURLParam("prompt", req.prompt))
	}
	return o.AuthCodeURL(state, options...)
}

// identity is who an upstream provider says has signed in.
type identity struct {
	subject  string
	email    string
	verified *bool // nil: it does not say
	proof    proof
}

// identify exchanges a code and says whose it was: the id token is checked (OpenID Connect Core 1.0 section 3.1.3.7), and
// the address is read from userinfo, of the same subject (section 5.3.2).
func (r *relying) identify(ctx context.Context, c configuration, code, verifier, callback, nonce string) (identity, error) {
	t, err := r.exchange(ctx, c, code, verifier, callback)
	if err != nil {
		return identity{}, err
	}
	idToken, _ := t.Extra("id_token").(string)
	if idToken == "" {
		return identity{}, fmt.Errorf("%w: there is no id token", errLie)
	}
	keys := &signers{r: r, at: c.keys}
	v := rp.NewIDTokenVerifier(c.issuer, r.ClientID, keys,
		rp.WithNonce(func(context.Context) string { return nonce }),
		rp.WithIssuedAtOffset(leeway),
		rp.WithSupportedSigningAlgorithms(algorithms...))
	told, err := rp.VerifyTokens[*claims](ctx, t.AccessToken, idToken, v)
	switch {
	case keys.away != nil:
		return identity{}, keys.away
	case err != nil:
		return identity{}, fmt.Errorf("%w: id token: %s", errLie, short(err.Error()))
	}
	who := identity{subject: told.Subject, proof: proof{methods: told.Methods.known(), at: told.AuthTime.within(r.now())}}
	var info struct {
		Subject  string `json:"sub"`
		Email    string `json:"email"`
		Verified flag   `json:"email_verified"`
	}
	if err := r.userinfo(ctx, c.userinfo, t.AccessToken, &info); err != nil {
		return identity{}, err
	}
	if info.Subject != who.subject {
		return identity{}, fmt.Errorf("%w: userinfo is about another subject than the id token", errLie)
	}
	who.email, who.verified = info.Email, info.Verified.is
	return who, nil
}

// exchange gives a code for tokens. x/oauth2 would repeat the answer in its error: it can hold anything.
func (r *relying) exchange(ctx context.Context, c configuration, code, verifier, callback string) (*oauth2.Token, error) {
	o := oauth2.Config{
		ClientID: r.ClientID, ClientSecret: r.ClientSecret, RedirectURL: callback,
		Endpoint: oauth2.Endpoint{TokenURL: c.token, AuthStyle: c.authStyle},
	}
	var options []oauth2.AuthCodeOption
	if c.pkce {
		options = append(options, oauth2.VerifierOption(verifier))
	}
	t, err := o.Exchange(context.WithValue(ctx, oauth2.HTTPClient, r.http), code, options...)
	var refused *oauth2.RetrieveError
	switch {
	case err == nil:
		return t, nil
	case !errors.As(err, &refused):
		return nil, fmt.Errorf("%w: token end point: %s", errAway, short(err.Error()))
	case refused.ErrorCode == "invalid_grant":
		return nil, fmt.Errorf("%w: %s", errBadCode, short(refused.ErrorDescription))
	case refused.ErrorCode == "" || refused.Response.StatusCode >= 500:
		return nil, fmt.Errorf("%w: token end point: %w", errAway, answered(refused.Response.StatusCode))
	}
	return nil, fmt.Errorf("%w: token end point: %s: %s", errRefused, short(refused.ErrorCode), short(refused.ErrorDescription))
}

// userinfo asks whose an access token is. Where a web server has taken the header away, as before PHP it can happen, the
// token goes in the body (RFC 6750 section 2.2).
func (r *relying) userinfo(ctx context.Context, address, access string, into any) error {
	err := r.get(ctx, address, access, into)
	var status answered
	if !errors.As(err, &status) || status < 400 || status >= 500 {
		return err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(url.Values{"access_token": {access}}.Encode()))
	if err != nil {
		return fmt.Errorf("%w: %w", errAway, err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.read(q, into)
}

// short is a foreign text for the log: on one line, and not long.
func short(s string) string { return fmt.Sprintf("%.200q", s) }

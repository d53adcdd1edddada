package oidc

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"

	"concierge/assets/locales"
	"concierge/host"
	"concierge/host/store"
)

// Paths below the issuer.
const (
	pathAuthorize = "/authorize"
	pathToken     = "/token"
	pathUserinfo  = "/userinfo"
	pathRevoke    = "/revoke"
	pathKeys      = "/keys"
	pathSignIn    = "/sign-in/" // + request id: the pages
	pathCallback  = "/callback" // where an upstream provider sends browsers back to
)

// routes: programs' end points are op's, which parses and checks form, calls endpoints below, and writes answers and
// errors. What a browser sees (authorization and pages) is ours.
func (p *Provider) routes(way authenticator) http.Handler {
	endpoints := op.RegisterServer(endpoints{p: p}, op.Endpoints{
		Token:      op.NewEndpoint(pathToken),
		Userinfo:   op.NewEndpoint(pathUserinfo),
		Revocation: op.NewEndpoint(pathRevoke),
		JwksURI:    op.NewEndpoint(pathKeys),
	}, op.WithServerCORSOptions(nil), op.WithFallbackLogger(slog.New(fromWarn{p.Log.Handler()})))

	mux := http.NewServeMux()
	mux.Handle("GET "+protocol.DiscoveryEndpoint, endpoints)
	mux.Handle("GET "+pathKeys, endpoints)
	mux.Handle("POST "+pathToken, private(endpoints))
	mux.Handle("POST "+pathRevoke, private(endpoints))
	mux.Handle("GET "+pathUserinfo, private(endpoints))
	mux.Handle("POST "+pathUserinfo, private(endpoints))

	mux.Handle("GET "+pathAuthorize, p.authorize(way))
	mux.Handle("POST "+pathAuthorize, p.authorize(way))
	way.routes(mux)
	return http.MaxBytesHandler(mux, 64<<10)
}

// retryAfter is when to try again what cannot be done while another system is away.
const retryAfter = 30 * time.Second

// private guards an end point that carries tokens: nothing secret in the URL, where logs keep it (RFC 6749 section
// 3.2, RFC 6750 section 5.3), nothing in caches, and a 401 says what it wants (RFC 6750 section 3).
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			op.WriteError(w, r, protocol.ErrInvalidRequest().WithDescription("parameters belong in the body"), slog.New(slog.DiscardHandler))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(challenging{w}, r)
	})
}

type challenging struct{ http.ResponseWriter }

func (c challenging) WriteHeader(status int) {
	switch status {
	case http.StatusUnauthorized:
		c.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	case http.StatusServiceUnavailable:
		c.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	c.ResponseWriter.WriteHeader(status)
}

// fromWarn keeps what op says at Info (each route at start) out of the log.
type fromWarn struct{ slog.Handler }

func (h fromWarn) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}
func (h fromWarn) WithAttrs(as []slog.Attr) slog.Handler { return fromWarn{h.Handler.WithAttrs(as)} }
func (h fromWarn) WithGroup(name string) slog.Handler    { return fromWarn{h.Handler.WithGroup(name)} }

// endpoints are the protocol's end points for programs. Whatever is not here answers as not supported.
type endpoints struct {
	op.UnimplementedServer
	p *Provider
}

// Discovery implements op.Server (OpenID Connect Discovery 1.0, RFC 8414).
func (e endpoints) Discovery(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	issuer := e.p.Issuer()
	var langs []language.Tag
	for _, l := range locales.Languages() {
		langs = append(langs, language.Make(l))
	}
	return op.NewResponse(struct {
		protocol.DiscoveryConfiguration
		IssInResponse bool `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	}{protocol.DiscoveryConfiguration{
		Issuer:                                 issuer,
		AuthorizationEndpoint:                  issuer + pathAuthorize,
		TokenEndpoint:                          issuer + pathToken,
		UserinfoEndpoint:                       issuer + pathUserinfo,
		RevocationEndpoint:                     issuer + pathRevoke,
		JwksURI:                                issuer + pathKeys,
		ScopesSupported:                        Scopes(),
		ResponseTypesSupported:                 []string{string(protocol.ResponseTypeCode)},
		ResponseModesSupported:                 []string{string(protocol.ResponseModeQuery)},
		GrantTypesSupported:                    []protocol.GrantType{protocol.GrantTypeCode, protocol.GrantTypeRefreshToken},
		SubjectTypesSupported:                  []string{"public"},
		IDTokenSigningAlgValuesSupported:       []string{string(jose.RS256)},
		TokenEndpointAuthMethodsSupported:      []protocol.AuthMethod{protocol.AuthMethodNone},
		RevocationEndpointAuthMethodsSupported: []protocol.AuthMethod{protocol.AuthMethodNone},
		ClaimsSupported: []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "azp", "at_hash",
			"email", "name", "given_name", "family_name", "locale"},
		CodeChallengeMethodsSupported: []protocol.CodeChallengeMethod{protocol.CodeChallengeMethodS256},
		UILocalesSupported:            langs,
	}, true}), nil
}

// Keys implements op.Server.
func (e endpoints) Keys(ctx context.Context, _ *op.Request[struct{}]) (*op.Response, error) {
	keys, _, err := e.p.signingKeys(ctx)
	if err != nil {
		return nil, protocol.ErrServerError().WithParent(err)
	}
	var set jose.JSONWebKeySet
	for _, k := range keys {
		set.Keys = append(set.Keys, k.public())
	}
	return op.NewResponse(set), nil
}

// VerifyClient implements op.Server: there is one public client, which has no secret (RFC 8252 section 8.4).
func (e endpoints) VerifyClient(_ context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	if r.Data.ClientID != e.p.ClientID || r.Data.ClientSecret != "" || r.Data.ClientAssertion != "" {
		return nil, op.NewStatusError(protocol.ErrInvalidClient(), http.StatusUnauthorized)
	}
	return client{id: e.p.ClientID}, nil
}

// CodeExchange implements op.Server.
func (e endpoints) CodeExchange(ctx context.Context, r *op.ClientRequest[protocol.AccessTokenRequest]) (*op.Response, error) {
	g, t, err := e.p.redeem(ctx, r.Data.Code, r.Data.CodeVerifier, r.Data.RedirectURI)
	if err != nil {
		return nil, e.refusal(ctx, "code", g, err)
	}
	profile, err := e.p.profile(ctx, g.person)
	if err != nil {
		return nil, gone(err)
	}
	return e.respond(ctx, g, t, profile)
}

// RefreshToken implements op.Server.
func (e endpoints) RefreshToken(ctx context.Context, r *op.ClientRequest[protocol.RefreshTokenRequest]) (*op.Response, error) {
	profile, err := e.p.stillThere(ctx, r.Data.RefreshToken)
	if err != nil {
		return nil, gone(err)
	}
	g, t, err := e.p.rotate(ctx, r.Data.RefreshToken, r.Data.Scopes)
	if err != nil {
		return nil, e.refusal(ctx, "refresh token", g, err)
	}
	if profile == nil { // it was refused a moment ago, and then was not: another process has a clock of its own
		fresh, err := e.p.profile(WithFresh(ctx), g.person)
		if err != nil {
			return nil, gone(err)
		}
		profile = &fresh
	}
	return e.respond(ctx, g, t, *profile)
}

// refusal turns why a code or a refresh token was refused into the protocol's error, and logs a theft's signs.
func (e endpoints) refusal(ctx context.Context, what string, g grant, err error) error {
	switch {
	case errors.Is(err, errReused):
		e.p.Log.WarnContext(ctx, "used twice: that sign-in was ended", "what", what, "person", g.person)
		return protocol.ErrInvalidGrant().WithDescription("the %s is not valid: %s", what, err)
	case errors.Is(err, errScope):
		return protocol.ErrInvalidScope()
	case errors.Is(err, errUnknown), errors.Is(err, errExpired), errors.Is(err, errRedirect), errors.Is(err, errVerifier):
		return protocol.ErrInvalidGrant().WithDescription("the %s is not valid: %s", what, err)
	}
	return protocol.ErrServerError().WithParent(err)
}

// gone turns why a person could not be asked about into the protocol's error. Who is gone gets nothing, and has lost what
// was just issued. What passes by itself is 503, which RFC 6749 section 5.2 has no code for; section 4.1.2.1 has.
func gone(err error) error {
	switch {
	case errors.Is(err, host.ErrInvalidToken):
		return protocol.ErrInvalidGrant().WithDescription("the person is no longer known").WithParent(err)
	case errors.Is(err, host.ErrUnavailable), errors.Is(err, host.ErrRefused), store.Unavailable(err):
		busy := &protocol.Error{ErrorType: "temporarily_unavailable", Description: "who this is cannot be checked now; try again"}
		return op.NewStatusError(busy.WithParent(err), http.StatusServiceUnavailable)
	}
	return protocol.ErrServerError().WithParent(err)
}

// respond answers the token end point.
func (e endpoints) respond(ctx context.Context, g grant, t tokens, profile Profile) (*op.Response, error) {
	idToken, err := e.idToken(ctx, g, t, profile)
	if err != nil {
		return nil, protocol.ErrServerError().WithParent(err)
	}
	return op.NewResponse(&protocol.AccessTokenResponse{
		AccessToken:  t.access,
		TokenType:    protocol.BearerToken,
		RefreshToken: t.refresh,
		ExpiresIn:    uint64(AccessLifetime.Seconds()),
		IDToken:      idToken,
		Scope:        g.scopes,
	}), nil
}

func (e endpoints) idToken(ctx context.Context, g grant, t tokens, profile Profile) (string, error) {
	_, signing, err := e.p.signingKeys(ctx)
	if err != nil {
		return "", err
	}
	claims := protocol.NewIDTokenClaims(e.p.Issuer(), g.person, nil, t.expires, g.authTime, g.nonce, "", g.methods, e.p.ClientID, 0)
	claims.IssuedAt = protocol.FromTime(e.p.Now())
	if claims.AccessTokenHash, err = protocol.ClaimHash(t.access, jose.RS256); err != nil {
		return "", err
	}
	claims.SetUserInfo(userinfo(g, profile))
	signer, err := op.SignerFromKey(signing)
	if err != nil {
		return "", err
	}
	return crypto.Sign(claims, signer)
}

// userinfo says of a person what the scopes allow (OpenID Connect Core section 5.4).
func userinfo(g grant, profile Profile) *protocol.UserInfo {
	info := &protocol.UserInfo{Subject: g.person}
	if subset([]string{protocol.ScopeEmail}, g.scopes) {
		info.Email = profile.Email
	}
	if subset([]string{protocol.ScopeProfile}, g.scopes) {
		info.GivenName, info.FamilyName = profile.FirstName, profile.LastName
		info.Name = fullName(profile)
		if tag, err := language.Parse(profile.Language); err == nil && profile.Language != "" {
			info.Locale = protocol.NewLocale(tag)
		}
	}
	return info
}

func fullName(p Profile) string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// UserInfo implements op.Server.
func (e endpoints) UserInfo(ctx context.Context, r *op.Request[protocol.UserInfoRequest]) (*op.Response, error) {
	g, err := e.p.accessGrant(ctx, r.Data.AccessToken)
	var profile Profile
	if err == nil {
		profile, err = e.p.profile(ctx, g.person)
	}
	if errors.Is(err, host.ErrInvalidToken) {
		return nil, op.NewStatusError(protocol.ErrAccessDenied().WithDescription("access token is not valid"), http.StatusUnauthorized)
	}
	if err != nil {
		return nil, gone(err)
	}
	return op.NewResponse(userinfo(g, profile)), nil
}

// Revocation implements op.Server (RFC 7009).
func (e endpoints) Revocation(ctx context.Context, r *op.ClientRequest[protocol.RevocationRequest]) (*op.Response, error) {
	if err := e.p.revoke(ctx, r.Data.Token); err != nil {
		return nil, protocol.ErrServerError().WithParent(err)
	}
	return op.NewResponse(nil), nil
}

package oidc

import (
	"net/url"
	"slices"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"concierge/client/api"
)

// client is the one client there is, the application, as op.Client wants it.
type client struct{ id string }

func (c client) GetID() string                        { return c.id }
func (c client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeNative }
func (c client) AuthMethod() protocol.AuthMethod      { return protocol.AuthMethodNone }
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c client) IDTokenLifetime() time.Duration       { return AccessLifetime }
func (c client) ClockSkew() time.Duration             { return 0 }
func (c client) DevMode() bool                        { return false }
func (c client) IsScopeAllowed(scope string) bool     { return slices.Contains(Scopes(), scope) }
func (c client) RedirectURIs() []string               { return []string{"http://127.0.0.1" + api.RedirectPath} }
func (c client) PostLogoutRedirectURIs() []string     { return nil }
func (c client) LoginURL(request string) string       { return pathSignIn + request }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }

func (c client) ResponseTypes() []protocol.ResponseType {
	return []protocol.ResponseType{protocol.ResponseTypeCode}
}

func (c client) GrantTypes() []protocol.GrantType {
	return []protocol.GrantType{protocol.GrantTypeCode, protocol.GrantTypeRefreshToken}
}

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}

// loopback tells whether a redirect URI is this computer's, at the application's path and any port. Names, even
// localhost, are not taken: they can be made to resolve elsewhere (RFC 8252 sections 7.3 and 8.3).
func loopback(redirectURI string) bool {
	u, err := url.Parse(redirectURI)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Opaque != "" {
		return false
	}
	name := u.Hostname()
	return (name == "127.0.0.1" || name == "::1") && len(u.Port()) <= len("65535") &&
		u.EscapedPath() == api.RedirectPath && u.RawQuery == "" && !u.ForceQuery && u.Fragment == ""
}

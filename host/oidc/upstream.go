package oidc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
)

// Upstream is an OpenID provider where people prove who they are: passwords and second factors stay there. This host is its
// confidential client, by the authorization code flow. ClientID, ClientSecret and one of ConfigurationURL and Issuer are
// required. Plain http is for loopback only.
type Upstream struct {
	// ConfigurationURL is where its configuration is (OpenID Connect Discovery 1.0 section 4): of WHMCS
	// "https://billing.example/oauth/openid-configuration.php". Empty: below the Issuer, at /.well-known/openid-configuration.
	ConfigurationURL string
	// Issuer is what it must call itself. Empty: what its configuration says, which may be another address than where that is.
	Issuer string

	ClientID     string
	ClientSecret string
	// Name is what people call the place where they sign in, on pages: "Boréal's client area". Empty: Config.Name, and
	// without that the name of the computer it is on.
	Name string
	// AcceptUnverified lets people in whose address it says is not verified. One of which it does not say either is let
	// in always.
	AcceptUnverified bool

	Timeout   time.Duration     // of one call to it; 15 s when zero
	Transport http.RoundTripper // nil: a transport of its own
}

// usable tells why an address cannot be used. What is there is trusted with the client's secret and with who people are.
func usable(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("not an address") // url's own error repeats it
	}
	if u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%.200q is not a whole address", u.Redacted())
	}
	if u.Scheme == "https" || u.Scheme == "http" && local(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("%.200q is not https", u.Redacted())
}

// local tells whether a name is this computer's in any case.
func local(name string) bool {
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

func (u Upstream) configurationURL() string {
	if u.ConfigurationURL != "" {
		return u.ConfigurationURL
	}
	return u.Issuer + protocol.DiscoveryEndpoint
}

func (u Upstream) check() error {
	switch {
	case u.ConfigurationURL == "" && u.Issuer == "":
		return errors.New("upstream: ConfigurationURL or Issuer is required")
	case u.ClientID == "" || u.ClientSecret == "":
		return errors.New("upstream: ClientID and ClientSecret are required")
	}
	if err := usable(u.configurationURL()); err != nil {
		return fmt.Errorf("upstream: %w", err)
	}
	return nil
}

// CallbackURL is the redirect URI to register at an upstream provider, for an issuer as of Config.Issuer.
func CallbackURL(issuer string) string { return issuer + pathCallback }

// UpstreamFacts is what Check has found.
type UpstreamFacts struct {
	Issuer        string
	Authorization string // where browsers are sent to
	PKCE          bool   // it knows PKCE with S256, which is then used
	Keys          int    // that it signs with
	// Credential is nil when the token end point has recognised ClientID and ClientSecret.
	Credential error
}

// Check asks the upstream provider for its configuration and keys, and shows its token end point a code that does not
// exist, to see whether it recognises the client. callbackURL is CallbackURL of this host. An error says that nobody can
// sign in there now, and why.
func (u Upstream) Check(ctx context.Context, callbackURL string) (UpstreamFacts, error) {
	r, err := newRelying(u, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return UpstreamFacts{}, err
	}
	c, err := r.discover(ctx)
	if err != nil {
		return UpstreamFacts{}, err
	}
	f := UpstreamFacts{Issuer: c.issuer, Authorization: c.authorization, PKCE: c.pkce}
	keys, err := r.fetchKeys(ctx, c.keys)
	f.Keys = len(keys)
	if err != nil {
		return f, err
	}
	_, err = r.exchange(ctx, c, "check", oauth2.GenerateVerifier(), callbackURL)
	if !errors.Is(err, errBadCode) {
		f.Credential = err
	}
	return f, nil
}

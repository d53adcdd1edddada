// Package config reads how the gateway is set up: from one TOML file, the environment, which overrides it, and files and
// credentials that hold secrets. All that is wrong is told at once, in plain English, for the operator.
//
// It knows what settings there are and what they may be, and does nothing with them.
package config

import (
	"path/filepath"
	"strings"
	"time"

	"concierge/host/listen"
)

// Config is how the gateway is set up. Field comments are in the settings table.
type Config struct {
	Name      string
	Listen    string
	PublicURL string
	Data      string
	Store     string // a postgres:// address; "" is SQLite in Data
	Log       string // "text" or "json"

	DrainDelay time.Duration // between "not ready" and the end of listening

	TLS     TLS
	Proxies listen.Proxies
	WHMCS   WHMCS
	SignIn  SignIn
	Mail    Mail
	Metrics string // address to listen on for metrics; "" for none
	Audit   string // path of a file; "stdout"; "" for none
}

// TLS is the certificate to listen with; empty behind a proxy.
type TLS struct{ Certificate, Key string }

// WHMCS is how the provider's WHMCS is reached.
type WHMCS struct {
	URL, Identifier, Secret, AccessKey string
	Language                           string // "fr" or "en"
	Timeout                            time.Duration
	Concurrent                         int
}

// SignIn is the OpenID client that WHMCS knows this gateway as.
type SignIn struct {
	Issuer, ClientID, ClientSecret string
	// AcceptUnverified lets people in of whose address WHMCS says that it is not verified.
	AcceptUnverified bool
}

// Mail is how letters leave.
type Mail struct{ SMTP, From string }

// OpenID is the address of WHMCS's OpenID configuration.
func (w WHMCS) OpenID() string { return w.URL + "/oauth/openid-configuration.php" }

// SQLite is the file of the store when no PostgreSQL is named.
func (c Config) SQLite() string { return filepath.Join(c.Data, "gateway.db") }

// Problems are everything that is wrong with a configuration.
type Problems []string

func (p Problems) Error() string {
	return "the configuration cannot be used:\n  - " + strings.Join(p, "\n  - ")
}

// Loaded is a configuration and where it came from.
type Loaded struct {
	Config
	Warnings []string // what is probably a mistake
	from     map[string]string
}

package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"concierge/host/listen"
)

// setting is one thing that can be set. Its name in the environment is CONCIERGE_ and env; a secret may also be in a file,
// named by key_file or CONCIERGE_env_FILE.
type setting struct {
	key    string // in the file: "table.name"
	env    string
	secret bool
	about  string
	def    string
	list   bool
	flag   bool // true or false
	set    func(*Config, string) error
	get    func(Config) string
}

// text is a setting that is taken as it is.
func text(key, env, def, about string, field func(*Config) *string) setting {
	return setting{
		key: key, env: env, about: about, def: def,
		set: func(c *Config, v string) error { *field(c) = v; return nil },
		get: func(c Config) string { return *field(&c) },
	}
}

func (s setting) checked(check func(v string) (string, error)) setting {
	set := s.set
	s.set = func(c *Config, v string) error {
		if v == "" {
			return set(c, v)
		}
		v, err := check(v)
		if err != nil {
			return err
		}
		return set(c, v)
	}
	return s
}

func (s setting) hidden() setting { s.secret = true; return s }

// settings are in the order in which they are shown.
var settings = []setting{
	text("name", "NAME", "", "what customers see as the name of this provider (required)", func(c *Config) *string { return &c.Name }).checked(oneLine),
	text("listen", "LISTEN", "127.0.0.1:8080", "address and port to listen on", func(c *Config) *string { return &c.Listen }).checked(address),
	text("public_url", "PUBLIC_URL", "", "https address by which customers reach this gateway", func(c *Config) *string { return &c.PublicURL }).checked(listen.CleanPublicURL),
	text("data", "DATA", "", "directory for the gateway's own files, created when missing", func(c *Config) *string { return &c.Data }).checked(absolute),
	text("store", "STORE", "", "postgres:// address of the database that several gateways share; without it, SQLite in the data directory", func(c *Config) *string { return &c.Store }).checked(store).hidden(),
	text("log", "LOG", "text", "form of the log on stderr: text or json", func(c *Config) *string { return &c.Log }).checked(oneOf("text", "json")),

	{
		key: "drain_delay", env: "DRAIN_DELAY", def: "2s", about: "when asked to stop, how long /readyz answers no before no more calls are taken: as long as a load balancer needs to see it",
		set: func(c *Config, v string) (err error) {
			c.DrainDelay, err = time.ParseDuration(v)
			if err != nil || c.DrainDelay < 0 || c.DrainDelay > time.Minute {
				return fmt.Errorf("%q is not a time from 0s to 1m", v)
			}
			return nil
		},
		get: func(c Config) string { return c.DrainDelay.String() },
	},

	text("tls.certificate", "TLS_CERTIFICATE", "", "PEM file with the certificate and its chain; read anew when it changes", func(c *Config) *string { return &c.TLS.Certificate }).checked(absolute),
	text("tls.key", "TLS_KEY", "", "PEM file with the certificate's key", func(c *Config) *string { return &c.TLS.Key }).checked(absolute),
	{
		key: "proxy.trusted", env: "TRUSTED_PROXIES", list: true,
		about: "addresses or networks of your own proxies, whose X-Forwarded-For is believed; this computer when listening on loopback",
		set: func(c *Config, v string) (err error) {
			c.Proxies, err = listen.ParseProxies(strings.Split(v, ","))
			return err
		},
		get: func(c Config) string {
			all := make([]string, len(c.Proxies))
			for i, p := range c.Proxies {
				all[i] = p.String()
			}
			return strings.Join(all, ",")
		},
	},

	text("whmcs.url", "WHMCS_URL", "", "address of WHMCS, without /includes/api.php (required)", func(c *Config) *string { return &c.WHMCS.URL }).checked(whmcsURL),
	text("whmcs.identifier", "WHMCS_IDENTIFIER", "", "identifier of the API credential (required)", func(c *Config) *string { return &c.WHMCS.Identifier }).checked(oneLine).hidden(),
	text("whmcs.secret", "WHMCS_SECRET", "", "secret of the API credential (required)", func(c *Config) *string { return &c.WHMCS.Secret }).checked(oneLine).hidden(),
	text("whmcs.access_key", "WHMCS_ACCESS_KEY", "", "WHMCS's API access key, where this computer's address is not on its list", func(c *Config) *string { return &c.WHMCS.AccessKey }).checked(oneLine).hidden(),
	text("whmcs.language", "WHMCS_LANGUAGE", "fr", "the default language of WHMCS, fr or en: that of customers who chose none", func(c *Config) *string { return &c.WHMCS.Language }).checked(oneOf("fr", "en")),
	{
		key: "whmcs.timeout", env: "WHMCS_TIMEOUT", def: "30s", about: "how long one call to WHMCS may take",
		set: func(c *Config, v string) (err error) {
			c.WHMCS.Timeout, err = time.ParseDuration(v)
			if err != nil || c.WHMCS.Timeout < time.Second || c.WHMCS.Timeout > 90*time.Second {
				return fmt.Errorf("%q is not a time from 1s to 90s", v)
			}
			return nil
		},
		get: func(c Config) string { return c.WHMCS.Timeout.String() },
	},
	{
		key: "whmcs.concurrent", env: "WHMCS_CONCURRENT", def: "8", about: "calls to WHMCS at once, at most",
		set: func(c *Config, v string) (err error) {
			c.WHMCS.Concurrent, err = strconv.Atoi(v)
			if err != nil || c.WHMCS.Concurrent < 1 || c.WHMCS.Concurrent > 256 {
				return fmt.Errorf("%q is not a number from 1 to 256", v)
			}
			return nil
		},
		get: func(c Config) string { return strconv.Itoa(c.WHMCS.Concurrent) },
	},

	text("sign_in.client_id", "OIDC_CLIENT_ID", "", "client ID of WHMCS's OpenID Connect credential for this gateway (required)", func(c *Config) *string { return &c.SignIn.ClientID }).checked(oneLine),
	text("sign_in.client_secret", "OIDC_CLIENT_SECRET", "", "client secret of that credential (required)", func(c *Config) *string { return &c.SignIn.ClientSecret }).checked(oneLine).hidden(),
	text("sign_in.issuer", "OIDC_ISSUER", "", "issuer that WHMCS's OpenID discovery names, where it is not the address of WHMCS", func(c *Config) *string { return &c.SignIn.Issuer }).checked(whmcsURL),

	{
		key: "sign_in.accept_unverified", env: "OIDC_ACCEPT_UNVERIFIED", def: "false", flag: true,
		about: "true lets people in whose e-mail WHMCS says is not verified; only where WHMCS never verifies any, since an address that nobody verified can be somebody else's",
		set: func(c *Config, v string) (err error) {
			if v != "true" && v != "false" {
				return fmt.Errorf("%q is neither true nor false", v)
			}
			c.SignIn.AcceptUnverified = v == "true"
			return nil
		},
		get: func(c Config) string { return strconv.FormatBool(c.SignIn.AcceptUnverified) },
	},

	text("mail.smtp", "SMTP_URL", "", "mail server: smtp://user:password@host:587 (STARTTLS) or smtps://… (TLS); without it no codes are asked for, login e-mails cannot be changed, and nobody is written to before access ends", func(c *Config) *string { return &c.Mail.SMTP }).checked(smtp).hidden(),
	text("mail.from", "MAIL_FROM", "", `who letters come from, such as "Example Hosting <no-reply@host.example>"`, func(c *Config) *string { return &c.Mail.From }).checked(mailbox),

	text("metrics.listen", "METRICS_LISTEN", "", "address and port for Prometheus, such as 127.0.0.1:9464; never the public one; off when empty", func(c *Config) *string { return &c.Metrics }).checked(address),
	text("audit.file", "AUDIT_FILE", "", `file of the audit log, one JSON line for each write, opened anew on SIGHUP; "stdout"; off when empty`, func(c *Config) *string { return &c.Audit }).checked(auditFile),
}

// fileKey is the setting that names a file with a secret.
func fileKey(key string) string { return key + "_file" }

// fileEnv is its name in the environment.
func fileEnv(env string) string { return env + "_FILE" }

// credential is the name under which a secret stands in the service manager's directory of credentials.
func credential(key string) string { return strings.ReplaceAll(key, ".", "_") }

// complete says what is missing or does not go together.
func (c Config) complete() Problems {
	var all Problems
	need := func(v, key string) {
		if v != "" {
			return
		}
		for _, s := range settings {
			if s.key == key {
				all = append(all, fmt.Sprintf("%s is missing (in the environment CONCIERGE_%s): %s", key, s.env, strings.TrimSuffix(s.about, " (required)")))
			}
		}
	}
	need(c.WHMCS.URL, "whmcs.url")
	need(c.WHMCS.Identifier, "whmcs.identifier")
	need(c.WHMCS.Secret, "whmcs.secret")
	need(c.SignIn.ClientID, "sign_in.client_id")
	need(c.SignIn.ClientSecret, "sign_in.client_secret")
	need(c.Name, "name")
	need(c.Data, "data")
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		all = append(all, "tls.certificate and tls.key are given together or not at all")
	}
	local := loopback(c.Listen)
	if c.PublicURL == "" && !local {
		need("", "public_url")
	}
	if c.PublicURL != "" && !local && c.TLS.Certificate == "" && len(c.Proxies) == 0 {
		all = append(all, "listen is reached from other computers by plain HTTP: give tls.certificate and tls.key, or name your proxy's address in proxy.trusted, or listen on 127.0.0.1")
	}
	if c.Mail.SMTP != "" {
		need(c.Mail.From, "mail.from")
	}
	if c.Metrics != "" && samePort(c.Metrics, c.Listen) {
		all = append(all, "metrics.listen is the public address: metrics need a port of their own")
	}
	return all
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func samePort(a, b string) bool {
	_, p, err := net.SplitHostPort(a)
	_, q, err2 := net.SplitHostPort(b)
	return err == nil && err2 == nil && p == q && p != "0"
}

func oneLine(v string) (string, error) {
	for _, r := range v {
		if r < ' ' || r == 0x7f {
			return "", errors.New("it has a line break or another control character in it")
		}
	}
	return v, nil
}

func address(v string) (string, error) {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return "", fmt.Errorf("%q is not an address and a port such as 127.0.0.1:8080", v)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n > 65535 {
		return "", fmt.Errorf("%q is not a port", port)
	}
	return v, nil
}

func absolute(v string) (string, error) {
	if !filepath.IsAbs(v) {
		return "", fmt.Errorf("%q is not a whole path: a service's working directory is not where you typed it", v)
	}
	return filepath.Clean(v), nil
}

func auditFile(v string) (string, error) {
	if v == "stdout" {
		return v, nil
	}
	return absolute(v)
}

func oneOf(values ...string) func(string) (string, error) {
	return func(v string) (string, error) {
		for _, one := range values {
			if v == one {
				return v, nil
			}
		}
		return "", fmt.Errorf("%q is not one of: %s", v, strings.Join(values, ", "))
	}
}

// whmcsURL accepts an https address with a path, or plain http to loopback.
func whmcsURL(v string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("it is not an address such as https://billing.example")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(net.JoinHostPort(u.Hostname(), "0"))) {
		return "", errors.New("it must begin with https://, or the credential would travel in the clear")
	}
	if strings.HasSuffix(u.Path, ".php") {
		return "", errors.New("it is where WHMCS is installed, without /includes/api.php")
	}
	return strings.TrimRight(v, "/"), nil
}

// store accepts a PostgreSQL address. What is wrong is said without repeating it: it holds a password.
func store(v string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", errors.New("it is not an address such as postgres://user:password@host/database; leave it out for SQLite")
	}
	return v, nil
}

func smtp(v string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return "", errors.New("it is not an address such as smtp://user:password@mail.example:587 or smtps://…:465")
	}
	if u.User != nil {
		if _, set := u.User.Password(); !set {
			return "", errors.New("it has a user without a password")
		}
	}
	return v, nil
}

func mailbox(v string) (string, error) {
	if _, err := mail.ParseAddress(v); err != nil {
		return "", fmt.Errorf("%q is not an address such as \"Example Hosting <no-reply@host.example>\"", v)
	}
	return v, nil
}

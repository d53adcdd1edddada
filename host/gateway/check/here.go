package check

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"concierge/host/gateway/config"
	"concierge/host/listen"
	"concierge/host/mail"
	"concierge/host/store"
)

// soon is how long before its end a certificate should have been renewed.
const soon = 14 * 24 * time.Hour

// Store looks at the database: open it with all its tables, as serving does.
func Store(ctx context.Context, c config.Config, open func(context.Context) (*store.DB, error)) Rows {
	what := "store (SQLite)"
	do := "the data directory must be this user's and writable: " + c.Data
	if c.Store != "" {
		what, do = "store (PostgreSQL)", "see whether the database of `store` runs, lets this computer in, and belongs to its user"
	}
	db, err := open(ctx)
	if err != nil {
		return Rows{{Missing, what, err.Error(), do}}
	}
	// A transaction that does nothing: a database that can only be read does not begin one.
	err = db.Atomically(ctx, func(context.Context) error { return nil })
	where := db.String()
	if err := errors.Join(err, db.Close()); err != nil {
		return Rows{{Missing, what, err.Error(), do}}
	}
	return Rows{{OK, what, where, ""}}
}

// Mail looks at the mail server, without sending anything.
func Mail(ctx context.Context, c config.Config, roots *x509.CertPool) Rows {
	if c.Mail.SMTP == "" {
		return Rows{{Off, "mail", "not set up: no codes are asked for before sensitive changes, login e-mails cannot be changed, and nobody is written to before their access ends", ""}}
	}
	s, err := mail.New(mail.Config{URL: c.Mail.SMTP, From: c.Mail.From, Roots: roots})
	if err == nil {
		err = s.Check(ctx)
	}
	if err != nil {
		return Rows{{Missing, "mail", err.Error(), "letters cannot leave: look at mail.smtp (beyond this computer the server must speak TLS or STARTTLS with a valid certificate), or leave it out"}}
	}
	return Rows{{OK, "mail", "the server takes letters from " + c.Mail.From, ""}}
}

// Certificate looks at the certificate that the gateway listens with: its names and how long it is valid.
func Certificate(c config.Config, now time.Time) Rows {
	if c.TLS.Certificate == "" {
		if c.PublicURL == "" {
			return Rows{{Warning, "TLS", "none: only this computer reaches the gateway, by plain HTTP", "set public_url, and tls.certificate with tls.key or a proxy before the gateway"}}
		}
		return Rows{{Off, "TLS", "by the proxy before the gateway", ""}}
	}
	cert, err := listen.LoadCertificate(c.TLS.Certificate, c.TLS.Key, nil, nil)
	if err != nil {
		return Rows{{Missing, "TLS", err.Error(), "tls.certificate and tls.key must be PEM files that this user can read and that belong together"}}
	}
	leaf := cert.Leaf()
	until := leaf.NotAfter.UTC().Format("2006-01-02")
	row := Row{OK, "TLS", "certificate valid until " + until, ""}
	switch u, err := url.Parse(c.PublicURL); {
	case now.After(leaf.NotAfter):
		row = Row{Missing, "TLS", "the certificate ended on " + until, "renew it; the gateway reads the files anew by itself"}
	case now.Before(leaf.NotBefore):
		row = Row{Missing, "TLS", "the certificate begins only on " + leaf.NotBefore.UTC().Format("2006-01-02"), "see whether this computer's clock is right"}
	case err == nil && c.PublicURL != "" && leaf.VerifyHostname(u.Hostname()) != nil:
		row = Row{Missing, "TLS", fmt.Sprintf("the certificate is for %s, not for %s", strings.Join(leaf.DNSNames, ", "), u.Hostname()), "take a certificate with the name of public_url"}
	case leaf.NotAfter.Sub(now) < soon:
		row = Row{Warning, "TLS", "the certificate ends on " + until, "renew it; the gateway reads the files anew by itself"}
	}
	return Rows{row}
}

// Public looks at whether the public address leads to a gateway. It cannot before one serves, so that is no fault.
func Public(ctx context.Context, c config.Config, roots *x509.CertPool) Rows {
	if c.PublicURL == "" {
		return Rows{{Warning, "public address", "none: only this computer reaches the gateway", "set public_url"}}
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return Rows{{Missing, "public address", err.Error(), "look at public_url"}}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := net.DefaultResolver.LookupHost(ctx, u.Hostname()); err != nil {
		return Rows{{Warning, "public address", err.Error(), "the name " + u.Hostname() + " of public_url must lead to this gateway or to the proxy before it"}}
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy, t.TLSClientConfig = nil, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	defer t.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.PublicURL+"/healthz", nil)
	if err != nil {
		return Rows{{Missing, "public address", err.Error(), "look at public_url"}}
	}
	client := &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		return Rows{{Warning, "public address", err.Error(), "when the gateway serves, this check must be able to reach it at " + c.PublicURL}}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 100))
	if err != nil || res.StatusCode != http.StatusOK || string(body) != "alive\n" {
		return Rows{{Warning, "public address", fmt.Sprintf("%s answers %s, and not as a gateway that serves", c.PublicURL, res.Status), "the proxy must hand every path on to the gateway at " + c.Listen}}
	}
	return Rows{{OK, "public address", c.PublicURL + " leads to a gateway", ""}}
}

// Files looks at what the gateway writes besides the store.
func Files(c config.Config) Rows {
	if c.Audit == "" {
		return Rows{{Off, "audit log", "not kept", ""}}
	}
	if c.Audit == "stdout" {
		return Rows{{OK, "audit log", "to stdout", ""}}
	}
	f, err := os.OpenFile(c.Audit, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return Rows{{Missing, "audit log", err.Error(), "audit.file must be in a directory that this user can write to"}}
	}
	return Rows{{OK, "audit log", c.Audit, ""}}
}

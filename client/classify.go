package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Classify gives an error of net/http (or of what is built on it, such as a token exchange) the types of this package:
// *Offline, or one of this package's that is in it already. A call that was cancelled keeps matching
// context.Canceled. call says in logs what was tried. Whoever asks a sign-in server uses it too, so that there is one
// vocabulary for being offline.
func Classify(call string, err error) error {
	if err == nil {
		return nil
	}
	if own := typed(err); own != nil {
		if r, ok := errors.AsType[*Redirected](own); ok && r.Call == "" {
			return &Redirected{Call: call, To: r.To}
		}
		return own
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("client: %s: %w", call, context.Canceled)
	}
	host := ""
	if u, ok := errors.AsType[*url.Error](err); ok {
		if at, parseErr := url.Parse(u.URL); parseErr == nil {
			host = at.Host
		}
		err = u.Err // its text has the whole address, with the query
	}
	kind := offlineKind(err)
	if strings.Contains(err.Error(), "malformed HTTP") {
		err = errors.New("not HTTP") // net/http's text quotes what came
	}
	return &Offline{Kind: kind, Host: host, Call: call, Err: err}
}

// classify is Classify for a call of this client, whose host is known.
func (c *Client) classify(k call, err error) error {
	err = Classify(k.name(), err)
	if o, ok := errors.AsType[*Offline](err); ok {
		o.Host = c.host
	}
	return err
}

// typed finds the first error of this package's own types in err.
func typed(err error) error {
	var own ours
	if errors.As(err, &own) {
		return own
	}
	return nil
}

// networking tells whether err is of a connection to somewhere else, and not of this computer (a socket of its keyring).
func networking(err error) bool {
	op, _ := errors.AsType[*net.OpError](err)
	return is[*url.Error](err) || is[*net.DNSError](err) || errors.Is(err, context.DeadlineExceeded) ||
		(op != nil && !strings.HasPrefix(op.Net, "unix"))
}

func offlineKind(err error) OfflineKind {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return CertificateExpired
	}
	if is[x509.HostnameError](err) {
		return CertificateName
	}
	if is[x509.UnknownAuthorityError](err) || is[x509.SystemRootsError](err) || is[*tls.CertificateVerificationError](err) {
		return CertificateUnknown
	}
	if is[tls.AlertError](err) || is[tls.RecordHeaderError](err) || errors.Is(err, http.ErrSchemeMismatch) {
		return TLSFailed
	}
	op, _ := errors.AsType[*net.OpError](err)
	if op != nil && (op.Op == "remote error" || op.Op == "local error") { // how crypto/tls reports alerts
		return TLSFailed
	}
	if is[*net.DNSError](err) {
		return HostNotFound
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return TimedOut
	}
	if op != nil && (op.Op == "dial" || op.Op == "proxyconnect") {
		return Unreachable
	}
	if strings.HasPrefix(err.Error(), "tls: ") {
		return TLSFailed
	}
	return Interrupted
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// dialing tells whether err came before there was a connection.
func dialing(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// scrub takes the token out of an error's texts where a server or a library repeated it.
func scrub(err error, token secret) error {
	o, ok := errors.AsType[*Offline](err)
	if ok && token != "" && strings.Contains(o.Err.Error(), string(token)) {
		o.Err = errors.New(hide(o.Err.Error(), token))
	}
	return err
}

func hide(s string, token secret) string {
	if token == "" {
		return s
	}
	return strings.ReplaceAll(s, string(token), redacted)
}

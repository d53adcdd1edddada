// Package mail hands letters to a mail server (SMTP): plain text, to one address each. It knows nothing of what they say.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	smtp "github.com/wneessen/go-mail"
)

// ErrAddress: what letters are to go to is not one e-mail address.
var ErrAddress = errors.New("not one e-mail address")

// ErrNotSent: the letter certainly did not leave, and trying later can help: the server was not reached, or has said "not now".
var ErrNotSent = errors.New("the letter was not sent")

// patience is how long one letter may take.
const patience = 20 * time.Second

// Config says how the mail server is reached.
type Config struct {
	// URL is smtp://user:password@host:587, where STARTTLS is required except to loopback, or smtps://…:465. Without a user
	// nothing is proven to the server.
	URL   string
	From  string         // "Example Hosting <no-reply@host.example>"
	Roots *x509.CertPool // who signs the server's certificate; nil: the system's
	Told  func(error)    // of each letter that left, or why it did not; may be nil
}

// Sender sends letters. Safe for many goroutines.
type Sender struct {
	host    string
	from    *mail.Address
	told    func(error)
	options []smtp.Option
}

// New returns a sender. It does not connect.
func New(c Config) (*Sender, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("mail: the server's address must look like smtp://user:password@host:587") // the error repeats the password
	}
	s := &Sender{host: u.Hostname(), told: c.Told}
	if s.told == nil {
		s.told = func(error) {}
	}
	if s.from, err = mail.ParseAddress(c.From); err != nil {
		return nil, fmt.Errorf("mail: the sender %q: %w", c.From, err)
	}
	s.options = []smtp.Option{
		smtp.WithTimeout(patience), smtp.WithoutNoop(),
		smtp.WithTLSConfig(&tls.Config{ServerName: s.host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}),
	}
	port := 587
	auth := smtp.SMTPAuthAutoDiscover
	switch {
	case u.Scheme == "smtps":
		port = 465
		s.options = append(s.options, smtp.WithSSL())
	case loopback(s.host): // nobody listens in between
		port = 25
		auth = smtp.SMTPAuthPlainNoEnc
		s.options = append(s.options, smtp.WithTLSPolicy(smtp.NoTLS))
	default:
		s.options = append(s.options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("mail: port %q", p)
		}
	}
	s.options = append(s.options, smtp.WithPort(port))
	if password, set := u.User.Password(); set {
		s.options = append(s.options, smtp.WithSMTPAuth(auth), smtp.WithUsername(u.User.Username()), smtp.WithPassword(password))
	}
	return s, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Check connects, greets, and proves who is sending, without sending anything.
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := smtp.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return c.Close()
}

// Send sends one plain text to one address, without a name: whoever chose a name could write in it what they liked. A
// subject is one line, whatever is in it. When Send returns nil the server has taken the letter.
func (s *Sender) Send(ctx context.Context, to, subject, text string) error {
	m, err := s.letter(to, subject, text)
	if err == nil {
		err = s.hand(ctx, m)
	}
	s.told(err)
	return err
}

// hand gives a letter to the server.
func (s *Sender) hand(ctx context.Context, m *smtp.Msg) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := smtp.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server: %w: %w", ErrNotSent, err)
	}
	if err := c.Send(m); err != nil {
		if notNow(err) {
			err = fmt.Errorf("%w: %w", ErrNotSent, err)
		}
		return errors.Join(fmt.Errorf("mail server: %w", err), c.Close())
	}
	_ = c.Close() // the letter has been taken; how the server says goodbye changes nothing
	return nil
}

// notNow tells whether the server refused a letter for the time being (RFC 5321 section 4.2.1: 4yz): what broke off before its
// answer to the whole letter came may have been taken.
func notNow(err error) bool {
	var e *smtp.SendError
	if !errors.As(err, &e) || !e.IsTemp() {
		return false
	}
	switch e.Reason {
	case smtp.ErrSMTPMailFrom, smtp.ErrSMTPRcptTo, smtp.ErrSMTPData, smtp.ErrSMTPDataClose:
		return true
	}
	return false
}

func (s *Sender) letter(to, subject, text string) (*smtp.Msg, error) {
	if !plainAddress(to) {
		return nil, ErrAddress // not repeated: it could hold line breaks
	}
	m := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	if err := m.FromFormat(s.from.Name, s.from.Address); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	if err := m.To(to); err != nil {
		return nil, ErrAddress
	}
	m.Subject(line(subject))
	m.SetDate()
	m.SetMessageID()
	// Nobody's out-of-office answers it (RFC 3834 section 5).
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(smtp.TypeTextPlain, text)
	return m, nil
}

// plainAddress tells whether an address is one address and nothing besides.
func plainAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && !strings.ContainsFunc(s, unicode.IsControl)
}

// line makes one line of a text: a header must not go on with what somebody wrote in a name.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

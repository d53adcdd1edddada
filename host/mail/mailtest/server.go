// Package mailtest is a mail server for tests: it takes letters by SMTP (RFC 5321), with STARTTLS or TLS from the start,
// and shows what came over the wire.
package mailtest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"concierge/host/listen/listentest"
)

// Letter is what arrived.
type Letter struct {
	From, To string // of the envelope
	Raw      string
	Subject  string // decoded
	Text     string // decoded
	Header   mail.Header
}

// Config says how the server behaves.
type Config struct {
	TLS      bool   // from the start
	StartTLS bool   // offered
	User     string // who must prove themselves before they send; "" for anybody
	Password string
	Refuse   string // answer to RCPT, such as "550 5.1.1 no such mailbox"; "" to take it
}

// Server is a mail server on this computer. Its name is that of its address.
type Server struct {
	Address string         // host and port
	Roots   *x509.CertPool // who signed its certificate: itself
	cfg     Config
	tls     *tls.Config

	mu       sync.Mutex
	letters  []Letter
	commands []string
}

// New starts a server that the end of the test stops.
func New(t testing.TB, cfg Config) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	root := listentest.Certificate(t, certFile, keyFile, "127.0.0.1", "localhost", "mail.example")
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Address: l.Addr().String(), cfg: cfg, tls: &tls.Config{Certificates: []tls.Certificate{pair}}, Roots: x509.NewCertPool()}
	s.Roots.AddCert(root)
	var serving sync.WaitGroup
	open := map[net.Conn]bool{}
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			open[c] = true
			s.mu.Unlock()
			serving.Go(func() { s.talk(c); _ = c.Close() })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for c := range open {
			_ = c.Close()
		}
		s.mu.Unlock()
		serving.Wait()
	})
	return s
}

// Letters are those that arrived, oldest first.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

// Commands are the lines that were said to the server, but for those of letters.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.commands...)
}

func (s *Server) talk(c net.Conn) {
	encrypted := s.cfg.TLS
	if s.cfg.TLS {
		c = tls.Server(c, s.tls)
	}
	r := bufio.NewReader(c)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(c, format+"\r\n", args...) }
	say("220 mail.example ESMTP")
	var l Letter
	proven := s.cfg.User == ""
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.commands = append(s.commands, line)
		s.mu.Unlock()
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-mail.example")
			if s.cfg.StartTLS && !encrypted {
				say("250-STARTTLS")
			}
			if s.cfg.User != "" {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			secure := tls.Server(c, s.tls)
			if secure.Handshake() != nil {
				return
			}
			c, r, encrypted = secure, bufio.NewReader(secure), true
		case "AUTH":
			b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			if proven = err == nil && string(b) == "\x00"+s.cfg.User+"\x00"+s.cfg.Password; proven {
				say("235 2.7.0 welcome")
			} else {
				say("535 5.7.8 not you")
			}
		case "MAIL":
			if !proven {
				say("530 5.7.0 who are you")
				continue
			}
			l = Letter{From: rest}
			say("250 ok")
		case "RCPT":
			if s.cfg.Refuse != "" {
				say("%s", s.cfg.Refuse)
				continue
			}
			l.To += rest
			say("250 ok")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			l.Raw = b.String()
			l.decode()
			s.mu.Lock()
			s.letters = append(s.letters, l)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// decode reads the parts of a letter that tests look at; what it cannot read stays empty.
func (l *Letter) decode() {
	m, err := mail.ReadMessage(strings.NewReader(l.Raw))
	if err != nil {
		return
	}
	l.Header = m.Header
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		l.Subject = ""
	}
	body := m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(m.Body)
	}
	b, err := io.ReadAll(body)
	if err == nil {
		l.Text = strings.ReplaceAll(string(b), "\r\n", "\n")
	}
}

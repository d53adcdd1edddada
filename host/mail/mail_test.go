package mail_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"concierge/host/mail"
	"concierge/host/mail/mailtest"
)

const from = "Hébergement Exemple <no-reply@host.example>"

func sender(t *testing.T, c mail.Config) *mail.Sender {
	t.Helper()
	if c.From == "" {
		c.From = from
	}
	s, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// must send or fail as said ("" for success).
func result(t *testing.T, name string, err error, says string) {
	t.Helper()
	if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
		t.Errorf("%s: %v, want %q", name, err, says)
	}
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	server := mailtest.New(t, mailtest.Config{})
	text := "Bonjour Zoé,\n\nVotre code : 12345.\n.\nUne ligne " + strings.Repeat("très longue ", 40) + "\n"
	if err := sender(t, mail.Config{URL: "smtp://" + server.Address}).Send(context.Background(), "zoe@mail.example", "Votre code : 12345 — « É »", text); err != nil {
		t.Fatal(err)
	}
	got := server.Letters()
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	l := got[0]
	if !strings.Contains(l.From, "<no-reply@host.example>") || l.To != "TO:<zoe@mail.example>" || l.Subject != "Votre code : 12345 — « É »" || strings.TrimRight(l.Text, "\n") != strings.TrimRight(text, "\n") {
		t.Errorf("%+v", l)
	}
	if l.Header.Get("Auto-Submitted") != "auto-generated" || l.Header.Get("Message-Id") == "" || l.Header.Get("Date") == "" {
		t.Errorf("%v", l.Header)
	}
	if name, err := l.Header.AddressList("From"); err != nil || name[0].Name != "Hébergement Exemple" {
		t.Errorf("from %v, %v", name, err)
	}
}

func TestNobodyWritesHeadersOfTheirOwn(t *testing.T) {
	server := mailtest.New(t, mailtest.Config{})
	s := sender(t, mail.Config{URL: "smtp://" + server.Address})
	for _, evil := range []string{"x\r\nBcc: thief@evil.example", "x\nBcc: thief@evil.example", "x\rBcc: thief@evil.example", "x\r\n\r\nanother body", "x\u2028Bcc: thief@evil.example",
		"x\x00Bcc: y", "=?utf-8?q?x=0D=0ABcc:_thief@evil.example?=", strings.Repeat("very long ", 500) + "\r\nBcc: thief@evil.example"} {
		if err := s.Send(context.Background(), "zoe@mail.example", evil+" invites you", "Hello "+evil+"\r\n.\r\nMAIL FROM:<x@y>\r\n"); err != nil {
			t.Errorf("%q: %v", evil, err)
		}
	}
	for _, to := range []string{"zoe@mail.example\r\nBcc: thief@evil.example", "zoe@mail.example, thief@evil.example", "Zoé <zoe@mail.example>", "zoe@mail.example>\r\nRCPT TO:<thief@evil.example", "", "zoe",
		"zoe@mail.example\n", "<zoe@mail.example>", "group:zoe@mail.example;"} {
		if err := s.Send(context.Background(), to, "x", "y"); !errors.Is(err, mail.ErrAddress) {
			t.Errorf("to %q: %v", to, err)
		}
	}
	for _, l := range server.Letters() {
		if l.Header.Get("Bcc") != "" || l.To != "TO:<zoe@mail.example>" || l.Header.Get("Subject") == "" {
			t.Errorf("%q", l.Raw)
		}
		if !strings.HasSuffix(l.Subject, " invites you") && !strings.HasPrefix(l.Subject, "x") {
			t.Errorf("subject %q", l.Subject)
		}
	}
	for _, c := range server.Commands() {
		if strings.Contains(c, "thief") || strings.HasPrefix(c, "MAIL FROM:<x@y>") {
			t.Errorf("said to the server: %q", c)
		}
	}
	if got := len(server.Letters()); got != 8 {
		t.Errorf("%d letters", got)
	}
}

func TestSecretsTravelEncryptedOrNotAtAll(t *testing.T) {
	for name, c := range map[string]struct {
		server mailtest.Config
		url    func(address string) string
		says   string
	}{
		"TLS from the start":           {mailtest.Config{TLS: true, User: "me", Password: "p@ss word"}, func(a string) string { return "smtps://me:p%40ss%20word@" + a }, ""},
		"a wrong password":             {mailtest.Config{TLS: true, User: "me", Password: "p"}, func(a string) string { return "smtps://me:q@" + a }, "5.7.8"},
		"loopback needs no encryption": {mailtest.Config{User: "me", Password: "p"}, func(a string) string { return "smtp://me:p@" + a }, ""},
	} {
		server := mailtest.New(t, c.server)
		s := sender(t, mail.Config{URL: c.url(server.Address), Roots: server.Roots})
		result(t, name+": check", s.Check(context.Background()), c.says)
		if n := len(server.Letters()); n > 0 {
			t.Errorf("%s: the check sent %d letters", name, n)
		}
		result(t, name, s.Send(context.Background(), "zoe@mail.example", "x", "y"), c.says)
	}
}

func TestBeyondLoopbackSTARTTLSIsRequired(t *testing.T) {
	for name, c := range map[string]struct {
		server mailtest.Config
		trust  bool
		says   string
	}{
		"offered":                       {mailtest.Config{StartTLS: true, User: "me", Password: "p"}, true, ""},
		"not offered":                   {mailtest.Config{User: "me", Password: "p"}, true, "STARTTLS"},
		"a certificate of nobody known": {mailtest.Config{StartTLS: true, User: "me", Password: "p"}, false, "certificate"},
	} {
		server := mailtest.New(t, c.server)
		cfg := mail.Config{URL: "smtp://me:p@mail.example:587", From: from}
		if c.trust {
			cfg.Roots = server.Roots
		}
		s := mail.At(sender(t, cfg), server.Address)
		result(t, name, s.Send(context.Background(), "zoe@mail.example", "x", "y"), c.says)
		for _, said := range server.Commands() {
			if c.says != "" && strings.HasPrefix(said, "AUTH") {
				t.Errorf("%s: the password was sent", name)
			}
		}
	}
}

func TestWhatTheServerRefusesIsAnError(t *testing.T) {
	server := mailtest.New(t, mailtest.Config{Refuse: "550 5.1.1 no such mailbox"})
	result(t, "no such mailbox", sender(t, mail.Config{URL: "smtp://" + server.Address}).Send(context.Background(), "zoe@mail.example", "x", "y"), "550")
	for refuse, again := range map[string]bool{"550 5.1.1 no such mailbox": false, "451 4.7.1 come back later": true} {
		server := mailtest.New(t, mailtest.Config{Refuse: refuse})
		if err := sender(t, mail.Config{URL: "smtp://" + server.Address}).Send(context.Background(), "zoe@mail.example", "x", "y"); errors.Is(err, mail.ErrNotSent) != again {
			t.Errorf("%s: %v", refuse, err)
		}
	}
	if err := sender(t, mail.Config{URL: "smtp://127.0.0.1:1"}).Send(context.Background(), "zoe@mail.example", "x", "y"); !errors.Is(err, mail.ErrNotSent) {
		t.Errorf("nobody there: %v", err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := sender(t, mail.Config{URL: "smtp://" + server.Address}).Send(gone, "zoe@mail.example", "x", "y"); err == nil {
		t.Error("it was sent for somebody who gave up")
	}
	for _, c := range []mail.Config{{URL: "http://x", From: from}, {URL: "smtp://x", From: "nobody"}, {URL: "smtp://u:secret@ho st", From: from}} {
		if _, err := mail.New(c); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

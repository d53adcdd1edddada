package client

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func kindOf(err error) OfflineKind {
	if o, ok := errors.AsType[*Offline](err); ok {
		return o.Kind
	}
	return ""
}

func TestAHostNameNobodyKnows(t *testing.T) {
	tr := newTransport(Config{}.withDefaults(), false)
	tr.Proxy = nil
	var asked counter
	tr.DialContext = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked.next()
		return nil, errors.New("no name server")
	}}}).DialContext
	c := newClient(t, "https://nulle-part.example"+under, func(c *Config) { c.HTTP = tr })
	for _, call := range []func(*Client) error{read, patch} {
		err := call(c)
		o, ok := errors.AsType[*Offline](err)
		if !ok || o.Kind != HostNotFound || o.Host != "nulle-part.example" || errors.Is(err, ErrTLS) || errors.Is(err, ErrOutcomeUnknown) {
			t.Errorf("got %v", err)
		}
	}
	if asked.seen() == 0 {
		t.Error("no name was looked up")
	}
}

func TestARefusedConnectionIsTriedThreeTimesAlsoForWrites(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(*Client) error{"GET": read, "POST": post, "PATCH": patch, "DELETE": remove} {
		t.Run(name, func(t *testing.T) {
			var naps sleeper
			c := newClient(t, "http://"+address+under, func(c *Config) { c.Sleep = naps.sleep })
			err := call(c)
			if kindOf(err) != Unreachable || errors.Is(err, ErrOutcomeUnknown) || len(naps.naps) != 2 {
				t.Errorf("got %v after %v", err, naps.naps)
			}
		})
	}
}

func TestTroubleWithCertificatesIsToldApartAndNotRepeated(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was sent") }))
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(s.Certificate())
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		base string
		tls  *tls.Config
		want OfflineKind
	}{
		{"signed by nobody we trust", s.URL, &tls.Config{}, CertificateUnknown},
		{"expired", s.URL, &tls.Config{RootCAs: trusted, Time: func() time.Time { return s.Certificate().NotAfter.Add(time.Hour) }}, CertificateExpired},
		{"not valid yet", s.URL, &tls.Config{RootCAs: trusted, Time: func() time.Time { return s.Certificate().NotBefore.Add(-time.Hour) }}, CertificateExpired},
		{"made out to another name", "https://localhost:" + port, &tls.Config{RootCAs: trusted}, CertificateName},
		{"no common version", s.URL, &tls.Config{RootCAs: trusted, MaxVersion: tls.VersionTLS10, MinVersion: tls.VersionTLS10}, TLSFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var naps sleeper
			c := newClient(t, tt.base+under, func(c *Config) {
				tr := newTransport(c.withDefaults(), false)
				tr.TLSClientConfig = tt.tls
				c.HTTP, c.Sleep = tr, naps.sleep
			})
			for _, call := range []func(*Client) error{read, patch} {
				err := call(c)
				if kindOf(err) != tt.want || !errors.Is(err, ErrTLS) || !errors.Is(err, ErrOffline) || errors.Is(err, ErrOutcomeUnknown) || len(naps.naps) > 0 {
					t.Errorf("got %v after %v", err, naps.naps)
				}
			}
		})
	}
}

func TestAServerWithoutTLSAtASecureAddress(t *testing.T) {
	s := newServer(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	c := newClient(t, strings.Replace(s.URL, "http:", "https:", 1)+under)
	if err := read(c); kindOf(err) != TLSFailed {
		t.Errorf("got %v", err)
	}
}

func TestAServerThatSpeaksSomethingElse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "220 mail.example ESMTP ready, motdepasse=hunter2\r\n")
			_, _ = conn.Read(make([]byte, 1))
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	err = read(newClient(t, "http://"+l.Addr().String()))
	if kindOf(err) != Interrupted || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestSlowHeadersEndInATimeOut(t *testing.T) {
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { requests.next(); <-r.Context().Done() },
		func(c *Config) { c.HeaderTimeout = 20 * time.Millisecond })
	if err := read(c); kindOf(err) != TimedOut || requests.seen() != 3 {
		t.Errorf("got %v after %d requests", err, requests.seen())
	}
	if err := patch(c); kindOf(err) != TimedOut || !errors.Is(err, ErrOutcomeUnknown) || requests.seen() != 4 {
		t.Errorf("got %v after %d requests", err, requests.seen())
	}
}

func TestABodyThatHangsEndsWithTheTimeOfTheCall(t *testing.T) {
	var requests counter
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		requests.next()
		write(w, http.StatusOK, "application/json", `{"id":`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}, func(c *Config) { c.CallTimeout = 50 * time.Millisecond })
	if err := read(c); kindOf(err) != TimedOut || requests.seen() != 1 {
		t.Errorf("got %v after %d requests", err, requests.seen())
	}
}

func TestACancelledCallReturnsAtOnce(t *testing.T) {
	for name, call := range map[string]func(context.Context, *Client) error{
		"reading": func(ctx context.Context, c *Client) error { _, err := c.Me(ctx); return err },
		"writing": func(ctx context.Context, c *Client) error { return c.RemoveUser(ctx, "a1", "u1", Write{IfMatch: "e1"}) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) { cancel(errors.New("closed")); <-r.Context().Done() })
			err := call(ctx, c)
			if !errors.Is(err, context.Canceled) || errors.Is(err, ErrOffline) || errors.Is(err, ErrOutcomeUnknown) != (name == "writing") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCancellingWhileWaitingToRepeatReturnsWhatHappened(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }, func(c *Config) {
		c.Sleep = func(ctx context.Context, d time.Duration) error { cancel(); return sleep(ctx, time.Hour) }
	})
	if _, err := c.Me(ctx); !is[*Problem](err) {
		t.Errorf("got %v", err)
	}
}

func TestLongAnswersAreNotReadToTheirEnd(t *testing.T) {
	const size = 50 << 20
	zip := func(w http.ResponseWriter, size int) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer func() { _ = z.Close() }() // fails when the client has gone, which is the point
		fill(z, size)
	}
	tests := []struct {
		name  string
		call  func(*Client) error
		send  func(http.ResponseWriter)
		limit int
	}{
		{"a profile of 50 MB", read, func(w http.ResponseWriter) { fill(w, size) }, 1 << 20},
		{"a profile of 50 MB, compressed to 50 kB", read, func(w http.ResponseWriter) { zip(w, size) }, 1 << 20},
		{"a snapshot of 50 MB", func(c *Client) error { _, err := c.Snapshot(context.Background(), "a1", ""); return err },
			func(w http.ResponseWriter) { fill(w, size) }, 16 << 20},
		{"an error of 50 MB", read, func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadRequest); fill(w, size) }, 1 << 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var requests counter
			c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
				requests.next()
				w.Header().Set("Content-Type", "application/json")
				tt.send(w)
			})
			err := tt.call(c)
			large, ok := errors.AsType[*TooLarge](err)
			if !ok || large.Limit != tt.limit || !errors.Is(err, ErrTooLarge) || requests.seen() != 1 {
				t.Errorf("got %v after %d requests", err, requests.seen())
			}
		})
	}
}

// fill writes spaces, which JSON allows before a value.
func fill(w io.Writer, size int) {
	block := []byte(strings.Repeat(" ", 1<<16))
	for n := 0; n < size; n += len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestACompressedAnswerIsRead(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("compression is not offered")
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		if _, err := io.WriteString(z, meJSON); err != nil {
			t.Error(err)
		}
		if err := z.Close(); err != nil {
			t.Error(err)
		}
	})
	me, err := c.Me(context.Background())
	if err != nil || me.FirstName != "Marie" {
		t.Errorf("got %+v, %v", me, err)
	}
}

func TestACompressedAnswerThatIsNotOneIsNoAnswer(t *testing.T) {
	c := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		write(w, http.StatusOK, "application/json", meJSON)
	})
	if err := read(c); kindOf(err) != Interrupted {
		t.Errorf("got %v", err)
	}
}

func TestAPlainAddressNeverLeavesThisComputer(t *testing.T) {
	tr := newTransport(Config{}.withDefaults(), true)
	defer tr.CloseIdleConnections()
	if tr.Proxy != nil {
		t.Error("it would go through a proxy")
	}
	_, err := tr.DialContext(context.Background(), "tcp", "192.0.2.1:80") // RFC 5737: nobody's address
	if err := Classify("dial", err); !is[*PlainHTTP](err) {
		t.Errorf("got %v", err)
	}
}

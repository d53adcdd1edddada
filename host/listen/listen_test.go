package listen_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/host/listen"
	"concierge/host/listen/listentest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func proxies(t testing.TB, list ...string) listen.Proxies {
	t.Helper()
	p, err := listen.ParseProxies(list)
	must(t, err)
	return p
}

func serve(t *testing.T, cfg listen.Config, h http.HandlerFunc) *listen.Server {
	t.Helper()
	cfg.Log = slog.New(slog.DiscardHandler)
	s, err := listen.Open(context.Background(), cfg)
	must(t, err)
	s.Serve(h)
	t.Cleanup(func() { must(t, s.Close(context.Background())) })
	return s
}

func TestPlainHTTPReachesOnlyThisComputerOrANamedProxy(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  listen.Config
		want error
	}{
		"loopback":                                  {listen.Config{}, nil},
		"every interface":                           {listen.Config{Address: "0.0.0.0:0"}, listen.ErrPlainHTTP},
		"every interface, a proxy not named":        {listen.Config{Address: "0.0.0.0:0", PublicURL: "https://host.example"}, listen.ErrUnnamedProxy},
		"every interface, for a named proxy":        {listen.Config{Address: "0.0.0.0:0", PublicURL: "https://host.example", Proxies: proxies(t, "10.0.0.5")}, nil},
		"loopback behind something that speaks TLS": {listen.Config{PublicURL: "https://host.example/"}, nil},
		"a public address without https":            {listen.Config{PublicURL: "http://host.example"}, listen.ErrPublicURL},
		"a public address with a path":              {listen.Config{PublicURL: "https://host.example/concierge"}, listen.ErrPublicURL},
		"a public address with a secret":            {listen.Config{PublicURL: "https://a:b@host.example"}, listen.ErrPublicURL},
		"a public address without a name":           {listen.Config{PublicURL: "https://:443"}, listen.ErrPublicURL},
	} {
		s, err := listen.Open(context.Background(), c.cfg)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if s != nil {
			must(t, s.Close(context.Background()))
		}
	}
}

func TestWhoCallsIsSaidByOurProxiesOnly(t *testing.T) {
	ours := proxies(t, "10.0.0.0/8", "192.0.2.7", "2001:db8::/32")
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"nobody in between":                {"203.0.113.9:5", nil, "203.0.113.9"},
		"a stranger's word":                {"203.0.113.9:5", []string{"198.51.100.1"}, "203.0.113.9"},
		"one proxy":                        {"10.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		"a proxy told a lie by its caller": {"10.0.0.1:5", []string{"127.0.0.1, 198.51.100.1"}, "198.51.100.1"},
		"two proxies":                      {"10.0.0.1:5", []string{"198.51.100.1, 192.0.2.7"}, "198.51.100.1"},
		"two headers":                      {"10.0.0.1:5", []string{"9.9.9.9", "198.51.100.1", "10.2.3.4"}, "198.51.100.1"},
		"a proxy that says nothing":        {"10.0.0.1:5", nil, "10.0.0.1"},
		"what is no address":               {"10.0.0.1:5", []string{"198.51.100.1, evil\tname"}, "10.0.0.1"},
		"a port beside the address":        {"10.0.0.1:5", []string{"198.51.100.1:4711, [2001:db8::9]:1"}, "198.51.100.1"},
		"only our own":                     {"10.0.0.1:5", []string{"10.0.0.9, 10.0.0.2"}, "10.0.0.9"},
		"IPv4 in IPv6":                     {"[::ffff:10.0.0.1]:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		"IPv6":                             {"[2001:db8::1]:5", []string{"2001:470::1"}, "2001:470::1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		if got := ours.ClientIP(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestProxiesAreAddressesOrNetworksButNotEverybody(t *testing.T) {
	for _, s := range []string{"proxy.example", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0", "fe80::1%eth0"} {
		if p, err := listen.ParseProxies([]string{s}); err == nil {
			t.Errorf("%q became %v", s, p)
		}
	}
}

func TestWhoPassesTheProxyByIsRefused(t *testing.T) {
	s, err := listen.Open(context.Background(), listen.Config{PublicURL: "https://host.example", Proxies: proxies(t, "192.0.2.7")})
	must(t, err)
	must(t, s.Close(context.Background()))
	h := listen.OnlyThroughProxy(s, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	for peer, want := range map[string]int{"192.0.2.7:9": 200, "127.0.0.1:9": 200, "198.51.100.1:9": http.StatusMisdirectedRequest} {
		r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
		r.RemoteAddr = peer
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d", peer, w.Code)
		}
	}
}

func TestHTTPSWithAGivenCertificateThatIsRenewed(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	first := listentest.Certificate(t, certFile, keyFile, "host.example")
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	pass := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	c, err := listen.LoadCertificate(certFile, keyFile, clock, slog.New(slog.DiscardHandler))
	must(t, err)
	s := serve(t, listen.Config{PublicURL: "https://host.example", Certificate: c}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	})
	if s.URL != "https://host.example" {
		t.Errorf("reached at %s", s.URL)
	}
	served := func(trusted *x509.Certificate) error {
		pool := x509.NewCertPool()
		pool.AddCert(trusted)
		tr := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "host.example"}}
		defer tr.CloseIdleConnections()
		res, err := (&http.Client{Transport: tr}).Get("https://" + listen.Addr(s))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		must(t, err)
		if string(b) != "HTTP/2.0" || !strings.HasPrefix(res.Header.Get("Strict-Transport-Security"), "max-age=") {
			t.Errorf("%s, %v", b, res.Header)
		}
		return nil
	}
	must(t, served(first))

	pass(time.Minute)
	must(t, os.WriteFile(certFile, []byte("half written"), 0o600))
	must(t, served(first)) // the last good one
	second := listentest.Certificate(t, certFile, keyFile, "host.example")
	must(t, served(first)) // looked at a moment ago
	pass(time.Minute)
	must(t, served(second))
	if err := served(first); err == nil {
		t.Error("the old certificate is still served")
	}
	if !c.Leaf().Equal(second) {
		t.Error("Leaf is the old one")
	}
	if _, err := tls.Dial("tcp", listen.Addr(s), &tls.Config{MaxVersion: tls.VersionTLS11, InsecureSkipVerify: true}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}

func TestACertificateThatIsNotThereIsSaidAtTheStart(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if _, err := listen.LoadCertificate(certFile, keyFile, nil, nil); err == nil || !strings.Contains(err.Error(), certFile) {
		t.Error(err)
	}
	listentest.Certificate(t, certFile, filepath.Join(dir, "other.pem"), "a.example")
	listentest.Certificate(t, filepath.Join(dir, "other.pem"), keyFile, "a.example")
	if _, err := listen.LoadCertificate(certFile, keyFile, nil, nil); err == nil {
		t.Error("a key of another certificate was taken")
	}
}

func TestHeadersWithoutEndAreRefused(t *testing.T) {
	s := serve(t, listen.Config{}, func(http.ResponseWriter, *http.Request) {})
	r, err := http.NewRequest(http.MethodGet, s.URL, nil)
	must(t, err)
	r.Header.Set("X-Long", strings.Repeat("x", 100_000))
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	must(t, res.Body.Close())
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(res.Status)
	}
}

func TestClosingLetsCallsFinish(t *testing.T) {
	inside, finish := make(chan struct{}), make(chan struct{})
	s, err := listen.Open(context.Background(), listen.Config{})
	must(t, err)
	s.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-finish
		_, _ = io.WriteString(w, "done")
	}))
	answer := make(chan string)
	go func() {
		res, err := http.Get(s.URL)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-inside
	closed := make(chan error)
	go func() { closed <- s.Close(context.Background()) }()
	close(finish)
	if got := <-answer; got != "done" {
		t.Errorf("the call under way got %q", got)
	}
	must(t, <-closed)
}

package serve_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/sample"
	"concierge/host/serve"
)

func TestPlainHTTPStaysOnThisComputer(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  serve.Config
		want error
	}{
		"every interface":                {serve.Config{Listen: "0.0.0.0:0"}, serve.ErrPlainHTTP},
		"a public address without https": {serve.Config{PublicURL: "http://host.example"}, serve.ErrPublicURL},
		"a public address with a path":   {serve.Config{PublicURL: "https://host.example/concierge"}, serve.ErrPublicURL},
		"a public address with a secret": {serve.Config{PublicURL: "https://a:b@host.example"}, serve.ErrPublicURL},
	} {
		c.cfg.Dir = filepath.Join(t.TempDir(), "data")
		if _, err := serve.Sample(context.Background(), c.cfg); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// request asks a host for a path under another name and with headers.
func request(t *testing.T, base, path, name string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, base+path, nil)
	must(t, err)
	if name != "" {
		r.Host = name
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r) // without following redirects
	must(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func TestALocalHostAnswersOnlyToItsOwnName(t *testing.T) {
	w := start(t)
	port := w.URL[strings.LastIndex(w.URL, ":"):]
	for name, want := range map[string]int{
		"127.0.0.1" + port: http.StatusOK, "localhost" + port: http.StatusOK, "[::1]" + port: http.StatusOK,
		"evil.example" + port: http.StatusMisdirectedRequest, "127.0.0.1:1": http.StatusMisdirectedRequest, "evil.example": http.StatusMisdirectedRequest,
	} {
		if res := request(t, w.URL, "/mailbox", name); res.StatusCode != want {
			t.Errorf("as %s: %s", name, res.Status)
		}
	}
}

func TestAHostBehindTLSSpeaksOfItsPublicAddress(t *testing.T) {
	var dir string
	w := start(t, func(c *serve.Config) { c.PublicURL, dir = "https://host.example/", c.Dir })
	if w.URL != "https://host.example" {
		t.Errorf("reached at %s", w.URL)
	}
	h, err := serve.Open(context.Background(), serve.Config{Dir: dir}) // as the operator's commands do, beside it
	must(t, err)
	defer func() { must(t, h.Close()) }()
	if empty, err := h.Sample.Empty(context.Background()); err != nil || empty {
		t.Errorf("empty %v, %v", empty, err)
	}
}

func TestAHostSaysWhereToSignInAndItsIssuerAnswers(t *testing.T) {
	w := start(t)
	var about api.Host
	must(t, json.NewDecoder(request(t, w.URL, "/v1/host", "").Body).Decode(&about))
	if !about.Sample || about.MailboxURL != w.URL+"/mailbox" || about.SignIn.ClientID != serve.ClientID {
		t.Errorf("%+v", about)
	}
	var discovery struct {
		Issuer string `json:"issuer"`
		Token  string `json:"token_endpoint"`
	}
	must(t, json.NewDecoder(request(t, about.SignIn.Issuer, "/.well-known/openid-configuration", "").Body).Decode(&discovery))
	if discovery.Issuer != about.SignIn.Issuer || !strings.HasPrefix(discovery.Token, w.URL) {
		t.Errorf("%+v", discovery)
	}
	if res := request(t, w.URL, "/", ""); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != sample.MailboxPath {
		t.Errorf("the root: %s to %s", res.Status, res.Header.Get("Location"))
	}
}

func TestDataStaysAndIsMadeUpOnce(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	var ids [2]string
	for i := range ids {
		r, err := serve.Sample(ctx, serve.Config{Dir: dir, Seed: true, SeedNumber: uint64(i + 1)})
		must(t, err)
		me, err := r.Sample.PersonByEmail(ctx, sample.OwnerEmail)
		must(t, err)
		ids[i] = me.ID
		if _, err := r.Mint(ctx, "nobody@nowhere.example"); !errors.Is(err, host.ErrNotFound) {
			t.Errorf("a token for nobody: %v", err)
		}
		must(t, r.Close(ctx))
		must(t, r.Close(ctx)) // a second time is nothing
	}
	if ids[0] != ids[1] {
		t.Error("the data was made up again")
	}
}

func TestAStoppedHostLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	r, err := serve.Sample(context.Background(), serve.Config{Dir: t.TempDir(), Seed: true})
	must(t, err)
	res, err := http.Get(r.URL + "/mailbox")
	must(t, err)
	must(t, res.Body.Close())
	must(t, r.Close(context.Background()))
	http.DefaultClient.CloseIdleConnections()
	goleak.VerifyNone(t, before)
	if _, err := http.Get(r.URL + "/mailbox"); err == nil {
		t.Error("it still answers")
	}
}

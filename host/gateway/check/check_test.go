package check_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/host/gateway"
	"concierge/host/gateway/check"
	"concierge/host/gateway/config"
	"concierge/host/listen/listentest"
	"concierge/host/mail/mailtest"
	"concierge/host/oidc"
	"concierge/host/store"
	"concierge/host/whmcs/remote"
	"concierge/host/whmcs/whmcstest"
)

// whmcs is what calls a double of WHMCS, and its address.
func whmcs(t *testing.T, c whmcstest.Config, secret string) (*remote.Client, string) {
	t.Helper()
	s := httptest.NewServer(whmcstest.New(c))
	t.Cleanup(s.Close)
	api, err := remote.New(remote.Config{URL: s.URL, Identifier: "identifier", Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.Close)
	return api, s.URL
}

func text(t *testing.T, r check.Rows) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAWHMCSThatAllowsEverythingIsFine(t *testing.T) {
	api, url := whmcs(t, whmcstest.Config{}, "secret")
	rows := check.WHMCS(t.Context(), api, url)
	if len(rows) != 1+len(remote.Actions()) || len(rows.Missing()) > 0 || !strings.Contains(text(t, rows), "8.13.1 at http://127.0.0.1") {
		t.Error(text(t, rows))
	}
	if !strings.HasSuffix(text(t, rows), "Nothing that the gateway needs is missing.\n") {
		t.Error(text(t, rows))
	}
}

func TestEachActionIsKnownWithItsConsequence(t *testing.T) {
	for _, action := range remote.Actions() {
		all := slices.DeleteFunc(remote.Actions(), func(a string) bool { return a == action })
		api, url := whmcs(t, whmcstest.Config{Role: all}, "secret")
		rows := check.WHMCS(t.Context(), api, url)
		out := text(t, rows)
		i := slices.IndexFunc(rows, func(r check.Row) bool { return r.What == "action "+action })
		if i < 0 || rows[i].State == check.OK || !strings.Contains(rows[i].Says, "not allowed: without it ") || len(rows[i].Says) < 35 ||
			!strings.Contains(out, "allow the credential's role: "+action+"\n") {
			t.Errorf("%s: %s", action, out)
		}
		essential := slices.Contains([]string{"GetUsers", "GetClientsDetails", "GetUserPermissions", "GetContacts"}, action)
		if essential != (len(rows.Missing()) == 1) {
			t.Errorf("%s: missing %v", action, rows.Missing())
		}
	}
}

func TestWhatIsWrongWithAllCallsIsSaidOnceWithWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		config whmcstest.Config
		secret string
		says   string
	}{
		"a wrong secret":                     {whmcstest.Config{}, "wrong", "look at whmcs.identifier and whmcs.secret"},
		"an address that is not on the list": {whmcstest.Config{AllowedIPs: []string{"192.0.2.1"}}, "secret", "API IP Access Restriction"},
	} {
		api, url := whmcs(t, c.config, c.secret)
		rows := check.WHMCS(t.Context(), api, url)
		if len(rows) != 1 || rows[0].State != check.Missing || !strings.Contains(rows[0].Do, c.says) {
			t.Errorf("%s: %+v", name, rows)
		}
		if out := text(t, rows); strings.Contains(out, c.secret+"\n") || !strings.Contains(out, "1 thing that the gateway needs is missing.") {
			t.Errorf("%s: %s", name, out)
		}
	}
	api, err := remote.New(remote.Config{URL: "http://127.0.0.1:1", Identifier: "a", Secret: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if rows := check.WHMCS(t.Context(), api, "http://127.0.0.1:1"); len(rows.Missing()) != 1 || !strings.Contains(rows[0].Do, "curl") {
		t.Errorf("nobody there: %+v", rows)
	}
}

func TestSignInNeedsTheClientThatWHMCSKnows(t *testing.T) {
	const callback = "https://concierge.example/oidc/callback"
	_, url := whmcs(t, whmcstest.Config{OpenID: whmcstest.OpenID{ClientID: "CLIENT", Secret: "s3cret", RedirectURIs: []string{callback}}}, "secret")
	for name, c := range map[string]struct {
		upstream oidc.Upstream
		state    check.State
		says     string
	}{
		"known":          {oidc.Upstream{ClientID: "CLIENT", ClientSecret: "s3cret", ConfigurationURL: url + "/oauth/openid-configuration.php"}, check.OK, callback},
		"a wrong secret": {oidc.Upstream{ClientID: "CLIENT", ClientSecret: "other", ConfigurationURL: url + "/oauth/openid-configuration.php"}, check.Missing, "sign_in.client_secret"},
		"no such page":   {oidc.Upstream{ClientID: "CLIENT", ClientSecret: "other", ConfigurationURL: url + "/nothing"}, check.Missing, "nobody can sign in"},
	} {
		rows := check.SignIn(t.Context(), c.upstream, callback)
		if len(rows) != 1 || rows[0].State != c.state || !strings.Contains(rows[0].Says+rows[0].Do, c.says) {
			t.Errorf("%s: %+v", name, rows)
		}
	}
}

func TestThatUnverifiedAddressesAreAcceptedIsWarnedOf(t *testing.T) {
	const callback = "https://concierge.example/oidc/callback"
	_, url := whmcs(t, whmcstest.Config{OpenID: whmcstest.OpenID{ClientID: "CLIENT", Secret: "s3cret", RedirectURIs: []string{callback}}}, "secret")
	c := config.Config{Name: "Example", WHMCS: config.WHMCS{URL: url}, SignIn: config.SignIn{ClientID: "CLIENT", ClientSecret: "s3cret", AcceptUnverified: true}}
	rows := check.SignIn(t.Context(), gateway.Upstream(c), callback)
	if len(rows) != 2 || rows[0].State != check.OK || rows[1].State != check.Warning || !strings.Contains(text(t, rows), "take sign_in.accept_unverified away") {
		t.Error(text(t, rows))
	}
	if c.SignIn.AcceptUnverified = false; len(check.SignIn(t.Context(), gateway.Upstream(c), callback)) != 1 {
		t.Error("warned of what is not set")
	}
}

func TestTheStoreIsOpenedAsServingDoes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gateway.db")
	open := func(ctx context.Context) (*store.DB, error) { return store.Open(ctx, path) }
	if rows := check.Store(t.Context(), config.Config{}, open); rows[0].State != check.OK {
		t.Error(rows)
	}
	broken := func(context.Context) (*store.DB, error) { return nil, errors.New("no route to host") }
	if rows := check.Store(t.Context(), config.Config{Store: "postgres://u:hunter2@db/x"}, broken); rows[0].State != check.Missing || strings.Contains(text(t, rows), "hunter2") {
		t.Error(rows)
	}
}

func TestMailIsLookedAtWithoutSendingAny(t *testing.T) {
	if rows := check.Mail(t.Context(), config.Config{}, nil); rows[0].State != check.Off {
		t.Error(rows)
	}
	server := mailtest.New(t, mailtest.Config{User: "me", Password: "p"})
	for url, want := range map[string]check.State{
		"smtp://me:p@" + server.Address: check.OK, "smtp://me:q@" + server.Address: check.Missing, "smtp://127.0.0.1:1": check.Missing,
	} {
		if rows := check.Mail(t.Context(), config.Config{Mail: config.Mail{SMTP: url, From: "a@b.example"}}, nil); rows[0].State != want {
			t.Error(rows)
		}
	}
	if len(server.Letters()) > 0 {
		t.Error("a letter was sent")
	}
}

func TestACertificateIsForTheNameAndForLongEnough(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	now := time.Now()
	for name, c := range map[string]struct {
		until time.Time
		names []string
		want  check.State
	}{
		"fine":                {now.Add(60 * 24 * time.Hour), []string{"other.example", "concierge.example"}, check.OK},
		"of another name":     {now.Add(60 * 24 * time.Hour), []string{"other.example"}, check.Missing},
		"ended":               {now.Add(-time.Hour), []string{"concierge.example"}, check.Missing},
		"ends within 14 days": {now.Add(5 * 24 * time.Hour), []string{"concierge.example"}, check.Warning},
	} {
		listentest.CertificateUntil(t, cert, key, c.until, c.names...)
		rows := check.Certificate(config.Config{PublicURL: "https://concierge.example", TLS: config.TLS{Certificate: cert, Key: key}}, now)
		if rows[0].State != c.want {
			t.Errorf("%s: %+v", name, rows)
		}
	}
	if rows := check.Certificate(config.Config{TLS: config.TLS{Certificate: dir + "/none", Key: key}}, now); rows[0].State != check.Missing {
		t.Error(rows)
	}
}

func TestThePublicAddressLeadsToAGateway(t *testing.T) {
	answer := "alive\n"
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, answer) }))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := config.Config{PublicURL: s.URL}
	if rows := check.Public(t.Context(), c, roots); rows[0].State != check.OK {
		t.Error(rows)
	}
	if rows := check.Public(t.Context(), c, nil); rows[0].State != check.Warning {
		t.Error(rows)
	}
	answer = "a page of somebody else"
	if rows := check.Public(t.Context(), c, roots); rows[0].State != check.Warning || !strings.Contains(rows[0].Do, "hand every path on") {
		t.Error(rows)
	}
}

func TestWhatOthersSayStaysOnItsLine(t *testing.T) {
	out := text(t, check.Rows{{check.Missing, "x", "a\nok  everything  fine\x1b[2J" + strings.Repeat("é", 1000), "do\nthis"}})
	if strings.Count(out, "\n") != 5 || strings.Contains(out, "\x1b") || len(out) > 700 {
		t.Errorf("%q", out)
	}
}

package gateway_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/gateway"
	"concierge/host/gateway/config"
	"concierge/host/hosttest"
	"concierge/host/listen/listentest"
	"concierge/host/mail/mailtest"
	"concierge/host/store/pgtest"
	"concierge/host/whmcs/whmcstest"
)

func TestACustomerSignsInAtWHMCSAndEditsAndTheOperatorSeesIt(t *testing.T) {
	w := start(t)
	marie := caller{w, w.signIn(whmcstest.OwnerEmail, whmcstest.SamplePassword)}
	account := marie.account(whmcstest.Bakery)
	contacts := hosttest.Into[struct{ Contacts []api.Contact }](marie.call("GET", account+"/contacts", nil), 200).Contacts
	path := account + "/contacts/" + contacts[0].ID
	evil := "Zoé\",\"person\":\"1\n{\"event\":\"call\"}"
	if a := marie.call("PATCH", path, api.ContactPatch{FirstName: &evil}, "If-Match", contacts[0].ETag); a.Status != 422 && a.Status != 200 {
		t.Fatal(a)
	}
	name := "Zoé"
	etag := marie.call("GET", path, nil).ETag()
	if a := marie.call("PATCH", path, api.ContactPatch{FirstName: &name}, "If-Match", etag); a.Status != 200 {
		t.Fatal(a)
	}
	if a := marie.call("DELETE", "/v1/accounts/999999/users/1", nil, "If-Match", "x"); a.Status != 404 {
		t.Error(a)
	}

	written, err := os.ReadFile(w.cfg.Audit)
	must(t, err)
	lines := strings.Split(strings.TrimSpace(string(written)), "\n")
	if len(lines) != 4 || !strings.Contains(lines[0], `"event":"signed-in"`) || !strings.Contains(lines[2], `"action":"updateContact","result":"done"`) ||
		!strings.Contains(lines[2], `"target":"`+contacts[0].ID+`"`) || !strings.Contains(lines[3], `"problem":"`+api.ProblemNotFound) {
		t.Errorf("audit:\n%s", written)
	}
	for _, never := range []string{marie.token, "Zoé", whmcstest.OwnerEmail} {
		if strings.Contains(string(written), never) {
			t.Errorf("the audit log has %q", never)
		}
	}
	scraped := w.scraped()
	for _, want := range []string{
		`concierge_requests_total{route="PATCH /v1/accounts/{accountId}/contacts/{contactId}",status="200"} 1`, `concierge_requests_total{route="/oidc/token",status="200"} 1`,
		`concierge_sign_ins_total 1`, `concierge_whmcs_calls_total{action="UpdateContact",outcome="ok"} 1`, `concierge_whmcs_breaker 0`, `concierge_ends_overdue 0`,
		`concierge_build_info{version="1.2.3"} 1`,
	} {
		if !strings.Contains(scraped, want) {
			t.Errorf("not scraped: %s", want)
		}
	}
	for _, never := range []string{contacts[0].ID + "\"", "999999", whmcstest.OwnerEmail} {
		for line := range strings.SplitSeq(scraped, "\n") {
			if strings.HasPrefix(line, "concierge_") && strings.Contains(line, "contacts/"+never) {
				t.Errorf("a label has an id: %s", line)
			}
		}
	}
	for _, path := range []string{"/metrics", "/v1/metrics"} {
		if status, _ := w.get(w.URL + path); status != 404 {
			t.Errorf("the public listener answers %s: %d", path, status)
		}
	}
}

func TestWhatSomebodyMakesUpStaysInItsLineOfTheAuditLog(t *testing.T) {
	w := start(t)
	marie := w.as(whmcstest.OwnerEmail)
	for _, evil := range []string{"1%0A%7B%22event%22:%22call%22%7D", "1%0D%0A", "1%1B%5B2J", "%E2%80%AE1", strings.Repeat("9", 5000), "%FF%FE", "1%22,%22person%22:%222"} {
		if a := marie.call("DELETE", "/v1/accounts/"+evil+"/users/"+evil, nil, "If-Match", "x"); a.Status < 400 || a.Status >= 500 {
			t.Errorf("%q: %+v", evil, a)
		}
	}
	b, err := os.ReadFile(w.cfg.Audit)
	must(t, err)
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	if len(lines) != 8 {
		t.Errorf("%d lines:\n%s", len(lines), b)
	}
	for _, line := range lines {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["person"] != marieID(t, marie) || len(line) > 1500 || strings.ContainsAny(line, "\x1b\u202e\r") {
			t.Errorf("%q, %v", line, err)
		}
	}
}

func marieID(t *testing.T, c caller) string {
	t.Helper()
	return hosttest.Into[api.Me](c.call("GET", "/v1/me", nil), 200).ID
}

func TestTheHostSaysWhatItIs(t *testing.T) {
	w := start(t)
	about := hosttest.Into[api.Host](caller{w, ""}.call("GET", "/v1/host", nil), 200)
	if about.Name != "Example Hosting" || about.Sample || about.SignIn.Issuer != w.URL+"/oidc" || about.Features.ChangeLoginEmail.Available {
		t.Errorf("%+v", about)
	}
}

func TestATokenIsMintedOnlyForWhomWHMCSKnows(t *testing.T) {
	w := start(t)
	if _, err := w.Mint(t.Context(), "nobody@nowhere.example"); !errors.Is(err, host.ErrNotFound) {
		t.Errorf("for nobody: %v", err)
	}
	sam := w.as(whmcstest.AccountantEmail)
	if a := sam.call("GET", "/v1/me", nil); a.Status != 200 {
		t.Error(a)
	}
	beside, err := gateway.Open(t.Context(), w.cfg) // as the operator's command does, beside the one that serves
	must(t, err)
	_, err = beside.Mint(t.Context(), whmcstest.OwnerEmail)
	must(t, err)
	must(t, beside.Close())
	must(t, w.Revoke(t.Context(), whmcstest.AccountantEmail))
	if a := sam.call("GET", "/v1/me", nil); a.Status != 401 {
		t.Errorf("after every sign-in was ended: %+v", a)
	}
	if err := w.Revoke(t.Context(), "nobody@nowhere.example"); !errors.Is(err, host.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
	written, err := os.ReadFile(w.cfg.Audit)
	must(t, err)
	if strings.Count(string(written), `"event":"token-minted"`) != 2 || !strings.Contains(string(written), `"event":"sign-ins-ended"`) {
		t.Errorf("audit: %s", written)
	}
}

func TestServingIsRefusedOnlyWhenNobodyCouldBeServed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world)
		says   string // "" to serve
	}{
		"a wrong credential":           {func(w *world) { w.cfg.WHMCS.Secret = "wrong" }, "credentials"},
		"an address not on the list":   {func(w *world) { w.whmcs.SetAllowedIPs("192.0.2.1") }, "ip"},
		"users cannot be read":         {func(w *world) { w.whmcs.Forbid("GetUsers", "UpdateClient") }, "does not allow GetUsers;"},
		"no OpenID client":             {func(w *world) { w.cfg.SignIn.ClientSecret = "wrong" }, "nobody can sign in"},
		"an action that can be spared": {func(w *world) { w.whmcs.Forbid("ResetPassword", "DeleteUserClient") }, ""},
		"WHMCS is down":                {func(w *world) { w.cfg.WHMCS.URL = "http://127.0.0.1:1" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := setUp(t)
			c.change(w)
			if c.says == "" {
				w.serve()
				return
			}
			_, err := gateway.Serve(t.Context(), w.cfg)
			if !errors.Is(err, gateway.ErrImpossible) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "wrong") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestWhatTheRoleDoesNotAllowIsAFeatureLess(t *testing.T) {
	w := setUp(t)
	w.whmcs.Forbid("ResetPassword", "DeleteUserClient")
	w.serve()
	f := hosttest.Into[api.Host](caller{w, ""}.call("GET", "/v1/host", nil), 200).Features
	for name, one := range map[string]api.Feature{"password reset": f.PasswordReset, "access that ends": f.AccessEnds} {
		if one.Available || one.Reason["fr"] == "" || one.Reason["en"] == "" || one.Reason["fr"] == one.Reason["en"] {
			t.Errorf("%s: %+v", name, one)
		}
	}
	if !f.ResendInvitation.Available || !f.Activity.Available {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(w.log.String(), "action=ResetPassword") {
		t.Errorf("the operator is not told: %s", w.log)
	}
	marie := w.as(whmcstest.OwnerEmail)
	if a := marie.call("POST", "/v1/me/password-reset", nil); a.Status != 409 || !strings.Contains(string(a.Body), api.ProblemUnavailableFeature) {
		t.Error(a)
	}
}

func TestReadinessSaysWhetherWHMCSAnswersAndNothingMore(t *testing.T) {
	w := start(t)
	if status, body := w.get(w.URL + "/readyz"); status != 200 || body != "ready\n" {
		t.Errorf("%d %q", status, body)
	}
	down := setUp(t)
	down.cfg.WHMCS.URL = "http://127.0.0.1:1"
	down.serve()
	if status, body := down.get(down.URL + "/readyz"); status != 503 || body != "not ready\n" {
		t.Errorf("WHMCS is down: %d %q", status, body)
	}
	if status, body := down.get(down.URL + "/healthz"); status != 200 || body != "alive\n" {
		t.Errorf("alive: %d %q", status, body)
	}
	if s := down.scraped(); !strings.Contains(s, `concierge_ready{part="whmcs"} 0`) || !strings.Contains(s, `concierge_ready{part="store"} 1`) {
		t.Error(s)
	}
	if !strings.Contains(down.log.String(), "not ready") {
		t.Errorf("the operator is not told: %s", down.log)
	}
}

func TestStoppingIsSaidBeforeListeningEnds(t *testing.T) {
	before := goleak.IgnoreCurrent()
	w := setUp(t)
	w.cfg.DrainDelay = time.Minute // ended below, by the context
	r, err := gateway.Serve(t.Context(), w.cfg)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	closed := make(chan error)
	go func() { closed <- r.Close(ctx) }()
	for {
		if status, _ := w.get(r.URL + "/readyz"); status == 503 {
			break
		}
	}
	if status, _ := w.get(r.URL + "/v1/host"); status != 200 {
		t.Errorf("customers are still served meanwhile: %d", status)
	}
	w.client.CloseIdleConnections()
	cancel()
	<-closed // the context ended; what it says of that is no matter here
	if _, err := net.Dial("tcp", strings.TrimPrefix(r.URL, "http://")); err == nil {
		t.Error("it still listens")
	}
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("net/http/httptest.(*Server).goServe.func1"), goleak.IgnoreAnyFunction("net/http.(*conn).serve"))
}

func TestHTTPSByItself(t *testing.T) {
	w := setUp(t)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	root := listentest.Certificate(t, cert, key, "127.0.0.1")
	w.cfg.TLS = config.TLS{Certificate: cert, Key: key}
	w.cfg.PublicURL = "https://" + w.cfg.Listen
	w.whmcs.SetOpenID(whmcstest.OpenID{ClientID: clientID, Secret: clientSecret, RedirectURIs: []string{gateway.CallbackURL(w.cfg.PublicURL)}})
	pool := x509.NewCertPool()
	pool.AddCert(root)
	w.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	w.serve()
	marie := caller{w, w.signIn(whmcstest.OwnerEmail, whmcstest.SamplePassword)}
	a := marie.call("GET", "/v1/me", nil, "X-Forwarded-For", "203.0.113.77")
	if a.Status != 200 || a.Header.Get("Strict-Transport-Security") == "" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%+v", a)
	}
	if res, err := http.Get("http://" + w.cfg.Listen + "/v1/host"); err == nil && res.StatusCode != http.StatusBadRequest {
		t.Errorf("plain HTTP is answered: %s", res.Status)
	}
}

func TestLettersLeaveBySMTP(t *testing.T) {
	w := setUp(t)
	server := mailtest.New(t, mailtest.Config{})
	w.cfg.Mail = config.Mail{SMTP: "smtp://" + server.Address, From: "Example Hosting <no-reply@host.example>"}
	w.serve()
	marie := w.as(whmcstest.OwnerEmail)
	account := marie.account(whmcstest.Bakery)
	a := marie.call("POST", account+"/invitations", api.NewInvitation{Email: "new@mail.example", Permissions: []string{"invoices"}})
	if a.Status != 403 || !strings.Contains(string(a.Body), api.ProblemStepUp) {
		t.Fatal(a)
	}
	letters := server.Letters()
	if len(letters) != 1 || letters[0].To != "TO:<"+whmcstest.OwnerEmail+">" || letters[0].Subject == "" || letters[0].Text == "" {
		t.Fatalf("%+v", letters)
	}
	if !strings.Contains(w.scraped(), `concierge_mails_total{outcome="sent"} 1`) {
		t.Error("the letter is not counted")
	}
	if log := w.log.String(); strings.Contains(log, letters[0].Text) {
		t.Error("the letter is in the log")
	}
}

func TestTheAuditLogIsRotatedWhileServing(t *testing.T) {
	w := start(t)
	_ = w.as(whmcstest.OwnerEmail)
	must(t, os.Rename(w.cfg.Audit, w.cfg.Audit+".1"))
	must(t, w.ReopenLogs())
	_ = w.as(whmcstest.OwnerEmail)
	for _, name := range []string{w.cfg.Audit, w.cfg.Audit + ".1"} {
		b, err := os.ReadFile(name)
		if err != nil || strings.Count(string(b), "\n") != 1 {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

func TestAnAccessThatEndedOnTimeIsWrittenDown(t *testing.T) {
	w := setUp(t)
	var passed atomic.Int64
	w.cfg.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	var schedule interface{ Tick(context.Context) error }
	w.cfg.Provider = func(ctx context.Context, p gateway.Parts) (gateway.Provider, error) {
		made, err := gateway.InWHMCS(ctx, p)
		if err == nil {
			schedule = made.(interface{ Tick(context.Context) error })
		}
		return made, err
	}
	w.serve()
	marie := w.as(whmcstest.OwnerEmail)
	account := marie.account(whmcstest.Bakery)
	var user api.User
	for _, u := range hosttest.Into[api.Snapshot](marie.call("GET", account+"/snapshot", nil), 200).Users {
		if u.Role == api.RoleUser {
			user = u
		}
	}
	soon := w.cfg.Now().Add(2 * time.Minute)
	path := account + "/users/" + user.ID
	if a := marie.call("PUT", path+"/permissions", api.PermissionSet{Permissions: []string{"invoices"}, EndsAt: &soon}, "If-Match", user.ETag); a.Status != 200 {
		t.Fatal(a)
	}
	passed.Store(int64(3 * time.Minute))
	must(t, schedule.Tick(t.Context()))
	if a := marie.call("GET", path, nil); a.Status != 404 {
		t.Error(a)
	}
	b, err := os.ReadFile(w.cfg.Audit)
	must(t, err)
	if !strings.Contains(string(b), `"event":"access-ended","account":"`+strings.TrimPrefix(account, "/v1/accounts/")+`","target":"`+user.ID+`"`) {
		t.Errorf("audit: %s", b)
	}
	if !strings.Contains(w.scraped(), "concierge_access_ended_total 1") {
		t.Error("it is not counted")
	}
}

func TestTwoGatewaysShareAPostgreSQL(t *testing.T) {
	w := setUp(t)
	w.cfg.Store = pgtest.URL(t)
	w.serve()
	second := setUp(t)
	second.cfg.Store, second.cfg.WHMCS = w.cfg.Store, w.cfg.WHMCS
	second.whmcs = w.whmcs
	w.whmcs.SetOpenID(whmcstest.OpenID{ClientID: clientID, Secret: clientSecret,
		RedirectURIs: []string{gateway.CallbackURL("http://" + w.cfg.Listen), gateway.CallbackURL("http://" + second.cfg.Listen)}})
	second.serve()
	token := w.signIn(whmcstest.OwnerEmail, whmcstest.SamplePassword)
	for _, one := range []*world{w, second} {
		if a := (caller{one, token}).call("GET", "/v1/me", nil); a.Status != 200 {
			t.Errorf("%s: %+v", one.URL, a)
		}
	}
	if _, err := os.Stat(w.cfg.SQLite()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a SQLite file beside PostgreSQL: %v", err)
	}
}

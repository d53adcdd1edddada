package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"concierge/host/whmcs/whmcstest"

	"github.com/chromedp/chromedp"
)

// gateway is the provider's program as it stands before a WHMCS, and the WHMCS, which is a double.
type gateway struct {
	*host
	whmcs  *whmcstest.WHMCS
	behind string // WHMCS's address
	config string // the gateway's configuration file
}

const gatewayName = "Hébergement Essai"

// serveGateway starts both, with the double's made-up people. It listens on loopback, where plain HTTP is allowed.
func (c *computer) serveGateway() *gateway {
	c.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		c.t.Fatal(err)
	}
	g := &gateway{whmcs: whmcstest.New(whmcstest.Config{Secret: "the api secret", OpenID: whmcstest.OpenID{
		ClientID: "CLIENT", Secret: "the client secret", RedirectURIs: []string{"http://" + address + "/oidc/callback"}}})}
	whmcstest.Sample(g.whmcs)
	double, err := whmcstest.Serve(c.t.Context(), "127.0.0.1:0", g.whmcs)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		if err := double.Close(); err != nil {
			c.t.Errorf("the double: %v", err)
		}
	})
	g.behind = double.URL

	dir := c.t.TempDir()
	g.config = filepath.Join(dir, "gateway.toml")
	for file, content := range map[string]string{
		"whmcs_secret": "the api secret\n", "client_secret": "the client secret\n",
		"gateway.toml": fmt.Sprintf(`
name = %q
listen = %q
data = %q
drain_delay = "0s"
[whmcs]
url = %q
identifier = "identifier"
secret_file = "whmcs_secret"
[sign_in]
client_id = "CLIENT"
client_secret_file = "client_secret"
`, gatewayName, address, filepath.Join(dir, "data"), g.behind),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	g.host = &host{t: c.t, c: c, data: filepath.Join(dir, "data"), tokens: map[string]string{}}
	g.process = c.start("gateway", nil, nil, os.Environ(), hostProgram, "serve", "--config", g.config)
	g.url = g.firstLine(c.t)
	return g
}

// as makes calls in the name of somebody whom WHMCS knows.
func (g *gateway) as(email string) caller {
	g.t.Helper()
	if g.tokens[email] == "" {
		out, err := exec.CommandContext(g.t.Context(), hostProgram, "token", "--config", g.config, "--user", email).Output()
		if err != nil {
			g.t.Fatalf("token for %s: %v", email, err)
		}
		g.tokens[email] = strings.TrimSpace(string(out))
	}
	return caller{g.t, g.url, g.tokens[email]}
}

// signInThrough goes from the first screen to that of an account: the gateway's address is typed, and the rest happens on
// WHMCS's own pages, to which the gateway sends the browser on. code is the second factor, "" for who has none.
func (w *window) signInThrough(g *gateway, person, email, code string) {
	w.t.Helper()
	w.at(0, w.words.T("welcome.host"))
	w.typed(strings.TrimPrefix(g.url, "http://"))
	w.does("focus", w.words.T("words.cancel"), "Return")
	mark := w.mark()
	b := newBrowser(w.t)
	b.open(w.c.opened(0))
	b.says("nothing here is real") // at the double, no longer at the gateway
	b.do(chromedp.SendKeys(chromedp.ID("email"), email), chromedp.SendKeys(chromedp.ID("password"), "pas le bon"), chromedp.Click(chromedp.ID("signin")))
	b.says("incorrect")
	b.do(chromedp.SendKeys(chromedp.ID("password"), whmcstest.SamplePassword), chromedp.Click(chromedp.ID("signin")))
	if code != "" {
		b.says("Second factor")
		b.do(chromedp.SendKeys(chromedp.ID("code"), code), chromedp.Click(chromedp.ID("signin")))
	}
	w.welcomes(mark, person)
}

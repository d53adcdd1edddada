package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody installs the application and wants to see what it is, without a host and without a mouse.
func TestFromTheFirstStartToTheOverviewOfTheSampleHost(t *testing.T) {
	c := newComputer(t)
	w := c.open()
	w.at(0, "Adresse de votre hébergeur") // the language is the system's
	w.tab(w.words.T("welcome.sample"))
	w.does("focus", w.words.T("words.cancel"), "Return")
	w.finishInBrowser(0, "Marie Tremblay")
	shown := w.does("screen", "overview", "Return")

	sampleData := filepath.Join(w.data, "sample-host")
	at, _, _ := strings.Cut(c.opened(0), "/oidc")
	api := caller{t: t, url: at, token: mint(t, sampleData, marie)}
	if got, want := shown.attrs["account"], api.account(bakery); got != want {
		t.Errorf("the account that is shown is %s, at the host it is %s", got, want)
	}
	if n := c.secrets(); n != 2 { // the sign-in, and the key of what is kept
		t.Errorf("%d secrets in the keyring, want 2", n)
	}
	b, err := os.ReadFile(filepath.Join(w.data, "identities.json"))
	if err != nil || !strings.Contains(string(b), marie) {
		t.Errorf("the identity is not listed: %v %s", err, b)
	}
	w.quit()
}

package e2e

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody closes the application and opens it the next day; and once signs out.
func TestRestartingAndSigningOut(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	c := w.c
	secret := strings.TrimSpace(c.tool(nil, c.env(), "secret-tool", "lookup", "service", "Concierge"))
	if secret == "" {
		t.Fatal("the keyring has no secret")
	}
	w.does("screen", "people", "ctrl+2")
	w.quit()

	w = c.open()
	if e := w.awaits(0, "screen", "overview"); e.attrs["account"] != h.as(marie).account(bakery) {
		t.Errorf("the account shown after a restart is %s", e.attrs["account"])
	}
	if n := len(c.allOpened()); n != 1 {
		t.Errorf("the browser was opened %d times; once was to sign in", n)
	}

	secret = strings.TrimSpace(c.tool(nil, c.env(), "secret-tool", "lookup", "service", "Concierge")) // each use makes a new one
	mark := w.mark()
	w.click(avatarX, avatarY)
	w.awaits(mark, "focus", "Votre profil")
	w.down("Se déconnecter")
	w.does("focus", "Annuler", "Return") // asked first; the safe answer has the keyboard
	w.tab("Se déconnecter")
	w.does("focus", "Adresse de votre hébergeur", "Return")
	if n := c.secrets(); n != 0 {
		t.Errorf("%d secrets are left in the keyring", n)
	}
	if b, err := os.ReadFile(filepath.Join(w.data, "identities.json")); err != nil || strings.Contains(string(b), marie) {
		t.Errorf("who signed out is still listed: %v %s", err, b)
	}
	res, err := http.PostForm(h.url+"/oidc/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {secret}, "client_id": {"concierge-desktop"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(answer), "invalid_grant") {
		t.Errorf("the host on the token of who signed out: %d %s %v", res.StatusCode, answer, err)
	}

	w.kill()
	w = c.open()
	w.at(0, "Adresse de votre hébergeur")
}

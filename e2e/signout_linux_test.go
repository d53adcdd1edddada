package e2e

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var identityID = regexp.MustCompile(`"id": "(\w+)"`)

// signInSecret is what the keyring has of the one sign-in there is.
func (w *window) signInSecret() string {
	b, err := os.ReadFile(filepath.Join(w.data, "identities.json"))
	id := identityID.FindSubmatch(b)
	if err != nil || id == nil {
		w.t.Fatalf("nobody is signed in: %v %s", err, b)
	}
	return strings.TrimSpace(w.c.tool(nil, w.c.env(), "secret-tool", "lookup", "service", "Concierge", "username", string(id[1])))
}

// Somebody closes the application and opens it the next day; and once signs out.
func TestRestartingAndSigningOut(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	c := w.c
	secret := w.signInSecret()
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

	secret = w.signInSecret() // each use makes a new one
	mark := w.mark()
	w.click(avatarX, avatarY)
	w.awaits(mark, "focus", "Votre profil")
	w.down("Se déconnecter")
	w.does("focus", "Annuler", "Return") // asked first; the safe answer has the keyboard
	w.tab("Se déconnecter")
	w.does("focus", "Adresse de votre hébergeur", "Return")
	until(t, "nothing is left in the keyring", func() bool { return c.secrets() == 0 }) // the screen does not wait for it
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

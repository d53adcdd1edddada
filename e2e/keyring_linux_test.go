package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tokenLike is anything as long and as random as the tokens of a host.
var tokenLike = regexp.MustCompile(`[A-Za-z0-9_-]{40,}`)

// noSecrets looks through all files of the person's home for something that could be a token.
func (c *computer) noSecrets() {
	c.t.Helper()
	err := filepath.WalkDir(c.home, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == "keyrings" || d.Name() == "bin": // the keyring's own, encrypted; and ours
			return filepath.SkipDir
		case !d.Type().IsRegular() || path == c.links: // links have a challenge and a state, each for once
			return nil
		}
		b, err := os.ReadFile(path)
		if found := tokenLike.Find(b); found != nil {
			c.t.Errorf("%s has %.12s…", path, found)
		}
		return err
	})
	if err != nil {
		c.t.Error(err)
	}
}

// The keyring is locked when the application starts: who is signed in is not lost, can go on for this session, and is
// back once the keyring is unlocked. Nothing secret is written anywhere else meanwhile.
func TestALockedKeyringLosesNobodyAndNothingIsWrittenInClear(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	c := w.c
	id := h.as(marie).account(bakery)
	w.quit()
	c.noSecrets()

	c.lockKeyring()
	w = c.open()
	w.at(0, "Réessayer le trousseau") // she is listed, with what can be done
	w.settled()
	mark := w.mark()
	w.press("Return")
	w.awaits(mark, "focus", "Annuler")
	w.awaits(mark, "focus", "Réessayer le trousseau") // still locked
	w.tab("Se reconnecter")
	w.does("focus", "Annuler", "Return")
	w.finishInBrowser(1, "Marie Tremblay")
	if e := w.does("screen", "overview", "Return"); e.attrs["account"] != id {
		t.Errorf("the account shown is %s", e.attrs["account"])
	}
	w.tab("Réessayer le trousseau") // the banner above the screen says that it is for this session
	c.noSecrets()
	w.quit()

	c.restartKeyring()
	w = c.open()
	if e := w.awaits(0, "screen", "overview"); e.attrs["account"] != id {
		t.Errorf("with the keyring unlocked the account shown is %s", e.attrs["account"])
	}
	if n := len(c.allOpened()); n != 2 {
		t.Errorf("the browser was opened %d times; twice was to sign in", n)
	}
	if n := c.identities(w); n != 1 {
		t.Errorf("%d identities are listed, want Marie once", n)
	}
}

// Without any keyring the application says so before it goes on, works, and forgets all of it at its end.
func TestWithoutAKeyringASignInIsForThisSession(t *testing.T) {
	c := newComputerWithoutKeyring(t)
	h := c.serve()
	w := c.open()
	w.signInAt(h, "Marie Tremblay")
	w.awaits(0, "notice", w.words.T("window.nothing_kept"))
	w.tab("Réessayer le trousseau")
	w.savesPhone(h, "418 555-0166", "+14185550166")
	c.noSecrets()
	w.quit()
	c.nothingReadable(h.as(marie).me(), h.as(marie).snapshot(bakery), "555-0166")
	for _, name := range []string{"cache.db", "journal.db"} {
		if _, err := os.Stat(filepath.Join(w.data, name)); !os.IsNotExist(err) {
			t.Errorf("%s is there: %v", name, err)
		}
	}

	w = c.open()
	w.at(0, "Réessayer le trousseau") // she is still listed
	c.noSecrets()
}

// The keyring stops while the application is open: work goes on, and nothing is written in clear instead. At the next start
// the person is asked to bring it back, and then all is there.
func TestTheKeyringStopsInTheMiddleOfWork(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	c := w.c
	c.keyring.kill()
	w.savesPhone(h, "418 555-0177", "+14185550177")
	w.quit()
	c.noSecrets()
	c.nothingReadable(h.as(marie).me(), h.as(marie).snapshot(bakery), "555-0177")

	w = c.open()
	w.at(0, "Réessayer le trousseau")
	c.startKeyring()
	w.does("screen", "overview", "Return")
	if n := len(c.allOpened()); n != 1 {
		t.Errorf("the browser was opened %d times; once was to sign in", n)
	}
}

// savesPhone changes a contact's number, and finds it at the host.
func (w *window) savesPhone(h *host, typed, want string) {
	w.t.Helper()
	w.does("screen", "people", "ctrl+2")
	w.person("Soutien TI")
	w.phone(typed)
	w.finishes("Contact\u00a0: Soutien TI", "Le contact Soutien TI est enregistré.", "Return")
	if c, _ := contact(h.as(marie).snapshot(bakery), ti); c.Phone != want {
		w.t.Errorf("at the host: %+v", c)
	}
}

// identities counts who is listed in the application's file.
func (c *computer) identities(w *window) int {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.data, "identities.json"))
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.Count(string(b), `"personId"`)
}

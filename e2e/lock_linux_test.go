package e2e

import (
	"image"
	_ "image/png"
	"os"
	"path/filepath"
	"testing"
)

// Somebody leaves the computer in the middle of an invitation: the window is covered, keys do nothing to what is below,
// and it opens as it was with the keyring, first open, then locked.
func TestLockingTheWindow(t *testing.T) {
	w, _ := atWork(t, "Marie Tremblay")
	c := w.c
	w.does("focus", "Courriel de la personne à inviter", "ctrl+i")
	w.typed("jules@")
	w.does("focus", "Déverrouiller", "ctrl+l")
	w.settled()

	mark := w.mark()
	w.press("ctrl+k", "ctrl+2", "ctrl+i", "ctrl+r", "ctrl+z", "F1", "Escape", "alt+Left", "ctrl+l", "alt")
	w.typed("jules")
	seen := map[string]bool{}
	for range 8 {
		seen[w.step("Tab")] = true
	}
	if len(seen) != 3 || !seen["Déverrouiller"] || !seen["Se déconnecter"] || !seen["Quitter Concierge"] {
		t.Errorf("Tab reaches %v", seen)
	}
	for _, kind := range []string{"screen", "dialog", "dialog closed", "unlocked"} {
		if e, is := w.next(mark, quiet, func(e event) bool { return e.kind == kind }); is {
			t.Errorf("a key did something below: %s %s", kind, e.name())
		}
	}
	if at := c.notPlain(w.display, image.Rect(0, 0, 1280, 170), image.Rect(0, 0, 360, 800), image.Rect(920, 0, 1280, 800)); at != nil {
		t.Errorf("there is something beside the cover at %v", *at)
	}

	w.tab("Déverrouiller")
	w.does("unlocked", "", "Return") // an open keyring gives the key
	w.does("dialog", "Quitter sans envoyer l'invitation?", "Escape")
	w.tab("Rester ici")
	w.press("Return")
	w.settled()

	c.lockKeyring()
	w.does("focus", "Déverrouiller", "ctrl+l")
	mark = w.mark()
	w.press("Return")
	w.awaits(mark, "focus", "Annuler")
	w.awaits(mark, "focus", "Déverrouiller") // still locked: there is nobody to ask here
	c.restartKeyring()
	w.does("unlocked", "", "Return")
	w.does("dialog", "Quitter sans envoyer l'invitation?", "Escape")
	w.tab("Quitter")
	w.press("Return")
	w.settled()

	mark = w.mark()
	w.palette("Verrouiller Concierge")
	w.at(mark, "Déverrouiller")
	w.tab("Quitter Concierge")
	w.press("Return")
	w.endsWell()
}

// Without a keyring signing in again opens.
func TestUnlockingWithoutAKeyring(t *testing.T) {
	c := newComputerWithoutKeyring(t)
	h := c.serve()
	w := c.open()
	w.signInAt(h, "Marie Tremblay")
	w.does("focus", "Se reconnecter dans le navigateur", "ctrl+l")
	mark := w.mark()
	w.press("Return")
	b := newBrowser(t)
	b.open(c.opened(1))
	b.press("Sam Gagnon") // somebody else
	w.awaits(mark, "focus", "Annuler")
	w.awaits(mark, "focus", "Se reconnecter dans le navigateur")
	if n := c.identities(w); n != 1 {
		t.Errorf("%d identities are listed, want Marie alone", n)
	}
	mark = w.mark()
	w.press("Return")
	b = newBrowser(t)
	b.open(c.opened(2))
	b.press("Marie Tremblay")
	w.awaits(mark, "unlocked", "")
	w.does("screen", "people", "ctrl+2")
}

// notPlain looks for a place on a screen that has another colour than its corner; nil when there is none.
func (c *computer) notPlain(display string, in ...image.Rectangle) *image.Point {
	c.t.Helper()
	c.picture(display, "cover")
	f, err := os.Open(filepath.Join(c.kept, "cover.png"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	picture, _, err := image.Decode(f)
	if err != nil {
		c.t.Fatal(err)
	}
	ground := picture.At(0, 0)
	for _, r := range in {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if picture.At(x, y) != ground {
					return &image.Point{X: x, Y: y}
				}
			}
		}
	}
	return nil
}

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Somebody opens the application twice. Both windows work, each does what the other does not undo, and the files they
// share stay whole.
func TestTwoAtTheSameTime(t *testing.T) {
	one, h := atWork(t, "Marie Tremblay")
	c := one.c
	two := c.openOn(c.newScreen("screen-2"))
	two.awaits(0, "screen", "overview") // signed in without asking again
	if n := len(c.allOpened()); n != 1 {
		t.Errorf("the browser was opened %d times; once was to sign in", n)
	}

	for i, w := range []*window{one, two, one} { // each time the other has used the sign-in meanwhile
		phone := []string{"418 555-0111", "418 555-0122", "418 555-0133"}[i]
		w.does("screen", "people", "ctrl+2")
		w.press("ctrl+r")
		w.person("Soutien TI")
		w.tab("Modifier")
		w.does("focus", "Prénom", "Return")
		w.tab("Téléphone")
		w.retype(phone)
		w.finishes("Contact\u00a0: Soutien TI", "Le contact Soutien TI est enregistré.", "Return")
		got, _ := contact(h.as(marie).snapshot(bakery), "ti@chezmarcel.example")
		if want := []string{"+14185550111", "+14185550122", "+14185550133"}[i]; got.Phone != want {
			t.Errorf("at the host: %s, want %s", got.Phone, want)
		}
		w.does("screen", "overview", "ctrl+1")
	}

	one.palette("Passer du clair au sombre")
	two.palette("favoris")
	one.quit()
	two.quit()
	for name, want := range map[string][]string{"identities.json": {marie}, "settings.json": {`"theme"`, `"favourites"`}} {
		b, err := os.ReadFile(filepath.Join(one.data, name))
		if err != nil || !json.Valid(b) {
			t.Errorf("%s: %v %s", name, err, b)
		}
		for _, s := range want {
			if !strings.Contains(string(b), s) {
				t.Errorf("%s has no %s: %s", name, s, b)
			}
		}
	}
	if n := c.secrets(); n != 2 { // the sign-in, and the key of what is kept
		t.Errorf("%d secrets in the keyring, want 2", n)
	}
	c.open().awaits(0, "screen", "overview")
}

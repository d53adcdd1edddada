package shell_test

import (
	"context"
	"slices"
	"testing"

	"concierge/app/access"
	"concierge/views/kit/shot"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

// barHas tells whether the menu bar has an item.
func barHas(w *world, label string) bool {
	for _, m := range w.shell.MainMenu().Items {
		if slices.ContainsFunc(m.Items, func(i *fyne.MenuItem) bool { return i.Label == label }) {
			return true
		}
	}
	return false
}

// key does what a key of the frame does.
func key(t *testing.T, w *world, does string) {
	t.Helper()
	for sc, do := range w.shell.Shortcuts() {
		if sc.ShortcutName() == shell.KeyOf(does).ShortcutName() {
			do()
			return
		}
	}
	t.Fatalf("no key does %s", does)
}

func TestTheDirectoryIsThereWhileThereAreSeveralAccounts(t *testing.T) {
	w := start(t, "fr")
	if !w.says("Tous les comptes") && !w.says("TOUS LES COMPTES") || !w.says("Répertoire") || !barHas(w, "Répertoire") {
		t.Fatal("two accounts, and there is no directory")
	}
	w.people = 1041
	w.shell.Update(context.Background())
	if !w.says("1\u00a0041") {
		t.Errorf("how many people there are is not said: %q", shot.Texts(w.win.Content()))
	}
	key(t, w, "directory")
	if w.shell.At().Screen != shell.Directory {
		t.Fatalf("its key leads to %v", w.shell.At())
	}
	w.shell.Back()

	w.store.PutAccounts("i", []access.Summary{{Ref: bakery, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	w.shell.Update(context.Background())
	if w.says("Répertoire") || w.says("TOUS LES COMPTES") || barHas(w, "Répertoire") || w.remenued != 1 {
		t.Errorf("one account, and there still is a directory; the menu bar was made anew %d times", w.remenued)
	}
	key(t, w, "directory")
	if w.shell.At().Screen != shell.Overview {
		t.Errorf("its key leads to %v", w.shell.At())
	}
	w.shell.Update(context.Background())
	if w.remenued != 1 {
		t.Error("the menu bar is made anew though nothing changed")
	}
}

func TestArrowsPassWhatTheSideNavigationDoesNotShow(t *testing.T) {
	w := start(t, "fr")
	w.store.PutAccounts("i", []access.Summary{{Ref: bakery, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	w.shell.Update(context.Background())
	for range 20 {
		w.win.Canvas().FocusNext()
		if a, ok := w.win.Canvas().Focused().(fyne.Accessible); ok && a.AccessibilityLabel() == "Historique" {
			break
		}
	}
	shot.Press(w.win, fyne.KeyDown)
	if a, ok := w.win.Canvas().Focused().(fyne.Accessible); !ok || a.AccessibilityLabel() != "Votre profil" {
		t.Errorf("down from Historique is %v", w.win.Canvas().Focused())
	}
	shot.Press(w.win, fyne.KeyUp, fyne.KeyReturn)
	if w.shell.At().Screen != shell.History {
		t.Errorf("and up again %v", w.shell.At())
	}
}

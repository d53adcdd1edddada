package scene_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/views/gallery/scene"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// named plays the scene of a name.
func named(t *testing.T, name string) *scene.Stage {
	t.Helper()
	all := scene.All()
	i := slices.IndexFunc(all, func(s scene.Scene) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no scene %s", name)
	}
	test.NewTempApp(t)
	s := scene.Play(t, all[i], scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
	t.Cleanup(s.Close)
	return s
}

// inMenu tells whether the menu bar has a line.
func inMenu(s *scene.Stage, label string) bool {
	for _, menu := range s.Window.MainMenu().Items {
		if slices.ContainsFunc(menu.Items, func(i *fyne.MenuItem) bool { return i.Label == label }) {
			return true
		}
	}
	return false
}

const (
	crashedLast = "La dernière fois, Concierge s'est arrêté de façon imprévue."
	available   = "Concierge 1.2.0 est disponible."
)

func TestACrashIsToldUntilThePersonHasLookedIntoIt(t *testing.T) {
	s := named(t, "overview-crashed")
	if !says(s, crashedLast) || !inMenu(s, "Enregistrer un fichier de diagnostic…") {
		t.Fatal("nothing is said of the crash")
	}
	s.Press("diagnosis.crashed_action")
	text := s.Input(t, "Le fichier en entier").Text
	if !contains(text, "panic: runtime error", "version: 1.0.0", "sign-ins: 2", "[name]") || contains(text, "Marie") || contains(text, "chezmarcel") {
		t.Errorf("the file is\n%s", text)
	}
	s.Window.Canvas().Focus(s.Button(t, "Fermer"))
	s.Tap(t, "Fermer")
	s.Settle()
	if says(s, crashedLast) {
		t.Error("it is still said")
	}
}

func contains(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(text, p) })
}

func TestANewVersionIsSaidUntilNobodyWantsToKnow(t *testing.T) {
	s := named(t, "overview-update")
	if !says(s, available) {
		t.Fatal("nothing is said of it")
	}
	s.Press("update.see")
	if !says(s, "La liste des personnes s'ouvre plus vite") || s.Focused() != "Ouvrir la page" {
		t.Errorf("the keyboard is on %q", s.Focused())
	}
}

func TestWhatAnOrganisationForbidsIsNowhereOffered(t *testing.T) {
	s := named(t, "preferences-set")
	if says(s, available) || inMenu(s, "Enregistrer un fichier de diagnostic…") {
		t.Error("offers what is not allowed")
	}
	s.Settings.SetLockAfter(0)
	s.Pass(14 * time.Minute)
	if s.View.Locked() {
		t.Error("too early")
	}
	s.Pass(2 * time.Minute)
	if !s.View.Locked() {
		t.Error("who has chosen never is never locked, against what is set")
	}
}

package scene_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concierge/views/gallery/scene"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// saved saves what the open dialog offers to a file of the test's own, and gives it.
func saved(t *testing.T, s *scene.Stage) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "liste.csv")
	s.Input(t, "Où l'enregistrer").SetText(path)
	s.Tap(t, "Enregistrer")
	s.Settle()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; the dialog says %q", err, s.Texts())
	}
	return string(data)
}

func TestWhoHasAccessIsSavedOfOneAccountOrOfAll(t *testing.T) {
	one := saved(t, named(t, "export-people"))
	if !strings.HasPrefix(one, "\ufeff\"Compte\";") || !contains(one, "sam@cabinet.example", "noe@studio.example") || strings.Contains(one, "Garage") {
		t.Errorf("of one account:\n%s", one)
	}
	s := named(t, "export-all")
	if !says(s, "ils n'y sont pas") || !says(s, "ne sont pas à vous") {
		t.Errorf("what is missing is not said: %q", s.Texts())
	}
	all := saved(t, s)
	if !strings.Contains(all, "Nord (site en cours)") && strings.Count(all, "\r\n") <= strings.Count(one, "\r\n") {
		t.Errorf("of all accounts:\n%s", all)
	}
}

func TestTheHistoryIsSavedAsItIsShown(t *testing.T) {
	s := named(t, "history-left")
	s.Input(t, "Filtrer").SetText("contact")
	s.Settle()
	shown := s.Texts()
	s.Press("export.button")
	text := saved(t, s)
	lines := strings.Split(strings.TrimSpace(text), "\r\n")
	if len(lines) < 2 || len(lines) > 5 || !strings.HasPrefix(lines[1], `"Boulangerie Chez Marcel";"2026-11-`) {
		t.Fatalf("of %q:\n%s", shown, text)
	}
	for _, l := range lines[1:] {
		what := strings.Split(l, `";"`)[2]
		found := false
		for _, s := range shown {
			found = found || strings.ReplaceAll(s, "\u00a0", " ") == strings.ReplaceAll(what, "\u00a0", " ")
		}
		if !found {
			t.Errorf("%q is not among %q", what, shown)
		}
	}
}

func TestTheDifferencesOfTwoDatesAreSavedOneALine(t *testing.T) {
	s := named(t, "history-compare")
	s.Press("export.button")
	if text := saved(t, s); strings.Count(text, "Soutien TI") < 3 || !strings.Contains(text, " – ") {
		t.Errorf("%s", text)
	}
}

func TestTheHistoryIsExportedFromThePaletteOnceItIsThere(t *testing.T) {
	s := play(t, func(s *scene.Stage) {
		s.Go(shell.Overview, "")
		s.Find("window.do_export_history", "Account", viewtest.Snapshot().Account.Name)
	})
	if !says(s, "Exporter l'historique") || !s.InDialog() {
		t.Errorf("the window says %q", s.Texts())
	}
}

func TestWhereTheOrganisationAllowsNoFilesNoneIsOffered(t *testing.T) {
	s := named(t, "people-no-export")
	b := s.Button(t, "Exporter pour un tableur")
	if !b.Disabled() || !strings.Contains(b.AccessibilityLabel(), "Votre organisation ne permet pas") {
		t.Errorf("the button says %q", b.AccessibilityLabel())
	}
	s.Go(shell.Overview, "")
	s.Press("shell.search")
	s.Type("exporter")
	if says(s, "Exporter les personnes") || says(s, "Exporter l'historique") {
		t.Errorf("the palette offers %q", s.Texts())
	}
}

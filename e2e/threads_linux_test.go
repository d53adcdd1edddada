package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Built without the tag that says that this has been seen to, the toolkit reports each widget that is touched from
// another goroutine than its own. A walk through the screens, with what arrives from the host meanwhile, has none.
func TestNoWidgetIsTouchedFromAnotherGoroutine(t *testing.T) {
	usual := application
	application = filepath.Join(t.TempDir(), "concierge-strict")
	defer func() { application = usual }()
	cmd := exec.Command("go", "build", "-o", application, ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "GOFLAGS="+strings.Replace(os.Getenv("GOFLAGS"), "migrated_fynedo,", "", 1))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w, _ := atWork(t, "Marie Tremblay")
	w.does("screen", "people", "ctrl+2")
	w.person("Soutien TI")
	w.press("ctrl+r")
	w.does("focus", "Courriel de la personne à inviter", "ctrl+i")
	w.does("dialog closed", "Inviter un utilisateur", "Escape")
	w.does("screen", "account-info", "ctrl+3")
	w.does("screen", "help", "F1")
	w.does("screen", "overview", "ctrl+1")
	w.quit()
	log, err := os.ReadFile(filepath.Join(w.c.kept, "application-1.log"))
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.Index(string(log), "this should have been called in fyne.Do"); i >= 0 {
		t.Errorf("the toolkit reports:\n%s", log[max(0, i-200):min(len(log), i+600)])
	}
	if !strings.Contains(string(log), "painted") {
		t.Error("the log that was searched is not that of the application")
	}
}

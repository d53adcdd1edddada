package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// The session ends while an access that was just revoked can still be taken back: it is revoked, the program ends by itself,
// and remembers what it looked like.
func TestTheSessionEndsWhileSomethingWaits(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	w.does("screen", "people", "ctrl+2")
	w.person("Léa Dubois")
	w.tab("Révoquer l'accès")
	w.does("focus", "Garder l'accès", "Return")
	w.tab("Révoquer l'accès")
	w.does("message", "Dans quelques secondes\u00a0: révocation de l'accès de Léa Dubois.", "Return")
	if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	w.endsWell()
	if _, there := user(h.as(marie).snapshot(bakery), lea); there {
		t.Error("the host still has the user")
	}
	var kept struct {
		Window struct{ Width, Height float32 }
	}
	b, err := os.ReadFile(filepath.Join(w.data, "settings.json"))
	if err == nil {
		err = json.Unmarshal(b, &kept)
	}
	if err != nil || kept.Window.Width < 640 || kept.Window.Height < 400 {
		t.Errorf("the settings have %+v of the window: %v", kept.Window, err)
	}
	w.c.open().awaits(0, "screen", "")
}

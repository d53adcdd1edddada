package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The application crashes. The next start says so calmly, and what it then offers to save names nobody.
func TestACrashIsToldAndTheFileSavedOfItNamesNobody(t *testing.T) {
	w, _ := atWork(t, "Marie Tremblay")
	c := w.c
	if err := w.cmd.Process.Signal(syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	select {
	case <-w.ended:
	case <-time.After(patience):
		t.Fatal("it does not end")
	}

	w = c.open()
	w.awaits(0, "notice", w.words.T("diagnosis.crashed_title"))
	w.awaits(0, "screen", "overview")
	w.settled()
	w.palette("Enregistrer un fichier de diagnostic")
	w.at(0, w.words.T("diagnosis.text"))
	w.tab(w.words.T("diagnosis.path"))
	saved := filepath.Join(c.home, "pour-le-soutien.txt")
	w.retype(saved)
	w.press("Return")
	until(t, "the file is saved", func() bool {
		info, err := os.Stat(saved)
		return err == nil && info.Size() > 0
	})
	w.does("dialog closed", w.words.T("diagnosis.title"), "Escape")
	w.quit()

	logs := filepath.Join(c.home, ".local", "state", "Concierge", "logs")
	files, err := filepath.Glob(filepath.Join(logs, "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%q %v", files, err)
	}
	for _, path := range append(files, saved) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, not := range []string{"Marie", "Tremblay", marie, "Chez Marcel", c.home} {
			if strings.Contains(text, not) {
				t.Errorf("%s has %q:\n%s", filepath.Base(path), not, text)
			}
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v, %v", filepath.Base(path), info.Mode(), err)
		}
		if path == saved && (!strings.Contains(text, "SIGSEGV") || !strings.Contains(text, "sign-ins: 1") || !strings.Contains(text, "[log]")) {
			t.Errorf("it lacks something:\n%s", text)
		}
	}
}

// Where things are can be asked, and chosen, without a window.
func TestPlacesAreSaidAndChosen(t *testing.T) {
	c := newComputerWithoutKeyring(t)
	says := func(env, program string, args ...string) string {
		t.Helper()
		return c.tool(nil, append(c.env(), env), program, args...)
	}
	beside := filepath.Join(c.home, "usb")
	program := filepath.Join(beside, "concierge")
	if err := os.MkdirAll(filepath.Join(beside, "concierge-data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(application, program); err != nil {
		b, err := os.ReadFile(application) // on another disk
		if err == nil {
			err = os.WriteFile(program, b, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	home := "CONCIERGE_HOME=" + filepath.Join(c.home, "named")
	for _, one := range []struct {
		env, program string
		args         []string
		folder       string
	}{
		{home, program, []string{"--data", filepath.Join(c.home, "flag")}, "flag"},
		{home, program, nil, "named"},
		{"CONCIERGE_HOME=", program, nil, "usb/concierge-data"},
		{"CONCIERGE_HOME=", application, nil, "config/Concierge"},
	} {
		out := says(one.env, one.program, append(one.args, "--paths")...)
		if folder := filepath.Join(c.home, one.folder); !strings.Contains(out, "\n"+folder+"\n") || !strings.Contains(out, "vos préférences") {
			t.Errorf("%s %s %q says\n%s", one.env, one.program, one.args, out)
		}
	}
	if out := says(home, application, "--version"); !strings.HasPrefix(out, "concierge ") {
		t.Errorf("--version says %q", out)
	}
	if _, err := os.Stat(filepath.Join(c.home, "named")); err == nil {
		t.Error("who only asks makes a folder")
	}
}

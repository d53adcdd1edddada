package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Somebody starts the application again while it is open behind another window: it comes to the front as it was left,
// with what was typed, and nothing is opened twice.
func TestASecondStartRaisesTheFirstWindow(t *testing.T) {
	one, _ := atWork(t, "Marie Tremblay")
	c := one.c
	one.does("screen", "account-info", "ctrl+3")
	one.does("focus", "Courriel de la personne à inviter", "ctrl+i")
	one.typed("jules@")

	front := c.open("--data", filepath.Join(c.home, "other")) // somebody else's data: a window of its own
	front.at(0, front.words.T("welcome.host"))
	front.settled()
	mark := front.mark()
	front.press("Tab")
	if _, heard := front.next(mark, patience, isFocus); !heard {
		t.Fatal("the other window is not in front")
	}

	mark = one.mark()
	again := c.open()
	again.endsWell()
	one.awaits(mark, "painted", "raised")
	if said := c.log("application-3"); !strings.Contains(said, "already open") {
		t.Errorf("the second start says %q", said)
	}
	one.does("dialog", "Quitter sans envoyer l'invitation?", "Escape") // the keyboard is where it was, and so is what was typed
	one.tab("Quitter")
	one.does("dialog closed", "Inviter un utilisateur", "Return")
	one.does("screen", "overview", "ctrl+1")
	if n := c.secrets(); n != 2 { // the sign-in, and the key of what is kept
		t.Errorf("%d secrets in the keyring, want 2", n)
	}
	one.palette("Passer du clair au sombre")
	one.quit()
	for name, want := range map[string]string{"identities.json": marie, "settings.json": `"theme"`} {
		b, err := os.ReadFile(filepath.Join(one.data, name))
		if err != nil || !json.Valid(b) || !strings.Contains(string(b), want) {
			t.Errorf("%s: %v %s", name, err, b)
		}
	}
	c.open().awaits(0, "screen", "overview")
}

// The first hangs when it is started again: the second says so, and is of use as soon as the first answers or is gone.
func TestASecondStartSaysThatTheFirstHangs(t *testing.T) {
	one, _ := atWork(t, "Marie Tremblay")
	c := one.c
	tell := func(s os.Signal) {
		t.Helper()
		if err := one.cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	tell(syscall.SIGSTOP)
	second := c.openOn(c.newScreen("screen-2"))
	second.at(0, "Fermer")
	if said := c.log("application-2"); !strings.Contains(said, "not answering") {
		t.Errorf("the second start says %q", said)
	}
	mark := one.mark()
	tell(syscall.SIGCONT)
	second.endsWell()
	one.awaits(mark, "painted", "raised")

	tell(syscall.SIGSTOP)
	second = c.openOn(second.display)
	second.at(0, "Fermer")
	one.kill()
	t.Cleanup(func() { c.killAt(second.data) }) // what it starts is no child of ours
	second.awaits(0, "screen", "overview")      // started anew, and in sight
	second.quit()
}

// log is what a program of the computer has written so far.
func (c *computer) log(name string) string {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.kept, name+".log"))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// killAt ends the application that has a data folder, if there is one.
func (c *computer) killAt(data string) {
	var at struct {
		PID int `json:"pid"`
	}
	b, err := os.ReadFile(filepath.Join(data, "instance.json"))
	if err != nil || json.Unmarshal(b, &at) != nil || at.PID == 0 {
		return // it has ended
	}
	if p, err := os.FindProcess(at.PID); err == nil {
		_ = p.Kill() // it may end by itself meanwhile
		time.Sleep(50 * time.Millisecond)
	}
}

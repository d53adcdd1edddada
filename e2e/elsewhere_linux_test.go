package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// Somebody is given more rights on another computer: the system's notification says so, and so does the overview, until the
// person has seen it, whatever is closed meanwhile. What is done here is no news.
func TestWiderRightsGivenElsewhereAreToldUntilSeen(t *testing.T) {
	c := newComputer(t)
	told := c.notifications()
	h := c.serve()
	w := c.open()
	w.signInAt(h, "Marie Tremblay")

	w.does("screen", "people", "ctrl+2")
	w.person("Sam Gagnon")
	w.tab("Modifier")
	w.does("dialog", "Accès de Sam Gagnon", "Return")
	w.tab("Consulter les domaines, non coché")
	w.press("space")
	w.tab("Enregistrer · 1 changement")
	w.finishes("Accès de Sam Gagnon", "Les autorisations de Sam Gagnon sont enregistrées.", "Return")

	u, _ := user(h.as(marie).snapshot(bakery), lea)
	h.as(marie).permit(lea, append(u.Permissions, "orders"))
	w.press("ctrl+r")
	select {
	case n := <-told: // the first there is
		if !strings.HasPrefix(n.title, bakery) || !strings.Contains(n.text, "Léa Dubois") || strings.Contains(n.text, "Sam") {
			t.Errorf("it is told: %+v", n)
		}
	case <-time.After(patience):
		t.Fatal("nothing is told")
	}
	w.does("notice", "Changé ailleurs depuis votre dernière visite", "ctrl+1")
	w.tabBack("Aperçu. Quelque chose est signalé")
	w.quit()

	w = c.open()
	if e := w.awaits(0, "notice", "Changé ailleurs"); !strings.Contains(e.name(), "Léa Dubois") || strings.Contains(e.name(), "Sam") {
		t.Errorf("after a restart it says %q", e.name())
	}
	w.tab("J'ai vu")
	w.does("focus", "", "Return")
	w.quit()

	w = c.open()
	w.awaits(0, "screen", "overview")
	if at := w.around(); slices.ContainsFunc(at, func(name string) bool {
		return strings.Contains(name, "est signalé") || strings.Contains(name, "J'ai vu")
	}) {
		t.Errorf("what was seen is still there: %q", at)
	}
	w.quit()
	c.nothingReadable(h.as(marie).me(), h.as(marie).snapshot(bakery))
	select {
	case n := <-told:
		t.Errorf("it is told once more: %+v", n)
	default:
	}
}

// around is all that Tab reaches on a screen.
func (w *window) around() (all []string) {
	w.t.Helper()
	w.settled()
	for at := w.step("Tab"); len(all) < maxTabs && !slices.Contains(all, at); at = w.step("Tab") {
		all = append(all, at)
	}
	return all
}

// notification is what programs have the desktop tell.
type notification struct{ title, text string }

// notifications makes a desktop that receives them.
func (c *computer) notifications() <-chan notification {
	c.t.Helper()
	const name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
	conn, err := dbus.Connect(c.bus)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = conn.Close() }) // the bus ends too
	d := &desktop{told: make(chan notification, 16)}
	if err := conn.Export(d, path, name); err != nil {
		c.t.Fatal(err)
	}
	if got, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		c.t.Fatalf("%s: %d %v", name, got, err)
	}
	return d.told
}

type desktop struct{ told chan notification }

// Notify implements org.freedesktop.Notifications (Desktop Notifications Specification 1.2).
func (d *desktop) Notify(_ string, _ uint32, _, title, text string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	d.told <- notification{title, text}
	return 1, nil
}

package e2e

import "testing"

// The sync status by keyboard, through an outage: it is said calmly, nothing gets in the way, and when the host is back
// that is said too.
func TestTheSyncStatusThroughAnOutage(t *testing.T) {
	w, h := atWork(t, "Marie Tremblay")
	w.freshness("À jour")
	w.tabBack("À jour")
	w.does("focus", "Tout vérifier maintenant", "Return") // from the top bar
	w.tab(bakery + ", À jour")

	h.stop()
	w.tabBack("Tout vérifier maintenant")
	mark := w.mark()
	w.press("Return")
	w.tab(bakery + ", Hors ligne · données de")
	if e, is := w.next(mark, quiet, func(e event) bool { return e.kind == "dialog" || e.kind == "message" }); is {
		t.Errorf("being offline gets in the way: %s %s", e.kind, e.name())
	}

	h.again()
	w.tabBack("Tout vérifier maintenant")
	mark = w.mark()
	w.press("Return")
	w.awaits(mark, "message", "De nouveau en ligne")
	w.tab(bakery + ", À jour")
	w.does("dialog closed", "État de la synchronisation", "Escape")

	w.does("screen", "people", "ctrl+2")
	mark = w.mark()
	w.palette("État de la synchronisation")
	w.at(mark, "Tout vérifier maintenant")
}

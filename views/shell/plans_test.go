package shell_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit/shot"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

// plan has the desk hold the removal of Léa from both accounts, and the frame hear of it.
func (w *world) plan(states ...change.State) {
	w.desk.list = nil
	for i, s := range states {
		at := []access.Ref{bakery, garage}[i]
		c := change.Change{ID: "c" + at.Account, Account: at, Kind: change.Revoke, Target: "u", TargetName: "Léa", State: s,
			Plan: change.Plan{ID: "P", Name: "Léa Dubois", Email: "lea@studio.example"}, At: now}
		switch s {
		case change.Waiting:
			c.SendAt = time.Now().Add(time.Hour)
		case change.Refused:
			c.Trouble = &trouble.Trouble{Kind: trouble.LastDomain}
		}
		w.desk.list = append(w.desk.list, c)
	}
	for _, c := range w.desk.list {
		w.signals.Changes.Emit(c)
	}
	w.shell.Update(context.Background())
}

func TestAPlanIsToldAsOneAndUndoneAsOne(t *testing.T) {
	w := start(t, "fr")
	w.plan(change.Waiting, change.Waiting)
	if n := strings.Count(strings.Join(shot.Texts(w.win.Content()), "\n"), "retrait de 2 comptes"); n != 1 || w.says("Garage Nadeau —") {
		t.Errorf("%d messages: %q", n, shot.Texts(w.win.Content()))
	}
	w.shell.Undo()
	if len(w.desk.undone) != 1 || w.desk.undone[0] != "P" {
		t.Errorf("undone: %v", w.desk.undone)
	}
	w.plan(change.Undone, change.Undone)
	if !w.says("Léa Dubois\u00a0: retrait annulé.") || w.shell.CanUndo() || !slices.Contains(w.desk.dropped, "cbakery") || !slices.Contains(w.desk.dropped, "cgarage") {
		t.Errorf("says %q, dropped %v", shot.Texts(w.win.Content()), w.desk.dropped)
	}
}

func TestHowAPlanHasComeOutIsToldToWhoIsElsewhereAndLeadsToIt(t *testing.T) {
	w := start(t, "fr")
	w.plan(change.Waiting, change.Waiting)
	w.plan(change.Sending, change.Queued)
	if w.says("Rien n'est encore parti") || w.shell.CanUndo() {
		t.Error("it is said that it can be undone")
	}
	w.plan(change.Confirmed, change.Sending)
	if w.says("retrait confirmé") {
		t.Error("it is said to be done before it is")
	}
	w.plan(change.Confirmed, change.Refused)
	if !w.says("retrait confirmé dans 1 de 2 comptes") || len(w.desk.dropped) != 0 {
		t.Errorf("says %q, dropped %v", shot.Texts(w.win.Content()), w.desk.dropped)
	}
	shot.Tap(w.win, "Voir")
	if at := w.shell.At(); at.Screen != shell.Grouped || at.Arg != "plan:P" {
		t.Errorf("leads to %v", at)
	}
	w.plan(change.Confirmed, change.Sending)
	w.plan(change.Confirmed, change.Confirmed)
	if w.says("retrait confirmé") {
		t.Error("who is looking at it is told of it")
	}
}

func TestAPlanFromBeforeIsNotToldAnewButHasAWayBack(t *testing.T) {
	w := start(t, "fr")
	if w.says("Changements groupés") {
		t.Error("the navigation leads to nothing")
	}
	w.plan(change.Confirmed, change.Refused)
	if w.says("retrait confirmé") {
		t.Error("what ended long ago is told")
	}
	if !w.says("Changements groupés") {
		t.Fatal("there is no way back to it")
	}
	shot.Tap(w.win, "Changements groupés")
	if at := w.shell.At(); at.Screen != shell.Grouped || at.Account != bakery {
		t.Errorf("leads to %v", at)
	}
	w.desk.list = nil
	w.shell.Update(context.Background())
	if w.says("Changements groupés") {
		t.Error("the way leads to nothing any more")
	}
}

func TestTheArrowsPassOverWhatIsNotInTheNavigation(t *testing.T) {
	for _, tt := range []struct {
		states []change.State
		want   shell.Screen
	}{{nil, shell.Profile}, {[]change.State{change.Confirmed}, shell.Grouped}} {
		w := start(t, "en")
		w.plan(tt.states...)
		for range 20 {
			w.win.Canvas().FocusNext()
			if a, ok := w.win.Canvas().Focused().(fyne.Accessible); ok && strings.HasPrefix(a.AccessibilityLabel(), "Directory") {
				break
			}
		}
		shot.Press(w.win, fyne.KeyDown, fyne.KeyReturn)
		if at := w.shell.At().Screen; at != tt.want {
			t.Errorf("below the directory is %s, want %s", at, tt.want)
		}
	}
}

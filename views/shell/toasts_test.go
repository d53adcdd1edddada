package shell_test

import (
	"context"
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

func TestAMessageNamesItsAccountWhereThereAreSeveral(t *testing.T) {
	done := change.Change{ID: "c", Kind: change.Revoke, Account: garage, TargetName: "Sam Gagnon", State: change.Confirmed}
	w := start(t, "fr")
	w.signals.Changes.Emit(done)
	if !w.says("Garage Nadeau — L'accès de Sam Gagnon est révoqué.") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
	w = start(t, "fr")
	w.store.PutAccounts("i", []access.Summary{{Ref: garage, Name: "Garage Nadeau", Role: access.Owner}})
	w.signals.Changes.Emit(done)
	if w.says("Garage Nadeau —") || !w.says("L'accès de Sam Gagnon est révoqué.") {
		t.Errorf("with one account it says %q", shot.Texts(w.win.Content()))
	}
}

// What was promised to leave by itself and did not go through must not be found by chance.
func TestAnEditThatLeftByItselfAndStoppedIsTold(t *testing.T) {
	edit := func(id string, s change.State, tr trouble.Kind) change.Change {
		c := change.Change{ID: id, Kind: change.EditAccount, Account: garage, State: s, Alone: true}
		if tr != "" {
			c.Trouble = &trouble.Trouble{Kind: tr}
		}
		if s == change.Conflicting {
			c.Conflict = &change.Conflict{}
		}
		return c
	}
	for _, tt := range []struct {
		name  string
		moves []change.Change
		want  string // "" is nothing
	}{
		{"somebody else changed the same", []change.Change{edit("a", change.Sending, ""), edit("a", change.Conflicting, "")},
			"Garage Nadeau — Les infos du compte n'ont pas été enregistrées."},
		{"refused", []change.Change{edit("a", change.Sending, ""), edit("a", change.Refused, trouble.Forbidden)},
			"Garage Nadeau — Les infos du compte n'ont pas été enregistrées. Vous n'avez pas"},
		{"several are one message", []change.Change{edit("a", change.Sending, ""), edit("b", change.Sending, ""), edit("a", change.Conflicting, ""), edit("b", change.Refused, trouble.Forbidden)},
			"2 changements partis tout seuls n'ont pas été faits et attendent votre décision."},
		{"one of two was decided since", []change.Change{edit("a", change.Sending, ""), edit("b", change.Sending, ""), edit("a", change.Conflicting, ""), edit("b", change.Conflicting, ""), edit("b", change.Dropped, "")},
			"Garage Nadeau — Les infos du compte n'ont pas été enregistrées."},
		{"whether it was done is found out by itself", []change.Change{edit("a", change.Sending, ""), edit("a", change.Refused, trouble.OutcomeUnknown)}, ""},
		{"the session has ended, which is said above", []change.Change{edit("a", change.Sending, ""), edit("a", change.Refused, trouble.SignInNeeded)}, ""},
		{"it waited before", []change.Change{edit("a", change.Conflicting, "")}, ""},
		{"the host cannot be reached again", []change.Change{edit("a", change.Sending, ""), edit("a", change.Draft, trouble.Unreachable)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := start(t, "fr")
			for _, c := range tt.moves {
				w.signals.Changes.Emit(c)
			}
			said := w.says(tt.want)
			if tapped := shot.Tap(w.win, "Voir"); !said || tapped != (tt.want != "") {
				t.Errorf("leads to what waits %v, want %q; says %q", tapped, tt.want, shot.Texts(w.win.Content()))
			}
		})
	}
	t.Run("what was closed is not said again", func(t *testing.T) {
		w := start(t, "fr")
		w.signals.Changes.Emit(edit("a", change.Sending, ""))
		w.signals.Changes.Emit(edit("a", change.Conflicting, ""))
		for range shot.TabOrder(w.win) {
			w.win.Canvas().FocusNext()
			if a, ok := w.win.Canvas().Focused().(fyne.Accessible); ok && strings.HasPrefix(a.AccessibilityLabel(), "Fermer, ") {
				break
			}
		}
		if shot.Press(w.win, fyne.KeyReturn); w.says("Garage Nadeau —") {
			t.Fatal("it cannot be closed")
		}
		w.signals.Changes.Emit(edit("b", change.Sending, ""))
		w.signals.Changes.Emit(edit("b", change.Conflicting, ""))
		if said := strings.Join(shot.Texts(w.win.Content()), "\n"); strings.Contains(said, "2 changements") || !strings.Contains(said, "Garage Nadeau —") {
			t.Errorf("what was closed is said again: %q", said)
		}
	})
	t.Run("leads to what waits", func(t *testing.T) {
		w := start(t, "fr")
		w.makes = func(r shell.Route) page.Page { return nil }
		w.signals.Changes.Emit(edit("a", change.Sending, ""))
		w.signals.Changes.Emit(edit("a", change.Conflicting, ""))
		if !shot.Tap(w.win, "Voir") || w.shell.At().Screen != shell.Outbox {
			t.Errorf("at %v", w.shell.At())
		}
	})
}

func TestTheTopBarTellsWhatIsToBeDecidedFromWhatLeavesByItself(t *testing.T) {
	w := start(t, "fr")
	draft := change.Change{ID: "a", Kind: change.EditAccount, Account: garage, State: change.Draft}
	w.desk.list = []change.Change{draft}
	w.shell.Update(context.Background())
	if !w.says("1 à envoyer") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
	w.desk.list = append(w.desk.list, change.Change{ID: "b", Kind: change.EditAccount, Account: garage, State: change.Conflicting, Alone: true, Conflict: &change.Conflict{}})
	w.shell.Update(context.Background())
	if !w.says("1 à décider") || w.says("à envoyer") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
}

// Working without a connection must not fill the window with messages, nor go on saying that something waits whose place
// another edit has taken.
func TestOfEditsThatAreKeptTheLastOneIsSaid(t *testing.T) {
	w := start(t, "fr")
	kept := func(id string, ref access.Ref) change.Change {
		return change.Change{ID: id, Kind: change.EditAccount, Account: ref, State: change.Draft, Trouble: &trouble.Trouble{Kind: trouble.Unreachable}}
	}
	w.signals.Changes.Emit(kept("a", bakery))
	w.signals.Changes.Emit(kept("b", garage))
	if w.says("Boulangerie Chez Marcel — Conservé") || !w.says("Garage Nadeau — Conservé") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
}

// What is at the bottom of a screen is where one goes on: the bar that saves, the actions of the last row.
func TestAMessageCoversNothingOfTheScreen(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1024, 640)} {
		w := start(t, "fr")
		w.win.Resize(size)
		bottom := func() float32 {
			o := w.last().object
			return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y + o.Size().Height
		}
		before := bottom()
		say := func(id string) {
			w.signals.Changes.Emit(change.Change{ID: id, Kind: change.Revoke, Account: bakery, TargetName: "Sam Gagnon", State: change.Waiting})
		}
		say("a")
		one := kit.ToastRoom(w.win, size.Width)
		if got := before - bottom(); one < 40 || got != one {
			t.Errorf("%v: the screen gives way by %v to a message that needs %v", size, got, one)
		}
		say("b")
		if got := before - bottom(); got <= one {
			t.Errorf("%v: the screen gives way by %v to two messages", size, got)
		}
		for _, id := range []string{"a", "b"} {
			w.signals.Changes.Emit(change.Change{ID: id, Kind: change.Revoke, Account: bakery, TargetName: "Sam Gagnon", State: change.Dropped})
		}
		if got := bottom(); got != before {
			t.Errorf("%v: the screen ends at %v after the messages, at %v before", size, got, before)
		}
		say("c")
		w.win.SetContent(kit.WithTips(w.shell.Object(), w.win)) // as after signing in elsewhere: the messages are gone
		if got := bottom(); got != before {
			t.Errorf("%v: the screen ends at %v without a message, at %v before", size, got, before)
		}
	}
}

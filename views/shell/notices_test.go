package shell_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

// long is a notice of several lines.
func long(tone kit.Tone, title string) shell.Notice {
	return shell.Notice{Notice: kit.Notice{Tone: tone, Title: title, Text: strings.Repeat("Some more words about it. ", 12), Action: "See " + title, Do: func() {}}}
}

// TestSeveralNotices: the one that matters most is whole, the others are a line that opens and closes.
func TestSeveralNotices(t *testing.T) {
	three := func(w *world) {
		w.notices = []shell.Notice{long(kit.ToneBrass, "Unsent."), long(kit.ToneDanger, "Signed out."), long(kit.ToneInfo, "Old.")}
		w.shell.Update(context.Background())
		shot.Settle(w.win)
	}
	shows := func(t *testing.T, w *world, titles ...string) {
		t.Helper()
		shot.Settle(w.win)
		for _, title := range []string{"Unsent.", "Signed out.", "Old."} {
			if want := slices.Contains(titles, title); w.says(title) != want {
				t.Errorf("%s shown: %v", title, !want)
			}
		}
	}
	t.Run("by mouse", func(t *testing.T) {
		w := start(t, "en")
		three(w)
		shows(t, w, "Signed out.")
		if !shot.Tap(w.win, "and 2 more messages") {
			t.Fatalf("no line for the others in %q", shot.Texts(w.win.Content()))
		}
		shows(t, w, "Signed out.", "Unsent.", "Old.")
		shot.Tap(w.win, "hide the other 2 messages")
		shows(t, w, "Signed out.")
	})
	t.Run("by keyboard, in the order in which they stand", func(t *testing.T) {
		w := start(t, "en")
		three(w)
		w.press(t, "and 2 more messages: Unsent. Old.")
		shows(t, w, "Signed out.", "Unsent.", "Old.")
		if a, ok := w.win.Canvas().Focused().(fyne.Accessible); !ok || !strings.HasPrefix(a.AccessibilityLabel(), "hide the other") {
			t.Errorf("the keyboard is at %v, not where it was", w.win.Canvas().Focused())
		}
		var order []string
		for _, name := range shot.TabOrder(w.win) {
			if strings.HasPrefix(name, "See ") || strings.HasPrefix(name, "Close the message") || strings.HasPrefix(name, "hide") {
				order = append(order, name)
			}
		}
		want := []string{"See Signed out.", "Close the message: Signed out.", "hide the other 2 messages: Unsent. Old.",
			"See Unsent.", "Close the message: Unsent.", "See Old.", "Close the message: Old."}
		if !slices.Equal(order, want) {
			t.Errorf("Tab goes to %q", order)
		}
	})
	t.Run("one that is closed gives its place to the next, and stays away until it says something else", func(t *testing.T) {
		w := start(t, "en")
		three(w)
		w.press(t, "Close the message: Signed out.")
		shows(t, w, "Unsent.")
		if a, ok := w.win.Canvas().Focused().(fyne.Accessible); !ok || a.AccessibilityLabel() != "See Unsent." {
			t.Errorf("the keyboard is at %v", w.win.Canvas().Focused())
		}
		three(w)
		w.shell.Open(shell.Route{Screen: shell.People, Account: bakery})
		shows(t, w, "Unsent.")
		w.notices[1].Text = "Again."
		w.shell.Update(context.Background())
		shows(t, w, "Signed out.")
	})
}

// press presses by keyboard what has a name.
func (w *world) press(t *testing.T, name string) {
	t.Helper()
	for range 60 {
		w.win.Canvas().FocusNext()
		if a, ok := w.win.Canvas().Focused().(fyne.Accessible); ok && a.AccessibilityLabel() == name {
			shot.Press(w.win, fyne.KeyReturn)
			return
		}
	}
	t.Fatalf("no %s in %q", name, shot.TabOrder(w.win))
}

// TestNoticesLeaveTwoThirdsOfTheWindow: whatever they say and however large the text is, and what they say beyond can be
// scrolled to.
func TestNoticesLeaveTwoThirdsOfTheWindow(t *testing.T) {
	for _, scale := range []float32{1, 1.3, 1.5} {
		for _, open := range []bool{false, true} {
			w := start(t, "en")
			fyne.CurrentApp().Settings().SetTheme(kit.NewTheme(kit.Light, scale))
			w.win.Resize(fyne.NewSize(1024, 640))
			for _, title := range []string{"One.", "Two.", "Three.", "Four."} {
				w.notices = append(w.notices, long(kit.ToneBrass, title))
			}
			w.shell.Update(context.Background())
			shot.Settle(w.win)
			if open {
				w.press(t, "and 3 more messages: Two. Three. Four.")
				shot.Settle(w.win)
			}
			const top, rounding = 56, 2
			y := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.last().object).Y
			if limit := top*scale + 640/3.0 + rounding; y > limit {
				t.Errorf("at %v, open %v: the screen begins at %v of 640, after %v", scale, open, y, limit)
			}
			if open {
				w.press(t, "Close the message: Four.") // it is reached, and scrolled to
			}
		}
	}
}

// telling is a screen that says something of itself.
type telling struct {
	screen
	page.Notes
}

func TestWhatAScreenSaysOfItselfStandsWithTheOthers(t *testing.T) {
	w := start(t, "en")
	w.notices = []shell.Notice{long(kit.ToneBrass, "Unsent.")}
	said := &telling{screen: screen{object: kit.Body("people")}}
	w.makes = func(r shell.Route) page.Page {
		if r.Screen == shell.People {
			return said
		}
		return nil
	}
	w.shell.Open(shell.Route{Screen: shell.People, Account: bakery})
	said.SetNotices([]kit.Notice{{Tone: kit.ToneDanger, Title: "Offline."}})
	if !w.says("Offline.") || !w.says("and 1 more message") {
		t.Errorf("says %q", shot.Texts(w.win.Content()))
	}
	w.shell.Open(shell.Route{Screen: shell.Help, Account: bakery})
	if w.says("Offline.") || !w.says("Unsent.") {
		t.Errorf("on another screen: says %q", shot.Texts(w.win.Content()))
	}
}

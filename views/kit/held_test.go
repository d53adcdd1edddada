package kit

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

// hold does what the toolkit does with a key that is held: it goes down once, is handed several times to what has the focus by
// then, and goes up.
func hold(w fyne.Window, k fyne.KeyName, times int) {
	if at, ok := w.Canvas().Focused().(desktop.Keyable); ok {
		at.KeyDown(&fyne.KeyEvent{Name: k})
	}
	for range times {
		press(w, k)
	}
	if at, ok := w.Canvas().Focused().(desktop.Keyable); ok {
		at.KeyUp(&fyne.KeyEvent{Name: k})
		return
	}
	up(&fyne.KeyEvent{Name: k}) // as WatchKeys has it
}

func TestAKeyThatIsHeldDoesOneThing(t *testing.T) {
	var did []string
	var win fyne.Window
	next := NewInput()
	last := SecondaryButton("last", func() { did = append(did, "last") })
	first := SecondaryButton("first", func() {
		did = append(did, "first")
		win.Canvas().Focus(next)
	})
	next.OnSubmitted = func(string) {
		did = append(did, "next")
		win.Canvas().Focus(last)
	}
	win = stage(t, container.NewVBox(first, next, last), 300, 200)
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter} {
		did = nil
		win.Canvas().Focus(first)
		for range 3 {
			hold(win, k, 4)
		}
		if want := []string{"first", "next", "last"}; !slices.Equal(did, want) {
			t.Errorf("%s, held three times, did %q, want %q", k, did, want)
		}
	}
}

func TestAQuestionIsNotAnsweredByTheKeyThatAskedIt(t *testing.T) {
	for _, s := range []struct {
		name string
		key  fyne.KeyName
		want []string // did after each time the key is held
	}{
		{"Enter", fyne.KeyReturn, []string{"asked", "asked answered"}},
		{"the space bar", fyne.KeySpace, []string{"asked", "asked answered"}},
		{"Escape leaves one dialog at a time", fyne.KeyEscape, []string{"", ""}},
	} {
		t.Run(s.name, func(t *testing.T) {
			did := ""
			var win fyne.Window
			ask := func() {
				did += "asked"
				Confirm(win, ConfirmConfig{Title: "?", Confirm: "Yes", Cancel: "No", OnConfirm: func() { did += " answered" }})
			}
			b := SecondaryButton("ask", ask)
			win = stage(t, b, 400, 300)
			if s.key == fyne.KeyEscape {
				ask()
				ask()
				did = ""
			}
			win.Canvas().Focus(b)
			for i, want := range s.want {
				hold(win, s.key, 5)
				if did != want {
					t.Errorf("held for the %d. time: %q, want %q", i+1, did, want)
				}
				if s.key == fyne.KeyEscape {
					if left := len(win.Canvas().Overlays().List()); left != 1-i {
						t.Errorf("held for the %d. time it left %d dialogs", i+1, left)
					}
				}
			}
		})
	}
}

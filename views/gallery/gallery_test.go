package main

import (
	"slices"
	"strings"
	"testing"

	"concierge/views/gallery/scene"
	"concierge/views/kit"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
)

// looks are the ways in which every screen must hold: both languages, the size of the drawings and the smallest window,
// and larger text there. Colours change nothing of what is looked for here: kit measures each on each.
func looks() []scene.Config {
	large, small := fyne.NewSize(1280, 800), fyne.NewSize(1024, 640)
	return []scene.Config{
		{Lang: "fr", Size: large}, {Lang: "fr", Size: small}, {Lang: "fr", Size: small, TextSize: 150}, {Lang: "fr", Size: small, TextSize: 200},
		{Lang: "en", Size: large}, {Lang: "en", Size: small}, {Lang: "en", Size: small, TextSize: 200},
	}
}

// every plays each scene in a look and hands over its window. One application serves them all: the toolkit reads the fonts anew
// for each, and its shaper keeps those that it has seen (5 MB each time).
func every(t *testing.T, cfg scene.Config, see func(t *testing.T, w fyne.Window)) {
	test.NewTempApp(t)
	for _, e := range scene.Entries() {
		t.Run(cfg.Title(e.Name), func(t *testing.T) {
			w, done := scene.Enter(t, e, cfg)
			defer done()
			see(t, w.Window)
			release(t, w.Window)
		})
	}
	for _, sc := range scene.All() {
		t.Run(cfg.Title(sc.Name), func(t *testing.T) {
			s := scene.Play(t, sc, cfg)
			defer s.Close()
			see(t, s.Window)
			release(t, s.Window)
		})
	}
}

// release frees what was drawn. The toolkit's test driver keeps how each widget is drawn for a minute, and with it the whole
// window, and looks for what is older only when it draws: a thousand windows would be some gigabytes.
func release(t *testing.T, w fyne.Window) {
	seen := map[fyne.Widget]bool{}
	var free func(o fyne.CanvasObject)
	free = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case nil:
		case *fyne.Container:
			for _, ch := range o.Objects {
				free(ch)
			}
		case *container.Scroll:
			free(o.Content)
			test.TempWidgetRenderer(t, o)
		case fyne.Widget:
			if seen[o] {
				return
			}
			seen[o] = true
			for _, ch := range test.TempWidgetRenderer(t, o).Objects() {
				free(ch)
			}
		}
	}
	for _, o := range append(w.Canvas().Overlays().List(), w.Content()) {
		free(o)
	}
	software.NewCanvas().Capture() // it looks for what is old: what was replaced in a window meanwhile
}

func TestEveryScreenIsWholeAndWithinReachOfTheKeyboard(t *testing.T) {
	for _, cfg := range looks() {
		every(t, cfg, func(t *testing.T, w fyne.Window) {
			if cfg.TextSize == 200 && cfg.Lang == "fr" { // drawing takes long, and is asked most of here
				if size := shot.Capture(w).Bounds().Size(); size.X != int(cfg.Size.Width) || size.Y != int(cfg.Size.Height) {
					t.Errorf("the window has become %v", size)
				}
			}
			for _, cut := range shot.CutLabels(w) {
				t.Errorf("cut: %s", cut)
			}
			texts := shot.Texts(top(w))
			if len(texts) == 0 {
				t.Error("an empty screen without a word")
			}
			for _, s := range texts {
				if strings.Contains(s, "⟦") || strings.Contains(s, "<no value>") {
					t.Errorf("a text is missing: %s", s)
				}
			}
			for _, problem := range shot.Keyboard(w) {
				t.Errorf("keyboard: %s", problem)
			}
			leave(t, w, cfg)
		})
	}
}

// leave ends a scene by the key that leaves a dialog, or in the other language by the key that confirms it. Either must
// do something: close it, ask, or say what is missing. Where the button that confirms is grey, Enter has nothing to
// confirm; where a button has the keyboard, it is pressed.
func leave(t *testing.T, w fyne.Window, cfg scene.Config) {
	over := w.Canvas().Overlays().Top()
	if over == nil {
		return
	}
	key := fyne.KeyEscape
	if cfg.Lang == "en" {
		key = fyne.KeyReturn
		if _, presses := w.Canvas().Focused().(*kit.Button); presses || greyButton(over) || slices.ContainsFunc(saidAlready, func(name string) bool {
			return strings.Contains(t.Name(), "/"+name+"-"+cfg.Lang)
		}) {
			return
		}
	}
	before, had := shot.Texts(over), w.Canvas().Focused()
	shot.Press(w, key)
	shot.Settle(w)
	if now := w.Canvas().Overlays().Top(); now == over && w.Canvas().Focused() == had && slices.Equal(before, shot.Texts(now)) {
		t.Errorf("keyboard: %s does nothing in the dialog", key)
	}
}

// saidAlready are the scenes of dialogs that were already told to go on, and say why they cannot.
var saidAlready = []string{"contact-incomplete", "palette-nothing"}

func greyButton(o fyne.CanvasObject) bool {
	if o == nil || !o.Visible() {
		return false
	}
	if b, ok := o.(*kit.Button); ok {
		return b.Disabled()
	}
	switch o := o.(type) {
	case *fyne.Container:
		return slices.ContainsFunc(o.Objects, greyButton)
	case *container.Scroll:
		return greyButton(o.Content)
	}
	return false
}

// top is what a person can use now: a dialog, or else the screen.
func top(w fyne.Window) fyne.CanvasObject {
	if o := w.Canvas().Overlays().Top(); o != nil {
		return o
	}
	return w.Content()
}

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"concierge/views/gallery/scene"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// looks are the ways in which every screen must hold: both languages, the size of the drawings and the smallest window,
// and larger text there. Colours change nothing of what is looked for here.
func looks() []scene.Config {
	var out []scene.Config
	for _, lang := range []string{"fr", "en"} {
		for _, c := range []scene.Config{
			{Size: fyne.NewSize(1280, 800)}, {Size: fyne.NewSize(1024, 640)}, {Size: fyne.NewSize(1024, 640), TextSize: 130},
		} {
			c.Lang = lang
			out = append(out, c)
		}
	}
	return out
}

// every plays each scene in a look and hands over its window.
func every(t *testing.T, cfg scene.Config, see func(t *testing.T, w fyne.Window)) {
	for _, e := range scene.Entries() {
		t.Run(cfg.Title(e.Name), func(t *testing.T) {
			test.NewTempApp(t)
			w, done := scene.Enter(t, e, cfg)
			defer done()
			see(t, w.Window)
		})
	}
	for _, sc := range scene.All() {
		t.Run(cfg.Title(sc.Name), func(t *testing.T) {
			test.NewTempApp(t)
			s := scene.Play(t, sc, cfg)
			defer s.Close()
			see(t, s.Window)
		})
	}
}

func TestEveryScreenIsWholeAndWithinReachOfTheKeyboard(t *testing.T) {
	for _, cfg := range looks() {
		every(t, cfg, func(t *testing.T, w fyne.Window) {
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
			reached := tabbed(w)
			for _, f := range focusables(top(w)) {
				if d, ok := f.(fyne.Disableable); (!ok || !d.Disabled()) && !reached[f] {
					t.Errorf("Tab does not reach %s", name(f))
				}
			}
		})
	}
}

func TestTheLargestTextInTheSmallestWindowIsStillDrawn(t *testing.T) {
	every(t, scene.Config{Lang: "fr", Size: fyne.NewSize(1024, 640), TextSize: 150}, func(t *testing.T, w fyne.Window) {
		if size := shot.Capture(w).Bounds().Size(); size.X != 1024 || size.Y != 640 {
			t.Errorf("the window has become %v", size)
		}
	})
}

// tabbed is what has the focus once while Tab is pressed until it comes around.
func tabbed(w fyne.Window) map[fyne.Focusable]bool {
	reached := map[fyne.Focusable]bool{}
	c := w.Canvas()
	c.Unfocus()
	for {
		c.FocusNext()
		f := c.Focused()
		if f == nil || reached[f] {
			return reached
		}
		reached[f] = true
	}
}

// top is what a person can use now: a dialog, or else the screen.
func top(w fyne.Window) fyne.CanvasObject {
	if o := w.Canvas().Overlays().Top(); o != nil {
		return o
	}
	return w.Content()
}

func focusables(o fyne.CanvasObject) []fyne.Focusable {
	if o == nil || !o.Visible() {
		return nil
	}
	if f, ok := o.(fyne.Focusable); ok {
		return []fyne.Focusable{f}
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case *container.Scroll:
		children = []fyne.CanvasObject{o.Content}
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	var out []fyne.Focusable
	for _, c := range slices.Clone(children) {
		out = append(out, focusables(c)...)
	}
	return out
}

func name(f fyne.Focusable) string {
	if a, ok := f.(fyne.Accessible); ok && a.AccessibilityLabel() != "" {
		return fmt.Sprintf("%T %q", f, a.AccessibilityLabel())
	}
	return fmt.Sprintf("%T", f)
}

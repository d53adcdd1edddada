package viewtest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"concierge/views/kit"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Sizes of a window in which a screen is looked at: that of the drawings, and the smallest.
var (
	Large = fyne.NewSize(1280, 800)
	Small = fyne.NewSize(1024, 640)
)

// Rooms of a screen inside the frame of these windows.
var (
	LargeRoom = fyne.NewSize(1056, 744)
	SmallRoom = fyne.NewSize(800, 584)
)

// Looks opens something in both languages, both looks, two sizes, and with larger text in the smaller one; nothing may be
// cut. What it shows is saved into the folder $SCREENSHOTS, if set, to be looked at.
func Looks(t *testing.T, name string, large, small fyne.Size, open func(w *World)) {
	t.Helper()
	for _, lang := range []string{"fr", "en"} {
		for _, c := range []Config{
			{Look: kit.Light, Size: large}, {Look: kit.Dark, Size: large}, {Look: kit.Light, Size: small}, {Look: kit.Light, Size: small, Scale: 1.3},
		} {
			c.Lang = lang
			look := "light"
			if c.Look == kit.Dark {
				look = "dark"
			}
			title := fmt.Sprintf("%s-%s-%s-%.0fx%.0f", name, lang, look, c.Size.Width, c.Size.Height)
			if c.Scale > 1 {
				title += fmt.Sprintf("-%.0f", 100*c.Scale)
			}
			t.Run(title, func(t *testing.T) {
				test.NewTempApp(t)
				w := New(c)
				defer w.Window.Close()
				open(w)
				shot.Settle(w.Window)
				if dir := os.Getenv("SCREENSHOTS"); dir != "" {
					if err := shot.Save(shot.Capture(w.Window), filepath.Join(dir, title+".png")); err != nil {
						t.Fatal(err)
					}
				}
				for _, cut := range shot.CutLabels(w.Window) {
					t.Errorf("cut: %s", cut)
				}
			})
		}
	}
}

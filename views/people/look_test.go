package people_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"concierge/app/access"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/people"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// looks runs check in both languages and looks and in the sizes of the screen's room, and saves what it shows to
// $SCREENSHOTS, if set, to be looked at.
func looks(t *testing.T, name string, prepare func(t *testing.T, w *viewtest.World, p *people.Page)) {
	for _, lang := range []string{"fr", "en"} {
		for look, v := range map[string]kit.Variant{"light": kit.Light, "dark": kit.Dark} {
			for size, s := range map[string]fyne.Size{"1280x800": fyne.NewSize(1056, 744), "1024x640": fyne.NewSize(800, 584)} {
				title := fmt.Sprintf("people-%s-%s-%s-%s", name, lang, look, size)
				t.Run(title, func(t *testing.T) {
					test.NewTempApp(t)
					w := viewtest.New(viewtest.Config{Lang: lang, Look: v, Size: s})
					defer w.Window.Close()
					p := people.New(w.Env, viewtest.Ref, w.Store, w.Desk, people.Go{
						AddContact: func(access.Contact) {}, EditContact: func(string) {}, AccountInfo: func() {}, Refresh: func() {},
					})
					defer p.Close()
					w.Open(p)
					prepare(t, w, p)
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
}

func TestNothingIsCutInTheListOrBesideIt(t *testing.T) {
	looks(t, "list", func(*testing.T, *viewtest.World, *people.Page) {})
	for name, key := range map[string]string{
		"owner": "marie@chezmarcel.example", "user": "sam@cabinet.example", "invited": "noe@studio.example", "contact": "ti@chezmarcel.example", "main": "info@chezmarcel.example",
	} {
		looks(t, name, func(t *testing.T, w *viewtest.World, p *people.Page) { p.Select(key) })
	}
}

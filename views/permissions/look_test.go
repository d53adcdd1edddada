package permissions_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"concierge/app/access"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/permissions"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

var nowhere = permissions.Go{OpenPerson: func(string) {}, AddContact: func(access.Contact) {}}

// looks opens a dialog in both languages and looks and in two sizes of window, and saves what it shows to $SCREENSHOTS,
// if set, to be looked at.
func looks(t *testing.T, name string, open func(w *viewtest.World)) {
	for _, lang := range []string{"fr", "en"} {
		for look, v := range map[string]kit.Variant{"light": kit.Light, "dark": kit.Dark} {
			for size, s := range map[string]fyne.Size{"1280x800": fyne.NewSize(1280, 800), "1024x640": fyne.NewSize(1024, 640)} {
				title := fmt.Sprintf("permissions-%s-%s-%s-%s", name, lang, look, size)
				t.Run(title, func(t *testing.T) {
					test.NewTempApp(t)
					w := viewtest.New(viewtest.Config{Lang: lang, Look: v, Size: s})
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
}

func TestNothingIsCutInTheDialogs(t *testing.T) {
	looks(t, "user", func(w *viewtest.World) { permissions.EditUser(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, "u2") })
	looks(t, "invite", func(w *viewtest.World) {
		permissions.Invite(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, permissions.Prefill{})
	})
	looks(t, "invitation", func(w *viewtest.World) {
		permissions.EditInvitation(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, "i1")
	})
}

package kit_test

import (
	"testing"

	"concierge/views/kit"
	"concierge/views/kit/shot"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// covered is a window with a field and a dialog with a field, something typed in both, under a cover.
type covered struct {
	win             fyne.Window
	below, inDialog *kit.Input
	dialog          *kit.Modal
	open            *kit.Button
	keys            []fyne.KeyName // that the cover got
}

func newCovered(t *testing.T) *covered {
	t.Helper()
	test.NewTempApp(t)
	c := &covered{below: kit.NewInput(), inDialog: kit.NewInput()}
	c.win = shot.Window(kit.Column(8, c.below), fyne.NewSize(800, 600), kit.NewTheme(kit.Light, 1))
	t.Cleanup(func() { kit.Forget(c.win); c.win.Close() })
	c.below.SetText("écrit")
	c.dialog = kit.NewModal(c.win, kit.ModalConfig{Title: "Dialogue", Content: c.inDialog})
	c.dialog.Show()
	c.inDialog.SetText("en cours")
	c.win.SetMainMenu(fyne.NewMainMenu(fyne.NewMenu("M")))
	c.open = kit.PrimaryButton("Ouvrir", func() {})
	kit.Cover(c.win, kit.Column(8, c.open), func(e *fyne.KeyEvent) { c.keys = append(c.keys, e.Name) })
	return c
}

func TestNothingBelowACoverCanBeReachedAndAllOfItComesBack(t *testing.T) {
	c := newCovered(t)
	canvas := c.win.Canvas()
	for range 5 {
		canvas.FocusNext()
		if f := canvas.Focused(); f != fyne.Focusable(c.open) {
			t.Fatalf("Tab reaches %T", f)
		}
	}
	if len(canvas.Overlays().List()) != 0 || c.win.MainMenu() != nil {
		t.Error("a dialog or the menu bar is still there")
	}
	if texts := shot.Texts(c.win.Content()); len(texts) != 1 || texts[0] != "Ouvrir" {
		t.Errorf("it shows %q", texts)
	}
	canvas.Focus(c.inDialog) // somebody's late answer
	if f := canvas.Focused(); f != fyne.Focusable(c.open) {
		t.Errorf("the focus went to %T", f)
	}
	canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(c.keys) != 1 || !c.dialog.Shown() {
		t.Errorf("Escape went to the dialog below: %v", c.keys)
	}

	kit.Uncover(c.win)
	if canvas.Overlays().Top() == nil || canvas.Focused() != fyne.Focusable(c.inDialog) || c.win.MainMenu() == nil {
		t.Errorf("dialog %v, focus %T, menu %v", canvas.Overlays().Top(), canvas.Focused(), c.win.MainMenu())
	}
	if c.below.Text != "écrit" || c.inDialog.Text != "en cours" {
		t.Errorf("typed: %q, %q", c.below.Text, c.inDialog.Text)
	}
	shot.Press(c.win, fyne.KeyEscape)
	if c.dialog.Shown() || len(canvas.Overlays().List()) != 0 {
		t.Error("the dialog does not hear its keys any more")
	}
}

func TestWhatHappensBelowACoverStaysThere(t *testing.T) {
	for _, tt := range []struct {
		name   string
		do     func(*covered)
		after  int // dialogs, once uncovered
		titled string
	}{
		{"a dialog ends", func(c *covered) { c.dialog.Hide() }, 0, ""},
		{"another dialog comes", func(c *covered) {
			kit.NewModal(c.win, kit.ModalConfig{Title: "Nouveau", Content: kit.NewInput()}).Show()
		}, 2, "Nouveau"},
		{"one comes and goes", func(c *covered) {
			m := kit.NewModal(c.win, kit.ModalConfig{Title: "Nouveau", Content: kit.NewInput()})
			m.Show()
			m.Hide()
		}, 1, "Dialogue"},
		{"the screen is another one", func(c *covered) { kit.SetContent(c.win, kit.Column(8, kit.Body("Accueil"))) }, 0, ""},
		{"the menu bar and the keys are others", func(c *covered) {
			kit.SetMenu(c.win, fyne.NewMainMenu())
			kit.SetKeys(c.win, func(*fyne.KeyEvent) {})
		}, 1, "Dialogue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCovered(t)
			tt.do(c)
			canvas := c.win.Canvas()
			if texts := shot.Texts(c.win.Content()); len(canvas.Overlays().List()) != 0 || len(texts) != 1 || c.win.MainMenu() != nil {
				t.Errorf("seen through the cover: %q", texts)
			}
			canvas.OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF1})
			if len(c.keys) != 1 {
				t.Error("keys go below")
			}
			kit.Uncover(c.win)
			all := canvas.Overlays().List()
			if len(all) != tt.after {
				t.Fatalf("%d dialogs", len(all))
			}
			if tt.titled != "" && shot.Texts(all[len(all)-1])[0] != tt.titled {
				t.Errorf("on top: %q", shot.Texts(all[len(all)-1]))
			}
		})
	}
}

func TestAMenuBarThatTheSystemShowsDoesNothingUnderACover(t *testing.T) {
	c := newCovered(t)
	did := 0
	quit := fyne.NewMenuItem("Quitter", func() { did += 10 })
	quit.IsQuit = true
	m := fyne.NewMainMenu(fyne.NewMenu("M", fyne.NewMenuItem("Inviter", func() { did++ }), quit))
	kit.SetMenu(c.win, m)
	m.Items[0].Items[0].Action()
	if did != 0 {
		t.Error("it did something")
	}
	m.Items[0].Items[1].Action()
	if did != 10 {
		t.Error("it does not quit")
	}
	kit.Uncover(c.win)
	m.Items[0].Items[0].Action()
	if did != 11 {
		t.Error("it does nothing any more")
	}
}

func TestKeysAndThePointerSayThatSomebodyIsThere(t *testing.T) {
	test.NewTempApp(t)
	n := 0
	kit.OnUsed(func() { n++ })
	defer kit.OnUsed(nil)
	input, button := kit.NewInput(), kit.PrimaryButton("x", func() {})
	win := shot.Window(kit.Layers(kit.NewFloor(), kit.Column(8, input, button)), fyne.NewSize(400, 300), kit.NewTheme(kit.Light, 1))
	defer func() { kit.Forget(win); win.Close() }()
	input.KeyDown(&fyne.KeyEvent{Name: fyne.KeyTab})
	button.KeyDown(&fyne.KeyEvent{Name: fyne.KeyTab})
	if n != 2 {
		t.Errorf("keys: told %d times", n)
	}
	n = 0
	test.MoveMouse(win.Canvas(), fyne.NewPos(200, 250))
	test.MoveMouse(win.Canvas(), fyne.NewPos(210, 250))
	if n == 0 {
		t.Error("the pointer over nothing is not told")
	}
	n = 0
	win.Canvas().Focus(button) // a screen may do that by itself
	if n != 0 {
		t.Error("a focus that moves by itself counts as somebody")
	}
}

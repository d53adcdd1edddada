package scene_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/views/gallery/scene"
	"concierge/views/kit/shot"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func play(t *testing.T, do func(*scene.Stage)) *scene.Stage {
	t.Helper()
	test.NewTempApp(t)
	s := scene.Play(t, scene.Scene{Name: t.Name(), Do: do}, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
	t.Cleanup(s.Close)
	return s
}

// says tells whether a text stands anywhere in the window, also in what lies over the screen.
func says(s *scene.Stage, text string) bool {
	for _, o := range append(s.Window.Canvas().Overlays().List(), s.Window.Content()) {
		if slices.ContainsFunc(shot.Texts(o), func(line string) bool { return strings.Contains(line, text) }) {
			return true
		}
	}
	return false
}

func TestAnEditThatWaitsCanBeUndoneInAnotherLanguageToo(t *testing.T) {
	s := play(t, func(s *scene.Stage) {
		s.Go(shell.People, "person:lea@studio.example")
		s.Press("people.revoke")
		s.Press("people.revoke")
	})
	s.Settings.SetLanguage("en")
	if !says(s, "revoking the access of Léa Dubois") {
		t.Fatal("the message went away with the language")
	}
	s.PressText("Undo")
	if list := s.Core.Desk.List(); len(list) > 0 && list[0].State != change.Undone {
		t.Errorf("the edit is %v", list[0].State)
	}
}

func TestAnotherLanguageDoesNotLoseWhatIsTyped(t *testing.T) {
	s := play(t, func(s *scene.Stage) {
		s.Go(shell.AccountInfo, "")
		s.Type("Ève")
		s.Press("shell.avatar_name", "Name", scene.Me().Name())
		s.Press("shell.other_language")
	})
	if !says(s, "Quitter sans enregistrer?") {
		t.Fatal("nobody is asked")
	}
	s.Press("shell.leave_stay")
	if s.Settings.Language() != "fr" || !strings.Contains(s.Input(t, s.Env.Words.T("words.first_name")).Text, "Ève") {
		t.Error("what was typed is lost")
	}
}

func TestChoosingALanguageLeavesTheKeyboardOnTheChoice(t *testing.T) {
	s := play(t, func(s *scene.Stage) { s.Go(shell.Preferences, "") })
	s.World.Press(fyne.KeyRight)
	if s.Settings.Language() != "en" || !says(s, "Preferences") {
		t.Fatalf("the window does not speak English; language %q", s.Settings.Language())
	}
	if !strings.HasPrefix(s.Focused(), "Language English,") {
		t.Errorf("the keyboard is on %q", s.Focused())
	}
	s.World.Press(fyne.KeyLeft)
	if s.Settings.Language() != "fr" || !strings.HasPrefix(s.Focused(), "Langue Français,") {
		t.Errorf("going back: language %q, keyboard on %q", s.Settings.Language(), s.Focused())
	}
}

func TestLargerTextKeepsTheKeyboardWhereItIs(t *testing.T) {
	s := play(t, func(s *scene.Stage) { s.Go(shell.Preferences, "") })
	s.Window.Canvas().FocusNext()
	s.Window.Canvas().FocusNext()
	s.World.Press(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
	if got := strings.Fields(s.Focused()); s.Settings.TextSize() != 150 || !slices.Contains(got, "150") {
		t.Errorf("text size %d, keyboard on %q", s.Settings.TextSize(), s.Focused())
	}
}

func TestF1OpensHelpFromAnywhere(t *testing.T) {
	s := play(t, func(s *scene.Stage) {
		s.Go(shell.People, "")
		s.Window.Canvas().Focus(s.Input(t, s.Env.Words.T("people.filter")))
	})
	s.World.Press(fyne.KeyF1)
	if !says(s, "Utilisateurs ou contacts?") {
		t.Error("no help came")
	}
	s.World.Press(fyne.KeyRight)
	if !says(s, "Quel courriel sert à quoi?") || !strings.HasPrefix(s.Focused(), "Courriels,") {
		t.Errorf("the arrows do not leaf; the keyboard is on %q", s.Focused())
	}
}

func TestEveryKeyIsInTheHelpAndInThePalette(t *testing.T) {
	s := play(t, func(s *scene.Stage) { s.Go(shell.Help, "keys") })
	for _, k := range shell.Keys() {
		if !says(s, shell.CapOf(k.Does)) || !says(s, s.Env.Words.T("help.key_"+k.Does)) {
			t.Errorf("help does not tell of %s", k.Does)
		}
	}
	s.Go(shell.People, "") // somewhere to go back from
	for _, k := range shell.Keys() {
		if k.Does == "palette" || k.Does == "undo" {
			continue // the palette itself, and what is there only for the seconds in which an edit waits
		}
		s.Press("shell.search")
		s.Type(s.Env.Words.T("window.do_"+k.Does, "Account", scene.Accounts()[0].Name))
		s.Settle()
		if !says(s, shell.CapOf(k.Does)) {
			t.Errorf("the palette does not show %s beside %s", shell.CapOf(k.Does), k.Does)
		}
		s.World.Press(fyne.KeyEscape, fyne.KeyEscape)
	}
}

func TestQuittingAsksBeforeWhatIsTypedIsLost(t *testing.T) {
	for name, typing := range map[string]func(*scene.Stage){
		"on a screen": func(s *scene.Stage) {
			s.Go(shell.AccountInfo, "")
			s.Type("Ève")
		},
		"in a dialog": func(s *scene.Stage) {
			s.Go(shell.People, "")
			s.Press("people.add_contact")
			s.Type("Ève")
		},
		"in the permissions": func(s *scene.Stage) {
			s.Go(shell.People, "")
			s.Press("people.invite")
			s.Type("eve@exemple.example")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, typing)
			s.Quit()
			s.Quit() // who is in a hurry is asked once
			if !says(s, "Quitter Concierge?") {
				t.Fatal("nobody is asked")
			}
			s.Press("form.stay")
			select {
			case <-s.View.Closed:
				t.Fatal("it has quit all the same")
			default:
			}
			if says(s, "Quitter Concierge?") {
				t.Error("the question stays")
			}
		})
	}
}

// lock locks the window while somebody types into a dialog, and an edit waits.
func lock(t *testing.T) *scene.Stage {
	t.Helper()
	return play(t, func(s *scene.Stage) {
		s.Go(shell.People, "person:lea@studio.example")
		s.Press("people.revoke")
		s.Press("people.revoke")
		s.Press("people.invite")
		s.Type("julie@comptes.example")
		s.View.Lock()
		s.Settle()
	})
}

func TestALockedWindowShowsAndDoesNothingOfWhatIsBelow(t *testing.T) {
	s := lock(t)
	if !s.View.Locked() || s.Window.Title() != "Concierge" {
		t.Errorf("locked %v, title %q", s.View.Locked(), s.Window.Title())
	}
	for _, name := range []string{"Léa", "Marie", "julie", "Marcel", "Sam"} {
		if says(s, name) {
			t.Errorf("it says %s", name)
		}
	}
	want := []string{"Déverrouiller", "Se déconnecter", "Quitter Concierge"}
	var reached []string
	for range 2 * len(want) {
		reached = append(reached, s.Focused())
		s.Window.Canvas().FocusNext()
	}
	if !slices.Equal(reached, append(want, want...)) {
		t.Errorf("Tab reaches %q", reached)
	}
	s.Window.Canvas().Unfocus()
	s.World.Press(fyne.KeyF1, fyne.KeyEscape, fyne.KeyDelete)
	s.Settle()
	if len(s.Window.Canvas().Overlays().List()) > 0 || s.Window.MainMenu() != nil || !says(s, "Concierge est verrouillé") {
		t.Error("a key opened something")
	}
	if list := s.Core.Desk.List(); len(list) != 1 || list[0].State != change.Waiting {
		t.Errorf("the edit that waits: %+v", list)
	}
	s.Press("lock.unlock")
	if s.View.Locked() || s.Input(t, s.Env.Words.T("permissions.email")).Text != "julie@comptes.example" || s.Window.MainMenu() == nil {
		t.Error("what was typed is not there any more")
	}
	if !says(s, "Annuler l'action") {
		t.Error("the edit that waits cannot be undone any more")
	}
}

func TestWhatAKeyringSaysToWhoUnlocks(t *testing.T) {
	for _, c := range []struct {
		name string
		says *trouble.Trouble
		want string
	}{
		{"missing", &trouble.Trouble{Kind: trouble.KeyringMissing}, "ne répond plus"},
		{"locked", &trouble.Trouble{Kind: trouble.KeyringLocked}, "personne ne l'a ouvert"},
		{"its question was closed", &trouble.Trouble{Kind: trouble.KeyringLocked, Err: vault.ErrDismissed}, "a été fermée"},
		{"refusing", &trouble.Trouble{Kind: trouble.KeyringRefused}, "refuse de donner"},
		{"given up", &trouble.Trouble{Kind: trouble.KeyringLocked, Err: context.Canceled}, "personne ne l'a ouvert"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := lock(t)
			s.CloseKeyring(c.says)
			s.World.Press(fyne.KeyReturn)
			s.Settle()
			if !s.View.Locked() || !says(s, c.want) || s.Focused() != "Déverrouiller" {
				t.Errorf("locked %v, keyboard on %q, says %q", s.View.Locked(), s.Focused(), s.Texts())
			}
			s.CloseKeyring(nil)
			s.World.Press(fyne.KeyReturn)
			if s.View.Locked() {
				t.Error("it stays locked with an open keyring")
			}
		})
	}
}

func TestSigningOutFromTheLockLeavesNothingBelow(t *testing.T) {
	s := lock(t)
	s.Press("lock.sign_out")
	if s.Focused() != "Annuler" {
		t.Errorf("the keyboard is on %q", s.Focused())
	}
	s.World.Press(fyne.KeyEscape)
	s.Press("lock.sign_out")
	s.Press("lock.sign_out")
	if n := len(s.Core.SignIn.Identities()); n != 0 || s.View.Locked() || says(s, "Léa") || says(s, "julie") {
		t.Errorf("%d sign-ins, locked %v, says %q", n, s.View.Locked(), s.Texts())
	}
	if s.Focused() == "" {
		t.Error("the keyboard is nowhere")
	}
	s.View.Lock()
	if s.View.Locked() {
		t.Error("it locks with nobody signed in, who could not open it")
	}
}

func TestQuittingFromTheLockAsksBeforeWhatIsTypedIsLost(t *testing.T) {
	s := lock(t)
	s.Press("lock.quit")
	if !says(s, "Quitter Concierge?") || s.Focused() == "" || says(s, "julie") {
		t.Fatalf("nobody is asked; it says %q", s.Texts())
	}
	s.Press("form.stay")
	if !says(s, "Concierge est verrouillé") || s.Focused() != "Déverrouiller" {
		t.Errorf("the keyboard is on %q", s.Focused())
	}
}

func TestTheWindowLocksByItself(t *testing.T) {
	s := play(t, func(s *scene.Stage) { s.Go(shell.People, "") })
	s.Settings.SetLockAfter(5 * time.Minute)
	s.Pass(4 * time.Minute)
	if s.View.Locked() {
		t.Error("too early")
	}
	s.Window.Canvas().FocusNext()
	s.Pass(2 * time.Minute)
	if !s.View.Locked() || says(s, "Sam") {
		t.Error("not at all")
	}
}

func TestEscapeClosesWhatIsShownOfARowWhereverTheKeyboardIs(t *testing.T) {
	lived := scene.All()[slices.IndexFunc(scene.All(), func(sc scene.Scene) bool { return sc.Name == "history-left" })]
	for row, sc := range map[string]scene.Scene{
		"Paul Roy": lived,
		"Sam Gagnon": {Name: "person", Do: func(s *scene.Stage) {
			s.Go(shell.People, "")
			s.Row("Sam Gagnon")
			s.World.Press(fyne.KeyReturn)
			s.Settle()
		}},
	} {
		t.Run(sc.Name, func(t *testing.T) {
			test.NewTempApp(t)
			s := scene.Play(t, sc, scene.Config{Lang: "fr", Size: fyne.NewSize(1024, 640)})
			t.Cleanup(s.Close)
			if strings.HasPrefix(s.Focused(), row) {
				t.Fatalf("the keyboard is still on the row %q", s.Focused())
			}
			s.World.Press(fyne.KeyEscape)
			s.Settle()
			if !strings.HasPrefix(s.Focused(), row) {
				t.Errorf("the keyboard is on %q", s.Focused())
			}
		})
	}
}

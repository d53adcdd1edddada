package scene_test

import (
	"slices"
	"strings"
	"testing"

	"concierge/app/change"
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
	if s.Focused() != "English" {
		t.Errorf("the keyboard is on %q", s.Focused())
	}
	s.World.Press(fyne.KeyLeft)
	if s.Settings.Language() != "fr" || s.Focused() != "Français" {
		t.Errorf("going back: language %q, keyboard on %q", s.Settings.Language(), s.Focused())
	}
}

func TestLargerTextKeepsTheKeyboardWhereItIs(t *testing.T) {
	s := play(t, func(s *scene.Stage) { s.Go(shell.Preferences, "") })
	s.Window.Canvas().FocusNext()
	s.Window.Canvas().FocusNext()
	s.World.Press(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
	if got := strings.Fields(s.Focused()); s.Settings.TextSize() != 150 || len(got) == 0 || got[0] != "150" {
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
	if !says(s, "Quel courriel sert à quoi?") || s.Focused() != "Courriels" {
		t.Errorf("the arrows do not leaf; the keyboard is on %q", s.Focused())
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
			if !says(s, "Quitter sans enregistrer?") {
				t.Fatal("nobody is asked")
			}
			s.Press("form.stay")
			select {
			case <-s.View.Closed:
				t.Fatal("it has quit all the same")
			default:
			}
			if says(s, "Quitter sans enregistrer?") {
				t.Error("the question stays")
			}
		})
	}
}

package scene_test

import (
	"slices"
	"strings"
	"testing"

	"concierge/views/gallery/scene"
	"concierge/views/kit/shot"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// staged plays one of the scenes.
func staged(t *testing.T, name string) *scene.Stage {
	t.Helper()
	test.NewTempApp(t)
	for _, sc := range scene.All() {
		if sc.Name == name {
			s := scene.Play(t, sc, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
			t.Cleanup(s.Close)
			return s
		}
	}
	t.Fatalf("there is no scene %s", name)
	return nil
}

func TestEverybodyIsCountedOnceThereIsAScreenToWorkWith(t *testing.T) {
	test.NewTempApp(t)
	for _, sc := range scene.All() {
		if sc.Name != "directory" {
			continue
		}
		sc.Late = true // what comes a while later comes at once
		sc.Do = func(s *scene.Stage) { s.Go(shell.Overview, "") }
		s := scene.Play(t, sc, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
		t.Cleanup(s.Close)
		counted := func() bool {
			return slices.ContainsFunc(shot.TabOrder(s.Window), func(name string) bool { return name == "Répertoire, 22" })
		}
		if counted() {
			t.Error("everybody is counted before the first screen stands")
		}
		for range 3 { // frames
			shot.Capture(s.Window)
		}
		if !counted() {
			t.Errorf("nobody is counted: %q", shot.TabOrder(s.Window))
		}
	}
}

func TestFromTheDirectoryToAPersonInAnAccountAndBack(t *testing.T) {
	s := staged(t, "directory")
	s.Type("gagnon")
	s.World.Press(fyne.KeyDown, fyne.KeyReturn, fyne.KeyReturn)
	if !says(s, "Coop du Plateau") || !says(s, "Accès · utilisateur") || !says(s, "En retard") {
		t.Fatal("Enter does not lead to the person in the account where something is to be done")
	}
	s.World.Press(fyne.KeyEscape)
	s.Find("window.do_back")
	if !says(s, "Dans 7 comptes") || s.Input(t, s.Env.Words.T("people.filter")).Text != "gagnon" {
		t.Error("who comes back does not find the directory as it was")
	}
}

func TestWhoComesToTheDirectoryForSomethingElseFindsThat(t *testing.T) {
	s := staged(t, "directory")
	s.Type("gagnon")
	s.World.Press(fyne.KeyDown, fyne.KeyReturn, fyne.KeyReturn) // to an account
	s.Find("window.do_directory_ending")
	if says(s, "Dans 7 comptes") || s.Input(t, s.Env.Words.T("people.filter")).Text != "" || !strings.HasPrefix(s.Focused(), "Sam Gagnon") {
		t.Error("the directory is as it was left, and not as it was asked for")
	}
}

func TestHelpLeadsToTheDirectory(t *testing.T) {
	s := staged(t, "directory")
	s.Go(shell.Help, "")
	s.Press("help.to_directory")
	if !says(s, "22 personnes dans 13 comptes") {
		t.Error("it does not lead there")
	}
}

func TestAPersonLeadsToTheDirectory(t *testing.T) {
	s := staged(t, "directory")
	s.Go(shell.People, "person:sam@cabinet.example")
	s.Press("people.see_directory")
	if !says(s, "Dans 7 comptes") {
		t.Error("the person is not shown in the directory")
	}
}

func TestWhatOneExportsOfAPersonIsThatPersonInEveryAccount(t *testing.T) {
	s := staged(t, "directory-person")
	s.Press("directory.export_person")
	if !says(s, "Exporter les accès de Sam Gagnon") || !says(s, "7 lignes") {
		t.Error("the dialog does not offer the 7 accounts of Sam")
	}
}

func TestTheInvitationsOfAllAccountsAreFoundFromAnywhere(t *testing.T) {
	s := staged(t, "directory")
	s.Go(shell.Overview, "")
	s.Find("window.do_directory_invitations")
	if !strings.HasPrefix(s.Focused(), "nouvelle7@studio.example") || !says(s, "expire aujourd'hui") {
		t.Errorf("the first is %q, not the one that expires first", s.Focused())
	}
}

func TestOneAccountHasNoDirectory(t *testing.T) {
	s := staged(t, "directory-single")
	s.Press("directory.to_people")
	for key, topic := range map[string]string{"shell.nav_directory": "", "help.key_directory": "keys", "help.to_directory": ""} {
		s.Go(shell.Help, topic)
		if says(s, s.Env.Words.T(key)) {
			t.Errorf("there is a way to it: %s", key)
		}
	}
}

package scene_test

import (
	"slices"
	"testing"

	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/gallery/scene"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// keepDraft saves a name while the host is away.
func keepDraft(s *scene.Stage) {
	s.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}})
	s.Go(shell.AccountInfo, "")
	s.Type("Ève")
	s.PressText(s.Env.Words.N("form.save", 1))
}

func choose(s *scene.Stage, action string) {
	s.Press("shell.search")
	s.Type(s.Env.Words.T(action))
	s.World.Press(fyne.KeyReturn)
	s.Settle()
}

func TestWhatIsKeptIsSaidEverywhereAndNowhereShownAsDone(t *testing.T) {
	s := play(t, keepDraft)
	for _, want := range []string{"Conservé, pas encore envoyé", "1 à envoyer", "1 changement n'est pas encore fait.", "Un changement attend déjà d'être envoyé."} {
		if !says(s, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if s.Input(t, s.Env.Words.T("words.first_name")).Text != "Marie" {
		t.Error("the form shows what is not so yet")
	}
	if says(s, "sont enregistrées") {
		t.Error("it is said to be done")
	}
	choose(s, "window.do_outbox")
	if !says(s, "MarieÈve") || says(s, "1 changement n'est pas encore fait.") {
		t.Error("the palette leads elsewhere, or the banner says again what the screen shows")
	}
	s.Press("outbox.send")
	if says(s, "1 à envoyer") || !says(s, "Rien à envoyer") {
		t.Error("what is done still waits")
	}
}

func TestAKeptEditThatMeetsAnothersIsSaidToWaitForADecision(t *testing.T) {
	s := play(t, keepDraft)
	draft := s.Core.Desk.List()[0]
	theirs := change.Values{Fields: map[string]string{change.FieldFirstName: "Zoé"}}
	s.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: theirs, TheirsBase: "9"}})
	s.Core.Desk.Reachable(draft.Account.Identity)
	if c, err := s.Core.Desk.Await(t.Context(), draft.ID); err != nil || c.State != change.Conflicting {
		t.Fatalf("it is %s (%v)", c.State, err)
	}
	s.Go(shell.Overview, "")
	if !says(s, "1 attend votre décision.") {
		t.Error("the banner does not say so")
	}
}

func TestASecondSaveJoinsWhatWaits(t *testing.T) {
	s := play(t, keepDraft)
	s.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}})
	s.Input(t, s.Env.Words.T("words.last_name")).SetText("Roy")
	s.PressText(s.Env.Words.N("form.save", 1))
	list := s.Core.Desk.List()
	if len(list) != 1 || list[0].After.Fields[change.FieldFirstName] != "MarieÈve" || list[0].After.Fields[change.FieldLastName] != "Roy" {
		t.Errorf("%+v", list)
	}
}

func TestSigningOutNamesWhatWouldBeErased(t *testing.T) {
	s := play(t, keepDraft)
	s.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}})
	choose(s, "window.do_sign_out")
	s.Press("window.sign_out")
	if !says(s, "Un changement n'a pas pu être envoyé") || !says(s, "Enregistrement des infos du compte") {
		t.Fatal("nobody is asked")
	}
	s.Press("window.unsent_stay")
	if len(s.Core.Desk.List()) != 1 {
		t.Error("erased all the same")
	}
}

func TestQuittingAsksBeforeSomethingIsLostForGood(t *testing.T) {
	s := play(t, keepDraft)
	choose(s, "window.do_quit")
	if !says(s, "Un changement sera perdu") || !says(s, "Enregistrement des infos du compte") {
		t.Fatal("nobody is asked")
	}
	s.World.Press(fyne.KeyEscape)
	s.Settle()
	if says(s, "Un changement sera perdu") || len(s.Core.Desk.List()) != 1 {
		t.Error("it went on all the same")
	}
}

func TestWhatCannotBeReadIsSaidAboveTheScreensAndForgottenUnderToSend(t *testing.T) {
	i := slices.IndexFunc(scene.All(), func(sc scene.Scene) bool { return sc.Name == "outbox-unread" })
	test.NewTempApp(t)
	s := scene.Play(t, scene.All()[i], scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
	defer s.Close()
	s.Go(shell.Overview, "")
	if !says(s, "2 changements ne sont pas encore faits.") || !says(s, "1 attend votre décision.") {
		t.Error("it is not said")
	}
	s.Go(shell.Outbox, "")
	s.Press("outbox.forget")
	s.Press("outbox.forget")
	if says(s, "illisible") || !says(s, "1 à envoyer") {
		t.Error("forgotten, and still there")
	}
}

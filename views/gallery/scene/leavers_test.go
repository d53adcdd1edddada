package scene_test

import (
	"slices"
	"testing"

	"concierge/app/change"
	"concierge/app/plan"
	"concierge/views/gallery/scene"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

// T4: a leaver, present in eight accounts, takes four clicks and the review.
func TestALeaverTakesFourClicksAndAReview(t *testing.T) {
	s := named(t, "leaver-review") // only for its people
	s.Go(shell.Overview, "")
	clicks := 0
	click := func(text string) { clicks++; s.PressText(text) }
	click("Personnes")
	s.Row("Léa Dubois") // by mouse it is one
	s.World.Press(fyne.KeyReturn)
	clicks++
	click("Retirer de tous ses comptes")
	if !says(s, "Retirer Léa Dubois de 8 comptes") || len(s.Core.Desk.List()) != 0 {
		t.Fatal("there is nothing to review")
	}
	click("Retirer de 5 comptes")
	if clicks > 4 {
		t.Errorf("%d clicks", clicks)
	}
	if list := plan.Plans(s.Core.Desk.List()); len(list) != 1 || len(list[0].Lines) != 5 {
		t.Errorf("%+v", list)
	}
	if !says(s, "Rien n'est encore parti") {
		t.Error("it is not said that it can be undone")
	}
	s.View.Open(shell.Route{Screen: shell.Overview})
	s.Settle()
	s.PressText("Changements groupés")
	if !says(s, "0 sur 8") {
		t.Error("the navigation does not lead back to it")
	}
}

func TestBeforeAnybodyLeavesTheNavigationHasNothingOfIt(t *testing.T) {
	s := play(t, func(s *scene.Stage) { s.Go(shell.Overview, "") })
	if says(s, "Changements groupés") {
		t.Error("it leads to nothing")
	}
	s.Press("shell.search")
	s.Type("changements groupés")
	s.Settle()
	if says(s, "Voir les changements groupés") {
		t.Error("the palette leads to nothing")
	}
}

func TestAConflictOfAPlanIsComparedAndWhatIsKeptStaysToBeSeen(t *testing.T) {
	s := named(t, "leaver-progress")
	s.Row("Clinique Harmonie")
	s.World.Press(fyne.KeyReturn)
	s.Settle()
	if !s.InDialog() || !says(s, "Clinique Harmonie") {
		t.Fatal("nothing is compared")
	}
	s.World.Press(fyne.KeyEscape)
	s.Settle()
	if slices.ContainsFunc(s.Core.Desk.List(), func(c change.Change) bool { return c.State == change.Conflicting }) {
		t.Error("it still collides")
	}
	if !says(s, "Non retiré") {
		t.Error("the account is passed over")
	}
}

func TestTheProofIsSavedAsAFile(t *testing.T) {
	s := named(t, "leaver-progress")
	s.Press("leaving.export")
	if text := saved(t, s); !contains(text, "Confirmé", "Pas encore fait", "Non fait", "Révoquer l'utilisateur") {
		t.Errorf("%s", text)
	}
}

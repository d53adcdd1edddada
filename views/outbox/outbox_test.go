package outbox_test

import (
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/signal"
	"concierge/app/trouble"
	"concierge/views/kit/shot"
	"concierge/views/outbox"
	"concierge/views/page"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

type opened struct {
	*viewtest.World
	t         *testing.T
	page      *outbox.Page
	conflicts []change.Change
}

func begin(t *testing.T) *opened {
	t.Helper()
	test.NewTempApp(t)
	page.UpdateAtOnce()
	o := &opened{World: viewtest.New(viewtest.Config{}), t: t}
	t.Cleanup(o.Window.Close)
	o.Store.PutAccounts(viewtest.Ref.Identity, []access.Summary{{Ref: viewtest.Ref, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	o.Env.Signals = page.Signals{Changes: &o.Desk.Changed, Lists: &signal.Signal[string]{}}
	return o
}

func (o *opened) open() {
	o.t.Helper()
	o.page = outbox.New(o.Env, viewtest.Ref.Identity, o.Store, o.Desk, outbox.Go{
		Conflict: func(c change.Change) { o.conflicts = append(o.conflicts, c) },
		Color:    func(access.Ref) int { return 2 },
	})
	o.t.Cleanup(o.page.Close)
	o.Open(o.page)
}

// leave makes a Change whose form has been left, and that ends with the outcomes.
func (o *opened) leave(c change.Change, outcomes ...change.Outcome) change.Change {
	o.t.Helper()
	o.Script.Then(outcomes...)
	c.Account = viewtest.Ref
	id := o.Desk.Submit(c).ID
	_ = o.Desk.SendNow(id) // what would wait
	end, err := o.Desk.Await(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	_ = o.Desk.Release(id) // confirmed is as good
	return end
}

func (o *opened) settle() { shot.Settle(o.Window) }

func (o *opened) state(c change.Change) change.State {
	now, kept := o.Desk.Get(c.ID)
	if !kept {
		return "gone"
	}
	return now.State
}

func refused(k trouble.Kind) change.Outcome {
	return change.Outcome{Trouble: &trouble.Trouble{Kind: k, Host: "Hébergement Exemple"}}
}

func phone(name, to string) change.Change {
	return change.Change{Kind: change.EditContact, Target: "c-" + name, TargetName: name, Before: change.Values{Fields: map[string]string{change.FieldPhone: "1"}},
		After: change.Values{Fields: map[string]string{change.FieldPhone: to}}}
}

func TestWithNothingThatWaitsTheScreenSaysSo(t *testing.T) {
	o := begin(t)
	o.open()
	if !o.Sees("Rien à envoyer") {
		t.Errorf("%q", o.Texts())
	}
}

func TestEachThingThatWaitsSaysWhatItDoesWhereAndWhy(t *testing.T) {
	o := begin(t)
	o.leave(phone("Marie", "418 555-0142"), refused(trouble.Unreachable))
	o.leave(change.Change{Kind: change.Revoke, Target: "u2", TargetName: "Sam Gagnon"}, refused(trouble.Unreachable))
	o.leave(phone("Léa", "3"), refused(trouble.OutcomeUnknown), refused(trouble.OutcomeUnknown), refused(trouble.OutcomeUnknown))
	o.leave(phone("Noé", "4"), refused(trouble.Forbidden))
	o.leave(phone("Julie", "5"))
	o.open()
	for _, want := range []string{
		"Enregistrement du contact Marie", "Téléphone : 418 555-0142", "Boulangerie Chez Marcel · aujourd'hui", "Impossible de joindre Hébergement Exemple. Partira tout seul dès qu'Hébergement Exemple répondra.",
		"Révocation de l'accès de Sam Gagnon", "Partira quand vous l'enverrez",
		"Enregistrement du contact Léa", "On ne sait pas si cela a été fait. L'envoyer de nouveau est sans risque", "Résultat inconnu",
		"Enregistrement du contact Noé", "Refusé", "jusqu'à la fermeture de Concierge",
	} {
		if !o.Sees(want) {
			t.Errorf("%q is not there: %q", want, o.Texts())
		}
	}
	if o.Sees("Julie") {
		t.Error("what is done waits")
	}
}

func TestAnAccountIsCalledAsThePersonCallsIt(t *testing.T) {
	o := begin(t)
	o.leave(phone("Marie", "418 555-0142"), refused(trouble.Unreachable))
	for called, want := range map[string]string{"Le pain (Nuage Boréal)": "Le pain (Nuage Boréal) · aujourd'hui", "": "Un compte chez Hébergement Exemple · aujourd'hui"} {
		o.Env.Account = func(access.Ref) (string, bool) { return called, true }
		o.open()
		if !o.Sees(want) {
			t.Errorf("%q: %q", called, o.Texts())
		}
	}
}

func TestOneThatCannotBeReadIsListedAndForgottenAfterAQuestion(t *testing.T) {
	o := begin(t)
	o.Keep(t, journal.Entry{ID: "newer", Account: viewtest.Ref, At: viewtest.Now.AddDate(0, 0, -3), Body: []byte(`{"v":9}`)})
	o.Env.Signals.Changes = &o.Desk.Changed
	o.open()
	for _, want := range []string{"Un changement illisible", "Illisible", "Boulangerie Chez Marcel · il y a 3 jours", "Cette version de Concierge ne peut pas le lire"} {
		if !o.Sees(want) {
			t.Errorf("%q is not there: %q", want, o.Texts())
		}
	}
	if o.Sees("Envoyer") {
		t.Error("it can be sent")
	}
	o.Tap(t, "L'oublier")
	o.Tap(t, "Garder")
	if len(o.Desk.List()) != 1 {
		t.Fatal("kept, and gone")
	}
	o.Tap(t, "L'oublier")
	if !o.Sees("aucune version de Concierge ne pourra plus le reprendre") {
		t.Errorf("the question says %q", o.Texts())
	}
	o.Tap(t, "L'oublier")
	o.settle()
	if len(o.Desk.List()) != 0 || !o.Sees("Rien à envoyer") {
		t.Errorf("%+v: %q", o.Desk.List(), o.Texts())
	}
}

func TestWhatCameBackFromALaterVersionsFileIsToBeCheckedFirst(t *testing.T) {
	o := begin(t)
	o.Keep(t, journal.Entry{ID: "back", Account: viewtest.Ref, At: viewtest.Now, Body: []byte(`{"v":1,"kind":"edit-contact","target":"c3","targetName":"Julie","state":"draft",
		"before":{},"after":{"fields":{"phone":"2"}},"trouble":{"kind":"journal-taken"}}`)})
	o.open()
	for _, want := range []string{"À vérifier", "Retrouvé après une mise à jour de Concierge.", "Envoyer", "Abandonner"} {
		if !o.Sees(want) {
			t.Errorf("%q is not there: %q", want, o.Texts())
		}
	}
	if o.Sees("de retour") {
		t.Error("it says again what was told at the start")
	}
}

// TestAHostIsCalledByItsName: what was kept when it could not be reached has its address.
func TestAHostIsCalledByItsName(t *testing.T) {
	o := begin(t)
	for _, k := range []trouble.Kind{trouble.Unreachable, trouble.TimedOut} {
		o.leave(phone(string(k), "2"), change.Outcome{Trouble: &trouble.Trouble{Kind: k, Host: "espace.exemple.example:8443"}})
	}
	o.open()
	if o.Sees("espace.exemple.example") || !o.Sees("Impossible de joindre Hébergement Exemple.") {
		t.Errorf("%q", o.Texts())
	}
}

func TestAHostThatAnswersAgainIsNotSaidToBeOutOfReach(t *testing.T) {
	o := begin(t)
	o.leave(change.Change{Kind: change.Invite, After: change.Values{Fields: map[string]string{change.FieldEmail: "zoe@roy.example"}}}, refused(trouble.Unreachable))
	o.Store.SetIdentityStatus(viewtest.Ref.Identity, func(s *cache.Status) { s.At = viewtest.Now })
	o.open()
	if o.Sees("Impossible de joindre Hébergement Exemple.") || !o.Sees("Partira quand vous l'enverrez") {
		t.Errorf("it answers: %q", o.Texts())
	}
	o.Store.SetIdentityStatus(viewtest.Ref.Identity, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	o.page.Update(t.Context())
	if !o.Sees("Impossible de joindre Hébergement Exemple.") {
		t.Errorf("it does not answer: %q", o.Texts())
	}
}

func TestSendingFromHereIsFollowedToItsEnd(t *testing.T) {
	o := begin(t)
	c := o.leave(phone("Marie", "2"), refused(trouble.Unreachable))
	o.open()
	o.Script.Then(refused(trouble.Unreachable))
	o.Tap(t, "Envoyer")
	o.settle()
	if o.state(c) != change.Draft || !o.Sees("Vérifiez votre connexion à Internet") {
		t.Fatalf("still away: %s, %q", o.state(c), o.Texts())
	}
	o.Script.Then(refused(trouble.LastDomain))
	o.Tap(t, "Envoyer")
	o.settle()
	if o.state(c) != change.Refused || !o.Sees("Une adresse doit recevoir les courriels Domaines") {
		t.Fatalf("refused: %s, %q", o.state(c), o.Texts())
	}
	o.Tap(t, "Envoyer de nouveau")
	o.settle()
	if o.state(c) != change.Confirmed || !o.Sees("Rien à envoyer") {
		t.Errorf("done: %s, %q", o.state(c), o.Texts())
	}
	for _, sent := range o.Script.Sent() {
		if sent.ID != c.ID {
			t.Error("sent under another key")
		}
	}
}

func TestACodeIsAskedForAndWhoGoesBackLosesNothing(t *testing.T) {
	o := begin(t)
	c := o.leave(change.Change{Kind: change.Invite, After: change.Values{Fields: map[string]string{change.FieldEmail: "julie@comptes.example"}}}, refused(trouble.Unreachable))
	o.open()
	asked := change.Outcome{Challenge: &change.Challenge{ID: "1", SentTo: "m•••", Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}}}}
	o.Script.Then(asked)
	o.Tap(t, "Envoyer")
	o.settle()
	if !o.InDialog() {
		t.Fatalf("no code is asked for: %s", o.state(c))
	}
	o.Press(fyne.KeyEscape)
	o.settle()
	if o.state(c) != change.Draft || o.InDialog() || !o.Sees("demande un code") {
		t.Fatalf("after going back: %s, %q", o.state(c), o.Texts())
	}
	o.Script.Then(asked)
	o.Tap(t, "Envoyer")
	o.settle()
	o.Type("12345")
	o.settle()
	if o.state(c) != change.Confirmed || o.InDialog() {
		t.Errorf("after the code: %s, %q", o.state(c), o.Texts())
	}
}

func TestBothSidesOfAConflictCanBeSeen(t *testing.T) {
	o := begin(t)
	c := o.leave(phone("Marie", "2"), change.Outcome{Stale: &change.Conflict{Theirs: change.Values{Fields: map[string]string{change.FieldPhone: "9"}}, TheirsBase: "b"}})
	o.open()
	o.Tap(t, "Voir les deux versions")
	if len(o.conflicts) != 1 || o.conflicts[0].ID != c.ID {
		t.Errorf("%+v", o.conflicts)
	}
}

func TestGivingUpIsAskedAboutAndTheKeyboardGoesOn(t *testing.T) {
	o := begin(t)
	first := o.leave(phone("Marie", "2"), refused(trouble.Unreachable))
	second := o.leave(phone("Léa", "3"), refused(trouble.Unreachable))
	o.open()
	if o.Focused() != "Envoyer, Enregistrement du contact Marie" {
		t.Errorf("the keyboard starts on %q", o.Focused())
	}
	o.Window.Canvas().FocusNext()
	o.Press(fyne.KeyReturn)
	o.settle()
	if o.Focused() != "Garder" {
		t.Fatalf("nobody is asked: %q", o.Texts())
	}
	o.Press(fyne.KeyEscape)
	o.settle()
	if o.state(first) != change.Draft {
		t.Error("given up all the same")
	}
	o.Tap(t, "Abandonner")
	o.settle()
	o.Window.Canvas().FocusNext()
	if o.Focused() != "Abandonner" {
		t.Fatalf("the keyboard is on %q", o.Focused())
	}
	o.Press(fyne.KeyReturn)
	o.settle()
	if o.state(first) != "gone" || o.state(second) != change.Draft || o.Sees("Marie") {
		t.Errorf("%s and %s: %q", o.state(first), o.state(second), o.Texts())
	}
	for _, text := range o.Texts() {
		if strings.Contains(text, "Annulé") {
			t.Error(text)
		}
	}
}

func TestTheKeyboardComesBackWhenAnEditThatWasUnderWayHasEnded(t *testing.T) {
	o := begin(t)
	first := o.leave(phone("Marie", "2"), refused(trouble.Unreachable))
	second := o.leave(change.Change{Kind: change.Revoke, Target: "u2", TargetName: "Sam Gagnon"}, refused(trouble.Unreachable))
	o.open()
	o.Desk.Reachable(viewtest.Ref.Identity)
	if _, err := o.Desk.Await(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	_ = o.Desk.Drop(first.ID) // as the shell does once it has said so
	o.page.Update(t.Context())
	o.settle()
	if o.state(first) != "gone" || o.state(second) != change.Draft {
		t.Fatalf("%s and %s", o.state(first), o.state(second))
	}
	o.Press(fyne.KeyReturn)
	o.settle()
	if o.state(second) != "gone" && o.state(second) != change.Confirmed {
		t.Errorf("Enter does nothing: the keyboard is on %q, the edit is %s", o.Focused(), o.state(second))
	}
}

func TestWhereThePersonHasGoneMeanwhileTheKeyboardStays(t *testing.T) {
	o := begin(t)
	first := o.leave(phone("Marie", "2"), refused(trouble.Unreachable))
	o.leave(phone("Léa", "3"), refused(trouble.Unreachable))
	o.open()
	for range 3 { // from the first edit to the last thing about the second
		o.Window.Canvas().FocusNext()
	}
	if o.Focused() != "Abandonner, Enregistrement du contact Léa" {
		t.Fatalf("the keyboard is on %q", o.Focused())
	}
	if err := o.Desk.SendNow(first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Desk.Await(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	o.settle()
	if o.Focused() != "Abandonner, Enregistrement du contact Léa" {
		t.Errorf("the keyboard went to %q", o.Focused())
	}
}

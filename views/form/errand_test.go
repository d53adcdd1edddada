package form_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit/shot"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2/test"
)

// A form can be left while its Change is on its way. What becomes of it must not stay unsaid.
func TestARefusalIsSaidAlsoWhenTheFormWasLeftMeanwhile(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	defer w.Window.Close()
	var later func()
	w.Env.Go = func(work func()) { later = work }
	w.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}})
	e := form.NewErrand(form.ErrandConfig{
		Env: w.Env, Host: viewtest.Host(), Desk: w.Desk,
		Done:    func(change.Change) { t.Error("done") },
		Refused: func(*trouble.Trouble) { t.Error("a form that is gone is told") },
	})
	e.Send(change.Change{Account: viewtest.Ref, Kind: change.EditContact, Target: "c1", TargetName: "Marie Tremblay"})
	if !e.Active() {
		t.Fatal("the Change is not on its way")
	}
	e.Close()
	later()
	shot.Settle(w.Window)
	if !w.Sees("Une adresse doit recevoir les courriels Domaines") {
		t.Errorf("nothing is said: %q", w.Texts())
	}
	if left := w.Desk.List(); len(left) != 1 || !left[0].Waits() {
		t.Errorf("what was typed is nowhere any more: %+v", left)
	}
}

func TestWhatIsSaidLateNamesItsAccountWhereThereAreSeveral(t *testing.T) {
	for _, several := range []bool{false, true} {
		test.NewTempApp(t)
		w := viewtest.New(viewtest.Config{})
		list := []access.Summary{{Ref: viewtest.Ref, Name: "Boulangerie Chez Marcel"}}
		if several {
			list = append(list, access.Summary{Ref: access.Ref{Identity: viewtest.Ref.Identity, Account: "garage"}, Name: "Garage Nadeau"})
		}
		w.Store.PutAccounts(viewtest.Ref.Identity, list)
		form.Late(w.Env, w.Desk, change.Change{Account: viewtest.Ref, Kind: change.EditContact, TargetName: "Marie Tremblay", State: change.Refused}, nil)
		shot.Settle(w.Window)
		if got := w.Sees("Boulangerie Chez Marcel — Le contact Marie Tremblay n'a pas été enregistré."); got != several {
			t.Errorf("several accounts %v, it is said which %v: %q", several, got, w.Texts())
		}
		w.Window.Close()
	}
}

func TestWhatCannotReachItsHostEndsTheFormAndIsNotSaidToBeDone(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	defer w.Window.Close()
	w.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}})
	kept := 0
	e := form.NewErrand(form.ErrandConfig{
		Env: w.Env, Host: viewtest.Host(), Desk: w.Desk, Kept: func() { kept++ },
		Done: func(change.Change) { t.Error("done") }, Refused: func(*trouble.Trouble) { t.Error("refused") },
	})
	side := func(phone string) change.Values {
		return change.Values{Fields: map[string]string{change.FieldPhone: phone}}
	}
	e.Send(change.Change{Account: viewtest.Ref, Kind: change.EditContact, Target: "c1", TargetName: "Marie", Before: side("1"), After: side("2")})
	e.Close()
	if c, waits := w.Desk.DraftOf(viewtest.Ref, change.EditContact, "c1"); kept != 1 || e.Active() || !waits || c.After.Fields[change.FieldPhone] != "2" {
		t.Errorf("kept %d times, active %v, draft %+v", kept, e.Active(), c)
	}
	if form.Draft(w.Env.Words, viewtest.Host(), w.Desk, viewtest.Ref, change.EditContact, "c1") == nil {
		t.Error("the form does not say that an edit waits")
	}
	if form.Draft(w.Env.Words, viewtest.Host(), w.Desk, viewtest.Ref, change.EditContact, "c2") != nil {
		t.Error("another contact's form says so")
	}
}

// What may have been done must not be made anew under another key because a form was closed.
func TestLeavingAFormGivesUpWhatWasRefusedButNotWhatMayBeDone(t *testing.T) {
	for kind, want := range map[trouble.Kind]int{trouble.LastDomain: 0, trouble.OutcomeUnknown: 1} {
		test.NewTempApp(t)
		w := viewtest.New(viewtest.Config{})
		refused := change.Outcome{Trouble: &trouble.Trouble{Kind: kind}}
		w.Script.Then(refused, refused, refused)
		e := form.NewErrand(form.ErrandConfig{Env: w.Env, Host: viewtest.Host(), Desk: w.Desk, Refused: func(*trouble.Trouble) {}})
		e.Send(change.Change{Account: viewtest.Ref, Kind: change.EditContact, Target: "c1"})
		e.Close()
		if got := len(w.Desk.List()); got != want {
			t.Errorf("%s: %d are left, want %d", kind, got, want)
		}
		w.Window.Close()
	}
}

func TestASecondPressWhileSendingSendsNothing(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	defer w.Window.Close()
	var later []func()
	w.Env.Go = func(work func()) { later = append(later, work) }
	done := 0
	e := form.NewErrand(form.ErrandConfig{
		Env: w.Env, Host: viewtest.Host(), Desk: w.Desk, Done: func(change.Change) { done++ }, Refused: func(*trouble.Trouble) {},
	})
	c := change.Change{Account: viewtest.Ref, Kind: change.EditContact, Target: "c1"}
	e.Send(c)
	e.Send(c)
	for _, work := range later {
		work()
	}
	if len(w.Script.Sent()) != 1 || done != 1 || e.Active() {
		t.Errorf("sent %d, done %d, active %v", len(w.Script.Sent()), done, e.Active())
	}
}

func TestAConflictThatIsLeftDropsTheChange(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	defer w.Window.Close()
	left := 0
	e := form.NewErrand(form.ErrandConfig{
		Env: w.Env, Host: viewtest.Host(), Desk: w.Desk, Done: func(change.Change) {}, Refused: func(*trouble.Trouble) {}, Left: func() { left++ },
	})
	side := func(phone string) change.Values {
		return change.Values{Fields: map[string]string{change.FieldPhone: phone}}
	}
	w.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: side("2"), TheirsBase: "b"}})
	e.Send(change.Change{Account: viewtest.Ref, Kind: change.EditAccount, Before: side("0"), After: side("1")})
	if !w.Sees("Modifié par deux personnes en même temps") || !e.Active() {
		t.Fatalf("both sides are not shown: %q", w.Texts())
	}
	w.Tap(t, "Ne rien enregistrer")
	if left != 1 || e.Active() || w.InDialog() || len(w.Desk.List()) != 0 {
		t.Errorf("left %d times, active %v, dialog %v, desk %+v", left, e.Active(), w.InDialog(), w.Desk.List())
	}
}

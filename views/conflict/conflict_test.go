package conflict

import (
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/locales"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2/test"
)

func contact(fields ...string) change.Values {
	v := change.OfContact(access.Contact{})
	for i := 0; i < len(fields); i += 2 {
		v.Fields[fields[i]] = fields[i+1]
	}
	return v
}

func clash(before, mine, theirs change.Values) change.Change {
	_, col := change.Merge(before, mine, theirs)
	return change.Change{Kind: change.EditContact, Before: before, After: mine, TargetName: "Julie", State: change.Conflicting,
		Conflict: &change.Conflict{Theirs: theirs, TheirsBase: "2", Collisions: col}}
}

func TestADecisionKeepsWhatOnlyOneSideChanged(t *testing.T) {
	c := clash(
		contact("firstName", "Julie", "phone", "1", "company", "A", "city", "Québec", "line1", "1, rue A"),
		contact("firstName", "Julia", "phone", "2", "company", "A", "city", "Lévis", "line1", "1, rue A"),
		contact("firstName", "Jules", "phone", "1", "company", "B", "city", "Québec", "line1", "2, rue B"))
	for name, x := range map[string]struct {
		mine map[string]bool
		want [5]string // firstName, phone, company, city, line1
	}{
		"all mine":      {map[string]bool{"firstName": true, "city": true, "line1": true}, [5]string{"Julia", "2", "B", "Lévis", "1, rue A"}},
		"all theirs":    {nil, [5]string{"Jules", "2", "B", "Québec", "2, rue B"}},
		"the name mine": {map[string]bool{"firstName": true}, [5]string{"Julia", "2", "B", "Québec", "2, rue B"}},
	} {
		v := decide(c, x.mine).Fields
		if got := [5]string{v["firstName"], v["phone"], v["company"], v["city"], v["line1"]}; got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestAnAddressIsDecidedAsOneThing(t *testing.T) {
	c := clash(contact("city", "Québec", "line1", "1, rue A"), contact("city", "Lévis", "line1", "3, rue C", "country", "CA"), contact("city", "Saguenay", "line1", "2, rue B"))
	got := words{locales.For("fr"), viewtest.Host()}.items(c)
	if len(got) != 1 || len(got[0].names) != 3 || got[0].mine != "3, rue C, Lévis, Canada" || got[0].theirs != "2, rue B, Saguenay" || got[0].label != "Adresse" {
		t.Errorf("%+v", got)
	}
}

func TestTelephoneNumbersAreComparedInGroups(t *testing.T) {
	c := clash(contact("phone", "1"), contact("phone", "+15815550133"), contact("phone", "+33142685300"))
	w := words{locales.For("fr"), viewtest.Host()}
	got := w.items(c)
	if len(got) != 1 || got[0].mine != "+1 581-555-0133" || got[0].theirs != "+33 1 42 68 53 00" {
		t.Errorf("%+v", got)
	}
	if typed := w.typed(c.After); !strings.Contains(typed, "+1 581-555-0133") {
		t.Errorf("%q", typed)
	}
	if v := decide(c, map[string]bool{"phone": true}); v.Fields["phone"] != "+15815550133" {
		t.Errorf("%q is sent", v.Fields["phone"])
	}
}

func TestWhatWasTypedIsListedForCopying(t *testing.T) {
	v := change.OfRights([]access.Permission{access.Invoices}, time.Date(2027, 4, 30, 23, 59, 59, 0, time.Local), "impôts")
	got := strings.ReplaceAll(words{locales.For("fr"), viewtest.Host()}.typed(v), "\u00a0", " ")
	if want := "Fin de l'accès : 30 avril 2027\nRaison : impôts\n• Consulter et payer les factures"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNothingIsSavedBeforeEveryThingIsDecided(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	defer w.Window.Close()
	var decided []change.Values
	c := clash(contact("firstName", "Julie", "phone", "1"), contact("firstName", "Julia", "phone", "2"), contact("firstName", "Jules", "phone", "3"))
	v := New(Config{Env: w.Env, Host: viewtest.Host(), Change: c, Decided: func(after change.Values) { decided = append(decided, after) }, Leave: func() {}})
	w.Window.SetContent(v.Object())
	w.Tap(t, "Vous : Julia")
	w.Tap(t, "Enregistrer ces choix")
	if len(decided) != 0 {
		t.Fatal("saved with a thing undecided")
	}
	w.Tap(t, "Maintenant : 3")
	w.Tap(t, "Enregistrer ces choix")
	if len(decided) != 1 || decided[0].Fields["firstName"] != "Julia" || decided[0].Fields["phone"] != "3" {
		t.Errorf("decided %+v", decided)
	}
	w.Tap(t, "Tout garder comme c'est maintenant")
	w.Tap(t, "Enregistrer ces choix")
	if len(decided) != 2 || decided[1].Fields["firstName"] != "Jules" {
		t.Errorf("decided %+v", decided)
	}
}

func TestARemovalOfSomethingThatChangedIsAskedAgain(t *testing.T) {
	before := change.OfRights([]access.Permission{access.Invoices}, time.Time{}, "")
	theirs := change.OfRights([]access.Permission{access.Invoices, access.Domains}, time.Time{}, "")
	for button, want := range map[string]change.State{"Garder l'accès": "dropped", "Révoquer quand même": change.Confirmed} {
		test.NewTempApp(t)
		w := viewtest.New(viewtest.Config{})
		w.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: theirs, TheirsBase: "9"}})
		c := w.Desk.Submit(change.Change{Kind: change.Revoke, Account: viewtest.Ref, Target: "u2", TargetName: "Sam Gagnon", Base: "8", Before: before})
		if err := w.Desk.SendNow(c.ID); err != nil {
			t.Fatal(err)
		}
		c, err := w.Desk.Await(t.Context(), c.ID)
		if err != nil || c.State != change.Conflicting {
			t.Fatal(c.State, err)
		}
		Show(w.Env, viewtest.Host(), "Chez Marcel", w.Desk, c)
		if !w.Sees("Chez Marcel") || !w.Sees("Autorisation ajoutée : Consulter les domaines") || w.Focused() != "Garder l'accès" {
			t.Errorf("%q, focus on %q", w.Texts(), w.Focused())
		}
		w.Tap(t, button)
		if w.InDialog() {
			t.Error("the dialog stays")
		}
		got := change.State("dropped")
		if _, kept := w.Desk.Get(c.ID); kept {
			end, err := w.Desk.Await(t.Context(), c.ID)
			if err != nil {
				t.Fatal(err)
			}
			got = end.State
		}
		if got != want {
			t.Errorf("%s: %s, want %s", button, got, want)
		}
		w.Window.Close()
	}
}

package account_test

import (
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/account"
	"concierge/views/kit"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// opened is the screen in the sample world.
type opened struct {
	*viewtest.World
	t       *testing.T
	page    *account.Page
	profile int
	retried int
}

func open(t *testing.T, known func(*access.Snapshot)) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{}), t: t}
	t.Cleanup(o.Window.Close)
	if known != nil {
		o.put(known)
	}
	o.page = account.New(o.Env, viewtest.Ref, o.Store, o.Desk, account.Go{Profile: func() { o.profile++ }, Refresh: func() { o.retried++ }})
	t.Cleanup(o.page.Close)
	o.Open(o.page)
	return o
}

// put is what a sync does.
func (o *opened) put(known func(*access.Snapshot)) {
	s := viewtest.Snapshot()
	known(&s)
	o.Store.PutSnapshot(s, viewtest.Now)
	if o.page != nil {
		o.page.Update(o.t.Context())
	}
}

func (o *opened) fill(field, text string) {
	o.t.Helper()
	in := o.Input(o.t, field)
	o.Window.Canvas().Focus(in)
	in.SetText("")
	o.Type(text)
}

func (o *opened) value(field string) string {
	o.t.Helper()
	return o.Input(o.t, field).Text
}

func (o *opened) sees(texts ...string) {
	o.t.Helper()
	for _, s := range texts {
		if !o.Sees(s) {
			o.t.Fatalf("%q is not to be seen in %q", s, o.Texts())
		}
	}
}

func (o *opened) hides(texts ...string) {
	o.t.Helper()
	for _, s := range texts {
		if o.Sees(s) {
			o.t.Fatalf("%q is to be seen in %q", s, o.Texts())
		}
	}
}

func (o *opened) sent(n int) []change.Change {
	o.t.Helper()
	got := o.Script.Sent()
	if len(got) != n {
		o.t.Fatalf("%d changes were sent, want %d: %+v", len(got), n, got)
	}
	return got
}

var code = change.Outcome{Challenge: &change.Challenge{
	ID: "q", Condition: "account-email", SentTo: "compta@chezmarcel.example", ExpiresAt: viewtest.Now.Add(10 * time.Minute),
	Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}},
}}

func TestTheLoginEmailOfTheOwnerStandsBesideTheAccountEmail(t *testing.T) {
	o := open(t, nil)
	o.sees("Courriel du compte", "Votre courriel de connexion", "marie@chezmarcel.example", "Ce que changer le courriel du compte ne change pas :",
		"chezmarcel.example")
	if got := o.value("Courriel du compte"); got != "info@chezmarcel.example" {
		t.Errorf("the account e-mail is %q", got)
	}
	o.Tap(t, "Votre profil")
	if o.profile != 1 {
		t.Error("the way to the profile leads nowhere")
	}
}

func TestWhatIsNotSavedIsNamedAsItsFieldIs(t *testing.T) {
	o := open(t, nil)
	o.fill("Courriel du compte", "bureau@ailleurs.example")
	o.sees("Pas encore enregistré : Courriel du compte")
}

func TestSavingSaysHowManyChangesAndSendsOnlyThem(t *testing.T) {
	o := open(t, nil)
	o.hides("Enregistrer")
	o.fill("Prénom", "Marcel")
	o.fill("Ville", "Québec")
	o.fill("Code postal", "G1R 4P5")
	o.Tap(t, "Soutien")
	o.sees("Pas encore enregistré : Prénom, Courriels Soutien et Adresse")
	if !o.page.Dirty() {
		t.Error("leaving would lose what was typed, and nothing says so")
	}
	o.Tap(t, "Enregistrer · 3 changements")
	c := o.sent(1)[0]
	var names []string
	for _, d := range change.Differences(c.Before, c.After) {
		names = append(names, d.Name)
	}
	if got := strings.Join(names, " "); c.Kind != change.EditAccount || c.Base != "a1" || got != "city firstName postalCode mail:support" {
		t.Errorf("sent %q in %+v", got, c)
	}
	o.hides("Enregistrer")
	if o.page.Dirty() || o.value("Prénom") != "Marcel" {
		t.Errorf("after it is saved the screen is dirty or shows %q", o.value("Prénom"))
	}
}

func TestAnotherAccountEmailTakesACodeSentToIt(t *testing.T) {
	o := open(t, nil)
	o.Script.Then(code)
	o.fill("Courriel du compte", "compta@chezmarcel.example")
	o.Press(fyne.KeyReturn)
	o.sees("Confirmez que c'est vous", "Un code a été envoyé à compta@chezmarcel.example.")
	o.Press(fyne.KeyEscape)
	if o.InDialog() || o.value("Courriel du compte") != "compta@chezmarcel.example" {
		t.Fatal("giving up the code costs what was typed")
	}
	o.Script.Then(code)
	o.Tap(t, "Enregistrer · 1 changement")
	o.Type("12345")
	if o.InDialog() || o.page.Dirty() {
		t.Errorf("after the code: %q", o.Texts())
	}
	if typed := o.Script.Typed(); len(typed) != 1 || typed[0]["code"] != "12345" {
		t.Errorf("the host got %v", typed)
	}
	if left := o.Desk.List(); len(left) != 1 || left[0].State != change.Confirmed {
		t.Errorf("the desk has %+v", left)
	}
}

func TestASyncNeverOverwritesWhatIsBeingTyped(t *testing.T) {
	o := open(t, nil)
	o.fill("Téléphone", "418 555-0123")
	o.put(func(s *access.Snapshot) {
		s.Account.ETag, s.Account.Phone, s.Account.Company = "a2", "+14185550100", "Chez Marcel inc."
	})
	if o.value("Téléphone") != "418 555-0123" || o.value("Entreprise") != "Chez Marcel inc." {
		t.Errorf("phone %q, company %q", o.value("Téléphone"), o.value("Entreprise"))
	}
	o.sees("Modifié ailleurs pendant que vous écriviez : Entreprise et Téléphone.", "Ce que vous avez tapé est gardé (Téléphone).", "Enregistrer · 1 changement")
	if o.Focused() != "Téléphone 418 555-0123" {
		t.Errorf("the focus went to %q", o.Focused())
	}

	theirs, _, _ := o.Store.Snapshot(viewtest.Ref)
	o.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: change.OfAccount(theirs.Account), TheirsBase: "a2"}})
	o.Tap(t, "Enregistrer · 1 changement")
	if c := o.sent(1)[0]; c.Base != "a1" {
		t.Errorf("sent as based on %q: the host cannot tell that somebody else's number would be lost", c.Base)
	}
	o.sees("Modifié par deux personnes en même temps", "Maintenant : +1 418-555-0100")
	o.hides("Entreprise")
	o.Tap(t, "Vous")
	o.Tap(t, "Enregistrer ces choix")
	if c := o.sent(2)[1]; c.After.Fields["phone"] != "418 555-0123" || c.After.Fields["company"] != "Chez Marcel inc." || c.Base != "a2" {
		t.Errorf("sent %+v", c)
	}
}

func TestASyncOfOtherFieldsIsBuiltUpon(t *testing.T) {
	o := open(t, nil)
	o.fill("Téléphone", "418 555-0123")
	o.put(func(s *access.Snapshot) { s.Account.ETag, s.Account.FirstName = "a2", "Marcel" })
	o.sees("Modifié ailleurs pendant que vous écriviez : Prénom.")
	o.hides("Ce que vous avez tapé est gardé")
	o.Tap(t, "Enregistrer · 1 changement")
	if c := o.sent(1)[0]; c.Base != "a2" || c.Before.Fields["firstName"] != "Marcel" {
		t.Errorf("sent %+v", c)
	}
}

func TestWhatIsSavedCanBeTakenInsteadOfWhatWasTyped(t *testing.T) {
	o := open(t, nil)
	o.fill("Téléphone", "418 555-0123")
	o.fill("Prénom", "Marcel")
	o.put(func(s *access.Snapshot) { s.Account.ETag, s.Account.Phone = "a2", "+14185550100" })
	o.Tap(t, "Prendre ce qui est enregistré")
	if o.value("Téléphone") != "+1 418-555-0100" || o.value("Prénom") != "Marcel" {
		t.Errorf("phone %q, first name %q", o.value("Téléphone"), o.value("Prénom"))
	}
	o.hides("Modifié ailleurs")
	o.sees("Enregistrer · 1 changement")
}

func TestARefusalKeepsWhatWasTypedAndGoesToTheField(t *testing.T) {
	o := open(t, nil)
	o.Script.Then(
		change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Invalid, Fields: []trouble.Field{{Name: "phone", Code: "invalid"}, {Name: "vip", Code: "unknown"}}}},
		change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}},
	)
	o.fill("Téléphone", "12")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("Certains champs sont à corriger", "Ce numéro n'est pas valide", "vip : ")
	if !strings.HasPrefix(o.Focused(), "Téléphone 12 (") || !o.page.Dirty() {
		t.Errorf("the focus is on %q, dirty %v", o.Focused(), o.page.Dirty())
	}
	o.fill("Téléphone", "")
	o.Tap(t, "Domaines")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("Une adresse doit recevoir les courriels Domaines", "Personne d'autre ne reçoit ces courriels au sujet de chezmarcel.example.")
	o.Tap(t, "Domaines")
	o.hides("Enregistrer")
}

func TestWhatIsMistypedIsSaidBeforeAnythingIsSent(t *testing.T) {
	o := open(t, nil)
	o.fill("Entreprise", "")
	o.fill("Courriel du compte", "info@")
	o.Tap(t, "Enregistrer · 2 changements")
	o.sees("Entrez un prénom, un nom ou une entreprise.", "Cette adresse de courriel n'est pas valide")
	if !strings.HasPrefix(o.Focused(), "Prénom (") {
		t.Errorf("the focus is on %q", o.Focused())
	}
	o.sent(0)
}

func TestDiscardingAsksFirst(t *testing.T) {
	o := open(t, nil)
	o.Press(fyne.KeyEscape)
	if o.InDialog() {
		t.Fatal("asks although nothing was typed")
	}
	o.fill("Prénom", "Marcel")
	o.Press(fyne.KeyEscape)
	o.sees("Annuler les changements?")
	o.Tap(t, "Garder les changements")
	if o.value("Prénom") != "Marcel" {
		t.Errorf("staying costs what was typed: %q", o.value("Prénom"))
	}
	o.Tap(t, "Annuler")
	o.Tap(t, "Annuler les changements")
	if o.value("Prénom") != "" || o.page.Dirty() {
		t.Errorf("the first name is still %q", o.value("Prénom"))
	}
}

func TestWhoMayNotEditSeesWhatIsVisibleAndWhy(t *testing.T) {
	o := open(t, func(s *access.Snapshot) {
		s.Me = access.Membership{Role: access.Member, Permissions: []access.Permission{access.Domains}}
		s.Account = access.Account{ID: s.Account.ID, ETag: "x", Name: s.Account.Name, Domains: s.Account.Domains}
		s.Users = nil
	})
	o.sees("Vous pouvez seulement consulter.", "« Modifier le profil principal du compte »", "Boulangerie Chez Marcel", "chezmarcel.example")
	o.hides("Courriel du compte", "Enregistrer", "Téléphone")

	o = open(t, func(s *access.Snapshot) {
		s.Me = access.Membership{Role: access.Member, Permissions: []access.Permission{access.Domains}}
		s.Account.Phone = "+15815550133"
	})
	o.sees("Téléphone", "+1 581-555-0133")

	o = open(t, func(s *access.Snapshot) {
		s.Me = access.Membership{Role: access.Member, Permissions: []access.Permission{access.Profile}}
		s.Account.Domains, s.Users = nil, nil
	})
	o.sees("Courriel du compte", "seul le propriétaire le voit", "Pour voir les domaines, il faut l'autorisation « Consulter les domaines »")
	o.hides("marie@chezmarcel.example")
}

func TestAPermissionTakenAwayMeanwhileKeepsWhatWasTypedUntilTheHostSaysNo(t *testing.T) {
	o := open(t, nil)
	o.fill("Prénom", "Marcel")
	member := func(s *access.Snapshot) { s.Me = access.Membership{Role: access.Member} }
	o.put(member)
	if o.value("Prénom") != "Marcel" {
		t.Fatal("what was typed is gone")
	}
	o.Tap(t, "Annuler")
	o.Tap(t, "Annuler les changements")
	o.put(member)
	o.sees("Vous pouvez seulement consulter.")
}

func TestWhatCannotBeHadSaysWhyAndTriesAgain(t *testing.T) {
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{})
	t.Cleanup(w.Window.Close)
	ref := access.Ref{Identity: viewtest.Ref.Identity, Account: "other"}
	tried := 0
	p := account.New(w.Env, ref, w.Store, w.Desk, account.Go{Refresh: func() { tried++ }})
	t.Cleanup(p.Close)
	w.Open(p)
	if len(w.Texts()) > 0 && !w.Sees("Chargement") {
		t.Errorf("while loading it says %q", w.Texts())
	}
	w.Store.SetStatus(ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	p.Update(t.Context())
	w.Tap(t, "Réessayer")
	if tried != 1 {
		t.Errorf("tried %d times", tried)
	}
	s := viewtest.Snapshot()
	s.Ref = ref
	w.Store.PutSnapshot(s, viewtest.Now)
	p.Update(t.Context())
	if !w.Sees("Deux courriels, deux usages") {
		t.Errorf("after all it says %q", w.Texts())
	}
	w.Store.SetStatus(ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	p.Update(t.Context())
	if !w.Sees("Voici ce qui était connu à 14 h 02.") {
		t.Errorf("offline it says %q", w.Texts())
	}
}

func TestWhatTheFirstLettersLeadToIsChosen(t *testing.T) {
	o := open(t, nil)
	for range 60 {
		if strings.HasPrefix(o.Focused(), "Pays") {
			break
		}
		o.Window.Canvas().FocusNext()
	}
	o.Type("mex")
	if _, is := o.Window.Canvas().Focused().(*kit.Select); !is || o.Focused() != "Pays Mexique" {
		t.Errorf("the country is %q", o.Focused())
	}
}

func TestBlanksOfTheHostAreNoChangeOfThePerson(t *testing.T) {
	o := open(t, func(s *access.Snapshot) {
		s.Account.Company, s.Account.LastName, s.Account.Address.Line1 = "Boulangerie Chez Marcel ", " Tremblay", "1, rue A\nbureau 2"
	})
	if o.page.Dirty() {
		t.Fatalf("changed before anything is typed: %q", o.Texts())
	}
	o.fill("Téléphone", "418 555-0100")
	o.Tap(t, "Enregistrer · 1 changement")
	sent := o.Script.Sent()
	if len(sent) != 1 || len(change.Differences(sent[0].Before, sent[0].After)) != 1 {
		t.Fatalf("sent %+v", sent)
	}
	o.fill("Entreprise", " Chez Marcel ")
	o.Tap(t, "Enregistrer · 1 changement")
	if sent := o.Script.Sent(); len(sent) != 2 || sent[1].After.Fields[change.FieldCompany] != "Chez Marcel" {
		t.Errorf("blanks that were typed are sent: %+v", sent)
	}
}

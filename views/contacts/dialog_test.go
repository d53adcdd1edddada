package contacts_test

import (
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/contacts"
	"concierge/views/kit/shot"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// opened is a dialog in the sample world.
type opened struct {
	*viewtest.World
	t       *testing.T
	invited []string
}

func begin(t *testing.T) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Size: viewtest.Large}), t: t}
	t.Cleanup(o.Window.Close)
	return o
}

func (o *opened) add(prefill access.Contact) *opened {
	contacts.Add(o.Env, viewtest.Ref, o.Store, o.Desk, o.goTo(), prefill)
	return o
}

func (o *opened) edit(id string, tick ...access.MailCategory) *opened {
	contacts.Edit(o.Env, viewtest.Ref, o.Store, o.Desk, o.goTo(), id, tick...)
	return o
}

func (o *opened) goTo() contacts.Go {
	return contacts.Go{Invite: func(email, language string) { o.invited = append(o.invited, email+" "+language) }}
}

func (o *opened) with(change func(*access.Snapshot)) *opened {
	s := viewtest.Snapshot()
	change(&s)
	o.Store.PutSnapshot(s, viewtest.Now)
	return o
}

// fill types into a field, over what stands there.
func (o *opened) fill(field, text string) {
	o.t.Helper()
	in := o.Input(o.t, field)
	o.Window.Canvas().Focus(in)
	in.SetText("")
	o.Type(text)
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

func (o *opened) closed() {
	o.t.Helper()
	if o.InDialog() {
		o.t.Fatalf("the dialog is still there: %q", o.Texts())
	}
}

func TestAContactIsAddedWithTheKeyboardAlone(t *testing.T) {
	o := begin(t).add(access.Contact{})
	o.Type("Julie")
	tab := func(to string) {
		t.Helper()
		for range 60 {
			if strings.HasPrefix(o.Focused(), to) {
				return
			}
			o.Window.Canvas().FocusNext()
		}
		t.Fatalf("Tab never comes to %q", to)
	}
	tab("Courriel")
	o.Type("julie@comptes.example")
	tab("Facturation")
	o.Press(fyne.KeySpace)
	tab("Code postal")
	o.Type("g1r4p5")
	tab("Pays")
	o.Type("can")
	tab("Ville")
	o.Type("Québec")
	o.Press(fyne.KeyReturn)
	c := o.sent(1)[0]
	f := c.After.Fields
	if c.Kind != change.AddContact || f["firstName"] != "Julie" || f["email"] != "julie@comptes.example" || f["country"] != "CA" ||
		f["city"] != "Québec" || f["language"] != "fr" || !c.After.Mail[access.MailInvoice] || c.After.Mail[access.MailDomain] {
		t.Errorf("sent %+v", c)
	}
	o.closed()
}

func TestTheTabOrderIsThatOfTheForm(t *testing.T) {
	o := begin(t).edit("c3")
	got := shot.TabOrder(o.Window)
	want := []string{"Prénom", "Nom", "Entreprise", "Courriel", "Téléphone", "Langue", "Général, non coché", "Facturation, coché", "Soutien, non coché",
		"Produits, non coché", "Domaines, non coché", "Adresse", "Appartement", "Ville", "Province", "Code postal", "Pays", "Inviter", "Supprimer", "Annuler"}
	if len(got) != len(want) {
		t.Fatalf("Tab goes through %q", got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("Tab comes to %q, want %q", got[i], want[i])
		}
	}
}

func TestWhatIsMissingOrMistypedIsSaidBeforeAnythingIsSent(t *testing.T) {
	o := begin(t).add(access.Contact{})
	o.Tap(t, "Enregistrer le contact")
	o.sees("Entrez un prénom, un nom ou une entreprise.", "Entrez une adresse de courriel.")
	if !strings.HasPrefix(o.Focused(), "Prénom (") {
		t.Errorf("the focus is on %q, not on the first field that is wrong", o.Focused())
	}
	o.fill("Entreprise", "Comptes à payer inc.")
	o.fill("Courriel", "julie@comptes")
	o.fill("Code postal", "75001")
	o.Tap(t, "Pays")
	o.Tap(t, "Canada")
	o.fill("Ville", strings.Repeat("x", 101))
	o.Tap(t, "Enregistrer le contact")
	o.hides("Entrez un prénom, un nom ou une entreprise.")
	o.sees("Cette adresse de courriel n'est pas valide", "Un code postal canadien s'écrit comme ceci", "Au plus 100 caractères.")
	o.sent(0)
	o.fill("Courriel", "julie@comptes.example")
	o.fill("Code postal", "H2X 1Y4")
	o.fill("Ville", "Montréal")
	o.Tap(t, "Enregistrer le contact")
	if c := o.sent(1)[0]; c.TargetName != "Comptes à payer inc." {
		t.Errorf("the contact is called %q", c.TargetName)
	}
	o.closed()
}

func TestARefusalKeepsAllThatWasTypedAndTheSameWishIsTheSameChange(t *testing.T) {
	o := begin(t).add(access.Contact{})
	o.Script.Then(
		change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Invalid, Fields: []trouble.Field{{Name: "phone", Code: "invalid"}}}},
		change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.HostError}},
	)
	o.fill("Nom", "Roy")
	o.fill("Courriel", "roy@comptes.example")
	o.fill("Téléphone", "1")
	o.Tap(t, "Facturation")
	o.Tap(t, "Enregistrer le contact")
	o.sees("Certains champs sont à corriger", "Ce numéro n'est pas valide")
	if !strings.HasPrefix(o.Focused(), "Téléphone 1 (") {
		t.Errorf("the focus is on %q", o.Focused())
	}
	kept := func(phone string) {
		t.Helper()
		for field, want := range map[string]string{"Nom": "Roy", "Courriel": "roy@comptes.example", "Téléphone": phone} {
			if got := o.Input(t, field).Text; got != want {
				t.Errorf("%s became %q", field, got)
			}
		}
		if !o.Check(t, "Facturation").Checked() {
			t.Error("the mail is no longer ticked")
		}
	}
	kept("1")
	o.fill("Téléphone", "418 555-0100")
	o.Tap(t, "Enregistrer le contact")
	o.sees("Réessayez")
	kept("418 555-0100")
	o.Tap(t, "Enregistrer le contact")
	sent := o.sent(3)
	if sent[0].ID == sent[1].ID {
		t.Error("another wish went out under the key of the first")
	}
	if sent[1].ID != sent[2].ID {
		t.Error("the same wish again went out under another key")
	}
	if left := o.Desk.List(); len(left) != 1 {
		t.Errorf("the desk still holds %+v", left)
	}
	o.closed()
}

func TestAProofIsAskedForInTheSameDialog(t *testing.T) {
	o := begin(t).edit("c3")
	o.Script.Then(change.Outcome{Challenge: &change.Challenge{
		ID: "q", SentTo: "marie@chezmarcel.example", ExpiresAt: viewtest.Now.Add(600e9),
		Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}},
	}})
	o.fill("Courriel", "comptes@chezmarcel.example")
	o.Press(fyne.KeyReturn)
	o.sees("Confirmez que c'est vous", "Un code a été envoyé à marie@chezmarcel.example.")
	o.hides("Entreprise")
	o.Press(fyne.KeyEscape)
	o.sees("Contact : Comptes à payer", "Entreprise")
	if got := o.Input(t, "Courriel").Text; got != "comptes@chezmarcel.example" {
		t.Errorf("coming back from the code costs what was typed: %q", got)
	}
	o.Script.Then(change.Outcome{Challenge: &change.Challenge{
		ID: "r", SentTo: "marie@chezmarcel.example", ExpiresAt: viewtest.Now.Add(600e9),
		Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}},
	}})
	o.Tap(t, "Enregistrer · 1 changement")
	o.Type("12345")
	if typed := o.Script.Typed(); len(typed) != 1 || typed[0]["code"] != "12345" {
		t.Errorf("the host got %v", typed)
	}
	o.closed()
}

func TestWhatTwoPeopleChangedIsDecidedInTheSameDialog(t *testing.T) {
	o := begin(t).edit("c3")
	theirs, _ := viewtest.Snapshot().Contact("c3")
	theirs.Email, theirs.Phone = "payables@chezmarcel.example", "+14185550100"
	o.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: change.OfContact(theirs), TheirsBase: "c3b"}})
	o.fill("Courriel", "comptes@chezmarcel.example")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("Modifié par deux personnes en même temps", "comptes@chezmarcel.example", "payables@chezmarcel.example")
	o.Tap(t, "Vous")
	o.Tap(t, "Enregistrer ces choix")
	c := o.sent(2)[1]
	if c.Base != "c3b" || c.After.Fields["email"] != "comptes@chezmarcel.example" || c.After.Fields["phone"] != "+14185550100" {
		t.Errorf("sent %+v", c)
	}
	o.closed()
}

func TestChangesOfOthersToOtherFieldsAreKeptAndSaid(t *testing.T) {
	o := begin(t).edit("c3")
	theirs, _ := viewtest.Snapshot().Contact("c3")
	theirs.Phone = "+14185550100"
	o.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: change.OfContact(theirs), TheirsBase: "c3b"}})
	var last change.Change
	defer o.Desk.Changed.Listen(func(c change.Change) { last = c })()
	o.Tap(t, "Soutien")
	o.Tap(t, "Enregistrer · 1 changement")
	c := o.sent(2)[1]
	if c.After.Fields["phone"] != "+14185550100" || !c.After.Mail[access.MailSupport] || !c.After.Mail[access.MailInvoice] {
		t.Errorf("sent %+v", c)
	}
	if last.State != change.Confirmed || !last.Merged {
		t.Errorf("nothing says that both were kept: %+v", last)
	}
	o.closed()
}

func TestAContactThatIsGoneCanBeMadeAnew(t *testing.T) {
	o := begin(t).edit("c3")
	o.Script.Then(change.Outcome{Stale: &change.Conflict{Gone: true}})
	o.fill("Téléphone", "418 555-0100")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("a été supprimé entre-temps")
	o.Tap(t, "Ajouter un nouveau contact")
	o.sees("Ajouter un contact")
	o.Press(fyne.KeyEscape)
	o.sees("Quitter sans enregistrer?")
	o.Tap(t, "Rester ici")
	o.Tap(t, "Enregistrer le contact")
	c := o.sent(2)[1]
	if c.Kind != change.AddContact || c.After.Fields["phone"] != "418 555-0100" || c.After.Fields["firstName"] != "Comptes" {
		t.Errorf("sent %+v", c)
	}
	o.closed()
}

func TestTheLastAddressOfDomainMailIsSaidBeforeAndAfterTheHostRefuses(t *testing.T) {
	o := begin(t).edit("c1")
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}})
	o.hides("Dernière adresse")
	o.Tap(t, "Domaines")
	o.sees("Dernière adresse")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("Une adresse doit recevoir les courriels Domaines", "Personne d'autre ne reçoit ces courriels au sujet de chezmarcel.example.")
	if !strings.HasPrefix(o.Focused(), "Domaines, non coché") {
		t.Errorf("the focus is on %q", o.Focused())
	}
	if o.Check(t, "Domaines").Checked() {
		t.Error("the box is ticked again by itself")
	}
	o.Tap(t, "Domaines")
	o.hides("Dernière adresse", "Personne d'autre ne reçoit ces courriels")
}

func TestLeavingAsksOnlyWhenSomethingWasTyped(t *testing.T) {
	o := begin(t).edit("c3")
	o.Press(fyne.KeyEscape)
	o.closed()
	o.edit("c3")
	o.fill("Téléphone", "418 555-0100")
	o.Press(fyne.KeyEscape)
	o.sees("Quitter sans enregistrer?")
	o.Press(fyne.KeyEscape)
	if got := o.Input(t, "Téléphone").Text; got != "418 555-0100" {
		t.Errorf("staying costs what was typed: %q", got)
	}
	o.Tap(t, "Annuler")
	o.Tap(t, "Quitter sans enregistrer")
	o.closed()
	o.sent(0)
	o.add(access.Contact{Email: "sam@cabinet.example", FirstName: "Sam"})
	o.Press(fyne.KeyEscape) // nobody typed what was filled in
	o.closed()
}

func TestAUserIsMadeAContactWithOneMoreClick(t *testing.T) {
	o := begin(t).add(access.Contact{FirstName: "Léa", LastName: "Dubois", Email: "lea@studio.example"})
	o.sees("Léa Dubois se connecte avec cette adresse.", "Son accès se gère à part.", "Rien n'est coché")
	o.Tap(t, "Soutien")
	o.hides("Rien n'est coché")
	o.Press(fyne.KeyReturn)
	c := o.sent(1)[0]
	if c.Kind != change.AddContact || c.After.Fields["email"] != "lea@studio.example" || !c.After.Mail[access.MailSupport] || c.Before.Fields != nil {
		t.Errorf("sent %+v", c)
	}
}

func TestACategoryThatNobodyReceivesIsTickedForTheOwner(t *testing.T) {
	o := begin(t).edit("c1", access.MailSupport)
	o.sees("Ajouté")
	if o.Focused() != "Soutien, coché, copies des billets, Ajouté" {
		t.Errorf("the keyboard is on %q", o.Focused())
	}
	o.Press(fyne.KeyEscape) // the person typed nothing
	o.closed()
	o.sent(0)
	o.edit("c1", access.MailSupport)
	o.Tap(t, "Enregistrer · 1 changement")
	if c := o.sent(1)[0]; !c.After.Mail[access.MailSupport] || c.Before.Mail[access.MailSupport] {
		t.Errorf("sent %+v", c)
	}
}

func TestANumberIsShownInGroupsAndIsNotChangedByThat(t *testing.T) {
	o := begin(t).with(func(s *access.Snapshot) { s.Contacts[2].Phone = "+15815550133" }).edit("c3")
	if got := o.Input(t, "Téléphone").Text; got != "+1 581-555-0133" {
		t.Errorf("the number is shown as %q", got)
	}
	o.fill("Prénom", "Comptes du mois")
	o.Tap(t, "Enregistrer · 1 changement")
	if c := o.sent(1)[0]; c.After.Fields["phone"] != "+15815550133" {
		t.Errorf("sent %+v", c.After.Fields)
	}
}

func TestMailThatIsAddedOrTakenAwayIsMarked(t *testing.T) {
	o := begin(t).edit("c3")
	o.hides("Ajouté", "Retiré")
	o.Tap(t, "Facturation")
	o.sees("Retiré")
	o.Tap(t, "Soutien")
	o.sees("Retiré", "Ajouté")
	o.Tap(t, "Facturation")
	o.Tap(t, "Soutien")
	o.hides("Ajouté", "Retiré")
}

func TestDeletingSaysWhatIsLostAndWaitsWithUndo(t *testing.T) {
	o := begin(t).edit("c1")
	o.Tap(t, "Supprimer le contact")
	o.sees("Supprimer le contact Marie Tremblay?", "d'ici là, vous pourrez annuler")
	if o.Focused() != "Garder le contact" {
		t.Errorf("the focus is on %q", o.Focused())
	}
	o.Press(fyne.KeyReturn)
	o.sees("Contact : Marie Tremblay")
	o.Tap(t, "Supprimer le contact")
	o.Tap(t, "Supprimer le contact")
	o.closed()
	list := o.Desk.List()
	if len(list) != 1 || list[0].Kind != change.DeleteContact || list[0].State != change.Waiting || list[0].Target != "c1" || list[0].Base != "c1" {
		t.Fatalf("the desk has %+v", list)
	}
	if err := o.Desk.Undo(list[0].ID); err != nil {
		t.Error(err)
	}
	o.sent(0)
}

func TestInvitingAContactLeavesTheFormAfterAsking(t *testing.T) {
	o := begin(t).edit("c3")
	o.fill("Téléphone", "418 555-0100")
	o.Tap(t, "Inviter ce contact")
	o.sees("Quitter sans enregistrer?")
	if o.invited != nil {
		t.Error("invited before the answer")
	}
	o.Tap(t, "Quitter sans enregistrer")
	o.closed()
	if len(o.invited) != 1 || o.invited[0] != "factures@chezmarcel.example fr" {
		t.Errorf("invited %q", o.invited)
	}
	o.edit("c2")
	o.hides("Inviter ce contact") // Sam can sign in
}

func TestWhoMayNotManageContactsIsToldWhatItTakes(t *testing.T) {
	o := begin(t).with(func(s *access.Snapshot) { s.Me = access.Membership{Role: access.Member} })
	o.edit("c3")
	o.sees("Vous pouvez seulement consulter.", "Consulter et gérer les contacts", "factures@chezmarcel.example", "Facturation")
	o.hides("Enregistrer", "Supprimer")
	o.Press(fyne.KeyReturn)
	o.closed()
	o.add(access.Contact{})
	o.sees("Vous n'avez pas l'autorisation nécessaire", "Consulter et gérer les contacts")
	o.Press(fyne.KeyEscape)
	o.closed()
}

func TestAContactThatIsNoLongerThereIsSaidSo(t *testing.T) {
	o := begin(t).edit("c99")
	o.sees("Cela n'existe plus")
}

func TestWhatElseAnAddressIsStandsBelowIt(t *testing.T) {
	o := begin(t).edit("c3")
	o.sees("Ne sert pas à se connecter")
	o.fill("Courriel", "ti@chezmarcel.example")
	o.sees("Un autre contact a déjà cette adresse : Soutien TI.")
	o.fill("Courriel", "INFO@chezmarcel.example")
	o.sees("C'est aussi le courriel du compte.")
}

func TestTheFormBeginsWithTheEditThatIsNotSentYet(t *testing.T) {
	away := change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}}
	o := begin(t).edit("c3")
	o.Script.Then(away, away)
	o.fill("Téléphone", "418 555-0100")
	o.fill("Nom", "Roy")
	o.Tap(t, "Enregistrer · 2 changements")
	o.closed()

	o.edit("c3")
	o.sees("Un changement attend déjà d'être envoyé.")
	o.Press(fyne.KeyEscape) // nothing was typed: nothing is asked
	o.closed()

	o.edit("c3")
	o.fill("Nom", "à payer") // taken back
	o.Tap(t, "Enregistrer · 1 changement")
	o.closed()
	list := o.Desk.List()
	if len(list) != 1 || list[0].After.Fields[change.FieldPhone] != "418 555-0100" || list[0].After.Fields[change.FieldLastName] != "à payer" {
		t.Errorf("what waits: %+v", list)
	}
}

func TestAHostThatChoosesTheLanguageSaysSoAndIsToldNone(t *testing.T) {
	const why = "On écrit aux contacts dans la langue du compte."
	o := begin(t)
	id, _ := o.Store.Identity(viewtest.Ref.Identity)
	id.Host.Features.ContactLanguage = access.Feature{Reason: access.Text{"fr": why}}
	o.Store.PutIdentity(id)
	o.add(access.Contact{Language: "en"})
	o.sees(why)
	o.hides("Français", "English") // nothing to choose from
	o.Type("Julie")
	o.fill("Courriel", "julie@comptes.example")
	o.Press(fyne.KeyReturn)
	if c := o.sent(1)[0]; c.After.Fields["language"] != "" || c.After.Fields["email"] != "julie@comptes.example" {
		t.Errorf("sent %+v", c)
	}
}

// The way to sign in again is behind the dialog. Leaving it must not lose what was typed.
func TestASessionThatEndedIsLeftForSigningInWithTheEditKept(t *testing.T) {
	o := begin(t)
	asked := ""
	o.Env.SignIn = func(identity string) { asked = identity }
	o.edit("c3")
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}})
	o.fill("Téléphone", "418 555-0142")
	o.Tap(t, "Enregistrer · 1 changement")
	if o.Focused() != "Se reconnecter" {
		t.Errorf("the focus is on %q", o.Focused())
	}
	o.Tap(t, "Se reconnecter")
	if o.InDialog() || asked != viewtest.Ref.Identity {
		t.Fatalf("signs %q in; %q", asked, o.Texts())
	}
	sent := o.Script.Sent()
	if kept, there := o.Desk.Get(sent[0].ID); !there || !kept.Waits() {
		t.Fatalf("kept %v %+v", there, kept)
	}
	o.Desk.RetryAfterSignIn(viewtest.Ref.Identity)
	if end, err := o.Desk.Await(t.Context(), sent[0].ID); err != nil || end.State != change.Confirmed {
		t.Errorf("after signing in: %s, %v", end.State, err)
	}
}

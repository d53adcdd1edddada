package permissions_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit/shot"
	"concierge/views/permissions"
	"concierge/views/say"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// opened is a dialog in the sample world.
type opened struct {
	*viewtest.World
	t      *testing.T
	person string // who was opened instead
}

func open(t *testing.T, show func(o *opened, goTo permissions.Go)) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Size: fyne.NewSize(1280, 800)}), t: t}
	t.Cleanup(o.Window.Close)
	show(o, permissions.Go{OpenPerson: func(key string) { o.person = key }})
	return o
}

func invite(o *opened, goTo permissions.Go) {
	permissions.Invite(o.Env, viewtest.Ref, o.Store, o.Desk, goTo, permissions.Prefill{})
}

func editSam(o *opened, goTo permissions.Go) {
	permissions.EditUser(o.Env, viewtest.Ref, o.Store, o.Desk, goTo, "u2")
}

func editNoe(o *opened, goTo permissions.Go) {
	permissions.EditInvitation(o.Env, viewtest.Ref, o.Store, o.Desk, goTo, "i1")
}

func (o *opened) sent(n int) []change.Change {
	o.t.Helper()
	got := o.Script.Sent()
	if len(got) != n {
		o.t.Fatalf("%d changes were sent, want %d: %+v", len(got), n, got)
	}
	return got
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

func (o *opened) closed() {
	o.t.Helper()
	if o.InDialog() {
		o.t.Fatalf("the dialog is still there: %q", o.Texts())
	}
}

func TestAnAccountantIsInvitedByTypingAnAddressAndTwoClicks(t *testing.T) {
	o := open(t, invite)
	if b := o.Button(t, "Envoyer l'invitation"); !b.Disabled() {
		t.Error("an empty invitation could be sent")
	}
	o.Type("julie@comptes.example")
	if b := o.Button(t, "Envoyer l'invitation"); !b.Disabled() {
		t.Error("an invitation that gives nothing could be sent")
	}
	o.Tap(t, "Comptable")
	o.sees("julie@comptes.example pourra payer les factures")
	o.Tap(t, "Envoyer l'invitation")
	c := o.sent(1)[0]
	if c.Kind != change.Invite || c.After.Fields["email"] != "julie@comptes.example" || c.After.Fields["language"] != "fr" ||
		!access.SameSet(c.After.Permissions, []access.Permission{"invoices", "quotes", "emails"}) {
		t.Errorf("sent %+v", c)
	}
	o.closed()
}

func TestWhoLostAccessIsInvitedWithWhatTheyHad(t *testing.T) {
	end := time.Date(2027, time.April, 30, 23, 59, 59, 0, time.Local)
	o := open(t, func(o *opened, goTo permissions.Go) {
		permissions.Invite(o.Env, viewtest.Ref, o.Store, o.Desk, goTo, permissions.Prefill{
			Email: "julie@comptes.example", Permissions: []access.Permission{access.Invoices, "unheard-of"}, EndsAt: end, Reason: "impôts"})
	})
	o.sees("julie@comptes.example pourra payer les factures")
	o.Tap(t, "Envoyer l'invitation")
	c := o.sent(1)[0]
	if !slices.Equal(c.After.Permissions, []access.Permission{access.Invoices}) || !c.After.Ends().Equal(end) || c.After.Fields["reason"] != "impôts" {
		t.Errorf("sent %+v; what the host no longer has cannot be given", c.After)
	}
}

func TestAnInvitationIsMadeWithTheKeyboardAlone(t *testing.T) {
	o := open(t, invite)
	o.Type("julie@comptes.example")
	for range 60 {
		if o.Focused() == "Comptable" {
			break
		}
		o.Window.Canvas().FocusNext()
	}
	o.Press(fyne.KeySpace)
	for range 60 {
		if o.Focused() == "Prend fin le, non coché" {
			break
		}
		o.Window.Canvas().FocusNext()
	}
	o.Press(fyne.KeyReturn) // Enter confirms from wherever it has no use of its own
	o.sent(1)
	o.closed()
}

func TestEnterSaysWhatIsMissing(t *testing.T) {
	o := open(t, invite)
	o.Press(fyne.KeyReturn)
	o.sees("Entrez d'abord l'adresse de la personne.")
	o.Type("jules@compta")
	o.Press(fyne.KeyReturn)
	o.sees("Cette adresse de courriel n'est pas valide.")
	o.Type(".example")
	o.Press(fyne.KeyReturn)
	o.sees("Choisissez au moins une autorisation.")
	o.Tap(t, "Comptable")
	o.hides("Choisissez au moins une autorisation.")
	o.sent(0)
}

func TestAnAddressIsCheckedOnceTheFieldIsLeft(t *testing.T) {
	o := open(t, invite)
	o.Type("julie@comptes")
	o.hides("n'est pas valide")
	o.Window.Canvas().FocusNext()
	o.sees("Cette adresse de courriel n'est pas valide")
}

func TestWhoAlreadyHasAccessIsOpenedInstead(t *testing.T) {
	for address, c := range map[string]struct{ says, person string }{
		"SAM@Cabinet.example": {"Sam Gagnon a déjà accès", "sam@cabinet.example"},
		"noe@studio.example":  {"noe@studio.example a déjà une invitation en attente", "noe@studio.example"},
	} {
		o := open(t, invite)
		o.Tap(t, "Comptable")
		o.Window.Canvas().Focus(o.Input(t, "Courriel de la personne"))
		o.Type(address)
		o.Window.Canvas().FocusNext()
		o.sees(c.says)
		send := o.Button(t, "Envoyer l'invitation")
		if !send.Disabled() {
			t.Errorf("%s could be invited again", address)
		}
		if why := send.AccessibilityLabel(); !strings.Contains(why, c.says) {
			t.Errorf("the button says %q", why)
		}
		o.Tap(t, "Ouvrir ")
		o.closed()
		o.sent(0)
		if o.person != c.person {
			t.Errorf("opened %q, want %q", o.person, c.person)
		}
	}
}

func TestSavingAUserSaysHowManyChangesAndSendsThem(t *testing.T) {
	o := open(t, editSam)
	if b := o.Button(t, "Enregistrer"); !b.Disabled() || b.Text() != "Enregistrer" {
		t.Errorf("%q can be pressed although nothing is changed", b.Text())
	}
	o.Tap(t, "Consulter et ouvrir des billets")
	o.Tap(t, "Consulter et accepter les soumissions")
	o.sees("Ajouté", "Retiré", "Ne pourra plus accepter les soumissions")
	o.Tap(t, "Enregistrer · 2 changements")
	c := o.sent(1)[0]
	if c.Kind != change.SetPermissions || c.Target != "u2" || c.Base != "u2" || c.TargetName != "Sam Gagnon" ||
		!access.SameSet(c.After.Permissions, []access.Permission{"invoices", "emails", "tickets"}) || c.After.Fields["reason"] != "impôts 2026" {
		t.Errorf("sent %+v", c)
	}
	o.closed()
}

func TestGivingEverythingIsAskedOnceMoreAndNamesWhatIsGiven(t *testing.T) {
	o := open(t, editSam)
	o.Tap(t, "Toutes les autorisations")
	o.Tap(t, "Enregistrer · 10 changements")
	o.sees("Tout donner?", "Modifier le profil principal du compte", "Gérer les réglages des domaines")
	o.sent(0)
	o.Tap(t, "Revenir")
	o.sent(0)
	o.sees("Accès de Sam Gagnon")
	o.Tap(t, "Enregistrer · 10 changements")
	o.Tap(t, "Donner toutes les autorisations")
	o.sent(1)
	o.closed()
}

func TestASetIsCopiedFromAnotherPerson(t *testing.T) {
	o := open(t, editSam)
	o.Tap(t, "Copier d'une personne")
	o.hides("Sam Gagnon ·", "Marie Tremblay")
	o.Tap(t, "Léa Dubois · Développeur web")
	if !o.Button(t, "Développeur web").On() || o.Button(t, "Comptable").On() {
		t.Error("the set of Léa is not the one chosen")
	}
}

func TestTheEndIsTypedOrChosen(t *testing.T) {
	o := open(t, editSam)
	o.Tap(t, "Prend fin le")
	o.hides("Raison")
	o.Tap(t, "Enregistrer · 2 changements")
	c := o.sent(1)[0]
	if c.After.Fields["endsAt"] != "" || c.After.Fields["reason"] != "" {
		t.Errorf("sent %+v", c.After)
	}

	o = open(t, editNoe)
	o.Tap(t, "Prend fin le")
	date := o.Input(t, "Prend fin le")
	if date.Text != "18\u00a0décembre 2026" {
		t.Errorf("begins with %q, want the day in 30 days", date.Text)
	}
	date.SetText("")
	o.Type("31 avril")
	o.Window.Canvas().FocusNext()
	o.sees("Cette date n'est pas claire")
	if !o.Button(t, "Enregistrer").Disabled() {
		t.Error("a date that is none could be saved")
	}
	o.Tap(t, "Choisir une date")
	o.Tap(t, "fin avril 2027")
	o.hides("Cette date n'est pas claire")
	o.sees("L'accès prend fin le 30 avril 2027.")
	if room, text := date.Size().Width, fyne.MeasureText("30 septembre 2026", theme.TextSize(), fyne.TextStyle{}).Width+2*theme.InnerPadding(); room < text {
		t.Errorf("a date %v wide has %v", text, room)
	}
	o.Tap(t, "Enregistrer · 1 changement")
	want := time.Date(2027, time.April, 30, 23, 59, 59, 0, time.Local)
	if c := o.sent(1)[0]; c.Kind != change.EditInvitation || !c.After.Ends().Equal(want) {
		t.Errorf("sent %+v", c.After)
	}
}

func TestAHostWithoutAnEndOfAccessSaysSo(t *testing.T) {
	o := open(t, func(o *opened, goTo permissions.Go) {
		id, _ := o.Store.Identity(viewtest.Ref.Identity)
		id.Host.Features.AccessEnds = access.Feature{Reason: access.Text{"fr": "Votre hébergeur ne sait pas limiter l'accès dans le temps."}}
		o.Store.PutIdentity(id)
		invite(o, goTo)
	})
	o.hides("Prend fin le")
	o.sees("Votre hébergeur ne sait pas limiter l'accès dans le temps.")
}

func TestAHostThatChoosesTheLanguageOfInvitationsIsToldNone(t *testing.T) {
	const anybody = "Une autre adresse peut l'accepter."
	o := open(t, func(o *opened, goTo permissions.Go) {
		id, _ := o.Store.Identity(viewtest.Ref.Identity)
		id.Host.Features.InvitationLanguage = access.Feature{}
		id.Host.Features.InvitedOnly = access.Feature{Reason: access.Text{"fr": anybody}}
		o.Store.PutIdentity(id)
		invite(o, goTo)
	})
	o.hides("Langue de l'invitation", "Seule cette adresse pourra accepter l'invitation, valide 7 jours.")
	o.sees("L'invitation y est envoyée. Elle est valide 7 jours. " + anybody)
	o.Type("julie@comptes.example")
	o.Tap(t, "Comptable")
	o.Tap(t, "Envoyer l'invitation")
	if c := o.sent(1)[0]; c.After.Fields[change.FieldLanguage] != "" || c.After.Fields[change.FieldEmail] != "julie@comptes.example" {
		t.Errorf("sent %+v", c)
	}
}

func TestAHostWhereNobodyHasNoPermissionSaysSo(t *testing.T) {
	const why = "Un utilisateur a toujours au moins une autorisation."
	o := open(t, func(o *opened, goTo permissions.Go) {
		id, _ := o.Store.Identity(viewtest.Ref.Identity)
		id.Host.Features.EmptyPermissions = access.Feature{Reason: access.Text{"fr": why}}
		o.Store.PutIdentity(id)
		editSam(o, goTo)
	})
	for _, p := range []string{"Consulter et payer les factures", "Consulter et accepter les soumissions", "Consulter les courriels"} {
		o.hides(why)
		o.Tap(t, p)
	}
	o.Press(fyne.KeyReturn)
	o.sees(why)
	o.sent(0)
}

func TestAPermissionOnlyTheHostKnowsIsKeptAndShown(t *testing.T) {
	o := open(t, func(o *opened, goTo permissions.Go) {
		id, _ := o.Store.Identity(viewtest.Ref.Identity)
		id.Host.Permissions = append(slices.Clone(id.Host.Permissions), access.CatalogueEntry{
			Key: "backups", Title: access.Text{"fr": "Restaurer des sauvegardes"}, Description: access.Text{"fr": "Écrase ce qui existe"}, Sensitive: true,
		})
		o.Store.PutIdentity(id)
		s := viewtest.Snapshot()
		s.Users[1].Permissions = append(s.Users[1].Permissions, "backups", "gone-from-catalogue")
		o.Store.PutSnapshot(s, viewtest.Now)
		editSam(o, goTo)
	})
	o.sees("AUTRES", "Restaurer des sauvegardes", "Écrase ce qui existe", "gone-from-catalogue")
	o.Tap(t, "Consulter les courriels")
	o.Tap(t, "Enregistrer · 1 changement")
	if c := o.sent(1)[0]; !access.SameSet(c.After.Permissions, []access.Permission{"invoices", "quotes", "backups", "gone-from-catalogue"}) {
		t.Errorf("sent %v", c.After.Permissions)
	}
}

func TestARefusalKeepsWhatWasTyped(t *testing.T) {
	o := open(t, invite)
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Invalid, Fields: []trouble.Field{{Name: "email", Code: "invalid"}}}})
	o.Type("julie@comptes.example")
	o.Tap(t, "Comptable")
	o.Tap(t, "Envoyer l'invitation")
	o.sees("Cette adresse de courriel n'est pas valide", "Inviter un utilisateur")
	if in := o.Input(t, "Courriel de la personne"); in.Text != "julie@comptes.example" || o.Window.Canvas().Focused() != fyne.Focusable(in) {
		t.Errorf("the address is %q, the focus on %q", in.Text, o.Focused())
	}
	if !o.Button(t, "Comptable").On() {
		t.Error("the permissions are lost")
	}
	o.Type("x")
	o.Tap(t, "Envoyer l'invitation")
	if got := o.sent(2); got[0].ID == got[1].ID {
		t.Error("another wish was sent as the same change")
	}
	o.closed()
}

func TestWhatIsTriedAgainUnchangedIsTheSameChange(t *testing.T) {
	o := open(t, editSam)
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.HostError}})
	o.Tap(t, "Consulter les courriels")
	o.Tap(t, "Enregistrer · 1 changement")
	o.Tap(t, "Enregistrer · 1 changement")
	if got := o.sent(2); got[0].ID != got[1].ID {
		t.Error("sent again as another change: it could be done twice")
	}
	o.closed()
}

func TestWhatWasSentAgainByANewSignInIsNotSentOnceMore(t *testing.T) {
	o := open(t, editSam)
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}})
	o.Tap(t, "Consulter les courriels")
	o.Tap(t, "Enregistrer · 1 changement")
	o.Desk.RetryAfterSignIn(viewtest.Ref.Identity)
	if _, err := o.Desk.Await(t.Context(), o.sent(1)[0].ID); err != nil {
		t.Fatal(err)
	}
	o.Tap(t, "Enregistrer · 1 changement")
	o.closed()
	if got := o.sent(2); got[0].ID != got[1].ID {
		t.Errorf("sent as two: %s and %s", got[0].ID, got[1].ID)
	}
}

// The way to sign in again is behind the dialog. Leaving it must not lose what was chosen.
func TestASessionThatEndedIsLeftForSigningInWithTheEditKept(t *testing.T) {
	asked := ""
	o := open(t, func(o *opened, goTo permissions.Go) {
		o.Env.SignIn = func(identity string) { asked = identity }
		editSam(o, goTo)
	})
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded}})
	o.Tap(t, "Consulter les courriels")
	o.Tap(t, "Enregistrer · 1 changement")
	if o.Focused() != "Se reconnecter" {
		t.Errorf("the focus is on %q", o.Focused())
	}
	o.Tap(t, "Se reconnecter")
	o.closed()
	kept, there := o.Desk.Get(o.sent(1)[0].ID)
	if asked != viewtest.Ref.Identity || !there || !kept.Waits() {
		t.Fatalf("signs %q in; kept %v %+v", asked, there, kept)
	}
	o.Desk.RetryAfterSignIn(viewtest.Ref.Identity)
	if end, err := o.Desk.Await(t.Context(), kept.ID); err != nil || end.State != change.Confirmed {
		t.Errorf("after signing in: %s, %v", end.State, err)
	}
}

func TestTheHostMayAskForACode(t *testing.T) {
	ask := change.Outcome{Challenge: &change.Challenge{ID: "ch", SentTo: "m•••@chezmarcel.example", ExpiresAt: viewtest.Now.Add(10 * time.Minute),
		Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}}}}
	o := open(t, invite)
	o.Script.Then(ask).ThenProof(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.CodeWrong}})
	o.Type("julie@comptes.example")
	o.Tap(t, "Comptable")
	o.Tap(t, "Envoyer l'invitation")
	o.sees("m•••@chezmarcel.example", "10 min 00 s")
	o.Type("1 2x345")
	o.sees("Ce n'est pas le bon code")
	if got := o.Script.Typed(); len(got) != 1 || got[0]["code"] != "12345" {
		t.Fatalf("typed %v", got)
	}
	o.Type("54321")
	o.closed()
	o.sent(2)

	o = open(t, invite)
	o.Script.Then(ask)
	o.Type("julie@comptes.example")
	o.Tap(t, "Comptable")
	o.Tap(t, "Envoyer l'invitation")
	o.Press(fyne.KeyEscape)
	if in := o.Input(t, "Courriel de la personne"); in.Text != "julie@comptes.example" {
		t.Errorf("after going back the address is %q", in.Text)
	}
	if left := o.Desk.List(); len(left) != 0 {
		t.Errorf("left behind: %+v", left)
	}
}

func TestWhenBothChangedTheReasonThePersonDecides(t *testing.T) {
	theirs := change.OfRights([]access.Permission{"invoices", "quotes", "emails"}, time.Date(2027, time.April, 30, 23, 59, 59, 0, time.Local), "vérification")
	for button, want := range map[string]string{"Vous : impôts 2026 et 2027": "impôts 2026 et 2027", "Maintenant : vérification": "vérification"} {
		o := open(t, editSam)
		o.Script.Then(change.Outcome{Stale: &change.Conflict{Theirs: theirs, TheirsBase: "u2b"}})
		o.Tap(t, "Consulter et ouvrir des billets")
		reason := o.Input(t, "Raison")
		o.Window.Canvas().Focus(reason)
		o.Press(fyne.KeyEnd)
		o.Type(" et 2027")
		o.Tap(t, "Enregistrer · 2 changements")
		if !o.Button(t, "Enregistrer ces choix").Disabled() {
			t.Error("saved before anything was chosen")
		}
		o.Tap(t, button)
		o.Tap(t, "Enregistrer ces choix")
		c := o.sent(2)[1]
		if c.After.Fields["reason"] != want || c.Base != "u2b" || !slices.Contains(c.After.Permissions, access.Tickets) {
			t.Errorf("%s: sent %+v on %s", button, c.After, c.Base)
		}
		o.closed()
	}
}

func TestAUserWhoIsGoneCanBeInvitedWithWhatWasChosen(t *testing.T) {
	o := open(t, editSam)
	o.Script.Then(change.Outcome{Stale: &change.Conflict{Gone: true}})
	o.Tap(t, "Consulter et ouvrir des billets")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("Sam Gagnon n'a plus accès", "Consulter et ouvrir des billets de soutien")
	o.Store.PutSnapshot(func() access.Snapshot {
		s := viewtest.Snapshot()
		s.Users = s.Users[:1]
		return s
	}(), viewtest.Now)
	o.Tap(t, "Inviter avec ces autorisations")
	o.Tap(t, "Envoyer l'invitation")
	c := o.sent(2)[1]
	if c.Kind != change.Invite || c.After.Fields["email"] != "sam@cabinet.example" || !slices.Contains(c.After.Permissions, access.Tickets) {
		t.Errorf("sent %+v", c)
	}
	o.closed()
}

func TestEscapeLeavesAndAsksWhenSomethingWouldBeLost(t *testing.T) {
	o := open(t, editSam)
	o.Press(fyne.KeyEscape)
	o.closed()

	o = open(t, editSam)
	o.Tap(t, "Consulter les courriels")
	o.Press(fyne.KeyEscape)
	o.sees("Quitter sans enregistrer?")
	o.Tap(t, "Rester ici")
	o.sees("Accès de Sam Gagnon")
	o.Press(fyne.KeyEscape)
	o.Tap(t, "Quitter")
	o.closed()
	o.sent(0)
}

func TestLeavingAnInvitationSaysThatItIsNotSent(t *testing.T) {
	o := open(t, invite)
	o.Type("julie@comptes.example")
	o.Press(fyne.KeyEscape)
	o.sees("Quitter sans envoyer l'invitation?")
	o.hides("enregistr")
	o.Tap(t, "Quitter sans envoyer")
	o.closed()
	o.sent(0)

	o = open(t, editNoe)
	o.Tap(t, "Consulter les produits et services")
	o.Press(fyne.KeyEscape)
	o.sees("Quitter sans enregistrer?")
}

func TestARefusalIsSaidAlsoWhenTheDialogWasLeftMeanwhile(t *testing.T) {
	var later func()
	o := open(t, func(o *opened, goTo permissions.Go) {
		o.Env.Go = func(work func()) { later = work }
		editSam(o, goTo)
	})
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.OwnerOnly}})
	o.Tap(t, "Consulter les courriels")
	o.Tap(t, "Enregistrer")
	if later == nil {
		t.Fatal("nothing was sent")
	}
	o.Press(fyne.KeyEscape)
	if o.Sees("Quitter sans enregistrer?") {
		o.Tap(t, "Quitter")
	}
	o.closed()
	later()
	shot.Settle(o.Window)
	o.sees("Sam Gagnon")
	if left := o.Desk.List(); len(left) != 1 || !left[0].Waits() {
		t.Errorf("what was typed is nowhere any more: %+v", left)
	}
	o.sees(say.Trouble(o.Env.Words, &trouble.Trouble{Kind: trouble.OwnerOnly}).Title)
}

func TestWhoIsNoLongerThereOpensNothing(t *testing.T) {
	o := open(t, func(o *opened, goTo permissions.Go) {
		permissions.EditUser(o.Env, viewtest.Ref, o.Store, o.Desk, goTo, "nobody")
		permissions.EditInvitation(o.Env, viewtest.Ref, o.Store, o.Desk, goTo, "nothing")
	})
	o.closed()
}

var _ permissions.Store = (*cache.Store)(nil)

func TestADialogBeginsWithTheEditThatIsNotSentYet(t *testing.T) {
	away := change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Unreachable}}
	o := open(t, editSam)
	o.Script.Then(away, away)
	o.Tap(t, "Consulter et ouvrir des billets de soutien")
	o.Tap(t, "Consulter et accepter les soumissions")
	o.Tap(t, "Enregistrer · 2 changements")
	o.closed()

	editSam(o, permissions.Go{})
	o.sees("Un changement attend déjà d'être envoyé.", "Enregistrer · 2 changements")
	o.Press(fyne.KeyEscape) // nothing was typed: nothing is asked
	o.closed()

	editSam(o, permissions.Go{})
	o.Tap(t, "Consulter et accepter les soumissions") // taken back
	o.Tap(t, "Enregistrer · 1 changement")
	o.closed()
	list := o.Desk.List()
	if len(list) != 1 || !slices.Equal(list[0].After.Permissions, []access.Permission{access.Invoices, access.Quotes, access.Tickets, access.Emails}) {
		t.Errorf("what waits: %+v", list)
	}
}

package people_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit/shot"
	"concierge/views/people"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// opened is the screen in the sample world.
type opened struct {
	*viewtest.World
	t     *testing.T
	page  *people.Page
	went  []string // to which other screens
	added access.Contact
}

func open(t *testing.T, size fyne.Size, prepare func(w *viewtest.World)) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Size: size}), t: t}
	if prepare != nil {
		prepare(o.World)
	}
	went := func(where string) { o.went = append(o.went, where) }
	o.page = people.New(o.Env, viewtest.Ref, o.Store, o.Desk, people.Go{
		AddContact:  func(c access.Contact) { o.added = c; went("add contact") },
		EditContact: func(id string) { went("edit contact " + id) },
		AccountInfo: func() { went("account info") },
		Refresh:     func() { went("refresh") },
	})
	t.Cleanup(func() { o.page.Close(); o.Window.Close() })
	o.Open(o.page)
	return o
}

var wide, narrow = fyne.NewSize(1056, 744), fyne.NewSize(800, 584)

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

func TestArrowsChooseAndEnterGoesToThePerson(t *testing.T) {
	o := open(t, wide, nil)
	o.hides("Accès · utilisateur")
	o.Press(fyne.KeyDown, fyne.KeyDown)
	o.sees("Accès · utilisateur", "Peut modifier les mots de passe des produits")
	o.Press(fyne.KeyReturn)
	if o.Focused() != "Modifier, Accès · utilisateur" {
		t.Errorf("the focus is on %q", o.Focused())
	}
	o.Press(fyne.KeyReturn)
	o.sees("Accès de Léa Dubois")
}

func TestACardDrawnAnewUnderADialogGetsTheKeyboardBack(t *testing.T) {
	o := open(t, wide, nil)
	o.Press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn, fyne.KeyReturn)
	o.sees("Accès de Léa Dubois")
	s, _, _ := o.Store.Snapshot(viewtest.Ref)
	s.Revision += "+"
	s.Users = slices.Clone(s.Users)
	for i, u := range s.Users {
		if u.FirstName == "Léa" {
			s.Users[i].Permissions = append(slices.Clone(u.Permissions), access.Emails)
		}
	}
	o.Store.PutSnapshot(s, viewtest.Now)
	o.page.Update(t.Context())
	o.Press(fyne.KeyEscape)
	o.hides("Accès de Léa Dubois")
	if o.Focused() != "Modifier, Accès · utilisateur" {
		t.Errorf("the keyboard is on %q", o.Focused())
	}
	o.Window.Canvas().FocusNext() // the start of the screen, if it was on what is no longer there
	if o.Focused() != "En faire aussi un contact" {
		t.Errorf("Tab goes on to %q", o.Focused())
	}
}

func TestInASmallWindowThePersonTakesThePlaceOfTheList(t *testing.T) {
	o := open(t, narrow, nil)
	o.Press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown)
	o.sees("Reçoit des courriels") // arrows alone stay in the list
	o.Press(fyne.KeyReturn)
	o.hides("Comptes à payer")
	o.sees("Accès · utilisateur", "sam@cabinet.example")
	o.Tap(t, "Toutes les personnes")
	o.sees("Comptes à payer")
	o.hides("Accès · utilisateur")
	if !strings.HasPrefix(o.Focused(), "Sam Gagnon") {
		t.Errorf("back in the list the keyboard is on %q", o.Focused())
	}
}

func TestAPersonWhoIsFoundHasTheKeyboardInASmallWindowToo(t *testing.T) {
	o := open(t, narrow, nil)
	o.page.Select("ti@chezmarcel.example")
	o.page.Focus()
	if got := o.Focused(); got != "Modifier, Courriels · contact" {
		t.Errorf("the keyboard is on %q", got)
	}
}

func TestAnUpdateDoesNotPutThePersonInPlaceOfTheListSomebodyGoesThrough(t *testing.T) {
	o := open(t, narrow, nil)
	o.Press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown)
	o.page.Update(t.Context())
	o.sees("Reçoit des courriels", "Comptes à payer")
	o.hides("Accès · utilisateur")
	if !strings.HasPrefix(o.Focused(), "Sam Gagnon") {
		t.Errorf("the keyboard is on %q", o.Focused())
	}
}

func TestTypingInTheListFilters(t *testing.T) {
	o := open(t, wide, nil)
	o.Type("lea")
	o.sees("Léa Dubois")
	o.hides("Sam Gagnon", "noe@studio.example")
	if in := o.Input(t, "Filtrer"); in.Text != "lea" {
		t.Errorf("the filter holds %q", in.Text)
	}
	o.Type("xyz")
	o.sees("Personne ne correspond à")
	o.Tap(t, "Effacer le filtre")
	o.sees("Sam Gagnon")
}

func TestLookingForMailThatNobodyReceivesSaysSo(t *testing.T) {
	o := open(t, wide, func(w *viewtest.World) {
		s := viewtest.Snapshot()
		for i := range s.Contacts {
			s.Contacts[i].Preferences = maps.Clone(s.Contacts[i].Preferences)
			delete(s.Contacts[i].Preferences, access.MailDomain)
		}
		w.Store.PutSnapshot(s, viewtest.Now)
	})
	o.Type("domaine")
	o.sees("Personne ne reçoit les courriels Domaines")
	o.Input(t, "Filtrer").SetText("soutien")
	o.sees("Soutien TI")
	o.hides("Personne ne")
	o.Input(t, "Filtrer").SetText("zoe")
	o.sees("Personne ne correspond à")
}

func TestASegmentShowsOnlyItsKind(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Show(people.Invitations)
	o.sees("noe@studio.example")
	o.hides("Sam Gagnon", "Comptes à payer")
	// Whoever asks for a person sees the person, whatever is filtered.
	o.page.Select("sam@cabinet.example")
	o.sees("Sam Gagnon", "Accès · utilisateur")
}

func TestAHostThatCannotListOrConfirmEveryInvitationSaysSo(t *testing.T) {
	const part = "Seules les invitations envoyées avec Concierge sont affichées."
	o := open(t, wide, func(w *viewtest.World) {
		i, _ := w.Store.Identity(viewtest.Ref.Identity)
		i.Host.Features.ListInvitations.Reason = access.Text{"fr": part, "en": "Only some."}
		i.Host.Features.CancelInvitation.Available = false
		w.Store.PutIdentity(i)
		s := viewtest.Snapshot()
		s.Invitations[0].Unconfirmed = true
		w.Store.PutSnapshot(s, viewtest.Now)
	})
	o.hides(part)
	o.page.Show(people.Invitations)
	o.sees(part, "Envoi non confirmé")
	o.page.Select("noe@studio.example")
	o.sees("n'a pas dit si l'invitation est partie", "; sinon, renvoyez l'invitation.", "Demandée", "Renvoyer l'invitation")
}

func TestWhatCanBeDoneAboutAnInvitationThatMayNotHaveLeft(t *testing.T) {
	for name, c := range map[string]struct {
		then func(*access.Features, *access.Invitation)
		sees string
	}{
		"sent again or cancelled": {func(*access.Features, *access.Invitation) {}, "; sinon, renvoyez l'invitation ou annulez-la."},
		"nothing but to ask": {func(f *access.Features, _ *access.Invitation) {
			f.ResendInvitation, f.CancelInvitation = access.Feature{}, access.Feature{}
		}, "Demandez à la personne si le courriel est arrivé."},
		"it is over in any case": {func(_ *access.Features, i *access.Invitation) { i.ExpiresAt = viewtest.Now.Add(-time.Hour) }, "expirée"},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, wide, func(w *viewtest.World) {
				i, _ := w.Store.Identity(viewtest.Ref.Identity)
				s := viewtest.Snapshot()
				s.Invitations[0].Unconfirmed = true
				c.then(&i.Host.Features, &s.Invitations[0])
				w.Store.PutIdentity(i)
				w.Store.PutSnapshot(s, viewtest.Now)
			})
			o.page.Select("noe@studio.example")
			o.sees(c.sees)
		})
	}
}

func TestRevokingSaysWhatStaysAndWaits(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("sam@cabinet.example")
	o.Tap(t, "Révoquer l'accès")
	o.sees("Sam Gagnon ne pourra plus se connecter à Boulangerie Chez Marcel", "continue de recevoir")
	if o.Focused() != "Garder l'accès" {
		t.Errorf("the focus is on %q, not on what changes nothing", o.Focused())
	}
	o.Press(fyne.KeyEscape)
	if len(o.Desk.List()) != 0 {
		t.Error("Escape revoked")
	}
	o.Tap(t, "Révoquer l'accès")
	o.Tap(t, "Révoquer l'accès")
	list := o.Desk.List()
	if len(list) != 1 || list[0].Kind != change.Revoke || list[0].Target != "u2" || list[0].State != change.Waiting || list[0].Base != "u2" {
		t.Fatalf("%+v", list)
	}
	o.page.Update(context.Background())
	o.sees("Révocation en attente", "Sam Gagnon")
}

func TestTheContactGoesTooOnlyWhenAsked(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("sam@cabinet.example")
	o.Tap(t, "Révoquer l'accès")
	o.Tap(t, "Supprimer aussi le contact")
	o.Tap(t, "Révoquer l'accès")
	list := o.Desk.List()
	if len(list) != 2 || list[1].Kind != change.DeleteContact || list[1].Target != "c2" {
		t.Errorf("%+v", list)
	}
}

func TestAnInvitationIsResentCopiedAndCancelled(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("noe@studio.example")
	o.sees("Envoyée il y a 5 jours par Marie Tremblay", "expire dans 2", "en français")
	o.Tap(t, "Renvoyer l'invitation")
	if sent := o.Script.Sent(); len(sent) != 1 || sent[0].Kind != change.ResendInvitation || sent[0].Target != "i1" {
		t.Errorf("sent %+v", sent)
	}
	o.Tap(t, "Copier le lien")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "https://espace.exemple.example/invitations/abc" {
		t.Errorf("copied %q", got)
	}
	o.Tap(t, "Copier le texte de l'invitation")
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.HasPrefix(got, "Bonjour") || !strings.Contains(got, "Boulangerie Chez Marcel") || !strings.Contains(got, "noe@studio.example") {
		t.Errorf("copied %q", got)
	}
	o.sees("Le texte de l'invitation est copié, en français.")
	o.Tap(t, "Annuler l'invitation")
	o.Tap(t, "Annuler l'invitation")
	if list := o.Desk.List(); list[len(list)-1].Kind != change.CancelInvitation || list[len(list)-1].State != change.Waiting {
		t.Errorf("%+v", list)
	}
}

func TestAPersonLeadsToTheOtherRole(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("lea@studio.example")
	o.Tap(t, "En faire aussi un contact")
	if o.added.FirstName != "Léa" || o.added.Email != "lea@studio.example" {
		t.Errorf("the new contact begins with %+v", o.added)
	}
	o.page.Select("ti@chezmarcel.example")
	o.Tap(t, "Modifier")
	o.Tap(t, "Inviter ce contact")
	if in := o.Input(t, "Courriel de la personne"); in.Text != "ti@chezmarcel.example" {
		t.Errorf("the invitation begins with %q", in.Text)
	}
	o.Press(fyne.KeyEscape)
	o.Tap(t, "Quitter")
	o.page.Select("info@chezmarcel.example")
	o.Tap(t, "Infos du compte")
	if got := strings.Join(o.went, ", "); got != "add contact, edit contact c4, account info" {
		t.Errorf("went to %s", got)
	}
}

func TestTheOwnerCanBeNeitherEditedNorRevoked(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("marie@chezmarcel.example")
	o.sees("Accès · propriétaire", "Vous pouvez tout voir et tout faire, et vous seul pouvez inviter", "Votre accès ne peut être ni modifié ni révoqué.")
	o.hides("Révoquer l'accès")
}

func TestWhoIsNotTheOwnerSeesWhatTheyMayAndWhy(t *testing.T) {
	member := func(perms ...access.Permission) func(w *viewtest.World) {
		return func(w *viewtest.World) {
			s := viewtest.Snapshot()
			s.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: perms}
			s.Users, s.Invitations = nil, nil
			s.Account = access.Account{ID: s.Account.ID, ETag: s.Account.ETag, Name: s.Account.Name}
			if !s.Me.May(access.Contacts) {
				s.Contacts = nil
			}
			w.Store.PutSnapshot(s, viewtest.Now)
		}
	}
	o := open(t, wide, member(access.Invoices, access.Contacts))
	o.sees("Votre accès à Boulangerie Chez Marcel", "Vous pouvez payer les factures", "Seul le propriétaire peut inviter", "Comptes à payer", "Ajouter un contact")
	o.hides("Inviter un utilisateur", "Utilisateurs 0", "Ne peut pas se connecter")
	o.page.Select("sam@cabinet.example")
	o.hides("Inviter ce contact")

	o = open(t, wide, member(access.Invoices))
	o.sees("Votre accès à Boulangerie Chez Marcel", "Il vous faut l'autorisation « Consulter et gérer les contacts »")
	o.hides("Ajouter un contact", "Filtrer", "Reçoit des courriels")
}

func TestWhatIsKnownIsShownWithWhyItMayBeOld(t *testing.T) {
	o := open(t, wide, func(w *viewtest.World) {
		w.Store.SetStatus(viewtest.Ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	})
	o.sees("Hors ligne.", "14 h 02", "Sam Gagnon")
}

func TestAnAccountThatCannotBeLoadedSaysWhyAndCanBeTriedAgain(t *testing.T) {
	o := open(t, wide, func(w *viewtest.World) {
		w.Store.PutAccounts(viewtest.Ref.Identity, nil)
		w.Store.SetStatus(viewtest.Ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.TimedOut} })
	})
	o.Tap(t, "Réessayer")
	if len(o.went) != 1 || o.went[0] != "refresh" {
		t.Errorf("went to %v", o.went)
	}
	o.Store.PutSnapshot(viewtest.Snapshot(), viewtest.Now)
	o.page.Update(context.Background())
	o.sees("Sam Gagnon")
	o.hides("Réessayer")
}

func TestFourHundredPeopleAreShownAndFound(t *testing.T) {
	o := open(t, wide, func(w *viewtest.World) {
		s := viewtest.Snapshot()
		for i := range 400 {
			s.Contacts = append(s.Contacts, access.Contact{ID: fmt.Sprint("x", i), FirstName: fmt.Sprintf("Personne %03d", i), Email: fmt.Sprintf("p%d@foule.example", i)})
		}
		w.Store.PutSnapshot(s, viewtest.Now)
	})
	o.Press(fyne.KeyEnd)
	o.sees("p399@foule.example")
	o.Type("personne 277")
	o.sees("p277@foule.example")
	o.hides("p278@foule.example")
}

func TestEverythingIsReachedByTab(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("noe@studio.example")
	order := strings.Join(shot.TabOrder(o.Window), " > ")
	at := 0
	for _, name := range []string{"Ajouter un contact", "Inviter un utilisateur", "Toutes 7", "Filtrer", "noe@studio.example", "Fermer la fiche", "Modifier",
		"Renvoyer l'invitation", "Copier le texte de l'invitation", "Copier le lien", "Annuler l'invitation", "En faire aussi un contact", "Copier l'adresse"} {
		i := strings.Index(order[at:], name)
		if i < 0 {
			t.Fatalf("%q does not come in its turn: %s", name, order)
		}
		at += i + len(name)
	}
}

func TestAlsoPresentElsewhere(t *testing.T) {
	o := open(t, wide, func(w *viewtest.World) {
		for i := range 11 {
			w.Store.PutSnapshot(access.Snapshot{Ref: access.Ref{Identity: viewtest.Ref.Identity, Account: fmt.Sprint(i)},
				Users: []access.User{{Email: "Sam@cabinet.example"}}}, viewtest.Now)
		}
	})
	o.page.Select("sam@cabinet.example")
	o.sees("Aussi présent dans 11 autres comptes")
	o.page.Select("lea@studio.example")
	o.hides("Aussi présent")
}

func TestResendingMayAskForACode(t *testing.T) {
	o := open(t, wide, nil)
	o.Script.Then(change.Outcome{Challenge: &change.Challenge{ID: "ch", SentTo: "m•••@chezmarcel.example", ExpiresAt: viewtest.Now.Add(time.Minute),
		Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}}}})
	o.page.Select("noe@studio.example")
	o.Tap(t, "Renvoyer l'invitation")
	o.sees("Confirmez que c'est vous")
	o.Type("12345")
	if sent := o.Script.Sent(); len(sent) != 2 || o.InDialog() {
		t.Errorf("sent %+v", sent)
	}
}

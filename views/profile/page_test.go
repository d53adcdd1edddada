package profile_test

import (
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/profile"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// opened is the screen in the sample world.
type opened struct {
	*viewtest.World
	t    *testing.T
	page *profile.Page
}

func open(t *testing.T, set func(*cache.Identity)) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Size: fyne.NewSize(1056, 900)}), t: t}
	t.Cleanup(o.Window.Close)
	known(o.World, set)
	o.page = profile.New(o.Env, viewtest.Ref.Identity, o.Store, o.Desk, profile.Go{Refresh: func() {}})
	t.Cleanup(o.page.Close)
	o.Open(o.page)
	return o
}

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

func TestTheProfileSaysWhereItIsAndWhatItIsNot(t *testing.T) {
	o := open(t, nil)
	o.sees("Votre profil chez Hébergement Exemple", "marie@chezmarcel.example",
		"• le courriel du compte Boulangerie Chez Marcel : info@chezmarcel.example", "Active", "Recevoir un lien")

	o.Store.PutIdentity(cache.Identity{ID: "n", Host: access.Host{Name: "Nord Hébergement"}, Me: access.Me{ID: "n"}})
	o.page.Update(t.Context())
	o.sees("Ce profil est celui que vous avez chez Hébergement Exemple. Vous en avez un autre chez Nord Hébergement")
}

func TestNameAndLanguageAreSavedWithTheirNumber(t *testing.T) {
	o := open(t, nil)
	o.fill("Prénom", "Maria")
	o.Tap(t, "Langue")
	o.Tap(t, "English")
	o.Tap(t, "Enregistrer · 2 changements")
	c := o.sent(1)[0]
	if c.Kind != change.EditProfile || c.Account != (access.Ref{Identity: viewtest.Ref.Identity}) || c.Base != "m1" ||
		c.After.Fields["firstName"] != "Maria" || c.After.Fields["language"] != "en" || c.Before.Fields["firstName"] != "Marie" {
		t.Errorf("sent %+v", c)
	}
	o.fill("Prénom", "")
	o.Tap(t, "Enregistrer · 1 changement")
	o.sees("Entrez un prénom.")
	o.sent(1)
}

func TestAProfileThatChangesElsewhereKeepsWhatIsTyped(t *testing.T) {
	o := open(t, nil)
	o.fill("Prénom", "Maria")
	known(o.World, func(i *cache.Identity) { i.Me.ETag, i.Me.LastName, i.Me.FirstName = "m2", "Tremblay-Roy", "Mary" })
	o.page.Update(t.Context())
	if o.Input(t, "Prénom").Text != "Maria" || o.Input(t, "Nom").Text != "Tremblay-Roy" {
		t.Errorf("first name %q, last name %q", o.Input(t, "Prénom").Text, o.Input(t, "Nom").Text)
	}
	o.sees("Modifié ailleurs pendant que vous écriviez : Prénom et Nom.")
}

func TestTheLoginEmailIsChangedWithACodeSentToTheNewOne(t *testing.T) {
	o := open(t, nil)
	o.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.EmailTaken}}, change.Outcome{Challenge: &change.Challenge{
		ID: "q", SentTo: "m.tremblay@chezmarcel.example", ExpiresAt: viewtest.Now.Add(10 * time.Minute),
		Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5}},
	}})
	o.Tap(t, "Changer le courriel de connexion")
	o.sees("Aujourd'hui : marie@chezmarcel.example", "le courriel du compte Boulangerie Chez Marcel")
	o.Press(fyne.KeyReturn)
	o.sees("Entrez une adresse de courriel.")
	o.Type("MARIE@chezmarcel.example")
	o.Press(fyne.KeyReturn)
	o.sees("C'est déjà votre courriel de connexion.")
	o.sent(0)
	o.fill("Nouveau courriel", "m.tremblay@chezmarcel.example")
	o.Press(fyne.KeyReturn)
	o.sees("Cette adresse sert déjà à une autre personne")
	if got := o.Input(t, "Nouveau courriel").Text; got != "m.tremblay@chezmarcel.example" {
		t.Errorf("the refusal costs what was typed: %q", got)
	}
	o.Tap(t, "Changer le courriel")
	o.sees("Confirmez que c'est vous", "Un code a été envoyé à m.tremblay@chezmarcel.example.")
	o.Type("12345")
	if o.InDialog() {
		t.Errorf("the dialog is still there: %q", o.Texts())
	}
	c := o.sent(3)[2] // refused, asked for proof, done
	if c.Kind != change.ChangeLogin || c.Account.Account != "" || c.Base != "m1" || c.Before.Fields["email"] != "marie@chezmarcel.example" ||
		c.After.Fields["email"] != "m.tremblay@chezmarcel.example" {
		t.Errorf("sent %+v", c)
	}
}

func TestLeavingTheLoginDialogAsksOnlyWhenSomethingWasTyped(t *testing.T) {
	o := open(t, nil)
	o.Tap(t, "Changer le courriel de connexion")
	o.Press(fyne.KeyEscape)
	if o.InDialog() {
		t.Fatal("asks although nothing was typed")
	}
	o.Tap(t, "Changer le courriel de connexion")
	o.Type("m")
	o.Press(fyne.KeyEscape)
	o.sees("Quitter sans enregistrer?")
}

func TestALinkForThePasswordIsSentOnlyAfterAsking(t *testing.T) {
	o := open(t, nil)
	o.Tap(t, "Recevoir un lien")
	o.sees("Changer votre mot de passe?", "Hébergement Exemple enverra à marie@chezmarcel.example un lien")
	o.Press(fyne.KeyEscape)
	o.sent(0)
	o.Tap(t, "Recevoir un lien")
	o.Tap(t, "Recevoir un lien")
	if c := o.sent(1)[0]; c.Kind != change.ResetPassword || c.Account != (access.Ref{Identity: viewtest.Ref.Identity}) {
		t.Errorf("sent %+v", c)
	}
}

func TestWhatAHostCannotDoIsExplainedAndNotOffered(t *testing.T) {
	o := open(t, func(i *cache.Identity) {
		i.Me.TwoFactor = nil
		i.Host.Features.ChangeLoginEmail = access.Feature{Reason: access.Text{"fr": "Il se change au guichet."}}
		i.Host.Features.PasswordReset = access.Feature{}
	})
	o.sees("Il se change au guichet.", "Hébergement Exemple ne permet pas de le changer d'ici.")
	o.hides("Changer le courriel de connexion", "Recevoir un lien", "Double authentification")
}

func TestAProfileThatIsNotThereYetSaysWhyAndThenComes(t *testing.T) {
	o := open(t, func(i *cache.Identity) {
		i.Me = access.Me{Email: "marie@chezmarcel.example"}
		i.Status.Trouble = &trouble.Trouble{Kind: trouble.Unreachable}
	})
	o.sees("Réessayer")
	known(o.World, func(i *cache.Identity) {
		i.Me = access.Me{ID: "u1", FirstName: "Marie", Email: "marie@chezmarcel.example", Language: "fr"}
		i.Status = cache.Status{}
	})
	o.page.Update(t.Context())
	if o.Input(t, "Prénom").Text != "Marie" {
		t.Errorf("says %q", o.Texts())
	}
}

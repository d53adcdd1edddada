package help_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/views/help"
	"concierge/views/kit/shot"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// visits notes where a page of help led.
type visits []string

func (v *visits) ways() help.Go {
	note := func(s string) func() { return func() { *v = append(*v, s) } }
	return help.Go{
		Topic: func(t help.Topic) { *v = append(*v, "topic "+string(t)) }, Invite: note("invite"), AddContact: note("add contact"),
		People: func(f string) { *v = append(*v, "people "+f) }, AccountInfo: note("account"), Profile: note("profile"), Mailbox: note("mailbox"),
		Outbox: note("outbox"), History: note("history"), Preferences: note("preferences"),
	}
}

func open(t *testing.T, lang string, topic help.Topic, change func(*access.Snapshot, *access.Host)) (*viewtest.World, *visits, *help.Page) {
	t.Helper()
	test.NewTempApp(t)
	w := viewtest.New(viewtest.Config{Lang: lang})
	t.Cleanup(w.Window.Close)
	if change != nil {
		snap, i := viewtest.Snapshot(), viewtest.Host()
		change(&snap, &i)
		identity, _ := w.Store.Identity(viewtest.Ref.Identity)
		identity.Host = i
		w.Store.PutIdentity(identity)
		w.Store.PutSnapshot(snap, viewtest.Now)
	}
	v := &visits{}
	p := help.New(w.Env, viewtest.Ref, topic, w.Store, v.ways())
	t.Cleanup(p.Close)
	w.Open(p)
	return w, v, p
}

// user makes the person somebody who may only see invoices.
func user(s *access.Snapshot, _ *access.Host) {
	s.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: []access.Permission{access.Invoices}}
	s.Users, s.Invitations, s.Contacts, s.Account.Email = nil, nil, nil, ""
}

func sees(t *testing.T, w *viewtest.World, want ...string) {
	t.Helper()
	for _, s := range want {
		if !w.Sees(s) {
			t.Errorf("does not say %q; it says:\n%s", s, strings.Join(w.Texts(), "\n"))
		}
	}
}

func TestTheOwnerGoesFromTheDifferenceToDoingIt(t *testing.T) {
	w, v, _ := open(t, "en", help.People, nil)
	sees(t, w, "Only you, with an invitation", "You, or a user who has the permission")
	for _, label := range []string{"Invite a user", "Add a contact", "See the invitations"} {
		w.Tap(t, label)
	}
	if want := []string{"invite", "add contact", "people invitations"}; !slices.Equal(*v, want) {
		t.Errorf("led to %q, want %q", *v, want)
	}
}

func TestWhoMayNotDoItIsToldWhyInsteadOfAButton(t *testing.T) {
	w, _, _ := open(t, "en", help.People, user)
	sees(t, w, w.Env.Words.T("words.owner_rule"), "The account owner, with an invitation", "The owner, or a user who has the permission", "Adding or changing a contact needs the permission “View and manage contacts”")
	for _, label := range []string{"Invite a user", "Add a contact", "See the invitations"} {
		if slices.Contains(w.Texts(), label) {
			t.Errorf("offers %q", label)
		}
	}
}

func TestTheThreeAddressesAreThoseOfThisPersonAndAccount(t *testing.T) {
	w, v, _ := open(t, "fr", help.Emails, nil)
	sees(t, w, "marie@chezmarcel.example", "info@chezmarcel.example", "factures@chezmarcel.example", "Comptes à payer · Facturation", "Hébergement Exemple")
	for _, label := range []string{"Aller à votre profil", "Aller aux infos du compte", "Aller aux contacts"} {
		w.Tap(t, label)
	}
	if want := []string{"profile", "account", "people contacts"}; !slices.Equal(*v, want) {
		t.Errorf("led to %q, want %q", *v, want)
	}
}

func TestOneAddressUsedTwiceIsPointedOut(t *testing.T) {
	w, _, _ := open(t, "en", help.Emails, func(s *access.Snapshot, _ *access.Host) { s.Account.Email = "Marie@ChezMarcel.example" })
	sees(t, w, "marie@chezmarcel.example is both your login e-mail and the account e-mail")
}

func TestAHostThatCannotChangeTheLoginSaysSoInItsWords(t *testing.T) {
	w, _, _ := open(t, "en", help.Emails, func(_ *access.Snapshot, h *access.Host) {
		h.Features.ChangeLoginEmail = access.Feature{Reason: access.Text{"en": "Write to support."}}
	})
	sees(t, w, "This host does not let you change it here. Write to support.")
	if slices.Contains(w.Texts(), "Go to your profile") {
		t.Error("still leads to the profile to change it")
	}
}

func TestTheSampleHostSaysWhereItsMailGoes(t *testing.T) {
	w, v, _ := open(t, "en", help.Emails, func(_ *access.Snapshot, h *access.Host) { h.Sample, h.MailboxURL = true, "http://127.0.0.1/mail" })
	w.Tap(t, "Open the mailbox")
	if !slices.Equal(*v, visits{"mailbox"}) {
		t.Errorf("led to %q", *v)
	}
	w, _, _ = open(t, "en", help.Emails, nil)
	if w.Sees("sample host") {
		t.Error("a real host is called a sample")
	}
}

func TestWhatStaysOnThisComputerLeadsToWhereItIsSeen(t *testing.T) {
	w, v, _ := open(t, "en", help.Computer, nil)
	sees(t, w, "What stays on this computer?", "Without a keyring nothing is kept", "waits under “To send” until you send it", "not a safe")
	for _, button := range []string{"See what waits", "Open the history", "Set the lock"} {
		w.Tap(t, button)
	}
	if want := (visits{"outbox", "history", "preferences"}); !slices.Equal(*v, want) {
		t.Errorf("led to %q, want %q", *v, want)
	}
}

func TestAccessThatEndsIsSpokenOfWhereTheHostCanEndIt(t *testing.T) {
	w, _, _ := open(t, "en", help.People, nil)
	sees(t, w, "give the access an end")
	w, _, _ = open(t, "en", help.People, func(_ *access.Snapshot, h *access.Host) { h.Features.AccessEnds = access.Feature{} })
	if w.Sees("give the access an end") {
		t.Error("promises what this host cannot do")
	}
}

func TestEveryPermissionOfTheHostIsExplained(t *testing.T) {
	w, _, _ := open(t, "en", help.Permissions, func(s *access.Snapshot, h *access.Host) {
		user(s, h)
		h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: "backups", Title: access.Text{"en": "Manage backups"}, Sensitive: true})
	})
	sees(t, w, "View and pay invoices", "Preset: Accountant", "Presets: Accountant, Support and Read only", "In no preset but “All permissions”", "You have it",
		"Manage backups", "Your host marks it as sensitive.", "Sensitive, because an order commits to spending")
}

func TestTheArrowsLeafThroughTheTopics(t *testing.T) {
	w, v, p := open(t, "en", help.Emails, nil)
	p.Focus()
	w.Press(fyne.KeyRight, fyne.KeyRight)
	if want := []string{"topic permissions", "topic computer"}; !slices.Equal(*v, want) {
		t.Errorf("led to %q, want %q", *v, want)
	}
	if _, _, p := open(t, "en", "no such topic", nil); p.Dirty() || !slices.Contains(shot.Texts(p.Object()), "Users or contacts?") {
		t.Error("an unknown topic is not the first one")
	}
}

func TestHelpAnswersBeforeAnythingIsLoaded(t *testing.T) {
	for _, topic := range []help.Topic{help.People, help.Emails, help.Permissions, help.Keys} {
		test.NewTempApp(t)
		w := viewtest.New(viewtest.Config{Lang: "fr"})
		p := help.New(w.Env, access.Ref{Identity: "nobody", Account: "none"}, topic, w.Store, (&visits{}).ways())
		w.Open(p)
		if len(w.Texts()) < 8 {
			t.Errorf("%q says only %q", topic, w.Texts())
		}
		p.Close()
		w.Window.Close()
	}
}

func TestAnUpdateWithoutNewsKeepsTheFocus(t *testing.T) {
	w, _, p := open(t, "en", help.People, nil)
	w.Window.Canvas().Focus(w.Button(t, "Add a contact"))
	p.Update(context.Background())
	if w.Focused() != "Add a contact" {
		t.Errorf("the focus went to %q", w.Focused())
	}
}

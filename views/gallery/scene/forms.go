package scene

import (
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// forms are the contact dialog, account information and the profile.
func forms() []Scene {
	edit := func(key string) func(*Stage) {
		return func(s *Stage) {
			s.Go(shell.People, "person:"+key)
			s.Press("words.edit")
		}
	}
	write := func(s *Stage, key, text string) { s.Input(s.T, s.Env.Words.T(key)).SetText(text) }
	return []Scene{
		{Name: "contact-add", Do: func(s *Stage) {
			s.Go(shell.People, "")
			s.Press("people.add_contact")
		}},
		{Name: "contact-edit", Do: edit("ti@chezmarcel.example")},
		{Name: "contact-no-language", Prepare: less, Do: edit("ti@chezmarcel.example")},
		{Name: "contact-incomplete", Do: func(s *Stage) {
			s.Go(shell.People, "")
			s.Press("people.add_contact")
			write(s, "words.email", "julie@comptes")
			s.Press("contacts.save")
		}},
		{Name: "contact-last-domain", Prepare: oneForDomains, Do: func(s *Stage) {
			s.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}})
			edit("factures@chezmarcel.example")(s)
			s.Press("access.mail_short_domain")
			s.PressText(s.Env.Words.N("form.save", 1))
		}},
		{Name: "contact-delete", Do: func(s *Stage) {
			edit("ti@chezmarcel.example")(s)
			s.Press("contacts.delete")
		}},
		{Name: "account", Do: open(shell.AccountInfo, "")},
		{Name: "account-typing", Do: func(s *Stage) {
			s.Go(shell.AccountInfo, "")
			write(s, "words.phone", "418 555-0123")
			snap := Snapshot()
			snap.Account.ETag, snap.Account.Phone, snap.Account.FirstName = "a2", "+14185550100", "Marcel"
			s.Store.PutSnapshot(snap, viewtest.Now)
		}},
		{Name: "account-proof", Do: func(s *Stage) {
			s.Script.Then(change.Outcome{Challenge: &change.Challenge{
				ID: "1", SentTo: "compta@chezmarcel.example", ExpiresAt: viewtest.Now.Add(9*time.Minute + 42*time.Second),
				Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5, Label: access.Text{"fr": "Code reçu par courriel", "en": "Code received by e-mail"}}},
			}})
			s.Go(shell.AccountInfo, "")
			write(s, "words.account_email", "compta@chezmarcel.example")
			s.PressText(s.Env.Words.N("form.save", 1))
		}},
		{Name: "account-not-owner", Prepare: notOwner, Do: open(shell.AccountInfo, "")},
		{Name: "account-offline", Prepare: offline, Do: open(shell.AccountInfo, "")},
		{Name: "profile", Do: open(shell.Profile, "")},
		{Name: "profile-login", Do: func(s *Stage) {
			s.Go(shell.Profile, "")
			s.Press("profile.change_login")
		}},
		{Name: "profile-password", Do: func(s *Stage) {
			s.Go(shell.Profile, "")
			s.Press("profile.reset")
		}},
	}
}

// oneForDomains is an account in which one contact alone receives Domain mail.
func oneForDomains(s *Stage) {
	snap := Snapshot()
	for i, c := range snap.Contacts {
		snap.Contacts[i].Preferences = access.Preferences{access.MailInvoice: true, access.MailDomain: c.Email == "factures@chezmarcel.example"}
	}
	s.Store.PutSnapshot(snap, viewtest.Now)
}

// less is a host that does what a gateway to WHMCS does, and no more.
func less(s *Stage) {
	live(s, nil, nil)
	no := func(key string) access.Feature {
		f := access.Feature{Reason: access.Text{}}
		for _, lang := range locales.Languages() {
			f.Reason[lang] = locales.For(lang).T(key)
		}
		return f
	}
	h := Host()
	h.Features.EmptyPermissions, h.Features.ContactLanguage = no("whmcs.no_empty_permissions"), no("whmcs.no_contact_language")
	s.Store.SetIdentity(viewtest.Ref.Identity, h, Me())
}

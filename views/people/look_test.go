package people_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/views/people"
	"concierge/views/viewtest"
)

// looks opens the screen in every look, once prepared.
func looks(t *testing.T, name string, prepare func(t *testing.T, w *viewtest.World, p *people.Page)) {
	viewtest.Looks(t, "people-"+name, viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
		p := people.New(w.Env, viewtest.Ref, w.Store, w.Desk, people.Go{
			AddContact: func(access.Contact) {}, EditContact: func(string) {}, AccountInfo: func() {}, Refresh: func() {},
		})
		t.Cleanup(p.Close)
		w.Open(p)
		prepare(t, w, p)
	})
}

// words are the labels that pictures press, by language.
var words = map[string]map[string]string{
	"fr": {"revoke": "Révoquer l'accès", "cancel": "Annuler l'invitation", "copy": "Copier le lien", "filter": "Filtrer"},
	"en": {"revoke": "Revoke access", "cancel": "Cancel invitation", "copy": "Copy the link", "filter": "Filter"},
}

func TestNothingIsCutInTheListOrBesideIt(t *testing.T) {
	say := func(w *viewtest.World, key string) string { return words[w.Env.Words.Lang()][key] }
	looks(t, "list", func(*testing.T, *viewtest.World, *people.Page) {})
	for name, key := range map[string]string{
		"owner": "marie@chezmarcel.example", "user": "sam@cabinet.example", "invited": "noe@studio.example", "contact": "ti@chezmarcel.example", "main": "info@chezmarcel.example",
	} {
		looks(t, name, func(_ *testing.T, _ *viewtest.World, p *people.Page) { p.Select(key) })
	}
	looks(t, "revoke", func(t *testing.T, w *viewtest.World, p *people.Page) {
		p.Select("sam@cabinet.example")
		w.Tap(t, say(w, "revoke"))
	})
	looks(t, "cancel", func(t *testing.T, w *viewtest.World, p *people.Page) {
		p.Select("noe@studio.example")
		w.Tap(t, say(w, "cancel"))
	})
	looks(t, "copied", func(t *testing.T, w *viewtest.World, p *people.Page) {
		p.Select("noe@studio.example")
		w.Tap(t, say(w, "copy"))
	})
	looks(t, "nobody", func(t *testing.T, w *viewtest.World, _ *people.Page) {
		w.Input(t, say(w, "filter")).SetText("personne de ce nom")
	})
	looks(t, "member", func(_ *testing.T, w *viewtest.World, p *people.Page) {
		s := viewtest.Snapshot()
		s.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: []access.Permission{access.Invoices, access.Contacts}}
		s.Users, s.Invitations, s.Account.Email = nil, nil, ""
		w.Store.PutSnapshot(s, viewtest.Now)
		p.Update(t.Context())
	})
	looks(t, "stranger", func(_ *testing.T, w *viewtest.World, p *people.Page) {
		s := viewtest.Snapshot()
		s.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: []access.Permission{access.Invoices}}
		s.Users, s.Invitations, s.Contacts, s.Account.Email = nil, nil, nil, ""
		w.Store.PutSnapshot(s, viewtest.Now)
		p.Update(t.Context())
	})
	looks(t, "offline", func(_ *testing.T, w *viewtest.World, p *people.Page) {
		w.Store.SetStatus(viewtest.Ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
		p.Update(t.Context())
	})
	looks(t, "trouble", func(_ *testing.T, w *viewtest.World, p *people.Page) {
		w.Store.PutAccounts(viewtest.Ref.Identity, nil)
		w.Store.SetStatus(viewtest.Ref, func(s *cache.Status) { s.Trouble = &trouble.Trouble{Kind: trouble.TimedOut} })
		p.Update(t.Context())
	})
	looks(t, "long", func(_ *testing.T, w *viewtest.World, p *people.Page) {
		s := viewtest.Snapshot()
		s.Users[1].FirstName, s.Users[1].LastName = "Marie-Antoinette-Joséphine", "de la Bruère-Montmorency-Laval"
		s.Users[1].Email = "marie-antoinette-josephine.delabruere@comptabilite-et-fiscalite.example"
		s.Contacts[1].Email = s.Users[1].Email
		s.Contacts[1].Preferences = access.Preferences{access.MailGeneral: true, access.MailInvoice: true, access.MailSupport: true, access.MailProduct: true}
		s.Contacts[2].Preferences = access.Preferences{access.MailGeneral: true, access.MailInvoice: true, access.MailSupport: true, access.MailProduct: true, access.MailDomain: true}
		w.Store.PutSnapshot(s, viewtest.Now)
		p.Update(t.Context())
		p.Select(access.EmailKey(s.Users[1].Email))
	})
}

//go:build linux

package main

import (
	"fmt"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
)

var (
	firstNames = []string{"Marie", "Sam", "Léa", "Noé", "Zoé", "Marcel", "Éloïse", "Jean-François", "Ghislaine", "Olivier", "Anaïs", "Benoît", "Chloé", "Dominic"}
	lastNames  = []string{"Tremblay", "Gagnon", "Dubois", "Roy", "Côté", "Bouchard", "Gauthier", "Morin", "Lavoie", "Fortin", "Bélanger", "Pelletier", "Lévesque"}
	trades     = []string{"Boulangerie", "Garage", "Clinique", "Studio", "Coop", "Librairie", "Atelier", "Ferme", "Épicerie"}
)

const identity = "me"

// town fills a store with accounts and people, as they are once everything has been fetched.
func town() *cache.Store {
	yes := access.Feature{Available: true}
	h := access.Host{Name: "Hébergement Exemple", URL: "https://host.example"}
	for _, k := range []string{"profile", "contacts", "products", "manageproducts", "productsso", "domains", "managedomains", "invoices", "quotes", "tickets", "affiliates", "emails", "orders"} {
		h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: k})
	}
	for _, k := range []string{"general", "invoice", "support", "product", "domain"} {
		h.MailCategories = append(h.MailCategories, access.CatalogueEntry{Key: k})
	}
	h.Features = access.Features{ListInvitations: yes, LastSignIn: yes, TwoFactor: yes, AccessEnds: yes, Activity: yes}
	s := cache.New()
	s.PutIdentity(cache.Identity{ID: identity, Host: h, Me: access.Me{ID: "alex", FirstName: "Alex", LastName: "Bouchard", Email: "alex@grandcabinet.example"}, Status: cache.Status{At: time.Now()}})
	var list []access.Summary
	var snaps []access.Snapshot
	for a := range accounts {
		snap := account(a)
		snaps = append(snaps, snap)
		list = append(list, access.Summary{Ref: snap.Ref, Name: snap.Account.Name, Role: access.Owner, Revision: snap.Revision})
	}
	s.PutAccounts(identity, list)
	for _, snap := range snaps {
		s.PutSnapshot(snap, time.Now())
		var did []access.Activity
		for i := range 8 {
			did = append(did, access.Activity{ID: fmt.Sprint(i), At: time.Now().Add(-time.Duration(i+1) * 30 * time.Hour), Actor: "Alex Bouchard", Action: "user.invited", Target: snap.Users[1].Email})
		}
		s.PutActivity(snap.Ref, cache.Record{List: did})
	}
	return s
}

func account(a int) access.Snapshot {
	ref := access.Ref{Identity: identity, Account: fmt.Sprintf("acc_%05d", a)}
	domain := fmt.Sprintf("client%d.example", a)
	name := fmt.Sprintf("%s %s %d", trades[a%len(trades)], lastNames[a*7%len(lastNames)], a)
	snap := access.Snapshot{
		Ref: ref, Revision: "1", Me: access.Membership{UserID: "alex", Role: access.Owner},
		Account: access.Account{ID: ref.Account, ETag: "1", Name: name, Company: name, Email: "info@" + domain, Language: "fr",
			Preferences: access.Preferences{access.MailGeneral: true}, Domains: []string{domain}},
		Users: []access.User{{ID: "alex", ETag: "1", FirstName: "Alex", LastName: "Bouchard", Email: "alex@grandcabinet.example", Role: access.Owner, LastSignIn: time.Now()}},
	}
	for p := 1; p < people; p++ {
		n := a*people + p
		first, last := firstNames[n%len(firstNames)], lastNames[n/len(firstNames)%len(lastNames)]
		email := fmt.Sprintf("%s.%s%d@%s", access.Fold(first), access.Fold(last), p, domain)
		id := fmt.Sprintf("p%06d", n)
		if p <= people/3 {
			snap.Users = append(snap.Users, access.User{ID: id, ETag: "1", FirstName: first, LastName: last, Email: email, Role: access.Member,
				Permissions: []access.Permission{access.Invoices, access.Emails}, LastSignIn: time.Now().AddDate(0, 0, -n%300)})
		} else {
			snap.Contacts = append(snap.Contacts, access.Contact{ID: id, ETag: "1", FirstName: first, LastName: last, Email: email, Language: "fr",
				Preferences: access.Preferences{access.MailInvoice: true, access.MailSupport: n%2 == 0}})
		}
	}
	return snap
}

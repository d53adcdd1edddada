package scene

import (
	"fmt"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/views/viewtest"
)

// Host is the sample host, which keeps the e-mails it would have sent.
func Host() access.Host {
	h := viewtest.Host()
	h.Sample, h.MailboxURL = true, h.URL+"/boite"
	return h
}

// Me is the sample person, who owns the account of the drawings.
func Me() access.Me {
	yes := true
	return access.Me{ID: "u1", ETag: "m1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Language: "fr", TwoFactor: &yes}
}

// names of the other accounts, as an agency has them.
var names = []string{
	"Marcel Fortin Photographe", "Coop du Plateau", "Garage Lavoie", "Studio Nord", "Clinique Harmonie", "Fleuriste Ève", "Librairie du Canal",
	"Menuiserie Bouchard et fils", "Café Saint-Denis", "Dentiste Lamarche", "Érablière des Trois Lacs", "Yoga Rivière", "Plomberie Gauthier",
	"Théâtre de la Gare", "Auberge du Vieux Moulin", "Imprimerie Côté", "Vélos Rousseau", "Traiteur Le Chef Léon", "Notaire Pelletier",
	"École de musique Accord", "Toitures Beaulieu", "Ferme Bio des Érables", "Cabinet Gagnon CPA", "Boutique Lune", "Transport Michaud",
	"Garderie Les Petits Pas", "Microbrasserie du Fleuve", "Optique Lévesque", "Physio Sainte-Foy", "Électricité Bergeron", "Musée du Textile",
	"Camping du Lac Bleu", "Salon Zénith", "Architecture Morin", "Pharmacie Roy", "Poterie Desjardins", "Agence Papillon", "Association des riverains de la rivière aux Brochets",
	"Studio Photo Marceline", "Quincaillerie Fortier",
}

// Accounts are what the sample person reaches: the account of the drawings and forty others.
func Accounts() []access.Summary {
	own := viewtest.Snapshot()
	out := []access.Summary{{Ref: viewtest.Ref, Name: own.Account.Name, Role: access.Owner, Revision: own.Revision}}
	rights := [][]access.Permission{
		access.PresetAccountant.Of(Host().Permissions), access.PresetDeveloper.Of(Host().Permissions), access.PresetSupport.Of(Host().Permissions),
		{access.Products, access.Domains, access.Tickets},
	}
	for i, n := range names {
		a := access.Summary{Ref: access.Ref{Identity: viewtest.Ref.Identity, Account: fmt.Sprintf("a%02d", i)}, Name: n, Role: access.Member,
			Permissions: rights[i%len(rights)], Revision: "1"}
		if i%9 == 4 {
			a.Role, a.Permissions = access.Owner, nil
		}
		out = append(out, a)
	}
	return out
}

// Snapshots are what is known inside some of the accounts: the one of the drawings, and the people of three others.
func Snapshots() []access.Snapshot {
	out := []access.Snapshot{Snapshot()}
	for i, a := range Accounts()[1:4] {
		s := access.Snapshot{Ref: a.Ref, Revision: "1", Me: access.Membership{UserID: "u1", Role: a.Role, Permissions: append(slices.Clone(a.Permissions), access.Contacts)}}
		s.Account = access.Account{ID: a.Ref.Account, Name: a.Name, Email: fmt.Sprintf("info@compte%d.example", i+1)}
		s.Contacts = []access.Contact{{ID: "c9", FirstName: "Marcel", LastName: "Roy", Email: "roy@livraison.example", Preferences: access.Preferences{access.MailInvoice: true}}}
		if i < 2 {
			s.Contacts = append(s.Contacts, access.Contact{ID: "c8", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Preferences: access.Preferences{access.MailDomain: true}})
		}
		out = append(out, s)
	}
	return out
}

// Snapshot is the account of the drawings, with the address and telephone of a bakery.
func Snapshot() access.Snapshot {
	s := viewtest.Snapshot()
	s.Account.FirstName, s.Account.LastName, s.Account.Phone = "Marie", "Tremblay", "+15145550142"
	s.Account.Address = access.Address{Line1: "4210, rue Saint-Denis", City: "Montréal", State: "QC", PostalCode: "H2J 2K8", Country: "CA"}
	return s
}

// Activity is what happened lately in the account of the drawings.
func Activity() []access.Activity {
	day := func(days, hour, minute int) time.Time {
		d := viewtest.Now.AddDate(0, 0, -days)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.Local)
	}
	h := Host()
	return []access.Activity{
		{ID: "5", At: day(5, 14, 2), Actor: "Marie Tremblay", Action: "user.invited", Target: "noe@studio.example", Permissions: access.PresetDeveloper.Of(h.Permissions)},
		{ID: "4", At: day(6, 9, 40), Actor: "Marie Tremblay", Action: "user.permissions", Target: "Sam Gagnon", Permissions: access.PresetAccountant.Of(h.Permissions)},
		{ID: "3", At: day(9, 16, 15), Actor: "Marie Tremblay", Action: "contact.changed", Target: "Soutien TI", Fields: []string{"email", "emailPreferences"}},
		{ID: "2", At: day(12, 11, 5), Actor: "Léa Dubois", Action: "signed-in"},
	}
}

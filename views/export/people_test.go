package export

import (
	"slices"
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/assets/locales"
	"concierge/views/viewtest"
)

func sample() Account {
	return Account{Name: "La boulangerie", Host: viewtest.Host(), Snapshot: viewtest.Snapshot(), At: viewtest.Now,
		Me: access.Me{ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example"}}
}

// lines are the rows as texts, with the columns that have something by their names.
func lines(w *locales.Words, accounts ...Account) []string {
	s := People(w, accounts)
	var out []string
	for _, r := range s.Rows {
		var cells []string
		for i, c := range r {
			if c != "" && s.Head[i] != w.T("export.col_account") && s.Head[i] != w.T("export.col_host") && s.Head[i] != w.T("export.col_as_of") {
				cells = append(cells, s.Head[i]+"="+c)
			}
		}
		out = append(out, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(cells, "; ")))
	}
	return out
}

func TestEachPersonIsALineWithWhatTheyMayDoAndReceive(t *testing.T) {
	got := lines(locales.For("fr"), sample())
	want := []string{
		"Nom=Marie Tremblay; Courriel=marie@chezmarcel.example; Rôle=Propriétaire du compte · Contact; Accès=Toutes les autorisations; Dernière connexion=2026-11-18 14:02; Double authentification=oui; Courriels reçus=Facturation · Domaines",
		"Nom=Léa Dubois; Courriel=lea@studio.example; Rôle=Utilisateur; Accès=Développeur web; Autorisations=Consulter les produits et services · Consulter et modifier les mots de passe des produits · Se connecter aux produits par authentification unique · Consulter les domaines · Gérer les réglages des domaines · Consulter et ouvrir des billets de soutien; Dernière connexion=2026-11-06 14:02; Double authentification=non",
		"Nom=Sam Gagnon; Courriel=sam@cabinet.example; Rôle=Utilisateur · Contact; Accès=Comptable; Autorisations=Consulter et payer les factures · Consulter et accepter les soumissions · Consulter les courriels; Prend fin le=2027-04-30 23:59; Raison=impôts 2026; Dernière connexion=2026-11-17 14:02; Double authentification=oui; Courriels reçus=Facturation",
		"Nom=noe@studio.example; Courriel=noe@studio.example; Rôle=Invité; Accès=Consultation; Autorisations=Consulter les produits et services · Consulter les domaines · Consulter les courriels; Invitation valide jusqu'au=2026-11-20 14:02",
		"Nom=Comptes à payer; Courriel=factures@chezmarcel.example; Rôle=Contact; Courriels reçus=Facturation",
		"Nom=Soutien TI; Courriel=ti@chezmarcel.example; Rôle=Contact; Courriels reçus=Général · Soutien · Produits",
		"Nom=Boulangerie Chez Marcel; Courriel=info@chezmarcel.example; Rôle=Courriel du compte; Courriels reçus=Général",
	}
	for i := range max(len(got), len(want)) {
		var g, w string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("line %d:\n%s\nwant\n%s", i+1, g, w)
		}
	}
}

func TestOfSomebodyElsesAccountThereIsOnesOwnAccess(t *testing.T) {
	for _, c := range []struct {
		name string
		me   access.Me
		of   func(*access.Snapshot)
		want []string
	}{
		{"alone, where nobody else is told", access.Me{FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example"}, func(s *access.Snapshot) { s.Contacts, s.Account.Email = nil, "" },
			[]string{"Name=Sam Gagnon; E-mail=sam@cabinet.example; Role=User; Access=Accountant"}},
		{"with the contact that one is too", access.Me{FirstName: "Sam", LastName: "Gagnon", Email: "SAM@cabinet.example"}, func(s *access.Snapshot) { s.Contacts, s.Account.Email = s.Contacts[1:2], "" },
			[]string{"Name=Sam Gagnon; E-mail=sam@cabinet.example; Role=User · Contact; Access=Accountant"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := sample()
			a.Me = c.me
			a.Snapshot.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: access.PresetAccountant.Of(viewtest.Host().Permissions)}
			a.Snapshot.Users, a.Snapshot.Invitations = nil, nil
			c.of(&a.Snapshot)
			got := lines(locales.For("en"), a)
			for i := range got {
				got[i], _, _ = strings.Cut(got[i], "; Permissions=")
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestEveryLineSaysOfWhichAccountAndHowOldItIs(t *testing.T) {
	w := locales.For("fr")
	second := sample()
	second.Name, second.At = "Autre", viewtest.Now.AddDate(0, 0, -3)
	s := People(w, []Account{sample(), second})
	if len(s.Rows) != 14 {
		t.Fatalf("%d lines", len(s.Rows))
	}
	for i, r := range s.Rows {
		name, at := "La boulangerie", "2026-11-18 14:02"
		if i >= 7 {
			name, at = "Autre", "2026-11-15 14:02"
		}
		if len(r) != len(s.Head) || r[0] != name || r[1] != "Hébergement Exemple" || r[len(r)-1] != at {
			t.Errorf("line %d: %q", i+1, r)
		}
	}
}

package say

import (
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/app/checkup"
	"concierge/assets/locales"
)

func TestFinding(t *testing.T) {
	for _, c := range []struct {
		name string
		w    *locales.Words
		f    checkup.Finding
		want FindingWords
	}{
		{"nobody receives Domain mail", fr, checkup.Finding{Check: checkup.DomainMail, Level: checkup.Risk, Action: checkup.SeeWhoGetsWhat, Category: "domain", Count: 3},
			FindingWords{"Risque", "Personne ne reçoit les courriels Domaines", "Les avis de renouvellement de 3 domaines ne seront lus par personne.", "Corriger"}},
		{"of one domain", en, checkup.Finding{Check: checkup.DomainMail, Level: checkup.Risk, Action: checkup.SeeWhoGetsWhat, Category: "domain", Count: 1},
			FindingWords{"Risk", "Nobody receives Domains mail", "Renewal notices of one domain will be read by nobody.", "Fix"}},
		{"no second factor", fr, checkup.Finding{Check: checkup.SecondFactor, Level: checkup.Attention, Action: checkup.SeeUser, Name: "Léa Dubois", Permissions: []access.Permission{"managedomains"}},
			FindingWords{"Attention", "Léa Dubois gère vos domaines sans double authentification", "Autorisation sensible~: réglages des domaines.", "Voir l'accès"}},
		{"no second factor, several", fr, checkup.Finding{Check: checkup.SecondFactor, Level: checkup.Attention, Action: checkup.SeeUser, Name: "Léa", Permissions: []access.Permission{"profile", "orders"}},
			FindingWords{"Attention", "Léa passe des commandes sans double authentification", "Autorisations sensibles~: profil du compte et commandes.", "Voir l'accès"}},
		{"two addresses", fr, checkup.Finding{Check: checkup.Recovery, Level: checkup.OK, Action: checkup.SeeAccount},
			FindingWords{"Conforme", "Deux adresses permettent de récupérer ce compte", "Votre courriel de connexion et le courriel du compte sont différents.", "Détails"}},
		{"an invitation", fr, checkup.Finding{Check: checkup.InvitationExpires, Level: checkup.Attention, Action: checkup.SeeInvitation, Name: "noe@studio.example", At: now.AddDate(0, 0, 2)},
			FindingWords{"Attention", "Invitation de noe@studio.example~: expire dans 2 jours", "Si elle n'est pas acceptée d'ici là, il faudra la renvoyer.", "Voir l'invitation"}},
		{"access that ends", fr, checkup.Finding{Check: checkup.AccessEnds, Level: checkup.Attention, Action: checkup.SeeUser, Name: "Sam", At: now.AddDate(0, 0, 12)},
			FindingWords{"Attention", "L'accès de Sam prend fin dans 12 jours", "Dernier jour~: 30 novembre 2026. Prolongez cet accès s'il sert encore.", "Voir l'accès"}},
		{"access that should have ended", fr, checkup.Finding{Check: checkup.AccessEnds, Level: checkup.Risk, Action: checkup.SeeUser, Name: "Ève", At: now.AddDate(0, 0, -2), Over: true},
			FindingWords{"Risque", "L'accès d'Ève devait prendre fin le 16 novembre 2026 et il est encore actif", "L'hébergeur ne l'a pas retiré. S'il doit cesser maintenant, révoquez-le.", "Voir l'accès"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, want := Finding(c.w, host(), now, c.f), c.want
			got.Title, got.Detail, want.Title, want.Detail = spaces(got.Title), spaces(got.Detail), spaces(nb(want.Title)), spaces(nb(want.Detail))
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
	if got := Points(fr, checkup.Report{Ran: 7, Findings: []checkup.Finding{{Level: checkup.Risk}, {Level: checkup.Attention}, {Level: checkup.OK}}}); got != "2 points sur 7 contrôles" {
		t.Errorf("got %q", got)
	}
}

func TestEveryFindingHasWords(t *testing.T) {
	for _, w := range []*locales.Words{fr, en} {
		for _, c := range constants(t, "../../app/checkup/checkup.go", "Check") {
			for _, level := range []checkup.Level{checkup.Risk, checkup.Attention, checkup.OK} {
				for _, flag := range []bool{false, true} {
					for n := range 3 {
						f := checkup.Finding{
							Check: checkup.Check(c), Level: level, Action: checkup.SeePeople, Name: "Sam", Email: "sam@x.example", Domain: "x.example", Category: "domain",
							Count: n, Owner: flag, Over: flag, At: now.AddDate(0, 0, 3), Permissions: []access.Permission{"managedomains", "backups"}[:n],
						}
						got := Finding(w, host(), now, f)
						whole(t, got.Level, got.Title, got.Detail, got.Action)
						if said := strings.ToLower(got.Title + got.Detail); strings.Contains(said, "propriétaire") || strings.Contains(said, "owner") {
							t.Errorf("%s: only the owner is told %q", c, got)
						}
					}
				}
			}
		}
		for _, a := range constants(t, "../../app/checkup/checkup.go", "Action") {
			whole(t, Finding(w, host(), now, checkup.Finding{Check: checkup.Recovery, Level: checkup.Attention, Action: checkup.Action(a), Email: "x"}).Action)
		}
	}
}

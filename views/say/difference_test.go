package say_test

import (
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/history"
	"concierge/assets/locales"
	"concierge/views/say"
	"concierge/views/viewtest"
)

// plain has plain blanks for those that do not break.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestADifferenceIsSaidWithWhatItWasBefore(t *testing.T) {
	sam := func(d diff.Difference) diff.Difference {
		d.ID, d.Name, d.Email = "u2", "Sam Gagnon", "sam@cabinet.example"
		return d
	}
	for _, c := range []struct {
		name   string
		d      diff.Difference
		fr, en string
	}{
		{"an owner", sam(diff.Difference{What: diff.OwnerChanged, Before: "Marie", After: "Sam Gagnon"}),
			"Le propriétaire du compte est maintenant Sam Gagnon (avant : Marie)", "The account owner is now Sam Gagnon (before: Marie)"},
		{"a user who came", sam(diff.Difference{What: diff.UserCame, Added: []access.Permission{access.Invoices, access.Quotes, access.Emails}}),
			"Sam Gagnon peut se connecter : Comptable", "Sam Gagnon can sign in: Accountant"},
		{"a user who left", sam(diff.Difference{What: diff.UserLeft}), "Sam Gagnon ne peut plus se connecter", "Sam Gagnon can no longer sign in"},
		{"permissions both ways", sam(diff.Difference{What: diff.UserPermissions, Added: []access.Permission{"unheard-of"}, Removed: []access.Permission{access.Invoices}}),
			"Autorisations de Sam Gagnon, ajoutées : unheard-of; retirées : factures", "Permissions of Sam Gagnon, added: unheard-of; removed: invoices"},
		{"permissions taken", sam(diff.Difference{What: diff.InvitationPermissions, Removed: []access.Permission{access.Invoices, access.Quotes}}),
			"Autorisations retirées à Sam Gagnon : factures et soumissions", "Permissions removed from Sam Gagnon: invoices and quotes"},
		{"an end", sam(diff.Difference{What: diff.UserEnds, Field: diff.FieldEndsAt, After: "2027-04-30T12:00:00Z"}),
			"L'accès de Sam Gagnon prend fin le 30 avril 2027 (avant : pas de fin)", "The access of Sam Gagnon ends on April 30, 2027 (before: no end)"},
		{"an end that went", sam(diff.Difference{What: diff.UserEnds, Field: diff.FieldEndsAt, Before: "2027-04-30T12:00:00Z"}),
			"L'accès de Sam Gagnon n'a pas de fin (avant : 30 avril 2027)", "The access of Sam Gagnon has no end (before: April 30, 2027)"},
		{"a reason", sam(diff.Difference{What: diff.UserEnds, Field: diff.FieldReason, Before: "impôts"}),
			"Raison de la fin de l'accès de Sam Gagnon : rien (avant : « impôts »)", "Why the access of Sam Gagnon ends: nothing (before: “impôts”)"},
		{"a contact who receives", sam(diff.Difference{What: diff.ContactCame, On: []access.MailCategory{access.MailInvoice}}),
			"Le contact Sam Gagnon a été ajouté et reçoit : Facturation", "The contact Sam Gagnon was added and receives: Billing"},
		{"a contact that received nothing", sam(diff.Difference{What: diff.ContactLeft}), "Le contact Sam Gagnon a été supprimé", "The contact Sam Gagnon was deleted"},
		{"an address", diff.Difference{What: diff.AccountField, Field: diff.FieldAddress, Is: access.Address{Line1: "1, rue A", City: "Laval", Country: "CA"}},
			"Adresse du compte : 1, rue A, Laval, Canada (avant : rien)", "Address of the account: 1, rue A, Laval, Canada (before: nothing)"},
		{"a language", sam(diff.Difference{What: diff.ContactField, Field: diff.FieldLanguage, Before: "fr", After: "en"}),
			"Langue du contact Sam Gagnon : English (avant : Français)", "Language of the contact Sam Gagnon: English (before: Français)"},
		{"a telephone number", sam(diff.Difference{What: diff.ContactField, Field: diff.FieldPhone, Before: "+33142685300", After: "+15815550133"}),
			"Téléphone du contact Sam Gagnon : +1 581-555-0133 (avant : +33 1 42 68 53 00)", "Phone of the contact Sam Gagnon: +1 581-555-0133 (before: +33 1 42 68 53 00)"},
		{"mail of the account", diff.Difference{What: diff.AccountMail, On: []access.MailCategory{"news"}, Off: []access.MailCategory{access.MailDomain}},
			"L'adresse du compte reçoit en plus : news; et ne reçoit plus : Domaines", "The account's address receives in addition: news; and no longer receives: Domains"},
		{"domains that came", diff.Difference{What: diff.AccountDomains, After: "b.example"}, "Domaines ajoutés : b.example", "Domains added: b.example"},
		{"a recipient", diff.Difference{What: diff.DomainRecipient, Email: "x@x.example"}, "x@x.example reçoit maintenant les courriels Domaines", "x@x.example now receives Domains mail"},
		{"nobody", diff.Difference{What: diff.NobodyReceives, ID: "support"}, "Plus personne ne reçoit les courriels Soutien", "Nobody receives Support mail any more"},
		{"own rights", diff.Difference{What: diff.OwnRights, Added: []access.Permission{access.Invoices}}, "Autorisations ajoutées pour vous : factures", "Permissions added for you: invoices"},
		{"an owner no longer", diff.Difference{What: diff.OwnRights, Before: "owner", After: "user"}, "Vous n'êtes plus propriétaire de ce compte", "You are no longer the owner of this account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
				if got := plain(say.Difference(locales.For(lang), viewtest.Host(), c.d)); got != want {
					t.Errorf("%s: %q, want %q", lang, got, want)
				}
			}
		})
	}
}

func TestEveryKindOfDifferenceHasWords(t *testing.T) {
	for _, what := range []diff.What{
		diff.OwnerChanged, diff.UserCame, diff.UserLeft, diff.UserPermissions, diff.UserName, diff.UserEmail, diff.InvitationSent, diff.InvitationResent,
		diff.InvitationPermissions, diff.InvitationAccepted, diff.InvitationExpired, diff.InvitationGone, diff.ContactCame, diff.ContactLeft, diff.ContactEmail,
		diff.ContactMail, diff.AccountEmail, diff.AccountMail, diff.AccountDomains, diff.DomainRecipient, diff.NobodyReceives, diff.OwnRights,
	} {
		for _, lang := range locales.Languages() {
			if got := say.Difference(locales.For(lang), viewtest.Host(), diff.Difference{What: what}); got == "" || got[0] == '\xe2' {
				t.Errorf("%s in %s: %q", what, lang, got)
			}
		}
	}
}

func TestAnEventIsSaidWithoutWhoDidIt(t *testing.T) {
	at := time.Date(2026, time.November, 18, 14, 2, 0, 0, time.Local)
	w := locales.For("fr")
	for _, c := range []struct {
		name                string
		e                   history.Event
		what, detail, where string
	}{
		{"an own Change", history.Event{Action: "user.permissions", Here: true, Own: &history.Done{Change: change.Change{TargetName: "Sam", After: change.OfRights(nil, time.Time{}, "")}}},
			"L'accès de Sam a changé", "Aucune autorisation", "Ici, par vous"},
		{"what the host tells", history.Event{Action: "user.invited", By: history.Person{Name: "Paul"}, Activity: &access.Activity{Action: "user.invited", Actor: "Paul", Target: "n@n.example", Permissions: []access.Permission{access.Invoices, access.Quotes, access.Emails}}},
			"n@n.example est invité", "Comptable", "Ailleurs, par Paul"},
		{"an own invitation that may not have left", history.Event{Action: "user.invited", Here: true, Own: &history.Done{Change: change.Change{TargetName: "n@n.example", Unconfirmed: true}}},
			"n@n.example est invité · envoi non confirmé", "", "Ici, par vous"},
		{"one that the host knows to have left", history.Event{Action: "user.invited", Here: true, Own: &history.Done{Change: change.Change{TargetName: "n@n.example", Unconfirmed: true}}, Activity: &access.Activity{Action: "user.invited", Target: "n@n.example"}},
			"n@n.example est invité", "", "Ici, par vous"},
		{"what this computer saw to be done", history.Event{Action: "user.removed", Here: true, Own: &history.Done{Change: change.Change{TargetName: "Sam"}}, Activity: &access.Activity{Action: "user.removed", Target: "Sam", Unconfirmed: true}},
			"Sam n'a plus accès", "", "Ici, par vous"},
		{"what others did, perhaps", history.Event{Action: "account.changed", By: history.Person{Name: "Paul"}, Activity: &access.Activity{Action: "account.changed", Unconfirmed: true}},
			"Les infos du compte ont changé · non confirmé", "", "Ailleurs, par Paul"},
		{"what only the host knows to say", history.Event{Action: "note", ByHost: true, Activity: &access.Activity{Action: "note", Text: "Migration du serveur"}}, "Migration du serveur", "", "Par l'hébergeur"},
		{"what the person did elsewhere", history.Event{Action: "account.changed", Mine: true, Activity: &access.Activity{Action: "account.changed", Fields: []string{"phone"}}},
			"Les infos du compte ont changé", "téléphone", "Par vous"},
		{"what was seen", history.Event{Action: history.ActNobody, Differences: []diff.Difference{{What: diff.NobodyReceives, ID: "domain"}}},
			"Plus personne ne reçoit les courriels Domaines", "", "Ailleurs, on ne sait pas par qui"},
		{"what is not known", history.Event{Action: "x.y"}, "Un changement que cette version ne sait pas décrire", "", "Ailleurs, on ne sait pas par qui"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := plain(say.Event(w, viewtest.Host(), c.e)); got != c.what {
				t.Errorf("says %q, want %q", got, c.what)
			}
			if got := say.EventDetail(w, viewtest.Host(), c.e); got != c.detail {
				t.Errorf("adds %q, want %q", got, c.detail)
			}
			if got := say.Where(w, c.e); got != c.where {
				t.Errorf("where: %q, want %q", got, c.where)
			}
		})
	}
	for since, when := range map[time.Time]string{
		{}:                      "18 novembre 2026 à 14 h 02",
		at.Add(time.Second):     "18 novembre 2026 à 14 h 02",
		at.Add(-time.Hour):      "18 novembre 2026, entre 13 h 02 et 14 h 02",
		at.Add(-24 * time.Hour): "Entre le 17 novembre 2026 à 14 h 02 et le 18 novembre 2026 à 14 h 02",
	} {
		if got := plain(say.WhenOf(w, history.Event{At: at.Add(30 * time.Second), Since: since})); got != when {
			t.Errorf("when: %q, want %q", got, when)
		}
	}
}

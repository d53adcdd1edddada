package say

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/checkup"
	"concierge/app/trouble"
	"concierge/assets/locales"
)

var (
	fr  = locales.For("fr")
	en  = locales.For("en")
	now = time.Date(2026, 11, 18, 14, 2, 0, 0, time.Local)
)

// nb writes texts with ~ for a no-break space.
func nb(s string) string { return strings.ReplaceAll(s, "~", "\u00a0") }

// whole fails when a text is missing, empty or has a hole.
func whole(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if s == "" || strings.Contains(s, "⟦") || strings.Contains(s, "<no value>") || strings.Contains(s, "  ") {
			t.Errorf("not whole: %q", s)
		}
	}
}

// constants reads the values of the constants of a type from a Go file, so that a new one cannot be forgotten here.
func constants(t *testing.T, file, typ string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); ok && id.Name == typ && len(v.Values) == 1 {
			s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return true
	})
	if len(out) == 0 {
		t.Fatalf("no constants of %s in %s", typ, file)
	}
	return out
}

func host() access.Host {
	h := access.Host{Name: "Hébergement Exemple"}
	for _, k := range []string{"profile", "contacts", "products", "manageproducts", "productsso", "domains", "managedomains", "invoices", "quotes", "tickets", "affiliates", "emails", "orders"} {
		h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: k})
	}
	h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: "backups", Title: access.Text{"fr": "Gérer les sauvegardes", "en": "Manage backups"}})
	for _, k := range []string{"general", "invoice", "support", "product", "domain"} {
		h.MailCategories = append(h.MailCategories, access.CatalogueEntry{Key: k})
	}
	return h
}

func TestEachKindOfTroubleHasItsOwnWords(t *testing.T) {
	for _, w := range []*locales.Words{fr, en} {
		seen := map[string]string{}
		for _, k := range constants(t, "../../app/trouble/trouble.go", "Kind") {
			for _, tr := range []*trouble.Trouble{{Kind: trouble.Kind(k)}, {Kind: trouble.Kind(k), Host: "exemple.ca", Permission: "contacts", RetryAfter: time.Minute, Path: "/tmp/x"}} {
				got := Trouble(w, tr)
				whole(t, got.Title, got.Detail, got.Do)
				if tr.Host != "" {
					continue
				}
				for _, s := range []string{got.Title, got.Detail} {
					if other, twice := seen[s]; twice {
						t.Errorf("%s: %s and %s say the same: %q", w.Lang(), k, other, s)
					}
					seen[s] = k
				}
			}
		}
	}
}

func TestTrouble(t *testing.T) {
	for _, c := range []struct {
		name string
		w    *locales.Words
		err  error
		want string
	}{
		{"no trouble, no words", fr, nil, ""},
		{"a nil trouble in an error is no trouble either", fr, (*trouble.Trouble)(nil), ""},
		{"rate limited says when", fr, &trouble.Trouble{Kind: trouble.RateLimited, RetryAfter: 29500 * time.Millisecond},
			"Trop de demandes en peu de temps. L'hébergeur demande d'attendre un peu. Réessayez dans 30 secondes."},
		{"rate limited for minutes", en, &trouble.Trouble{Kind: trouble.RateLimited, RetryAfter: 2 * time.Minute},
			"Too many requests in a short time. The host asks to wait a little. Try again in 2 minutes."},
		{"rate limited for nobody knows how long", fr, &trouble.Trouble{Kind: trouble.RateLimited},
			"Trop de demandes en peu de temps. L'hébergeur demande d'attendre un peu. Réessayez dans quelques minutes."},
		{"a failure can be quoted to support, wrapped as it is", fr, fmt.Errorf("sync: %w", &trouble.Trouble{Kind: trouble.HostError, Host: "Hébergement Exemple", RequestID: "r-12"}),
			"Une panne chez Hébergement Exemple. Le serveur n'a pas pu traiter la demande. Ce n'est pas votre faute. Réessayez plus tard. Si cela continue, écrivez à votre hébergeur. Numéro à donner au soutien de l'hébergeur~: r-12."},
		{"the missing permission is named", fr, &trouble.Trouble{Kind: trouble.Forbidden, Permission: "contacts"},
			"Vous n'avez pas l'autorisation nécessaire. Il faut l'autorisation «~Consulter et gérer les contacts~». Demandez-la au propriétaire du compte."},
		{"a sentence that starts with the host starts with a capital", en, &trouble.Trouble{Kind: trouble.Unreachable},
			"Your hosting provider cannot be reached. The server refuses the connection, or the network is down. Check your Internet connection, then try again."},
		{"cancelled", en, context.Canceled, "The operation is cancelled. It stopped before the end, as you asked. Start again when you like."},
		{"out of time", en, fmt.Errorf("x: %w", context.DeadlineExceeded), "No answer from your hosting provider. The server took too long to answer. Try again in a few minutes."},
		{"an error nobody classified never shows its text", en, errors.New("sql: secret"),
			"Something did not work. Concierge cannot tell more; the details are in the log. Try again. If this goes on, attach the log to a message to support."},
		{"a kind of a newer version", en, &trouble.Trouble{Kind: "brand-new"},
			"Something did not work. Concierge cannot tell more; the details are in the log. Try again. If this goes on, attach the log to a message to support."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Trouble(c.w, c.err).Text(); got != nb(c.want) {
				t.Errorf("got  %s\nwant %s", got, nb(c.want))
			}
		})
	}
}

func TestField(t *testing.T) {
	for _, c := range []struct {
		name string
		f    trouble.Field
		want string
	}{
		{"a required field", trouble.Field{Name: "city", Code: "required"}, "Ce champ est obligatoire."},
		{"a required e-mail", trouble.Field{Name: "email", Code: "required"}, "Entrez une adresse de courriel."},
		{"a required name", trouble.Field{Name: "firstName", Code: "required"}, "Entrez un prénom."},
		{"a wrong e-mail", trouble.Field{Name: "email", Code: "invalid"}, "Cette adresse de courriel n'est pas valide. Exemple~: nom@domaine.ca"},
		{"too long says how long", trouble.Field{Name: "company", Code: "tooLong", Limit: 150}, "Au plus 150 caractères."},
		{"too long without a limit", trouble.Field{Name: "company", Code: "tooLong"}, "C'est trop long."},
		{"a choice that is gone", trouble.Field{Name: "permissions", Code: "unknownKey"}, "L'hébergeur n'offre plus ce choix. Actualisez, puis choisissez de nouveau."},
		{"a past date", trouble.Field{Name: "endsAt", Code: "past"}, "Cette date est passée. Choisissez une date à venir."},
		{"a code of a newer host", trouble.Field{Name: "city", Code: "haunted"}, "Cette valeur n'est pas valide."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Field(fr, c.f); got != nb(c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestNamesOfPermissionsAndMail(t *testing.T) {
	invoices := access.CatalogueEntry{Key: "invoices"}
	for _, c := range []struct{ name, got, want string }{
		{"our words where the host has none", Permission(fr, invoices), "Consulter et payer les factures"},
		{"the host's words in the language come first", Permission(fr, access.CatalogueEntry{Key: "invoices", Title: access.Text{"fr": "Payer"}}), "Payer"},
		{"our words rather than the host's in another language", Permission(fr, access.CatalogueEntry{Key: "invoices", Title: access.Text{"en": "Pay"}}), "Consulter et payer les factures"},
		{"the host's in another language rather than a key", Permission(fr, access.CatalogueEntry{Key: "backups", Title: access.Text{"en": "Backups"}}), "Backups"},
		{"a key rather than nothing", Permission(fr, access.CatalogueEntry{Key: "backups"}), "backups"},
		{"a permission by key", PermissionNamed(en, "backups", host().Permissions), "Manage backups"},
		{"the line under a permission", PermissionNote(fr, invoices), "Peut utiliser la carte au dossier"},
		{"the host's description of one we do not know", PermissionNote(fr, access.CatalogueEntry{Key: "backups", Description: access.Text{"fr": "Copies de sûreté"}}), "Copies de sûreté"},
		{"short", PermissionShort(fr, access.CatalogueEntry{Key: "managedomains"}), "réglages des domaines"},
		{"short, by key", PermissionShortNamed(en, "manageproducts", nil), "product passwords"},
		{"a mail category", Mail(fr, access.CatalogueEntry{Key: "invoice"}), nb("Facturation~: factures, rappels, avis de retard")},
		{"a mail category in one word", MailShortNamed(fr, access.MailInvoice, nil), "Facturation"},
		{"a mail category we do not know", MailShortNamed(fr, "news", []access.CatalogueEntry{{Key: "news", Title: access.Text{"fr": "Infolettre"}}}), "Infolettre"},
		{"under the head of a column", MailNote(en, access.CatalogueEntry{Key: "domain"}), "renewals"},
		{"a list of mail", MailList(fr, access.Preferences{"domain": true, "invoice": true, "support": false, "general": true}, host().MailCategories), "Général, Facturation et Domaines"},
		{"a preset", Rights(fr, []access.Permission{"emails", "invoices", "quotes"}, host().Permissions), "Comptable"},
		{"no preset", Rights(fr, []access.Permission{"emails", "invoices"}, host().Permissions), "2 autorisations"},
		{"one permission", Rights(en, []access.Permission{"emails"}, host().Permissions), "1 permission"},
		{"none", Rights(fr, nil, host().Permissions), "Aucune autorisation"},
		{"the owner", Role(fr, access.Owner), "Propriétaire du compte"},
		{"a role only the host knows", Role(en, "auditor"), "User"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != c.want {
				t.Errorf("got %q, want %q", c.got, c.want)
			}
		})
	}
	for _, w := range []*locales.Words{fr, en} {
		for _, g := range access.Groups() {
			whole(t, Group(w, g))
		}
		for _, p := range access.Presets() {
			whole(t, Preset(w, p))
		}
		for _, p := range constants(t, "../../app/access/access.go", "Permission") {
			e := access.CatalogueEntry{Key: p}
			whole(t, Permission(w, e), PermissionNote(w, e), PermissionShort(w, e), w.T("access.can_"+p), w.T("access.cannot_"+p))
		}
		for _, m := range constants(t, "../../app/access/access.go", "MailCategory") {
			e := access.CatalogueEntry{Key: m}
			whole(t, Mail(w, e), MailNote(w, e), MailShort(w, e))
		}
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		name string
		w    *locales.Words
		set  []access.Permission
		want string
	}{
		{"an accountant", fr, []access.Permission{"emails", "quotes", "invoices"}, "Peut payer les factures, accepter les soumissions et lire les courriels. Ne voit ni mots de passe, ni domaines."},
		{"an accountant in English", en, []access.Permission{"emails", "quotes", "invoices"}, "Can pay invoices, accept quotes and read e-mails. Cannot see passwords or domains."},
		{"a developer", fr, access.PresetDeveloper.Of(host().Permissions), "Peut modifier les mots de passe des produits, ouvrir les produits sans mot de passe, gérer les réglages des domaines et ouvrir des billets. Ne voit pas les factures."},
		{"one the host alone knows", fr, []access.Permission{"domains", "manageproducts", "invoices", "backups"}, "Peut payer les factures, modifier les mots de passe des produits et consulter les domaines. Autorisation propre à cet hébergeur~: «~Gérer les sauvegardes~»."},
		{"nothing", fr, nil, "Peut se connecter, mais ne voit rien et ne peut rien faire."},
		{"everything", en, access.PresetAll.Of(host().Permissions), "Can see and do everything, except invite, set permissions or revoke access."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Plain(c.w, access.Mean(c.set, host().Permissions), host().Permissions); got != nb(c.want) {
				t.Errorf("got  %s\nwant %s", got, nb(c.want))
			}
		})
	}
}

func TestPlainChange(t *testing.T) {
	for _, c := range []struct {
		name          string
		w             *locales.Words
		before, after []access.Permission
		want          string
	}{
		{"some won, some lost", fr, []access.Permission{"quotes", "tickets"}, []access.Permission{"quotes", "invoices"},
			"Sam pourra payer les factures et accepter les soumissions. Ne pourra plus ouvrir de billets. Ne verra ni mots de passe, ni domaines."},
		{"in English", en, []access.Permission{"quotes", "tickets", "orders"}, []access.Permission{"quotes", "invoices"},
			"Sam will be able to pay invoices and accept quotes. Will no longer be able to place orders or open tickets. Will not see passwords or domains."},
		{"several lost", fr, []access.Permission{"quotes", "tickets", "orders", "domains"}, []access.Permission{"invoices"},
			"Sam pourra payer les factures. Ne pourra plus accepter les soumissions, passer de commandes, consulter les domaines ni ouvrir de billets. Ne verra pas les mots de passe."},
		{"everything lost", fr, []access.Permission{"invoices"}, nil,
			"Sam pourra se connecter, mais ne verra rien et ne pourra rien faire. Ne pourra plus payer les factures."},
		{"one the host alone knows, lost", en, []access.Permission{"backups", "invoices"}, []access.Permission{"invoices"},
			"Sam will be able to pay invoices. Will no longer have the permission “Manage backups”. Will not see passwords or domains."},
		{"only one the host alone knows", fr, nil, []access.Permission{"backups"},
			"Sam aura seulement l'autorisation propre à cet hébergeur~: «~Gérer les sauvegardes~». Ne verra ni mots de passe, ni domaines, ni factures."},
		{"everything won", fr, nil, access.PresetAll.Of(host().Permissions), "Sam pourra tout voir et tout faire, sauf inviter, attribuer des autorisations ou révoquer un accès."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := PlainChange(c.w, "Sam", access.MeanChange(c.before, c.after, host().Permissions), host().Permissions); got != nb(c.want) {
				t.Errorf("got  %s\nwant %s", got, nb(c.want))
			}
		})
	}
}

func TestActivity(t *testing.T) {
	for _, c := range []struct {
		name string
		w    *locales.Words
		a    access.Activity
		want string
	}{
		{"an invitation names the preset", fr, access.Activity{Actor: "Marie", Action: "user.invited", Target: "noe@studio.example", Permissions: access.PresetDeveloper.Of(host().Permissions)}, "Marie a invité noe@studio.example (Développeur web)"},
		{"an accepted invitation", en, access.Activity{Actor: "Noé", Action: "invitation.accepted", Target: "noe@studio.example", Permissions: []access.Permission{"emails"}}, "noe@studio.example accepted the invitation (1 permission)"},
		{"changed fields, an address once", fr, access.Activity{Actor: "Marie", Action: "account.changed", Fields: []string{"email", "address.city", "line1", "secretThing"}}, "Marie a modifié les infos du compte (courriel et adresse)"},
		{"the host itself", fr, access.Activity{Action: "user.accessEnded", Target: "Sam Gagnon"}, "L'accès de Sam Gagnon a pris fin à la date prévue"},
		{"the host itself acts", en, access.Activity{Action: "contact.deleted", Target: "Sam"}, "Hébergement Exemple deleted the contact Sam"},
		{"a note is told as the host wrote it", fr, access.Activity{Action: "note", Text: "Carte mise à jour"}, "Carte mise à jour"},
		{"an action of a newer host, with text", fr, access.Activity{Actor: "Marie", Action: "backup.made", Text: "Sauvegarde faite"}, "Sauvegarde faite"},
		{"an action of a newer host, without", fr, access.Activity{Actor: "Marie", Action: "backup.made"}, "Marie a fait un changement que cette version ne sait pas décrire"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Activity(c.w, host(), c.a); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, w := range []*locales.Words{fr, en} {
		for _, a := range []string{"user.invited", "invitation.accepted", "invitation.changed", "invitation.resent", "invitation.cancelled", "user.permissions", "user.removed", "user.accessEnded", "contact.added", "contact.changed", "contact.deleted", "account.changed", "signedIn"} {
			unknown := Activity(w, host(), access.Activity{Actor: "Marie", Action: "x"})
			if got := Activity(w, host(), access.Activity{Actor: "Marie", Action: a, Target: "Sam"}); got == unknown {
				t.Errorf("%s has no words in %s", a, w.Lang())
			} else {
				whole(t, got)
			}
		}
	}
}

func TestExpiry(t *testing.T) {
	for _, c := range []struct {
		name   string
		at     time.Time
		fr, en string
	}{
		{"in two days", now.AddDate(0, 0, 2), "expire dans 2 jours", "expires in 2 days"},
		{"in a minute", now.Add(time.Minute), "expire aujourd'hui à 14~h~03", "expires today at 2:03~PM"},
		{"after midnight", time.Date(2026, 11, 19, 0, 5, 0, 0, time.Local), "expire demain à 00~h~05", "expires tomorrow at 12:05~AM"},
		{"at this moment", now, "expirée depuis aujourd'hui", "expired today"},
		{"yesterday", now.AddDate(0, 0, -1), "expirée depuis hier", "expired yesterday"},
		{"five days ago", now.AddDate(0, 0, -5), "expirée depuis 5 jours", "expired 5 days ago"},
		{"not told", time.Time{}, "date d'expiration inconnue", "expiry not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := access.Invitation{ExpiresAt: c.at}
			if got := Expiry(fr, now, i); spaces(got) != spaces(nb(c.fr)) {
				t.Errorf("got %q", got)
			}
			if got := Expiry(en, now, i); spaces(got) != spaces(nb(c.en)) {
				t.Errorf("got %q", got)
			}
		})
	}
}

// spaces makes every kind of space plain: which ones dates and times have is decided where they are made.
func spaces(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestAccessLine(t *testing.T) {
	set := []access.Permission{"emails", "invoices", "quotes"}
	april := time.Date(2027, 4, 30, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		name, reason string
		at           time.Time
		want         string
	}{
		{"with an end and a reason", "impôts 2026", april, "Comptable · jusqu'au 30 avril 2027 · «~impôts 2026~»"},
		{"without an end", "", time.Time{}, "Comptable"},
		{"ended", "", now.AddDate(0, 0, -1), "Comptable · a pris fin le 17 novembre 2026"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := AccessLine(fr, host(), now, set, c.at, c.reason); spaces(got) != spaces(nb(c.want)) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestInviteTextIsInTheLanguageOfTheInvited(t *testing.T) {
	i := access.Invitation{
		Email: "noe@studio.example", InvitedBy: "Marie Tremblay", Permissions: []access.Permission{"domains", "tickets"},
		ExpiresAt: time.Date(2026, 11, 25, 14, 2, 0, 0, time.Local), EndsAt: time.Date(2027, 4, 30, 12, 0, 0, 0, time.Local), AcceptURL: "https://h.example/accept/1",
	}
	want := "Hello,\n\nMarie Tremblay invites you to sign in to the account Chez Marcel at Hébergement Exemple.\nYou will be able to view domains and open tickets.\nThis access ends on April 30, 2027.\n\n" +
		"To accept, open this link and sign in with the address noe@studio.example. No other address will work.\nhttps://h.example/accept/1\nThe invitation is valid until November 25, 2026 at 2:02 PM.\n"
	if got := spaces(InviteText("en", host(), "Chez Marcel", i)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	i = access.Invitation{Email: "noe@studio.example"}
	want = "Bonjour,\n\nLe propriétaire du compte vous invite à vous connecter au compte Chez Marcel chez Hébergement Exemple.\nLes autorisations vous seront attribuées plus tard.\n\n" +
		"Pour accepter, suivez le lien du courriel envoyé à noe@studio.example. Aucune autre adresse ne fonctionnera.\n"
	if got := InviteText("fr-CA", host(), "Chez Marcel", i); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhoLosesWhat(t *testing.T) {
	s := access.Snapshot{
		Account: access.Account{Name: "Boulangerie Chez Marcel", Email: "info@chezmarcel.example", Preferences: access.Preferences{"general": true}},
		Users: []access.User{
			{ID: "sam", FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example"},
			{ID: "lea", FirstName: "Léa", LastName: "Dubois", Email: "lea@studio.example"},
			{ID: "info", FirstName: "Ana", Email: "INFO@chezmarcel.example"},
		},
		Invitations: []access.Invitation{{ID: "noe", Email: "noe@studio.example"}},
		Contacts: []access.Contact{
			{ID: "sam", FirstName: "Sam", LastName: "Gagnon", Email: "Sam@cabinet.example", Preferences: access.Preferences{"invoice": true, "domain": true}},
			{ID: "pay", FirstName: "Comptes à payer", Email: "factures@chezmarcel.example", Preferences: access.Preferences{"invoice": true}},
			{ID: "pay2", FirstName: "Comptes", Email: "factures@chezmarcel.example", Preferences: access.Preferences{"invoice": true, "support": true}},
			{ID: "mute", FirstName: "Silence", Email: "s@x.example"},
			{ID: "bare", FirstName: "Sans courriel", Preferences: access.Preferences{"invoice": true}},
		},
	}
	for _, c := range []struct {
		name   string
		kind   change.Kind
		target string
		want   Loss
	}{
		{"a user who stays contact", change.Revoke, "sam", Loss{
			Loses: "Sam Gagnon ne pourra plus se connecter à Boulangerie Chez Marcel.", Keeps: "Sam reste contact et continue de recevoir~: Facturation et Domaines."}},
		{"a user who is nothing else", change.Revoke, "lea", Loss{Loses: "Léa Dubois ne pourra plus se connecter à Boulangerie Chez Marcel."}},
		{"a user whose address is the account's", change.Revoke, "info", Loss{
			Loses: "Ana ne pourra plus se connecter à Boulangerie Chez Marcel.", Keeps: "L'adresse principale du compte est aussi INFO@chezmarcel.example~: elle continue de recevoir~: Général."}},
		{"an invitation", change.CancelInvitation, "noe", Loss{Loses: "noe@studio.example ne pourra plus accepter l'invitation à Boulangerie Chez Marcel."}},
		{"the last one who receives Domain mail, who stays user", change.DeleteContact, "sam", Loss{
			Loses: "Sam Gagnon ne recevra plus~: Facturation et Domaines.", Keeps: "Sam reste utilisateur et peut encore se connecter.",
			Warns: []string{"Plus personne ne recevrait les courriels Domaines, et l'hébergeur refusera. Donnez-les d'abord à une autre adresse."}}},
		{"a contact whose address another contact has too", change.DeleteContact, "pay", Loss{
			Loses: "Comptes à payer ne sera plus un contact de Boulangerie Chez Marcel.", Keeps: "La même adresse, factures@chezmarcel.example, continue de recevoir~: Facturation et Soutien."}},
		{"the last one of a category that may be left alone", change.DeleteContact, "pay2", Loss{
			Loses: "Comptes ne recevra plus~: Soutien.", Keeps: "La même adresse, factures@chezmarcel.example, continue de recevoir~: Facturation.",
			Warns: []string{"Plus personne ne recevra les courriels Soutien."}}},
		{"a contact that received nothing", change.DeleteContact, "mute", Loss{Loses: "Silence ne sera plus un contact de Boulangerie Chez Marcel."}},
		{"a contact without an address", change.DeleteContact, "bare", Loss{Loses: "Sans courriel ne recevra plus~: Facturation."}},
		{"somebody who is gone already", change.Revoke, "gone", Loss{}},
		{"nothing is lost by an edit", change.EditContact, "sam", Loss{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := WhoLosesWhat(fr, host(), s, c.kind, c.target)
			want := Loss{Loses: nb(c.want.Loses), Keeps: nb(c.want.Keeps), Warns: c.want.Warns}
			if got.Loses != want.Loses || got.Keeps != want.Keeps || !slices.Equal(got.Warns, want.Warns) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestChange(t *testing.T) {
	sam := change.Change{Kind: change.Revoke, TargetName: "Sam Gagnon"}
	as := func(c change.Change, s change.State) change.Change { c.State = s; return c }
	unknown := as(sam, change.Refused)
	unknown.Trouble = &trouble.Trouble{Kind: trouble.OutcomeUnknown}
	gone := as(sam, change.Conflicting)
	gone.Conflict = &change.Conflict{Gone: true}
	merged := change.Change{Kind: change.SetPermissions, TargetName: "Sam", State: change.Confirmed, Merged: true}
	for _, c := range []struct {
		name string
		c    change.Change
		want string
	}{
		{"waiting", as(sam, change.Waiting), "Dans quelques secondes~: révocation de l'accès de Sam Gagnon."},
		{"sending", as(sam, change.Sending), "Révocation de l'accès de Sam Gagnon…"},
		{"proof", as(sam, change.NeedsProof), "L'hébergeur demande une preuve avant de continuer~: révocation de l'accès de Sam Gagnon."},
		{"confirmed", as(sam, change.Confirmed), "L'accès de Sam Gagnon est révoqué."},
		{"refused", as(sam, change.Refused), "L'accès de Sam Gagnon n'a pas été révoqué."},
		{"not known", unknown, "On ne sait pas si cela a été fait~: révocation de l'accès de Sam Gagnon."},
		{"conflicting", as(sam, change.Conflicting), "L'accès de Sam Gagnon n'a pas été révoqué. Quelqu'un d'autre a modifié la même chose entre-temps."},
		{"gone", gone, "L'accès de Sam Gagnon n'a pas été révoqué. Quelqu'un d'autre l'a retiré entre-temps."},
		{"undone", as(sam, change.Undone), "Annulé, rien n'a été envoyé~: révocation de l'accès de Sam Gagnon."},
		{"merged", merged, "Les autorisations de Sam sont enregistrées. Quelqu'un d'autre a modifié autre chose entre-temps; les deux sont gardés."},
		{"an invitation is named by its address", change.Change{Kind: change.Invite, State: change.Confirmed, After: change.Values{Fields: map[string]string{"email": "noe@studio.example"}}}, "L'invitation à noe@studio.example est envoyée."},
		{"a login says the new one", change.Change{Kind: change.ChangeLogin, State: change.Confirmed, TargetName: "Marie", After: change.Values{Fields: map[string]string{"email": "m@x.example"}}}, "Vous vous connectez maintenant avec m@x.example. Le courriel du compte reste le même."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Change(fr, c.c); got != nb(c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
	for _, w := range []*locales.Words{fr, en} {
		for _, k := range constants(t, "../../app/change/change.go", "Kind") {
			for _, s := range constants(t, "../../app/change/change.go", "State") {
				whole(t, Change(w, change.Change{Kind: change.Kind(k), State: change.State(s), TargetName: "Sam", After: change.Values{Fields: map[string]string{"email": "s@x.example"}}}))
			}
		}
	}
}

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
			FindingWords{"Conforme", "Deux adresses permettent de récupérer ce compte", "Le courriel de connexion du propriétaire et le courriel du compte sont différents.", "Détails"}},
		{"an invitation", fr, checkup.Finding{Check: checkup.InvitationExpires, Level: checkup.Attention, Action: checkup.SeeInvitation, Name: "noe@studio.example", At: now.AddDate(0, 0, 2)},
			FindingWords{"Attention", "Invitation de noe@studio.example~: expire dans 2 jours", "Si elle n'est pas acceptée d'ici là, il faudra la renvoyer.", "Voir l'invitation"}},
		{"access that ends", fr, checkup.Finding{Check: checkup.AccessEnds, Level: checkup.Attention, Action: checkup.SeeUser, Name: "Sam", At: now.AddDate(0, 0, 12)},
			FindingWords{"Attention", "L'accès de Sam prend fin dans 12 jours", "Dernier jour~: 30 novembre 2026. Prolongez cet accès s'il sert encore.", "Voir l'accès"}},
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
					}
				}
			}
		}
		for _, a := range constants(t, "../../app/checkup/checkup.go", "Action") {
			whole(t, Finding(w, host(), now, checkup.Finding{Check: checkup.Recovery, Level: checkup.Attention, Action: checkup.Action(a), Email: "x"}).Action)
		}
	}
}

func TestFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		places []access.Place
		want   string
	}{
		{"the same everywhere", []access.Place{{Contact: true}, {Contact: true}, {Contact: true, Main: true}}, "contact dans 3 comptes"},
		{"once", []access.Place{{User: true, Contact: true}}, "utilisateur dans un compte"},
		{"not the same everywhere", []access.Place{{Owner: true, User: true}, {User: true}}, "dans 2 comptes"},
		{"invited", []access.Place{{Invited: true}}, "invitation dans un compte"},
		{"nowhere", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Found(fr, access.PersonHit{Places: c.places}); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestFrenchPunctuationHasNoBreakSpaces(t *testing.T) {
	for _, room := range []string{"say", "access", "trouble", "checkup"} {
		b, err := os.ReadFile("../../assets/locales/" + room + ".fr.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{" :", "« ", " »", " ;", "\u00a0;", " ?", "!"} {
			for line := range strings.Lines(string(b)) {
				if _, text, _ := strings.Cut(line, ": \""); strings.Contains(text, bad) {
					t.Errorf("%s: %q in %s", room, bad, line)
				}
			}
		}
	}
}

func TestBothLanguagesHaveTheSameTexts(t *testing.T) {
	for _, room := range []string{"say", "access", "trouble", "checkup"} {
		keys := func(lang string) []string {
			b, err := os.ReadFile("../../assets/locales/" + room + "." + lang + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var m map[string]any
			if err := json.Unmarshal(b, &m); err != nil {
				t.Fatal(err)
			}
			return slices.Sorted(maps.Keys(m))
		}
		if f, e := keys("fr"), keys("en"); !slices.Equal(f, e) {
			t.Errorf("%s: French has %d texts, English %d", room, len(f), len(e))
		}
	}
}

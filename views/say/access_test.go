package say

import (
	"testing"

	"concierge/app/access"
	"concierge/assets/locales"
)

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

func TestPlainToThePersonThemselves(t *testing.T) {
	for _, c := range []struct {
		w    *locales.Words
		set  []access.Permission
		want string
	}{
		{fr, []access.Permission{"invoices"}, "Vous pouvez payer les factures. Vous ne voyez ni mots de passe, ni domaines."},
		{en, []access.Permission{"invoices"}, "You can pay invoices. You cannot see passwords or domains."},
		{fr, nil, "Vous pouvez vous connecter, mais vous ne voyez rien et ne pouvez rien faire."},
		{en, access.PresetAll.Of(host().Permissions), "You can see and do everything, except invite, set permissions or revoke access."},
	} {
		if got := PlainYou(c.w, access.Mean(c.set, host().Permissions), host().Permissions); got != nb(c.want) {
			t.Errorf("got  %s\nwant %s", got, nb(c.want))
		}
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

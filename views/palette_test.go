package views_test

import (
	"slices"
	"testing"

	"concierge/app/access"
	"concierge/assets/locales"
)

// Who opens Concierge twice a year types what they want to do, not where it is done.
func TestWordsForWhatIsDoneToAPersonLeadToThePeople(t *testing.T) {
	for _, tt := range []struct{ lang, typed, id string }{
		{"fr", "révoquer", "users"}, {"fr", "gerer les autorisations", "users"}, {"fr", "supprimer", "contacts"},
		{"fr", "domaine", "contacts"}, {"fr", "renouvellement", "contacts"}, {"fr", "facture", "contacts"},
		{"fr", "renvoyer l'invitation", "invitations"}, {"fr", "annuler l'invitation", "invitations"},
		{"en", "revoke", "users"}, {"en", "manage permissions", "users"}, {"en", "delete", "contacts"},
		{"en", "domain", "contacts"}, {"en", "renewal", "contacts"}, {"en", "invoice", "contacts"},
		{"en", "resend", "invitations"}, {"en", "cancel invitation", "invitations"},
	} {
		words := locales.For(tt.lang)
		var actions []access.PaletteAction
		for _, id := range []string{"overview", "people", "users", "contacts", "invitations", "account", "profile"} {
			actions = append(actions, access.PaletteAction{ID: id, Title: words.T("window.do_"+id, "Account", "A"), Keywords: []string{words.T("window.do_" + id + "_also")}})
		}
		found := access.NewIndex(nil, actions).Search(tt.typed, 0, access.Context{}).Actions
		if !slices.ContainsFunc(found, func(h access.ActionHit) bool { return h.Action.ID == tt.id }) {
			t.Errorf("%s: %q does not find %s but %+v", tt.lang, tt.typed, tt.id, found)
		}
	}
}

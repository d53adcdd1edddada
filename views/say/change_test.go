package say

import (
	"slices"
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
)

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
		{"taken on, and not known to be done", change.Change{Kind: change.Invite, State: change.Confirmed, Unconfirmed: true, TargetName: "noe@studio.example"},
			"L'invitation à noe@studio.example est demandée, mais le système de votre hébergeur n'a pas dit si le courriel est parti. Demandez à cette personne s'il est arrivé; sinon, renvoyez l'invitation."},
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
				for _, unconfirmed := range []bool{false, true} {
					whole(t, Change(w, change.Change{Kind: change.Kind(k), State: change.State(s), Unconfirmed: unconfirmed, TargetName: "Sam", After: change.Values{Fields: map[string]string{"email": "s@x.example"}}}))
				}
			}
		}
	}
}

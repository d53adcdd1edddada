package permissions_test

import (
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/permissions"
	"concierge/views/viewtest"
)

var nowhere = permissions.Go{OpenPerson: func(string) {}}

// looks opens a dialog in every look.
func looks(t *testing.T, name string, open func(w *viewtest.World)) {
	viewtest.Looks(t, "permissions-"+name, viewtest.Large, viewtest.Small, open)
}

// words are the labels that pictures press, by language.
var words = map[string]map[string]string{
	"fr": {"all": "Toutes les autorisations", "save": "Enregistrer", "tickets": "Consulter et ouvrir", "reason": "Raison", "ends": "Prend fin le",
		"copy": "Copier d'une personne", "date": "Choisir une date", "send": "Envoyer l'invitation", "accountant": "Comptable", "email": "Courriel de la personne"},
	"en": {"all": "All permissions", "save": "Save", "tickets": "View and open", "reason": "Reason", "ends": "Ends on",
		"copy": "Copy from a person", "date": "Choose a date", "send": "Send invitation", "accountant": "Accountant", "email": "E-mail of the person"},
}

func TestNothingIsCutInTheDialogs(t *testing.T) {
	user := func(w *viewtest.World) { permissions.EditUser(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, "u2") }
	invite := func(w *viewtest.World) {
		permissions.Invite(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, permissions.Prefill{})
	}
	say := func(w *viewtest.World, key string) string { return words[w.Env.Words.Lang()][key] }
	looks(t, "user", user)
	looks(t, "changed", func(w *viewtest.World) {
		user(w)
		w.Tap(t, say(w, "tickets"))
	})
	looks(t, "invite", invite)
	looks(t, "invitation", func(w *viewtest.World) {
		permissions.EditInvitation(w.Env, viewtest.Ref, w.Store, w.Desk, nowhere, "i1")
	})
	looks(t, "everything", func(w *viewtest.World) {
		user(w)
		w.Tap(t, say(w, "all"))
		w.Tap(t, say(w, "save"))
	})
	looks(t, "copy", func(w *viewtest.World) {
		user(w)
		w.Tap(t, say(w, "copy"))
	})
	looks(t, "date", func(w *viewtest.World) {
		user(w)
		w.Tap(t, say(w, "date"))
	})
	looks(t, "known", func(w *viewtest.World) {
		invite(w)
		w.Type("sam@cabinet.example")
		w.Window.Canvas().FocusNext()
	})
	looks(t, "code", func(w *viewtest.World) {
		w.Script.Then(change.Outcome{Challenge: &change.Challenge{ID: "1", SentTo: "m•••@chezmarcel.example", ExpiresAt: viewtest.Now.Add(9*time.Minute + 42*time.Second),
			Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5, Label: access.Text{"fr": "Code reçu par courriel", "en": "Code received by e-mail"}}}}}).
			ThenProof(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.CodeWrong}})
		invite(w)
		w.Type("julie@comptes.example")
		w.Tap(t, say(w, "accountant"))
		w.Tap(t, say(w, "send"))
		w.Type("12345")
	})
	looks(t, "conflict", func(w *viewtest.World) {
		w.Script.Then(change.Outcome{Stale: &change.Conflict{TheirsBase: "2", Theirs: change.OfRights(
			[]access.Permission{access.Invoices}, time.Date(2027, time.June, 30, 23, 59, 59, 0, time.Local), "vérification comptable")}})
		user(w)
		w.Input(t, say(w, "ends")).SetText("2027-05-31")
		w.Input(t, say(w, "reason")).SetText("impôts 2026 et 2027")
		w.Tap(t, say(w, "save"))
	})
	looks(t, "gone", func(w *viewtest.World) {
		w.Script.Then(change.Outcome{Stale: &change.Conflict{Gone: true}})
		user(w)
		w.Tap(t, say(w, "tickets"))
		w.Tap(t, say(w, "save"))
	})
	looks(t, "refused", func(w *viewtest.World) {
		w.Script.Then(change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.HostError, RequestID: "7f3a-19c2"}})
		user(w)
		w.Tap(t, say(w, "tickets"))
		w.Tap(t, say(w, "save"))
	})
}

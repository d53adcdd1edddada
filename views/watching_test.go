package views_test

import (
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/diff"
	"concierge/app/watch"
	"concierge/views/gallery/scene"
	"concierge/views/shell"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// notice is of an account where somebody new can sign in and an address is another one.
func notice(ref access.Ref) watch.Notice {
	return watch.Notice{Account: ref, Items: []watch.Item{
		{Kind: watch.NewUser, At: time.Now(), Difference: diff.Difference{What: diff.UserCame, Name: "Noé Roy", Added: []access.Permission{"invoices", "quotes", "emails"}}},
		{Kind: watch.ChangedEmail, At: time.Now(), Difference: diff.Difference{What: diff.AccountEmail, Before: "a@a.example", After: "b@b.example"}},
	}}
}

// ending is of an account where two accesses end.
func ending(ref access.Ref) watch.Notice {
	at := viewtest.Now.AddDate(0, 0, 7)
	return watch.Notice{Account: ref, Items: []watch.Item{
		{Kind: watch.Ending, Reminder: access.Reminder{UserID: "u2", EndsAt: at, Days: 7}},
		{Kind: watch.Ending, Reminder: access.Reminder{UserID: "u3", EndsAt: at, Days: 7}},
	}}
}

func TestTheSystemTellsOfOneAccountInWordsAndOfManyByNumber(t *testing.T) {
	for _, c := range []struct {
		name        string
		list        []watch.Notice
		title, text string
	}{
		{"one account", []watch.Notice{notice(viewtest.Ref)},
			"Boulangerie Chez Marcel\u00a0: changé ailleurs", "Noé Roy peut se connecter\u00a0: Comptable. Et 1 autre changement."},
		{"several accounts", []watch.Notice{notice(viewtest.Ref), notice(scene.Accounts()[1].Ref), notice(scene.Accounts()[2].Ref)},
			"Concierge\u00a0: changé ailleurs", "Quelque chose a changé ailleurs dans 3 comptes."},
		{"access that ends", []watch.Notice{ending(viewtest.Ref)},
			"Boulangerie Chez Marcel\u00a0: accès qui prend fin bientôt", "L'accès de Sam Gagnon prend fin dans 7\u00a0jours, le 25\u00a0novembre 2026. Et 1 autre accès."},
		{"access that ends in several accounts", []watch.Notice{ending(viewtest.Ref), ending(scene.Accounts()[1].Ref)},
			"Concierge\u00a0: accès qui prend fin bientôt", "Un accès prend fin bientôt dans 2 comptes."},
		{"both", []watch.Notice{notice(viewtest.Ref), ending(scene.Accounts()[1].Ref)},
			"Concierge\u00a0: du nouveau", "Dans 2 comptes, quelque chose a changé ailleurs ou un accès prend fin bientôt."},
	} {
		t.Run(c.name, func(t *testing.T) {
			test.NewTempApp(t)
			s := scene.Play(t, scene.Scene{Do: func(s *scene.Stage) { s.Go(shell.Overview, "") }}, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
			defer s.Close()
			test.AssertNotificationSent(t, fyne.NewNotification(c.title, c.text), func() { s.Core.Past.Watch.Noticed.Emit(c.list) })
		})
	}
}

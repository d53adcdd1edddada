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
	} {
		t.Run(c.name, func(t *testing.T) {
			test.NewTempApp(t)
			s := scene.Play(t, scene.Scene{Do: func(s *scene.Stage) { s.Go(shell.Overview, "") }}, scene.Config{Lang: "fr", Size: fyne.NewSize(1280, 800)})
			defer s.Close()
			test.AssertNotificationSent(t, fyne.NewNotification(c.title, c.text), func() { s.Core.Past.Watch.Noticed.Emit(c.list) })
		})
	}
}

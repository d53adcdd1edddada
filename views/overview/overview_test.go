package overview_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/checkup"
	"concierge/app/diff"
	"concierge/app/signal"
	"concierge/app/trouble"
	"concierge/app/watch"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/overview"
	"concierge/views/page"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

var (
	now = time.Date(2026, 11, 18, 14, 2, 0, 0, time.Local)
	ref = access.Ref{Identity: "i", Account: "a"}
)

func hostOf() access.Host {
	h := access.Host{Name: "Hébergement Exemple"}
	for _, k := range []string{"profile", "contacts", "products", "domains", "invoices", "quotes", "emails"} {
		h.Permissions = append(h.Permissions, access.CatalogueEntry{Key: k})
	}
	for _, k := range []string{"general", "invoice", "support", "product", "domain"} {
		h.MailCategories = append(h.MailCategories, access.CatalogueEntry{Key: k})
	}
	h.Features.ListInvitations.Available = true
	h.Features.Activity.Available = true
	return h
}

func owned() access.Snapshot {
	return access.Snapshot{
		Ref: ref, Revision: "1", Me: access.Membership{Role: access.Owner},
		Account: access.Account{Name: "Boulangerie Chez Marcel", Email: "info@chezmarcel.example", Domains: []string{"chezmarcel.example"}},
		Users: []access.User{
			{ID: "1", FirstName: "Marie", Email: "marie@chezmarcel.example", Role: access.Owner},
			{ID: "2", FirstName: "Sam", Email: "sam@cabinet.example", Role: access.Member, Permissions: []access.Permission{"invoices"}},
		},
		Invitations: []access.Invitation{{ID: "3", Email: "noe@studio.example", ExpiresAt: now.Add(48 * time.Hour)}},
		Contacts:    []access.Contact{{ID: "4", FirstName: "Marie", Email: "Marie@ChezMarcel.example", Preferences: access.Preferences{"invoice": true}}},
	}
}

type opened struct {
	page  *overview.Page
	win   fyne.Window
	store *cache.Store
	fixed []checkup.Finding
	tried int
	seen  int
	went  int                // to the history
	items []watch.Item       // changed elsewhere
	told  signal.Signal[int] // that they are others
	asked int                // how often the activity was asked for
	while string             // what the screen said while the activity was asked for
}

func open(t *testing.T, lang string, fill func(*cache.Store), activity error) *opened {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.Light, 1))
	o := &opened{win: test.NewTempWindow(t, nil), store: cache.New()}
	o.store.PutIdentity(cache.Identity{ID: "i", Host: hostOf()})
	fill(o.store)
	env := page.Env{Window: o.win, Words: locales.For(lang), Now: func() time.Time { return now }, Go: func(work func()) { work() }}
	o.page = overview.New(env, ref, o.store, overview.Go{
		Fix:       func(f checkup.Finding) { o.fixed = append(o.fixed, f) },
		Retry:     func() { o.tried++ },
		History:   func() { o.went++ },
		Elsewhere: func(context.Context) []watch.Item { return o.items },
		Seen: func() {
			o.seen++
			o.items = nil
			o.told.Emit(0)
		},
		WatchElsewhere: func(changed func()) func() { return o.told.Listen(func(int) { changed() }) },
		Activity: func(context.Context) error {
			o.asked++
			o.while = strings.Join(shot.Texts(o.page.Object()), "\n")
			if activity == nil {
				o.store.PutActivity(ref, cache.Record{List: []access.Activity{{ID: "9", At: now.Add(-4 * 24 * time.Hour), Actor: "Marie", Action: "user.invited", Target: "noe@studio.example"}}})
			}
			return activity
		},
	})
	t.Cleanup(o.page.Close)
	o.win.SetContent(kit.WithTips(o.page.Object(), o.win))
	o.win.Resize(fyne.NewSize(1056, 744))
	o.page.Update(context.Background())
	return o
}

func (o *opened) says(t *testing.T, want ...string) {
	t.Helper()
	all := strings.Join(shot.Texts(o.page.Object()), "\n")
	for _, s := range want {
		if !strings.Contains(all, s) {
			t.Errorf("does not say %q; it says:\n%s", s, all)
		}
	}
}

func TestTheOwnerSeesCountsChecksAndActivity(t *testing.T) {
	o := open(t, "fr", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	o.says(t, "Boulangerie Chez Marcel", "1 propriétaire, 1 utilisateur", "expire dans 2\u00a0jours", "reçoit des courriels", "4 j", "noe@studio.example")
	o.says(t, locales.For("fr").T("overview.checks"))
}

func TestAFindingLeadsToWhereItIsMended(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	o.page.Focus()
	o.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(o.fixed) != 1 || o.fixed[0].Check != checkup.DomainMail {
		t.Errorf("Enter on the first button leads to %+v, want the Domain mail that nobody receives", o.fixed)
	}
}

func TestTheKeyboardGoesToWhatComesLateUnlessItIsElsewhereByThen(t *testing.T) {
	o := open(t, "en", func(*cache.Store) {}, nil)
	o.page.Focus() // nothing is there yet
	o.store.PutSnapshot(owned(), now)
	o.page.Update(context.Background())
	if f, _ := o.win.Canvas().Focused().(fyne.Accessible); f == nil || !strings.HasPrefix(f.AccessibilityLabel(), "Fix") {
		t.Errorf("the keyboard is on %v", o.win.Canvas().Focused())
	}

	o = open(t, "en", func(*cache.Store) {}, nil)
	o.page.Focus()
	kit.Confirm(o.win, kit.ConfirmConfig{Title: "Sign out?", Confirm: "Sign out", Cancel: "Cancel"})
	asked := o.win.Canvas().Focused()
	o.store.PutSnapshot(owned(), now)
	o.page.Update(context.Background())
	if o.win.Canvas().Focused() != asked {
		t.Error("the keyboard was taken away from a dialog")
	}
}

func TestWhoIsNotTheOwnerSeesOwnRightsAndTheReason(t *testing.T) {
	o := open(t, "fr", func(s *cache.Store) {
		s.PutSnapshot(access.Snapshot{Ref: ref, Revision: "1", Account: access.Account{Name: "Fleuriste Ève"},
			Me: access.Membership{Role: access.Member, Permissions: []access.Permission{"invoices", "quotes", "emails"}}}, now)
	}, nil)
	o.says(t, "Ce que vous pouvez faire ici", locales.For("fr").T("words.owner_rule"))
	if all := strings.Join(shot.Texts(o.page.Object()), "\n"); strings.Contains(all, "peut se connecter") || strings.Contains(all, "peuvent se connecter") {
		t.Error("counts users that this person may not see")
	}
	if all := strings.Join(shot.Texts(o.page.Object()), "\n"); strings.Contains(all, locales.For("fr").T("overview.recent")) || o.asked != 0 {
		t.Error("asks for the activity, of which the host tells the owner only")
	}
}

func TestAFailureSaysWhyAndTriesAgain(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) {
		s.SetStatus(ref, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
	}, nil)
	if !shot.Tap(o.win, "Try again") {
		t.Fatal("no such button")
	}
	if o.tried != 1 {
		t.Errorf("tried %d times after pressing the button once", o.tried)
	}
	o.store.PutSnapshot(owned(), now)
	o.page.Update(context.Background())
	o.says(t, "Boulangerie Chez Marcel")
}

func TestWhatIsKnownIsShownWhileTheActivityIsOnItsWay(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	w := locales.For("en")
	for _, want := range []string{"Boulangerie Chez Marcel", "1 owner, 1 user", w.T("overview.recent_waiting")} {
		if !strings.Contains(o.while, want) {
			t.Errorf("does not say %q then; it says:\n%s", want, o.while)
		}
	}
	if strings.Contains(o.while, w.T("overview.recent_none")) {
		t.Error("says that there is no activity before it is known")
	}
	o.says(t, "noe@studio.example", "4 d")
}

func TestActivityThatComesLaterKeepsTheFocus(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	o.page.Focus()
	before := o.win.Canvas().Focused()
	o.store.PutActivity(ref, cache.Record{List: []access.Activity{{ID: "10", At: now, Actor: "Sam", Action: "user.invited", Target: "odile@studio.example"}}})
	o.page.Update(context.Background())
	o.says(t, "odile@studio.example", "0 d")
	if before == nil || o.win.Canvas().Focused() != before {
		t.Error("the focus went away with new activity")
	}
}

func TestTheActivityOfTheSameRevisionIsNotAskedForAgain(t *testing.T) {
	known := func(revision string) func(s *cache.Store) {
		return func(s *cache.Store) {
			s.PutSnapshot(owned(), now)
			s.PutActivity(ref, cache.Record{Of: revision, List: []access.Activity{{ID: "8", At: now, Actor: "Sam", Action: "user.invited", Target: "lea@studio.example"}}})
		}
	}
	o := open(t, "en", known(owned().Revision), nil)
	if o.asked != 0 {
		t.Errorf("asked %d times though nothing changed since", o.asked)
	}
	o.says(t, "lea@studio.example")
	if o := open(t, "en", known("an earlier one"), nil); o.asked != 1 {
		t.Errorf("asked %d times for a new revision", o.asked)
	}
}

func TestActivityThatCannotBeHadIsSaid(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, errors.New("down"))
	o.says(t, locales.For("en").T("overview.recent_failed"))
}

func TestAnUpdateWithoutNewsKeepsTheFocus(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	o.page.Focus()
	before := o.win.Canvas().Focused()
	o.page.Update(context.Background())
	if before == nil || o.win.Canvas().Focused() != before {
		t.Error("the focus went away with an update that changed nothing")
	}
}

func TestNothingIsCutInASmallWindow(t *testing.T) {
	for _, lang := range locales.Languages() {
		o := open(t, lang, func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
		o.win.Resize(fyne.NewSize(800, 584))
		if cut := shot.CutLabels(o.win); len(cut) > 0 {
			t.Errorf("%s: cut: %q", lang, cut)
		}
	}
}

func TestWhatChangedElsewhereStandsAboveUntilItHasBeenSeen(t *testing.T) {
	page.UpdateAtOnce()
	o := open(t, "fr", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	if o.sees("Changé ailleurs") {
		t.Fatal("something is said to have changed")
	}
	o.store.PutActivity(ref, cache.Record{List: []access.Activity{
		{ID: "1", At: now.Add(-time.Hour), Actor: "Paul Roy", ActorEmail: "paul@x.example", Action: "invitation.accepted", Target: "noe@studio.example"}}})
	o.items = []watch.Item{
		{Kind: watch.NewUser, Since: now.Add(-2 * time.Hour), At: now, Difference: diff.Difference{What: diff.UserCame, Name: "Noé", Email: "noe@studio.example"}},
		{Kind: watch.ChangedEmail, Since: now.Add(-2 * time.Hour), At: now, Difference: diff.Difference{What: diff.AccountEmail, Before: "a@a.example", After: "b@b.example"}},
		{Kind: watch.WiderRights, At: now},
	}
	o.told.Emit(0)
	o.says(t, "Changé ailleurs depuis votre dernière visite", "Noé peut se connecter : Aucune autorisation, par Paul Roy",
		"Courriel du compte : b@b.example (avant : a@a.example)", "1 changement dont le détail n'est plus gardé ici")
	if !shot.Tap(o.win, "Voir l'historique") || o.went != 1 {
		t.Error("it does not lead to the history")
	}
	if !shot.Tap(o.win, "J'ai vu") || o.seen != 1 || o.sees("Changé ailleurs") {
		t.Errorf("seen %d times, and still there: %v", o.seen, o.sees("Changé ailleurs"))
	}
}

func TestAccessThatEndsSoonStandsAboveUntilItHasBeenSeen(t *testing.T) {
	page.UpdateAtOnce()
	o := open(t, "fr", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	user := owned().Users[1]
	for i := range 6 {
		o.items = append(o.items, watch.Item{Kind: watch.Ending, At: now, Reminder: access.Reminder{UserID: user.ID, EndsAt: now.AddDate(0, 0, i+1), Days: 7}})
	}
	o.told.Emit(0)
	o.says(t, "Accès qui prend fin bientôt", user.Name()+" prend fin demain à", "et 1 autre", "reportez sa fin")
	if o.sees("Changé ailleurs") {
		t.Error("it is said to have changed")
	}
	if !shot.Tap(o.win, "J'ai vu") || o.seen != 1 || o.sees("prend fin bientôt") {
		t.Errorf("seen %d times", o.seen)
	}
}

func TestAccessIsOverdueOnceTheHostStillListsItLater(t *testing.T) {
	s := owned()
	s.Users[1].EndsAt = now.Add(-time.Hour)
	h := hostOf()
	h.Features.AccessEnds.Available = true
	o := open(t, "fr", func(st *cache.Store) {
		st.PutIdentity(cache.Identity{ID: "i", Host: h})
		st.PutSnapshot(s, now.Add(-2*time.Hour))
	}, nil)
	if o.sees("encore actif") {
		t.Error("said although the host was not heard of since")
	}
	o.store.PutSnapshot(s, now)
	o.page.Update(t.Context())
	o.says(t, "devait prendre fin le", "encore actif")
}

func TestOfManyChangesElsewhereTheFirstAreSaid(t *testing.T) {
	o := open(t, "en", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	for range 8 {
		o.items = append(o.items, watch.Item{Kind: watch.NewUser, At: now, Difference: diff.Difference{What: diff.UserCame, Name: "Noé"}})
	}
	o.page.Update(t.Context())
	o.says(t, "and 3 more in the history")
}

func TestTheActivityLeadsToTheHistory(t *testing.T) {
	o := open(t, "fr", func(s *cache.Store) { s.PutSnapshot(owned(), now) }, nil)
	if !shot.Tap(o.win, "Voir l'historique") || o.went != 1 {
		t.Error("it does not")
	}
}

func (o *opened) sees(s string) bool {
	return strings.Contains(strings.Join(shot.Texts(o.page.Object()), "\n"), s)
}

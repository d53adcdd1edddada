package shell_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

var (
	now    = time.Date(2026, 11, 18, 14, 2, 0, 0, time.Local)
	bakery = access.Ref{Identity: "i", Account: "bakery"}
	garage = access.Ref{Identity: "i", Account: "garage"}
)

// screen is a page that says its route.
type screen struct {
	object fyne.CanvasObject
	dirty  bool
	closed int
}

func (s *screen) Object() fyne.CanvasObject { return s.object }
func (s *screen) Update(context.Context)    {}
func (s *screen) Focus()                    {}
func (s *screen) Dirty() bool               { return s.dirty }
func (s *screen) Close()                    { s.closed++ }

// desk keeps what the shell does with Changes.
type desk struct {
	undone, retried, dropped, sent []string
	list                           []change.Change
}

func (d *desk) UndoPlan(id string) error {
	d.undone = append(d.undone, id)
	return nil
}

func (d *desk) Undo(id string) error    { d.undone = append(d.undone, id); return nil }
func (d *desk) SendNow(id string) error { d.sent = append(d.sent, id); return nil }
func (d *desk) Retry(id string) error   { d.retried = append(d.retried, id); return nil }
func (d *desk) Drop(id string) error    { d.dropped = append(d.dropped, id); return nil }
func (d *desk) List() []change.Change   { return d.list }

type world struct {
	win     fyne.Window
	store   *cache.Store
	desk    *desk
	desks   *change.Desk
	shell   *shell.Shell
	screens []*screen
	visited []access.Ref
	did     []string
	signals page.Signals
	timers  []func()
	notices []shell.Notice
	makes   func(shell.Route) page.Page // a screen of a test's own; nil, or nil of it: one that says its route

	elsewhere map[access.Ref]bool
	people    int // in all accounts, as far as counted
	remenued  int
}

func start(t *testing.T, lang string) *world {
	t.Helper()
	page.UpdateAtOnce() // the test driver measures texts for whoever asks, and must not be asked by two at once
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.Light, 1))
	w := &world{win: test.NewTempWindow(t, nil), store: cache.New(), desk: &desk{}, elsewhere: map[access.Ref]bool{}}
	w.store.PutIdentity(cache.Identity{ID: "i", Me: access.Me{ID: "1", FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example"}, Host: access.Host{Name: "Hébergement Exemple"}})
	w.store.PutAccounts("i", []access.Summary{{Ref: bakery, Name: "Boulangerie Chez Marcel", Role: access.Owner}, {Ref: garage, Name: "Garage Nadeau", Role: access.Member}})
	w.store.PutSnapshot(access.Snapshot{Ref: bakery, Account: access.Account{Name: "Boulangerie Chez Marcel"}, Me: access.Membership{Role: access.Owner}}, now)
	did := func(what string) func() { return func() { w.did = append(w.did, what) } }
	w.desks = change.NewDesk(change.Config{})
	w.signals = page.Signals{Accounts: &w.store.AccountChanged, Lists: &w.store.ListChanged, Changes: &w.desks.Changed}
	maker := func(env page.Env, r shell.Route) page.Page {
		if w.makes != nil {
			if p := w.makes(r); p != nil {
				return p
			}
		}
		s := &screen{object: kit.Body(string(r.Screen) + " " + r.Account.Account + " " + r.Arg)}
		w.screens = append(w.screens, s)
		return s
	}
	screens := map[shell.Screen]shell.Maker{}
	for _, s := range []shell.Screen{shell.Overview, shell.People, shell.AccountInfo, shell.History, shell.Profile, shell.Preferences, shell.Help, shell.Outbox, shell.Grouped, shell.Directory} {
		screens[s] = maker
	}
	w.shell = shell.New(shell.Config{
		Env: page.Env{Window: w.win, Words: locales.For(lang), Now: func() time.Time { return now }, Go: func(work func()) { work() },
			Signals: page.Signals{Changes: w.signals.Changes}},
		Store: w.store, Desk: w.desk, Screens: screens,
		Alias: func(access.Ref) string { return "" }, Color: func(access.Ref) int { return 0 },
		Everybody: func() (int, bool) { return w.people, len(w.store.Accounts("")) > 1 }, Remenu: func() { w.remenued++ },
		Elsewhere: func(ref access.Ref) bool { return w.elsewhere[ref] },
		Notices:   func(string) []shell.Notice { return slices.Clone(w.notices) },
		Visited:   func(ref access.Ref) { w.visited = append(w.visited, ref) },
		Actions: shell.Actions{Palette: did("palette"), Refresh: func(access.Ref) { did("refresh")() }, Sync: did("sync"), SignOut: func(string) { did("sign out")() },
			AddIdentity: did("add identity"), OtherLang: did("language"), Invite: func(access.Ref) { did("invite")() }, AddContact: func(access.Ref) { did("add contact")() }, Quit: did("quit"), Lock: did("lock"),
			Mailbox: func(string) {}, Conflict: func(change.Change) { did("conflict")() }},
		After: func(d time.Duration, f func()) func() { w.timers = append(w.timers, f); return func() {} },
	})
	t.Cleanup(w.shell.Close)
	w.win.SetContent(kit.WithTips(w.shell.Object(), w.win))
	w.win.Resize(fyne.NewSize(1280, 800))
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: bakery})
	return w
}

func (w *world) says(s string) bool {
	return strings.Contains(strings.Join(shot.Texts(w.win.Content()), "\n"), s)
}

func (w *world) last() *screen { return w.screens[len(w.screens)-1] }

func TestGoingAndComingBack(t *testing.T) {
	w := start(t, "fr")
	if !shot.Tap(w.win, "Personnes") || w.shell.At().Screen != shell.People {
		t.Fatalf("after pressing Personnes: at %v", w.shell.At())
	}
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: garage})
	if !w.says("Garage Nadeau") || !w.says("Vous êtes utilisateur") {
		t.Error("the top bar does not say the account and what one is in it")
	}
	w.shell.Back()
	if at := w.shell.At(); at.Screen != shell.People || at.Account != bakery {
		t.Errorf("one back: %v", at)
	}
	w.shell.Back()
	w.shell.Back() // nothing further: stays
	if at := w.shell.At(); at.Screen != shell.Overview || at.Account != bakery {
		t.Errorf("all the way back: %v", at)
	}
	for i, s := range w.screens[:len(w.screens)-1] {
		if s.closed != 1 {
			t.Errorf("screen %d closed %d times", i, s.closed)
		}
	}
	if len(w.visited) != 3 || w.visited[1] != garage {
		t.Errorf("accounts visited: %v", w.visited)
	}
}

func TestBackSkipsAnAccountThatIsNoLongerReached(t *testing.T) {
	w := start(t, "en")
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: garage})
	w.shell.Open(shell.Route{Screen: shell.People, Account: bakery})
	w.store.PutAccounts("i", []access.Summary{{Ref: bakery, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	w.shell.Back()
	if at := w.shell.At(); at.Account != bakery || at.Screen != shell.Overview {
		t.Errorf("back leads to %v", at)
	}
}

func TestLeavingWhatIsNotSavedAsksFirst(t *testing.T) {
	w := start(t, "fr")
	w.last().dirty = true
	w.shell.Open(shell.Route{Screen: shell.Help})
	if w.shell.At().Screen != shell.Overview {
		t.Fatal("left without asking")
	}
	if !shot.Tap(w.win, "Rester ici") || w.shell.At().Screen != shell.Overview {
		t.Fatal("staying does not stay")
	}
	w.shell.Open(shell.Route{Screen: shell.Help})
	if !shot.Tap(w.win, "Quitter sans enregistrer") || w.shell.At().Screen != shell.Help {
		t.Error("leaving after agreeing does not leave")
	}
}

func TestTheSideNavigationByArrows(t *testing.T) {
	w := start(t, "en")
	for range 20 {
		w.win.Canvas().FocusNext()
		if a, ok := w.win.Canvas().Focused().(fyne.Accessible); ok && strings.HasPrefix(a.AccessibilityLabel(), "Overview") {
			break
		}
	}
	shot.Press(w.win, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if w.shell.At().Screen != shell.AccountInfo {
		t.Errorf("Down, Down, Enter leads to %v", w.shell.At())
	}
}

func TestTheAvatarMenuReachesWhatCustomersLookFor(t *testing.T) {
	w := start(t, "fr")
	for _, tt := range []struct{ label, does string }{
		{"Changer de compte", "palette"}, {"English", "language"}, {"Se déconnecter", "sign out"}, {"Se connecter à un autre hébergeur", "add identity"},
	} {
		if !shot.Tap(w.win, "MT") {
			t.Fatal("no avatar")
		}
		if !shot.Tap(w.win, tt.label) || len(w.did) == 0 || w.did[len(w.did)-1] != tt.does {
			t.Errorf("%s does %v", tt.label, w.did)
		}
	}
	shot.Tap(w.win, "MT")
	if !shot.Tap(w.win, "Paramètres du compte") || w.shell.At().Screen != shell.AccountInfo {
		t.Errorf("Paramètres du compte leads to %v", w.shell.At())
	}
}

func TestTheMenuBarHasTheWordsOfTheClientArea(t *testing.T) {
	w := start(t, "fr")
	settings := w.shell.MainMenu().Items[1]
	if settings.Label != "Mes réglages" {
		t.Fatalf("second menu is %s", settings.Label)
	}
	want := []struct {
		label string
		at    shell.Route
	}{
		{"Infos du compte", shell.Route{Screen: shell.AccountInfo, Account: bakery}},
		{"Gestion des contacts", shell.Route{Screen: shell.People, Account: bakery, Arg: "contacts"}},
		{"Gestion des utilisateurs", shell.Route{Screen: shell.People, Account: bakery, Arg: "users"}},
		{"Votre profil", shell.Route{Screen: shell.Profile, Account: bakery}},
	}
	for i, tt := range want {
		item := settings.Items[i]
		item.Action()
		if item.Label != tt.label || w.shell.At() != tt.at {
			t.Errorf("%s leads to %v, want %s at %v", item.Label, w.shell.At(), tt.label, tt.at)
		}
	}
}

func TestTheMenuBarDoesNothingUnderADialogButLockAndQuit(t *testing.T) {
	w := start(t, "fr")
	at, dialogs := w.shell.At(), w.win.Canvas().Overlays()
	kit.Confirm(w.win, kit.ConfirmConfig{Title: "Quitter sans enregistrer?", Confirm: "Quitter", Cancel: "Rester ici"})
	w.did = nil
	for _, menu := range w.shell.MainMenu().Items {
		for _, item := range menu.Items {
			if item.Action != nil {
				item.Action()
			}
		}
	}
	if w.shell.At() != at || len(dialogs.List()) != 1 || !slices.Equal(w.did, []string{"lock", "quit"}) {
		t.Errorf("at %v, %d dialogs, did %v", w.shell.At(), len(dialogs.List()), w.did)
	}
	shot.Tap(w.win, "Rester ici")
	w.did = nil
	w.shell.MainMenu().Items[2].Items[6].Action()
	if !slices.Equal(w.did, []string{"invite"}) {
		t.Errorf("once it has gone: %v", w.did)
	}
}

func TestHowAnEditIsTold(t *testing.T) {
	waiting := change.Change{ID: "c", Kind: change.Revoke, TargetName: "Sam Gagnon", State: change.Waiting, SendAt: time.Now().Add(8 * time.Second)}
	with := func(s change.State, tr *trouble.Trouble) change.Change {
		c := waiting
		c.State, c.Trouble = s, tr
		return c
	}
	t.Run("a waiting one can be undone", func(t *testing.T) {
		w := start(t, "fr")
		w.signals.Changes.Emit(waiting)
		if !w.says("Sam Gagnon") || !shot.Tap(w.win, "Annuler l'action") || len(w.desk.undone) != 1 {
			t.Errorf("undone %v; says %q", w.desk.undone, shot.Texts(w.win.Content()))
		}
	})
	t.Run("the latest that waits is undone by key", func(t *testing.T) {
		w := start(t, "fr")
		undo := func() {
			for key, do := range w.shell.Shortcuts() {
				if key.ShortcutName() == (&fyne.ShortcutUndo{}).ShortcutName() {
					do()
				}
			}
		}
		undo()
		w.signals.Changes.Emit(waiting)
		later := waiting
		later.ID = "later"
		w.signals.Changes.Emit(later)
		later.State = change.Sending
		w.signals.Changes.Emit(later)
		undo()
		if len(w.desk.undone) != 1 || w.desk.undone[0] != "c" {
			t.Errorf("undone %v, want the one that had not left", w.desk.undone)
		}
	})
	t.Run("a refused one says why and can be tried again", func(t *testing.T) {
		w := start(t, "fr")
		w.signals.Changes.Emit(with(change.Refused, &trouble.Trouble{Kind: trouble.Unreachable}))
		if !shot.Tap(w.win, "Réessayer") || len(w.desk.retried) != 1 {
			t.Errorf("retried %v; says %q", w.desk.retried, shot.Texts(w.win.Content()))
		}
	})
	t.Run("a confirmed one is said and dropped", func(t *testing.T) {
		w := start(t, "fr")
		w.signals.Changes.Emit(waiting)
		w.signals.Changes.Emit(with(change.Confirmed, nil))
		if !w.says("Sam Gagnon") || w.says("Annuler l'action") || len(w.desk.dropped) != 1 {
			t.Errorf("dropped %v; says %q", w.desk.dropped, shot.Texts(w.win.Content()))
		}
	})
	t.Run("one that the host took on and does not know to be done stays until it is read, and leads to the person", func(t *testing.T) {
		w := start(t, "fr")
		w.signals.Changes.Emit(change.Change{ID: "i", Account: bakery, Kind: change.Invite, State: change.Confirmed, Unconfirmed: true, After: change.Values{Fields: map[string]string{change.FieldEmail: "Noe@studio.example"}}})
		if !w.says("n'a pas dit si le courriel est parti") || len(w.desk.dropped) != 1 {
			t.Errorf("dropped %v; says %q", w.desk.dropped, shot.Texts(w.win.Content()))
		}
		if !shot.Tap(w.win, "Voir") || w.shell.At() != (shell.Route{Screen: shell.People, Account: bakery, Arg: "person:noe@studio.example"}) {
			t.Errorf("at %+v", w.shell.At())
		}
	})
	t.Run("a colliding one leads to both sides", func(t *testing.T) {
		w := start(t, "fr")
		c := with(change.Conflicting, nil)
		c.Conflict = &change.Conflict{}
		w.signals.Changes.Emit(c)
		if !shot.Tap(w.win, "Voir ce qui a changé") || len(w.did) != 1 {
			t.Errorf("did %v", w.did)
		}
	})
	t.Run("a refused one with a dialog of its own is the dialog's matter", func(t *testing.T) {
		w := start(t, "fr")
		c := with(change.Refused, &trouble.Trouble{Kind: trouble.LastDomain})
		c.Kind = change.EditContact
		w.signals.Changes.Emit(c)
		if w.says("Réessayer") {
			t.Error("told twice")
		}
	})
}

func TestFreshnessIsSaid(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*cache.Status)
		want string
	}{
		{"fresh", func(s *cache.Status) { s.At = now }, "Up to date · 2:02"},
		{"offline", func(s *cache.Status) { s.At, s.Trouble = now, &trouble.Trouble{Kind: trouble.Unreachable} }, "Offline · as of 2:02"},
		{"failed", func(s *cache.Status) { s.At, s.Trouble = now, &trouble.Trouble{Kind: trouble.WrongAnswer} }, "Answer not understood · as of 2:02"},
		{"never", func(s *cache.Status) { s.At, s.Trouble = time.Time{}, &trouble.Trouble{Kind: trouble.Unreachable} }, "Offline · never checked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := start(t, "en")
			w.store.SetStatus(bakery, tt.set)
			w.shell.Update(context.Background())
			if !w.says(tt.want) {
				t.Errorf("says %q, want %q", shot.Texts(w.win.Content()), tt.want)
			}
		})
	}
}

func TestTheFrameIsNotCutInASmallWindow(t *testing.T) {
	for _, lang := range locales.Languages() {
		w := start(t, lang)
		w.win.Resize(fyne.NewSize(1024, 640))
		if cut := shot.CutLabels(w.win); len(cut) > 0 {
			t.Errorf("%s: %q", lang, cut)
		}
	}
}

func TestTheHistoryIsReachedByItsKeyAndLeftWithItsAccount(t *testing.T) {
	w := start(t, "fr")
	for sc, do := range w.shell.Shortcuts() {
		if custom, ok := sc.(*desktop.CustomShortcut); ok && custom.KeyName == fyne.Key4 {
			do()
		}
	}
	if at := w.shell.At(); at.Screen != shell.History || at.Account != bakery {
		t.Fatalf("at %v", at)
	}
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: garage})
	w.store.PutAccounts("i", []access.Summary{{Ref: garage, Name: "Garage Nadeau", Role: access.Member}})
	w.shell.Back()
	if at := w.shell.At(); at.Account != garage {
		t.Errorf("back at the history of an account that is out of reach: %v", at)
	}
}

func TestADotStandsByTheOverviewWhileSomethingChangedElsewhere(t *testing.T) {
	w := start(t, "fr")
	said := func() bool {
		return slices.ContainsFunc(shot.TabOrder(w.win), func(s string) bool { return strings.HasPrefix(s, "Aperçu. Quelque chose est signalé") })
	}
	if said() {
		t.Fatal("nothing has changed")
	}
	w.elsewhere[bakery] = true
	w.shell.Update(t.Context())
	if !said() {
		t.Errorf("it is not said in %q", shot.TabOrder(w.win))
	}
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: garage})
	if said() {
		t.Error("it is said of another account")
	}
}

func TestTwoAccountsOfOneNameAreToldApartInTheTopBar(t *testing.T) {
	w := start(t, "fr")
	if w.says("Hébergement Exemple ·") {
		t.Error("the host stands in the top bar where there is nothing to tell apart")
	}
	twin := access.Ref{Identity: "j", Account: "7"}
	w.store.PutIdentity(cache.Identity{ID: "j", Host: access.Host{Name: "Nuage Boréal", URL: "https://nuage.example"}})
	w.store.PutAccounts("j", []access.Summary{{Ref: twin, Name: "Boulangerie Chez Marcel", Role: access.Member}})
	w.shell.Update(t.Context())
	if !w.says("Hébergement Exemple · propriétaire") {
		t.Errorf("the host is not said: %q", shot.Texts(w.win.Content()))
	}
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: twin})
	if !w.says("Nuage Boréal · utilisateur") {
		t.Errorf("the other host is not said: %q", shot.Texts(w.win.Content()))
	}
	w.signals.Changes.Emit(change.Change{ID: "c", Kind: change.Revoke, Account: bakery, TargetName: "Sam Gagnon", State: change.Confirmed})
	if !w.says("Boulangerie Chez Marcel (Hébergement Exemple) — L'accès de Sam Gagnon est révoqué.") {
		t.Errorf("a message does not say which: %q", shot.Texts(w.win.Content()))
	}
	w.shell.Open(shell.Route{Screen: shell.Overview, Account: garage})
	if !w.says("Garage Nadeau") || w.says("Nuage Boréal ·") || w.says("Hébergement Exemple ·") {
		t.Errorf("an account of its own name: %q", shot.Texts(w.win.Content()))
	}
}

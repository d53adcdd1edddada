package switcher_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/switcher"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// marks is what a person chose, in memory.
type marks struct {
	alias     map[access.Ref]string
	colour    map[access.Ref]int
	favourite []access.Ref
	recent    []access.Ref
}

func (m *marks) Alias(r access.Ref) string           { return m.alias[r] }
func (m *marks) SetAlias(r access.Ref, alias string) { m.alias[r] = alias }
func (m *marks) Colour(r access.Ref) int             { return m.colour[r] }
func (m *marks) SetColour(r access.Ref, i int)       { m.colour[r] = i }
func (m *marks) Favourite(r access.Ref) bool         { return slices.Contains(m.favourite, r) }
func (m *marks) SetFavourite(r access.Ref, _ bool)   { m.favourite = append(m.favourite, r) }
func (m *marks) Favourites() []access.Ref            { return m.favourite }
func (m *marks) Recents() []access.Ref               { return m.recent }
func ref(id string) access.Ref                       { return access.Ref{Identity: "i", Account: id} }
func contact(name, email string) access.Contact {
	return access.Contact{ID: email, FirstName: name, Email: email, Preferences: access.Preferences{"invoice": true}}
}

type world struct {
	env     page.Env
	store   *cache.Store
	marks   *marks
	finder  *switcher.Finder
	palette *switcher.Palette
	opened  []string
}

func open(t *testing.T, lang string, accounts int) *world {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(kit.NewTheme(kit.Light, 1))
	win := test.NewTempWindow(t, nil)
	win.SetContent(kit.WithTips(kit.Body("behind"), win))
	win.Resize(fyne.NewSize(1280, 800))
	w := &world{store: cache.New(), marks: &marks{alias: map[access.Ref]string{}, colour: map[access.Ref]int{}}}
	w.env = page.Env{Window: win, Words: locales.For(lang), Now: time.Now, Go: func(work func()) { work() }}
	w.store.PutIdentity(cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example", Name: "H"}})
	list := []access.Summary{{Ref: ref("bakery"), Name: "Boulangerie Chez Marcel", Role: access.Owner}, {Ref: ref("photo"), Name: "Marcel Fortin Photographe", Role: access.Member}}
	for i := range accounts {
		list = append(list, access.Summary{Ref: ref(fmt.Sprint(i)), Name: fmt.Sprintf("Compte %03d", i), Role: access.Member})
	}
	w.store.PutAccounts("i", list)
	w.store.PutSnapshot(access.Snapshot{Ref: ref("bakery"), Account: access.Account{Name: "Boulangerie Chez Marcel"}, Me: access.Membership{Role: access.Owner},
		Contacts: []access.Contact{contact("Léa Dubois", "lea@studio.example"), contact("Soutien TI", "ti@chezmarcel.example")}}, time.Now())
	w.store.PutSnapshot(access.Snapshot{Ref: ref("photo"), Account: access.Account{Name: "Marcel Fortin Photographe"},
		Contacts: []access.Contact{contact("Léa Dubois", "Lea@Studio.example")}}, time.Now())
	w.finder = switcher.NewFinder(w.env, w.store, w.marks)
	w.show()
	return w
}

func (w *world) show() {
	w.palette = switcher.Show(w.env, switcher.Config{
		Finder: w.finder, Marks: w.marks, Store: w.store, Current: ref("bakery"),
		Actions:     []switcher.Action{{ID: "invite", Title: "Inviter un utilisateur", Keywords: []string{"accès"}, Shortcut: "Ctrl I", Do: func() { w.opened = append(w.opened, "invite") }}},
		OpenAccount: func(r access.Ref) { w.opened = append(w.opened, "account "+r.Account) },
		Elsewhere:   func(r access.Ref) bool { return r == ref("photo") },
		OpenPerson:  func(r access.Ref, key string) { w.opened = append(w.opened, "person "+key+" in "+r.Account) },
	})
}

func (w *world) typed(s string) { test.Type(w.env.Window.Canvas().Focused(), s) }

func (w *world) texts() string {
	return strings.Join(shot.Texts(w.env.Window.Canvas().Overlays().Top()), "\n")
}

func (w *world) did(t *testing.T, want string) {
	t.Helper()
	if len(w.opened) == 0 || w.opened[len(w.opened)-1] != want || w.palette.Shown() {
		t.Errorf("did %v (palette open: %v), want %s", w.opened, w.palette.Shown(), want)
	}
}

func TestTypingAndEnterOpensTheOtherAccountNotThePresentOne(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("MARCEL")
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "account photo")
}

func TestAccentsAndOrderOfWordsDoNotMatter(t *testing.T) {
	w := open(t, "fr", 40)
	w.typed("dubois lea")
	if !strings.Contains(w.texts(), "Léa Dubois") {
		t.Errorf("finds %s", w.texts())
	}
}

func TestAPersonOfSeveralAccountsIsAskedForAndEscapeGoesBack(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("lea")
	shot.Press(w.env.Window, fyne.KeyReturn)
	if !w.palette.Shown() || !strings.Contains(w.texts(), strings.ToUpper("Léa Dubois\u00a0: dans 2")) {
		t.Fatalf("does not list the accounts of Léa:\n%s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyEscape)
	if !w.palette.Shown() {
		t.Fatal("Escape closed the palette instead of going back to what was found")
	}
	shot.Press(w.env.Window, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	w.did(t, "person lea@studio.example in photo")
}

func TestAPersonOfOneAccountOpensThere(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("soutien")
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "person ti@chezmarcel.example in bakery")
}

func TestActionsAreFoundByOtherWordsToo(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("acces")
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "invite")
}

func TestArrowsSkipHeadingsAndTheListWorksByMouse(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("marcel")
	shot.Press(w.env.Window, fyne.KeyUp) // from the other account up to the present one
	shot.Press(w.env.Window, fyne.KeyUp) // a heading is no place to be
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "account bakery")
	w.show()
	w.typed("photo")
	if !shot.Tap(w.env.Window, line(w, "Marcel Fortin")) {
		t.Fatalf("no such row:\n%s", w.texts())
	}
	w.did(t, "account photo")
}

// line is the text of the row that begins so.
func line(w *world, begins string) string {
	for _, l := range strings.Split(w.texts(), "\n") {
		if strings.HasPrefix(l, begins) {
			return l
		}
	}
	return ""
}

func TestWithoutAQueryRecentsAndFavouritesStandOnTopAndStayInTheList(t *testing.T) {
	w := open(t, "fr", 40)
	w.palette.Hide()
	w.marks.recent = []access.Ref{ref("17"), ref("bakery")}
	w.marks.favourite = []access.Ref{ref("photo")}
	w.show()
	text := w.texts()
	order := []string{"RÉCENTS", "Compte 017", "FAVORIS", "Marcel Fortin", "COMPTES", "Boulangerie Chez Marcel"}
	at := -1
	for _, s := range order {
		i := strings.Index(text, s)
		if i <= at {
			t.Fatalf("%q is not where it belongs in:\n%s", s, text)
		}
		at = i
	}
}

func TestNothingFoundIsSaid(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("zzz")
	if !strings.Contains(w.texts(), "zzz") {
		t.Errorf("says %s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyReturn)
	if len(w.opened) != 0 {
		t.Errorf("Enter on nothing did %v", w.opened)
	}
	shot.Press(w.env.Window, fyne.KeyEscape)
	if w.palette.Shown() {
		t.Error("Escape does not close")
	}
}

func TestWhatArrivesWhileOpenIsFound(t *testing.T) {
	w := open(t, "fr", 0)
	w.store.PutSnapshot(access.Snapshot{Ref: ref("photo"), Account: access.Account{Name: "Marcel Fortin Photographe"}, Contacts: []access.Contact{contact("Zoé Roy", "zoe@roy.example")}}, time.Now())
	w.typed("zoe")
	if !strings.Contains(w.texts(), "Zoé Roy") {
		t.Errorf("finds %s", w.texts())
	}
}

func TestAnAliasAndAColourAreKept(t *testing.T) {
	w := open(t, "fr", 0)
	w.palette.Hide()
	saved := false
	switcher.Mark(w.env, w.marks, ref("bakery"), "Boulangerie Chez Marcel", func() { saved = true })
	w.typed("Le pain")
	shot.Press(w.env.Window, fyne.KeyReturn)
	if !saved || w.marks.alias[ref("bakery")] != "Le pain" {
		t.Fatalf("saved %v: %v", saved, w.marks.alias)
	}
	w.finder.Renamed()
	w.show()
	w.typed("pain")
	if !strings.Contains(w.texts(), "Le pain") {
		t.Errorf("not found by its alias:\n%s", w.texts())
	}
}

func TestThePaletteIsNotCut(t *testing.T) {
	for _, lang := range locales.Languages() {
		w := open(t, lang, 40)
		w.env.Window.Resize(fyne.NewSize(1024, 640))
		if cut := shot.CutLabels(w.env.Window); len(cut) > 0 {
			t.Errorf("%s: %q", lang, cut)
		}
	}
}

func TestWhatIsSelectedStaysWhenMoreArrives(t *testing.T) {
	w := open(t, "fr", 40)
	w.palette.Hide()
	var later []func()
	w.env.Go = func(work func()) { later = append(later, work) }
	w.finder = switcher.NewFinder(w.env, w.store, w.marks)
	w.show()
	if !strings.Contains(w.texts(), "Compte 003") {
		t.Fatalf("the accounts are not there at once:\n%s", w.texts())
	}
	w.typed("compte 01")
	shot.Press(w.env.Window, fyne.KeyDown, fyne.KeyDown)
	w.store.PutAccounts("j", []access.Summary{{Ref: access.Ref{Identity: "j", Account: "new"}, Name: "Compte 01", Role: access.Owner}})
	for len(later) > 0 {
		work := later[0]
		later = later[1:]
		work()
	}
	if !strings.Contains(w.texts(), "Compte 01\n") && !strings.Contains(w.texts(), "Compte 01 ") {
		t.Errorf("the new account is not there:\n%s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "account 12")
}

func TestADotStandsByAnAccountThatChangedElsewhere(t *testing.T) {
	w := open(t, "fr", 0)
	for _, line := range strings.Split(w.texts(), "\n") {
		if strings.Contains(line, "propriétaire") && strings.Contains(line, "●") || strings.Contains(line, "Photographe") && !strings.Contains(line, "●") {
			t.Errorf("it says %q", line)
		}
	}
	if !strings.Contains(w.texts(), "●") {
		t.Errorf("it says %s", w.texts())
	}
}

func TestThatMoreWasFoundIsSaidAndShown(t *testing.T) {
	w := open(t, "fr", 40)
	w.typed("compte")
	if !strings.Contains(w.texts(), "COMPTES\u00a0: 12 SUR 40") {
		t.Fatalf("says %s", w.texts())
	}
	for range 12 {
		shot.Press(w.env.Window, fyne.KeyDown)
	}
	if !strings.Contains(w.texts(), "Montrer aussi les 28 autres comptes") || strings.Contains(w.texts(), "Compte 012") {
		t.Fatalf("says %s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyReturn)
	if !w.palette.Shown() || strings.Contains(w.texts(), "Montrer aussi") || !strings.Contains(w.texts(), "Compte 012") {
		t.Fatalf("does not show the others: %s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "account 12")
}

func TestThatMorePeopleWereFoundIsSaid(t *testing.T) {
	w := open(t, "en", 0)
	var many []access.Contact
	for i := range 9 {
		many = append(many, contact(fmt.Sprintf("Zoé %d", i), fmt.Sprintf("zoe%d@roy.example", i)))
	}
	w.store.PutSnapshot(access.Snapshot{Ref: ref("photo"), Account: access.Account{Name: "Marcel Fortin Photographe"}, Contacts: many}, time.Now())
	w.typed("zoe")
	for range 8 {
		shot.Press(w.env.Window, fyne.KeyDown)
	}
	if !strings.Contains(w.texts(), "Show 1 more person") {
		t.Errorf("says %s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyReturn, fyne.KeyReturn)
	w.did(t, "person zoe8@roy.example in photo")
}

func TestThePresentAccountIsChosenWhereItAloneIsMeant(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("boulangerie")
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "account bakery")
}

func TestAccountsOfSeveralSignInsAreToldApart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		other cache.Identity
		want  []string // after the name of each host
	}{
		{"another host", cache.Identity{Host: access.Host{URL: "https://n.example", Name: "Nuage"}}, []string{"· H\n", "· Nuage\n"}},
		{"another host of the same name", cache.Identity{Host: access.Host{URL: "https://n.example:8443", Name: "H"}}, []string{"· H (h.example)", "· H (n.example:8443)"}},
		{"another person at the same host", cache.Identity{Host: access.Host{URL: "https://h.example", Name: "H"}, Me: access.Me{Email: "b@b.example"}}, []string{"· H (a@a.example)", "· H (b@b.example)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := open(t, "fr", 0)
			w.palette.Hide()
			w.store.PutIdentity(cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example", Name: "H"}, Me: access.Me{Email: "a@a.example"}})
			tt.other.ID = "j"
			w.store.PutIdentity(tt.other)
			w.store.PutAccounts("j", []access.Summary{{Ref: access.Ref{Identity: "j", Account: "other"}, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
			w.show()
			w.typed("boulangerie")
			for _, want := range tt.want {
				if !strings.Contains(w.texts()+"\n", want) {
					t.Errorf("%q is not in %s", want, w.texts())
				}
			}
		})
	}
}

func TestAnActionCalledByItsNameComesBeforeWhatHasItsLettersSomewhere(t *testing.T) {
	w := open(t, "fr", 0)
	w.store.PutSnapshot(access.Snapshot{Ref: ref("photo"), Account: access.Account{Name: "Marcel Fortin Photographe"},
		Contacts: []access.Contact{contact("Igor Navit", "igor.navit@roy.example")}}, time.Now())
	w.typed("invit")
	if !strings.Contains(w.texts(), "Igor Navit") {
		t.Fatalf("the letters of Igor Navit are not found: %s", w.texts())
	}
	shot.Press(w.env.Window, fyne.KeyReturn)
	w.did(t, "invite")
}

// Of accounts that one only uses, the users are not shown: that nobody is found there does not say that nobody is.
func TestThatNotEverybodyCanBeFoundIsSaidWhereFewAre(t *testing.T) {
	const hidden = "4 comptes dont vous n'êtes qu'utilisateur ne montrent pas toutes leurs personnes."
	for _, tt := range []struct {
		about, query string
		people       int // beside the two there are, called so
		says         bool
	}{
		{"nobody at all", "zzz", 0, true},
		{"nobody of that address", "compte@", 0, true},
		{"few people", "lea", 0, true},
		{"many people", "lea", 3, false},
		{"an account in whose addresses its name is", "marcel", 0, false},
		{"an account", "compte", 0, false},
		{"an action", "inviter", 0, false},
		{"nothing in particular", "", 0, false},
	} {
		t.Run(tt.about, func(t *testing.T) {
			w := open(t, "fr", 3)
			s, _, _ := w.store.Snapshot(ref("bakery"))
			for i := range 5 { // have its letters
				s.Contacts = append(s.Contacts, contact("Luc Bérard", fmt.Sprintf("luc%d@studio.example", i)))
			}
			for i := range tt.people {
				s.Contacts = append(s.Contacts, contact(fmt.Sprint("Léa ", i), fmt.Sprintf("lea%d@studio.example", i)))
			}
			w.store.PutSnapshot(s, time.Now())
			w.palette.Hide()
			w.show()
			w.typed(tt.query)
			if got := strings.Contains(w.texts(), hidden); got != tt.says {
				t.Errorf("it is said: %v\n%s", got, w.texts())
			}
		})
	}
	w := open(t, "fr", 0)
	w.store.PutAccounts("i", []access.Summary{{Ref: ref("bakery"), Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	w.typed("zzz")
	if strings.Contains(w.texts(), "utilisateur ne montre") {
		t.Errorf("who owns all accounts is told that %s", w.texts())
	}
}

func TestThatNotEverybodyCanBeFoundIsSaidAlsoOfOnePersonsAccounts(t *testing.T) {
	w := open(t, "fr", 0)
	w.typed("lea")
	shot.Press(w.env.Window, fyne.KeyReturn)
	if !strings.Contains(w.texts(), "1 compte dont vous n'êtes qu'utilisateur ne montre pas toutes ses personnes.") {
		t.Errorf("says %s", w.texts())
	}
	if cut := shot.CutLabels(w.env.Window); len(cut) > 0 {
		t.Errorf("cut: %q", cut)
	}
}

package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	book "concierge/app/directory"
	"concierge/app/trouble"
	"concierge/views/directory"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// opened is the screen in a world of several accounts.
type opened struct {
	*viewtest.World
	t      *testing.T
	page   *directory.Page
	went   []string // to which other screens
	memory directory.Memory
	with   func(*directory.Go)
}

var wide, narrow = fyne.NewSize(1056, 744), fyne.NewSize(800, 584)

// ref is an account of the signed-in person.
func ref(id string) access.Ref { return access.Ref{Identity: viewtest.Ref.Identity, Account: id} }

// put adds an account to the list, with its people when there are any.
func put(w *viewtest.World, s access.Snapshot, name string) {
	list := slices.Clone(w.Store.Accounts(s.Ref.Identity))
	if !slices.ContainsFunc(list, func(a access.Summary) bool { return a.Ref == s.Ref }) {
		list = append(list, access.Summary{Ref: s.Ref, Name: name, Role: s.Me.Role, Revision: s.Revision})
	}
	w.Store.PutAccounts(s.Ref.Identity, list)
	s.Account.Name = name
	w.Store.PutSnapshot(s, viewtest.Now)
}

func owned(id string, users ...access.User) access.Snapshot {
	s := viewtest.Snapshot()
	return access.Snapshot{Ref: ref(id), Revision: "1", Me: s.Me, Users: append([]access.User{s.Users[0]}, users...)}
}

// agency is the account of the drawings, a garage whose bookkeeper is overdue, an account of somebody else, and one that has not
// been received.
func agency(w *viewtest.World) {
	put(w, viewtest.Snapshot(), "Boulangerie Chez Marcel")
	sam := viewtest.Snapshot().Users[1]
	sam.EndsAt = viewtest.Now.AddDate(0, 0, -3)
	put(w, owned("garage", sam), "Garage Lavoie")
	put(w, access.Snapshot{Ref: ref("nord"), Revision: "1", Me: access.Membership{UserID: "u1", Role: access.Member, Permissions: []access.Permission{access.Contacts}},
		Contacts: []access.Contact{{ID: "c9", FirstName: "Marcel", LastName: "Roy", Email: "roy@livraison.example"}}}, "Studio Nord")
	w.Store.PutAccounts(viewtest.Ref.Identity, append(slices.Clone(w.Store.Accounts(viewtest.Ref.Identity)), access.Summary{Ref: ref("zoo"), Name: "Zoo"}))
}

func open(t *testing.T, size fyne.Size, prepare func(o *opened)) *opened {
	t.Helper()
	test.NewTempApp(t)
	o := &opened{World: viewtest.New(viewtest.Config{Size: size}), t: t}
	agency(o.World)
	if prepare != nil {
		prepare(o)
	}
	t.Cleanup(func() { o.Window.Close() })
	o.enter()
	return o
}

// enter goes to the screen, as the shell does.
func (o *opened) enter() {
	went := func(where string) { o.went = append(o.went, where) }
	goTo := directory.Go{
		Person:  func(r access.Ref, key string) { went(r.Account + " " + key) },
		People:  func() { went("people") },
		Refresh: func() { went("refresh") }, Export: func() { went("export") },
		ExportPerson: func(key, name string) { went("export " + key + " " + name) },
		Alias:        func(access.Ref) string { return "" }, Color: func(access.Ref) int { return 0 },
	}
	if o.with != nil {
		o.with(&goTo)
	}
	o.page = directory.New(o.Env, book.NewBook(o.Store), o.Store, goTo, &o.memory)
	o.t.Cleanup(o.page.Close)
	o.Open(o.page)
}

func (o *opened) sees(texts ...string) {
	o.t.Helper()
	for _, s := range texts {
		if !o.Sees(s) {
			o.t.Fatalf("%q is not to be seen in %q", s, o.Texts())
		}
	}
}

func (o *opened) hides(texts ...string) {
	o.t.Helper()
	for _, s := range texts {
		if o.Sees(s) {
			o.t.Fatalf("%q is to be seen in %q", s, o.Texts())
		}
	}
}

func TestEverybodyIsListedAndWhatIsNotKnownIsSaid(t *testing.T) {
	o := open(t, wide, nil)
	o.sees("8 personnes dans 3 comptes.", "D'un compte où vous n'êtes qu'utilisateur", "Un compte n'a pas encore été reçu",
		"Sam Gagnon", "2 comptes", "Marcel Roy", "Studio Nord", "Non visible", "En retard")
}

func TestAPersonIsShownInEveryAccountTheUrgentOneFirst(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("sam@cabinet.example")
	o.sees("Dans 2 comptes", "utilisateur (2) · contact (1)", "Peut payer les factures", "Reçoit : Facturation", "« impôts 2026 »")
	texts := o.Texts()
	garage, bakery := slices.Index(texts, "Garage Lavoie"), -1
	for i := len(texts) - 1; i >= 0 && bakery < 0; i-- { // beside the list
		if texts[i] == "Boulangerie Chez Marcel" {
			bakery = i
		}
	}
	if garage < 0 || bakery < garage {
		t.Errorf("what is overdue does not come first: %q", texts)
	}
	o.page.Select("roy@livraison.example")
	o.sees("Vous n'êtes qu'utilisateur de ces comptes", "Ne reçoit aucun courriel")
}

func TestEnterTwiceLeadsToThePersonInAnAccount(t *testing.T) {
	o := open(t, wide, nil)
	o.Type("sam")
	o.Press(fyne.KeyDown, fyne.KeyReturn)
	if o.Focused() != "Ouvrir, Garage Lavoie" {
		t.Fatalf("the keyboard is on %q", o.Focused())
	}
	o.Press(fyne.KeyReturn)
	if !slices.Equal(o.went, []string{"garage sam@cabinet.example"}) {
		t.Errorf("went to %q", o.went)
	}
	// Who comes back finds the person and the search as they were, once.
	o.enter()
	o.sees("Dans 2 comptes")
	o.hides("Marcel Roy")
	if in := o.Input(t, "Filtrer"); in.Text != "sam" {
		t.Errorf("the search holds %q", in.Text)
	}
	o.enter()
	o.sees("Marcel Roy")
	o.hides("Dans 2 comptes")
}

func TestAnUpdateKeepsWhatIsSearchedChosenAndScrolled(t *testing.T) {
	o := open(t, wide, func(o *opened) {
		var crowd []access.User
		for i := range 60 {
			crowd = append(crowd, access.User{ID: fmt.Sprint("x", i), FirstName: "Foule", LastName: fmt.Sprintf("%02d", i), Email: fmt.Sprintf("f%d@foule.example", i), Role: access.Member})
		}
		put(o.World, owned("foule", crowd...), "Foule inc.")
	})
	o.Type("foule")
	o.Press(fyne.KeyDown)
	for range 40 {
		o.Press(fyne.KeyDown)
	}
	at := o.Focused()
	o.sees("Foule 39")
	o.hides("Foule 00")
	sam := viewtest.Snapshot().Users[1]
	sam.ID, sam.FirstName, sam.LastName, sam.Email = "new", "Foule", "00 bis", "bis@foule.example"
	put(o.World, owned("zoo", sam), "Zoo")
	o.page.Update(t.Context())
	o.sees("Foule 39")
	o.hides("Foule 00", "Sam Gagnon")
	if o.Focused() != at || !strings.HasPrefix(at, "Foule 39") {
		t.Errorf("the keyboard is on %q, was on %q", o.Focused(), at)
	}
}

func TestTheCardIsNotDrawnAnewWhileNothingOfThePersonChanges(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("sam@cabinet.example")
	before := o.Button(t, "Ouvrir, Garage Lavoie")
	put(o.World, owned("zoo"), "Zoo")
	o.page.Update(t.Context())
	if o.Button(t, "Ouvrir, Garage Lavoie") != before {
		t.Error("it was drawn anew because another account arrived")
	}
	sam := viewtest.Snapshot().Users[1]
	sam.EndsAt = viewtest.Now.AddDate(0, 0, 5)
	put(o.World, owned("garage", sam), "Garage Lavoie")
	o.page.Update(t.Context())
	o.sees("fin dans 5 jours")
}

func TestAnAccountThatIsCalledOtherwiseIsShownSo(t *testing.T) {
	alias, marked := "", func() {}
	o := open(t, wide, func(o *opened) {
		o.with = func(g *directory.Go) {
			g.Alias = func(r access.Ref) string {
				if r == ref("garage") {
					return alias
				}
				return ""
			}
			g.Watch = func(changed func()) func() { marked = changed; return func() {} }
		}
	})
	o.page.Select("sam@cabinet.example")
	alias = "Le garage du coin"
	marked()
	o.page.Update(t.Context())
	o.sees("Le garage du coin")
}

func TestFacets(t *testing.T) {
	for _, c := range []struct {
		facet       book.Facet
		sees, hides string
	}{
		{book.SignIn, "Léa Dubois", "noe@studio.example"},
		{book.MailOnly, "Comptes à payer", "Marcel Roy"},
		{book.Invited, "expire dans 2 jours", "Sam Gagnon"},
		{book.Ending, "Sam Gagnon", "Léa Dubois"},
		{book.Several, "Marie Tremblay", "Léa Dubois"},
	} {
		t.Run(c.sees, func(t *testing.T) {
			o := open(t, wide, nil)
			o.page.Show(c.facet)
			o.sees(c.sees)
			o.hides(c.hides)
		})
	}
}

func TestWhoIsLookedForIsShownWhateverIsFiltered(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Show(book.Invited)
	o.Input(t, "Filtrer").SetText("noe")
	o.page.Select("lea@studio.example")
	o.sees("Léa Dubois", "Dans 1 compte")
}

func TestNobodyFoundSaysWhereElseThereIsSomebody(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Show(book.Invited)
	o.Input(t, "Filtrer").SetText("lea")
	o.sees("Personne ne correspond à", "il y en a dans le répertoire")
	o.Tap(t, "Chercher parmi toutes")
	o.sees("Léa Dubois")
	o.Input(t, "Filtrer").SetText("xyz")
	o.Tap(t, "Effacer le filtre")
	o.sees("Sam Gagnon")
}

func TestInASmallWindowThePersonTakesThePlaceOfTheList(t *testing.T) {
	o := open(t, narrow, nil)
	o.Type("sam")
	o.Press(fyne.KeyDown, fyne.KeyReturn)
	o.sees("Dans 2 comptes", "Toutes les personnes")
	o.page.Escape()
	o.hides("Dans 2 comptes")
	if !strings.HasPrefix(o.Focused(), "Sam Gagnon, sam@cabinet.example, 2 comptes, Utilisateur, Reçoit des courriels, En retard") {
		t.Errorf("back in the list the keyboard is on %q", o.Focused())
	}
}

func TestManyAccountsOfOnePersonComeBitByBit(t *testing.T) {
	o := open(t, wide, func(o *opened) {
		for i := range 30 {
			put(o.World, owned(fmt.Sprint("n", i)), fmt.Sprintf("Client %02d", i))
		}
	})
	o.page.Select("marie@chezmarcel.example")
	o.sees("Dans 33 comptes", "Il reste 13 comptes.")
	o.Window.Canvas().Focus(o.Button(t, "Afficher 13 autres comptes"))
	o.Press(fyne.KeyReturn)
	o.hides("Il reste")
	if got := o.Focused(); got != "Ouvrir, Client 19" {
		t.Errorf("the keyboard is on %q, not on the first that came", got)
	}
}

func TestWaysOutOfTheCard(t *testing.T) {
	o := open(t, wide, func(o *opened) {
		o.with = func(g *directory.Go) { g.LeaveAll = func(key string) { o.went = append(o.went, "leave "+key) } }
	})
	o.page.Select("sam@cabinet.example")
	o.Tap(t, "Exporter ses accès")
	o.Tap(t, "Retirer de tous les comptes")
	o.Tap(t, "Copier l'adresse")
	if !slices.Equal(o.went, []string{"export sam@cabinet.example Sam Gagnon", "leave sam@cabinet.example"}) {
		t.Errorf("%q", o.went)
	}
	if got := fyne.CurrentApp().Clipboard().Content(); got != "sam@cabinet.example" {
		t.Errorf("the clipboard holds %q", got)
	}
	o.page.Select("marie@chezmarcel.example")
	o.hides("Retirer de tous les comptes") // oneself
	o.page.Select("lea@studio.example")
	o.hides("Retirer de tous les comptes") // in one account there is Révoquer
}

func TestAnOrganisationThatAllowsNoFileSaysSo(t *testing.T) {
	o := open(t, wide, func(o *opened) { o.with = func(g *directory.Go) { g.NoExport = true } })
	o.page.Select("sam@cabinet.example")
	o.Tap(t, "Exporter ses accès")
	o.Tap(t, "Exporter pour un tableur")
	if len(o.went) > 0 {
		t.Errorf("%q", o.went)
	}
}

func TestWithoutTheSeamNobodyIsTakenOut(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("sam@cabinet.example")
	o.hides("Retirer de tous les comptes")
}

func TestWhatIsThereInsteadOfAList(t *testing.T) {
	none := func(o *opened) {
		list := o.Store.Accounts(viewtest.Ref.Identity)
		o.Store.PutAccounts(viewtest.Ref.Identity, nil)
		o.Store.PutAccounts(viewtest.Ref.Identity, list)
	}
	offline := &trouble.Trouble{Kind: trouble.Unreachable, Host: viewtest.Host().Name}
	status := func(o *opened, at time.Time) {
		o.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.At, st.Trouble = at, offline })
	}
	for _, c := range []struct {
		name        string
		prepare     func(*opened)
		sees, hides string
	}{
		{"one account: its people say it all", func(o *opened) {
			o.Store.PutAccounts(viewtest.Ref.Identity, o.Store.Accounts(viewtest.Ref.Identity)[:1])
		}, "Vous n'avez qu'un compte", "Sam Gagnon"},
		{"nothing has come yet", none, "Tout le monde, dans tous vos comptes.", "Réessayer"},
		{"nothing can come", func(o *opened) { none(o); status(o, time.Time{}) }, "Impossible de joindre", "Sam Gagnon"},
		{"one account failed while another is on its way", func(o *opened) {
			none(o)
			o.Store.SetStatus(ref("zoo"), func(st *cache.Status) { st.Trouble = offline })
			o.Store.SetStatus(ref("nord"), func(st *cache.Status) { st.Busy = true })
		}, "Tout le monde, dans tous vos comptes.", "Réessayer"},
		{"without a connection what is known stays, and since when", func(o *opened) { status(o, viewtest.Now.Add(-25*time.Minute)) },
			"Voici les personnes connues à 13 h 37", "Impossible"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := open(t, wide, c.prepare)
			o.sees(c.sees)
			o.hides(c.hides)
		})
	}
}

func TestHostsAreNamedWhereThereAreSeveral(t *testing.T) {
	o := open(t, wide, nil)
	o.page.Select("sam@cabinet.example")
	o.hides("Hébergement Exemple")
	there := viewtest.Host()
	there.URL, there.Name = "https://nuage.example", "Nuage Boréal"
	o.Store.PutIdentity(cache.Identity{ID: "agence", Host: there, Me: access.Me{Email: "marie@agence.example"}})
	s := owned("1", viewtest.Snapshot().Users[1])
	s.Ref.Identity = "agence"
	put(o.World, s, "Auberge")
	o.page.Update(t.Context())
	o.sees("Hébergement Exemple", "Nuage Boréal", "Dans 3 comptes")
}

func TestNothingIsCut(t *testing.T) {
	look := func(name string, prepare func(*viewtest.World, *directory.Page)) {
		viewtest.Looks(t, "directory-"+name, viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
			agency(w)
			p := directory.New(w.Env, book.NewBook(w.Store), w.Store, directory.Go{LeaveAll: func(string) {},
				Alias: func(access.Ref) string { return "" }, Color: func(access.Ref) int { return 0 }}, nil)
			t.Cleanup(p.Close)
			w.Open(p)
			prepare(w, p)
		})
	}
	look("list", func(*viewtest.World, *directory.Page) {})
	look("person", func(_ *viewtest.World, p *directory.Page) { p.Select("sam@cabinet.example") })
	look("invited", func(_ *viewtest.World, p *directory.Page) { p.Show(book.Invited) })
	look("none", func(_ *viewtest.World, p *directory.Page) { p.Show(book.Several) })
}

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/overview"
	"concierge/views/page"
	"concierge/views/shell"
	"concierge/views/switcher"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// window is one of 1280 by 800 without a screen.
func window() fyne.Window {
	app := test.NewApp()
	app.Settings().SetTheme(kit.NewTheme(kit.Light, 1))
	w := test.NewWindow(nil)
	w.SetPadded(false)
	return w
}

// environment of screens whose work is done on this goroutine, so that it can be measured.
func environment(w fyne.Window) page.Env {
	return page.Env{Window: w, Words: locales.For("fr"), Now: time.Now, Go: func(work func()) { work() }}
}

func show(w fyne.Window, o fyne.CanvasObject) {
	w.SetContent(kit.WithTips(o, w))
	w.Resize(fyne.NewSize(1280, 800))
}

func draw(w fyne.Window) { w.Canvas().Capture() }

// none is what a person marked: nothing.
type none struct{}

func (none) Alias(access.Ref) string       { return "" }
func (none) SetAlias(access.Ref, string)   {}
func (none) Colour(access.Ref) int         { return 3 }
func (none) SetColour(access.Ref, int)     {}
func (none) Favourite(access.Ref) bool     { return false }
func (none) SetFavourite(access.Ref, bool) {}
func (none) Favourites() []access.Ref      { return nil }
func (none) Recents() []access.Ref         { return nil }

// typed is what people type to find somebody or something.
var typed = []string{"marcel", "tremblay marie", "lea dubois", "boulangerie roy", "client99", "info@client5", "zoe", "garage", "bouch", "jean-francois", "noe cote", "épicerie", "xyz", "e", "a", "invit"}

// palette types letter by letter into the open palette and waits for the rows of each letter.
func palette(config) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	store := town()
	win := window()
	defer win.Close()
	env := environment(win)
	show(win, kit.Body(""))
	finder := switcher.NewFinder(env, store, none{})
	actions := []switcher.Action{{ID: "invite", Title: "Inviter un utilisateur"}, {ID: "people", Title: "Personnes"}}
	at := store.Accounts("")[500].Ref
	var index, rows, search, frames, everything watch
	index.time(func() { finder.Index(nil) })
	p := switcher.Show(env, switcher.Config{Finder: finder, Marks: none{}, Store: store, Current: at, Actions: actions,
		OpenAccount: func(access.Ref) {}, OpenPerson: func(access.Ref, string) {}})
	defer p.Hide()
	input, ok := win.Canvas().Focused().(*kit.Input)
	if !ok {
		return errors.New("the palette's field does not have the keyboard")
	}
	searched := finder.Index(nil)
	here := access.Context{Current: at}
	for round := range 8 {
		for _, query := range typed {
			letters := []rune(query)
			for n, r := range letters {
				rows.time(func() { input.TypedRune(r) })
				if n%4 == 0 && round == 0 {
					frames.time(func() { draw(win) })
				}
			}
			everything.time(func() { input.SetText("") })
			for n := range letters {
				search.time(func() { searched.Search(string(letters[:n+1]), 12, here) })
			}
			searched.Search("", 1, here) // the next query continues nothing
		}
	}
	report("palette.keystroke", percentile(rows.took, 95), "ms", 16, rows.of(),
		fmt.Sprintf("p95 from a letter typed into Ctrl+K to the new rows laid out, over %d accounts and %d people", accounts, accounts*people))
	report("palette.search", percentile(search.took, 95), "ms", 16, search.of(), "p95 of the search alone, without widgets")
	report("palette.everything", percentile(everything.took, 95), "ms", 0, everything.of(), "p95 of listing every account, as the palette does when it opens")
	report("palette.frame", percentile(frames.took, 50), "ms", 0, frames.of(), "median of drawing the window with the open palette by software; in the application the graphics card draws")
	report("palette.index", percentile(index.took, 50), "ms", 0, index.of(), "making the index of all of them once, away from the window")
	return nil
}

// desk has no edits.
type desk struct{}

func (desk) Undo(string) error     { return nil }
func (desk) UndoPlan(string) error { return nil }
func (desk) SendNow(string) error  { return nil }
func (desk) Retry(string) error    { return nil }
func (desk) Drop(string) error     { return nil }
func (desk) List() []change.Change { return nil }

// switching goes from account to account, each known and not shown before.
func switching(config) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	store := town()
	win := window()
	defer win.Close()
	env := environment(win)
	edits := change.NewDesk(change.Config{})
	env.Signals = page.Signals{Accounts: &store.AccountChanged, Lists: &store.ListChanged, Changes: &edits.Changed}
	s := newShell(env, store)
	defer s.Close()
	show(win, s.Object())
	list := store.Accounts("")
	var shown, painted watch
	for i := range 160 {
		if i == 10 { // the first ones make fonts and icons
			shown, painted = watch{}, watch{}
		}
		painted.time(func() {
			shown.time(func() { s.Open(shell.Route{Screen: shell.Overview, Account: list[i*6].Ref}) })
			draw(win)
		})
	}
	report("switch.shown", percentile(shown.took, 95), "ms", 100, shown.of(), "p95 from choosing a known account to its overview laid out, without drawing")
	report("switch.painted", percentile(painted.took, 95), "ms", 100, painted.of(), "the same with the frame drawn by software, in 1280x800; in the application the graphics card draws")
	return nil
}

func newShell(env page.Env, store *cache.Store) *shell.Shell {
	screens := map[shell.Screen]shell.Maker{shell.Overview: func(env page.Env, r shell.Route) page.Page {
		return overview.New(env, r.Account, store, overview.Go{Activity: func(context.Context) error { return nil }})
	}}
	nothing := func() {}
	ref := func(access.Ref) {}
	id := func(string) {}
	return shell.New(shell.Config{
		Env: env, Store: store, Desk: desk{}, Screens: screens, Alias: none{}.Alias, Color: none{}.Colour,
		Actions: shell.Actions{Palette: nothing, Invite: ref, AddContact: ref, Refresh: ref, SignOut: id, AddIdentity: nothing, OtherLang: nothing, Mailbox: id,
			Conflict: func(change.Change) {}, Quit: nothing},
	})
}

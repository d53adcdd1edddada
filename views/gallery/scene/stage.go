// Package scene sets up every screen of the application on sample data, as a person would come to it: the real window
// with its frame, store, desk and settings, a host that answers as the scene says, and a clock that stands still. The
// gallery draws the scenes, and tests look for what a person would complain about. Only they use it.
package scene

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/diagnostics"
	"concierge/app/lock"
	"concierge/app/settings"
	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/assets/locales"
	"concierge/views"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/page"
	"concierge/views/shell"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
)

// Config says how a scene is to look.
type Config struct {
	Lang     string // "fr", "en"
	Dark     bool
	TextSize int // percent
	Size     fyne.Size
}

// Stage is what a scene plays on. Its methods belong to the goroutine that made it.
type Stage struct {
	*viewtest.World
	T        testing.TB
	Config   Config
	Core     *app.Core
	Settings *settings.Store
	View     *views.Window

	with    func(*views.Config) // what the window is given besides; nil: nothing
	dir     string
	diary   *diagnostics.Diary
	journal *timeless        // of an application that was closed in the middle of something; nil: there is none
	answer  *trouble.Trouble // of the host, to whoever asks
	passed  time.Duration    // since the scene began
	closed  *trouble.Trouble // what the keyring says to whoever asks; nil when it gives what it has
}

// undoDelay is how long a destructive Change waits; the picture is made long before.
const undoDelay = 8 * time.Second

// Play sets the stage and plays a scene on it. It needs an app of the test driver. Close the stage afterwards.
func Play(t testing.TB, sc Scene, cfg Config) *Stage {
	t.Helper()
	page.UpdateAtOnce()
	dir, err := os.MkdirTemp("", "concierge-scene-")
	if err != nil {
		t.Fatalf("no folder for the scene: %v", err)
	}
	s := &Stage{T: t, Config: cfg, dir: dir, answer: &trouble.Trouble{Kind: trouble.Unreachable, Host: Host().Name}}
	quiet := slog.New(slog.DiscardHandler)
	s.core(quiet)
	if sc.Prepare != nil {
		sc.Prepare(s)
	}
	chosen, told := settings.Open(filepath.Join(dir, "settings.json"), quiet)
	if told != nil {
		t.Fatalf("settings: %v", told)
	}
	s.Settings = chosen
	s.choose()
	with := views.Config{
		App: fyne.CurrentApp(), Core: s.Core, Settings: chosen, SystemLanguage: cfg.Lang, Sample: true, Log: quiet,
		Folder: "/home/marie/.config/Concierge", Version: "1.0.0",
		Now: func() time.Time { return viewtest.Now.Add(s.passed) },
		Go:  func(work func()) { work() },
		After: func(_ time.Duration, late func()) func() { // nothing goes by itself in a picture
			if sc.Late {
				late()
			}
			return func() {}
		},
	}
	if s.with != nil {
		s.with(&with)
	}
	s.View = views.New(with)
	s.Window = s.View.Fyne()
	s.Window.Resize(cfg.Size)
	s.Env = page.Env{Window: s.Window, Words: locales.For(cfg.Lang), Now: func() time.Time { return viewtest.Now }, Go: func(work func()) { work() }}
	sc.Do(s)
	s.Settle()
	return s
}

// core is the application without its host: what it would have fetched is there already.
func (s *Stage) core(log *slog.Logger) {
	identities := filepath.Join(s.dir, "identities.json")
	if err := os.WriteFile(identities, signIns(), 0o600); err != nil {
		s.T.Fatalf("identities: %v", err)
	}
	c := app.New(app.Config{
		IdentitiesFile: identities, Folder: filepath.Join(s.dir, "not-there"), Vault: keyring{vault.Session(), s}, Log: log,
		Language: func() string { return s.Config.Lang },
	})
	if err := c.SignIn.Restore(context.Background()); err != nil {
		s.T.Fatalf("sign-ins: %v", err)
	}
	c.Sync.Close()
	c.Sync = syncer.New(syncer.Config{Store: c.Store, For: func(string) (syncer.API, string, error) {
		return nil, "", s.answer
	}})
	script := &viewtest.Script{}
	c.Desk = change.NewDesk(change.Config{Sender: script, Refresh: func(context.Context, access.Ref) error { return nil }, UndoDelay: undoDelay})
	s.Core, s.World = c, &viewtest.World{Store: c.Store, Desk: c.Desk, Script: script}
	c.Store.PutIdentity(cache.Identity{ID: viewtest.Ref.Identity, Host: Host(), Me: Me(), Status: cache.Status{At: viewtest.Now}})
	c.Store.PutAccounts(viewtest.Ref.Identity, Accounts())
	for _, snap := range Snapshots() {
		c.Store.PutSnapshot(snap, viewtest.Now)
	}
	c.Store.PutActivity(viewtest.Ref, cache.Record{List: Activity()})
}

// choose makes the settings of somebody who has used the application for a while.
func (s *Stage) choose() {
	c := s.Settings
	c.SetLanguage(s.Config.Lang)
	c.SetTheme(settings.Light)
	if s.Config.Dark {
		c.SetTheme(settings.Dark)
	}
	c.SetTextSize(max(s.Config.TextSize, 100))
	list := Accounts()
	for _, i := range []int{7, 3, 2, 1} {
		c.Visit(list[i].Ref)
	}
	c.SetColour(viewtest.Ref, 3)
	c.SetFavourite(viewtest.Ref, true)
	c.SetFavourite(list[2].Ref, true)
	c.SetAlias(list[4].Ref, "Nord (site en cours)")
}

// keyring has the secret of the sample person, and is locked for the others.
type keyring struct {
	*vault.Memory
	of *Stage
}

func (k keyring) Get(_ context.Context, id string) (string, error) {
	if k.of.closed != nil {
		return "", k.of.closed
	}
	if id == viewtest.Ref.Identity {
		return "sample", nil
	}
	return "", &trouble.Trouble{Kind: trouble.KeyringRefused}
}

// signIns is a file of two identities, one of which waits for the keyring.
func signIns() []byte {
	type record map[string]any
	data, err := json.Marshal(record{"version": 1, "identities": []record{
		{"id": viewtest.Ref.Identity, "hostUrl": Host().URL, "hostName": Host().Name, "sample": true, "issuer": Host().URL, "clientId": "c", "personId": "u1",
			"name": Me().Name(), "email": Me().Email, "lastUsedAt": viewtest.Now},
		{"id": "agence", "hostUrl": "https://nuage.example", "hostName": "Nuage Boréal", "issuer": "https://nuage.example", "clientId": "c", "personId": "p9",
			"name": "Marie Tremblay", "email": "marie@agence.example", "lastUsedAt": viewtest.Now.AddDate(0, 0, -3)},
	}})
	if err != nil {
		panic(err) // of texts alone: cannot happen
	}
	return data
}

// Go opens a screen of the sample account.
func (s *Stage) Go(screen shell.Screen, arg string) {
	s.T.Helper()
	s.View.Open(shell.Route{Screen: screen, Account: viewtest.Ref, Arg: arg})
	s.Settle()
}

// Away hands what is done away from the UI goroutine to run, which else is done at once; while a scene is prepared.
func (s *Stage) Away(run func(work func())) {
	s.with = func(cfg *views.Config) { cfg.Go = run }
}

// Settle lets layouts react to what has changed.
func (s *Stage) Settle() {
	shot.Settle(s.Window)
}

// Press taps what says the text of a key: a button, a box, a line of a menu.
func (s *Stage) Press(key string, data ...any) {
	s.T.Helper()
	s.PressText(s.Env.Words.T(key, data...))
}

// PressText taps what begins with a text.
func (s *Stage) PressText(text string) {
	s.T.Helper()
	s.Tap(s.T, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text))
	s.Settle()
}

// Find does what the palette finds by the text of a key.
func (s *Stage) Find(key string, data ...any) {
	s.T.Helper()
	s.Press("shell.search")
	s.Type(s.Env.Words.T(key, data...))
	s.World.Press(fyne.KeyReturn)
	s.Settle()
}

// Quit ends the application as the menu bar does.
func (s *Stage) Quit() {
	s.T.Helper()
	for _, menu := range s.Window.MainMenu().Items {
		for _, item := range menu.Items {
			if item.IsQuit {
				item.Action()
				s.Settle()
				return
			}
		}
	}
	s.T.Fatal("the menu bar has no way to quit")
}

// Close ends the scene and removes what it wrote.
func (s *Stage) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s.Core.Close(ctx)
	if err := s.Settings.Close(); err != nil {
		s.T.Errorf("settings: %v", err)
	}
	kit.Forget(s.Window)
	s.Window.Close()
	if s.diary != nil {
		if err := s.diary.Close(); err != nil {
			s.T.Errorf("log: %v", err)
		}
	}
	if err := os.RemoveAll(s.dir); err != nil {
		s.T.Errorf("folder of the scene: %v", err)
	}
}

// Pass lets time pass without anybody there.
func (s *Stage) Pass(d time.Duration) {
	for end := s.passed + d; s.passed < end; {
		s.passed += lock.Every
		s.View.LookAtClock()
	}
	s.Settle()
}

// CloseKeyring makes the keyring refuse what it is asked from now on; nil opens it again.
func (s *Stage) CloseKeyring(why *trouble.Trouble) { s.closed = why }

// Title is a scene's name with how it looks, for files and tests: people-fr-light-1280.
func (c Config) Title(name string) string {
	look := "light"
	if c.Dark {
		look = "dark"
	}
	title := fmt.Sprintf("%s-%s-%s-%.0f", name, c.Lang, look, c.Size.Width)
	if c.TextSize > 100 {
		title += fmt.Sprintf("-%d", c.TextSize)
	}
	return title
}

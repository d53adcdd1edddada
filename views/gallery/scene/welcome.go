package scene

import (
	"context"
	"errors"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/kit/shot"
	"concierge/views/lock"
	"concierge/views/page"
	"concierge/views/second"
	"concierge/views/viewtest"
	"concierge/views/welcome"

	"fyne.io/fyne/v2"
)

// Entry is one picture of the screen before any account.
type Entry struct {
	Name  string
	known []welcome.Known
	press string // what the person presses
	host  string // what they typed
	set   bool   // by the organisation
	begin func() (welcome.Attempt, error)
	lock  lock.Way                                                 // the cover, when it is not the sign-in screen
	small func(*locales.Words) (fyne.CanvasObject, fyne.Focusable) // a window of its own instead
}

// Entries are the states of signing in.
func Entries() []Entry {
	return []Entry{
		{Name: "welcome"},
		{Name: "welcome-host-set", host: "clients.cabinet-lavoie.example", set: true},
		{Name: "welcome-known", known: []welcome.Known{{Identity: "agence", Name: "Marie Tremblay", Email: "marie@agence.example", Host: "Nuage Boréal",
			HostURL: "https://nuage.example", Trouble: &trouble.Trouble{Kind: trouble.KeyringLocked}}}},
		{Name: "welcome-waiting", press: "welcome.continue", host: "espace.exemple.example",
			begin: func() (welcome.Attempt, error) { return &attempt{waiting: true}, nil }},
		{Name: "welcome-signed-in", press: "welcome.continue", host: "espace.exemple.example",
			begin: func() (welcome.Attempt, error) { return &attempt{}, nil }},
		{Name: "welcome-failed", press: "welcome.continue", host: "espace.exemple.example",
			begin: func() (welcome.Attempt, error) {
				return nil, &trouble.Trouble{Kind: trouble.HostNotFound, Host: "espace.exemple.example"}
			}},
		{Name: "lock-browser", lock: lock.Browser},
		{Name: "lock-waiting", lock: lock.Browser, press: "lock.unlock_browser"},
		{Name: "second", small: func(w *locales.Words) (fyne.CanvasObject, fyne.Focusable) { return second.New(w, 4711, func() {}) }},
	}
}

// Enter shows an entry in a window of its own.
func Enter(t testing.TB, e Entry, cfg Config) (w *viewtest.World, done func()) {
	t.Helper()
	look := kit.Light
	if cfg.Dark {
		look = kit.Dark
	}
	w = &viewtest.World{Window: shot.Window(kit.Layers(), cfg.Size, kit.NewTheme(look, float32(max(cfg.TextSize, 100))/100))}
	if e.small != nil {
		return w, small(w, e, cfg)
	}
	waits := make(chan struct{})
	w.Env = page.Env{Window: w.Window, Words: locales.For(cfg.Lang), Now: func() time.Time { return viewtest.Now }, Go: func(work func()) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			work()
		}()
		select { // as far as the screen changes
		case <-ended:
		case <-waits:
		}
	}}
	var p interface {
		Object() fyne.CanvasObject
		Focus()
		Close()
	} = welcome.New(w.Env, welcome.Config{
		Signer: signer{e.begin, waits}, Known: e.known, Host: e.host, HostSet: e.set, Sample: !e.set, Diagnostics: func() {}, Done: func(welcome.Person) {}, OtherLanguage: func() {},
	})
	if e.lock != 0 {
		p = lock.New(w.Env, lock.Config{Way: e.lock, Quit: func() {}, Open: func(ctx context.Context, _ lock.Way, link func(string)) error {
			link(Host().URL + "/authorize")
			close(waits)
			<-ctx.Done()
			return ctx.Err()
		}})
	}
	w.Window.SetContent(kit.WithTips(kit.Layers(kit.NewFill(kit.Background, kit.None, 0), p.Object()), w.Window))
	w.Window.Resize(cfg.Size)
	shot.Settle(w.Window)
	p.Focus()
	if e.press != "" {
		w.Tap(t, w.Env.Words.T(e.press))
		shot.Settle(w.Window)
	}
	return w, func() {
		p.Close()
		kit.Forget(w.Window)
		w.Window.Close()
	}
}

// small shows an entry that is a window of its own, in its size.
func small(w *viewtest.World, e Entry, cfg Config) (done func()) {
	content, first := e.small(locales.For(cfg.Lang))
	w.Window.SetContent(kit.WithTips(kit.Layers(kit.NewFill(kit.Line, kit.None, 0),
		kit.Centered(kit.Layers(kit.NewFill(kit.Background, kit.None, 0), kit.FixedSize(second.Size.Width, second.Size.Height, content)))), w.Window))
	w.Window.Resize(cfg.Size)
	shot.Settle(w.Window)
	w.Window.Canvas().Focus(first)
	return func() {
		kit.Forget(w.Window)
		w.Window.Close()
	}
}

type signer struct {
	begin func() (welcome.Attempt, error)
	waits chan struct{}
}

func (s signer) Begin(context.Context, string, string) (welcome.Attempt, error) {
	a, err := s.begin()
	if at, ok := a.(*attempt); ok {
		at.waits = s.waits
	}
	return a, err
}

func (s signer) BeginSample(ctx context.Context) (welcome.Attempt, error) {
	return s.Begin(ctx, "", "")
}

func (s signer) Unlock(context.Context, string) error { return errors.New("locked") }

// attempt is a sign-in that nobody finishes, or that is finished at once.
type attempt struct {
	waiting bool
	waits   chan struct{}
}

func (a *attempt) URL() string       { return Host().URL + "/authorize" }
func (a *attempt) Host() access.Host { return Host() }
func (a *attempt) Open() error       { return nil }
func (a *attempt) Cancel()           {}

func (a *attempt) Wait(ctx context.Context) (welcome.Person, error) {
	if a.waiting {
		close(a.waits)
		<-ctx.Done()
		return welcome.Person{}, ctx.Err()
	}
	return welcome.Person{Identity: "marie", Name: Me().Name(), Email: Me().Email, Host: Host().Name}, nil
}

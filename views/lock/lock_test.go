package lock_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/lock"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// covered is a window with the cover in it, and what became of it.
type covered struct {
	*viewtest.World
	page     *lock.Page
	unlocked int
	quits    int
	ways     []lock.Way
	work     []func() // what was begun away from the UI goroutine, while hold
	hold     bool
}

func cover(t *testing.T, cfg lock.Config) *covered {
	t.Helper()
	test.NewTempApp(t)
	c := &covered{World: viewtest.New(viewtest.Config{Size: fyne.NewSize(1024, 640)})}
	c.Env.Go = func(work func()) {
		if c.hold {
			c.work = append(c.work, work)
			return
		}
		work()
	}
	open := cfg.Open
	cfg.Open = func(ctx context.Context, way lock.Way, link func(string)) error {
		c.ways = append(c.ways, way)
		return open(ctx, way, link)
	}
	cfg.Unlocked, cfg.Quit = func() { c.unlocked++ }, func() { c.quits++ }
	c.page = lock.New(c.Env, cfg)
	c.Window.SetContent(kit.WithTips(c.page.Object(), c.Window))
	c.Window.Resize(fyne.NewSize(1024, 640))
	c.Window.Canvas().SetOnTypedKey(c.page.Key)
	c.page.Focus()
	t.Cleanup(func() {
		c.page.Close()
		kit.Forget(c.Window)
		c.Window.Close()
	})
	return c
}

func TestAnAnswerThatComesAfterCancellingOpensNothing(t *testing.T) {
	var given context.Context
	c := cover(t, lock.Config{Open: func(ctx context.Context, _ lock.Way, _ func(string)) error { given = ctx; return nil }})
	c.hold = true
	c.Press(fyne.KeyReturn)
	if c.Focused() != "Annuler" || !c.Sees("En attente du trousseau") {
		t.Fatalf("the keyboard is on %q; it says %q", c.Focused(), c.Texts())
	}
	c.Press(fyne.KeyEscape)
	c.work[0]()
	if c.unlocked != 0 || !c.Sees("encore verrouillé") || !errors.Is(given.Err(), context.Canceled) {
		t.Errorf("unlocked %d times; it says %q", c.unlocked, c.Texts())
	}
	c.hold = false
	c.Press(fyne.KeyReturn)
	if c.unlocked != 1 {
		t.Errorf("unlocked %d times by the next attempt", c.unlocked)
	}
}

func TestAKeyringThatLostTheKeyLeadsToSigningInAgain(t *testing.T) {
	answers := []error{&trouble.Trouble{Kind: trouble.SignInNeeded}, lock.ErrSomebodyElse, nil}
	c := cover(t, lock.Config{Open: func(_ context.Context, _ lock.Way, link func(string)) error {
		link("https://h.example/authorize")
		err := answers[0]
		answers = answers[1:]
		return err
	}})
	c.Press(fyne.KeyReturn)
	if !c.Sees("n'a plus votre clé") || c.Focused() != "Se reconnecter dans le navigateur" {
		t.Fatalf("the keyboard is on %q; it says %q", c.Focused(), c.Texts())
	}
	c.Press(fyne.KeyReturn)
	if !c.Sees("Une autre personne s'est connectée") || c.unlocked != 0 {
		t.Errorf("it says %q", c.Texts())
	}
	c.Press(fyne.KeyReturn)
	if want := []lock.Way{lock.Keyring, lock.Browser, lock.Browser}; c.unlocked != 1 || len(c.ways) != 3 || c.ways[1] != want[1] || c.ways[0] != want[0] {
		t.Errorf("unlocked %d times, by %v", c.unlocked, c.ways)
	}
}

func TestTheLinkCanBeCopiedWhereNoBrowserOpens(t *testing.T) {
	var c *covered
	c = cover(t, lock.Config{Way: lock.Browser, Open: func(_ context.Context, _ lock.Way, link func(string)) error {
		link("https://h.example/authorize?state=1")
		c.Tap(t, "Copier le lien")
		return &trouble.Trouble{Kind: trouble.SignInOver}
	}})
	c.Press(fyne.KeyReturn)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "https://h.example/authorize?state=1" {
		t.Errorf("copied %q", got)
	}
	if !c.Sees("Le temps pour se connecter est écoulé") || c.unlocked != 0 {
		t.Errorf("it says %q", c.Texts())
	}
}

func TestQuittingAndSigningOutAreWithinReach(t *testing.T) {
	unsaved := false
	c := cover(t, lock.Config{Unsaved: func() bool { return unsaved }, Open: func(context.Context, lock.Way, func(string)) error { return nil }})
	c.Tap(t, "Quitter Concierge")
	unsaved = true
	c.Tap(t, "Quitter Concierge")
	if c.quits != 1 || !c.Sees("Quitter Concierge?") {
		t.Fatalf("quit %d times; it says %q", c.quits, c.Texts())
	}
	c.Press(fyne.KeyEscape)
	if !c.Sees("Concierge est verrouillé") {
		t.Errorf("Escape does not lead back: %q", c.Texts())
	}
	c.Tap(t, "Se déconnecter")
	if !strings.HasPrefix(c.Focused(), "Annuler") {
		t.Errorf("the keyboard is on %q, want the harmless answer", c.Focused())
	}
}

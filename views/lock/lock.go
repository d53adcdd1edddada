// Package lock is the cover over a locked window: it says that it is locked, and asks for what opens it. It shows nobody's
// name and nothing of what is below, which it does not know; how a person proves who they are is handed in.
package lock

import (
	"context"
	"errors"
	"sync/atomic"

	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Way is how the person proves that the window is theirs.
type Way int

// The ways.
const (
	Keyring Way = iota // the system's keyring gives a secret of ours
	Browser            // for who is in no keyring: by signing in again
)

// ErrSomebodyElse is that another person has signed in than the one whose window this is.
var ErrSomebodyElse = errors.New("somebody else has signed in")

// Config of the cover.
type Config struct {
	Way Way
	// Open proves it; it blocks. link is told the address that was opened in the browser, if that is the way.
	Open func(ctx context.Context, way Way, link func(url string)) error
	// Unlocked is called when it has been proved.
	Unlocked func()
	// SignOut ends all sign-ins; it blocks. SignedOut is called when it has.
	SignOut   func(ctx context.Context) error
	SignedOut func()
	// Unsaved tells whether quitting would lose something typed below; Quit quits. Nil Unsaved: nothing ever is.
	Unsaved func() bool
	Quit    func()
}

// Page is the cover.
type Page struct {
	env   page.Env
	cfg   Config
	root  *fyne.Container
	place *fyne.Container
	first fyne.Focusable
	shown bool
	stop  context.CancelFunc
	turn  atomic.Uint64 // a late answer to an earlier question is not heard
	back  func()        // what Escape does
}

// New makes the cover.
func New(env page.Env, cfg Config) *Page {
	p := &Page{env: env, cfg: cfg, place: kit.Column(0)}
	p.root = kit.Layers(kit.NewFill(kit.Background, kit.None, 0), kit.Scroll(kit.Grow(kit.Centered(kit.Pad(32, 32, 32, 32, kit.FixedWidth(440, p.place))))))
	p.ask("")
	return p
}

// Object is the cover.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Focus puts the keyboard where the person goes on. The first call says that the cover is in the window.
func (p *Page) Focus() {
	p.shown = true
	if p.first != nil {
		p.env.Window.Canvas().Focus(p.first)
	}
}

// Key is what the window does with a key that nothing on the cover has used.
func (p *Page) Key(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		if p.back != nil {
			p.back()
		}
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.Focus()
	}
}

// Close ends what is under way.
func (p *Page) Close() {
	p.turn.Add(1)
	if p.stop != nil {
		p.stop()
	}
}

// Say shows a sentence that names nobody.
func (p *Page) Say(text string) { p.ask(text) }

func (p *Page) put(first fyne.Focusable, back func(), objs ...fyne.CanvasObject) {
	p.place.Objects = append([]fyne.CanvasObject{kit.Centered(kit.FixedSize(56, 56, kit.Logo(56))), kit.Gap(20)}, objs...)
	p.place.Refresh()
	p.root.Refresh()
	p.first, p.back = first, back
	if p.shown {
		p.Focus()
	}
}

// ask offers to unlock; why says what came of the last attempt.
func (p *Page) ask(why string) {
	w := p.env.Words
	p.stop = nil
	objs := []fyne.CanvasObject{
		kit.Heading(w.T("lock.title")).Centered(), kit.Gap(6), kit.MutedText(w.T("lock.lead")).Centered(), kit.Gap(24),
	}
	if why != "" {
		objs = append(objs, kit.NewBanner(kit.ToneBrass, []kit.Part{kit.P(why)}).Container, kit.Gap(16))
	}
	label, note := w.T("lock.unlock"), w.T("lock.by_keyring")
	if p.cfg.Way == Browser {
		label, note = w.T("lock.unlock_browser"), w.T("lock.by_browser")
	}
	open := kit.PrimaryButton(label, p.open)
	p.put(open, nil, append(objs, open, kit.Gap(10), kit.Small(note).Centered(), kit.Gap(28),
		kit.Row(8, kit.Spacer(), kit.LinkButton(w.T("lock.sign_out"), p.confirm), kit.LinkButton(w.T("lock.quit"), p.Quit), kit.Spacer()))...)
}

// open begins to prove who is there.
func (p *Page) open() {
	turn := p.turn.Add(1)
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	way := p.cfg.Way
	p.waiting(way, "")
	p.env.Run(func() {
		defer stop()
		err := p.cfg.Open(ctx, way, func(url string) { p.later(turn, func() { p.waiting(way, url) }) })
		p.later(turn, func() {
			if err == nil {
				p.cfg.Unlocked()
				return
			}
			p.failed(err)
		})
	})
}

// waiting says what is waited for; link can be copied where the browser has not opened.
func (p *Page) waiting(way Way, link string) {
	w := p.env.Words
	text, note := w.T("lock.asking"), w.T("lock.asking_note")
	if way == Browser {
		text, note = w.T("lock.finish"), w.T("lock.finish_note")
	}
	spin := kit.NewSpinner(24)
	spin.Start()
	cancel := kit.SecondaryButton(w.T("words.cancel"), p.cancel)
	buttons := []fyne.CanvasObject{kit.Spacer(), cancel, kit.Spacer()}
	copied := kit.Small("").Centered()
	if link != "" {
		buttons = []fyne.CanvasObject{kit.Spacer(), kit.SecondaryButton(w.T("lock.copy_link"), func() {
			fyne.CurrentApp().Clipboard().SetContent(link)
			copied.SetText(w.T("words.copied"))
		}).WithIcon(icons.Copy), cancel, kit.Spacer()}
	}
	p.put(cancel, p.cancel, kit.Centered(spin), kit.Gap(14), kit.Title(text).Centered(), kit.Gap(6), kit.MutedText(note).Centered(), kit.Gap(24),
		kit.Row(8, buttons...), kit.Gap(8), copied)
}

func (p *Page) cancel() {
	p.Close()
	p.ask(p.env.Words.T("lock.cancelled"))
}

// failed says in words why it stays locked. A keyring that answers and does not have the key cannot open: then the
// person signs in again.
func (p *Page) failed(err error) {
	w := p.env.Words
	switch t := trouble.From(err); {
	case errors.Is(err, ErrSomebodyElse):
		p.ask(w.T("lock.somebody_else"))
	case errors.Is(err, vault.ErrDismissed):
		p.ask(w.T("lock.dismissed"))
	case t.Kind == trouble.KeyringMissing:
		p.ask(w.T("lock.missing"))
	case t.Kind == trouble.KeyringLocked:
		p.ask(w.T("lock.locked"))
	case t.Kind == trouble.KeyringRefused:
		p.ask(w.T("lock.refused"))
	case t.Kind == trouble.Cancelled:
		p.ask(w.T("lock.cancelled"))
	case t.Kind == trouble.SignInNeeded && p.cfg.Way == Keyring:
		p.cfg.Way = Browser
		p.ask(w.T("lock.gone"))
	default:
		p.ask(say.Trouble(w, t).Text())
	}
}

// confirm asks before all sign-ins end.
func (p *Page) confirm() {
	w := p.env.Words
	back := func() { p.ask("") }
	no := kit.SecondaryButton(w.T("words.cancel"), back)
	p.put(no, back, kit.Heading(w.T("lock.sign_out_title")).Centered(), kit.Gap(8), kit.Body(w.T("lock.sign_out_text")).Centered(), kit.Gap(24),
		kit.Row(8, kit.Spacer(), no, kit.DangerButton(w.T("lock.sign_out"), p.signOut), kit.Spacer()))
}

// Quit quits, after asking if something typed below would be lost.
func (p *Page) Quit() {
	if p.cfg.Unsaved == nil || !p.cfg.Unsaved() {
		p.cfg.Quit()
		return
	}
	p.Close()
	w := p.env.Words
	back := func() { p.ask("") }
	no := kit.SecondaryButton(w.T("form.stay"), back)
	p.put(no, back, kit.Heading(w.T("form.quit_title")).Centered(), kit.Gap(8), kit.Body(w.T("form.quit_text")).Centered(), kit.Gap(24),
		kit.Row(8, kit.Spacer(), no, kit.DangerButton(w.T("form.quit"), p.cfg.Quit), kit.Spacer()))
}

func (p *Page) signOut() {
	turn := p.turn.Add(1)
	spin := kit.NewSpinner(24)
	spin.Start()
	p.put(nil, nil, kit.Centered(spin), kit.Gap(14), kit.Title(p.env.Words.T("lock.leaving")).Centered())
	p.env.Run(func() {
		err := p.cfg.SignOut(context.Background())
		p.later(turn, func() {
			if err != nil {
				p.ask(say.Trouble(p.env.Words, err).Text())
				return
			}
			p.cfg.SignedOut()
		})
	})
}

// later runs fn on the UI goroutine unless the person has gone on to something else.
func (p *Page) later(turn uint64, fn func()) {
	fyne.Do(func() {
		if p.turn.Load() == turn {
			fn()
		}
	})
}

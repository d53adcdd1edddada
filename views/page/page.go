// Package page holds what all screens have in common: what a screen is, what it is given, and how it is kept up to
// date without blocking the window or showing an old answer after a newer one. It knows no screen in particular.
package page

import (
	"context"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/assets/locales"

	"fyne.io/fyne/v2"
)

// Page is one screen in the content area. A page is made for one account (or none) in one language; when either
// changes the shell makes another.
type Page interface {
	// Object is the screen, made once.
	Object() fyne.CanvasObject
	// Update reads the store and shows what it holds. It may be called on any goroutine, blocks until the data is read,
	// and changes widgets inside one fyne.Do. Tests call it directly.
	Update(ctx context.Context)
	// Focus puts the keyboard where work on this screen starts. UI goroutine only.
	Focus()
	// Dirty tells whether something has been typed or ticked that leaving would lose.
	Dirty() bool
	// Close stops listening. The page is not used afterwards.
	Close()
}

// Escaper is a Page that Escape closes something of: what is shown of a row. The keyboard may be anywhere on it.
type Escaper interface{ Escape() }

// Env is what every screen is given.
type Env struct {
	Window fyne.Window
	Words  *locales.Words
	Now    func() time.Time
	// Go starts work that must leave the UI goroutine; nil starts a goroutine. Tests hand in one that runs it at once.
	Go func(work func())
	// After starts a function later on the UI goroutine, as kit.AfterFunc; nil is the real clock. For messages that go by
	// themselves, countdowns, and what shows only when it takes long.
	After func(d time.Duration, f func()) (cancel func())
	// Signals tell that something shown has changed; none in tests that call Update themselves.
	Signals Signals
	// Mailbox opens the page where a sample host keeps the e-mails it would have sent to an identity's people: the codes
	// it asks for are there and nowhere else. It returns nil for other hosts, and is nil in tests.
	Mailbox func(identity string) (open func())
	// Account is what the person calls an account, "" where that is not known, and whether there are others to tell it from;
	// nil in tests that name none.
	Account func(access.Ref) (name string, others bool)
	// SignIn leads an identity whose session has ended to signing in again; nil in tests.
	SignIn func(identity string)
}

// Run does work away from the UI goroutine: what waits for the network, the disk or the keyring.
func (e Env) Run(work func()) {
	if e.Go != nil {
		e.Go(work)
		return
	}
	go work()
}

// Updater calls update again after each Trigger, on a goroutine of its own, one call at a time; triggers that arrive
// during a call lead to one more. So the last call always sees the newest state, and no older one ends after it.
type Updater struct {
	ctx    context.Context
	cancel context.CancelFunc
	update func(context.Context)

	mu      sync.Mutex
	running bool
	again   bool
}

// NewUpdater returns an Updater for a page's Update.
func NewUpdater(update func(context.Context)) *Updater {
	ctx, cancel := context.WithCancel(context.Background())
	return &Updater{ctx: ctx, cancel: cancel, update: update}
}

// Trigger asks for one more update. It never blocks.
func (u *Updater) Trigger() {
	u.mu.Lock()
	run := u.ctx.Err() == nil && !u.running
	u.again = u.running
	u.running = u.running || run
	u.mu.Unlock()
	if run {
		start(u.run)
	}
}

func (u *Updater) run() {
	for {
		u.update(u.ctx)
		u.mu.Lock()
		if !u.again || u.ctx.Err() != nil {
			u.running = false
			u.mu.Unlock()
			return
		}
		u.again = false
		u.mu.Unlock()
	}
}

// start lets an update begin.
var start = func(run func()) { go run() }

// UpdateAtOnce makes every Updater update on the goroutine that triggers it, for tests and pictures that show one thing
// after the other. It holds until the program ends.
func UpdateAtOnce() { start = func(run func()) { run() } }

// Stop ends it; an update under way sees its context end.
func (u *Updater) Stop() { u.cancel() }

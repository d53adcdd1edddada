// Package outbox is the screen of what is not done yet: edits that could not reach their host, those of which nobody knows
// whether they did, and those that were refused or collided after their form was left. It shows the desk, and what can be
// done about each: send it, decide between two sides, or give it up.
package outbox

import (
	"cmp"
	"context"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Store is what the screen reads; *cache.Store has it.
type Store interface {
	Identity(id string) (cache.Identity, bool)
}

// Desk is where the edits are; *change.Desk has it.
type Desk interface {
	List() []change.Change
	Lasts(identity string) bool
	SendNow(id string) error
	Retry(id string) error
	Answer(id string, values map[string]string) error
	AskAgain(id string) error
	Await(ctx context.Context, id string) (change.Change, error)
	Drop(id string) error
	Release(id string) error
}

// Go are the ways from here.
type Go struct {
	Conflict func(change.Change)   // shows both sides and lets the person decide
	Refresh  func(identity string) // asks a host again
	Color    func(access.Ref) int  // its colour
}

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	env      page.Env
	identity string // who is shown first
	store    Store
	desk     Desk
	goTo     Go
	updater  *page.Updater
	stops    []func()

	text  *kit.TextBox
	list  *fyne.Container
	root  *fyne.Container
	lines []line
	was   *place   // where the keyboard was when there was nothing to press any more
	shown []string // what the lines say, so that nothing is drawn again that has not changed
}

// entry is an edit with what it takes to show it.
type entry struct {
	c       change.Change
	account string
	color   int
	host    access.Host
	answers bool // the host does now, whatever it did when the edit was made
}

var _ page.Page = (*Page)(nil)

// New makes the screen. What concerns identity comes first.
func New(env page.Env, identity string, store Store, desk Desk, goTo Go) *Page {
	p := &Page{env: env, identity: identity, store: store, desk: desk, goTo: goTo}
	p.text, p.list = kit.MutedText(""), kit.Column(12)
	p.root = kit.Scroll(page.Frame(kit.Column(20, kit.Column(4, kit.Heading(env.Words.T("outbox.title")), p.text), p.list)))
	p.updater = page.NewUpdater(p.Update)
	if s := env.Signals.Changes; s != nil {
		p.stops = append(p.stops, s.Listen(func(change.Change) { p.updater.Trigger() }))
	}
	if s := env.Signals.Lists; s != nil {
		p.stops = append(p.stops, s.Listen(func(string) { p.updater.Trigger() }))
	}
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Dirty implements page.Page.
func (p *Page) Dirty() bool { return false }

// Close implements page.Page.
func (p *Page) Close() {
	for _, stop := range p.stops {
		stop()
	}
	p.updater.Stop()
}

// Focus implements page.Page.
func (p *Page) Focus() {
	if len(p.lines) > 0 {
		p.lines[0].focus()
	}
}

// Update implements page.Page.
func (p *Page) Update(ctx context.Context) {
	all := p.read()
	fyne.Do(func() {
		if ctx.Err() == nil {
			p.show(all)
		}
	})
}

// read gathers what waits and what of it is on its way, that of the present identity first, the oldest first.
func (p *Page) read() []entry {
	var mine, others []entry
	for _, c := range p.desk.List() {
		if !c.Waits() && !(c.Alone && c.State == change.Sending) {
			continue
		}
		e := entry{c: c, color: -1}
		i, _ := p.store.Identity(c.Account.Identity)
		e.host, e.answers = i.Host, i.Status.Trouble == nil && !i.Status.Kept && !i.Status.At.IsZero()
		e.account = p.env.Words.T("outbox.profile", "Host", i.Host.Name)
		if c.Account.Account != "" {
			e.account = p.env.Words.T("outbox.account", "Host", i.Host.Name)
			if called := p.env.Account; called != nil {
				name, _ := called(c.Account)
				e.account = cmp.Or(name, e.account)
			}
			e.color = p.goTo.Color(c.Account)
		}
		if c.Account.Identity == p.identity {
			mine = append(mine, e)
		} else {
			others = append(others, e)
		}
	}
	return append(mine, others...)
}

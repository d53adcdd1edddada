// Package history is the screen of what happened in an account: one time line of what was done here and what changed
// elsewhere, what differs between two dates, and the way back from each. It shows what app/history tells and hands edits
// to the desk, after showing what they will change.
package history

import (
	"context"
	"sync"

	"concierge/app/access"
	"concierge/app/cache"
	past "concierge/app/history"
	"concierge/app/journal"
	"concierge/app/sheet"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/permissions"

	"fyne.io/fyne/v2"
)

// Store is what the screen reads; *cache.Store has it.
type Store interface {
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Line is the time line; *past.Line has it. Its calls wait for disk and host.
type Line interface {
	Local(ctx context.Context, who past.Who) (past.Told, error)
	Read(ctx context.Context, who past.Who) (past.Told, error)
	More(ctx context.Context) (past.Told, error)
	State(ctx context.Context, v journal.Version) (past.State, bool, error)
}

// Go are the ways from here to other screens.
type Go struct {
	Person  func(key string)                  // by normalised e-mail
	Invite  func(prefill permissions.Prefill) // for access that was lost
	Refresh func()                            // asks the host again
	// Export saves the lines that are shown as a file; NoExport: the organisation allows no such file.
	Export   func(shown sheet.Sheet)
	NoExport bool
}

// mode is what the screen shows.
type mode int

const (
	modeLine mode = iota
	modeCompare
)

// facts are what the rows are made from at one moment.
type facts struct {
	snapshot access.Snapshot
	status   cache.Status
	has      bool
	identity cache.Identity
	told     past.Told
	rows     []row            // of told
	read     bool             // told is there
	disk     *trouble.Trouble // why what is kept here could not be read
}

// Page is the screen. Its fields belong to the UI goroutine, but those behind mu.
type Page struct {
	page.Notes
	env     page.Env
	ref     access.Ref
	store   Store
	desk    form.Desk
	line    Line
	goTo    Go
	updater *page.Updater
	unwatch func()

	shown    facts
	mode     mode
	person   string // key of who is looked for; "" everybody
	filter   string
	selected string // id of the selected row
	opened   bool   // what it is about is shown too, beside the list or in its place
	more     bool   // what came before is being read
	exports  bool   // what is shown is to be exported as soon as there is something
	awaits   bool   // the keyboard is to come here as soon as there is something
	// elsewhere is where the keyboard was then: who has gone on since stays where they are.
	elsewhere fyne.Focusable
	compare   comparison

	root    *fyne.Container
	tools   *fyne.Container
	modes   *kit.SegmentedFilter
	who     *kit.Select
	people  []past.Person // of who, without everybody
	search  *kit.Input
	export  *kit.Button
	dates   *fyne.Container
	from    *kit.Select
	to      *kit.Select
	finding *fyne.Container    // who and search
	tables  [2]*kit.Table[row] // by mode
	empties [2]*fyne.Container // what they show when they are empty
	table   *kit.Table[row]    // the one that is shown
	split   *kit.SplitDetail
	detail  *detail
	loading *kit.Loading
	whole   *fyne.Container

	mu    sync.Mutex
	asked string // revision for which the host's record was asked for
	seq   int    // of what is shown; what is older is not shown after it
}

var _ page.Page = (*Page)(nil)

// New makes the screen for one account.
func New(env page.Env, ref access.Ref, store Store, desk form.Desk, line Line, goTo Go) *Page {
	p := &Page{env: env, ref: ref, store: store, desk: desk, line: line, goTo: goTo}
	p.build()
	p.updater = page.NewUpdater(p.Update)
	p.unwatch = env.Signals.Watch(ref, p.updater.Trigger)
	p.loading.Start()
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Focus implements page.Page: the list is where work starts, if it can be seen at once.
func (p *Page) Focus() {
	switch {
	case p.tools.Hidden:
		p.awaits = true
		if c := kit.CanvasOf(p.root); c != nil {
			p.elsewhere = c.Focused()
		}
	case len(p.table.Items()) > 0 && kit.InView(p.table):
		p.table.Focus()
	default:
		if c := kit.CanvasOf(p.modes); c != nil {
			c.Focus(p.modes)
		}
	}
}

// Dirty implements page.Page: nothing is typed here that could be lost.
func (p *Page) Dirty() bool { return false }

// Close implements page.Page.
func (p *Page) Close() {
	p.unwatch()
	p.updater.Stop()
	p.loading.Stop()
}

// Update implements page.Page: first what is known here, then what the host tells, which may take a while.
func (p *Page) Update(ctx context.Context) {
	f := p.gather()
	if !f.has {
		p.paint(ctx, f, false)
		return
	}
	told, err := p.line.Local(ctx, p.whoIs(f))
	ask := p.ask(f.snapshot.Revision)
	if !ask || len(told.Events) > 0 || err != nil { // nothing is not said to have happened before the host has been asked
		p.paint(ctx, p.with(f, told, err), false)
	}
	if !ask {
		return
	}
	p.env.Run(func() {
		told, err := p.line.Read(ctx, p.whoIs(f))
		p.paint(ctx, p.with(p.gather(), told, err), true)
	})
}

func (p *Page) gather() facts {
	var f facts
	f.snapshot, f.status, f.has = p.store.Snapshot(p.ref)
	f.identity, _ = p.store.Identity(p.ref.Identity)
	return f
}

func (p *Page) whoIs(f facts) past.Who {
	return past.Who{Me: f.identity.Me, UserID: f.snapshot.Me.UserID}
}

func (p *Page) with(f facts, told past.Told, err error) facts {
	f.told, f.read, f.disk = told, err == nil, trouble.From(err)
	f.rows = rows(p.env.Words, f.identity.Host, p.env.Now(), told.Events) // here, since a thousand take longer than a frame
	return f
}

// ask tells whether the host has not been asked for its record at a revision yet, and notes that it is now.
func (p *Page) ask(revision string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked == revision {
		return false
	}
	p.asked = revision
	return true
}

// paint shows facts, unless newer ones have been shown or the screen has been left. Until the host has been asked, why it
// could not be the last time stands.
func (p *Page) paint(ctx context.Context, f facts, asked bool) {
	if f.disk != nil && f.disk.Kind == trouble.Cancelled {
		return
	}
	fyne.Do(func() {
		if ctx.Err() != nil {
			return
		}
		p.mu.Lock()
		old := f.read && f.told.Seq < p.seq
		p.seq = max(p.seq, f.told.Seq)
		p.mu.Unlock()
		if old {
			return
		}
		if !f.read && f.disk == nil && f.has { // a state without a time line keeps the one there is
			f.told, f.read, f.rows = p.shown.told, p.shown.read, p.shown.rows
		}
		if !asked && f.read {
			f.told.Trouble = p.shown.told.Trouble
		}
		p.show(f)
	})
}

// again asks the host once more.
func (p *Page) again() {
	p.mu.Lock()
	p.asked = ""
	p.mu.Unlock()
	p.shown.told.Trouble = nil
	p.goTo.Refresh()
	p.updater.Trigger()
}

// readOn reads what came before.
func (p *Page) readOn() {
	if p.more {
		return
	}
	p.more = true
	p.arrange()
	p.env.Run(func() {
		told, err := p.line.More(context.Background())
		f := p.with(p.gather(), told, err)
		fyne.Do(func() {
			p.more = false
			p.mu.Lock()
			p.seq = max(p.seq, f.told.Seq)
			p.mu.Unlock()
			if f.read {
				p.show(f)
			} else {
				p.arrange()
			}
		})
	})
}

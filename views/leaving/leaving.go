// Package leaving is the screen that takes one person out of many accounts at once: for each account what will be done or
// why it will not, the person's agreement, and then what became of it, account by account. The other screen here lists what
// was approved these last days. They show the store and the desk; what is to be done is package plan's to find.
package leaving

import (
	"context"
	"sync"
	"sync/atomic"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/plan"
	"concierge/app/sheet"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Store is what the screen reads; *cache.Store has it.
type Store interface {
	plan.Store
	Account(access.Ref) (access.Summary, bool)
	Identities() []cache.Identity
}

// Desk is where the Changes are; *change.Desk has it.
type Desk interface {
	List() []change.Change
	SubmitAll([]change.Change)
	UndoPlan(id string) error
	Hold(id string) error
	GoOn(id string) error
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
	Conflict func(change.Change)                    // shows both sides and lets the person decide
	Person   func(ref access.Ref, key string)       // shows the person in an account
	Plan     func(id string)                        // shows a plan
	Export   func(title string, makes func() Proof) // saves what was done as a file
	NoExport bool                                   // the organisation allows no such file
	Alias    func(access.Ref) string                // how the person calls an account
	Color    func(access.Ref) int                   // its colour
}

// Proof is what was done, where and when and with which result, and what is not known.
type Proof struct {
	Sheet   sheet.Sheet
	Missing []string
}

// What names whom the screen is about.
type What struct {
	Person string // by normalised e-mail, or
	Plan   string // the plan that was approved
}

// Page is the screen. Its fields belong to the UI goroutine, but for what.
type Page struct {
	env     page.Env
	store   Store
	desk    Desk
	goTo    Go
	updater *page.Updater
	stops   []func()

	mu     sync.Mutex // held by read
	what   What
	latest atomic.Pointer[shown] // what read last
	due    atomic.Bool           // show is about to be called

	shown shown
	ticks map[string]bool // what the person ticked, or did not leave ticked, by place

	root     *fyne.Container
	title    *kit.TextBox
	text     *kit.TextBox
	unseen   *kit.TextBox
	note     *fyne.Container
	export   *kit.Button
	approve  *kit.Button
	offline  *kit.Button
	away     *fyne.Container // around it
	undo     *kit.Button
	hold     *kit.Button
	goOn     *kit.Button
	again    *kit.Button
	progress *fyne.Container
	bar      *kit.Progress
	count    *kit.TextBox
	table    *kit.Table[row]
	empty    *fyne.Container
	list     *fyne.Container
}

// shown is all that the screen shows at one moment.
type shown struct {
	found plan.Found
	plan  plan.Plan // without Lines before it is approved
	rows  []row
	tally tally
}

var _ page.Page = (*Page)(nil)

// New makes the screen for a person, or for a plan.
func New(env page.Env, what What, store Store, desk Desk, goTo Go) *Page {
	p := &Page{env: env, what: what, store: store, desk: desk, goTo: goTo, ticks: map[string]bool{}}
	p.build()
	p.updater = page.NewUpdater(p.Update)
	p.stops = listen(env, p.updater.Trigger)
	return p
}

// listen calls trigger for whatever may concern a person of any account.
func listen(env page.Env, trigger func()) (stops []func()) {
	s := env.Signals
	if s.Changes != nil {
		stops = append(stops, s.Changes.Listen(func(change.Change) { trigger() }))
	}
	if s.Accounts != nil {
		stops = append(stops, s.Accounts.Listen(func(access.Ref) { trigger() }))
	}
	if s.Lists != nil {
		stops = append(stops, s.Lists.Listen(func(string) { trigger() }))
	}
	return stops
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Dirty implements page.Page: what is ticked is ticked again in a moment.
func (p *Page) Dirty() bool { return false }

// Focus implements page.Page.
func (p *Page) Focus() {
	if len(p.shown.rows) > 0 {
		p.table.Focus()
	}
}

// Close implements page.Page.
func (p *Page) Close() {
	for _, stop := range p.stops {
		stop()
	}
	p.updater.Stop()
}

// Update implements page.Page. While frames take long much happens between two of them: what waits to be shown is replaced by
// what is newer, and not shown after it.
func (p *Page) Update(ctx context.Context) {
	p.read()
	if ctx.Err() == nil && p.due.CompareAndSwap(false, true) {
		fyne.Do(func() {
			p.due.Store(false)
			p.show(*p.latest.Load())
		})
	}
}

// read gathers, to be shown, what is known of the person, and of the plan if there is one. A plan about the person that has not come to
// its end is taken up again.
func (p *Page) read() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var s shown
	for _, pl := range plan.Plans(p.desk.List()) {
		same := pl.ID == p.what.Plan
		if p.what.Plan == "" {
			same = access.EmailKey(pl.Email) == p.what.Person && pl.Count(plan.Confirmed, plan.Unsure) < len(pl.Lines)
		}
		if same {
			s.plan = pl
			p.what = What{Person: access.EmailKey(pl.Email), Plan: pl.ID}
			break
		}
	}
	if s.plan.Zero() && p.what.Person != "" { // it was undone, or given up
		p.what.Plan = ""
	}
	s.found = plan.Find(p.store, p.what.Person)
	if !s.plan.Zero() {
		s.found.Name, s.found.Email = s.plan.Name, s.plan.Email
	}
	s.rows = rows(p.env.Words, p.facts(s))
	s.tally = count(s.rows)
	p.latest.Store(&s)
}

// own tells whether an account is ticked as things stand: what is ready is, until the person says otherwise, and once
// something was approved nothing is.
func (p *Page) own(r row) bool {
	if on, said := p.ticks[r.id]; said {
		return on
	}
	return r.ready && p.shown.plan.Zero()
}

// ticked lists the rows that approving sends.
func (p *Page) ticked() []row {
	var out []row
	for _, r := range p.shown.rows {
		if r.box && p.own(r) {
			out = append(out, r)
		}
	}
	return out
}

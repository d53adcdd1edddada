// Package directory is the screen of everybody in all accounts: one list, with where each person is, what they may do there and
// until when beside it. It only reads; what is to be done about a person is done in their account, to which it leads.
package directory

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	book "concierge/app/directory"
	"concierge/app/trouble"
	"concierge/views/called"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Book is where everybody is; *directory.Book of app has it.
type Book interface{ Read() *book.Directory }

// Store is what else the screen reads; *cache.Store has it.
type Store interface {
	called.Store
	Identities() []cache.Identity
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Go are the ways from here.
type Go struct {
	Person       func(ref access.Ref, key string) // a person in one account
	People       func()                           // the people of the present account
	Refresh      func()                           // asks every host again
	Export       func()                           // saves the people of all accounts as a file
	ExportPerson func(key, name string)           // and what one person has in all of them
	NoExport     bool                             // the organisation allows no such file
	LeaveAll     func(key string)                 // takes a person out of all accounts; nil: not from here
	Alias        func(access.Ref) string          // how the person calls an account
	Color        func(access.Ref) int             // its colour
	Watch        func(changed func()) func()      // tells when either has changed, until what it returns is called; may be nil
}

// Memory is how the screen was left for an account, for who comes back from there. The zero Memory is of who did not.
type Memory struct {
	kept     bool
	facet    book.Facet
	order    book.Order
	query    string
	selected string
	opened   bool
}

// Kept tells whether there is something to come back to.
func (m Memory) Kept() bool { return m.kept }

// shown is all that the screen shows at one moment.
type shown struct {
	all    *book.Directory
	lines  []book.Line // by name
	counts map[book.Facet]int
	hosts  map[string]string      // what tells the accounts of several identities apart, by identity
	at     map[string]access.Host // by identity
	mine   map[string]bool        // keys of whoever is signed in
	off    []cache.Identity       // whose host could not be asked
	why    *trouble.Trouble       // why nothing is known
	now    time.Time
}

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	page.Notes
	env     page.Env
	book    Book
	store   Store
	goTo    Go
	memory  *Memory // filled in when somebody goes to an account from here
	updater *page.Updater
	pending atomic.Bool
	marked  atomic.Bool // accounts are called otherwise than is shown
	stops   []func()

	shown    shown
	facet    book.Facet
	order    book.Order
	query    string
	selected string // key of the person whose row is selected
	opened   bool   // that person is shown too, beside the list or in its place

	root     *fyne.Container
	subtitle *kit.TextBox
	export   *kit.Button
	find     *fyne.Container
	tools    *fyne.Container
	choice   *kit.SegmentedFilter
	search   *kit.Input
	table    *kit.Table[*book.Line]
	split    *kit.SplitDetail
	detail   *detail
	empty    *fyne.Container
	loading  *kit.Loading
	waits    bool            // loading has been started
	whole    *fyne.Container // instead of the list: loading, an error, or a single account
}

var _ page.Page = (*Page)(nil)

// New makes the screen. memory, when not nil, keeps how it is left for an account; what it holds is how the screen begins.
func New(env page.Env, b Book, store Store, goTo Go, memory *Memory) *Page {
	p := &Page{env: env, book: b, store: store, goTo: goTo, memory: memory}
	p.build()
	if m := memory; m != nil {
		p.facet, p.order, p.selected, p.opened = m.facet, m.order, m.selected, m.opened
		p.search.SetText(m.query)
		*m = Memory{}
	}
	p.updater = page.NewUpdater(p.Update)
	if s := env.Signals.Accounts; s != nil {
		p.stops = append(p.stops, s.Listen(func(access.Ref) { p.soon() }))
	}
	if s := env.Signals.Lists; s != nil {
		p.stops = append(p.stops, s.Listen(func(string) { p.soon() }))
	}
	if goTo.Watch != nil {
		p.stops = append(p.stops, goTo.Watch(func() {
			p.marked.Store(true)
			p.soon()
		}))
	}
	p.wait(true)
	return p
}

// calm is how long changes are gathered before the screen shows them: a thousand accounts may be arriving.
const calm = 250 * time.Millisecond

// soon brings the screen up to date a little later, once for all that changes until then. Any goroutine may call it.
func (p *Page) soon() {
	if !p.pending.CompareAndSwap(false, true) {
		return
	}
	after := p.env.After
	if after == nil {
		after = kit.RealAfter
	}
	after(calm, func() {
		p.pending.Store(false)
		p.updater.Trigger()
	})
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Focus implements page.Page: the list is where work starts, or the person who stands in its place.
func (p *Page) Focus() {
	switch c := kit.CanvasOf(p.choice); {
	case !p.tools.Visible():
	case p.split.Open() && p.split.Narrow():
		p.detail.Focus()
	case c != nil && !kit.InView(p.table): // with large text in a small window: who comes here is to see first where they are
		c.Focus(p.choice)
	default:
		p.table.Focus()
	}
}

// Dirty implements page.Page: nothing can be typed here that would be lost.
func (p *Page) Dirty() bool { return false }

// Close implements page.Page.
func (p *Page) Close() {
	for _, stop := range p.stops {
		stop()
	}
	p.updater.Stop()
	p.loading.Stop()
}

// Escape implements page.Escaper.
func (p *Page) Escape() {
	if p.split.Open() {
		p.unselect()
	}
}

// Update implements page.Page.
func (p *Page) Update(ctx context.Context) {
	s := p.read()
	fyne.Do(func() {
		if ctx.Err() == nil {
			p.show(s)
		}
	})
}

func (p *Page) read() shown {
	s := shown{all: p.book.Read(), now: p.env.Now(), hosts: called.Hosts(p.store), at: map[string]access.Host{}, mine: map[string]bool{}}
	s.lines = s.all.Lines(s.now)
	s.counts = book.Counts(s.lines)
	for _, i := range p.store.Identities() {
		s.at[i.ID] = i.Host
		if key := access.EmailKey(i.Me.Email); key != "" {
			s.mine[key] = true
		}
		if t := i.Status.Trouble; t != nil && !i.Status.Busy {
			if t.Kind.Offline() {
				s.off = append(s.off, i)
			}
			s.why = t
		}
	}
	if s.nothing() {
		s.why = p.failed(s)
	}
	return s
}

// failed is why no account has come, once nothing is on its way any more.
func (p *Page) failed(s shown) *trouble.Trouble {
	why := s.why
	for _, a := range s.all.Accounts {
		_, st, _ := p.store.Snapshot(a.Ref)
		if st.Busy {
			return nil
		}
		if why == nil {
			why = st.Trouble
		}
	}
	return why
}

// nothing tells whether no account has been fetched yet.
func (s shown) nothing() bool { return s.all.NotFetched == len(s.all.Accounts) }

// same tells whether two moments show the same: an account that is only being asked for changes nothing.
func (s shown) same(t shown) bool {
	return s.all == t.all && s.why == t.why && s.now.Sub(t.now).Abs() < time.Minute &&
		slices.EqualFunc(s.off, t.off, func(a, b cache.Identity) bool { return a.ID == b.ID && a.Status.At.Equal(b.Status.At) })
}

func (p *Page) show(s shown) {
	first := p.shown.all == nil
	if marked := p.marked.Swap(false); !first && !marked && s.same(p.shown) {
		return
	}
	p.shown = s
	one := len(s.all.Accounts) == 1
	list := !one && !s.nothing()
	p.subtitle.SetText(p.summary(s))
	p.showWhole(s, one)
	p.showNotices(s)
	for _, o := range []fyne.CanvasObject{p.find, p.tools, p.split.Container} {
		if list {
			o.Show()
		} else {
			o.Hide()
		}
	}
	if list {
		p.showFacets()
		p.arrange()
	}
	p.root.Refresh()
	if first && p.selected != "" {
		p.Select(p.selected)
	}
}

// arrange shows the list as it is filtered and sorted, and the person beside it. The list stays where it is scrolled to.
func (p *Page) arrange() {
	list := book.Pick(p.shown.lines, p.facet, p.query, p.order)
	p.fillEmpty(len(list) == 0)
	p.table.SetItems(list)
	if _, still := p.line(p.selected); !still {
		p.selected = ""
	}
	if was, is := p.table.Selected(); p.selected != "" && (!is || was.Key != p.selected) {
		p.table.Select(p.selected)
	}
	p.showDetail()
}

func (p *Page) line(key string) (*book.Line, bool) {
	if i := slices.IndexFunc(p.shown.lines, func(l book.Line) bool { return l.Key == key }); i >= 0 {
		return &p.shown.lines[i], true
	}
	return nil, false
}

func (p *Page) showDetail() {
	l, known := p.line(p.selected)
	p.opened = p.opened && known
	if p.opened {
		p.detail.show(l, p.shown)
	}
	p.split.SetOpen(p.opened)
}

func (p *Page) openDetail(key string) {
	p.selected, p.opened = key, true
	p.showDetail()
}

// Select shows a person beside the list, by key; whatever hides the person is taken away. A person not known yet is selected
// once there is a list.
func (p *Page) Select(key string) {
	p.selected, p.opened = key, key != ""
	if p.shown.all == nil {
		return
	}
	if l, ok := p.line(key); ok && len(book.Pick([]book.Line{*l}, p.facet, p.query, p.order)) == 0 {
		p.facet, p.order = book.All, book.Order{}
		p.search.SetText("")
		p.showFacets()
	}
	p.arrange()
}

// Show chooses which people the list shows.
func (p *Page) Show(f book.Facet) {
	p.facet, p.order = f, f.Usual()
	if p.shown.all != nil {
		p.showFacets()
		p.arrange()
		p.table.ScrollToTop()
	}
}

// unselect closes the person beside the list and goes back to that person's row.
func (p *Page) unselect() {
	p.opened = false
	p.showDetail()
	p.table.Focus()
}

// leave goes to a person in an account; who comes back finds the screen as it was.
func (p *Page) leave(ref access.Ref, key string) {
	if p.memory != nil {
		*p.memory = Memory{true, p.facet, p.order, p.query, p.selected, p.opened}
	}
	p.goTo.Person(ref, key)
}

// name is what the person calls an account.
func (p *Page) name(a book.Account) string {
	if alias := p.goTo.Alias(a.Ref); alias != "" {
		return alias
	}
	return a.Name
}

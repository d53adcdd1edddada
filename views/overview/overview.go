// Package overview is the first screen of an account: how many can sign in, how many receive mail, what waits, what to
// check, and what happened lately. For who is not the owner it says what they may do, and what they may not and why. It
// only reads; what helps is done on other screens.
package overview

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/checkup"
	"concierge/app/watch"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Store is what the overview reads; *cache.Store has it.
type Store interface {
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
	Activity(ref access.Ref) cache.Record
}

// Go leads to other screens.
type Go struct {
	Fix      func(checkup.Finding)       // where a finding can be dealt with
	People   func(filter string)         // "users", "contacts", "invitations"
	Invite   func()                      // for an account that only has its owner
	Retry    func()                      // ask the host again
	Activity func(context.Context) error // bring the newest activity to the store
	History  func()                      // what happened in the account; nil: there is no such screen

	// Elsewhere lists what changed elsewhere and has not been seen, and Seen says that it has been; it may touch the disk.
	// WatchElsewhere calls changed when there may be another answer. All three may be nil.
	Elsewhere      func(context.Context) []watch.Item
	Seen           func()
	WatchElsewhere func(changed func()) (stop func())
}

// Page is the screen.
type Page struct {
	env   page.Env
	ref   access.Ref
	store Store
	go_   Go

	root    *fyne.Container
	content *fyne.Container // what it scrolls
	shown   shown           // what content shows now
	history history         // what its parts that tell of activity show now
	figures *fyne.Container
	lately  *fyne.Container
	loading *kit.Loading
	updater *page.Updater
	unwatch func()
	stops   []func()
	seeAll  *kit.Button // leads to the history
	first   fyne.Focusable
	refocus bool // the keyboard was on what is to go
	showAll bool // also the checks that found nothing

	mu    sync.Mutex // of what follows: updates come on several goroutines
	asked string     // revision whose activity has been asked for
	told  bool       // the last answer has come
	quiet bool       // and it was that activity could not be had
}

// New makes the screen for one account. The first content comes with Update.
func New(env page.Env, ref access.Ref, store Store, go_ Go) *Page {
	p := &Page{env: env, ref: ref, store: store, go_: go_}
	p.loading = kit.NewLoading(env.Words.T("overview.loading"), env.After)
	p.content = kit.Column(0, p.loading)
	p.root = kit.Scroll(page.Frame(p.content))
	p.updater = page.NewUpdater(p.Update)
	p.unwatch = env.Signals.Watch(ref, p.updater.Trigger)
	if go_.WatchElsewhere != nil {
		p.stops = append(p.stops, go_.WatchElsewhere(p.updater.Trigger))
	}
	if go_.History != nil {
		p.seeAll = kit.LinkButton(env.Words.T("history.see"), go_.History).About(env.Words.T("overview.recent"))
	}
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Dirty implements page.Page: nothing can be typed here.
func (p *Page) Dirty() bool { return false }

// Close implements page.Page.
func (p *Page) Close() {
	p.unwatch()
	for _, stop := range p.stops {
		stop()
	}
	p.updater.Stop()
	p.loading.Stop()
}

// Focus implements page.Page.
func (p *Page) Focus() {
	if p.first != nil {
		p.env.Window.Canvas().Focus(p.first)
	}
}

// Update implements page.Page.
func (p *Page) Update(ctx context.Context) {
	snap, _, has := p.store.Snapshot(p.ref)
	identity, _ := p.store.Identity(p.ref.Identity)
	ask := has && told(identity.Host, snap) && p.ask(snap.Revision, p.store.Activity(p.ref).Of)
	p.paint(ctx) // what is known; nobody waits for the activity to see it
	if !ask {
		return
	}
	p.env.Run(func() { // a host that does not answer must not keep the keyboard waiting
		err := p.go_.Activity(ctx)
		p.mu.Lock()
		p.told, p.quiet = true, err != nil
		p.mu.Unlock()
		p.paint(ctx)
	})
}

// told tells whether the host tells this person what was done: it tells the owner, if anybody.
func told(h access.Host, s access.Snapshot) bool {
	return h.Features.Activity.Available && s.Me.Owner()
}

// ask tells whether the activity of a revision has not been asked for yet, here or before this screen, and notes that it
// is now.
func (p *Page) ask(revision, known string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked == revision {
		return false
	}
	if revision != "" && revision == known {
		p.told, p.quiet = true, false
		return false
	}
	p.asked = revision
	return true
}

func (p *Page) paint(ctx context.Context) {
	snap, status, has := p.store.Snapshot(p.ref)
	identity, _ := p.store.Identity(p.ref.Identity)
	d := data{snap: snap, host: identity.Host, me: identity.Me, activity: p.store.Activity(p.ref).List, now: p.env.Now(), said: status.At}
	if p.go_.Elsewhere != nil {
		d.elsewhere = p.go_.Elsewhere(ctx)
	}
	p.mu.Lock()
	d.waiting, d.quiet = !p.told && len(d.activity) == 0, p.quiet
	p.mu.Unlock()
	fyne.Do(func() {
		if ctx.Err() != nil {
			return
		}
		switch {
		case has:
			p.loading.Stop()
			p.show(d)
		case status.Trouble != nil:
			p.loading.Stop()
			words := say.Trouble(p.env.Words, status.Trouble)
			p.put(kit.ErrorState(words.Title, say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text(), p.env.Words.T("words.retry"), p.go_.Retry))
		default:
			p.put(p.loading)
			p.loading.Start()
		}
	})
}

type data struct {
	snap     access.Snapshot
	host     access.Host
	me       access.Me
	activity []access.Activity

	elsewhere []watch.Item // changed elsewhere, not seen
	waiting   bool         // the activity is being asked for and none is known
	quiet     bool         // it could not be had
	now       time.Time
	said      time.Time // when the host last said that the account is so
}

// shown is what makes a picture of the screen another one. While it is the same the widgets stay, and the focus with them.
type shown struct {
	revision, host, day string
	all                 bool
	elsewhere           string // what is said to have changed elsewhere
	overdue             bool   // an access is found to be overdue, which it becomes without a change
}

// history is the same for what tells of activity, which may come later than the rest.
type history struct {
	newest         string
	waiting, quiet bool
}

func (p *Page) put(o fyne.CanvasObject) {
	p.shown, p.history = shown{}, history{}
	p.content.Objects = []fyne.CanvasObject{o}
	p.content.Refresh()
	p.root.Refresh()
}

func (p *Page) show(d data) {
	w := p.env.Words
	lines, ending := p.elsewhereLines(d), p.endingLines(d)
	overdue := slices.ContainsFunc(d.snap.Users, func(u access.User) bool { return u.Overdue(d.said) })
	is := shown{overdue: overdue, revision: d.snap.Revision, host: d.host.Name, day: w.Date(d.now), all: p.showAll, elsewhere: strings.Join(slices.Concat(lines, ending), "\n")}
	was := history{waiting: d.waiting, quiet: d.quiet}
	if len(d.activity) > 0 {
		was.newest = d.activity[0].ID
	}
	if is == p.shown {
		if was != p.history {
			p.history = was
			p.showHistory(d)
		}
		return
	}
	p.first = nil
	lead := w.T("overview.lead_user")
	if d.snap.Me.Owner() {
		lead = w.T("overview.lead_owner")
	}
	objs := []fyne.CanvasObject{kit.Column(2, kit.Heading(d.snap.Account.Name), kit.MutedText(lead))}
	if len(lines)+len(ending) > 0 {
		objs = append(objs, p.elsewhereCard(d, lines, ending))
	}
	if !d.snap.Me.Owner() {
		objs = append(objs, p.rights(d))
	}
	p.figures, p.lately = nil, nil
	if cards := p.cards(d); len(cards) > 0 {
		p.figures = kit.Grid(160, 16, 4, cards...)
		objs = append(objs, p.figures)
	}
	if d.snap.Me.Owner() && len(d.snap.Users) == 1 && len(d.snap.Invitations) == 0 && len(d.snap.Contacts) == 0 {
		invite := kit.PrimaryButton(w.T("overview.alone_invite"), p.go_.Invite)
		p.focusFirst(invite)
		objs = append(objs, kit.Card(kit.EmptyState(icons.Users, w.T("overview.alone_title"), w.T("overview.alone_text"), invite)))
	}
	if report := checkup.Run(d.snap, d.host, d.now, d.said); report.Ran > 0 {
		objs = append(objs, p.checks(d, report))
	}
	if told(d.host, d.snap) {
		p.lately = kit.Column(8, p.recent(d)...)
		objs = append(objs, kit.Card(p.lately))
	}
	p.put(kit.Column(16, objs...))
	p.shown, p.history = is, was
	if p.refocus {
		p.refocus = false
		p.Focus()
	}
	kit.TracePainted("overview")
}

// showHistory brings what tells of activity up to date; the rest stays, and the focus with it.
func (p *Page) showHistory(d data) {
	if p.figures != nil {
		p.figures.Objects = p.cards(d)
		p.figures.Refresh()
	}
	if p.lately != nil {
		p.lately.Objects = p.recent(d)
		p.lately.Refresh()
	}
	p.content.Refresh()
	p.root.Refresh()
}

func (p *Page) cards(d data) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, c := range stats(p.env.Words, d) {
		out = append(out, kit.StatCard(c.number, c.title, c.sub))
	}
	return out
}

func (p *Page) focusFirst(f fyne.Focusable) {
	if p.first == nil {
		p.first = f
	}
}

// rights says to who is not the owner what they may do here, and what not and why.
func (p *Page) rights(d data) fyne.CanvasObject {
	w := p.env.Words
	own := say.PlainYou(w, access.Mean(d.snap.Me.Permissions, d.host.Permissions), d.host.Permissions)
	return kit.Card(kit.Column(6, kit.Title(w.T("overview.your_rights")), kit.Body(own), kit.MutedText(w.T("words.owner_rule"))))
}

func (p *Page) checks(d data, report checkup.Report) fyne.CanvasObject {
	w := p.env.Words
	rows := []fyne.CanvasObject{kit.Row(8, kit.Title(w.T("overview.checks")).OneLine(), kit.Small(say.Points(w, report)), kit.Spacer())}
	hidden := 0
	for _, f := range report.Findings {
		if f.Level == checkup.OK && !p.showAll && report.Points() > 0 {
			hidden++
			continue
		}
		rows = append(rows, p.finding(d, f))
	}
	if hidden > 0 {
		more := kit.LinkButton(w.N("overview.show_fine", hidden), func() { p.showAll = true; p.show(d) })
		rows = append(rows, kit.Row(0, more, kit.Spacer()))
	}
	return kit.CardRows(rows...)
}

func (p *Page) finding(d data, f checkup.Finding) fyne.CanvasObject {
	words := say.Finding(p.env.Words, d.host, d.now, f)
	tone := map[checkup.Level]kit.Tone{checkup.Risk: kit.ToneDanger, checkup.Attention: kit.ToneBrass, checkup.OK: kit.ToneOK}[f.Level]
	level, text := kit.NewBadge(words.Level, tone), kit.Column(2, kit.Strong(words.Title), kit.Small(words.Detail))
	row := []fyne.CanvasObject{kit.FixedWidth(84, kit.Row(0, level, kit.Spacer())), kit.Grow(text)}
	if kit.LargeText() { // beside each other they would leave the words no room
		row = []fyne.CanvasObject{kit.FlowWrap(0, level), text}
	}
	if f.Action != "" && f.Level != checkup.OK {
		b := kit.SecondaryButton(words.Action, func() { p.go_.Fix(f) }).Small().About(words.Title)
		p.focusFirst(b)
		if kit.LargeText() {
			row = append(row, kit.FlowWrap(0, b))
		} else {
			row = append(row, b)
		}
	}
	if kit.LargeText() {
		return kit.Column(8, row...)
	}
	return kit.Row(14, row...)
}

const recentLines = 6

func (p *Page) recent(d data) []fyne.CanvasObject {
	w := p.env.Words
	head := []fyne.CanvasObject{kit.Title(w.T("overview.recent")), kit.Spacer()}
	if p.seeAll != nil {
		head = append(head, p.seeAll)
	}
	rows := []fyne.CanvasObject{kit.Row(8, head...)}
	for i, a := range d.activity {
		if i == recentLines {
			break
		}
		rows = append(rows, kit.Row(8, kit.FixedWidth(150, kit.Small(w.ShortDateTime(a.At)).OneLine()), kit.Grow(kit.Small(say.Activity(w, d.host, a)).In(kit.Text))))
	}
	switch {
	case d.waiting:
		rows = append(rows, kit.Small(w.T("overview.recent_waiting")))
	case d.quiet && len(d.activity) == 0:
		rows = append(rows, kit.Small(w.T("overview.recent_failed")))
	case len(d.activity) == 0:
		rows = append(rows, kit.Small(w.T("overview.recent_none")))
	}
	return rows
}

// Package people is the screen of who is in an account: users, contacts and invitations in one list, with what each
// person may do and receives beside it. It shows the cache and hands edits to the desk; it knows no host and keeps no
// people of its own.
package people

import (
	"context"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/permissions"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// shown is all that the screen shows at one moment.
type shown struct {
	asOf
	facts     facts
	rows      []row
	counts    map[Segment]int
	elsewhere map[string]int
	me        string // key of the signed-in person
}

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	page.Notes
	env     page.Env
	ref     access.Ref
	store   Store
	desk    Desk
	goTo    Go
	updater *page.Updater
	unwatch func()

	shown    shown
	segments []Segment // those the filter offers, in order
	segment  Segment
	filter   string
	order    order
	selected string // key of the person whose row is selected
	opened   bool   // that person is shown too, beside the list or in its place

	root     *fyne.Container
	subtitle *kit.TextBox
	export   *kit.Button
	add      *kit.Button
	invite   *kit.Button
	own      *fyne.Container // what who is not the owner may do, while there is no list
	tools    *fyne.Container
	choice   *kit.SegmentedFilter
	search   *kit.Input
	table    *kit.Table[row]
	split    *kit.SplitDetail
	detail   *detail
	empty    *fyne.Container
	loading  *kit.Loading
	whole    *fyne.Container // instead of the list: loading, an error, or nothing to see
}

var _ page.Page = (*Page)(nil)

// New makes the screen for one account.
func New(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go) *Page {
	p := &Page{env: env, ref: ref, store: store, desk: desk, goTo: goTo}
	p.build()
	p.updater = page.NewUpdater(p.Update)
	p.unwatch = env.Signals.Watch(ref, p.updater.Trigger)
	p.loading.Start()
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Focus implements page.Page: the list is where work starts, or the person who stands in its place. With large text in a small
// window the list is further down, and who comes here is to see first where they are.
func (p *Page) Focus() {
	switch c := kit.CanvasOf(p.choice); {
	case !p.tools.Visible():
	case p.split.Open() && p.split.Narrow():
		p.detail.Focus()
	case c != nil && p.choice.Visible() && !kit.InView(p.table):
		c.Focus(p.choice)
	default:
		p.table.Focus()
	}
}

// Dirty implements page.Page; everything typed here is in dialogs.
func (p *Page) Dirty() bool { return false }

// Close implements page.Page.
func (p *Page) Close() {
	p.unwatch()
	p.updater.Stop()
	p.loading.Stop()
}

// Update implements page.Page.
func (p *Page) Update(ctx context.Context) {
	s := p.read()
	if ctx.Err() != nil {
		return
	}
	fyne.Do(func() { p.show(s) })
}

func (p *Page) read() shown {
	var s shown
	s.snapshot, s.status, s.has = p.store.Snapshot(p.ref)
	id, _ := p.store.Identity(p.ref.Identity)
	s.me = access.EmailKey(id.Me.Email)
	s.facts = facts{snapshot: s.snapshot, host: id.Host, now: p.env.Now(), said: s.status.At}
	for _, c := range p.desk.List() {
		if c.Account == p.ref {
			s.facts.changes = append(s.facts.changes, c)
		}
	}
	if s.has {
		s.rows = rows(p.env.Words, s.facts)
		s.counts = counts(s.rows)
		s.elsewhere = elsewhere(p.store.Snapshots(), p.ref, func(identity string) (host, email string) {
			i, _ := p.store.Identity(identity)
			return i.Host.URL, i.Me.Email
		})
	}
	return s
}

func (p *Page) show(s shown) {
	first := !p.shown.has && s.has
	p.shown = s
	owner := s.snapshot.Me.Owner()
	mayContacts := s.snapshot.Me.May(access.Contacts)
	p.export.Hidden = !s.has
	p.add.Hidden = !s.has || !mayContacts
	p.invite.Hidden = !s.has || !owner
	p.showSubtitle()
	p.showWhole(s)
	list := s.has && (owner || mayContacts)
	p.showNotices(s, list)
	p.tools.Hidden = !list
	p.split.Container.Hidden = !list
	if list {
		p.loading.Stop()
		p.showSegments()
		p.arrange()
	}
	p.root.Refresh()
	if first && p.selected != "" {
		p.Select(p.selected)
	}
}

// showSegments offers what this person may see and this host can list.
func (p *Page) showSegments() {
	p.segments = []Segment{All, Users, Contacts, Invitations}
	switch {
	case !p.shown.snapshot.Me.Owner():
		p.segments = []Segment{All}
	case !p.shown.facts.host.Features.ListInvitations.Available && p.shown.counts[Invitations] == 0:
		p.segments = []Segment{All, Users, Contacts}
	}
	names := map[Segment]string{All: "people.all", Users: "people.users", Contacts: "people.contacts", Invitations: "people.invitations"}
	var segs []kit.Segment
	at := 0
	for i, s := range p.segments {
		segs = append(segs, kit.Segment{Label: p.env.Words.T(names[s]), Count: p.shown.counts[s]})
		if s == p.segment {
			at = i
		}
	}
	p.segment = p.segments[at]
	p.choice.Hidden = len(segs) < 2
	p.choice.SetSegments(segs)
	p.choice.Select(at)
}

// showSubtitle says what the list holds; of invitations, what of them the host cannot list.
func (p *Page) showSubtitle() {
	w := p.env.Words
	text := w.T("people.subtitle")
	if p.shown.has && !p.shown.snapshot.Me.Owner() {
		text = w.T("people.member_subtitle")
	}
	if part := p.shown.facts.host.Features.ListInvitations.Reason.In(w.Lang()); p.segment == Invitations && part != "" {
		text = part
	}
	p.subtitle.SetText(text)
}

// arrange shows the list as it is filtered and sorted, and the person beside it.
func (p *Page) arrange() {
	p.showSubtitle()
	list := arrange(p.shown.rows, p.segment, p.filter, p.order)
	p.fillEmpty(len(list) == 0)
	p.table.SetItems(list)
	if _, still := p.row(p.selected); !still {
		p.selected = ""
	}
	p.table.Select(p.selected)
	p.showDetail()
}

func (p *Page) row(key string) (row, bool) {
	for _, r := range p.shown.rows {
		if key != "" && r.key == key {
			return r, true
		}
	}
	return row{}, false
}

func (p *Page) showDetail() {
	r, known := p.row(p.selected)
	p.opened = p.opened && known
	if p.opened {
		p.detail.show(r, p.shown)
	}
	p.split.SetOpen(p.opened)
}

func (p *Page) openDetail(key string) {
	p.selected, p.opened = key, true
	p.showDetail()
}

// Select shows a person beside the list, by normalised e-mail (access.EmailKey); whatever filter hides the person is
// taken away. A person not known yet is selected once the account is there.
func (p *Page) Select(key string) {
	p.selected, p.opened = key, key != ""
	if !p.shown.has {
		return
	}
	if r, ok := p.row(key); ok && len(arrange([]row{r}, p.segment, p.filter, p.order)) == 0 {
		p.segment, p.filter = All, ""
		p.search.SetText("")
		p.showSegments()
	}
	p.arrange()
}

// Show chooses which people the list shows.
func (p *Page) Show(s Segment) {
	p.segment = s
	if p.shown.has {
		p.showSegments()
		p.arrange()
	}
}

// Invite opens the dialog that invites somebody, with an address filled in or "".
func (p *Page) Invite(email, language string) {
	permissions.Invite(p.env, p.ref, p.store, p.desk, p.dialogs(), permissions.Prefill{Email: email, Language: language})
}

func (p *Page) dialogs() permissions.Go {
	return permissions.Go{OpenPerson: p.openPerson}
}

func (p *Page) openPerson(key string) {
	p.Select(key)
	p.detail.Focus()
}

// unselect closes the person beside the list and goes back to that person's row.
func (p *Page) unselect() {
	p.opened = false
	p.showDetail()
	p.table.Focus()
}

// Escape implements page.Escaper.
func (p *Page) Escape() {
	if p.split.Open() {
		p.unselect()
	}
}

// name says a row to screen readers.
func (p *Page) name(r row) string {
	s := r.name + ", " + r.sub
	for _, b := range r.access {
		s += ", " + b.Text
	}
	if r.accessNote != "" {
		s += ", " + r.accessNote
	}
	return s
}

// changeOf begins an edit of a user.
func (p *Page) changeOf(k change.Kind, target, name, base string, before change.Values) change.Change {
	return change.Change{Account: p.ref, Kind: k, Target: target, TargetName: name, Base: base, Before: before}
}

// permissionTitle names a permission as this host does.
func (p *Page) permissionTitle(k access.Permission) string {
	return say.PermissionNamed(p.env.Words, k, p.shown.facts.host.Permissions)
}

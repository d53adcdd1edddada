// Package help answers the questions that people bring: what is a user and what is a contact, which e-mail is used for
// what, what each permission gives, which keys there are. It answers with the present account's own addresses and the
// present host's own permissions, and leads to where each thing is done. It only reads.
package help

import (
	"context"
	"reflect"
	"slices"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// Topic is what a help page is about; it is the screen's argument.
type Topic string

// The topics, in the order of the choice at the top.
const (
	People      Topic = ""
	Emails      Topic = "emails"
	Permissions Topic = "permissions"
	Computer    Topic = "computer"
	Keys        Topic = "keys"
)

var topics = []Topic{People, Emails, Permissions, Computer, Keys}

// Store is what help reads; *cache.Store has it.
type Store interface {
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Go leads to where things are done.
type Go struct {
	Topic       func(Topic)         // another page of help
	Invite      func()              // invite a user
	AddContact  func()              // add a contact
	People      func(filter string) // "users", "contacts", "invitations"
	AccountInfo func()
	Profile     func()
	Outbox      func() // what waits to be sent
	History     func()
	Directory   func() // everybody in all accounts; nil: there is but one account
	Preferences func()
	Mailbox     func() // the sample host's e-mails
	Diagnostics func() // save a diagnostics file; nil: there is none
	// NoDiagnostics: the organisation allows none.
	NoDiagnostics bool
	Everywhere    []Key // what leads to things by keyboard, from any screen
}

// Key is a key that works everywhere: what it does, and what stands on it.
type Key struct{ Does, Cap string }

// Page is the screen.
type Page struct {
	env   page.Env
	ref   access.Ref
	topic Topic
	store Store
	goTo  Go

	root    *fyne.Container
	content *fyne.Container
	choice  *kit.SegmentedFilter
	shown   *facts
	updater *page.Updater
	unwatch func()
}

var _ page.Page = (*Page)(nil)

// New makes the screen for a topic; one that does not exist is People.
func New(env page.Env, ref access.Ref, topic Topic, store Store, goTo Go) *Page {
	p := &Page{env: env, ref: ref, topic: topic, store: store, goTo: goTo, content: kit.Column(16)}
	at := max(0, slices.Index(topics, topic))
	p.topic = topics[at]
	w := env.Words
	p.choice = kit.NewSegmentedFilter([]kit.Segment{
		{Label: w.T("help.people"), Count: -1}, {Label: w.T("help.emails"), Count: -1},
		{Label: w.T("help.permissions"), Count: -1}, {Label: w.T("help.computer"), Count: -1}, {Label: w.T("help.keys"), Count: -1},
	}, func(i int) { p.goTo.Topic(topics[i]) })
	p.choice.Select(at)
	p.root = kit.Scroll(page.Frame(kit.Column(16, kit.Heading(w.T("help.title")), kit.Row(0, p.choice, kit.Spacer()), p.content)))
	p.updater = page.NewUpdater(p.Update)
	p.unwatch = env.Signals.Watch(ref, p.updater.Trigger)
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Dirty implements page.Page: nothing can be typed here.
func (p *Page) Dirty() bool { return false }

// Focus implements page.Page: on the choice of topics, so that the arrows leaf through them.
func (p *Page) Focus() { p.env.Window.Canvas().Focus(p.choice) }

// Close implements page.Page.
func (p *Page) Close() {
	p.unwatch()
	p.updater.Stop()
}

// facts are what the answers are made of.
type facts struct {
	has  bool
	snap access.Snapshot
	host access.Host
	me   access.Me
}

// Update implements page.Page.
func (p *Page) Update(ctx context.Context) {
	var f facts
	f.snap, _, f.has = p.store.Snapshot(p.ref)
	i, _ := p.store.Identity(p.ref.Identity)
	f.host, f.me = i.Host, i.Me
	fyne.Do(func() {
		if ctx.Err() != nil || p.shown != nil && reflect.DeepEqual(*p.shown, f) {
			return
		}
		p.shown = &f
		p.show(f)
	})
}

func (p *Page) show(f facts) {
	p.content.Objects = map[Topic]func(facts) []fyne.CanvasObject{
		People: p.people, Emails: p.emails, Permissions: p.permissions, Computer: p.computer, Keys: p.keys,
	}[p.topic](f)
	p.content.Refresh()
	p.root.Refresh()
}

// question is the head of a topic.
func (p *Page) question(title, answer string) fyne.CanvasObject {
	return kit.Column(4, kit.Title(p.env.Words.T(title)), kit.MutedText(p.env.Words.T(answer)))
}

// actions puts buttons under what they are about.
func actions(objs ...fyne.CanvasObject) fyne.CanvasObject { return kit.FlowWrap(8, objs...) }

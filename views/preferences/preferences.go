// Package preferences is the screen of what a person chooses for this computer: language, look, text size, how accounts
// are marked; and of what is kept here: who is signed in, where the files are. What is chosen holds at once. It knows
// settings and identities; of hosts and accounts only the names.
package preferences

import (
	"context"
	"reflect"
	"time"

	"concierge/app/access"
	"concierge/app/policy"
	"concierge/app/settings"
	"concierge/app/signin"
	"concierge/app/watch"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/switcher"

	"fyne.io/fyne/v2"
)

// Settings are what is chosen here; *settings.Store has them.
type Settings interface {
	switcher.Marks
	Language() string
	SetLanguage(tag string)
	Theme() settings.Theme
	SetTheme(settings.Theme)
	TextSize() int
	SetTextSize(percent int)
	LockAfter() time.Duration
	SetLockAfter(time.Duration)
	LooksForUpdates() bool
	SetLooksForUpdates(on bool)
	Notifies(kind string) bool
	SetNotifies(kind string, on bool)
}

// Store names the accounts; *cache.Store has it.
type Store interface {
	Accounts(identity string) []access.Summary
}

// SignIns lists who is signed in; *signin.Manager has it.
type SignIns interface {
	Identities() []signin.Identity
}

// Go leads to what needs more than this screen.
type Go struct {
	SignOut     func(identity string)
	SignInAgain func(identity string)
	TryKeyring  func(identity string) // again, for who has unlocked it
	AddIdentity func()                // sign in to another host
	Lock        func()                // cover the window now
	SeeUpdate   func()                // the newer version that was found
}

// Files are where things are on this computer.
type Files struct {
	Folder  string // of settings and the list of identities; "" when not told
	Version string
}

// Config of the screen.
type Config struct {
	Settings Settings
	Store    Store
	SignIns  SignIns
	Files    Files
	Go       Go
	Policy   policy.Policy // what the organisation has set
	Updates  Updates       // nil where new versions are not looked for
	// Watch calls changed after the settings or who is signed in changed, until stop is called; nil in tests that call
	// Update themselves.
	Watch func(changed func()) (stop func())
}

// Page is the screen.
type Page struct {
	env page.Env
	ref access.Ref
	cfg Config

	root     *fyne.Container
	language *kit.SegmentedFilter
	theme    *kit.SegmentedFilter
	size     *kit.SegmentedFilter
	idle     *kit.SegmentedFilter
	notices  map[watch.Kind]*kit.Check
	looks    *kit.Check // these three only with Updates
	asked    *kit.TextBox
	newer    *kit.Button
	accounts *fyne.Container
	people   *fyne.Container
	shown    *facts
	updater  *page.Updater
	stops    []func()
}

var _ page.Page = (*Page)(nil)

// New makes the screen. ref is the account that is open, or zero; it is offered to be marked.
func New(env page.Env, ref access.Ref, cfg Config) *Page {
	p := &Page{env: env, ref: ref, cfg: cfg, accounts: kit.Column(0), people: kit.Column(0)}
	w := env.Words
	col := kit.Column(16, kit.Column(2, kit.Heading(w.T("preferences.title")), kit.MutedText(w.T("preferences.lead"))))
	for _, card := range []fyne.CanvasObject{p.appearance(), p.locking(), p.notifications(), p.accounts, p.people, p.versions(), p.organisation(), p.files()} {
		if card != nil {
			col.Add(card)
		}
	}
	p.root = kit.Scroll(page.Frame(col))
	p.updater = page.NewUpdater(p.Update)
	p.stops = []func(){env.Signals.Watch(ref, p.updater.Trigger)}
	if cfg.Watch != nil {
		p.stops = append(p.stops, cfg.Watch(p.updater.Trigger))
	}
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.root }

// Dirty implements page.Page: everything holds at once.
func (p *Page) Dirty() bool { return false }

// Focus implements page.Page: on the language, also after it was changed, which makes this screen anew.
func (p *Page) Focus() { p.env.Window.Canvas().Focus(p.language) }

// Close implements page.Page.
func (p *Page) Close() {
	for _, stop := range p.stops {
		stop()
	}
	p.updater.Stop()
}

// facts are what the screen shows at one moment.
type facts struct {
	language   string
	theme      settings.Theme
	size       int
	idle       time.Duration
	notifies   map[watch.Kind]bool
	marked     []markedAccount
	here       markedAccount // the account that is open
	identities []signin.Identity
	looks      bool // for new versions
	newer      string
	asked      time.Time
}

// Update implements page.Page.
func (p *Page) Update(ctx context.Context) {
	s := p.cfg.Settings
	f := facts{language: s.Language(), theme: s.Theme(), size: s.TextSize(), idle: p.cfg.Policy.LockAfter(s.LockAfter()), identities: p.cfg.SignIns.Identities()}
	for i := range f.identities {
		f.identities[i].LastUsedAt = time.Time{} // not shown, and changes by itself
	}
	if p.cfg.Updates != nil {
		f.looks, f.asked = s.LooksForUpdates() && !p.cfg.Policy.NoUpdateCheck, p.cfg.Updates.Asked()
		if m, is := p.cfg.Updates.Found(); is {
			f.newer = m.Version
		}
	}
	f.notifies = map[watch.Kind]bool{}
	for _, k := range watch.Kinds() {
		f.notifies[k] = s.Notifies(string(k))
	}
	f.marked, f.here = marked(p.cfg.Store.Accounts(""), p.ref, s)
	fyne.Do(func() {
		if ctx.Err() == nil {
			p.show(f)
		}
	})
}

// show changes what is not as it was; the rest stays, and the focus with it.
func (p *Page) show(f facts) {
	p.language.Select(indexOf(languages, f.language))
	p.theme.Select(indexOf(themes, f.theme))
	p.size.Select(indexOf(settings.TextSizes(), f.size))
	p.idle.Select(indexOf(p.lockTimes(), f.idle))
	p.showVersions(f)
	for k, c := range p.notices {
		c.SetChecked(f.notifies[k])
	}
	was := p.shown
	p.shown = &f
	if was == nil || !reflect.DeepEqual(was.marked, f.marked) || was.here != f.here {
		p.put(p.accounts, p.accountCard(f))
	}
	if was == nil || !reflect.DeepEqual(was.identities, f.identities) {
		p.put(p.people, p.identityCard(f))
	}
	p.root.Refresh()
}

// put replaces a card. A focus inside it stays at the same place of the new one.
func (p *Page) put(place *fyne.Container, card fyne.CanvasObject) {
	c := p.env.Window.Canvas()
	at := -1
	for i, f := range focusables(place) {
		if f == kit.FocusedBelow(c) {
			at = i
		}
	}
	place.Objects = []fyne.CanvasObject{card}
	place.Refresh()
	if at < 0 {
		return
	}
	if now := focusables(place); len(now) > 0 {
		kit.FocusBelow(c, now[min(at, len(now)-1)])
	}
}

func focusables(o fyne.CanvasObject) []fyne.Focusable {
	if f, ok := o.(fyne.Focusable); ok {
		return []fyne.Focusable{f}
	}
	var out []fyne.Focusable
	if c, ok := o.(*fyne.Container); ok {
		for _, child := range c.Objects {
			out = append(out, focusables(child)...)
		}
	}
	return out
}

func indexOf[T comparable](list []T, v T) int {
	for i, x := range list {
		if x == v {
			return i
		}
	}
	return 0
}

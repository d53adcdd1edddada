// Package account is the screen of an account's own information: who it belongs to, where the host writes about it, what
// mail that address receives, and its domains. The owner's login e-mail stands beside the account e-mail, since people
// take one for the other. It shows the cache and hands its edit to the desk.
package account

import (
	"context"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Store is what the screen reads; *cache.Store has it.
type Store interface {
	Snapshot(access.Ref) (access.Snapshot, cache.Status, bool)
	Identity(id string) (cache.Identity, bool)
}

// Go are the ways from here to other screens.
type Go struct {
	Profile func() // where the login e-mail is changed
	Refresh func() // asks the host again
}

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	env     page.Env
	ref     access.Ref
	store   Store
	desk    form.Desk
	goTo    Go
	updater *page.Updater
	unwatch func()

	shown   shown
	body    *form.Body
	loading *kit.Loading
	notices *fyne.Container // how old it is
	sheet   *form.Sheet
}

// shown is all that the screen shows at one moment.
type shown struct {
	snapshot access.Snapshot
	status   cache.Status
	identity cache.Identity
	has      bool
}

// mayEdit tells whether the person may change account information.
func (s shown) mayEdit() bool { return s.snapshot.Me.May(access.Profile) }

var _ page.Page = (*Page)(nil)

// New makes the screen for one account.
func New(env page.Env, ref access.Ref, store Store, desk form.Desk, goTo Go) *Page {
	p := &Page{env: env, ref: ref, store: store, desk: desk, goTo: goTo}
	p.loading = kit.NewLoading(env.Words.T("account.loading"), env.After)
	p.notices = kit.Column(12)
	p.body = form.NewBody(kit.Centered(p.loading))
	p.updater = page.NewUpdater(p.Update)
	p.unwatch = env.Signals.Watch(ref, p.updater.Trigger)
	p.loading.Start()
	return p
}

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.body.Object() }

// Focus implements page.Page.
func (p *Page) Focus() { p.body.Focus() }

// Dirty implements page.Page.
func (p *Page) Dirty() bool { return p.body.Dirty() }

// Close implements page.Page.
func (p *Page) Close() {
	p.unwatch()
	p.updater.Stop()
	p.loading.Stop()
	p.body.Close()
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
	var s shown
	s.snapshot, s.status, s.has = p.store.Snapshot(p.ref)
	s.identity, _ = p.store.Identity(p.ref.Identity)
	return s
}

func (p *Page) show(s shown) {
	p.shown = s
	p.fresh()
	switch {
	case !s.has && s.status.Trouble != nil && !s.status.Busy:
		p.loading.Stop()
		p.body.Instead(p.failed(s.status.Trouble))
	case !s.has:
		p.body.Instead(kit.Centered(p.loading))
	case p.body.Outdated(facts(s)):
		p.loading.Stop()
		p.build(s)
	case p.body.Sheet() != nil && s.mayEdit(): // who lost the permission while typing hears it from the host
		p.body.Sheet().News(change.OfAccount(s.snapshot.Account), s.snapshot.Account.ETag)
	}
	p.body.Refresh()
}

// facts is what the screen shows beside the inputs of the form.
func facts(s shown) any {
	account := s.snapshot.Account
	owner, known := ownerLogin(s)
	list := []any{s.identity.Host.Languages, s.identity.Host.MailCategories, account.Domains, owner, known, s.snapshot.Me}
	if !s.mayEdit() {
		list = append(list, account)
	}
	return list
}

func (p *Page) failed(t *trouble.Trouble) fyne.CanvasObject {
	words := say.Trouble(p.env.Words, t)
	return kit.ErrorState(words.Title, say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text(), p.env.Words.T("words.retry"), p.goTo.Refresh)
}

// build makes the form, or what of it the person may see.
func (p *Page) build(s shown) {
	if !s.mayEdit() {
		p.body.Show(facts(s), nil, kit.Scroll(page.Frame(p.readOnly(s))))
		return
	}
	p.sheet = form.NewSheet(form.SheetConfig{
		Env: p.env, Host: s.identity.Host, Desk: p.desk, Need: form.Name | form.Email,
		Change: func() change.Change {
			return change.Change{Account: p.ref, Kind: change.EditAccount, TargetName: p.shown.snapshot.Account.Name}
		},
		Latest: func() (change.Values, string) {
			snap, _, _ := p.store.Snapshot(p.ref)
			return change.OfAccount(snap.Account), snap.Account.ETag
		},
		Explain: p.explain,
	})
	content := p.editor(s)
	p.sheet.Load(change.OfAccount(s.snapshot.Account), s.snapshot.Account.ETag)
	p.body.Show(facts(s), p.sheet, p.sheet.Around(content))
}

// explain says at the mail categories what the last address of Domain mail means.
func (p *Page) explain(t *trouble.Trouble) {
	if t.Kind == trouble.LastDomain {
		w := p.env.Words
		p.sheet.SayMail(access.MailDomain, w.T("account.last_domain", "Domains", w.List(p.shown.snapshot.Account.Domains)))
	}
}

// fresh says how old what is shown is.
func (p *Page) fresh() {
	p.notices.RemoveAll()
	if o := form.Freshness(p.env.Words, p.env.Now(), p.shown.status, p.goTo.Refresh); o != nil {
		p.notices.Add(o)
	}
	if o := form.Draft(p.env.Words, p.shown.identity.Host, p.desk, p.ref, change.EditAccount, ""); o != nil {
		p.notices.Add(o)
	}
	p.notices.Hidden = len(p.notices.Objects) == 0
}

// ownerLogin is what the account's owner types to sign in, where this person may know it.
func ownerLogin(s shown) (email string, known bool) {
	for _, u := range s.snapshot.Users {
		if u.Role == access.Owner {
			return u.Email, true
		}
	}
	if s.snapshot.Me.Owner() {
		return s.identity.Me.Email, s.identity.Me.Email != ""
	}
	return "", false
}

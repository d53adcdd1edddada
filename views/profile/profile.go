// Package profile is the screen of the signed-in person's own profile at one host: name and language, the e-mail they
// sign in with, and how well the sign-in is guarded. It belongs to an identity, not to an account, and says which
// addresses do not change with the login e-mail. It shows the cache and hands its edits to the desk.
package profile

import (
	"context"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/proof"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Store is what the screen reads; *cache.Store has it.
type Store interface {
	Identity(id string) (cache.Identity, bool)
	Identities() []cache.Identity
	Accounts(identity string) []access.Summary
	Snapshot(access.Ref) (access.Snapshot, cache.Status, bool)
}

// Go are the ways from here.
type Go struct {
	Refresh func() // asks the host again
}

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	env      page.Env
	identity string
	store    Store
	desk     form.Desk
	goTo     Go
	updater  *page.Updater
	unwatch  []func()

	shown   shown
	body    *form.Body
	loading *kit.Loading
	notices *fyne.Container
	sheet   *form.Sheet
}

// shown is all that the screen shows at one moment.
type shown struct {
	identity cache.Identity
	others   []string     // the hosts of the person's other identities
	accounts []accountOwn // the accounts of this identity's own whose e-mail is known
}

// accountOwn is an account with the e-mail that its host writes to.
type accountOwn struct{ name, email string }

// has tells whether the profile itself is known, and not only who is signed in.
func (s shown) has() bool { return s.identity.Me.ID != "" }

var _ page.Page = (*Page)(nil)

// New makes the screen for one identity.
func New(env page.Env, identity string, store Store, desk form.Desk, goTo Go) *Page {
	p := &Page{env: env, identity: identity, store: store, desk: desk, goTo: goTo}
	p.loading = kit.NewLoading(env.Words.T("profile.loading"), env.After)
	p.notices = kit.Column(12)
	p.body = form.NewBody(kit.Centered(p.loading))
	p.updater = page.NewUpdater(p.Update)
	p.unwatch = []func(){env.Signals.Watch(p.ref(), p.updater.Trigger)}
	if env.Signals.Accounts != nil {
		p.unwatch = append(p.unwatch, env.Signals.Accounts.Listen(func(r access.Ref) {
			if r.Identity == identity {
				p.updater.Trigger()
			}
		}))
	}
	p.loading.Start()
	return p
}

// ref is what Changes of a profile are about: an identity and no account.
func (p *Page) ref() access.Ref { return access.Ref{Identity: p.identity} }

// Object implements page.Page.
func (p *Page) Object() fyne.CanvasObject { return p.body.Object() }

// Focus implements page.Page.
func (p *Page) Focus() { p.body.Focus() }

// Dirty implements page.Page.
func (p *Page) Dirty() bool { return p.body.Dirty() }

// Close implements page.Page.
func (p *Page) Close() {
	for _, stop := range p.unwatch {
		stop()
	}
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
	s.identity, _ = p.store.Identity(p.identity)
	for _, i := range p.store.Identities() {
		if i.ID != p.identity {
			s.others = append(s.others, i.Host.Name)
		}
	}
	for _, a := range p.store.Accounts(p.identity) {
		snap, _, has := p.store.Snapshot(a.Ref)
		if has && snap.Me.Owner() && snap.Account.Email != "" {
			s.accounts = append(s.accounts, accountOwn{snap.Account.Name, snap.Account.Email})
		}
	}
	return s
}

func (p *Page) show(s shown) {
	p.shown = s
	p.fresh()
	t := s.identity.Status.Trouble
	switch {
	case !s.has() && t != nil && !s.identity.Status.Busy:
		p.loading.Stop()
		words := say.Trouble(p.env.Words, t)
		p.body.Instead(kit.ErrorState(words.Title, say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text(),
			p.env.Words.T("words.retry"), p.goTo.Refresh))
	case !s.has():
		p.body.Instead(kit.Centered(p.loading))
	case p.body.Outdated(facts(s)):
		p.loading.Stop()
		p.build(s)
	default:
		p.sheet.News(change.OfProfile(s.identity.Me), s.identity.Me.ETag)
	}
	p.body.Refresh()
}

// facts is what the screen shows beside the inputs of the form.
func facts(s shown) any {
	two := ""
	if s.identity.Me.TwoFactor != nil {
		two = map[bool]string{true: "on", false: "off"}[*s.identity.Me.TwoFactor]
	}
	return []any{s.identity.Host, s.identity.Me.Email, two, s.others, s.accounts}
}

func (p *Page) build(s shown) {
	p.sheet = form.NewSheet(form.SheetConfig{
		Env: p.env, Host: s.identity.Host, Desk: p.desk, Need: form.FirstName,
		Change: func() change.Change {
			return change.Change{Account: p.ref(), Kind: change.EditProfile, TargetName: p.shown.identity.Me.Name()}
		},
		Latest: func() (change.Values, string) {
			i, _ := p.store.Identity(p.identity)
			return change.OfProfile(i.Me), i.Me.ETag
		},
	})
	content := p.content(s)
	p.sheet.Load(change.OfProfile(s.identity.Me), s.identity.Me.ETag)
	p.body.Show(facts(s), p.sheet, p.sheet.Around(content))
}

// fresh says how old what is shown is.
func (p *Page) fresh() {
	p.notices.RemoveAll()
	if o := form.Freshness(p.env.Words, p.env.Now(), p.shown.identity.Status, p.goTo.Refresh); o != nil {
		p.notices.Add(o)
	}
	if o := form.Draft(p.env.Words, p.shown.identity.Host, p.desk, p.ref(), change.EditProfile, ""); o != nil {
		p.notices.Add(o)
	}
	p.notices.Hidden = len(p.notices.Objects) == 0
}

// resetPassword asks, then lets the host e-mail a link. The shell says how that went.
func (p *Page) resetPassword() {
	w, i := p.env.Words, p.shown.identity
	kit.Confirm(p.env.Window, kit.ConfirmConfig{
		Title: w.T("profile.reset_title"), Text: w.T("profile.reset_text", "Host", i.Host.Name, "Email", i.Me.Email),
		Confirm: w.T("profile.reset"), Cancel: w.T("words.cancel"),
		OnConfirm: func() {
			c := change.Change{Account: p.ref(), Kind: change.ResetPassword, TargetName: i.Me.Name(),
				After: change.Values{Fields: map[string]string{change.FieldEmail: i.Me.Email}}}
			p.env.Run(func() {
				end, err := p.desk.Do(context.Background(), c)
				fyne.Do(func() {
					switch {
					case err != nil:
						text := say.Trouble(w, &trouble.Trouble{Kind: trouble.Other, Err: err}).Text()
						kit.ShowToast(p.env.Window, kit.ToastConfig{Text: text, Tone: kit.ToneDanger, CloseName: w.T("words.close")}, p.env.After)
					case end.State == change.NeedsProof:
						proof.Show(p.env, p.desk, end, nil)
					}
				})
			})
		},
	})
}

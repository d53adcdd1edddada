package people

import (
	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// The columns of the table, in order.
const (
	colPerson = iota
	colAccess
	colMail
)

func (p *Page) build() {
	w := p.env.Words
	p.subtitle = kit.MutedText(w.T("people.subtitle"))
	p.add = kit.SecondaryButton(w.T("people.add_contact"), func() { p.goTo.AddContact(access.Contact{}) })
	p.invite = kit.PrimaryButton(w.T("people.invite"), func() { p.Invite("", "") })
	p.add.Hide()
	p.invite.Hide()

	p.choice = kit.NewSegmentedFilter(nil, func(i int) {
		p.segment = p.segments[i]
		p.arrange()
	})
	p.search = kit.NewSearchEntry(w.T("people.filter"), func(s string) {
		p.filter = s
		p.arrange()
	})
	p.search.OnDown = func() { p.table.Focus() }
	p.table = p.newTable()
	p.detail = newDetail(p)
	p.split = kit.NewSplitDetail(p.table, p.detail.object)
	p.tools = kit.Spread(16, p.choice, kit.Wish(240, p.search))
	p.notices = kit.Column(12)
	p.whole = kit.Column(0)
	p.loading = kit.NewLoading(w.T("people.loading"), p.env.After)
	for _, o := range []fyne.CanvasObject{p.tools, p.split.Container, p.notices} {
		o.Hide()
	}
	head := kit.Row(12, kit.Grow(kit.Column(2, kit.Heading(w.T("people.title")), p.subtitle)), p.add, p.invite)
	p.root = page.Frame(kit.Column(16, head, p.notices, p.whole, p.tools, kit.Grow(p.split.Container)))
}

func (p *Page) newTable() *kit.Table[row] {
	w := p.env.Words
	t := kit.NewTable([]kit.Col[row]{
		{Title: w.T("people.person"), Weight: 1, Min: 190, Sortable: true, New: newPersonCell, Bind: bindPersonCell},
		{Title: w.T("people.can_sign_in"), Weight: 0.5, Min: 170, Sortable: true, New: newPillCell, Bind: bindAccessCell},
		{Title: w.T("people.receives"), Weight: 0.6, Min: 150, Sortable: true, New: newPillCell, Bind: func(c fyne.CanvasObject, r row) {
			bindMailCell(c, r, len(p.shown.facts.host.MailCategories), w.T("people.all_mail"))
		}},
	}, func(r row) string { return r.key })
	t.Label = p.name
	t.OnSelected = func(r row) {
		p.selected = r.key
		if !p.split.Narrow() {
			p.openDetail(r.key)
		}
	}
	t.OnTapped = func(r row) { p.openDetail(r.key) }
	t.OnActivated = func(r row) {
		p.openDetail(r.key)
		p.detail.focus()
	}
	t.OnSort = func(col int, desc bool) {
		p.order = order{by: map[int]column{colPerson: byPerson, colAccess: bySignIn, colMail: byMail}[col], down: desc}
		p.arrange()
	}
	t.OnTyped = func(r rune) {
		if c := kit.CanvasOf(p.search); c != nil {
			c.Focus(p.search)
			p.search.TypedRune(r)
		}
	}
	p.empty = kit.Column(0)
	t.Empty = p.empty
	return t
}

// fillEmpty says why the list is empty, and what to do.
func (p *Page) fillEmpty(empty bool) {
	p.empty.RemoveAll()
	if !empty {
		return
	}
	w := p.env.Words
	if p.filter != "" {
		p.empty.Add(kit.EmptyState(icons.Search, w.T("people.nobody", "Filter", p.filter), w.T("people.nobody_note"),
			kit.SecondaryButton(w.T("people.clear_filter"), func() { p.search.SetText("") })))
		return
	}
	symbol, key := icons.Contact, "people.no_contacts"
	var action *kit.Button
	switch {
	case p.segment == Users:
		symbol, key = icons.Users, "people.no_users"
	case p.segment == Invitations:
		symbol, key = icons.Mail, "people.no_invitations"
	}
	if p.segment == Users || p.segment == Invitations {
		action = kit.SecondaryButton(w.T("people.invite"), func() { p.Invite("", "") })
	} else {
		action = kit.SecondaryButton(w.T("people.add_contact"), func() { p.goTo.AddContact(access.Contact{}) })
	}
	title := w.T(key)
	if p.segment == Invitations && len(p.shown.facts.host.Features.ListInvitations.Reason) > 0 { // there may be others
		title = w.T("people.no_invitations_here")
	}
	p.empty.Add(kit.EmptyState(symbol, title, w.T(key+"_note"), action))
}

// showWhole fills the screen while there is no list: loading, or why nothing could be loaded.
func (p *Page) showWhole(s shown) {
	p.whole.RemoveAll()
	p.whole.Hidden = s.has
	if s.has {
		p.loading.Stop()
		return
	}
	if s.status.Trouble != nil && !s.status.Busy {
		words := say.Trouble(p.env.Words, s.status.Trouble)
		p.loading.Stop()
		p.whole.Add(kit.ErrorState(words.Title, say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text(),
			p.env.Words.T("words.retry"), p.goTo.Refresh))
		return
	}
	p.whole.Add(p.loading)
}

// showNotices says above the list what a person should know of it: that it is old, or that they do not see all.
func (p *Page) showNotices(s shown) {
	w := p.env.Words
	p.notices.RemoveAll()
	if t := s.status.Trouble; s.has && t != nil {
		if t.Kind.Offline() {
			p.notices.Add(kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(w.T("people.offline")), kit.P(" " + w.AsOf("people.offline_note", p.env.Now(), s.status.At))}).Container)
		} else {
			words := say.Trouble(w, t)
			p.notices.Add(kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(say.Words{Title: words.Title}.Text()), kit.P(" " + say.Words{Detail: words.Detail, Do: words.Do}.Text())},
				kit.SecondaryButton(w.T("words.retry"), p.goTo.Refresh).Small()).Container)
		}
	}
	if s.has && !s.snapshot.Me.Owner() {
		p.notices.Add(p.ownAccess(s))
	}
	p.notices.Hidden = len(p.notices.Objects) == 0
}

// ownAccess tells somebody who is not the owner what they may do here, and why they see no more.
func (p *Page) ownAccess(s shown) fyne.CanvasObject {
	w, me, catalogue := p.env.Words, s.snapshot.Me, s.facts.host.Permissions
	why := w.T("words.owner_rule") + " " + w.T("people.member_hidden")
	if !me.May(access.Contacts) {
		why += " " + w.T("people.member_no_contacts", "Permission", p.permissionTitle(access.Contacts))
	}
	return kit.Card(kit.Column(6,
		kit.Strong(w.T("people.your_access", "Account", s.snapshot.Account.Name)),
		kit.Body(say.PlainYou(w, access.Mean(me.Permissions, catalogue), catalogue)),
		kit.Small(why)))
}

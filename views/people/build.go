package people

import (
	"strings"

	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/export"
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
	p.export = export.Button(w, !p.goTo.NoExport, p.goTo.Export)
	p.export.Hide()
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
	p.choice.OnDown = p.search.OnDown
	p.table = p.newTable()
	p.detail = newDetail(p)
	p.split = p.detail.Beside(p.table)
	p.tools = kit.Spread(16, p.choice, kit.Wish(240, p.search))
	p.own = kit.Column(0)
	p.whole = kit.Column(0)
	p.loading = kit.NewLoading(w.T("people.loading"), p.env.After)
	for _, o := range []fyne.CanvasObject{p.tools, p.split.Container, p.own} {
		o.Hide()
	}
	// The subtitle has all the width: beside the buttons it would take from the list, line by line, as text grows.
	head := kit.Column(2, kit.Spread(12, kit.Heading(w.T("people.title")), kit.Row(12, p.export, p.add, p.invite)), p.subtitle)
	p.root = kit.Scroll(page.Frame(kit.Column(16, head, p.own, p.whole, p.tools, kit.Grow(p.split.Container))))
}

func (p *Page) newTable() *kit.Table[row] {
	w := p.env.Words
	t := kit.NewTable([]kit.Col[row]{
		{Title: w.T("people.person"), Weight: 1, Min: 190, Sortable: true, New: kit.NewPersonCell, Bind: func(c fyne.CanvasObject, r row) {
			kit.BindPersonCell(c, r.name, r.key, r.under(p.table.Shows(colAccess), p.table.Shows(colMail)), symbol(r))
		}},
		{Title: w.T("people.can_sign_in"), Weight: 0.5, Min: 170, HideBelow: 410, Sortable: true, New: kit.NewPillCell, Bind: bindAccessCell},
		{Title: w.T("people.receives"), Weight: 0.6, Min: 150, HideBelow: 570, Sortable: true, New: kit.NewPillCell, Bind: func(c fyne.CanvasObject, r row) {
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
		p.detail.Focus()
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
		title, note := w.T("people.nobody", "Filter", p.filter), w.T("people.nobody_note")
		if name := p.unreceived(); name != "" {
			title, note = w.T("people.nobody_gets", "Category", name), w.T("people.nobody_gets_note")
		}
		p.empty.Add(kit.EmptyState(icons.Search, title, note,
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

// unreceived is the mail category that was looked for among everybody, and that nobody receives; "" when it was something
// else, or the person does not see who receives what.
func (p *Page) unreceived() string {
	s, typed := p.shown, access.Fold(strings.TrimSpace(p.filter))
	if p.segment != All || len([]rune(typed)) < 3 || !s.snapshot.Me.May(access.Contacts) {
		return ""
	}
	for _, e := range s.facts.host.MailCategories {
		if name := say.MailShort(p.env.Words, e); strings.HasPrefix(access.Fold(name), typed) {
			return name
		}
	}
	return ""
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

// showNotices says above the screen what a person should know of the list: that it is old, or that they do not see all.
func (p *Page) showNotices(s shown, listed bool) {
	w := p.env.Words
	var list []kit.Notice
	if t := s.status.Trouble; s.has && t != nil {
		if t.Kind.Offline() {
			list = append(list, kit.Notice{Tone: kit.ToneBrass, Title: w.T("people.offline"), Text: w.AsOf("people.offline_note", p.env.Now(), s.status.At)})
		} else {
			words := say.Trouble(w, t)
			list = append(list, kit.Notice{Tone: kit.ToneBrass, Title: say.Words{Title: words.Title}.Text(), Text: say.Words{Detail: words.Detail, Do: words.Do}.Text(),
				Action: w.T("words.retry"), Do: p.goTo.Refresh})
		}
	}
	p.own.RemoveAll()
	if s.has && !s.snapshot.Me.Owner() {
		title, may, why := p.ownAccess(s)
		if listed { // the list needs the room
			list = append(list, kit.Notice{Tone: kit.ToneInfo, Title: title + ".", Text: may + " " + why})
		} else {
			p.own.Add(kit.Card(kit.Column(6, kit.Strong(title), kit.Body(may), kit.Small(why))))
		}
	}
	p.own.Hidden = len(p.own.Objects) == 0
	p.SetNotices(list)
}

// ownAccess tells somebody who is not the owner what they may do here, and why they see no more.
func (p *Page) ownAccess(s shown) (title, may, why string) {
	w, me, catalogue := p.env.Words, s.snapshot.Me, s.facts.host.Permissions
	why = w.T("words.owner_rule") + " " + w.T("people.member_hidden")
	if !me.May(access.Contacts) {
		why += " " + w.T("people.member_no_contacts", "Permission", p.permissionTitle(access.Contacts))
	}
	return w.T("people.your_access", "Account", s.snapshot.Account.Name), say.PlainYou(w, access.Mean(me.Permissions, catalogue), catalogue), why
}

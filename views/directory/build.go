package directory

import (
	"strings"

	book "concierge/app/directory"
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
	colAccounts
	colAccess
	colMail
	colDate
)

// facets are those that are offered, in order, and what each is called.
var facets = []struct {
	of  book.Facet
	key string
}{
	{book.All, "directory.all"}, {book.SignIn, "directory.sign_in"}, {book.MailOnly, "directory.mail_only"},
	{book.Invited, "directory.invited"}, {book.Ending, "directory.ending"}, {book.Several, "directory.several"},
}

func (p *Page) build() {
	w := p.env.Words
	p.subtitle = kit.MutedText("")
	p.export = export.Button(w, !p.goTo.NoExport, p.goTo.Export)
	p.choice = kit.NewSegmentedFilter(nil, func(i int) {
		p.Show(facets[i].of)
	})
	p.search = kit.NewSearchEntry(w.T("people.filter"), func(s string) {
		p.query = s
		if p.shown.all != nil {
			p.arrange()
		}
	})
	p.search.OnDown = func() { p.table.Focus() }
	p.choice.OnDown = p.search.OnDown
	p.table = p.newTable()
	p.detail = newDetail(p)
	p.split = p.detail.Beside(p.table)
	p.tools = kit.Row(0, p.choice, kit.Spacer())
	p.find = kit.Row(12, kit.Wish(240, p.search), p.export)
	p.whole = kit.Column(0)
	p.loading = kit.NewLoading(w.T("people.loading"), p.env.After)
	for _, o := range []fyne.CanvasObject{p.find, p.tools, p.split.Container} {
		o.Hide()
	}
	head := kit.Column(2, kit.Spread(12, kit.Heading(w.T("directory.title")), p.find), p.subtitle)
	p.root = kit.Scroll(page.Frame(kit.Column(16, head, p.whole, p.tools, kit.Grow(p.split.Container))))
}

func (p *Page) newTable() *kit.Table[*book.Line] {
	w := p.env.Words
	t := kit.NewTable([]kit.Col[*book.Line]{
		{Title: w.T("people.person"), Weight: 1, Min: 190, Sortable: true, New: kit.NewPersonCell, Bind: func(c fyne.CanvasObject, l *book.Line) {
			kit.BindPersonCell(c, l.Name, l.Key, p.under(l), symbol(l))
		}},
		{Title: w.T("switcher.accounts"), Weight: 0.5, Min: 110, HideBelow: 400, Sortable: true, New: newAccountsCell, Bind: p.bindAccounts},
		{Title: w.T("people.can_sign_in"), Weight: 0.3, Min: 124, HideBelow: 530, New: kit.NewPillCell, Bind: func(c fyne.CanvasObject, l *book.Line) {
			pills, note := accessCell(w, l)
			kit.BindPillCell(c, pills, note)
		}},
		{Title: w.T("directory.mail"), Min: 76, Center: true, HideBelow: 730, New: func() fyne.CanvasObject { return kit.NewIcon(icons.Check, kit.Primary, 18) },
			Bind: func(c fyne.CanvasObject, l *book.Line) {
				if l.Receives {
					c.(*kit.Icon).Set(icons.Check, kit.Primary)
				} else {
					c.(*kit.Icon).Set(icons.Minus, kit.Muted)
				}
			}},
		{Title: w.T("directory.date"), Weight: 0.4, Min: 150, HideBelow: 640, Sortable: true, New: kit.NewPillCell, Bind: func(c fyne.CanvasObject, l *book.Line) {
			pills, note := p.dateCell(l)
			kit.BindPillCell(c, pills, note)
		}},
	}, func(l *book.Line) string { return l.Key })
	t.Label = p.label
	t.OnSelected = func(l *book.Line) {
		p.selected = l.Key
		if !p.split.Narrow() {
			p.openDetail(l.Key)
		}
	}
	t.OnTapped = func(l *book.Line) { p.openDetail(l.Key) }
	t.OnActivated = func(l *book.Line) {
		p.openDetail(l.Key)
		p.detail.Focus()
	}
	t.OnSort = func(col int, down bool) {
		p.order = book.Order{By: map[int]book.Column{colPerson: book.ByName, colAccounts: book.ByAccounts, colDate: book.ByDate}[col], Down: down}
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

// showFacets offers the facets with how many people each has, and says by what the list is sorted.
func (p *Page) showFacets() {
	var segs []kit.Segment
	at := 0
	for i, f := range facets {
		segs = append(segs, kit.Segment{Label: p.env.Words.T(f.key), Count: p.shown.counts[f.of]})
		if f.of == p.facet {
			at = i
		}
	}
	p.choice.SetSegments(segs)
	p.choice.Select(at)
	p.table.SetSort(map[book.Column]int{book.ByName: colPerson, book.ByAccounts: colAccounts, book.ByDate: colDate}[p.order.By], p.order.Down)
}

// summary says how many people there are in how many accounts, and what is not among them.
func (p *Page) summary(s shown) string {
	w := p.env.Words
	if s.nothing() || len(s.all.Accounts) < 2 {
		return w.T("directory.subtitle")
	}
	known := len(s.all.Accounts) - s.all.NotFetched
	out := []string{w.T("directory.count", "People", w.N("directory.people", len(s.lines)), "Accounts", w.N("switcher.in_accounts", known))}
	if n := s.all.Partly; n > 0 {
		out = append(out, w.N("directory.partly", n))
	}
	if n := s.all.NotFetched; n > 0 {
		out = append(out, w.N("directory.not_fetched", n))
	}
	return strings.Join(out, " ")
}

// fillEmpty says why the list is empty, and what to do.
func (p *Page) fillEmpty(empty bool) {
	p.empty.RemoveAll()
	if !empty {
		return
	}
	w := p.env.Words
	if p.query != "" {
		note, help := w.T("people.nobody_note"), kit.SecondaryButton(w.T("people.clear_filter"), func() { p.search.SetText("") })
		if p.facet != book.All && len(book.Pick(p.shown.lines, book.All, p.query, p.order)) > 0 {
			note, help = w.T("directory.elsewhere_note"), kit.SecondaryButton(w.T("directory.look_everywhere"), func() { p.Show(book.All) })
		}
		p.empty.Add(kit.EmptyState(icons.Search, w.T("people.nobody", "Filter", p.query), note, help))
		return
	}
	symbol, key := icons.Users, "directory.none"
	switch p.facet {
	case book.MailOnly:
		symbol, key = icons.Mail, "directory.none_mail_only"
	case book.Invited:
		symbol, key = icons.MailCheck, "directory.none_invited"
	case book.Ending:
		symbol, key = icons.Clock, "directory.none_ending"
	case book.Several:
		key = "directory.none_several"
	case book.SignIn:
		key = "directory.none_sign_in"
	}
	p.empty.Add(kit.EmptyState(symbol, w.T(key), w.T(key+"_note"), nil))
}

// showWhole fills the screen while there is no list: loading, why nothing could be loaded, or that there is but one account.
func (p *Page) showWhole(s shown, one bool) {
	w := p.env.Words
	p.whole.RemoveAll()
	p.whole.Hidden = !one && !s.nothing()
	p.wait(s.nothing() && !one && s.why == nil)
	switch {
	case one:
		p.whole.Add(kit.EmptyState(icons.Building, w.T("directory.single"), w.T("directory.single_note"),
			kit.SecondaryButton(w.T("directory.to_people"), p.goTo.People)))
	case !s.nothing():
	case s.why != nil:
		words := say.Trouble(w, s.why)
		p.whole.Add(kit.ErrorState(words.Title, say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text(), w.T("words.retry"), p.goTo.Refresh))
	default:
		p.whole.Add(p.loading)
	}
}

// wait says that something is on its way, or no longer.
func (p *Page) wait(on bool) {
	switch {
	case on && !p.waits:
		p.loading.Start()
	case !on && p.waits:
		p.loading.Stop()
	}
	p.waits = on
}

// showNotices says above the screen which hosts cannot be asked, and how old what is known of them is.
func (p *Page) showNotices(s shown) {
	w := p.env.Words
	var list []kit.Notice
	if len(s.off) > 0 && !s.nothing() {
		var names []string
		since := s.off[0].Status.At
		for _, i := range s.off {
			names = append(names, i.Host.Name)
			if i.Status.At.Before(since) {
				since = i.Status.At
			}
		}
		text := w.AsOf("people.offline_note", s.now, since)
		if len(s.hosts) > 0 {
			text += " " + w.T("directory.offline_hosts", "Hosts", w.List(names))
		}
		list = append(list, kit.Notice{Tone: kit.ToneBrass, Title: w.T("people.offline"), Text: text, Action: w.T("words.retry"), Do: p.goTo.Refresh})
	}
	p.SetNotices(list)
}

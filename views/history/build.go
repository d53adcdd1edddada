package history

import (
	past "concierge/app/history"
	"concierge/assets/icons"
	"concierge/views/export"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

func (p *Page) build() {
	w := p.env.Words
	p.modes = kit.NewSegmentedFilter([]kit.Segment{{Label: w.T("history.mode_line"), Count: -1}, {Label: w.T("history.mode_compare"), Count: -1}}, func(i int) {
		p.mode = mode(i)
		p.selected = ""
		p.showMode()
	})
	p.who = kit.NewSelect(w.T("history.person"), []string{w.T("history.everybody")}, func(i int) {
		p.person = ""
		if i > 0 {
			p.person = p.people[i-1].Key
		}
		p.arrange()
	})
	p.who.Select(0)
	p.search = kit.NewSearchEntry(w.T("history.filter"), func(s string) {
		p.filter = s
		p.arrange()
	})
	p.search.OnDown = func() { p.table.Focus() }
	p.modes.OnDown = p.search.OnDown
	p.finding = kit.FlowWrap(12, kit.Wish(200, p.who), kit.Wish(200, p.search))
	p.from = kit.NewSelect(w.T("history.compare_from"), nil, func(i int) { p.choose(&p.compare.from, i) })
	p.to = kit.NewSelect(w.T("history.compare_to"), nil, func(i int) { p.choose(&p.compare.to, i) })
	p.dates = kit.FlowWrap(12, kit.Row(8, kit.Small(w.T("history.compare_from")).OneLine(), kit.FixedWidth(210, p.from)),
		kit.Row(8, kit.Small(w.T("history.compare_to")).OneLine(), kit.FixedWidth(210, p.to)))
	p.dates.Hide()
	p.empties = [2]*fyne.Container{kit.Column(0), kit.Column(0)}
	what := kit.Col[row]{Title: w.T("history.what"), Weight: 1, Min: 230, New: newWhatCell, Bind: bindWhatCell}
	place := kit.Col[row]{Title: w.T("history.where"), Min: 112, HideBelow: 560, New: newPlaceCell, Bind: bindPlaceCell}
	p.tables[modeLine] = p.newTable(modeLine, kit.Col[row]{Title: w.T("history.when"), Min: 156, HideBelow: 420, New: newWhenCell, Bind: func(c fyne.CanvasObject, r row) {
		c.(*kit.TextBox).SetText(r.when)
	}}, what, place)
	what.Title, place.Title = w.T("history.compare_who"), w.T("history.compare_differences")
	p.tables[modeCompare] = p.newTable(modeCompare, what, place)
	p.table = p.tables[modeLine]
	p.tables[modeCompare].Hide()
	p.detail = newDetail(p)
	p.split = p.detail.Beside(kit.Layers(p.tables[modeLine], p.tables[modeCompare]))
	p.tools = kit.Spread(16, p.modes, kit.Layers(p.finding, p.dates))
	p.whole = kit.Column(0)
	p.loading = kit.NewLoading(w.T("history.loading"), p.env.After)
	p.whole.Add(p.loading)
	for _, o := range []fyne.CanvasObject{p.tools, p.split.Container} {
		o.Hide()
	}
	p.export = export.Button(w, !p.goTo.NoExport, p.Export)
	p.export.Hide()
	head := kit.Column(2, kit.Row(12, kit.Grow(kit.Heading(w.T("history.title"))), p.export), kit.MutedText(w.T("history.lead")))
	p.root = kit.Scroll(page.Frame(kit.Column(16, head, p.whole, p.tools, kit.Grow(p.split.Container))))
}

func (p *Page) newTable(of mode, cols ...kit.Col[row]) *kit.Table[row] {
	t := kit.NewTable(cols, func(r row) string { return r.id })
	t.Label = func(r row) string { return r.title + ", " + r.sub + ", " + r.when }
	t.OnSelected = func(r row) {
		p.selected = r.id
		if !p.split.Narrow() {
			p.opened = true
			p.showDetail()
		}
	}
	open := func(r row) bool {
		if r.id == moreID {
			p.readOn()
			return false
		}
		p.selected, p.opened = r.id, true
		p.showDetail()
		return true
	}
	t.OnTapped = func(r row) { open(r) }
	t.OnActivated = func(r row) {
		if open(r) {
			p.detail.Focus()
		}
	}
	t.OnTyped = func(r rune) {
		if c := kit.CanvasOf(p.search); c != nil && p.mode == modeLine {
			c.Focus(p.search)
			p.search.TypedRune(r)
		}
	}
	t.Empty = p.empties[of]
	return t
}

func newWhenCell() fyne.CanvasObject { return kit.Small("").Ellipsis() }

func newWhatCell() fyne.CanvasObject {
	return kit.Row(12, kit.NewAvatar("", "", 32), kit.Grow(kit.Column(0, kit.Strong("").Ellipsis(), kit.Small("").Ellipsis())))
}

func bindWhatCell(cell fyne.CanvasObject, r row) {
	parts := cell.(*fyne.Container).Objects
	a := parts[0].(*kit.Avatar)
	if r.who.Key != "" {
		a.Set(r.who.Name, r.who.Key)
	} else {
		a.SetIcon(r.symbol)
	}
	lines := parts[1].(*fyne.Container).Objects[0].(*fyne.Container).Objects
	lines[0].(*kit.TextBox).SetText(r.title)
	lines[1].(*kit.TextBox).SetText(r.sub)
}

func newPlaceCell() fyne.CanvasObject { return kit.FlowWrap(0, kit.NewBadge("", kit.ToneNeutral)) }

func bindPlaceCell(cell fyne.CanvasObject, r row) {
	b := cell.(*fyne.Container).Objects[0].(*kit.Badge)
	b.Hidden = r.place == ""
	b.Set(r.place, r.tone)
}

// show shows facts.
func (p *Page) show(f facts) {
	p.shown = f
	ready := f.has && f.read
	p.tools.Hidden, p.split.Container.Hidden = !ready, !ready
	p.showWhole(f)
	p.showNotices(f)
	if ready {
		p.loading.Stop()
		p.showPeople()
		p.showDates()
		p.showMode()
	}
	p.export.Hidden = !ready
	p.root.Refresh()
	if ready && p.exports {
		p.Export()
	}
	if c := kit.CanvasOf(p.root); ready && p.awaits && c != nil && c.Overlays().Top() == nil {
		p.awaits = false
		if c.Focused() == p.elsewhere {
			p.Focus()
		}
	}
}

// showWhole fills the screen while there is no list.
func (p *Page) showWhole(f facts) {
	w := p.env.Words
	p.whole.Hidden = f.has && f.read
	if p.whole.Hidden {
		return
	}
	t := f.disk
	if t == nil && !f.has && !f.status.Busy {
		t = f.status.Trouble
	}
	p.whole.RemoveAll()
	if t == nil {
		p.whole.Add(p.loading)
		if !p.loading.Visible() {
			p.loading.Start()
		}
		return
	}
	p.loading.Stop()
	words := say.Trouble(w, t)
	title := words.Title
	if f.disk != nil {
		title = w.T("history.disk")
	}
	p.whole.Add(kit.ErrorState(title, say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text(), w.T("words.retry"), p.again))
}

// showNotices says above the screen what the list cannot tell, and why.
func (p *Page) showNotices(f facts) {
	w := p.env.Words
	note := func(tone kit.Tone, key string) kit.Notice {
		return kit.Notice{Tone: tone, Title: w.T(key), Text: w.T(key + "_note")}
	}
	var list []kit.Notice
	switch {
	case !f.has || !f.read:
	case !f.identity.Host.Features.Activity.Available:
		list = append(list, note(kit.ToneInfo, "history.no_record"))
	case !f.snapshot.Me.Owner():
		list = append(list, note(kit.ToneInfo, "history.not_owner"))
	case f.told.Trouble != nil:
		n := note(kit.ToneBrass, "history.offline")
		n.Action, n.Do = w.T("words.retry"), p.again
		list = append(list, n)
	}
	p.SetNotices(list)
}

// showPeople offers everybody whom the time line is about. Who was looked for stays so.
func (p *Page) showPeople() {
	p.people = past.Concerned(p.shown.told.Events)
	names := []string{p.env.Words.T("history.everybody")}
	at := 0
	for i, who := range p.people {
		names = append(names, who.Name)
		if who.Key == p.person {
			at = i + 1
		}
	}
	if at == 0 {
		p.person = ""
	}
	p.who.SetOptions(names)
	p.who.Select(at)
}

// Compare shows what differs between two dates.
func (p *Page) Compare() {
	p.mode = modeCompare
	p.modes.Select(int(modeCompare))
	p.showMode()
}

// showMode shows the time line or the comparison.
func (p *Page) showMode() {
	line := p.mode == modeLine
	p.table = p.tables[p.mode]
	p.tables[modeLine].Hidden, p.tables[modeCompare].Hidden = !line, line
	p.finding.Hidden, p.dates.Hidden = !line, line || len(p.shown.told.Versions) < 2
	if !line {
		p.load()
	}
	p.arrange()
	p.root.Refresh()
}

// arrange shows the list as it is filtered, and what is selected beside it.
func (p *Page) arrange() {
	if !p.shown.has || !p.shown.read {
		return
	}
	w := p.env.Words
	var list []row
	if p.mode == modeLine {
		list = matching(p.shown.rows, p.person, p.filter)
		if p.shown.told.More {
			r := row{id: moreID, title: w.T("history.more"), sub: w.T("history.more_note"), symbol: icons.History}
			if p.more {
				r.title = w.T("history.more_busy")
			}
			list = append(list, r)
		}
	} else {
		list = p.compare.rows
	}
	p.fillEmpty(len(list) == 0)
	p.table.SetItems(list)
	p.table.Select(p.selected)
	if _, still := p.table.Selected(); !still {
		p.selected = ""
	}
	p.showDetail()
}

// fillEmpty says why there is nothing to see.
func (p *Page) fillEmpty(empty bool) {
	p.empties[p.mode].RemoveAll()
	if !empty {
		return
	}
	w := p.env.Words
	state := func(symbol icons.Name, key string, action fyne.CanvasObject) {
		p.empties[p.mode].Add(kit.EmptyState(symbol, w.T(key), w.T(key+"_note"), action))
	}
	switch {
	case p.mode == modeCompare && len(p.shown.told.Versions) < 2:
		state(icons.GitCompare, "history.compare_one", nil)
	case p.mode == modeCompare && p.compare.gone:
		state(icons.GitCompare, "history.compare_gone", nil)
	case p.mode == modeCompare && p.compare.ready:
		state(icons.GitCompare, "history.compare_none", nil)
	case p.mode == modeCompare:
		p.empties[p.mode].Add(kit.Pad(24, 0, 24, 0, kit.MutedText(w.T("history.loading")).Centered()))
	case p.filter != "" || p.person != "":
		state(icons.Search, "history.nothing", kit.SecondaryButton(w.T("history.clear_filter"), func() {
			p.person = ""
			p.who.Select(0)
			p.search.SetText("")
			p.arrange()
		}))
	default:
		state(icons.History, "history.none", nil)
	}
}

func (p *Page) showDetail() {
	r, ok := p.table.Selected()
	p.opened = p.opened && ok && r.id != moreID && p.selected == r.id
	if p.opened {
		p.detail.show(r)
	}
	p.split.SetOpen(p.opened)
}

// unselect closes what is beside the list and goes back to its row.
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

// present is the account as it is now, for ways back.
func (p *Page) present() past.Present {
	snap, _, _ := p.store.Snapshot(p.ref)
	return past.Present{Snapshot: snap, Host: p.shown.identity.Host, Now: p.env.Now()}
}

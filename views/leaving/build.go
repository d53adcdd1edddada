package leaving

import (
	"cmp"
	"slices"

	"concierge/app/access"
	"concierge/app/plan"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// rowHeight leaves room for two lines below the name: what is done, and why it is not.
const rowHeight = 72

func (p *Page) build() {
	w := p.env.Words
	p.title, p.text = kit.Heading("").MaxRows(2), kit.MutedText(w.T("leaving.promise"))
	p.export = kit.SecondaryButton(w.T("leaving.export"), p.save).WithIcon(icons.Download)
	if p.goTo.NoExport {
		p.export.DisableBecause(w.T("organisation.no_export"))
	}
	p.approve = kit.DangerButton("", p.send)
	p.undo = kit.SecondaryButton(w.T("words.undo"), func() { p.plan(p.desk.UndoPlan) })
	p.hold = kit.SecondaryButton(w.T("leaving.hold"), func() { p.plan(p.desk.Hold) })
	p.goOn = kit.PrimaryButton(w.T("leaving.go_on"), func() { p.plan(p.desk.GoOn) })
	p.again = kit.PrimaryButton(w.T("leaving.again"), func() { p.plan(p.desk.GoOn) })
	p.offline = kit.SecondaryButton("", p.tickOffline).Small()
	p.unseen = kit.Body("")
	p.note = kit.RowAligned(8, kit.Top, kit.NewIcon(icons.Info, kit.Info, 18), kit.Grow(p.unseen))
	p.bar, p.count = kit.NewProgress(), kit.Small("")
	p.progress = kit.Column(6, p.bar, p.count)
	p.table = kit.NewTable([]kit.Col[row]{{Weight: 1, Min: 200, New: newCell, Bind: func(o fyne.CanvasObject, r row) { bindCell(o, r, p.own(r)) }}},
		func(r row) string { return r.id }).WithoutHeader().WithRowHeight(rowHeight)
	p.table.Label = p.name
	p.table.OnTapped, p.table.OnActivated = p.do, p.do
	p.table.OnSpace = func(r row) {
		if r.act == tick {
			p.do(r)
		}
	}
	p.empty = kit.Column(0)
	p.away = kit.FlowWrap(8, p.offline)
	p.list = kit.Column(16, p.note, p.away, p.progress, kit.Grow(p.table))
	head := kit.Spread(12, p.title, kit.FlowWrap(12, p.again, p.goOn, p.undo, p.hold, p.export, p.approve))
	p.root = kit.Scroll(page.Frame(kit.Column(16, kit.Column(2, head, p.text), p.empty, kit.Grow(p.list))))
}

// show fills the screen.
func (p *Page) show(s shown) {
	w := p.env.Words
	p.shown = s
	p.title.SetText(w.N("leaving.title", s.tally.total, "Name", s.found.Name))
	if s.tally.total == 0 {
		p.title.SetText(w.T("leaving.empty_title", "Name", s.found.Name))
	}
	approved := !s.plan.Zero()
	p.fillEmpty(s)
	ticked := p.ticked()
	p.approve.SetText(w.N("leaving.approve", len(ticked)))
	p.approve.Hidden = s.tally.total == 0 || approved && len(ticked) == 0
	p.approve.Enable()
	if len(ticked) == 0 {
		p.approve.DisableBecause(w.T("leaving.approve_none"))
	}
	undoable := !s.plan.Undoable().IsZero()
	p.undo.Hidden = !undoable
	p.hold.Hidden = undoable || !s.plan.Leaves()
	p.goOn.Hidden = s.plan.HeldBack() == 0
	p.again.Hidden = s.plan.GoesOn() == 0 || !p.goOn.Hidden
	p.export.Hidden = !approved // there is nothing to prove yet
	p.unseen.SetText(w.N("leaving.unseen", len(s.found.Unseen), "Name", s.found.Name))
	p.note.Hidden = len(s.found.Unseen) == 0
	away := p.untickedOffline()
	p.offline.SetText(w.N("leaving.tick_offline", len(away)))
	p.away.Hidden = len(away) < 2
	p.progress.Hidden = !approved
	p.count.SetText(s.tally.say(w))
	p.bar.SetValue(float32(s.tally.done) / float32(max(1, s.tally.total)))
	p.table.SetItems(s.rows)
	p.root.Refresh()
}

// fillEmpty says that the person is nowhere, as far as is known.
func (p *Page) fillEmpty(s shown) {
	p.empty.RemoveAll()
	p.list.Hidden = len(s.rows) == 0
	p.empty.Hidden = !p.list.Hidden
	p.text.Hidden = p.list.Hidden
	if p.list.Hidden {
		w := p.env.Words
		text := w.T("leaving.empty_text")
		if n := len(s.found.Unseen); n > 0 {
			text = w.N("leaving.unseen", n, "Name", s.found.Name)
		}
		title := w.T("leaving.empty_title", "Name", s.found.Name)
		if s.found.Name == "" { // a plan that is no longer there
			title, text = w.T("leaving.none_title"), w.T("leaving.none_text")
		}
		p.title.SetText(w.T("leaving.plans"))
		p.empty.Add(kit.EmptyState(icons.Users, title, text, nil))
	}
}

// name says a row to screen readers.
func (p *Page) name(r row) string {
	w := p.env.Words
	s := r.name
	if r.host != "" {
		s += ", " + r.host
	}
	if r.box {
		k := "leaving.unticked"
		if p.own(r) {
			k = "leaving.ticked"
		}
		s += ", " + w.T(k)
	}
	s += ", " + r.sub
	if r.pill != "" {
		s += ", " + r.pill
	}
	return s
}

// newCell is the reused picture of a row: box, bar, name over what is done, state.
func newCell() fyne.CanvasObject {
	box := kit.FixedSize(18, 18, kit.Layers(kit.NewFill(kit.Surface, kit.Border, 4), kit.Centered(kit.NewIcon(icons.Check, kit.OnPrimary, 14))))
	return kit.Row(12, box, kit.ColorBar(""), kit.Grow(kit.Column(1, kit.Rich().Ellipsis(), kit.Small("").MaxRows(2))), kit.NewBadge("", kit.ToneNeutral))
}

func bindCell(o fyne.CanvasObject, r row, on bool) {
	parts := o.(*fyne.Container).Objects
	parts[0].(*fyne.Container).Hidden = !r.boxes
	layers := parts[0].(*fyne.Container).Objects[0].(*fyne.Container)
	layers.Hidden = !r.box // the names stand below each other nonetheless
	box := layers.Objects
	fill, line := kit.Surface, kit.Border
	if on {
		fill, line = kit.Primary, kit.Primary
	}
	box[0].(*kit.Fill).SetRoles(fill, line)
	box[1].(*fyne.Container).Objects[0].(*kit.Icon).Hidden = !on
	parts[1].(*kit.Bar).SetColor(kit.PaletteColor(r.colour))
	lines := parts[2].(*fyne.Container).Objects[0].(*fyne.Container).Objects
	name := []kit.Part{kit.B(r.name)}
	if r.host != "" {
		name = append(name, kit.M("  "+r.host))
	}
	lines[0].(*kit.TextBox).SetParts(name...)
	lines[1].(*kit.TextBox).SetText(r.sub)
	pill := parts[3].(*kit.Badge)
	pill.Hidden = r.pill == ""
	pill.Set(r.pill, r.tone)
	o.Refresh()
}

func sortByName(list []row) {
	slices.SortStableFunc(list, func(a, b row) int {
		return cmp.Or(cmp.Compare(access.Fold(a.name), access.Fold(b.name)), cmp.Compare(a.id, b.id))
	})
}

// factsOf gathers what rows need besides what was found.
func factsOf(env page.Env, store Store, goTo Go, s shown) facts {
	f := facts{shown: s, now: env.Now(), colour: goTo.Color}
	hosts := map[string]access.Host{}
	urls := map[string]bool{}
	for _, i := range store.Identities() {
		hosts[i.ID] = i.Host
		urls[i.Host.URL] = true
	}
	f.several = len(urls) > 1
	f.host = func(identity string) access.Host { return hosts[identity] }
	f.name = func(ref access.Ref) string {
		if alias := goTo.Alias(ref); alias != "" {
			return alias
		}
		if a, ok := store.Account(ref); ok {
			return a.Name
		}
		return ref.Account
	}
	return f
}

// untickedOffline lists what waits for the person only because its host is away.
func (p *Page) untickedOffline() []row {
	var out []row
	for _, r := range p.shown.rows {
		if r.box && r.found.Why == plan.Offline && !p.own(r) {
			out = append(out, r)
		}
	}
	return out
}

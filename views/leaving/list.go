package leaving

import (
	"context"

	"concierge/app/plan"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/page"

	"fyne.io/fyne/v2"
)

// List is the screen of the plans of these last days.
type List struct {
	env     page.Env
	store   Store
	desk    Desk
	goTo    Go
	updater *page.Updater
	stops   []func()

	root  *fyne.Container
	table *kit.Table[planLine]
}

// planLine is one plan.
type planLine struct {
	id, title, sub string
	pill           string
	tone           kit.Tone
}

var _ page.Page = (*List)(nil)

// NewList makes the screen.
func NewList(env page.Env, store Store, desk Desk, goTo Go) *List {
	l := &List{env: env, store: store, desk: desk, goTo: goTo}
	w := env.Words
	l.table = kit.NewTable([]kit.Col[planLine]{{Weight: 1, Min: 200, New: newPlanCell, Bind: bindPlanCell}}, func(p planLine) string { return p.id }).WithoutHeader().WithRowHeight(rowHeight)
	l.table.Label = func(p planLine) string { return p.title + ", " + p.sub + ", " + p.pill }
	see := func(p planLine) { goTo.Plan(p.id) }
	l.table.OnTapped, l.table.OnActivated = see, see
	l.table.Empty = kit.EmptyState(icons.Layers, w.T("leaving.none_title"), w.T("leaving.none_text"), nil)
	l.root = kit.Scroll(page.Frame(kit.Column(16, kit.Column(2, kit.Heading(w.T("leaving.plans")), kit.MutedText(w.T("leaving.plans_text"))), kit.Grow(l.table))))
	l.updater = page.NewUpdater(l.Update)
	l.stops = listen(env, l.updater.Trigger)
	return l
}

// Object implements page.Page.
func (l *List) Object() fyne.CanvasObject { return l.root }

// Dirty implements page.Page.
func (l *List) Dirty() bool { return false }

// Focus implements page.Page.
func (l *List) Focus() {
	if len(l.table.Items()) > 0 {
		l.table.Focus()
	}
}

// Close implements page.Page.
func (l *List) Close() {
	for _, stop := range l.stops {
		stop()
	}
	l.updater.Stop()
}

// Update implements page.Page.
func (l *List) Update(ctx context.Context) {
	w := l.env.Words
	var lines []planLine
	for _, pl := range plan.Plans(l.desk.List()) {
		t := count(rows(w, factsOf(l.env, l.store, l.goTo, shown{plan: pl})))
		line := planLine{id: pl.ID, title: w.N("leaving.title", len(pl.Lines), "Name", pl.Name), sub: join([]string{w.ShortDateTime(pl.At), t.say(w)})}
		switch {
		case pl.UnderWay():
			line.pill, line.tone = w.T("leaving.pill_sending"), kit.ToneInfo
		case t.done == t.total:
			line.pill, line.tone = w.T("leaving.result_confirmed"), kit.ToneOK
		default:
			line.pill, line.tone = w.T("leaving.pill_decide"), kit.ToneBrass
		}
		lines = append(lines, line)
	}
	fyne.Do(func() {
		if ctx.Err() == nil {
			l.table.SetItems(lines)
			l.root.Refresh()
		}
	})
}

func newPlanCell() fyne.CanvasObject {
	return kit.Row(12, kit.Grow(kit.Column(1, kit.Strong("").Ellipsis(), kit.Small("").MaxRows(2))), kit.NewBadge("", kit.ToneNeutral))
}

func bindPlanCell(o fyne.CanvasObject, p planLine) {
	parts := o.(*fyne.Container).Objects
	lines := parts[0].(*fyne.Container).Objects[0].(*fyne.Container).Objects
	lines[0].(*kit.TextBox).SetText(p.title)
	lines[1].(*kit.TextBox).SetText(p.sub)
	parts[1].(*kit.Badge).Set(p.pill, p.tone)
	o.Refresh()
}

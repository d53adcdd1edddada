package freshness

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Store is what the panel reads; *cache.Store has it.
type Store interface {
	Identities() []cache.Identity
	Accounts(identity string) []access.Summary
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Marks are how the person marks accounts on this computer; *settings.Store has them.
type Marks interface {
	Alias(access.Ref) string
	Colour(access.Ref) int
}

// Config of a panel.
type Config struct {
	Store Store
	Marks Marks
	// Ask asks the host about one account now, and AskAll about all of a sign-in. They do not block.
	Ask    func(access.Ref)
	AskAll func(identity string)
	// SignInAgain leads to where a sign-in that has ended begins anew.
	SignInAgain func(identity string)
}

// Panel is the open panel.
type Panel struct {
	env page.Env
	cfg Config

	modal   *kit.Modal
	summary *kit.TextBox
	all     *kit.Button
	groups  *fyne.Container
	lines   []*groupLine
	table   *kit.Table[row]
	what    *kit.TextBox // about the selected account
	one     *kit.Button
	body    *fyne.Container
	shown   *facts

	updater *page.Updater
	pending atomic.Bool
	stops   []func()
}

// calm is how long changes are gathered before the panel shows them: a thousand accounts may be arriving.
const calm = 250 * time.Millisecond

// Show opens the panel over the window. The keyboard is on what asks all hosts, one key away.
func Show(env page.Env, cfg Config) *Panel {
	p := &Panel{env: env, cfg: cfg}
	p.build()
	p.updater = page.NewUpdater(p.Update)
	if s := env.Signals.Accounts; s != nil {
		p.stops = append(p.stops, s.Listen(func(access.Ref) { p.soon() }))
	}
	if s := env.Signals.Lists; s != nil {
		p.stops = append(p.stops, s.Listen(func(string) { p.soon() }))
	}
	p.show(gather(cfg, env.Now()))
	if len(p.shown.rows) > 0 {
		p.table.Select(p.shown.rows[0].id())
		p.tell()
	}
	p.modal.OnHidden = p.close
	p.modal.Show()
	return p
}

// soon brings the panel up to date a little later, once for all that changes until then. Any goroutine may call it.
func (p *Panel) soon() {
	if !p.pending.CompareAndSwap(false, true) {
		return
	}
	after := p.env.After
	if after == nil {
		after = kit.RealAfter
	}
	after(calm, func() {
		p.pending.Store(false)
		p.updater.Trigger()
	})
}

func (p *Panel) close() {
	for _, stop := range p.stops {
		stop()
	}
	p.updater.Stop()
}

// Update reads the store and shows what it holds; see page.Page.
func (p *Panel) Update(ctx context.Context) {
	f := gather(p.cfg, p.env.Now())
	fyne.Do(func() {
		if ctx.Err() == nil {
			p.show(f)
		}
	})
}

func (p *Panel) build() {
	w := p.env.Words
	p.summary = kit.MutedText("").Ellipsis()
	p.all = kit.PrimaryButton(w.T("freshness.ask_all"), func() {
		for _, g := range p.shown.groups {
			p.cfg.AskAll(g.id)
		}
	}).WithIcon(icons.Refresh)
	p.groups = kit.Column(10)
	p.table = kit.NewTable([]kit.Col[row]{
		{Title: w.T("freshness.account"), Weight: 3, Min: 160, New: newAccountCell, Bind: bindAccountCell},
		{Title: w.T("freshness.state"), Weight: 2, Min: 150, New: newStateCell, Bind: func(o fyne.CanvasObject, r row) { bindStateCell(o, r.state, Word(w, r.state, r.why)) }},
		{Title: w.T("freshness.confirmed"), Weight: 1, Min: 100, New: func() fyne.CanvasObject { return kit.MutedText("").Ellipsis() }, Bind: func(o fyne.CanvasObject, r row) {
			o.(*kit.TextBox).SetText(p.confirmed(r.at))
		}},
	}, row.id).WithRowHeight(44)
	p.table.Label = func(r row) string { return r.name + ", " + Line(w, p.env.Now(), r.state, r.why, r.at) }
	p.table.OnSelected = func(row) { p.tell() }
	p.table.OnActivated = func(r row) { p.cfg.Ask(r.ref) }
	p.table.Empty = kit.EmptyState(icons.Building, w.T("freshness.no_account"), w.T("freshness.no_account_text"), nil)
	p.what = kit.MutedText("").MaxRows(3)
	p.one = kit.SecondaryButton(w.T("freshness.ask_one"), func() {
		if r, ok := p.table.Selected(); ok {
			p.cfg.Ask(r.ref)
		}
	}).Small()
	leave := kit.IconButton(icons.Close, w.T("words.close"), func() { p.modal.Hide() })
	head := kit.Row(12, kit.Grow(kit.Column(2, kit.Heading(w.T("freshness.title")), p.summary)), p.all, leave)
	foot := kit.Row(16, kit.Grow(p.what), p.one)
	p.body = container.New(&bodyLayout{p}, head, kit.Scroll(p.groups), p.table, foot)
	p.modal = kit.NewModal(p.env.Window, kit.ModalConfig{Title: w.T("freshness.title"), Content: container.New(panelLayout{}, kit.Scroll(kit.Grow(p.body))), Bare: true, Width: 780, First: p.all, CloseOnOutside: true})
}

func (p *Panel) confirmed(at time.Time) string {
	if at.IsZero() {
		return p.env.Words.T("freshness.not_yet")
	}
	return When(p.env.Words, p.env.Now(), at)
}

// show changes what is not as it was.
func (p *Panel) show(f facts) {
	was := p.shown
	p.shown = &f
	p.summary.SetText(f.summary(p.env.Words))
	p.showGroups(f)
	if was == nil || !slices.Equal(was.rows, f.rows) {
		p.table.SetItems(f.rows)
		p.tell()
	}
}

// tell says about the selected account what stands in its way, and what to do.
func (p *Panel) tell() {
	w := p.env.Words
	r, ok := p.table.Selected()
	text := w.T("freshness.hint")
	if ok {
		text = r.name + " — " + advice(p.env, r.state, r.why, r.at)
	}
	p.what.SetText(text)
	if ok {
		p.one.Enable()
	} else {
		p.one.Disable()
	}
}

// advice says a state in full, with what to do where there is something.
func advice(env page.Env, s State, why *trouble.Trouble, at time.Time) string {
	w := env.Words
	switch s {
	case Offline:
		switch {
		case at.IsZero():
			return w.T("freshness.offline_nothing")
		case locales.Days(at, env.Now()) == 0:
			return w.T("freshness.offline_hour", "Time", w.Clock(at))
		}
		return w.T("freshness.offline_day", "Day", When(w, env.Now(), at))
	case Failed:
		return say.Trouble(w, why).Text()
	}
	return Line(w, env.Now(), s, why, at)
}

// panelLayout gives the panel its height, if the window has it; what has no room scrolls.
type panelLayout struct{}

func (panelLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(300, kit.Scaled(580))
}

func (panelLayout) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// bodyLayout places: head, sign-ins, table, what is said about the selected account.
type bodyLayout struct{ p *Panel }

const pad, gap = 20, 14

// signIns is the share of the height that the sign-ins take at most.
const signIns = 0.36

// MinSize leaves the table some rows: with large text in a small window the whole scrolls.
func (l *bodyLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	rest := 2*pad + 3*gap + o[0].MinSize().Height + l.p.table.MinSize().Height + max(o[3].MinSize().Height, kit.Scaled(40))
	return fyne.NewSize(300, min(rest+l.p.groups.MinSize().Height+8, rest/(1-signIns)))
}

func (l *bodyLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	width := s.Width - 2*pad
	put := func(o fyne.CanvasObject, y, h float32) float32 {
		o.Move(fyne.NewPos(pad, y))
		o.Resize(fyne.NewSize(width, h))
		return y + h + gap
	}
	height := func(o fyne.CanvasObject) float32 {
		o.Resize(fyne.NewSize(width, o.Size().Height))
		return o.MinSize().Height
	}
	y := put(o[0], pad, height(o[0]))
	l.p.groups.Resize(fyne.NewSize(width, l.p.groups.Size().Height))
	y = put(o[1], y, min(l.p.groups.MinSize().Height+8, s.Height*signIns))
	foot := max(height(o[3]), kit.Scaled(40))
	put(o[2], y, s.Height-pad-foot-gap-y)
	put(o[3], s.Height-pad-foot, foot)
}

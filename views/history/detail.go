package history

import (
	"slices"

	"concierge/app/diff"
	past "concierge/app/history"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/permissions"
	"concierge/views/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// detail is the card of one line beside the list.
type detail struct {
	p       *Page
	object  *fyne.Container
	content *fyne.Container
	back    *kit.Button // instead of the list, in a small window
	close   *kit.Button
	first   fyne.Focusable
	id      string
}

func newDetail(p *Page) *detail {
	w := p.env.Words
	d := &detail{p: p, content: kit.Column(0)}
	d.back = kit.LinkButton(w.T("history.title"), p.unselect).WithIcon(icons.ArrowLeft)
	d.close = kit.IconButton(icons.Close, w.T("history.close"), p.unselect).Small()
	d.object = container.New(&cardLayout{d}, d.back, kit.NewFill(kit.Surface, kit.Line, 12), kit.Scroll(d.content))
	return d
}

// cardLayout makes the card as high as its content, as far as there is room, below the way back.
type cardLayout struct{ d *detail }

func (l *cardLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(240, 120) }

func (l *cardLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	narrow := l.d.p.split != nil && l.d.p.split.Narrow()
	l.d.back.Hidden, l.d.close.Hidden = !narrow, narrow
	top := float32(0)
	if narrow {
		high := l.d.back.MinSize().Height
		l.d.back.Resize(fyne.NewSize(l.d.back.NaturalWidth(), high))
		top = high + 8
	}
	l.d.content.Resize(fyne.NewSize(s.Width, l.d.content.Size().Height))
	high := min(l.d.content.MinSize().Height, s.Height-top)
	for _, c := range o[1:] {
		c.Move(fyne.NewPos(0, top))
		c.Resize(fyne.NewSize(s.Width, high))
	}
}

// focus puts the keyboard on the first thing that can be done.
func (d *detail) focus() {
	if o, ok := d.first.(fyne.CanvasObject); ok && d.p.split.Open() {
		if c := kit.CanvasOf(o); c != nil {
			kit.FocusBelow(c, d.first)
		}
	}
}

// hasFocus tells whether the keyboard is somewhere in the card.
func (d *detail) hasFocus() bool {
	c := kit.CanvasOf(d.object)
	if c == nil {
		return false
	}
	o, ok := kit.FocusedBelow(c).(fyne.CanvasObject)
	return ok && within(d.content, o)
}

func within(o, it fyne.CanvasObject) bool {
	if o == it {
		return true
	}
	c, ok := o.(*fyne.Container)
	return ok && slices.ContainsFunc(c.Objects, func(child fyne.CanvasObject) bool { return within(child, it) })
}

// show fills the card with a line of the list.
func (d *detail) show(r row) {
	had := d.hasFocus()
	d.first = nil
	var parts []fyne.CanvasObject
	if r.event != nil {
		parts = d.event(r, *r.event)
	} else {
		parts = d.group(r)
	}
	d.content.RemoveAll()
	for i, o := range parts {
		if i > 0 {
			d.content.Add(kit.Divider())
		}
		d.content.Add(kit.Pad(16, 20, 16, 20, o))
	}
	if d.first == nil {
		d.first = d.close
		if d.p.split.Narrow() {
			d.first = d.back
		}
	}
	moved := d.id != r.id
	d.id = r.id
	if moved {
		kit.ScrollToTop(d.object.Objects[2].(*fyne.Container))
	}
	d.object.Layout.Layout(d.object.Objects, d.object.Size())
	d.object.Refresh()
	if had && !moved {
		d.focus() // what had the focus was drawn anew
	}
}

func (d *detail) action(b *kit.Button) *kit.Button {
	if d.first == nil {
		d.first = b
	}
	return b
}

func (d *detail) head(title string, lines ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Column(8, append([]fyne.CanvasObject{kit.RowAligned(12, kit.Top, kit.Grow(kit.Title(title)), d.close)}, lines...)...)
}

// event tells of one event: what exactly, when, by whom, and how to go back.
func (d *detail) event(r row, e past.Event) []fyne.CanvasObject {
	w := d.p.env.Words
	lines := []fyne.CanvasObject{kit.Body(say.WhenOf(w, e)), kit.Body(say.Where(w, e))}
	if e.Here && e.Activity != nil {
		lines = append(lines, kit.Small(w.T("history.confirmed")))
	}
	if e.Activity != nil && e.Activity.From != "" {
		lines = append(lines, kit.Small(w.T("history.from", "Address", e.Activity.From)))
	}
	if e.Activity != nil && len(differences(e)) == 0 {
		lines = append(lines, kit.Body(say.Activity(w, d.p.shown.identity.Host, *e.Activity)))
	}
	parts := []fyne.CanvasObject{d.head(r.title, lines...)}
	if ds := differences(e); len(ds) > 0 {
		parts = append(parts, d.changes(ds, e))
	}
	if o := d.people(e.People); o != nil {
		parts = append(parts, o)
	}
	return parts
}

// group tells what differs of one person between two dates.
func (d *detail) group(r row) []fyne.CanvasObject {
	g := r.group
	backs := past.PutBack(g.diffs, g.before, d.p.present())
	parts := []fyne.CanvasObject{d.head(r.title, kit.Small(r.place)), d.list(g.diffs, past.Event{Before: g.before}, backs)}
	if g.person() {
		if o := d.people([]past.Person{{Key: g.key, Name: g.name}}); o != nil {
			parts = append(parts, o)
		}
	}
	return parts
}

// changes lists what an event changed, with the ways back.
func (d *detail) changes(ds []diff.Difference, e past.Event) fyne.CanvasObject {
	backs := past.PutBack(e.Differences, e.Before, d.p.present())
	if e.Own != nil {
		backs = []past.Back{past.Undo(*e.Own, e.Before, d.p.present())}
	}
	return d.list(ds, e, backs)
}

// list says each difference, with a way back of its own where several can be gone back from alone.
func (d *detail) list(ds []diff.Difference, e past.Event, backs []past.Back) fyne.CanvasObject {
	w, host := d.p.env.Words, d.p.shown.identity.Host
	col := kit.Column(10)
	several := 0
	singles := make([]past.Back, len(ds))
	for i, one := range ds {
		singles[i] = past.PutBack([]diff.Difference{one}, e.Before, d.p.present())[0]
		if singles[i].Possible() {
			several++
		}
	}
	for i, one := range ds {
		line := kit.Column(2, kit.Body(say.Difference(w, host, one)))
		if several > 1 && singles[i].Possible() {
			line.Add(kit.Row(0, d.action(kit.LinkButton(w.T("history.put_back_one"), func() { d.p.review(singles[i].Change) })), kit.Spacer()))
		}
		col.Add(line)
	}
	whole := 0 // Changes that it takes to put everything back: one can be a button that says so
	for _, b := range backs {
		if b.Possible() {
			whole++
		}
	}
	said := map[past.Why]bool{}
	for _, b := range backs {
		if b.Possible() && whole > 1 || !b.Possible() && said[b.Why] {
			continue
		}
		said[b.Why] = true
		if o := d.wayBack(b); o != nil {
			col.Add(o)
		}
	}
	return col
}

// wayBack offers a way back, or says why there is none; nil where there is nothing to say.
func (d *detail) wayBack(b past.Back) fyne.CanvasObject {
	w := d.p.env.Words
	button := func(key string, do func()) fyne.CanvasObject {
		return kit.Row(0, d.action(kit.SecondaryButton(w.T(key), do).Small().WithIcon(icons.Undo)), kit.Spacer())
	}
	if b.Possible() {
		return button("history.put_back", func() { d.p.review(b.Change) })
	}
	switch b.Why {
	case past.WhyFollows, past.WhyNothing:
		return nil
	case past.WhyPermission:
		return kit.Small(w.T("history.why_permission", "Permission", say.PermissionNamed(w, b.Permission, d.p.shown.identity.Host.Permissions)))
	}
	why := kit.Small(w.T("history.why_" + string(b.Why)))
	if b.Why != past.WhyInvite {
		return why
	}
	return kit.Column(8, why, button("history.invite_again", func() {
		i := b.Invite
		d.p.goTo.Invite(permissions.Prefill{Email: i.Email, Language: i.Language, Permissions: i.Permissions, EndsAt: i.EndsAt, Reason: i.Reason})
	}))
}

// people leads to those the line is about.
func (d *detail) people(list []past.Person) fyne.CanvasObject {
	snap := d.p.shown.snapshot
	flow := kit.FlowWrap(8)
	for _, who := range list {
		if known(snap, who.Key) {
			flow.Add(d.action(kit.SecondaryButton(who.Name, func() { d.p.goTo.Person(who.Key) }).Small().WithIcon(icons.User)))
		}
	}
	if len(flow.Objects) == 0 {
		return nil
	}
	return kit.Column(8, kit.Small(d.p.env.Words.T("history.people_list")), flow)
}

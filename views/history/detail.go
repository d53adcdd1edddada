package history

import (
	"concierge/app/diff"
	past "concierge/app/history"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/permissions"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// detail is the card of one line beside the list.
type detail struct {
	*kit.DetailCard
	p *Page
}

func newDetail(p *Page) *detail {
	return &detail{kit.NewDetailCard(p.env.Words.T("history.back"), p.env.Words.T("history.close"), p.unselect), p}
}

// show fills the card with a line of the list.
func (d *detail) show(r row) {
	d.Show(r.id, func() []fyne.CanvasObject {
		if r.event != nil {
			return d.event(r, *r.event)
		}
		return d.group(r)
	})
}

func (d *detail) head(title string, lines ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Column(8, append([]fyne.CanvasObject{kit.RowAligned(12, kit.Top, kit.Grow(kit.Title(title)), d.Close)}, lines...)...)
}

// event tells of one event: what exactly, when, by whom, and how to go back.
func (d *detail) event(r row, e past.Event) []fyne.CanvasObject {
	w := d.p.env.Words
	lines := []fyne.CanvasObject{kit.Body(say.WhenOf(w, e)), kit.Body(say.Where(w, e))}
	switch {
	case e.Unconfirmed() && say.Sent(e.Action):
		lines = append(lines, kit.Body(w.T("history.unconfirmed_sent")))
	case e.Unconfirmed():
		lines = append(lines, kit.Body(w.T("history.unconfirmed")))
	case e.Here && e.Activity != nil:
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
			line.Add(kit.Row(0, d.First(kit.LinkButton(w.T("history.put_back_one"), func() { d.p.review(singles[i].Change) })), kit.Spacer()))
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
		return kit.Row(0, d.First(kit.SecondaryButton(w.T(key), do).Small().WithIcon(icons.Undo)), kit.Spacer())
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
			flow.Add(d.First(kit.SecondaryButton(who.Name, func() { d.p.goTo.Person(who.Key) }).Small().WithIcon(icons.User)))
		}
	}
	if len(flow.Objects) == 0 {
		return nil
	}
	return kit.Column(8, kit.Small(d.p.env.Words.T("history.people_list")), flow)
}

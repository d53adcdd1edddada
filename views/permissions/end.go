package permissions

import (
	"strings"
	"time"

	"concierge/assets/icons"
	"concierge/views/dates"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// endFields say until when access lasts, and why it ends then.
type endFields struct {
	f       *form
	object  *fyne.Container
	problem *kit.TextBox
	ends    *kit.Check
	date    *kit.Input
	quick   *kit.Button
	reason  *kit.Input
	rest    *fyne.Container
}

// endWidth has room for the longest dates that people write, in both languages; a line under the field would say that
// there is more.
const endWidth = 160

// reasonLimit is the longest reason the contract takes, in characters.
const reasonLimit = 200

func newEndFields(f *form) *endFields {
	w, d := f.e.env.Words, f.e.d
	n := &endFields{f: f, problem: kit.Small("").In(kit.Danger)}
	n.problem.Hide()
	n.object = kit.Row(12)
	feature := f.e.host.Features.AccessEnds
	if !feature.Available {
		if why := feature.Reason.In(w.Lang()); why != "" {
			n.object.Add(kit.Small(why))
		}
		return n
	}
	n.ends = kit.NewCheck(w.T("permissions.ends_on"), "", n.switched)
	n.ends.SetChecked(d.ends)
	n.date = kit.NewInput().Named(w.T("permissions.ends_on"))
	n.date.PlaceHolder = w.Date(dates.EndOfDay(f.e.env.Now().Year()+1, time.April, 30, f.e.env.Now().Location()))
	if d.ends {
		d.endsText = w.Date(d.endsAt)
		n.date.SetText(d.endsText)
	}
	n.date.OnChanged = n.typed
	n.date.OnLeave = n.left
	n.quick = kit.IconButton(icons.Calendar, w.T("permissions.quick"), n.showChoices)
	n.reason = kit.NewInput().Named(w.T("permissions.reason"))
	n.reason.PlaceHolder = w.T("permissions.reason_example")
	n.reason.SetText(d.reason)
	n.reason.OnChanged = func(s string) {
		if r := []rune(s); len(r) > reasonLimit {
			n.reason.SetText(string(r[:reasonLimit]))
			return
		}
		d.reason = s
		f.refresh()
	}
	n.rest = kit.Row(8, kit.FixedWidth(endWidth, n.date), n.quick, kit.Small(w.T("permissions.reason")), kit.FixedWidth(150, n.reason))
	n.object.Add(n.ends)
	n.object.Add(n.rest)
	return n
}

// switched gives access an end, in 30 days to begin with, or takes the end away.
func (n *endFields) switched(on bool) {
	d, w := n.f.e.d, n.f.e.env.Words
	d.ends = on
	if on && d.endsAt.IsZero() {
		n.set(dates.Choices(w, n.f.e.env.Now())[0].At)
	}
	n.say("")
	n.f.refresh()
	if on {
		if c := kit.CanvasOf(n.date); c != nil {
			c.Focus(n.date)
		}
	}
}

func (n *endFields) set(at time.Time) {
	d := n.f.e.d
	d.endsAt, d.endsText = at, n.f.e.env.Words.Date(at)
	n.date.OnChanged = nil
	n.date.SetText(d.endsText)
	n.date.OnChanged = n.typed
	n.say("")
	n.f.refresh()
}

func (n *endFields) typed(text string) {
	d := n.f.e.d
	d.endsText = text
	at, ok := dates.Parse(text, n.f.e.env.Now())
	if !ok {
		at = time.Time{}
	}
	d.endsAt = at
	n.say("")
	n.f.refresh()
}

// left writes the date out, or says that it is none.
func (n *endFields) left() {
	d, w := n.f.e.d, n.f.e.env.Words
	if !d.ends || n.f.e.gone {
		return
	}
	switch {
	case d.endsAt.IsZero() && strings.TrimSpace(d.endsText) == "":
		n.say(w.T("permissions.needs_date"))
	case d.endsAt.IsZero():
		n.say(w.T("permissions.bad_date", "Example", n.date.PlaceHolder))
	case !d.endsAt.After(n.f.e.env.Now()):
		n.say(w.T("permissions.past_date"))
	default:
		n.set(d.endsAt)
	}
}

func (n *endFields) showChoices() {
	var items []kit.MenuItem
	for _, c := range dates.Choices(n.f.e.env.Words, n.f.e.env.Now()) {
		items = append(items, kit.MenuItem{Label: c.Label, Shortcut: n.f.e.env.Words.Date(c.At), Action: func() { n.set(c.At) }})
	}
	kit.ShowMenu(n.f.e.env.Window, n.quick, kit.MenuConfig{Items: items, Selected: -1})
}

// say shows what is wrong with the end; "" takes it away.
func (n *endFields) say(text string) {
	if n.problem.Text() == text {
		return
	}
	n.problem.SetText(text)
	n.problem.Hidden = text == ""
	n.f.e.relayout()
}

func (n *endFields) refresh() {
	if n.ends != nil {
		n.rest.Hidden = !n.f.e.d.ends
	}
}

func (n *endFields) lock(set func(fyne.Disableable)) {
	if n.ends != nil {
		set(n.ends)
		set(n.date)
		set(n.quick)
		set(n.reason)
	}
}

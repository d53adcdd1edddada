package freshness

import (
	"concierge/app/trouble"
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

func newAccountCell() fyne.CanvasObject {
	return kit.Row(12, kit.ColorBar(""), kit.Grow(kit.Column(0, kit.Strong("").Ellipsis(), kit.Small("").Ellipsis())))
}

func bindAccountCell(o fyne.CanvasObject, r row) {
	parts := o.(*fyne.Container).Objects
	parts[0].(*kit.Bar).SetColor(kit.PaletteColor(r.colour))
	lines := parts[1].(*fyne.Container).Objects[0].(*fyne.Container).Objects
	lines[0].(*kit.TextBox).SetText(r.name)
	sub := lines[1].(*kit.TextBox)
	sub.Hidden = r.of == ""
	sub.SetText(r.of)
}

func newStateCell() fyne.CanvasObject {
	return kit.Row(8, kit.FixedSize(8, 8, kit.Dot(kit.OK)), kit.Grow(kit.Body("").Ellipsis()))
}

func bindStateCell(o fyne.CanvasObject, s State, words string) {
	parts := o.(*fyne.Container).Objects
	parts[0].(*fyne.Container).Objects[0].(*kit.Fill).SetRoles(s.Role(), kit.None)
	parts[1].(*fyne.Container).Objects[0].(*kit.TextBox).SetText(words)
}

// groupLine is a sign-in at the top of the panel. It stays while the same people are signed in, so that what moves is the
// bar alone.
type groupLine struct {
	id       string
	object   fyne.CanvasObject
	dot      *kit.Fill
	who      *kit.TextBox
	line     *kit.TextBox
	progress *fyne.Container
	bar      *kit.Progress
	count    *kit.TextBox
	ask      *kit.Button
	percent  int
	again    bool // ask leads to signing in again
}

func (p *Panel) newGroupLine(id string) *groupLine {
	l := &groupLine{id: id, dot: kit.Dot(kit.OK), who: kit.Strong("").Ellipsis(), line: kit.Small("").MaxRows(3), bar: kit.NewProgress(), count: kit.Small("").OneLine(), percent: -1}
	l.progress = kit.FixedWidth(150, kit.Column(4, l.bar, l.count))
	l.ask = kit.SecondaryButton(p.env.Words.T("freshness.ask"), func() {
		if l.again {
			p.modal.Hide()
			p.cfg.SignInAgain(l.id)
			return
		}
		p.cfg.AskAll(l.id)
	}).WithIcon(icons.Refresh).Small()
	l.object = kit.Card(kit.Row(12, kit.FixedSize(8, 8, l.dot), kit.Grow(kit.Column(1, l.who, l.line)), l.progress, l.ask))
	return l
}

// showGroups shows the sign-ins. The lines are laid out anew only when one needs other room.
func (p *Panel) showGroups(f facts) {
	w := p.env.Words
	anew := len(p.lines) != len(f.groups)
	for i, g := range f.groups {
		anew = anew || p.lines[i].id != g.id
	}
	if anew {
		p.lines, p.groups.Objects = nil, nil
		for _, g := range f.groups {
			l := p.newGroupLine(g.id)
			p.lines = append(p.lines, l)
			p.groups.Add(l.object)
		}
	}
	for i, g := range f.groups {
		l := p.lines[i]
		l.dot.SetRoles(g.state.Role(), kit.None)
		l.who.SetText(g.who + " · " + g.host)
		l.ask.About(l.who.Text())
		line := advice(p.env, g.state, g.why, g.at)
		if g.state == Fresh && g.fetched < g.total {
			line = w.T("freshness.filling")
		}
		again := g.why != nil && g.why.Kind == trouble.SignInNeeded
		filling := g.total > 0 && g.fetched < g.total
		anew = anew || l.line.Text() != line || l.again != again || l.progress.Hidden == filling
		l.line.SetText(line)
		l.progress.Hidden = !filling
		if again != l.again || anew {
			l.again = again
			key := "freshness.ask"
			if again {
				key = "freshness.sign_in_again"
			}
			l.ask.SetText(w.T(key))
			l.ask.Hidden = !again && len(f.groups) == 1 // the button above does the same then
		}
		if percent := g.fetched * 100 / max(1, g.total); filling {
			l.count.SetText(w.T("freshness.progress", "Number", w.Number(g.fetched), "Total", w.Number(g.total)))
			if percent != l.percent {
				l.percent = percent
				l.bar.SetValue(float32(g.fetched) / float32(g.total))
			}
		}
	}
	if anew && p.body != nil {
		p.groups.Refresh()
		p.body.Layout.Layout(p.body.Objects, p.body.Size())
	}
}

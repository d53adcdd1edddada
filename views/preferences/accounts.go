package preferences

import (
	"concierge/app/access"
	"concierge/app/settings"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/switcher"

	"fyne.io/fyne/v2"
)

// markedAccount is an account with what the person chose for it on this computer.
type markedAccount struct {
	ref       access.Ref
	name      string // the account's own
	alias     string
	colour    int
	favourite bool
}

func (m markedAccount) shownName() string {
	if m.alias != "" {
		return m.alias
	}
	return m.name
}

// marked picks the accounts for which something was chosen, favourites first, and finds the one that is open.
func marked(accounts []access.Summary, open access.Ref, marks switcher.Marks) (list []markedAccount, here markedAccount) {
	var others []markedAccount
	for _, a := range accounts {
		m := markedAccount{ref: a.Ref, name: a.Name, alias: marks.Alias(a.Ref), colour: marks.Colour(a.Ref), favourite: marks.Favourite(a.Ref)}
		switch {
		case m.favourite:
			list = append(list, m)
		case m.alias != "" || m.colour != settings.DefaultColour(a.Ref):
			others = append(others, m)
		}
		if a.Ref == open {
			here = m
		}
	}
	return append(list, others...), here
}

// accountCard lists the marked accounts, and offers to mark the one that is open.
func (p *Page) accountCard(f facts) fyne.CanvasObject {
	w := p.env.Words
	head := kit.Column(2, kit.Title(w.T("preferences.accounts")), kit.MutedText(w.T("preferences.accounts_lead")))
	rows := []fyne.CanvasObject{head}
	if len(f.marked) == 0 {
		rows = append(rows, kit.MutedText(w.T("preferences.none_marked")))
	}
	for _, m := range f.marked {
		rows = append(rows, p.accountRow(m))
	}
	if !f.here.ref.Zero() && !isMarked(f.marked, f.here.ref) {
		here := f.here
		rows = append(rows, kit.FlowWrap(8,
			kit.SecondaryButton(w.T("preferences.add_favourite", "Account", here.name), func() {
				p.cfg.Settings.SetFavourite(here.ref, true)
				p.again()
			}).WithIcon(icons.Star),
			kit.SecondaryButton(w.T("preferences.mark_here"), func() { p.mark(here) }).WithIcon(icons.Pencil)))
	}
	return kit.CardRows(rows...)
}

func isMarked(list []markedAccount, ref access.Ref) bool {
	for _, m := range list {
		if m.ref == ref {
			return true
		}
	}
	return false
}

func (p *Page) accountRow(m markedAccount) fyne.CanvasObject {
	w := p.env.Words
	bar := kit.ColorBar("")
	bar.SetColor(kit.PaletteColor(m.colour))
	names := kit.Column(0, kit.Strong(m.shownName()).Ellipsis())
	if m.alias != "" {
		names.Add(kit.Small(m.name).Ellipsis())
	}
	star, name := icons.Star, w.T("preferences.add_favourite", "Account", m.shownName())
	if m.favourite {
		star, name = icons.StarFilled, w.T("preferences.remove_favourite", "Account", m.shownName())
	}
	favourite := kit.IconButton(star, name, func() {
		p.cfg.Settings.SetFavourite(m.ref, !m.favourite)
		p.again()
	}).Small()
	return kit.Row(12, bar, kit.Grow(names), favourite,
		kit.SecondaryButton(w.T("words.edit"), func() { p.mark(m) }).Small().About(m.shownName()),
		kit.SecondaryButton(w.T("preferences.unmark"), func() { p.unmark(m) }).Small().About(m.shownName()))
}

func (p *Page) mark(m markedAccount) {
	switcher.Mark(p.env, p.cfg.Settings, m.ref, m.name, p.again)
}

// unmark gives an account its own name and colour back; it is no longer a favourite.
func (p *Page) unmark(m markedAccount) {
	s := p.cfg.Settings
	s.SetAlias(m.ref, "")
	s.SetColour(m.ref, -1)
	s.SetFavourite(m.ref, false)
	p.again()
}

// again reads what was just chosen here. Memory only, so it may be done on the UI goroutine.
func (p *Page) again() {
	f := *p.shown
	f.marked, f.here = marked(p.cfg.Store.Accounts(""), p.ref, p.cfg.Settings)
	p.show(f)
}

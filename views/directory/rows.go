package directory

import (
	"strings"
	"time"

	"concierge/app/access"
	book "concierge/app/directory"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// symbol stands for who has no initials: nothing but an invitation, or an address that is nobody's.
func symbol(l *book.Line) icons.Name {
	rank := access.MainOnly
	for _, p := range l.Places {
		rank = min(rank, p.Rank())
	}
	switch {
	case rank == access.MainOnly:
		return icons.Building
	case rank == (access.Person{Invitation: &access.Invitation{}}).Rank() && l.Name == l.Email:
		return icons.Mail
	}
	return ""
}

// under is the second line of a person: it begins with what the columns would say that have no room beside it.
func (p *Page) under(l *book.Line) string {
	w := p.env.Words
	var parts []string
	if !p.table.Shows(colDate) {
		if pills, note := p.dateCell(l); len(pills) > 0 {
			parts = append(parts, pills[0].Text)
		} else if note != "" && (p.facet == book.Invited || p.facet == book.Ending) {
			parts = append(parts, note)
		}
	}
	if !p.table.Shows(colAccounts) {
		parts = append(parts, p.where(l))
	}
	if !p.table.Shows(colAccess) {
		if pills, _ := accessCell(w, l); len(pills) > 0 {
			parts = append(parts, pills[0].Text)
		}
	}
	if l.Email != l.Name && l.Email != "" {
		parts = append(parts, l.Email)
	}
	if len(parts) == 0 { // nothing but an address: what it is
		parts = append(parts, p.what(l))
	}
	return strings.Join(parts, " · ")
}

// what says in a word what somebody is of whom there is only an address.
func (p *Page) what(l *book.Line) string {
	w := p.env.Words
	switch symbol(l) {
	case icons.Building:
		return w.T("people.main_address")
	case icons.Mail:
		return w.T("people.invitation")
	}
	return w.T("words.contact")
}

// where names the only account somebody is in, or counts them.
func (p *Page) where(l *book.Line) string {
	if len(l.Places) == 1 {
		return p.name(p.shown.all.Accounts[l.Places[0].Account])
	}
	return p.env.Words.N("directory.accounts", len(l.Places))
}

func newAccountsCell() fyne.CanvasObject {
	return kit.Row(8, kit.ColorBar(""), kit.Grow(kit.Small("").In(kit.Text).Ellipsis()))
}

func (p *Page) bindAccounts(c fyne.CanvasObject, l *book.Line) {
	o := c.(*fyne.Container).Objects
	bar := o[0].(*kit.Bar)
	if bar.Hidden = len(l.Places) != 1; !bar.Hidden {
		bar.SetColor(kit.PaletteColor(p.goTo.Color(p.shown.all.Accounts[l.Places[0].Account].Ref)))
	}
	o[1].(*fyne.Container).Objects[0].(*kit.TextBox).SetText(p.where(l))
}

// accessCell says whether somebody can sign in, and as what.
func accessCell(w *locales.Words, l *book.Line) (pills []kit.Pill, note string) {
	owner, user := false, false
	for _, p := range l.Places {
		switch {
		case p.User == nil:
		case p.User.Role == access.Owner:
			owner = true
		default:
			user = true
		}
	}
	if owner {
		pills = append(pills, kit.Pill{Text: w.T("people.owner"), Tone: kit.TonePrimary})
	}
	if user {
		pills = append(pills, kit.Pill{Text: w.T("words.user"), Tone: kit.ToneInfo})
	}
	if l.Invited {
		pills = append(pills, kit.Pill{Text: w.T("export.invited"), Tone: kit.ToneBrass})
	}
	switch {
	case len(pills) > 0:
	case l.SignsIn == book.Unseen:
		note = w.T("directory.unseen")
	default:
		note = w.T("directory.no")
	}
	return pills, note
}

// dateCell says what comes next of what the facet is about.
func (p *Page) dateCell(l *book.Line) (pills []kit.Pill, note string) {
	d := l.Date(p.facet)
	text, tone := dateText(p.env.Words, p.shown.now, d)
	switch {
	case d.Kind == book.None:
		return nil, ""
	case d.Soon(p.shown.now):
		return []kit.Pill{{Text: text, Tone: tone}}, ""
	}
	return nil, text
}

func dateText(w *locales.Words, now time.Time, d book.Date) (string, kit.Tone) {
	switch d.Kind {
	case book.Overdue:
		return w.T("people.overdue"), kit.ToneDanger
	case book.Passed:
		return w.T("people.end_passed", "Ago", w.Ago(now, d.At)), kit.ToneBrass
	case book.Ends:
		return w.T("directory.ends", "In", w.In(now, d.At)), kit.ToneBrass
	case book.Expires:
		return w.T("directory.expires", "In", w.In(now, d.At)), kit.ToneBrass
	case book.Expired:
		return say.Expiry(w, now, access.Invitation{ExpiresAt: d.At}), kit.ToneDanger
	}
	return "", kit.ToneNeutral
}

// label says a row to screen readers.
func (p *Page) label(l *book.Line) string {
	w := p.env.Words
	parts := []string{l.Name}
	if l.Email != l.Name && l.Email != "" {
		parts = append(parts, l.Email)
	}
	parts = append(parts, p.where(l))
	pills, _ := accessCell(w, l)
	for _, pill := range pills {
		parts = append(parts, pill.Text)
	}
	switch {
	case len(pills) > 0:
	case l.SignsIn == book.No:
		parts = append(parts, w.T("people.cannot_sign_in"))
	default:
		parts = append(parts, w.T("directory.unseen_note"))
	}
	if l.Receives {
		parts = append(parts, w.T("people.receives"))
	} else {
		parts = append(parts, w.T("people.no_mail"))
	}
	if text, _ := dateText(w, p.shown.now, l.Date(p.facet)); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

package history

import (
	"concierge/app/sheet"
	"concierge/views/say"
)

// Export saves the time line as it is shown; where nothing has been read yet, as soon as it has.
func (p *Page) Export() {
	if p.goTo.NoExport || p.goTo.Export == nil {
		return
	}
	if p.exports = p.tools.Hidden; p.exports {
		return
	}
	p.goTo.Export(p.sheet())
}

// sheet is the lines of the time line that match the person and the filter, or the differences between two dates.
func (p *Page) sheet() sheet.Sheet {
	w := p.env.Words
	account, h := p.shown.snapshot.Account.Name, p.shown.identity.Host
	var s sheet.Sheet
	add := func(r row, when string, detail string) {
		s.Rows = append(s.Rows, []string{account, when, r.title, detail, r.place})
	}
	for _, key := range []string{"account", "when", "what", "detail", "where"} {
		s.Head = append(s.Head, w.T("export.col_"+key))
	}
	between := sheet.Time(p.compare.find(p.compare.done[0]).At) + " – " + sheet.Time(p.compare.find(p.compare.done[1]).At)
	for _, r := range p.table.Items() {
		switch {
		case r.event != nil:
			add(r, sheet.Time(r.event.At), r.sub)
		case r.group != nil:
			r.place = "" // counts them
			for _, d := range r.group.diffs {
				add(r, between, say.Difference(w, h, d))
			}
		}
	}
	return s
}

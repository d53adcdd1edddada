package history

import (
	"context"

	past "concierge/app/history"
	"concierge/app/journal"

	"fyne.io/fyne/v2"
)

// comparison is of two states of the account.
type comparison struct {
	versions []journal.Version // those offered, the newest first
	from, to int64             // ids of versions; 0 before any is chosen
	done     [2]int64          // of which rows are made, the older first
	rows     []row
	ready    bool
	gone     bool // one of the two is no longer kept
}

// showDates offers the states the account was seen in. What was chosen stays; else it is all that is
// known.
func (p *Page) showDates() {
	c := &p.compare
	c.versions = p.shown.told.Versions
	if len(c.versions) < 2 {
		return
	}
	w := p.env.Words
	var names []string
	fromAt, toAt := len(c.versions)-1, 0
	for i, v := range c.versions {
		name := moment(w, p.env.Now(), v.At)
		if i == 0 {
			name = w.T("history.compare_now")
		}
		names = append(names, name)
		if v.ID == c.from {
			fromAt = i
		}
		if v.ID == c.to {
			toAt = i
		}
	}
	c.from, c.to = c.versions[fromAt].ID, c.versions[toAt].ID
	p.from.SetOptions(names)
	p.to.SetOptions(names)
	p.from.Select(fromAt)
	p.to.Select(toAt)
}

func (p *Page) choose(which *int64, i int) {
	*which = p.compare.versions[i].ID
	p.selected = ""
	p.load()
	p.arrange()
}

// load compares what was chosen, away from the UI goroutine. A choice made meanwhile is not overwritten.
func (p *Page) load() {
	c := &p.compare
	older, newer := c.find(c.from), c.find(c.to)
	if newer.At.Before(older.At) {
		older, newer = newer, older
	}
	wanted := [2]int64{older.ID, newer.ID}
	if older.ID == 0 || newer.ID == 0 || c.done == wanted {
		return
	}
	c.done, c.rows, c.ready, c.gone = wanted, nil, false, false
	host := p.shown.identity.Host
	p.env.Run(func() {
		states, kept, err := p.states(older, newer)
		var list []row
		if kept && err == nil {
			list = groupRows(p.env.Words, host, groups(p.env.Words, states[0], states[1]))
		}
		fyne.Do(func() {
			if c.done != wanted {
				return
			}
			c.rows, c.ready, c.gone = list, true, !kept || err != nil
			if p.mode == modeCompare {
				p.arrange()
			}
		})
	})
}

func (c *comparison) find(id int64) journal.Version {
	for _, v := range c.versions {
		if v.ID == id {
			return v
		}
	}
	return journal.Version{}
}

func (p *Page) states(versions ...journal.Version) (out []past.State, kept bool, err error) {
	for _, v := range versions {
		st, kept, err := p.line.State(context.Background(), v)
		if err != nil || !kept {
			return nil, false, err
		}
		out = append(out, st)
	}
	return out, true, nil
}

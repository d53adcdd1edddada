package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
)

// Facet is which people are listed.
type Facet int

// The facets, in the order to offer them.
const (
	All      Facet = iota
	SignIn         // can sign in somewhere
	MailOnly       // receive mail and can sign in nowhere, as all their accounts are fully known
	Invited        // have an invitation
	Ending         // have access that ends within a month, or should have ended
	Several        // are in more than one account
	facets
)

// Line is a person as they are at one moment.
type Line struct {
	*Entry
	Next   Date // the first of all their dates
	Expiry Date // of their invitations
	End    Date // of their access
	in     [facets]bool
}

// In tells whether a person is in a facet.
func (l *Line) In(f Facet) bool { return l.in[f] }

// Date is the first date of a person that a facet is about.
func (l *Line) Date(f Facet) Date {
	switch f {
	case Invited:
		return l.Expiry
	case Ending:
		return l.End
	}
	return l.Next
}

// Lines is everybody as they are at a moment, by name.
func (d *Directory) Lines(now time.Time) []Line {
	out := make([]Line, len(d.Entries))
	for i := range d.Entries {
		e := &d.Entries[i]
		l := Line{Entry: e}
		for k := range e.Places {
			p := &e.Places[k]
			if p.User == nil && p.Invitation == nil {
				continue
			}
			l.End = first(l.End, d.End(*p, now))
			l.Expiry = first(l.Expiry, d.Expiry(*p, now))
		}
		l.Next = first(l.End, l.Expiry)
		l.in = [facets]bool{
			All: true, SignIn: e.SignsIn == Yes, MailOnly: e.SignsIn == No && !e.Invited && e.Receives, Invited: e.Invited,
			Ending: l.End.Soon(now), Several: len(e.Places) > 1,
		}
		out[i] = l
	}
	return out
}

// Counts is how many people each facet has.
func Counts(lines []Line) map[Facet]int {
	var n [facets]int
	for i := range lines {
		for f, in := range lines[i].in {
			if in {
				n[f]++
			}
		}
	}
	out := make(map[Facet]int, facets)
	for f := range n {
		out[Facet(f)] = n[f]
	}
	return out
}

// Column is what lines can be sorted by.
type Column int

// The columns there are.
const (
	ByName     Column = iota
	ByAccounts        // those in most accounts first
	ByDate            // what is overdue, what comes next, what is over; then those without a date
)

// Order is how lines are sorted.
type Order struct {
	By   Column
	Down bool // in reverse; those without a date stay last
}

// Usual is the order of a facet: what is about dates by date, the rest by name.
func (f Facet) Usual() Order {
	if f == Invited || f == Ending {
		return Order{By: ByDate}
	}
	return Order{}
}

// Pick keeps of lines, which are by name, those of a facet whose names, e-mail or companies hold every word of a query, in
// any order, without regard to case and accents, and sorts them; equals stay by name.
func Pick(lines []Line, f Facet, query string, o Order) []*Line {
	words := strings.Fields(access.Fold(query))
	out := make([]*Line, 0, len(lines))
	for i := range lines {
		l := &lines[i]
		if l.in[f] && l.holds(words) {
			out = append(out, l)
		}
	}
	switch o.By {
	case ByName:
		if o.Down {
			slices.Reverse(out)
		}
		return out
	case ByAccounts:
		slices.SortStableFunc(out, func(a, b *Line) int { return turned(cmp.Compare(len(b.Places), len(a.Places)), o.Down) })
	case ByDate:
		slices.SortStableFunc(out, func(a, b *Line) int {
			x, y := a.Date(f), b.Date(f)
			if x.Kind == None || y.Kind == None {
				return x.turn() - y.turn()
			}
			return turned(pressing(x, y), o.Down)
		})
	}
	return out
}

// holds tells whether every word is in one of the texts of a person.
func (e *Entry) holds(words []string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(e.find, func(text string) bool { return strings.Contains(text, word) }) {
			return false
		}
	}
	return true
}

func turned(c int, down bool) int {
	if down {
		return -c
	}
	return c
}

package access

import (
	"slices"
	"strings"
)

// Filter keeps the people whose name, e-mail or company hold every word of a query, in any order, without regard to
// case and accents. The order stays. An empty query keeps everybody.
func Filter(people []Person, query string) []Person {
	ws := words(query)
	out := make([]Person, 0, len(people))
	for _, p := range people {
		if len(ws) == 0 || holds(p, ws) {
			out = append(out, p)
		}
	}
	return out
}

func holds(p Person, ws []string) bool {
	texts := []string{Fold(p.Name), Fold(p.Email)}
	for _, c := range p.Contacts {
		texts = append(texts, Fold(c.Name()), Fold(c.Company))
	}
	for _, word := range ws {
		if !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, word) }) {
			return false
		}
	}
	return true
}

// Column is what people can be sorted by.
type Column int

// The columns there are.
const (
	ByName   Column = iota
	ByAccess        // the owner, users, invited, then those who cannot sign in
	ByMail          // those who receive most categories first
	ByEmail
)

// SortPeople sorts in place by a column, in reverse when desc; equals by name, then e-mail, which stay ascending.
// Names compare as in a French dictionary: accents and case only decide between names that are otherwise alike.
func SortPeople(people []Person, by Column, desc bool) {
	type keyed struct {
		Person
		name, email string
		rank        int
	}
	all := make([]keyed, len(people))
	for i, p := range people {
		all[i] = keyed{Person: p, name: Fold(p.Name), email: Fold(p.Email)}
		switch by {
		case ByAccess:
			all[i].rank = accessRank(p)
		case ByMail:
			all[i].rank = -len(p.Receives())
		}
	}
	byName := func(a, b keyed) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		c := a.rank - b.rank
		switch by {
		case ByName:
			c = byName(a, b)
		case ByEmail:
			c = strings.Compare(a.email, b.email)
		}
		if desc {
			c = -c
		}
		if c == 0 {
			c = byName(a, b)
		}
		if c == 0 {
			c = strings.Compare(a.email, b.email)
		}
		return c
	})
	for i := range all {
		people[i] = all[i].Person
	}
}

func accessRank(p Person) int {
	switch {
	case p.User != nil && p.User.Role == Owner:
		return 0
	case p.User != nil:
		return 1
	case p.Invitation != nil:
		return 2
	}
	return 3
}

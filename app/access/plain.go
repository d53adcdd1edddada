package access

import "slices"

// Notable is something people ask about first when somebody gets access, and that a permission set does not give.
type Notable string

// The notable things, in the order to say them.
const (
	NotablePasswords Notable = "passwords"
	NotableDomains   Notable = "domains"
	NotableInvoices  Notable = "invoices"
)

var notables = []struct {
	what Notable
	keys []Permission // any of these gives it
}{
	{NotablePasswords, []Permission{ManageProducts}},
	{NotableDomains, []Permission{Domains, ManageDomains}},
	{NotableInvoices, []Permission{Invoices}},
}

// Meaning is what a permission set lets somebody do, ready to be said in plain language.
type Meaning struct {
	All    bool         // every permission that exists here
	Can    []Permission // known ones in the order to say them; a weaker one is left out where a stronger one says it
	Also   []Permission // ones this version does not explain: named by the host's title, in the catalogue's order
	Cannot []Notable    // what exists here and stays out of reach
}

// None tells whether the set lets do nothing.
func (m Meaning) None() bool { return len(m.Can)+len(m.Also) == 0 }

// Shift is what a change of permissions means: what will be possible after, and what no longer will.
type Shift struct {
	After    Meaning // without the notable things that Lost already says
	Lost     []Permission
	LostAlso []Permission
}

// sayOrder is the order in which plain language lists what somebody can do: money first, then mail, products,
// domains, and the account itself.
var sayOrder = []Permission{
	Invoices, Quotes, Orders, Affiliates, Emails, Products, ManageProducts, ProductSSO, Domains, ManageDomains, Tickets, Profile, Contacts,
}

// implied maps a permission to the stronger one that makes saying it needless.
var implied = map[Permission]Permission{Products: ManageProducts, Domains: ManageDomains}

// Mean says what a permission set lets somebody do at a host with this catalogue.
func Mean(set []Permission, catalogue []CatalogueEntry) Meaning {
	m := Meaning{All: len(catalogue) > 0}
	for _, e := range catalogue {
		if !slices.Contains(set, Permission(e.Key)) {
			m.All = false
			break
		}
	}
	m.Can, m.Also = sayable(set, catalogue)
	for _, n := range notables {
		exists := slices.ContainsFunc(catalogue, func(e CatalogueEntry) bool { return slices.Contains(n.keys, Permission(e.Key)) })
		given := slices.ContainsFunc(n.keys, func(p Permission) bool { return slices.Contains(set, p) })
		if exists && !given {
			m.Cannot = append(m.Cannot, n.what)
		}
	}
	return m
}

// MeanChange says what replacing one permission set by another means.
func MeanChange(before, after []Permission, catalogue []CatalogueEntry) Shift {
	_, removed := Diff(before, after)
	s := Shift{After: Mean(after, catalogue)}
	s.Lost, s.LostAlso = sayable(removed, catalogue)
	s.After.Cannot = slices.DeleteFunc(s.After.Cannot, func(what Notable) bool {
		for _, n := range notables {
			if n.what == what {
				return slices.ContainsFunc(n.keys, func(p Permission) bool { return slices.Contains(removed, p) })
			}
		}
		return false
	})
	return s
}

// sayable splits a set into known permissions in the order to say them and unknown ones in the catalogue's order,
// those the catalogue does not have last.
func sayable(set []Permission, catalogue []CatalogueEntry) (known, unknown []Permission) {
	for _, p := range sayOrder {
		if slices.Contains(set, p) && !slices.Contains(set, implied[p]) {
			known = append(known, p)
		}
	}
	for _, e := range catalogue {
		if p := Permission(e.Key); slices.Contains(set, p) && !slices.Contains(sayOrder, p) {
			unknown = append(unknown, p)
		}
	}
	for _, p := range set {
		if !slices.Contains(sayOrder, p) && !slices.Contains(unknown, p) {
			unknown = append(unknown, p)
		}
	}
	return known, unknown
}

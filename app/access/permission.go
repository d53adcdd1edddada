package access

import (
	"slices"
)

// Group is how the permission editor arranges permissions.
type Group string

// The groups, in the order of the editor. Other holds what this version does not know.
const (
	GroupAccount  Group = "account"
	GroupBilling  Group = "billing"
	GroupProducts Group = "products"
	GroupDomains  Group = "domains"
	GroupOther    Group = "other"
)

// Groups lists the groups in the order of the editor.
func Groups() []Group {
	return []Group{GroupAccount, GroupBilling, GroupProducts, GroupDomains, GroupOther}
}

var grouped = map[Group][]Permission{
	GroupAccount:  {Profile, Contacts, Emails, Tickets},
	GroupBilling:  {Invoices, Quotes, Orders, Affiliates},
	GroupProducts: {Products, ManageProducts, ProductSSO},
	GroupDomains:  {Domains, ManageDomains},
}

// GroupOf tells where the editor shows a permission.
func GroupOf(p Permission) Group {
	for g, ps := range grouped {
		if slices.Contains(ps, p) {
			return g
		}
	}
	return GroupOther
}

// Arrange puts a host's catalogue into groups, in the editor's order; what is not known goes to GroupOther, nothing is
// left out.
func Arrange(catalogue []CatalogueEntry) map[Group][]CatalogueEntry {
	out := map[Group][]CatalogueEntry{}
	for _, e := range catalogue {
		g := GroupOf(Permission(e.Key))
		out[g] = append(out[g], e)
	}
	for g, es := range out {
		order := grouped[g]
		slices.SortStableFunc(es, func(a, b CatalogueEntry) int {
			return slices.Index(order, Permission(a.Key)) - slices.Index(order, Permission(b.Key))
		})
		out[g] = es
	}
	return out
}

// Preset is a named starting point for a set of permissions.
type Preset string

// The presets there are.
const (
	PresetAccountant Preset = "accountant"
	PresetDeveloper  Preset = "developer"
	PresetSupport    Preset = "support"
	PresetReadOnly   Preset = "readonly"
	PresetAll        Preset = "all"
)

// Presets lists the presets in the order to offer them.
func Presets() []Preset {
	return []Preset{PresetAccountant, PresetDeveloper, PresetSupport, PresetReadOnly, PresetAll}
}

// Of returns a preset's permissions, limited to what the catalogue has, in the catalogue's order.
func (p Preset) Of(catalogue []CatalogueEntry) []Permission {
	var want []Permission
	switch p {
	case PresetAccountant:
		want = []Permission{Invoices, Quotes, Emails}
	case PresetDeveloper:
		want = []Permission{Products, ManageProducts, ProductSSO, Domains, ManageDomains, Tickets}
	case PresetSupport:
		want = []Permission{Products, Domains, Tickets, Emails}
	case PresetReadOnly:
		want = []Permission{Products, Domains, Emails}
	}
	var out []Permission
	for _, e := range catalogue {
		if p == PresetAll || slices.Contains(want, Permission(e.Key)) {
			out = append(out, Permission(e.Key))
		}
	}
	return out
}

// PresetFor names the preset that a set of permissions is exactly, if any.
func PresetFor(set []Permission, catalogue []CatalogueEntry) (Preset, bool) {
	for _, p := range Presets() {
		if of := p.Of(catalogue); len(of) > 0 && SameSet(of, set) {
			return p, true
		}
	}
	return "", false
}

// SameSet compares without regard to order and repetition.
func SameSet(a, b []Permission) bool {
	added, removed := Diff(a, b)
	return len(added) == 0 && len(removed) == 0
}

// Diff says what a change from before to after adds and removes, sorted.
func Diff(before, after []Permission) (added, removed []Permission) {
	for _, p := range after {
		if !slices.Contains(before, p) && !slices.Contains(added, p) {
			added = append(added, p)
		}
	}
	for _, p := range before {
		if !slices.Contains(after, p) && !slices.Contains(removed, p) {
			removed = append(removed, p)
		}
	}
	slices.Sort(added)
	slices.Sort(removed)
	return added, removed
}

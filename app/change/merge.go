package change

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"concierge/app/access"
)

// addressFields are one thing: half of one address and half of another is an address of nobody.
var addressFields = []string{FieldLine1, FieldLine2, FieldCity, FieldState, FieldPostalCode, FieldCountry}

// Merge brings a person's wish (from base to mine) onto what the host has now (theirs). Where only one side changed a
// thing, that side's change is kept; where both changed it alike, there is nothing to decide; the rest are collisions,
// for which merged holds theirs. Permissions and mail categories are merged key by key and never collide: a key is
// either as it was, or both sides switched it the same way. A postal address counts as one thing.
func Merge(base, mine, theirs Values) (merged Values, collisions []Collision) {
	return merge(base, mine, theirs, alike)
}

// merge is Merge, told when two sides say the same.
func merge(base, mine, theirs Values, alike func(fields []string, a, b Values) bool) (merged Values, collisions []Collision) {
	merged = Values{
		Fields:      maps.Clone(theirs.Fields),
		Permissions: slices.Clone(theirs.Permissions),
		Mail:        maps.Clone(theirs.Mail),
	}
	for _, group := range groups(mine.Fields) {
		switch {
		case same(group, mine, base), same(group, mine, theirs):
		case same(group, theirs, base):
			for _, f := range group {
				put(&merged, f, mine.Fields[f])
			}
		case alike(group, mine, theirs): // theirs is how the host writes what was wanted: somebody, or a lost attempt, did it
		default:
			for _, f := range group {
				if mine.Fields[f] != theirs.Fields[f] {
					collisions = append(collisions, Collision{Name: f, Base: base.Fields[f], Mine: mine.Fields[f], Theirs: theirs.Fields[f]})
				}
			}
		}
	}
	if mine.Permissions != nil {
		added, removed := access.Diff(base.Permissions, mine.Permissions)
		merged.Permissions = slices.DeleteFunc(merged.Permissions, func(p access.Permission) bool { return slices.Contains(removed, p) })
		for _, p := range added {
			if !slices.Contains(merged.Permissions, p) {
				merged.Permissions = append(merged.Permissions, p)
			}
		}
		if merged.Permissions == nil {
			merged.Permissions = []access.Permission{}
		}
	}
	for c, on := range mine.Mail {
		if on != base.Mail[c] {
			if merged.Mail == nil {
				merged.Mail = map[access.MailCategory]bool{}
			}
			merged.Mail[c] = on
		}
	}
	return merged, collisions
}

// Overrule is Merge where the person has decided that their side wins each collision.
func Overrule(base, mine, theirs Values) Values {
	merged, collisions := merge(base, mine, theirs, same)
	for _, c := range collisions {
		put(&merged, c.Name, c.Mine)
	}
	return merged
}

// Equal tells whether two sides say the same; a missing field is empty, a missing category is off.
func Equal(a, b Values) bool { return len(Differences(a, b)) == 0 }

// Differences lists what differs between two sides: fields by name, then "permission:key" and "mail:key" with "true"
// or "false", each sorted. Mine is b's side, Base is a's.
func Differences(a, b Values) []Collision {
	var out []Collision
	for _, f := range keys(a.Fields, b.Fields) {
		if a.Fields[f] != b.Fields[f] {
			out = append(out, Collision{Name: f, Base: a.Fields[f], Mine: b.Fields[f]})
		}
	}
	added, removed := access.Diff(a.Permissions, b.Permissions)
	for _, p := range added {
		out = append(out, Collision{Name: "permission:" + string(p), Base: "false", Mine: "true"})
	}
	for _, p := range removed {
		out = append(out, Collision{Name: "permission:" + string(p), Base: "true", Mine: "false"})
	}
	for _, c := range keys(a.Mail, b.Mail) {
		if a.Mail[c] != b.Mail[c] {
			out = append(out, Collision{Name: "mail:" + string(c), Base: strconv.FormatBool(a.Mail[c]), Mine: strconv.FormatBool(b.Mail[c])})
		}
	}
	return out
}

func keys[K ~string, V any](a, b map[K]V) []K {
	all := maps.Clone(a)
	if all == nil {
		all = map[K]V{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// groups lists the fields in sorted order, with the address fields together.
func groups(fields map[string]string) [][]string {
	var out [][]string
	var address []string
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		if slices.Contains(addressFields, f) {
			address = append(address, f)
			continue
		}
		out = append(out, []string{f})
	}
	if address != nil {
		out = append(out, address)
	}
	return out
}

func same(fields []string, a, b Values) bool {
	for _, f := range fields {
		if a.Fields[f] != b.Fields[f] {
			return false
		}
	}
	return true
}

// alike tells whether two sides say the same as hosts write it: telephone numbers in one form, codes in capitals. Asking a
// person to decide between the two would be asking about nothing.
func alike(fields []string, a, b Values) bool {
	for _, f := range fields {
		x, y := a.Fields[f], b.Fields[f]
		switch f {
		case FieldPostalCode, FieldCountry:
			x, y = strings.ToUpper(x), strings.ToUpper(y)
		case FieldPhone:
			x, y = digits(x), digits(y)
			if len(x) > len(y) {
				x, y = y, x
			}
			// The longer one may begin with a country's code, which has up to three digits.
			if len(x) >= 7 && len(y)-len(x) <= 3 && strings.HasSuffix(y, x) {
				continue
			}
		}
		if x != y {
			return false
		}
	}
	return true
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func put(v *Values, field, text string) {
	if v.Fields == nil {
		v.Fields = map[string]string{}
	}
	v.Fields[field] = text
}

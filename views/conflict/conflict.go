// Package conflict shows what two people changed at the same time, and lets one decide: for each thing what they typed
// and what somebody else saved meanwhile, or that the thing is gone. It knows Changes and says nothing to any host; the
// dialog it stands in does with the decision what is to be done.
package conflict

import (
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/app/change"
)

// item is one thing to decide: a field, a permission, a mail category, or the address as a whole.
type item struct {
	names        []string // of the collisions it stands for
	mine, theirs string   // for people
	label        string
}

// address are the fields that are decided together: half of one address and half of another is nobody's.
var address = []string{
	change.FieldLine1, change.FieldLine2, change.FieldCity, change.FieldState, change.FieldPostalCode, change.FieldCountry,
}

// decide makes the values to save: the host's present state, with what both sides changed as the person decided and
// what only the person changed kept. mine tells by the name of a collision which are to be the person's own.
func decide(c change.Change, mine map[string]bool) change.Values {
	out := change.Overrule(c.Before, c.After, c.Conflict.Theirs)
	for _, col := range c.Conflict.Collisions {
		if mine[col.Name] {
			continue
		}
		theirs := c.Conflict.Theirs
		kind, key, keyed := strings.Cut(col.Name, ":")
		switch {
		case keyed && kind == "permission":
			p := access.Permission(key)
			out.Permissions = slices.DeleteFunc(out.Permissions, func(q access.Permission) bool { return q == p })
			if slices.Contains(theirs.Permissions, p) {
				out.Permissions = append(out.Permissions, p)
			}
		case keyed && kind == "mail":
			out.Mail[access.MailCategory(key)] = theirs.Mail[access.MailCategory(key)]
		default:
			out.Fields[col.Name] = theirs.Fields[col.Name]
		}
	}
	return out
}

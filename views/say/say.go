// Package say puts values of the application into words: what went wrong, what a permission set means, what a finding
// is about, who loses what. Every function is pure and takes the words of the person's language; the texts themselves
// are in assets/locales (rooms say, access, trouble and checkup).
//
// It knows the types of app and no toolkit, so that every screen says the same thing in the same way.
package say

import (
	"strings"

	"concierge/assets/locales"
)

// Words is a message in parts: what happened, what it means, what to do. Parts can be empty.
type Words struct {
	Title     string
	Detail    string
	Do        string
	Reference string // what to quote to the provider's support; only where that helps
}

// Text is everything in one paragraph, for places with one line.
func (t Words) Text() string {
	var parts []string
	for _, s := range []string{t.Title, t.Detail, t.Do, t.Reference} {
		if s == "" {
			continue
		}
		if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "…") {
			s += "."
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

// key makes the second half of a text key from a value such as "plain-http" or "user.accessEnded".
func key(v string) string {
	var b strings.Builder
	for _, r := range v {
		switch {
		case r == '-' || r == '.':
			b.WriteByte('_')
		case r >= 'A' && r <= 'Z':
			b.WriteByte('_')
			b.WriteRune(r + 'a' - 'A')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// negated joins what follows a negated verb: "open tickets or pay invoices". The word before the last one is that of
// the key.
func negated(w *locales.Words, key string, items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return w.T(key, "Some", strings.Join(items[:len(items)-1], ", "), "Last", items[len(items)-1])
}

// sentence makes the first letter a capital.
func sentence(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

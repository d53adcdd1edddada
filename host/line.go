package host

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsLine tells whether a text is one line that shows what it holds: it ends up in the headers of e-mails and beside
// other people's names. Line breaks, other control characters and the signs that turn the direction of what follows
// (UAX #9 section 2; U+202E makes "nom" of "mon") have no business in it.
func IsLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) ||
			'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
}

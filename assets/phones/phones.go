// Package phones holds how the telephone numbers of each country are written abroad: libphonenumber's international formats
// (Apache licence, beside them) and nothing else of that library, which takes a program's start up to 14 ms. They are read when
// somebody asks.
package phones

import (
	_ "embed"
	"strings"
)

//go:generate go run ./generate formats.txt

//go:embed formats.txt
var formats string

// Format is one way to write the national part of a number. It counts for a number that begins as the regular expression
// Leading says and is, from its first digit to its last, as Pattern says; Template puts the groups of Pattern ($1, $2) between
// spaces, hyphens and dots.
type Format struct{ Leading, Pattern, Template string }

// Formats are those of a country's calling code ("1", "33"), in the order in which they are to be tried. Some countries write
// their numbers in one piece, and have none; ok is false where no country has the code.
func Formats(code string) (all []Format, ok bool) {
	_, from, ok := strings.Cut(formats, "\n+"+code+"\n")
	if !ok {
		return nil, false
	}
	for line := range strings.Lines(from) {
		if strings.HasPrefix(line, "+") { // the next country's
			break
		}
		leading, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		pattern, template, _ := strings.Cut(rest, "\t")
		all = append(all, Format{leading, pattern, template})
	}
	return all, true
}

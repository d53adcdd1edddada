package access

import (
	"slices"
	"unicode/utf8"
)

// Range is a part of a displayed text, counted in runes: from Start up to, not including, End.
type Range struct{ Start, End int }

// Matched is a displayed text and the parts of it that a query matches, in order and apart from each other.
type Matched struct {
	Text   string
	Ranges []Range
}

// highlight says which parts of a displayed text the words of a query match. A word that another text of the same
// candidate holds as it is, is not looked for here letter by letter: only says which words may be scattered here.
func highlight(text string, ws []string, scatteredToo func(word string) bool) Matched {
	out := Matched{Text: text}
	if len(ws) == 0 || text == "" {
		return out
	}
	folded, rune_ := foldWithRunes(text)
	var at []int
	for _, word := range ws {
		if i, _ := bestIndex(word, folded); i >= 0 || scatteredToo(word) {
			match(word, folded, &at)
		}
	}
	hit := make([]int, 0, len(at))
	for _, b := range at {
		hit = append(hit, rune_[b])
	}
	slices.Sort(hit)
	for _, r := range slices.Compact(hit) {
		if n := len(out.Ranges); n > 0 && out.Ranges[n-1].End == r {
			out.Ranges[n-1].End++
		} else {
			out.Ranges = append(out.Ranges, Range{r, r + 1})
		}
	}
	return out
}

// foldWithRunes folds a text rune by rune and says for every byte of the outcome which rune it comes from.
func foldWithRunes(s string) (folded string, from []int) {
	buf := make([]byte, 0, len(s))
	n := 0
	for _, r := range s {
		var one [utf8.UTFMax]byte
		buf = append(buf, Fold(string(one[:utf8.EncodeRune(one[:], r)]))...)
		for len(from) < len(buf) {
			from = append(from, n)
		}
		n++
	}
	return string(buf), from
}

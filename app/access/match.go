package access

import (
	"strings"
	"unicode/utf8"
)

// How well one word of a query sits in one text; greater is better. A text that holds the word as it is always beats
// one that only holds its letters in order.
const (
	scoreInside    = 100 // somewhere in the text
	bonusWordStart = 40
	bonusTextStart = 20 // on top of bonusWordStart
	bonusWholeWord = 15
	bonusWholeText = 25
	scoreScattered = 20 // its letters in order
	bonusInitial   = 5  // for each letter that starts a word
	bonusNext      = 2  // for each letter right after the one before
	maxGap         = 6  // letters that may be skipped in all, not counting skips to the start of a word
	maxLatePenalty = 8  // a match far from the start counts a little less, and so does one in a long text
)

// words splits a query into folded words, in the order typed.
func words(query string) []string { return strings.Fields(Fold(query)) }

// match tells how well a folded word sits in a folded text. When at is not nil, the byte offsets that match are
// appended to it. It holds that a text matching a word matches every prefix of the word, which narrowing relies on.
func match(word, text string, at *[]int) (score int, ok bool) {
	if i, start := bestIndex(word, text); i >= 0 {
		score = scoreInside - min(i/4, maxLatePenalty) - min(len(text)/16, maxLatePenalty)
		if start {
			score += bonusWordStart
			if end := i + len(word); end == len(text) || boundary(text, end) {
				score += bonusWholeWord
			}
		}
		if i == 0 {
			score += bonusTextStart
			if len(word) == len(text) {
				score += bonusWholeText
			}
		}
		if at != nil {
			for k := range len(word) {
				*at = append(*at, i+k)
			}
		}
		return score, true
	}
	if len(word) < 2 || !inOrder(word, text) {
		return 0, false
	}
	for s := strings.IndexByte(text, word[0]); s >= 0; {
		for _, initials := range [2]bool{true, false} {
			if score, ok := scattered(word, text, s, initials, nil); ok {
				if at != nil {
					scattered(word, text, s, initials, at)
				}
				return score - min(s/4, maxLatePenalty), true
			}
		}
		n := strings.IndexByte(text[s+1:], word[0])
		if n < 0 {
			break
		}
		s += 1 + n
	}
	return 0, false
}

// bestIndex is where a word stands in a text: at the start of a word if it does anywhere, else the first place.
func bestIndex(word, text string) (i int, start bool) {
	first := -1
	for from := 0; ; {
		n := strings.Index(text[from:], word)
		if n < 0 {
			return first, false
		}
		n += from
		if wordStart(text, n) {
			return n, true
		}
		if first < 0 {
			first = n
		}
		from = n + 1
	}
}

// inOrder is a quick look whether scattered can succeed at all: the letters are there, in order. Only words of plain
// letters are searched scattered, so that no match ends inside a character.
func inOrder(word, text string) bool {
	for k := range len(word) {
		if word[k] >= utf8.RuneSelf {
			return false
		}
		n := strings.IndexByte(text, word[k])
		if n < 0 {
			return false
		}
		text = text[n+1:]
	}
	return true
}

// scattered follows the letters of a word through a text from a start. At each letter it takes the very next place if
// that fits, else the next start of a word (when initials is set), else the nearest place.
func scattered(word, text string, s int, initials bool, at *[]int) (score int, ok bool) {
	score = scoreScattered
	if wordStart(text, s) {
		score += bonusInitial
	}
	if at != nil {
		*at = append(*at, s)
	}
	pos, gap := s, 0
	for k := 1; k < len(word); k++ {
		c := word[k]
		var next int
		if pos+1 < len(text) && text[pos+1] == c {
			next = pos + 1
			score += bonusNext
		} else {
			near := strings.IndexByte(text[pos+1:], c)
			if near < 0 {
				return 0, false
			}
			near += pos + 1
			next = near
			for initials && next >= 0 && !wordStart(text, next) {
				if n := strings.IndexByte(text[next+1:], c); n >= 0 {
					next += 1 + n
				} else {
					next = -1
				}
			}
			switch {
			case next < 0 || !wordStart(text, next):
				next = near
				gap += near - pos - 1
				if gap > maxGap {
					return 0, false
				}
				score -= near - pos - 1
			default:
				score += bonusInitial
			}
		}
		if at != nil {
			*at = append(*at, next)
		}
		pos = next
	}
	return score, true
}

// wordStart tells whether a word starts at a byte of a folded text.
func wordStart(text string, i int) bool {
	return i == 0 || !wordByte(text[i-1]) && wordByte(text[i])
}

// boundary tells whether a word has ended before a byte.
func boundary(text string, i int) bool { return !wordByte(text[i]) }

func wordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= utf8.RuneSelf
}

// letters is the set of characters in a folded text, as bits: a to z, 0 to 9, and one bit each for groups of the rest.
// A text can only match a word whose letters it has.
func letters(text string) uint64 {
	var m uint64
	for i := range len(text) {
		m |= letterBits[text[i]]
	}
	return m
}

var letterBits = func() (bits [256]uint64) {
	for i := range bits {
		switch b := byte(i); {
		case b >= 'a' && b <= 'z':
			bits[i] = 1 << (b - 'a')
		case b >= '0' && b <= '9':
			bits[i] = 1 << (26 + b - '0')
		default:
			bits[i] = 1 << (36 + b%28)
		}
	}
	return bits
}()

package kit

import (
	"strings"
	"time"
)

// lettersLast is how long letters that are typed one after the other count as one word.
const lettersLast = time.Second

// letters finds what somebody means who types the first letters of a line in a list, whatever the accents.
type letters struct {
	typed string
	at    time.Time
}

// next takes one more letter and returns the line it leads to from the present one (-1: none yet), or -1. The same
// letter again and again goes from one line that begins with it to the next.
func (l *letters) next(r rune, now time.Time, lines []string, present int) int {
	if r == ' ' && l.typed == "" {
		return -1 // Space opens lists and chooses from them
	}
	if now.Sub(l.at) > lettersLast {
		l.typed = ""
	}
	l.at = now
	one := fold(string(r))
	word := l.typed + one
	if i := findFrom(lines, word, max(0, present)); i >= 0 && l.typed != "" && strings.Trim(word, one) != "" {
		l.typed = word
		return i
	}
	if strings.Trim(word, one) == "" {
		l.typed = word
		return findFrom(lines, one, present+1)
	}
	l.typed = one
	return findFrom(lines, one, present+1)
}

// findFrom looks for a line that begins with a word, from one line on and around.
func findFrom(lines []string, word string, from int) int {
	n := len(lines)
	for k := range n {
		i := (from + k) % n
		if strings.HasPrefix(fold(lines[i]), word) {
			return i
		}
	}
	return -1
}

package diagnostics

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"concierge/app/access"
)

// Signs stand for what was taken out.
const (
	anEmail  = "[e-mail]"
	aName    = "[name]"
	aSecret  = "[secret]"
	aMessage = "[message]"
)

var (
	// links have a host and a path that help, and users, queries and fragments that may open something.
	links = regexp.MustCompile(`(?i)\b(https?://)(?:[^\s/?#"'@]*@)?([^\s?#"'<>]*)([?#][^\s"'<>]*)?`)
	// emails also without a dot after the sign, as on a computer of one's own.
	emails = regexp.MustCompile(`[\pL\pN._%+'-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)*`)
	// module is what looks like an address in the trace of a crash: fyne.io/fyne/v2@v2.8.1.
	module = regexp.MustCompile(`@v\d+(\.\d|$)`)
	bearer = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',]+`)
	// given is a value under a name that only secrets have.
	given = regexp.MustCompile(`(?i)\b([a-z_-]*(?:token|secret|passw(?:or)?d|hexkey|verifier|api_?key))(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&"',;]+)`)
	// secretly is how whoever logs calls such a value.
	secretly = regexp.MustCompile(`(?i)(token|secret|passw(or)?d|hexkey|verifier|api_?key)$`)
	jwts     = regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?`)
	// random is what is long and no word. A little of it is left, so that two can be told apart.
	random = regexp.MustCompile(`[A-Za-z0-9_-]{24,}`)
)

// Scrub takes out of a text what no log may have: addresses of people, and what opens something. Home is the person's own
// folder, whose name is often theirs; "" when not known.
func Scrub(text, home string) string {
	if len(home) > 1 {
		text = strings.ReplaceAll(text, home, "~")
	}
	text = links.ReplaceAllStringFunc(text, func(s string) string {
		m := links.FindStringSubmatch(s)
		if m[3] != "" {
			m[3] = m[3][:1] + aSecret
		}
		return m[1] + m[2] + m[3]
	})
	text = emails.ReplaceAllStringFunc(text, func(s string) string {
		if module.MatchString(s) {
			return s
		}
		return anEmail
	})
	text = bearer.ReplaceAllString(text, "$1 "+aSecret)
	text = given.ReplaceAllString(text, "$1$2"+aSecret)
	text = jwts.ReplaceAllString(text, aSecret)
	return random.ReplaceAllStringFunc(text, func(s string) string {
		digits := 0
		for _, r := range s {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits < 3 && !(len(s) == 26 && strings.ToUpper(s) == s) { // the latter as crypto/rand.Text makes them
			return s // a long word
		}
		return s[:4] + "…"
	})
}

// Spoken is an error with words that somebody else wrote, a host for one: nobody knows whom they name. The forms are those
// in which they stand in the error's text.
type Spoken interface{ Spoken() []string }

// discreet is an error's text without what others wrote in it.
func discreet(err error) string {
	text := err.Error()
	var walk func(error)
	walk = func(err error) {
		if s, is := err.(Spoken); is {
			for _, words := range s.Spoken() {
				text = strings.ReplaceAll(text, words, aMessage)
			}
		}
		switch e := err.(type) { //nolint:errorlint // each link of the chain is looked at, here
		case interface{ Unwrap() []error }:
			for _, below := range e.Unwrap() {
				walk(below)
			}
		default:
			if below := errors.Unwrap(err); below != nil {
				walk(below)
			}
		}
	}
	walk(err)
	return text
}

// Names finds the names of people and accounts in a text, whatever their accents and capitals. Make it with KnownAs.
type Names struct {
	by map[string][][]string // the words of names, by their first word
}

// KnownAs makes it of full names; of people also each word counts by itself.
func KnownAs(people, others []string) Names {
	n := Names{by: map[string][][]string{}}
	add := func(words []string) {
		if len(words) > 0 {
			n.by[words[0]] = append(n.by[words[0]], words)
		}
	}
	seen := map[string]bool{}
	for _, name := range people {
		for _, w := range split(name) {
			if !seen[w.folded] && len([]rune(w.folded)) > 2 {
				seen[w.folded] = true
				add([]string{w.folded})
			}
		}
	}
	for _, name := range append(people[:len(people):len(people)], others...) {
		if key := access.Fold(name); !seen[key] {
			seen[key] = true
			var words []string
			for _, w := range split(name) {
				words = append(words, w.folded)
			}
			add(words)
		}
	}
	return n
}

// word is one in a text, with where it stands.
type word struct {
	folded     string
	start, end int
}

func split(text string) []word {
	var out []word
	start := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
		switch {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			out = append(out, word{access.Fold(text[start:i]), start, i})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, word{access.Fold(text[start:]), start, len(text)})
	}
	return out
}

// Remove takes them out.
func (n Names) Remove(text string) string {
	if len(n.by) == 0 {
		return text
	}
	var b strings.Builder
	words, from := split(text), 0
	for i := 0; i < len(words); i++ {
		most := 0
		for _, name := range n.by[words[i].folded] {
			if len(name) > most && begins(words[i:], name) {
				most = len(name)
			}
		}
		if most > 0 {
			b.WriteString(text[from:words[i].start] + aName)
			from = words[i+most-1].end
			i += most - 1
		}
	}
	return b.String() + text[from:]
}

func begins(words []word, name []string) bool {
	if len(words) < len(name) {
		return false
	}
	for i, w := range name {
		if words[i].folded != w {
			return false
		}
	}
	return true
}

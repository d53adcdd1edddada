package remote

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxMessage is how much of a message that comes from elsewhere is kept, in characters.
const maxMessage = 300

// line makes one harmless line of a text from elsewhere for logs: no control characters, no signs that turn the
// direction of what follows, no more than limit characters.
func line(text string, limit int) string {
	var b strings.Builder
	blank, n := true, 0
	for _, r := range text {
		if unicode.IsControl(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			r = ' '
		}
		if r == ' ' && blank {
			continue
		}
		if n == limit {
			return strings.TrimRight(b.String(), " ") + "…"
		}
		blank = r == ' '
		b.WriteRune(r)
		n++
	}
	return strings.TrimRight(b.String(), " ")
}

// clean is line without the secrets: a page that reports a fault can repeat the request.
func (c *Client) clean(text string, limit int) string {
	return c.hide(line(c.hide(text), limit))
}

// hiding replaces secrets as they are and as forms, pages and JSON would write them.
func hiding(secrets ...string) func(string) string {
	var forms []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		quoted, err := json.Marshal(s)
		if err != nil {
			quoted = nil // cannot be: any string can be written
		}
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s), phpEscaper.Replace(s),
			inside(string(quoted)), inside(strconv.Quote(s)), inside(strconv.QuoteToASCII(s)), strings.ReplaceAll(s, "/", `\/`), line(s, len(s)))
	}
	forms = slices.DeleteFunc(forms, func(s string) bool { return s == "" })
	// The longest first: a secret may begin with another.
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range slices.Compact(forms) {
		pairs = append(pairs, s, "[hidden]")
	}
	return strings.NewReplacer(pairs...).Replace
}

// inside is a quoted text without its quotes.
func inside(quoted string) string { return strings.TrimSuffix(strings.TrimPrefix(quoted, `"`), `"`) }

var (
	// phpEscaper writes what PHP's htmlspecialchars writes.
	phpEscaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
	phpUnescaper = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#039;", "'", "&#39;", "'", "&apos;", "'")
	noEntities   = strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "", "&quot;", "", "&#039;", "", "&#39;", "", "&apos;", "")
)

// unescaped undoes, once, the HTML escaping with which WHMCS may have stored a text. Only a text that PHP's
// htmlspecialchars can have written is touched: one with a bare <, >, " or & in it was not escaped and stays as it is
// ("R&D, not R&amp;D"). A bare ' says nothing, since htmlspecialchars leaves it alone by default. What remains wrong is a
// text in which somebody typed an entity, and nothing else, in a WHMCS that does not escape; there it reads as its sign.
func unescaped(text string) string {
	if !strings.Contains(text, "&") || strings.ContainsAny(noEntities.Replace(text), `<>"&`) {
		return text
	}
	return phpUnescaper.Replace(text)
}

// sameAddress compares e-mail addresses exactly but for case. Letters of ASCII and others never match: the Kelvin sign
// folds to k, and would make one person's address of another's.
func sameAddress(a, b string) bool {
	ra, rb := []rune(strings.TrimSpace(a)), []rune(strings.TrimSpace(b))
	return slices.EqualFunc(ra, rb, func(x, y rune) bool {
		if x == y {
			return true
		}
		if (x <= unicode.MaxASCII) != (y <= unicode.MaxASCII) {
			return false
		}
		for f := unicode.SimpleFold(x); f != x; f = unicode.SimpleFold(f) {
			if f == y {
				return true
			}
		}
		return false
	})
}

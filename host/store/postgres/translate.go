package postgres

import (
	"database/sql"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numbered writes $1, $2… for the ? of a statement, and $7 for ?7. What stands in literals, quoted names and comments is
// left alone. Literals with backslashes (E'…') and dollar quotes are not known: SQLite does not know them either.
func numbered(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	n := 0
	for i := 0; i < len(query); {
		rest := query[i:]
		skip := 1
		switch {
		case rest[0] == '\'' || rest[0] == '"':
			skip = through(rest, 1, rest[:1]) // a doubled quote ends one literal and begins the next
		case strings.HasPrefix(rest, "--"):
			skip = through(rest, 2, "\n")
		case strings.HasPrefix(rest, "/*"):
			skip = comment(rest)
		case rest[0] == '?':
			digits := len(rest[1:]) - len(strings.TrimLeft(rest[1:], "0123456789"))
			b.WriteByte('$')
			if n++; digits == 0 {
				b.WriteString(strconv.Itoa(n))
			}
			i++
			skip = digits
		}
		b.WriteString(query[i : i+skip])
		i += skip
	}
	return b.String()
}

// through is how long s is up to and with the first end after from, or all of it.
func through(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// comment is how long the comment is that s begins with. PostgreSQL's are nested.
func comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); {
		switch s[i : i+2] {
		case "/*":
			depth++
			i += 2
		case "*/":
			depth--
			i += 2
		default:
			i++
		}
		if depth == 0 {
			return i
		}
	}
	return len(s)
}

// storable makes text out of what is none: PostgreSQL refuses a zero byte and what is not UTF-8, which SQLite keeps. What
// strangers send in a URL or a header is looked for and kept so, instead of being an error of ours.
func storable(args []any) []any {
	var out []any
	for i, a := range args {
		var clean any
		switch v := a.(type) {
		case nil, []byte, int, int64, bool: // the most frequent of the others
			continue
		case string:
			if storableText(v) {
				continue
			}
			clean = cleaned(v)
		case sql.NullString:
			if storableText(v.String) {
				continue
			}
			clean = sql.NullString{String: cleaned(v.String), Valid: v.Valid}
		default:
			r := reflect.ValueOf(a)
			if r.Kind() != reflect.String || storableText(r.String()) {
				continue
			}
			clean = cleaned(r.String())
		}
		if out == nil {
			out = append(out, args...) // the caller's are not changed
		}
		out[i] = clean
	}
	if out == nil {
		return args
	}
	return out
}

func storableText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func cleaned(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

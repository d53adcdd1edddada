package whmcstest

import (
	"math"
	"net/url"
	"strconv"
	"strings"
)

// form is what PHP makes of a form: names with texts or with further forms ("a[b]=c"), in the order of their first
// appearance. Of two values for one name the later wins.
type form struct {
	names  []string
	values map[string]*value
	next   int // the key of the next "a[]"
}

type value struct {
	text string
	sub  *form // nil for a text
}

// PHP's max_input_vars and max_input_nesting_level: what is beyond is left out.
const (
	mostVars = 1000
	mostDeep = 64
)

// decodeForm reads a form as PHP does (main/php_variables.c): names lose leading blanks, blanks and dots in them become
// "_", "[]" counts on, and what follows the last bracket is forgotten.
func decodeForm(body string) *form {
	f := &form{values: map[string]*value{}}
	n := 0
	for pair := range strings.SplitSeq(body, "&") {
		name, text, _ := strings.Cut(pair, "=")
		if pair == "" {
			continue
		}
		if n++; n > mostVars {
			break
		}
		f.put(unescape(name), unescape(text))
	}
	return f
}

// unescape leaves what is no valid escape as it is.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+3 <= len(s):
			if one, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(one)
				i += 2
				continue
			}
			b.WriteByte('%')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func (f *form) put(name, text string) {
	name, _, _ = strings.Cut(strings.TrimLeft(name, " "), "\x00")
	plain := strings.NewReplacer(" ", "_", ".", "_", "[", "_")
	open := strings.IndexByte(name, '[')
	if strings.Count(name, "[") > mostDeep {
		return
	}
	if open <= 0 || !strings.Contains(name[open:], "]") {
		if name != "" {
			f.set(plain.Replace(name), &value{text: text})
		}
		return
	}
	at, key, rest := f, plain.Replace(name[:open]), name[open:]
	for strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			break
		}
		inner := strings.TrimLeft(rest[1:end], " \t\n\r")
		at = at.into(key)
		if inner == "" {
			inner = strconv.Itoa(at.next)
		}
		key, rest = inner, rest[end+1:]
	}
	at.set(key, &value{text: text})
}

func (f *form) set(name string, v *value) {
	if f.values[name] == nil {
		f.names = append(f.names, name)
	}
	f.values[name] = v
	if n, err := strconv.Atoi(name); err == nil && n >= f.next && n < math.MaxInt {
		f.next = n + 1
	}
}

// into returns the form below a name; a text that stood there is replaced.
func (f *form) into(name string) *form {
	v := f.values[name]
	if v == nil || v.sub == nil {
		v = &value{sub: &form{values: map[string]*value{}}}
		f.set(name, v)
	}
	return v.sub
}

// has tells whether a parameter was given, be it empty.
func (f *form) has(name string) bool { return f.values[name] != nil }

// text is a parameter as PHP makes a text of it: an array is "Array".
func (f *form) text(name string) string {
	switch v := f.values[name]; {
	case v == nil:
		return ""
	case v.sub != nil:
		return "Array"
	default:
		return v.text
	}
}

// number is a parameter as PHP makes a whole number of it: as far as its beginning is one.
func (f *form) number(name string) int64 {
	s := strings.TrimLeft(f.text(name), " \t\n\r")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// truth is a parameter as PHP makes a boolean of it: everything but "" and "0" is true, "false" too.
func (f *form) truth(name string) bool { t := f.text(name); return t != "" && t != "0" }

// below is the form in brackets behind a name, empty when there is none.
func (f *form) below(name string) *form {
	if v := f.values[name]; v != nil && v.sub != nil {
		return v.sub
	}
	return &form{}
}

// flat lists all texts under their whole names, "a[b]" too.
func (f *form) flat() map[string]string {
	m := map[string]string{}
	f.flatten("", m)
	return m
}

func (f *form) flatten(before string, m map[string]string) {
	for _, name := range f.names {
		full := name
		if before != "" {
			full = before + "[" + name + "]"
		}
		if v := f.values[name]; v.sub != nil {
			v.sub.flatten(full, m)
		} else {
			m[full] = v.text
		}
	}
}

// narrow cuts the values where MySQL's three-byte "utf8" does when it is not strict, which WHMCS asks for: at the first
// letter that needs four.
func (f *form) narrow() {
	for _, v := range f.values {
		if v.sub != nil {
			v.sub.narrow()
		}
		if i := strings.IndexFunc(v.text, func(r rune) bool { return r > 0xFFFF }); i >= 0 {
			v.text = v.text[:i]
		}
	}
}

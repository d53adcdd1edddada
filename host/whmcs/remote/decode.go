package remote

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object as WHMCS's PHP writes it: a number may be text or a text a number, a boolean may be 1, "1",
// "on", "" or missing, an empty list may be [], "", {} or missing, and a list may be wrapped in an object, keyed by
// numbers, or be a single thing. The methods take the names under which a value is seen in use, the documented one first.
type object map[string]any

// first returns the first of the names that holds something.
func (o object) first(names ...string) any {
	for _, name := range names {
		if v := o[name]; v != nil && v != "" {
			return v
		}
	}
	return nil
}

// has tells whether one of the names is there, whatever it holds.
func (o object) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { _, ok := o[name]; return ok })
}

// owned reads the id of the client that a thing belongs to; where it is not told, that of the client that was asked for.
func (o object) owned(asked int64, names ...string) int64 {
	if !o.has(names...) {
		return asked
	}
	return o.id(names...)
}

// text reads a text or a number as text; "" for anything else. HTML escaping is undone, see unescaped.
func (o object) text(names ...string) string { return textOf(o.first(names...)) }

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return unescaped(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// id reads a positive whole number; 0 for anything else.
func (o object) id(names ...string) int64 { return max(0, o.number(names...)) }

// number reads a whole number, also one written as 3.0; 0 for anything else.
func (o object) number(names ...string) int64 {
	text := strings.TrimSpace(o.text(names...))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0
	}
	return int64(f)
}

// yes reads a boolean. What cannot be understood is no: it is about who owns what and who gets mail.
func (o object) yes(names ...string) bool { return yes(o.first(names...)) }

func yes(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case json.Number:
		f, err := v.Float64()
		return err == nil && f != 0
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "1", "true", "on", "yes":
			return true
		}
	}
	return false
}

// object reads an object; nil for anything else.
func (o object) object(name string) object {
	m, _ := o[name].(map[string]any)
	return m
}

// message is what an error says, also as a list of texts.
func (o object) message() string {
	if list, ok := o["message"].([]any); ok {
		texts := make([]string, len(list))
		for i, v := range list {
			texts[i] = textOf(v)
		}
		return strings.Join(texts, "; ")
	}
	return o.text("message")
}

// total is how many things there are in all, or -1 when it is not told.
func (o object) total() int {
	if o.text("totalresults") == "" {
		return -1
	}
	return int(min(max(0, o.number("totalresults")), math.MaxInt32))
}

// when reads a date with or without time; the zero time for 0000-00-00 and what is none.
func (o object) when(at *time.Location, names ...string) time.Time {
	text := strings.TrimSpace(o.text(names...))
	if strings.HasPrefix(text, "0000") {
		return time.Time{}
	}
	for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, at); err == nil {
			return t
		}
	}
	return time.Time{}
}

// shapeError says that something is not as documented nor as seen in use. It does not repeat values.
type shapeError struct{ what, is string }

func (e *shapeError) Error() string { return e.what + " is " + e.is + ", which is no shape known" }

func shape(what string, v any) error {
	is := "a text"
	switch v.(type) {
	case json.Number:
		is = "a number"
	case bool:
		is = "a boolean"
	case []any:
		is = "a list"
	case map[string]any:
		is = "an object"
	}
	return &shapeError{what, is}
}

// list reads a list of objects: wrapped as many.one[] or plain, keyed by numbers, a single object, or nothing.
func (o object) list(many, one string) ([]object, error) {
	values, err := valuesOf(o[many], many, one)
	if err != nil {
		return nil, err
	}
	var list []object
	for _, v := range values {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, shape("an item of "+many, v)
		}
		if len(m) > 0 {
			list = append(list, m)
		}
	}
	return list, nil
}

// valuesOf returns what a list holds, without what is empty.
func valuesOf(v any, many, one string) ([]any, error) {
	if m, ok := v.(map[string]any); ok {
		// A text there is a field of a single thing: a domain can have one called domain.
		if inner, wrapped := m[one]; wrapped && !isText(inner) {
			v = inner
		}
	}
	var values []any
	switch v := v.(type) {
	case nil:
	case bool:
		if v {
			return nil, shape(many, v)
		}
	case string:
		if strings.TrimSpace(v) != "" {
			return nil, shape(many, v)
		}
	case []any:
		values = v
	case map[string]any:
		if keys, ok := numbered(v); ok {
			for _, key := range keys {
				values = append(values, v[key])
			}
		} else {
			values = []any{v}
		}
	default:
		return nil, shape(many, v)
	}
	return slices.DeleteFunc(slices.Clone(values), func(v any) bool { return v == nil || v == "" }), nil
}

func isText(v any) bool {
	text, ok := v.(string)
	return ok && strings.TrimSpace(text) != ""
}

// numbered returns the keys of a list that is keyed by numbers, in their order; PHP writes one with gaps so.
func numbered(m map[string]any) ([]string, bool) {
	at := make(map[string]int, len(m))
	for key := range m {
		n, err := strconv.ParseUint(key, 10, 31)
		if err != nil {
			return nil, false
		}
		at[key] = int(n)
	}
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int { return at[a] - at[b] }), true
}

// keys reads a list of permission keys: {permission: […]}, a plain list, a text with commas, one key, or nothing. told
// is false when there is nothing that says so either way. What is none of these is an error, never "no permissions".
func (o object) keys(many, one string) (keys []string, told bool, err error) {
	v, told := o[many]
	if !told || v == nil {
		return nil, false, nil
	}
	if m, ok := v.(map[string]any); ok {
		if inner, wrapped := m[one]; wrapped {
			v = inner
		} else if _, ok := numbered(m); !ok {
			return nil, true, shape(many, v)
		}
	}
	keys = []string{}
	if text, ok := v.(string); ok {
		return appendKeys(keys, text), true, nil
	}
	values, err := valuesOf(v, many, one)
	if err != nil {
		return nil, true, err
	}
	for _, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, true, shape("an item of "+many, v)
		}
		keys = appendKeys(keys, text)
	}
	return keys, true, nil
}

func appendKeys(keys []string, text string) []string {
	for key := range strings.SplitSeq(text, ",") {
		if key = strings.TrimSpace(key); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// categories are the mail categories as WHMCS names them in email_preferences.
var categories = []string{"general", "invoice", "support", "product", "domain", "affiliate"}

// preferences reads which categories of mail somebody receives: email_preferences of a client, invoiceemails and so on
// of a contact. A category that WHMCS does not tell of is missing.
func (o object) preferences() map[string]bool {
	told := make(map[string]bool)
	for _, category := range categories {
		if v, ok := o[category+"emails"]; ok {
			told[category] = yes(v)
		}
	}
	for category, v := range o.object("email_preferences") {
		told[category] = yes(v)
	}
	return told
}

func (o object) address() Address {
	return Address{
		Line1: o.text("address1"), Line2: o.text("address2"), City: o.text("city"), State: o.text("state", "fullstate"),
		PostalCode: o.text("postcode"), Country: strings.ToUpper(o.text("countrycode", "country")),
	}
}

const (
	maxIndex = 10_000 // of flat keys
	maxFlat  = 6      // deep
)

// unflatten puts keys such as "domains[domain][0][id]", which the vendor's sample of GetClientsDomains has, where they
// belong. Keys that contradict what is there already are left alone.
func unflatten(o map[string]any) object {
	flat := slices.DeleteFunc(slices.Sorted(maps.Keys(o)), func(key string) bool { return !strings.Contains(key, "[") })
	for _, key := range flat {
		path, ok := flatPath(key)
		if !ok {
			continue
		}
		at := o
		for _, step := range path[:len(path)-1] {
			next, ok := at[step].(map[string]any)
			if !ok {
				if _, taken := at[step]; taken {
					at = nil
					break
				}
				next = make(map[string]any)
				at[step] = next
			}
			at = next
		}
		last := path[len(path)-1]
		if at == nil {
			continue
		}
		if _, taken := at[last]; !taken {
			at[last] = o[key]
		}
	}
	return o
}

func flatPath(key string) ([]string, bool) {
	if !strings.HasSuffix(key, "]") {
		return nil, false
	}
	head, rest, _ := strings.Cut(strings.TrimSuffix(key, "]"), "[")
	path := append([]string{head}, strings.Split(rest, "][")...)
	if len(path) > maxFlat {
		return nil, false
	}
	for _, step := range path {
		if step == "" || strings.ContainsAny(step, "[]") {
			return nil, false
		}
		if n, err := strconv.Atoi(step); err == nil && (n < 0 || n > maxIndex) {
			return nil, false
		}
	}
	return path, true
}

// need is an error when a thing without which another is of no use is missing.
func need(what string, id int64) error {
	if id <= 0 {
		return fmt.Errorf("%s without an id", what)
	}
	return nil
}

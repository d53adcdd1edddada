package remote

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The parameters that may be changed, by their documented names. Others of WHMCS's are not for customers (status,
// credit, skipvalidation) or would say whom the call is about.
var (
	userFields    = []string{"firstname", "lastname", "email", "language"}
	contactFields = []string{"firstname", "lastname", "companyname", "email", "address1", "address2", "city", "state", "postcode", "country", "phonenumber"}
	newFields     = append(slices.Clone(contactFields), "tax_id")
	clientFields  = append(slices.Clone(newFields), "language")
)

// form builds a call's parameters. Names come from the lists above and values are encoded whole, so that nothing that is
// in a value can become a parameter or an array of PHP's. What is not fit to be sent is Invalid, and the call is not made.
type form struct {
	action string
	values url.Values
	err    error
}

func params(action string) *form { return &form{action: action, values: make(url.Values)} }

func (f *form) invalid(field, why string) *form {
	if f.err == nil {
		f.err = &Error{Kind: Invalid, Action: f.action, Field: line(field, 60), Err: errors.New(why)}
	}
	return f
}

// id sets the id of what the call is about. 0 would mean "not given" to PHP, which some actions take for "all".
func (f *form) id(name string, id int64) *form {
	if id <= 0 {
		if f.err == nil {
			f.err = &Error{Kind: NotFound, Action: f.action, Err: errors.New(name + " is not an id")}
		}
		return f
	}
	return f.set(name, strconv.FormatInt(id, 10))
}

// set sets a text. NUL and broken UTF-8 are refused: PHP's filters drop a parameter with the one, databases refuse the other.
// So are letters of four bytes: WHMCS's connection to MySQL is "utf8" unless its configuration says otherwise, which has three
// at most, and without strict mode, which WHMCS asks for, a text is cut there and nobody is told.
func (f *form) set(name, value string) *form {
	if strings.ContainsRune(value, 0) || !utf8.ValidString(value) || wide(value) {
		return f.invalid(name, "not a text that WHMCS keeps")
	}
	f.values.Set(name, value)
	return f
}

// wide tells whether a text has a letter of four bytes.
func wide(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r > 0xFFFF })
}

func (f *form) fields(fields Fields, allowed []string) *form {
	for name, value := range fields {
		if !slices.Contains(allowed, name) {
			return f.invalid(name, "not a parameter that may be set")
		}
		f.set(name, value)
	}
	return f
}

// preferences sets categories of mail. "0" and not "false", which is true to PHP.
func (f *form) preferences(preferences map[string]bool) *form {
	for category, on := range preferences {
		if !slices.Contains(categories, category) {
			return f.invalid("email_preferences["+category+"]", "not a category")
		}
		value := "0"
		if on {
			value = "1"
		}
		f.set("email_preferences["+category+"]", value)
	}
	return f
}

// permissions sets a list of permission keys. A comma in one would be two.
func (f *form) permissions(keys []string) *form {
	for _, key := range keys {
		if key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:") != "" {
			return f.invalid("permissions", "not a permission's key")
		}
	}
	return f.set("permissions", strings.Join(keys, ","))
}

// page asks for a part of a list.
func (f *form) page(start, limit int) *form {
	if limit <= 0 {
		limit = pageSize
	}
	f.values.Set("limitstart", strconv.Itoa(max(0, start)))
	f.values.Set("limitnum", strconv.Itoa(limit))
	return f
}

func (f *form) read() (call, error) { return call{action: f.action, params: f.values}, f.err }
func (f *form) write() (call, error) {
	return call{action: f.action, params: f.values, write: true}, f.err
}

package whmcs

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/phone"
	"concierge/host/whmcs/remote"
)

// Greatest lengths that the contract shows and takes, in characters.
const (
	maxName, maxCompany, maxEmail, maxPhone = 100, 150, 254, 40
	maxLine, maxCity, maxPostal, maxCountry = 200, 100, 20, 2
	maxText                                 = 300 // of what is no field, such as an entry of a log
)

// Two of WHMCS's languages.
const french, english = "french", "english"

// shown is a value of WHMCS as the contract can carry it: one line of what can be seen, not longer than the contract takes.
// Whoever sends it back unchanged has changed nothing: see changed.
func shown(value string, most int) string {
	if !host.IsLine(value) {
		value = strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r):
				return ' '
			case r == utf8.RuneError || !host.IsLine(string(r)):
				return -1
			}
			return r
		}, value)
	}
	value = strings.TrimSpace(value)
	if utf8.RuneCountInString(value) > most {
		value = strings.TrimSpace(string([]rune(value)[:most-1])) + "…"
	}
	return value
}

// fields collects what a patch really changes, by the contract's names for the activity and by WHMCS's for the call.
type fields struct {
	set   remote.Fields
	names []string
}

// text takes a wanted value over when it differs from what was shown, so that what could not be shown whole is not lost.
func (f *fields) text(name, parameter, was string, want *string) bool {
	if want == nil || *want == was {
		return false
	}
	if f.set == nil {
		f.set = remote.Fields{}
	}
	f.set[parameter] = *want
	if name != "" && !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
	return true
}

func (f *fields) address(was api.Address, want *api.Address) {
	if want == nil {
		return
	}
	for _, l := range []struct{ parameter, was, want string }{
		{"address1", was.Line1, want.Line1}, {"address2", was.Line2, want.Line2}, {"city", was.City, want.City},
		{"state", was.State, want.State}, {"postcode", was.PostalCode, want.PostalCode}, {"country", was.Country, want.Country},
	} {
		f.text("address", l.parameter, l.was, &l.want)
	}
}

func (f *fields) phone(was string, want *string) {
	if want != nil && *want != was {
		written := writtenPhone(*want)
		f.text("phone", "phonenumber", was, &written)
	}
}

// preferences returns the whole set to write, or nil when nothing changes: whether WHMCS takes a missing category for "as
// it is" is not documented.
func (f *fields) preferences(was, want api.MailPreferences) map[string]bool {
	all, changed := maps.Clone(map[string]bool(was)), false
	for key, on := range want {
		if was[key] != on {
			changed = true
			if all == nil {
				all = map[string]bool{}
			}
			all[key] = on
		}
	}
	if !changed {
		return nil
	}
	f.names = append(f.names, "emailPreferences")
	return all
}

// pointers says which field of the contract a parameter of WHMCS is.
var pointers = map[string]string{
	"firstname": "/firstName", "lastname": "/lastName", "companyname": "/company", "email": "/email", "phonenumber": "/phone",
	"address1": "/address/line1", "address2": "/address/line2", "city": "/address/city", "state": "/address/state",
	"postcode": "/address/postalCode", "country": "/address/country", "language": "/language", "permissions": "/permissions",
}

func address(a remote.Address) api.Address {
	return api.Address{
		Line1: shown(a.Line1, maxLine), Line2: shown(a.Line2, maxLine), City: shown(a.City, maxCity),
		State: shown(a.State, maxCity), PostalCode: shown(a.PostalCode, maxPostal), Country: shown(a.Country, maxCountry),
	}
}

// readPhone is a number of WHMCS as the contract has it: E.164 where the number or the country tells, else as it stands there.
// WHMCS writes "+1.4185550123", or the national number alone.
func readPhone(number, country string) string {
	number = shown(number, maxPhone)
	if number == "" {
		return ""
	}
	plain := number
	if strings.HasPrefix(plain, "+") {
		plain = strings.Replace(plain, ".", "", 1)
	}
	if canonical, ok := phone.Canonical(plain, country); ok {
		return canonical
	}
	return number
}

// writtenPhone is the contract's number as WHMCS writes one: the country's code, a point, and the rest.
func writtenPhone(number string) string {
	if !strings.HasPrefix(number, "+") {
		return number
	}
	code, rest, extension, ok := phone.Split(number)
	if !ok {
		return number
	}
	out := "+" + code + "." + rest
	if extension != "" {
		out += " " + extension
	}
	return out
}

// language is the tag of one of WHMCS's languages, which are names of files such as "french" or "portuguese-br". A
// provider's own file of French, such as "french-ca", is French.
func (p *Provider) language(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case name == "":
		return p.cfg.Language
	case strings.HasPrefix(name, french), name == "fr", strings.HasPrefix(name, "fr-"), strings.HasPrefix(name, "fr_"), name == "quebec":
		return "fr"
	}
	return "en" // also for languages that this host does not speak
}

// writtenLanguage is WHMCS's name of a tag.
func writtenLanguage(tag string) string {
	if strings.HasPrefix(tag, "fr") {
		return french
	}
	return english
}

// preferences are the categories of the catalogue, and any other that WHMCS has switched on.
func (p *Provider) preferences(have map[string]bool) api.MailPreferences {
	out := api.MailPreferences{}
	for _, key := range p.categoryKeys() {
		out[key] = have[key]
	}
	for key, on := range have {
		if on {
			out[key] = true
		}
	}
	return out
}

// userName takes the one name that WHMCS has of a user in a client's list apart, when there is only one way to.
func userName(name string) (first, last string, sure bool) {
	words := strings.Fields(name)
	switch len(words) {
	case 0:
		return "", "", true
	case 1:
		return words[0], "", true
	case 2:
		return words[0], words[1], true
	}
	return words[0], strings.Join(words[1:], " "), false
}

func fullName(first, last string) string { return strings.TrimSpace(first + " " + last) }

// accountName is how people know an account.
func accountName(company, first, last, email string) string {
	for _, name := range []string{company, fullName(first, last), email} {
		if name != "" {
			return name
		}
	}
	return ""
}

// keys is a set of permissions in the catalogue's order, with what it does not know at the end.
func (p *Provider) keys(set []string) []string {
	out := make([]string, 0, len(set))
	known := p.catalogue.known()
	for _, key := range known {
		if slices.Contains(set, key) {
			out = append(out, key)
		}
	}
	for _, key := range set {
		if !slices.Contains(known, key) && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

func sameKeys(a, b []string) bool {
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(a))), slices.Compact(slices.Sorted(slices.Values(b))))
}

// wordList and words are lists as they stand in columns.
func wordList(s string) []string {
	if list := strings.Fields(s); list != nil {
		return list
	}
	return []string{}
}

func words(list []string) string { return strings.Join(list, " ") }

// hash is short, and another one for other content.
func hash(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("whmcs: %T cannot be written as JSON: %v", v, err)) // contract types always can
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// sameASCII compares without regard to the case of the letters A to Z, and of no others: folding more would let one mailbox
// pass for another.
func sameASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	lower := func(c byte) byte {
		if 'A' <= c && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

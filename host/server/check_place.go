package server

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"concierge/client/api"
)

// phone cleans a telephone number: as Config.Phones has it where the number or the country says which network it belongs to;
// otherwise as it was written.
func (k *checker) phone(pointer string, number *string, country string) {
	k.line(pointer, number)
	if *number == "" {
		return
	}
	if k.phones == nil || country == "" && !strings.HasPrefix(*number, "+") {
		if !looksLikePhone(*number) {
			k.add(pointer, api.FieldInvalid)
		}
		return
	}
	canonical, ok := k.phones(*number, country)
	if !ok {
		k.add(pointer, api.FieldInvalid)
		return
	}
	*number = canonical
}

func looksLikePhone(s string) bool {
	digits := 0
	for _, r := range strings.TrimPrefix(s, "+") {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case !strings.ContainsRune(" ()-./x#", r):
			return false
		}
	}
	return digits >= 5 && digits <= 20
}

// Postal codes that have one form in their country; elsewhere anything of a plausible shape is taken.
var postalForms = map[string]*regexp.Regexp{
	"CA": regexp.MustCompile(`^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d$`),
	"US": regexp.MustCompile(`^\d{5}(-\d{4})?$`),
	"FR": regexp.MustCompile(`^\d{5}$`),
	"GB": regexp.MustCompile(`^(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$`),
	"BE": regexp.MustCompile(`^[1-9]\d{3}$`),
	"CH": regexp.MustCompile(`^[1-9]\d{3}$`),
	"DE": regexp.MustCompile(`^\d{5}$`),
}

var postalAnywhere = regexp.MustCompile(`^[A-Z0-9][A-Z0-9 -]{0,10}[A-Z0-9]$`)

// address cleans an address in place; old is the one it replaces. What the change did not touch is not held against it,
// or nobody could correct a street in an account whose postal code was always wrong.
func (k *checker) address(a *api.Address, old api.Address) {
	for _, f := range []struct {
		name string
		text *string
	}{
		{"line1", &a.Line1}, {"line2", &a.Line2}, {"city", &a.City}, {"state", &a.State},
		{"postalCode", &a.PostalCode}, {"country", &a.Country},
	} {
		k.line(pointer("address", f.name), f.text)
	}
	if a.Country == old.Country && a.PostalCode == old.PostalCode {
		return
	}
	a.Country, a.PostalCode = strings.ToUpper(a.Country), strings.ToUpper(a.PostalCode)
	if a.Country != "" && !isCountry(a.Country) {
		k.add("/address/country", api.FieldInvalid)
		return
	}
	if a.PostalCode == "" {
		return
	}
	form := postalForms[a.Country]
	if form == nil {
		form = postalAnywhere
	}
	if !form.MatchString(a.PostalCode) {
		k.add("/address/postalCode", api.FieldInvalid)
		return
	}
	compact := strings.ReplaceAll(a.PostalCode, " ", "")
	switch a.Country { // the inward part is always the last three
	case "CA", "GB":
		a.PostalCode = compact[:len(compact)-3] + " " + compact[len(compact)-3:]
	}
}

func isCountry(code string) bool {
	r, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && r.IsCountry() && r.String() == code
}

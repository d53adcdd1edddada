// Package places names countries and languages, and writes postal addresses, in the language of the person. It knows no
// screen and no form.
package places

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"concierge/app/access"
	"concierge/assets/locales"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is a country by its ISO 3166-1 alpha-2 code, with its name in one language.
type Country struct{ Code, Name string }

// reserved are codes of ISO 3166-1 that name no country for a postal address.
var reserved = []string{"AC", "CP", "DG", "EA", "EZ", "IC", "TA", "UN"}

// renamed are countries that are called otherwise today than in the tables of x/text (CLDR 32), or that the tables name
// at length; their names are in our words.
var renamed = map[string]string{
	"MK": "places.country_mk", "SZ": "places.country_sz", "HK": "places.country_hk", "MO": "places.country_mo",
}

var countries = map[string]func() []Country{
	"fr": sync.OnceValue(func() []Country { return listCountries("fr", display.French) }),
	"en": sync.OnceValue(func() []Country { return listCountries("en", display.English) }),
}

// Countries lists the countries in a language ("fr" or "en"): Canada, the United States and France first, where most
// addresses here are, then by name. The list is shared: do not change it.
func Countries(lang string) []Country {
	if list, ok := countries[lang]; ok {
		return list()
	}
	return countries["en"]()
}

// CountryName is the name of a country in a language, or its code where it has none.
func CountryName(lang, code string) string {
	for _, c := range Countries(lang) {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

func listCountries(lang string, d *display.Dictionary) []Country {
	names := d.Regions()
	var out []Country
	for _, code := range codes() {
		name := names.Name(language.MustParseRegion(code))
		if key, is := renamed[code]; is {
			name = locales.For(lang).T(key)
		}
		if name != "" {
			out = append(out, Country{code, capital(name)})
		}
	}
	first := []string{"CA", "US", "FR"}
	slices.SortFunc(out, func(a, b Country) int {
		i, j := slices.Index(first, a.Code), slices.Index(first, b.Code)
		switch {
		case i >= 0 && j >= 0:
			return i - j
		case i >= 0:
			return -1
		case j >= 0:
			return 1
		}
		return strings.Compare(access.Fold(a.Name), access.Fold(b.Name))
	})
	return out
}

// codes lists the codes of the countries there are.
func codes() []string {
	var out []string
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err == nil && r.IsCountry() && r.String() == code && r.Canonicalize() == r && !slices.Contains(reserved, code) {
				out = append(out, code)
			}
		}
	}
	return out
}

// LanguageName is what a language is called by those who speak it, whoever reads: "Français", "English". It is for choices and
// values; a sentence about a language has its own words. It is the tag where no name is known.
func LanguageName(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Self.Name(t); name != "" {
		return capital(name)
	}
	return tag
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// Address is an address in one line, without what is empty.
func Address(lang string, a access.Address) string {
	var out []string
	country := a.Country
	if country != "" {
		country = CountryName(lang, country)
	}
	for _, s := range []string{a.Line1, a.Line2, a.City, a.State, a.PostalCode, country} {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

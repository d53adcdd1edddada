package form

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/say"
)

// limits are the greatest lengths the contract takes, in characters (maxLength in openapi.yaml).
var limits = map[string]int{
	change.FieldFirstName: 100, change.FieldLastName: 100, change.FieldCompany: 150, change.FieldEmail: 254, change.FieldPhone: 40,
	change.FieldLine1: 200, change.FieldLine2: 200, change.FieldCity: 100, change.FieldState: 100, change.FieldPostalCode: 20,
}

// Need says what a form cannot do without.
type Need int

// What can be needed.
const (
	Name      Need = 1 << iota // a first name, a last name or a company
	FirstName                  // a first name
	Email                      // an e-mail address
)

// Check says what is wrong at first sight, so that people need not wait for the host to say it. Only what the person
// changed is looked at: what the host has it has accepted. The host has the last word.
func Check(before, after change.Values, need Need) []trouble.Field {
	var out []trouble.Field
	wrong := func(name, code string, limit int) {
		out = append(out, trouble.Field{Name: name, Code: code, Limit: limit})
	}
	f, was := after.Fields, before.Fields
	if need&Name != 0 && f[change.FieldFirstName] == "" && f[change.FieldLastName] == "" && f[change.FieldCompany] == "" ||
		need&FirstName != 0 && f[change.FieldFirstName] == "" {
		wrong(change.FieldFirstName, "required", 0)
	}
	switch email := f[change.FieldEmail]; {
	case need&Email != 0 && email == "":
		wrong(change.FieldEmail, "required", 0)
	case email != "" && email != was[change.FieldEmail] && !looksLikeEmail(email):
		wrong(change.FieldEmail, "invalid", 0)
	}
	if code := f[change.FieldPostalCode]; code != "" && !looksLikePostalCode(code, f[change.FieldCountry]) &&
		(code != was[change.FieldPostalCode] || f[change.FieldCountry] != was[change.FieldCountry]) {
		wrong(change.FieldPostalCode, "invalid", 0)
	}
	for name, limit := range limits {
		if text := f[name]; text != was[name] && utf8.RuneCountInString(text) > limit {
			wrong(name, "tooLong", limit)
		}
	}
	return out
}

// looksLikeEmail takes whatever could be an address: something, one @, a domain with a dot in it.
func looksLikeEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && local != "" && !strings.ContainsAny(s, " \t,;<>()") && !strings.Contains(domain, "@") &&
		strings.Contains(domain, ".") && !strings.Contains(s, "..") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// postalForms are lighter than the host's: they catch what was mistyped, not what does not exist.
var postalForms = map[string]*regexp.Regexp{
	"CA": regexp.MustCompile(`^[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d$`),
	"US": regexp.MustCompile(`^\d{5}(-\d{4})?$`),
	"FR": regexp.MustCompile(`^\d{5}$`),
}

func looksLikePostalCode(code, country string) bool {
	form := postalForms[country]
	return form == nil || form.MatchString(code)
}

// problem says what is wrong with a field, to stand under it.
func problem(w *locales.Words, f trouble.Field, need Need, country string) string {
	switch {
	case f.Code == "required" && f.Name == change.FieldFirstName && need&Name != 0:
		return w.T("form.name_or_company")
	case f.Code == "invalid" && f.Name == change.FieldPostalCode && postalForms[country] != nil:
		return w.T("form.postal_" + strings.ToLower(country))
	}
	return say.Field(w, f)
}

// Package form is what the forms of the application are made of: inputs by the names that a Change has for them, checks
// before anything is sent, the way of a Change to the host and back with proof and conflict in between, and the two
// places where a form can stand: a dialog, or a page with a bar that saves.
//
// It knows Changes and the desk; what is edited (a contact, an account, a profile) is the matter of the packages that
// use it.
package form

import (
	"strings"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/locales"
	"concierge/views/say"
)

// Address are the fields of a postal address, in the order they are written.
var Address = []string{
	change.FieldLine1, change.FieldLine2, change.FieldCity, change.FieldState, change.FieldPostalCode, change.FieldCountry,
}

// labels are the keys of what the fields are called.
var labels = map[string]string{
	change.FieldFirstName: "words.first_name", change.FieldLastName: "words.last_name", change.FieldCompany: "words.company",
	change.FieldEmail: "words.email", change.FieldPhone: "words.phone", change.FieldLanguage: "words.language",
	change.FieldLine1: "form.line1", change.FieldLine2: "form.line2", change.FieldCity: "form.city", change.FieldState: "form.state",
	change.FieldPostalCode: "form.postal_code", change.FieldCountry: "words.country",
}

// Label is what a field is called, by its name in a Change; of a mail category ("mail:domain") as the host calls it.
func Label(w *locales.Words, h access.Host, name string) string {
	if category, is := strings.CutPrefix(name, "mail:"); is {
		return w.T("form.mail_name", "Name", say.MailShortNamed(w, access.MailCategory(category), h.MailCategories))
	}
	if key, known := labels[name]; known {
		return w.T(key)
	}
	return name
}

// names lists what differs between two sides in the words of a person, an address once.
func names(w *locales.Words, differences []change.Collision, label func(string) string) []string {
	var out []string
	address := false
	for _, d := range differences {
		if isAddress(d.Name) {
			if !address {
				out = append(out, w.T("form.address"))
			}
			address = true
			continue
		}
		out = append(out, label(d.Name))
	}
	return out
}

func isAddress(name string) bool {
	for _, f := range Address {
		if f == name {
			return true
		}
	}
	return false
}

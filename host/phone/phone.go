// Package phone knows how telephone numbers are written in each country, by Google's libphonenumber data.
//
// It is a package of its own because reading those data takes a program's start up to 14 ms, which whoever opens the application
// would wait for though they belong to the host: only the provider's program links it, and gives [Canonical] to the host. The
// sample host within the application does without, and the application writes numbers by the few data of assets/phones.
package phone

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Canonical is a number as the contract has it: E.164, with " x12" after it for an extension. A number that does not begin with
// + is one of the country (ISO 3166-1 alpha-2). ok is false where there is no such number.
func Canonical(number, country string) (canonical string, ok bool) {
	n, err := phonenumbers.ParseAndKeepRawInput(number, country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	canonical = phonenumbers.Format(n, phonenumbers.E164)
	if ext := n.GetExtension(); ext != "" {
		canonical += " x" + ext
	}
	return canonical, true
}

// Split parts a canonical number into the country's calling code, without +, the rest, and what comes after a space.
func Split(canonical string) (code, rest, extension string, ok bool) {
	e164, extension, _ := strings.Cut(canonical, " ")
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return "", "", "", false
	}
	code = fmt.Sprint(n.GetCountryCode())
	return code, strings.TrimPrefix(e164, "+"+code), extension, true
}

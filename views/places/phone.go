package places

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone writes a telephone number, as hosts keep it (E.164, "+15815550133"), in the groups that people read and dial:
// "+1 581-555-0133". What is no such number stays as it is: the person wrote it.
func Phone(number string) string {
	if !strings.HasPrefix(number, "+") {
		return number
	}
	n, err := phonenumbers.Parse(number, "")
	if err != nil || phonenumbers.Format(n, phonenumbers.E164) != number {
		return number
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

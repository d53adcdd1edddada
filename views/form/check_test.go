package form

import (
	"slices"
	"strings"
	"testing"

	"concierge/app/access"
	"concierge/app/change"
)

func values(fields ...string) change.Values {
	v := change.Values{Fields: map[string]string{}}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Fields[fields[i]] = fields[i+1]
	}
	return v
}

func TestWhatIsWrongAtFirstSight(t *testing.T) {
	const valid = "marie@chezmarcel.example"
	for _, c := range []struct {
		name          string
		before, after change.Values
		need          Need
		want          string
	}{
		{"nothing is needed", values(), values(), 0, ""},
		{"a name and an e-mail are needed", values(), values(), Name | Email, "email required, firstName required"},
		{"a last name is a name", values(), values("lastName", "Roy", "email", valid), Name | Email, ""},
		{"a company is a name", values(), values("company", "Roy inc.", "email", valid), Name | Email, ""},
		{"a profile needs a first name", values(), values("lastName", "Roy"), FirstName, "firstName required"},
		{"an address without a domain", values(), values("email", "marie"), 0, "email invalid"},
		{"an address without a dot in its domain", values(), values("email", "marie@chez"), 0, "email invalid"},
		{"an address with a blank", values(), values("email", "marie tremblay@chez.example"), 0, "email invalid"},
		{"two addresses", values(), values("email", "a@chez.example,b@chez.example"), 0, "email invalid"},
		{"an address without a name", values(), values("email", "@chez.example"), 0, "email invalid"},
		{"an address that ends in a dot", values(), values("email", "marie@chez.example."), 0, "email invalid"},
		{"an address with a plus and an accent in its domain", values(), values("email", "m+a@boulangerie-éva.example"), 0, ""},
		{"an odd address that the host has already", values("email", "marie@chez"), values("email", "marie@chez"), Email, ""},
		{"a Canadian postal code in small letters without a blank", values(), values("country", "CA", "postalCode", "g1r4p5"), 0, ""},
		{"a Canadian postal code with a letter too few", values(), values("country", "CA", "postalCode", "G1R 4P"), 0, "postalCode invalid"},
		{"a US postal code with five and four digits", values(), values("country", "US", "postalCode", "10001-1234"), 0, ""},
		{"a US postal code with four digits", values(), values("country", "US", "postalCode", "1000"), 0, "postalCode invalid"},
		{"a French postal code", values(), values("country", "FR", "postalCode", "75001"), 0, ""},
		{"a French postal code with letters", values(), values("country", "FR", "postalCode", "G1R 4P5"), 0, "postalCode invalid"},
		{"any postal code elsewhere", values(), values("country", "IE", "postalCode", "D02 X285"), 0, ""},
		{"any postal code without a country", values(), values("postalCode", "whatever"), 0, ""},
		{"a postal code that was always wrong", values("country", "CA", "postalCode", "1"), values("country", "CA", "postalCode", "1", "city", "Laval"), 0, ""},
		{"a postal code that is wrong in the new country", values("country", "FR", "postalCode", "75001"), values("country", "CA", "postalCode", "75001"), 0, "postalCode invalid"},
		{"letters are counted, not bytes", values(), values("company", strings.Repeat("é", 150)), 0, ""},
		{"one letter too many", values(), values("company", strings.Repeat("é", 151)), 0, "company tooLong 150"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range Check(c.before, c.after, c.need) {
				s := f.Name + " " + f.Code
				if f.Limit > 0 {
					s += " 150"
				}
				got = append(got, s)
			}
			slices.Sort(got)
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("wrong: %q, want %q", s, c.want)
			}
		})
	}
}

func TestTheLastToReceiveACategoryIsFound(t *testing.T) {
	domain := access.Preferences{access.MailDomain: true}
	one := access.Snapshot{Contacts: []access.Contact{{ID: "1", Preferences: domain}, {ID: "2"}}}
	two := access.Snapshot{Contacts: []access.Contact{{ID: "1", Preferences: domain}, {ID: "2", Preferences: domain}}}
	main := access.Snapshot{Account: access.Account{Preferences: domain}, Contacts: []access.Contact{{ID: "1", Preferences: domain}}}
	for _, c := range []struct {
		name    string
		s       access.Snapshot
		contact string
		want    bool
	}{
		{"the only contact", one, "1", true},
		{"one of two contacts", two, "1", false},
		{"a contact beside the account's address", main, "1", false},
		{"the account's address beside a contact", main, "", false},
		{"the account's address alone", access.Snapshot{Account: main.Account}, "", true},
	} {
		if got := LastToReceive(c.s, access.MailDomain, c.contact); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

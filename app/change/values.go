package change

import (
	"maps"
	"slices"
	"time"

	"concierge/app/access"
)

// OfContact is a contact as Values.
func OfContact(c access.Contact) Values {
	v := Values{Fields: map[string]string{
		FieldFirstName: c.FirstName, FieldLastName: c.LastName, FieldCompany: c.Company, FieldEmail: c.Email, FieldPhone: c.Phone, FieldLanguage: c.Language,
	}, Mail: map[access.MailCategory]bool{}}
	putAddress(v.Fields, c.Address)
	for k, on := range c.Preferences {
		v.Mail[k] = on
	}
	return v
}

// OfAccount is account information as Values.
func OfAccount(a access.Account) Values {
	v := Values{Fields: map[string]string{
		FieldFirstName: a.FirstName, FieldLastName: a.LastName, FieldCompany: a.Company, FieldEmail: a.Email, FieldPhone: a.Phone, FieldLanguage: a.Language,
	}, Mail: map[access.MailCategory]bool{}}
	putAddress(v.Fields, a.Address)
	for k, on := range a.Preferences {
		v.Mail[k] = on
	}
	return v
}

// OfProfile is a profile as Values, without the login e-mail, which has a Change of its own.
func OfProfile(m access.Me) Values {
	return Values{Fields: map[string]string{FieldFirstName: m.FirstName, FieldLastName: m.LastName, FieldLanguage: m.Language}}
}

// OfUser is a user's rights as Values.
func OfUser(u access.User) Values { return OfRights(u.Permissions, u.EndsAt, u.Reason) }

// OfInvitation is an invitation's rights as Values.
func OfInvitation(i access.Invitation) Values { return OfRights(i.Permissions, i.EndsAt, i.Reason) }

// OfRights is a permission set as Values; a zero time is no end.
func OfRights(ps []access.Permission, endsAt time.Time, reason string) Values {
	v := Values{Fields: map[string]string{FieldEndsAt: "", FieldReason: reason}, Permissions: append([]access.Permission{}, ps...)}
	if !endsAt.IsZero() {
		v.Fields[FieldEndsAt] = endsAt.UTC().Format(time.RFC3339)
	}
	return v
}

// Ends is the field EndsAt as a time; zero when there is none.
func (v Values) Ends() time.Time {
	t, err := time.Parse(time.RFC3339, v.Fields[FieldEndsAt])
	if err != nil {
		return time.Time{}
	}
	return t
}

// clone shares nothing with v. What is missing stays missing, and an empty set stays a set.
func (v Values) clone() Values {
	return Values{Fields: maps.Clone(v.Fields), Permissions: slices.Clone(v.Permissions), Mail: maps.Clone(v.Mail)}
}

// PostalAddress collects the address fields.
func (v Values) PostalAddress() access.Address {
	f := v.Fields
	return access.Address{Line1: f[FieldLine1], Line2: f[FieldLine2], City: f[FieldCity], State: f[FieldState], PostalCode: f[FieldPostalCode], Country: f[FieldCountry]}
}

func putAddress(f map[string]string, a access.Address) {
	f[FieldLine1], f[FieldLine2], f[FieldCity], f[FieldState], f[FieldPostalCode], f[FieldCountry] = a.Line1, a.Line2, a.City, a.State, a.PostalCode, a.Country
}

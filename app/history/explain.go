package history

import (
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
)

// Rest is what of a difference none of a person's own Changes made; false when nothing is left of it. me is the person's
// user id in the account. A value that a Change set and that is another one by now was set by somebody else since.
func Rest(d diff.Difference, own []change.Change, me string) (diff.Difference, bool) {
	for _, c := range own {
		rest, left := rest(d, c, me)
		if !left {
			return diff.Difference{}, false
		}
		d = rest
	}
	return d, true
}

// rest is Rest for one Change.
func rest(d diff.Difference, c change.Change, me string) (diff.Difference, bool) {
	target := c.Target != "" && c.Target == d.ID
	addressed := access.EmailKey(c.After.Fields[change.FieldEmail])
	switch d.What {
	case diff.UserPermissions:
		return withoutRights(d, c, target && c.Kind == change.SetPermissions)
	case diff.InvitationPermissions:
		return withoutRights(d, c, target && c.Kind == change.EditInvitation)
	case diff.UserEnds:
		return d, !(target && c.Kind == change.SetPermissions && set(c, d.Field, d.After))
	case diff.InvitationEnds:
		return d, !(target && c.Kind == change.EditInvitation && set(c, d.Field, d.After))
	case diff.UserLeft:
		return d, !(target && c.Kind == change.Revoke)
	case diff.UserName:
		return d, !(d.ID == me && c.Kind == change.EditProfile)
	case diff.UserEmail:
		return d, !(d.ID == me && c.Kind == change.ChangeLogin && set(c, change.FieldEmail, d.After))
	case diff.InvitationSent:
		return d, !(c.Kind == change.Invite && addressed == d.Key)
	case diff.InvitationResent:
		return d, !(target && c.Kind == change.ResendInvitation || c.Kind == change.Invite && addressed == d.Key)
	case diff.InvitationGone, diff.InvitationExpired: // a host may write a new invitation over an expired one
		return d, !(target && c.Kind == change.CancelInvitation || c.Kind == change.Invite && addressed == d.Key)
	case diff.ContactCame:
		return d, !added(d, c)
	case diff.ContactLeft:
		return d, !(target && c.Kind == change.DeleteContact)
	case diff.ContactEmail:
		return d, !(target && c.Kind == change.EditContact && set(c, change.FieldEmail, d.After))
	case diff.ContactField:
		return d, !(target && c.Kind == change.EditContact && setField(c, d))
	case diff.ContactMail:
		return withoutMail(d, c, target && c.Kind == change.EditContact)
	case diff.AccountEmail:
		return d, !(c.Kind == change.EditAccount && set(c, change.FieldEmail, d.After))
	case diff.AccountField:
		return d, !(c.Kind == change.EditAccount && setField(c, d))
	case diff.AccountMail:
		return withoutMail(d, c, c.Kind == change.EditAccount)
	case diff.DomainRecipient:
		edited := d.ID == "" && c.Kind == change.EditAccount || target && c.Kind == change.EditContact
		gives := c.After.Mail[access.MailDomain] && !c.Before.Mail[access.MailDomain]
		return d, !(edited && (gives || set(c, change.FieldEmail, d.After)) || added(d, c))
	case diff.NobodyReceives:
		return d, !takes(c, access.MailCategory(d.ID))
	}
	return d, true // nobody can do it here
}

// set tells whether a Change set a field to a value it had not before.
func set(c change.Change, field, value string) bool {
	v, given := c.After.Fields[field]
	return given && same(field, v, value) && c.Before.Fields[field] != value
}

// same tells whether a value is what a host may have made of what was typed: hosts write telephone numbers, postal codes
// and addresses their own way.
func same(field, typed, kept string) bool {
	if typed == kept {
		return true
	}
	switch field {
	case change.FieldEmail:
		return access.EmailKey(typed) == access.EmailKey(kept)
	case change.FieldPhone:
		a, b := digits(typed), digits(kept)
		return len(a) >= fewestDigits && len(b) >= fewestDigits && (strings.HasSuffix(a, b) || strings.HasSuffix(b, a))
	}
	return strings.EqualFold(compact(typed), compact(kept))
}

// fewestDigits is what is left of a telephone number without its country and area.
const fewestDigits = 7

// digits are those of a number without what only dials out: the zeros before an area or a country.
func digits(phone string) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone), "0")
}

// compact is a text without its spaces.
func compact(s string) string { return strings.Join(strings.Fields(s), "") }

func sameAddress(typed, kept access.Address) bool {
	return slices.EqualFunc([]string{typed.Line1, typed.Line2, typed.City, typed.State, typed.PostalCode, typed.Country},
		[]string{kept.Line1, kept.Line2, kept.City, kept.State, kept.PostalCode, kept.Country},
		func(a, b string) bool { return same(diff.FieldAddress, a, b) })
}

func setField(c change.Change, d diff.Difference) bool {
	switch d.Field {
	case diff.FieldAddress:
		whole := c.After
		whole.Fields = map[string]string{}
		for _, f := range addressFields {
			v, given := c.After.Fields[f]
			if !given {
				v = c.Before.Fields[f]
			}
			whole.Fields[f] = v
		}
		return sameAddress(whole.PostalAddress(), d.Is) && c.Before.PostalAddress() != d.Is
	case diff.FieldName: // a host makes it of these
		return slices.ContainsFunc([]string{change.FieldFirstName, change.FieldLastName, change.FieldCompany}, func(f string) bool {
			v, given := c.After.Fields[f]
			return given && v != c.Before.Fields[f]
		})
	}
	return set(c, d.Field, d.After)
}

var addressFields = []string{
	change.FieldLine1, change.FieldLine2, change.FieldCity, change.FieldState, change.FieldPostalCode, change.FieldCountry,
}

// added tells whether a Change added the contact that a difference is about; only the host knows its id.
func added(d diff.Difference, c change.Change) bool {
	if c.Kind != change.AddContact {
		return false
	}
	if key := access.EmailKey(c.After.Fields[change.FieldEmail]); key != "" {
		return key == access.EmailKey(d.Email)
	}
	return access.EmailKey(d.Email) == "" && c.TargetName == d.Name
}

// takes tells whether a Change took a category from an address that received it.
func takes(c change.Change, m access.MailCategory) bool {
	if !c.Before.Mail[m] {
		return false
	}
	switch c.Kind {
	case change.DeleteContact:
		return true
	case change.EditContact, change.EditAccount:
		on, given := c.After.Mail[m]
		email, typed := c.After.Fields[change.FieldEmail]
		return given && !on || typed && email == ""
	}
	return false
}

func withoutRights(d diff.Difference, c change.Change, its bool) (diff.Difference, bool) {
	if !its {
		return d, true
	}
	added, removed := access.Diff(c.Before.Permissions, c.After.Permissions)
	d.Added, d.Removed = without(d.Added, added), without(d.Removed, removed)
	return d, len(d.Added)+len(d.Removed) > 0
}

func withoutMail(d diff.Difference, c change.Change, its bool) (diff.Difference, bool) {
	if !its {
		return d, true
	}
	on, off := mail(c.Before.Mail, c.After.Mail)
	if c.After.Mail == nil {
		off = nil
	}
	d.On, d.Off = without(d.On, on), without(d.Off, off)
	return d, len(d.On)+len(d.Off) > 0
}

// without is list without those of another; what is handed over stays as it is.
func without[T comparable](list, those []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return slices.Contains(those, x) })
}

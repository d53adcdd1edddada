package history

import (
	"cmp"
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
)

// Wanted are the differences that a Change makes, or is to make.
func Wanted(c change.Change) []diff.Difference {
	b, a := c.Before, c.After
	email := cmp.Or(a.Fields[change.FieldEmail], b.Fields[change.FieldEmail])
	d := diff.Difference{ID: c.Target, Name: cmp.Or(c.TargetName, email), Email: email}
	d.Key = access.EmailKey(email)
	added, removed := access.Diff(b.Permissions, a.Permissions)
	on, _ := mail(b.Mail, a.Mail)
	one := func(what diff.What, of diff.Difference) []diff.Difference {
		of.What = what
		return []diff.Difference{of}
	}
	switch c.Kind {
	case change.SetPermissions, change.EditInvitation:
		rights, ends := diff.UserPermissions, diff.UserEnds
		if c.Kind == change.EditInvitation {
			rights, ends = diff.InvitationPermissions, diff.InvitationEnds
		}
		var out []diff.Difference
		if len(added)+len(removed) > 0 {
			r := d
			r.What, r.Added, r.Removed = rights, added, removed
			out = append(out, r)
		}
		return append(out, fields(c, d, ends, diff.FieldEndsAt, diff.FieldReason)...)
	case change.Revoke:
		d.Removed = removed
		return one(diff.UserLeft, d)
	case change.Invite:
		d.Added = added
		return one(diff.InvitationSent, d)
	case change.ResendInvitation:
		return one(diff.InvitationResent, d)
	case change.CancelInvitation:
		d.Removed = removed
		return one(diff.InvitationGone, d)
	case change.AddContact:
		d.On = on
		return one(diff.ContactCame, d)
	case change.DeleteContact:
		_, d.Off = mail(b.Mail, nil)
		return one(diff.ContactLeft, d)
	case change.EditContact:
		return information(c, d, diff.ContactEmail, diff.ContactField, diff.ContactMail)
	case change.EditAccount:
		return information(c, diff.Difference{}, diff.AccountEmail, diff.AccountField, diff.AccountMail)
	case change.EditProfile:
		d.Before, d.After = whole(b), whole(a)
		d.Name = cmp.Or(d.After, d.Name)
		return one(diff.UserName, d)
	case change.ChangeLogin:
		d.Before, d.After = b.Fields[change.FieldEmail], a.Fields[change.FieldEmail]
		return one(diff.UserEmail, d)
	}
	return nil
}

func whole(v change.Values) string {
	return strings.TrimSpace(v.Fields[change.FieldFirstName] + " " + v.Fields[change.FieldLastName])
}

// fields are the differences of the named fields that a Change gives.
func fields(c change.Change, d diff.Difference, what diff.What, names ...string) []diff.Difference {
	var out []diff.Difference
	for _, f := range names {
		after, given := c.After.Fields[f]
		if before := c.Before.Fields[f]; given && before != after {
			d.What, d.Field, d.Before, d.After = what, f, before, after
			out = append(out, d)
		}
	}
	return out
}

// information are the differences of a contact or of account information.
func information(c change.Change, d diff.Difference, email, field, mails diff.What) []diff.Difference {
	var out []diff.Difference
	for _, e := range fields(c, d, email, change.FieldEmail) {
		e.Field = ""
		out = append(out, e)
	}
	out = append(out, fields(c, d, field, diff.FieldFirstName, diff.FieldLastName, diff.FieldCompany, diff.FieldPhone)...)
	if slices.ContainsFunc(addressFields, func(f string) bool { v, given := c.After.Fields[f]; return given && v != c.Before.Fields[f] }) {
		is := change.Values{Fields: map[string]string{}}
		for _, f := range addressFields {
			is.Fields[f] = c.Before.Fields[f]
			if v, given := c.After.Fields[f]; given {
				is.Fields[f] = v
			}
		}
		a := d
		a.What, a.Field, a.Was, a.Is = field, diff.FieldAddress, c.Before.PostalAddress(), is.PostalAddress()
		out = append(out, a)
	}
	out = append(out, fields(c, d, field, diff.FieldLanguage)...)
	if on, off := mail(c.Before.Mail, c.After.Mail); len(on)+len(off) > 0 {
		m := d
		m.What, m.On, m.Off = mails, on, off
		out = append(out, m)
	}
	return out
}

// mail lists what is switched on and off, sorted. With nothing after, all that was on goes.
func mail(before, after map[access.MailCategory]bool) (on, off []access.MailCategory) {
	for m, is := range after {
		if is && !before[m] {
			on = append(on, m)
		}
	}
	for m, was := range before {
		is, given := after[m]
		if was && !is && (given || after == nil) {
			off = append(off, m)
		}
	}
	slices.Sort(on)
	slices.Sort(off)
	return on, off
}

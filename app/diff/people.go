package diff

import (
	"slices"
	"strings"
	"time"

	"concierge/app/access"
)

// each calls fn for what stands in the older list, with what it is in the newer, and then for what is only in the newer.
// One of the two is nil where it is not there.
func each[T any](older, newer []T, id func(T) string, fn func(was, is *T)) {
	find := func(list []T, key string) *T {
		if i := slices.IndexFunc(list, func(t T) bool { return id(t) == key }); i >= 0 {
			return &list[i]
		}
		return nil
	}
	for i := range older {
		fn(&older[i], find(newer, id(older[i])))
	}
	for i := range newer {
		if find(older, id(newer[i])) == nil {
			fn(nil, &newer[i])
		}
	}
}

// owner compares who owns the account. A host has one owner; where it tells of several, they change together.
func (c *comparison) owner() {
	owners := func(s access.Snapshot) (ids, names []string, first access.User) {
		for _, u := range s.Users {
			if u.Role == access.Owner {
				if len(ids) == 0 {
					first = u
				}
				ids, names = append(ids, u.ID), append(names, u.Name())
			}
		}
		return ids, names, first
	}
	was, namesWere, _ := owners(c.older)
	is, names, now := owners(c.newer)
	slices.Sort(was)
	slices.Sort(is)
	if slices.Equal(was, is) {
		return
	}
	c.add(Difference{What: OwnerChanged, ID: now.ID, Key: access.EmailKey(now.Email), Name: now.Name(), Email: now.Email,
		Before: strings.Join(namesWere, ", "), After: strings.Join(names, ", ")})
}

func ofUser(what What, u access.User) Difference {
	return Difference{What: what, ID: u.ID, Key: userKey(u), Name: u.Name(), Email: u.Email}
}

func userKey(u access.User) string {
	if key := access.EmailKey(u.Email); key != "" {
		return key
	}
	return "user:" + u.ID
}

func (c *comparison) users() {
	each(c.older.Users, c.newer.Users, func(u access.User) string { return u.ID }, func(was, is *access.User) {
		switch {
		case was == nil:
			d := ofUser(UserCame, *is)
			d.Added = sorted(is.Permissions)
			if inv := invitationTo(c.older, is.Email); inv != nil {
				d.Via = inv.ID
			}
			c.add(d)
		case is == nil:
			d := ofUser(UserLeft, *was)
			d.Removed = sorted(was.Permissions)
			c.add(d)
		default:
			c.user(*was, *is)
		}
	})
}

func (c *comparison) user(was, is access.User) {
	if was.Email != is.Email {
		d := ofUser(UserEmail, is)
		d.Before, d.After = was.Email, is.Email
		c.add(d)
	}
	named := func(u access.User) string { return strings.TrimSpace(u.FirstName + " " + u.LastName) }
	if was.FirstName != is.FirstName || was.LastName != is.LastName {
		d := ofUser(UserName, is)
		d.Before, d.After = named(was), named(is)
		c.add(d)
	}
	if was.Role != access.Owner && is.Role != access.Owner { // an owner may everything, whatever is listed
		if added, removed := access.Diff(was.Permissions, is.Permissions); len(added)+len(removed) > 0 {
			d := ofUser(UserPermissions, is)
			d.Added, d.Removed = added, removed
			c.add(d)
		}
	}
	c.ends(ofUser(UserEnds, is), was.EndsAt, is.EndsAt, was.Reason, is.Reason)
}

// ends compares until when access lasts, and why it ends.
func (c *comparison) ends(d Difference, was, is time.Time, wasReason, isReason string) {
	if !was.Equal(is) {
		end := d
		end.Field, end.Before, end.After = FieldEndsAt, written(was), written(is)
		c.add(end)
	}
	if wasReason != isReason {
		why := d
		why.Field, why.Before, why.After = FieldReason, wasReason, isReason
		c.add(why)
	}
}

func written(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Time reads a time of Before or After; zero when there is none.
func Time(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

func ofInvitation(what What, i access.Invitation) Difference {
	key := access.EmailKey(i.Email)
	if key == "" {
		key = "invitation:" + i.ID
	}
	return Difference{What: what, ID: i.ID, Key: key, Name: i.Email, Email: i.Email, Over: i.ExpiresAt}
}

func invitationTo(s access.Snapshot, email string) *access.Invitation {
	key := access.EmailKey(email)
	for i := range s.Invitations {
		if key != "" && access.EmailKey(s.Invitations[i].Email) == key {
			return &s.Invitations[i]
		}
	}
	return nil
}

func (c *comparison) invitations() {
	each(c.older.Invitations, c.newer.Invitations, func(i access.Invitation) string { return i.ID }, func(was, is *access.Invitation) {
		switch {
		case was == nil:
			d := ofInvitation(InvitationSent, *is)
			d.Added = sorted(is.Permissions)
			c.add(d)
		case is == nil:
			c.add(c.ended(*was))
		default:
			c.invitation(*was, *is)
		}
	})
}

// ended says how an invitation went: a user with its address who was none before has accepted it.
func (c *comparison) ended(i access.Invitation) Difference {
	d := ofInvitation(InvitationGone, i)
	d.Removed = sorted(i.Permissions)
	with := func(s access.Snapshot) *access.User {
		for k := range s.Users {
			if d.Key == userKey(s.Users[k]) {
				return &s.Users[k]
			}
		}
		return nil
	}
	if u := with(c.newer); u != nil && with(c.older) == nil {
		d.What, d.Name, d.Removed = InvitationAccepted, u.Name(), nil
	}
	return d
}

func (c *comparison) invitation(was, is access.Invitation) {
	if !was.ExpiresAt.Equal(is.ExpiresAt) || !was.SentAt.Equal(is.SentAt) {
		d := ofInvitation(InvitationResent, is)
		d.Before, d.After = written(was.ExpiresAt), written(is.ExpiresAt)
		c.add(d)
	}
	if added, removed := access.Diff(was.Permissions, is.Permissions); len(added)+len(removed) > 0 {
		d := ofInvitation(InvitationPermissions, is)
		d.Added, d.Removed = added, removed
		c.add(d)
	}
	c.ends(ofInvitation(InvitationEnds, is), was.EndsAt, is.EndsAt, was.Reason, is.Reason)
}

func ofContact(what What, k access.Contact) Difference {
	key := access.EmailKey(k.Email)
	if key == "" {
		key = "contact:" + k.ID
	}
	return Difference{What: what, ID: k.ID, Key: key, Name: k.Name(), Email: k.Email}
}

func (c *comparison) contacts() {
	each(c.older.Contacts, c.newer.Contacts, func(k access.Contact) string { return k.ID }, func(was, is *access.Contact) {
		switch {
		case was == nil:
			d := ofContact(ContactCame, *is)
			d.On = received(is.Preferences)
			c.add(d)
		case is == nil:
			d := ofContact(ContactLeft, *was)
			d.Off = received(was.Preferences)
			c.add(d)
		default:
			c.contact(*was, *is)
		}
	})
}

func (c *comparison) contact(was, is access.Contact) {
	field := func(name, before, after string) {
		if before != after {
			d := ofContact(ContactField, is)
			d.Field, d.Before, d.After = name, before, after
			c.add(d)
		}
	}
	if was.Email != is.Email {
		d := ofContact(ContactEmail, is)
		d.Before, d.After = was.Email, is.Email
		c.add(d)
	}
	field(FieldFirstName, was.FirstName, is.FirstName)
	field(FieldLastName, was.LastName, is.LastName)
	field(FieldCompany, was.Company, is.Company)
	field(FieldPhone, was.Phone, is.Phone)
	if was.Address != is.Address {
		d := ofContact(ContactField, is)
		d.Field, d.Was, d.Is = FieldAddress, was.Address, is.Address
		c.add(d)
	}
	field(FieldLanguage, was.Language, is.Language)
	if on, off := switched(was.Preferences, is.Preferences); len(on)+len(off) > 0 {
		d := ofContact(ContactMail, is)
		d.On, d.Off = on, off
		c.add(d)
	}
}

func sorted(ps []access.Permission) []access.Permission {
	added, _ := access.Diff(nil, ps)
	return added
}

package disk

import (
	"slices"
	"strings"

	"concierge/app/access"
)

// sharing keeps one of what many accounts have in common while they are read: first names, towns, sets of permissions and
// of mail. In a thousand accounts that is a third of the memory they take. What the store hands out is shared anyway, and
// changed by nobody.
type sharing struct {
	texts       map[string]string
	permissions map[string][]access.Permission
	preferences map[string]access.Preferences
	keys        []string
	used        snapshotForm // what the last one was read into: its lists are used again
}

func newSharing() *sharing {
	return &sharing{texts: map[string]string{}, permissions: map[string][]access.Permission{}, preferences: map[string]access.Preferences{}}
}

// longest is the length of texts that are worth looking for.
const longest = 40

func (s *sharing) text(t *string) {
	if *t == "" || len(*t) > longest {
		return
	}
	if have, ok := s.texts[*t]; ok {
		*t = have
		return
	}
	s.texts[*t] = *t
}

func (s *sharing) address(a *addressForm) {
	for _, t := range []*string{&a.City, &a.State, &a.Country} {
		s.text(t)
	}
}

func (s *sharing) set(list []string) []access.Permission {
	if len(list) == 0 {
		return as[access.Permission](list)
	}
	key := strings.Join(list, "\n")
	have, ok := s.permissions[key]
	if ok && slices.EqualFunc(have, list, func(p access.Permission, l string) bool { return string(p) == l }) {
		return have
	}
	have = as[access.Permission](list)
	s.permissions[key] = have
	return have
}

func (s *sharing) mail(m map[string]bool) access.Preferences {
	if m == nil {
		return nil
	}
	s.keys = s.keys[:0]
	for k, on := range m {
		if on {
			k += "+"
		}
		s.keys = append(s.keys, k)
	}
	slices.Sort(s.keys)
	key := strings.Join(s.keys, "\n")
	have, ok := s.preferences[key]
	for k, on := range m {
		is, named := have[access.MailCategory(k)]
		ok = ok && named && is == on
	}
	if ok && len(have) == len(m) {
		return have
	}
	have = preferences(m)
	s.preferences[key] = have
	return have
}

// read is decode with what has been read before.
func (s *sharing) read(ref access.Ref, body []byte) (access.Snapshot, error) {
	f := snapshotForm{Users: emptied(s.used.Users), Invitations: emptied(s.used.Invitations), Contacts: emptied(s.used.Contacts)}
	err := readForm(body, &f, &f.Form)
	s.used = f
	if err != nil {
		return access.Snapshot{}, err
	}
	f.Users, f.Invitations, f.Contacts = orNone(f.Users), orNone(f.Invitations), orNone(f.Contacts)
	for i := range f.Users {
		u := &f.Users[i]
		s.text(&u.FirstName)
		s.text(&u.LastName)
		s.text(&u.Role)
	}
	for i := range f.Contacts {
		c := &f.Contacts[i]
		for _, t := range []*string{&c.FirstName, &c.LastName, &c.Company, &c.Language} {
			s.text(t)
		}
		s.address(&c.Address)
	}
	s.text(&f.Account.Language)
	s.address(&f.Account.Address)
	return f.with(ref, s.set, s.mail), nil
}

// emptied is a list without what it had, to be filled again: json leaves fields alone that it does not find.
func emptied[T any](list []T) []T {
	if list == nil {
		return nil
	}
	list = list[:cap(list)]
	clear(list)
	return list[:0]
}

// orNone is nil for a list that is empty, as one that was never there.
func orNone[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

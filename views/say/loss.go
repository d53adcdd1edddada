package say

import (
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/locales"
)

// Loss is what a dialog says before somebody loses something. Parts can be empty.
type Loss struct {
	Loses string   // what will no longer be
	Keeps string   // what stays, because users and contacts are distinct
	Warns []string // what breaks by it: the last address of a category
}

// WhoLosesWhat says what a destructive Change takes away, before it is made: kind is change.Revoke with a user's id,
// change.DeleteContact with a contact's, or change.CancelInvitation with an invitation's. Other kinds, and ids the
// snapshot does not have, take nothing away.
func WhoLosesWhat(w *locales.Words, h access.Host, s access.Snapshot, kind change.Kind, target string) Loss {
	account := s.Account.Name
	switch kind {
	case change.Revoke:
		if u, ok := s.User(target); ok {
			return Loss{
				Loses: w.T("say.loses_sign_in", "Name", u.Name(), "Account", account),
				Keeps: keepsMail(w, h, s, u.Email, u.FirstName),
			}
		}
	case change.CancelInvitation:
		if i, ok := s.Invitation(target); ok {
			return Loss{
				Loses: w.T("say.loses_invitation", "Name", i.Email, "Account", account),
				Keeps: keepsMail(w, h, s, i.Email, ""),
			}
		}
	case change.DeleteContact:
		if c, ok := s.Contact(target); ok {
			return losesContact(w, h, s, c)
		}
	}
	return Loss{}
}

func losesContact(w *locales.Words, h access.Host, s access.Snapshot, c access.Contact) Loss {
	var out Loss
	same := sameAddress(s, c)
	lost := access.Preferences{}
	for m, on := range c.Preferences {
		lost[m] = on && !same[m]
	}
	if lost.Any() {
		out.Loses = w.T("say.loses_mail", "Name", c.Name(), "Mail", MailList(w, lost, h.MailCategories))
	} else {
		out.Loses = w.T("say.loses_contact_silent", "Name", c.Name(), "Account", s.Account.Name)
	}
	var keeps []string
	if same.Any() {
		keeps = append(keeps, w.T("say.keeps_mail_same", "Email", c.Email, "Mail", MailList(w, same, h.MailCategories)))
	}
	if u, ok := userWith(s, c.Email); ok {
		keeps = append(keeps, w.T("say.keeps_sign_in", "First", firstName(u.FirstName, u.Name())))
	}
	out.Keeps = strings.Join(keeps, " ")
	for _, m := range c.Preferences.List(h.MailCategories) {
		if !othersReceive(s, m, c.ID) {
			k := "say.last_receiver"
			if m == access.MailDomain {
				k = "say.last_receiver_domain"
			}
			out.Warns = append(out.Warns, w.T(k, "Category", MailShortNamed(w, m, h.MailCategories)))
		}
	}
	return out
}

// sameAddress is what the address of a contact still receives when that contact is gone.
func sameAddress(s access.Snapshot, c access.Contact) access.Preferences {
	if strings.TrimSpace(c.Email) == "" {
		return nil
	}
	s.Contacts = slices.DeleteFunc(slices.Clone(s.Contacts), func(o access.Contact) bool { return o.ID == c.ID })
	p, _ := personWith(s, c.Email)
	return p.Receives()
}

func personWith(s access.Snapshot, email string) (access.Person, bool) {
	k := access.EmailKey(email)
	for _, p := range access.People(s) {
		if p.Key == k && k != "" {
			return p, true
		}
	}
	return access.Person{}, false
}

func userWith(s access.Snapshot, email string) (access.User, bool) {
	p, ok := personWith(s, email)
	if !ok || p.User == nil {
		return access.User{}, false
	}
	return *p.User, true
}

func firstName(first, name string) string {
	if first != "" {
		return first
	}
	return name
}

// keepsMail says what somebody who loses access goes on receiving; empty when that is nothing.
func keepsMail(w *locales.Words, h access.Host, s access.Snapshot, email, first string) string {
	p, ok := personWith(s, email)
	if !ok {
		return ""
	}
	var out []string
	contact := p
	contact.Main = false
	if contact.Receives().Any() {
		if first == "" {
			first = firstName(p.Contacts[0].FirstName, p.Name)
		}
		out = append(out, w.T("say.keeps_mail", "First", first, "Mail", MailList(w, contact.Receives(), h.MailCategories)))
	}
	if p.Main && p.MainPrefs.Any() {
		out = append(out, w.T("say.keeps_mail_main", "Email", p.Email, "Mail", MailList(w, p.MainPrefs, h.MailCategories)))
	}
	return strings.Join(out, " ")
}

// othersReceive tells whether the main address or a contact other than one receives a category.
func othersReceive(s access.Snapshot, m access.MailCategory, but string) bool {
	return s.Account.Preferences[m] || slices.ContainsFunc(s.Contacts, func(c access.Contact) bool {
		return c.ID != but && c.Preferences[m]
	})
}

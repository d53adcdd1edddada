package say

import (
	"slices"

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
				Keeps: keepsMail(w, h, s, u.Email, u.Name()),
			}
		}
	case change.CancelInvitation:
		if i, ok := s.Invitation(target); ok {
			return Loss{
				Loses: w.T("say.loses_invitation", "Name", i.Email, "Account", account),
				Keeps: keepsMail(w, h, s, i.Email, i.Email),
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
	out := Loss{Loses: w.T("say.loses_contact_silent", "Name", c.Name())}
	if c.Preferences.Any() {
		out.Loses = w.T("say.loses_mail", "Name", c.Name(), "Mail", MailList(w, c.Preferences, h.MailCategories))
	}
	for _, u := range s.Users {
		if access.EmailKey(u.Email) == access.EmailKey(c.Email) && c.Email != "" {
			out.Keeps = w.T("say.keeps_sign_in", "Name", u.Name(), "Account", s.Account.Name)
		}
	}
	for _, m := range c.Preferences.List(h.MailCategories) {
		if !othersReceive(s, m, c.ID) {
			k := "say.last_receiver"
			if m == access.MailDomain {
				k = "say.last_receiver_domain"
			}
			out.Warns = append(out.Warns, w.T(k, "Name", c.Name(), "Category", MailShortNamed(w, m, h.MailCategories)))
		}
	}
	return out
}

// keepsMail says what somebody who loses access goes on receiving; empty when that is nothing.
func keepsMail(w *locales.Words, h access.Host, s access.Snapshot, email, name string) string {
	people := access.People(s)
	i := slices.IndexFunc(people, func(p access.Person) bool { return p.Email != "" && p.Key == access.EmailKey(email) })
	if i < 0 || !people[i].Receives().Any() {
		return ""
	}
	p := people[i]
	k := "say.keeps_mail"
	if len(p.Contacts) == 0 {
		k = "say.keeps_mail_main"
	}
	return w.T(k, "Name", name, "Mail", MailList(w, p.Receives(), h.MailCategories))
}

// othersReceive tells whether the main address or a contact other than one receives a category.
func othersReceive(s access.Snapshot, m access.MailCategory, but string) bool {
	return s.Account.Preferences[m] || slices.ContainsFunc(s.Contacts, func(c access.Contact) bool {
		return c.ID != but && c.Preferences[m]
	})
}

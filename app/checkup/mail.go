package checkup

import (
	"slices"
	"strings"

	"concierge/app/access"
)

// nobodyReceives finds a category that nobody receives. Without a known domain, unread Domain mail loses nothing yet.
func nobodyReceives(m access.MailCategory) func(look) []Finding {
	return func(l look) []Finding {
		if l.receives(m) {
			return nil
		}
		f := Finding{Level: Risk, Action: SeeWhoGetsWhat, Category: m}
		if m == access.MailDomain {
			f.Count = len(l.s.Account.Domains)
			if f.Count == 0 {
				f.Level = Attention
			}
		}
		return []Finding{f}
	}
}

func okMail(m access.MailCategory) func(look) Finding {
	return func(look) Finding { return Finding{Category: m} }
}

func (l look) receives(m access.MailCategory) bool {
	if l.s.Account.Preferences[m] && l.s.Account.Email != "" {
		return true
	}
	return slices.ContainsFunc(l.s.Contacts, func(c access.Contact) bool { return c.Preferences[m] && c.Email != "" })
}

func silentContact(l look) []Finding {
	var out []Finding
	for _, c := range l.s.Contacts {
		if !c.Preferences.Any() {
			out = append(out, Finding{Level: Attention, Action: SeeContact, Name: c.Name(), Email: c.Email, ContactID: c.ID})
		}
	}
	return out
}

// accountAddress finds an account e-mail that no user and no contact has: nobody is known to read it.
func accountAddress(l look) []Finding {
	key := access.EmailKey(l.s.Account.Email)
	for _, u := range l.s.Users {
		if access.EmailKey(u.Email) == key {
			return nil
		}
	}
	for _, c := range l.s.Contacts {
		if access.EmailKey(c.Email) == key {
			return nil
		}
	}
	return []Finding{{Level: Attention, Action: SeeAccount, Email: l.s.Account.Email}}
}

func okAccount(l look) Finding { return Finding{Email: l.s.Account.Email} }

// ownerMailbox finds an owner whose login mailbox stops with a domain of the account, so that the mail that would let
// them back in no longer arrives. It is a risk when the account's e-mail does too.
func ownerMailbox(l look) []Finding {
	o := l.owner()
	d, on := l.onOwnDomain(o.Email)
	if !on {
		return nil
	}
	f := Finding{Level: Risk, Action: SeeProfile, Name: o.Name(), Email: o.Email, UserID: o.ID, Owner: true, Domain: d}
	if _, also := l.onOwnDomain(l.s.Account.Email); l.s.Account.Email != "" && !also {
		f.Level = Attention
	}
	return []Finding{f}
}

func okOwner(l look) Finding { return Finding{Email: l.owner().Email} }

// onOwnDomain tells which domain of the account an address is on, subdomains included.
func (l look) onOwnDomain(email string) (string, bool) {
	_, at, ok := strings.Cut(access.EmailKey(email), "@")
	if !ok {
		return "", false
	}
	for _, d := range l.s.Account.Domains {
		if k := access.EmailKey(d); k != "" && (at == k || strings.HasSuffix(at, "."+k)) {
			return d, true
		}
	}
	return "", false
}

// recovery finds an account that only the owner's login address leads back to.
func recovery(l look) []Finding {
	o := l.owner()
	if l.s.Account.Email != "" && access.EmailKey(l.s.Account.Email) != access.EmailKey(o.Email) {
		return nil
	}
	return []Finding{{Level: Attention, Action: SeeAccount, Name: o.Name(), Email: o.Email, UserID: o.ID, Owner: true}}
}

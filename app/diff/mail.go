package diff

import (
	"strings"

	"concierge/app/access"
)

// recipient is one address that receives mail: a contact's, or with an empty id the account's own.
type recipient struct {
	id, key, name, email string
	prefs                access.Preferences
}

func recipients(s access.Snapshot) []recipient {
	var out []recipient
	add := func(r recipient) {
		if strings.TrimSpace(r.email) != "" {
			out = append(out, r)
		}
	}
	a := s.Account
	add(recipient{"", access.EmailKey(a.Email), a.Name, a.Email, a.Preferences})
	for _, c := range s.Contacts {
		add(recipient{c.ID, access.EmailKey(c.Email), c.Name(), c.Email, c.Preferences})
	}
	return out
}

// recipients says what the other differences mean for the mail: which address receives what tells of domains and did not
// before, and what nobody receives any more.
func (c *comparison) recipients() {
	was, is := recipients(c.older), recipients(c.newer)
	before := map[string]bool{}
	reached, still := access.Preferences{}, access.Preferences{}
	for _, r := range was {
		before[r.key] = before[r.key] || r.prefs[access.MailDomain]
		gather(reached, r.prefs)
	}
	for _, r := range is {
		gather(still, r.prefs)
		if r.prefs[access.MailDomain] && !before[r.key] {
			before[r.key] = true // once for each address
			c.add(Difference{What: DomainRecipient, ID: r.id, Key: r.key, Name: r.name, Email: r.email, After: r.email})
		}
	}
	_, lost := switched(reached, still)
	for _, m := range lost {
		c.add(Difference{What: NobodyReceives, ID: string(m), Off: []access.MailCategory{m}})
	}
}

func gather(into, prefs access.Preferences) {
	for m, on := range prefs {
		if on {
			into[m] = true
		}
	}
}

package client

import (
	"fmt"
	"net/url"
	"slices"

	"concierge/client/api"
)

// The checks complete an answer: missing lists become empty. They return the path of a value without which the answer
// must not be believed: JSON of some other program would decode into empty values, and an empty snapshot
// taken for true would make people vanish. Unknown roles, actions and keys are kept as they are.

func checkHost(h *api.Host) string {
	h.Languages, h.Permissions, h.MailCategories = list(h.Languages), list(h.Permissions), list(h.MailCategories)
	h.SignIn.Scopes = list(h.SignIn.Scopes)
	switch {
	case h.Name == "":
		return "name"
	case h.SignIn.ClientID == "":
		return "signIn.clientId"
	case !safeURL(h.SignIn.Issuer):
		return "signIn.issuer"
	case h.MailboxURL != "" && !safeURL(h.MailboxURL):
		return "mailboxUrl"
	}
	if at := each("permissions", h.Permissions, checkEntry); at != "" {
		return at
	}
	return each("mailCategories", h.MailCategories, checkEntry)
}

// safeURL tells whether an address may be opened in a browser: https, or http within this computer.
func safeURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || (u.Scheme == "http" && loopback(u.Hostname())))
}

func checkEntry(e *api.CatalogueEntry) string { return need("key", e.Key) }

func checkMe(m *api.Me) string { return need("id", m.ID) }

func checkAccounts(p *api.AccountPage) string {
	p.Accounts = list(p.Accounts)
	return each("accounts", p.Accounts, func(a *api.AccountSummary) string {
		a.Permissions = list(a.Permissions)
		return need("id", a.ID)
	})
}

func checkAccount(a *api.Account) string {
	a.Domains = list(a.Domains)
	return need("id", a.ID)
}

func checkSnapshot(s *api.Snapshot) string {
	s.Users, s.Invitations, s.Contacts = list(s.Users), list(s.Invitations), list(s.Contacts)
	s.Me.Permissions = list(s.Me.Permissions)
	if at := checkAccount(&s.Account); at != "" {
		return "account." + at
	}
	if s.Me.Role == "" {
		return "me.role"
	}
	if at := each("users", s.Users, checkUser); at != "" {
		return at
	}
	if at := each("invitations", s.Invitations, checkInvitation); at != "" {
		return at
	}
	return each("contacts", s.Contacts, checkContact)
}

func checkUser(u *api.User) string {
	u.Permissions = list(u.Permissions)
	return need("id", u.ID)
}

func checkInvitation(i *api.Invitation) string {
	i.Permissions = list(i.Permissions)
	return need("id", i.ID)
}

func checkContact(c *api.Contact) string {
	if c.EmailPreferences == nil {
		c.EmailPreferences = api.MailPreferences{}
	}
	return need("id", c.ID)
}

func checkActivity(p *api.ActivityPage) string {
	p.Activity = list(p.Activity)
	for i := range p.Activity {
		a := &p.Activity[i]
		a.Permissions, a.Fields = list(a.Permissions), list(a.Fields)
	}
	return ""
}

func checkChanges(c *api.Changes) string {
	c.Accounts = list(c.Accounts)
	if c.Token == "" {
		return "token"
	}
	return each("accounts", c.Accounts, func(a *api.AccountChange) string {
		// A reminder that does not say of whom and when is none; what changed is worth more than it.
		a.Reminders = slices.DeleteFunc(a.Reminders, func(r api.Reminder) bool {
			return r.UserID == "" || r.EndsAt.IsZero() || r.Days <= 0
		})
		return need("id", a.ID)
	})
}

func need(name, value string) string {
	if value == "" {
		return name
	}
	return ""
}

func each[T any](name string, items []T, check func(*T) string) string {
	for i := range items {
		if at := check(&items[i]); at != "" {
			return fmt.Sprintf("%s[%d].%s", name, i, at)
		}
	}
	return ""
}

// Package wire turns what the contract says into the vocabulary of the application. It knows both and nothing else: no
// calls, no rules.
package wire

import (
	"time"

	"concierge/app/access"
	"concierge/client/api"
)

// Host describes a provider's server that answers at url.
func Host(url string, h api.Host) access.Host {
	f := h.Features
	return access.Host{
		URL: url, Name: h.Name, Sample: h.Sample, Languages: h.Languages, MailboxURL: h.MailboxURL,
		Permissions: catalogue(h.Permissions), MailCategories: catalogue(h.MailCategories),
		Features: access.Features{
			ListInvitations: feature(f.ListInvitations), EditInvitation: feature(f.EditInvitation),
			ResendInvitation: feature(f.ResendInvitation), CancelInvitation: feature(f.CancelInvitation),
			InvitationLanguage: feature(f.InvitationLanguage), InvitedOnly: feature(f.InvitedOnly),
			LastSignIn: feature(f.LastSignIn), TwoFactor: feature(f.TwoFactor), AccessEnds: feature(f.AccessEnds),
			Activity: feature(f.Activity), ChangeLoginEmail: feature(f.ChangeLoginEmail), PasswordReset: feature(f.PasswordReset),
			EmptyPermissions: feature(f.EmptyPermissions), ContactLanguage: feature(f.ContactLanguage),
		},
	}
}

// Me is a profile.
func Me(m api.Me) access.Me {
	return access.Me{ID: m.ID, ETag: m.ETag, FirstName: m.FirstName, LastName: m.LastName, Email: m.Email, Language: m.Language, TwoFactor: m.TwoFactor}
}

// Summary is one account of an identity's list.
func Summary(identity string, a api.AccountSummary) access.Summary {
	return access.Summary{
		Ref: access.Ref{Identity: identity, Account: a.ID}, Name: a.Name, Role: access.Role(a.Role),
		Permissions: permissions(a.Permissions), Revision: a.Revision,
	}
}

// Snapshot is one account as an identity sees it.
func Snapshot(ref access.Ref, s api.Snapshot) access.Snapshot {
	return access.Snapshot{
		Ref: ref, Revision: s.Revision, Account: Account(s.Account),
		Me:    access.Membership{UserID: s.Me.UserID, Role: access.Role(s.Me.Role), Permissions: permissions(s.Me.Permissions)},
		Users: each(s.Users, User), Invitations: each(s.Invitations, Invitation), Contacts: each(s.Contacts, Contact),
	}
}

// Account is account information.
func Account(a api.Account) access.Account {
	return access.Account{
		ID: a.ID, ETag: a.ETag, Name: a.Name, FirstName: a.FirstName, LastName: a.LastName, Company: a.Company,
		Email: a.Email, Phone: a.Phone, Address: access.Address(a.Address), Language: a.Language,
		Preferences: preferences(a.EmailPreferences), Domains: a.Domains,
	}
}

// User is somebody who can sign in.
func User(u api.User) access.User {
	return access.User{
		ID: u.ID, ETag: u.ETag, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Role: access.Role(u.Role),
		Permissions: permissions(u.Permissions), EndsAt: at(u.EndsAt), Reason: u.Reason, LastSignIn: at(u.LastSignIn), TwoFactor: u.TwoFactor,
	}
}

// Invitation is a pending or expired invitation.
func Invitation(i api.Invitation) access.Invitation {
	return access.Invitation{
		ID: i.ID, ETag: i.ETag, Email: i.Email, Language: i.Language, Permissions: permissions(i.Permissions), EndsAt: at(i.EndsAt),
		Reason: i.Reason, InvitedBy: i.InvitedBy, SentAt: i.SentAt, ExpiresAt: i.ExpiresAt, AcceptURL: i.AcceptURL,
		Unconfirmed: i.Unconfirmed,
	}
}

// Contact is somebody who receives e-mail.
func Contact(c api.Contact) access.Contact {
	return access.Contact{
		ID: c.ID, ETag: c.ETag, FirstName: c.FirstName, LastName: c.LastName, Company: c.Company, Email: c.Email, Phone: c.Phone,
		Address: access.Address(c.Address), Language: c.Language, Preferences: preferences(c.EmailPreferences),
	}
}

// Activity is one line of what was done.
func Activity(a api.Activity) access.Activity {
	return access.Activity{
		ID: a.ID, At: a.At, Actor: a.Actor, ActorEmail: a.ActorEmail, Action: a.Action, Target: a.Target,
		Permissions: permissions(a.Permissions), Fields: a.Fields, From: a.From, Text: a.Text, Unconfirmed: a.Unconfirmed,
	}
}

// Keys is a set of permissions for the contract; never nil, since none is a set too.
func Keys(ps []access.Permission) []string {
	return each(ps, func(p access.Permission) string { return string(p) })
}

// Mail is a set of categories for the contract.
func Mail(m map[access.MailCategory]bool) api.MailPreferences {
	out := make(api.MailPreferences, len(m))
	for k, on := range m {
		out[string(k)] = on
	}
	return out
}

// Time is a time for the contract; zero is none.
func Time(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func catalogue(list []api.CatalogueEntry) []access.CatalogueEntry {
	return each(list, func(e api.CatalogueEntry) access.CatalogueEntry {
		return access.CatalogueEntry{Key: e.Key, Title: access.Text(e.Title), Description: access.Text(e.Description), Sensitive: e.Sensitive}
	})
}

func feature(f api.Feature) access.Feature {
	return access.Feature{Available: f.Available, Reason: access.Text(f.Reason)}
}

func permissions(list []string) []access.Permission {
	return each(list, func(s string) access.Permission { return access.Permission(s) })
}

func preferences(m api.MailPreferences) access.Preferences {
	out := make(access.Preferences, len(m))
	for k, on := range m {
		out[access.MailCategory(k)] = on
	}
	return out
}

func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func each[A, B any](list []A, of func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = of(a)
	}
	return out
}

// Reminders turns the reminders of an account.
func Reminders(list []api.Reminder) []access.Reminder {
	out := make([]access.Reminder, len(list))
	for i, r := range list {
		out[i] = access.Reminder{UserID: r.UserID, EndsAt: r.EndsAt, Days: r.Days}
	}
	return out
}

// Package diff says what differs between two states of an account, in the order and the terms in which people ask about
// it: who came and went, who may do more or less, which address is another one, who receives the mail.
//
// It knows the vocabulary alone: neither when the states were seen nor who changed them, and it has no text for people.
package diff

import (
	"slices"
	"time"

	"concierge/app/access"
)

// What names the kind of a difference.
type What string

// The kinds there are. The fields of a Difference that each has, besides the person's name and address, stand behind it.
const (
	OwnerChanged What = "owner-changed" // ID: the new owner; Before, After: names of the owners

	UserCame        What = "user-came"        // Added: what they may do; Via: the invitation they accepted
	UserLeft        What = "user-left"        // Removed: what they could do
	UserPermissions What = "user-permissions" // Added, Removed
	UserEnds        What = "user-ends"        // Field: endsAt or reason; Before, After
	UserName        What = "user-name"        // Before, After: whole names
	UserEmail       What = "user-email"       // Before, After: login e-mails

	InvitationSent        What = "invitation-sent"        // Added
	InvitationResent      What = "invitation-resent"      // Before, After: until when it can be accepted
	InvitationPermissions What = "invitation-permissions" // Added, Removed
	InvitationEnds        What = "invitation-ends"        // Field: endsAt or reason; Before, After
	InvitationAccepted    What = "invitation-accepted"    // the person is a user now
	InvitationExpired     What = "invitation-expired"     // see Difference.SeenAt
	InvitationGone        What = "invitation-gone"        // cancelled, or accepted by who has left since; Over

	ContactCame  What = "contact-came"  // On: what they receive
	ContactLeft  What = "contact-left"  // Off: what they received
	ContactEmail What = "contact-email" // Before, After
	ContactField What = "contact-field" // Field; Before, After; with FieldAddress also Was and Is
	ContactMail  What = "contact-mail"  // On, Off

	AccountEmail   What = "account-email"   // Before, After
	AccountField   What = "account-field"   // as ContactField
	AccountMail    What = "account-mail"    // On, Off
	AccountDomains What = "account-domains" // Before, After: domains that went and that came, by commas

	DomainRecipient What = "domain-recipient" // After: an address that receives Domain mail and did not; ID: its contact, "" the account
	NobodyReceives  What = "nobody-receives"  // ID: a category that somebody received before

	OwnRights What = "own-rights" // of who is signed in: Added, Removed; Before, After: role
)

// Names of fields are those of package change, so that what was can be put back. An address is one thing: half of one
// and half of another is an address of nobody.
const (
	FieldFirstName = "firstName"
	FieldLastName  = "lastName"
	FieldCompany   = "company"
	FieldPhone     = "phone"
	FieldLanguage  = "language"
	FieldEndsAt    = "endsAt"
	FieldReason    = "reason"
	FieldAddress   = "address"
	FieldName      = "name" // of an account, which its host makes of the others
)

// Difference is one thing that differs.
type Difference struct {
	What  What
	ID    string // of the user, invitation or contact; see What
	Key   string // whom it concerns, as access.Person has it; "" for what concerns nobody
	Name  string // how they are called now, or were before they went
	Email string

	Field         string
	Before, After string // times are RFC 3339 in UTC; empty is none
	Was, Is       access.Address
	Added         []access.Permission // sorted
	Removed       []access.Permission
	On, Off       []access.MailCategory // sorted
	Via           string
	Over          time.Time // until when the invitation could be accepted
}

// Same tells whether two differences are of the same thing, whatever became of it.
func (d Difference) Same(o Difference) bool {
	return d.What == o.What && d.ID == o.ID && d.Field == o.Field && (d.What != DomainRecipient || d.After == o.After)
}

// SeenAt knows when the newer state was seen: an invitation that was gone by then and could no longer be accepted has
// expired.
func (d Difference) SeenAt(at time.Time) Difference {
	if d.What == InvitationGone && !d.Over.IsZero() && !at.Before(d.Over) {
		d.What = InvitationExpired
	}
	return d
}

// Compare says what differs between two states of an account: owner, users, invitations, contacts, account information,
// and then what follows from these for the mail. Within each, what was there before comes in the order of the older state,
// then what is new in the order of the newer. What only one of the states shows, because the person might see less in the
// other, is no difference.
func Compare(older, newer access.Snapshot) []Difference {
	c := comparison{older: older, newer: newer}
	c.own()
	if older.Me.Owner() && newer.Me.Owner() {
		c.owner()
		c.users()
		c.invitations()
	}
	contacts := older.Me.May(access.Contacts) && newer.Me.May(access.Contacts)
	if contacts {
		c.contacts()
	}
	profile := older.Me.May(access.Profile) && newer.Me.May(access.Profile)
	c.account(profile)
	if contacts && profile {
		c.recipients()
	}
	return c.out
}

type comparison struct {
	older, newer access.Snapshot
	out          []Difference
}

func (c *comparison) add(d Difference) { c.out = append(c.out, d) }

func (c *comparison) own() {
	a, b := c.older.Me, c.newer.Me
	if a.Role == b.Role && a.Owner() {
		return
	}
	added, removed := access.Diff(a.Permissions, b.Permissions)
	if a.Owner() == b.Owner() && len(added)+len(removed) == 0 {
		return
	}
	d := Difference{What: OwnRights, ID: b.UserID, Added: added, Removed: removed}
	if a.Owner() != b.Owner() {
		d.Before, d.After = string(a.Role), string(b.Role)
	}
	c.add(d)
}

// account compares account information; whole tells that both states show all of it.
func (c *comparison) account(whole bool) {
	a, b := c.older.Account, c.newer.Account
	field := func(what What, name, before, after string) {
		if before != after {
			c.add(Difference{What: what, Field: name, Before: before, After: after})
		}
	}
	if !whole {
		field(AccountField, FieldName, a.Name, b.Name)
		return
	}
	if a.Email != b.Email {
		c.add(Difference{What: AccountEmail, Key: access.EmailKey(b.Email), Email: b.Email, Before: a.Email, After: b.Email})
	}
	named := len(c.out)
	field(AccountField, FieldFirstName, a.FirstName, b.FirstName)
	field(AccountField, FieldLastName, a.LastName, b.LastName)
	field(AccountField, FieldCompany, a.Company, b.Company)
	if len(c.out) == named {
		field(AccountField, FieldName, a.Name, b.Name) // else it follows from what is said already
	}
	field(AccountField, FieldPhone, a.Phone, b.Phone)
	if a.Address != b.Address {
		c.add(Difference{What: AccountField, Field: FieldAddress, Was: a.Address, Is: b.Address})
	}
	field(AccountField, FieldLanguage, a.Language, b.Language)
	if on, off := switched(a.Preferences, b.Preferences); len(on)+len(off) > 0 {
		c.add(Difference{What: AccountMail, Key: access.EmailKey(b.Email), Email: b.Email, On: on, Off: off})
	}
	if sees(c.older) && sees(c.newer) {
		came, went := access.Diff(asSet(a.Domains), asSet(b.Domains))
		if len(came)+len(went) > 0 {
			c.add(Difference{What: AccountDomains, Before: joined(went), After: joined(came)})
		}
	}
}

// sees tells whether a state shows the account's domains.
func sees(s access.Snapshot) bool { return s.Me.May(access.Domains) || s.Me.May(access.ManageDomains) }

func asSet(list []string) []access.Permission {
	out := make([]access.Permission, len(list))
	for i, s := range list {
		out[i] = access.Permission(s)
	}
	return out
}

func joined(list []access.Permission) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += ", "
		}
		out += string(s)
	}
	return out
}

// switched lists the categories that are received now and were not, and the other way round.
func switched(before, after access.Preferences) (on, off []access.MailCategory) {
	for m, is := range after {
		if is && !before[m] {
			on = append(on, m)
		}
	}
	for m, was := range before {
		if was && !after[m] {
			off = append(off, m)
		}
	}
	slices.Sort(on)
	slices.Sort(off)
	return on, off
}

func received(p access.Preferences) []access.MailCategory {
	on, _ := switched(nil, p)
	return on
}

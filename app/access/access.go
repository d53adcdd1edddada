// Package access is the vocabulary of the application: accounts, users, contacts, invitations, the person that joins
// them, permissions, mail categories, presets and search. Pure values and functions; no network, disk, clock or text
// for people. It imports only the standard library and x/text.
package access

import (
	"slices"
	"time"
)

// Ref names one account: which identity reaches it, and its id at that identity's host. Two identities that reach the
// same account see it separately, each with their own rights.
type Ref struct {
	Identity string
	Account  string
}

// Zero tells that no account is named.
func (r Ref) Zero() bool { return r == Ref{} }

// Role of a person in an account.
type Role string

// The roles there are. A host may send others; they are treated as User.
const (
	Owner  Role = "owner"
	Member Role = "user"
)

// Permission is the key of one permission, as the host's catalogue names it.
type Permission string

// The permissions this version groups, explains and marks. Hosts may have others.
const (
	Profile        Permission = "profile"
	Contacts       Permission = "contacts"
	Products       Permission = "products"
	ManageProducts Permission = "manageproducts"
	ProductSSO     Permission = "productsso"
	Domains        Permission = "domains"
	ManageDomains  Permission = "managedomains"
	Invoices       Permission = "invoices"
	Quotes         Permission = "quotes"
	Tickets        Permission = "tickets"
	Affiliates     Permission = "affiliates"
	Emails         Permission = "emails"
	Orders         Permission = "orders"
)

// MailCategory is the key of one category of mail.
type MailCategory string

// The categories this version explains. Hosts may have others.
const (
	MailGeneral   MailCategory = "general"
	MailInvoice   MailCategory = "invoice"
	MailSupport   MailCategory = "support"
	MailProduct   MailCategory = "product"
	MailDomain    MailCategory = "domain"
	MailAffiliate MailCategory = "affiliate"
)

// Text is a text for people that a host serves, by language.
type Text map[string]string

// In returns the text in a language, else in English, else in any.
func (t Text) In(lang string) string {
	for _, l := range []string{lang, "en", "fr"} {
		if s := t[l]; s != "" {
			return s
		}
	}
	for _, s := range t {
		return s
	}
	return ""
}

// CatalogueEntry names a permission or a mail category as its host does.
type CatalogueEntry struct {
	Key         string
	Title       Text
	Description Text
	Sensitive   bool
}

// Feature is one thing a host may be unable to do, and why.
type Feature struct {
	Available bool
	Reason    Text
}

// Host is what is known of one provider's server.
type Host struct {
	URL            string
	Name           string
	Sample         bool
	Languages      []string
	Permissions    []CatalogueEntry
	MailCategories []CatalogueEntry
	MailboxURL     string
	Features       Features
}

// Features of a host; see client/api.
type Features struct {
	ListInvitations, EditInvitation, ResendInvitation, CancelInvitation Feature
	InvitationLanguage, InvitedOnly                                     Feature
	LastSignIn, TwoFactor, AccessEnds, Activity                         Feature
	ChangeLoginEmail, PasswordReset, EmptyPermissions, ContactLanguage  Feature
}

// Me is the signed-in person's own profile at a host.
type Me struct {
	ID, ETag            string
	FirstName, LastName string
	Email               string // login e-mail
	Language            string
	TwoFactor           *bool // nil: the host cannot tell
}

// Name is the first and last name, or the login e-mail when there is none.
func (m Me) Name() string { return fullName(m.FirstName, m.LastName, "", m.Email) }

// Summary is one account in a list.
type Summary struct {
	Ref         Ref
	Name        string
	Role        Role
	Permissions []Permission
	Revision    string
}

// Address is a postal address; Country is ISO 3166-1 alpha-2.
type Address struct {
	Line1, Line2, City, State, PostalCode, Country string
}

// Preferences says which mail categories are received.
type Preferences map[MailCategory]bool

// List returns the received categories in the order of the catalogue, unknown ones last by name.
func (p Preferences) List(catalogue []CatalogueEntry) []MailCategory {
	var out []MailCategory
	for _, e := range catalogue {
		if p[MailCategory(e.Key)] {
			out = append(out, MailCategory(e.Key))
		}
	}
	var rest []MailCategory
	for c, on := range p {
		if on && !slices.Contains(out, c) {
			rest = append(rest, c)
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}

// Any tells whether any category is received.
func (p Preferences) Any() bool {
	for _, on := range p {
		if on {
			return true
		}
	}
	return false
}

// Account is the account's own information. Its e-mail is where the host writes about it; it is nobody's login.
type Account struct {
	ID, ETag            string
	Name                string // company, or first and last name; derived by the host
	FirstName, LastName string
	Company             string
	Email, Phone        string
	Address             Address
	Language            string
	Preferences         Preferences
	Domains             []string
}

// User can sign in to the account.
type User struct {
	ID, ETag            string
	FirstName, LastName string
	Email               string // login e-mail
	Role                Role
	Permissions         []Permission
	EndsAt              time.Time // zero: no end
	Reason              string
	LastSignIn          time.Time // zero: never, or not told
	TwoFactor           *bool     // nil: not told
}

// OverdueAfter is how long after its end an access that the host still lists counts as overdue: hosts do not end access to
// the second, and clocks differ.
const OverdueAfter = 10 * time.Minute

// Overdue tells whether the user's access should have ended and has not, by what the host said at a time.
func (u User) Overdue(said time.Time) bool {
	return !u.EndsAt.IsZero() && said.Sub(u.EndsAt) >= OverdueAfter
}

// Reminder says that a user's access ends in so many days or fewer, as the host reminds of it.
type Reminder struct {
	UserID string
	EndsAt time.Time
	Days   int
}

// Name is the user's name, or the login e-mail when there is none.
func (u User) Name() string { return fullName(u.FirstName, u.LastName, "", u.Email) }

// Invitation asks somebody to become a user.
type Invitation struct {
	ID, ETag          string
	Email, Language   string
	Permissions       []Permission
	EndsAt            time.Time
	Reason            string
	InvitedBy         string
	SentAt, ExpiresAt time.Time
	AcceptURL         string
	Unconfirmed       bool // the host does not know whether it was sent
}

// Expired tells whether the invitation can no longer be accepted at a time.
func (i Invitation) Expired(now time.Time) bool { return !now.Before(i.ExpiresAt) }

// Contact only receives e-mail.
type Contact struct {
	ID, ETag            string
	FirstName, LastName string
	Company             string
	Email, Phone        string
	Address             Address
	Language            string
	Preferences         Preferences
}

// Name is the contact's name: person, else company, else e-mail.
func (c Contact) Name() string { return fullName(c.FirstName, c.LastName, c.Company, c.Email) }

// Membership is what the signed-in person is in an account.
type Membership struct {
	UserID      string
	Role        Role
	Permissions []Permission
}

// Owner tells whether this is the account's owner.
func (m Membership) Owner() bool { return m.Role == Owner }

// May tells whether the person has a permission; the owner has every one.
func (m Membership) May(p Permission) bool { return m.Owner() || slices.Contains(m.Permissions, p) }

// Snapshot is all that the signed-in person may see of one account at one revision.
type Snapshot struct {
	Ref         Ref
	Revision    string
	Account     Account
	Me          Membership
	Users       []User
	Invitations []Invitation
	Contacts    []Contact
}

// Is tells whether two are one and the same. Snapshots are never changed, so one that came later has other lists.
func (s *Snapshot) Is(other *Snapshot) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s.Revision == other.Revision && same(s.Users, other.Users) && same(s.Contacts, other.Contacts) && same(s.Invitations, other.Invitations)
}

func same[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// User finds a user by id.
func (s Snapshot) User(id string) (User, bool) {
	return find(s.Users, func(u User) bool { return u.ID == id })
}

// Invitation finds an invitation by id.
func (s Snapshot) Invitation(id string) (Invitation, bool) {
	return find(s.Invitations, func(i Invitation) bool { return i.ID == id })
}

// Contact finds a contact by id.
func (s Snapshot) Contact(id string) (Contact, bool) {
	return find(s.Contacts, func(c Contact) bool { return c.ID == id })
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}

// Activity is one line of what was done to an account; Action is a key such as "user.invited".
type Activity struct {
	ID          string
	At          time.Time
	Actor       string
	ActorEmail  string
	Action      string
	Target      string
	Permissions []Permission
	Fields      []string
	From        string
	Text        string
	Unconfirmed bool // the host's own system has not said whether it did it
}

func fullName(first, last, company, email string) string {
	name := first
	if last != "" {
		if name != "" {
			name += " "
		}
		name += last
	}
	if name == "" {
		name = company
	}
	if name == "" {
		name = email
	}
	return name
}

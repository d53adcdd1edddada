package api

import "time"

// Role of a person in an account.
type Role string

// The two roles that exist.
const (
	RoleOwner Role = "owner"
	RoleUser  Role = "user"
)

// Me is the signed-in person's own profile: GET /v1/me.
type Me struct {
	ID        string `json:"id"`
	ETag      string `json:"etag"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email" doc:"What this person types to sign in; never changes an account's e-mail"`
	Language  string `json:"language"`
	TwoFactor *bool  `json:"twoFactor,omitempty" doc:"Missing where the host cannot tell"`
}

// MePatch changes a profile: PATCH /v1/me. A missing field stays as it is.
type MePatch struct {
	FirstName *string `json:"firstName,omitempty" maxLength:"100"`
	LastName  *string `json:"lastName,omitempty" maxLength:"100"`
	Language  *string `json:"language,omitempty" maxLength:"10"`
}

// NewEmail asks for another login e-mail: POST /v1/me/email.
type NewEmail struct {
	Email string `json:"email" maxLength:"254"`
}

// AccountPage is one page of GET /v1/accounts.
type AccountPage struct {
	Accounts []AccountSummary `json:"accounts"`
	Next     string           `json:"next,omitempty" doc:"Cursor of the next page; empty on the last"`
}

// AccountSummary is one account this person reaches.
type AccountSummary struct {
	ID          string   `json:"id"`
	Name        string   `json:"name" doc:"Company, or first and last name"`
	Role        Role     `json:"role"`
	Permissions []string `json:"permissions" doc:"This person's own; every key for the owner"`
	Revision    string   `json:"revision" doc:"Opaque; differs whenever anything in the snapshot does"`
}

// Membership is what the asking person is in one account.
type Membership struct {
	UserID      string   `json:"userId"`
	Role        Role     `json:"role"`
	Permissions []string `json:"permissions"`
}

// Snapshot is all that the asking person may see of one account: the unit of sync. What they may not see is
// missing: users and invitations are the owner's, contacts need the permission "contacts".
type Snapshot struct {
	Revision    string       `json:"revision"`
	Account     Account      `json:"account"`
	Me          Membership   `json:"me"`
	Users       []User       `json:"users,omitempty"`
	Invitations []Invitation `json:"invitations,omitempty"`
	Contacts    []Contact    `json:"contacts,omitempty"`
}

// Address is a postal address. Country is ISO 3166-1 alpha-2; State is the subdivision's common code or name.
type Address struct {
	Line1      string `json:"line1" maxLength:"200"`
	Line2      string `json:"line2" maxLength:"200"`
	City       string `json:"city" maxLength:"100"`
	State      string `json:"state" maxLength:"100"`
	PostalCode string `json:"postalCode" maxLength:"20"`
	Country    string `json:"country" maxLength:"2"`
}

// MailPreferences says for each mail category whether it is received. A missing key means no.
type MailPreferences map[string]bool

// Account is the account's own information: GET /v1/accounts/{id}. Its e-mail is where the host writes about the
// account; it is nobody's login. A person without the permission "profile" sees only the id, the name and the etag.
type Account struct {
	ID               string          `json:"id"`
	ETag             string          `json:"etag"`
	Name             string          `json:"name" doc:"Company, or first and last name; derived"`
	FirstName        string          `json:"firstName,omitempty"`
	LastName         string          `json:"lastName,omitempty"`
	Company          string          `json:"company,omitempty"`
	Email            string          `json:"email,omitempty"`
	Phone            string          `json:"phone,omitempty" doc:"E.164, or as the person wrote it where that is not known"`
	Address          Address         `json:"address,omitzero"`
	Language         string          `json:"language,omitempty"`
	EmailPreferences MailPreferences `json:"emailPreferences,omitempty" doc:"Mail the account's own address receives"`
	Domains          []string        `json:"domains,omitempty" doc:"Domain names of the account, where the person may see them (domains)"`
}

// AccountPatch changes account information: PATCH /v1/accounts/{id}. A missing field stays as it is; of the mail
// preferences, missing keys stay as they are. Changing Email asks for proof.
type AccountPatch struct {
	FirstName        *string         `json:"firstName,omitempty" maxLength:"100"`
	LastName         *string         `json:"lastName,omitempty" maxLength:"100"`
	Company          *string         `json:"company,omitempty" maxLength:"150"`
	Email            *string         `json:"email,omitempty" maxLength:"254"`
	Phone            *string         `json:"phone,omitempty" maxLength:"40"`
	Address          *Address        `json:"address,omitempty"`
	Language         *string         `json:"language,omitempty" maxLength:"10"`
	EmailPreferences MailPreferences `json:"emailPreferences,omitempty"`
}

// User can sign in to the account.
type User struct {
	ID          string     `json:"id"`
	ETag        string     `json:"etag"`
	FirstName   string     `json:"firstName"`
	LastName    string     `json:"lastName"`
	Email       string     `json:"email"`
	Role        Role       `json:"role"`
	Permissions []string   `json:"permissions"`
	EndsAt      *time.Time `json:"endsAt,omitempty" doc:"When these permissions end"`
	Reason      string     `json:"reason,omitempty" doc:"Why they end"`
	LastSignIn  *time.Time `json:"lastSignIn,omitempty"`
	TwoFactor   *bool      `json:"twoFactor,omitempty"`
}

// PermissionSet replaces the permissions of a user or an invitation as a whole: PUT …/permissions.
type PermissionSet struct {
	Permissions []string   `json:"permissions" maxItems:"100" nullable:"true" doc:"null is the empty set"`
	EndsAt      *time.Time `json:"endsAt,omitempty"`
	Reason      string     `json:"reason,omitempty" maxLength:"200"`
}

// Invitation asks somebody by e-mail to become a user. It is valid for 7 days and shown for a while after.
type Invitation struct {
	ID          string     `json:"id"`
	ETag        string     `json:"etag"`
	Email       string     `json:"email"`
	Language    string     `json:"language" doc:"Language the invitation is written in"`
	Permissions []string   `json:"permissions"`
	EndsAt      *time.Time `json:"endsAt,omitempty"`
	Reason      string     `json:"reason,omitempty"`
	InvitedBy   string     `json:"invitedBy" doc:"Name of who invited"`
	SentAt      time.Time  `json:"sentAt"`
	ExpiresAt   time.Time  `json:"expiresAt"`
	Unconfirmed bool       `json:"unconfirmed,omitempty" doc:"The host asked its system to send it and does not know whether it did: the answer to who sends it is a success all the same, and it can be sent again"`
	AcceptURL   string     `json:"acceptUrl,omitempty" doc:"Where the invited person accepts, for the owner to pass on; useless to anybody but the invited address"`
}

// NewInvitation invites: POST …/invitations. Nothing is granted that is not listed.
type NewInvitation struct {
	Email       string     `json:"email" maxLength:"254"`
	Language    string     `json:"language,omitempty" maxLength:"10"`
	Permissions []string   `json:"permissions" maxItems:"100" nullable:"true" doc:"null is the empty set"`
	EndsAt      *time.Time `json:"endsAt,omitempty"`
	Reason      string     `json:"reason,omitempty" maxLength:"200"`
}

// Contact only receives e-mail.
type Contact struct {
	ID               string          `json:"id"`
	ETag             string          `json:"etag"`
	FirstName        string          `json:"firstName"`
	LastName         string          `json:"lastName"`
	Company          string          `json:"company"`
	Email            string          `json:"email"`
	Phone            string          `json:"phone"`
	Address          Address         `json:"address"`
	Language         string          `json:"language"`
	EmailPreferences MailPreferences `json:"emailPreferences"`
}

// NewContact adds a contact: POST …/contacts. It needs an e-mail and a name: a first name, a last name or a company.
type NewContact struct {
	FirstName        string          `json:"firstName,omitempty" maxLength:"100"`
	LastName         string          `json:"lastName,omitempty" maxLength:"100"`
	Company          string          `json:"company,omitempty" maxLength:"150"`
	Email            string          `json:"email" maxLength:"254"`
	Phone            string          `json:"phone,omitempty" maxLength:"40"`
	Address          Address         `json:"address,omitempty"`
	Language         string          `json:"language,omitempty" maxLength:"10"`
	EmailPreferences MailPreferences `json:"emailPreferences,omitempty"`
}

// ContactPatch changes a contact: PATCH …/contacts/{id}. A missing field stays; missing preference keys stay.
type ContactPatch struct {
	FirstName        *string         `json:"firstName,omitempty" maxLength:"100"`
	LastName         *string         `json:"lastName,omitempty" maxLength:"100"`
	Company          *string         `json:"company,omitempty" maxLength:"150"`
	Email            *string         `json:"email,omitempty" maxLength:"254"`
	Phone            *string         `json:"phone,omitempty" maxLength:"40"`
	Address          *Address        `json:"address,omitempty"`
	Language         *string         `json:"language,omitempty" maxLength:"10"`
	EmailPreferences MailPreferences `json:"emailPreferences,omitempty"`
}

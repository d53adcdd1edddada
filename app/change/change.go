// Package change turns every edit into a Change: written down before it is sent, sent once, and ended as confirmed,
// refused or conflicting. A view hands over what a person wants and listens; it never edits what it shows.
//
// It knows the client for sending and the vocabulary; nothing of views.
package change

import (
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
)

// Kind says what a Change does.
type Kind string

// The kinds there are.
const (
	SetPermissions   Kind = "set-permissions"   // Target: user id
	Revoke           Kind = "revoke"            // Target: user id
	Invite           Kind = "invite"            // After: email, language, permissions, endsAt, reason
	EditInvitation   Kind = "edit-invitation"   // Target: invitation id
	ResendInvitation Kind = "resend-invitation" // Target: invitation id
	CancelInvitation Kind = "cancel-invitation" // Target: invitation id
	AddContact       Kind = "add-contact"       // After: fields and mail
	EditContact      Kind = "edit-contact"      // Target: contact id
	DeleteContact    Kind = "delete-contact"    // Target: contact id
	EditAccount      Kind = "edit-account"
	EditProfile      Kind = "edit-profile"   // Account.Account is empty
	ChangeLogin      Kind = "change-login"   // After: email; Account.Account is empty
	ResetPassword    Kind = "reset-password" // Account.Account is empty
)

// Destructive tells whether a Change waits visibly, with Undo, before it leaves the computer.
func (k Kind) Destructive() bool {
	return k == Revoke || k == DeleteContact || k == CancelInvitation
}

// Names of the fields in Values.Fields. Times are RFC 3339 in UTC; the empty string is no end.
const (
	FieldFirstName  = "firstName"
	FieldLastName   = "lastName"
	FieldCompany    = "company"
	FieldEmail      = "email"
	FieldPhone      = "phone"
	FieldLine1      = "line1"
	FieldLine2      = "line2"
	FieldCity       = "city"
	FieldState      = "state"
	FieldPostalCode = "postalCode"
	FieldCountry    = "country"
	FieldLanguage   = "language"
	FieldEndsAt     = "endsAt"
	FieldReason     = "reason"
)

// Values is one side of a Change: texts by field, a set of permissions, mail categories. What a Change does not
// concern is missing.
type Values struct {
	Fields      map[string]string
	Permissions []access.Permission
	Mail        map[access.MailCategory]bool
}

// State of a Change.
type State string

// A Change starts as Waiting (destructive) or Sending, may pass through Queued and NeedsProof, and ends as Confirmed, Refused,
// Conflicting or Undone. Conflicting and Refused ones wait for the person: Resolve, Retry or Drop. A Draft is kept until
// the host can be asked again, or until the person sends it; see Change.SendsItself.
const (
	Waiting     State = "waiting" // leaves at SendAt unless undone
	Sending     State = "sending"
	NeedsProof  State = "needs-proof" // see Challenge; Answer it, Release it or Drop
	Queued      State = "queued"      // of a Plan: leaves when it is its turn
	Draft       State = "draft"       // certainly not done; see Trouble for why it could not leave
	Confirmed   State = "confirmed"
	Refused     State = "refused"     // see Trouble
	Conflicting State = "conflicting" // see Conflict
	Undone      State = "undone"
	Dropped     State = "dropped" // given up by the person; told, and gone
	// Unread is an entry of the journal that this version cannot read: of the Change only its account and its time are
	// known. It is never sent nor written; a version that can read it takes it on, and Drop takes it away.
	Unread State = "unread"
)

// Ended tells whether nothing more happens for now: who sent it has no more to wait for.
func (s State) Ended() bool {
	return s == Draft || s == Confirmed || s == Refused || s == Conflicting || s == Undone || s == Dropped || s == Unread
}

// Over tells whether nothing is left to do about it.
func (s State) Over() bool { return s == Confirmed || s == Undone || s == Dropped }

// Change is what a person wants and how far it has come. Copies are handed out; the Desk keeps the original. How it is
// written down is in stored.go.
type Change struct {
	ID         string // also its Idempotency-Key
	Account    access.Ref
	Kind       Kind
	Target     string
	TargetName string // for words
	Base       string // ETag of what it was based on
	Before     Values
	After      Values
	Instead    string    // the draft that After began with, and whose place this takes; for Submit only
	At         time.Time // when the person wanted it
	Plan       Plan      // what it belongs to; zero: it stands alone

	State     State
	SendAt    time.Time // with Waiting
	Challenge *Challenge
	Trouble   *trouble.Trouble
	Conflict  *Conflict
	Merged    bool // somebody else changed other parts meanwhile; both are kept
	Already   bool // it was so before it was sent: by somebody else's hand
	// Unconfirmed, with Confirmed: the host has taken it on, and its own system has not said whether it did it. To send the
	// Change again would not tell; the person finds out, and does it anew if need be.
	Unconfirmed bool
	EndedAt     time.Time // with Confirmed: when the confirmation came
	Alone       bool      // no form follows it: it was made before the last start, or left by itself when the host could be asked
}

// Challenge is the proof the host asks for before it goes on.
type Challenge struct {
	ID        string
	Condition string
	SentTo    string
	Fields    []ChallengeField
	ExpiresAt time.Time
	Wrong     bool // the last answer was not right
}

// ChallengeField is one thing to type.
type ChallengeField struct {
	Name   string
	Kind   string // digits, text, password
	Length int
	Label  access.Text
}

// Conflict says what both sides changed.
type Conflict struct {
	Theirs     Values // as it is at the host now
	TheirsBase string // its ETag
	Gone       bool   // the target is no longer there
	Collisions []Collision
}

// Collision is one thing that both sides changed differently. Permission or mail keys are "permission:invoices" and
// "mail:domain" with "true" or "false" as values; other names are fields.
type Collision struct {
	Name               string
	Base, Mine, Theirs string
}

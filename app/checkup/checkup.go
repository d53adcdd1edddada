// Package checkup looks at what is known of an account and says what is risky or broken in it: facts, not words. It
// is pure: a snapshot, its host's catalogue and the time go in, findings come out. It knows no network, disk or text
// for people; package say puts a Finding into words.
package checkup

import (
	"time"

	"concierge/app/access"
)

// Level says how much a finding matters.
type Level int

// The levels, gravest first: findings are listed in this order.
const (
	Risk      Level = iota // something will be lost, or can be abused
	Attention              // worth a look
	OK                     // was checked, nothing to do
)

// Check names one thing that is looked at.
type Check string

// The checks there are, in the order to list findings of one level.
const (
	DomainMail        Check = "domain-mail"        // somebody receives Domain mail
	BillingMail       Check = "billing-mail"       // somebody receives Billing mail
	OwnerMailbox      Check = "owner-mailbox"      // the owner's login mailbox is not on a domain of the account
	Recovery          Check = "recovery"           // a second address can be reached when the owner's cannot
	SecondFactor      Check = "second-factor"      // nobody holds a sensitive permission without a second factor
	FullAccess        Check = "full-access"        // only the owner has every permission
	InvitationExpires Check = "invitation-expires" // no invitation is about to expire or has expired
	AccessEnds        Check = "access-ends"        // no access ends soon, or should have ended
	Dormant           Check = "dormant"            // nobody keeps access without using it
	SilentContact     Check = "silent-contact"     // every contact receives something
	AccountAddress    Check = "account-address"    // the account's e-mail is that of somebody known
)

// Action names what helps: which screen, opened on what the finding names.
type Action string

// The actions there are.
const (
	SeeWhoGetsWhat Action = "who-gets-what"
	SeeUser        Action = "user"       // Finding.UserID
	SeeInvitation  Action = "invitation" // Finding.InvitationID
	SeeContact     Action = "contact"    // Finding.ContactID
	SeeAccount     Action = "account"    // account information
	SeeProfile     Action = "profile"    // own profile, where the login e-mail is
	SeePeople      Action = "people"
)

// Finding is the outcome of a check, once per person, contact or invitation it concerns. Of the facts, only those the
// check speaks of are set.
type Finding struct {
	Check  Check
	Level  Level
	Action Action

	Name         string // of the user, contact or invited address it concerns
	Email        string
	UserID       string
	ContactID    string
	InvitationID string
	Owner        bool                // the person it concerns is the owner
	Category     access.MailCategory // DomainMail, BillingMail
	Permissions  []access.Permission // SecondFactor: the sensitive ones, in the catalogue's order
	Domain       string              // OwnerMailbox: the domain of the account that the mailbox is on
	Count        int                 // DomainMail: domains concerned; Recovery: addresses that can be reached
	At           time.Time           // InvitationExpires: when; AccessEnds: when; Dormant: last sign-in
	Over         bool                // InvitationExpires: it has expired already; AccessEnds: it should have
}

// Report is what a look at one account gave.
type Report struct {
	Findings []Finding // by level, then in the order of the checks; a check with nothing to say has one OK finding
	Ran      int       // how many checks could be made with what the signed-in person may see
}

// Points counts the findings that ask for something.
func (r Report) Points() int {
	n := 0
	for _, f := range r.Findings {
		if f.Level != OK {
			n++
		}
	}
	return n
}

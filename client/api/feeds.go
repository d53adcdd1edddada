package api

import "time"

// ActivityPage is one page of GET …/activity, newest first.
type ActivityPage struct {
	Activity []Activity `json:"activity"`
	Next     string     `json:"next,omitempty"`
}

// Activity says who did what, when and from where. The application puts it into words from Action and the fields;
// a host whose log is only prose sends it in Text with Action "note".
type Activity struct {
	ID          string    `json:"id"`
	At          time.Time `json:"at"`
	Actor       string    `json:"actor" doc:"Name of who did it; empty for the host itself"`
	ActorEmail  string    `json:"actorEmail,omitempty"`
	Action      string    `json:"action" doc:"One of the Act… constants; unknown values are shown with Text"`
	Target      string    `json:"target,omitempty" doc:"Name or address of whom or what it was done to"`
	Permissions []string  `json:"permissions,omitempty"`
	Fields      []string  `json:"fields,omitempty" doc:"Names of the fields that changed"`
	From        string    `json:"from,omitempty" doc:"IP address"`
	Text        string    `json:"text,omitempty"`
	Unconfirmed bool      `json:"unconfirmed,omitempty" doc:"The host's own system was asked to do it and did not say whether it did"`
}

// What Activity.Action can be.
const (
	ActUserInvited         = "user.invited"
	ActInvitationAccepted  = "invitation.accepted"
	ActInvitationChanged   = "invitation.changed"
	ActInvitationResent    = "invitation.resent"
	ActInvitationCancelled = "invitation.cancelled"
	ActUserPermissions     = "user.permissions"
	ActUserRemoved         = "user.removed"
	ActUserAccessEnded     = "user.accessEnded"
	ActContactAdded        = "contact.added"
	ActContactChanged      = "contact.changed"
	ActContactDeleted      = "contact.deleted"
	ActAccountChanged      = "account.changed"
	ActSignedIn            = "signedIn"
	ActNote                = "note"
)

// Changes answers GET /v1/changes?since=: which accounts changed since a token, so that many accounts cost one call.
type Changes struct {
	Token    string          `json:"token" doc:"Pass as since next time"`
	Reset    bool            `json:"reset,omitempty" doc:"The token was too old or unknown: list the accounts again"`
	More     bool            `json:"more,omitempty" doc:"Ask again at once with the new token"`
	Accounts []AccountChange `json:"accounts"`
}

// AccountChange is one account that changed, or that this person no longer reaches.
type AccountChange struct {
	ID       string `json:"id"`
	Revision string `json:"revision,omitempty"`
	Gone     bool   `json:"gone,omitempty"`
	// Reminders stand until the access ended or its end was changed, and come with each entry of the account meanwhile:
	// whoever told people of one knows it again by its user, end and days.
	Reminders []Reminder `json:"reminders,omitempty" doc:"Access that ends soon: of every user for the owner, of themselves for others. A reminder that is given moves the account's revision"`
}

// ReminderDays are how many days (of 24 hours) before an access ends its reminders are given. A host that was not there
// at the moment of one gives it later, or the next one alone.
var ReminderDays = [...]int{31, 7, 1}

// Reminder says that a user's access ends in so many days or fewer.
type Reminder struct {
	UserID string    `json:"userId"`
	EndsAt time.Time `json:"endsAt"`
	Days   int       `json:"days" doc:"31, 7 or 1: the last of the reminders that were given"`
}

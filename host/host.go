// Package host holds what the provider's side has in common: the Provider interface that host/server serves over
// HTTP and that host/sample (and the gateway to a hosting system) implement, and who is acting.
//
// It knows the contract types of client/api and nothing of HTTP, SQL or sign-in. Providers read and write; the rules
// (who may, what is stale, what is refused) are in host/server, once for all providers.
package host

import (
	"context"
	"errors"
	"time"

	"concierge/client/api"
)

// Errors a Provider answers with. Others are internal errors.
var (
	// ErrNotFound: no such person, account or item.
	ErrNotFound = errors.New("not found")
	// ErrRefused: the provider's own system refused the call (its role, its IP list); not the person's doing.
	ErrRefused = errors.New("refused by the provider's system")
	// ErrUnavailable: the provider's system does not answer now; trying later can help.
	ErrUnavailable = errors.New("the provider's system is unavailable")
	// ErrNonsense: the provider's system gave an answer that nothing can be made of.
	ErrNonsense = errors.New("the provider's system gave an answer that makes no sense")

	// What host/server looks at before it writes, and the provider's system may still answer because somebody was faster
	// or because it knows more: another person signs in with the address; the address has access; it is invited; it is the
	// last that receives Domain mail; the owner can be neither restricted nor removed.
	ErrEmailTaken     = errors.New("another person signs in with this address")
	ErrAlreadyUser    = errors.New("the address already has access")
	ErrAlreadyInvited = errors.New("the address is already invited")
	ErrLastDomain     = errors.New("at least one address must receive Domain mail")
	ErrOwnerProtected = errors.New("the owner cannot be restricted or removed")
)

// FieldError is a value that the provider's system does not take.
type FieldError struct {
	Pointer string // into the request's body, such as "/email"; "" when it does not say which
	Code    string // one of api.Field…
	Detail  string // for logs
}

func (e *FieldError) Error() string {
	s := "field " + e.Pointer + ": " + e.Code
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// ErrInvalidToken is what host/oidc answers host/server for an access token that is unknown, expired or revoked, or
// whose person is gone.
var ErrInvalidToken = errors.New("the access token is not valid")

// Description is what a provider says of itself; host/server adds how to sign in.
type Description struct {
	Name           string
	Languages      []string
	Permissions    []api.CatalogueEntry
	MailCategories []api.CatalogueEntry
	Features       api.Features
	Sample         bool
	MailboxPath    string // sample host only: path of the mailbox page

	// Unproven are the conditions (api.Condition…) for which this host cannot send a code, and so asks for none. Changing
	// the login e-mail is never done without: a host that sends no codes says in Features that it cannot.
	Unproven []string
}

// Actor is who is acting, for the activity log.
type Actor struct {
	PersonID string
	Name     string
	Email    string
	From     string // IP address
}

type actorKey struct{}

// WithActor returns a context that says who is acting.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns who is acting; the zero Actor is the host itself.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// Provider reads and writes customers' data. Values it returns need no ETag and no revision of their own making
// except where said: host/server computes ETags from content. Every write inside Locked is recorded by the provider
// in the account's activity with ActorOf(ctx), and moves the account's revision.
type Provider interface {
	// Describe says what this host is and can do. Cheap: it is asked on every call.
	Describe(ctx context.Context) (Description, error)

	// Person returns a profile by person id, or ErrNotFound when that person is no longer known.
	Person(ctx context.Context, personID string) (api.Me, error)
	// PersonByEmail finds who signs in with an address (compared without regard to case), or ErrNotFound.
	PersonByEmail(ctx context.Context, email string) (api.Me, error)
	// UpdatePerson changes a profile's given fields.
	UpdatePerson(ctx context.Context, personID string, patch api.MePatch) error
	// SetLoginEmail changes what a person types to sign in, and nothing else.
	SetLoginEmail(ctx context.Context, personID, email string) error
	// SendPasswordReset writes to the person's login e-mail.
	SendPasswordReset(ctx context.Context, personID string) error
	// SendCode e-mails a step-up code; condition is one of api.Condition….
	SendCode(ctx context.Context, personID, email, code, condition string, expires time.Time) error

	// Accounts lists accounts the person reaches, by id, after the given id, at most limit, each with a revision.
	Accounts(ctx context.Context, personID, after string, limit int) ([]api.AccountSummary, error)
	// Membership says what the person is in the account, decided anew on each call; ErrNotFound when nothing.
	Membership(ctx context.Context, personID, accountID string) (api.Membership, error)
	// Snapshot returns everything of an account with its revision; host/server leaves out what the asker may not see.
	// The owner is among Users with RoleOwner and every permission. Me is not filled.
	Snapshot(ctx context.Context, accountID string) (api.Snapshot, error)
	// Activity lists newest first, after a cursor ("" for the newest), at most limit; next is "" at the end.
	Activity(ctx context.Context, accountID, cursor string, limit int) (items []api.Activity, next string, err error)
	// Changes says which of the person's accounts changed since a token of an earlier call ("" for: give a token), each
	// with all its reminders; host/server leaves out those of others.
	Changes(ctx context.Context, personID, since string, limit int) (api.Changes, error)

	// Locked runs fn while no other write to the account (or, with an empty accountID, to people) can come between.
	// The context given to fn must be used for all reads and writes within. If fn fails nothing of it is kept where
	// the provider can promise that.
	Locked(ctx context.Context, accountID string, fn func(ctx context.Context) error) error

	UpdateAccount(ctx context.Context, accountID string, patch api.AccountPatch) error
	SetPermissions(ctx context.Context, accountID, userID string, set api.PermissionSet) error
	RemoveUser(ctx context.Context, accountID, userID string) error
	// Invite stores and e-mails an invitation, and returns its id. That it is not known whether it left is no error: the invitation
	// is Unconfirmed, here as in ResendInvitation.
	Invite(ctx context.Context, accountID string, inv api.NewInvitation) (string, error)
	SetInvitationPermissions(ctx context.Context, accountID, invitationID string, set api.PermissionSet) error
	// ResendInvitation e-mails it again with a new 7 days.
	ResendInvitation(ctx context.Context, accountID, invitationID string) error
	CancelInvitation(ctx context.Context, accountID, invitationID string) error
	// AddContact returns the new contact's id.
	AddContact(ctx context.Context, accountID string, c api.NewContact) (string, error)
	UpdateContact(ctx context.Context, accountID, contactID string, patch api.ContactPatch) error
	DeleteContact(ctx context.Context, accountID, contactID string) error
}

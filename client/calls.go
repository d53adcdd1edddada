package client

import (
	"context"
	"net/http"
	"net/url"

	"concierge/client/api"
)

// Write is what goes with a write besides its content.
type Write struct {
	// IfMatch is the ETag of the resource the change was based on; needed by every PUT, PATCH and DELETE, and sent with
	// a POST to a resource that exists where it is given.
	IfMatch string
	// IdempotencyKey makes a POST safe to repeat: the same key with the same content acts once. Keep it with the
	// change, so that a repeat after a crash carries the same. Empty: a new one is made for this call.
	IdempotencyKey string
	// Challenge is the id of an answered step-up challenge when a refused call is repeated.
	Challenge string
}

// Host returns what the host says of itself. It needs no sign-in and sends no token.
func (c *Client) Host(ctx context.Context) (api.Host, error) {
	return fetch(ctx, c, call{method: http.MethodGet, route: "/v1/host", anonymous: true}, checkHost)
}

// Me returns the signed-in person's own profile.
func (c *Client) Me(ctx context.Context) (api.Me, error) {
	return fetch(ctx, c, call{method: http.MethodGet, route: "/v1/me"}, checkMe)
}

// UpdateMe changes the signed-in person's own profile and returns it as it is then.
func (c *Client) UpdateMe(ctx context.Context, patch api.MePatch, w Write) (api.Me, error) {
	return fetch(ctx, c, call{method: http.MethodPatch, route: "/v1/me", body: patch, write: w}, checkMe)
}

// ChangeLoginEmail changes what the person types to sign in. Hosts ask for proof (api.ProblemStepUp).
func (c *Client) ChangeLoginEmail(ctx context.Context, n api.NewEmail, w Write) (api.Me, error) {
	return fetch(ctx, c, call{method: http.MethodPost, route: "/v1/me/email", body: n, write: w}, checkMe)
}

// PasswordReset asks the host to write to the person's login e-mail about a new password.
func (c *Client) PasswordReset(ctx context.Context, w Write) error {
	return c.send(ctx, call{method: http.MethodPost, route: "/v1/me/password-reset", write: w})
}

// Accounts returns one page of the accounts the person reaches. The cursor is Next of the page before, "" first.
func (c *Client) Accounts(ctx context.Context, cursor string) (api.AccountPage, error) {
	return fetch(ctx, c, call{method: http.MethodGet, route: "/v1/accounts", query: one("cursor", cursor), large: true, must: "accounts"}, checkAccounts)
}

// AllAccounts follows the pages to the end. On any error nothing is returned: a part would look like the whole.
// A host whose cursors go in circles is *WrongShape.
func (c *Client) AllAccounts(ctx context.Context) ([]api.AccountSummary, error) {
	all := []api.AccountSummary{}
	seen := map[string]bool{}
	for cursor := ""; ; {
		page, err := c.Accounts(ctx, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Accounts...)
		if page.Next == "" {
			return all, nil
		}
		if seen[page.Next] || len(page.Accounts) == 0 {
			return nil, &WrongShape{Call: "GET /v1/accounts", Field: "next"}
		}
		seen[page.Next] = true
		cursor = page.Next
	}
}

// Fetched is an account's snapshot, or the word that it has not changed.
type Fetched struct {
	Snapshot    api.Snapshot // zero when NotModified
	ETag        string       // to pass as ifNoneMatch next time
	NotModified bool
}

// Snapshot returns all that the person may see of an account, unless it still is what ifNoneMatch (the ETag of an
// earlier answer, or "") stands for.
func (c *Client) Snapshot(ctx context.Context, accountID, ifNoneMatch string) (Fetched, error) {
	k := call{method: http.MethodGet, route: "/v1/accounts/{id}/snapshot", ids: []string{accountID}, ifNoneMatch: ifNoneMatch, large: true}
	a, err := c.do(ctx, k)
	if err != nil {
		return Fetched{}, err
	}
	if a.status == http.StatusNotModified {
		etag := a.header.Get("ETag")
		if etag == "" {
			etag = ifNoneMatch
		}
		return Fetched{ETag: etag, NotModified: true}, nil
	}
	s, err := decodeAnswer(k, a, checkSnapshot)
	if err == nil && s.Account.ID != accountID {
		err = &WrongShape{Call: k.name(), Field: "account.id"}
	}
	if err != nil {
		return Fetched{}, err
	}
	return Fetched{Snapshot: s, ETag: a.header.Get("ETag")}, nil
}

// Account returns the account's own information.
func (c *Client) Account(ctx context.Context, accountID string) (api.Account, error) {
	return fetch(ctx, c, call{method: http.MethodGet, route: "/v1/accounts/{id}", ids: []string{accountID}}, checkAccount)
}

// UpdateAccount changes account information and returns it as it is then. A new e-mail asks for proof.
func (c *Client) UpdateAccount(ctx context.Context, accountID string, patch api.AccountPatch, w Write) (api.Account, error) {
	return fetch(ctx, c, call{method: http.MethodPatch, route: "/v1/accounts/{id}", ids: []string{accountID}, body: patch, write: w}, checkAccount)
}

// SetPermissions replaces a user's permissions as a whole and returns the user as they are then.
func (c *Client) SetPermissions(ctx context.Context, accountID, userID string, set api.PermissionSet, w Write) (api.User, error) {
	set.Permissions = list(set.Permissions)
	return fetch(ctx, c, call{method: http.MethodPut, route: "/v1/accounts/{id}/users/{id}/permissions",
		ids: []string{accountID, userID}, body: set, write: w}, checkUser)
}

// RemoveUser ends a user's access to the account.
func (c *Client) RemoveUser(ctx context.Context, accountID, userID string, w Write) error {
	return c.send(ctx, call{method: http.MethodDelete, route: "/v1/accounts/{id}/users/{id}", ids: []string{accountID, userID}, write: w})
}

// Invite invites an address to become a user. Hosts ask for proof (api.ProblemStepUp).
func (c *Client) Invite(ctx context.Context, accountID string, n api.NewInvitation, w Write) (api.Invitation, error) {
	n.Permissions = list(n.Permissions)
	return fetch(ctx, c, call{method: http.MethodPost, route: "/v1/accounts/{id}/invitations", ids: []string{accountID}, body: n, write: w}, checkInvitation)
}

// SetInvitationPermissions replaces what a pending invitation will grant.
func (c *Client) SetInvitationPermissions(ctx context.Context, accountID, invitationID string, set api.PermissionSet, w Write) (api.Invitation, error) {
	set.Permissions = list(set.Permissions)
	return fetch(ctx, c, call{method: http.MethodPut, route: "/v1/accounts/{id}/invitations/{id}",
		ids: []string{accountID, invitationID}, body: set, write: w}, checkInvitation)
}

// CancelInvitation withdraws a pending invitation.
func (c *Client) CancelInvitation(ctx context.Context, accountID, invitationID string, w Write) error {
	return c.send(ctx, call{method: http.MethodDelete, route: "/v1/accounts/{id}/invitations/{id}", ids: []string{accountID, invitationID}, write: w})
}

// ResendInvitation e-mails a pending invitation again, valid anew.
func (c *Client) ResendInvitation(ctx context.Context, accountID, invitationID string, w Write) (api.Invitation, error) {
	return fetch(ctx, c, call{method: http.MethodPost, route: "/v1/accounts/{id}/invitations/{id}/resend",
		ids: []string{accountID, invitationID}, write: w}, checkInvitation)
}

// AddContact adds a contact and returns it.
func (c *Client) AddContact(ctx context.Context, accountID string, n api.NewContact, w Write) (api.Contact, error) {
	return fetch(ctx, c, call{method: http.MethodPost, route: "/v1/accounts/{id}/contacts", ids: []string{accountID}, body: n, write: w}, checkContact)
}

// UpdateContact changes a contact and returns it as it is then.
func (c *Client) UpdateContact(ctx context.Context, accountID, contactID string, patch api.ContactPatch, w Write) (api.Contact, error) {
	return fetch(ctx, c, call{method: http.MethodPatch, route: "/v1/accounts/{id}/contacts/{id}",
		ids: []string{accountID, contactID}, body: patch, write: w}, checkContact)
}

// DeleteContact deletes a contact.
func (c *Client) DeleteContact(ctx context.Context, accountID, contactID string, w Write) error {
	return c.send(ctx, call{method: http.MethodDelete, route: "/v1/accounts/{id}/contacts/{id}", ids: []string{accountID, contactID}, write: w})
}

// Activity returns one page of what happened in an account, newest first. The cursor is Next of the page before.
func (c *Client) Activity(ctx context.Context, accountID, cursor string) (api.ActivityPage, error) {
	return fetch(ctx, c, call{method: http.MethodGet, route: "/v1/accounts/{id}/activity", ids: []string{accountID},
		query: one("cursor", cursor), large: true, must: "activity"}, checkActivity)
}

// Changes says which accounts changed since the token of an earlier answer ("" only asks for a token).
func (c *Client) Changes(ctx context.Context, since string) (api.Changes, error) {
	return fetch(ctx, c, call{method: http.MethodGet, route: "/v1/changes", query: one("since", since), large: true}, checkChanges)
}

// AnswerChallenge sends what the person typed for a step-up challenge. Then the refused call is repeated with
// Write.Challenge. A wrong answer is api.ProblemChallengeWrong; after too many it is api.ProblemChallengeOver.
func (c *Client) AnswerChallenge(ctx context.Context, challengeID string, answer api.ChallengeAnswer) error {
	return c.send(ctx, call{method: http.MethodPost, route: "/v1/challenges/{id}", ids: []string{challengeID}, body: answer})
}

func one(name, value string) url.Values {
	if value == "" {
		return nil
	}
	return url.Values{name: {value}}
}

package remote

import "context"

// New returns a client, or an error for an unusable URL.
func New(cfg Config) (*Client, error) { return &Client{cfg: cfg}, nil }

func notYet(action string) error { return &Error{Kind: Unavailable, Action: action} }

// Version says which WHMCS it is (WhmcsDetails).
func (c *Client) Version(ctx context.Context) (string, error) { return "", notYet("WhmcsDetails") }

// Permissions returns the keys of all permissions there are, in WHMCS's order (GetPermissionsList).
func (c *Client) Permissions(ctx context.Context) ([]string, error) {
	return nil, notYet("GetPermissionsList")
}

// Users lists users (GetUsers); search is a prefix of e-mail or name. The number is how many there are in all.
func (c *Client) Users(ctx context.Context, search string, start, limit int) ([]User, int, error) {
	return nil, 0, notYet("GetUsers")
}

// UsersByEmail returns all users with exactly that address but for case (GetUsers).
func (c *Client) UsersByEmail(ctx context.Context, email string) ([]User, error) {
	return nil, notYet("GetUsers")
}

// UpdateUser changes the given fields of a user.
func (c *Client) UpdateUser(ctx context.Context, userID int64, f Fields) error {
	return notYet("UpdateUser")
}

// ResetPassword has WHMCS write to the user how to choose a new password.
func (c *Client) ResetPassword(ctx context.Context, userID int64) error {
	return notYet("ResetPassword")
}

// Client returns a client of WHMCS with its users (GetClientsDetails).
func (c *Client) Client(ctx context.Context, clientID int64) (Customer, error) {
	return Customer{}, notYet("GetClientsDetails")
}

// Clients lists clients (GetClients). The number is how many there are in all.
func (c *Client) Clients(ctx context.Context, start, limit int) ([]Customer, int, error) {
	return nil, 0, notYet("GetClients")
}

// UpdateClient changes the given fields and preferences of a client.
func (c *Client) UpdateClient(ctx context.Context, clientID int64, f Fields, preferences map[string]bool) error {
	return notYet("UpdateClient")
}

// Domains returns the names of all domains of a client (GetClientsDomains).
func (c *Client) Domains(ctx context.Context, clientID int64) ([]string, error) {
	return nil, notYet("GetClientsDomains")
}

// UserPermissions says what a user may do in a client's account (GetUserPermissions).
func (c *Client) UserPermissions(ctx context.Context, userID, clientID int64) (permissions []string, owner bool, err error) {
	return nil, false, notYet("GetUserPermissions")
}

// SetUserPermissions replaces what a user may do in a client's account (UpdateUserPermissions).
func (c *Client) SetUserPermissions(ctx context.Context, userID, clientID int64, permissions []string) error {
	return notYet("UpdateUserPermissions")
}

// RemoveUser takes a user's access to a client's account away (DeleteUserClient).
func (c *Client) RemoveUser(ctx context.Context, userID, clientID int64) error {
	return notYet("DeleteUserClient")
}

// Invite has WHMCS send an invitation (CreateClientInvite).
func (c *Client) Invite(ctx context.Context, clientID int64, email string, permissions []string) error {
	return notYet("CreateClientInvite")
}

// Contacts returns all contacts of a client (GetContacts).
func (c *Client) Contacts(ctx context.Context, clientID int64) ([]Contact, error) {
	return nil, notYet("GetContacts")
}

// AddContact adds a contact to a client and returns its id.
func (c *Client) AddContact(ctx context.Context, clientID int64, f Fields, preferences map[string]bool) (int64, error) {
	return 0, notYet("AddContact")
}

// UpdateContact changes the given fields and preferences of a contact.
func (c *Client) UpdateContact(ctx context.Context, contactID int64, f Fields, preferences map[string]bool) error {
	return notYet("UpdateContact")
}

// DeleteContact removes a contact.
func (c *Client) DeleteContact(ctx context.Context, contactID int64) error {
	return notYet("DeleteContact")
}

// Activity lists the activity log, newest first (GetActivityLog); clientID 0 is all clients.
func (c *Client) Activity(ctx context.Context, clientID int64, start, limit int) ([]Entry, error) {
	return nil, notYet("GetActivityLog")
}

// Allowed says for each action the gateway needs nil, or why it is not allowed. Its calls are harmless.
func (c *Client) Allowed(ctx context.Context) (map[string]error, error) {
	return nil, notYet("GetPermissionsList")
}

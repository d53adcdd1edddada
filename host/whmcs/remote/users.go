package remote

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Users lists users (GetUsers); search is a prefix of e-mail or name. The number is how many there are in all.
func (c *Client) Users(ctx context.Context, search string, start, limit int) ([]User, int, error) {
	p, err := c.users(ctx, search, start, limit)
	if err != nil {
		return nil, 0, err
	}
	return p.items, max(p.total, max(0, start)+len(p.items)), nil
}

func (c *Client) users(ctx context.Context, search string, start, limit int) (part[User], error) {
	f := params("GetUsers").page(start, limit)
	if search != "" {
		f.set("search", search)
	}
	k, err := f.read()
	if err != nil {
		return part[User]{}, err
	}
	return ask(ctx, c, k, func(o object) (part[User], error) { return usersOf(o, c.cfg.Location) })
}

func usersOf(o object, at *time.Location) (part[User], error) {
	list, err := o.list("users", "user")
	if err != nil {
		return part[User]{}, err
	}
	p := part[User]{total: o.total()}
	for _, o := range list {
		u, err := userOf(o, at)
		if err != nil {
			return part[User]{}, err
		}
		p.items = append(p.items, u)
	}
	return p, nil
}

func userOf(o object, at *time.Location) (User, error) {
	u := User{
		ID: o.id("id", "user_id"), FirstName: o.text("firstname"), LastName: o.text("lastname"), Email: o.text("email"),
		Language: o.text("language"), Created: o.when(at, "datecreated", "created_at"),
	}
	if err := need("a user", u.ID); err != nil {
		return User{}, err
	}
	clients, err := o.list("clients", "client")
	if err != nil {
		return User{}, err
	}
	for _, o := range clients {
		l := Link{ClientID: o.id("id", "client_id", "clientid"), Owner: o.yes("isOwner", "is_owner", "owner")}
		if err := need("a user's client", l.ClientID); err != nil {
			return User{}, err
		}
		u.Clients = append(u.Clients, l)
	}
	return u, nil
}

// UsersByEmail returns all users with exactly that address but for case, of whom WHMCS can have several (GetUsers, whose
// search is only a prefix).
func (c *Client) UsersByEmail(ctx context.Context, email string) ([]User, error) {
	email = strings.TrimSpace(email)
	if email == "" { // would be everybody
		return nil, &Error{Kind: Invalid, Action: "GetUsers", Field: "email", Err: errors.New("empty")}
	}
	if wide(email) {
		return nil, nil // see set: WHMCS keeps no such address
	}
	searches := []string{email}
	if escaped := phpEscaper.Replace(email); escaped != email { // as o'brien@… may be stored
		searches = append(searches, escaped)
	}
	var same []User
	found := make(map[int64]bool)
	for _, search := range searches {
		all, err := whole(ctx, c, "GetUsers", func(u User) int64 { return u.ID }, func(start int) (part[User], error) {
			return c.users(ctx, search, start, pageSize)
		})
		if err != nil {
			return nil, err
		}
		for _, u := range all {
			if !found[u.ID] && sameAddress(u.Email, email) {
				found[u.ID] = true
				same = append(same, u)
			}
		}
	}
	return same, nil
}

// UpdateUser changes the given fields of a user: firstname, lastname, email, language.
func (c *Client) UpdateUser(ctx context.Context, userID int64, f Fields) error {
	k, err := params("UpdateUser").id("user_id", userID).fields(f, userFields).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

// ResetPassword has WHMCS write to the user how to choose a new password.
func (c *Client) ResetPassword(ctx context.Context, userID int64) error {
	k, err := params("ResetPassword").id("id", userID).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

// UserPermissions says what a user may do in a client's account (GetUserPermissions). permissions is nil when WHMCS does
// not tell (its documented sample has nothing but the result), and empty but not nil when it tells that there are none.
// owner is false when it does not tell.
func (c *Client) UserPermissions(ctx context.Context, userID, clientID int64) (permissions []string, owner bool, err error) {
	k, err := params("GetUserPermissions").id("user_id", userID).id("client_id", clientID).read()
	if err != nil {
		return nil, false, err
	}
	permissions, err = ask(ctx, c, k, func(o object) ([]string, error) {
		owner = o.yes("owner", "isOwner", "is_owner")
		return permissionsOf(o)
	})
	if err != nil {
		return nil, false, err
	}
	return permissions, owner, nil
}

func permissionsOf(o object) ([]string, error) {
	keys, told, err := o.keys("permissions", "permission")
	if err != nil || !told {
		return nil, err
	}
	return keys, nil
}

// SetUserPermissions replaces what a user may do in a client's account (UpdateUserPermissions).
func (c *Client) SetUserPermissions(ctx context.Context, userID, clientID int64, permissions []string) error {
	k, err := params("UpdateUserPermissions").id("user_id", userID).id("client_id", clientID).permissions(permissions).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

// RemoveUser takes a user's access to a client's account away (DeleteUserClient).
func (c *Client) RemoveUser(ctx context.Context, userID, clientID int64) error {
	k, err := params("DeleteUserClient").id("user_id", userID).id("client_id", clientID).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

// Invite has WHMCS send an invitation, of which it tells no id (CreateClientInvite).
func (c *Client) Invite(ctx context.Context, clientID int64, email string, permissions []string) error {
	k, err := params("CreateClientInvite").id("client_id", clientID).set("email", email).permissions(permissions).write()
	if err != nil {
		return err
	}
	return c.send(ctx, k)
}

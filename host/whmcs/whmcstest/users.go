package whmcstest

import (
	"cmp"
	"net/mail"
	"slices"
	"strings"
)

const (
	msgUserTaken     = "A user already exists with that email address"
	msgEmailInvalid  = "The email address entered is not valid"
	msgInvalidUser   = "Invalid user id"
	msgInvalidClient = "Invalid client id"
	msgNotMember     = "User is not associated with client"
)

const dateTime = "2006-01-02 15:04:05"

// isEmail tells whether PHP's filter would take it for an address.
func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) && strings.Trim(domain, ".") == domain
}

// begins tells whether one of the texts begins with what is searched for, as MySQL's LIKE 'x%' compares.
func begins(search string, texts ...string) bool {
	for _, t := range texts {
		if strings.HasPrefix(strings.ToLower(t), strings.ToLower(search)) {
			return true
		}
	}
	return false
}

// sorted is by the order of ids, turned with sorting=DESC.
func sorted[T any](in *form, all []T) []T {
	if strings.EqualFold(in.text("sorting"), "DESC") {
		slices.Reverse(all)
	}
	return all
}

func (w *WHMCS) getUsers(in *form) (object, string) {
	var found []*User
	for _, u := range w.state.users {
		if s := in.text("search"); begins(s, u.Email, u.FirstName, u.LastName, u.Name()) {
			found = append(found, u)
		}
	}
	slices.SortStableFunc(found, func(a, b *User) int { return cmp.Compare(a.ID, b.ID) })
	some, start := page(in, sorted(in, found))
	users := list{one: "user", plain: true}
	for _, u := range some {
		clients := list{one: "client", plain: true}
		for _, c := range w.state.clientsOf(u.ID) {
			clients.items = append(clients.items, object{{"id", number(c.ID)}, {"isOwner", yes(c.OwnerID == u.ID)}})
		}
		users.items = append(users.items, object{{"id", number(u.ID)}, {"firstname", u.FirstName}, {"lastname", u.LastName},
			{"email", u.Email}, {"datecreated", u.Created.In(w.cfg.Location).Format(dateTime)}, {"validationdata", ""},
			{"clients", clients}})
	}
	return append(paged(len(found), start, len(some)), field{"users", users}), ""
}

func (w *WHMCS) updateUser(in *form) (object, string) {
	u := w.state.user(in.number("user_id"))
	if u == nil {
		return nil, "Invalid User ID requested"
	}
	if !in.has("email") && !in.has("firstname") && !in.has("lastname") && !in.has("language") {
		return nil, "One of `email`, `firstname`, `lastname`, or `language` is required"
	}
	if in.has("email") {
		if !isEmail(in.text("email")) {
			return nil, msgEmailInvalid
		}
		for _, other := range w.state.users {
			if other.ID != u.ID && strings.EqualFold(other.Email, in.text("email")) {
				return nil, msgUserTaken
			}
		}
	}
	take(in, "email", &u.Email)
	take(in, "firstname", &u.FirstName)
	take(in, "lastname", &u.LastName)
	take(in, "language", &u.Language)
	w.byAPI(0, "User Profile Modified - User ID: %d", u.ID)
	return object{{"user_id", digits(u.ID)}}, ""
}

// take sets a field if the parameter was given.
func take(in *form, name string, to *string) {
	if in.has(name) {
		*to = in.text(name)
	}
}

func (w *WHMCS) resetPassword(in *form) (object, string) {
	var u *User
	switch email := in.text("email"); {
	case in.number("id") != 0:
		u = w.state.user(in.number("id"))
	case email == "" && in.text("id") == "":
		return nil, "Please enter the email address or provide the id"
	case email != "" && !isEmail(email):
		return nil, "Please provide a valid email address"
	default:
		u = w.state.userByEmail(email)
	}
	if u == nil {
		return nil, "User Not Found"
	}
	r := &reset{userID: u.ID, token: token()}
	w.state.resets = append(w.state.resets, r)
	w.mail(u.Email, "Reset your password", "/password/reset/"+r.token)
	w.byAPI(0, "Password Reset Requested - User ID: %d", u.ID)
	return nil, ""
}

// member finds the user and the client that most actions about permissions name.
func (w *WHMCS) member(in *form) (u *User, c *Client, is bool, message string) {
	if u = w.state.user(in.number("user_id")); u == nil {
		return nil, nil, false, msgInvalidUser
	}
	if c = w.state.client(in.number("client_id")); c == nil {
		return nil, nil, false, msgInvalidClient
	}
	_, is = w.state.members[membership{u.ID, c.ID}]
	return u, c, is, ""
}

func (w *WHMCS) deleteUserClient(in *form) (object, string) {
	u, c, is, message := w.member(in)
	switch {
	case message != "":
		return nil, message
	case !is:
		return nil, msgNotMember
	case c.OwnerID == u.ID:
		return nil, "You cannot remove the account owner"
	}
	delete(w.state.members, membership{u.ID, c.ID})
	w.byAPI(c.ID, "User Removed - User ID: %d", u.ID)
	return nil, ""
}

func (w *WHMCS) getUserPermissions(in *form) (object, string) {
	u, c, is, message := w.member(in)
	if message != "" {
		return nil, message
	}
	if !is {
		return nil, msgNotMember
	}
	has := w.state.members[membership{u.ID, c.ID}]
	if c.OwnerID == u.ID {
		has = w.state.permissions
	}
	o := object{{"permissions", wanted(has)}}
	key := w.shape.OwnerKey
	if w.shape.Mixed != 0 {
		key = oneOf(w.chance, "", "owner", "isOwner")
	}
	if key != "" {
		o = append(o, field{key, yes(c.OwnerID == u.ID)})
	}
	return o, ""
}

// permissionsIn reads the comma list. What WHMCS does with a permission that it does not know is not documented; the
// double leaves it out, and takes a list of nothing else for an empty one.
func (w *WHMCS) permissionsIn(in *form) []string {
	var keys []string
	for key := range strings.SplitSeq(in.text("permissions"), ",") {
		keys = append(keys, strings.TrimSpace(key))
	}
	return w.state.known(keys)
}

func (w *WHMCS) updateUserPermissions(in *form) (object, string) {
	u, c, is, message := w.member(in)
	permissions := w.permissionsIn(in)
	switch {
	case message != "":
		return nil, message
	case c.OwnerID == u.ID:
		return nil, "Permissions cannot be set on a client owner"
	case len(permissions) == 0:
		return nil, "Missing permissions definition"
	case !is:
		return nil, msgNotMember
	}
	w.state.members[membership{u.ID, c.ID}] = permissions
	w.byAPI(c.ID, "User Permissions Updated - User ID: %d - Permissions: %s", u.ID, strings.Join(permissions, ", "))
	return nil, ""
}

func (w *WHMCS) getPermissionsList(*form) (object, string) {
	return object{{"permissions", list{one: "permission", items: texts(w.state.permissions)}}}, ""
}

func (w *WHMCS) createClientInvite(in *form) (object, string) {
	email := in.text("email")
	c := w.state.client(in.number("client_id"))
	permissions := w.permissionsIn(in)
	switch {
	case email == "":
		return nil, "Email is required"
	case c == nil:
		return nil, msgInvalidClient
	case !isEmail(email):
		return nil, msgEmailInvalid
	case len(permissions) == 0:
		return nil, "User permissions are required"
	}
	for _, u := range w.state.usersOf(c) {
		if strings.EqualFold(u.Email, email) {
			return nil, "User already associated with client"
		}
	}
	w.invite(c, email, permissions).ByAPI = true
	w.byAPI(c.ID, "User Invite Sent - %s", email)
	return nil, ""
}

package whmcstest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What happens in WHMCS's own pages, by an administrator's hand or a user's: the methods by which tests fill the double,
// change it behind the gateway's back (look.go reads it). They check nothing that WHMCS's pages might not: two users whose
// addresses differ by case can be put in. Each leaves an entry in the activity log, as there; Silently does
// without. A method that is given an id that does not exist panics: the test is wrong.

// Admin is the administrator of WHMCS's pages, in the activity log. APIAdmin is whose credential the API's is.
const (
	Admin    = "admin"
	APIAdmin = "concierge-api"
)

const (
	adminID    = 1
	apiAdminID = 2
)

// Errors of accepting an invitation.
var (
	ErrNoInvite      = errors.New("whmcstest: nobody with that address is invited")
	ErrInviteExpired = errors.New("whmcstest: the invitation has expired")
)

// Silently runs f, and takes away what came into the activity log meanwhile: as with a change straight in the database.
func (w *WHMCS) Silently(f func()) {
	w.mu.Lock()
	n := len(w.state.log)
	w.mu.Unlock()
	f()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.log = w.state.log[:n]
}

// AddPermission makes a permission that WHMCS did not have before.
func (w *WHMCS) AddPermission(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.permissions = append(w.state.permissions, key)
}

// AddUser adds a user, with the next id when it has none.
func (w *WHMCS) AddUser(u User) User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.addUser(u)
}

func (w *WHMCS) addUser(u User) *User {
	u.ID = w.state.id("user", u.ID)
	if u.Created.IsZero() {
		u.Created = w.cfg.Now()
	}
	if u.Subject == "" {
		u.Subject = token()
	}
	w.state.users = append(w.state.users, &u)
	w.byAdmin(0, "User Created - User ID: %d", u.ID)
	return &u
}

// EditUser changes a user.
func (w *WHMCS) EditUser(id int64, edit func(*User)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	edit(w.mustUser(id))
	w.byAdmin(0, "User Profile Modified - User ID: %d", id)
}

// DeleteUser removes a user altogether; clients that it owned are without owner.
func (w *WHMCS) DeleteUser(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mustUser(id)
	for _, c := range w.state.clientsOf(id) {
		w.unlink(id, c)
		w.byAdmin(c.ID, "User Removed - User ID: %d", id)
	}
	w.state.users = slices.DeleteFunc(w.state.users, func(u *User) bool { return u.ID == id })
	w.byAdmin(0, "User Deleted - User ID: %d", id)
}

// AddClient adds a client, with the next id when it has none. Its owner, if it has one, must be there.
func (w *WHMCS) AddClient(c Client) Client {
	w.mu.Lock()
	defer w.mu.Unlock()
	c = c.copy()
	c.ID = w.state.id("client", c.ID)
	c.Preferences = preferences(c.Preferences)
	if c.Status == "" {
		c.Status = "Active"
	}
	if c.Created.IsZero() {
		c.Created = w.cfg.Now()
	}
	if c.UUID == "" {
		t := token()
		c.UUID = fmt.Sprintf("%s-%s-4%s-8%s-%s", t[:8], t[8:12], t[12:15], t[15:18], t[18:30])
	}
	if c.OwnerID != 0 {
		w.state.members[membership{w.mustUser(c.OwnerID).ID, c.ID}] = nil
	}
	w.state.clients = append(w.state.clients, &c)
	w.byAdmin(c.ID, "Client Created - Client ID: %d", c.ID)
	return c.copy()
}

// EditClient changes a client. Another owner becomes a user of it; the former stays one, without permissions.
func (w *WHMCS) EditClient(id int64, edit func(*Client)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.mustClient(id)
	before := c.OwnerID
	edit(c)
	if c.OwnerID != 0 && c.OwnerID != before {
		w.state.members[membership{w.mustUser(c.OwnerID).ID, id}] = nil
	}
	w.byAdmin(id, "Client Profile Modified - Client ID: %d", id)
}

// DeleteClient removes a client with all it has.
func (w *WHMCS) DeleteClient(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mustClient(id)
	s := &w.state
	s.clients = slices.DeleteFunc(s.clients, func(c *Client) bool { return c.ID == id })
	s.contacts = slices.DeleteFunc(s.contacts, func(c *Contact) bool { return c.ClientID == id })
	s.domains = slices.DeleteFunc(s.domains, func(d *Domain) bool { return d.ClientID == id })
	s.invites = slices.DeleteFunc(s.invites, func(i *Invite) bool { return i.ClientID == id })
	for m := range s.members {
		if m.clientID == id {
			delete(s.members, m)
		}
	}
	w.byAdmin(id, "Client Deleted - Client ID: %d", id)
}

// Link makes somebody a user of a client with these permissions and no others, also those that do not exist.
func (w *WHMCS) Link(userID, clientID int64, permissions ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.members[membership{w.mustUser(userID).ID, w.mustClient(clientID).ID}] = slices.Clone(permissions)
	w.byAdmin(clientID, "User Permissions Updated - User ID: %d", userID)
}

// Unlink takes a client from a user; from its owner too.
func (w *WHMCS) Unlink(userID, clientID int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unlink(w.mustUser(userID).ID, w.mustClient(clientID))
	w.byAdmin(clientID, "User Removed - User ID: %d", userID)
}

func (w *WHMCS) unlink(userID int64, c *Client) {
	delete(w.state.members, membership{userID, c.ID})
	if c.OwnerID == userID {
		c.OwnerID = 0
	}
}

// AddContact adds a contact, with the next id when it has none.
func (w *WHMCS) AddContact(c Contact) Contact {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mustClient(c.ClientID)
	added := w.addContact(c)
	w.byAdmin(c.ClientID, "Created Contact - Contact ID: %d", added.ID)
	return added.copy()
}

func (w *WHMCS) addContact(c Contact) *Contact {
	c.ID = w.state.id("contact", c.ID)
	c.Preferences = preferences(c.Preferences)
	if c.Created.IsZero() {
		c.Created = w.cfg.Now()
		c.Updated = c.Created
	}
	w.state.contacts = append(w.state.contacts, &c)
	return &c
}

// EditContact changes a contact.
func (w *WHMCS) EditContact(id int64, edit func(*Contact)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.mustContact(id)
	edit(c)
	c.Updated = w.cfg.Now()
	w.byAdmin(c.ClientID, "Contact Modified - Contact ID: %d", id)
}

// DeleteContact removes a contact.
func (w *WHMCS) DeleteContact(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.mustContact(id)
	w.deleteContact(id)
	w.byAdmin(c.ClientID, "Deleted Contact - Contact ID: %d", id)
}

func (w *WHMCS) deleteContact(id int64) {
	w.state.contacts = slices.DeleteFunc(w.state.contacts, func(c *Contact) bool { return c.ID == id })
}

// AddDomains registers domains for a client.
func (w *WHMCS) AddDomains(clientID int64, names ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mustClient(clientID)
	for _, name := range names {
		id := w.state.id("domain", 0)
		w.state.domains = append(w.state.domains, &Domain{ID: id, ClientID: clientID, Name: name, Status: "Active", Registered: w.cfg.Now()})
		w.byAdmin(clientID, "New Domain Added - Domain ID: %d", id)
	}
}

// Log adds an entry to the activity log, now when it has no time.
func (w *WHMCS) Log(e Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logged(e)
}

func (w *WHMCS) logged(e Entry) {
	e.ID = w.state.id("entry", e.ID)
	if e.At.IsZero() {
		e.At = w.cfg.Now()
	}
	w.state.log = append(w.state.log, e)
}

// byAdmin logs what happened in WHMCS's pages.
func (w *WHMCS) byAdmin(clientID int64, format string, args ...any) {
	w.logged(Entry{ClientID: clientID, AdminID: adminID, Username: Admin, IP: "203.0.113.1", Description: fmt.Sprintf(format, args...)})
}

// byUser logs what a user did in WHMCS's pages.
func (w *WHMCS) byUser(u *User, clientID int64, format string, args ...any) {
	w.logged(Entry{ClientID: clientID, UserID: u.ID, Username: u.Email, IP: "198.51.100.7", Description: fmt.Sprintf(format, args...)})
}

// Invite sends an invitation from WHMCS's own pages, of which the API tells nothing.
func (w *WHMCS) Invite(clientID int64, email string, permissions ...string) Invite {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := w.invite(w.mustClient(clientID), email, permissions)
	w.byAdmin(clientID, "User Invite Sent - %s", email)
	return i.copy()
}

func (w *WHMCS) invite(c *Client, email string, permissions []string) *Invite {
	i := &Invite{ID: w.state.id("invite", 0), ClientID: c.ID, Email: email, Permissions: slices.Clone(permissions),
		Sent: w.cfg.Now(), Token: token()}
	w.state.invites = append(w.state.invites, i)
	w.mail(email, "You have been invited to "+c.Name(), "/invite/"+i.Token)
	return i
}

// CancelInvite cancels an invitation.
func (w *WHMCS) CancelInvite(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, i := range w.state.invites {
		if i.ID == id {
			i.Cancelled = true
			w.byAdmin(i.ClientID, "User Invite Cancelled - %s", i.Email)
			return
		}
	}
	panic(fmt.Sprintf("whmcstest: there is no invitation %d", id))
}

// Accept accepts the newest open invitation of an address, as its page does: the user of that address, made when there
// is none, reaches the client with the invitation's permissions.
func (w *WHMCS) Accept(email string) (User, error) { return w.AcceptAs(email, User{Email: email}) }

// AcceptAs accepts the newest open invitation of an address as somebody else: as.Email may be another address, and the
// rest is what the user is made with when nobody has as.Email.
func (w *WHMCS) AcceptAs(invited string, as User) (User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := ErrNoInvite
	for _, i := range slices.Backward(w.state.invites) {
		if !strings.EqualFold(i.Email, invited) {
			continue
		}
		u, problem := w.accept(i, as)
		if problem == nil {
			return *u, nil
		}
		if errors.Is(problem, ErrInviteExpired) { // says more than that there is none
			err = problem
		}
	}
	return User{}, err
}

func (w *WHMCS) accept(i *Invite, as User) (*User, error) {
	c := w.state.client(i.ClientID)
	switch {
	case c == nil, i.Cancelled, i.UserID != 0:
		return nil, ErrNoInvite
	case w.cfg.Now().Sub(i.Sent) >= InviteValidity:
		return nil, ErrInviteExpired
	}
	u := w.state.userByEmail(as.Email)
	if u == nil {
		u = w.addUser(as)
	}
	i.UserID = u.ID
	if _, member := w.state.members[membership{u.ID, c.ID}]; !member {
		w.state.members[membership{u.ID, c.ID}] = slices.Clone(i.Permissions)
	}
	w.byUser(u, c.ID, "User Invite Accepted - User ID: %d", u.ID)
	return u, nil
}

func (w *WHMCS) mail(to, subject, link string) {
	w.state.mails = append(w.state.mails, Mail{To: to, Subject: subject, Link: link, At: w.cfg.Now()})
}

func (w *WHMCS) mustUser(id int64) *User {
	if u := w.state.user(id); u != nil {
		return u
	}
	panic(fmt.Sprintf("whmcstest: there is no user %d", id))
}

func (w *WHMCS) mustClient(id int64) *Client {
	if c := w.state.client(id); c != nil {
		return c
	}
	panic(fmt.Sprintf("whmcstest: there is no client %d", id))
}

func (w *WHMCS) mustContact(id int64) *Contact {
	if c := w.state.contact(id); c != nil {
		return c
	}
	panic(fmt.Sprintf("whmcstest: there is no contact %d", id))
}

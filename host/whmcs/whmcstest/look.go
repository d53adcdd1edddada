package whmcstest

import (
	"slices"
	"strings"
)

// How tests look at what is there. All values are copies.

// User returns a user.
func (w *WHMCS) User(id int64) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.state.user(id); u != nil {
		return *u, true
	}
	return User{}, false
}

// UserByEmail returns the user with exactly that address, else the oldest whose address differs by case.
func (w *WHMCS) UserByEmail(email string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.state.users {
		if u.Email == email {
			return *u, true
		}
	}
	if u := w.state.userByEmail(email); u != nil {
		return *u, true
	}
	return User{}, false
}

// Client returns a client.
func (w *WHMCS) Client(id int64) (Client, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.state.client(id); c != nil {
		return c.copy(), true
	}
	return Client{}, false
}

// ClientNamed returns the first client of a name: its company's, or its own without a company.
func (w *WHMCS) ClientNamed(name string) (Client, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.state.clients {
		if c.Name() == name {
			return c.copy(), true
		}
	}
	return Client{}, false
}

// ClientsOf lists what a user reaches.
func (w *WHMCS) ClientsOf(userID int64) []Client {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Client
	for _, c := range w.state.clientsOf(userID) {
		all = append(all, c.copy())
	}
	return all
}

// UsersOf lists a client's users, the owner first.
func (w *WHMCS) UsersOf(clientID int64) []User {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []User
	for _, u := range w.state.usersOf(w.mustClient(clientID)) {
		all = append(all, *u)
	}
	return all
}

// Permissions of a user in a client; false when the client is not the user's. An owner has none of its own.
func (w *WHMCS) Permissions(userID, clientID int64) ([]string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.state.members[membership{userID, clientID}]
	return slices.Clone(p), ok
}

// Contacts lists a client's contacts.
func (w *WHMCS) Contacts(clientID int64) []Contact {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Contact
	for _, c := range w.state.contactsOf(clientID) {
		all = append(all, c.copy())
	}
	return all
}

// Domains lists a client's domains.
func (w *WHMCS) Domains(clientID int64) []Domain {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Domain
	for _, d := range w.state.domainsOf(clientID) {
		all = append(all, *d)
	}
	return all
}

// Invites lists all invitations of a client, oldest first.
func (w *WHMCS) Invites(clientID int64) []Invite {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Invite
	for _, i := range w.state.invites {
		if i.ClientID == clientID {
			all = append(all, i.copy())
		}
	}
	return all
}

// Mails lists the mail to an address, newest first.
func (w *WHMCS) Mails(to string) []Mail {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Mail
	for _, m := range slices.Backward(w.state.mails) {
		if strings.EqualFold(m.To, to) {
			all = append(all, m)
		}
	}
	return all
}

// Resets counts a user's password resets that were asked for.
func (w *WHMCS) Resets(userID int64) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, r := range w.state.resets {
		if r.userID == userID {
			n++
		}
	}
	return n
}

// Entries returns the activity log, newest first.
func (w *WHMCS) Entries() []Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := slices.Clone(w.state.log)
	slices.Reverse(all)
	return all
}

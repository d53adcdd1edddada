package access

import (
	"slices"
	"strings"
)

// Person is what one human is in an account: user and/or contacts and/or invitation and/or the account's main
// address, joined by normalised e-mail.
type Person struct {
	Key        string // normalised e-mail, stable while the e-mail is; without one, the kind and id of what it was made from
	Name       string
	Email      string
	User       *User
	Invitation *Invitation
	Contacts   []Contact // usually one; a host allows several with the same address
	Main       bool      // the account's own e-mail address is this one
	MainPrefs  Preferences
}

// Rank is the person's place in lists: 0 for the owner, then users, who is invited, contacts, and last MainOnly.
func (p Person) Rank() int {
	switch {
	case p.User != nil && p.User.Role == Owner:
		return 0
	case p.User != nil:
		return 1
	case p.Invitation != nil:
		return 2
	case len(p.Contacts) > 0:
		return 3
	}
	return MainOnly
}

// MainOnly is the Rank of an account's main address that is nobody's.
const MainOnly = 4

// Named says how good the person's name is, where they are called differently in several accounts: 2 for a user's, which is
// their own, 1 for a contact's, which is what somebody called them, and 0 where there is only an address.
func (p Person) Named() int {
	switch {
	case p.Name == p.Email:
		return 0
	case p.User != nil:
		return 2
	case len(p.Contacts) > 0:
		return 1
	}
	return 0
}

// CanSignIn tells whether the person is a user.
func (p Person) CanSignIn() bool { return p.User != nil }

// Receives is the union of what the person's contacts, and the account's main address if it is theirs, receive.
func (p Person) Receives() Preferences {
	out := Preferences{}
	add := func(prefs Preferences) {
		for c, on := range prefs {
			if on {
				out[c] = true
			}
		}
	}
	for _, c := range p.Contacts {
		add(c.Preferences)
	}
	if p.Main {
		add(p.MainPrefs)
	}
	return out
}

// People joins a snapshot's users, invitations, contacts and main address into persons: the owner first, then in the
// order of the snapshot. The account's main address stands as a person of its own only when it receives mail or
// belongs to one who is otherwise listed.
func People(s Snapshot) []Person {
	var out []Person
	at := map[string]int{}
	person := func(email, name, instead string) *Person {
		key := EmailKey(email)
		if key == "" {
			key = instead
		}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Person{Key: key, Name: name, Email: strings.TrimSpace(email)})
		}
		return &out[i]
	}
	for _, u := range s.Users {
		p := person(u.Email, u.Name(), "user:"+u.ID)
		p.User = &u
	}
	for _, inv := range s.Invitations {
		p := person(inv.Email, inv.Email, "invitation:"+inv.ID)
		p.Invitation = &inv
	}
	for _, c := range s.Contacts {
		p := person(c.Email, c.Name(), "contact:"+c.ID)
		if p.User == nil && (len(p.Contacts) == 0 || p.Name == p.Email) {
			p.Name = c.Name()
		}
		p.Contacts = append(p.Contacts, c)
	}
	if key := EmailKey(s.Account.Email); key != "" {
		if _, known := at[key]; known || s.Account.Preferences.Any() {
			p := person(s.Account.Email, s.Account.Name, "")
			p.Main, p.MainPrefs = true, s.Account.Preferences
		}
	}
	slices.SortStableFunc(out, func(a, b Person) int { return rank(a) - rank(b) })
	return out
}

// PeopleFor is People with whoever looks among them. Who does not own an account is not told of its users, themselves among
// them; what they may do there they know nonetheless.
func PeopleFor(s Snapshot, me Me) []Person {
	people := People(s)
	if s.Me.Owner() || slices.ContainsFunc(people, func(p Person) bool { return p.User != nil && p.User.ID == s.Me.UserID }) {
		return people
	}
	own := User{ID: s.Me.UserID, FirstName: me.FirstName, LastName: me.LastName, Email: me.Email, Role: s.Me.Role, Permissions: s.Me.Permissions, TwoFactor: me.TwoFactor}
	key := EmailKey(me.Email)
	for i := range people {
		if key != "" && people[i].Key == key {
			people[i].User = &own
			return people
		}
	}
	return append(people, Person{Key: key, Name: own.Name(), Email: own.Email, User: &own})
}

func rank(p Person) int {
	if p.User != nil && p.User.Role == Owner {
		return 0
	}
	return 1
}

package whmcstest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// StandardPermissions are the permissions that WHMCS has by itself, in its order.
var StandardPermissions = []string{"profile", "contacts", "products", "manageproducts", "productsso", "domains", "managedomains",
	"invoices", "quotes", "tickets", "affiliates", "emails", "orders"}

// categories are the keys of e-mail preferences, in the order of GetClientsDetails.
var categories = []string{"general", "invoice", "support", "product", "domain", "affiliate"}

// InviteValidity is how long an invitation can be accepted.
const InviteValidity = 7 * 24 * time.Hour

// User can sign in.
type User struct {
	ID                         int64
	FirstName, LastName, Email string
	Language                   string // WHMCS's name, such as "french"
	Password                   string
	SecondFactor               string // the code that the sign-in page asks for; "" for none
	Subject                    string // OpenID's sub; made up when empty
	Created                    time.Time
}

// Name is how WHMCS shows a user; a user need not have a name.
func (u User) Name() string { return strings.TrimSpace(u.FirstName + " " + u.LastName) }

// Address is a postal address. Country is ISO 3166-1 alpha-2.
type Address struct{ Line1, Line2, City, State, Postcode, Country string }

// Client is a customer, which to its customers is an account.
type Client struct {
	ID                                  int64
	OwnerID                             int64 // 0: a client without owner
	FirstName, LastName, Company, Email string
	Phone                               string
	Address                             Address
	Language                            string // "" is WHMCS's default
	Status                              string // "Active" when empty
	Preferences                         map[string]bool
	CustomFields                        []string
	UUID                                string // made up when empty
	Created                             time.Time
}

// Name is how an account is called.
func (c Client) Name() string {
	if c.Company != "" {
		return c.Company
	}
	return strings.TrimSpace(c.FirstName + " " + c.LastName)
}

// Contact of a client.
type Contact struct {
	ID, ClientID                        int64
	FirstName, LastName, Company, Email string
	Phone, TaxID                        string
	Address                             Address
	Preferences                         map[string]bool
	Created, Updated                    time.Time
}

// Domain of a client.
type Domain struct {
	ID, ClientID int64
	Name         string
	Status       string // "Active" when empty
	Registered   time.Time
}

// Entry of the activity log.
type Entry struct {
	ID, ClientID, UserID, AdminID int64
	At                            time.Time
	Username, IP, Description     string
}

// Invite is an invitation. UserID is who accepted it, 0 while nobody has.
type Invite struct {
	ID, ClientID     int64
	Email            string
	Permissions      []string
	Sent             time.Time
	UserID           int64
	Cancelled, ByAPI bool
	Token            string // of its page
}

// Mail that WHMCS sent.
type Mail struct {
	To, Subject string
	Link        string // where it leads, below WHMCS's address: "/invite/…" or "/password/reset/…"
	At          time.Time
}

type reset struct {
	userID int64
	token  string
	used   bool
}

type membership struct{ userID, clientID int64 }

// state is everybody and everything. Slices are in the order of creation, which is the order of ids.
type state struct {
	permissions []string // that exist
	users       []*User
	clients     []*Client
	members     map[membership][]string
	contacts    []*Contact
	domains     []*Domain
	log         []Entry // oldest first
	invites     []*Invite
	mails       []Mail
	resets      []*reset
	last        map[string]int64 // id by kind
}

func newState() state {
	return state{permissions: slices.Clone(StandardPermissions), members: map[membership][]string{}, last: map[string]int64{}}
}

// id is the given one, or the next of its kind.
func (s *state) id(kind string, given int64) int64 {
	if given == 0 {
		given = s.last[kind] + 1
	}
	s.last[kind] = max(s.last[kind], given)
	return given
}

func (s *state) user(id int64) *User {
	for _, u := range s.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// userByEmail compares as MySQL does: without regard to case. Of two that differ by case it is the older.
func (s *state) userByEmail(email string) *User {
	for _, u := range s.users {
		if strings.EqualFold(u.Email, email) {
			return u
		}
	}
	return nil
}

func (s *state) client(id int64) *Client {
	for _, c := range s.clients {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *state) contact(id int64) *Contact {
	for _, c := range s.contacts {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *state) contactsOf(clientID int64) []*Contact {
	var of []*Contact
	for _, c := range s.contacts {
		if c.ClientID == clientID {
			of = append(of, c)
		}
	}
	return of
}

func (s *state) domainsOf(clientID int64) []*Domain {
	var of []*Domain
	for _, d := range s.domains {
		if d.ClientID == clientID {
			of = append(of, d)
		}
	}
	return of
}

// usersOf lists a client's users, the owner first.
func (s *state) usersOf(c *Client) []*User {
	var of []*User
	for _, u := range s.users {
		if _, ok := s.members[membership{u.ID, c.ID}]; ok {
			of = append(of, u)
		}
	}
	slices.SortStableFunc(of, func(a, b *User) int {
		switch {
		case a.ID == c.OwnerID:
			return -1
		case b.ID == c.OwnerID:
			return 1
		}
		return 0
	})
	return of
}

// clientsOf lists what a user reaches, by id.
func (s *state) clientsOf(userID int64) []*Client {
	var of []*Client
	for _, c := range s.clients {
		if _, ok := s.members[membership{userID, c.ID}]; ok {
			of = append(of, c)
		}
	}
	return of
}

// known keeps the permissions that exist, each once, in WHMCS's order.
func (s *state) known(keys []string) []string {
	keep := []string{}
	for _, p := range s.permissions {
		if slices.Contains(keys, p) {
			keep = append(keep, p)
		}
	}
	return keep
}

// readsDomains tells whether anybody but one contact (0 for the client itself) gets a client's Domain mail.
func (s *state) readsDomains(c *Client, besides int64) bool {
	if besides != 0 && c.Preferences["domain"] {
		return true
	}
	for _, k := range s.contactsOf(c.ID) {
		if k.ID != besides && k.Preferences["domain"] {
			return true
		}
	}
	return false
}

// preferences is a full set out of a partial one.
func preferences(p map[string]bool) map[string]bool {
	full := make(map[string]bool, len(categories))
	for _, k := range categories {
		full[k] = p[k]
	}
	return full
}

func (c Client) copy() Client {
	c.Preferences, c.CustomFields = maps.Clone(c.Preferences), slices.Clone(c.CustomFields)
	return c
}

func (c Contact) copy() Contact {
	c.Preferences = maps.Clone(c.Preferences)
	return c
}

func (i Invite) copy() Invite {
	i.Permissions = slices.Clone(i.Permissions)
	return i
}

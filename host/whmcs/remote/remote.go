// Package remote speaks WHMCS's remote API: one method for each action the gateway needs, typed, with tolerant decoding
// and errors that say what kind of trouble it was. It knows nothing of the Host API, of people who sign in, or of what may
// be done: host/whmcs decides that.
//
// Source of the facts: the vendor's documentation of the API (actions, parameters, sample replies, error messages), and
// for what it leaves open the variants seen in use; see decode.go.
package remote

import (
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Config says how WHMCS is reached.
type Config struct {
	// URL is where WHMCS is installed, such as "https://billing.example" or "https://provider.example/clients"; the API is
	// at URL/includes/api.php. Plain http only to loopback.
	URL        string
	Identifier string // API credential
	Secret     string
	AccessKey  string // passes WHMCS's IP allow list; may be empty

	Timeout    time.Duration     // of one call, with its repeat if it has one; 30 s when zero
	Concurrent int               // calls at once at most; 8 when zero
	Location   *time.Location    // of WHMCS's clock, which its dates do not tell; nil: time.Local
	Transport  http.RoundTripper // nil: a transport of its own
	Observe    func(Call)        // told of each call that ended, for metrics and logs; may be nil
	Now        func() time.Time  // nil: time.Now
	Log        *slog.Logger      // nil: slog.Default
}

// Call is one call that ended.
type Call struct {
	Action string
	Took   time.Duration // without waiting for a free slot
	Err    error         // nil, or an *Error
}

// Kind is what kind of trouble a call had.
type Kind string

// The kinds of trouble. Only Unavailable can pass by itself; with Unknown set, a write may nonetheless have been done.
const (
	Unavailable Kind = "unavailable" // no answer, too late, 5xx, not JSON, or the circuit breaker is open
	Credentials Kind = "credentials" // identifier or secret are wrong or inactive
	Role        Kind = "role"        // the credential's role does not allow the action
	IP          Kind = "ip"          // this computer's address is not on WHMCS's allow list
	NotFound    Kind = "not-found"   // no such user, client or contact, or they do not belong together
	Invalid     Kind = "invalid"     // WHMCS refuses a value; Field says which when known
	Taken       Kind = "taken"       // another user or contact has that e-mail
	Member      Kind = "member"      // who is invited is a user of the account already
	LastDomain  Kind = "last-domain" // the last address that receives Domain mail must keep it
	OwnerFixed  Kind = "owner-fixed" // an owner can be neither restricted nor removed
	Refused     Kind = "refused"     // refused with a message that is not documented, or for what the gateway never does
)

// Error is why a call failed. Message is WHMCS's own, for the operator's log: it is in the provider's language and never
// shown to customers.
type Error struct {
	Kind    Kind
	Action  string
	Message string
	Field   string // with Invalid: the parameter's name, "" when not known
	Unknown bool   // the request left and no usable answer came: a write may have been done
	Err     error  // what lies behind it, or a hint for the operator, if anything; never unwraps to what may hold a secret

	health    health // what it says of WHMCS itself, for the circuit breaker
	again     bool   // a read may be tried once more
	forbidden bool   // WHMCS answered with HTTP 401 or 403
}

func (e *Error) Error() string {
	s := "WHMCS " + e.Action + ": " + string(e.Kind)
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is tells whether an error is of a kind.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// User is who can sign in (GetUsers).
type User struct {
	ID        int64
	FirstName string
	LastName  string
	Email     string
	Language  string // not documented in replies; "" when missing
	Created   time.Time
	Clients   []Link
}

// Link is a client that a user reaches.
type Link struct {
	ClientID int64
	Owner    bool
}

// Customer is a client of WHMCS, which is an account to its customers (GetClientsDetails; GetClients fills only ID, names,
// Email and Status).
type Customer struct {
	ID          int64
	OwnerUserID int64 // 0: a client without owner
	FirstName   string
	LastName    string
	Company     string
	Email       string
	Phone       string // as WHMCS writes it, with the country's code where it tells
	Address     Address
	Language    string          // WHMCS's name, such as "french"; "" is the system's default
	Status      string          // Active, Inactive, Closed
	Preferences map[string]bool // by WHMCS's keys: general, invoice, support, product, domain, affiliate
	Users       []ClientUser
}

// Address is a postal address. Country is ISO 3166-1 alpha-2.
type Address struct{ Line1, Line2, City, State, PostalCode, Country string }

// ClientUser is a user in the list of a client.
type ClientUser struct {
	ID    int64
	Name  string
	Email string
	Owner bool
}

// Contact of a client (GetContacts).
type Contact struct {
	ID, ClientID                        int64
	FirstName, LastName, Company, Email string
	Phone                               string
	Address                             Address
	Preferences                         map[string]bool
}

// Entry of the activity log (GetActivityLog), newest first.
type Entry struct {
	ID          int64
	ClientID    int64 // 0: not about a client
	UserID      int64 // who did it; 0: unknown or staff
	AdminID     int64
	At          time.Time
	Username    string
	IP          string
	Description string
}

// Fields are parameters to change or set, by WHMCS's names (firstname, address1, …). A missing one stays as it is.
type Fields map[string]string

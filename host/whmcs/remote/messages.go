package remote

import "strings"

// meaning is what one of WHMCS's messages means to the gateway.
type meaning struct {
	kind  Kind
	field string
}

// messages are the documented error messages, in small letters. The same message means the same for every action that
// has it.
var messages = map[string]meaning{
	// Users.
	"you did not enter a first name":                                     {Invalid, "firstname"},
	"you did not enter a last name":                                      {Invalid, "lastname"},
	"you did not enter an email address":                                 {Invalid, "email"},
	"you did not enter a password":                                       {Invalid, "password2"},
	"the email address entered is not valid":                             {Invalid, "email"},
	"please provide a valid email address":                               {Invalid, "email"},
	"please enter the email address or provide the id":                   {Invalid, "id"},
	"one of `email`, `firstname`, `lastname`, or `language` is required": {Invalid, ""},
	"a user already exists with that email address":                      {Taken, "email"},
	"invalid user id requested":                                          {NotFound, ""},
	"user not found":                                                     {NotFound, ""},
	"email or password invalid":                                          {Invalid, ""},

	// Users of a client, and invitations.
	"invalid user id":                             {NotFound, ""},
	"invalid client id":                           {NotFound, ""},
	"user is not associated with client":          {NotFound, ""},
	"you cannot remove the account owner":         {OwnerFixed, ""},
	"permissions cannot be set on a client owner": {OwnerFixed, ""},
	"missing permissions definition":              {Invalid, "permissions"},
	"user permissions are required":               {Invalid, "permissions"},
	"email is required":                           {Invalid, "email"},
	"user already associated with client":         {Member, ""},

	// Clients and contacts.
	"client id not found":                     {NotFound, ""},
	"client not found":                        {NotFound, ""},
	"contact id not found":                    {NotFound, ""},
	"either clientid or email is required":    {Invalid, "clientid"},
	"duplicate email address":                 {Taken, "email"},
	"multiple credit card pay methods found":  {Refused, ""},
	"multiple bank account pay methods found": {Refused, ""},

	// Single sign-on.
	"invalid client_id":                        {NotFound, ""},
	"invalid user_id":                          {NotFound, ""},
	"invalid user_id for client":               {NotFound, ""},
	"a valid client_id or user_id is required": {Invalid, ""},
	"invalid destination":                      {Invalid, "destination"},

	// Whom it lets in.
	"invalid or missing credentials": {Credentials, ""},
}

// beginnings are of messages that go on with a value.
var beginnings = []struct {
	text string
	meaning
}{
	{"you must have at least one email address enabled to receive domain related notifications", meaning{LastDomain, "email_preferences[domain]"}},
	{"token could not be provisioned: ", meaning{Refused, ""}},
	{"sso authentication blocked for client ", meaning{Refused, ""}},
	{"invalid permissions: api action ", meaning{Role, ""}},
	{"invalid ip ", meaning{IP, ""}},
}

// meaningOf looks a message up; documented is false for one that nobody has written down, which is Refused.
func meaningOf(message string) (m meaning, documented bool) {
	text := strings.ToLower(strings.TrimSuffix(strings.Join(strings.Fields(unescaped(message)), " "), "."))
	if m, ok := messages[text]; ok {
		return m, true
	}
	for _, b := range beginnings {
		if strings.HasPrefix(text, b.text) {
			return b.meaning, true
		}
	}
	return meaning{kind: Refused}, false
}

// refusal is WHMCS's no. It answered, so nothing was done.
func (c *Client) refusal(k call, status int, message string) *Error {
	m, _ := meaningOf(message)
	return &Error{Kind: m.kind, Action: k.action, Message: c.clean(message, maxMessage), Field: m.field, forbidden: forbidden(status)}
}

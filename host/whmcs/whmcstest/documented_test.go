package whmcstest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// documented is what the vendor's documentation says of an action.
type documented struct {
	SampleReply   map[string]any `json:"sampleReply"`
	ErrorMessages []string       `json:"errorMessages"`
}

// documentation reads the vendor's sample replies and error messages.
func documentation(t *testing.T) map[string]documented {
	t.Helper()
	var all map[string]documented
	if err := json.Unmarshal(Documentation(t), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// onPurpose are differences from the sample replies, by their place.
var onPurpose = map[string]string{
	"GetUserPermissions.permissions has no counterpart": "the sample reply has nothing but the result, with which the action would " +
		"be of no use; seen in use, and left out by PermissionsNotTold",
	"GetContacts.contacts.contact[].companyname has no counterpart": "GetContacts finds by it and AddContact takes it, so contacts " +
		"have it; left out by NoCompany",
}

// asDocumented are the calls whose replies are compared. The parameters suit what is in the office.
var asDocumented = []struct {
	action string
	shape  Shape
	params []any
}{
	{"GetUsers", Shape{}, nil},
	{"UpdateUser", Shape{}, []any{"user_id", 1, "firstname", "Marie"}},
	{"ResetPassword", Shape{}, []any{"id", 1}},
	{"GetUserPermissions", Shape{}, []any{"user_id", 2, "client_id", 1}},
	{"GetUserPermissions", Shape{Permissions: PermissionsNotTold}, []any{"user_id", 2, "client_id", 1}},
	{"UpdateUserPermissions", Shape{}, []any{"user_id", 2, "client_id", 1, "permissions", "invoices,quotes"}},
	{"GetPermissionsList", Shape{}, nil},
	{"CreateClientInvite", Shape{}, []any{"client_id", 1, "email", "noe@studio.example", "permissions", "domains"}},
	{"GetContacts", Shape{}, []any{"userid", 1}},
	{"GetContacts", Shape{NoCompany: true}, []any{"userid", 1}},
	{"AddContact", Shape{}, []any{"clientid", 1, "firstname", "Réception", "email", "accueil@chezmarcel.example"}},
	{"UpdateContact", Shape{}, []any{"contactid", 1, "lastname", "TI"}},
	{"GetClients", Shape{}, nil},
	{"GetClientsDetails", Shape{}, []any{"clientid", 1, "stats", 1}},
	{"UpdateClient", Shape{}, []any{"clientid", 1, "city", "Lévis"}},
	{"GetClientsDomains", Shape{}, []any{"clientid", 1}},
	{"GetClientsDomains", Shape{FlatDomains: true}, []any{"clientid", 1}},
	{"GetActivityLog", Shape{}, nil},
	{"WhmcsDetails", Shape{}, nil},
	{"DeleteContact", Shape{}, []any{"contactid", 1}},
	{"DeleteUserClient", Shape{}, []any{"user_id", 2, "client_id", 1}},
}

func TestRepliesHaveTheShapeOfTheVendorsSampleReplies(t *testing.T) {
	docs := documentation(t)
	b := start(t, Config{})
	office(b)
	var compared []string
	used := map[string]bool{}
	for _, c := range asDocumented {
		compared = append(compared, c.action)
		b.SetShape(c.shape)
		var want any = docs[c.action].SampleReply
		if docs[c.action].SampleReply == nil {
			t.Errorf("%s is not documented", c.action)
			continue
		}
		if c.action == "GetClientsDomains" && !c.shape.FlatDomains {
			want = nested(docs[c.action].SampleReply) // the vendor's page prints this one as a PHP form
		}
		for _, d := range differences(c.action, want, b.ask(c.action, c.params...)) {
			if onPurpose[d] == "" {
				t.Error(d)
			}
			used[d] = true
		}
	}
	for _, name := range Actions() {
		if !slices.Contains(compared, name) {
			t.Errorf("the reply of %s is not compared", name)
		}
	}
	for d := range onPurpose {
		if !used[d] {
			t.Errorf("excepted from the comparison, and no difference any more: %s", d)
		}
	}
}

// kind is what JSON calls a value.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "list"
	}
	return "object"
}

// differences between a documented reply and ours: keys and kinds, all the way down. Every item of our lists is held
// against the first of the documented one.
func differences(at string, want, got any) []string {
	if kind(want) != kind(got) {
		return []string{fmt.Sprintf("%s is documented as %s and is %s", at, kind(want), kind(got))}
	}
	var all []string
	switch want := want.(type) {
	case map[string]any:
		got := got.(map[string]any)
		for _, key := range sortedKeys(want) {
			if _, there := got[key]; !there {
				all = append(all, fmt.Sprintf("%s.%s is missing", at, key))
				continue
			}
			all = append(all, differences(at+"."+key, want[key], got[key])...)
		}
		for _, key := range sortedKeys(got) {
			if _, there := want[key]; !there {
				all = append(all, fmt.Sprintf("%s.%s has no counterpart", at, key))
			}
		}
	case []any:
		got := got.([]any)
		if len(want) > 0 && len(got) == 0 {
			return []string{at + " is empty, so nothing was compared"}
		}
		for _, item := range got {
			all = append(all, differences(at+"[]", want[0], item)...)
		}
	}
	return all
}

func sortedKeys(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// nested undoes "domains[domain][0][id]".
func nested(flat map[string]any) map[string]any {
	name := regexp.MustCompile(`^(\w+)\[(\w+)\]\[(\d+)\]\[(\w+)\]$`)
	o := map[string]any{}
	lists := map[string][]any{}
	for _, key := range sortedKeys(flat) {
		m := name.FindStringSubmatch(key)
		if m == nil {
			o[key] = flat[key]
			continue
		}
		at := m[1] + " " + m[2]
		for i, _ := strconv.Atoi(m[3]); len(lists[at]) <= i; {
			lists[at] = append(lists[at], map[string]any{})
		}
		i, _ := strconv.Atoi(m[3])
		lists[at][i].(map[string]any)[m[4]] = flat[key]
	}
	for at, items := range lists {
		outer, inner, _ := strings.Cut(at, " ")
		o[outer] = map[string]any{inner: items}
	}
	return o
}

// refusals provoke each documented error. In the office, user 1 owns client 1, user 2 is its bookkeeper, and contact 1
// is the only one who reads about domains; client 2 is its own reader, and has user 3.
var refusals = []struct {
	action, message string
	params          []any
}{
	{"UpdateUser", "Invalid User ID requested", []any{"user_id", 9, "firstname", "A"}},
	{"UpdateUser", "One of `email`, `firstname`, `lastname`, or `language` is required", []any{"user_id", 1}},
	{"UpdateUser", "The email address entered is not valid", []any{"user_id", 1, "email", "marie"}},
	{"UpdateUser", "A user already exists with that email address", []any{"user_id", 1, "email", "SAM@cabinet.example"}},
	{"ResetPassword", "Please provide a valid email address", []any{"email", "marie"}},
	{"ResetPassword", "User Not Found", []any{"id", 9}},
	{"ResetPassword", "User Not Found", []any{"email", "nobody@cabinet.example"}},
	{"ResetPassword", "Please enter the email address or provide the id", nil},
	{"DeleteUserClient", "Invalid user id", []any{"user_id", 9, "client_id", 1}},
	{"DeleteUserClient", "Invalid client id", []any{"user_id", 1, "client_id", 9}},
	{"DeleteUserClient", "User is not associated with client", []any{"user_id", 3, "client_id", 1}},
	{"DeleteUserClient", "You cannot remove the account owner", []any{"user_id", 1, "client_id", 1}},
	{"GetUserPermissions", "Invalid user id", []any{"client_id", 1}},
	{"GetUserPermissions", "Invalid client id", []any{"user_id", 1}},
	{"GetUserPermissions", "User is not associated with client", []any{"user_id", 3, "client_id", 1}},
	{"UpdateUserPermissions", "Invalid user id", []any{"user_id", 0, "client_id", 1, "permissions", "emails"}},
	{"UpdateUserPermissions", "Invalid client id", []any{"user_id", 2, "client_id", 0, "permissions", "emails"}},
	{"UpdateUserPermissions", "Permissions cannot be set on a client owner", []any{"user_id", 1, "client_id", 1, "permissions", "emails"}},
	{"UpdateUserPermissions", "Missing permissions definition", []any{"user_id", 2, "client_id", 1, "permissions", ""}},
	{"UpdateUserPermissions", "User is not associated with client", []any{"user_id", 3, "client_id", 1, "permissions", "emails"}},
	{"CreateClientInvite", "Email is required", []any{"client_id", 1, "permissions", "emails"}},
	{"CreateClientInvite", "Invalid client id", []any{"client_id", 9, "email", "a@b.example", "permissions", "emails"}},
	{"CreateClientInvite", "The email address entered is not valid", []any{"client_id", 1, "email", "a@b@c", "permissions", "emails"}},
	{"CreateClientInvite", "User permissions are required", []any{"client_id", 1, "email", "a@b.example"}},
	{"CreateClientInvite", "User already associated with client", []any{"client_id", 1, "email", "Sam@Cabinet.example", "permissions", "emails"}},
	{"AddContact", "Client ID Not Found", []any{"clientid", 9}},
	{"AddContact", "Duplicate Email Address", []any{"clientid", 1, "email", "TI@chezmarcel.example"}},
	{"UpdateContact", "Contact ID Not Found", []any{"contactid", 9}},
	{"UpdateContact", "Duplicate Email Address", []any{"contactid", 2, "email", "ti@chezmarcel.example"}},
	{"UpdateContact", "You must have at least one email address enabled to receive domain related notifications as required by ICANN. To disable domain notifications, please enable domain notifications for the primary account holder or another contact",
		[]any{"contactid", 1, "email_preferences[domain]", 0}},
	{"DeleteContact", "Contact ID Not Found", []any{"contactid", 9}},
	{"GetClientsDetails", "Either clientid Or email Is Required", nil},
	{"GetClientsDetails", "Client Not Found", []any{"clientid", 9}},
	{"GetClientsDetails", "Client Not Found", []any{"email", "nobody@chezmarcel.example"}},
	{"UpdateClient", "Client ID Not Found", []any{"clientid", 9, "city", "Lévis"}},
	{"UpdateClient", "The email address entered is not valid", []any{"clientid", 1, "email", "info"}},
	{"UpdateClient", "Duplicate Email Address", []any{"clientid", 1, "email", "ALLO@studio.example"}},
	{"UpdateClient", "You must have at least one email address enabled to receive domain related notifications as required by ICANN. To disable domain notifications, please create an alternative contact that is set to receive them",
		[]any{"clientid", 2, "email_preferences[domain]", 0}},
}

// neverSaid are documented messages about what the double does not have.
var neverSaid = map[string]string{
	"Multiple Credit Card Pay Methods Found":  "it has no ways to pay",
	"Multiple Bank Account Pay Methods Found": "it has no ways to pay",
}

func TestEveryDocumentedErrorIsSaidAndNoOther(t *testing.T) {
	docs := documentation(t)
	b := start(t, Config{})
	c, _, _, _ := office(b)
	b.AddContact(Contact{ClientID: c.ID, Email: "factures@chezmarcel.example"})
	lea := b.AddUser(User{Email: "lea@studio.example"})
	b.AddClient(Client{OwnerID: lea.ID, Email: "allo@studio.example", Preferences: map[string]bool{"domain": true}})
	said := map[string]bool{}
	for _, r := range refusals {
		if o := b.ask(r.action, r.params...); o["result"] != "error" || o["message"] != r.message {
			t.Errorf("%s %v: want %q, got %v", r.action, r.params, r.message, o)
		}
		if !slices.Contains(docs[r.action].ErrorMessages, r.message) {
			t.Errorf("%s: %q is not documented", r.action, r.message)
		}
		said[r.action+r.message] = true
	}
	for _, name := range Actions() {
		for _, message := range docs[name].ErrorMessages {
			if !said[name+message] && neverSaid[message] == "" {
				t.Errorf("%s never says %q", name, message)
			}
		}
	}
	if w := b.Writes(); len(w) != 0 {
		t.Errorf("a refused call did something: %v", w)
	}
}

package remote

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEveryDocumentedMessageHasAMeaning(t *testing.T) {
	n := 0
	for action, doc := range documentation(t) {
		for _, message := range doc.ErrorMessages {
			n++
			if _, ok := meaningOf(message); !ok {
				t.Errorf("%s: %q", action, message)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d messages in the documentation", n)
	}
}

// wanted is what the messages that the gateway meets mean, by action.
var wanted = map[string]map[string]meaning{
	"UpdateUser": {
		"Invalid User ID requested": {NotFound, ""},
		"One of `email`, `firstname`, `lastname`, or `language` is required": {Invalid, ""},
		"The email address entered is not valid":                             {Invalid, "email"},
		"A user already exists with that email address":                      {Taken, "email"},
	},
	"ResetPassword": {
		"Please provide a valid email address":             {Invalid, "email"},
		"User Not Found":                                   {NotFound, ""},
		"Please enter the email address or provide the id": {Invalid, "id"},
	},
	"DeleteUserClient": {
		"Invalid user id":                     {NotFound, ""},
		"Invalid client id":                   {NotFound, ""},
		"User is not associated with client":  {NotFound, ""},
		"You cannot remove the account owner": {OwnerFixed, ""},
	},
	"GetUserPermissions": {"Invalid user id": {NotFound, ""}, "Invalid client id": {NotFound, ""}, "User is not associated with client": {NotFound, ""}},
	"UpdateUserPermissions": {
		"Invalid user id":                             {NotFound, ""},
		"Invalid client id":                           {NotFound, ""},
		"User is not associated with client":          {NotFound, ""},
		"Permissions cannot be set on a client owner": {OwnerFixed, ""},
		"Missing permissions definition":              {Invalid, "permissions"},
	},
	"CreateClientInvite": {
		"Email is required":                      {Invalid, "email"},
		"Invalid client id":                      {NotFound, ""},
		"The email address entered is not valid": {Invalid, "email"},
		"User permissions are required":          {Invalid, "permissions"},
		"User already associated with client":    {Member, ""},
	},
	"AddContact": {"Client ID Not Found": {NotFound, ""}, "Duplicate Email Address": {Taken, "email"}},
	"UpdateContact": {
		"Contact ID Not Found":    {NotFound, ""},
		"Duplicate Email Address": {Taken, "email"},
		"You must have at least one email address enabled to receive domain related notifications as required by ICANN. To disable domain notifications, please enable domain notifications for the primary account holder or another contact": {LastDomain, "email_preferences[domain]"},
	},
	"DeleteContact":     {"Contact ID Not Found": {NotFound, ""}},
	"GetClientsDetails": {"Either clientid Or email Is Required": {Invalid, "clientid"}, "Client Not Found": {NotFound, ""}},
	"UpdateClient": {
		"Client ID Not Found":                    {NotFound, ""},
		"Duplicate Email Address":                {Taken, "email"},
		"The email address entered is not valid": {Invalid, "email"},
		"You must have at least one email address enabled to receive domain related notifications as required by ICANN. To disable domain notifications, please create an alternative contact that is set to receive them": {LastDomain, "email_preferences[domain]"},
		"Multiple Credit Card Pay Methods Found":  {Refused, ""},
		"Multiple Bank Account Pay Methods Found": {Refused, ""},
	},
}

func TestARefusalIsOfItsKindAndNothingWasDone(t *testing.T) {
	docs := documentation(t)
	for _, m := range every {
		for _, message := range docs[m.action].ErrorMessages {
			t.Run(m.action+": "+message[:min(len(message), 40)], func(t *testing.T) {
				want, ok := wanted[m.action][message]
				if !ok {
					t.Fatal("no test says what that means")
				}
				body, err := json.Marshal(map[string]string{"result": "error", "message": message})
				if err != nil {
					t.Fatal(err)
				}
				c, f := client(t, says(200, string(body)))
				_, err = m.do(t.Context(), c)
				if e := errorOf(err); e == nil || e.Kind != want.kind || e.Field != want.field || e.Unknown || e.Action != m.action || e.Message != message {
					t.Errorf("%#v", err)
				}
				if len(f.seen()) != 1 {
					t.Errorf("%d calls", len(f.seen()))
				}
			})
		}
	}
}

func TestWhoIsNotLetInIsTold(t *testing.T) {
	for _, k := range []struct {
		name, body string
		status     int
		want       Kind
	}{
		{"credentials", `{"result":"error","message":"Invalid or missing credentials"}`, 403, Credentials},
		{"address", `{"result":"error","message":"Invalid IP 203.0.113.7"}`, 403, IP},
		{"role", `{"result":"error","message":"Invalid Permissions: API action \"updateuser\" is not allowed"}`, 403, Role},
		{"role, escaped", `{"result":"error","message":"Invalid Permissions: API action &quot;updateuser&quot; is not allowed"}`, 403, Role},
		{"credentials with HTTP 200", `{"result":"error","message":"Invalid or missing credentials."}`, 200, Credentials},
		{"something else", `{"result":"error","message":"Two-factor authentication is enabled"}`, 403, Refused},
		{"no message", `{"result":"error"}`, 200, Refused},
		{"a list of messages", `{"result":"error","message":["Duplicate Email Address"]}`, 200, Taken},
		{"no result", `{"message":"Invalid or missing credentials"}`, 403, Credentials},
	} {
		t.Run(k.name, func(t *testing.T) {
			var log logged
			c, _ := client(t, says(k.status, k.body), log.use)
			err := c.UpdateUser(t.Context(), 1, Fields{"firstname": "A"})
			if e := errorOf(err); e == nil || e.Kind != k.want || e.Unknown {
				t.Fatalf("%v", err)
			}
			if !strings.Contains(log.String(), "UpdateUser") || k.want != Taken && !strings.Contains(log.String(), "level=WARN") {
				t.Errorf("the operator does not see it: %s", log.String())
			}
		})
	}
}

func TestWhatCustomersWriteCannotForgeTheLog(t *testing.T) {
	var log logged
	message, err := json.Marshal(map[string]string{"result": "error", "message": "Bad name: a\nlevel=ERROR msg=forged \u202e\x1b[2J" + strings.Repeat("x", 5000)})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := client(t, says(200, string(message)), log.use)
	failed := c.UpdateUser(t.Context(), 1, Fields{"firstname": "A"})
	for _, text := range []string{log.String(), failed.Error()} {
		if strings.ContainsAny(strings.TrimSpace(text), "\n\r\x1b\u202e") || len(text) > 1000 {
			t.Errorf("%q", text)
		}
	}
}

// role answers as WHMCS would to a role without some actions, with ids and required values looked at.
func role(without ...string) reply {
	return answering(func(action string, sent map[string]any) (int, string) {
		if slices.Contains(without, action) {
			return 403, `Invalid Permissions: API action "` + strings.ToLower(action) + `" is not allowed`
		}
		switch action {
		case "UpdateUser":
			return 200, "Invalid User ID requested"
		case "ResetPassword":
			return 200, "Please enter the email address or provide the id"
		case "DeleteUserClient", "GetUserPermissions":
			return 200, "Invalid user id"
		case "UpdateUserPermissions":
			return 200, "Missing permissions definition"
		case "CreateClientInvite":
			return 200, "Email is required"
		case "AddContact", "UpdateClient":
			return 200, "Client ID Not Found"
		case "UpdateContact", "DeleteContact":
			return 200, "Contact ID Not Found"
		case "GetClientsDetails":
			return 200, "Either clientid Or email Is Required"
		}
		return 200, ""
	})
}

func TestAllowedSaysWhichActionsTheRoleIsMissing(t *testing.T) {
	var log logged
	c, f := client(t, role("DeleteContact", "GetActivityLog"), log.use)
	allowed, err := c.Allowed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(allowed) != len(Actions()) {
		t.Errorf("%v", allowed)
	}
	for _, action := range Actions() {
		err, told := allowed[action]
		if !told {
			t.Errorf("%s is not told", action)
		}
		if missing := action == "DeleteContact" || action == "GetActivityLog"; missing != Is(err, Role) || !missing && err != nil {
			t.Errorf("%s: %v", action, err)
		}
	}
	if strings.Contains(log.String(), "WARN") {
		t.Errorf("a check warns of what it is there to find: %s", log.String())
	}
	if len(f.seen()) != len(Actions()) {
		t.Errorf("%d calls", len(f.seen()))
	}
}

func TestAllowedAsksForNothingThatCouldBeDone(t *testing.T) {
	c, f := client(t, role())
	if _, err := c.Allowed(t.Context()); err != nil {
		t.Fatal(err)
	}
	docs := documentation(t)
	for _, sent := range f.seen() {
		action := sent["action"].(string)
		read := strings.HasPrefix(action, "Get") || action == "WhmcsDetails"
		for name, value := range sent {
			switch name {
			case "action", "identifier", "secret", "accesskey", "responsetype":
				continue
			}
			if !slices.ContainsFunc(docs[action].Request, func(p struct {
				Name     string
				Required bool
			}) bool {
				return p.Name == name
			}) {
				t.Errorf("%s: %s is not documented", action, name)
			}
			if !read && value != "0" {
				t.Errorf("%s writes with %s=%v", action, name, value)
			}
			if !read && strings.Contains(name, "email") {
				t.Errorf("%s could send mail: %s", action, name)
			}
		}
	}
}

// An action that is called and not probed is refused to a customer before the operator hears of it; one that is probed and not
// called is allowed for nothing.
func TestTheActionsThatAreCalledAreThoseThatAreProbed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			c, is := n.(*ast.CallExpr)
			if !is || len(c.Args) != 1 {
				return true
			}
			if f, is := c.Fun.(*ast.Ident); !is || f.Name != "params" {
				return true
			}
			action, is := c.Args[0].(*ast.BasicLit)
			if !is {
				t.Errorf("%s calls an action that is not written out", name)
				return true
			}
			called[strings.Trim(action.Value, `"`)] = true
			return true
		})
	}
	got, want := slices.Sorted(slices.Values(Actions())), slices.Sorted(maps.Keys(called))
	if !slices.Equal(got, want) {
		t.Errorf("probed are\n%s\nand called\n%s", got, want)
	}
	for _, m := range every {
		delete(called, m.action)
	}
	if delete(called, "WhmcsDetails"); len(called) > 0 {
		t.Errorf("no reply of %s is read in a test", slices.Sorted(maps.Keys(called)))
	}
}

func TestAllowedStopsWhereAllCallsAreConcerned(t *testing.T) {
	for name, k := range map[string]struct {
		answer reply
		want   Kind
	}{
		"credentials": {says(403, `{"result":"error","message":"Invalid or missing credentials"}`), Credentials},
		"address":     {says(403, `{"result":"error","message":"Invalid IP 203.0.113.7"}`), IP},
		"not WHMCS":   {says(200, "<html><title>Welcome</title></html>"), Unavailable},
		"later": {answering(func(action string, _ map[string]any) (int, string) {
			if action == "AddContact" {
				return 403, "Invalid IP 203.0.113.7"
			}
			return 200, ""
		}), IP},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, k.answer)
			if allowed, err := c.Allowed(t.Context()); !Is(err, k.want) || allowed != nil {
				t.Errorf("%v, %v", allowed, err)
			}
		})
	}
}

func TestAnActionThatWhmcsDoesNotKnowIsNotAllowed(t *testing.T) {
	c, _ := client(t, answering(func(action string, _ map[string]any) (int, string) {
		switch action {
		case "CreateClientInvite":
			return 200, "Command Not Found"
		case "UpdateContact":
			return 200, "Something else is missing" // is not documented, but shows that it ran
		case "UpdateClient":
			return 403, "Access denied"
		}
		return 200, ""
	}))
	allowed, err := c.Allowed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !Is(allowed["CreateClientInvite"], Refused) || allowed["UpdateContact"] != nil || !Is(allowed["UpdateClient"], Refused) {
		t.Errorf("%v", allowed)
	}
}

func TestAllowedEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, f := client(t, role())
	if _, err := c.Allowed(ctx); !errors.Is(err, context.Canceled) || len(f.seen()) != 0 {
		t.Errorf("%v", err)
	}
}

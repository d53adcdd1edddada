package remote

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nasty are values that try to become something else.
var nasty = []string{
	"a&clientid=2",
	"a&secret=x&action=DeleteContact",
	"a]=1&status=Closed",
	"][admin]=1",
	"email_preferences[domain]=0",
	"a=b=c",
	"a\r\nX-Admin: 1\r\n\r\n{}",
	"a%26clientid%3D2",
	"a+b %20 c",
	"a;clientid=2",
	"&amp;clientid=2",
	"'; DROP TABLE tblclients; --",
	`{"result":"success"}`,
	"\u2028\u202e漢 é",
	strings.Repeat("a&b[]=", 2000),
}

func TestNoValueBecomesAParameterOrAnArray(t *testing.T) {
	type sent = map[string]any
	for _, v := range nasty {
		t.Run(line(v, 30), func(t *testing.T) {
			c, f := client(t, says(200, `{"result":"success","contactid":"1"}`))
			ctx := t.Context()
			fields := make(Fields)
			wantFields := sent{}
			for _, name := range newFields {
				fields[name] = v
				wantFields[name] = v
			}
			on := map[string]bool{"invoice": true, "domain": false}
			wantFields["email_preferences"] = sent{"invoice": "1", "domain": "0"}
			with := func(base sent, more sent) sent {
				all := sent{"identifier": identifier, "secret": secret, "accesskey": accessKey, "responsetype": "json"}
				for _, m := range []sent{base, more} {
					for name, value := range m {
						all[name] = value
					}
				}
				return all
			}
			contact := make(Fields)
			wantContact := sent{}
			for _, name := range contactFields {
				contact[name] = v
				wantContact[name] = v
			}
			do := func(err error) {
				t.Helper()
				if err != nil {
					t.Error(err)
				}
			}
			_, err := c.AddContact(ctx, 5, fields, on)
			do(err)
			do(c.UpdateContact(ctx, 6, contact, nil))
			do(c.UpdateClient(ctx, 7, fields, on))
			do(c.UpdateUser(ctx, 8, Fields{"firstname": v, "email": v}))
			do(c.Invite(ctx, 9, v, []string{"invoices", "quotes"}))
			_, _, err = c.Users(ctx, v, 0, 10)
			do(err)
			want := []map[string]any{
				with(sent{"action": "AddContact", "clientid": "5"}, wantFields),
				with(sent{"action": "UpdateContact", "contactid": "6"}, wantContact),
				with(sent{"action": "UpdateClient", "clientid": "7"}, wantFields),
				with(sent{"action": "UpdateUser", "user_id": "8"}, sent{"firstname": v, "email": v}),
				with(sent{"action": "CreateClientInvite", "client_id": "9"}, sent{"email": v, "permissions": "invoices,quotes"}),
				with(sent{"action": "GetUsers", "limitstart": "0", "limitnum": "10"}, sent{"search": v}),
			}
			if diff := cmp.Diff(want, f.seen()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatMayNotBeSentNeverLeaves(t *testing.T) {
	c, f := client(t, says(200, `{"result":"success"}`))
	ctx := t.Context()
	for name, k := range map[string]struct {
		err  error
		want Kind
	}{
		"another's id among the fields":    {c.UpdateClient(ctx, 1, Fields{"clientid": "2"}, nil), Invalid},
		"a field that stands in for an id": {c.UpdateClient(ctx, 1, Fields{"clientemail": "b@example.com"}, nil), Invalid},
		"the action among the fields":      {c.UpdateUser(ctx, 1, Fields{"action": "DeleteClient"}), Invalid},
		"a field that is not customers'":   {c.UpdateClient(ctx, 1, Fields{"status": "Closed"}, nil), Invalid},
		"brackets in a field's name":       {c.UpdateContact(ctx, 1, Fields{"email_preferences[domain]": "0"}, nil), Invalid},
		"an ampersand in a field's name":   {c.UpdateContact(ctx, 1, Fields{"firstname&clientid=2": "0"}, nil), Invalid},
		"a field of another action":        {c.UpdateUser(ctx, 1, Fields{"companyname": "A"}), Invalid},
		"an unknown category":              {c.UpdateContact(ctx, 1, nil, map[string]bool{"domain][x": true}), Invalid},
		"NUL":                              {c.UpdateUser(ctx, 1, Fields{"firstname": "a\x00b"}), Invalid},
		"broken UTF-8":                     {c.UpdateUser(ctx, 1, Fields{"firstname": "a\xffb"}), Invalid},
		"a letter of four bytes":           {c.UpdateUser(ctx, 1, Fields{"firstname": "a😀b"}), Invalid},
		"NUL in an address":                {c.Invite(ctx, 1, "a@example.com\x00", []string{"invoices"}), Invalid},
		"two permissions in one":           {c.SetUserPermissions(ctx, 1, 1, []string{"invoices,orders"}), Invalid},
		"an empty permission":              {c.SetUserPermissions(ctx, 1, 1, []string{""}), Invalid},
		"a permission with a bracket":      {c.Invite(ctx, 1, "a@example.com", []string{"a[]"}), Invalid},
		"no client":                        {c.UpdateClient(ctx, 0, Fields{"city": "A"}, nil), NotFound},
		"no user":                          {c.RemoveUser(ctx, 0, 1), NotFound},
		"a negative contact":               {c.DeleteContact(ctx, -1), NotFound},
		"nobody's password":                {c.ResetPassword(ctx, 0), NotFound},
	} {
		if !Is(k.err, k.want) {
			t.Errorf("%s: %v", name, k.err)
		}
	}
	if _, err := c.Contacts(ctx, 0); !Is(err, NotFound) { // 0 would be all of them
		t.Errorf("contacts of nobody: %v", err)
	}
	if len(f.seen()) != 0 {
		t.Errorf("sent %v", f.seen())
	}
}

func TestNoPermissionsAreSentAsAnEmptyList(t *testing.T) {
	c, f := client(t, says(200, `{"result":"success"}`))
	if err := c.SetUserPermissions(t.Context(), 1, 1, nil); err != nil {
		t.Fatal(err)
	}
	if got, ok := f.seen()[0]["permissions"]; !ok || got != "" {
		t.Errorf("sent %v", f.seen())
	}
}

// The decoder stands for PHP in these tests, so it must do what PHP does.
func TestTheDecoderIsAsCarelessAsPHP(t *testing.T) {
	for body, want := range map[string]map[string]any{
		"a=1&a=2":             {"a": "2"},
		"a[b]=1&a[c][d]=2":    {"a": map[string]any{"b": "1", "c": map[string]any{"d": "2"}}},
		"a.b=1&+c=2&d e=3":    {"a_b": "1", "c": "2", "d_e": "3"},
		"a%00b=1&a[b=2":       {"a": "1", "a_b": "2"},
		"a%5Bb%5D=1&%5Bx%5D=": {"a": map[string]any{"b": "1"}},
	} {
		if diff := cmp.Diff(want, phpPost(body)); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

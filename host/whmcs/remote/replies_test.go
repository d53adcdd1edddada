package remote

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// every calls each method once, with something of everything.
var every = []struct {
	action string
	do     func(context.Context, *Client) (any, error)
}{
	{"WhmcsDetails", func(ctx context.Context, c *Client) (any, error) { return c.Version(ctx) }},
	{"GetPermissionsList", func(ctx context.Context, c *Client) (any, error) { return c.Permissions(ctx) }},
	{"GetUsers", func(ctx context.Context, c *Client) (any, error) {
		users, total, err := c.Users(ctx, "jo", 0, 25)
		return []any{users, total}, err
	}},
	{"UpdateUser", func(ctx context.Context, c *Client) (any, error) {
		return nil, c.UpdateUser(ctx, 1, Fields{"firstname": "Zoé"})
	}},
	{"ResetPassword", func(ctx context.Context, c *Client) (any, error) { return nil, c.ResetPassword(ctx, 1) }},
	{"GetClientsDetails", func(ctx context.Context, c *Client) (any, error) { return c.Client(ctx, 1) }},
	{"GetClients", func(ctx context.Context, c *Client) (any, error) {
		clients, total, err := c.Clients(ctx, 0, 25)
		return []any{clients, total}, err
	}},
	{"UpdateClient", func(ctx context.Context, c *Client) (any, error) {
		return nil, c.UpdateClient(ctx, 1, Fields{"city": "Lévis"}, map[string]bool{"invoice": false})
	}},
	{"GetClientsDomains", func(ctx context.Context, c *Client) (any, error) { return c.Domains(ctx, 1) }},
	{"GetUserPermissions", func(ctx context.Context, c *Client) (any, error) {
		permissions, owner, err := c.UserPermissions(ctx, 1, 1)
		return []any{permissions, owner}, err
	}},
	{"UpdateUserPermissions", func(ctx context.Context, c *Client) (any, error) {
		return nil, c.SetUserPermissions(ctx, 1, 1, []string{"invoices", "quotes"})
	}},
	{"DeleteUserClient", func(ctx context.Context, c *Client) (any, error) { return nil, c.RemoveUser(ctx, 1, 1) }},
	{"CreateClientInvite", func(ctx context.Context, c *Client) (any, error) {
		return nil, c.Invite(ctx, 1, "zoe@example.com", []string{"invoices"})
	}},
	{"GetContacts", func(ctx context.Context, c *Client) (any, error) { return c.Contacts(ctx, 1) }},
	{"AddContact", func(ctx context.Context, c *Client) (any, error) {
		return c.AddContact(ctx, 1, Fields{"email": "zoe@example.com"}, map[string]bool{"invoice": true})
	}},
	{"UpdateContact", func(ctx context.Context, c *Client) (any, error) {
		return nil, c.UpdateContact(ctx, 1, Fields{"email": "zoe@example.com"}, nil)
	}},
	{"DeleteContact", func(ctx context.Context, c *Client) (any, error) { return nil, c.DeleteContact(ctx, 1) }},
	{"GetActivityLog", func(ctx context.Context, c *Client) (any, error) { return c.Activity(ctx, 0, 0, 25) }},
}

func TestTheVendorsSampleRepliesAreUnderstood(t *testing.T) {
	docs := documentation(t)
	all := map[string]bool{"general": true, "invoice": true, "support": true, "product": true, "domain": true, "affiliate": true}
	at := time.Date(2021, 1, 1, 6, 56, 49, 0, time.UTC)
	want := map[string]any{
		"WhmcsDetails":       "8.0.0",
		"GetPermissionsList": strings.Split("profile contacts products manageproducts productsso domains managedomains invoices quotes tickets affiliates emails orders", " "),
		"GetUsers": []any{[]User{{ID: 1, FirstName: "John", LastName: "Smith", Email: "john.smith@example.net",
			Created: time.Date(2020, 12, 15, 15, 29, 49, 0, time.UTC), Clients: []Link{{1, true}}}}, 1},
		"GetClientsDetails": Customer{ID: 1, OwnerUserID: 1, FirstName: "Test", LastName: "Client", Email: "test-client@example.com",
			Phone: "+44.1234567890", Address: Address{"123 Test Street", "", "Test", "Tester", "TE5 5ST", "GB"}, Status: "Active",
			Preferences: all, Users: []ClientUser{{1, "Testing User", "testuser@whmcs.com", true}}},
		"GetClients": []any{[]Customer{{ID: 2, FirstName: "Angelica", LastName: "Mohr", Email: "price.ima@example.com", Status: "Active"},
			{ID: 1, FirstName: "Price", LastName: "Beier", Email: "cecelia99@example.com", Status: "Active"}}, 2},
		"GetClientsDomains":  []string{"whmcs.rocks", "whmcs.info"},
		"GetUserPermissions": []any{[]string(nil), false},
		"GetContacts": []Contact{{ID: 1, ClientID: 1, FirstName: "Test", LastName: "Contact", Email: "contact@example.com",
			Address: Address{"404 Street Not Found", "", "Test", "Test", "TE5 5ST", "GB"}, Preferences: all}},
		"AddContact": int64(1),
		"GetActivityLog": []Entry{
			{ID: 2, AdminID: 1, At: at, Username: "admin", IP: "172.18.0.1", Description: "Cron Job: Check for Updates: No new updates available"},
			{ID: 1, AdminID: 1, At: at, Username: "admin", IP: "172.18.0.1", Description: "Cron Job: Perform WHMCS Update Check"}},
	}
	for _, m := range every {
		t.Run(m.action, func(t *testing.T) {
			c, f := client(t, says(200, string(docs[m.action].SampleReply)))
			got, err := m.do(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want[m.action], got); diff != "" {
				t.Error(diff)
			}
			calls := f.seen()
			if len(calls) != 1 || calls[0]["action"] != m.action || calls[0]["secret"] != secret || calls[0]["identifier"] != identifier ||
				calls[0]["accesskey"] != accessKey || calls[0]["responsetype"] != "json" {
				t.Errorf("sent %v", calls)
			}
			documented := map[string]bool{"identifier": true, "secret": true, "accesskey": true, "responsetype": true}
			for _, p := range docs[m.action].Request {
				head, _, _ := strings.Cut(p.Name, "[")
				documented[head] = true
				if p.Required && calls[0][p.Name] == nil {
					t.Errorf("%s is required and was not sent", p.Name)
				}
			}
			for name := range calls[0] {
				if !documented[name] {
					t.Errorf("%s is not a documented parameter", name)
				}
			}
		})
	}
}

// variant is one way to write a reply, and what it must be read as.
type variant struct {
	name, reply string
	want        any
}

func check(t *testing.T, do func(context.Context, *Client) (any, error), variants []variant) {
	t.Helper()
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			c, _ := client(t, says(200, v.reply))
			got, err := do(t.Context(), c)
			if kind, ok := v.want.(Kind); ok {
				if !Is(err, kind) {
					t.Fatalf("%v, %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func do(action string) func(context.Context, *Client) (any, error) {
	for _, m := range every {
		if m.action == action {
			return m.do
		}
	}
	panic(action)
}

func TestUserPermissionsAreReadInEveryShapeSeen(t *testing.T) {
	two := []string{"invoices", "quotes"}
	check(t, do("GetUserPermissions"), []variant{
		{"wrapped", `{"result":"success","permissions":{"permission":["invoices","quotes"]}}`, []any{two, false}},
		{"wrapped, one alone", `{"result":"success","permissions":{"permission":"invoices"}}`, []any{two[:1], false}},
		{"plain", `{"result":"success","permissions":["invoices","quotes"],"owner":false}`, []any{two, false}},
		{"keyed by numbers", `{"result":"success","permissions":{"2":"quotes","0":"invoices"}}`, []any{two, false}},
		{"commas", `{"result":"success","permissions":"invoices, quotes,,"}`, []any{two, false}},
		{"flat keys", `{"result":"success","permissions[permission][0]":"invoices","permissions[permission][1]":"quotes"}`, []any{two, false}},
		{"one twice", `{"result":"success","permissions":["invoices","quotes","invoices"]}`, []any{two, false}},
		{"owner", `{"result":"success","permissions":["invoices","quotes"],"owner":"1"}`, []any{two, true}},
		{"isOwner", `{"result":"success","permissions":"","isOwner":true}`, []any{[]string{}, true}},
		{"none, as a list", `{"result":"success","permissions":[]}`, []any{[]string{}, false}},
		{"none, as an object", `{"result":"success","permissions":{}}`, []any{[]string{}, false}},
		{"none, wrapped", `{"result":"success","permissions":{"permission":""}}`, []any{[]string{}, false}},
		{"not told", `{"result":"success"}`, []any{[]string(nil), false}},
		{"null is not told", `{"result":"success","permissions":null}`, []any{[]string(nil), false}},
		{"a key added last week", `{"result":"success","permissions":["ai_agents"]}`, []any{[]string{"ai_agents"}, false}},
		{"an object nobody has seen is no empty list", `{"result":"success","permissions":{"invoices":true}}`, Unavailable},
		{"numbers are no permissions", `{"result":"success","permissions":[1,2]}`, Unavailable},
	})
}

func TestTheListOfPermissionsSaysStatusOrResult(t *testing.T) {
	check(t, do("GetPermissionsList"), []variant{
		{"status", `{"status":"success","permissions":{"permission":["profile"]}}`, []string{"profile"}},
		{"result", `{"result":"success","permissions":["profile"]}`, []string{"profile"}},
		{"neither", `{"permissions":["profile"]}`, Unavailable},
	})
}

func TestUsersAreReadInEveryShapeSeen(t *testing.T) {
	one := User{ID: 7, FirstName: "Zoé", LastName: "O'Neil & Fils", Email: "zoe@example.com", Clients: []Link{{3, true}, {4, false}}}
	user := `{"id":"7","firstname":"Zoé","lastname":"O&#039;Neil &amp; Fils","email":"zoe@example.com","datecreated":"0000-00-00 00:00:00","clients":%s}`
	reply := func(users, clients string) string {
		return `{"result":"success","totalresults":"1","users":` + strings.ReplaceAll(users, "U", fmt.Sprintf(user, clients)) + `}`
	}
	plain := `[{"id":"3","isOwner":"on"},{"id":4,"isOwner":""}]`
	alone := one
	alone.Clients = nil
	check(t, do("GetUsers"), []variant{
		{"plain", reply(`[U]`, plain), []any{[]User{one}, 1}},
		{"wrapped", reply(`{"user":[U]}`, `{"client":[{"id":3,"is_owner":1},{"id":"4","isOwner":"false"}]}`), []any{[]User{one}, 1}},
		{"wrapped, one alone", reply(`{"user":U}`, plain), []any{[]User{one}, 1}},
		{"one alone", reply(`U`, plain), []any{[]User{one}, 1}},
		{"keyed by numbers", reply(`{"0":U}`, `{"1":{"id":4},"0":{"id":3,"isOwner":"true"}}`), []any{[]User{one}, 1}},
		{"no clients []", reply(`[U]`, `[]`), []any{[]User{alone}, 1}},
		{`no clients ""`, reply(`[U]`, `""`), []any{[]User{alone}, 1}},
		{"no clients {}", reply(`[U]`, `{}`), []any{[]User{alone}, 1}},
		{"no clients null", reply(`[U]`, `null`), []any{[]User{alone}, 1}},
		{"nobody []", `{"result":"success","totalresults":0,"users":[]}`, []any{[]User(nil), 0}},
		{`nobody ""`, `{"result":"success","totalresults":"0","users":""}`, []any{[]User(nil), 0}},
		{"nobody {}", `{"result":"success","users":{}}`, []any{[]User(nil), 0}},
		{"nobody, missing", `{"result":"success"}`, []any{[]User(nil), 0}},
		{"a user without name", `{"result":"success","totalresults":30,"users":[{"id":9.0,"email":"x@example.com","firstname":null}]}`,
			[]any{[]User{{ID: 9, Email: "x@example.com"}}, 30}},
		{"a user without id is not left out", `{"result":"success","users":[{"id":0,"email":"x@example.com"}]}`, Unavailable},
		{"a user whose client has no id", `{"result":"success","users":[{"id":1,"clients":[{"isOwner":true}]}]}`, Unavailable},
		{"texts are no users", `{"result":"success","users":["a","b"]}`, Unavailable},
	})
}

func TestAClientIsReadInEveryShapeSeen(t *testing.T) {
	want := Customer{ID: 1, OwnerUserID: 7, FirstName: "Zoé", Company: "Zoé & Cie", Email: "zoe@example.com", Phone: "5145550199",
		Address: Address{Line1: "1, rue d'Auteuil", City: "Québec", State: "QC", PostalCode: "G1R 4H5", Country: "CA"}, Language: "french", Status: "Inactive",
		Preferences: map[string]bool{"general": true, "invoice": false, "domain": true},
		Users:       []ClientUser{{7, "Zoé", "zoe@example.com", true}, {8, "", "b@example.com", false}}}
	fields := `"id":"1","firstname":"Zoé","companyname":"Zoé &amp; Cie","email":"zoe@example.com","phonenumber":5145550199,"address1":"1, rue d'Auteuil",
		"city":"Qu\u00e9bec","fullstate":"Québec","state":"QC","postcode":"G1R 4H5","country":"ca","language":"french","status":"Inactive"`
	rest := `"owner_user_id":"7","email_preferences":{"general":"1","invoice":"","domain":"on"},
		"users":{"user":[{"id":"7","name":"Zoé","email":"zoe@example.com","is_owner":"1"},{"id":8,"name":"","email":"b@example.com","is_owner":"0"}]}`
	empty := Customer{ID: 1, FirstName: "A", Preferences: map[string]bool{}}
	check(t, do("GetClientsDetails"), []variant{
		{"inside client", `{"result":"success","client":{` + fields + `,` + rest + `}}`, want},
		{"beside client", `{"result":"success",` + fields + `,` + rest + `}`, want},
		{"some inside and some beside", `{"result":"success","client":{` + fields + `},` + rest + `}`, want},
		{"both", `{"result":"success","client":{` + fields + `,` + rest + `},` + fields + `,` + rest + `}`, want},
		{"client is empty", `{"result":"success","client":[],` + fields + `,` + rest + `}`, want},
		{"without owner and users", `{"result":"success","client":{"id":1,"firstname":"A","owner_user_id":0,"users":{"user":[]},"email_preferences":[]}}`, empty},
		{"without anything else", `{"result":"success","client":{"id":1,"firstname":"A"}}`, empty},
		{"an empty phone number is none", `{"result":"success","client":{"id":1,"firstname":"A","phonenumber":"","phonenumberformatted":"+1."}}`, empty},
		{"the owner is only flagged", `{"result":"success","client":{"id":1,"firstname":"A","users":[{"id":3,"isOwner":true},{"id":4}]}}`,
			Customer{ID: 1, FirstName: "A", OwnerUserID: 3, Preferences: map[string]bool{}, Users: []ClientUser{{ID: 3, Owner: true}, {ID: 4}}}},
		{"two say that they own it", `{"result":"success","client":{"id":1,"firstname":"A","owner_user_id":4,"users":{"user":[{"id":3,"is_owner":1},{"id":4,"is_owner":1}]}}}`,
			Customer{ID: 1, FirstName: "A", OwnerUserID: 4, Preferences: map[string]bool{}, Users: []ClientUser{{ID: 3}, {ID: 4, Owner: true}}}},
		{"another client's", `{"result":"success","client":{"id":2,"firstname":"A"}}`, Unavailable},
		{"nothing", `{"result":"success","client":""}`, Unavailable},
	})
}

func TestContactsAreReadInEveryShapeSeen(t *testing.T) {
	long := strings.Repeat("é", 10_000)
	want := []Contact{{ID: 5, ClientID: 1, FirstName: "Zoé", Email: "z@example.com", Address: Address{Line1: long},
		Preferences: map[string]bool{"general": true, "invoice": false, "support": false, "product": true, "domain": true}}}
	contact := `{"id":"5","userid":"1","firstname":"Zoé","email":"z@example.com","address1":"` + long + `",
		"generalemails":"on","invoiceemails":"","supportemails":"false","productemails":1,"domainemails":"true"}`
	check(t, do("GetContacts"), []variant{
		{"wrapped", `{"result":"success","totalresults":1,"contacts":{"contact":[` + contact + `]}}`, want},
		{"wrapped, one alone", `{"result":"success","totalresults":1,"contacts":{"contact":` + contact + `}}`, want},
		{"plain", `{"result":"success","totalresults":"1","contacts":[` + contact + `]}`, want},
		{"one alone", `{"result":"success","totalresults":1,"contacts":` + contact + `}`, want},
		{"the total is not told, and every page is the same", `{"result":"success","contacts":[` + contact + `]}`, want},
		{"another client's is left out", `{"result":"success","totalresults":2,"contacts":{"contact":[{"id":6,"userid":2},` + contact + `]}}`, want},
		{"preferences as they are written", `{"result":"success","totalresults":1,"contacts":{"contact":[{"id":5,"userid":1,"email_preferences":{"invoice":"1","domain":0}}]}}`,
			[]Contact{{ID: 5, ClientID: 1, Preferences: map[string]bool{"invoice": true, "domain": false}}}},
		{"none []", `{"result":"success","totalresults":0,"contacts":[]}`, []Contact(nil)},
		{"none wrapped", `{"result":"success","totalresults":"0","contacts":{"contact":[]}}`, []Contact(nil)},
		{`none ""`, `{"result":"success","contacts":""}`, []Contact(nil)},
		{"none, missing", `{"result":"success"}`, []Contact(nil)},
		{"not told", `{"result":"success","contacts":true}`, Unavailable},
	})
}

func TestDomainsAreReadFlatAndNested(t *testing.T) {
	two := []string{"a.example", "b.example"}
	check(t, do("GetClientsDomains"), []variant{
		{"flat", `{"result":"success","totalresults":"2","domains[domain][1][domainname]":"b.example","domains[domain][0][domainname]":"a.example","domains[domain][0][id]":"4"}`, two},
		{"nested", `{"result":"success","totalresults":2,"domains":{"domain":[{"id":1,"userid":"1","domainname":"a.example"},{"id":2,"userid":1,"domainname":"b.example"}]}}`, two},
		{"plain", `{"result":"success","totalresults":2,"domains":[{"domainname":"a.example"},{"domainname":"b.example"}]}`, two},
		{"one alone", `{"result":"success","totalresults":1,"domains":{"id":1,"domain":"a.example"}}`, two[:1]},
		{"another client's is left out", `{"result":"success","totalresults":2,"domains":{"domain":[{"userid":2,"domainname":"c.example"},{"userid":1,"domainname":"a.example"}]}}`, two[:1]},
		{"flat keys that make no sense", `{"result":"success","totalresults":0,"domains[":1,"domains]":2,"domains[][x]":3,"domains[a[b]]":4,"domains[domain][99999999][id]":5,"domains[-1][id]":6}`, []string(nil)},
		{"none", `{"result":"success","totalresults":"0","domains":""}`, []string(nil)},
	})
}

func TestTheLogIsReadNewestFirst(t *testing.T) {
	c, f := client(t, says(200, `{"result":"success","activity":{"entry":[
		{"id":"3","clientId":"1","userId":"7","userid":99,"adminId":"","date":"2026-03-01 10:00:00","description":"A &amp; B\u0000","username":"Zoé","ipaddress":""},
		{"id":5,"clientId":1,"date":"0000-00-00 00:00:00"}, {"id":4,"clientId":0}, {"id":9,"clientId":2}, {"id":2}]}}`))
	got, err := c.Activity(t.Context(), 1, 10, 5)
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{{ID: 5, ClientID: 1}, {ID: 3, ClientID: 1, UserID: 7, At: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Username: "Zoé", Description: "A & B\x00"},
		{ID: 2, ClientID: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	sent := f.seen()[0]
	if sent["clientid"] != "1" || sent["limitstart"] != "10" || sent["limitnum"] != "5" {
		t.Errorf("sent %v", sent)
	}
}

func TestDatesAreOfWhmcssOwnClock(t *testing.T) {
	montreal := time.FixedZone("EST", -5*3600)
	c, _ := client(t, says(200, `{"result":"success","activity":[{"id":1,"date":"2026-03-01 10:00:00"}]}`), func(c *Config) { c.Location = montreal })
	got, err := c.Activity(t.Context(), 0, 0, 1)
	if err != nil || len(got) != 1 || !got[0].At.Equal(time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC)) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestANewContactWithoutIdMayHaveBeenAdded(t *testing.T) {
	c, _ := client(t, says(200, `{"result":"success"}`))
	_, err := c.AddContact(t.Context(), 1, Fields{"email": "a@example.com"}, nil)
	if e := errorOf(err); e == nil || e.Kind != Unavailable || !e.Unknown {
		t.Errorf("%v", err)
	}
}

// pagesOf answers GetUsers or GetContacts with n things, at most most a page.
func pagesOf(n, most int, item func(i int) string) reply {
	return func(w http.ResponseWriter, sent map[string]any) {
		var start, limit int
		if _, err := fmt.Sscan(sent["limitstart"].(string)+" "+sent["limitnum"].(string), &start, &limit); err != nil {
			panic(err)
		}
		var items []string
		for i := start; i < min(n, start+min(limit, most)); i++ {
			items = append(items, item(i))
		}
		list := "[" + strings.Join(items, ",") + "]"
		says(200, fmt.Sprintf(`{"result":"success","totalresults":%d,"users":%s,"contacts":{"contact":%s},"domains":{"domain":%s}}`, n, list, list, list))(w, sent)
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	c, f := client(t, pagesOf(260, 25, func(i int) string {
		return fmt.Sprintf(`{"id":%d,"userid":1,"email":"c%d@example.com","domainname":"d%d.example"}`, i+1, i, i)
	}))
	contacts, err := c.Contacts(t.Context(), 1)
	if err != nil || len(contacts) != 260 || contacts[259].ID != 260 {
		t.Errorf("%d contacts, %v", len(contacts), err)
	}
	domains, err := c.Domains(t.Context(), 1)
	if err != nil || len(domains) != 260 || domains[259] != "d259.example" {
		t.Errorf("%d domains, %v", len(domains), err)
	}
	if n := len(f.seen()); n != 22 {
		t.Errorf("%d calls", n)
	}
}

func TestAListThatNeverEndsIsAnErrorAndNotCut(t *testing.T) {
	for name, answer := range map[string]reply{
		"the same page again and again": says(200, `{"result":"success","totalresults":100,"contacts":{"contact":[{"id":1,"userid":1}]}}`),
		"more than there can be":        pagesOf(1<<30, pageSize, func(i int) string { return fmt.Sprintf(`{"id":%d,"userid":1}`, i+1) }),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := client(t, answer)
			if got, err := c.Contacts(t.Context(), 1); !Is(err, Unavailable) || got != nil {
				t.Errorf("%d contacts, %v", len(got), err)
			}
		})
	}
}

func TestAListThatGetsShorterWhileItIsReadIsReadAnew(t *testing.T) {
	contact := func(i int) string { return fmt.Sprintf(`{"id":%d,"userid":1}`, i+1) }
	before, after := pagesOf(60, 25, contact), pagesOf(59, 25, func(i int) string { return contact(i + 1) }) // the first was removed
	c, f := client(t, inTurn(before, after))
	got, err := c.Contacts(t.Context(), 1)
	if err != nil || len(got) != 59 || got[0].ID != 2 || got[24].ID != 26 || got[58].ID != 60 {
		t.Errorf("%d contacts, %v", len(got), err)
	}
	if n := len(f.seen()); n != 5 {
		t.Errorf("%d calls", n)
	}
	var answers []reply
	for i := range 6 {
		answers = append(answers, pagesOf(60-i, 25, contact))
	}
	c, _ = client(t, inTurn(answers...))
	if got, err := c.Contacts(t.Context(), 1); !Is(err, Unavailable) || got != nil {
		t.Errorf("it never stays: %d contacts, %v", len(got), err)
	}
}

func TestUsersByEmailAreThoseWithExactlyThatAddress(t *testing.T) {
	emails := []string{"zoe@example.com.evil.example", "Zoe@Example.com", "zoe@example.com", "zoe@example.co", "ZOE@EXAMPLE.COM ", "zoé@example.com"}
	for i := range 300 {
		emails = append(emails, fmt.Sprintf("zoe@example.com%d.example", i))
	}
	emails = append(emails, "zOe@example.com")
	c, f := client(t, pagesOf(len(emails), 100, func(i int) string { return fmt.Sprintf(`{"id":%d,"email":%q}`, i+1, emails[i]) }))
	got, err := c.UsersByEmail(t.Context(), " zoe@example.com")
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, u := range got {
		ids = append(ids, u.ID)
	}
	if diff := cmp.Diff([]int64{2, 3, 5, 307}, ids); diff != "" {
		t.Error(diff)
	}
	if sent := f.seen()[0]["search"]; sent != "zoe@example.com" {
		t.Errorf("searched %q", sent)
	}
	if _, err := c.UsersByEmail(t.Context(), " "); !Is(err, Invalid) {
		t.Errorf("no address: %v", err)
	}
}

func TestUsersByEmailAreFoundWhereWhmcsStoresThemEscaped(t *testing.T) {
	c, _ := client(t, func(w http.ResponseWriter, sent map[string]any) {
		users := `[]`
		if sent["search"] == "o&#039;brien@example.com" {
			users = `[{"id":4,"email":"O&#039;Brien@example.com"}]`
		}
		says(200, `{"result":"success","totalresults":1,"users":`+users+`}`)(w, sent)
	})
	got, err := c.UsersByEmail(t.Context(), "o'brien@example.com")
	if err != nil || !reflect.DeepEqual(got, []User{{ID: 4, Email: "O'Brien@example.com"}}) {
		t.Errorf("%v, %v", got, err)
	}
}

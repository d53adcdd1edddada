package whmcstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFormsAreReadAsPHPReadsThem(t *testing.T) {
	for body, want := range map[string]string{
		"a=1&a=2":                     `{"a":"2"}`,
		"a[b]=1&a[c]=2":               `{"a[b]":"1","a[c]":"2"}`,
		"a[]=1&a[]=2&a[7]=3&a[]=4":    `{"a[0]":"1","a[1]":"2","a[7]":"3","a[8]":"4"}`,
		"a=1&a[b]=2":                  `{"a[b]":"2"}`,
		"a[b]=1&a=2":                  `{"a":"2"}`,
		"a[b]c=1":                     `{"a[b]":"1"}`,
		"a[b=1":                       `{"a_b":"1"}`,
		"+a.b=1":                      `{"a_b":"1"}`,
		"[a]=1":                       `{"_a]":"1"}`,
		"a[b][c]=1":                   `{"a[b][c]":"1"}`,
		"a%5Bb%5D=%C3%A9+%26":         `{"a[b]":"é \u0026"}`,
		"a=%zz&b&=c":                  `{"a":"%zz","b":""}`,
		"email=a%26permissions%3Dall": `{"email":"a\u0026permissions=all"}`,
	} {
		got, err := json.Marshal(decodeForm(body).flat())
		if err != nil || string(got) != want {
			t.Errorf("%s: want %s, got %s %v", body, want, got, err)
		}
	}
	if f := decodeForm("a[b]=1&n=12x&no=0&yes=false"); f.text("a") != "Array" || f.number("n") != 12 || f.truth("no") || !f.truth("yes") {
		t.Errorf("%v", f.flat())
	}
}

func FuzzForms(f *testing.F) {
	f.Add("a[b][]=1&a=2&[=3&a[[]]=%5b&.=")
	f.Fuzz(func(t *testing.T, body string) {
		decodeForm(body).flat()
		text := decodeForm(params("text", body, "other", 1).Encode())
		if text.text("text") != body || text.text("other") != "1" || len(text.names) != 2 {
			t.Errorf("%q became %q", body, text.flat())
		}
	})
}

func TestWhoMayCall(t *testing.T) {
	const ok = ""
	for name, c := range map[string]struct {
		cfg     Config
		body    string
		message string
	}{
		"the right credential":                 {Config{}, credential, ok},
		"a wrong secret":                       {Config{Secret: "other"}, credential, "Invalid or missing credentials"},
		"no credential":                        {Config{}, "", "Invalid or missing credentials"},
		"an address that is not on the list":   {Config{AllowedIPs: []string{"203.0.113.7"}}, credential, "Invalid IP 127.0.0.1"},
		"an address that is on it":             {Config{AllowedIPs: []string{"127.0.0.1"}}, credential, ok},
		"the access key instead of an address": {Config{AllowedIPs: []string{"203.0.113.7"}, AccessKey: "key"}, credential + "accesskey=key&", ok},
		"a wrong access key":                   {Config{AllowedIPs: []string{"203.0.113.7"}, AccessKey: "key"}, credential + "accesskey=no&", "Invalid IP 127.0.0.1"},
		"a role without the action":            {Config{Role: []string{"GetContacts"}}, credential, `Invalid Permissions: API action "getusers" is not allowed`},
		"a role with the action":               {Config{Role: []string{"GetUsers"}}, credential, ok},
	} {
		status, reply, err := start(t, c.cfg).post(c.body + "action=GetUsers")
		var o struct{ Result, Message string }
		if err != nil || json.Unmarshal([]byte(reply), &o) != nil {
			t.Fatal(name, err, reply)
		}
		want := http.StatusForbidden
		if c.message == ok {
			want = http.StatusOK
		}
		if status != want || o.Message != c.message {
			t.Errorf("%s: %d %s", name, status, reply)
		}
	}
}

func TestARoleLosesAnAction(t *testing.T) {
	b := start(t, Config{})
	b.Forbid("UpdateClient")
	if o := b.ask("UpdateClient", "clientid", 1); !strings.Contains(fmt.Sprint(o["message"]), `"updateclient" is not allowed`) {
		t.Error(o)
	}
	b.done("GetUsers")
	b.AllowAll()
	if o := b.ask("UpdateClient", "clientid", 1); o["message"] != "Client ID Not Found" {
		t.Error(o)
	}
}

func TestEachVariantOfTheShape(t *testing.T) {
	const members = "GetUserPermissions"
	for name, c := range map[string]struct {
		shape  Shape
		action string
		params []any
		want   string
	}{
		"as documented":           {Shape{}, "GetUsers", []any{"search", "sam"}, `"clients":[{"id":1,"isOwner":false}]`},
		"ids as text":             {Shape{IDs: NumbersText}, "GetUsers", []any{"search", "sam"}, `"clients":[{"id":"1","isOwner":false}]`},
		"ids as numbers":          {Shape{IDs: NumbersPlain}, "UpdateContact", []any{"contactid", 1}, `"contactid":1}`},
		"booleans as numbers":     {Shape{Booleans: BooleansNumber}, "GetUsers", []any{"search", "sam"}, `"isOwner":0}`},
		"booleans as digits":      {Shape{Booleans: BooleansDigit}, "GetUsers", []any{"search", "marie"}, `"isOwner":"1"}`},
		"booleans as on":          {Shape{Booleans: BooleansOn}, "GetContacts", nil, `"domainemails":"on","generalemails":""`},
		"booleans missing":        {Shape{Booleans: BooleansMissing}, "GetUsers", []any{"search", "sam"}, `[{"id":1}]`},
		"plain lists":             {Shape{Lists: ListsPlain}, "GetContacts", nil, `"contacts":[{"id":1`},
		"wrapped lists":           {Shape{Lists: ListsWrapped}, "GetUsers", nil, `"users":{"user":[{"id":1`},
		"numbered lists":          {Shape{Lists: ListsNumbered}, "GetContacts", nil, `"contacts":{"contact":{"0":{"id":1`},
		"one thing without list":  {Shape{Lists: ListsSingle}, "GetContacts", nil, `"contacts":{"contact":{"id":1`},
		"an empty list":           {Shape{}, "GetContacts", []any{"userid", 9}, `"contacts":{"contact":[]}}`},
		"an empty list as a list": {Shape{Empty: EmptyList}, "GetContacts", []any{"userid", 9}, `"contacts":[]}`},
		"as a text":               {Shape{Empty: EmptyText}, "GetContacts", []any{"userid", 9}, `"contacts":""}`},
		"as an object":            {Shape{Empty: EmptyObject}, "GetContacts", []any{"userid", 9}, `"contacts":{}}`},
		"as nothing":              {Shape{Empty: EmptyMissing}, "GetContacts", []any{"userid", 9}, `"numreturned":0}`},
		"permissions wrapped":     {Shape{}, members, []any{"user_id", 2, "client_id", 1}, `"permissions":{"permission":["invoices"]}}`},
		"permissions plain":       {Shape{Permissions: PermissionsPlain}, members, []any{"user_id", 2, "client_id", 1}, `"permissions":["invoices"]}`},
		"permissions with commas": {Shape{Permissions: PermissionsComma}, members, []any{"user_id", 1, "client_id", 1}, `"permissions":"profile,contacts,`},
		"permissions not told":    {Shape{Permissions: PermissionsNotTold}, members, []any{"user_id", 2, "client_id", 1}, `{"result":"success"}`},
		"permissions with owner":  {Shape{OwnerKey: "owner"}, members, []any{"user_id", 1, "client_id", 1}, `,"owner":true}`},
		"permissions and isOwner": {Shape{OwnerKey: "isOwner"}, members, []any{"user_id", 2, "client_id", 1}, `,"isOwner":false}`},
		"the list's status":       {Shape{}, "GetPermissionsList", nil, `{"status":"success",`},
		"the list's result":       {Shape{Result: true}, "GetPermissionsList", nil, `{"result":"success",`},
		"flat domains":            {Shape{FlatDomains: true}, "GetClientsDomains", nil, `"domains[domain][1][domainname]":"traiteur.example"`},
		"letters beyond ASCII":    {Shape{}, "GetClientsDetails", []any{"clientid", 1}, `"city":"Qu\u00e9bec"`},
		"HTML entities":           {Shape{Entities: true}, "GetUsers", []any{"search", "O'"}, `"lastname":"O\u0026#039;Neill"`},
		"a byte order mark":       {Shape{Before: BeforeBOM}, "WhmcsDetails", nil, "\ufeff{"},
		"a warning":               {Shape{Before: BeforeWarning}, "WhmcsDetails", nil, "on line <b>42</b><br />\n{"},
	} {
		b := start(t, Config{Shape: c.shape})
		office(b)
		b.AddUser(User{LastName: "O'Neill", Email: "js@oneill.example"})
		if raw := b.raw(c.action, c.params...); !strings.Contains(raw, c.want) {
			t.Errorf("%s: no %s in %s", name, c.want, raw)
		}
	}
}

func TestMixedShapesAreJSONAndTheSameForASeed(t *testing.T) {
	different := map[string]bool{}
	for seed := range uint64(40) {
		var two [2]string
		for i := range two {
			b := start(t, Config{Shape: Shape{Mixed: seed + 1}})
			b.AddUser(User{FirstName: "Ève & \"Fils\"", Email: "eve@clinique.example"})
			b.AddClient(Client{OwnerID: 1, UUID: "u"})
			for _, action := range []string{"GetUsers", "GetContacts", "GetPermissionsList"} {
				var o map[string]any
				raw := b.raw(action)
				if err := json.Unmarshal([]byte(raw), &o); err != nil {
					t.Fatal(raw, err)
				}
				two[i] += raw
			}
		}
		if two[0] != two[1] {
			t.Errorf("seed %d: %s and %s", seed, two[0], two[1])
		}
		different[two[0]] = true
	}
	if len(different) < 30 {
		t.Errorf("only %d different shapes", len(different))
	}
}

func TestTrouble(t *testing.T) {
	for fault, want := range map[Fault]struct {
		status int
		reply  string
		done   bool
		broken bool
	}{
		Down:        {broken: true},
		NoAnswer:    {broken: true, done: true},
		Cut:         {broken: true, done: true, status: 200, reply: `{"result":`},
		Page:        {status: 200, reply: "Down for Maintenance"},
		ServerError: {status: 500, reply: "Oops!"},
		Refusal:     {status: 200, reply: `{"result":"error","message":"Nope"}`},
	} {
		b := start(t, Config{})
		_, _, _, contact := office(b)
		b.Trouble(Trouble{Actions: []string{"DeleteContact"}, Times: 1, Fault: fault, Message: "Nope"})
		b.done("GetContacts")
		status, reply, err := b.post(credential + fmt.Sprint("action=DeleteContact&contactid=", contact.ID))
		if status != want.status || !strings.Contains(reply, want.reply) || (err != nil) != want.broken {
			t.Errorf("%s: %d %q %v", fault, status, reply, err)
		}
		if gone := len(b.Contacts(1)) == 0; gone != want.done || len(b.Writes("DeleteContact")) == 1 != want.done {
			t.Errorf("%s: done %v, writes %v", fault, gone, b.Writes())
		}
		if o := b.ask("DeleteContact", "contactid", contact.ID); want.done == (o["result"] == "success") {
			t.Errorf("%s, and then: %v", fault, o)
		}
	}
}

func TestTroubleOfTheThirdCallOnly(t *testing.T) {
	b := start(t, Config{})
	over := b.Trouble(Trouble{After: 2, Times: 1, Fault: Page})
	b.done("WhmcsDetails")
	b.done("WhmcsDetails")
	if raw := b.raw("WhmcsDetails"); !strings.HasPrefix(raw, "<!DOCTYPE") {
		t.Error(raw)
	}
	b.done("WhmcsDetails")
	over()
	forever := b.Trouble(Trouble{Fault: ServerError, Done: true})
	b.raw("WhmcsDetails")
	forever()
	b.done("WhmcsDetails")
	if calls := b.Calls("whmcsdetails"); len(calls) != 6 || calls[4].Fault != ServerError || !calls[4].Done || b.Count()["WhmcsDetails"] != 6 {
		t.Error(calls)
	}
}

func TestACallWhoseCallerHasGoneIsDone(t *testing.T) {
	b := start(t, Config{})
	_, _, _, contact := office(b)
	never, arrived := make(chan struct{}), make(chan struct{})
	b.Trouble(Trouble{Actions: []string{"DeleteContact"}, Then: func() { close(arrived) }, Wait: never})
	ctx, leave := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url+"/includes/api.php",
		strings.NewReader(credential+fmt.Sprint("action=DeleteContact&contactid=", contact.ID)))
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	asking.Go(func() {
		if res, err := http.DefaultClient.Do(r); err == nil {
			res.Body.Close()
			t.Error("an answer came")
		}
	})
	<-arrived
	leave()
	asking.Wait()
	b.server.Close() // waits until all calls have ended
	if len(b.Contacts(1)) != 0 {
		t.Error("the contact is still there")
	}
}

func TestCallsAreKeptWithoutTheCredential(t *testing.T) {
	b := start(t, Config{})
	c, _, _, _ := office(b)
	b.done("AddContact", "clientid", c.ID, "firstname", "Une", "email_preferences[invoice]", 1)
	calls := b.Writes()
	if len(calls) != 1 || calls[0].Action != "AddContact" || calls[0].Params["email_preferences[invoice]"] != "1" || calls[0].From != "127.0.0.1" {
		t.Fatalf("%+v", calls)
	}
	if s := fmt.Sprint(calls[0].Params); strings.Contains(s, "secret") || strings.Contains(s, "identifier") {
		t.Error(s)
	}
	b.done("UpdateClient", "clientid", c.ID, "city", "Lévis")
	if again := b.Twice(); len(again) != 0 {
		t.Errorf("%+v", again)
	}
	b.done("UpdateClient", "clientid", c.ID, "city", "Lévis")
	if again := b.Twice(); len(again) != 1 || again[0].Action != "UpdateClient" {
		t.Errorf("%+v", again)
	}
	b.Forget()
	if len(b.Calls()) != 0 {
		t.Error(b.Calls())
	}
}

func TestUsersAreFoundByThePrefixAndInPages(t *testing.T) {
	b := start(t, Config{})
	for i := range 60 {
		b.AddUser(User{FirstName: "Membre", LastName: fmt.Sprint("N", i), Email: fmt.Sprintf("membre%d@coop.example", i)})
	}
	b.AddUser(User{Email: "marie@coop.example"})
	if o := b.ask("GetUsers", "search", "MEMBRE5"); o["totalresults"] != 11.0 {
		t.Error(o)
	}
	if o := b.ask("GetUsers", "search", "coop"); o["totalresults"] != 0.0 {
		t.Error(o)
	}
	if o := b.ask("GetUsers", "search", "membre n3"); o["totalresults"] != 11.0 {
		t.Error(o)
	}
	o := b.ask("GetUsers", "limitstart", 50)
	users := o["users"].([]any)
	if len(users) != 11 || o["totalresults"] != 61.0 || o["startnumber"] != 50.0 || users[0].(map[string]any)["email"] != "membre50@coop.example" {
		t.Error(o)
	}
	if o := b.ask("GetUsers"); len(o["users"].([]any)) != 25 {
		t.Error(o)
	}
}

func TestTheLastReaderOfDomainMail(t *testing.T) {
	b := start(t, Config{})
	c, _, _, contact := office(b)
	const domain = "email_preferences[domain]"
	if o := b.ask("UpdateContact", "contactid", contact.ID, domain, 0, "firstname", "Autre"); o["result"] != "error" || b.Contacts(c.ID)[0].FirstName != "Soutien" {
		t.Error(o)
	}
	b.done("UpdateClient", "clientid", c.ID, domain, 1)
	b.done("UpdateContact", "contactid", contact.ID, domain, 0)
	if o := b.ask("UpdateClient", "clientid", c.ID, domain, ""); o["result"] != "error" {
		t.Error(o)
	}
	b.done("UpdateClient", "clientid", c.ID, domain, "false") // which is true to PHP
	if got, _ := b.Client(c.ID); !got.Preferences["domain"] {
		t.Error(got)
	}
}

func TestPermissionsAreReplacedAndAccessIsTaken(t *testing.T) {
	b := start(t, Config{})
	c, owner, sam, _ := office(b)
	b.done("UpdateUserPermissions", "user_id", sam.ID, "client_id", c.ID, "permissions", "emails, quotes,nothing")
	if p, _ := b.Permissions(sam.ID, c.ID); !slices.Equal(p, []string{"quotes", "emails"}) {
		t.Error(p)
	}
	b.done("DeleteUserClient", "user_id", sam.ID, "client_id", c.ID)
	if users := b.UsersOf(c.ID); len(users) != 1 || users[0].ID != owner.ID {
		t.Error(users)
	}
	if _, there := b.User(sam.ID); !there {
		t.Error("the user is gone altogether")
	}
}

func TestAnInvitationIsAccepted(t *testing.T) {
	b := start(t, Config{})
	c, _, sam, _ := office(b)
	invite := func(email string) {
		b.done("CreateClientInvite", "client_id", c.ID, "email", email, "permissions", "domains")
	}
	invite("noe@studio.example")
	if m := b.Mails("Noe@studio.example"); len(m) != 1 || !strings.HasPrefix(m[0].Link, "/invite/") {
		t.Error(m)
	}
	noe, err := b.Accept("noe@studio.example")
	if p, member := b.Permissions(noe.ID, c.ID); err != nil || !member || !slices.Equal(p, []string{"domains"}) {
		t.Error(noe, p, err)
	}
	if _, err := b.Accept("noe@studio.example"); !errors.Is(err, ErrNoInvite) {
		t.Error("accepted twice:", err)
	}

	invite("old@studio.example")
	if u, err := b.AcceptAs("old@studio.example", User{FirstName: "Autre", Email: "new@studio.example"}); err != nil || u.Email != "new@studio.example" {
		t.Error(u, err)
	}
	if _, there := b.UserByEmail("old@studio.example"); there {
		t.Error("the invited address has a user too")
	}

	b.Unlink(sam.ID, c.ID)
	invite(sam.Email)
	if u, err := b.Accept(sam.Email); err != nil || u.ID != sam.ID {
		t.Error("somebody known became somebody else:", u, err)
	}

	invite("late@studio.example")
	b.now = b.now.Add(InviteValidity)
	if _, err := b.Accept("late@studio.example"); !errors.Is(err, ErrInviteExpired) {
		t.Error(err)
	}
}

func TestTheActivityLogSaysWhatWasDoneByWhom(t *testing.T) {
	b := start(t, Config{})
	c, _, sam, _ := office(b)
	b.done("UpdateUserPermissions", "user_id", sam.ID, "client_id", c.ID, "permissions", "emails")
	b.now = b.now.Add(time.Minute)
	b.EditClient(c.ID, func(c *Client) { c.Company = "Chez Marcel et filles" })
	b.Silently(func() { b.EditClient(c.ID, func(c *Client) { c.Email = "autre@chezmarcel.example" }) })
	o := b.ask("GetActivityLog", "clientid", c.ID, "limitnum", 2)
	entries := o["activity"].(map[string]any)["entry"].([]any)
	newest, older := entries[0].(map[string]any), entries[1].(map[string]any)
	if newest["username"] != Admin || newest["date"] != "2026-01-15 09:01:00" || newest["clientId"] != 1.0 {
		t.Error(newest)
	}
	if older["username"] != APIAdmin || older["userId"] != 0.0 || older["adminId"] != 2.0 || !strings.Contains(older["description"].(string), "emails") {
		t.Error(older)
	}
}

func TestMadeUpPeople(t *testing.T) {
	w := New(Config{})
	Sample(w)
	sam, _ := w.UserByEmail(AccountantEmail)
	if n := len(w.ClientsOf(sam.ID)); n != 40 {
		t.Errorf("the accountant reaches %d accounts", n)
	}
	bakery, ok := w.ClientNamed(Bakery)
	if !ok || len(w.UsersOf(bakery.ID)) != 3 || len(w.Contacts(bakery.ID)) != 4 || len(w.Invites(bakery.ID)) != 1 || len(w.Domains(bakery.ID)) != 3 || bakery.Preferences["domain"] {
		t.Errorf("the bakery: %+v", bakery)
	}
	if c, ok := w.ClientNamed(Ownerless); !ok || c.OwnerID != 0 || len(w.UsersOf(c.ID)) != 1 {
		t.Errorf("without owner: %+v", c)
	}
	if u, ok := w.UserByEmail(NamelessEmail); !ok || u.Name() != "" || len(w.ClientsOf(u.ID)) != 1 {
		t.Errorf("without name: %+v", u)
	}
	small, _ := w.UserByEmail(SmallCaseEmail)
	large, _ := w.UserByEmail(LargeCaseEmail)
	if small.ID == 0 || large.ID == 0 || small.ID == large.ID || !strings.EqualFold(small.Email, large.Email) {
		t.Errorf("%+v, %+v", small, large)
	}
	long, _ := w.ClientNamed(LongAddress)
	if c := w.Contacts(long.ID); len(c) != 1 || len(c[0].Address.Line1) != 10_000 {
		t.Error("no long address")
	}
	for _, c := range w.ClientsOf(sam.ID) {
		for _, k := range w.Contacts(c.ID) {
			if w.contactTaken(c.ID, k.Email, k.ID) {
				t.Errorf("%s has two contacts %s", c.Name(), k.Email)
			}
		}
	}
	everywhere, owners := Bulk(w, 10, 9)
	alex, _ := w.UserByEmail(everywhere)
	if len(owners) != 10 || len(w.ClientsOf(alex.ID)) != 10 {
		t.Errorf("%d owners", len(owners))
	}
}

func TestManyAtOnce(t *testing.T) {
	b := start(t, Config{Shape: Shape{Mixed: 1}})
	office(b)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 10 {
				b.raw("GetUsers")
				b.raw("UpdateClient", "clientid", 1, "city", i)
				b.AddUser(User{Email: "x@y.example"})
				b.Calls()
			}
		})
	}
	all.Wait()
	if n := b.Count(); n["GetUsers"] != 80 || len(b.Writes("UpdateClient")) != 80 || b.Busiest() > 8 {
		t.Error(n)
	}
}

func TestItListensOnThisComputerOnly(t *testing.T) {
	if s, err := Serve(context.Background(), "0.0.0.0:0", New(Config{})); !errors.Is(err, ErrNotLoopback) {
		t.Error(s, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := Serve(ctx, "127.0.0.1:0", New(Config{Path: "/clients"}))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(s.URL+"/includes/api.php", "application/x-www-form-urlencoded", strings.NewReader(credential+"action=WhmcsDetails"))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Error(res, err)
	}
	res.Body.Close()
	stop()
	<-s.done
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

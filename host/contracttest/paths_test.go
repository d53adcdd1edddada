package contracttest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"concierge/client/api"
	"concierge/host/hosttest"
	"concierge/host/server"
)

func query(s string) string { return url.QueryEscape(s) }

// operations are the paths of the contract by their names: "GET /v1/accounts/{accountId}".
func operations(t testing.TB) map[string]string {
	t.Helper()
	doc, err := server.OpenAPI(true)
	must(t, err)
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	must(t, json.Unmarshal(doc, &spec))
	all := map[string]string{}
	for path, methods := range spec.Paths {
		for method, op := range methods {
			all[op.OperationID] = strings.ToUpper(method) + " " + path
		}
	}
	return all
}

// scene is an account with one of each thing in it: the bakery.
type scene struct {
	owner                                              caller
	account, user, sam, contact, spare, invitation, me string // paths
	challenge                                          string // one of the owner's, open
}

const guest = "odile@comptoir.example"

// set makes a scene.
func set(w *world) scene {
	w.Helper()
	o := w.as(marie)
	s := scene{owner: o, account: o.account(bakery), me: "/v1/me"}
	s.user, _ = o.user(s.account, lea)
	s.sam, _ = o.user(s.account, sam)
	s.contact = o.contact(s.account, "Renée", "renee@chezmarcel.example", "domain", "invoice")
	s.spare = o.contact(s.account, "Paul", "paul@chezmarcel.example", "domain")
	s.invitation = s.account + "/invitations/" + hosttest.Into[api.Invitation](o.invite(s.account, guest, "invoices", "quotes"), 201).ID
	s.challenge = "/v1/challenges/none"
	if a := o.post(s.account+"/invitations", api.NewInvitation{Email: "another@comptoir.example", Permissions: []string{"quotes"}}); a.Status == http.StatusForbidden {
		s.challenge = "/v1/challenges/" + a.Refused(api.ProblemStepUp).Challenge.ID
	}
	return s
}

// operation is a path as somebody calls it in a scene.
type operation struct {
	path    func(s scene) string
	body    any
	feature func(f api.Features) api.Feature // that the host must have; nil for none
	needs   string                           // "" signed in, "member", "owner", or a permission that does as well as owning
}

func at(path string) func(scene) string { return func(scene) string { return path } }

// every is each operation of the contract, by its id, done with the right body.
var every = map[string]operation{
	"getHost":  {path: at("/v1/host"), needs: "nothing"},
	"getMe":    {path: at("/v1/me")},
	"updateMe": {path: at("/v1/me"), body: api.MePatch{FirstName: ptr("Camille")}},
	"changeLoginEmail": {path: at("/v1/me/email"), body: api.NewEmail{Email: "nouvelle@chezmarcel.example"},
		feature: func(f api.Features) api.Feature { return f.ChangeLoginEmail }},
	"resetPassword": {path: at("/v1/me/password-reset"),
		feature: func(f api.Features) api.Feature { return f.PasswordReset }},
	"listAccounts": {path: at("/v1/accounts")},
	"listChanges":  {path: at("/v1/changes")},

	"getSnapshot":   {path: func(s scene) string { return s.account + "/snapshot" }, needs: "member"},
	"getAccount":    {path: func(s scene) string { return s.account }, needs: "member"},
	"updateAccount": {path: func(s scene) string { return s.account }, body: api.AccountPatch{Company: ptr("Chez Marcel et Filles")}, needs: "profile"},
	"listActivity": {path: func(s scene) string { return s.account + "/activity" }, needs: "owner",
		feature: func(f api.Features) api.Feature { return f.Activity }},

	"listUsers": {path: func(s scene) string { return s.account + "/users" }, needs: "owner"},
	"getUser":   {path: func(s scene) string { return s.user }, needs: "owner"},
	"setUserPermissions": {path: func(s scene) string { return s.sam + "/permissions" },
		body: api.PermissionSet{Permissions: []string{"tickets"}}, needs: "owner"},
	"removeUser": {path: func(s scene) string { return s.sam }, needs: "owner"},

	"listInvitations": {path: func(s scene) string { return s.account + "/invitations" }, needs: "owner",
		feature: func(f api.Features) api.Feature { return f.ListInvitations }},
	"invite": {path: func(s scene) string { return s.account + "/invitations" },
		body: api.NewInvitation{Email: "autre@comptoir.example", Permissions: []string{"emails"}}, needs: "owner"},
	"getInvitation": {path: func(s scene) string { return s.invitation }, needs: "owner",
		feature: func(f api.Features) api.Feature { return f.ListInvitations }},
	"setInvitationPermissions": {path: func(s scene) string { return s.invitation }, body: api.PermissionSet{Permissions: []string{"tickets"}}, needs: "owner",
		feature: func(f api.Features) api.Feature { return f.EditInvitation }},
	"resendInvitation": {path: func(s scene) string { return s.invitation + "/resend" }, needs: "owner",
		feature: func(f api.Features) api.Feature { return f.ResendInvitation }},
	"cancelInvitation": {path: func(s scene) string { return s.invitation }, needs: "owner",
		feature: func(f api.Features) api.Feature { return f.CancelInvitation }},

	"listContacts": {path: func(s scene) string { return s.account + "/contacts" }, needs: "contacts"},
	"addContact": {path: func(s scene) string { return s.account + "/contacts" },
		body: api.NewContact{FirstName: "Une", Email: "une@chezmarcel.example"}, needs: "contacts"},
	"getContact":    {path: func(s scene) string { return s.contact }, needs: "contacts"},
	"updateContact": {path: func(s scene) string { return s.contact }, body: api.ContactPatch{LastName: ptr("Simard")}, needs: "contacts"},
	"deleteContact": {path: func(s scene) string { return s.contact }, needs: "contacts"},

	// Answering a challenge is done by proven, and refused to others in its own test.
	"answerChallenge": {path: func(s scene) string { return s.challenge }, body: typed("00000"), needs: "nobody"},
}

// method is how an operation is called.
func method(operations map[string]string, id string) string {
	m, _, _ := strings.Cut(operations[id], " ")
	return m
}

func TestEveryPathOfTheContractIsInTheSuite(t *testing.T) {
	known := operations(t)
	for id, path := range known {
		if _, has := every[id]; !has {
			t.Errorf("%s (%s) is called by no test", id, path)
		}
	}
	for id := range every {
		if known[id] == "" {
			t.Errorf("%s is not in the contract", id)
		}
	}
}

// TestEveryPathIsDoneForWhoMay calls each operation as the owner, the reading ones first.
func TestEveryPathIsDoneForWhoMay(t *testing.T) {
	known := operations(t)
	everywhere(t, func(w *world) {
		s, f := set(w), w.features()
		reads := []string{"getHost", "getMe", "listAccounts", "listChanges", "getSnapshot", "getAccount", "listActivity", "listUsers", "getUser",
			"listInvitations", "getInvitation", "listContacts", "getContact"}
		writes := []string{"updateMe", "updateAccount", "setUserPermissions", "setInvitationPermissions", "resendInvitation", "cancelInvitation", "invite",
			"addContact", "updateContact", "deleteContact", "removeUser", "changeLoginEmail", "resetPassword"}
		if len(reads)+len(writes)+1 != len(every) { // and answerChallenge
			w.Errorf("%d of %d operations", len(reads)+len(writes)+1, len(every))
		}
		for _, id := range append(reads, writes...) {
			op, m := every[id], method(known, id)
			to := marie
			if id == "changeLoginEmail" {
				to = "nouvelle@chezmarcel.example" // who is to sign in with an address proves that it is theirs
			}
			a := s.owner.proven(m, op.path(s), op.body, to)
			switch {
			case op.feature != nil && !can(a, op.feature(f)):
			case !a.Done():
				w.Errorf("%s: %s", id, a)
			case m == http.MethodDelete:
				s.owner.get(op.path(s)).Refused(api.ProblemNotFound)
			}
		}
	})
}

func TestARoleReachesWhatItMayAndNothingElse(t *testing.T) {
	known := operations(t)
	type role struct {
		name string
		may  map[string]bool // of needs
		not  string          // the problem for the rest
	}
	roles := []role{
		{"contacts", map[string]bool{"": true, "member": true, "contacts": true}, ""},
		{"profile", map[string]bool{"": true, "member": true, "profile": true}, ""},
		{"products", map[string]bool{"": true, "member": true}, ""},
		{"a stranger", map[string]bool{"": true}, api.ProblemNotFound},
		{"nobody", map[string]bool{}, api.ProblemUnauthenticated},
	}
	everywhere(t, func(w *world) {
		s := set(w)
		for _, r := range roles {
			who := w.as(lea)
			switch r.name {
			case "a stranger":
				who = w.as(eve)
			case "nobody":
				who = w.nobody()
			default:
				s.owner.give(s.account, lea, r.name)
			}
			before := s.owner.get(s.account + "/snapshot")
			for id, op := range every {
				if op.needs == "nothing" || op.needs == "nobody" || r.may[op.needs] && id != "getMe" && id != "listAccounts" && id != "getAccount" && id != "listContacts" {
					continue // what they may is read below, and done elsewhere
				}
				a := who.call(method(known, id), op.path(s), op.body, "If-Match", `"whatever"`)
				switch {
				case r.may[op.needs]:
					if !a.Done() {
						w.Errorf("%s: %s", r.name, a)
					}
				case r.not != "":
					a.Refused(r.not)
				case op.needs == "owner":
					a.Is(403).Refused(api.ProblemOwnerOnly)
				default:
					if p := a.Is(403).Refused(api.ProblemForbidden); p.Permission != op.needs {
						w.Errorf("%s: the missing permission is %q", a, p.Permission)
					}
				}
			}
			if after := s.owner.get(s.account + "/snapshot"); after.ETag() != before.ETag() {
				w.Errorf("%s changed something", r.name)
			}
			if !r.may["member"] {
				continue
			}
			seen := who.snapshot(s.account)
			if seen.Users != nil || seen.Invitations != nil || (seen.Contacts != nil) != (r.name == "contacts") || (seen.Account.Email != "") != (r.name == "profile") ||
				seen.Me.Role != api.RoleUser || len(seen.Me.Permissions) != 1 || seen.Account.Name != bakery || seen.Account.Domains != nil {
				w.Errorf("%s sees %+v", r.name, seen)
			}
		}
		// And they can do it.
		s.owner.give(s.account, lea, "contacts")
		l := w.as(lea)
		l.call("PATCH", s.contact, api.ContactPatch{LastName: ptr("Simard")}).Is(200)
		l.call("DELETE", s.contact, nil).Is(204)
		s.owner.give(s.account, lea, "profile")
		l.call("PATCH", s.account, api.AccountPatch{Phone: ptr("+14185550123")}).Is(200)
	})
}

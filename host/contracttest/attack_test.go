package contracttest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"concierge/client/api"
	"concierge/host/hosttest"
)

// untouched fails when what a caller sees of an account becomes another thing than it is now.
func (c caller) untouched(account string) (still func(what string)) {
	c.Helper()
	before := c.get(account + "/snapshot").ETag()
	return func(what string) {
		c.Helper()
		if now := c.get(account + "/snapshot").ETag(); now != before || now == "" {
			c.Errorf("%s changed %s", what, account)
		}
	}
}

// sent are the names of the parameters of all that was written to WHMCS; none where there is no WHMCS.
func (w *world) sent() []string {
	g, is := w.host.(*gatewayHost)
	if !is {
		return nil
	}
	names := map[string]bool{}
	for _, c := range g.whmcs.Calls() {
		for name := range c.Params {
			if c.Write {
				names[c.Action+" "+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// wrote is how often anything was written to WHMCS.
func (w *world) wrote() int {
	if g, is := w.host.(*gatewayHost); is {
		return len(g.whmcs.Writes())
	}
	return 0
}

// plain is a problem without what differs from call to call.
func plain(a hosttest.Answer) string {
	a.Helper()
	p := a.Problem()
	p.RequestID = ""
	b, err := json.Marshal(p)
	must(a, err)
	return string(b)
}

// TestAnotherCustomersAccountIsNotThere: whoever asks learns nothing, not even whether there is one.
func TestAnotherCustomersAccountIsNotThere(t *testing.T) {
	known := operations(t)
	everywhere(t, func(w *world) {
		s, e := set(w), w.as(eve)
		theirs := e.account(garden)
		users := hosttest.Into[api.UserList](e.get(theirs+"/users"), 200).Users
		contact := e.contact(theirs, "Ève", "eve2@clinique.example", "domain")
		still, stillMine := e.untouched(theirs), s.owner.untouched(s.account)
		writes := w.wrote()

		swap := scene{owner: s.owner, account: theirs, user: theirs + "/users/" + users[0].ID, sam: theirs + "/users/" + users[0].ID, contact: contact,
			invitation: theirs + strings.TrimPrefix(s.invitation, s.account)}
		nowhere := scene{account: "/v1/accounts/99999999", user: "/v1/accounts/99999999/users/1", sam: "/v1/accounts/99999999/users/1",
			contact: "/v1/accounts/99999999/contacts/1", invitation: "/v1/accounts/99999999/invitations/1"}
		for id, op := range every {
			if !strings.Contains(known[id], "{accountId}") {
				continue
			}
			m := method(known, id)
			got := s.owner.call(m, op.path(swap), op.body, "If-Match", `"x"`)
			none := s.owner.call(m, op.path(nowhere), op.body, "If-Match", `"x"`)
			if got.Refused(api.ProblemNotFound); plain(got) != plain(none) {
				w.Errorf("%s tells that there is one: %s, and of none %s", id, got, none)
			}
			// Whatever is wrong with the rest of the call.
			s.owner.call(m, op.path(swap), `{`, "If-Match", "", api.HeaderIdempotencyKey, "").Refused(api.ProblemNotFound)
		}
		still("a stranger")
		stillMine("the stranger's own mistake")
		if w.wrote() != writes {
			w.Errorf("%d writes reached WHMCS", w.wrote()-writes)
		}
		for _, a := range s.owner.accounts() {
			if a.Name != bakery {
				w.Errorf("listed is %+v", a)
			}
		}
	})
}

// TestWhatIsInAnotherAccountIsNotInThisOne: ids of users, contacts and invitations count within their account only. WHMCS's
// own actions would take any.
func TestWhatIsInAnotherAccountIsNotInThisOne(t *testing.T) {
	everywhere(t, func(w *world) {
		s, e := set(w), w.as(eve)
		theirs := e.account(garden)
		id := func(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
		contact := id(e.contact(theirs, "Ève", "eve2@clinique.example", "domain"))
		invitation := hosttest.Into[api.Invitation](e.invite(theirs, "invitee@clinique.example", "emails"), 201).ID
		owner := hosttest.Into[api.UserList](e.get(theirs+"/users"), 200).Users[0].ID
		still, stillMine, writes := e.untouched(theirs), s.owner.untouched(s.account), w.wrote()
		tag := e.get(theirs + "/contacts/" + contact).ETag() // whoever has seen it somewhere
		for _, c := range []struct {
			method, path string
			body         any
		}{
			{"GET", "/contacts/" + contact, nil}, {"PATCH", "/contacts/" + contact, api.ContactPatch{Email: ptr("marie@evil.example")}}, {"DELETE", "/contacts/" + contact, nil},
			{"GET", "/users/" + owner, nil}, {"PUT", "/users/" + owner + "/permissions", api.PermissionSet{Permissions: []string{"profile"}}}, {"DELETE", "/users/" + owner, nil},
			{"GET", "/invitations/" + invitation, nil}, {"POST", "/invitations/" + invitation + "/resend", nil},
		} {
			s.owner.call(c.method, s.account+c.path, c.body, "If-Match", tag).Refused(api.ProblemNotFound)
		}
		for _, m := range []string{"PUT", "DELETE"} { // where they can be changed at all
			a := s.owner.call(m, s.account+"/invitations/"+invitation, api.PermissionSet{Permissions: []string{"emails"}}, "If-Match", tag)
			if a.Done() || a.Status >= 500 {
				w.Error(a)
			}
		}
		still("an id of it elsewhere")
		stillMine("an id of elsewhere")
		if w.wrote() != writes || w.Invitations("invitee@clinique.example") != 1 {
			w.Errorf("%d writes reached WHMCS, %d invitations", w.wrote()-writes, w.Invitations("invitee@clinique.example"))
		}
	})
}

// TestSwappedIdsInABodyAreRefused: who and what a call is about is in its path and its token, and nowhere else.
func TestSwappedIdsInABodyAreRefused(t *testing.T) {
	known := operations(t)
	everywhere(t, func(w *world) {
		s, e := set(w), w.as(eve)
		theirs := strings.TrimPrefix(e.account(garden), "/v1/accounts/")
		still, mine, writes := e.untouched("/v1/accounts/"+theirs), s.owner.untouched(s.account), w.wrote()
		for id, op := range every {
			if op.body == nil || id == "answerChallenge" {
				continue
			}
			b, err := json.Marshal(op.body)
			must(w, err)
			for _, name := range []string{"id", "accountId", "account", "account_id", "client_id", "clientid", "userid", "userId", "personId", "contactid", "etag"} {
				body := strings.TrimSuffix(string(b), "}") + `,"` + name + `":"` + theirs + `"}`
				s.owner.call(method(known, id), op.path(s), body, "If-Match", `"x"`).Wrong("/" + name + " unknown")
			}
			q := s.owner.call(method(known, id), op.path(s)+"?accountId="+theirs+"&clientid="+theirs, op.body, "If-Match", `"x"`)
			if q.Wrong("/accountId unknown", "/clientid unknown"); q.Done() {
				w.Error(q)
			}
		}
		still("an id in a body")
		mine("an id in a body")
		if w.wrote() != writes {
			w.Errorf("%d writes reached WHMCS", w.wrote()-writes)
		}
	})
}

// TestWhatIsNotForCallersIsRefused: over-posting, to the contract's privileged fields and to WHMCS's parameters.
func TestWhatIsNotForCallersIsRefused(t *testing.T) {
	known := operations(t)
	fields := []string{"role", "owner", "isOwner", "admin", "invitedBy", "sentAt", "expiresAt", "unconfirmed", "acceptUrl", "lastSignIn", "twoFactor", "domains", "revision",
		"status", "credit", "paymentmethod", "customfields", "notes", "password", "password2", "securityqid", "groupid", "currency", "taxexempt", "skipvalidation",
		"clientemail", "noemail", "generalemails", "email_preferences", "marketing_emails_opt_in", "overideduenotices", "clearcreditcard", "allow_sso", "owner_user_id",
		"send_email", "action", "identifier", "secret", "accesskey", "responsetype", "__proto__", "$set", "Email", "EMAIL", "firstname", "FirstName", "Permissions", "PERMISSIONS",
		"email ", "email\u0000", "permissions[]", "email_preferences[domain]", "address.country", ""}
	everywhere(t, func(w *world) {
		s := set(w)
		mine, writes := s.owner.untouched(s.account), w.wrote()
		for id, op := range every {
			if op.body == nil || id == "answerChallenge" {
				continue
			}
			b, err := json.Marshal(op.body)
			must(w, err)
			for _, name := range fields {
				quoted, err := json.Marshal(name)
				must(w, err)
				body := strings.TrimSuffix(string(b), "}") + `,` + string(quoted) + `:"1"}`
				a := s.owner.call(method(known, id), op.path(s), body, "If-Match", `"x"`)
				if p := a.Problem(); p.Type != api.ProblemInvalid || !slices.ContainsFunc(p.Errors, func(e api.FieldError) bool { return e.Code == api.FieldUnknown }) {
					w.Errorf("%q: %s", name, a)
				}
			}
		}
		for _, body := range []string{
			`{"address":{"line1":"","line2":"","city":"","state":"","postalCode":"","country":"CA","status":"Closed"}}`,
			`{"emailPreferences":{"domain":{"a":true}}}`, `{"emailPreferences":["domain"]}`, `{"emailPreferences":{"domain":"1"}}`, `{"company":["a","b"]}`,
			`{"company":{"$ne":""}}`, `{"company":1}`, `{"company":true}`, `[]`, `"x"`, `1`, `[{"company":"x"}]`,
		} {
			a := s.owner.call("PATCH", s.account, body)
			if a.Problem(); a.Status != 422 && a.Status != 400 {
				w.Errorf("%s: %s", body, a)
			}
		}
		mine("over-posting")
		if w.wrote() != writes {
			w.Errorf("%d writes reached WHMCS", w.wrote()-writes)
		}
	})
}

// TestProofsOfOthersAreNotTaken: entity tags, Idempotency-Keys and challenges of another person or account.
func TestProofsOfOthersAreNotTaken(t *testing.T) {
	everywhere(t, func(w *world) {
		s, other := set(w), w.as(sam)
		own := other.account(firm)
		// The tag of something like it elsewhere is the tag of another thing.
		theirs := other.contact(own, "Renée", "renee@chezmarcel.example", "domain", "invoice")
		s.owner.call("PATCH", s.contact, api.ContactPatch{LastName: ptr("X")}, "If-Match", other.get(theirs).ETag()).Is(412)
		s.owner.call("PATCH", s.account, api.AccountPatch{Company: ptr("X")}, "If-Match", other.get(own).ETag()).Is(412)
		s.owner.call("PATCH", "/v1/me", api.MePatch{FirstName: ptr("X")}, "If-Match", other.get("/v1/me").ETag()).Is(412)
		s.owner.call("DELETE", s.sam, nil, "If-Match", s.owner.get(s.user).ETag()).Is(412)
		// A tag of what somebody sees with fewer rights is not a tag of the whole.
		if a := other.get(s.account); a.ETag() == s.owner.get(s.account).ETag() {
			w.Error("who sees less has the same tag")
		}

		// A key is its owner's, for one call.
		body := api.NewContact{FirstName: "Secrète", Email: "secrete@chezmarcel.example"}
		s.owner.post(s.account+"/contacts", body, api.HeaderIdempotencyKey, "marie-1").Is(201)
		other.post(s.account+"/contacts", body, api.HeaderIdempotencyKey, "marie-1").Is(403).Refused(api.ProblemForbidden)
		if a := other.post(own+"/contacts", body, api.HeaderIdempotencyKey, "marie-1").Is(201); strings.Contains(a.Header.Get("Location"), s.account) {
			w.Errorf("answered from another's: %s", a)
		}
		firms := other.accounts()
		for _, a := range firms {
			if a.Role == api.RoleOwner && "/v1/accounts/"+a.ID != own {
				other.post("/v1/accounts/"+a.ID+"/contacts", body, api.HeaderIdempotencyKey, "marie-1").Is(422).Refused(api.ProblemIdempotencyMismatch)
			}
		}
		// An answer is not given again to who lost the right to it.
		s.owner.give(s.account, lea, "contacts")
		l := w.as(lea)
		l.post(s.account+"/contacts", api.NewContact{FirstName: "L", Email: "l@chezmarcel.example"}, api.HeaderIdempotencyKey, "lea-1").Is(201)
		s.owner.give(s.account, lea, "tickets")
		l.post(s.account+"/contacts", api.NewContact{FirstName: "L", Email: "l@chezmarcel.example"}, api.HeaderIdempotencyKey, "lea-1").Is(403)
		s.owner.call("DELETE", s.user, nil).Is(204)
		l.post(s.account+"/contacts", api.NewContact{FirstName: "L", Email: "l@chezmarcel.example"}, api.HeaderIdempotencyKey, "lea-1").Is(404)

		// A proof is of one person for one call in one account.
		invite := api.NewInvitation{Email: "proof@comptoir.example", Permissions: []string{"emails"}}
		first := s.owner.post(s.account+"/invitations", invite)
		if first.Status != http.StatusForbidden {
			return // this host asks for none
		}
		ch := first.Refused(api.ProblemStepUp).Challenge.ID
		other.post("/v1/challenges/"+ch, typed(w.Code(marie))).Refused(api.ProblemNotFound)
		s.owner.post("/v1/challenges/"+ch, typed(w.Code(marie))).Is(204)
		other.post(own+"/invitations", invite, api.HeaderChallenge, ch).Refused(api.ProblemStepUp)
		s.owner.post("/v1/me/email", api.NewEmail{Email: "proof@comptoir.example"}, api.HeaderChallenge, ch).Refused(api.ProblemStepUp)
		s.owner.proven("PATCH", s.account, api.AccountPatch{Email: ptr("proof@comptoir.example")}, "proof@comptoir.example", api.HeaderChallenge, ch)
		s.owner.give(s.account, sam, "profile")
		next := api.AccountPatch{Email: ptr("next@comptoir.example")} // to whom the code goes, whoever of the two asks
		given := other.call("PATCH", s.account, next).Refused(api.ProblemStepUp).Challenge.ID
		other.post("/v1/challenges/"+given, typed(w.Code("next@comptoir.example"))).Is(204)
		s.owner.call("PATCH", s.account, next, api.HeaderChallenge, given).Refused(api.ProblemStepUp)
		if w.Invitations("proof@comptoir.example") != 0 {
			w.Error("somebody else's proof sent an invitation")
		}
		for _, id := range []string{"", "x", "../x", strings.Repeat("a", 65), ch + "x", "' OR 1=1 --"} {
			a := s.owner.post(s.account+"/invitations", api.NewInvitation{Email: "p2@comptoir.example", Permissions: []string{"emails"}}, api.HeaderChallenge, id)
			a.Refused(api.ProblemStepUp)
		}
	})
}

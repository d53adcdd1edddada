package remote

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// nobody is an address that no user, contact or domain can have (RFC 2606).
const nobody = "concierge-check.invalid"

// probes are the actions that the gateway calls, each with parameters that do nothing. WHMCS looks at the credential, the
// address and the role before the action itself, so that the action's own refusal shows that the role allows it.
//
// Reads ask for one entry at most, and where they can for one that does not exist.
//
// Writes are refused for two reasons at once wherever the action has two, so that none of them rests on a single check:
// 0 is never an id (MySQL's auto_increment begins at 1), and what is required is missing. None names an e-mail address,
// so that no mail can leave.
//
//	UpdateUser             user 0 and nothing to change: "Invalid User ID requested" or "One of `email`, … is required"
//	ResetPassword          neither id nor e-mail: "Please enter the email address or provide the id"
//	DeleteUserClient       user 0 and client 0: "Invalid user id"
//	UpdateUserPermissions  user 0, client 0 and no permissions: "Invalid user id", "Missing permissions definition"
//	CreateClientInvite     client 0, no e-mail, no permissions: "Email is required"
//	AddContact             client 0 and nothing of a contact: "Client ID Not Found"
//	UpdateContact          contact 0 and nothing to change: "Contact ID Not Found"
//	DeleteContact          contact 0: "Contact ID Not Found"
//	UpdateClient           client 0 without the clientemail that could stand in for it, nothing to change: "Client ID Not Found"
var probes = []struct {
	action string
	write  bool
	params map[string]string
}{
	{"WhmcsDetails", false, nil}, // first: what is wrong with all calls shows here
	{"GetPermissionsList", false, nil},
	{"GetUsers", false, map[string]string{"search": nobody, "limitnum": "1"}},
	{"GetClientsDetails", false, map[string]string{"clientid": "0"}},
	{"GetUserPermissions", false, map[string]string{"user_id": "0", "client_id": "0"}},
	{"GetContacts", false, map[string]string{"email": nobody, "limitnum": "1"}},
	{"GetClients", false, map[string]string{"search": nobody, "limitnum": "1"}},
	{"GetClientsDomains", false, map[string]string{"domain": nobody, "limitnum": "1"}},
	{"GetActivityLog", false, map[string]string{"limitnum": "1"}},
	{"UpdateUser", true, map[string]string{"user_id": "0"}},
	{"ResetPassword", true, nil},
	{"DeleteUserClient", true, map[string]string{"user_id": "0", "client_id": "0"}},
	{"UpdateUserPermissions", true, map[string]string{"user_id": "0", "client_id": "0"}},
	{"CreateClientInvite", true, map[string]string{"client_id": "0"}},
	{"AddContact", true, map[string]string{"clientid": "0"}},
	{"UpdateContact", true, map[string]string{"contactid": "0"}},
	{"DeleteContact", true, map[string]string{"contactid": "0"}},
	{"UpdateClient", true, map[string]string{"clientid": "0"}},
}

// Actions returns the names of the actions that the gateway calls, which an API role should allow.
func Actions() []string {
	names := make([]string, len(probes))
	for i, p := range probes {
		names[i] = p.action
	}
	return names
}

// Allowed says for each action the gateway calls nil, or why not: Role when the credential's role does not allow it,
// Unavailable when there was no telling, Refused when WHMCS seems not to know the action. Its calls are harmless, see
// probes. The error is for what concerns all of them: WHMCS does not answer, or the credential or the address are refused.
func (c *Client) Allowed(ctx context.Context) (map[string]error, error) {
	first := probes[0].action
	allowed := map[string]error{first: c.probe(ctx, 0)}
	if err := allowed[first]; common(err) || Is(err, Unavailable) {
		return nil, err
	}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i := range probes[1:] {
		g.Go(func() error {
			err := c.probe(ctx, i+1)
			if common(err) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			allowed[probes[i+1].action] = err
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return allowed, nil
}

// common tells whether an error is about all calls.
func common(err error) bool { return Is(err, Credentials) || Is(err, IP) }

// probe makes one of the calls and says whether it is allowed.
func (c *Client) probe(ctx context.Context, i int) error {
	p := probes[i]
	k := call{action: p.action, params: make(url.Values), write: p.write, probe: true}
	for name, value := range p.params {
		k.params.Set(name, value)
	}
	err := c.send(ctx, k)
	var e *Error
	if !errors.As(err, &e) {
		if p.write && err == nil {
			c.cfg.Log.WarnContext(ctx, "WHMCS answered success to a call that asks for nothing", "action", p.action)
		}
		return err
	}
	switch e.Kind {
	case Role, Credentials, IP, Unavailable:
		return e
	case Refused:
		// An older WHMCS does not know the action; how it says so is not documented.
		text := strings.ToLower(e.Message)
		if e.forbidden || strings.Contains(text, "action") || strings.Contains(text, "command") {
			return e
		}
	}
	return nil
}

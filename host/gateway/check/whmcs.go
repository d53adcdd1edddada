package check

import (
	"context"
	"fmt"

	"concierge/host/oidc"
	"concierge/host/whmcs/remote"
)

// API is what WHMCS is asked; *remote.Client answers it.
type API interface {
	Version(ctx context.Context) (string, error)
	Allowed(ctx context.Context) (map[string]error, error)
}

// without says what does not work when the role does not allow an action, and whether nothing works then.
var without = map[string]struct {
	essential bool
	says      string
}{
	"GetUsers":              {true, "nobody can be recognised after signing in"},
	"GetClientsDetails":     {true, "accounts cannot be read"},
	"GetUserPermissions":    {true, "nobody's permissions can be read"},
	"GetContacts":           {true, "accounts cannot be read"},
	"GetPermissionsList":    {false, "permissions that WHMCS adds are not offered"},
	"GetClientsDomains":     {false, "domain names are not shown"},
	"GetActivityLog":        {false, "what is changed in WHMCS itself is noticed late"},
	"GetClients":            {false, "the names of accounts come one by one, slowly to who reaches hundreds"},
	"WhmcsDetails":          {false, "the version of WHMCS is not known"},
	"UpdateUser":            {false, "people cannot change their name or login e-mail"},
	"ResetPassword":         {false, "people cannot ask for a new password"},
	"DeleteUserClient":      {false, "access can be neither revoked nor ended on a date"},
	"UpdateUserPermissions": {false, "permissions cannot be changed"},
	"CreateClientInvite":    {false, "nobody can be invited"},
	"AddContact":            {false, "contacts cannot be added"},
	"UpdateContact":         {false, "contacts cannot be changed"},
	"DeleteContact":         {false, "contacts cannot be deleted"},
	"UpdateClient":          {false, "account information cannot be changed"},
}

// Without says what does not work when the role does not allow an action, and whether nobody can be served then.
func Without(action string) (says string, essential bool) {
	w := without[action]
	return w.says, w.essential
}

// WHMCS looks at the API: that it answers, takes the credential, and what the role allows.
func WHMCS(ctx context.Context, api API, url string) Rows {
	allowed, err := api.Allowed(ctx)
	if err != nil {
		return Rows{{Missing, "WHMCS API", err.Error(), advice(err, url)}}
	}
	says := "at " + url
	if v, err := api.Version(ctx); err == nil {
		says = v + " " + says
	}
	rows := Rows{{OK, "WHMCS API", says, ""}}
	var refused []string
	state := OK
	for _, action := range remote.Actions() {
		err := allowed[action]
		if err == nil {
			rows = append(rows, Row{OK, "action " + action, "allowed", ""})
			continue
		}
		w := without[action]
		row := Row{Warning, "action " + action, "without it " + w.says, ""}
		if w.essential {
			row.State = Missing
		}
		switch {
		case remote.Is(err, remote.Role):
			row.Says = "not allowed: " + row.Says
			refused = append(refused, action)
			state = worst(state, row.State)
		case remote.Is(err, remote.Refused):
			row.Says = "refused: " + row.Says + " (" + err.Error() + ")"
			row.Do = "WHMCS refuses " + action + " for another reason than its role: is this WHMCS older than 8.0?"
		default:
			row.Says = err.Error()
			row.Do = advice(err, url)
		}
		rows = append(rows, row)
	}
	if len(refused) > 0 {
		list := ""
		for i, action := range refused {
			if i > 0 {
				list += ", "
			}
			list += action
		}
		for i := range rows {
			if rows[i].State == state && rows[i].Do == "" {
				rows[i].Do = "in WHMCS, Configuration > System Settings > Manage API Credentials > API Roles, allow the credential's role: " + list
				break
			}
		}
	}
	return rows
}

// advice is what to do about an error of all calls.
func advice(err error, url string) string {
	switch {
	case remote.Is(err, remote.Credentials):
		return "WHMCS does not know the credential: look at whmcs.identifier and whmcs.secret, and in WHMCS at Manage API Credentials, where its admin must be active"
	case remote.Is(err, remote.IP):
		return "add the address that WHMCS names above to its allow list (Configuration > System Settings > General Settings > Security > API IP Access Restriction), or set whmcs.access_key"
	case remote.Is(err, remote.Role):
		return "in WHMCS, Configuration > System Settings > Manage API Credentials > API Roles, allow the credential's role what it refuses above"
	case remote.Is(err, remote.Unavailable):
		return fmt.Sprintf("WHMCS does not answer as it should: from this computer, see what `curl -i %s/includes/api.php` says", url)
	}
	return "see what WHMCS says above"
}

// SignIn looks at WHMCS's OpenID pages and whether they know the gateway's client.
func SignIn(ctx context.Context, u oidc.Upstream, callback string) Rows {
	facts, err := u.Check(ctx, callback)
	if err != nil {
		return Rows{{Missing, "sign-in", err.Error(),
			"nobody can sign in: see from this computer whether " + u.ConfigurationURL + " answers with JSON, and in WHMCS whether OpenID Connect is set up (Configuration > System Settings > OpenID Connect)"}}
	}
	if facts.Credential != nil {
		return Rows{{Missing, "sign-in", facts.Credential.Error(),
			"WHMCS's OpenID pages do not take sign_in.client_id with sign_in.client_secret: compare them in Configuration > System Settings > OpenID Connect, where the authorized redirect URI must be " + callback}}
	}
	says := fmt.Sprintf("issuer %s, redirect URI %s", facts.Issuer, callback)
	if facts.Keys == 0 {
		return Rows{{Missing, "sign-in", "issuer " + facts.Issuer + " shows no keys", "see what WHMCS's /oauth/certs.php answers"}}
	}
	rows := Rows{{OK, "sign-in", says, ""}}
	if u.AcceptUnverified {
		rows = append(rows, Row{Warning, "unverified e-mail", "people sign in whose address WHMCS says is not verified",
			"have WHMCS verify addresses (Configuration > System Settings > General Settings > Security > Email Verification) and take sign_in.accept_unverified away: whoever enters somebody else's address in WHMCS is taken for them where an invitation or an account waits for that address"})
	}
	return rows
}

package sample

import (
	"context"
	"sync"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
	"concierge/host/catalogue"
)

// permissionKeys are the permissions that exist here, in the order to show them.
var permissionKeys = catalogue.PermissionKeys()

// categoryKeys are the categories of mail that exist here; preferences are kept in this order.
var categoryKeys = catalogue.CategoryKeys()

// MailboxPath is where the page of everything this host would have e-mailed is.
const MailboxPath = "/mailbox"

// description is made when it is first asked for: the application, which has this host inside, starts without it.
var description = sync.OnceValue(describe)

func describe() host.Description {
	yes := api.Feature{Available: true}
	d := host.Description{
		Name: locales.For("fr").T("sample.host_name"), Languages: []string{"fr", "en"}, Sample: true, MailboxPath: MailboxPath,
		Features: api.Features{
			ListInvitations: yes, EditInvitation: yes, ResendInvitation: yes, CancelInvitation: yes,
			InvitationLanguage: yes, InvitedOnly: yes, LastSignIn: yes,
			TwoFactor: yes, AccessEnds: yes, Activity: yes, ChangeLoginEmail: yes, PasswordReset: yes,
			EmptyPermissions: yes, ContactLanguage: yes,
		},
	}
	d.Permissions, d.MailCategories = catalogue.Permissions(permissionKeys), catalogue.Categories(categoryKeys)
	return d
}

// Describe says what the sample host is and can do: everything there is.
func (p *Provider) Describe(context.Context) (host.Description, error) { return description(), nil }

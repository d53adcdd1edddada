package sample

import (
	"context"
	"sync"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
)

// permissionKeys are the permissions that exist here, in the order to show them.
var permissionKeys = []string{
	"profile", "contacts", "products", "manageproducts", "productsso", "domains", "managedomains",
	"invoices", "quotes", "tickets", "affiliates", "emails", "orders",
}

var sensitivePermissions = map[string]bool{
	"profile": true, "manageproducts": true, "productsso": true, "managedomains": true, "orders": true,
}

// categoryKeys are the categories of mail that exist here; preferences are kept in this order.
var categoryKeys = []string{"general", "invoice", "support", "product", "domain"}

// MailboxPath is where the page of everything this host would have e-mailed is.
const MailboxPath = "/mailbox"

// description is made when it is first asked for: the application, which has this host inside, starts without it.
var description = sync.OnceValue(describe)

func describe() host.Description {
	yes := api.Feature{Available: true}
	d := host.Description{
		Name: locales.For("fr").T("sample.host_name"), Languages: []string{"fr", "en"}, Sample: true, MailboxPath: MailboxPath,
		Features: api.Features{
			ListInvitations: yes, EditInvitation: yes, ResendInvitation: yes, CancelInvitation: yes, LastSignIn: yes,
			TwoFactor: yes, AccessEnds: yes, Activity: yes, ChangeLoginEmail: yes, PasswordReset: yes,
		},
	}
	for _, k := range permissionKeys {
		d.Permissions = append(d.Permissions, api.CatalogueEntry{
			Key: k, Title: both("sample.permission_" + k), Description: both("sample.permission_" + k + "_about"),
			Sensitive: sensitivePermissions[k],
		})
	}
	for _, k := range categoryKeys {
		d.MailCategories = append(d.MailCategories, api.CatalogueEntry{
			Key: k, Title: both("sample.mail_category_" + k), Description: both("sample.mail_category_" + k + "_about"),
		})
	}
	return d
}

// both is a text in every language of this host.
func both(key string) api.Text {
	return api.Text{"fr": locales.For("fr").T(key), "en": locales.For("en").T(key)}
}

// Describe says what the sample host is and can do: everything there is.
func (p *Provider) Describe(context.Context) (host.Description, error) { return description(), nil }

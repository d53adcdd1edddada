// Package catalogue puts the permissions and the categories of mail that hosting systems have into words, in every
// language there is. Which of them exist is a provider's to say.
package catalogue

import (
	"slices"

	"concierge/assets/locales"
	"concierge/client/api"
)

// Affiliate is the category of mail that exists where there are affiliates.
const Affiliate = "affiliate"

var permissionKeys = []string{
	"profile", "contacts", "products", "manageproducts", "productsso", "domains", "managedomains",
	"invoices", "quotes", "tickets", "affiliates", "emails", "orders",
}

var sensitive = map[string]bool{
	"profile": true, "manageproducts": true, "productsso": true, "managedomains": true, "orders": true,
}

var categoryKeys = []string{"general", "invoice", "support", "product", "domain"}

// PermissionKeys are the permissions that have words here, in the order to show them.
func PermissionKeys() []string { return slices.Clone(permissionKeys) }

// CategoryKeys are the categories of mail that every host has.
func CategoryKeys() []string { return slices.Clone(categoryKeys) }

// Sensitive tells whether a permission gives access to money, secrets or identity. One without words here is taken for
// such: nobody here knows what it opens.
func Sensitive(permission string) bool {
	return sensitive[permission] || !slices.Contains(permissionKeys, permission)
}

// Permissions is the catalogue of the keys, in their order. One without words here is named by its key.
func Permissions(keys []string) []api.CatalogueEntry {
	return entries(keys, permissionKeys, func(name string) string { return "catalogue.permission_" + name }, Sensitive)
}

// Categories is the catalogue of the categories of mail, in their order.
func Categories(keys []string) []api.CatalogueEntry {
	return entries(keys, append(CategoryKeys(), Affiliate), func(name string) string { return "catalogue.mail_category_" + name },
		func(string) bool { return false })
}

func entries(keys, known []string, named func(string) string, sensitive func(string) bool) []api.CatalogueEntry {
	list := make([]api.CatalogueEntry, 0, len(keys))
	for _, key := range keys {
		e := api.CatalogueEntry{Key: key, Sensitive: sensitive(key)}
		if slices.Contains(known, key) {
			e.Title, e.Description = Text(named(key)), Text(named(key)+"_about")
		} else {
			e.Title, e.Description = Text(named("other"), "Key", key), Text(named("other")+"_about")
		}
		list = append(list, e)
	}
	return list
}

// Text is a text in every language. Data are as for locales.Words.T.
func Text(key string, data ...any) api.Text {
	t := api.Text{}
	for _, lang := range locales.Languages() {
		t[lang] = locales.For(lang).T(key, data...)
	}
	return t
}

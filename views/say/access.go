package say

import (
	"slices"

	"concierge/app/access"
	"concierge/assets/locales"
)

// Permission is the title of a permission: the host's own in this language, else ours, else the host's in another
// language, else the key.
func Permission(w *locales.Words, e access.CatalogueEntry) string { return title(w, e, "permission") }

// PermissionNamed is Permission for a key alone; catalogue may be nil.
func PermissionNamed(w *locales.Words, p access.Permission, catalogue []access.CatalogueEntry) string {
	return Permission(w, entry(catalogue, string(p)))
}

// PermissionNote is the one line under a permission: ours for the ones we know, else the host's description.
func PermissionNote(w *locales.Words, e access.CatalogueEntry) string {
	return ours(w, "access.permission_note_"+e.Key, e.Description.In(w.Lang()))
}

// PermissionShort is a permission in one or two words, without a capital, to stand in a sentence or a list.
func PermissionShort(w *locales.Words, e access.CatalogueEntry) string {
	return ours(w, "access.permission_short_"+e.Key, Permission(w, e))
}

// PermissionShortNamed is PermissionShort for a key alone; catalogue may be nil.
func PermissionShortNamed(w *locales.Words, p access.Permission, catalogue []access.CatalogueEntry) string {
	return PermissionShort(w, entry(catalogue, string(p)))
}

// Group is the heading of a group of permissions in the editor.
func Group(w *locales.Words, g access.Group) string { return w.T("access.group_" + string(g)) }

// Mail is the full title of a mail category: "Billing: invoices, reminders, overdue notices".
func Mail(w *locales.Words, e access.CatalogueEntry) string { return title(w, e, "mail") }

// MailShort is the name of a mail category in one word: "Billing".
func MailShort(w *locales.Words, e access.CatalogueEntry) string {
	return ours(w, "access.mail_short_"+e.Key, Mail(w, e))
}

// MailShortNamed is MailShort for a key alone; catalogue may be nil.
func MailShortNamed(w *locales.Words, c access.MailCategory, catalogue []access.CatalogueEntry) string {
	return MailShort(w, entry(catalogue, string(c)))
}

// MailNote is what stands under a mail category's name at the head of a column: "invoices, reminders".
func MailNote(w *locales.Words, e access.CatalogueEntry) string {
	return ours(w, "access.mail_note_"+e.Key, e.Description.In(w.Lang()))
}

// MailList names received categories in the catalogue's order: "Billing and Domains". Empty when none is.
func MailList(w *locales.Words, p access.Preferences, catalogue []access.CatalogueEntry) string {
	var names []string
	for _, c := range p.List(catalogue) {
		names = append(names, MailShortNamed(w, c, catalogue))
	}
	return w.List(names)
}

// Preset is the name of a starting point for permissions.
func Preset(w *locales.Words, p access.Preset) string { return w.T("access.preset_" + string(p)) }

// Role is what somebody is in an account; roles that only a host knows are users.
func Role(w *locales.Words, r access.Role) string {
	if r == access.Owner {
		return w.T("words.owner")
	}
	return w.T("words.user")
}

// Rights names a permission set in a word or two: the preset it is, else how many permissions, else "No permission".
func Rights(w *locales.Words, set []access.Permission, catalogue []access.CatalogueEntry) string {
	if p, ok := access.PresetFor(set, catalogue); ok {
		return Preset(w, p)
	}
	if len(set) == 0 {
		return w.T("access.no_permission")
	}
	return w.N("access.permissions", len(set))
}

func entry(catalogue []access.CatalogueEntry, k string) access.CatalogueEntry {
	if i := slices.IndexFunc(catalogue, func(e access.CatalogueEntry) bool { return e.Key == k }); i >= 0 {
		return catalogue[i]
	}
	return access.CatalogueEntry{Key: k}
}

func title(w *locales.Words, e access.CatalogueEntry, what string) string {
	if s := e.Title[w.Lang()]; s != "" {
		return s
	}
	if s := ours(w, "access."+what+"_"+e.Key, e.Title.In(w.Lang())); s != "" {
		return s
	}
	return e.Key
}

func ours(w *locales.Words, k, otherwise string) string {
	if w.Has(k) {
		return w.T(k)
	}
	return otherwise
}

package say

import (
	"cmp"

	"concierge/app/access"
	"concierge/app/diff"
	"concierge/assets/locales"
	"concierge/views/places"
)

// Difference says one thing that differs between two states of an account, with what it was before where that can be
// said in a word: "Account e-mail: info@b.example (before: info@a.example)". It has no full stop.
func Difference(w *locales.Words, h access.Host, d diff.Difference) string {
	name := cmp.Or(d.Name, d.Email, w.T("say.somebody"))
	switch d.What {
	case diff.OwnerChanged:
		return was(w, w.T("history.diff_owner_changed", "After", cmp.Or(d.After, w.T("say.somebody"))), d.Before)
	case diff.UserCame:
		return w.T("history.diff_user_came", "Name", name, "Rights", Rights(w, d.Added, h.Permissions))
	case diff.InvitationSent:
		return w.T("history.diff_invitation_sent", "Name", name, "Rights", Rights(w, d.Added, h.Permissions))
	case diff.UserPermissions, diff.InvitationPermissions:
		return rightsDiffer(w, h, "history.diff_rights", name, d)
	case diff.OwnRights:
		switch {
		case d.After == string(access.Owner):
			return w.T("history.diff_own_owner")
		case d.Before == string(access.Owner):
			return w.T("history.diff_own_user")
		}
		return rightsDiffer(w, h, "history.diff_own", name, d)
	case diff.UserEnds, diff.InvitationEnds:
		return endsDiffer(w, name, d)
	case diff.UserName, diff.UserEmail, diff.ContactEmail, diff.AccountEmail:
		return was(w, w.T("history.diff_"+key(string(d.What)), "Name", name, "After", cmp.Or(d.After, w.T("history.nothing_before"))), d.Before)
	case diff.ContactCame, diff.ContactLeft:
		k := "history.diff_" + key(string(d.What))
		if list := mailNames(w, h, append(d.On, d.Off...)); list != "" {
			return w.T(k+"_mail", "Name", name, "List", list)
		}
		return w.T(k, "Name", name)
	case diff.ContactField, diff.AccountField:
		before, after := fieldValue(w, d.Field, d.Before), fieldValue(w, d.Field, d.After)
		if d.Field == diff.FieldAddress {
			before, after = places.Address(w.Lang(), d.Was), places.Address(w.Lang(), d.Is)
		}
		return was(w, w.T("history.diff_"+key(string(d.What)), "Field", w.T("history.field_"+key(d.Field)), "Name", name,
			"After", cmp.Or(after, w.T("history.nothing_before"))), before)
	case diff.ContactMail, diff.AccountMail:
		if d.What == diff.AccountMail {
			name = w.T("history.diff_account")
		}
		on, off := mailNames(w, h, d.On), mailNames(w, h, d.Off)
		return w.T("history.diff_mail"+either(on, off, "_on", "_off"), "Name", name, "On", on, "Off", off)
	case diff.AccountDomains:
		return w.T("history.diff_domains"+either(d.After, d.Before, "_came", "_went"), "After", d.After, "Before", d.Before)
	case diff.DomainRecipient:
		return w.T("history.diff_domain_recipient", "Email", cmp.Or(d.Email, name))
	case diff.NobodyReceives:
		return w.T("history.diff_nobody_receives", "Category", MailShortNamed(w, access.MailCategory(d.ID), h.MailCategories))
	}
	return w.T("history.diff_"+key(string(d.What)), "Name", name)
}

// either chooses the ending of a text of which one part, the other or both are there.
func either(a, b, first, second string) string {
	switch {
	case b == "":
		return first
	case a == "":
		return second
	}
	return "_both"
}

// was adds what something was before.
func was(w *locales.Words, text, before string) string {
	return w.T("history.was", "Text", text, "Before", cmp.Or(before, w.T("history.nothing_before")))
}

func rightsDiffer(w *locales.Words, h access.Host, k, name string, d diff.Difference) string {
	added, removed := w.List(permissionNames(w, d.Added, h)), w.List(permissionNames(w, d.Removed, h))
	return w.T(k+either(added, removed, "_added", "_removed"), "Name", name, "Added", added, "Removed", removed)
}

func endsDiffer(w *locales.Words, name string, d diff.Difference) string {
	if d.Field == diff.FieldReason {
		quoted := func(s string) string {
			if s == "" {
				return ""
			}
			return w.T("say.quoted", "Text", s)
		}
		return was(w, w.T("history.diff_reason", "Name", name, "After", cmp.Or(quoted(d.After), w.T("history.nothing_before"))), quoted(d.Before))
	}
	before := w.T("history.no_end")
	if d.Before != "" {
		before = w.Date(diff.Time(d.Before))
	}
	if d.After == "" {
		return was(w, w.T("history.diff_no_end", "Name", name), before)
	}
	return was(w, w.T("history.diff_ends", "Name", name, "Date", w.Date(diff.Time(d.After))), before)
}

func mailNames(w *locales.Words, h access.Host, list []access.MailCategory) string {
	prefs := access.Preferences{}
	for _, m := range list {
		prefs[m] = true
	}
	return MailList(w, prefs, h.MailCategories)
}

// fieldValue is what a field says, in words.
func fieldValue(w *locales.Words, field, v string) string {
	switch {
	case field == diff.FieldLanguage && v != "":
		return places.LanguageName(v)
	case field == diff.FieldPhone:
		return places.Phone(v)
	}
	return v
}

package say

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/assets/locales"
	"concierge/views/places"
)

// Doing names what an edit does, as a heading: "Saving the contact Julie Roy".
func Doing(w *locales.Words, c change.Change) string {
	k, data := changeKey(w, c)
	return sentence(w.T(k+"_doing", data...))
}

// Next says what becomes of an edit that waits: whether it leaves by itself, or what the person has to do. Empty when
// there is nothing to add to why it was refused.
func Next(w *locales.Words, now time.Time, c change.Change, host string) string {
	if host == "" {
		host = w.T("trouble.your_host")
	}
	why := trouble.Kind("")
	if c.Trouble != nil {
		why = c.Trouble.Kind
	}
	switch {
	case c.State == change.Conflicting && (c.Conflict == nil || !c.Conflict.Gone):
		return w.T("say.next_conflict")
	case why == trouble.OutcomeUnknown && !c.Repeatable(now):
		return w.T("say.next_check")
	case why == trouble.OutcomeUnknown:
		return w.T("say.next_unknown")
	case c.State == change.Draft && why == trouble.JournalTaken:
		return w.T("say.next_taken")
	case c.State == change.NeedsProof, c.State == change.Draft && why == trouble.ProofNeeded:
		return sentence(w.T("say.next_proof", "TheHost", host))
	case c.State == change.Draft && c.SendsItself():
		return w.T("say.next_itself", "TheHost", host)
	case c.State == change.Draft:
		return w.T("say.next_you")
	}
	return ""
}

// Wanted lists what an edit would change, one thing per line: "Phone: 418 555-0142", "Adds: domains".
func Wanted(w *locales.Words, c change.Change, h access.Host) []string {
	if c.Kind.Destructive() || c.Kind == change.ResendInvitation || c.Kind == change.ResetPassword {
		return nil
	}
	var out, on, off []string
	seen := map[string]bool{} // an address is one thing
	for _, d := range change.Differences(c.Before, c.After) {
		kind, key, keyed := strings.Cut(d.Name, ":")
		switch {
		case keyed && kind == "mail":
			if _, concerned := c.After.Mail[access.MailCategory(key)]; !concerned {
				continue
			}
			name := MailShortNamed(w, access.MailCategory(key), h.MailCategories)
			if d.Mine == "true" {
				on = append(on, name)
			} else {
				off = append(off, name)
			}
		case keyed: // below
		default:
			name := fieldName(w, d.Name)
			if _, concerned := c.After.Fields[d.Name]; !concerned || name == "" || seen[name] {
				continue
			}
			seen[name] = true
			if v := wantedValue(w, d.Name, c.After); v != "" || len(c.Before.Fields) > 0 {
				out = append(out, sentence(w.T("say.wanted", "Name", name, "Value", cmp.Or(v, w.T("say.wanted_empty")))))
			}
		}
	}
	list := func(key string, names []string) {
		if len(names) > 0 {
			out = append(out, w.T(key, "What", w.List(names)))
		}
	}
	if c.After.Permissions != nil {
		added, removed := access.Diff(c.Before.Permissions, c.After.Permissions)
		list("say.wanted_adds", permissionNames(w, added, h))
		list("say.wanted_removes", permissionNames(w, removed, h))
	}
	list("say.wanted_mail_on", on)
	list("say.wanted_mail_off", off)
	return out
}

func permissionNames(w *locales.Words, ps []access.Permission, h access.Host) []string {
	var out []string
	for _, p := range ps {
		out = append(out, PermissionShortNamed(w, p, h.Permissions))
	}
	return out
}

// addressFields are the fields of one address.
var addressFields = []string{change.FieldLine1, change.FieldLine2, change.FieldCity, change.FieldState, change.FieldPostalCode, change.FieldCountry}

// fieldName is what a field is called in a sentence; empty when this version knows no such field.
func fieldName(w *locales.Words, field string) string {
	if k := "say.field_" + key(field); w.Has(k) {
		return w.T(k)
	}
	return ""
}

// wantedValue is what a field is to be, in words.
func wantedValue(w *locales.Words, field string, v change.Values) string {
	switch s := v.Fields[field]; {
	case slices.Contains(addressFields, field):
		return places.Address(w.Lang(), v.PostalAddress())
	case field == change.FieldEndsAt && s == "":
		return w.T("say.wanted_no_end")
	case field == change.FieldEndsAt && !v.Ends().IsZero():
		return w.Date(v.Ends().Local())
	default:
		return fieldValue(w, field, s)
	}
}

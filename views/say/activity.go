package say

import (
	"cmp"
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/assets/locales"
)

// Activity is one line of an account's history as a sentence, without its date: "Marie invited noe@studio.example
// (Web developer)". A line whose action we do not know is told in the host's own text.
func Activity(w *locales.Words, h access.Host, a access.Activity) string {
	k := "say.activity_" + key(a.Action)
	if a.Action == "invitation.accepted" && a.ActorEmail != "" && strings.Contains(a.Target, "@") && access.EmailKey(a.ActorEmail) != access.EmailKey(a.Target) {
		k = "say.activity_invitation_accepted_elsewhere"
	}
	if a.Action == "note" || !w.Has(k) {
		if a.Text != "" {
			return a.Text
		}
		k = "say.activity_unknown"
	}
	s := w.T(k, "Actor", cmp.Or(a.Actor, a.ActorEmail, h.Name, w.T("say.the_host")), "Target", cmp.Or(a.Target, w.T("say.somebody")),
		"Email", a.ActorEmail)
	if cmp.Or(a.Actor, a.ActorEmail, h.Name) == "" || a.Target == "" {
		s = sentence(s) // names are written as they are
	}
	if d := activityDetail(w, h, a); d != "" {
		s = w.T("say.with_detail", "Text", s, "Detail", d)
	}
	if a.Unconfirmed {
		s = unsure(w, a.Action, s)
	}
	return s
}

// unsure says of what happened that nobody knows whether it did.
func unsure(w *locales.Words, action, text string) string {
	if Sent(action) {
		return w.T("say.unsure_sent", "Text", text)
	}
	return w.T("say.unsure", "Text", text)
}

// Sent tells whether an action is that an invitation was mailed.
func Sent(action string) bool { return action == "user.invited" || action == "invitation.resent" }

func activityDetail(w *locales.Words, h access.Host, a access.Activity) string {
	switch a.Action {
	case "user.invited", "invitation.changed", "user.permissions", "invitation.accepted":
		if len(a.Permissions) > 0 {
			return Rights(w, a.Permissions, h.Permissions)
		}
	case "contact.changed", "account.changed":
		return fieldNames(w, a.Fields)
	}
	return ""
}

// fieldNames names changed fields once each; parts of an address are one thing.
func fieldNames(w *locales.Words, fields []string) string {
	var out []string
	for _, f := range fields {
		f, _, _ = strings.Cut(strings.TrimPrefix(f, "/"), "/")
		f, _, _ = strings.Cut(f, ".")
		k := "say.field_" + key(f)
		if !w.Has(k) {
			continue
		}
		if name := w.T(k); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return w.List(out)
}

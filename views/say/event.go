package say

import (
	"cmp"

	"concierge/app/access"
	"concierge/app/history"
	"concierge/assets/locales"
)

// Event is what happened as a short sentence, without when, where and by whom. An action that we do not know is told in
// the host's own words.
func Event(w *locales.Words, h access.Host, e history.Event) string {
	target, category := "", ""
	switch {
	case e.Own != nil:
		target = cmp.Or(e.Own.TargetName, e.Own.After.Fields["email"])
	case e.Activity != nil:
		target = e.Activity.Target
	}
	if len(e.Differences) > 0 {
		d := e.Differences[0]
		target = cmp.Or(target, d.Name, d.Email, d.After)
		if e.Action == history.ActNobody {
			category = MailShortNamed(w, access.MailCategory(d.ID), h.MailCategories)
		}
	}
	k := "history.seen_" + key(e.Action)
	switch {
	case w.Has(k):
		s := w.T(k, "Target", cmp.Or(target, w.T("say.somebody")), "Category", category)
		if e.Unconfirmed() {
			s = unsure(w, e.Action, s)
		}
		return s
	case e.Activity != nil:
		return Activity(w, h, *e.Activity)
	}
	return w.T("history.seen_unknown")
}

// EventDetail is a word more on an event: the rights that were given, the fields that were changed. It may be empty.
func EventDetail(w *locales.Words, h access.Host, e history.Event) string {
	if e.Activity != nil {
		return activityDetail(w, h, *e.Activity)
	}
	if e.Own != nil && e.Own.After.Permissions != nil {
		return Rights(w, e.Own.After.Permissions, h.Permissions)
	}
	return ""
}

// Where says where and by whom something was done: "Here, by you", "Elsewhere, by Paul". Of what only the host says that this
// person did it, it is not known where: without a keyring nothing is kept of what is done here.
func Where(w *locales.Words, e history.Event) string {
	switch {
	case e.Here:
		return w.T("history.here_you")
	case e.Mine:
		return w.T("history.by_you")
	case e.By.Name != "":
		return w.T("history.elsewhere_by", "Name", e.By.Name)
	case e.ByHost:
		return w.T("history.host_itself")
	}
	return w.T("history.elsewhere_nobody")
}

// WhenOf says when an event was: to the minute, or between which moments it was seen to have been.
func WhenOf(w *locales.Words, e history.Event) string {
	if e.Since.IsZero() {
		return w.T("history.exact", "Date", w.Date(e.At), "Time", w.Clock(e.At))
	}
	from, to := w.Clock(e.Since), w.Clock(e.At)
	switch {
	case locales.Days(e.Since, e.At) != 0:
		return w.T("history.between", "From", w.Date(e.Since), "FromTime", from, "To", w.Date(e.At), "ToTime", to)
	case from != to:
		return w.T("history.between_hours", "Date", w.Date(e.At), "From", from, "To", to)
	}
	return w.T("history.exact", "Date", w.Date(e.At), "Time", to)
}

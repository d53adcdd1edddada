package say

import (
	"time"

	"concierge/app/access"
	"concierge/assets/locales"
)

// Expiry says until when an invitation can be accepted: "expires in 2 days", "expires today at 2:02 PM", "expired
// yesterday".
func Expiry(w *locales.Words, now time.Time, i access.Invitation) string {
	if i.ExpiresAt.IsZero() {
		return w.T("say.expiry_unknown")
	}
	return ends(w, now, i.ExpiresAt)
}

// Ends says until when access lasts: "until April 30, 2027"; empty when it has no end.
func Ends(w *locales.Words, now, at time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case !now.Before(at):
		return w.T("say.ended", "Date", w.Date(at))
	}
	return w.T("say.until", "Date", w.Date(at))
}

// AccessLine sums up somebody's access in one line: "Accountant · until April 30, 2027 · “taxes 2026”".
func AccessLine(w *locales.Words, h access.Host, now time.Time, set []access.Permission, at time.Time, reason string) string {
	s := Rights(w, set, h.Permissions)
	if e := Ends(w, now, at); e != "" {
		s += " · " + e
	}
	if reason != "" {
		s += " · " + w.T("say.quoted", "Text", reason)
	}
	return s
}

func ends(w *locales.Words, now, at time.Time) string {
	days := locales.Days(now, at)
	over := !now.Before(at)
	switch {
	case over && days == 0:
		return w.T("say.expired_today")
	case over && days == -1:
		return w.T("say.expired_yesterday")
	case over:
		return w.N("say.expired_days", -days)
	case days == 0:
		return w.T("say.expires_today", "Time", w.Clock(at))
	case days == 1:
		return w.T("say.expires_tomorrow", "Time", w.Clock(at))
	}
	return w.T("say.expires_in", "In", w.In(now, at))
}

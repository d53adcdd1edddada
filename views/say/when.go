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
		return w.T("say.ended", "Date", date(w, now, at))
	}
	return w.T("say.until", "Date", date(w, now, at))
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
	days := daysBetween(now, at)
	over := !now.Before(at)
	switch {
	case over && days == 0:
		return w.T("say.expired_today")
	case over && days == -1:
		return w.T("say.expired_yesterday")
	case over:
		return w.N("say.expired_days", -days)
	case days == 0:
		return w.T("say.expires_today", "Time", clock(w, now, at))
	case days == 1:
		return w.T("say.expires_tomorrow", "Time", clock(w, now, at))
	}
	return w.N("say.expires_days", days)
}

// in is "in 12 days", "tomorrow" or "today" for a time to come.
func in(w *locales.Words, now, at time.Time) string {
	switch days := daysBetween(now, at); days {
	case 0:
		return w.T("say.today")
	case 1:
		return w.T("say.tomorrow")
	default:
		return w.N("say.in_days", days)
	}
}

// daysBetween counts midnights, in the zone of now.
func daysBetween(now, at time.Time) int {
	day := func(t time.Time) time.Time {
		t = t.In(now.Location())
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(at).Sub(day(now)).Hours() / 24)
}

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

// Ends says until when access lasts: "until April 30, 2027", "ends tomorrow"; empty when it has no end. Of an end that has
// passed it says what was meant to be: whether it came to pass is the host's to tell.
func Ends(w *locales.Words, now, at time.Time) string {
	days := locales.Days(now, at)
	switch {
	case at.IsZero():
		return ""
	case !now.Before(at):
		return w.T("say.was_to_end", "Date", w.Date(at))
	case days == 0:
		return w.T("say.ends_today", "Time", w.Clock(at))
	case days == 1:
		return w.T("say.ends_tomorrow")
	}
	return w.T("say.until", "Date", w.Date(at))
}

// Reminder says what the host reminds of: "Sam Gagnon's access ends in 7 days, on March 12, 2027".
func Reminder(w *locales.Words, s access.Snapshot, now time.Time, r access.Reminder) string {
	who, name := "", w.T("say.somebody")
	if u, known := s.User(r.UserID); known {
		name = u.Name()
	} else if r.UserID == s.Me.UserID {
		who = "you_"
	}
	when, days := "soon", locales.Days(now, r.EndsAt)
	switch {
	case !now.Before(r.EndsAt):
		when = "past"
	case days == 0:
		when = "today"
	case days == 1:
		when = "tomorrow"
	}
	return w.T("say.reminder_"+who+when, "Name", name, "In", w.In(now, r.EndsAt), "Date", w.Date(r.EndsAt), "Time", w.Clock(r.EndsAt))
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

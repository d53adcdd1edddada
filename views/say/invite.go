package say

import (
	"time"

	"concierge/app/access"
	"concierge/assets/locales"
)

// InviteText is what the owner can copy and send to the invited person by another way, in that person's language: who
// invites into what, what it gives, until when it is valid, where to accept.
func InviteText(lang string, h access.Host, now time.Time, account string, i access.Invitation) string {
	w := locales.For(lang)
	s := w.T("say.invite_hello") + "\n\n"
	by := i.InvitedBy
	if by == "" {
		by = w.T("say.invite_somebody")
	}
	s += w.T("say.invite_who", "By", by, "Account", account, "Host", h.Name) + "\n"
	s += w.T("say.invite_gives", "What", Plain(w, access.Mean(i.Permissions, h.Permissions), h.Permissions)) + "\n"
	if !i.EndsAt.IsZero() {
		s += w.T("say.invite_ends", "Date", date(w, now, i.EndsAt)) + "\n"
	}
	if i.AcceptURL != "" {
		s += "\n" + w.T("say.invite_accept", "Email", i.Email) + "\n" + i.AcceptURL + "\n"
	} else {
		s += "\n" + w.T("say.invite_mail", "Email", i.Email) + "\n"
	}
	if !i.ExpiresAt.IsZero() {
		s += w.T("say.invite_valid", "Date", date(w, now, i.ExpiresAt), "Time", clock(w, now, i.ExpiresAt)) + "\n"
	}
	return s
}

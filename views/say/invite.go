package say

import (
	"strings"

	"concierge/app/access"
	"concierge/assets/locales"
)

// InviteText is what the owner can copy and send to the invited person by another way, in that person's language: who
// invites into what, what it gives, until when it is valid, where to accept.
func InviteText(lang string, h access.Host, account string, i access.Invitation) string {
	w := locales.For(lang)
	s := w.T("say.invite_hello") + "\n\n"
	by := i.InvitedBy
	if by == "" {
		by = w.T("say.invite_owner")
	}
	s += w.T("say.invite_who", "By", by, "Account", account, "Host", h.Name) + "\n"
	s += inviteGives(w, h, i.Permissions) + "\n"
	if !i.EndsAt.IsZero() {
		s += w.T("say.invite_ends", "Date", w.Date(i.EndsAt)) + "\n"
	}
	accept, mail := "say.invite_accept", "say.invite_mail"
	if !h.Features.InvitedOnly.Available {
		accept, mail = "say.invite_accept_any", "say.invite_mail_any"
	}
	if i.AcceptURL != "" {
		s += "\n" + w.T(accept, "Email", i.Email) + "\n" + i.AcceptURL + "\n"
	} else {
		s += "\n" + w.T(mail, "Email", i.Email) + "\n"
	}
	if !i.ExpiresAt.IsZero() {
		s += w.T("say.invite_valid", "Date", w.Date(i.ExpiresAt), "Time", w.Clock(i.ExpiresAt)) + "\n"
	}
	return s
}

func inviteGives(w *locales.Words, h access.Host, set []access.Permission) string {
	m := access.Mean(set, h.Permissions)
	switch {
	case m.All:
		return w.T("say.invite_all")
	case m.None():
		return w.T("say.invite_none")
	}
	var out []string
	if len(m.Can) > 0 {
		out = append(out, w.T("say.invite_can", "What", abilities(w, "can", m.Can)))
	}
	if len(m.Also) > 0 {
		out = append(out, w.T("access.plain_also", "What", quoted(w, m.Also, h.Permissions)))
	}
	return strings.Join(out, " ")
}

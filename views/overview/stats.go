package overview

import (
	"cmp"
	"slices"
	"strconv"

	"concierge/app/access"
	"concierge/assets/locales"
	"concierge/views/say"
)

// stat is one figure of the overview.
type stat struct{ number, title, sub string }

// stats counts what this person may see; what they may not see is not counted as none.
func stats(w *locales.Words, d data) []stat {
	var out []stat
	add := func(n int, key, sub string) {
		out = append(out, stat{number: w.Number(n), title: w.N(key, n), sub: sub})
	}
	s := d.snap
	if s.Me.Owner() {
		others := len(s.Users)
		for _, u := range s.Users {
			if u.Role == access.Owner {
				others--
			}
		}
		add(len(s.Users), "overview.can_sign_in", w.N("overview.owner_and_users", others))
	}
	if s.Me.May(access.Contacts) {
		receivers, kinds := receiving(s)
		add(receivers, "overview.receive_mail", w.N("overview.kinds_of_mail", kinds))
	}
	if s.Me.Owner() && d.host.Features.ListInvitations.Available {
		pending := slices.DeleteFunc(slices.Clone(s.Invitations), func(i access.Invitation) bool { return i.Expired(d.now) })
		expired := len(s.Invitations) - len(pending)
		sub := w.T("overview.no_invitation")
		if len(d.host.Features.ListInvitations.Reason) > 0 { // somebody may be invited of whom the host cannot tell
			sub = w.T("overview.no_invitation_here")
		}
		switch {
		case len(pending) > 0:
			next := slices.MinFunc(pending, func(a, b access.Invitation) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
			sub = say.Expiry(w, d.now, next)
		case expired > 0:
			sub = w.N("overview.expired_invitations", expired)
		}
		add(len(pending), "overview.pending_invitations", sub)
	}
	if d.waiting && told(d.host, d.snap) {
		out = append(out, stat{number: "–", title: w.T("overview.unchanged"), sub: w.T("overview.unchanged_sub")})
	}
	if len(d.activity) > 0 {
		latest := slices.MaxFunc(d.activity, func(a, b access.Activity) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) }).At
		days := int(d.now.Sub(latest).Hours() / 24)
		out = append(out, stat{number: w.T("overview.days", "Days", strconv.Itoa(days)), title: w.T("overview.unchanged"), sub: w.T("overview.unchanged_sub")})
	}
	return out
}

// receiving counts the addresses that receive mail, and the categories that reach anybody.
func receiving(s access.Snapshot) (addresses, categories int) {
	reached := access.Preferences{}
	for _, p := range access.People(s) {
		got := p.Receives()
		if got.Any() {
			addresses++
		}
		for c, on := range got {
			if on {
				reached[c] = true
			}
		}
	}
	return addresses, len(reached)
}

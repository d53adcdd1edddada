package checkup

import (
	"slices"

	"concierge/app/access"
)

func about(u access.User, level Level) Finding {
	return Finding{Level: level, Action: SeeUser, Name: u.Name(), Email: u.Email, UserID: u.ID, Owner: u.Role == access.Owner}
}

// secondFactor finds users that hold a sensitive permission and sign in with a password alone, where the host tells.
func secondFactor(l look) []Finding {
	var out []Finding
	for _, u := range l.s.Users {
		if u.TwoFactor == nil || *u.TwoFactor {
			continue
		}
		f := about(u, Attention)
		for _, e := range l.h.Permissions {
			if p := access.Permission(e.Key); e.Sensitive && (f.Owner || slices.Contains(u.Permissions, p)) {
				f.Permissions = append(f.Permissions, p)
			}
		}
		if f.Owner && u.ID == l.s.Me.UserID {
			f.Action = SeeProfile
		}
		if len(f.Permissions) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// fullAccess finds users who can do what the owner can.
func fullAccess(l look) []Finding {
	var out []Finding
	for _, u := range l.s.Users {
		if u.Role != access.Owner && access.Mean(u.Permissions, l.h.Permissions).All {
			out = append(out, about(u, Attention))
		}
	}
	return out
}

func invitationExpires(l look) []Finding {
	var out []Finding
	for _, i := range l.s.Invitations {
		over := i.Expired(l.now)
		if i.ExpiresAt.IsZero() || !over && i.ExpiresAt.Sub(l.now) > InvitationSoon {
			continue
		}
		out = append(out, Finding{
			Level: Attention, Action: SeeInvitation, Name: i.Email, Email: i.Email, InvitationID: i.ID, At: i.ExpiresAt, Over: over,
		})
	}
	return out
}

// accessEnds finds access that ends soon, and access that the host still lists though its end has passed. Where the end
// passed after the host was heard of last, nothing is said: it may well have taken the access back.
func accessEnds(l look) []Finding {
	var out []Finding
	for _, u := range l.s.Users {
		if u.Overdue(l.said) {
			f := about(u, Risk)
			f.At, f.Over = u.EndsAt, true
			out = append(out, f)
			continue
		}
		if left := u.EndsAt.Sub(l.now); !u.EndsAt.IsZero() && left > 0 && left <= AccessSoon {
			f := about(u, Attention)
			f.At = u.EndsAt
			out = append(out, f)
		}
	}
	return out
}

// dormant finds users who have not signed in for a long time; the owner may stay away. A user without a last sign-in
// has never come, or the host does not tell: nothing is said.
func dormant(l look) []Finding {
	var out []Finding
	for _, u := range l.s.Users {
		if u.Role != access.Owner && !u.LastSignIn.IsZero() && u.LastSignIn.Before(l.now.AddDate(0, -DormantMonths, 0)) {
			f := about(u, Attention)
			f.At = u.LastSignIn
			out = append(out, f)
		}
	}
	return out
}

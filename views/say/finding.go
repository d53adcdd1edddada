package say

import (
	"time"

	"concierge/app/access"
	"concierge/app/checkup"
	"concierge/assets/locales"
)

// FindingWords is a finding as a row of the overview: the badge, what is so, what follows from it, the button.
type FindingWords struct {
	Level, Title, Detail, Action string
}

// Finding puts a finding into words.
func Finding(w *locales.Words, h access.Host, now time.Time, f checkup.Finding) FindingWords {
	out := FindingWords{Level: Level(w, f.Level), Action: w.T("checkup.action_" + key(string(f.Action)))}
	k := "checkup." + key(string(f.Check))
	data := []any{
		"Name", f.Name, "Email", f.Email, "Domain", f.Domain,
		"Category", MailShortNamed(w, f.Category, h.MailCategories),
	}
	switch {
	case f.Level == checkup.OK:
		k += "_ok"
		out.Action = w.T("checkup.action_details")
	case f.Check == checkup.InvitationExpires && f.Over && !h.Features.CancelInvitation.Available:
		k = "checkup.invitation_over_stays"
	case f.Check == checkup.InvitationExpires && f.Over:
		k = "checkup.invitation_over"
	case f.Check == checkup.AccessEnds && f.Over:
		k = "checkup.access_overdue"
	case f.Check == checkup.OwnerMailbox && f.Level == checkup.Attention:
		k = "checkup.owner_mailbox_second"
	case f.Check == checkup.SecondFactor && f.Owner:
		k = "checkup.second_factor_owner"
	case f.Check == checkup.DomainMail && f.Count > 0:
		out.Title, out.Detail = w.T(k+"_title", data...), w.N(k+"_detail_count", f.Count, data...)
		return out
	}
	switch f.Check {
	case checkup.InvitationExpires:
		data = append(data, "When", ends(w, now, f.At))
	case checkup.AccessEnds:
		data = append(data, "When", w.In(now, f.At), "Date", w.Date(f.At))
	case checkup.Dormant:
		data = append(data, "Date", w.Date(f.At))
	case checkup.SecondFactor:
		var names []string
		for _, p := range f.Permissions {
			names = append(names, PermissionShortNamed(w, p, h.Permissions))
		}
		data = append(data, "What", does(w, f.Permissions), "Permissions", w.List(names))
	}
	out.Title = w.T(k+"_title", data...)
	if k == "checkup.second_factor" {
		out.Detail = w.N(k+"_detail", len(f.Permissions), data...)
	} else {
		out.Detail = w.T(k+"_detail", data...)
	}
	return out
}

// Level is the badge of a level.
func Level(w *locales.Words, l checkup.Level) string {
	switch l {
	case checkup.Risk:
		return w.T("checkup.level_risk")
	case checkup.Attention:
		return w.T("checkup.level_attention")
	}
	return w.T("checkup.level_ok")
}

// Points says how much a look at the account found: "2 points of 7 checks".
func Points(w *locales.Words, r checkup.Report) string {
	return w.N("checkup.points", r.Points(), "Checks", w.N("checkup.checks", r.Ran))
}

// does says in the present what the gravest of sensitive permissions lets somebody do.
func does(w *locales.Words, ps []access.Permission) string {
	for _, p := range []access.Permission{access.ManageDomains, access.ManageProducts, access.ProductSSO, access.Orders, access.Profile} {
		for _, has := range ps {
			if has == p {
				return w.T("checkup.does_" + string(p))
			}
		}
	}
	return w.T("checkup.does_other")
}

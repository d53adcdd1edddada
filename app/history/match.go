package history

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
)

// The actions of the contract's activity that are told from Changes and differences too.
const (
	actInvited         = "user.invited"
	actAccepted        = "invitation.accepted"
	actInvitation      = "invitation.changed"
	actResent          = "invitation.resent"
	actCancelled       = "invitation.cancelled"
	actPermissions     = "user.permissions"
	actRemoved         = "user.removed"
	actAccessEnded     = "user.accessEnded"
	actContactAdded    = "contact.added"
	actContactChanged  = "contact.changed"
	actContactDeleted  = "contact.deleted"
	actAccount         = "account.changed"
	actInvitationEnded = "invitation.expired" // in no host's record
)

var actionOfKind = map[change.Kind]string{
	change.SetPermissions: actPermissions, change.Revoke: actRemoved, change.Invite: actInvited, change.EditInvitation: actInvitation,
	change.ResendInvitation: actResent, change.CancelInvitation: actCancelled, change.AddContact: actContactAdded,
	change.EditContact: actContactChanged, change.DeleteContact: actContactDeleted, change.EditAccount: actAccount,
}

// actions are what a host's record may call what made a difference, the likeliest first.
func actions(d diff.Difference) []string {
	switch d.What {
	case diff.OwnerChanged:
		return []string{ActOwnerChanged}
	case diff.UserCame, diff.InvitationAccepted:
		return []string{actAccepted}
	case diff.UserLeft:
		return []string{actRemoved, actAccessEnded}
	case diff.UserPermissions, diff.UserEnds:
		return []string{actPermissions}
	case diff.UserName, diff.UserEmail:
		return []string{ActUserChanged}
	case diff.InvitationSent:
		return []string{actInvited}
	case diff.InvitationResent:
		return []string{actResent, actInvited}
	case diff.InvitationPermissions, diff.InvitationEnds:
		return []string{actInvitation}
	case diff.InvitationGone:
		return []string{actCancelled, actAccepted}
	case diff.InvitationExpired:
		return []string{actInvitationEnded, actCancelled}
	case diff.ContactCame:
		return []string{actContactAdded}
	case diff.ContactLeft:
		return []string{actContactDeleted}
	case diff.ContactEmail, diff.ContactField, diff.ContactMail:
		return []string{actContactChanged}
	case diff.DomainRecipient:
		if d.ID == "" {
			return []string{actAccount}
		}
		return []string{actContactChanged, actContactAdded}
	case diff.AccountEmail, diff.AccountField, diff.AccountMail:
		return []string{actAccount}
	case diff.AccountDomains:
		return []string{ActDomains}
	case diff.NobodyReceives:
		return []string{ActNobody}
	}
	return []string{ActOwnRights}
}

// names are all the ways in which a host may call what something was done to.
type names []string

func (ns names) has(target string) bool {
	if target == "" {
		return true
	}
	key, folded := access.EmailKey(target), access.Fold(strings.TrimSpace(target))
	return slices.ContainsFunc(ns, func(n string) bool {
		return n != "" && (access.EmailKey(n) == key || access.Fold(strings.TrimSpace(n)) == folded)
	})
}

func namesOf(d diff.Difference) names {
	ns := names{d.Name, d.Email}
	switch d.What {
	case diff.UserName, diff.UserEmail, diff.ContactEmail:
		ns = append(ns, d.Before, d.After)
	}
	return ns
}

func namesOfChange(c change.Change) names {
	ns := names{c.TargetName}
	for _, v := range []change.Values{c.Before, c.After} {
		f := v.Fields
		ns = append(ns, f[change.FieldEmail], f[change.FieldCompany], strings.TrimSpace(f[change.FieldFirstName]+" "+f[change.FieldLastName]))
	}
	return ns
}

// tells whether a line of a host's record tells of a difference, as far as action, name and fields say.
func tells(a access.Activity, d diff.Difference) bool {
	if !slices.Contains(actions(d), a.Action) || a.Action != actAccount && !namesOf(d).has(a.Target) {
		return false
	}
	if a.Action != actContactChanged && a.Action != actAccount || len(a.Fields) == 0 {
		return true
	}
	want := map[diff.What][]string{
		diff.ContactEmail: {"email"}, diff.AccountEmail: {"email"},
		diff.ContactMail: {"emailpreferences"}, diff.AccountMail: {"emailpreferences"},
		diff.DomainRecipient: {"email", "emailpreferences"},
	}[d.What]
	switch d.Field {
	case "":
	case diff.FieldAddress:
		want = []string{"address", "line1", "line2", "city", "state", "postalcode", "country"}
	case diff.FieldName:
		want = []string{"firstname", "lastname", "company", "name"}
	default:
		want = []string{strings.ToLower(d.Field)}
	}
	return slices.ContainsFunc(a.Fields, func(f string) bool {
		f, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(f), "/"), "/")
		f, _, _ = strings.Cut(f, ".")
		return slices.Contains(want, f)
	})
}

// Teller finds the host's line about a difference that was seen between two moments, the latest where several tell of it.
func Teller(d diff.Difference, since, at time.Time, record []access.Activity) (access.Activity, bool) {
	var found access.Activity
	ok := false
	for _, a := range record {
		if distance(a.At, since, at) <= skew && tells(a, d) && (!ok || a.At.After(found.At)) {
			found, ok = a, true
		}
	}
	return found, ok
}

// Did tells whether a line of a host's record is by a person.
func Did(a access.Activity, me access.Me) bool { return did(a, me) }

// did tells whether a line of a host's record may be by a person.
func did(a access.Activity, me access.Me) bool {
	switch {
	case a.ActorEmail != "" && me.Email != "":
		return access.EmailKey(a.ActorEmail) == access.EmailKey(me.Email)
	case a.Actor != "":
		return access.Fold(a.Actor) == access.Fold(me.Name()) || me.Email != "" && access.EmailKey(a.Actor) == access.EmailKey(me.Email)
	}
	return false
}

func compareNames(a, b string) int {
	return cmp.Or(cmp.Compare(access.Fold(a), access.Fold(b)), cmp.Compare(a, b))
}

package history

import (
	"cmp"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/diff"
)

// Why says why something cannot be put back, or not by a Change alone.
type Why string

// The reasons there are.
const (
	WhyAlready    Why = "already"    // it is as it was
	WhyInvite     Why = "invite"     // access that was lost needs a new invitation: see Back.Invite
	WhyOwner      Why = "owner"      // only the owner can
	WhyPermission Why = "permission" // it takes Back.Permission
	WhyThemselves Why = "themselves" // a name or a login e-mail is the person's own
	WhyHost       Why = "host"       // only the host can, or knows
	WhyRevoke     Why = "revoke"     // somebody came: that is taken back where access is revoked
	WhyCancel     Why = "cancel"     // an invitation: where it is cancelled
	WhyExpires    Why = "expires"    // an invitation that this host cannot cancel
	WhyDelete     Why = "delete"     // a contact: where it is deleted
	WhyGone       Why = "gone"       // what it was done to is no longer there
	WhyPast       Why = "past"       // the access would end in the past
	WhyFollows    Why = "follows"    // it follows from something else
	WhyNothing    Why = "nothing"    // nothing was changed
)

// Back is the way back from something: a Change that makes it what it was, or why there is none.
type Back struct {
	Change     change.Change // of Kind "" when there is none
	Why        Why           // "" when there is a Change
	Invite     access.Invitation
	Permission access.Permission
	Person     string // where WhyRevoke, WhyCancel, WhyExpires and WhyDelete lead
}

// Possible tells whether there is a Change.
func (b Back) Possible() bool { return b.Change.Kind != "" }

// Present is what a way back is looked for in: the account as it is now, and what its host can do.
type Present struct {
	Snapshot access.Snapshot
	Host     access.Host
	Now      time.Time
}

// PutBack finds the way back from differences; before is the account as it was then. What concerns the same thing is one
// Change. Only what differs is put back: what others have changed since beside it stays.
func PutBack(ds []diff.Difference, before access.Snapshot, p Present) []Back {
	var out []Back
	var wishes []*wish
	for _, d := range ds {
		w, b := p.wish(d, before)
		if w == nil {
			out = append(out, b)
			continue
		}
		if i := slices.IndexFunc(wishes, func(o *wish) bool { return o.kind == w.kind && o.target == w.target }); i >= 0 {
			wishes[i].join(*w)
			continue
		}
		wishes = append(wishes, w)
	}
	for _, w := range wishes {
		out = append(out, p.edit(*w))
	}
	slices.SortStableFunc(out, func(a, b Back) int { return rank(a) - rank(b) })
	return out
}

// rank puts first what can be done at once.
func rank(b Back) int {
	switch {
	case b.Possible():
		return 0
	case b.Why == WhyInvite:
		return 1
	}
	return 2
}

// wish is an edit that puts something back: from what it became to what it was.
type wish struct {
	kind    change.Kind
	target  string
	key     string
	was, is change.Values
}

func (w *wish) join(o wish) {
	for f, v := range o.was.Fields {
		put(&w.was, f, v)
	}
	for f, v := range o.is.Fields {
		put(&w.is, f, v)
	}
	for m, on := range o.was.Mail {
		tick(&w.was, m, on)
	}
	for m, on := range o.is.Mail {
		tick(&w.is, m, on)
	}
	if o.was.Permissions != nil {
		w.was.Permissions, w.is.Permissions = o.was.Permissions, o.is.Permissions
	}
}

// wish turns a difference around, or says why that cannot be.
func (p Present) wish(d diff.Difference, before access.Snapshot) (*wish, Back) {
	kind := change.Kind("")
	switch d.What {
	case diff.UserPermissions, diff.UserEnds:
		kind = change.SetPermissions
	case diff.InvitationPermissions, diff.InvitationEnds:
		kind = change.EditInvitation
	case diff.ContactEmail, diff.ContactField, diff.ContactMail:
		kind = change.EditContact
	case diff.AccountEmail, diff.AccountMail:
		kind = change.EditAccount
	case diff.AccountField:
		kind = change.EditAccount
		if d.Field == diff.FieldName {
			return nil, Back{Why: WhyHost}
		}
	case diff.UserLeft:
		u, _ := before.User(d.ID)
		return nil, p.invite(u.Email, before.Account.Language, change.OfUser(u))
	case diff.InvitationGone, diff.InvitationExpired:
		i, _ := before.Invitation(d.ID)
		return nil, p.invite(i.Email, i.Language, change.OfInvitation(i))
	case diff.ContactLeft:
		c, found := before.Contact(d.ID)
		if !found {
			return nil, Back{Why: WhyHost}
		}
		return nil, p.addContact(change.OfContact(c), c.Name())
	case diff.InvitationSent:
		return nil, p.cancel(d.Key)
	default:
		return nil, Back{Why: whyNot[d.What], Person: d.Key}
	}
	if b := p.may(kind); b.Why != "" {
		return nil, b
	}
	w := &wish{kind: kind, target: d.ID, key: d.Key}
	w.was, w.is = sides(d)
	return w, Back{}
}

var whyNot = map[diff.What]Why{
	diff.OwnerChanged: WhyHost, diff.UserCame: WhyRevoke, diff.UserName: WhyThemselves, diff.UserEmail: WhyThemselves,
	diff.InvitationResent: WhyNothing, diff.InvitationAccepted: WhyRevoke, diff.ContactCame: WhyDelete,
	diff.AccountDomains: WhyHost, diff.DomainRecipient: WhyFollows, diff.NobodyReceives: WhyFollows, diff.OwnRights: WhyOwner,
}

// sides are what a difference was and is, and nothing else.
func sides(d diff.Difference) (was, is change.Values) {
	switch d.What {
	case diff.UserPermissions, diff.InvitationPermissions:
		was.Permissions, is.Permissions = append([]access.Permission{}, d.Removed...), append([]access.Permission{}, d.Added...)
	case diff.ContactMail, diff.AccountMail:
		for _, m := range d.On {
			tick(&was, m, false)
			tick(&is, m, true)
		}
		for _, m := range d.Off {
			tick(&was, m, true)
			tick(&is, m, false)
		}
	case diff.ContactEmail, diff.AccountEmail:
		put(&was, change.FieldEmail, d.Before)
		put(&is, change.FieldEmail, d.After)
	default:
		if d.Field != diff.FieldAddress {
			put(&was, d.Field, d.Before)
			put(&is, d.Field, d.After)
			break
		}
		a, b := change.OfContact(access.Contact{Address: d.Was}), change.OfContact(access.Contact{Address: d.Is})
		for _, f := range addressFields {
			put(&was, f, a.Fields[f])
			put(&is, f, b.Fields[f])
		}
	}
	return was, is
}

// edit is the Change of a wish on what the host has now.
func (p Present) edit(w wish) Back {
	c := change.Change{Account: p.Snapshot.Ref, Kind: w.kind, Target: w.target}
	switch w.kind {
	case change.SetPermissions:
		u, found := p.Snapshot.User(w.target)
		if !found {
			return p.gone(w)
		}
		c.TargetName, c.Base, c.Before = u.Name(), u.ETag, change.OfUser(u)
	case change.EditInvitation:
		i, found := p.Snapshot.Invitation(w.target)
		if !found {
			return p.gone(w)
		}
		c.TargetName, c.Base, c.Before = i.Email, i.ETag, change.OfInvitation(i)
	case change.EditContact:
		k, found := p.Snapshot.Contact(w.target)
		if !found {
			return p.gone(w)
		}
		c.TargetName, c.Base, c.Before = k.Name(), k.ETag, change.OfContact(k)
	default:
		a := p.Snapshot.Account
		c.Target, c.TargetName, c.Base, c.Before = "", a.Name, a.ETag, change.OfAccount(a)
	}
	c.After = change.Overrule(w.is, w.was, c.Before)
	if change.Equal(c.Before, c.After) {
		return Back{Why: WhyAlready}
	}
	if end := c.After.Ends(); !end.IsZero() && !end.After(p.Now) && !end.Equal(c.Before.Ends()) {
		return Back{Why: WhyPast}
	}
	return Back{Change: c}
}

// gone is the way back when what was changed is no longer there: what is left of it is said elsewhere in the history.
func (p Present) gone(w wish) Back { return Back{Why: WhyGone, Person: w.key} }

// may tells what keeps this person, or this host, from a kind of edit.
func (p Present) may(k change.Kind) Back {
	me, f := p.Snapshot.Me, p.Host.Features
	switch k {
	case change.SetPermissions, change.EditInvitation, change.Invite:
		if !me.Owner() {
			return Back{Why: WhyOwner}
		}
		if k == change.EditInvitation && !f.EditInvitation.Available {
			return Back{Why: WhyHost}
		}
	case change.EditContact, change.AddContact:
		if !me.May(access.Contacts) {
			return Back{Why: WhyPermission, Permission: access.Contacts}
		}
	case change.EditAccount:
		if !me.May(access.Profile) {
			return Back{Why: WhyPermission, Permission: access.Profile}
		}
	}
	return Back{}
}

// cancel leads to an invitation that was sent, where this host can take it back.
func (p Present) cancel(person string) Back {
	if !p.Host.Features.CancelInvitation.Available {
		return Back{Why: WhyExpires, Person: person}
	}
	return Back{Why: WhyCancel, Person: person}
}

// invite begins a new invitation with what somebody had before.
func (p Present) invite(email, language string, had change.Values) Back {
	if b := p.may(change.Invite); b.Why != "" {
		return b
	}
	key := access.EmailKey(email)
	for _, u := range p.Snapshot.Users {
		if key != "" && access.EmailKey(u.Email) == key {
			return Back{Why: WhyAlready, Person: key}
		}
	}
	for _, i := range p.Snapshot.Invitations {
		if key != "" && access.EmailKey(i.Email) == key && !i.Expired(p.Now) {
			return Back{Why: WhyAlready, Person: key}
		}
	}
	b := Back{Why: WhyInvite, Person: key, Invite: access.Invitation{Email: email, Language: language, Permissions: slices.Clone(had.Permissions)}}
	if end := had.Ends(); end.After(p.Now) && p.Host.Features.AccessEnds.Available {
		b.Invite.EndsAt, b.Invite.Reason = end, had.Fields[change.FieldReason]
	}
	return b
}

// addContact makes a deleted contact anew.
func (p Present) addContact(had change.Values, name string) Back {
	if b := p.may(change.AddContact); b.Why != "" {
		return b
	}
	for _, c := range p.Snapshot.Contacts {
		if access.EmailKey(c.Email) == access.EmailKey(had.Fields[change.FieldEmail]) && c.Name() == name {
			return Back{Why: WhyAlready, Person: cmp.Or(access.EmailKey(c.Email), "contact:"+c.ID)}
		}
	}
	return Back{Change: change.Change{Account: p.Snapshot.Ref, Kind: change.AddContact, TargetName: name, After: had}}
}

// Undo finds the way back from an own Change; before is the account as it was then, if that is known.
func Undo(d Done, before access.Snapshot, p Present) Back {
	switch d.Kind {
	case change.SetPermissions, change.EditInvitation, change.EditContact, change.EditAccount:
		if b := p.may(d.Kind); b.Why != "" {
			return b
		}
		b := p.edit(wish{kind: d.Kind, target: d.Target, was: only(d.Before, d.After), is: d.After})
		if b.Why == WhyGone && d.Kind == change.SetPermissions {
			if u, known := before.User(d.Target); known {
				return p.invite(u.Email, before.Account.Language, d.Before)
			}
		}
		return b
	case change.Revoke:
		u, _ := before.User(d.Target)
		return p.invite(u.Email, before.Account.Language, d.Before)
	case change.CancelInvitation:
		i, _ := before.Invitation(d.Target)
		return p.invite(cmp.Or(i.Email, d.TargetName), i.Language, d.Before)
	case change.DeleteContact:
		return p.addContact(d.Before, d.TargetName)
	case change.AddContact:
		return Back{Why: WhyDelete, Person: access.EmailKey(d.After.Fields[change.FieldEmail])}
	case change.Invite:
		return p.cancel(access.EmailKey(d.After.Fields[change.FieldEmail]))
	}
	if d.Account.Account == "" {
		return Back{Why: WhyThemselves}
	}
	return Back{Why: WhyNothing}
}

// only is what a Change began with, of what it is about.
func only(before, after change.Values) change.Values {
	var out change.Values
	for f := range after.Fields {
		put(&out, f, before.Fields[f])
	}
	for m := range after.Mail {
		tick(&out, m, before.Mail[m])
	}
	if after.Permissions != nil {
		out.Permissions = append([]access.Permission{}, before.Permissions...)
	}
	return out
}

func put(v *change.Values, field, text string) {
	if v.Fields == nil {
		v.Fields = map[string]string{}
	}
	v.Fields[field] = text
}

func tick(v *change.Values, m access.MailCategory, on bool) {
	if v.Mail == nil {
		v.Mail = map[access.MailCategory]bool{}
	}
	v.Mail[m] = on
}

package change

import (
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
)

// keeps tells whether a Change that met trouble before the host did anything is kept as a draft: the trouble passes by
// itself, and what was wanted still makes sense then. An e-mail to change a password is of use now or not at all.
func keeps(k Kind, t trouble.Kind) bool {
	return (t.Offline() || t == trouble.Busy || t == trouble.RateLimited) && k != ResetPassword
}

// SendsItself tells whether a draft leaves without being asked for again once its host can be reached. What takes
// something away, invites, gives more rights or asks for proof does not: days may lie between, and the person may no longer
// want it, or not be there to answer. What comes back from a journal that was set aside does not either: they may have made it
// again.
func (c Change) SendsItself() bool {
	switch {
	case c.Kind.Destructive(), c.Trouble != nil && (c.Trouble.Kind == trouble.ProofNeeded || c.Trouble.Kind == trouble.JournalTaken):
		return false
	case c.Kind == Invite, c.Kind == ResendInvitation, c.Kind == ChangeLogin, c.Kind == ResetPassword:
		return false
	case c.Kind == EditAccount && changes(c, FieldEmail): // hosts ask for proof of the new address
		return false
	}
	return !Widens(c)
}

// Widens tells whether a Change gives somebody more than they had: a permission, access for longer, or the mail about
// domains, by which domains are renewed and transferred.
func Widens(c Change) bool {
	switch c.Kind {
	case Invite, ResendInvitation:
		return true
	case SetPermissions, EditInvitation:
		added, _ := access.Diff(c.Before.Permissions, c.After.Permissions)
		return len(added) > 0 || longer(c.Before, c.After)
	case AddContact, EditContact, EditAccount:
		on := c.After.Mail[access.MailDomain]
		return on && (!c.Before.Mail[access.MailDomain] || changes(c, FieldEmail))
	}
	return false
}

// longer tells whether access lasts longer than before. What is no time is taken for none: no end.
func longer(before, after Values) bool {
	if before.Fields[FieldEndsAt] == after.Fields[FieldEndsAt] {
		return false
	}
	was, is := before.Ends(), after.Ends()
	return !was.IsZero() && (is.IsZero() || is.After(was))
}

// changes tells whether a Change changes a field.
func changes(c Change, field string) bool {
	v, given := c.After.Fields[field]
	return given && v != c.Before.Fields[field]
}

// subject names what a Change is about, so that two about the same are told: one must not overtake the other. What makes
// something new is about nothing that is there: empty.
func (c Change) subject() string {
	switch {
	case c.Kind == Invite, c.Kind == AddContact:
		return ""
	case c.Target == "":
		return string(c.Kind)
	}
	return c.Target
}

// sameWish tells whether a Change is the same wish as an earlier one with other content, and so takes its place.
func (c Change) sameWish(old Change) bool {
	if c.Account != old.Account || c.Kind != old.Kind {
		return false
	}
	if c.Kind == Invite {
		return access.EmailKey(c.After.Fields[FieldEmail]) == access.EmailKey(old.After.Fields[FieldEmail])
	}
	return c.Kind != AddContact && c.Target == old.Target
}

// onDraft brings a new edit and a draft of the same thing together. The form showed what the host had: what it changed of
// that wins, and what only the draft changes stays wanted. It is based on what the draft was, so that what others have
// changed since is noticed.
//
// A form that began with what the draft wants (Instead) has all of it in After, also what the person has taken back.
func onDraft(c, old Change) Change {
	if c.Kind != Invite && !c.Kind.Destructive() && c.Instead != old.ID {
		c.After = Overrule(c.Before, c.After, old.After)
		c.Before, c.Base = old.Before, old.Base
	}
	return c
}

// DraftOf finds the draft that an edit of the same kind and target would be joined to.
func (d *Desk) DraftOf(ref access.Ref, kind Kind, target string) (Change, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if it := d.draftOf(Change{Account: ref, Kind: kind, Target: target}); it != nil {
		return it.c, true
	}
	return Change{}, false
}

// OnTopOf is what a draft wants, brought onto what its target is now: what a form can begin with. Where others have changed
// the same thing since, it is what the draft wants; sending it finds that out.
func (c Change) OnTopOf(now Values) Values { return Overrule(c.Before, c.After, now) }

// draftOf finds the draft whose place a Change takes; the mutex is held.
func (d *Desk) draftOf(c Change) *item {
	for _, id := range d.order {
		if it := d.all[id]; it.c.State == Draft && c.sameWish(it.c) {
			return it
		}
	}
	return nil
}

// Reachable lets the drafts of an identity leave that send themselves, in the order they were made: its host has just
// answered. One about the same thing as an earlier one that still waits for the person waits with it.
//
// What nobody knows the outcome of is sent again with them, under the same key, once no form shows it any more: so it is
// found out, and nothing is done twice. The same kinds are left to the person.
func (d *Desk) Reachable(identity string) {
	d.mu.Lock()
	if !d.closed {
		held := map[access.Ref][]string{}
		for _, id := range d.order {
			it := d.all[id]
			ref, subject := it.c.Account, it.c.subject()
			switch {
			case ref.Identity != identity || it.c.State.Over():
			case d.free(it) && (subject == "" || !slices.Contains(held[ref], subject)):
				it.c.Alone, it.attended = true, false
				d.resend(it)
			case it.c.State != Sending:
				held[ref] = append(held[ref], subject)
			}
		}
	}
	d.mu.Unlock()
	d.spread()
}

// free tells whether an item leaves by itself once its host answers; the mutex is held.
func (d *Desk) free(it *item) bool {
	c := it.c
	unknown := c.State == Refused && c.Alone && c.Trouble != nil && c.Trouble.Kind == trouble.OutcomeUnknown &&
		!forgotten(c.Kind, it.left, time.Now())
	return (c.State == Draft || unknown) && c.SendsItself()
}

// shelve puts a Change that asks for proof among the drafts: the person goes on with it later. The mutex is held.
func (d *Desk) shelve(it *item) {
	it.c.State, it.c.Challenge, it.c.Trouble = Draft, nil, &trouble.Trouble{Kind: trouble.ProofNeeded}
	it.proof = ""
	d.write(it)
	d.over(it)
}

// Waits tells whether a Change is among what waits for the person or for its host, outside of any form: what a list of
// what is still to be done shows.
func (c Change) Waits() bool {
	switch c.State {
	case Draft, Unread:
		return true
	case Refused, Conflicting, NeedsProof:
		return c.Alone || c.Kind.Destructive() || c.Trouble != nil && c.Trouble.Kind == trouble.OutcomeUnknown
	}
	return false
}

// Undecided tells whether what waits is settled by no connection and no sign-in: the person has to say what is to become of it.
func (c Change) Undecided() bool {
	switch c.State {
	case Conflicting, Unread:
		return c.Waits()
	case Refused:
		return c.Waits() && (c.Trouble == nil || c.Trouble.Kind != trouble.OutcomeUnknown && c.Trouble.Kind != trouble.SignInNeeded)
	}
	return false
}

// keyKept is how long after it first left a Change may be sent again by itself: hosts remember the answer to an
// Idempotency-Key for 7 days (client/api), and clocks differ.
const keyKept = 6 * 24 * time.Hour

// Repeatable tells whether sending a Change again cannot do it twice: its host still knows that it did it, if it did.
func (c Change) Repeatable(now time.Time) bool { return !forgotten(c.Kind, c.At, now) }

// forgotten tells whether sending a Change again might do it twice, because its host may no longer know that it did it.
// What carries the tag of what it is based on never is done twice.
func forgotten(k Kind, left, now time.Time) bool {
	switch k {
	case Invite, ResendInvitation, AddContact, ChangeLogin, ResetPassword:
		return !left.IsZero() && now.Sub(left) > keyKept
	}
	return false
}

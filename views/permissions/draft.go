package permissions

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
)

// use is what the dialog is open for.
type use int

const (
	inviting use = iota
	editingInvitation
	editingUser
)

// draft is what the dialog holds: the set as it was and as it is to be, and what belongs to it.
type draft struct {
	use       use
	catalogue []access.CatalogueEntry // the host's, with what the set has beyond it
	before    change.Values           // as the host has it
	began     change.Values           // as the dialog opened
	set       []access.Permission

	email, language string // of an invitation that is not sent yet

	ends     bool   // the access has an end
	endsText string // the date as typed
	endsAt   time.Time
	reason   string
}

// newDraft begins with a set as it is; nothing is selected for an invitation.
func newDraft(u use, catalogue []access.CatalogueEntry, set []access.Permission, endsAt time.Time, reason string) *draft {
	d := &draft{use: u, before: change.OfRights(set, endsAt, reason), set: slices.Clone(set), ends: !endsAt.IsZero(), endsAt: endsAt, reason: reason}
	d.catalogue = slices.Clone(catalogue)
	for _, p := range set {
		if !slices.ContainsFunc(catalogue, func(e access.CatalogueEntry) bool { return e.Key == string(p) }) {
			d.catalogue = append(d.catalogue, access.CatalogueEntry{Key: string(p)}) // shown, so that saving cannot lose it unseen
		}
	}
	d.began = d.before
	return d
}

// beginWith opens with what an edit wants that is not sent yet.
func (d *draft) beginWith(v change.Values) {
	with := newDraft(d.use, d.catalogue, v.Permissions, v.Ends(), v.Fields[change.FieldReason])
	with.before = d.before
	with.began = with.after()
	*d = *with
}

func (d *draft) has(p access.Permission) bool { return slices.Contains(d.set, p) }

func (d *draft) toggle(p access.Permission, on bool) {
	d.set = slices.DeleteFunc(d.set, func(q access.Permission) bool { return q == p })
	if on {
		d.set = append(d.set, p)
	}
}

// choose replaces the set.
func (d *draft) choose(set []access.Permission) { d.set = slices.Clone(set) }

// mark is what an edit does to one permission.
type mark int

const (
	asBefore mark = iota
	added
	removed
)

// markOf compares with the set before. An invitation has no before: nothing is marked.
func (d *draft) markOf(p access.Permission) mark {
	was := slices.Contains(d.before.Permissions, p)
	switch {
	case d.use == inviting || was == d.has(p):
		return asBefore
	case was:
		return removed
	}
	return added
}

// after is the draft as one side of a Change.
func (d *draft) after() change.Values {
	end, reason := d.endsAt, strings.TrimSpace(d.reason)
	if !d.ends {
		end, reason = time.Time{}, ""
	}
	v := change.OfRights(d.inOrder(), end, reason)
	if d.use == inviting {
		v.Fields[change.FieldEmail], v.Fields[change.FieldLanguage] = strings.TrimSpace(d.email), d.language
	}
	return v
}

// inOrder is the set in the order of the catalogue.
func (d *draft) inOrder() []access.Permission {
	out := []access.Permission{}
	for _, e := range d.catalogue {
		if d.has(access.Permission(e.Key)) {
			out = append(out, access.Permission(e.Key))
		}
	}
	return out
}

// changes counts what saving would change: permissions added or removed, the end, the reason.
func (d *draft) changes() int { return len(change.Differences(d.before, d.after())) }

// dirty tells whether leaving would lose something.
func (d *draft) dirty() bool {
	if d.use == inviting {
		return strings.TrimSpace(d.email) != "" || len(d.set) > 0 || d.ends
	}
	return !change.Equal(d.began, d.after()) || d.ends && d.endsText != "" && d.endsAt.IsZero()
}

// everything tells whether the set is all there is and was not before, which is asked about once more.
func (d *draft) everything() bool {
	all := access.PresetAll.Of(d.catalogue)
	return len(all) > 1 && access.SameSet(all, d.set) && !access.SameSet(all, d.before.Permissions)
}

// sensitive lists the sensitive permissions that the draft newly gives, in the order of the catalogue.
func (d *draft) sensitive() []access.CatalogueEntry {
	var out []access.CatalogueEntry
	for _, e := range d.catalogue {
		p := access.Permission(e.Key)
		if e.Sensitive && d.has(p) && !slices.Contains(d.before.Permissions, p) {
			out = append(out, e)
		}
	}
	return out
}

// validEmail tells whether a text can be an e-mail address as people have them (RFC 5322 addr-spec with a domain of at
// least two labels).
func validEmail(s string) bool {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// presence is what an address already is in an account.
type presence int

const (
	unknown presence = iota
	alreadyUser
	alreadyInvited
)

// presenceOf tells whether inviting an address would be refused, and who has it.
func presenceOf(s access.Snapshot, email string, now time.Time) (presence, access.Person) {
	key := access.EmailKey(email)
	for _, p := range access.People(s) {
		if key == "" || p.Key != key {
			continue
		}
		switch {
		case p.User != nil:
			return alreadyUser, p
		case p.Invitation != nil && !p.Invitation.Expired(now):
			return alreadyInvited, p
		}
	}
	return unknown, access.Person{}
}

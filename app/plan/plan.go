// Package plan finds what somebody has in every account that this person reaches, says for each account what it takes to
// take them out of it and what stands in the way, and tells how far a plan that was approved has come.
//
// It is pure: it reads what it is given and makes Changes that somebody else sends. It knows nothing of views and has no
// text for people.
package plan

import (
	"cmp"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
)

// Store is what is read; *cache.Store has it.
type Store interface {
	Accounts(identity string) []access.Summary
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Verdict says what can be done about an account.
type Verdict int

// The verdicts, in the order in which accounts are listed.
const (
	Ready  Verdict = iota // the steps can be sent
	Decide                // the person decides, see Why; there may be steps that can be sent nonetheless
	Cannot                // nothing can be done from here, see Why
)

// Reason says why something stays, or an account is not simply ready.
type Reason string

// The reasons there are.
const (
	NotFetched  Reason = "not-fetched"  // what is in the account is not known; the person may be there. See Row.Trouble
	Offline     Reason = "offline"      // its host could not be reached: known as of Row.At
	LastDomain  Reason = "last-domain"  // nobody else receives the mail about domains
	Owns        Reason = "owns"         // the account is theirs
	OwnerOnly   Reason = "owner-only"   // only the owner may, and that is somebody else
	HostCannot  Reason = "host-cannot"  // the host has no such feature
	MainAddress Reason = "main-address" // it is the account's own address, which is not removed but changed
)

// Thing is what somebody can be in an account.
type Thing string

// The things there are.
const (
	User       Thing = "user"
	Contact    Thing = "contact"
	Invitation Thing = "invitation"
	Main       Thing = "main"
)

// Stay is something of the person that stays in an account.
type Stay struct {
	Thing Thing
	Why   Reason
	Host  access.Text // with HostCannot: what the host says of it
}

// Row is one account in which the person is, or may be.
type Row struct {
	Ref     access.Ref
	Name    string          // of the account
	Has     []Thing         // what the person is there
	Steps   []change.Change // what is to be sent, in this order; of no plan yet
	Stays   []Stay          // what is not taken away by them
	Verdict Verdict
	Why     Reason           // with Decide and Cannot
	At      time.Time        // when the host last said that it is so; zero with NotFetched
	Trouble *trouble.Trouble // why it could not be asked the last time
}

// Found is all that is known of one person.
type Found struct {
	Key, Name, Email string
	Rows             []Row
	// Unseen are accounts whose users this person is not told of: somebody else owns them, and whoever is looked for may be
	// a user of each.
	Unseen []access.Ref
}

// Present counts the accounts in which the person is, as far as is known.
func (f Found) Present() (n int) {
	for _, r := range f.Rows {
		if r.Why != NotFetched {
			n++
		}
	}
	return n
}

// Find looks for a person in every account, by normalised e-mail (access.EmailKey). An account that two identities reach is
// one account: it is reached as whoever can do more there.
func Find(store Store, key string) Found {
	f := Found{Key: key, Name: key, Email: key}
	if key == "" {
		return f
	}
	type place struct{ host, account string }
	best := map[place]Row{}
	unseen := map[place]access.Ref{}
	var order []place
	named := -1 // how good the name is
	for _, a := range store.Accounts("") {
		i, _ := store.Identity(a.Ref.Identity)
		at := place{i.Host.URL, a.Ref.Account}
		snap, status, has := store.Snapshot(a.Ref)
		row := Row{Ref: a.Ref, Name: a.Name, At: status.At, Trouble: status.Trouble}
		if row.Trouble == nil && i.Status.Trouble != nil && i.Status.Trouble.Kind.Offline() {
			row.Trouble = i.Status.Trouble
		}
		if !has {
			row.Verdict, row.Why, row.At = Cannot, NotFetched, time.Time{}
		} else if p, here := personIn(snap, key); here {
			if good := p.Named(); good > named {
				named, f.Name, f.Email = good, p.Name, p.Email
			}
			look(&row, i.Host, snap, p, key)
		} else {
			if !snap.Me.Owner() {
				unseen[at] = a.Ref
			}
			continue
		}
		old, known := best[at]
		if !known {
			order = append(order, at)
		}
		if !known || better(row, old) {
			best[at] = row
		}
	}
	for _, at := range order {
		row := best[at]
		if _, seen := unseen[at]; seen && row.Why == NotFetched {
			continue // as another identity it is known that the person is not to be seen there
		}
		delete(unseen, at)
		f.Rows = append(f.Rows, row)
	}
	for _, ref := range unseen {
		f.Unseen = append(f.Unseen, ref)
	}
	slices.SortFunc(f.Unseen, func(a, b access.Ref) int {
		return cmp.Or(cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Account, b.Account))
	})
	Sort(f.Rows)
	return f
}

// Sort lists what can be done first, and by name.
func Sort(rows []Row) {
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(access.Fold(a.Name), access.Fold(b.Name)), cmp.Compare(a.Ref.Account, b.Ref.Account))
	})
}

func (r Row) rank() int {
	if r.Why == NotFetched {
		return int(Cannot) + 1
	}
	return int(r.Verdict)
}

// better tells whether more can be done by one row of an account than by another.
func better(a, b Row) bool {
	if a.rank() != b.rank() {
		return a.rank() < b.rank()
	}
	return len(a.Steps) > len(b.Steps)
}

func personIn(s access.Snapshot, key string) (access.Person, bool) {
	if !mentions(s, key) { // of a thousand accounts most do not, and joining the people of each takes long
		return access.Person{}, false
	}
	for _, p := range access.People(s) {
		if p.Key == key {
			return p, true
		}
	}
	return access.Person{}, false
}

// mentions tells whether an address stands anywhere in an account.
func mentions(s access.Snapshot, key string) bool {
	is := func(email string) bool { return access.EmailKey(email) == key }
	return is(s.Account.Email) ||
		slices.ContainsFunc(s.Users, func(u access.User) bool { return is(u.Email) }) ||
		slices.ContainsFunc(s.Invitations, func(i access.Invitation) bool { return is(i.Email) }) ||
		slices.ContainsFunc(s.Contacts, func(c access.Contact) bool { return is(c.Email) })
}

// look fills in what the person has in an account, what it takes to take it away, and what stays.
func look(r *Row, h access.Host, s access.Snapshot, p access.Person, key string) {
	step := func(c change.Change) {
		c.Account = r.Ref
		r.Steps = append(r.Steps, c)
	}
	stay := func(t Thing, why Reason) { r.Stays = append(r.Stays, Stay{Thing: t, Why: why}) }
	if u := p.User; u != nil {
		r.Has = append(r.Has, User)
		switch {
		case u.Role == access.Owner:
			stay(User, Owns)
		case !s.Me.Owner():
			stay(User, OwnerOnly)
		default:
			step(change.Change{Kind: change.Revoke, Target: u.ID, TargetName: u.Name(), Base: u.ETag, Before: change.OfUser(*u)})
		}
	}
	for _, i := range s.Invitations { // a host may list several to one address
		if access.EmailKey(i.Email) != key {
			continue
		}
		r.Has = append(r.Has, Invitation)
		switch f := h.Features.CancelInvitation; {
		case !s.Me.Owner():
			stay(Invitation, OwnerOnly)
		case !f.Available:
			r.Stays = append(r.Stays, Stay{Thing: Invitation, Why: HostCannot, Host: f.Reason})
		default:
			step(change.Change{Kind: change.CancelInvitation, Target: i.ID, TargetName: i.Email, Base: i.ETag, Before: change.OfInvitation(i)})
		}
	}
	last := lastOfDomains(s, key)
	for _, c := range p.Contacts {
		r.Has = append(r.Has, Contact)
		switch {
		case !s.Me.May(access.Contacts):
			stay(Contact, OwnerOnly)
		case last && c.Preferences[access.MailDomain]:
			stay(Contact, LastDomain)
		default:
			step(change.Change{Kind: change.DeleteContact, Target: c.ID, TargetName: c.Name(), Base: c.ETag, Before: change.OfContact(c)})
		}
	}
	if p.Main {
		r.Has = append(r.Has, Main)
		stay(Main, MainAddress)
	}
	r.judge()
}

// judge draws the verdict from what can be done and what stays.
func (r *Row) judge() {
	stays := func(why Reason) bool { return slices.ContainsFunc(r.Stays, func(s Stay) bool { return s.Why == why }) }
	offline := r.Trouble != nil && r.Trouble.Kind.Offline()
	r.Verdict, r.Why = Ready, ""
	switch {
	case stays(LastDomain): // who receives it instead is for the person to say
		r.Verdict, r.Why = Decide, LastDomain
	case len(r.Steps) == 0:
		r.Verdict, r.Why = Cannot, r.Stays[0].Why
	case stays(Owns):
		r.Verdict, r.Why = Decide, Owns
	case offline:
		r.Verdict, r.Why = Decide, Offline
	}
}

// lastOfDomains tells whether nobody would receive the mail about domains without the contacts of somebody who does.
func lastOfDomains(s access.Snapshot, key string) bool {
	if s.Account.Preferences[access.MailDomain] && s.Account.Email != "" {
		return false
	}
	is := false
	for _, c := range s.Contacts {
		switch {
		case !c.Preferences[access.MailDomain]:
		case access.EmailKey(c.Email) == key:
			is = true
		case c.Email != "":
			return false
		}
	}
	return is
}

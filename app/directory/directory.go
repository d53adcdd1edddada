// Package directory joins everybody in all accounts: one entry for each person, with what they are in each account. It says
// who can sign in, who only receives mail, which invitations expire and which access ends, and what is not known.
//
// It reads snapshots and makes values. It knows nothing of views, has no text for people and asks no host.
package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
)

// Source is what is known of one account through one identity.
type Source struct {
	Ref      access.Ref
	Host     string    // the host's URL: the same account reached by two identities is one account
	Name     string    // of the account
	Me       access.Me // whose identity it is
	Snapshot *access.Snapshot
	Said     time.Time // when the host last said that the account is so
}

// Account is an account in the directory. Of several identities that reach it Ref names the one that is told most.
type Account struct {
	Ref     access.Ref
	Name    string
	Fetched bool
	// Full: its users and invitations are known. Only the owner is told of them; of another's account there are only one's
	// own access and the contacts one may see.
	Full bool
	Said time.Time
}

// Place is what a person is in one account.
type Place struct {
	Account int        // in Directory.Accounts
	Ref     access.Ref // the way to the person: of several identities one that is told of them
	access.Person
}

// SignsIn tells whether a person can sign in somewhere.
type SignsIn int

// What can be said of it.
const (
	No     SignsIn = iota // nowhere, as all their accounts are fully known
	Yes                   // somewhere at least
	Unseen                // not as far as is told; they are in accounts whose users are not
)

// Entry is one person.
type Entry struct {
	// Key is stable while the e-mail is: the normalised address, or, for one without, the account and what they are there.
	Key         string
	Name, Email string
	Places      []Place // by the account's name
	SignsIn     SignsIn
	Receives    bool // mail of any kind, of any account
	Invited     bool // and not yet a user, somewhere

	folded string   // the name
	find   []string // folded texts that a search looks in
	named  int      // how good the name is
}

// Directory is everybody, by name. It does not change.
type Directory struct {
	Entries    []Entry
	Accounts   []Account // by name
	NotFetched int       // accounts of which nothing is known but the name
	Partly     int       // accounts that are not Full
}

// part is what one source holds, ready to be joined. It is made once for each snapshot.
type part struct {
	snapshot *access.Snapshot
	me       access.Me
	people   []prepared
	full     bool
	contacts bool // may be seen
}

// prepared is a person of one account with what joining and searching need.
type prepared struct {
	access.Person
	ref      access.Ref
	key      string // "" when nothing joins the person over accounts
	folded   string // the name
	find     []string
	named    int
	receives bool
}

func prepare(s Source) part {
	p := part{snapshot: s.Snapshot, me: s.Me}
	if s.Snapshot == nil {
		return p
	}
	p.full, p.contacts = s.Snapshot.Me.Owner(), s.Snapshot.Me.May(access.Contacts)
	people := access.PeopleFor(*s.Snapshot, s.Me)
	p.people = make([]prepared, len(people))
	for i, who := range people {
		one := prepared{Person: who, ref: s.Ref, folded: access.Fold(who.Name), named: who.Named(), receives: who.Receives().Any()}
		if who.Email != "" {
			one.key = who.Key
		}
		one.also(who.Name)
		one.also(who.Email)
		for _, c := range who.Contacts {
			one.also(c.Name())
			one.also(c.Company)
		}
		p.people[i] = one
	}
	return p
}

func (p *prepared) also(text string) {
	if text = access.Fold(text); text != "" && !slices.Contains(p.find, text) {
		p.find = append(p.find, text)
	}
}

// current tells whether a part is still what a source holds.
func (p part) current(s Source) bool {
	me := p.me.ID == s.Me.ID && p.me.Email == s.Me.Email && p.me.FirstName == s.Me.FirstName && p.me.LastName == s.Me.LastName
	return me && p.snapshot.Is(s.Snapshot)
}

// Make joins what is known.
func Make(sources []Source) *Directory {
	parts := make([]part, len(sources))
	for i, s := range sources {
		parts[i] = prepare(s)
	}
	return join(sources, parts)
}

// join makes the directory of sources and their parts.
func join(sources []Source, parts []part) *Directory {
	d := &Directory{}
	groups := group(sources, parts)
	total := 0
	for _, p := range parts {
		total += len(p.people)
	}
	at := make(map[string]int, total)
	d.Entries = make([]Entry, 0, total)
	d.Accounts = make([]Account, 0, len(groups))
	one := make([]Place, 0, total) // most people are in one account: their places are made at once
	for _, g := range groups {
		best, s := parts[g[0]], sources[g[0]]
		n := len(d.Accounts)
		d.Accounts = append(d.Accounts, Account{Ref: s.Ref, Name: s.Name, Fetched: best.snapshot != nil, Full: best.full, Said: s.Said})
		switch {
		case best.snapshot == nil:
			d.NotFetched++
		case !best.full:
			d.Partly++
		}
		people := best.people
		if !best.full && len(g) > 1 {
			people = merge(g, parts)
		}
		for k := range people {
			p := &people[k]
			key := p.key
			if key == "" {
				key = s.Host + " " + s.Ref.Account + " " + p.Key
			}
			place := Place{Account: n, Ref: p.ref, Person: p.Person}
			i, known := at[key]
			if !known {
				i = len(d.Entries)
				at[key] = i
				d.Entries = append(d.Entries, Entry{Key: key, Name: p.Name, Email: p.Email, folded: p.folded, find: p.find, named: p.named})
				one = append(one, place)
				d.Entries[i].Places = one[len(one)-1 : len(one) : len(one)]
			} else {
				e := &d.Entries[i]
				e.Places = append(e.Places, place)
				if p.named > e.named {
					e.Name, e.folded, e.named = p.Name, p.folded, p.named
				}
				e.find = union(e.find, p.find)
			}
			d.Entries[i].note(p, best.full)
		}
	}
	d.sort()
	return d
}

// union adds texts that are new. The first list is another entry's: it is not written to.
func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a[:len(a):len(a)], s)
		}
	}
	return a
}

// note takes in what a person is in one more account.
func (e *Entry) note(p *prepared, full bool) {
	switch {
	case p.User != nil:
		e.SignsIn = Yes
	case !full && e.SignsIn == No:
		e.SignsIn = Unseen
	}
	e.Receives = e.Receives || p.receives
	e.Invited = e.Invited || p.Invitation != nil
}

// group lists the sources of each account, the one that is told most first, the accounts by name.
func group(sources []Source, parts []part) [][]int {
	type place struct{ host, account string }
	at := make(map[place]int, len(sources))
	var groups [][]int
	for i, s := range sources {
		p := place{s.Host, s.Ref.Account}
		if s.Host == "" {
			p.host = s.Ref.Identity // nothing is known of the host yet
		}
		n, known := at[p]
		if !known {
			n = len(groups)
			at[p] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], i)
	}
	told := func(i int) int {
		switch p := parts[i]; {
		case p.snapshot == nil:
			return 3
		case p.full:
			return 0
		case p.contacts:
			return 1
		}
		return 2
	}
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = access.Fold(s.Name)
	}
	for _, g := range groups {
		slices.SortFunc(g, func(a, b int) int {
			return cmp.Or(told(a)-told(b), cmp.Compare(sources[a].Ref.Identity, sources[b].Ref.Identity))
		})
	}
	slices.SortFunc(groups, func(a, b []int) int {
		x, y := sources[a[0]].Ref, sources[b[0]].Ref
		return cmp.Or(cmp.Compare(names[a[0]], names[b[0]]), cmp.Compare(x.Account, y.Account), cmp.Compare(x.Identity, y.Identity))
	})
	return groups
}

// merge is who is in an account of which no identity is told all: what one of them is told and another not.
func merge(g []int, parts []part) []prepared {
	out := slices.Clone(parts[g[0]].people)
	for _, i := range g[1:] {
		for _, p := range parts[i].people {
			n := slices.IndexFunc(out, func(o prepared) bool { return o.Key == p.Key })
			if n < 0 {
				out = append(out, p)
				continue
			}
			o := &out[n]
			if o.User == nil && p.User != nil {
				o.User = p.User
				if p.named > o.named {
					o.Name, o.folded, o.named = p.Name, p.folded, p.named
				}
				o.find = union(o.find, p.find)
			}
		}
	}
	return out
}

// sort puts the entries in the order of their names, as in a French dictionary: accents and case only decide between names
// that are otherwise alike.
func (d *Directory) sort() {
	type keyed struct {
		folded string
		at     int
	}
	order := make([]keyed, len(d.Entries)) // sorted instead of the entries: much less to move
	for i := range d.Entries {
		order[i] = keyed{d.Entries[i].folded, i}
	}
	slices.SortFunc(order, func(a, b keyed) int {
		if c := strings.Compare(a.folded, b.folded); c != 0 {
			return c
		}
		x, y := &d.Entries[a.at], &d.Entries[b.at]
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Key, y.Key))
	})
	sorted := make([]Entry, len(order))
	for i, k := range order {
		sorted[i] = d.Entries[k.at]
	}
	d.Entries = sorted
}

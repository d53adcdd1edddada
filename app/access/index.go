package access

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// AccountSource is what the index knows of one account.
type AccountSource struct {
	Summary  Summary
	Host     string    // the host's URL: the same account reached by two identities counts once
	Alias    string    // the person's own name for it; may be empty
	Snapshot *Snapshot // nil while it has not been synced
}

// Index is everything the search box and the switcher find: accounts, people over all accounts, actions. It does not
// change, except that it remembers the last query to narrow it down; With, Without and WithActions make a new one that
// shares what stays the same. Safe for concurrent use.
type Index struct {
	segments     []segment // by title
	at           map[Ref]int
	sources      []AccountSource
	accountTexts [][]string
	named        []bool // the second text is the account's name or company
	same         []int  // the first account that is the same one, reached by another identity
	persons      []indexed
	palette      []PaletteAction

	mu           sync.Mutex
	accounts     pool
	people       pool
	actions      pool
	accountBoost []int
	personBoost  []int
	here         int      // account that personBoost is for; -1 when none
	last         []string // words of the last query
}

// segment is one account with its people, prepared.
type segment struct {
	source AccountSource
	texts  []string // title, name and company where they differ, then what else is searched
	folded []string
	named  bool
	seeds  []seed
}

// seed is one person of one account, prepared.
type seed struct {
	key, name, email        string
	foldedName, foldedEmail string
	company, foldedCompany  string
	roles                   roles
}

// roles of a person in one account, as bits.
type roles uint8

const (
	isOwner roles = 1 << iota
	isUser
	isInvited
	isContact
	isMain
)

// indexed is one person over all accounts.
type indexed struct {
	key    string
	texts  []string // name, e-mail, then other names and companies
	folded []string
	places []placed
}

type placed struct {
	account int
	roles   roles
}

func (p placed) place(ref Ref) Place {
	return Place{
		Ref: ref, Owner: p.roles&isOwner != 0, User: p.roles&isUser != 0, Invited: p.roles&isInvited != 0,
		Contact: p.roles&isContact != 0, Main: p.roles&isMain != 0,
	}
}

// NewIndex builds an index. Of two sources with the same Ref the last one counts.
func NewIndex(accounts []AccountSource, actions []PaletteAction) *Index {
	return build(prepareAll(nil, accounts), actions)
}

// With returns an index in which some accounts are added or replaced; the others are not prepared anew.
func (x *Index) With(accounts ...AccountSource) *Index {
	return build(prepareAll(x.segments, accounts), x.palette)
}

// Without returns an index without some accounts.
func (x *Index) Without(refs ...Ref) *Index {
	return build(slices.DeleteFunc(slices.Clone(x.segments), func(s segment) bool { return slices.Contains(refs, s.source.Summary.Ref) }), x.palette)
}

// WithActions returns an index with other actions.
func (x *Index) WithActions(actions []PaletteAction) *Index { return build(x.segments, actions) }

func prepareAll(known []segment, accounts []AccountSource) []segment {
	byRef := make(map[Ref]segment, len(known)+len(accounts))
	for _, s := range known {
		byRef[s.source.Summary.Ref] = s
	}
	for _, a := range accounts {
		byRef[a.Summary.Ref] = prepare(a)
	}
	return slices.SortedFunc(maps.Values(byRef), func(a, b segment) int {
		if c := strings.Compare(a.folded[0], b.folded[0]); c != 0 {
			return c
		}
		ra, rb := a.source.Summary.Ref, b.source.Summary.Ref
		if c := strings.Compare(ra.Account, rb.Account); c != 0 {
			return c
		}
		return strings.Compare(ra.Identity, rb.Identity)
	})
}

func prepare(a AccountSource) segment {
	s := segment{source: a}
	add := func(text string) bool {
		text = strings.TrimSpace(text)
		if text == "" || slices.Contains(s.texts, text) {
			return false
		}
		s.texts = append(s.texts, text)
		return true
	}
	add(a.Alias)
	s.named = add(a.Summary.Name) && len(s.texts) > 1
	if a.Snapshot != nil {
		acc := a.Snapshot.Account
		s.named = add(acc.Company) && len(s.texts) == 2 || s.named
		add(fullName(acc.FirstName, acc.LastName, "", ""))
		for _, d := range acc.Domains {
			add(d)
		}
		add(acc.Email)
	}
	add(a.Summary.Ref.Account)
	if len(s.texts) == 0 {
		s.texts = []string{""}
	}
	for _, t := range s.texts {
		s.folded = append(s.folded, Fold(t))
	}
	if a.Snapshot != nil {
		for _, p := range People(*a.Snapshot) {
			s.seeds = append(s.seeds, newSeed(p))
		}
	}
	return s
}

func newSeed(p Person) seed {
	d := seed{key: p.Key, name: p.Name, email: p.Email, foldedName: Fold(p.Name)}
	if d.email != d.name {
		d.foldedEmail = Fold(d.email)
	}
	if p.User != nil {
		d.roles |= isUser
		if p.User.Role == Owner {
			d.roles |= isOwner
		}
	}
	if p.Invitation != nil {
		d.roles |= isInvited
	}
	if p.Main {
		d.roles |= isMain
	}
	for _, c := range p.Contacts {
		d.roles |= isContact
		if d.company == "" && c.Company != p.Name {
			d.company, d.foldedCompany = c.Company, Fold(c.Company)
		}
	}
	return d
}

func build(segments []segment, actions []PaletteAction) *Index {
	x := &Index{segments: segments, palette: actions, at: make(map[Ref]int, len(segments)), here: -1}
	x.join()
	for i, s := range segments {
		x.at[s.source.Summary.Ref] = i
		x.sources = append(x.sources, s.source)
		x.accountTexts = append(x.accountTexts, s.texts)
		x.named = append(x.named, s.named)
		x.accounts.add(s.folded...)
	}
	x.people.grow(len(x.persons), 2*len(x.persons))
	for i := range x.persons {
		x.people.add(x.persons[i].folded...)
	}
	for _, a := range actions {
		folded := []string{Fold(a.Title)}
		for _, k := range a.Keywords {
			folded = append(folded, Fold(k))
		}
		x.actions.add(folded...)
	}
	x.accountBoost = make([]int, len(segments))
	x.personBoost = make([]int, len(x.persons))
	return x
}

// join makes one person of those with the same key in several accounts, sorted by name. The name is the one of the
// first account that has more than an e-mail; other names stay searchable.
func (x *Index) join() {
	total := 0
	for _, s := range x.segments {
		total += len(s.seeds)
	}
	known := make(map[string]int, total)
	persons := make([]indexed, 0, total)
	first := map[[2]string]int{} // the first segment of an account, for accounts that two identities reach
	for i, s := range x.segments {
		account := [2]string{s.source.Host, s.source.Summary.Ref.Account}
		if s.source.Host == "" {
			account[0] = s.source.Summary.Ref.Identity
		}
		canonical, again := first[account]
		if !again {
			canonical, first[account] = i, i
		}
		x.same = append(x.same, canonical)
		for k := range s.seeds {
			d := &s.seeds[k]
			key := d.key
			if d.email == "" {
				key = account[0] + " " + account[1] + " " + d.key // nothing joins these over accounts
			}
			n, ok := known[key]
			if !ok {
				known[key] = len(persons)
				n = len(persons)
				persons = append(persons, indexed{key: d.key, texts: []string{d.name, d.email}, folded: []string{d.foldedName, d.foldedEmail}})
			}
			p := &persons[n]
			if ok {
				p.rename(d)
			}
			p.also(d.company, d.foldedCompany)
			p.stand(canonical, d.roles)
		}
	}
	order := make([]int32, len(persons)) // sorted instead of the persons: much less to move
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := strings.Compare(persons[a].folded[0], persons[b].folded[0]); c != 0 {
			return c
		}
		return strings.Compare(persons[a].key, persons[b].key)
	})
	x.persons = make([]indexed, len(persons))
	for i, n := range order {
		x.persons[i] = persons[n]
	}
}

// rename takes a better name over, or keeps another one for searching.
func (p *indexed) rename(d *seed) {
	switch {
	case d.name == p.texts[0] || d.name == d.email:
	case p.texts[0] == p.texts[1]:
		p.folded[1] = p.folded[0]
		p.texts[0], p.folded[0] = d.name, d.foldedName
	default:
		p.also(d.name, d.foldedName)
	}
}

func (p *indexed) also(text, folded string) {
	if text != "" && !slices.Contains(p.texts, text) {
		p.texts, p.folded = append(p.texts, text), append(p.folded, folded)
	}
}

func (p *indexed) stand(account int, r roles) {
	for k := range p.places {
		if p.places[k].account == account {
			p.places[k].roles |= r
			return
		}
	}
	p.places = append(p.places, placed{account, r})
}

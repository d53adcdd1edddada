package access

import (
	"slices"
	"strings"
)

// Context is what ranks results up besides the match.
type Context struct {
	Current    Ref   // the account that is open
	Recents    []Ref // accounts opened lately, latest first
	Favourites []Ref
}

// Results of a search, best first in each kind. Total counts what matches, also beyond the limit.
type Results struct {
	Accounts      []AccountHit
	People        []PersonHit
	Actions       []ActionHit
	TotalAccounts int
	TotalPeople   int
}

// AccountHit is an account found. Title is the alias, else the name. Also is another text to show beside it: the one
// that matched (name, company, domain, e-mail, id), else the name or company where it differs from the title; its Text
// can be empty.
type AccountHit struct {
	Ref                        Ref
	Summary                    Summary
	Title                      Matched
	Also                       Matched
	Current, Recent, Favourite bool
}

// PersonHit is a person found, joined over accounts by e-mail. Also is a company or a name that other accounts know
// the person by, when only that matched.
type PersonHit struct {
	Key    string // as in Person.Key
	Name   Matched
	Email  Matched // empty when the name is the e-mail
	Also   Matched
	Places []Place // one for each account, in the order of the accounts
}

// Place says what a person is in one account.
type Place struct {
	Ref                                 Ref
	Owner, User, Invited, Contact, Main bool
}

// PaletteAction is something that can be done, as the view names it in the person's language.
type PaletteAction struct {
	ID       string
	Title    string
	Keywords []string // other words people may type for it; not shown
	Shortcut string
}

// ActionHit is an action found.
type ActionHit struct {
	Action PaletteAction
	Title  Matched
}

// What ranks up, on top of the match. Smaller than the difference between a text that starts with the word and one
// that has it somewhere inside, so that being recent decides among alike matches.
const (
	bonusCurrent   = 35
	bonusRecent    = 30 // less one for each more recent account, at least bonusFavourite
	bonusFavourite = 15
	bonusHere      = 12 // a person of the current account
	bonusTitle     = 10 // the match is in the title or name, not in another text
)

// Search finds what matches every word of the query, in any order, without regard to case and accents: at most limit
// of each kind, all when limit is 0 or less. The same index, query and context always give the same results; equals
// are in the order of their names. An empty query lists accounts (recent ones without the current one, then favourites,
// then all by name) and actions, and no people. Safe for concurrent use.
func (x *Index) Search(query string, limit int, c Context) Results {
	x.mu.Lock()
	defer x.mu.Unlock()
	ws := words(query)
	if len(ws) == 0 {
		x.last = x.last[:0]
		return x.everything(limit, c)
	}
	known := x.narrows(ws)
	x.last = append(x.last[:0], ws...)
	x.boost(c)

	var r Results
	for _, f := range x.accounts.find(ws, known, limit, x.accountBoost) {
		r.Accounts = append(r.Accounts, x.accountHit(f, ws, c))
	}
	for _, f := range x.people.find(ws, known, limit, x.personBoost) {
		r.People = append(r.People, x.personHit(f, ws))
	}
	for _, f := range x.actions.find(ws, known, limit, nil) {
		a := x.palette[f]
		r.Actions = append(r.Actions, ActionHit{a, x.actions.show(f, 0, a.Title, ws)})
	}
	r.TotalAccounts, r.TotalPeople = len(x.accounts.left), len(x.people.left)
	return r
}

// narrows tells how a query continues the last one. When its words start with those of the last one it can only match
// what the last one did, and the words that are the same need not be looked for again.
func (x *Index) narrows(ws []string) continuation {
	n := len(x.last)
	switch {
	case n == 0 || len(ws) < n || !slices.Equal(ws[:n-1], x.last[:n-1]) || !strings.HasPrefix(ws[n-1], x.last[n-1]):
		return afresh
	case ws[n-1] == x.last[n-1] && len(ws) > n:
		return afterAll
	case len(ws) == n:
		return afterAllButLast
	}
	return narrowed
}

// boost fills in what ranks accounts up.
func (x *Index) boost(c Context) {
	clear(x.accountBoost)
	add := func(ref Ref, points int) {
		if i, ok := x.at[ref]; ok {
			x.accountBoost[i] = max(x.accountBoost[i], points)
		}
	}
	add(c.Current, bonusCurrent)
	for i, ref := range c.Recents {
		add(ref, max(bonusRecent-i, bonusFavourite))
	}
	for _, ref := range c.Favourites {
		add(ref, bonusFavourite)
	}
	here := -1
	if i, ok := x.at[c.Current]; ok {
		here = x.same[i]
	}
	if here != x.here {
		clear(x.personBoost)
		x.here = here
		for i := range x.persons {
			for _, p := range x.persons[i].places {
				if p.account == here {
					x.personBoost[i] = bonusHere
				}
			}
		}
	}
}

func (x *Index) everything(limit int, c Context) Results {
	var r Results
	r.TotalAccounts = len(x.sources)
	seen := make([]bool, len(x.sources))
	add := func(i int) {
		if !seen[i] && (limit <= 0 || len(r.Accounts) < limit) {
			seen[i] = true
			r.Accounts = append(r.Accounts, x.accountHit(i, nil, c))
		}
	}
	for _, ref := range c.Recents {
		if i, ok := x.at[ref]; ok && ref != c.Current {
			add(i)
		}
	}
	for i, s := range x.sources {
		if slices.Contains(c.Favourites, s.Summary.Ref) {
			add(i)
		}
	}
	for i := range x.sources {
		add(i)
	}
	for _, a := range x.palette {
		if limit <= 0 || len(r.Actions) < limit {
			r.Actions = append(r.Actions, ActionHit{a, Matched{Text: a.Title}})
		}
	}
	return r
}

func (x *Index) accountHit(i int, ws []string, c Context) AccountHit {
	s := x.sources[i]
	texts := x.accountTexts[i]
	hit := AccountHit{
		Ref: s.Summary.Ref, Summary: s.Summary, Title: x.accounts.show(i, 0, texts[0], ws),
		Current: s.Summary.Ref == c.Current, Recent: slices.Contains(c.Recents, s.Summary.Ref), Favourite: slices.Contains(c.Favourites, s.Summary.Ref),
	}
	hit.Also = x.accounts.showOther(i, 1, texts, ws)
	if hit.Also.Text == "" && len(texts) > 1 && x.named[i] {
		hit.Also = x.accounts.show(i, 1, texts[1], ws)
	}
	return hit
}

func (x *Index) personHit(i int, ws []string) PersonHit {
	p := &x.persons[i]
	hit := PersonHit{Key: p.key, Name: x.people.show(i, 0, p.texts[0], ws)}
	if p.texts[1] != p.texts[0] {
		hit.Email = x.people.show(i, 1, p.texts[1], ws)
	}
	hit.Also = x.people.showOther(i, 2, p.texts, ws)
	for _, at := range p.places {
		hit.Places = append(hit.Places, at.place(x.sources[at.account].Summary.Ref))
	}
	return hit
}

package app

import (
	"fmt"
	"maps"
	"slices"

	"concierge/app/access"
	"concierge/app/diagnostics"
)

// Facts are what helps to find out what is wrong here, in counts and codes: nobody's name, address or e-mail is in them.
func (c *Core) Facts() []diagnostics.Section {
	counts := diagnostics.Section{Name: "counts"}
	identities := c.SignIn.Identities()
	counts.Add("sign-ins", len(identities))
	for n, i := range identities {
		state := "kept"
		switch {
		case i.SessionOnly:
			state = "session"
		case !i.Works():
			state = "waits"
		}
		if i.Sample {
			state += " sample"
		}
		if i.Trouble != nil {
			state += " " + string(i.Trouble.Kind)
		}
		have, _ := c.Store.Identity(i.ID)
		if have.Status.Trouble != nil {
			state += " host:" + string(have.Status.Trouble.Kind)
		}
		list := c.Store.Accounts(i.ID)
		known, troubled := 0, 0
		for _, a := range list {
			_, status, has := c.Store.Snapshot(a.Ref)
			if has {
				known++
			}
			if status.Trouble != nil {
				troubled++
			}
		}
		counts.Add(fmt.Sprintf("sign-in %d", n+1), fmt.Sprintf("%s, accounts %d, known %d, troubled %d", state, len(list), known, troubled))
	}
	people := 0
	for _, s := range c.Store.Snapshots() {
		people += len(access.People(s))
	}
	counts.Add("people", people)
	edits := map[string]int{}
	for _, ch := range c.Desk.List() {
		edits[string(ch.Kind)+" "+string(ch.State)]++
	}
	for _, what := range slices.Sorted(maps.Keys(edits)) {
		counts.Add("edit "+what, edits[what])
	}
	storage := "open"
	if t := c.Storage.Trouble(); t != nil {
		storage = string(t.Kind)
	} else if !c.Storage.IsOpen() {
		storage = "closed"
	}
	counts.Add("storage", storage)
	return []diagnostics.Section{counts}
}

// Names are all the names that are known here, of people and of what is theirs, so that they can be taken out of a text.
// also are more, such as a person's own names for accounts.
func (c *Core) Names(also []string) diagnostics.Names {
	var people []string
	others := slices.Clone(also)
	for _, i := range c.SignIn.Identities() {
		people = append(people, i.Name)
	}
	for _, i := range c.Store.Identities() {
		people = append(people, i.Me.Name())
	}
	for _, a := range c.Store.Accounts("") {
		others = append(others, a.Name)
	}
	for _, s := range c.Store.Snapshots() {
		people = append(people, s.Account.FirstName, s.Account.LastName)
		others = append(append(others, s.Account.Name, s.Account.Company), s.Account.Domains...)
		for _, u := range s.Users {
			people = append(people, u.Name())
		}
		for _, ct := range s.Contacts {
			people = append(people, ct.FirstName, ct.LastName)
			others = append(others, ct.Name())
		}
	}
	return diagnostics.KnownAs(people, others)
}

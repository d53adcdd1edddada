package history

import (
	"cmp"
	"strings"

	"concierge/app/access"
)

// directory knows by which key a person goes whom a source only names.
type directory struct {
	byName map[string]Person // folded
	byKey  map[string]string // how they are called
	users  map[string]Person // by user id
}

func newDirectory(s Sources) directory {
	d := directory{byName: map[string]Person{}, byKey: map[string]string{}, users: map[string]Person{}}
	for _, st := range s.States { // the newest first: how people are called now counts
		for _, p := range access.People(st.Snapshot) {
			if p.Main && p.User == nil && len(p.Contacts) == 0 {
				continue // the account, not a person
			}
			d.add(Person{p.Key, p.Name})
			if p.User != nil {
				d.users[p.User.ID] = Person{p.Key, p.Name}
			}
		}
	}
	if key := access.EmailKey(s.Me.Email); key != "" {
		d.add(Person{key, s.Me.Name()})
	}
	for _, a := range s.Activity {
		if key := access.EmailKey(a.ActorEmail); key != "" {
			d.add(Person{key, cmp.Or(a.Actor, a.ActorEmail)})
		}
	}
	return d
}

func (d directory) add(p Person) {
	if _, known := d.byKey[p.Key]; !known {
		d.byKey[p.Key] = p.Name
	}
	if name := access.Fold(strings.TrimSpace(p.Name)); name != "" {
		if _, known := d.byName[name]; !known {
			d.byName[name] = p
		}
	}
}

// named finds a person by name or address. One who is nowhere known goes by what they are called.
func (d directory) named(name string) (Person, bool) {
	name = strings.TrimSpace(name)
	if name == "" {
		return Person{}, false
	}
	if p, ok := d.byName[access.Fold(name)]; ok {
		return p, true
	}
	if strings.Contains(name, "@") {
		key := access.EmailKey(name)
		return Person{key, cmp.Or(d.byKey[key], name)}, true
	}
	return Person{"name:" + access.Fold(name), name}, true
}

func (d directory) actor(a access.Activity) Person {
	if key := access.EmailKey(a.ActorEmail); key != "" {
		return Person{key, cmp.Or(a.Actor, d.byKey[key])}
	}
	p, _ := d.named(a.Actor)
	return p
}

// people lists whom an event concerns, then who did it.
func (d directory) people(e Event) []Person {
	var out []Person
	add := func(p Person) {
		for _, have := range out {
			if have.Key == p.Key {
				return
			}
		}
		if p.Key != "" {
			out = append(out, Person{p.Key, cmp.Or(d.byKey[p.Key], p.Name)})
		}
	}
	for _, diff := range e.Differences {
		if subject(diff) != "account" {
			add(Person{diff.Key, cmp.Or(diff.Name, diff.Email)})
		}
	}
	switch {
	case e.Own != nil:
		if p, ok := d.users[e.Own.Target]; ok {
			add(p)
		} else if p, ok := d.named(cmp.Or(e.Own.After.Fields["email"], e.Own.TargetName)); ok && e.Action != actAccount {
			add(p)
		}
	case e.Activity != nil && e.Action != actAccount:
		if p, ok := d.named(e.Activity.Target); ok {
			add(p)
		}
	}
	add(e.By)
	return out
}

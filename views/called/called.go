// Package called says what the person calls an account, and what tells it from another of the same name. It shows nothing
// itself; whatever names an account asks it.
package called

import (
	"net/url"

	"concierge/app/access"
	"concierge/app/cache"
)

// Store is what it reads; *cache.Store has it.
type Store interface {
	Account(ref access.Ref) (access.Summary, bool)
	Accounts(identity string) []access.Summary
	Identity(id string) (cache.Identity, bool)
}

// Alias is what the person calls an account on this computer; "" for what its host calls it.
type Alias func(access.Ref) string

func (alias Alias) of(a access.Summary) string {
	if alias != nil {
		if own := alias(a.Ref); own != "" {
			return own
		}
	}
	return a.Name
}

// Account is what an account is called in a sentence: its alias, or else its name; behind it its host in brackets where
// another account has the same. It is "" for an account that is not reached and has no alias.
func Account(s Store, alias Alias, ref access.Ref) string {
	a, _ := s.Account(ref)
	a.Ref = ref
	name := alias.of(a)
	if host := Apart(s, alias, ref); host != "" {
		return name + " (" + host + ")"
	}
	return name
}

// Apart is the host by which an account is told from another that is called the same, of another sign-in; "" where its name
// does.
func Apart(s Store, alias Alias, ref access.Ref) string {
	all := s.Accounts("")
	var name string
	for _, a := range all {
		if a.Ref == ref {
			name = access.Fold(alias.of(a))
		}
	}
	if name == "" {
		return ""
	}
	for _, a := range all {
		if a.Ref.Identity != ref.Identity && access.Fold(alias.of(a)) == name {
			return Hosts(s)[ref.Identity]
		}
	}
	return ""
}

// Hosts is what tells the accounts of several identities apart: the name of their host; where two hosts have one name their
// addresses, and where two sign-ins are at one host their e-mails. With one identity there is nothing to tell apart.
func Hosts(s Store) map[string]string {
	at := map[string]cache.Identity{}
	for _, a := range s.Accounts("") {
		if _, known := at[a.Ref.Identity]; !known {
			at[a.Ref.Identity], _ = s.Identity(a.Ref.Identity)
		}
	}
	out := map[string]string{}
	if len(at) < 2 {
		return out
	}
	for id, i := range at {
		var twin, namesake bool
		for other, o := range at {
			if other != id && o.Host.Name == i.Host.Name {
				twin = twin || o.Host.URL == i.Host.URL
				namesake = namesake || o.Host.URL != i.Host.URL
			}
		}
		out[id] = i.Host.Name
		if namesake {
			out[id] += " (" + address(i.Host.URL) + ")"
		}
		if twin {
			out[id] += " (" + i.Me.Email + ")"
		}
	}
	return out
}

// address is where a host is, as people know it.
func address(link string) string {
	if u, err := url.Parse(link); err == nil && u.Host != "" {
		return u.Host
	}
	return link
}

package say

import (
	"net/url"

	"concierge/app/cache"
)

// Hosts is what tells the accounts of several identities apart, by identity: the name of their host; where two hosts have
// one name their addresses, and where two sign-ins are at one host their e-mails. With one identity there is nothing to
// tell apart.
func Hosts(identities map[string]cache.Identity) map[string]string {
	out := map[string]string{}
	if len(identities) < 2 {
		return out
	}
	for id, i := range identities {
		var twin, namesake bool
		for other, o := range identities {
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

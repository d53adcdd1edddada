package people

import "concierge/app/access"

// elsewhere counts in how many other accounts each address is: as user, contact or invitation, or as main address. An
// account that two identities reach is one account; hostOf names the host an identity is signed in at.
func elsewhere(snaps []access.Snapshot, here access.Ref, hostOf func(identity string) string) map[string]int {
	type place struct{ host, account string }
	at := func(r access.Ref) place { return place{hostOf(r.Identity), r.Account} }
	seen := map[string]map[place]bool{}
	add := func(email string, p place) {
		key := access.EmailKey(email)
		if key == "" {
			return
		}
		if seen[key] == nil {
			seen[key] = map[place]bool{}
		}
		seen[key][p] = true
	}
	for _, s := range snaps {
		p := at(s.Ref)
		if p == at(here) {
			continue
		}
		add(s.Account.Email, p)
		for _, u := range s.Users {
			add(u.Email, p)
		}
		for _, i := range s.Invitations {
			add(i.Email, p)
		}
		for _, c := range s.Contacts {
			add(c.Email, p)
		}
	}
	out := make(map[string]int, len(seen))
	for k, places := range seen {
		out[k] = len(places)
	}
	return out
}

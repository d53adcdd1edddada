package people

import "concierge/app/access"

// elsewhere counts in how many other accounts each address is: as user, contact or invitation, or as main address. An
// account that two identities reach is one account. of tells at which host an identity is signed in, and by which address:
// who does not own an account is not told that they are in it themselves.
func elsewhere(snaps []access.Snapshot, here access.Ref, of func(identity string) (host, email string)) map[string]int {
	type place struct{ host, account string }
	at := func(r access.Ref) place {
		host, _ := of(r.Identity)
		return place{host, r.Account}
	}
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
		_, me := of(s.Ref.Identity)
		add(me, p)
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

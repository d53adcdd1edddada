package say

import (
	"concierge/app/access"
	"concierge/assets/locales"
)

// Found says what a person found by search is, over all accounts: "contact in 3 accounts"; "in 2 accounts" for one who
// is not the same thing in all of them.
func Found(w *locales.Words, hit access.PersonHit) string {
	as := ""
	for i, p := range hit.Places {
		switch what := placeWord(p); {
		case i == 0:
			as = what
		case what != as:
			as = "mixed"
		}
	}
	if as == "" {
		return ""
	}
	return w.N("say.found_"+as, len(hit.Places))
}

func placeWord(p access.Place) string {
	switch {
	case p.Owner:
		return "owner"
	case p.User:
		return "user"
	case p.Invited:
		return "invited"
	case p.Contact:
		return "contact"
	}
	return "main"
}

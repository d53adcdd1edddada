package export

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/sheet"
	"concierge/assets/locales"
	"concierge/views/say"
)

// Account is an account whose people are exported, as it was at a time.
type Account struct {
	Name     string // as the person calls it
	Host     access.Host
	Me       access.Me
	Snapshot access.Snapshot
	At       time.Time // when the host last said that it is so
	Only     string    // key of the only person of interest; "": everybody
}

// People lists who is in accounts, one line for each person of each. Of an account that is somebody else's there is only
// what this person is told: their own access, and its contacts where they may see them.
func People(w *locales.Words, accounts []Account) sheet.Sheet {
	s := sheet.Sheet{}
	for _, key := range []string{"account", "host", "name", "email", "role", "access", "permissions", "ends", "reason", "last_sign_in", "two_factor", "expires", "mail", "as_of"} {
		s.Head = append(s.Head, w.T("export.col_"+key))
	}
	for _, a := range accounts {
		people := access.PeopleFor(a.Snapshot, a.Me)
		slices.SortStableFunc(people, func(x, y access.Person) int {
			return cmp.Or(cmp.Compare(x.Rank(), y.Rank()), cmp.Compare(access.Fold(x.Name), access.Fold(y.Name)))
		})
		for _, p := range people {
			if a.Only != "" && p.Key != a.Only {
				continue
			}
			s.Rows = append(s.Rows, personRow(w, a, p))
		}
	}
	return s
}

func personRow(w *locales.Words, a Account, p access.Person) []string {
	var rights, permissions, ends, reason, signIn, factor, expires string
	var roles []string
	set := func(list []access.Permission, until time.Time, why string) {
		rights, permissions, ends, reason = say.Rights(w, list, a.Host.Permissions), titles(w, list, a.Host), sheet.Time(until), why
	}
	if i := p.Invitation; i != nil {
		roles = append(roles, w.T("export.invited"))
		set(i.Permissions, i.EndsAt, i.Reason)
		expires = sheet.Time(i.ExpiresAt)
	}
	if u := p.User; u != nil {
		roles = append([]string{say.Role(w, u.Role)}, roles...)
		set(u.Permissions, u.EndsAt, u.Reason)
		if u.Role == access.Owner { // has all there are, whichever those are
			rights, permissions = say.Preset(w, access.PresetAll), ""
		}
		signIn = sheet.Time(u.LastSignIn)
		if u.TwoFactor != nil {
			factor = w.T(map[bool]string{true: "export.yes", false: "export.no"}[*u.TwoFactor])
		}
	}
	if len(p.Contacts) > 0 {
		roles = append(roles, w.T("words.contact"))
	}
	if p.Main {
		roles = append(roles, w.T("export.main"))
	}
	var mail []string
	for _, c := range p.Receives().List(a.Host.MailCategories) {
		mail = append(mail, say.MailShortNamed(w, c, a.Host.MailCategories))
	}
	return []string{a.Name, a.Host.Name, p.Name, p.Email, strings.Join(roles, between), rights, permissions, ends, reason, signIn, factor, expires,
		strings.Join(mail, between), sheet.Time(a.At)}
}

// between parts things within a cell; titles of permissions have commas.
const between = " · "

func titles(w *locales.Words, list []access.Permission, h access.Host) string {
	var out []string
	for _, p := range list {
		out = append(out, say.PermissionNamed(w, p, h.Permissions))
	}
	return strings.Join(out, between)
}

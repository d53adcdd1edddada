package people

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"
)

// Segment is which people the list shows.
type Segment int

// The segments, in the order to offer them.
const (
	All Segment = iota
	Users
	Contacts
	Invitations
)

// column is what the list can be sorted by.
type column int

const (
	byKind column = iota // the owner, users, invitations, contacts; by name within each
	byPerson
	bySignIn
	byMail
)

// order is how the list is sorted.
type order struct {
	by   column
	down bool
}

// pill is one badge of a cell.
type pill = kit.Pill

// row is one line of the list, ready to be drawn.
type row struct {
	key        string
	name, sub  string
	invited    bool // nothing but an invitation: an envelope instead of initials
	access     []pill
	accessNote string
	mail       []string
	mailNote   string

	person access.Person
	find   string // folded text that the filter looks in
}

// under is the second line of a person: it begins with what the columns would say that have no room beside it.
func (r row) under(access, mail bool) string {
	var parts []string
	if !access {
		for _, p := range r.access {
			parts = append(parts, p.Text)
		}
		if len(r.access) == 0 {
			parts = append(parts, r.accessNote)
		}
	}
	parts = append(parts, r.sub)
	if !mail && len(r.mail) > 0 {
		parts = append(parts, strings.Join(r.mail, ", "))
	}
	return strings.Join(parts, " · ")
}

// facts is all that rows are made from.
type facts struct {
	snapshot access.Snapshot
	host     access.Host
	changes  []change.Change // of this account, not yet ended
	now      time.Time
	said     time.Time // when the host last said that the account is so
}

// counts is how many people each segment has.
func counts(all []row) map[Segment]int {
	out := map[Segment]int{}
	for _, r := range all {
		for _, s := range []Segment{All, Users, Contacts, Invitations} {
			if in(r.person, s) {
				out[s]++
			}
		}
	}
	return out
}

func in(p access.Person, s Segment) bool {
	switch s {
	case Users:
		return p.User != nil
	case Contacts:
		return len(p.Contacts) > 0
	case Invitations:
		return p.Invitation != nil
	}
	return true
}

// rows makes a line for each person.
func rows(w *locales.Words, f facts) []row {
	people := access.People(f.snapshot)
	out := make([]row, 0, len(people))
	for _, p := range people {
		out = append(out, rowOf(w, f, p))
	}
	return out
}

func rowOf(w *locales.Words, f facts, p access.Person) row {
	r := row{key: p.Key, name: p.Name, sub: p.Email, person: p}
	r.invited = p.Invitation != nil && p.User == nil && len(p.Contacts) == 0 && !p.Main
	if r.invited {
		sent := "people.invited"
		if p.Invitation.Unconfirmed {
			sent = "people.invited_unsure"
		}
		r.sub = w.T(sent, "Ago", w.Ago(f.now, p.Invitation.SentAt))
	}
	r.access, r.accessNote = accessCell(w, f, p)
	r.mail = mailNames(w, f.host, p.Receives())
	switch {
	case len(r.mail) > 0:
	case r.invited:
		r.mailNote = "—"
	default:
		r.mailNote = w.T("people.no_mail")
	}
	words := []string{p.Name, p.Email, r.accessNote}
	for _, c := range p.Contacts {
		words = append(words, c.Name(), c.Company)
	}
	for _, a := range r.access {
		words = append(words, a.Text)
	}
	r.find = access.Fold(strings.Join(append(words, r.mail...), "\n"))
	return r
}

func accessCell(w *locales.Words, f facts, p access.Person) (pills []pill, note string) {
	switch {
	case p.User != nil:
		pills, note = userCell(w, f, *p.User)
	case p.Invitation != nil:
		tone := kit.ToneBrass
		if p.Invitation.Expired(f.now) {
			tone = kit.ToneDanger
		}
		pills = []pill{{Text: w.T("people.invited_until", "Expiry", say.Expiry(w, f.now, *p.Invitation)), Tone: tone}}
		if unsure(f, *p.Invitation) {
			pills = []pill{{Text: w.T("people.unconfirmed"), Tone: kit.ToneDanger}}
		}
	case !f.snapshot.Me.Owner():
		note = w.T("people.access_hidden") // a contact may well be a user; only the owner is told
	case p.Main && len(p.Contacts) == 0:
		note = w.T("people.main_address")
	default:
		note = w.T("people.cannot_sign_in")
	}
	if c, ok := pending(f.changes, p); ok {
		pills, note = []pill{{Text: pendingText(w, c), Tone: kit.ToneBrass}}, ""
	}
	if len(draftsOf(f.changes, p)) > 0 { // what the host has, and that it is to change; there is room for no more
		pills, note = append(pills[:min(1, len(pills)):min(1, len(pills))], pill{Text: w.T("people.not_sent"), Tone: kit.ToneBrass}), ""
	}
	return pills, note
}

func userCell(w *locales.Words, f facts, u access.User) (pills []pill, note string) {
	name := pill{Text: say.Rights(w, u.Permissions, f.host.Permissions), Tone: kit.ToneInfo}
	if u.Role == access.Owner {
		name = pill{Text: w.T("people.owner"), Tone: kit.TonePrimary}
	}
	pills = []pill{name}
	var notes []string
	if f.host.Features.TwoFactor.Available && u.TwoFactor != nil {
		if *u.TwoFactor {
			notes = append(notes, w.T("people.two_factor"))
		} else {
			pills = append(pills, pill{Text: w.T("people.no_two_factor"), Tone: kit.ToneDanger})
		}
	}
	switch ends := say.Ends(w, f.now, u.EndsAt); { // what is urgent of an end leaves no room for anything else
	case u.Overdue(f.said):
		return []pill{name, {Text: w.T("people.overdue"), Tone: kit.ToneDanger}}, w.T("people.end_passed", "Ago", w.Ago(f.now, u.EndsAt))
	case ends != "" && !u.EndsAt.After(f.now):
		return []pill{name}, w.T("people.end_passed", "Ago", w.Ago(f.now, u.EndsAt))
	case ends != "" && locales.Days(f.now, u.EndsAt) == 0:
		return []pill{name, {Text: w.T("people.ends_today"), Tone: kit.ToneBrass}}, ""
	case ends != "" && locales.Days(f.now, u.EndsAt) == 1:
		return []pill{name, {Text: ends, Tone: kit.ToneBrass}}, ""
	case ends != "":
		notes = append(notes, ends)
	case f.host.Features.LastSignIn.Available:
		notes = append(notes, lastSignIn(w, f.now, u))
	}
	return pills, strings.Join(notes, " · ")
}

func lastSignIn(w *locales.Words, now time.Time, u access.User) string {
	if u.LastSignIn.IsZero() {
		return w.T("people.never_signed_in")
	}
	return w.Ago(now, u.LastSignIn)
}

// pending finds a Change under way that takes away a person's access or invitation, or edits it.
func pending(changes []change.Change, p access.Person) (change.Change, bool) {
	for _, c := range changes {
		if c.State != change.Waiting && c.State != change.Queued && c.State != change.Sending {
			continue
		}
		switch c.Kind {
		case change.Revoke, change.SetPermissions:
			if p.User != nil && p.User.ID == c.Target {
				return c, true
			}
		case change.CancelInvitation, change.ResendInvitation, change.EditInvitation:
			if p.Invitation != nil && p.Invitation.ID == c.Target {
				return c, true
			}
		}
	}
	return change.Change{}, false
}

// draftsOf lists the edits of a person that wait to be sent: what is shown is still what the host has.
func draftsOf(changes []change.Change, p access.Person) []change.Change {
	var out []change.Change
	for _, c := range changes {
		is := p.User != nil && p.User.ID == c.Target || p.Invitation != nil && p.Invitation.ID == c.Target ||
			slices.ContainsFunc(p.Contacts, func(ct access.Contact) bool { return ct.ID == c.Target })
		if c.State == change.Draft && is {
			out = append(out, c)
		}
	}
	return out
}

func pendingText(w *locales.Words, c change.Change) string {
	switch {
	case c.Kind == change.Revoke && c.State != change.Sending:
		return w.T("people.revoke_waiting")
	case c.Kind == change.CancelInvitation && c.State != change.Sending:
		return w.T("people.cancel_waiting")
	}
	return w.T("people.sending")
}

// arrange keeps what is in the segment and matches every word of the filter, and sorts it.
func arrange(all []row, s Segment, filter string, o order) []row {
	words := strings.Fields(access.Fold(filter))
	var out []row
	for _, r := range all {
		if in(r.person, s) && !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(r.find, word) }) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b row) int {
		c := 0
		switch o.by {
		case bySignIn:
			c = cmp.Or(cmp.Compare(a.person.Rank(), b.person.Rank()), cmp.Compare(signInText(a), signInText(b)))
		case byMail:
			// Those who receive most first; those who receive nothing last.
			c = cmp.Or(cmp.Compare(len(b.mail), len(a.mail)), cmp.Compare(strings.Join(a.mail, " "), strings.Join(b.mail, " ")))
		case byKind:
			c = cmp.Compare(a.person.Rank(), b.person.Rank())
		}
		if o.down {
			c = -c
		}
		names := cmp.Compare(access.Fold(a.name), access.Fold(b.name))
		if o.down && o.by == byPerson {
			names = -names
		}
		return cmp.Or(c, names)
	})
	return out
}

func signInText(r row) string {
	if len(r.access) == 0 {
		return ""
	}
	return r.access[0].Text
}

// mailNames names the categories received, in the order of the catalogue.
func mailNames(w *locales.Words, h access.Host, p access.Preferences) []string {
	var out []string
	for _, c := range p.List(h.MailCategories) {
		out = append(out, say.MailShortNamed(w, c, h.MailCategories))
	}
	return out
}

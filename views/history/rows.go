package history

import (
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/diff"
	past "concierge/app/history"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"
)

// row is one line of the list, ready to be drawn.
type row struct {
	id         string
	when       string
	title, sub string
	who        past.Person // whose picture it has; none: symbol
	symbol     icons.Name
	place      string
	tone       kit.Tone

	event *past.Event // of the time line
	group *group      // of two dates
	find  string      // folded text that the filter looks in
}

// moreID is the row that reads on.
const moreID = "more"

// rows makes a line for each event.
func rows(w *locales.Words, h access.Host, now time.Time, events []past.Event) []row {
	out := make([]row, 0, len(events))
	for i := range events {
		out = append(out, rowOf(w, h, now, &events[i]))
	}
	return out
}

func rowOf(w *locales.Words, h access.Host, now time.Time, e *past.Event) row {
	r := row{id: e.ID, when: moment(w, now, e.At), title: say.Event(w, h, *e), sub: say.Where(w, *e), event: e, symbol: icons.Building}
	if signIn(e) && e.By.Name != "" {
		r.sub = e.By.Key
	}
	if detail := say.EventDetail(w, h, *e); detail != "" {
		r.sub += " · " + detail
	}
	if len(e.People) > 0 && !aboutAccount(e) {
		r.who = e.People[0]
	}
	switch {
	case signIn(e), e.Mine: // of these nobody knows where
	case e.Here:
		r.place, r.tone = w.T("history.here"), kit.TonePrimary
	case e.ByHost:
		r.place, r.tone = w.T("history.by_host"), kit.ToneNeutral
	case e.Known():
		r.place, r.tone = w.T("history.elsewhere"), kit.ToneNeutral
	default:
		r.place, r.tone = w.T("history.elsewhere"), kit.ToneBrass
	}
	words := []string{r.title, r.sub, r.when}
	for _, p := range e.People {
		words = append(words, p.Name, p.Key)
	}
	for _, d := range differences(*e) {
		words = append(words, say.Difference(w, h, d))
		if d.Field == diff.FieldPhone { // also as it is in other programs, in one piece
			words = append(words, d.Before, d.After)
		}
	}
	r.find = access.Fold(strings.Join(words, "\n"))
	return r
}

// signIn tells whether an event is that somebody signed in, which is done nowhere else than at the host.
func signIn(e *past.Event) bool { return e.Action == "signedIn" || e.Action == "signed-in" }

// aboutAccount tells whether an event has the account for its object, and people only as who did it.
func aboutAccount(e *past.Event) bool {
	return slices.Contains([]string{"account.changed", past.ActDomains, past.ActNobody}, e.Action)
}

// moment is when something was, for lists: with its year when that is another one.
func moment(w *locales.Words, now, t time.Time) string {
	if t.Local().Year() == now.Local().Year() {
		return w.ShortDateTime(t)
	}
	return w.T("dates.short_date_time", "Date", w.ShortDate(now, t), "Clock", w.Clock(t))
}

// differences are what an event changed, whichever source tells of it.
func differences(e past.Event) []diff.Difference {
	if e.Own != nil {
		return append(past.Wanted(e.Own.Change), e.Differences...)
	}
	return e.Differences
}

// matching keeps what concerns a person ("" is everybody) and has every word of a filter.
func matching(all []row, person, filter string) []row {
	words := strings.Fields(access.Fold(filter))
	var out []row
	for _, r := range all {
		if person != "" && (r.event == nil || !r.event.Concerns(person)) {
			continue
		}
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(r.find, word) }) {
			out = append(out, r)
		}
	}
	return out
}

// group is what differs of one person, or of the account.
type group struct {
	key    string // of the person; "" for the account, "mail" for its mail
	name   string
	diffs  []diff.Difference
	before access.Snapshot
}

// groups are the differences between two states by whom they concern: people by name, then the account and its mail.
func groups(w *locales.Words, older, newer past.State) []*group {
	var people, rest []*group
	at := map[string]*group{}
	names := map[string]string{}
	for _, s := range []access.Snapshot{older.Snapshot, newer.Snapshot} {
		for _, p := range access.People(s) {
			names[p.Key] = p.Name
		}
	}
	for _, d := range diff.Compare(older.Snapshot, newer.Snapshot) {
		d = d.SeenAt(newer.Version.At)
		key, name := d.Key, names[d.Key]
		account := false
		switch d.What {
		case diff.AccountEmail, diff.AccountField, diff.AccountMail, diff.AccountDomains:
			key, name, account = "", w.T("history.compare_account"), true
		case diff.NobodyReceives:
			key, name, account = "mail", w.T("history.compare_mail"), true
		case diff.DomainRecipient:
			if d.ID == "" {
				key, name, account = "", w.T("history.compare_account"), true
			}
		case diff.OwnRights:
			key, name, account = "you", w.T("shell.you"), true
		}
		if name == "" {
			name = d.Name
		}
		g := at[key]
		if g == nil {
			g = &group{key: key, name: name, before: older.Snapshot}
			at[key] = g
			if account {
				rest = append(rest, g)
			} else {
				people = append(people, g)
			}
		}
		g.diffs = append(g.diffs, d)
	}
	slices.SortStableFunc(people, func(a, b *group) int { return strings.Compare(access.Fold(a.name), access.Fold(b.name)) })
	return append(people, rest...)
}

func groupRows(w *locales.Words, h access.Host, list []*group) []row {
	var out []row
	for _, g := range list {
		r := row{id: "group:" + g.key, title: g.name, group: g, symbol: icons.Building}
		if g.person() {
			r.who = past.Person{Key: g.key, Name: g.name}
		}
		var lines []string
		for _, d := range g.diffs {
			lines = append(lines, say.Difference(w, h, d))
		}
		r.sub = strings.Join(lines, " · ")
		r.place, r.tone = w.N("history.compare_count", len(g.diffs)), kit.ToneNeutral
		r.find = access.Fold(g.name + "\n" + r.sub)
		out = append(out, r)
	}
	return out
}

// person tells whether the group is about a person, who can be looked at.
func (g *group) person() bool { return g.key != "" && g.key != "mail" && g.key != "you" }

package freshness

import (
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/assets/locales"
)

// row is an account in the panel.
type row struct {
	ref    access.Ref
	name   string
	of     string // whose sign-in, while there are several
	colour int
	state  State
	at     time.Time
	why    *trouble.Trouble
}

func (r row) id() string { return r.ref.Identity + "\x00" + r.ref.Account }

// group is a sign-in in the panel.
type group struct {
	id, who, host  string
	state          State
	at             time.Time
	why            *trouble.Trouble
	fetched, total int // of its accounts
}

// facts are what the panel shows at one moment.
type facts struct {
	groups []group
	rows   []row
	now    time.Time
}

func gather(cfg Config, now time.Time) facts {
	f := facts{now: now}
	identities := cfg.Store.Identities()
	of := map[string]int{}
	for i, id := range identities {
		g := group{id: id.ID, who: id.Me.Name(), host: id.Host.Name, at: id.Status.At}
		if g.who == "" {
			g.who = id.Me.Email
		}
		g.state, g.why = Of(id.Status, cache.Status{}, !id.Status.At.IsZero())
		f.groups = append(f.groups, g)
		of[id.ID] = i
	}
	for _, a := range cfg.Store.Accounts("") {
		i, known := of[a.Ref.Identity]
		if !known {
			continue // signed out just now
		}
		_, st, has := cfg.Store.Snapshot(a.Ref)
		r := row{ref: a.Ref, name: a.Name, colour: cfg.Marks.Colour(a.Ref), at: st.At}
		if alias := cfg.Marks.Alias(a.Ref); alias != "" {
			r.name = alias
		}
		if len(identities) > 1 {
			r.of = f.groups[i].who + " · " + f.groups[i].host
		}
		r.state, r.why = Of(st, identities[i].Status, has)
		f.groups[i].total++
		if has {
			f.groups[i].fetched++
		}
		f.rows = append(f.rows, r)
	}
	slices.SortStableFunc(f.groups, func(a, b group) int { return int(a.state - b.state) })
	slices.SortStableFunc(f.rows, func(a, b row) int { return int(a.state - b.state) })
	return f
}

// summary counts the accounts by state: "996 à jour, 3 en échec, 1 en attente".
func (f facts) summary(w *locales.Words) string {
	if len(f.rows) == 0 {
		return w.T("freshness.no_account")
	}
	count := map[State]int{}
	for _, r := range f.rows {
		count[r.state]++
	}
	if count[Fresh] == len(f.rows) {
		return w.N("freshness.all_fresh", len(f.rows), "Number", w.Number(len(f.rows)))
	}
	var parts []string
	add := func(s State, text func(n int) string) {
		if n := count[s]; n > 0 {
			parts = append(parts, text(n))
		}
	}
	add(Fresh, func(n int) string { return w.N("freshness.count_fresh", n, "Number", w.Number(n)) })
	add(Failed, func(n int) string { return w.N("freshness.count_failed", n, "Number", w.Number(n)) })
	add(Offline, func(n int) string { return w.N("freshness.count_offline", n, "Number", w.Number(n)) })
	add(Checking, func(n int) string { return w.N("freshness.count_checking", n, "Number", w.Number(n)) })
	add(Waiting, func(n int) string { return w.N("freshness.count_waiting", n, "Number", w.Number(n)) })
	return w.List(parts)
}

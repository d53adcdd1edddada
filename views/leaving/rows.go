package leaving

import (
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/plan"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"
)

// act is what choosing a row does.
type act int

const (
	none act = iota
	tick
	open    // the person in that account
	compare // both sides of a conflict
	prove   // what the host asks for
	again   // send it once more
)

// row is one account, ready to be drawn.
type row struct {
	id     string // the account at its host, whoever reaches it
	ref    access.Ref
	name   string
	host   string // while there are several
	colour int
	sub    string
	box    bool // it can be ticked
	boxes  bool // some row of the list can
	ready  bool // and is, to begin with
	pill   string
	tone   kit.Tone
	act    act

	line  *plan.Line // what was approved
	found *plan.Row  // what there is now
}

// facts are what rows are made from.
type facts struct {
	shown
	now     time.Time
	several bool // hosts
	host    func(identity string) access.Host
	name    func(access.Ref) string
	colour  func(access.Ref) int
}

func (p *Page) facts(s shown) facts { return factsOf(p.env, p.store, p.goTo, s) }

func (f facts) place(ref access.Ref) string { return f.host(ref.Identity).URL + "\x00" + ref.Account }

// rows lists the accounts of the plan, and after them those where the person still is or may be.
func rows(w *locales.Words, f facts) []row {
	var out []row
	at := map[string]*plan.Row{}
	for i := range f.found.Rows {
		at[f.place(f.found.Rows[i].Ref)] = &f.found.Rows[i]
	}
	planned := map[string]bool{}
	for i := range f.plan.Lines {
		l := &f.plan.Lines[i]
		id := f.place(l.Ref)
		planned[id] = true
		out = append(out, planRow(w, f, id, l, at[id]))
	}
	sortByName(out)
	for i := range f.found.Rows {
		r := &f.found.Rows[i]
		if id := f.place(r.Ref); !planned[id] {
			out = append(out, foundRow(w, f, id, r))
		}
	}
	if slices.ContainsFunc(out, func(r row) bool { return r.box }) {
		for i := range out {
			out[i].boxes = true
		}
	}
	return out
}

func (f facts) row(id string, ref access.Ref) row {
	r := row{id: id, ref: ref, name: f.name(ref), colour: f.colour(ref)}
	if f.several {
		r.host = f.host(ref.Identity).Name
	}
	return r
}

// foundRow is an account of which nothing was approved.
func foundRow(w *locales.Words, f facts, id string, found *plan.Row) row {
	r := f.row(id, found.Ref)
	r.found = found
	r.box = len(found.Steps) > 0
	r.ready = found.Verdict == plan.Ready
	r.act = open
	if r.box {
		r.act = tick
	}
	approved := !f.plan.Zero()
	switch {
	case found.Why == plan.NotFetched:
		r.pill, r.tone, r.act = w.T("leaving.pill_unknown"), kit.ToneNeutral, none
	case found.Verdict == plan.Decide && approved:
		r.pill, r.tone = w.T("leaving.pill_skipped"), kit.ToneBrass
	case found.Verdict == plan.Decide:
		r.pill, r.tone = w.T("leaving.pill_decide"), kit.ToneBrass
	case found.Verdict == plan.Cannot:
		r.pill, r.tone = w.T("leaving.pill_cannot"), kit.ToneNeutral
	case approved:
		r.pill, r.tone = w.T("leaving.pill_left"), kit.ToneNeutral
	}
	var parts []string
	for _, c := range found.Steps {
		parts = append(parts, step(w, c.Kind))
	}
	r.sub = sentence(join(append(parts, stays(w, f, found)...)))
	return r
}

// planRow is an account of which something was approved; found is what there is now, nil when it is nothing.
func planRow(w *locales.Words, f facts, id string, l *plan.Line, found *plan.Row) row {
	r := f.row(id, l.Ref)
	r.line, r.found = l, found
	var parts []string
	for _, c := range l.Changes {
		s := step(w, c.Kind)
		if c.State == change.Confirmed && l.State < plan.Sending {
			s = w.T("leaving.done", "Step", s)
		}
		parts = append(parts, s)
	}
	host := f.host(l.Ref.Identity).Name
	switch why := say.Trouble(w, nilable(l.Of, host)); l.State {
	case plan.Conflict:
		r.pill, r.tone, r.act = w.T("leaving.pill_conflict"), kit.ToneDanger, compare
		parts = append(parts, w.T("leaving.changed"))
	case plan.Proof:
		r.pill, r.tone, r.act = w.T("leaving.pill_proof"), kit.ToneBrass, prove
	case plan.Refused:
		r.pill, r.tone, r.act = w.T("leaving.pill_refused"), kit.ToneDanger, again
		parts = append(parts, say.Words{Title: why.Title, Do: why.Do}.Text())
	case plan.Unreached:
		r.pill, r.tone, r.act = w.T("leaving.pill_unreached"), kit.ToneBrass, again
		parts = append(parts, why.Title)
	case plan.Held:
		r.pill, r.tone = w.T("leaving.pill_held"), kit.ToneBrass
	case plan.Sending:
		r.pill, r.tone = w.T("leaving.pill_sending"), kit.ToneInfo
	case plan.Waiting:
		r.pill, r.tone = w.T("leaving.pill_waiting"), kit.ToneNeutral
	case plan.Unsure:
		r.pill, r.tone, r.act = w.T("leaving.pill_unsure"), kit.ToneBrass, open
	case plan.Confirmed:
		r.pill, r.tone = w.T("leaving.pill_confirmed", "Time", moment(w, f.now, l.At)), kit.ToneOK
		if l.Of.Already {
			parts = append(parts, w.T("leaving.already"))
		}
	}
	if found != nil {
		parts = append(parts, stays(w, f, found)...)
	}
	r.sub = sentence(join(parts))
	return r
}

// nilable is why a Change is where it is; a nil error when nothing is in its way.
func nilable(c change.Change, host string) error {
	if c.Trouble == nil {
		return nil
	}
	return c.Trouble.Of(host)
}

// stays says what of the person is not taken away, and what else stands in the way.
func stays(w *locales.Words, f facts, r *plan.Row) []string {
	var out []string
	if r.Why == plan.NotFetched {
		text := w.T("leaving.not_fetched", "Name", f.found.Name)
		if r.Trouble != nil {
			text += " " + say.Words{Title: say.Trouble(w, r.Trouble.Of(f.host(r.Ref.Identity).Name)).Title}.Text()
		}
		return []string{text}
	}
	for _, s := range r.Stays {
		out = append(out, stay(w, s))
	}
	if r.Why == plan.Offline {
		out = append(out, w.AsOf("leaving.offline", f.now, r.At))
	}
	return out
}

func stay(w *locales.Words, s plan.Stay) string {
	if s.Why == plan.HostCannot {
		if reason := s.Host.In(w.Lang()); reason != "" {
			return w.T("leaving.stay_host_says", "Reason", strings.TrimSuffix(reason, "."))
		}
	}
	return w.T("leaving.stay_" + string(s.Thing) + "_" + strings.ReplaceAll(string(s.Why), "-", "_"))
}

// step says what a Change does.
func step(w *locales.Words, k change.Kind) string {
	return w.T("leaving.step_" + strings.ReplaceAll(string(k), "-", "_"))
}

// moment is when something was confirmed: to the second today, and with the day before.
func moment(w *locales.Words, now, at time.Time) string {
	if locales.Days(now, at) == 0 {
		return w.ClockSeconds(at)
	}
	return w.ShortDateTime(at)
}

func join(parts []string) string { return strings.Join(parts, " · ") }

// sentence makes the first letter a capital.
func sentence(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// tally counts the accounts in which the person is or was, and how they stand.
type tally struct {
	total, done, decide, cannot, unknown           int
	conflict, proof, refused, unsent, held, unsure int
}

func count(list []row) (t tally) {
	for _, r := range list {
		if r.line == nil {
			switch {
			case r.found.Why == plan.NotFetched:
				t.unknown++
				continue
			case r.found.Verdict == plan.Decide:
				t.decide++
			case r.found.Verdict == plan.Cannot:
				t.cannot++
			}
			t.total++
			continue
		}
		t.total++
		switch r.line.State {
		case plan.Conflict:
			t.conflict++
		case plan.Proof:
			t.proof++
		case plan.Refused:
			t.refused++
		case plan.Unreached:
			t.unsent++
		case plan.Held:
			t.held++
		case plan.Unsure:
			t.done++
			t.unsure++
		case plan.Confirmed:
			t.done++
		}
	}
	return t
}

// say is the tally in words: "3 of 8 · 1 to decide · 1 conflict".
func (t tally) say(w *locales.Words) string {
	parts := []string{w.T("leaving.progress", "Done", w.Number(t.done), "Total", w.Number(t.total))}
	for _, one := range []struct {
		key string
		n   int
	}{
		{"leaving.count_decide", t.decide}, {"leaving.count_conflict", t.conflict}, {"leaving.count_refused", t.refused}, {"leaving.count_proof", t.proof},
		{"leaving.count_unsent", t.unsent}, {"leaving.count_held", t.held}, {"leaving.count_unsure", t.unsure}, {"leaving.count_cannot", t.cannot},
		{"leaving.count_unknown", t.unknown},
	} {
		if one.n > 0 {
			parts = append(parts, w.N(one.key, one.n))
		}
	}
	return join(parts)
}

package leaving

import (
	"concierge/app/change"
	"concierge/app/plan"
	"concierge/app/sheet"
	"concierge/assets/locales"
	"concierge/views/say"
)

// proofOf lists what was done where, when and with which result, one line for each thing; and the accounts of which nothing
// was done, with the reason.
func proofOf(w *locales.Words, f facts) Proof {
	var p Proof
	for _, key := range []string{"account", "host", "name", "email", "step", "result", "asked", "when", "detail", "as_of"} {
		p.Sheet.Head = append(p.Sheet.Head, w.T("export.col_"+key))
	}
	for _, r := range f.rows {
		host := f.host(r.ref.Identity).Name
		add := func(step, result, asked, when, detail, asOf string) {
			p.Sheet.Rows = append(p.Sheet.Rows, []string{r.name, host, f.found.Name, f.found.Email, step, result, asked, when, detail, asOf})
		}
		asOf := ""
		if r.found != nil {
			asOf = sheet.Time(r.found.At)
		}
		if r.line == nil {
			add("", w.T("leaving.result_not_done"), "", "", r.sub, asOf)
			continue
		}
		for _, c := range r.line.Changes {
			add(sentence(step(w, c.Kind)), result(w, c), sheet.Time(c.At), sheet.Time(c.EndedAt), detail(w, c, host), asOf)
		}
		if r.found != nil {
			for _, s := range r.found.Stays {
				add("", w.T("leaving.result_not_done"), "", "", sentence(stay(w, s)), asOf)
			}
		}
	}
	if n := len(f.found.Unseen); n > 0 {
		p.Missing = append(p.Missing, w.N("leaving.unseen", n, "Name", f.found.Name))
	}
	return p
}

// result is how far a Change has come, in a word.
func result(w *locales.Words, c change.Change) string {
	switch plan.StateOf(c) {
	case plan.Confirmed:
		return w.T("leaving.result_confirmed")
	case plan.Unsure:
		return w.T("leaving.pill_unsure")
	case plan.Refused:
		return w.T("leaving.result_refused")
	case plan.Conflict:
		return w.T("leaving.result_conflict")
	}
	return w.T("leaving.result_not_yet")
}

// detail is why, or what else is to be said.
func detail(w *locales.Words, c change.Change, host string) string {
	switch {
	case c.Trouble != nil && c.State != change.Confirmed:
		return say.Trouble(w, c.Trouble.Of(host)).Text()
	case c.Already:
		return sentence(w.T("leaving.already"))
	}
	return ""
}

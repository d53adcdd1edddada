package views

import (
	"strings"

	"concierge/app/plan"
	"concierge/views/export"
	"concierge/views/leaving"
	"concierge/views/page"
	"concierge/views/shell"
)

// planArg begins the argument of the screen of grouped changes that opens it on one of them; personArg opens it on a person.
const planArg = "plan:"

// leaveAll shows what it takes to take a person out of all accounts.
func (w *Window) leaveAll(key string) {
	w.shell.Open(shell.Route{Screen: shell.Grouped, Arg: personArg + key})
}

func (w *Window) openPlan(id string) {
	w.shell.Open(shell.Route{Screen: shell.Grouped, Arg: planArg + id})
}

// grouped makes the screen of a person who is taken out of many accounts, of a plan, or of all plans. Where there is but one
// there is nothing to choose.
func (w *Window) grouped(env page.Env, r shell.Route) page.Page {
	core := w.cfg.Core
	goTo := leaving.Go{
		Conflict: w.conflict, Person: w.openPerson, Plan: w.openPlan,
		Alias: w.cfg.Settings.Alias, Color: w.cfg.Settings.Colour,
		Export: w.exportProof, NoExport: !w.mayExport(),
	}
	var what leaving.What
	if key, is := strings.CutPrefix(r.Arg, personArg); is {
		what.Person = key
	} else if id, is := strings.CutPrefix(r.Arg, planArg); is {
		what.Plan = id
	} else if list := plan.Plans(core.Desk.List()); len(list) == 1 {
		what.Plan = list[0].ID
	} else {
		return leaving.NewList(env, core.Store, core.Desk, goTo)
	}
	return leaving.New(env, what, core.Store, core.Desk, goTo)
}

// exportProof saves what was done of a plan.
func (w *Window) exportProof(title string, makes func() leaving.Proof) {
	words := w.env.Words
	w.export(words.T("export.title_proof"), title, []string{words.T("leaving.file"), title}, func() export.Made {
		p := makes()
		return export.Made{Sheet: p.Sheet, Missing: append([]string{words.T("export.proof_part")}, p.Missing...)}
	})
}

package leaving

import (
	"context"

	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/proof"

	"fyne.io/fyne/v2"
)

// do does what choosing a row does.
func (p *Page) do(r row) {
	switch r.act {
	case tick:
		p.ticks[r.id] = !p.own(r)
		p.show(p.shown)
	case open:
		p.goTo.Person(r.ref, p.shown.found.Key)
	case compare:
		p.goTo.Conflict(r.line.Of)
	case prove:
		p.prove(r.line.Of)
	case again:
		p.sendAgain(r)
	}
}

func (p *Page) tickOffline() {
	for _, r := range p.untickedOffline() {
		p.ticks[r.id] = true
	}
	p.show(p.shown)
	p.table.Focus() // the button is gone
}

// send approves what is ticked, as it is shown: what has changed since is found out by the host.
func (p *Page) send() {
	f := p.shown.found
	pl := p.shown.plan.Plan
	if pl.Zero() {
		pl = change.NewPlan(f.Name, f.Email)
	}
	var list []change.Change
	for _, r := range p.ticked() {
		for _, c := range r.found.Steps {
			c.Plan = pl
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return
	}
	p.mu.Lock()
	p.what.Plan = pl.ID
	p.mu.Unlock()
	p.desk.SubmitAll(list)
	p.refocus()
}

// plan does something with all of the plan. What comes too late is told by what the rows say then.
func (p *Page) plan(do func(id string) error) {
	_ = do(p.shown.plan.ID)
	p.refocus()
}

// refocus brings the screen up to date and the keyboard to the rows: the button that was pressed is another one now.
func (p *Page) refocus() {
	p.updater.Trigger()
	p.table.Focus()
}

// sendAgain sends what was refused or could not be sent of an account, with the person there to answer. What has moved on
// meanwhile is told by what the row says then.
func (p *Page) sendAgain(r row) {
	for _, c := range r.line.Changes {
		switch c.State {
		case change.Draft:
			_ = p.desk.SendNow(c.ID)
		case change.Refused:
			_ = p.desk.Retry(c.ID)
		}
	}
}

// prove asks for what the host wants to know. One whose question was left is sent again first: the host asks anew.
func (p *Page) prove(c change.Change) {
	if c.State == change.NeedsProof {
		p.ask(c)
		return
	}
	if p.desk.SendNow(c.ID) != nil {
		return // it moved on by itself: the screen is about to show how
	}
	p.env.Run(func() {
		end, err := p.desk.Await(context.Background(), c.ID)
		if err != nil || end.State != change.NeedsProof {
			return // the row says how it ended
		}
		fyne.Do(func() { p.ask(end) })
	})
}

func (p *Page) ask(c change.Change) {
	if c.Challenge != nil && !kit.HasOverlay(p.env.Window) {
		proof.Show(p.env, keeping{p.desk}, c, nil)
	}
}

// keeping is a desk on which a Change whose proof is not given stays.
type keeping struct{ Desk }

// Drop keeps it.
func (k keeping) Drop(id string) error { return k.Release(id) }

func (p *Page) save() {
	if p.goTo.Export == nil || p.goTo.NoExport {
		return
	}
	s := p.shown
	p.goTo.Export(p.title.Text(), func() Proof { return proofOf(p.env.Words, p.facts(s)) })
}

package shell

import (
	"slices"
	"time"

	"concierge/app/change"
	"concierge/app/plan"
	"concierge/views/kit"
)

// planned is what is said at the bottom of the window of the plans that move on while this frame is there: of each as one, for
// it was approved as one. Which account is how far, its screen says.
type planned struct {
	waits bool // it is said that it can be undone
}

// followPlan says how the plan of a Change fares.
func (s *Shell) followPlan(c change.Change) {
	s.updater.Trigger() // how many wait, and for whom there is a way back to it
	id := c.Plan.ID
	is, followed := s.plans[id]
	if c.State == change.Undone {
		_ = s.cfg.Desk.Drop(c.ID) // nothing more to follow
	}
	p := s.planOf(id)
	waits := !p.Undoable().IsZero()
	switch {
	case waits && !is.waits:
		s.plans[id] = planned{waits: true}
		s.sayWaiting(p)
	case waits:
	case c.State == change.Undone && is.waits && len(p.Lines) == 0:
		s.endPlan(id)
		s.sayPlan(id, kit.ToastConfig{Text: s.env.Words.T("shell.plan_undone", "Name", c.Plan.Name), Tone: kit.ToneOK, For: 5 * time.Second})
	case p.UnderWay():
		if is.waits {
			s.closePlan(id)
		}
		s.plans[id] = planned{}
	case followed:
		s.endPlan(id)
		s.sayEnded(p)
	}
}

// endPlan stops following a plan that does not move on any more; closePlan takes away what is said of it.
func (s *Shell) endPlan(id string) {
	s.closePlan(id)
	delete(s.plans, id)
}

func (s *Shell) closePlan(id string) {
	if t := s.toasts[id]; t != nil {
		t.Close()
		delete(s.toasts, id)
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(w string) bool { return w == id })
}

func (s *Shell) planOf(id string) plan.Plan {
	var of []change.Change
	for _, c := range s.cfg.Desk.List() {
		if c.Plan.ID == id {
			of = append(of, c)
		}
	}
	for _, p := range plan.Plans(of) {
		return p
	}
	return plan.Plan{}
}

func (s *Shell) sayWaiting(p plan.Plan) {
	w, id := s.env.Words, p.ID
	s.sayPlan(id, kit.ToastConfig{
		Text: w.N("shell.plan_waiting", len(p.Lines), "Name", p.Name), Tone: kit.ToneInfo,
		Action: w.T("words.undo"), Key: CapOf("undo"), Countdown: true, For: time.Until(p.Undoable()),
		OnAction: func() { _ = s.cfg.Desk.UndoPlan(id) }, // too late is told by what comes next
	})
	s.waiting = append(s.waiting, id)
}

// sayEnded says how a plan has come out to who is elsewhere meanwhile.
func (s *Shell) sayEnded(p plan.Plan) {
	if len(p.Lines) == 0 || s.at.Screen == Grouped {
		return
	}
	w, done := s.env.Words, p.Count(plan.Confirmed)
	toast := kit.ToastConfig{Text: w.N("shell.plan_done", done, "Name", p.Name), Tone: kit.ToneOK}
	if done < len(p.Lines) {
		toast.Tone, toast.Text = kit.ToneBrass, w.T("shell.plan_stuck", "Name", p.Name, "Done", done, "Count", len(p.Lines))
	}
	toast.Action, toast.CloseName = w.T("shell.outbox_see"), w.T("words.close")
	toast.OnAction = func() { s.Open(Route{Screen: Grouped, Arg: "plan:" + p.ID}) }
	s.sayPlan(p.ID, toast)
}

func (s *Shell) sayPlan(id string, toast kit.ToastConfig) {
	s.closePlan(id)
	s.toasts[id] = kit.ShowToast(s.env.Window, toast, s.cfg.After)
}

// openIn counts the accounts of plans that wait for the person.
func openIn(plans []plan.Plan) (n int) {
	for _, p := range plans {
		n += p.Count(plan.Conflict, plan.Proof, plan.Refused, plan.Unreached)
	}
	return n
}

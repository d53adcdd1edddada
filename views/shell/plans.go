package shell

import (
	"slices"
	"time"

	"concierge/app/change"
	"concierge/app/plan"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// planned is what is said at the bottom of the window of a plan that moves on while this frame is there: of each as one, for
// it was approved as one. Which account is how far, its screen says.
type planned struct {
	name  string // of whom it is about
	waits bool   // it is said that it can be undone
}

// hearPlans has the plans followed soon, once for all that happens until then: the toolkit does not do much more than one
// thing per frame while frames take long, and a plan may be four hundred Changes. Any goroutine may call it.
func (s *Shell) hearPlans() {
	if s.plansDue.CompareAndSwap(false, true) {
		fyne.Do(func() {
			s.plansDue.Store(false)
			s.followPlans()
		})
	}
}

// followPlans says how the plans fare.
func (s *Shell) followPlans() {
	s.updater.Trigger() // how many wait, and whether there is a way back to one
	list := s.cfg.Desk.List()
	for _, c := range list {
		if !c.Plan.Zero() && c.State == change.Undone {
			_ = s.cfg.Desk.Drop(c.ID) // nothing more to follow
		}
	}
	there := map[string]bool{}
	for _, p := range plan.Plans(list) {
		there[p.ID] = true
		s.followPlan(p)
	}
	for id, is := range s.plans {
		if there[id] {
			continue
		}
		s.endPlan(id)
		if is.waits {
			s.sayPlan(id, kit.ToastConfig{Text: s.env.Words.T("shell.plan_undone", "Name", is.name), Tone: kit.ToneOK, For: 5 * time.Second})
		}
	}
}

func (s *Shell) followPlan(p plan.Plan) {
	is, followed := s.plans[p.ID]
	waits := !p.Undoable().IsZero()
	switch {
	case waits && !is.waits:
		s.plans[p.ID] = planned{p.Name, true}
		s.sayWaiting(p)
	case waits:
	case p.UnderWay():
		if is.waits {
			s.closePlan(p.ID)
		}
		s.plans[p.ID] = planned{name: p.Name}
	case followed:
		s.endPlan(p.ID)
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

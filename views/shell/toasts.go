package shell

import (
	"cmp"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/say"
)

// dialogless are the kinds of Change that no open dialog follows: the shell says how they end, and what can be done.
func dialogless(k change.Kind) bool {
	return k.Destructive() || k == change.ResendInvitation || k == change.ResetPassword
}

// Follow goes on saying how edits fare that began before this frame was made, or was out of sight.
func (s *Shell) Follow(list []change.Change) {
	for _, c := range list {
		s.follow(c)
	}
}

// follow says at the bottom of the window how an edit fares. Dialogs follow their own Changes until they are confirmed.
func (s *Shell) follow(c change.Change) {
	if t, shown := s.toasts[c.ID]; shown {
		t.Close()
		delete(s.toasts, c.ID)
	}
	s.updater.Trigger() // how many wait
	s.waiting = slices.DeleteFunc(s.waiting, func(id string) bool { return id == c.ID })
	w := s.env.Words
	toast := kit.ToastConfig{Text: say.Change(w, c), CloseName: w.T("words.close")}
	switch c.State {
	case change.Waiting:
		toast.Tone, toast.Action, toast.Countdown = kit.ToneInfo, w.T("words.undo"), true
		toast.For = time.Until(c.SendAt)
		toast.CloseName = ""
		toast.OnAction = func() { _ = s.cfg.Desk.Undo(c.ID) } // too late is told by the next state
		toast.Key = CapOf("undo")
		s.waiting = append(s.waiting, c.ID)
	case change.Sending:
		if !dialogless(c.Kind) {
			return
		}
		toast.Tone, toast.For = kit.ToneInfo, 0
		toast.CloseName = ""
	case change.Draft:
		if c.Alone {
			return // it has been said when it became one; the top bar says that it waits
		}
		identity, _ := s.cfg.Store.Identity(c.Account.Identity)
		toast.Tone = kit.ToneBrass
		toast.Text += " " + say.Next(w, s.env.Now(), c, identity.Host.Name)
		toast.Action, toast.OnAction = w.T("shell.outbox_see"), func() { s.Open(Route{Screen: Outbox}) }
	case change.Confirmed, change.Undone:
		toast.Tone, toast.For = kit.ToneOK, 5*time.Second
		if c.Unconfirmed { // it stays until it is read: there is something to find out
			toast.Tone, toast.For = kit.ToneBrass, 0
			toast.Action = w.T("shell.outbox_see")
			toast.OnAction = func() {
				s.Open(Route{Screen: People, Account: c.Account, Arg: "person:" + access.EmailKey(emailOf(c))})
			}
		}
		_ = s.cfg.Desk.Drop(c.ID) // ended: nothing more to follow
	case change.Refused:
		if !dialogless(c.Kind) || c.Alone {
			return // its form says so, or what waits does
		}
		identity, _ := s.cfg.Store.Identity(c.Account.Identity)
		toast.Tone = kit.ToneDanger
		toast.Text += " " + say.Trouble(w, c.Trouble.Of(identity.Host.Name)).Text()
		toast.Action = w.T("words.retry")
		toast.OnAction = func() { _ = s.cfg.Desk.Retry(c.ID) }            // told by the next state
		if c.Trouble == nil || c.Trouble.Kind != trouble.OutcomeUnknown { // what may be done is not given up by closing a message
			toast.OnGone = func() { _ = s.cfg.Desk.Drop(c.ID) } // closing it is giving it up
		}
	case change.Conflicting:
		if !dialogless(c.Kind) || c.Alone {
			return
		}
		toast.Tone = kit.ToneBrass
		if s.cfg.Actions.Conflict != nil {
			toast.Action = w.T("shell.see_conflict")
			toast.OnAction = func() { s.cfg.Actions.Conflict(c) }
		}
		toast.OnGone = func() { _ = s.cfg.Desk.Drop(c.ID) }
	default:
		return
	}
	s.toasts[c.ID] = kit.ShowToast(s.env.Window, toast, s.cfg.After)
}

// emailOf is the address that an invitation goes to.
func emailOf(c change.Change) string {
	return cmp.Or(c.After.Fields[change.FieldEmail], c.Before.Fields[change.FieldEmail], c.TargetName)
}

// Undo takes back the last edit that still waits. Seconds are too few to go to its message by Tab.
func (s *Shell) Undo() {
	if n := len(s.waiting); n > 0 {
		s.toasts[s.waiting[n-1]].Act()
	}
}

// CanUndo tells whether Undo has something to take back.
func (s *Shell) CanUndo() bool { return len(s.waiting) > 0 }

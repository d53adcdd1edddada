package shell

import (
	"cmp"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/called"
	"concierge/views/kit"
	"concierge/views/say"
)

// draftFor is how long it is said that an edit is kept and not sent.
const draftFor = 15 * time.Second

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
	toast := kit.ToastConfig{Text: s.ofAccount(c, say.Change(w, c)), CloseName: w.T("words.close")}
	left := s.leaving[c.ID]
	delete(s.leaving, c.ID)
	s.decided(c.ID)
	switch c.State {
	case change.Waiting:
		toast.Tone, toast.Action, toast.Countdown = kit.ToneInfo, w.T("words.undo"), true
		toast.For = time.Until(c.SendAt)
		toast.CloseName = ""
		toast.OnAction = func() { _ = s.cfg.Desk.Undo(c.ID) } // too late is told by the next state
		toast.Key = CapOf("undo")
		s.waiting = append(s.waiting, c.ID)
	case change.Sending:
		if c.Alone {
			s.leaving[c.ID] = true
		}
		if !dialogless(c.Kind) {
			return
		}
		toast.Tone, toast.For = kit.ToneInfo, 0
		toast.CloseName = ""
	case change.Draft:
		if c.Alone { // it has been said when it became one; the top bar says that it waits
			if left && c.Trouble != nil && c.Trouble.Kind == trouble.ProofNeeded {
				s.stopped(c)
			}
			return
		}
		identity, _ := s.cfg.Store.Identity(c.Account.Identity)
		toast.Tone = kit.ToneBrass
		toast.Text += " " + say.Next(w, s.env.Now(), c, identity.Host.Name)
		toast.Action, toast.OnAction = w.T("shell.outbox_see"), func() { s.Open(Route{Screen: Outbox}) }
		// Who works without a connection makes many: the top bar counts them, and of the messages the last one is enough.
		toast.For = draftFor
		if last := s.toasts[s.drafted]; last != nil {
			last.Close()
			delete(s.toasts, s.drafted)
		}
		s.drafted = c.ID
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
		if c.Alone && left && c.Undecided() {
			s.stopped(c)
			return
		}
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
		if c.Alone && left {
			s.stopped(c)
			return
		}
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

// ofAccount puts the name of an edit's account before what is said of the edit: the message stays while the person goes on to
// another account, where somebody may have the same name.
func (s *Shell) ofAccount(c change.Change, text string) string {
	if _, reached := s.cfg.Store.Account(c.Account); !reached || len(s.cfg.Store.Accounts("")) < 2 {
		return text
	}
	return s.env.Words.T("shell.of_account", "Account", called.Account(s.cfg.Store, s.cfg.Alias, c.Account), "Text", text)
}

// stopped says of an edit that left by itself, as had been promised, that it now waits for the person: whichever account they
// are in, and of many in one message.
func (s *Shell) stopped(c change.Change) {
	if s.at.Screen == Outbox {
		return // they are looking at it
	}
	s.undecided = append(s.undecided, c)
	s.sayUndecided()
}

// decided takes an edit that moved on out of what is said to wait.
func (s *Shell) decided(id string) {
	before := len(s.undecided)
	s.undecided = slices.DeleteFunc(s.undecided, func(c change.Change) bool { return c.ID == id })
	if len(s.undecided) < before {
		s.sayUndecided()
	}
}

func (s *Shell) sayUndecided() {
	if t := s.undecidedToast; t != nil {
		s.undecidedToast = nil // it is not the person who closes it
		t.Close()
	}
	w := s.env.Words
	text := w.N("shell.undecided", len(s.undecided))
	switch len(s.undecided) {
	case 0:
		return
	case 1:
		c := s.undecided[0]
		text = say.Change(w, c)
		if c.State == change.Refused {
			i, _ := s.cfg.Store.Identity(c.Account.Identity)
			text += " " + say.Trouble(w, c.Trouble.Of(i.Host.Name)).Text()
		}
		text = s.ofAccount(c, text)
	}
	s.undecidedToast = kit.ShowToast(s.env.Window, kit.ToastConfig{
		Text: text, Tone: kit.ToneDanger, CloseName: w.T("words.close"),
		Action: w.T("shell.outbox_see"), OnAction: func() {
			s.undecided, s.undecidedToast = nil, nil
			s.Open(Route{Screen: Outbox})
		},
		OnGone: func() {
			if s.undecidedToast != nil {
				s.undecided, s.undecidedToast = nil, nil
			}
		},
	}, s.cfg.After)
}

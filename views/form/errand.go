package form

import (
	"context"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/conflict"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/proof"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Desk is where edits go; *change.Desk has it.
type Desk interface {
	proof.Desk
	Do(ctx context.Context, c change.Change) (change.Change, error)
	Retry(id string) error
	Resolve(id string, after change.Values) error
	Release(id string) error
	DraftOf(ref access.Ref, kind change.Kind, target string) (change.Change, bool)
}

// Stage is where proof and conflict are shown.
type Stage struct {
	Put   func(title string, content fyne.CanvasObject)
	Clear func() // the form again
	Grown func()
}

// ErrandConfig says what becomes of a Change.
type ErrandConfig struct {
	Env  page.Env
	Host access.Host
	Desk Desk
	// Stage is the dialog the form stands in; without one, proof and conflict get a dialog of their own.
	Stage Stage
	// Busy tells that the Change is on its way, or no longer.
	Busy func(bool)
	// Done gets the Change that the host has confirmed.
	Done func(change.Change)
	// Kept is called when the Change could not reach its host and is kept as a draft: the form is done with, and nothing
	// has been saved yet. The shell says so.
	Kept func()
	// Refused gets why the host, or the way to it, refused. All that was typed is still in the form.
	Refused func(*trouble.Trouble)
	// Back is called when the person did not give the proof; the form is as it was.
	Back func()
	// Left is called when the person decided that the host's present state stays.
	Left func()
	// Again makes something new of what was typed when its target is gone; nil: cannot.
	Again func()
}

// Errand takes a form's Change to the desk and follows it until it is confirmed, with all that was typed in place. It
// asks for proof and for decisions on the way. All methods belong to the UI goroutine.
type Errand struct {
	cfg   ErrandConfig
	last  *change.Change // refused, and may be tried again
	step  *proof.Step
	clash *conflict.View
	own   *kit.Modal // the dialog for proof and conflict, where the form stands in none
	busy  bool
	gone  bool
}

// NewErrand makes an Errand for the Changes of one form.
func NewErrand(cfg ErrandConfig) *Errand {
	e := &Errand{cfg: cfg}
	if cfg.Stage.Put == nil {
		e.cfg.Stage = Stage{Put: e.putOver, Clear: e.clearOver, Grown: func() {
			if e.own != nil {
				e.own.Relayout()
			}
		}}
	}
	return e
}

// Active tells whether a Change is on its way or waits for the person: the form then stays as it is.
func (e *Errand) Active() bool { return e.busy || e.step != nil || e.clash != nil }

// Send hands a Change to the desk. The same wish after a refusal is the same Change again, so that what the host may
// have done it does not do twice.
func (e *Errand) Send(c change.Change) {
	if e.Active() {
		return
	}
	last := e.last
	e.last = nil
	if last != nil && last.Kind == c.Kind && last.Target == c.Target && change.Equal(last.After, c.After) {
		e.work(func(ctx context.Context) (change.Change, error) {
			_ = e.cfg.Desk.Retry(last.ID) // under way again already after a new sign-in: then there is only to wait
			return e.cfg.Desk.Await(ctx, last.ID)
		})
		return
	}
	if last != nil {
		_ = e.cfg.Desk.Drop(last.ID) // another wish takes its place
	}
	e.work(func(ctx context.Context) (change.Change, error) { return e.cfg.Desk.Do(ctx, c) })
}

// Escape leaves proof or conflict, and tells whether there was one.
func (e *Errand) Escape() bool {
	switch {
	case e.step != nil:
		e.step.GoBack()
	case e.clash != nil:
		e.clash.Leave()
	default:
		return false
	}
	return true
}

// Close gives up what was refused; what is on its way goes on, and is told at the bottom of the window if it fails. What
// may have been done is not given up: it stands among what waits for the person.
func (e *Errand) Close() {
	if e.gone {
		return
	}
	e.gone = true
	if e.last != nil {
		GiveUp(e.cfg.Desk, *e.last)
	}
	if e.step != nil {
		e.step.GoBack()
		e.step = nil
	}
	e.clearOver()
}

func (e *Errand) work(do func(context.Context) (change.Change, error)) {
	e.setBusy(true)
	e.cfg.Env.Run(func() {
		c, err := do(context.Background())
		fyne.Do(func() { e.arrived(c, err) })
	})
}

func (e *Errand) setBusy(on bool) {
	e.busy = on
	if e.cfg.Busy != nil && !e.gone {
		e.cfg.Busy(on)
	}
}

func (e *Errand) arrived(c change.Change, err error) {
	e.setBusy(false)
	switch {
	case e.gone:
		Late(e.cfg.Env, e.cfg.Desk, c, err)
	case err != nil:
		e.cfg.Refused(&trouble.Trouble{Kind: trouble.Other, Err: err})
	case c.State == change.Confirmed:
		e.cfg.Done(c)
	case c.State == change.Draft:
		e.cfg.Kept()
	case c.State == change.NeedsProof:
		e.prove(c)
	case c.State == change.Conflicting:
		e.compare(c)
	default:
		e.last = &c
		t := c.Trouble
		if t == nil {
			t = &trouble.Trouble{Kind: trouble.Other}
		}
		e.cfg.Refused(t)
	}
}

// GiveUp drops a refused Change whose form is left, unless the host may have done it: then it is for the person to find
// out.
func GiveUp(desk interface {
	Drop(id string) error
	Release(id string) error
}, c change.Change) {
	if c.Trouble != nil && c.Trouble.Kind == trouble.OutcomeUnknown {
		_ = desk.Release(c.ID) // sent again meanwhile is as good
		return
	}
	_ = desk.Drop(c.ID) // gone already is as good
}

// SignInAgain is the way out of a dialog whose edit was refused because the session has ended, which the window behind it
// offers too and nobody reaches there: the dialog is left, the edit stands among what waits, and it leaves once the person has signed in.
// It is nil for other trouble.
func SignInAgain(env page.Env, desk interface{ Release(id string) error }, c *change.Change, leave func()) *kit.Button {
	if c == nil || c.Trouble == nil || c.Trouble.Kind != trouble.SignInNeeded || env.SignIn == nil {
		return nil
	}
	return kit.SecondaryButton(env.Words.T("form.sign_in_again"), func() {
		_ = desk.Release(c.ID) // sent again meanwhile is as good
		leave()
		env.SignIn(c.Account.Identity)
	}).Small()
}

// SignInAgain is the package's, for what was refused last.
func (e *Errand) SignInAgain(leave func()) *kit.Button {
	return SignInAgain(e.cfg.Env, e.cfg.Desk, e.last, func() {
		e.last = nil // it is not given up
		leave()
	})
}

// Late says how a Change ended whose form was left while it was on its way, and keeps it among what waits for the person:
// what was typed is nowhere else any more. That it was done, or is a draft, is the shell's to say.
func Late(env page.Env, desk interface{ Release(id string) error }, c change.Change, err error) {
	if err != nil || c.State == change.Confirmed || c.State == change.Undone {
		return
	}
	_ = desk.Release(c.ID) // gone already: then there is nothing to keep
	if c.State == change.Draft {
		return
	}
	text := say.Change(env.Words, c)
	if c.Trouble != nil {
		text += " " + say.Trouble(env.Words, c.Trouble).Text()
	}
	if env.Account != nil && c.Account.Account != "" { // the person may be in another by now
		if name, others := env.Account(c.Account); name != "" && others {
			text = env.Words.T("shell.of_account", "Account", name, "Text", text)
		}
	}
	kit.ShowToast(env.Window, kit.ToastConfig{Text: text, Tone: kit.ToneDanger, CloseName: env.Words.T("words.close")}, nil)
}

func (e *Errand) prove(c change.Change) {
	e.step = proof.New(proof.Config{
		Env: e.cfg.Env, Desk: e.cfg.Desk, Change: c, Grown: e.cfg.Stage.Grown,
		Done: func(c change.Change) {
			e.step = nil
			e.cfg.Stage.Clear()
			e.arrived(c, nil)
		},
		Back: func() {
			e.step = nil
			if e.gone {
				return
			}
			e.cfg.Stage.Clear()
			if e.cfg.Back != nil {
				e.cfg.Back()
			}
		},
	})
	e.cfg.Stage.Put(e.cfg.Env.Words.T("proof.title"), e.step.Object())
	e.step.Focus()
}

func (e *Errand) compare(c change.Change) {
	leave := func() {
		e.clash = nil
		_ = e.cfg.Desk.Drop(c.ID) // decided for what the host has
		e.cfg.Stage.Clear()
	}
	config := conflict.Config{
		Env: e.cfg.Env, Host: e.cfg.Host, Change: c, Grown: e.cfg.Stage.Grown,
		Decided: func(after change.Values) {
			e.clash = nil
			e.cfg.Stage.Clear()
			e.work(func(ctx context.Context) (change.Change, error) {
				_ = e.cfg.Desk.Resolve(c.ID, after) // resolved already: then there is only to wait
				return e.cfg.Desk.Await(ctx, c.ID)
			})
		},
		Leave: func() {
			leave()
			e.cfg.Left()
		},
	}
	if e.cfg.Again != nil {
		config.Again = func() {
			leave()
			e.cfg.Again()
		}
	}
	e.clash = conflict.New(config)
	e.cfg.Stage.Put(e.cfg.Env.Words.T("conflict.title"), e.clash.Object())
	e.clash.Focus()
}

func (e *Errand) putOver(title string, content fyne.CanvasObject) {
	e.clearOver()
	e.own = kit.NewModal(e.cfg.Env.Window, kit.ModalConfig{
		Title: title, Content: content, OnEscape: func() { e.Escape() }, Width: 560,
	})
	e.own.Show()
}

func (e *Errand) clearOver() {
	if e.own != nil {
		e.own.Hide()
		e.own = nil
	}
}

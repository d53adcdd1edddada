package permissions

import (
	"context"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/conflict"
	formkit "concierge/views/form"
	"concierge/views/kit"
	"concierge/views/proof"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// change is the draft as the Change to send.
func (e *editor) change() change.Change {
	c := change.Change{Account: e.ref, Target: e.target, TargetName: e.name, Base: e.base, Before: e.d.before, After: e.d.after()}
	if e.waits != nil {
		c.Instead = e.waits.ID
	}
	switch e.d.use {
	case inviting:
		c.Kind, c.Before, c.TargetName = change.Invite, change.Values{}, c.After.Fields[change.FieldEmail]
	case editingInvitation:
		c.Kind = change.EditInvitation
	default:
		c.Kind = change.SetPermissions
	}
	return c
}

// send hands the draft to the desk and waits for how it ends, with all that was typed in place. The same draft after a
// refusal is the same Change again, so that what the host may have done it does not do twice.
func (e *editor) send() {
	c := e.change()
	e.form.clearErrors()
	if last := e.last; last != nil {
		e.last = nil
		if change.Equal(last.After, c.After) {
			e.work(func(ctx context.Context) (change.Change, error) {
				_ = e.desk.Retry(last.ID) // under way again, or done, since a new sign-in: then there is only to wait
				return e.desk.Await(ctx, last.ID)
			})
			return
		}
		_ = e.desk.Drop(last.ID) // another wish takes its place
	}
	e.work(func(ctx context.Context) (change.Change, error) { return e.desk.Do(ctx, c) })
}

// work waits for a Change away from the UI.
func (e *editor) work(do func(context.Context) (change.Change, error)) {
	e.sending = true
	e.form.refresh()
	e.env.Run(func() {
		c, err := do(context.Background())
		fyne.Do(func() { e.arrived(c, err) })
	})
}

// arrived shows how the Change fares.
func (e *editor) arrived(c change.Change, err error) {
	e.sending = false
	if e.gone {
		formkit.Late(e.env, e.desk, c, err)
		return
	}
	if err != nil {
		e.form.showTrouble(&trouble.Trouble{Kind: trouble.Other, Err: err})
		e.showForm()
		return
	}
	switch c.State {
	case change.Confirmed, change.Draft: // the shell says which
		e.modal.Hide()
	case change.NeedsProof:
		e.prove(c)
	case change.Conflicting:
		e.compare(c)
	default:
		e.refused(c)
	}
}

func (e *editor) prove(c change.Change) {
	e.step = proof.New(proof.Config{
		Env: e.env, Desk: e.desk, Change: c, Grown: e.relayout,
		Done: func(c change.Change) {
			e.step = nil
			e.arrived(c, nil)
		},
		Back: func() {
			e.showForm()
			e.form.focus()
		},
	})
	e.set(e.step.Object(), nil)
	e.step.Focus()
}

func (e *editor) compare(c change.Change) {
	e.clash = conflict.New(conflict.Config{
		Env: e.env, Host: e.host, Change: c, Grown: e.relayout,
		Decided: func(after change.Values) {
			e.clash = nil
			e.showForm()
			e.work(func(ctx context.Context) (change.Change, error) {
				_ = e.desk.Resolve(c.ID, after) // resolved already: then there is only to wait
				return e.desk.Await(ctx, c.ID)
			})
		},
		Leave: func() {
			_ = e.desk.Drop(c.ID) // decided for what the host has
			e.modal.Hide()
		},
		Again: func() {
			_ = e.desk.Drop(c.ID)
			e.modal.Hide()
			Invite(e.env, e.ref, e.store, e.desk, e.goTo, Prefill{Email: e.email, Permissions: e.d.set})
		},
	})
	e.set(e.clash.Object(), nil)
	e.clash.Focus()
}

// refused shows why, at the fields where that is known, and leaves everything as it was typed.
func (e *editor) refused(c change.Change) {
	e.last = &c
	t := c.Trouble
	if t == nil {
		t = &trouble.Trouble{Kind: trouble.Other}
	}
	e.form.showTrouble(t)
	e.showForm()
	e.form.focusError()
}

// openPerson leaves the dialog for the person who already has access.
func (e *editor) openPerson(p access.Person) {
	e.leave()
	e.goTo.OpenPerson(p.Key)
}

// troubleBanner says what went wrong; fields say their own part.
func (e *editor) troubleBanner(t *trouble.Trouble) *kit.Banner {
	words := say.Trouble(e.env.Words, t)
	kit.TraceNotice(words.Title, words.Detail)
	var actions []fyne.CanvasObject
	e.again = formkit.SignInAgain(e.env, e.desk, e.last, func() {
		e.last = nil // it is not given up
		e.modal.Hide()
	})
	if e.again != nil {
		actions = append(actions, e.again)
	}
	return kit.NewBanner(kit.ToneDanger, []kit.Part{
		kit.B(say.Words{Title: words.Title}.Text()), kit.P(" " + say.Words{Detail: words.Detail, Do: words.Do, Reference: words.Reference}.Text()),
	}, actions...)
}

package permissions

import (
	"cmp"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/views/conflict"
	formkit "concierge/views/form"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/proof"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// noEnd is the end of access that has none.
var noEnd time.Time

// editor is the dialog. Its fields belong to the UI goroutine.
type editor struct {
	env      page.Env
	ref      access.Ref
	store    Store
	desk     Desk
	goTo     Go
	snapshot access.Snapshot
	host     access.Host
	d        *draft

	title, subtitle           string
	target, name, email, base string // of the user or invitation that is edited
	first                     string // how sentences call the person

	modal *kit.Modal
	body  *fyne.Container // the form, the step that asks for proof, or the conflict
	foot  *fyne.Container
	form  *form
	step  *proof.Step
	clash *conflict.View

	waits   *change.Change // the draft that the dialog began with
	sending bool
	gone    bool           // the dialog was left
	last    *change.Change // the one that was refused and may be tried again
	again   *kit.Button    // signs in again, where that is why it was
}

func newEditor(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go) *editor {
	e := &editor{env: env, ref: ref, store: store, desk: desk, goTo: goTo}
	e.snapshot, _, _ = store.Snapshot(ref)
	id, _ := store.Identity(ref.Identity)
	e.host = id.Host
	return e
}

// invitationLanguage chooses the language an invitation is written in: the one asked for if the host speaks it, else the
// account's, else that of who invites, else the host's first. It is none where the host chooses.
func (e *editor) invitationLanguage(wish string) string {
	if !e.host.Features.InvitationLanguage.Available {
		return ""
	}
	for _, l := range []string{wish, e.snapshot.Account.Language, e.env.Words.Lang()} {
		if l != "" && slices.Contains(e.host.Languages, l) {
			return l
		}
	}
	if len(e.host.Languages) > 0 {
		return e.host.Languages[0]
	}
	return e.env.Words.Lang()
}

func (e *editor) open() {
	if e.d.use != inviting {
		if c, waits := e.desk.DraftOf(e.ref, e.change().Kind, e.target); waits {
			e.waits = &c
			e.d.beginWith(c.OnTopOf(e.d.before))
		}
	}
	e.body, e.foot = kit.Column(0), kit.Column(0)
	e.form = newForm(e)
	e.modal = kit.NewModal(e.env.Window, kit.ModalConfig{
		Title: e.title, Subtitle: e.subtitle, Content: e.body, Footer: e.foot, Width: dialogWidth,
		OnEscape: e.escape, OnEnter: e.enter, Unsaved: e.unsaved,
	})
	e.modal.OnHidden = e.close
	e.showForm()
	e.modal.Show()
	e.form.focus()
}

// dialogWidth fits a window of 1024 and keeps the presets on one line, and sensitive marks beside long titles.
const dialogWidth = 992

func (e *editor) close() {
	e.gone = true
	if e.step != nil {
		e.step.Close()
	}
}

func (e *editor) showForm() {
	e.step, e.clash = nil, nil
	e.form.refresh()
	e.set(e.form.body, e.form.foot)
}

// set changes what the dialog shows.
func (e *editor) set(body, foot fyne.CanvasObject) {
	e.body.RemoveAll()
	e.body.Add(body)
	e.foot.RemoveAll()
	if foot != nil {
		e.foot.Add(foot)
	}
	e.relayout()
}

func (e *editor) relayout() {
	if e.modal != nil && e.modal.Shown() {
		e.modal.Relayout()
	}
}

// unsaved tells whether leaving would lose something. What is on its way is not lost.
func (e *editor) unsaved() bool { return e.d.dirty() && !e.sending }

// escape leaves, after asking when something would be lost.
func (e *editor) escape() {
	switch {
	case e.step != nil:
		e.step.GoBack()
	case e.clash != nil:
		e.clash.Leave()
	case e.unsaved():
		if e.d.use != inviting {
			formkit.Leave(e.env.Window, e.env.Words, true, e.leave)
			return
		}
		w := e.env.Words // nothing would have been saved: an invitation is sent
		kit.Confirm(e.env.Window, kit.ConfirmConfig{
			Title: w.T("permissions.leave_title"), Text: w.T("permissions.leave_text"), Danger: true,
			Confirm: w.T("permissions.leave"), Cancel: w.T("form.stay"), OnConfirm: e.leave,
		})
	default:
		e.leave()
	}
}

// leave closes the dialog. A Change under way goes on, and the shell says how it ends.
func (e *editor) leave() {
	if e.last != nil {
		formkit.GiveUp(e.desk, *e.last)
	}
	e.modal.Hide()
}

func (e *editor) enter() {
	if e.step == nil && e.clash == nil {
		e.save()
	}
}

// save sends the draft, after asking once more when it gives everything.
func (e *editor) save() {
	if e.sending {
		return
	}
	if why := e.form.blocked(); why != "" {
		e.form.explain(why)
		return
	}
	if !e.d.everything() {
		e.send()
		return
	}
	w := e.env.Words
	content := kit.Column(12, kit.Body(w.T("permissions.all_text", "Name", e.who())))
	if s := e.d.sensitive(); len(s) > 0 {
		list := kit.Column(4)
		for _, p := range s {
			list.Add(kit.Row(8, kit.NewBadge(w.T("permissions.sensitive"), kit.ToneDanger), kit.Grow(kit.Body(say.Permission(w, p)))))
		}
		content.Add(list)
	}
	var m *kit.Modal
	no := kit.SecondaryButton(w.T("permissions.all_back"), func() { m.Hide() })
	yes := kit.DangerButton(w.T("permissions.all_yes"), func() {
		m.Hide()
		e.send()
	})
	m = kit.NewModal(e.env.Window, kit.ModalConfig{
		Title: w.T("permissions.all_title"), Content: content, Buttons: []fyne.CanvasObject{no, yes}, First: no, Width: 520,
	})
	m.Show()
}

// who names the person in sentences.
func (e *editor) who() string {
	switch {
	case e.d.use != inviting:
		return cmp.Or(e.first, e.name)
	case validEmail(e.d.email):
		return e.d.email
	}
	return e.env.Words.T("permissions.this_person")
}

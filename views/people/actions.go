package people

import (
	"context"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/permissions"
	"concierge/views/proof"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// toastTime is how long a short message stays.
const toastTime = 5 * time.Second

func (p *Page) editUser(id string) {
	permissions.EditUser(p.env, p.ref, p.store, p.desk, p.dialogs(), id)
}

func (p *Page) editInvitation(id string) {
	permissions.EditInvitation(p.env, p.ref, p.store, p.desk, p.dialogs(), id)
}

// send sends what needs no form. The shell says how it ended; a proof is asked for here.
func (p *Page) send(c change.Change) {
	p.env.Run(func() {
		end, err := p.desk.Do(context.Background(), c)
		if err != nil || end.State != change.NeedsProof {
			return
		}
		fyne.Do(func() { proof.Show(p.env, p.desk, end, nil) })
	})
}

// revoke asks before somebody loses access; the contact stays unless the person says otherwise.
func (p *Page) revoke(u access.User) {
	w, h, s := p.env.Words, p.shown.facts.host, p.shown.snapshot
	loss := say.WhoLosesWhat(w, h, s, change.Revoke, u.ID)
	content := kit.Column(12)
	for _, line := range append([]string{loss.Loses, loss.Keeps}, loss.Warns...) {
		if line != "" {
			content.Add(kit.Body(line))
		}
	}
	var also []access.Contact
	for _, c := range s.Contacts {
		if access.EmailKey(c.Email) == access.EmailKey(u.Email) {
			also = append(also, c)
		}
	}
	too := kit.NewCheck(w.T("people.revoke_also"), "", nil)
	if len(also) > 0 {
		content.Add(too)
		too.SetLabel(w.T("people.revoke_also"), p.alsoLoses(also))
	}
	content.Add(kit.Small(w.T("people.revoke_undo")))
	p.ask(w.T("people.revoke_title", "Name", u.Name()), content, w.T("people.keep_access"), w.T("people.revoke"), func() {
		p.desk.Submit(p.changeOf(change.Revoke, u.ID, u.Name(), u.ETag, change.OfUser(u)))
		if too.Checked() {
			for _, c := range also {
				p.desk.Submit(p.changeOf(change.DeleteContact, c.ID, c.Name(), c.ETag, change.OfContact(c)))
			}
		}
	})
}

// alsoLoses says what deleting the contacts as well takes away.
func (p *Page) alsoLoses(contacts []access.Contact) string {
	w, h, s := p.env.Words, p.shown.facts.host, p.shown.snapshot
	all := access.Preferences{}
	var warns []string
	for _, c := range contacts {
		for m, on := range c.Preferences {
			all[m] = all[m] || on
		}
		warns = append(warns, say.WhoLosesWhat(w, h, s, change.DeleteContact, c.ID).Warns...)
	}
	if !all.Any() {
		return w.T("people.revoke_also_silent")
	}
	return strings.Join(append([]string{w.T("people.revoke_also_note", "Mail", say.MailList(w, all, h.MailCategories))}, warns...), " ")
}

func (p *Page) cancelInvitation(i access.Invitation) {
	w := p.env.Words
	loss := say.WhoLosesWhat(w, p.shown.facts.host, p.shown.snapshot, change.CancelInvitation, i.ID)
	content := kit.Column(12, kit.Body(loss.Loses))
	if loss.Keeps != "" {
		content.Add(kit.Body(loss.Keeps))
	}
	content.Add(kit.Small(w.T("people.revoke_undo")))
	p.ask(w.T("people.cancel_title", "Name", i.Email), content, w.T("people.keep_invitation"), w.T("people.cancel_invitation"), func() {
		p.desk.Submit(p.changeOf(change.CancelInvitation, i.ID, i.Email, i.ETag, change.OfInvitation(i)))
	})
}

// ask shows a question whose safe answer has the focus.
func (p *Page) ask(title string, content fyne.CanvasObject, keep, do string, yes func()) {
	var m *kit.Modal
	no := kit.SecondaryButton(keep, func() { m.Hide() })
	ok := kit.DangerButton(do, func() {
		m.Hide()
		yes()
	})
	m = kit.NewModal(p.env.Window, kit.ModalConfig{
		Title: title, Content: content, Buttons: []fyne.CanvasObject{no, ok}, First: no, Width: 520,
	})
	m.Show()
}

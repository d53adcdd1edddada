package permissions

import (
	"strings"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/places"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// newAddress makes the fields of an invitation: to whom, and in which language.
func (f *form) newAddress() fyne.CanvasObject {
	w, d := f.e.env.Words, f.e.d
	can := f.e.host.Features
	hint := w.T("permissions.email_hint")
	if !can.InvitedOnly.Available {
		hint = strings.TrimSpace(w.T("permissions.email_hint_any") + " " + can.InvitedOnly.Reason.In(w.Lang()))
	}
	f.address = kit.NewField(w.T("permissions.email"), w.T("permissions.email_example"), hint)
	f.address.SetValue(d.email)
	f.address.OnChanged = func(s string) {
		d.email = s
		f.presence.RemoveAll()
		f.presence.Hide()
		f.refresh()
	}
	f.address.Input.OnLeave = f.checkAddress
	var names []string
	at := -1
	for i, l := range f.e.host.Languages {
		names = append(names, places.LanguageName(l))
		if l == d.language {
			at = i
		}
	}
	f.language = kit.NewSelect(w.T("permissions.language"), names, func(i int) { d.language = f.e.host.Languages[i] })
	f.language.Select(at)
	row := kit.RowAligned(16, kit.Top, kit.Grow(f.address.Container))
	if len(names) > 1 && can.InvitationLanguage.Available {
		row.Add(kit.FixedWidth(200, kit.Group(w.T("permissions.language"), "", f.language)))
	}
	return row
}

// already says why who has access, or is invited, is not invited again.
var already = map[presence]string{alreadyUser: "permissions.already_user", alreadyInvited: "permissions.already_invited"}

// checkAddress says what is wrong with the address, once the person has gone on to something else.
func (f *form) checkAddress() {
	d, w := f.e.d, f.e.env.Words
	if d.email == "" || f.e.gone {
		return
	}
	if !validEmail(d.email) {
		f.address.SetError(say.Field(w, trouble.Field{Name: "email", Code: "invalid"}))
		f.e.relayout()
		return
	}
	s, _, _ := f.e.store.Snapshot(f.e.ref)
	what, p := presenceOf(s, d.email, f.e.env.Now())
	f.showPresence(what, p)
}

// showPresence says that inviting would be refused, and leads to the person.
func (f *form) showPresence(what presence, p access.Person) {
	f.presence.RemoveAll()
	f.presence.Hidden = what == unknown
	if key := already[what]; key != "" {
		w := f.e.env.Words
		open := kit.SecondaryButton(w.T("permissions.open_person", "Name", p.Name), func() { f.e.openPerson(p) }).Small()
		f.presence.Add(kit.NewBanner(kit.ToneBrass, []kit.Part{kit.P(w.T(key, "Name", p.Name))}, open).Container)
	}
	f.refresh()
	f.e.relayout()
}

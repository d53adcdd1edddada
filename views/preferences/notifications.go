package preferences

import (
	"concierge/app/watch"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// notifications chooses which changes elsewhere the operating system tells of. All of them are marked in the window.
func (p *Page) notifications() fyne.CanvasObject {
	w, s := p.env.Words, p.cfg.Settings
	p.notices = map[watch.Kind]*kit.Check{}
	col := kit.Column(6)
	for _, k := range watch.Kinds() {
		key := "preferences.notify_" + map[watch.Kind]string{
			watch.NewUser: "new_user", watch.WiderRights: "wider_rights", watch.Owner: "owner",
			watch.ChangedEmail: "changed_email", watch.DomainRecipient: "domain_recipient",
			watch.Ending: "ending",
		}[k]
		c := kit.NewCheck(w.T(key), w.T(key+"_note"), func(on bool) { s.SetNotifies(string(k), on) })
		c.SetChecked(s.Notifies(string(k)))
		p.notices[k] = c
		col.Add(c)
	}
	return kit.Card(kit.Column(12,
		kit.Column(2, kit.Title(w.T("preferences.notify")), kit.MutedText(w.T("preferences.notify_lead"))), col))
}

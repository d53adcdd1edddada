package history

import (
	"slices"

	"concierge/app/access"
	"concierge/app/change"
	past "concierge/app/history"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// known tells whether a person is in the account now, and so can be looked at.
func known(s access.Snapshot, key string) bool {
	return slices.ContainsFunc(access.People(s), func(p access.Person) bool { return p.Key == key })
}

// review shows what putting something back will change, and sends it when the person agrees.
func (p *Page) review(c change.Change) {
	w, host := p.env.Words, p.shown.identity.Host
	banner := kit.Column(0)
	banner.Hide()
	content := kit.Column(12, banner, kit.Body(w.T("history.review_lead", "Host", host.Name)))
	list := kit.Column(6)
	for _, d := range past.Wanted(c) {
		list.Add(kit.Body("• " + say.Difference(w, host, d)))
	}
	content.Add(list)
	if shift := access.MeanChange(c.Before.Permissions, c.After.Permissions, host.Permissions); c.After.Permissions != nil && !access.SameSet(c.Before.Permissions, c.After.Permissions) {
		content.Add(kit.Plain(kit.TonePrimary, kit.Body(say.PlainChange(w, c.TargetName, shift, host.Permissions))))
	}
	note := "history.review_others"
	if c.Kind == change.AddContact {
		note = "history.review_new_contact"
	}
	content.Add(kit.Small(w.T(note)))
	var frame *form.Dialog
	var errand *form.Errand
	cancel := kit.SecondaryButton(w.T("words.cancel"), func() { frame.Escape() })
	yes := kit.PrimaryButton(w.T("history.put_back"), nil)
	send := func() {
		if !errand.Active() {
			banner.Hide()
			errand.Send(c)
		}
	}
	yes.OnTapped = send
	frame = form.NewDialog(form.DialogConfig{
		Env: p.env, Title: w.T("history.review_title"), Subtitle: c.TargetName, Width: 560, Content: content,
		Foot: kit.Row(12, kit.Spacer(), cancel, yes), Enter: send, Dirty: func() bool { return false }, First: yes,
	})
	errand = form.NewErrand(form.ErrandConfig{
		Env: p.env, Host: host, Desk: p.desk, Stage: frame.Stage(),
		Busy: func(on bool) {
			yes.SetText(w.T("history.put_back"))
			yes.Enable()
			if on {
				yes.SetText(w.T("history.review_sending"))
				yes.DisableBecause(w.T("history.review_sending"))
			}
		},
		Done: func(change.Change) {
			frame.Hide()
			p.detail.Focus() // what led here may be gone
		},
		Refused: func(t *trouble.Trouble) {
			banner.Objects = []fyne.CanvasObject{form.Banner(w, t)}
			banner.Show()
			frame.Relayout()
		},
		Left: func() { frame.Hide() },
	})
	frame.Follow(errand)
	frame.Show()
}

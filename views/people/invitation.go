package people

import (
	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// invitation says what was sent, until when it holds and what it will give, and offers what can be done with it.
func (d *detail) invitation(i access.Invitation, s shown) fyne.CanvasObject {
	w, h := d.p.env.Words, s.facts.host
	var edit *kit.Button
	owner := s.snapshot.Me.Owner()
	if owner && h.Features.EditInvitation.Available {
		edit = d.button(kit.SecondaryButton(w.T("words.edit"), func() { d.p.editInvitation(i.ID) }))
		edit.SetToolTip(w.T("people.change_access"))
	}
	tone := kit.ToneBrass
	if i.Expired(s.facts.now) {
		tone = kit.ToneDanger
	}
	badge := kit.FlowWrap(4, kit.NewBadge(w.T("people.invited_until", "Expiry", say.Expiry(w, s.facts.now, i)), tone))
	var doubt fyne.CanvasObject
	if unsure(s.facts, i) {
		badge = kit.FlowWrap(4, kit.NewBadge(w.T("people.unconfirmed"), kit.ToneDanger))
		doubt = kit.Body(w.T(doubtKey(h.Features)))
	}
	return section(w.T("people.invitation"), edit, badge, doubt,
		kit.Small(sentLine(d.p, i)),
		kit.Small(say.AccessLine(w, h, s.facts.now, i.Permissions, i.EndsAt, i.Reason)),
		kit.Body(say.Plain(w, access.Mean(i.Permissions, h.Permissions), h.Permissions)),
		d.invitationActions(i, s, owner))
}

// unsure tells whether it matters that nobody knows whether an invitation left: one that has expired is over in any case.
func unsure(f facts, i access.Invitation) bool { return i.Unconfirmed && !i.Expired(f.now) }

// doubtKey says what can be done about an invitation that may not have left.
func doubtKey(f access.Features) string {
	switch {
	case f.ResendInvitation.Available && f.CancelInvitation.Available:
		return "people.unconfirmed_either"
	case f.ResendInvitation.Available:
		return "people.unconfirmed_resend"
	}
	return "people.unconfirmed_ask"
}

func sentLine(p *Page, i access.Invitation) string {
	w, k := p.env.Words, "people.sent"
	if i.Unconfirmed {
		k = "people.requested"
	}
	when := w.Ago(p.env.Now(), i.SentAt)
	s := w.T(k+"_plain", "Ago", when)
	if i.InvitedBy != "" {
		s = w.T(k, "Ago", when, "By", i.InvitedBy)
	}
	if i.Language != "" {
		s += " · " + w.T("people.written_in", "Language", languageName(w, i.Language))
	}
	return s
}

func (d *detail) invitationActions(i access.Invitation, s shown, owner bool) fyne.CanvasObject {
	if !owner {
		return nil
	}
	w, f := d.p.env.Words, s.facts.host.Features
	col, flow := kit.Column(8), kit.FlowWrap(8)
	col.Add(flow)
	add := func(b *kit.Button) { flow.Add(d.button(b)) }
	if f.ResendInvitation.Available {
		add(kit.SecondaryButton(w.T("people.resend"), func() { d.p.resend(i) }).WithIcon(icons.Send))
	} else {
		explain(col, f.ResendInvitation.Reason.In(w.Lang()))
	}
	add(kit.SecondaryButton(w.T("people.copy_text"), func() { d.p.copyInvitation(i) }).WithIcon(icons.Copy))
	if i.AcceptURL != "" {
		add(kit.SecondaryButton(w.T("people.copy_link"), func() { d.p.copy(i.AcceptURL, w.T("people.copied_link", "Email", i.Email)) }).WithIcon(icons.Copy))
	}
	if f.CancelInvitation.Available {
		add(kit.DangerButton(w.T("people.cancel_invitation"), func() { d.p.cancelInvitation(i) }))
	} else {
		explain(col, f.CancelInvitation.Reason.In(w.Lang()))
	}
	if !f.EditInvitation.Available {
		explain(col, f.EditInvitation.Reason.In(w.Lang()))
	}
	return col
}

// explain adds why something cannot be done here, where the host says it.
func explain(col *fyne.Container, reason string) {
	if reason != "" {
		col.Add(kit.Small(reason))
	}
}

// languageName names a language in the words of another.
func languageName(w *locales.Words, tag string) string {
	if k := "people.language_" + tag; w.Has(k) {
		return w.T(k)
	}
	return tag
}

func (p *Page) copyInvitation(i access.Invitation) {
	w := p.env.Words
	lang := i.Language
	if lang == "" {
		lang = w.Lang()
	}
	text := say.InviteText(lang, p.shown.facts.host, p.shown.snapshot.Account.Name, i)
	p.copy(text, w.T("people.copied_text", "Language", languageName(w, locales.For(lang).Lang())))
}

// copy puts a text on the clipboard and says so.
func (p *Page) copy(text, done string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	kit.ShowToast(p.env.Window, kit.ToastConfig{Text: done, Tone: kit.ToneOK, For: toastTime, CloseName: p.env.Words.T("words.close")}, p.env.After)
}

func (p *Page) resend(i access.Invitation) {
	p.send(p.changeOf(change.ResendInvitation, i.ID, i.Email, i.ETag, change.OfInvitation(i)))
}

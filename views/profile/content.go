package profile

import (
	"concierge/app/change"
	"concierge/views/form"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// content is the screen, card by card.
func (p *Page) content(s shown) fyne.CanvasObject {
	w, f := p.env.Words, p.sheet
	return kit.Column(16,
		kit.Column(2, kit.Heading(w.T("profile.title")), kit.MutedText(p.where(s))), p.notices,
		form.Card(w.T("profile.you"), w.T("profile.you_note"), kit.Form(
			f.Text(change.FieldFirstName, "").Container, f.Text(change.FieldLastName, "").Container,
			f.Language(w.T("words.language"), w.T("profile.language_hint", "Host", s.identity.Host.Name)),
		)),
		form.Card(w.T("words.login_email"), "", p.login(s)),
		p.guard(s),
	)
}

// where says which host this profile is at, and where the person has others.
func (p *Page) where(s shown) string {
	w := p.env.Words
	if len(s.others) == 0 {
		return w.T("profile.at", "Host", s.identity.Host.Name)
	}
	return w.T("profile.at_one_of", "Host", s.identity.Host.Name, "Others", w.List(s.others))
}

// login shows the e-mail the person signs in with, and what changing it leaves as it is.
func (p *Page) login(s shown) fyne.CanvasObject {
	w, feature := p.env.Words, s.identity.Host.Features.ChangeLoginEmail
	row := kit.Row(12, kit.Grow(kit.Column(2, kit.Strong(s.identity.Me.Email), kit.Small(w.T("profile.login_does")))))
	col := kit.Column(12, row)
	if feature.Available {
		row.Add(kit.SecondaryButton(w.T("profile.change_login"), func() { p.changeLogin() }))
	} else {
		col.Add(kit.MutedText(reason(feature.Reason.In(w.Lang()), w.T("profile.change_login_off", "Host", s.identity.Host.Name))))
	}
	col.Add(p.unchanged(s))
	return col
}

// accountsNamed is how many accounts are named one by one.
const accountsNamed = 5

// unchanged lists the addresses that do not change with the login e-mail.
func (p *Page) unchanged(s shown) fyne.CanvasObject {
	w := p.env.Words
	lines := kit.Column(2, kit.Strong(w.T("profile.unchanged")))
	for i, a := range s.accounts {
		if i == accountsNamed {
			lines.Add(kit.Body("• " + w.N("profile.unchanged_more", len(s.accounts)-accountsNamed)))
			break
		}
		lines.Add(kit.Body("• " + w.T("profile.unchanged_account", "Account", a.name, "Email", a.email)))
	}
	if len(s.accounts) == 0 {
		lines.Add(kit.Body("• " + w.T("profile.unchanged_accounts")))
	}
	lines.Add(kit.Body("• " + w.T("profile.unchanged_contacts")))
	return kit.Layers(kit.NewFill(kit.NeutralSoft, kit.None, 12), kit.Pad(12, 16, 12, 16, lines))
}

// guard says how the sign-in is guarded, as far as the host tells, and lets the password be changed.
func (p *Page) guard(s shown) fyne.CanvasObject {
	w, h := p.env.Words, s.identity.Host
	col := kit.Column(12)
	if two := s.identity.Me.TwoFactor; two != nil {
		badge, note := kit.NewBadge(w.T("profile.two_factor_off"), kit.ToneBrass), w.T("profile.two_factor_off_note", "Host", h.Name)
		if *two {
			badge, note = kit.NewBadge(w.T("profile.two_factor_on"), kit.ToneOK), w.T("profile.two_factor_on_note", "Host", h.Name)
		}
		col.Add(kit.Column(4, kit.FlowWrap(8, kit.Strong(w.T("profile.two_factor")), badge), kit.Small(note)))
	}
	if why := h.Features.TwoFactor.Reason.In(w.Lang()); s.identity.Me.TwoFactor == nil && why != "" {
		col.Add(kit.Column(4, kit.Strong(w.T("profile.two_factor")), kit.Small(why+" "+w.T("profile.two_factor_there", "Host", h.Name))))
	}
	text := kit.Column(2, kit.Strong(w.T("profile.password")))
	if h.Features.PasswordReset.Available {
		text.Add(kit.Small(w.T("profile.reset_note", "Host", h.Name)))
		col.Add(kit.Row(12, kit.Grow(text), kit.SecondaryButton(w.T("profile.reset"), p.resetPassword)))
	} else {
		text.Add(kit.Small(reason(h.Features.PasswordReset.Reason.In(w.Lang()), w.T("profile.reset_off", "Host", h.Name))))
		col.Add(text)
	}
	return form.Card(w.T("profile.guard"), "", col)
}

// reason is the host's own reason, or ours where it gives none.
func reason(host, ours string) string {
	if host != "" {
		return host
	}
	return ours
}

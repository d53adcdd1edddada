package preferences

import (
	"concierge/app/signin"
	"concierge/app/trouble"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// identityCard lists who is signed in, and whether the keyring keeps it.
func (p *Page) identityCard(f facts) fyne.CanvasObject {
	w := p.env.Words
	rows := []fyne.CanvasObject{kit.Column(2, kit.Title(w.T("preferences.identities")), kit.MutedText(w.T("preferences.identities_lead")))}
	for _, i := range f.identities {
		rows = append(rows, p.identityRow(i))
	}
	rows = append(rows, kit.Row(0, kit.SecondaryButton(w.T("preferences.add_identity"), p.cfg.Go.AddIdentity).WithIcon(icons.Plus), kit.Spacer()))
	return kit.CardRows(rows...)
}

func (p *Page) identityRow(i signin.Identity) fyne.CanvasObject {
	w := p.env.Words
	word, tone, why := keeping(w, i)
	host := i.HostName
	if i.Sample {
		host = w.T("preferences.sample_host", "Host", host)
	}
	who := kit.Column(2, kit.FlowWrap(8, kit.Strong(i.Label()), kit.NewBadge(word, tone)), kit.Small(i.Email+" · "+host))
	if why != "" {
		who.Add(kit.Small(why).In(kit.Text))
	}
	var buttons []fyne.CanvasObject
	if keyring(i.Trouble) {
		buttons = append(buttons, kit.SecondaryButton(w.T("preferences.try_keyring"), func() { p.cfg.Go.TryKeyring(i.ID) }).Small().About(i.Label()+" · "+host))
	}
	if !i.Works() {
		buttons = append(buttons, kit.SecondaryButton(w.T("preferences.sign_in_again"), func() { p.cfg.Go.SignInAgain(i.ID) }).Small().About(i.Label()+" · "+host))
	}
	buttons = append(buttons, kit.DangerButton(w.T("preferences.sign_out"), func() { p.cfg.Go.SignOut(i.ID) }).Small().About(i.Label()+" · "+host))
	return kit.Spread(12, kit.Row(12, kit.NewAvatar(i.Label(), i.Email, 36), kit.Grow(who)), kit.FlowWrap(8, buttons...))
}

// keeping says how a sign-in is kept, in a word with its tone, and what to do about it if anything.
func keeping(w *locales.Words, i signin.Identity) (word string, tone kit.Tone, why string) {
	if i.Trouble != nil {
		t := say.Trouble(w, i.Trouble)
		why = say.Words{Title: t.Title, Do: t.Do}.Text()
	}
	switch {
	case !i.Works() && i.Trouble.Kind == trouble.SignInNeeded:
		return w.T("preferences.state_ended"), kit.ToneDanger, why
	case !i.Works():
		return w.T("preferences.state_closed"), kit.ToneDanger, why
	case i.SessionOnly:
		return w.T("preferences.state_session"), kit.ToneBrass, why
	}
	return w.T("preferences.state_kept"), kit.ToneOK, ""
}

// keyring tells whether trying the keyring again may help.
func keyring(t *trouble.Trouble) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case trouble.KeyringMissing, trouble.KeyringLocked, trouble.KeyringRefused:
		return true
	}
	return false
}

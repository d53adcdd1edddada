package account

import (
	"concierge/app/access"
	"concierge/app/change"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/places"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// head is the title, with what may have to be said above all.
func (p *Page) head(more ...fyne.CanvasObject) *fyne.Container {
	w := p.env.Words
	col := kit.Column(16, kit.Column(2, kit.Heading(w.T("account.title")), kit.MutedText(w.T("account.subtitle"))), p.notices)
	for _, o := range more {
		col.Add(o)
	}
	return col
}

// editor is the form, card by card.
func (p *Page) editor(s shown) fyne.CanvasObject {
	w, f := p.env.Words, p.sheet
	col := p.head(
		form.Card(w.T("account.who"), "", kit.Form(
			f.Text(change.FieldFirstName, "").Container, f.Text(change.FieldLastName, "").Container,
			f.Text(change.FieldCompany, w.T("account.company_hint")).Container, f.Text(change.FieldPhone, "").Container,
			f.Language(w.T("words.language"), w.T("account.language_hint")),
		)),
		form.Card(w.T("account.emails"), "", p.emails(s)),
		form.Card(w.T("account.receives"), w.T("account.receives_note"), f.Mail()),
		form.Card(w.T("account.address"), "", f.PostalAddress()),
		p.domains(s),
	)
	return col
}

// emails puts the account e-mail and the owner's login e-mail beside each other, and says what each does.
func (p *Page) emails(s shown) fyne.CanvasObject {
	w := p.env.Words
	mine := p.sheet.TextNamed(change.FieldEmail, w.T("words.account_email"), w.T("account.email_does"))
	return kit.Column(12, kit.Form(mine.Container, p.login(s)),
		kit.Plain(kit.ToneNeutral, kit.Rich(kit.B(w.T("account.unchanged")), kit.P(" "+w.T("account.unchanged_list")))))
}

// login shows the owner's login e-mail, and leads to where it is changed.
func (p *Page) login(s shown) fyne.CanvasObject {
	w := p.env.Words
	email, known := ownerLogin(s)
	label := "account.owner_login"
	if s.snapshot.Me.Owner() {
		label = "account.your_login"
	}
	col := kit.Column(4, kit.Body(w.T(label)))
	switch {
	case !known:
		col.Add(kit.Small(w.T("account.login_hidden")))
		return col
	case s.snapshot.Me.Owner():
		col.Add(kit.FlowWrap(8, kit.Strong(email), kit.LinkButton(w.T("account.to_profile"), p.goTo.Profile)))
		col.Add(kit.Small(w.T("account.login_does_yours")))
	default:
		col.Add(kit.Strong(email))
		col.Add(kit.Small(w.T("account.login_does")))
	}
	return col
}

// domains lists the account's domains; nobody edits them here.
func (p *Page) domains(s shown) fyne.CanvasObject {
	w := p.env.Words
	list := s.snapshot.Account.Domains
	if !s.snapshot.Me.May(access.Domains) && len(list) == 0 {
		return form.Card(w.T("account.domains"), "", kit.MutedText(
			w.T("account.domains_hidden", "Permission", say.PermissionNamed(w, access.Domains, s.identity.Host.Permissions))))
	}
	if len(list) == 0 {
		return form.Card(w.T("account.domains"), "", kit.MutedText(w.T("account.domains_none")))
	}
	flow := kit.FlowWrap(8)
	for _, d := range list {
		flow.Add(kit.NewBadge(d, kit.ToneNeutral))
	}
	return form.Card(w.T("account.domains"), w.T("account.domains_note"), flow)
}

// readOnly shows what the person may see of the account, and why no more.
func (p *Page) readOnly(s shown) fyne.CanvasObject {
	w, a := p.env.Words, s.snapshot.Account
	facts := []form.Fact{
		{Label: w.T("account.name"), Value: a.Name},
		{Label: w.T("account.your_role"), Value: say.Role(w, s.snapshot.Me.Role)},
		{Label: w.T("words.company"), Value: a.Company},
		{Label: w.T("words.account_email"), Value: a.Email},
		{Label: w.T("words.phone"), Value: places.Phone(a.Phone)},
		{Label: w.T("form.address"), Value: places.Address(w.Lang(), a.Address)},
		{Label: w.T("account.receives"), Value: say.MailList(w, a.Preferences, s.identity.Host.MailCategories)},
	}
	return p.head(form.ReadOnly(w, s.identity.Host, access.Profile), form.Card(w.T("account.who"), "", form.Facts(facts...)), p.domains(s))
}

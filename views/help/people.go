package help

import (
	"strings"

	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// compared are the questions by which users and contacts differ, in order; each has a title and two answers.
var compared = []string{"sign_in", "mail", "do", "pay", "add", "end"}

// people answers: users or contacts?
func (p *Page) people(f facts) []fyne.CanvasObject {
	w := p.env.Words
	two := func(user, contact fyne.CanvasObject) fyne.CanvasObject { return kit.Grid(1, 24, 2, user, contact) }
	head := func(icon icons.Name, key string) fyne.CanvasObject {
		return kit.Row(10, kit.NewIcon(icon, kit.Primary, 20), kit.Grow(kit.Title(w.T(key))))
	}
	rows := []fyne.CanvasObject{two(head(icons.User, "words.user"), head(icons.Mail, "words.contact"))}
	names := []any{
		"Invoices", say.PermissionNamed(w, access.Invoices, f.host.Permissions), "Contacts", say.PermissionNamed(w, access.Contacts, f.host.Permissions),
		"Billing", say.MailShortNamed(w, access.MailInvoice, f.host.MailCategories),
	}
	for _, q := range compared {
		who := ""
		if q == "add" && f.has && f.snap.Me.Owner() {
			who = "_owner"
		}
		user := w.T("help.user_"+q+who, names...)
		if q == "end" && f.host.Features.AccessEnds.Available {
			user += " " + w.T("help.user_ends")
		}
		rows = append(rows, kit.Column(4, kit.Small(w.T("help.compare_"+q)), two(kit.Body(user), kit.Body(w.T("help.contact_"+q+who, names...)))))
	}
	rows = append(rows, two(p.userActions(f), p.contactActions(f)))
	all := []fyne.CanvasObject{
		p.question("help.people_question", "help.people_answer"),
		kit.CardRows(rows...),
		kit.Card(kit.Column(6, kit.Title(w.T("help.both_title")), kit.Body(w.T("help.both_text")))),
		kit.Card(kit.Column(8, kit.Title(w.T("help.leaver_title")), point(w.T("help.leaver_text")), point(w.T("help.leaver_sent")), point(w.T("help.leaver_after")))),
		p.invitations(f),
	}
	if p.goTo.Directory != nil {
		all = append(all, kit.Card(kit.Column(8, kit.Title(w.T("help.everywhere_title")), kit.Body(w.T("help.everywhere_text")),
			actions(kit.SecondaryButton(w.T("help.to_directory"), p.goTo.Directory)))))
	}
	if limits := p.limits(f); limits != nil {
		all = append(all, limits)
	}
	return all
}

// limits are what this host does not offer, or in part, in its own words; nil when it says nothing.
func (p *Page) limits(f facts) fyne.CanvasObject {
	w, can := p.env.Words, f.host.Features
	rows := []fyne.CanvasObject{kit.Title(w.T("help.limits_title", "Host", f.host.Name))}
	for _, feature := range []access.Feature{
		can.ListInvitations, can.ResendInvitation, can.EditInvitation, can.CancelInvitation, can.InvitationLanguage, can.ContactLanguage,
		can.EmptyPermissions, can.AccessEnds, can.LastSignIn, can.TwoFactor, can.Activity, can.ChangeLoginEmail, can.PasswordReset,
	} {
		if why := feature.Reason.In(w.Lang()); why != "" {
			rows = append(rows, point(why))
		}
	}
	if len(rows) == 1 {
		return nil
	}
	return kit.Card(kit.Column(8, rows...))
}

func (p *Page) userActions(f facts) fyne.CanvasObject {
	w := p.env.Words
	if !f.has || !f.snap.Me.Owner() {
		return kit.Small(w.T("words.owner_rule"))
	}
	return actions(kit.PrimaryButton(w.T("help.invite"), p.goTo.Invite))
}

func (p *Page) contactActions(f facts) fyne.CanvasObject {
	w := p.env.Words
	if !f.has || !f.snap.Me.May(access.Contacts) {
		return kit.Small(w.T("help.contacts_rule", "Permission", say.PermissionNamed(w, access.Contacts, f.host.Permissions)))
	}
	return actions(kit.SecondaryButton(w.T("help.add_contact"), p.goTo.AddContact))
}

// invitations says what happens to an invitation until somebody accepts it.
func (p *Page) invitations(f facts) fyne.CanvasObject {
	w := p.env.Words
	rows := []fyne.CanvasObject{kit.Title(w.T("help.invitations_title"))}
	can := f.host.Features
	address := w.T("help.invitation_address")
	switch {
	case !can.InvitedOnly.Available:
		address = strings.TrimSpace(w.T("help.invitation_any") + " " + can.InvitedOnly.Reason.In(w.Lang()))
	case !can.CancelInvitation.Available:
		address = w.T("help.invitation_address_stays")
	}
	for _, text := range []string{w.T("help.invitation_days"), address, w.T("help.invitation_expired"), w.T("help.invitation_again")} {
		rows = append(rows, point(text))
	}
	if f.has && f.snap.Me.Owner() && f.host.Features.ListInvitations.Available {
		rows = append(rows, actions(kit.SecondaryButton(w.T("help.see_invitations"), func() { p.goTo.People("invitations") })))
	}
	return kit.Card(kit.Column(8, rows...))
}

// point is a line of a list.
func point(text string) fyne.CanvasObject {
	return kit.RowAligned(10, kit.Top, kit.Pad(6, 0, 0, 0, kit.FixedSize(6, 6, kit.NewFill(kit.Primary, kit.None, 3))), kit.Grow(kit.Body(text)))
}

package help

import (
	"concierge/app/access"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// mostContacts is how many contacts are named; the others are counted.
const mostContacts = 4

// emails answers: which e-mail is which? With the addresses of this person and this account.
func (p *Page) emails(f facts) []fyne.CanvasObject {
	w := p.env.Words
	objs := []fyne.CanvasObject{p.question("help.emails_question", "help.emails_answer")}
	if same := p.same(f); same != "" {
		objs = append(objs, kit.NewBanner(kit.ToneInfo, []kit.Part{kit.P(same)}).Container)
	}
	objs = append(objs, p.loginEmail(f), p.accountEmail(f), p.contactEmails(f))
	if f.host.Sample {
		sample := []fyne.CanvasObject{kit.Title(w.T("help.sample_title")), kit.Body(w.T("help.sample_text"))}
		if f.host.MailboxURL != "" {
			sample = append(sample, actions(kit.SecondaryButton(w.T("help.open_mailbox"), p.goTo.Mailbox).WithIcon(icons.ExternalLink)))
		}
		objs = append(objs, kit.Card(kit.Column(8, sample...)))
	}
	return objs
}

// same says where one address serves as two things, which is where people change the wrong one.
func (p *Page) same(f facts) string {
	if f.has && f.me.Email != "" && access.EmailKey(f.me.Email) == access.EmailKey(f.snap.Account.Email) {
		return p.env.Words.T("help.same_address", "Address", f.me.Email)
	}
	return ""
}

// address is one of the three kinds of address: what it is, what it is for, what stays as it is when it changes, and
// the way to where it is changed.
func (p *Page) address(icon icons.Name, title string, addresses []fyne.CanvasObject, use, keeps string, change fyne.CanvasObject) fyne.CanvasObject {
	w := p.env.Words
	what := kit.Column(6, append([]fyne.CanvasObject{kit.Row(10, kit.NewIcon(icon, kit.Primary, 20), kit.Grow(kit.Title(title)))}, addresses...)...)
	changed := kit.Column(2, kit.Small(w.T("help.if_changed")), kit.Body(keeps))
	if change != nil {
		changed.Add(kit.Gap(4))
		changed.Add(change)
	}
	return kit.Card(kit.Grid(200, 24, 3, what, kit.Column(2, kit.Small(w.T("help.used_for")), kit.Body(use)), changed))
}

func (p *Page) loginEmail(f facts) fyne.CanvasObject {
	w := p.env.Words
	change := actions(kit.SecondaryButton(w.T("help.to_profile"), p.goTo.Profile).Small())
	if ability := f.host.Features.ChangeLoginEmail; !ability.Available {
		change = kit.Small(w.T("help.login_not_here", "Reason", ability.Reason.In(w.Lang())))
	}
	return p.address(icons.Key, w.T("words.login_email"), p.given(f.me.Email, f.me.Name()),
		w.T("help.login_use", "Host", f.host.Name), w.T("help.login_keeps"), change)
}

func (p *Page) accountEmail(f facts) fyne.CanvasObject {
	w := p.env.Words
	var change fyne.CanvasObject
	switch {
	case !f.has:
	case f.snap.Me.May(access.Profile):
		change = actions(kit.SecondaryButton(w.T("help.to_account"), p.goTo.AccountInfo).Small())
	default:
		change = kit.Small(w.T("help.account_rule", "Permission", say.PermissionNamed(w, access.Profile, f.host.Permissions)))
	}
	receives := say.MailList(w, f.snap.Account.Preferences, f.host.MailCategories)
	under := f.snap.Account.Name
	if receives != "" {
		under += " · " + receives
	}
	return p.address(icons.Building, w.T("words.account_email"), p.given(f.snap.Account.Email, under),
		w.T("help.account_use"), w.T("help.account_keeps"), change)
}

func (p *Page) contactEmails(f facts) fyne.CanvasObject {
	w := p.env.Words
	var list []fyne.CanvasObject
	var change fyne.CanvasObject
	switch {
	case !f.has:
	case !f.snap.Me.May(access.Contacts):
		list = append(list, kit.MutedText(w.T("help.contacts_hidden")))
		change = kit.Small(w.T("help.contacts_rule", "Permission", say.PermissionNamed(w, access.Contacts, f.host.Permissions)))
	default:
		for _, c := range f.snap.Contacts[:min(len(f.snap.Contacts), mostContacts)] {
			mail := say.MailList(w, c.Preferences, f.host.MailCategories)
			if mail == "" {
				mail = w.T("help.receives_nothing")
			}
			list = append(list, kit.Column(0, kit.Strong(c.Email).Ellipsis(), kit.Small(c.Name()+" · "+mail)))
		}
		if more := len(f.snap.Contacts) - mostContacts; more > 0 {
			list = append(list, kit.Small(w.N("help.more_contacts", more)))
		}
		if len(f.snap.Contacts) == 0 {
			list = append(list, kit.MutedText(w.T("help.no_contact")))
		}
		change = actions(kit.SecondaryButton(w.T("help.to_contacts"), func() { p.goTo.People("contacts") }).Small())
	}
	return p.address(icons.Contact, w.T("help.contact_emails"), list, w.T("help.contact_use"), w.T("help.contact_keeps"), change)
}

// given shows an address with what stands behind it, or says that it is not known here.
func (p *Page) given(address, under string) []fyne.CanvasObject {
	if address == "" {
		return []fyne.CanvasObject{kit.MutedText(p.env.Words.T("help.address_unknown"))}
	}
	return []fyne.CanvasObject{kit.Column(0, kit.Strong(address).Ellipsis(), kit.Small(under))}
}

package people

import (
	"strings"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// detail is the card of one person beside the list.
type detail struct {
	*kit.DetailCard
	p *Page
}

func newDetail(p *Page) *detail {
	return &detail{kit.NewDetailCard(p.env.Words.T("people.back"), p.env.Words.T("people.close"), p.unselect), p}
}

// show fills the card.
func (d *detail) show(r row, s shown) {
	d.Show(r.key, func() []fyne.CanvasObject { return d.parts(r, s) })
}

func (d *detail) parts(r row, s shown) []fyne.CanvasObject {
	parts := []fyne.CanvasObject{d.head(r)}
	add := func(o fyne.CanvasObject) {
		if o != nil {
			parts = append(parts, o)
		}
	}
	p := r.person
	for _, c := range draftsOf(s.facts.changes, p) {
		add(d.draft(c, s))
	}
	owner := s.snapshot.Me.Owner()
	if p.User != nil {
		add(d.access(*p.User, s))
	}
	if p.Invitation != nil {
		add(d.invitation(*p.Invitation, s))
	}
	for _, c := range p.Contacts {
		add(d.mail(c, s))
	}
	if p.Main {
		add(d.main(p, s))
	}
	add(d.more(r, s, owner))
	return parts
}

// button adds a small button; the first one of a card is where the keyboard goes.
func (d *detail) button(b *kit.Button) *kit.Button { return d.First(b).Small() }

func (d *detail) head(r row) fyne.CanvasObject {
	a := kit.NewAvatar("", "", 48)
	a.Portray(r.name, r.key, symbol(r))
	sub := r.person.Email
	if r.invited {
		sub = r.sub
	}
	return kit.Row(12, a, kit.Grow(kit.Column(2, kit.Title(r.name).MaxRows(2), kit.Small(sub).MaxRows(2))), d.Close)
}

func section(title string, edit *kit.Button, lines ...fyne.CanvasObject) fyne.CanvasObject {
	head := kit.Row(12, kit.Grow(kit.Strong(title)))
	if edit != nil {
		head.Add(edit.About(title))
	}
	col := kit.Column(8, head)
	for _, l := range lines {
		if l != nil {
			col.Add(l)
		}
	}
	return col
}

// access says what a user may do.
func (d *detail) access(u access.User, s shown) fyne.CanvasObject {
	w, h := d.p.env.Words, s.facts.host
	if u.Role == access.Owner {
		you, fixed := u.ID == s.snapshot.Me.UserID, "people.owner_fixed"
		if you {
			fixed = "people.owner_fixed_you"
		}
		return section(w.T("people.access_owner"), nil, kit.Body(say.PlainOwner(w, you)), small(signInLine(d.p, u, h)), kit.Small(w.T(fixed)))
	}
	var edit *kit.Button
	if s.snapshot.Me.Owner() {
		edit = d.button(kit.SecondaryButton(w.T("words.edit"), func() { d.p.editUser(u.ID) }))
		edit.SetToolTip(w.T("people.change_access"))
	}
	return section(w.T("people.access_user"), edit,
		d.overdue(u, s),
		kit.Small(say.AccessLine(w, h, s.facts.now, u.Permissions, u.EndsAt, u.Reason)),
		kit.Body(say.Plain(w, access.Mean(u.Permissions, h.Permissions), h.Permissions)),
		small(signInLine(d.p, u, h)))
}

// overdue says that an access should have ended and has not; nil when that is not so.
func (d *detail) overdue(u access.User, s shown) fyne.CanvasObject {
	if !u.Overdue(s.facts.said) {
		return nil
	}
	w := d.p.env.Words
	return kit.Column(6, kit.Row(0, kit.NewBadge(w.T("people.overdue"), kit.ToneDanger), kit.Spacer()),
		kit.Body(w.T("people.overdue_note", "Host", s.facts.host.Name, "Date", w.Date(u.EndsAt))))
}

// draft says that an edit waits, and what it would change. What stands below is what the host has.
func (d *detail) draft(c change.Change, s shown) fyne.CanvasObject {
	w, h := d.p.env.Words, s.facts.host
	col := kit.Column(4, kit.Row(8, kit.NewBadge(w.T("people.not_sent"), kit.ToneBrass), kit.Spacer()), kit.Body(say.Doing(w, c)))
	for _, line := range say.Wanted(w, c, h) {
		col.Add(kit.Small(line))
	}
	col.Add(kit.Small(say.Next(w, s.facts.now, c, h.Name)))
	return col
}

// signInLine says when a user was last here and how well the sign-in is guarded, where the host knows.
func signInLine(p *Page, u access.User, h access.Host) string {
	w := p.env.Words
	var parts []string
	if h.Features.LastSignIn.Available {
		if u.LastSignIn.IsZero() {
			parts = append(parts, w.T("people.never_signed_in_yet"))
		} else {
			parts = append(parts, w.T("people.last_sign_in", "Ago", w.Ago(p.env.Now(), u.LastSignIn)))
		}
	}
	if h.Features.TwoFactor.Available && u.TwoFactor != nil {
		k := "people.two_factor_off"
		if *u.TwoFactor {
			k = "people.two_factor_on"
		}
		parts = append(parts, w.T(k))
	}
	return strings.Join(parts, " · ")
}

// small is a muted line; nil when there is nothing to say.
func small(s string) fyne.CanvasObject {
	if s == "" {
		return nil
	}
	return kit.Small(s)
}

// mail says what a contact receives.
func (d *detail) mail(c access.Contact, s shown) fyne.CanvasObject {
	w := d.p.env.Words
	var edit *kit.Button
	if s.snapshot.Me.May(access.Contacts) {
		edit = d.button(kit.SecondaryButton(w.T("words.edit"), func() { d.p.goTo.EditContact(c.ID) }))
	}
	var name fyne.CanvasObject
	if len(d.contactsOf(c, s)) > 1 {
		name = kit.Small(c.Name()) // one address, several contacts: say which
	}
	return section(w.T("people.mail_contact"), edit, name, d.categories(c.Preferences, s))
}

// contactsOf lists the contacts that share an address.
func (d *detail) contactsOf(c access.Contact, s shown) []access.Contact {
	r, _ := d.p.row(access.EmailKey(c.Email))
	return r.person.Contacts
}

func (d *detail) categories(p access.Preferences, s shown) fyne.CanvasObject {
	names := mailNames(d.p.env.Words, s.facts.host, p)
	if len(names) == 0 {
		return kit.Small(d.p.env.Words.T("people.no_mail"))
	}
	flow := kit.FlowWrap(4)
	for _, n := range names {
		flow.Add(kit.NewBadge(n, kit.ToneNeutral))
	}
	return flow
}

// main says that the address is the account's own.
func (d *detail) main(p access.Person, s shown) fyne.CanvasObject {
	w := d.p.env.Words
	note := "people.main_note"
	if p.User != nil {
		note = "people.main_note_person"
	}
	edit := d.button(kit.SecondaryButton(w.T("people.main_edit"), d.p.goTo.AccountInfo))
	return section(w.T("people.main_address"), edit, d.categories(p.MainPrefs, s), kit.Small(w.T(note)))
}

// more holds what else can be done with the person, and where else they are.
func (d *detail) more(r row, s shown, owner bool) fyne.CanvasObject {
	w, p := d.p.env.Words, r.person
	col, flow := kit.Column(12), kit.FlowWrap(8)
	if n := s.elsewhere[r.key]; n > 0 {
		col.Add(kit.Strong(w.N("people.elsewhere", n)))
		if d.p.goTo.Directory != nil {
			see := d.First(kit.LinkButton(w.T("people.see_directory"), func() { d.p.goTo.Directory(r.key) }).WithIcon(icons.ArrowRight))
			col.Add(kit.Row(0, see, kit.Spacer()))
		}
	}
	col.Add(flow)
	act := func(b *kit.Button) { flow.Add(d.button(b)) }
	if len(p.Contacts) == 0 && s.snapshot.Me.May(access.Contacts) {
		label := w.T("people.make_contact")
		if p.Rank() == access.MainOnly {
			label = w.T("people.add_contact")
		}
		act(kit.SecondaryButton(label, func() { d.p.goTo.AddContact(contactFrom(p)) }).WithIcon(icons.MailPlus))
	}
	if owner && p.User == nil && p.Invitation == nil {
		label, lang := w.T("people.invite_contact"), ""
		if len(p.Contacts) > 0 {
			lang = p.Contacts[0].Language
		} else {
			label = w.T("people.invite")
		}
		act(kit.SecondaryButton(label, func() { d.p.Invite(p.Email, lang) }).WithIcon(icons.UserPlus))
	}
	act(kit.SecondaryButton(w.T("people.copy_email"), func() { d.p.copy(p.Email, w.T("people.copied_email")) }).WithIcon(icons.Copy))
	if d.p.goTo.LeaveAll != nil && s.elsewhere[r.key] > 0 && r.key != s.me {
		act(kit.SecondaryButton(w.T("people.leave_all"), func() { d.p.goTo.LeaveAll(r.key) }).WithIcon(icons.Layers))
	}
	if owner && p.User != nil && p.User.Role != access.Owner {
		u := *p.User
		act(kit.DangerButton(w.T("people.revoke"), func() { d.p.revoke(u) }))
	}
	return col
}

// contactFrom begins a contact with what is known of a person.
func contactFrom(p access.Person) access.Contact {
	c := access.Contact{Email: p.Email}
	if p.User != nil {
		c.FirstName, c.LastName = p.User.FirstName, p.User.LastName
	}
	if p.Invitation != nil {
		c.Language = p.Invitation.Language
	}
	return c
}

package contacts

import (
	"slices"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"
	"concierge/views/page"
	"concierge/views/places"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// dialogWidth gives two columns of fields in a small window too.
const dialogWidth = 720

// dialog is the form of one contact. Its fields belong to the UI goroutine.
type dialog struct {
	env      page.Env
	ref      access.Ref
	store    Store
	desk     Desk
	goTo     Go
	snapshot access.Snapshot
	host     access.Host
	contact  access.Contact // as it was; the zero value is a new one

	fields  *form.Fields
	errand  *form.Errand
	frame   *form.Dialog
	banner  *fyne.Container
	silent  *kit.TextBox // says that the contact receives nothing
	cancel  *kit.Button
	save    *kit.Button
	delete  *kit.Button
	sending bool
	began   change.Values // as it was opened
	instead string        // the draft that it began with
	typed   bool          // what stands in a new form was typed by the person before
}

func newDialog(env page.Env, ref access.Ref, store Store, desk Desk, goTo Go) *dialog {
	d := &dialog{env: env, ref: ref, store: store, desk: desk, goTo: goTo}
	d.snapshot, _, _ = store.Snapshot(ref)
	identity, _ := store.Identity(ref.Identity)
	d.host = identity.Host
	return d
}

// language is what the host writes to a new contact in: the account's language, else the person's, else its first.
func (d *dialog) language() string {
	for _, l := range []string{d.snapshot.Account.Language, d.env.Words.Lang()} {
		if slices.Contains(d.host.Languages, l) {
			return l
		}
	}
	if len(d.host.Languages) > 0 {
		return d.host.Languages[0]
	}
	return ""
}

// inLanguage chooses what the contact is written to in, or says what decides it at this host.
func (d *dialog) inLanguage(f *form.Fields) fyne.CanvasObject {
	w := d.env.Words
	if feature := d.host.Features.ContactLanguage; !feature.Available {
		return kit.Group(w.T("words.language"), "", kit.Small(feature.Reason.In(w.Lang())))
	}
	return f.Language(w.T("words.language"), "")
}

func (d *dialog) isNew() bool { return d.contact.ID == "" }

func (d *dialog) open(with access.Contact) {
	w := d.env.Words
	f := form.NewFields(d.env, d.host, form.Name|form.Email)
	d.fields = f
	d.banner, d.silent = kit.Column(0), kit.Small(w.T("contacts.silent"))
	d.banner.Hide()
	content := kit.Column(16, d.banner)
	var draft change.Change
	if !d.isNew() {
		var waits bool
		if draft, waits = d.desk.DraftOf(d.ref, change.EditContact, d.contact.ID); waits {
			d.instead = draft.ID
			content.Add(form.Begun(w, d.host, draft))
		}
	}
	for _, o := range []fyne.CanvasObject{kit.Small(w.T("contacts.enough")),
		kit.Form(
			f.Text(change.FieldFirstName, "").Container, f.Text(change.FieldLastName, "").Container,
			f.Text(change.FieldCompany, "").Container, f.Text(change.FieldEmail, "").Container,
			f.Text(change.FieldPhone, "").Container, d.inLanguage(f),
		),
		kit.Column(8, kit.Section(w.T("contacts.receives")), f.Mail(), d.silent),
		kit.Column(8, kit.Section(w.T("contacts.address")), f.PostalAddress()),
	} {
		content.Add(o)
	}
	if invite := d.invitation(); invite != nil {
		content.Add(invite)
	}
	title := w.T("contacts.add_title")
	if d.isNew() {
		f.Begin(change.OfContact(with))
	} else {
		title = w.T("contacts.edit_title", "Name", d.contact.Name())
		f.Load(change.OfContact(with), with.ETag)
		if d.instead != "" {
			f.Show(draft.OnTopOf(change.OfContact(with)))
		}
	}
	d.began = f.Values()
	d.cancel = kit.SecondaryButton(w.T("words.cancel"), func() { d.frame.Escape() })
	d.save = kit.PrimaryButton(w.T("contacts.save"), d.send)
	d.delete = kit.DangerButton(w.T("contacts.delete"), d.remove)
	d.delete.Hidden = d.isNew()
	d.frame = form.NewDialog(form.DialogConfig{
		Env: d.env, Title: title, Subtitle: d.subtitle(with), Width: dialogWidth,
		Content: content, Foot: kit.Row(12, d.delete, kit.Spacer(), d.cancel, d.save),
		Enter: d.send, Dirty: d.dirty,
	})
	d.errand = form.NewErrand(form.ErrandConfig{
		Env: d.env, Host: d.host, Desk: d.desk, Stage: d.frame.Stage(),
		Busy: d.busy, Done: func(change.Change) { d.frame.Hide() }, Kept: func() { d.frame.Hide() }, Refused: d.refused,
		Back: f.Focus, Left: func() { d.frame.Hide() }, Again: d.again,
	})
	d.frame.Follow(d.errand)
	f.OnChanged, f.OnGrown = d.refresh, d.frame.Relayout
	d.refresh()
	d.frame.Show()
	f.Focus()
}

// subtitle says what a contact is, and that access is another thing.
func (d *dialog) subtitle(c access.Contact) string {
	key := "contacts.subtitle"
	if access.EmailKey(c.Email) != "" && slices.ContainsFunc(d.snapshot.Users, func(u access.User) bool {
		return access.EmailKey(u.Email) == access.EmailKey(c.Email)
	}) {
		key = "contacts.subtitle_user"
	}
	return d.env.Words.T(key, "Account", d.snapshot.Account.Name)
}

// look shows a contact to somebody who may not change it, and why.
func (d *dialog) look(c access.Contact) {
	w := d.env.Words
	var m *kit.Modal
	ok := kit.PrimaryButton(w.T("words.close"), func() { m.Hide() })
	content := kit.Column(16, form.ReadOnly(w, d.host, access.Contacts), form.Facts(
		form.Fact{Label: w.T("words.email"), Value: c.Email}, form.Fact{Label: w.T("words.company"), Value: c.Company},
		form.Fact{Label: w.T("words.phone"), Value: places.Phone(c.Phone)},
		form.Fact{Label: w.T("form.address"), Value: places.Address(w.Lang(), c.Address)},
		form.Fact{Label: w.T("contacts.receives"), Value: say.MailList(w, c.Preferences, d.host.MailCategories)},
	))
	m = kit.NewModal(d.env.Window, kit.ModalConfig{
		Title: w.T("contacts.edit_title", "Name", c.Name()), Subtitle: d.snapshot.Account.Name,
		Content: content, Buttons: []fyne.CanvasObject{ok}, First: ok, Width: dialogWidth,
	})
	m.Show()
}

// invitation offers to invite a contact who cannot sign in, where the person may invite.
func (d *dialog) invitation() fyne.CanvasObject {
	if d.isNew() || d.goTo.Invite == nil || !d.snapshot.Me.Owner() {
		return nil
	}
	for _, p := range access.People(d.snapshot) {
		if p.Key == access.EmailKey(d.contact.Email) && (p.User != nil || p.Invitation != nil) {
			return nil
		}
	}
	w := d.env.Words
	invite := kit.LinkButton(w.T("contacts.invite"), func() {
		form.Leave(d.env.Window, w, d.dirty(), func() {
			d.frame.Hide()
			d.goTo.Invite(d.contact.Email, d.contact.Language)
		})
	})
	return kit.Column(8, kit.Section(w.T("contacts.access")), kit.FlowWrap(8, kit.Body(w.T("contacts.no_access")), invite))
}

func (d *dialog) dirty() bool { return d.typed || !change.Equal(d.began, d.fields.Values()) }

// refresh shows the form as it is now.
func (d *dialog) refresh() {
	w := d.env.Words
	d.fields.Input(change.FieldEmail).SetHint(d.aboutEmail())
	v := d.fields.Values()
	d.silent.Hidden = access.Preferences(v.Mail).Any()
	for _, e := range d.host.MailCategories {
		c := access.MailCategory(e.Key)
		d.fields.Check(c).SetBadge(d.mark(c, v.Mail[c]))
	}
	n := len(d.fields.Changed())
	switch {
	case d.sending:
		d.save.SetText(w.T("form.saving"))
		d.save.DisableBecause(w.T("form.saving"))
	case d.isNew():
		d.save.SetText(w.T("contacts.save"))
		d.save.Enable()
	case n == 0:
		d.save.SetText(w.T("contacts.save"))
		d.save.DisableBecause(w.T("contacts.nothing"))
	default:
		d.save.SetText(w.N("form.save", n))
		d.save.Enable()
	}
	d.frame.Relayout()
}

// mark says what saving would change about a mail category; in a new contact everything is new.
func (d *dialog) mark(c access.MailCategory, now bool) (string, kit.Tone) {
	w, was := d.env.Words, d.contact.Preferences[c]
	switch {
	case d.isNew() || was == now:
		return "", kit.ToneNeutral
	case now:
		return w.T("contacts.added"), kit.ToneBrass
	case form.LastToReceive(d.snapshot, c, d.contact.ID):
		return w.T("contacts.last"), kit.ToneBrass
	}
	return w.T("contacts.removed"), kit.ToneInfo
}

// aboutEmail says what else the address is, which changing it here does not change.
func (d *dialog) aboutEmail() string {
	w := d.env.Words
	typed := access.EmailKey(d.fields.Values().Fields[change.FieldEmail])
	was := access.EmailKey(d.contact.Email)
	for _, key := range []string{typed, was} {
		if key == "" {
			continue
		}
		for _, u := range d.snapshot.Users {
			if access.EmailKey(u.Email) == key {
				return w.T("contacts.email_login", "Name", u.Name())
			}
		}
		if access.EmailKey(d.snapshot.Account.Email) == key {
			return w.T("contacts.email_account")
		}
	}
	for _, c := range d.snapshot.Contacts {
		if c.ID != d.contact.ID && typed != "" && access.EmailKey(c.Email) == typed {
			return w.T("contacts.email_contact", "Name", c.Name())
		}
	}
	return w.T("contacts.email_hint")
}

func (d *dialog) busy(on bool) {
	d.sending = on
	d.fields.Lock(on)
	if on {
		d.delete.DisableBecause(d.env.Words.T("form.saving"))
	} else {
		d.delete.Enable()
	}
	d.refresh()
}

// send checks the form and hands it to the desk.
func (d *dialog) send() {
	if d.errand.Active() || !d.isNew() && len(d.fields.Changed()) == 0 || !d.fields.Verify() {
		return
	}
	d.banner.Hide()
	c := change.Change{Account: d.ref, Kind: change.AddContact, After: d.fields.Values()}
	c.TargetName = contactOf(c.After).Name()
	if !d.isNew() {
		c.Kind, c.Target, c.TargetName = change.EditContact, d.contact.ID, d.contact.Name()
		c.Before, c.Base = d.fields.Base()
		c.Instead = d.instead
	}
	d.errand.Send(c)
}

// refused says why, at the fields where that is known; everything typed is still there.
func (d *dialog) refused(t *trouble.Trouble) {
	d.fields.ClearErrors()
	more := d.fields.ShowErrors(t.Fields)
	if t.Kind == trouble.LastDomain {
		d.fields.SayMail(access.MailDomain, d.env.Words.T("contacts.last_domain", "Domains", d.env.Words.List(d.snapshot.Account.Domains)))
	}
	again := d.errand.SignInAgain(d.frame.Hide)
	d.banner.Objects = []fyne.CanvasObject{form.BannerWith(d.env.Words, t, again, more...)}
	d.banner.Show()
	d.refresh()
	switch {
	case again != nil:
		d.env.Window.Canvas().Focus(again)
	case !d.fields.FocusWrong():
		d.fields.Focus()
	}
}

// again makes a new contact of what was typed for one that is gone.
func (d *dialog) again() {
	d.frame.Hide()
	n := newDialog(d.env, d.ref, d.store, d.desk, d.goTo)
	n.typed = true
	n.open(contactOf(d.fields.Values()))
}

func (d *dialog) remove() {
	Delete(d.env, d.ref, d.store, d.desk, d.contact.ID, func() { d.frame.Hide() })
}

// contactOf is what stands in a form as a contact.
func contactOf(v change.Values) access.Contact {
	f := v.Fields
	return access.Contact{
		FirstName: f[change.FieldFirstName], LastName: f[change.FieldLastName], Company: f[change.FieldCompany],
		Email: f[change.FieldEmail], Phone: f[change.FieldPhone], Address: v.PostalAddress(), Language: f[change.FieldLanguage],
		Preferences: access.Preferences(v.Mail),
	}
}

package profile

import (
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/form"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// loginDialog changes the e-mail the person signs in with. The host asks for a code that it sends to the new address.
type loginDialog struct {
	p      *Page
	s      shown
	fields *form.Fields
	errand *form.Errand
	frame  *form.Dialog
	banner *fyne.Container
	save   *kit.Button
	cancel *kit.Button
}

func (p *Page) changeLogin() {
	w := p.env.Words
	d := &loginDialog{p: p, s: p.shown, banner: kit.Column(0)}
	d.banner.Hide()
	d.fields = form.NewFields(p.env, d.s.identity.Host, form.Email)
	email := d.fields.TextNamed(change.FieldEmail, w.T("profile.new_login"), w.T("profile.new_login_hint"))
	d.fields.Begin(change.Values{})
	d.cancel = kit.SecondaryButton(w.T("words.cancel"), func() { d.frame.Escape() })
	d.save = kit.PrimaryButton(w.T("profile.save_login"), d.send)
	d.frame = form.NewDialog(form.DialogConfig{
		Env: p.env, Title: w.T("profile.change_login"), Subtitle: w.T("profile.login_now", "Email", d.s.identity.Me.Email), Width: 560,
		Content: kit.Column(16, d.banner, email.Container, p.unchanged(d.s)),
		Foot:    kit.Row(12, kit.Spacer(), d.cancel, d.save),
		Enter:   d.send, Dirty: func() bool { return len(d.fields.Changed()) > 0 },
	})
	d.errand = form.NewErrand(form.ErrandConfig{
		Env: p.env, Host: d.s.identity.Host, Desk: p.desk, Stage: d.frame.Stage(),
		Busy: d.busy, Done: func(change.Change) { d.frame.Hide() }, Kept: func() { d.frame.Hide() }, Refused: d.refused,
		Back: d.fields.Focus, Left: func() { d.frame.Hide() },
	})
	d.frame.Follow(d.errand)
	d.fields.OnChanged, d.fields.OnGrown = d.frame.Relayout, d.frame.Relayout
	d.frame.Show()
	d.fields.Focus()
}

func (d *loginDialog) busy(on bool) {
	w := d.p.env.Words
	d.fields.Lock(on)
	d.save.SetText(w.T("profile.save_login"))
	d.save.Enable()
	if on {
		d.save.SetText(w.T("form.saving"))
		d.save.DisableBecause(w.T("form.saving"))
	}
}

func (d *loginDialog) send() {
	if d.errand.Active() || !d.fields.Verify() {
		return
	}
	d.banner.Hide()
	me, after := d.s.identity.Me, d.fields.Values()
	if access.EmailKey(after.Fields[change.FieldEmail]) == access.EmailKey(me.Email) {
		d.fields.Input(change.FieldEmail).SetError(d.p.env.Words.T("profile.same_login"))
		d.fields.FocusWrong()
		d.frame.Relayout()
		return
	}
	d.errand.Send(change.Change{
		Account: d.p.ref(), Kind: change.ChangeLogin, TargetName: me.Name(), Base: me.ETag,
		Before: change.Values{Fields: map[string]string{change.FieldEmail: me.Email}}, After: after,
	})
}

// refused says why, at the field where that is known; the address typed is still there.
func (d *loginDialog) refused(t *trouble.Trouble) {
	wrong := t.Fields
	if t.Kind == trouble.EmailTaken {
		wrong = append(wrong, trouble.Field{Name: change.FieldEmail, Code: "taken"})
	}
	d.fields.ClearErrors()
	more := d.fields.ShowErrors(wrong)
	again := d.errand.SignInAgain(d.frame.Hide)
	d.banner.Objects = []fyne.CanvasObject{form.BannerWith(d.p.env.Words, t, again, more...)}
	d.banner.Show()
	d.fields.Focus()
	d.frame.Relayout()
	if again != nil {
		d.p.env.Window.Canvas().Focus(again)
	}
}

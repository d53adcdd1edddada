package permissions

import (
	"slices"
	"strings"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/assets/icons"
	formkit "concierge/views/form"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// form is what the dialog shows while a set is chosen.
type form struct {
	e          *editor
	body, foot fyne.CanvasObject

	banners  *fyne.Container // what the host refused
	presence *fyne.Container // the address already has access
	address  *kit.Field
	language *kit.Select
	presets  map[access.Preset]*kit.Button
	copyFrom *kit.Button
	checks   map[access.Permission]*kit.Check
	plain    *kit.TextBox
	why      *kit.TextBox // why Enter sent nothing
	end      *endFields
	cancel   *kit.Button
	save     *kit.Button
}

func newForm(e *editor) *form {
	f := &form{e: e, presets: map[access.Preset]*kit.Button{}, checks: map[access.Permission]*kit.Check{}}
	w := e.env.Words
	f.banners, f.presence = kit.Column(8), kit.Column(0)
	f.banners.Hide()
	f.presence.Hide()
	f.plain, f.why = kit.Rich(), kit.Small("").In(kit.Danger)
	col := kit.Column(16)
	switch e.d.use {
	case inviting:
		col.Add(f.newAddress())
		col.Add(f.presence)
	default:
		if e.waits != nil {
			col.Add(formkit.Begun(w, e.host, *e.waits))
		}
	}
	// What the host refused stands by the buttons, where it is seen however far the form is scrolled; large text leaves no
	// room for it there, and it is scrolled to.
	said := kit.Column(14, f.banners, kit.Plain(kit.TonePrimary, f.plain))
	foot := kit.Column(14)
	if kit.LargeText() {
		col.Objects = append([]fyne.CanvasObject{said}, col.Objects...)
	} else {
		foot.Add(said)
	}
	col.Add(f.newPresets())
	col.Add(f.newGroups())
	f.body = col
	f.end = newEndFields(f)
	f.cancel = kit.SecondaryButton(w.T("words.cancel"), e.escape)
	f.save = kit.PrimaryButton("", e.save)
	for _, o := range []fyne.CanvasObject{f.end.problem, f.why, kit.Spread(12, f.end.object, kit.Row(12, f.cancel, f.save))} {
		foot.Add(o)
	}
	f.foot = foot
	f.refresh()
	return f
}

func (f *form) newPresets() fyne.CanvasObject {
	w, d := f.e.env.Words, f.e.d
	flow := kit.FlowWrap(8)
	for _, p := range access.Presets() {
		of := p.Of(d.catalogue)
		if len(of) == 0 {
			continue
		}
		b := kit.SecondaryButton(say.Preset(w, p), func() { f.choose(of) }).Small()
		b.SetToolTip(say.Plain(w, access.Mean(of, d.catalogue), d.catalogue))
		f.presets[p] = b
		flow.Add(b)
	}
	f.copyFrom = kit.SecondaryButton(w.T("permissions.copy_from"), f.showPeople).Small()
	if len(f.others()) > 0 {
		flow.Add(f.copyFrom)
	}
	return kit.Column(6, kit.Small(w.T("permissions.preset")), flow)
}

// others lists the users whose set can be copied: not the owner, who has everything, and not the one edited.
func (f *form) others() []access.User {
	var out []access.User
	for _, u := range f.e.snapshot.Users {
		if u.Role != access.Owner && u.ID != f.e.target {
			out = append(out, u)
		}
	}
	return out
}

func (f *form) showPeople() {
	w := f.e.env.Words
	var items []kit.MenuItem
	for _, u := range f.others() {
		items = append(items, kit.MenuItem{
			Label:   w.T("permissions.person_with", "Name", u.Name(), "Rights", say.Rights(w, u.Permissions, f.e.d.catalogue)),
			Icon:    icons.User,
			Checked: access.SameSet(u.Permissions, f.e.d.set),
			Action:  func() { f.choose(u.Permissions) },
		})
	}
	kit.ShowMenu(f.e.env.Window, f.copyFrom, kit.MenuConfig{Items: items, Selected: -1})
}

func (f *form) choose(set []access.Permission) {
	f.e.d.choose(set)
	f.refresh()
}

func (f *form) newGroups() fyne.CanvasObject {
	w, d := f.e.env.Words, f.e.d
	arranged := access.Arrange(d.catalogue)
	grid := kit.Grid(340, 12, 2)
	for _, g := range access.Groups() {
		var checks []fyne.CanvasObject
		for _, entry := range arranged[g] {
			p := access.Permission(entry.Key)
			c := kit.NewCheck(say.Permission(w, entry), say.PermissionNote(w, entry), func(on bool) {
				d.toggle(p, on)
				f.refresh()
			})
			f.checks[p] = c
			checks = append(checks, c)
		}
		if len(checks) > 0 {
			grid.Add(kit.CheckGroup(say.Group(w, g), checks...))
		}
	}
	return grid
}

// blocked says why the draft cannot be sent; empty when it can.
func (f *form) blocked() string {
	w, d := f.e.env.Words, f.e.d
	switch {
	case f.e.sending:
		return w.T("permissions.sending")
	case d.use == inviting && strings.TrimSpace(d.email) == "":
		return w.T("permissions.needs_email")
	case d.use == inviting && !validEmail(d.email):
		return say.Field(w, trouble.Field{Name: "email", Code: "invalid"})
	case d.use == inviting && len(d.set) == 0:
		return w.T("permissions.needs_permission")
	case len(d.set) == 0 && d.changes() > 0 && !f.e.host.Features.EmptyPermissions.Available:
		if why := f.e.host.Features.EmptyPermissions.Reason.In(w.Lang()); why != "" {
			return why
		}
		return w.T("permissions.needs_permission")
	case d.ends && d.endsAt.IsZero():
		return w.T("permissions.needs_date")
	case d.ends && !d.endsAt.After(f.e.env.Now()) && d.changes() > 0:
		return w.T("permissions.past_date")
	case d.use != inviting && d.changes() == 0:
		return w.T("permissions.no_change")
	}
	if d.use == inviting {
		if what, p := presenceOf(f.e.snapshot, d.email, f.e.env.Now()); what != unknown {
			return w.T(already[what], "Name", p.Name)
		}
	}
	return ""
}

// explain says why the draft cannot be sent yet, to who presses Enter: a button that is off takes no focus, so its
// tooltip is only for the mouse.
func (f *form) explain(why string) {
	if d := f.e.d; d.use == inviting && !validEmail(d.email) {
		f.address.SetError(why)
		f.address.Focus()
	} else {
		f.why.SetText(why)
		f.why.Show()
	}
	f.e.relayout()
}

// refresh shows the draft as it is.
func (f *form) refresh() {
	w, d := f.e.env.Words, f.e.d
	f.why.Hide()
	for _, entry := range d.catalogue {
		p := access.Permission(entry.Key)
		c := f.checks[p]
		c.SetChecked(d.has(p))
		f.showMark(c, entry, d.markOf(p))
	}
	chosen, isPreset := access.PresetFor(d.set, d.catalogue)
	for p, b := range f.presets {
		b.SetOn(isPreset && p == chosen)
	}
	f.plain.SetParts(kit.B(w.T("permissions.plainly")), kit.P(" — "+f.summary()))
	f.end.refresh()
	switch n := d.changes(); {
	case f.e.sending:
		f.save.SetText(w.T("permissions.sending"))
	case d.use == inviting:
		f.save.SetText(w.T("permissions.send"))
	case n == 0:
		f.save.SetText(w.T("words.save"))
	default:
		f.save.SetText(w.N("permissions.save", n))
	}
	if why := f.blocked(); why != "" {
		f.save.DisableBecause(why)
	} else {
		f.save.Enable()
	}
	f.lock(f.e.sending)
	f.e.relayout()
}

// lock keeps the draft as it is while it is on its way.
func (f *form) lock(on bool) {
	set := func(d fyne.Disableable) {
		if on {
			d.Disable()
		} else {
			d.Enable()
		}
	}
	for _, c := range f.checks {
		set(c)
	}
	for _, b := range f.presets {
		set(b)
	}
	set(f.copyFrom)
	if f.address != nil {
		set(f.address.Input)
		set(f.language)
	}
	f.end.lock(set)
}

func (f *form) showMark(c *kit.Check, e access.CatalogueEntry, m mark) {
	w := f.e.env.Words
	switch {
	case m == added && e.Sensitive:
		c.SetBadge(w.T("permissions.added_sensitive"), kit.ToneDanger)
	case m == added:
		c.SetBadge(w.T("permissions.added"), kit.ToneBrass)
	case m == removed:
		c.SetBadge(w.T("permissions.removed"), kit.ToneInfo)
	case e.Sensitive:
		c.SetBadge(w.T("permissions.sensitive"), kit.ToneDanger)
	default:
		c.SetBadge("", kit.ToneNeutral)
	}
}

// summary says in plain words what the draft will mean.
func (f *form) summary() string {
	w, d := f.e.env.Words, f.e.d
	if d.use == inviting && len(d.set) == 0 {
		return w.T("permissions.nothing_yet")
	}
	text := say.PlainChange(w, f.e.who(), access.MeanChange(d.before.Permissions, d.inOrder(), d.catalogue), d.catalogue)
	if d.ends && !d.endsAt.IsZero() {
		text += " " + w.T("permissions.plain_end", "Date", w.Date(d.endsAt))
	}
	return text
}

func (f *form) clearErrors() {
	f.e.again = nil
	f.banners.RemoveAll()
	f.banners.Hide()
	if f.address != nil {
		f.address.SetError("")
	}
}

// showTrouble says why the host refused, at the fields it named.
func (f *form) showTrouble(t *trouble.Trouble) {
	f.clearErrors()
	if f.address != nil && (t.Kind == trouble.AlreadyUser || t.Kind == trouble.AlreadyInvited) {
		s, _, _ := f.e.store.Snapshot(f.e.ref)
		f.e.snapshot = s
		if what, p := presenceOf(s, f.e.d.email, f.e.env.Now()); what != unknown {
			f.showPresence(what, p)
			return
		}
	}
	f.banners.Add(f.e.troubleBanner(t).Container)
	f.banners.Show()
	if kit.LargeText() {
		f.e.modal.ToTop()
	}
	for _, field := range t.Fields {
		text := say.Field(f.e.env.Words, field)
		switch {
		case field.Name == "email" && f.address != nil:
			f.address.SetError(text)
		case slices.Contains([]string{"endsAt", "reason"}, field.Name):
			f.end.say(text)
		}
	}
}

// focus puts the keyboard where work starts: the address of an invitation, else the presets.
func (f *form) focus() {
	if f.address != nil && f.e.d.email == "" {
		f.address.Focus()
		return
	}
	f.focusOn(f.presets[access.PresetAccountant])
}

// focusError puts the keyboard on what helps: signing in again, or the field that is wrong.
func (f *form) focusError() {
	if f.e.again != nil {
		f.focusOn(f.e.again)
		return
	}
	if f.address != nil && f.address.Error() != "" {
		f.address.Focus()
		return
	}
	f.focusOn(f.save)
}

func (f *form) focusOn(b *kit.Button) {
	if b == nil {
		return
	}
	if c := kit.CanvasOf(b); c != nil {
		c.Focus(b)
	}
}

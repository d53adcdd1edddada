package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	book "concierge/app/directory"
	"concierge/assets/icons"
	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// toastTime is how long a short message stays.
const toastTime = 5 * time.Second

// batch is how many accounts of a person are shown at once; whoever looks after a thousand is in all of them.
const batch = 20

// detail is the card of one person beside the list: what they are in each of their accounts.
type detail struct {
	*kit.DetailCard
	p     *Page
	drawn drawn
	many  int           // accounts shown of the present person
	opens []*kit.Button // that lead to them
}

// drawn is what the card was made from. While it is the same nothing is drawn again: accounts arrive one after the other.
type drawn struct {
	key, name string
	many      int
	hour      int // of the year: what is said of dates changes with it
	places    []book.Place
	accounts  []drawnAccount
}

type drawnAccount struct {
	ref        access.Ref
	name, host string
	next       book.Kind
}

func newDetail(p *Page) *detail {
	return &detail{DetailCard: kit.NewDetailCard(p.env.Words.T("people.back"), p.env.Words.T("people.close"), p.unselect), p: p}
}

// show fills the card.
func (d *detail) show(l *book.Line, s shown) {
	if d.drawn.key != l.Key {
		d.many = batch
	}
	is := drawn{key: l.Key, name: l.Name, many: d.many, hour: s.now.YearDay()*24 + s.now.Hour(), places: l.Places}
	for _, p := range l.Places {
		a := s.all.Accounts[p.Account]
		is.accounts = append(is.accounts, drawnAccount{p.Ref, d.p.name(a), s.hosts[a.Ref.Identity], s.all.Next(p, s.now).Kind})
	}
	if is.same(d.drawn) {
		return
	}
	d.drawn = is
	d.Show(l.Key, func() []fyne.CanvasObject { return d.parts(l, s) })
}

func (a drawn) same(b drawn) bool {
	if a.key != b.key || a.name != b.name || a.many != b.many || a.hour != b.hour || !slices.Equal(a.accounts, b.accounts) {
		return false
	}
	return slices.EqualFunc(a.places, b.places, func(x, y book.Place) bool { // parts of snapshots, which are never changed
		contacts := len(x.Contacts) == len(y.Contacts) && (len(x.Contacts) == 0 || &x.Contacts[0] == &y.Contacts[0])
		return x.User == y.User && x.Invitation == y.Invitation && x.Main == y.Main && contacts
	})
}

func (d *detail) parts(l *book.Line, s shown) []fyne.CanvasObject {
	w := d.p.env.Words
	places := d.inOrder(l, s)
	d.opens = nil
	var below []fyne.CanvasObject // made first: where the keyboard goes is the first account
	for _, p := range places[:min(d.many, len(places))] {
		below = append(below, d.place(p, s))
	}
	if left := len(places) - d.many; left > 0 {
		more := d.First(kit.SecondaryButton(w.N("directory.more", min(left, batch)), func() {
			d.many += batch
			d.p.showDetail()
			d.focusPlace(d.many - batch)
		}).Small())
		below = append(below, kit.Column(8, kit.Small(w.N("directory.left", left)), kit.FlowWrap(8, more)))
	}
	return append([]fyne.CanvasObject{d.head(l), d.sum(l, s)}, below...)
}

// focusPlace puts the keyboard on the way to an account, after more of them have come.
func (d *detail) focusPlace(i int) {
	if c := kit.CanvasOf(d.Object); c != nil && i < len(d.opens) {
		kit.FocusBelow(c, d.opens[i])
	}
}

// inOrder lists the places: those with a date that asks to be looked at first, then by the account's name.
func (d *detail) inOrder(l *book.Line, s shown) []book.Place {
	out := slices.Clone(l.Places)
	soon := func(p book.Place) int {
		if s.all.Next(p, s.now).Soon(s.now) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b book.Place) int { return cmp.Compare(soon(a), soon(b)) })
	return out
}

func (d *detail) head(l *book.Line) fyne.CanvasObject {
	a := kit.NewAvatar("", "", 48)
	a.Portray(l.Name, l.Key, symbol(l))
	sub := l.Email
	if l.Email == l.Name || l.Email == "" {
		sub = d.p.what(l)
	}
	return kit.Row(12, a, kit.Grow(kit.Column(2, kit.Title(l.Name).MaxRows(2), kit.Small(sub).MaxRows(2))), d.Close)
}

// sum says in how many accounts somebody is what, and what can be done with all of them.
func (d *detail) sum(l *book.Line, s shown) fyne.CanvasObject {
	w, goTo := d.p.env.Words, d.p.goTo
	col := kit.Column(8, kit.Strong(w.N("directory.in_accounts", len(l.Places))))
	if len(l.Places) > 1 {
		col.Add(kit.Small(roles(w, l.Places)))
	}
	if l.SignsIn == book.Unseen {
		col.Add(kit.Small(w.T("directory.unseen_note")))
	}
	flow := kit.FlowWrap(8)
	if l.Email != "" {
		save := kit.SecondaryButton(w.T("directory.export_person"), func() { goTo.ExportPerson(l.Key, l.Name) }).WithIcon(icons.Download).Small()
		if goTo.NoExport {
			save.DisableBecause(w.T("organisation.no_export"))
		}
		flow.Add(d.First(kit.SecondaryButton(w.T("people.copy_email"), func() { d.p.copy(l.Email) }).WithIcon(icons.Copy).Small()))
		flow.Add(d.First(save))
	}
	if goTo.LeaveAll != nil && len(l.Places) > 1 && !s.mine[l.Key] {
		flow.Add(d.First(kit.SecondaryButton(w.T("directory.leave_all"), func() { goTo.LeaveAll(l.Key) }).WithIcon(icons.Layers).Small()))
	}
	col.Add(flow)
	return col
}

// roles counts in how many accounts somebody is what: "propriétaire de 1, utilisateur de 8, contact de 5".
func roles(w *locales.Words, places []book.Place) string {
	var owner, user, invited, contact, main int
	for _, p := range places {
		switch {
		case p.User == nil:
		case p.User.Role == access.Owner:
			owner++
		default:
			user++
		}
		if p.Invitation != nil {
			invited++
		}
		if len(p.Contacts) > 0 {
			contact++
		}
		if p.Main {
			main++
		}
	}
	var out []string
	for _, r := range []struct {
		n   int
		key string
	}{{owner, "switcher.role_owner"}, {user, "switcher.role_user"}, {invited, "switcher.role_invited"}, {contact, "switcher.role_contact"}, {main, "switcher.role_main"}} {
		if r.n > 0 {
			out = append(out, w.T("directory.role", "Role", w.T(r.key), "Count", w.Number(r.n)))
		}
	}
	return strings.Join(out, " · ")
}

// place says what somebody is in one account and what they may do there, and leads to them there.
func (d *detail) place(p book.Place, s shown) fyne.CanvasObject {
	w := d.p.env.Words
	a := s.all.Accounts[p.Account]
	h, name := s.at[a.Ref.Identity], d.p.name(a)
	bar := kit.ColorBar("")
	bar.SetColor(kit.PaletteColor(d.p.goTo.Color(a.Ref)))
	title := kit.Column(0, kit.Strong(name).MaxRows(2))
	if host := s.hosts[a.Ref.Identity]; host != "" {
		title.Add(kit.Small(host).MaxRows(2))
	}
	open := d.First(kit.SecondaryButton(w.T("directory.open"), func() { d.p.leave(p.Ref, p.Key) }).Small().About(name))
	d.opens = append(d.opens, open)
	col := kit.Column(6, kit.Row(10, bar, kit.Grow(title), open))
	badges := kit.FlowWrap(4)
	col.Add(badges)
	add := func(o fyne.CanvasObject) { col.Add(o) }
	if p.User != nil {
		d.user(p, h, s, badges, add)
	}
	if i := p.Invitation; i != nil {
		d.invitation(*i, h, s, badges, add)
	}
	if len(p.Contacts) > 0 {
		badges.Add(kit.NewBadge(w.T("words.contact"), kit.ToneNeutral))
	}
	if p.Main {
		badges.Add(kit.NewBadge(w.T("people.main_address"), kit.ToneNeutral))
	}
	if len(p.Contacts) > 0 || p.Main {
		if mail := say.MailList(w, p.Receives(), h.MailCategories); mail != "" {
			add(kit.Small(w.T("directory.receives", "Mail", mail)))
		} else {
			add(kit.Small(w.T("people.no_mail")))
		}
	}
	return col
}

func (d *detail) user(p book.Place, h access.Host, s shown, badges *fyne.Container, add func(fyne.CanvasObject)) {
	w, u := d.p.env.Words, p.User
	if u.Role == access.Owner {
		badges.Add(kit.NewBadge(w.T("people.owner"), kit.TonePrimary))
		add(kit.Body(say.PlainOwner(w, s.mine[p.Key])))
		return
	}
	badges.Add(kit.NewBadge(w.T("words.user"), kit.ToneInfo))
	if end := s.all.End(p, s.now); end.Soon(s.now) {
		badges.Add(kit.NewBadge(dateText(w, s.now, end)))
	}
	plain := say.Plain
	if s.mine[p.Key] {
		plain = say.PlainYou
	}
	add(kit.Small(say.AccessLine(w, h, s.now, u.Permissions, u.EndsAt, u.Reason)))
	add(kit.Body(plain(w, access.Mean(u.Permissions, h.Permissions), h.Permissions)))
}

func (d *detail) invitation(i access.Invitation, h access.Host, s shown, badges *fyne.Container, add func(fyne.CanvasObject)) {
	w := d.p.env.Words
	tone := kit.ToneBrass
	if i.Expired(s.now) {
		tone = kit.ToneDanger
	}
	text := w.T("people.invited_until", "Expiry", say.Expiry(w, s.now, i))
	if i.Unconfirmed && !i.Expired(s.now) {
		text, tone = w.T("people.unconfirmed"), kit.ToneDanger
	}
	badges.Add(kit.NewBadge(text, tone))
	add(kit.Small(say.AccessLine(w, h, s.now, i.Permissions, i.EndsAt, i.Reason)))
	add(kit.Body(say.Plain(w, access.Mean(i.Permissions, h.Permissions), h.Permissions)))
}

// copy puts an address on the clipboard and says so.
func (p *Page) copy(email string) {
	fyne.CurrentApp().Clipboard().SetContent(email)
	w := p.env.Words
	kit.ShowToast(p.env.Window, kit.ToastConfig{Text: w.T("people.copied_email"), Tone: kit.ToneOK, For: toastTime, CloseName: w.T("words.close")}, p.env.After)
}

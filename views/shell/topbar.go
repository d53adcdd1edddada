package shell

import (
	"concierge/app/cache"
	"concierge/assets/icons"
	"concierge/views/freshness"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type topBar struct {
	s      *Shell
	object *fyne.Container

	bar       *kit.Bar
	name, sub *kit.TextBox
	account   *kit.Pressable
	dot       *kit.Fill
	status    *kit.TextBox
	sync      *kit.Pressable
	unsent    *kit.Badge
	outbox    *kit.Pressable // leads to what waits to be sent; hidden when nothing does
	avatar    *kit.Avatar
	who       *kit.Pressable
	person    cache.Identity
	shown     topShown
}

// topShown is what the bar shows. While it is the same nothing is drawn again.
type topShown struct {
	name, said, role, person, email string // said is the name as it is told from others
	color                           int
	dot                             kit.Role
	status, tip                     string
	unsent, undecided               int
}

func newTopBar(s *Shell) *topBar {
	t := &topBar{s: s}
	w := s.env.Words

	t.bar = kit.ColorBar("")
	t.name, t.sub = kit.Strong("").Ellipsis(), kit.Small("").Ellipsis()
	chevron := kit.NewIcon(icons.ChevronDown, kit.Muted, 16)
	t.account = kit.NewPressable("", kit.Pad(5, 10, 5, 9, kit.Row(10, t.bar, kit.Grow(kit.Column(0, t.name, t.sub)), chevron)),
		s.cfg.Actions.Palette).Framed(kit.Surface, kit.Border)
	t.account.SetToolTip(w.T("shell.switch_tip"))

	search := kit.NewPressable(w.T("shell.search"), kit.Pad(6, 10, 6, 12, kit.Row(8, kit.Grow(kit.MutedText(w.T("shell.search")).Ellipsis()), kit.NewKeyCap(CapOf("palette")))),
		s.cfg.Actions.Palette).Framed(kit.Background, kit.Border)

	t.dot = kit.Dot(kit.OK)
	t.status = kit.Small("").OneLine()
	t.sync = kit.NewPressable("", kit.Pad(6, 8, 6, 8, kit.Row(8, kit.FixedSize(8, 8, t.dot), t.status)), s.cfg.Actions.Sync)

	t.unsent = kit.NewBadge("", kit.ToneBrass)
	t.outbox = kit.NewPressable("", kit.Pad(6, 4, 6, 4, t.unsent), func() { s.Open(Route{Screen: Outbox}) })
	t.outbox.SetToolTip(w.T("shell.outbox_tip"))
	t.outbox.Hide()

	t.avatar = kit.NewAvatar("", "", 36)
	t.who = kit.NewPressable("", kit.Inset(2, t.avatar), t.menu)

	ground := kit.NewFill(kit.Surface, kit.None, 0)
	line := kit.NewFill(kit.Line, kit.None, 0)
	t.object = container.New(topLayout{}, ground, line, t.account, search, t.outbox, t.sync, t.who)
	return t
}

// topLayout places: ground, line below, account, search, what waits, status, avatar.
type topLayout struct{}

func (topLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(600, kit.Scaled(topHeight))
}

func (topLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	o[1].Move(fyne.NewPos(0, s.Height-1))
	o[1].Resize(fyne.NewSize(s.Width, 1))
	mid := func(o fyne.CanvasObject, x, w, h float32) {
		o.Move(fyne.NewPos(x, (s.Height-1-h)/2))
		o.Resize(fyne.NewSize(w, h))
	}
	aw := min(kit.Scaled(237), s.Width*0.27)
	mid(o[2], 16, aw, s.Height-8)
	right := s.Width - 14
	avatar := o[6].MinSize()
	right -= avatar.Width
	mid(o[6], right, avatar.Width, avatar.Height)
	status := o[5].MinSize()
	right -= status.Width + 6
	mid(o[5], right, status.Width, status.Height)
	if o[4].Visible() {
		waits := o[4].MinSize()
		waits.Width = o[4].(*kit.Pressable).NaturalWidth()
		right -= waits.Width
		mid(o[4], right, waits.Width, waits.Height)
	}
	x := 16 + aw + 16
	mid(o[3], x, max(0, min(kit.Scaled(520), right-16-x)), kit.ControlHeight())
}

func (t *topBar) show(f frame) {
	w := t.s.env.Words
	t.person = f.identity
	is := topShown{name: t.s.nameOf(f), role: roleLine(w.T, f), person: f.identity.Me.Name(), email: f.identity.Me.Email, color: t.s.cfg.Color(f.at.Account),
		tip: w.T("freshness.title"), unsent: f.unsent, undecided: f.undecided}
	if is.said = is.name; f.apart != "" {
		is.said += " (" + f.apart + ")"
	}
	state, why := freshness.Of(f.status, f.identity.Status, f.has)
	is.dot, is.status = state.Role(), freshness.Line(w, f.now, state, why, f.status.At)
	if why != nil {
		is.tip = say.Trouble(w, why).Text()
	}
	if is == t.shown {
		return
	}
	t.shown = is
	t.name.SetText(is.name)
	t.sub.SetText(is.role)
	t.bar.SetColor(kit.PaletteColor(is.color))
	t.account.SetName(w.T("shell.switch_name", "Account", is.said))
	t.avatar.Set(is.person, is.email)
	t.who.SetName(w.T("shell.avatar_name", "Name", is.person))
	t.who.SetToolTip(is.person)
	t.dot.SetRoles(is.dot, kit.None)
	t.status.SetText(is.status)
	t.sync.SetToolTip(is.tip)
	t.sync.SetName(is.status)
	show(t.outbox, is.unsent > 0)
	unsent := w.N("shell.outbox_count", is.unsent)
	if is.undecided > 0 {
		unsent = w.N("shell.outbox_undecided", is.undecided)
	}
	t.unsent.Set(unsent, kit.ToneBrass)
	t.outbox.SetName(unsent)
	t.object.Layout.Layout(t.object.Objects, t.object.Size())
}

func roleLine(t func(string, ...any) string, f frame) string {
	role, short := "shell.you_use", "switcher.role_user"
	switch f.account.Role {
	case "":
		if isLost(f) {
			return t("shell.lost_short")
		}
		return ""
	case "owner":
		role, short = "shell.you_own", "switcher.role_owner"
	}
	if f.apart != "" { // there is little room for it
		return f.apart + " · " + t(short)
	}
	return t(role)
}

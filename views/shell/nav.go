package shell

import (
	"strconv"

	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

type sideNav struct {
	s      *Shell
	object *fyne.Container
	lines  []*navLine
	shown  navShown
	room   float32         // at the bottom, where messages stand
	all    *fyne.Container // heading above what is of all accounts
}

// navShown is what the lines show. While it is the same nothing is drawn again.
type navShown struct {
	screen         Screen
	points, people int
	has, elsewhere bool
	plans, open    int
	several        bool
	everybody      int
}

type navLine struct {
	screen Screen
	press  *kit.Pressable
	text   *kit.TextBox
	count  *kit.TextBox
	badge  *kit.Badge
	dot    *fyne.Container // something changed elsewhere
}

func newSideNav(s *Shell) *sideNav {
	n := &sideNav{s: s}
	w := s.env.Words
	add := func(screen Screen, key string, icon icons.Name) fyne.CanvasObject {
		l := &navLine{screen: screen, text: kit.Body(w.T(key)).Ellipsis(), count: kit.Small("").OneLine(), badge: kit.NewBadge("", kit.ToneBrass)}
		if screen == Grouped { // which is longer than the others
			l.text = kit.Body(w.T(key)).MaxRows(2)
		}
		l.dot = kit.FixedSize(8, 22, kit.Centered(kit.FixedSize(8, 8, kit.Dot(kit.Primary))))
		l.dot.Hide()
		l.badge.Hide()
		l.count.Hide()
		l.press = kit.NewPressable(w.T(key), kit.Pad(7, 12, 7, 12, kit.Row(10, kit.FixedSize(18, 22, kit.Centered(kit.NewIcon(icon, kit.Muted, 18))), kit.Grow(l.text), l.dot, l.count, l.badge)),
			func() { s.Open(Route{Screen: screen}) })
		n.lines = append(n.lines, l)
		return l.press
	}
	n.all = kit.Pad(14, 12, 4, 12, kit.Section(w.T("shell.all_accounts")))
	list := kit.Column(2,
		kit.Pad(0, 12, 4, 12, kit.Section(w.T("shell.this_account"))),
		add(Overview, "shell.nav_overview", icons.LayoutDashboard),
		add(People, "shell.nav_people", icons.Users),
		add(AccountInfo, "shell.nav_account", icons.Building),
		add(History, "shell.nav_history", icons.History),
		n.all,
		add(Directory, "shell.nav_directory", icons.Contact),
		add(Grouped, "shell.nav_plans", icons.Layers),
		kit.Pad(14, 12, 4, 12, kit.Section(w.T("shell.you"))),
		add(Profile, "shell.nav_profile", icons.User),
		add(Preferences, "shell.nav_preferences", icons.Settings),
		add(Help, "shell.nav_help", icons.Help),
	)
	for i, l := range n.lines {
		l.press.WithKeys(func(e *fyne.KeyEvent) bool { return n.move(i, e) })
		if l.screen == Grouped || l.screen == Directory { // there is nothing behind the one yet, and of one account the people say it all
			l.press.Hide()
		}
	}
	n.all.Hide()
	ground, line := kit.NewFill(kit.Surface, kit.None, 0), kit.NewFill(kit.Line, kit.None, 0)
	n.object = container.New((*navLayout)(n), ground, line, kit.Scroll(kit.Pad(24, 12, 12, 12, list)))
	return n
}

// navLayout places: ground, line at the right, list.
type navLayout sideNav

func (*navLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (l *navLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(s)
	o[1].Move(fyne.NewPos(s.Width-1, 0))
	o[1].Resize(fyne.NewSize(1, s.Height))
	o[2].Resize(fyne.NewSize(s.Width-1, s.Height-l.room))
}

// resize gives the navigation its size, of which its lines leave room at the bottom.
func (n *sideNav) resize(s fyne.Size, room float32) {
	changed := room != n.room
	n.room = room
	n.object.Resize(s)
	if changed {
		n.object.Layout.Layout(n.object.Objects, s)
	}
}

// move lets the arrows go between the lines.
func (n *sideNav) move(from int, e *fyne.KeyEvent) bool {
	by := 0
	switch e.Name {
	case fyne.KeyUp:
		by = -1
	case fyne.KeyDown:
		by = 1
	default:
		return false
	}
	for to := from + by; to >= 0 && to < len(n.lines); to += by {
		if n.lines[to].press.Visible() {
			n.s.env.Window.Canvas().Focus(n.lines[to].press)
			break
		}
	}
	return true
}

func (n *sideNav) show(f frame) {
	is := navShown{screen: f.at.Screen, points: f.points, people: f.people, has: f.listed, elsewhere: f.elsewhere, plans: f.plans, open: f.open, several: f.several, everybody: f.everybody}
	if is == n.shown {
		return
	}
	n.shown = is
	for _, l := range n.lines {
		on := l.screen == f.at.Screen
		l.press.SetOn(on)
		l.text.Bold(on)
		if on {
			l.text.SetRole(kit.Primary)
		} else {
			l.text.SetRole(kit.Text)
		}
		l.text.Refresh()
		switch l.screen {
		case Directory:
			show(n.all, f.several || f.plans > 0)
			show(l.press, f.several)
			show(l.count, f.everybody > 0)
			l.count.SetText(n.s.env.Words.Number(f.everybody))
			name := n.s.env.Words.T("shell.nav_directory")
			if f.everybody > 0 {
				name += ", " + l.count.Text()
			}
			l.press.SetName(name)
		case Grouped:
			show(l.press, f.plans > 0)
			show(l.badge, f.open > 0)
			open := n.s.env.Words.N("shell.plan_open", f.open)
			l.badge.Set(strconv.Itoa(f.open), kit.ToneBrass)
			l.badge.SetToolTip(open)
			name := n.s.env.Words.T("shell.nav_plans")
			if f.open > 0 {
				name += ", " + open
			}
			l.press.SetName(name)
		case Overview:
			show(l.dot, f.elsewhere)
			name := n.s.env.Words.T("shell.nav_overview")
			if f.elsewhere {
				name = n.s.env.Words.T("shell.nav_overview_elsewhere")
			}
			points := n.s.env.Words.N("shell.points", f.points)
			if f.points > 0 {
				name += ", " + points
			}
			l.press.SetName(name)
			show(l.badge, f.points > 0)
			l.badge.Set(strconv.Itoa(f.points), kit.ToneBrass)
			l.badge.SetToolTip(points)
		case People:
			show(l.count, f.listed)
			l.count.SetText(strconv.Itoa(f.people))
			name := n.s.env.Words.T("shell.nav_people")
			if f.listed {
				name += ", " + l.count.Text()
			}
			l.press.SetName(name)
		}
	}
	n.object.Refresh()
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

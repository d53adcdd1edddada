package shell

import (
	"slices"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// menu opens the avatar menu: one of the two ways by which customers look for things.
func (t *topBar) menu() {
	s, w := t.s, t.s.env.Words
	me := t.person.Me
	id := s.at.Account.Identity
	var sample []kit.MenuItem
	if t.person.Host.MailboxURL != "" {
		sample = []kit.MenuItem{{Label: w.T("shell.mailbox"), Action: func() { s.cfg.Actions.Mailbox(id) }}}
	}
	kit.ShowMenu(s.env.Window, t.who, kit.MenuConfig{
		AlignRight: true, Width: 300, Selected: -1,
		Header: kit.Row(12, kit.NewAvatar(me.Name(), me.Email, 36), kit.Grow(kit.Column(0, kit.Strong(me.Name()).Ellipsis(), kit.Small(me.Email).Ellipsis()))),
		Items: slices.Concat([]kit.MenuItem{
			{Label: w.T("shell.nav_profile"), Action: func() { s.Open(Route{Screen: Profile}) }},
			{Label: w.T("shell.account_settings"), Action: func() { s.Open(Route{Screen: AccountInfo}) }},
			{Label: w.T("shell.switch"), Shortcut: CapOf("palette"), Action: s.cfg.Actions.Palette},
			kit.Separator(),
			{Label: w.T("shell.add_identity"), Action: s.cfg.Actions.AddIdentity},
			{Label: w.T("shell.nav_preferences"), Action: func() { s.Open(Route{Screen: Preferences}) }},
			{Label: w.T("shell.other_language"), Action: s.cfg.Actions.OtherLang},
			{Label: w.T("shell.help_users_contacts"), Action: func() { s.Open(Route{Screen: Help}) }},
		}, sample, []kit.MenuItem{
			kit.Separator(),
			{Label: w.T("shell.lock"), Shortcut: CapOf("lock"), Action: s.cfg.Actions.Lock},
			{Label: w.T("shell.sign_out"), Danger: true, Action: func() { s.cfg.Actions.SignOut(id) }},
		}),
	})
}

// MainMenu is the menu bar: the other way, as in the client areas that customers know.
func (s *Shell) MainMenu() *fyne.MainMenu {
	w := s.env.Words
	always := func(key string, do func(), sc fyne.Shortcut) *fyne.MenuItem {
		m := fyne.NewMenuItem(w.T(key), do)
		m.Shortcut = sc
		return m
	}
	// A dialog has the window to itself. The bar's keys work under it, and the whole bar where the system shows it: another
	// dialog would lie over what is being typed, another screen under it.
	item := func(key string, do func(), sc fyne.Shortcut) *fyne.MenuItem {
		return always(key, func() {
			if !kit.HasOverlay(s.env.Window) {
				do()
			}
		}, sc)
	}
	to := func(screen Screen, arg string) func() { return func() { s.Open(Route{Screen: screen, Arg: arg}) } }
	quit := always("shell.menu_quit", s.cfg.Actions.Quit, nil)
	quit.IsQuit = true
	help := fyne.NewMenu(w.T("shell.nav_help"),
		item("shell.help_users_contacts", to(Help, ""), KeyOf("help")),
		item("shell.help_emails", to(Help, "emails"), nil),
		item("shell.help_permissions", to(Help, "permissions"), nil),
	)
	all := []*fyne.MenuItem{}
	if s.several {
		all = append(all, item("shell.nav_directory", to(Directory, ""), KeyOf("directory")))
	}
	if do := s.cfg.Actions.Diagnostics; do != nil {
		help.Items = append(help.Items, fyne.NewMenuItemSeparator(), item("shell.help_diagnostics", do, nil))
	}
	return fyne.NewMainMenu(
		fyne.NewMenu(w.T("words.app_name"),
			item("shell.switch", s.cfg.Actions.Palette, KeyOf("palette")),
			item("shell.menu_refresh", func() { s.cfg.Actions.Refresh(s.at.Account) }, KeyOf("refresh")),
			item("shell.menu_back", s.Back, KeyOf("back")),
			item("shell.outbox", to(Outbox, ""), nil),
			fyne.NewMenuItemSeparator(),
			item("shell.nav_preferences", to(Preferences, ""), nil),
			item("shell.add_identity", s.cfg.Actions.AddIdentity, nil),
			always("shell.lock", s.cfg.Actions.Lock, KeyOf("lock")),
			item("shell.sign_out", func() { s.cfg.Actions.SignOut(s.at.Account.Identity) }, nil),
			fyne.NewMenuItemSeparator(),
			quit,
		),
		fyne.NewMenu(w.T("shell.menu_settings"),
			item("shell.nav_account", to(AccountInfo, ""), nil),
			item("shell.menu_contacts", to(People, "contacts"), nil),
			item("shell.menu_users", to(People, "users"), nil),
			item("shell.nav_profile", to(Profile, ""), nil),
		),
		fyne.NewMenu(w.T("shell.nav_people"), slices.Concat([]*fyne.MenuItem{
			item("shell.nav_overview", to(Overview, ""), nil),
			item("shell.menu_everybody", to(People, ""), nil),
			item("shell.menu_invitations", to(People, "invitations"), nil),
			item("shell.nav_history", to(History, ""), nil),
		}, all, []*fyne.MenuItem{
			fyne.NewMenuItemSeparator(),
			item("shell.menu_invite", func() { s.cfg.Actions.Invite(s.at.Account) }, KeyOf("invite")),
			item("shell.menu_add_contact", func() { s.cfg.Actions.AddContact(s.at.Account) }, nil),
		})...),
		help,
	)
}

// Shortcuts are what the keys do that belong to the frame, also where a system's menu bar does not give them. The lock and the
// help are the window's: they work where there is no frame.
func (s *Shell) Shortcuts() map[fyne.Shortcut]func() {
	to := func(screen Screen) func() { return func() { s.Open(Route{Screen: screen}) } }
	out := map[fyne.Shortcut]func(){}
	for does, do := range map[string]func(){
		"palette": s.cfg.Actions.Palette, "invite": func() { s.cfg.Actions.Invite(s.at.Account) },
		"refresh": func() { s.cfg.Actions.Refresh(s.at.Account) }, "overview": to(Overview), "people": to(People),
		"account": to(AccountInfo), "history": to(History), "back": s.Back, "undo": s.Undo,
		"directory": func() {
			if s.several {
				s.Open(Route{Screen: Directory})
			}
		},
	} {
		out[KeyOf(does)] = do
	}
	return out
}

package shell

import (
	"runtime"
	"slices"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// KeyName says the shortcut of a letter as this system's people know it.
func KeyName(letter string) string {
	if runtime.GOOS == "darwin" {
		return "⌘ " + letter
	}
	return "Ctrl " + letter
}

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
			{Label: w.T("shell.switch"), Shortcut: KeyName("K"), Action: s.cfg.Actions.Palette},
			kit.Separator(),
			{Label: w.T("shell.add_identity"), Action: s.cfg.Actions.AddIdentity},
			{Label: w.T("shell.nav_preferences"), Action: func() { s.Open(Route{Screen: Preferences}) }},
			{Label: w.T("shell.other_language"), Action: s.cfg.Actions.OtherLang},
			{Label: w.T("shell.help_users_contacts"), Action: func() { s.Open(Route{Screen: Help}) }},
		}, sample, []kit.MenuItem{
			kit.Separator(),
			{Label: w.T("shell.lock"), Shortcut: KeyName("L"), Action: s.cfg.Actions.Lock},
			{Label: w.T("shell.sign_out"), Danger: true, Action: func() { s.cfg.Actions.SignOut(id) }},
		}),
	})
}

// MainMenu is the menu bar: the other way, as in the client areas that customers know.
func (s *Shell) MainMenu() *fyne.MainMenu {
	w := s.env.Words
	item := func(key string, do func(), sc fyne.Shortcut) *fyne.MenuItem {
		m := fyne.NewMenuItem(w.T(key), do)
		m.Shortcut = sc
		return m
	}
	to := func(screen Screen, arg string) func() { return func() { s.Open(Route{Screen: screen, Arg: arg}) } }
	quit := item("shell.menu_quit", s.cfg.Actions.Quit, nil)
	quit.IsQuit = true
	help := fyne.NewMenu(w.T("shell.nav_help"),
		item("shell.help_users_contacts", to(Help, ""), &desktop.CustomShortcut{KeyName: fyne.KeyF1}),
		item("shell.help_emails", to(Help, "emails"), nil),
		item("shell.help_permissions", to(Help, "permissions"), nil),
	)
	if do := s.cfg.Actions.Diagnostics; do != nil {
		help.Items = append(help.Items, fyne.NewMenuItemSeparator(), item("shell.help_diagnostics", do, nil))
	}
	return fyne.NewMainMenu(
		fyne.NewMenu(w.T("words.app_name"),
			item("shell.switch", s.cfg.Actions.Palette, ctrl(fyne.KeyK)),
			item("shell.menu_refresh", func() { s.cfg.Actions.Refresh(s.at.Account) }, ctrl(fyne.KeyR)),
			item("shell.menu_back", s.Back, &desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}),
			item("shell.outbox", to(Outbox, ""), nil),
			fyne.NewMenuItemSeparator(),
			item("shell.nav_preferences", to(Preferences, ""), nil),
			item("shell.add_identity", s.cfg.Actions.AddIdentity, nil),
			item("shell.lock", s.cfg.Actions.Lock, ctrl(fyne.KeyL)),
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
		fyne.NewMenu(w.T("shell.nav_people"),
			item("shell.nav_overview", to(Overview, ""), nil),
			item("shell.menu_everybody", to(People, ""), nil),
			item("shell.menu_invitations", to(People, "invitations"), nil),
			item("shell.nav_history", to(History, ""), nil),
			fyne.NewMenuItemSeparator(),
			item("shell.menu_invite", func() { s.cfg.Actions.Invite(s.at.Account) }, ctrl(fyne.KeyI)),
			item("shell.menu_add_contact", func() { s.cfg.Actions.AddContact(s.at.Account) }, nil),
		),
		help,
	)
}

func ctrl(key fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
}

// Shortcuts are the keys that work everywhere, also where a system's menu bar does not give them.
func (s *Shell) Shortcuts() map[fyne.Shortcut]func() {
	return map[fyne.Shortcut]func(){
		ctrl(fyne.KeyK):      s.cfg.Actions.Palette,
		ctrl(fyne.KeyR):      func() { s.cfg.Actions.Refresh(s.at.Account) },
		&fyne.ShortcutUndo{}: s.undo,
		ctrl(fyne.KeyI):      func() { s.cfg.Actions.Invite(s.at.Account) },
		&desktop.CustomShortcut{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}: s.Back,
		ctrl(fyne.Key1): func() { s.Open(Route{Screen: Overview}) },
		ctrl(fyne.Key2): func() { s.Open(Route{Screen: People}) },
		ctrl(fyne.Key3): func() { s.Open(Route{Screen: AccountInfo}) },
		ctrl(fyne.Key4): func() { s.Open(Route{Screen: History}) },
	}
}

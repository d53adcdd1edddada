package views

import (
	"concierge/app/access"
	"concierge/app/plan"
	"concierge/app/settings"
	"concierge/views/kit"
	"concierge/views/shell"
	"concierge/views/switcher"
)

// palette opens what finds accounts, people and actions.
func (w *Window) palette() {
	if w.mode != modeShell || kit.HasOverlay(w.win) {
		return
	}
	at := w.shell.At().Account
	switcher.Show(w.env, switcher.Config{
		Finder: w.finder, Marks: w.cfg.Settings, Store: w.cfg.Core.Store, Current: at,
		Actions:     w.actions(at),
		OpenAccount: func(ref access.Ref) { w.shell.Open(shell.Route{Screen: shell.Overview, Account: ref}) },
		OpenPerson:  w.openPerson,
		LeaveAll:    w.leaveAll,
		Elsewhere:   w.cfg.Core.Past.Watch.Marked,
	})
}

// actions are all that can be done, so that the keyboard reaches everything.
func (w *Window) actions(at access.Ref) []switcher.Action {
	words := w.env.Words
	summary, reached := w.cfg.Core.Store.Account(at)
	name := summary.Name
	if alias := w.cfg.Settings.Alias(at); alias != "" {
		name = alias
	}
	to := func(screen shell.Screen, arg string) func() {
		return func() { w.shell.Open(shell.Route{Screen: screen, Arg: arg}) }
	}
	var out []switcher.Action
	add := func(id string, do func()) {
		out = append(out, switcher.Action{ID: id, Title: words.T("window.do_"+id, "Account", name), Keywords: []string{words.T("window.do_" + id + "_also")}, Shortcut: shell.CapOf(id), Do: do})
	}
	if summary.Role == access.Owner {
		add("invite", func() { w.invite(at) })
	}
	if summary.Role == access.Owner || (access.Membership{Permissions: summary.Permissions}).May(access.Contacts) {
		add("add_contact", func() { w.addContact(at, access.Contact{}) })
	}
	if reached {
		add("overview", to(shell.Overview, ""))
		add("people", to(shell.People, ""))
		add("users", to(shell.People, "users"))
		add("contacts", to(shell.People, "contacts"))
		add("invitations", to(shell.People, "invitations"))
		add("account", to(shell.AccountInfo, ""))
		add("history", to(shell.History, ""))
		add("compare", to(shell.History, compareArg))
	}
	if w.several() {
		add("directory", to(shell.Directory, ""))
		add("directory_invitations", to(shell.Directory, "invitations"))
		add("directory_ending", to(shell.Directory, "ending"))
	}
	if w.mayExport() {
		if reached {
			add("export_people", func() { w.exportPeople(at) })
		}
		add("export_all", func() { w.exportPeople(access.Ref{}) })
		if reached {
			add("export_history", to(shell.History, exportArg))
		}
	}
	if watcher := w.cfg.Core.Past.Watch; watcher.Marked(at) {
		add("seen", func() { watcher.Seen(at) })
	}
	if w.shell.CanGoBack() {
		add("back", w.shell.Back)
	}
	if w.shell.CanUndo() {
		add("undo", w.shell.Undo)
	}
	add("profile", to(shell.Profile, ""))
	add("preferences", to(shell.Preferences, ""))
	add("outbox", to(shell.Outbox, ""))
	if len(plan.Plans(w.cfg.Core.Desk.List())) > 0 {
		add("plans", to(shell.Grouped, ""))
	}
	switch {
	case !reached:
	case w.cfg.Settings.Favourite(at):
		add("no_favourite", func() { w.cfg.Settings.SetFavourite(at, false) })
	default:
		add("favourite", func() { w.cfg.Settings.SetFavourite(at, true) })
	}
	if reached {
		add("mark", func() { switcher.Mark(w.env, w.cfg.Settings, at, summary.Name, func() {}) })
		add("refresh", func() { w.refresh(at) })
	}
	add("sync", w.syncState)
	add("language", w.otherLanguage)
	add("theme", w.otherTheme)
	add("help", to(shell.Help, ""))
	add("help_emails", to(shell.Help, "emails"))
	add("help_permissions", to(shell.Help, "permissions"))
	add("help_computer", to(shell.Help, "computer"))
	add("help_keys", to(shell.Help, "keys"))
	if w.mayDiagnose() {
		add("diagnostics", w.diagnose)
	}
	if _, is := w.cfg.Updates.Found(); is {
		add("update", w.seeUpdate)
	}
	if i, ok := w.cfg.Core.Store.Identity(at.Identity); ok && i.Host.MailboxURL != "" {
		add("mailbox", func() { w.mailbox(at.Identity) })
	}
	add("add_identity", w.addIdentity)
	add("lock", w.lock.Lock)
	add("sign_out", func() { w.signOut(at.Identity) })
	add("quit", w.quit)
	return out
}

// otherTheme goes from light to dark and back.
func (w *Window) otherTheme() {
	if w.cfg.Settings.Theme() == settings.Dark {
		w.cfg.Settings.SetTheme(settings.Light)
	} else {
		w.cfg.Settings.SetTheme(settings.Dark)
	}
}

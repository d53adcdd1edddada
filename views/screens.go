package views

import (
	"context"
	"strings"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/checkup"
	"concierge/app/settings"
	"concierge/views/account"
	"concierge/views/conflict"
	"concierge/views/contacts"
	"concierge/views/help"
	"concierge/views/outbox"
	"concierge/views/overview"
	"concierge/views/page"
	"concierge/views/people"
	"concierge/views/permissions"
	"concierge/views/preferences"
	"concierge/views/profile"
	"concierge/views/shell"
)

// screens says how each screen is made and where it leads.
func (w *Window) screens() map[shell.Screen]shell.Maker {
	core := w.cfg.Core
	return map[shell.Screen]shell.Maker{
		shell.Overview: func(env page.Env, r shell.Route) page.Page {
			return overview.New(env, r.Account, core.Store, w.elsewhere(r.Account, overview.Go{
				Fix:      func(f checkup.Finding) { w.fix(r.Account, f) },
				People:   func(filter string) { w.shell.Open(shell.Route{Screen: shell.People, Arg: filter}) },
				Invite:   func() { w.invite(r.Account) },
				Retry:    func() { w.refresh(r.Account) },
				Activity: func(ctx context.Context) error { return core.Sync.Activity(ctx, r.Account) },
			}))
		},
		shell.People: func(env page.Env, r shell.Route) page.Page {
			p := people.New(env, r.Account, core.Store, core.Desk, people.Go{
				AddContact:  func(prefill access.Contact) { w.addContact(r.Account, prefill) },
				EditContact: func(id string) { w.editContact(r.Account, id) },
				AccountInfo: func() { w.shell.Open(shell.Route{Screen: shell.AccountInfo, Account: r.Account}) },
				Refresh:     func() { w.refresh(r.Account) },
				Export:      func() { w.exportPeople(r.Account) }, NoExport: !w.mayExport(),
				Directory: func(key string) { w.shell.Open(shell.Route{Screen: shell.Directory, Arg: personArg + key}) },
				LeaveAll:  w.leaveAll,
			})
			key, one := strings.CutPrefix(r.Arg, personArg)
			switch {
			case one:
				p.Select(key)
			case r.Arg != "":
				p.Show(segments[r.Arg])
			}
			return p
		},
		shell.AccountInfo: func(env page.Env, r shell.Route) page.Page {
			return account.New(env, r.Account, core.Store, core.Desk, account.Go{
				Profile: func() { w.shell.Open(shell.Route{Screen: shell.Profile}) },
				Refresh: func() { w.refresh(r.Account) },
			})
		},
		shell.Profile: func(env page.Env, r shell.Route) page.Page {
			identity := r.Account.Identity
			return profile.New(env, identity, core.Store, core.Desk, profile.Go{
				Refresh: func() { w.refresh(access.Ref{Identity: identity}) },
			})
		},
		shell.Outbox: func(env page.Env, r shell.Route) page.Page {
			return outbox.New(env, r.Account.Identity, core.Store, core.Desk, outbox.Go{
				Conflict: w.conflict,
				Plan:     w.openPlan,
				Refresh:  func(identity string) { w.refresh(access.Ref{Identity: identity}) },
				Color:    w.cfg.Settings.Colour,
			})
		},
		shell.Directory:   w.everybody,
		shell.Grouped:     w.grouped,
		shell.History:     w.history,
		shell.Help:        w.help,
		shell.Preferences: w.preferences,
	}
}

func (w *Window) help(env page.Env, r shell.Route) page.Page {
	to := func(screen shell.Screen, arg string) { w.shell.Open(shell.Route{Screen: screen, Arg: arg}) }
	var keys []help.Key
	for _, k := range shell.Keys() {
		if k.Does == "directory" && !w.several() {
			continue
		}
		keys = append(keys, help.Key{Does: k.Does, Cap: shell.CapOf(k.Does)})
	}
	var everybody func()
	if w.several() {
		everybody = func() { to(shell.Directory, "") }
	}
	return help.New(env, r.Account, help.Topic(r.Arg), w.cfg.Core.Store, help.Go{
		Everywhere:  keys,
		Topic:       func(t help.Topic) { to(shell.Help, string(t)) },
		Invite:      func() { w.invite(r.Account) },
		AddContact:  func() { w.addContact(r.Account, access.Contact{}) },
		People:      func(filter string) { to(shell.People, filter) },
		AccountInfo: func() { to(shell.AccountInfo, "") },
		Profile:     func() { to(shell.Profile, "") },
		Outbox:      func() { to(shell.Outbox, "") },
		History:     func() { to(shell.History, "") },
		Directory:   everybody,
		Preferences: func() { to(shell.Preferences, "") },
		Mailbox:     func() { w.mailbox(r.Account.Identity) },
		Diagnostics: w.diagnostics(), NoDiagnostics: w.cfg.Policy.NoDiagnostics,
	})
}

func (w *Window) preferences(env page.Env, r shell.Route) page.Page {
	core, chosen := w.cfg.Core, w.cfg.Settings
	var updates preferences.Updates
	if w.cfg.Updates != nil {
		updates = w.cfg.Updates
	}
	return preferences.New(env, r.Account, preferences.Config{
		Policy: w.cfg.Policy, Updates: updates,
		Settings: chosen, Store: core.Store, SignIns: core.SignIn,
		Files: preferences.Files{Folder: w.cfg.Folder, Version: w.cfg.Version},
		Go:    preferences.Go{SignOut: w.signOut, SignInAgain: w.signInAgain, TryKeyring: w.unlock, AddIdentity: w.addIdentity, Lock: w.lock.Lock, SeeUpdate: w.seeUpdate},
		Watch: func(changed func()) func() {
			settled := chosen.Changed.Listen(func(settings.What) { changed() })
			signed := core.SignIn.Changed.Listen(func(string) { changed() })
			looked := func() {}
			if w.cfg.Updates != nil {
				looked = w.cfg.Updates.Changed.Listen(func(struct{}) { changed() })
			}
			return func() { settled(); signed(); looked() }
		},
	})
}

// personArg begins the argument of the people screen that opens it on one person, by normalised e-mail.
const personArg = "person:"

// segments are the arguments that open the people screen on some of them.
var segments = map[string]people.Segment{"users": people.Users, "contacts": people.Contacts, "invitations": people.Invitations}

// openPerson shows a person of an account.
func (w *Window) openPerson(ref access.Ref, key string) {
	w.shell.Open(shell.Route{Screen: shell.People, Account: ref, Arg: personArg + key})
}

// invite opens the dialog that invites somebody, wherever the person is; who is not the owner is told the rule.
func (w *Window) invite(ref access.Ref) { w.inviteWith(ref, permissions.Prefill{}) }

func (w *Window) inviteWith(ref access.Ref, prefill permissions.Prefill) {
	if a, _ := w.cfg.Core.Store.Account(ref); a.Role != access.Owner {
		w.say(w.env.Words.T("words.owner_rule"))
		return
	}
	permissions.Invite(w.env, ref, w.cfg.Core.Store, w.cfg.Core.Desk, permissions.Go{
		OpenPerson: func(key string) { w.openPerson(ref, key) },
	}, prefill)
}

// conflict shows both sides of an edit that has no dialog of its own.
func (w *Window) conflict(c change.Change) {
	i, _ := w.cfg.Core.Store.Identity(c.Account.Identity)
	name, _ := w.accountNamed(c.Account)
	conflict.Show(w.env, i.Host, name, w.cfg.Core.Desk, c)
}

// fix goes to where a finding can be dealt with.
func (w *Window) fix(ref access.Ref, f checkup.Finding) {
	switch f.Action {
	case checkup.SeeWhoGetsWhat:
		w.letOwnerReceive(ref, f.Category)
	case checkup.SeeAccount:
		w.shell.Open(shell.Route{Screen: shell.AccountInfo, Account: ref})
	case checkup.SeeProfile:
		w.shell.Open(shell.Route{Screen: shell.Profile, Account: ref})
	case checkup.SeeContact:
		w.editContact(ref, f.ContactID)
	case checkup.SeeUser, checkup.SeeInvitation:
		w.openPerson(ref, access.EmailKey(f.Email))
	default:
		w.shell.Open(shell.Route{Screen: shell.People, Account: ref})
	}
}

// letOwnerReceive opens the owner's contact, or a new one for the owner, with a category that nobody receives ticked.
func (w *Window) letOwnerReceive(ref access.Ref, category access.MailCategory) {
	snap, _, _ := w.cfg.Core.Store.Snapshot(ref)
	for _, p := range access.People(snap) {
		if p.User == nil || p.User.Role != access.Owner {
			continue
		}
		if len(p.Contacts) > 0 {
			w.editContact(ref, p.Contacts[0].ID, category)
			return
		}
		w.addContact(ref, access.Contact{FirstName: p.User.FirstName, LastName: p.User.LastName, Email: p.User.Email,
			Preferences: access.Preferences{category: true}})
		return
	}
	w.addContact(ref, access.Contact{Preferences: access.Preferences{category: true}})
}

// addContact opens the form of a new contact.
func (w *Window) addContact(ref access.Ref, prefill access.Contact) {
	contacts.Add(w.env, ref, w.cfg.Core.Store, w.cfg.Core.Desk, w.fromContact(ref), prefill)
}

// editContact opens the form of a contact, with more mail ticked if asked.
func (w *Window) editContact(ref access.Ref, id string, tick ...access.MailCategory) {
	contacts.Edit(w.env, ref, w.cfg.Core.Store, w.cfg.Core.Desk, w.fromContact(ref), id, tick...)
}

func (w *Window) fromContact(ref access.Ref) contacts.Go {
	return contacts.Go{Invite: func(email, language string) {
		w.inviteWith(ref, permissions.Prefill{Email: email, Language: language})
	}}
}

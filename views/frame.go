package views

import (
	"context"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/signin"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/say"
	"concierge/views/shell"
	"concierge/views/welcome"

	"fyne.io/fyne/v2"
)

// toShell puts the frame with its screens into the window, at a place.
func (w *Window) toShell(at shell.Route) {
	w.leave()
	if w.shell != nil {
		w.shell.Close()
	}
	w.mode = modeShell
	core := w.cfg.Core
	w.shell = shell.New(shell.Config{
		Env: w.env, Store: core.Store, Desk: core.Desk,
		Screens: w.screens(),
		Alias:   w.cfg.Settings.Alias, Color: w.cfg.Settings.Colour, Visited: w.visit,
		Elsewhere: core.Past.Watch.Marked, Everybody: w.howMany, Remenu: w.remenu,
		Notices: w.notices, After: w.cfg.After,
		Actions: shell.Actions{
			Palette: w.palette, Invite: w.invite, AddContact: func(ref access.Ref) { w.addContact(ref, access.Contact{}) },
			Refresh: w.refresh, Sync: w.syncState, SignOut: w.signOut, AddIdentity: w.addIdentity, OtherLang: w.otherLanguage,
			Conflict: w.conflict, Mailbox: w.mailbox, Lock: w.lock.Lock, Quit: w.quit, Diagnostics: w.diagnostics(),
		},
	})
	w.fill(w.shell.Object())
	kit.SetMenu(w.win, w.shell.MainMenu())
	w.shortcuts()
	w.shell.Open(at)
	w.shell.Follow(core.Desk.List())
	w.stands()
}

// remenu makes the menu bar anew.
func (w *Window) remenu() {
	if w.mode == modeShell {
		kit.SetMenu(w.win, w.shell.MainMenu())
	}
}

// visit remembers an account that is opened, and asks for it before the others that are still on their way.
func (w *Window) visit(ref access.Ref) {
	w.cfg.Settings.Visit(ref)
	if _, _, has := w.cfg.Core.Store.Snapshot(ref); has {
		return
	}
	w.env.Run(func() {
		if err := w.cfg.Core.Sync.Refresh(context.Background(), ref); err != nil {
			w.cfg.Log.Info("refresh", "err", err) // its status tells the screen
		}
	})
}

// backToShell shows the frame again as it was left.
func (w *Window) backToShell() {
	w.leave()
	if w.shell == nil {
		w.mode = modeSplash
		w.waiting()
		w.decide()
		return
	}
	w.mode = modeShell
	w.fill(w.shell.Object())
	kit.SetMenu(w.win, w.shell.MainMenu())
	kit.SetKeys(w.win, w.key)
	w.shell.Trigger()
	w.shell.Follow(w.cfg.Core.Desk.List())
	w.decide()
}

// Open shows a place, as soon as there is an account to show it for.
func (w *Window) Open(at shell.Route) {
	if w.mode == modeShell {
		w.shell.Open(at)
		return
	}
	w.toShell(at)
}

// key is what nothing on the screen has a use for. A menu's key without Ctrl is not given by every system's menu bar.
func (w *Window) key(e *fyne.KeyEvent) {
	if w.mode != modeShell {
		return
	}
	switch e.Name {
	case fyne.KeyF1:
		w.shell.Open(shell.Route{Screen: shell.Help})
	case fyne.KeyEscape:
		w.shell.Escape()
	}
}

func (w *Window) shortcuts() {
	kit.SetKeys(w.win, w.key)
	for sc := range w.shell.Shortcuts() {
		// The frame may be another one by then, so the key is looked up when it is pressed.
		w.win.Canvas().AddShortcut(sc, func(pressed fyne.Shortcut) {
			if w.mode != modeShell || kit.Covered(w.win) || kit.HasOverlay(w.win) {
				return
			}
			for have, do := range w.shell.Shortcuts() {
				if have.ShortcutName() == pressed.ShortcutName() {
					do()
					return
				}
			}
		})
	}
}

// toWelcome shows the sign-in screen; what cfg leaves open is filled in.
func (w *Window) toWelcome(cfg welcome.Config) {
	w.leave()
	w.mode = modeWelcome
	kit.SetMenu(w.win, nil)
	cfg.Signer = signer{w.cfg.Core}
	cfg.Sample = w.cfg.Sample && !w.cfg.Policy.HostLocked
	cfg.Host, cfg.HostSet, cfg.Diagnostics = w.cfg.Policy.Host, w.cfg.Policy.HostLocked, w.diagnostics()
	cfg.OtherLanguage = w.otherLanguage
	if cfg.Known == nil {
		cfg.Known = w.known(func(i signin.Identity) bool { return !i.Works() })
	}
	if cfg.Cancel == nil && len(w.cfg.Core.Store.Accounts("")) > 0 {
		cfg.Cancel = w.backToShell
	}
	if cfg.Done == nil {
		cfg.Done = func(who welcome.Person) {
			// Somebody new: their accounts come first; one who came back goes on where they were.
			if w.shell != nil && w.shell.At().Account.Identity == who.Identity {
				w.backToShell()
				return
			}
			w.mode = modeSplash
			w.waiting()
			w.arrive(who.Identity)
		}
	}
	w.entry = welcome.New(w.env, cfg)
	w.fill(w.entry.Object())
	kit.SetKeys(w.win, w.entry.Key)
	w.entry.Focus()
	w.stands()
	kit.TracePainted("welcome")
}

// arrive opens an account of who has just signed in, as soon as there is one.
func (w *Window) arrive(identity string) {
	list := w.cfg.Core.Store.Accounts(identity)
	if len(list) == 0 {
		w.decide() // the list is on its way; decide comes again with it
		return
	}
	ref, sure := w.choose(list)
	if ref.Identity != identity {
		ref, sure = list[0].Ref, len(list) == 1
	}
	w.toShell(shell.Route{Screen: shell.Overview, Account: ref})
	if !sure {
		w.palette()
	}
}

// known lists sign-ins for the sign-in screen.
func (w *Window) known(which func(signin.Identity) bool) []welcome.Known {
	out := []welcome.Known{}
	for _, i := range w.cfg.Core.SignIn.Identities() {
		if which(i) {
			out = append(out, welcome.Known{Identity: i.ID, Name: i.Label(), Email: i.Email, Host: i.HostName, HostURL: i.HostURL, Trouble: i.Trouble})
		}
	}
	return out
}

func (w *Window) addIdentity() { w.toWelcome(welcome.Config{Known: []welcome.Known{}}) }

func (w *Window) signInAgain(identity string) {
	w.toWelcome(welcome.Config{Known: w.known(func(i signin.Identity) bool { return i.ID == identity })})
}

// otherLanguage makes the screens anew in the other language; what is typed on the present one would be lost.
func (w *Window) otherLanguage() {
	other := "fr"
	if w.env.Words.Lang() == "fr" {
		other = "en"
	}
	if w.mode != modeShell {
		w.cfg.Settings.SetLanguage(other)
		return
	}
	w.shell.Leave(func() { w.cfg.Settings.SetLanguage(other) })
}

// notices says what stands in the way of an identity, above every screen.
func (w *Window) notices(identity string) []shell.Notice {
	return slices.Concat(w.signInNotices(identity), w.unsentNotices(identity), w.groupedNotices(identity), w.programNotices())
}

// groupedNotices says that accounts of a plan wait for the person, as unsentNotices does of edits that stand alone.
func (w *Window) groupedNotices(identity string) []shell.Notice {
	accounts := map[access.Ref]bool{}
	arg, about := "", map[string]bool{}
	for _, c := range w.cfg.Core.Desk.List() {
		if c.Account.Identity == identity && !c.Plan.Zero() && c.Waits() {
			accounts[c.Account], about[c.Plan.ID] = true, true
			arg = planArg + c.Plan.ID
		}
	}
	if len(accounts) == 0 {
		return nil
	}
	if len(about) > 1 {
		arg = ""
	}
	words := w.env.Words
	text := words.T("window.unsent_kept")
	if !w.cfg.Core.Desk.Lasts(identity) {
		text = words.T("window.unsent_memory")
	}
	return []shell.Notice{{Notice: kit.Notice{Tone: kit.ToneBrass, Title: words.N("window.grouped_waits", len(accounts)), Text: text, Action: words.T("window.unsent_see"),
		Do: func() { w.shell.Open(shell.Route{Screen: shell.Grouped, Arg: arg}) }}, Leads: shell.Grouped}}
}

// unsentNotices says that edits wait, of an identity's accounts.
func (w *Window) unsentNotices(identity string) []shell.Notice {
	n := len(waiting(w.cfg.Core.Desk.List(), func(c change.Change) bool { return c.Account.Identity == identity && c.Plan.Zero() }))
	if n == 0 {
		return nil
	}
	words := w.env.Words
	text := words.T("window.unsent_kept")
	if !w.cfg.Core.Desk.Lasts(identity) {
		text = words.T("window.unsent_memory")
	}
	decide := len(waiting(w.cfg.Core.Desk.List(), func(c change.Change) bool {
		return c.Account.Identity == identity && c.Plan.Zero() && c.Undecided()
	}))
	if decide > 0 { // which no connection settles by itself
		text = words.N("window.unsent_decide", decide) + " " + text
	}
	return []shell.Notice{{Notice: kit.Notice{Tone: kit.ToneBrass, Title: words.N("window.unsent", n), Text: text, Action: words.T("window.unsent_see"),
		Do: func() { w.shell.Open(shell.Route{Screen: shell.Outbox}) }}, Leads: shell.Outbox}}
}

func (w *Window) signInNotices(identity string) []shell.Notice {
	i, ok := w.cfg.Core.SignIn.Identity(identity)
	if !ok {
		return nil
	}
	if i.Trouble == nil {
		return w.nothingKept(i)
	}
	words := say.Trouble(w.env.Words, i.Trouble)
	if !i.Works() {
		return []shell.Notice{{Notice: kit.Notice{Tone: kit.ToneDanger, Title: say.Words{Title: words.Title}.Text(), Text: words.Do, Action: w.env.Words.T("window.sign_in_again"),
			Do: func() { w.signInAgain(identity) }}}}
	}
	text := w.env.Words.T("window.session_only")
	if !w.cfg.Core.Storage.Lasts(identity) {
		text += " " + w.env.Words.T("window.nothing_kept")
	}
	return []shell.Notice{{Notice: kit.Notice{Tone: kit.ToneBrass, Title: say.Words{Title: words.Title}.Text(), Text: text, Action: w.env.Words.T("window.try_keyring"),
		Do: func() { w.unlock(identity) }}}}
}

// nothingKept says that what is known of accounts is gone when the application ends, and why.
func (w *Window) nothingKept(i signin.Identity) []shell.Notice {
	t := w.cfg.Core.Storage.Trouble()
	if t == nil || i.SessionOnly {
		return nil
	}
	words, action := say.Trouble(w.env.Words, t), "words.retry"
	if t.Kind == trouble.KeyringMissing || t.Kind == trouble.KeyringLocked || t.Kind == trouble.KeyringRefused {
		action = "window.try_keyring"
	}
	return []shell.Notice{{Notice: kit.Notice{Tone: kit.ToneBrass, Title: say.Words{Title: words.Title}.Text(), Text: w.env.Words.T("window.nothing_kept"), Action: w.env.Words.T(action),
		Do: func() { w.unlock(i.ID) }}}}
}

func (w *Window) unlock(identity string) {
	go func() {
		ctx := context.Background()
		err := w.cfg.Core.SignIn.Retry(ctx, identity)
		if err == nil {
			err = w.cfg.Core.Keep(ctx)
		}
		w.do(func() {
			if err != nil {
				w.tell(asTrouble(err))
			}
			if w.shell != nil {
				w.shell.Trigger()
			}
		})
	}()
}

// signOut asks, sends what still can be, asks again when something cannot be sent, then ends the sign-in at the host and
// deletes its secret, and says what could not be done.
func (w *Window) signOut(identity string) {
	i, ok := w.cfg.Core.SignIn.Identity(identity)
	if !ok {
		return
	}
	words := w.env.Words
	kit.Confirm(w.win, kit.ConfirmConfig{
		Title: words.T("window.sign_out_title", "Name", i.Label()), Text: words.T("window.sign_out_text", "Host", i.HostName),
		Confirm: words.T("window.sign_out"), Cancel: words.T("words.cancel"), Danger: true,
		OnConfirm: func() {
			w.env.Run(func() {
				left := w.cfg.Core.Flush(context.Background(), identity)
				w.do(func() {
					if len(left) == 0 {
						w.endSignIn(identity)
						return
					}
					w.askToLose(words.N("window.unsent_title", len(left)), words.T("window.unsent_text", "Name", i.Label()), left,
						words.T("window.unsent_anyway"), words.T("window.unsent_stay"), func() { w.endSignIn(identity) })
				})
			})
		},
	})
}

func (w *Window) endSignIn(identity string) {
	w.env.Run(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		done, err := w.cfg.Core.SignOut(ctx, identity)
		w.do(func() {
			if err != nil {
				w.tell(asTrouble(err))
				return
			}
			w.cfg.Settings.Forget(identity)
			w.decide()
			w.tell(done.NotRevoked)
			w.tell(done.SecretLeft)
		})
	})
}

// mailbox opens the page where the sample host keeps what it would have e-mailed.
func (w *Window) mailbox(identity string) {
	i, _ := w.cfg.Core.Store.Identity(identity)
	openLink(w, i.Host.MailboxURL)
}

// mailboxOf is for whoever asks for a code; see page.Env.
func (w *Window) mailboxOf(identity string) func() {
	if i, ok := w.cfg.Core.Store.Identity(identity); !ok || i.Host.MailboxURL == "" {
		return nil
	}
	return func() { w.mailbox(identity) }
}

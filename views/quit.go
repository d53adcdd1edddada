package views

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"concierge/app/change"
	"concierge/app/settings"
	"concierge/app/signin"
	"concierge/app/trouble"
	"concierge/views/kit"
	"concierge/views/say"
	"concierge/views/welcome"

	"concierge/app"

	"fyne.io/fyne/v2"
)

// quitWait is how long quitting waits for edits that are under way.
const quitWait = 15 * time.Second

// quit ends the application, after asking if something typed would be lost: on the screen, or in a dialog over it. It may be
// called more than once.
func (w *Window) quit() {
	if w.covering != nil {
		w.covering.Quit()
		return
	}
	if w.quits || w.asks != nil && w.asks.Shown() {
		return
	}
	if !w.unsaved() {
		w.leaveForGood()
		return
	}
	words := w.env.Words
	w.asks = kit.Confirm(w.win, kit.ConfirmConfig{
		Title: words.T("form.quit_title"), Text: words.T("form.quit_text"), Danger: true,
		Confirm: words.T("form.quit"), Cancel: words.T("form.stay"), OnConfirm: w.leaveForGood,
	})
}

// unsaved tells whether quitting would lose something typed.
func (w *Window) unsaved() bool {
	return kit.Unsaved(w.win) || w.mode == modeShell && w.shell.Dirty()
}

// leaveForGood asks before edits are lost that wait already, where nothing may be kept on this computer, and ends the
// application.
func (w *Window) leaveForGood() {
	if w.quits {
		return
	}
	waits := w.unkept()
	if len(waits) == 0 {
		w.leaveNow()
		return
	}
	words := w.env.Words
	w.askToLose(words.N("window.quit_title", len(waits)), words.T("window.quit_text"), waits, words.T("window.quit_anyway"), words.T("window.quit_stay"), w.leaveNow)
}

// unkept lists what waits and would be lost with the application.
func (w *Window) unkept() []change.Change {
	desk := w.cfg.Core.Desk
	return waiting(desk.List(), func(c change.Change) bool { return !desk.Lasts(c.Account.Identity) })
}

// waiting lists what waits for the person or for its host, of those for which is says so.
func waiting(list []change.Change, is func(change.Change) bool) []change.Change {
	return slices.DeleteFunc(list, func(c change.Change) bool { return !c.Waits() || !is(c) })
}

// askToLose names edits that are about to be lost, and goes on when the person agrees.
func (w *Window) askToLose(title, text string, list []change.Change, yes, no string, then func()) {
	var m *kit.Modal
	stay := kit.SecondaryButton(no, func() { m.Hide() })
	lose := kit.DangerButton(yes, func() {
		m.Hide()
		then()
	})
	m = kit.NewModal(w.win, kit.ModalConfig{
		Title: title, Subtitle: text, Content: w.listed(list), Buttons: []fyne.CanvasObject{stay, lose}, OnEscape: func() { m.Hide() }, First: stay, Width: 560,
	})
	w.asks = m
	m.Show()
}

// listed says what edits would do, one per line, with the account.
func (w *Window) listed(list []change.Change) fyne.CanvasObject {
	lines := kit.Column(8)
	for _, c := range list {
		a, _ := w.cfg.Core.Store.Account(c.Account)
		lines.Add(kit.Column(0, kit.Body(say.Doing(w.env.Words, c)), kit.Small(a.Name)))
	}
	return lines
}

// named says how far edits have come, one per line.
func (w *Window) named(list []change.Change) fyne.CanvasObject {
	lines := kit.Column(8)
	for _, c := range list {
		lines.Add(kit.Body(say.Change(w.env.Words, c)))
	}
	return lines
}

// leaveNow sends what still waits, says what could not be sent, and ends the application.
func (w *Window) leaveNow() {
	if w.quits {
		return
	}
	w.quits = true
	size := w.win.Canvas().Size()
	w.cfg.Settings.SetWindow(settings.Size{Width: size.Width, Height: size.Height})
	words := w.env.Words
	underway := map[string]bool{}
	for _, c := range w.cfg.Core.Desk.List() {
		if !c.State.Ended() {
			underway[c.ID] = true
		}
	}
	if len(underway) > 0 {
		kit.NewModal(w.win, kit.ModalConfig{Title: words.T("window.sending_title"), Content: kit.MutedText(words.N("window.sending_text", len(underway))), OnEscape: func() {}}).Show()
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), quitWait)
		defer cancel()
		left := w.cfg.Core.Close(ctx)
		err := w.cfg.Settings.Close()
		fyne.Do(func() {
			if err != nil {
				w.cfg.Log.Error("settings", "err", err)
			}
			// What waited before is known, and has been asked about where it is lost.
			left = slices.DeleteFunc(left, func(c change.Change) bool { return !underway[c.ID] })
			if len(left) == 0 {
				w.end()
				return
			}
			w.lost(left)
		})
	}()
}

// lost names the edits that the host has not confirmed, before the window closes: they go on at the next start, or are lost.
func (w *Window) lost(left []change.Change) {
	words := w.env.Words
	w.unsent = true
	if w.covering != nil { // the names wait below
		w.covering.Say(words.N("lock.unsent", len(left)))
	}
	text := words.T("window.lost_kept")
	if slices.ContainsFunc(left, func(c change.Change) bool { return !w.cfg.Core.Desk.Lasts(c.Account.Identity) }) {
		text = words.T("window.lost_text")
	}
	button := kit.PrimaryButton(words.T("shell.menu_quit"), w.end)
	kit.NewModal(w.win, kit.ModalConfig{
		Title: words.N("window.lost_title", len(left)), Subtitle: text, Content: w.named(left),
		Buttons: []fyne.CanvasObject{button}, OnEscape: w.end, OnEnter: w.end, First: button,
	}).Show()
}

func (w *Window) end() {
	w.leave()
	if w.shell != nil {
		w.shell.Close()
	}
	if w.covering != nil {
		w.covering.Close()
	}
	if w.ending != nil {
		w.ending()
	}
	kit.OnUsed(nil)
	kit.Forget(w.win)
	close(w.Closed)
	w.win.SetCloseIntercept(nil)
	w.cfg.App.Quit()
}

// signer gives the sign-in screen the core's sign-in.
type signer struct{ core *app.Core }

type attempt struct{ *signin.Attempt }

func (a attempt) Wait(ctx context.Context) (welcome.Person, error) {
	i, err := a.Attempt.Wait(ctx)
	if err != nil {
		return welcome.Person{}, err
	}
	p := welcome.Person{Identity: i.ID, Name: i.Label(), Email: i.Email, Host: i.HostName}
	if i.SessionOnly {
		p.Unsaved = i.Trouble
	}
	return p, nil
}

func (s signer) Begin(ctx context.Context, host, email string) (welcome.Attempt, error) {
	for _, i := range s.core.SignIn.Identities() {
		if i.Embedded && i.HostURL == host {
			return s.BeginSample(ctx)
		}
	}
	return wrap(s.core.SignIn.Begin(ctx, host, email))
}

func (s signer) BeginSample(ctx context.Context) (welcome.Attempt, error) {
	return wrap(s.core.BeginSample(ctx))
}

func (s signer) Unlock(ctx context.Context, identity string) error {
	return s.core.SignIn.Retry(ctx, identity)
}

func wrap(a *signin.Attempt, err error) (welcome.Attempt, error) {
	if err != nil {
		return nil, err
	}
	return attempt{a}, nil
}

func asTrouble(err error) *trouble.Trouble { return trouble.From(err) }

// openLink opens a web page of a host in the browser; only the two schemes a browser is for.
func openLink(w *Window, address string) {
	u, err := url.Parse(address)
	if err == nil && !strings.HasPrefix(u.Scheme, "http") {
		err = errors.New("not a web address: " + u.Scheme)
	}
	if err == nil {
		err = w.cfg.App.OpenURL(u)
	}
	if err != nil {
		w.tell(&trouble.Trouble{Kind: trouble.BrowserTrouble, Err: err})
	}
}

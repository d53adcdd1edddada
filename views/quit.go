package views

import (
	"context"
	"errors"
	"net/url"
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
	if w.quits || w.asks != nil && w.asks.Shown() {
		return
	}
	if !kit.Unsaved(w.win) && (w.mode != modeShell || !w.shell.Dirty()) {
		w.leaveForGood()
		return
	}
	words := w.env.Words
	w.asks = kit.Confirm(w.win, kit.ConfirmConfig{
		Title: words.T("form.leave_title"), Text: words.T("form.leave_text"), Danger: true,
		Confirm: words.T("form.leave"), Cancel: words.T("form.stay"), OnConfirm: w.leaveForGood,
	})
}

// leaveForGood sends what still waits, says what could not be sent, and ends the application.
func (w *Window) leaveForGood() {
	if w.quits {
		return
	}
	w.quits = true
	size := w.win.Canvas().Size()
	w.cfg.Settings.SetWindow(settings.Size{Width: size.Width, Height: size.Height})
	words := w.env.Words
	underway := 0
	for _, c := range w.cfg.Core.Desk.List() {
		if !c.State.Ended() {
			underway++
		}
	}
	if underway > 0 {
		kit.NewModal(w.win, kit.ModalConfig{Title: words.T("window.sending_title"), Content: kit.MutedText(words.N("window.sending_text", underway)), OnEscape: func() {}}).Show()
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
			if len(left) == 0 {
				w.end()
				return
			}
			w.lost(left)
		})
	}()
}

// lost names the edits that the host has not confirmed, before the window closes.
func (w *Window) lost(left []change.Change) {
	words := w.env.Words
	lines := make([]fyne.CanvasObject, 0, len(left))
	for _, c := range left {
		lines = append(lines, kit.Body(say.Change(words, c)))
	}
	button := kit.PrimaryButton(words.T("shell.menu_quit"), w.end)
	kit.NewModal(w.win, kit.ModalConfig{
		Title: words.N("window.lost_title", len(left)), Subtitle: words.T("window.lost_text"), Content: kit.Column(8, lines...),
		Buttons: []fyne.CanvasObject{button}, OnEscape: w.end, OnEnter: w.end, First: button,
	}).Show()
}

func (w *Window) end() {
	w.leave()
	if w.shell != nil {
		w.shell.Close()
	}
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

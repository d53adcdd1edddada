package views

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"concierge/app/lock"
	"concierge/app/signin"
	"concierge/app/trouble"
	"concierge/views/kit"
	cover "concierge/views/lock"
	"concierge/views/welcome"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

// guard makes the window's lock. It is a cover: whoever has the computer and its open keyring can take it away, and
// whoever has not cannot see what was on the screen. While it lies there notifications must name nobody: ask Locked.
func (w *Window) guard() {
	w.lock = lock.New(w.cfg.Now, func() bool { return len(w.cfg.Core.SignIn.Identities()) > 0 })
	w.lock.SetAfter(w.cfg.Policy.LockAfter(w.cfg.Settings.LockAfter()))
	w.lock.Changed.Listen(func(bool) {
		w.do(func() {
			if w.lock.Locked() {
				w.cover()
			} else {
				w.uncover()
			}
		})
	})
	kit.OnUsed(w.lock.Used)
	kit.WatchKeys(w.win)
	w.win.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { w.lock.Lock() })
}

// LookAtClock sees whether it is time to lock; the window does so by itself once it is started.
func (w *Window) LookAtClock() { w.lock.Look() }

// Lock covers the window now.
func (w *Window) Lock() { w.lock.Lock() }

// Locked tells whether the window is covered: what is said outside of it then carries no names. Any goroutine may ask.
func (w *Window) Locked() bool { return w.lock.Locked() }

func (w *Window) cover() {
	if w.covering != nil || w.quits {
		return
	}
	way := cover.Browser
	if slices.ContainsFunc(w.cfg.Core.SignIn.Identities(), inKeyring) {
		way = cover.Keyring
	}
	var left []*trouble.Trouble // of signing out
	w.covering = cover.New(w.env, cover.Config{
		Way: way, Open: w.prove, Unlocked: w.lock.Unlock,
		SignOut:   func(ctx context.Context) (err error) { left, err = w.signOutAll(ctx); return err },
		SignedOut: func() { w.signedOut(left) },
		Unsaved:   func() bool { return !w.quits && (w.unsaved() || len(w.unkept()) > 0) },
		Quit: func() {
			if w.unsent {
				w.end()
				return
			}
			w.leaveNow() // what there was to ask, the cover has asked
		},
	})
	kit.Cover(w.win, container.New(fillLayout{}, kit.NewFloor(), w.covering.Object()), w.covering.Key)
	w.covering.Focus()
	slog.Debug("locked")
	kit.TracePainted("lock")
}

func (w *Window) uncover() {
	if w.covering == nil {
		return
	}
	w.covering.Close()
	w.covering = nil
	kit.Uncover(w.win)
	slog.Debug("unlocked")
}

func inKeyring(i signin.Identity) bool { return !i.SessionOnly }

// prove returns when the person has proved that this window is theirs. It blocks.
//
// A sign-in that no keyring has (there is none, or it was not let in) is proved by signing in again: there is nothing else
// that only this person has. It must be somebody who was signed in before; anybody else is signed out again.
func (w *Window) prove(ctx context.Context, way cover.Way, link func(string)) error {
	core := w.cfg.Core
	known := core.SignIn.Identities()
	if len(known) == 0 {
		return nil // signed out meanwhile: nothing is left to guard
	}
	if way == cover.Keyring {
		err := error(&trouble.Trouble{Kind: trouble.SignInNeeded})
		for _, i := range known {
			if !inKeyring(i) {
				continue
			}
			if err = core.SignIn.Prove(ctx, i.ID); !trouble.Is(err, trouble.SignInNeeded) {
				return err
			}
		}
		return err
	}
	who := known[0]
	attempt, err := (signer{core}).Begin(ctx, who.HostURL, who.Email)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, attempt.Cancel)
	defer stop()
	link(attempt.URL())
	if err := attempt.Open(); err != nil {
		w.cfg.Log.Warn("browser", "err", err) // the link can be copied
	}
	p, err := attempt.Wait(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known, func(i signin.Identity) bool { return i.ID == p.Identity }) {
		return nil
	}
	if _, err := core.SignOut(context.WithoutCancel(ctx), p.Identity); err != nil {
		w.cfg.Log.Error("a stranger's sign-in stays", "err", err)
	}
	return cover.ErrSomebodyElse
}

// signOutAll sends what still can be, ends every sign-in and returns what could not be done about it. It blocks.
func (w *Window) signOutAll(ctx context.Context) (left []*trouble.Trouble, failed error) {
	for _, i := range w.cfg.Core.SignIn.Identities() {
		w.cfg.Core.Flush(ctx, i.ID) // what stays unsent is lost, as the person has been told
		done, err := w.cfg.Core.SignOut(ctx, i.ID)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		w.cfg.Settings.Forget(i.ID)
		left = append(left, done.NotRevoked, done.SecretLeft)
	}
	return left, failed
}

// signedOut takes the cover away from what is no longer of anybody.
func (w *Window) signedOut(left []*trouble.Trouble) {
	w.toWelcome(welcome.Config{})
	for _, t := range left {
		w.tell(t)
	}
	w.lock.Unlock()
	w.do(func() { // once the cover is gone
		if w.entry != nil {
			w.entry.Focus()
		}
	})
}

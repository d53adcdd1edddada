package views

import (
	"context"

	"concierge/app/change"
	"concierge/app/settings"

	"fyne.io/fyne/v2"
)

// endQuietly keeps the toolkit from ending with an event of its own, that the application has stopped.
//
// It runs it on another goroutine, which hands it to the UI goroutine and waits, while that one looks for the last time
// whether anything is handed to it, and then waits for the event to be over (Fyne 2.8, internal/driver/glfw/loop.go). On a
// computer with much to do the event may come right after that look: both wait for ever, behind a window that is gone. All
// that the event does is to write Fyne's own preferences, and there are none.
func endQuietly(a fyne.App) {
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(hook func()) }); ok {
		l.SetOnStoppedHookExecuted(nil)
	}
}

// do does something on the UI goroutine, unless the window has gone by then: where the toolkit has ended, it does at once, on
// whatever goroutine asks, what would touch a window that is no more.
func (w *Window) do(what func()) {
	fyne.Do(func() {
		if !w.gone.Load() {
			what()
		}
	})
}

// remember notes how large the window is, for the next start.
func (w *Window) remember() {
	size := w.win.Canvas().Size()
	w.cfg.Settings.SetWindow(settings.Size{Width: size.Width, Height: size.Height})
}

// empty ends core and settings, and notes what the host has not confirmed. It blocks. The settings, which take a moment, do not
// wait for the host.
func (w *Window) empty(ctx context.Context) {
	saved := make(chan error, 1)
	go func() { saved <- w.cfg.Settings.Close() }()
	w.left = w.cfg.Core.Close(ctx)
	if err := <-saved; err != nil {
		w.cfg.Log.Error("settings", "err", err)
	}
	close(w.emptied)
}

// letGo ends what goes on for the window.
func (w *Window) letGo() {
	w.gone.Store(true)
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
}

// Gone is to be called when the toolkit has ended, on the UI goroutine. Usually there is nothing left to do. When the
// operating system has ended the application without asking the window (at the end of a session, with SIGTERM), it does
// what quitting does, as far as that goes until ctx ends, and returns the edits that the host has not confirmed by then.
func (w *Window) Gone(ctx context.Context) []change.Change {
	select {
	case <-w.Closed:
		return nil
	default:
	}
	w.letGo()
	if !w.quits { // else it is under way
		w.quits = true
		w.remember()
		w.empty(ctx)
	}
	<-w.emptied
	return w.left
}

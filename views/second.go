package views

import (
	"time"

	"concierge/assets/locales"
	"concierge/views/kit"
	"concierge/views/second"

	"fyne.io/fyne/v2"
)

// askAgain is how often a first that does not answer is asked again.
const askAgain = 2 * time.Second

// Second shows that the application is open already and does not answer, until the person closes the window, or over,
// which is asked again and again away from the UI goroutine, says that there is nothing more to wait for. App.Run shows
// it; of cfg it takes App, Settings and SystemLanguage.
func Second(cfg Config, pid int, over func() bool) {
	endQuietly(cfg.App)
	words := locales.For(language(cfg))
	kit.Speak(words)
	kit.Wear(cfg.App, look(cfg.Settings))
	win := cfg.App.NewWindow("Concierge")
	win.SetPadded(false)
	content, first := second.New(words, pid, cfg.App.Quit)
	win.SetContent(kit.WithTips(content, win))
	win.Resize(second.Size)
	win.CenterOnScreen()
	win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			cfg.App.Quit()
		}
	})
	win.Show()
	win.Canvas().Focus(first)
	go func() {
		for !over() {
			time.Sleep(askAgain)
		}
		fyne.Do(cfg.App.Quit)
	}()
}

// after does something later, on the UI goroutine.
func (w *Window) after(d time.Duration, what func()) {
	after := w.cfg.After
	if after == nil {
		after = kit.RealAfter
	}
	after(d, what)
}

// raiseWait is how long the system may take to give the window the keyboard.
const raiseWait = time.Second

// Raise brings the window to the front, for somebody who has started the application again. Any goroutine may call it;
// done is called when it has been done: never once the window has gone.
//
// Some systems let no program raise itself: where the window is not in front a second later, the system's own notice
// says where to look.
func (w *Window) Raise(done func()) {
	w.do(func() {
		defer done()
		w.win.Show()
		restore(w.win)
		w.win.RequestFocus()
		kit.TraceShown("raised")
		w.after(raiseWait, func() {
			if !w.front {
				w.notify(fyne.NewNotification(w.env.Words.T("words.app_name"), w.env.Words.T("window.already_open")))
			}
		})
	})
}

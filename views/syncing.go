package views

import (
	"sync"
	"time"

	"concierge/app/access"
	"concierge/views/freshness"
	"concierge/views/kit"
)

// syncState opens the panel that says how fresh everything is.
func (w *Window) syncState() {
	if w.mode != modeShell || kit.HasOverlay(w.win) {
		return
	}
	core := w.cfg.Core
	freshness.Show(w.env, freshness.Config{
		Store: core.Store, Marks: w.cfg.Settings,
		Ask: func(ref access.Ref) { w.refresh(ref) }, AskAll: core.AskNow, SignInAgain: w.signInAgain,
	})
}

// backOnline says so when a host that could not be reached answers again. That it cannot be reached stands in the top bar
// and is no message: there is nothing to do about it.
func (w *Window) backOnline() {
	var mu sync.Mutex
	offline := map[string]bool{} // by identity
	w.cfg.Core.Store.ListChanged.Listen(func(id string) {
		i, known := w.cfg.Core.Store.Identity(id)
		t := i.Status.Trouble
		mu.Lock()
		was := offline[id]
		switch {
		case !known:
			delete(offline, id)
		case t != nil:
			offline[id] = t.Kind.Offline()
		case !i.Status.Busy:
			offline[id] = false
		}
		back := was && known && t == nil && !i.Status.Busy
		mu.Unlock()
		if back {
			w.do(func() {
				kit.ShowToast(w.win, kit.ToastConfig{Text: w.env.Words.T("freshness.back", "Host", i.Host.Name), Tone: kit.ToneOK, For: backFor,
					CloseName: w.env.Words.T("words.close")}, w.cfg.After)
			})
		}
	})
}

// backFor is how long it is said.
const backFor = 5 * time.Second

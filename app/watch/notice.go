package watch

import (
	"slices"
	"time"

	"concierge/app/access"
)

// notice puts what was found to what is told once nothing more comes; the mutex is held.
func (w *Watcher) notice(ref access.Ref, found []mark) {
	if w.closed {
		return
	}
	var items []Item
	for _, m := range found {
		if w.cfg.Wanted == nil || w.cfg.Wanted(m.Kind) {
			items = append(items, m.Item)
		}
	}
	if len(items) == 0 {
		return
	}
	if i := slices.IndexFunc(w.untold, func(n Notice) bool { return n.Account == ref }); i >= 0 {
		w.untold[i].Items = append(w.untold[i].Items, items...)
	} else {
		w.untold = append(w.untold, Notice{ref, items})
	}
	now := time.Now()
	if w.timer == nil {
		w.first = now
		w.timer = time.AfterFunc(w.cfg.Settle, w.tell)
		return
	}
	if left := w.cfg.Settle*patience - now.Sub(w.first); left > 0 {
		w.timer.Reset(min(w.cfg.Settle, left))
	}
}

// tell gives the notices of all accounts at once.
func (w *Watcher) tell() {
	w.mu.Lock()
	w.timer = nil
	list := w.untold
	w.untold = nil
	seen := map[string]bool{}
	list = slices.DeleteFunc(list, func(n Notice) bool {
		if w.cfg.Place == nil {
			return false
		}
		place := w.cfg.Place(n.Account)
		again := seen[place]
		seen[place] = true
		return again
	})
	closed := w.closed
	w.mu.Unlock()
	if len(list) > 0 && !closed {
		w.Noticed.Emit(list)
	}
}

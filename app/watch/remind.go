package watch

import (
	"slices"
	"time"

	"concierge/app/access"
)

// Remind takes the reminders that stand in an account. One that is new is marked and told of, in the place of an earlier one
// of the same user; the mark of one that no longer stands goes, since the end was put off or the access is over. Reminders
// come again with whatever else changes in the account, and are not marked again.
func (w *Watcher) Remind(ref access.Ref, standing []access.Reminder, at time.Time) {
	w.mu.Lock()
	had := w.told[ref]
	if w.closed || slices.EqualFunc(had, standing, same) {
		w.mu.Unlock()
		return
	}
	if len(standing) == 0 {
		delete(w.told, ref)
	} else {
		w.told[ref] = standing
	}
	w.unsaved = true
	before := len(w.marks[ref])
	list := slices.DeleteFunc(slices.Clone(w.marks[ref]), func(m mark) bool {
		return m.Kind == Ending && !slices.ContainsFunc(standing, func(r access.Reminder) bool { return same(r, m.Reminder) })
	})
	changed := len(list) != before
	var found []mark
	for _, r := range standing {
		if slices.ContainsFunc(had, func(h access.Reminder) bool { return same(h, r) }) {
			continue
		}
		found = append(found, mark{Item: Item{Kind: Ending, Since: at, At: at, Reminder: r}, id: r.UserID})
	}
	list = append(list, found...)
	w.marks[ref] = list[max(0, len(list)-most):]
	if len(list) == 0 {
		delete(w.marks, ref)
	}
	w.notice(ref, found)
	w.run()
	w.mu.Unlock()
	if changed || len(found) > 0 {
		w.Changed.Emit(ref)
	}
}

// same tells whether two reminders are one.
func same(a, b access.Reminder) bool {
	return a.UserID == b.UserID && a.Days == b.Days && a.EndsAt.Equal(b.EndsAt)
}

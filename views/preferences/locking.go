package preferences

import (
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// locking is after how long without use the window is covered, and what that is good for: people must not take it for
// more than it is.
func (p *Page) locking() fyne.CanvasObject {
	w, s := p.env.Words, p.cfg.Settings
	var choices []kit.Segment
	times := p.lockTimes()
	for _, d := range times {
		label := w.T("preferences.lock_never")
		if d > 0 {
			label = w.N("preferences.lock_minutes", minutes(d))
		}
		choices = append(choices, kit.Segment{Label: label, Count: -1})
	}
	p.idle = kit.NewSegmentedFilter(choices, func(i int) { s.SetLockAfter(times[i]) }).Named(w.T("preferences.lock_after"))
	col := kit.Column(14, kit.Title(w.T("preferences.lock")),
		kit.FlowWrap(12, kit.FixedWidth(150, kit.Body(w.T("preferences.lock_after"))), p.idle,
			kit.SecondaryButton(w.T("preferences.lock_now"), p.cfg.Go.Lock).WithIcon(icons.Lock)))
	what := w.T("preferences.lock_what")
	if within := p.cfg.Policy.LockWithin; within > 0 {
		what = w.T("organisation.lock_what") // there is no never
		why := w.N("organisation.lock_by", minutes(within))
		col.Add(byOrganisation(why))
		if len(times) == 1 {
			p.idle.DisableBecause(why)
		}
	}
	col.Add(kit.MutedText(what))
	col.Add(kit.MutedText(w.T("preferences.lock_limits")))
	return kit.Card(col)
}

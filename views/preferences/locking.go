package preferences

import (
	"time"

	"concierge/app/settings"
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// locking is after how long without use the window is covered, and what that is good for: people must not take it for
// more than it is.
func (p *Page) locking() fyne.CanvasObject {
	w, s := p.env.Words, p.cfg.Settings
	var choices []kit.Segment
	for _, minutes := range settings.LockMinutes() {
		label := w.T("preferences.lock_never")
		if minutes > 0 {
			label = w.N("preferences.lock_minutes", minutes)
		}
		choices = append(choices, kit.Segment{Label: label, Count: -1})
	}
	p.idle = kit.NewSegmentedFilter(choices, func(i int) { s.SetLockAfter(time.Duration(settings.LockMinutes()[i]) * time.Minute) })
	return kit.Card(kit.Column(14, kit.Title(w.T("preferences.lock")),
		kit.FlowWrap(12, kit.FixedWidth(150, kit.Body(w.T("preferences.lock_after"))), p.idle,
			kit.SecondaryButton(w.T("preferences.lock_now"), p.cfg.Go.Lock).WithIcon(icons.Lock)),
		kit.MutedText(w.T("preferences.lock_what")), kit.MutedText(w.T("preferences.lock_limits"))))
}

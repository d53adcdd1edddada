package preferences

import (
	"time"

	"concierge/app/settings"
	"concierge/app/update"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// Updates is what is known of newer versions; *update.Checker has it.
type Updates interface {
	Found() (update.Manifest, bool)
	Asked() time.Time
}

// lockTimes are the times without use that may be chosen.
func (p *Page) lockTimes() []time.Duration {
	var all []time.Duration
	for _, minutes := range settings.LockMinutes() {
		all = append(all, time.Duration(minutes)*time.Minute)
	}
	return p.cfg.Policy.LockChoices(all)
}

// organisation says what the organisation has set, so that nobody looks for a way to change it; nil when it has set nothing.
func (p *Page) organisation() fyne.CanvasObject {
	w, set := p.env.Words, p.cfg.Policy
	var lines []string
	switch {
	case set.HostLocked && set.Host == "":
		lines = append(lines, w.T("organisation.host_none"))
	case set.HostLocked:
		lines = append(lines, w.T("organisation.host_locked", "Address", set.Host))
	case set.Host != "":
		lines = append(lines, w.T("organisation.host", "Address", set.Host))
	}
	if set.LockWithin > 0 {
		lines = append(lines, w.N("organisation.lock", minutes(set.LockWithin)))
	}
	if set.NoUpdateCheck && p.cfg.Updates != nil {
		lines = append(lines, w.T("organisation.updates"))
	}
	if set.NoExport {
		lines = append(lines, w.T("organisation.export"))
	}
	if set.NoDiagnostics {
		lines = append(lines, w.T("organisation.diagnostics"))
	}
	if len(lines) == 0 && set.Trouble == nil {
		return nil
	}
	col := kit.Column(8, kit.Title(w.T("organisation.card")), kit.MutedText(w.T("organisation.lead")))
	if set.Trouble != nil {
		words := say.Trouble(w, set.Trouble)
		col.Add(kit.NewBanner(kit.ToneBrass, []kit.Part{kit.B(say.Words{Title: words.Title}.Text() + " "), kit.P(words.Detail + " " + words.Do)}).Container)
	}
	for _, line := range lines {
		col.Add(kit.Row(8, kit.NewIcon(icons.Lock, kit.Muted, 16), kit.Grow(kit.Body(line))))
	}
	col.Add(kit.Small(w.T("organisation.file", "Path", set.Path)))
	return kit.Card(col)
}

// minutes rounds up: what is said is never earlier than what happens.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// versions chooses whether newer ones are looked for, and says what is known; nil in a build that cannot.
func (p *Page) versions() fyne.CanvasObject {
	if p.cfg.Updates == nil {
		return nil
	}
	w := p.env.Words
	p.looks = kit.NewCheck(w.T("update.look"), w.T("update.look_note"), p.cfg.Settings.SetLooksForUpdates)
	p.asked = kit.Small("")
	p.newer = kit.SecondaryButton(w.T("update.see"), p.cfg.Go.SeeUpdate).Small()
	p.newer.Hide()
	col := kit.Column(10, kit.Title(w.T("update.card")), p.looks)
	if p.cfg.Policy.NoUpdateCheck {
		p.looks.DisableBecause(w.T("organisation.by"))
		col.Add(byOrganisation(w.T("organisation.by")))
	}
	col.Add(kit.FlowWrap(12, p.asked, p.newer))
	return kit.Card(col)
}

// byOrganisation stands beside a control that the organisation has taken over.
func byOrganisation(text string) fyne.CanvasObject {
	return kit.Row(8, kit.NewIcon(icons.Lock, kit.Muted, 16), kit.Grow(kit.MutedText(text)))
}

// showVersions says what is known now.
func (p *Page) showVersions(f facts) {
	if p.cfg.Updates == nil {
		return
	}
	w := p.env.Words
	p.looks.SetChecked(f.looks)
	text := w.T("update.never")
	if !f.asked.IsZero() {
		text = w.T("update.asked", "When", w.Ago(p.env.Now(), f.asked))
	}
	switch {
	case f.newer != "":
		text = w.T("update.available", "Version", f.newer) + " " + text
	case !f.asked.IsZero() && f.looks:
		text = w.T("update.newest") + " " + text
	}
	p.asked.SetText(text)
	if f.newer == "" {
		p.newer.Hide()
	} else {
		p.newer.Show()
	}
}

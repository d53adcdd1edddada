package overview

import (
	"cmp"

	past "concierge/app/history"
	"concierge/app/watch"
	"concierge/assets/icons"
	"concierge/views/kit"
	"concierge/views/say"

	"fyne.io/fyne/v2"
)

// elsewhereMost is how many of the changes elsewhere are said; of more, the rest is counted.
const elsewhereMost = 5

// elsewhereLines says what changed elsewhere, with who did it where the host's record tells. What is no longer known is
// counted.
func (p *Page) elsewhereLines(d data) []string {
	w := p.env.Words
	var out []string
	untold := 0
	for _, i := range d.elsewhere {
		if i.Kind == watch.Ending {
			continue
		}
		if !i.Told() {
			untold++
			continue
		}
		out = append(out, p.elsewhereLine(d, i))
	}
	if n := len(out) - elsewhereMost; n > 0 {
		out = append(out[:elsewhereMost], w.N("history.elsewhere_more", n))
	}
	if untold > 0 {
		out = append(out, w.N("history.elsewhere_untold", untold))
	}
	return out
}

// endingLines says which access the host reminds of.
func (p *Page) endingLines(d data) []string {
	var out []string
	for _, i := range d.elsewhere {
		if i.Kind == watch.Ending {
			out = append(out, say.Reminder(p.env.Words, d.snap, d.now, i.Reminder))
		}
	}
	if n := len(out) - elsewhereMost; n > 0 {
		out = append(out[:elsewhereMost], p.env.Words.N("history.ending_more", n))
	}
	return out
}

func (p *Page) elsewhereLine(d data, i watch.Item) string {
	w := p.env.Words
	text := say.Difference(w, d.host, i.Difference)
	line, told := past.Teller(i.Difference, i.Since, i.At, d.activity)
	who := cmp.Or(line.Actor, line.ActorEmail)
	switch {
	case !told || who == "":
		return text
	case past.Did(line, d.me):
		return w.T("history.elsewhere_line_you", "Text", text)
	}
	return w.T("history.elsewhere_line", "Text", text, "Name", who)
}

// elsewhereCard stands above everything else until the person has seen it: what changed elsewhere, and access that ends soon.
func (p *Page) elsewhereCard(d data, lines, ending []string) fyne.CanvasObject {
	w := p.env.Words
	text, ground := kit.ToneBrass.Colors()
	said := kit.Column(12)
	part := func(title, lead string, lines []string) {
		if len(lines) == 0 {
			return
		}
		list := kit.Column(4)
		for _, l := range lines {
			list.Add(kit.Body("• " + l))
		}
		kit.TraceNotice(append([]string{title}, lines...)...)
		said.Add(kit.Column(8, kit.Strong(title), list, kit.Small(lead).In(kit.Text)))
	}
	lead := "history.ending_lead"
	if !d.snap.Me.Owner() {
		lead = "history.ending_lead_you"
	}
	part(w.T("history.elsewhere_title"), w.T("history.elsewhere_lead"), lines)
	part(w.T("history.ending_title"), w.T(lead), ending)
	buttons := kit.FlowWrap(8)
	if p.go_.History != nil {
		see := kit.SecondaryButton(w.T("history.see"), p.go_.History).Small()
		p.focusFirst(see)
		buttons.Add(see)
	}
	buttons.Add(kit.SecondaryButton(w.T("history.got_it"), func() {
		p.refocus = true
		p.go_.Seen()
	}).Small().WithIcon(icons.Check))
	return kit.Layers(kit.NewFill(ground, text, 12), kit.Pad(14, 16, 14, 16, kit.RowAligned(12, kit.Top, kit.NewIcon(icons.Bell, text, 18),
		kit.Grow(kit.Column(8, said, buttons)))))
}

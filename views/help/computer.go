package help

import (
	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// computer answers: what is kept on this computer, and what happens without a connection?
func (p *Page) computer(facts) []fyne.CanvasObject {
	w := p.env.Words
	part := func(icon icons.Name, key string, lead string, to func()) fyne.CanvasObject {
		objs := []fyne.CanvasObject{kit.Row(10, kit.NewIcon(icon, kit.Primary, 20), kit.Grow(kit.Title(w.T("help."+key+"_title")))), kit.Body(w.T("help." + key + "_text"))}
		if to != nil {
			objs = append(objs, actions(kit.SecondaryButton(w.T(lead), to).Small()))
		}
		return kit.Card(kit.Column(8, objs...))
	}
	out := []fyne.CanvasObject{
		p.question("help.computer_question", "help.computer_answer"),
		part(icons.Clock, "kept", "", nil),
		part(icons.Send, "offline", "help.to_outbox", p.goTo.Outbox),
		part(icons.History, "undo", "help.to_history", p.goTo.History),
		part(icons.Lock, "lock", "help.to_preferences", p.goTo.Preferences),
	}
	switch {
	case p.goTo.NoDiagnostics:
		why := w.T("diagnosis.not_allowed")
		button := kit.SecondaryButton(w.T("help.to_diagnostics"), nil).Small()
		button.DisableBecause(why)
		out = append(out, kit.Card(kit.Column(8, kit.Row(10, kit.NewIcon(icons.FileText, kit.Primary, 20), kit.Grow(kit.Title(w.T("help.diagnostics_title")))),
			kit.Body(w.T("help.diagnostics_text")), kit.MutedText(why), actions(button))))
	case p.goTo.Diagnostics != nil:
		out = append(out, part(icons.FileText, "diagnostics", "help.to_diagnostics", p.goTo.Diagnostics))
	}
	return out
}

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
	return []fyne.CanvasObject{
		p.question("help.computer_question", "help.computer_answer"),
		part(icons.Clock, "kept", "", nil),
		part(icons.Send, "offline", "help.to_outbox", p.goTo.Outbox),
		part(icons.History, "undo", "help.to_history", p.goTo.History),
		part(icons.Lock, "lock", "help.to_preferences", p.goTo.Preferences),
	}
}

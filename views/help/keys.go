package help

import (
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// keys lists the keyboard's ways: those of the whole window, and those of every screen.
func (p *Page) keys(facts) []fyne.CanvasObject {
	w := p.env.Words
	var everywhere [][2]string
	for _, k := range p.goTo.Everywhere {
		everywhere = append(everywhere, [2]string{k.Cap, "help.key_" + k.Does})
	}
	return []fyne.CanvasObject{
		p.question("help.keys_question", "help.keys_answer"),
		kit.Grid(340, 16, 2,
			p.keyCard("help.keys_everywhere", everywhere),
			p.keyCard("help.keys_here", [][2]string{
				{w.T("help.cap_tab"), "help.key_tab"}, {w.T("help.cap_shift_tab"), "help.key_shift_tab"}, {"↑ ↓", "help.key_rows"},
				{w.T("help.cap_ends"), "help.key_ends"}, {w.T("help.cap_page"), "help.key_page"}, {w.T("help.cap_letters"), "help.key_letters"},
				{"← →", "help.key_choice"}, {w.T("help.cap_space"), "help.key_space"}, {w.T("help.cap_enter"), "help.key_enter"},
				{w.T("help.cap_escape"), "help.key_escape"},
			})),
	}
}

func (p *Page) keyCard(title string, keys [][2]string) fyne.CanvasObject {
	col := kit.Column(10, kit.Section(p.env.Words.T(title)))
	for _, k := range keys {
		col.Add(kit.Row(12, kit.FixedWidth(96, kit.Row(0, kit.NewKeyCap(k[0]), kit.Spacer())), kit.Grow(kit.Body(p.env.Words.T(k[1])))))
	}
	return kit.Card(col)
}

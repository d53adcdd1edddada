package help

import (
	"runtime"

	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

// keys lists the keyboard's ways: those of the whole window, and those of every screen.
func (p *Page) keys(facts) []fyne.CanvasObject {
	w := p.env.Words
	ctrl, alt := "Ctrl ", "Alt "
	if runtime.GOOS == "darwin" {
		ctrl, alt = "⌘ ", "⌥ "
	}
	return []fyne.CanvasObject{
		p.question("help.keys_question", "help.keys_answer"),
		kit.Grid(340, 16, 2,
			p.keyCard("help.keys_everywhere", [][2]string{
				{ctrl + "K", "help.key_palette"}, {ctrl + "I", "help.key_invite"}, {ctrl + "R", "help.key_refresh"},
				{ctrl + "1", "help.key_overview"}, {ctrl + "2", "help.key_people"}, {ctrl + "3", "help.key_account"},
				{ctrl + "4", "help.key_history"},
				{alt + "←", "help.key_back"}, {ctrl + "Z", "help.key_undo"}, {ctrl + "L", "help.key_lock"}, {"F1", "help.key_help"},
			}),
			p.keyCard("help.keys_here", [][2]string{
				{w.T("help.cap_tab"), "help.key_tab"}, {w.T("help.cap_shift_tab"), "help.key_shift_tab"}, {"↑ ↓", "help.key_rows"},
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

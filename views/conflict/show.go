package conflict

import (
	"concierge/app/access"
	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/page"
)

// Desk is what a conflict without a form needs; *change.Desk has it.
type Desk interface {
	Resolve(id string, after change.Values) error
	Drop(id string) error
}

// Show opens the conflict of a Change that was made without a form (a removal that waited), in a dialog of its own that names
// the account: another one may be open. How it ends is told by the shell.
func Show(env page.Env, host access.Host, account string, desk Desk, c change.Change) {
	if c.Conflict == nil {
		return
	}
	var m *kit.Modal
	v := New(Config{
		Env: env, Host: host, Change: c,
		Decided: func(after change.Values) {
			m.Hide()
			_ = desk.Resolve(c.ID, after) // decided or dropped meanwhile elsewhere: nothing is left to do
		},
		Leave: func() {
			m.Hide()
			_ = desk.Drop(c.ID) // gone already is as good
		},
		Grown: func() { m.Relayout() },
	})
	m = kit.NewModal(env.Window, kit.ModalConfig{Title: env.Words.T("conflict.title"), Subtitle: account, Content: v.Object(), OnEscape: v.Leave, Width: 600})
	m.Show()
	v.Focus()
}

package proof

import (
	"concierge/app/change"
	"concierge/views/kit"
	"concierge/views/page"
)

// Show asks for the proof in a dialog of its own, for a Change that was made without a form. done gets the Change once
// it has gone on; it may be nil where the shell says how Changes end.
func Show(env page.Env, desk Desk, c change.Change, done func(change.Change)) {
	var m *kit.Modal
	s := New(Config{
		Env: env, Desk: desk, Change: c,
		Done: func(c change.Change) {
			m.Hide()
			if done != nil {
				done(c)
			}
		},
		Back: func() { m.Hide() },
		Grown: func() {
			if m != nil {
				m.Relayout()
			}
		},
	})
	m = kit.NewModal(env.Window, kit.ModalConfig{
		Title: env.Words.T("proof.title"), Content: s.Object(), OnEscape: s.GoBack, OnEnter: s.submit, Width: 480,
	})
	m.Show()
	s.Focus()
}

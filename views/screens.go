package views

import (
	"context"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/checkup"
	"concierge/views/overview"
	"concierge/views/page"
	"concierge/views/shell"
)

// screens says how each screen is made and where it leads.
func (w *Window) screens() map[shell.Screen]shell.Maker {
	core := w.cfg.Core
	return map[shell.Screen]shell.Maker{
		shell.Overview: func(env page.Env, r shell.Route) page.Page {
			return overview.New(env, r.Account, core.Store, overview.Go{
				Fix:      func(f checkup.Finding) { w.fix(r.Account, f) },
				People:   func(filter string) { w.shell.Open(shell.Route{Screen: shell.People, Arg: filter}) },
				Invite:   func() { w.invite(r.Account) },
				Retry:    func() { w.refresh(r.Account) },
				Activity: func(ctx context.Context) error { return core.Sync.Activity(ctx, r.Account) },
			})
		},
	}
}

func (w *Window) fix(ref access.Ref, f checkup.Finding)             {}
func (w *Window) invite(ref access.Ref)                             {}
func (w *Window) addContact(ref access.Ref, prefill access.Contact) {}
func (w *Window) conflict(c change.Change)                          {}

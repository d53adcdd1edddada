package account_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/views/account"
	"concierge/views/viewtest"
)

func TestNothingIsCutOnTheScreen(t *testing.T) {
	show := func(w *viewtest.World) *account.Page {
		p := account.New(w.Env, viewtest.Ref, w.Store, w.Desk, account.Go{Profile: func() {}, Refresh: func() {}})
		t.Cleanup(p.Close)
		w.Open(p)
		return p
	}
	viewtest.Looks(t, "account", viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) { show(w) })
	viewtest.Looks(t, "account-typing", viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
		p := show(w)
		w.Type("Marcel")
		w.Window.Canvas().FocusNext()
		w.Type("Fortin")
		s := viewtest.Snapshot()
		s.Account.ETag, s.Account.FirstName, s.Account.Phone = "a2", "Marceline", "+14185550100"
		w.Store.PutSnapshot(s, viewtest.Now)
		p.Update(t.Context())
	})
	viewtest.Looks(t, "account-read-only", viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
		s := viewtest.Snapshot()
		s.Me = access.Membership{Role: access.Member, Permissions: []access.Permission{access.Invoices}}
		s.Account = access.Account{ID: s.Account.ID, ETag: "x", Name: s.Account.Name}
		s.Users = nil
		w.Store.PutSnapshot(s, viewtest.Now)
		w.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
		show(w)
	})
}

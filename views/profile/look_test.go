package profile_test

import (
	"testing"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/views/profile"
	"concierge/views/viewtest"
)

// known makes the sample person's profile as a host tells it.
func known(w *viewtest.World, set func(*cache.Identity)) {
	i, _ := w.Store.Identity(viewtest.Ref.Identity)
	yes := true
	i.Me.ETag, i.Me.TwoFactor = "m1", &yes
	if set != nil {
		set(&i)
	}
	w.Store.PutIdentity(i)
	w.Store.PutAccounts(i.ID, []access.Summary{{Ref: viewtest.Ref, Name: "Boulangerie Chez Marcel", Role: access.Owner}})
	w.Store.PutSnapshot(viewtest.Snapshot(), viewtest.Now)
}

func TestNothingIsCutOnTheScreen(t *testing.T) {
	show := func(w *viewtest.World, set func(*cache.Identity)) {
		known(w, set)
		p := profile.New(w.Env, viewtest.Ref.Identity, w.Store, w.Desk, profile.Go{Refresh: func() {}})
		t.Cleanup(p.Close)
		w.Open(p)
	}
	viewtest.Looks(t, "profile", viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) { show(w, nil) })
	viewtest.Looks(t, "profile-less", viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
		other := viewtest.Host()
		other.Name = "Nord Hébergement"
		w.Store.PutIdentity(cache.Identity{ID: "other", Host: other, Me: access.Me{ID: "x", Email: "marie@nord.example"}})
		show(w, func(i *cache.Identity) {
			no := false
			i.Me.TwoFactor = &no
			i.Host.Features.ChangeLoginEmail, i.Host.Features.PasswordReset = access.Feature{}, access.Feature{}
		})
		w.Type(" x")
	})
	viewtest.Looks(t, "profile-login", viewtest.LargeRoom, viewtest.SmallRoom, func(w *viewtest.World) {
		show(w, nil)
		w.Tap(t, w.Env.Words.T("profile.change_login"))
		w.Type("marie@")
		w.Tap(t, w.Env.Words.T("profile.save_login"))
	})
}

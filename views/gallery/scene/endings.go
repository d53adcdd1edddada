package scene

import (
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// endings are access that ends soon, and access that should have.
func endings() []Scene {
	const hour, day = time.Hour, 24 * time.Hour
	// ends gives Sam's access an end, as the host says it a while after now.
	ends := func(in, said time.Duration, reminded int) func(*Stage) {
		return func(s *Stage) {
			is := Snapshot()
			is.Revision, is.Users = "ending", slices.Clone(is.Users)
			is.Users[1].EndsAt = viewtest.Now.Add(in)
			s.Store.PutAccounts(viewtest.Ref.Identity, Accounts())
			s.Store.PutSnapshot(is, viewtest.Now.Add(said))
			s.Core.Past.Watch.Wait()
			s.Core.Past.Watch.Seen(viewtest.Ref) // the other end is not what is drawn here
			if reminded > 0 {
				s.Core.Past.Watch.Remind(viewtest.Ref, []access.Reminder{{UserID: is.Users[1].ID, EndsAt: is.Users[1].EndsAt, Days: reminded}}, viewtest.Now)
				s.Core.Past.Watch.Wait()
			}
			if said < 0 {
				s.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.At, st.Trouble = viewtest.Now.Add(said), away })
				s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Trouble = away })
			}
			s.Store.PutActivity(viewtest.Ref, cache.Record{List: Activity()})
			record(s, Activity(), nil)
		}
	}
	own := func(s *Stage) {
		ends(7*day, 0, 0)(s)
		notOwner(s)
		s.Core.Past.Watch.Wait()
		snap, _, _ := s.Store.Snapshot(viewtest.Ref)
		s.Core.Past.Watch.Remind(viewtest.Ref, []access.Reminder{{UserID: snap.Me.UserID, EndsAt: viewtest.Now.Add(7 * day), Days: 7}}, viewtest.Now)
		s.Core.Past.Watch.Wait()
	}
	both := func(s *Stage) {
		live(s, Activity(), nil)
		s.Core.Past.Watch.Remind(viewtest.Ref, []access.Reminder{{UserID: "u3", EndsAt: viewtest.Now.Add(7 * day), Days: 7}}, viewtest.Now)
		s.Core.Past.Watch.Wait()
	}
	sam := open(shell.People, "person:sam@cabinet.example")
	return []Scene{
		{Name: "overview-ending", Prepare: ends(day, 0, 1), Do: open(shell.Overview, "")},
		{Name: "overview-ending-own", Prepare: own, Do: open(shell.Overview, "")},
		{Name: "overview-ending-elsewhere", Prepare: both, Do: open(shell.Overview, "")},
		{Name: "overview-overdue", Prepare: ends(-day, 0, 0), Do: open(shell.Overview, "")},
		{Name: "people-ends-tomorrow", Prepare: ends(day, 0, 0), Do: sam},
		{Name: "people-ends-today", Prepare: ends(3*hour, 0, 0), Do: sam},
		{Name: "people-overdue", Prepare: ends(-day, 0, 0), Do: sam},
		{Name: "people-was-to-end", Prepare: ends(-day, -2*day, 0), Do: sam},
	}
}

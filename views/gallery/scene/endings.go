package scene

import (
	"slices"
	"time"

	"concierge/app/access"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// endings are access that ends soon, and access that should have.
func endings() []Scene {
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
			s.Store.PutActivity(viewtest.Ref, Activity())
			record(s, Activity(), nil)
		}
	}
	const hour, day = time.Hour, 24 * time.Hour
	sam := open(shell.People, "person:sam@cabinet.example")
	return []Scene{
		{Name: "overview-ending", Prepare: ends(day, 0, 1), Do: open(shell.Overview, "")},
		{Name: "overview-overdue", Prepare: ends(-day, 0, 0), Do: open(shell.Overview, "")},
		{Name: "people-ends-tomorrow", Prepare: ends(day, 0, 0), Do: sam},
		{Name: "people-ends-today", Prepare: ends(3*hour, 0, 0), Do: sam},
		{Name: "people-overdue", Prepare: ends(-day, 0, 0), Do: sam},
		{Name: "people-was-to-end", Prepare: ends(-day, -2*day, 0), Do: sam},
	}
}

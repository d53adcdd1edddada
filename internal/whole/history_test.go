package whole

import (
	"slices"
	"testing"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/history"
	"concierge/app/vault"
	"concierge/host/sample"
)

// widened gives a user one permission more.
func widened(ref access.Ref, u access.User, p access.Permission) change.Change {
	after := change.OfUser(u)
	after.Permissions = append(slices.Clone(after.Permissions), p)
	return change.Change{Account: ref, Kind: change.SetPermissions, Target: u.ID, TargetName: u.Name(), Base: u.ETag, Before: change.OfUser(u), After: after}
}

// member is a user of an account who may not do everything yet.
func member(p *place, s access.Snapshot, without access.Permission) access.User {
	p.Helper()
	for _, u := range s.Users {
		if u.Role != access.Owner && !slices.Contains(u.Permissions, without) {
			return u
		}
	}
	p.Fatal("no such user")
	return access.User{}
}

func TestWhatIsDoneOnAnotherComputerIsMarkedAndToldWithWhoDidIt(t *testing.T) {
	p := start(t, unlimited)
	here, there := p.window(t.TempDir(), vault.Session()), p.window(t.TempDir(), vault.Session())
	id, other := here.as(sample.OwnerEmail, p.URL), there.as(sample.OwnerEmail, p.URL)
	here.filled(id)
	there.filled(other)
	ref, far := here.account(id, "Boulangerie Chez Marcel"), there.account(other, "Boulangerie Chez Marcel")
	here.Past.Watch.Changed.Listen(func(access.Ref) { here.wake() })
	user := member(p, here.snapshot(ref), access.Quotes)

	// Done here: nothing is marked, and it is told once.
	here.do(widened(ref, user, access.Quotes), change.Confirmed)
	events := told(t, here, ref)
	if e := events[0]; !e.Here || e.Activity == nil || e.Action != "user.permissions" || len(e.Differences) != 0 {
		t.Errorf("what was done here is told as %+v", e)
	}
	if here.Past.Watch.Marked(ref) {
		t.Errorf("what was done here is marked: %+v", here.Past.Watch.Items(t.Context(), ref))
	}

	// Done there: marked here, and told as the same person's, elsewhere.
	p.must(there.Sync.Refresh(t.Context(), far))
	now, _ := there.snapshot(far).User(user.ID)
	there.do(widened(far, now, access.Orders), change.Confirmed)
	p.must(here.Sync.Poll(t.Context(), id))
	here.until("the account is marked", func() bool { return here.Past.Watch.Marked(ref) })
	items := here.Past.Watch.Items(t.Context(), ref)
	if len(items) != 1 || !slices.Equal(items[0].Difference.Added, []access.Permission{access.Orders}) {
		t.Errorf("marked as %+v", items)
	}
	events = told(t, here, ref)
	if e := events[0]; e.Here || !e.Mine || len(e.Differences) != 1 || !slices.Equal(e.Differences[0].Added, []access.Permission{access.Orders}) {
		t.Errorf("what was done there is told as %+v", e)
	}
	if e := events[1]; !e.Here {
		t.Errorf("before that there is %+v", e)
	}

	// And it is put back from here, without what was done here going with it.
	b := history.PutBack(events[0].Differences, events[0].Before, history.Present{Snapshot: here.snapshot(ref)})[0]
	here.do(b.Change, change.Confirmed)
	for _, u := range p.truth(ref.Account).Users {
		if u.ID == user.ID && (slices.Contains(u.Permissions, string(access.Orders)) || !slices.Contains(u.Permissions, string(access.Quotes))) {
			t.Errorf("put back, the user has %v", u.Permissions)
		}
	}
	here.Past.Watch.Seen(ref)
	if here.Past.Watch.Marked(ref) {
		t.Error("still marked")
	}
}

// told is the time line of an account.
func told(t *testing.T, w *window, ref access.Ref) []history.Event {
	t.Helper()
	i, _ := w.Store.Identity(ref.Identity)
	got, err := w.TimeLine(ref).Read(t.Context(), history.Who{Me: i.Me, UserID: w.snapshot(ref).Me.UserID})
	if err != nil || got.Trouble != nil || len(got.Events) == 0 {
		t.Fatalf("the time line has %d events: %v, %v", len(got.Events), err, got.Trouble)
	}
	return got.Events
}

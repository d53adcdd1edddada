package whole

import (
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/vault"
	"concierge/app/watch"
	"concierge/host/sample"
)

func TestAccessThatEndsIsRemindedOfADayBeforeAndGoneAtItsTime(t *testing.T) {
	const day = 24 * time.Hour
	p := start(t, unlimited)
	w := p.window(t.TempDir(), vault.Session())
	id := w.as(sample.OwnerEmail, p.URL)
	w.filled(id)
	ref := w.account(id, "Boulangerie Chez Marcel")
	user := member(p, w.snapshot(ref), access.Quotes)
	poll := func() {
		t.Helper()
		p.must(w.Sync.Poll(t.Context(), id))
		w.Past.Watch.Wait()
	}

	end := time.Now().Add(2 * day).Truncate(time.Second)
	w.do(change.Change{Account: ref, Kind: change.SetPermissions, Target: user.ID, TargetName: user.Name(), Base: user.ETag,
		Before: change.OfUser(user), After: change.OfRights(user.Permissions, end, "essai")}, change.Confirmed)
	poll()
	if w.Past.Watch.Marked(ref) {
		t.Errorf("marked before its time: %+v", w.Past.Watch.Items(t.Context(), ref))
	}

	p.skew.Store(int64(day + time.Minute))
	poll()
	items := w.Past.Watch.Items(t.Context(), ref)
	if len(items) != 1 || items[0].Kind != watch.Ending || items[0].Reminder.UserID != user.ID || items[0].Reminder.Days != 1 || !items[0].Reminder.EndsAt.Equal(end) {
		t.Fatalf("a day before, it is marked as %+v", items)
	}
	for _, to := range []string{user.Email, sample.OwnerEmail} {
		mails, err := p.Sample.Mails(t.Context(), to)
		p.must(err)
		if len(mails) == 0 || !strings.Contains(mails[0].Subject, "prend fin") {
			t.Errorf("no mail to %s", to)
		}
	}
	// Seen, it is not marked again by whatever else changes.
	w.Past.Watch.Seen(ref)
	w.do(newContact(ref, "Zoé", "zoe@ailleurs.example"), change.Confirmed)
	poll()
	if w.Past.Watch.Marked(ref) {
		t.Error("a reminder that was seen is marked again")
	}
	if _, still := w.snapshot(ref).User(user.ID); !still {
		t.Error("gone before its time")
	}

	p.skew.Store(int64(2*day + time.Minute))
	poll()
	if u, still := w.snapshot(ref).User(user.ID); still {
		t.Errorf("after its end there is still %+v", u)
	}
	if e := told(t, w, ref)[0]; e.Action != "user.accessEnded" || !e.ByHost || e.Activity == nil || e.Activity.Target != user.Name() {
		t.Errorf("the history tells of %+v", e)
	}
}

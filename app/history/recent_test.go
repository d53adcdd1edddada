package history

import (
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
)

// What the desk takes back of a plan was not confirmed just now: it would pass for the reason of what others change today.
func TestWhatWasConfirmedBeforeIsRememberedAsOfThen(t *testing.T) {
	now := time.Date(2026, time.November, 18, 14, 2, 0, 0, time.UTC)
	ref, then := access.Ref{Identity: "i", Account: "a"}, now.AddDate(0, 0, -3)
	var r Recent
	r.Take(change.Change{ID: "1", Account: ref, State: change.Confirmed, EndedAt: then}, now)
	r.Take(change.Change{ID: "2", Account: ref, State: change.Confirmed}, now)
	r.Take(change.Change{ID: "3", Account: ref, State: change.Queued}, now)
	done, err := r.Ended(t.Context(), ref)
	if err != nil || len(done) != 2 || !done[0].Ended.Equal(then) || !done[1].Ended.Equal(now) {
		t.Errorf("%+v %v", done, err)
	}
}

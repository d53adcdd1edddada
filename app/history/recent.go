package history

import (
	"context"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/change"
)

// remembered is how many confirmed Changes Recent knows.
const remembered = 500

// Recent is an Own in memory: what the host has confirmed since the application was opened. Give it the Changes as they
// move on.
type Recent struct {
	mu   sync.Mutex
	done []Done
}

// Take remembers a Change that has been confirmed, when it was or else now; others it leaves alone. One of a plan may have been
// long ago.
func (r *Recent) Take(c change.Change, now time.Time) {
	if c.State != change.Confirmed {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(r.done, func(d Done) bool { return d.ID == c.ID }) {
		return
	}
	if !c.EndedAt.IsZero() {
		now = c.EndedAt
	}
	r.done = append(r.done, Done{c, now})
	r.done = r.done[max(0, len(r.done)-remembered):]
}

// Forget drops all of an identity that signed out.
func (r *Recent) Forget(identity string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done = slices.DeleteFunc(slices.Clone(r.done), func(d Done) bool { return d.Account.Identity == identity })
}

// Ended implements Own.
func (r *Recent) Ended(_ context.Context, ref access.Ref) ([]Done, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Done
	for _, d := range r.done {
		if d.Account == ref {
			out = append(out, d)
		}
	}
	return out, nil
}

package history

import (
	"context"
	"slices"
	"sync"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/journal"
)

// most is how many states of an account Kept remembers.
const most = 50

// Kept is a journal.Versions in memory, for when nothing may be kept on this computer: the states that were seen since
// the application was opened.
type Kept struct {
	mu   sync.Mutex
	last int64
	all  map[access.Ref][]State // the newest first
}

// NewKept remembers nothing yet.
func NewKept() *Kept { return &Kept{all: map[access.Ref][]State{}} }

// Take remembers what a snapshot replaces, and what it is replaced by.
func (k *Kept) Take(r cache.Replaced) {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := k.all[r.After.Ref]
	if len(list) == 0 {
		k.last++
		list = []State{{journal.Version{ID: k.last, At: r.Since, Revision: r.Before.Revision}, r.Before}}
	}
	k.last++
	list = slices.Insert(list, 0, State{journal.Version{ID: k.last, At: r.At, Revision: r.After.Revision}, r.After})
	k.all[r.After.Ref] = list[:min(len(list), most)]
}

// Forget drops all of an identity that signed out.
func (k *Kept) Forget(identity string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for ref := range k.all {
		if ref.Identity == identity {
			delete(k.all, ref)
		}
	}
}

// List implements journal.Versions.
func (k *Kept) List(_ context.Context, ref access.Ref) ([]journal.Version, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []journal.Version
	for _, s := range k.all[ref] {
		out = append(out, s.Version)
	}
	return out, nil
}

// Read implements journal.Versions.
func (k *Kept) Read(_ context.Context, ref access.Ref, id int64) (access.Snapshot, bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.all[ref] {
		if s.Version.ID == id {
			return s.Snapshot, true, nil
		}
	}
	return access.Snapshot{}, false, nil
}

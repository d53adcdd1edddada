package history

import (
	"context"
	"slices"
	"sync"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/journal"
)

const (
	// most is how many states of an account Kept remembers.
	most = 30
	// firstID is below all of Kept's, and above those of any Versions it stands beside.
	firstID = 1 << 48
)

// Kept is a journal.Versions in memory, for when nothing may be kept on this computer: the states that were seen since
// the application was opened.
type Kept struct {
	mu   sync.Mutex
	last int64
	all  map[access.Ref][]State // the newest first
}

// NewKept remembers nothing yet.
func NewKept() *Kept { return &Kept{last: firstID, all: map[access.Ref][]State{}} }

// Beside is what another keeps, and of accounts of which it keeps nothing (an identity that is signed in for this session
// only) what is in memory.
func (k *Kept) Beside(v journal.Versions) journal.Versions { return beside{v, k} }

type beside struct {
	first journal.Versions
	kept  *Kept
}

func (b beside) List(ctx context.Context, ref access.Ref) ([]journal.Version, error) {
	if list, err := b.first.List(ctx, ref); err != nil || len(list) > 0 {
		return list, err
	}
	return b.kept.List(ctx, ref)
}

func (b beside) Read(ctx context.Context, ref access.Ref, id int64) (access.Snapshot, bool, error) {
	if id > firstID {
		return b.kept.Read(ctx, ref, id)
	}
	return b.first.Read(ctx, ref, id)
}

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

package directory

import (
	"sync"
	"sync/atomic"

	"concierge/app/access"
	"concierge/app/cache"
)

// Store is what is read; *cache.Store has it.
type Store interface {
	Generation() uint64
	Accounts(identity string) []access.Summary
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Book keeps the directory of a store. Safe for concurrent use.
type Book struct {
	store Store

	mu    sync.Mutex
	parts map[access.Ref]part
	last  *Directory
	at    uint64 // generation of the store that last was made from

	count atomic.Int64 // people in last, plus one; 0: it has not been made yet
}

// NewBook returns a book that has not been read.
func NewBook(store Store) *Book { return &Book{store: store} }

// Read returns the directory as the store is now. What has not changed since the last time is not prepared again. With many
// accounts it takes some milliseconds: not for the UI goroutine.
func (b *Book) Read() *Directory {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.store.Generation()
	sources := b.sources()
	if b.last != nil && b.at == at {
		b.last = b.last.said(sources)
		return b.last
	}
	known := b.parts
	b.parts = make(map[access.Ref]part, len(sources))
	parts := make([]part, len(sources))
	for i, s := range sources {
		p, have := known[s.Ref]
		if !have || !p.current(s) {
			p = prepare(s)
		}
		parts[i], b.parts[s.Ref] = p, p
	}
	b.last, b.at = join(sources, parts), at
	b.count.Store(int64(len(b.last.Entries)) + 1)
	return b.last
}

// Count is how many people there were when the book was last read; false when it has not been. It does not wait.
func (b *Book) Count() (int, bool) {
	n := b.count.Load()
	return int(max(n-1, 0)), n > 0
}

func (b *Book) sources() []Source {
	accounts := b.store.Accounts("")
	out := make([]Source, 0, len(accounts))
	identities := map[string]cache.Identity{}
	for _, a := range accounts {
		i, asked := identities[a.Ref.Identity]
		if !asked {
			i, _ = b.store.Identity(a.Ref.Identity)
			identities[a.Ref.Identity] = i
		}
		s := Source{Ref: a.Ref, Host: i.Host.URL, Name: a.Name, Me: i.Me}
		if snap, status, has := b.store.Snapshot(a.Ref); has {
			s.Snapshot, s.Said = &snap, status.At
		}
		out = append(out, s)
	}
	return out
}

// said is the same directory with when hosts last said that their accounts are so.
func (d *Directory) said(sources []Source) *Directory {
	at := make(map[access.Ref]Source, len(sources))
	for _, s := range sources {
		at[s.Ref] = s
	}
	changed := false
	accounts := make([]Account, len(d.Accounts))
	for i, a := range d.Accounts {
		accounts[i] = a
		if now := at[a.Ref].Said; !now.Equal(a.Said) {
			accounts[i].Said, changed = now, true
		}
	}
	if !changed {
		return d
	}
	next := *d
	next.Accounts = accounts
	return &next
}

// Many tells whether more than one account is reached. An account that two identities reach is one.
func Many(store interface {
	Accounts(identity string) []access.Summary
	Identity(id string) (cache.Identity, bool)
}) bool {
	accounts := store.Accounts("")
	if len(accounts) < 2 {
		return false
	}
	host := func(a access.Summary) string {
		i, _ := store.Identity(a.Ref.Identity)
		return i.Host.URL
	}
	one := accounts[0]
	for _, a := range accounts[1:] {
		if a.Ref.Account != one.Ref.Account || a.Ref.Identity != one.Ref.Identity && (host(a) == "" || host(a) != host(one)) {
			return true
		}
	}
	return false
}

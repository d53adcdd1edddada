// Package switcher is what Ctrl+K opens: one field that finds accounts, people and actions, and goes there. It also
// holds what a person can mark on an account on this computer: a favourite, an alias, a colour.
package switcher

import (
	"sync"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/views/page"
)

// Store is what is searched; *cache.Store has it.
type Store interface {
	Generation() uint64
	Accounts(identity string) []access.Summary
	Identity(id string) (cache.Identity, bool)
	Snapshot(ref access.Ref) (access.Snapshot, cache.Status, bool)
}

// Marks are what a person chose for accounts on this computer; *settings.Store has them.
type Marks interface {
	Alias(ref access.Ref) string
	SetAlias(ref access.Ref, alias string)
	Colour(ref access.Ref) int
	SetColour(ref access.Ref, index int)
	Favourite(ref access.Ref) bool
	SetFavourite(ref access.Ref, on bool)
	Favourites() []access.Ref
	Recents() []access.Ref
}

// Finder keeps an index of all that can be found. It is made anew when it is asked for and something has changed, away
// from the UI goroutine; until then the one of before serves.
type Finder struct {
	store Store
	marks Marks
	env   page.Env

	mu      sync.Mutex
	index   *access.Index
	at      uint64 // generation of the store that index was made from
	stale   bool   // aliases have changed
	making  bool
	waiters []func()
}

// NewFinder returns a Finder without an index yet.
func NewFinder(env page.Env, store Store, marks Marks) *Finder {
	return &Finder{store: store, marks: marks, env: env, index: access.NewIndex(nil, nil), stale: true}
}

// Index returns the present index at once. If something has changed since it was made, fresh is called (on any
// goroutine) when there is a newer one.
func (f *Finder) Index(fresh func()) *access.Index {
	f.mu.Lock()
	index := f.index
	if !f.stale && f.at == f.store.Generation() {
		f.mu.Unlock()
		return index
	}
	if fresh != nil {
		f.waiters = append(f.waiters, fresh)
	}
	start := !f.making
	f.making = true
	f.mu.Unlock()
	if start {
		f.env.Run(f.make)
		f.mu.Lock()
		index = f.index // tests make it on this goroutine
		f.mu.Unlock()
	}
	return index
}

// Renamed says that an alias has changed.
func (f *Finder) Renamed() {
	f.mu.Lock()
	f.stale = true
	f.mu.Unlock()
}

func (f *Finder) make() {
	f.mu.Lock()
	f.stale = false
	f.mu.Unlock()
	at := f.store.Generation()
	var sources []access.AccountSource
	for _, a := range f.store.Accounts("") {
		src := access.AccountSource{Summary: a, Alias: f.marks.Alias(a.Ref)}
		if i, ok := f.store.Identity(a.Ref.Identity); ok {
			src.Host = i.Host.URL
		}
		if snap, _, has := f.store.Snapshot(a.Ref); has {
			src.Snapshot = &snap
		}
		sources = append(sources, src)
	}
	index := access.NewIndex(sources, nil)
	f.mu.Lock()
	f.index, f.at, f.making = index, at, false
	told := f.waiters
	f.waiters = nil
	f.mu.Unlock()
	for _, tell := range told {
		tell()
	}
}

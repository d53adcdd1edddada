// Package switcher is what Ctrl+K opens: one field that finds accounts, people and actions, and goes there. It also
// holds what a person can mark on an account on this computer: a favourite, an alias, a colour.
package switcher

import (
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/views/page"
)

// Store is what is searched; *cache.Store has it.
type Store interface {
	Generation() uint64
	Accounts(identity string) []access.Summary
	Account(ref access.Ref) (access.Summary, bool)
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
// from the UI goroutine; until then the one of before serves. The very first one is made at once, of the accounts by
// name alone, so that there is something to choose from in the first frame.
type Finder struct {
	store Store
	marks Marks
	env   page.Env

	mu      sync.Mutex
	index   *access.Index // nil until it is asked for
	known   map[access.Ref]access.AccountSource
	at      uint64    // generation of the store that index was made from
	stale   bool      // aliases have changed, or people are missing
	making  bool      // or waiting to
	rest    time.Time // no index is made before
	waiters []func()
}

// While a thousand accounts arrive, an index of many is made anew once in a while and not for each.
const (
	many    = 200 // accounts
	between = time.Second
)

// NewFinder returns a Finder without an index yet.
func NewFinder(env page.Env, store Store, marks Marks) *Finder {
	return &Finder{store: store, marks: marks, env: env}
}

// Index returns the present index at once. If something has changed since it was made, fresh is called (on any
// goroutine) when there is a newer one.
func (f *Finder) Index(fresh func()) *access.Index {
	f.mu.Lock()
	if f.index == nil {
		f.index, f.stale = access.NewIndex(f.sources(nil, false), nil), true
	}
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
	wait := f.rest.Sub(f.env.Now())
	f.mu.Unlock()
	switch {
	case start && wait > 0:
		time.AfterFunc(wait, f.make)
	case start:
		f.env.Run(f.make)
		f.mu.Lock()
		index = f.index // tests make it on this goroutine
		f.mu.Unlock()
	}
	return index
}

// Prepare makes the very first index, of the accounts by name, on the goroutine that calls: the palette that opens with
// the window does not have to.
func (f *Finder) Prepare() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.index == nil && len(f.store.Accounts("")) > 0 {
		f.index, f.stale = access.NewIndex(f.sources(nil, false), nil), true
	}
}

// present returns the index there is.
func (f *Finder) present() *access.Index {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.index
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
	index, known := f.index, f.known
	f.mu.Unlock()
	at := f.store.Generation()
	sources := f.sources(known, true)
	next := make(map[access.Ref]access.AccountSource, len(sources))
	var changed []access.AccountSource
	for _, src := range sources {
		ref := src.Summary.Ref
		next[ref] = src
		if before, ok := known[ref]; !ok || !same(before, src) {
			changed = append(changed, src)
		}
	}
	var gone []access.Ref
	for ref := range known {
		if _, still := next[ref]; !still {
			gone = append(gone, ref)
		}
	}
	if known == nil {
		index = access.NewIndex(sources, nil)
	} else {
		if len(gone) > 0 {
			index = index.Without(gone...)
		}
		if len(changed) > 0 {
			index = index.With(changed...)
		}
	}
	f.mu.Lock()
	f.index, f.known, f.at, f.making = index, next, at, false
	if len(next) > many {
		f.rest = f.env.Now().Add(between)
	}
	told := f.waiters
	f.waiters = nil
	f.mu.Unlock()
	for _, tell := range told {
		tell()
	}
}

// sources gathers what can be found, of accounts that have not changed what is known.
func (f *Finder) sources(known map[access.Ref]access.AccountSource, people bool) []access.AccountSource {
	accounts := f.store.Accounts("")
	out := make([]access.AccountSource, 0, len(accounts))
	hosts := map[string]string{}
	for _, a := range accounts {
		id := a.Ref.Identity
		if _, asked := hosts[id]; !asked {
			i, _ := f.store.Identity(id)
			hosts[id] = i.Host.URL
		}
		src := access.AccountSource{Summary: a, Alias: f.marks.Alias(a.Ref), Host: hosts[id]}
		if people {
			if snap, _, has := f.store.Snapshot(a.Ref); has {
				src.Snapshot = &snap
			}
		}
		if before, ok := known[a.Ref]; ok && same(before, src) {
			src = before
		}
		out = append(out, src)
	}
	return out
}

// same tells whether two sources are found by the same words.
func same(a, b access.AccountSource) bool {
	return a.Snapshot.Is(b.Snapshot) && a.Alias == b.Alias && a.Host == b.Host && a.Summary.Name == b.Summary.Name && a.Summary.Role == b.Summary.Role &&
		a.Summary.Revision == b.Summary.Revision && slices.Equal(a.Summary.Permissions, b.Summary.Permissions)
}

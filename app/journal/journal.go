// Package journal says how Changes are written down before they are sent, so that a crash loses none. It holds the form of
// an entry, what keeps entries must be able to do, and a journal in memory for when nothing may be kept on this computer.
//
// It knows neither what a Change is (the body is its own matter) nor where entries are kept.
package journal

import (
	"context"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
)

// Entry is one Change as it was when it last moved on.
type Entry struct {
	ID      string // of the Change, which is also its Idempotency-Key
	Account access.Ref
	At      time.Time // when the person wanted it
	// Ended is when the host confirmed it; zero while it may still have to be sent, or waits for the person. Only what has
	// not ended is in Pending; only what has is in Ended.
	Ended time.Time
	Body  []byte // the Change, as package change writes it
}

// Journal keeps entries. Safe for concurrent use; calls may touch the disk, so never on the UI goroutine.
type Journal interface {
	// Write keeps an entry in place of the one with the same ID. When it returns nil, the entry survives a crash. An error
	// is a trouble.Trouble (DiskTrouble) or ctx's, and the entry is as it was before.
	Write(ctx context.Context, e Entry) error
	// Remove takes an entry away; one that is not there is no error.
	Remove(ctx context.Context, id string) error
	// Pending lists what has not ended, oldest first.
	Pending(ctx context.Context) ([]Entry, error)
	// Ended lists what the host confirmed for an account, the newest first.
	Ended(ctx context.Context, ref access.Ref) ([]Entry, error)
	// Recent lists what the host confirmed since a moment, for whichever account, the oldest first.
	Recent(ctx context.Context, since time.Time) ([]Entry, error)
	// Forget takes away all of an identity that signs out.
	Forget(ctx context.Context, identity string) error
}

// Lasts tells whether what is written into a journal for an identity is still there at the next start. A journal that may
// or may not keep its entries says so by a method of this name.
func Lasts(j Journal, identity string) bool {
	if l, may := j.(interface{ Lasts(identity string) bool }); may {
		return l.Lasts(identity)
	}
	return j != nil
}

// Memory is a Journal that is gone when the application ends.
type Memory struct {
	mu      sync.Mutex
	entries []Entry
}

// Lasts says that it does not; see the function.
func (m *Memory) Lasts(string) bool { return false }

// Write implements Journal.
func (m *Memory) Write(_ context.Context, e Entry) error {
	e.Body = slices.Clone(e.Body)
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.find(e.ID); i >= 0 {
		m.entries[i] = e
		return nil
	}
	m.entries = append(m.entries, e)
	return nil
}

// Remove implements Journal.
func (m *Memory) Remove(_ context.Context, id string) error {
	m.keep(func(e Entry) bool { return e.ID != id })
	return nil
}

// Pending implements Journal.
func (m *Memory) Pending(context.Context) ([]Entry, error) {
	list := m.list(func(e Entry) bool { return e.Ended.IsZero() })
	slices.SortStableFunc(list, func(a, b Entry) int { return a.At.Compare(b.At) })
	return list, nil
}

// Ended implements Journal.
func (m *Memory) Ended(_ context.Context, ref access.Ref) ([]Entry, error) {
	list := m.list(func(e Entry) bool { return e.Account == ref && !e.Ended.IsZero() })
	slices.SortStableFunc(list, func(a, b Entry) int { return b.Ended.Compare(a.Ended) })
	return list, nil
}

// Recent implements Journal.
func (m *Memory) Recent(_ context.Context, since time.Time) ([]Entry, error) {
	list := m.list(func(e Entry) bool { return !e.Ended.IsZero() && !e.Ended.Before(since) })
	slices.SortStableFunc(list, func(a, b Entry) int { return a.Ended.Compare(b.Ended) })
	return list, nil
}

// Forget implements Journal.
func (m *Memory) Forget(_ context.Context, identity string) error {
	m.keep(func(e Entry) bool { return e.Account.Identity != identity })
	return nil
}

func (m *Memory) find(id string) int {
	return slices.IndexFunc(m.entries, func(e Entry) bool { return e.ID == id })
}

func (m *Memory) keep(which func(Entry) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = slices.DeleteFunc(m.entries, func(e Entry) bool { return !which(e) })
}

func (m *Memory) list(which func(Entry) bool) []Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Entry
	for _, e := range m.entries {
		if which(e) {
			out = append(out, e)
		}
	}
	return out
}

// All lists every entry in the order of their first writing.
func (m *Memory) All() []Entry { return m.list(func(Entry) bool { return true }) }

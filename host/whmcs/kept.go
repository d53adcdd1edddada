package whmcs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// maxKept bounds how many things of a kind are kept; what does not fit is asked for again.
const maxKept = 4096

// kept keeps what was read of WHMCS for a short while. Those who ask for the same thing at the same time share one call.
type kept[K comparable, V any] struct {
	now func() time.Time

	mu      sync.Mutex
	of      map[K]reading[V]
	sharing singleflight.Group
}

type reading[V any] struct {
	value V
	marks int64 // of what it was read from; another number means that it may be no longer true
	at    time.Time
}

func keep[K comparable, V any](now func() time.Time) *kept[K, V] {
	return &kept[K, V]{now: now, of: map[K]reading[V]{}}
}

// get returns what was read with these marks not longer ago than life, or reads it. A caller who goes away leaves the call
// to the others.
func (k *kept[K, V]) get(ctx context.Context, key K, marks int64, life time.Duration, read func(context.Context) (V, error)) (V, error) {
	if r, ok := k.peek(key, marks, life); ok {
		return r.value, nil
	}
	ch := k.sharing.DoChan(fmt.Sprint(key, "@", marks), func() (any, error) {
		if r, ok := k.peek(key, marks, life); ok { // somebody's call ended in between
			return r.value, nil
		}
		return k.read(context.WithoutCancel(ctx), key, marks, read)
	})
	select {
	case r := <-ch:
		v, _ := r.Val.(V)
		return v, r.Err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// read reads in any case, and keeps it. The age counts from before the call.
func (k *kept[K, V]) read(ctx context.Context, key K, marks int64, read func(context.Context) (V, error)) (V, error) {
	at := k.now()
	v, err := read(ctx)
	if err == nil {
		k.put(key, reading[V]{v, marks, at})
	}
	return v, err
}

func (k *kept[K, V]) peek(key K, marks int64, life time.Duration) (reading[V], bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.of[key]
	if age := k.now().Sub(r.at); !ok || r.marks != marks || age >= life || age < 0 {
		return r, false
	}
	return r, true
}

func (k *kept[K, V]) put(key K, r reading[V]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if old, ok := k.of[key]; ok && (old.marks > r.marks || old.marks == r.marks && old.at.After(r.at)) {
		return // a late answer does not overwrite a newer one
	}
	if _, ok := k.of[key]; !ok && len(k.of) >= maxKept {
		for other := range k.of { // whichever comes first: any is as good
			delete(k.of, other)
			break
		}
	}
	k.of[key] = r
}

// renew lets what was read with these marks count with the next ones too: they were moved by nothing else than the reading.
func (k *kept[K, V]) renew(key K, marks int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r, ok := k.of[key]; ok && r.marks == marks {
		r.marks++
		k.of[key] = r
	}
}

// asked notes who asked for what lately, so that what nobody looks at is not looked after.
type asked struct {
	mu sync.Mutex
	at map[int64]time.Time
}

// askedLife is how long somebody who asked is taken to be still there.
const askedLife = 15 * time.Minute

func (a *asked) note(account int64, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at == nil {
		a.at = map[int64]time.Time{}
	}
	a.at[account] = now
	if len(a.at) > maxKept {
		for id, at := range a.at {
			if now.Sub(at) >= askedLife {
				delete(a.at, id)
			}
		}
	}
}

func (a *asked) lately(account int64, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, ok := a.at[account]
	return ok && now.Sub(at) < askedLife
}

package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// errLockInside: who waits for a name while others wait to write, waits for ever when its holder is one of them.
var errLockInside = errors.New("a lock is taken before a transaction begins, not within")

// Lock waits until nobody else holds the name, in any process that shares the database, and holds it until unlock is
// called (once is enough, more do no harm) or this process dies. It is for work that takes longer than a transaction
// may: none is open while a lock is waited for, and short ones may be run under it.
//
// A holder that loses its connection to the database loses the lock without being told; its next statement that
// finds no database says so. A name is not held twice, not even by the same caller, and who holds one name must not
// wait for another.
func (d *DB) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if _, inside := ctx.Value(txKey{d}).(Querier); inside {
		return nil, fmt.Errorf("lock %s: %w", name, errLockInside)
	}
	// One of this process at a time asks beyond it, so that a queue for one name does not use up the connections that
	// other names need.
	leave, err := d.names.take(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	beyond, err := d.dialect.Lock(ctx, name)
	if err != nil {
		leave()
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return sync.OnceFunc(func() {
		beyond()
		leave()
	}), nil
}

// names are the locks that this process holds or waits for.
type names struct {
	mu sync.Mutex
	of map[string]*queue
}

type queue struct {
	held chan struct{} // has one element while somebody holds the name
	n    int           // who holds or waits for it
}

// take waits for a name within this process; first come, first served.
func (k *names) take(ctx context.Context, name string) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	k.mu.Lock()
	q := k.of[name]
	if q == nil {
		if k.of == nil {
			k.of = map[string]*queue{}
		}
		q = &queue{held: make(chan struct{}, 1)}
		k.of[name] = q
	}
	q.n++
	k.mu.Unlock()
	forget := func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if q.n--; q.n == 0 {
			delete(k.of, name)
		}
	}
	select {
	case q.held <- struct{}{}:
		return func() { <-q.held; forget() }, nil
	case <-ctx.Done():
		forget()
		return nil, ctx.Err()
	}
}

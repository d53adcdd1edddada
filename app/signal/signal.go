// Package signal tells listeners that something changed, with a typed value that says what. It knows nothing of what
// the values mean and starts no goroutines.
package signal

import "sync"

// Signal is a list of listeners. The zero value is ready.
type Signal[T any] struct {
	mu   sync.RWMutex
	next int
	to   map[int]func(T)
}

// Listen calls fn on each Emit, on the emitting goroutine, until the returned function is called. fn must not block.
func (s *Signal[T]) Listen(fn func(T)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.to == nil {
		s.to = map[int]func(T){}
	}
	id := s.next
	s.next++
	s.to[id] = fn
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.to, id)
	}
}

// Emit tells every listener. Listeners may Listen or stop from within.
func (s *Signal[T]) Emit(v T) {
	s.mu.RLock()
	fns := make([]func(T), 0, len(s.to))
	for _, fn := range s.to {
		fns = append(fns, fn)
	}
	s.mu.RUnlock()
	for _, fn := range fns {
		fn(v)
	}
}

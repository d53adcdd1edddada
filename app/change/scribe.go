package change

import (
	"context"
	"slices"
	"sync"
	"time"

	"concierge/app/journal"
	"concierge/app/trouble"
)

// writeTime bounds one writing: a disk that hangs must not hold a Change up for ever, unsaid.
const writeTime = 30 * time.Second

// scribe writes to the journal in the order it is told, one thing after the other, away from who tells it: Changes are made
// on the UI goroutine, and behind one that is long on its way to the host the next is on the disk nonetheless.
type scribe struct {
	journal journal.Journal
	failed  func(error) // what could not be written and nobody waits for

	mu    sync.Mutex
	queue []note
	owed  []note        // nobody waits for these and they failed: tried again with the next
	idle  chan struct{} // closed when nothing is left to write; nil: nothing is
}

// note is one thing to write.
type note struct {
	id     string
	entry  *journal.Entry // nil: the entry goes
	forget string         // an identity whose entries all go
	done   func(error)    // nil: nobody waits for it
}

// tell has a note written soon. What is still owed of the same Change is out of date by that.
func (s *scribe) tell(n note) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owed = slices.DeleteFunc(s.owed, n.supersedes)
	s.queue = append(s.queue, n)
	s.begin()
}

func (n note) supersedes(old note) bool { return n.id == old.id && n.forget == old.forget }

// begin starts to write what is in line; the mutex is held.
func (s *scribe) begin() {
	if s.idle == nil && len(s.queue) > 0 {
		s.idle = make(chan struct{})
		go s.run()
	}
}

// settle waits until all that was told is written, after one more try with what failed.
func (s *scribe) settle(ctx context.Context) {
	s.mu.Lock()
	s.queue = append(s.queue, s.owed...)
	s.owed = nil
	s.begin()
	idle := s.idle
	s.mu.Unlock()
	if idle == nil {
		return
	}
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

func (s *scribe) run() {
	for {
		s.mu.Lock()
		if len(s.queue) == 0 {
			close(s.idle)
			s.idle = nil
			s.mu.Unlock()
			return
		}
		n := s.queue[0]
		s.queue = s.queue[1:]
		s.mu.Unlock()
		err := s.write(n)
		switch {
		case n.done != nil:
			n.done(err)
		case err != nil:
			s.owe(n)
			s.failed(err)
		}
		if err == nil { // the disk takes what it did not take before
			s.mu.Lock()
			s.queue = append(s.queue, s.owed...)
			s.owed = nil
			s.mu.Unlock()
		}
	}
}

// owe keeps a note that failed, unless something newer of the same Change is in line.
func (s *scribe) owe(n note) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(s.queue, n.supersedes) {
		s.owed = append(s.owed, n)
	}
}

func (s *scribe) write(n note) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTime)
	defer cancel()
	switch {
	case n.entry != nil:
		return s.journal.Write(ctx, *n.entry)
	case n.forget != "":
		return s.journal.Forget(ctx, n.forget)
	}
	return s.journal.Remove(ctx, n.id)
}

// onDisk makes the trouble of a journal's error.
func onDisk(err error) *trouble.Trouble {
	if t := trouble.From(err); t.Kind == trouble.DiskTrouble {
		return t
	}
	return &trouble.Trouble{Kind: trouble.DiskTrouble, Err: err}
}

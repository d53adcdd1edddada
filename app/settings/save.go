package settings

import (
	"context"
	"time"

	"concierge/app/files"
	"concierge/app/trouble"
)

// lockWait is how long to wait for another process that is writing.
const lockWait = 5 * time.Second

// saver writes the file a little after each change, and at the end.
func (s *Store) saver() {
	defer close(s.done)
	for {
		select {
		case <-s.wake:
			select {
			case <-time.After(settle):
			case <-s.end:
			}
			s.save()
		case <-s.end:
			s.save()
			return
		}
	}
}

// save brings the file up to date and tells what came of it.
func (s *Store) save() {
	s.mu.RLock()
	nothing := len(s.pending) == 0
	s.mu.RUnlock()
	if nothing {
		return
	}
	changed, aside, failed := s.merge()
	s.mu.Lock()
	s.failed = failed
	s.mu.Unlock()
	if failed != nil {
		s.log.Error("settings cannot be saved", "path", s.path, "err", failed)
		s.SaveFailed.Emit(failed)
	}
	if aside != nil {
		s.SaveFailed.Emit(aside)
	}
	for _, what := range changed {
		s.Changed.Emit(what)
	}
}

// merge does to the file what was set here since it was last written, so that what another process wrote meanwhile
// stays, and takes over what that was. A file that is gone or unreadable is written anew from memory.
func (s *Store) merge() (changed []What, aside, failed *trouble.Trouble) {
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	unlock, err := files.Lock(ctx, s.path+".lock")
	if err != nil {
		return nil, nil, trouble.From(err)
	}
	defer unlock()

	onDisk, found, t := s.read(ctx)
	if t != nil && t.Kind != trouble.SetAside {
		return nil, nil, t
	}
	s.mu.RLock()
	next, do := s.doc.clone(), s.pending
	s.mu.RUnlock()
	if found {
		next = onDisk
		for _, fn := range do {
			fn(&next)
		}
	}
	data, err := next.encode()
	if err != nil {
		return nil, t, trouble.From(err)
	}
	if err := files.Write(s.path, data); err != nil {
		return nil, t, trouble.From(err)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = s.pending[len(do):]
	for _, fn := range s.pending { // set while the file was being written
		fn(&next)
	}
	changed = s.doc.differences(next)
	s.doc = next
	return changed, t, nil
}

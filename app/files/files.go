// Package files writes the application's own small files so that nothing is lost: whole or not at all, readable by
// this person only, one process at a time, and what cannot be read is set aside rather than overwritten.
//
// It knows bytes and paths, not what is in them.
package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"concierge/app/trouble"
)

// Write replaces the file's content with data: first all of it goes to a new file beside it, on the disk (fsync), then
// that file takes the name. Whoever reads sees the old content or the new, also after a crash. Mode is 0600.
func Write(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()           // the first error is the one to tell
			_ = os.Remove(f.Name()) // as above
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := replace(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// WriteNew writes a file that is not there yet, which only this person reads; fs.ErrExist when there is one. Of what cannot be
// written whole nothing stays: the next try would find a file of that name.
func WriteNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return fill(f, data)
}

func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

// Read returns the file's content, nil when there is no file yet.
func Read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Broken is what Aside puts after a file's name, before the time.
const Broken = ".broken-"

// Aside moves an unreadable file out of the way, to its name with ".broken-" and the time, and returns the trouble to
// tell: SetAside, or DiskTrouble when even that failed. Then the file must not be written. why is what was wrong in it.
func Aside(path string, now time.Time, why error) *trouble.Trouble {
	return AsideAs(Broken, path, now, why)
}

// AsideAs is Aside under another mark than Broken, for a file that is to be told from those.
func AsideAs(mark, path string, now time.Time, why error) *trouble.Trouble {
	base := path + mark + now.UTC().Format("20060102-150405")
	to := base
	for n := 2; exists(to); n++ {
		to = fmt.Sprintf("%s-%d", base, n)
	}
	if err := os.Rename(path, to); err != nil {
		return &trouble.Trouble{Kind: trouble.DiskTrouble, Err: errors.Join(why, err)}
	}
	return &trouble.Trouble{Kind: trouble.SetAside, Path: to, Err: why}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// poll is how long to wait before asking for a lock again.
const poll = 20 * time.Millisecond

// ErrHeld is that somebody else holds a lock.
var ErrHeld = errors.New("held by another")

// TryLock takes the lock file at path if nobody has it, and holds it until unlock is called or the process ends, however
// it ends: the system lets go of it. The error is ErrHeld when somebody has it. The file stays, empty.
func TryLock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	held, err := tryLock(f)
	if err == nil && held {
		return func() { _ = f.Close() }, nil // closing lets go of the lock
	}
	_ = f.Close() // nothing was written to it
	if err == nil {
		err = ErrHeld
	}
	return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
}

// Lock waits until no other process, and nobody else in this one, holds the lock file at path, and holds it until
// unlock is called or the process ends. The file stays, empty. It is for short work; ctx bounds the waiting.
func Lock(ctx context.Context, path string) (unlock func(), err error) {
	for {
		unlock, err := TryLock(path)
		if !errors.Is(err, ErrHeld) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, &fs.PathError{Op: "lock", Path: path, Err: context.Cause(ctx)}
		case <-time.After(poll):
		}
	}
}

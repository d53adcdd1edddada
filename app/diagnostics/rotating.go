package diagnostics

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// rotating is a file that begins anew when it is full, and keeps some of those before: name.log, name.1.log, name.2.log.
type rotating struct {
	path string
	most int64 // bytes of a file
	keep int   // files before this one

	mu   sync.Mutex
	f    *os.File
	size int64
	owns bool // nobody else turns the files over
}

func openRotating(path string, most int64, keep int) (*rotating, error) {
	r := &rotating{path: path, most: most, keep: keep}
	return r, r.open()
}

func (r *rotating) open() error {
	f, size, err := appendTo(r.path)
	if err != nil {
		return err
	}
	r.f, r.size = f, size
	return nil
}

// appendTo opens a file that only this person reads, whatever it was before.
func appendTo(path string) (f *os.File, size int64, err error) {
	f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Perm() != 0o600 {
		err = f.Chmod(0o600)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// own says that no other process turns the files over from now on.
func (r *rotating) own() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owns = true
}

// Write implements io.Writer.
func (r *rotating) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.owns && r.size > 0 && r.size+int64(len(line)) > r.most {
		if err := r.turn(); err != nil {
			return 0, err
		}
	}
	if r.f == nil { // the disk was full, or somebody took the folder away; it may be back
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.f.Write(line)
	r.size += int64(n)
	return n, err
}

// older is the n-th file before this one.
func (r *rotating) older(n int) string {
	return fmt.Sprintf("%s.%d%s", strings.TrimSuffix(r.path, filepath.Ext(r.path)), n, filepath.Ext(r.path))
}

// turn begins the file anew. Where the system does not let it be renamed (somebody reads it, on Windows) what was in it is
// lost rather than that it grows without end.
func (r *rotating) turn() error {
	err := r.f.Close()
	r.f = nil
	for n := r.keep; n > 0 && err == nil; n-- {
		from := r.older(n - 1)
		if n == 1 {
			from = r.path
		}
		if moved := os.Rename(from, r.older(n)); moved != nil && !errors.Is(moved, fs.ErrNotExist) {
			err = moved
		}
	}
	if err != nil || r.keep == 0 {
		if err := os.Truncate(r.path, 0); err != nil {
			return err
		}
	}
	return r.open()
}

func (r *rotating) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.f == nil {
		return nil
	}
	err := r.f.Close()
	r.f = nil
	return err
}

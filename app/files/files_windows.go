package files

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

func tryLock(f *os.File) (held bool, err error) {
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &windows.Overlapped{})
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION):
		return false, nil
	default:
		return false, err
	}
}

// replace renames over what is there. A virus scanner or an indexer may hold the old file open for a moment.
func replace(from, to string) error {
	for try := 1; ; try++ {
		err := os.Rename(from, to)
		held := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !held || try == 10 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// syncDir has nothing to do: NTFS keeps names in its own journal.
func syncDir(string) error { return nil }

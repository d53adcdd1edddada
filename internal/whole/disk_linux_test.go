package whole

import (
	"os/signal"
	"syscall"
)

// fillDisk lets no file of this process grow any more, as on a full disk, or lets them again.
func fillDisk(full bool) error {
	signal.Ignore(syscall.SIGXFSZ) // the write fails, which is what is wanted
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if full {
		limit.Cur = 1
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"concierge/app/cache"
	"concierge/app/journal"
	"concierge/app/trouble"
)

// without is what both ways of having no room must lead to: the journal refuses and is as before, the cache says so once,
// and both go on when there is room again.
func without(d *Disk, o *told, room func()) error {
	ctx := context.Background()
	big := strings.Repeat("une longue demande. ", 20_000)
	var err error
	wrote := 0
	for ; err == nil && wrote < 100; wrote++ {
		err = d.Write(ctx, journal.Entry{ID: fmt.Sprint(wrote), Account: ref("i", "1"), At: noon, Body: []byte(big)})
	}
	if !trouble.Is(err, trouble.DiskTrouble) {
		return fmt.Errorf("writing without room: %w", err)
	}
	wrote--
	pending, err := d.Pending(ctx)
	if err != nil || len(pending) != wrote {
		return fmt.Errorf("%d entries, want %d: %w", len(pending), wrote, err)
	}
	if len(o.kinds()) != 0 {
		return fmt.Errorf("what Write returns is told besides: %v", o.kinds())
	}
	for n := range 30 {
		s := people("i", fmt.Sprint(n), 3)
		s.Account.Company = big
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: s, At: noon})
		if err := d.flush(ctx); err != nil && !trouble.Is(err, trouble.DiskTrouble) {
			return err
		}
	}
	if got := o.kinds(); !slices.Equal(got, []trouble.Kind{trouble.DiskTrouble}) {
		return fmt.Errorf("told %v", got)
	}
	room()
	d.queueing.Lock()
	d.writer.retryAt = time.Now()
	d.queueing.Unlock()
	fill(d, "i", 2, 2)
	if err := errors.Join(d.flush(ctx), d.Write(ctx, entry(1))); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	if pending, err = d.Pending(ctx); err != nil || len(pending) != wrote+1 {
		return fmt.Errorf("%d entries, want %d: %w", len(pending), wrote+1, err)
	}
	if len(o.kinds()) != 1 {
		return fmt.Errorf("told %v", o.kinds())
	}
	return nil
}

func TestAFullDiskIsToldOnceAndLosesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("a small disk cannot be made here (%v); the limit on the size of files stands in for it", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	d, o := at(t, dir)
	must(t, without(d, o, func() { must(t, syscall.Mount("", dir, "tmpfs", syscall.MS_REMOUNT, "size=100m")) }))
}

func TestAQuotaIsLikeAFullDisk(t *testing.T) {
	if out, err := process(t, "limit", t.TempDir()).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// withoutRoom limits the size of files of this process, which cannot be undone for others.
func withoutRoom(dir string, _ []string) error {
	signal.Ignore(syscall.SIGXFSZ)
	o := &told{}
	d, err := Open(context.Background(), Config{Dir: dir, Key: testKey, Tell: o.tell})
	if err != nil {
		return err
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: before.Max}); err != nil {
		return err
	}
	var again error
	if err := without(d, o, func() { again = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before) }); err != nil {
		return err
	}
	return errors.Join(again, d.Close())
}

// Root may write where modes forbid it, so these are folders where nobody may.
func TestAFolderThatCannotBeWrittenIsToldAndNothingIsOpen(t *testing.T) {
	read := t.TempDir()
	must(t, os.Chmod(read, 0o500))
	folders := map[string]string{"not of a disk": "/proc/self", "not there": t.TempDir() + "/none"}
	if os.Getuid() != 0 {
		folders["read-only"] = read
	}
	if mounted := t.TempDir(); syscall.Mount("tmpfs", mounted, "tmpfs", syscall.MS_RDONLY, "size=1m") == nil {
		t.Cleanup(func() { must(t, syscall.Unmount(mounted, 0)) })
		folders["on a read-only disk"] = mounted
	}
	for name, dir := range folders {
		t.Run(name, func(t *testing.T) {
			if _, err := Open(t.Context(), Config{Dir: dir, Key: testKey}); !trouble.Is(err, trouble.DiskTrouble) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAFolderThatBecomesReadOnlyRefusesAndIsFineAgainLater(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=50m"); err != nil {
		t.Skipf("a disk cannot be made here: %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(dir, 0)) })
	must(t, os.Mkdir(dir+"/data", 0o700))
	d, o := at(t, dir+"/data")
	must(t, d.Write(t.Context(), entry(1)))
	must(t, os.Rename(dir+"/data", dir+"/away"))
	if err := d.Write(t.Context(), entry(2)); !trouble.Is(err, trouble.DiskTrouble) {
		t.Errorf("got %v", err)
	}
	must(t, os.Rename(dir+"/away", dir+"/data"))
	must(t, d.Write(t.Context(), entry(3)))
	if pending, err := d.Pending(t.Context()); err != nil || !slices.Equal(ids(pending), []string{"entry-00001", "entry-00003"}) {
		t.Errorf("%v %v", ids(pending), err)
	}
	if len(o.kinds()) != 0 {
		t.Errorf("told %v", o.kinds())
	}
}

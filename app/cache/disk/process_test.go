package disk

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"concierge/app/cache"
)

// Tests of several processes start this program again; the variable says what it is to do then, and in which folder.
const processVariable = "CONCIERGE_DISK_TEST_PROCESS"

var processes = map[string]func(dir string, args []string) error{
	"write": writeMany,
	"limit": withoutRoom,
}

func TestMain(m *testing.M) {
	what, rest, is := strings.Cut(os.Getenv(processVariable), "\n")
	if !is {
		os.Exit(m.Run())
	}
	args := strings.Split(rest, "\n")
	if err := processes[what](args[0], args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func process(t *testing.T, what, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), processVariable+"="+strings.Join(append([]string{what, dir}, args...), "\n"))
	return cmd
}

// writeMany writes entries from a number on, and says of each when Write has returned; beside it goes the cache. It ends
// after so many, or never when that is 0.
func writeMany(dir string, args []string) error {
	from, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	d, err := Open(ctx, Config{Dir: dir, Key: testKey})
	if err != nil {
		return err
	}
	identity := "of " + args[0]
	fill(d, identity, 20, 8)
	for n := from; count == 0 || n < from+count; n++ {
		s := people(identity, fmt.Sprintf("a%05d", n%20), 8)
		s.Revision, s.Account.Name = fmt.Sprint(n), fmt.Sprint("Boulangerie Readable ", n)
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: s, At: noon.Add(time.Duration(n) * time.Second)})
		e := entry(n)
		e.Account.Identity = identity
		if err := d.Write(ctx, e); err != nil {
			return err
		}
		if n%5 == 0 {
			if err := d.Write(ctx, ended(e, time.Second)); err != nil {
				return err
			}
		}
		if n%10 == 0 {
			if _, err := d.Pending(ctx); err != nil {
				return err
			}
		}
		fmt.Println("written", n)
	}
	return d.Close()
}

func TestTwoWindowsOnOneFolderKeepBothFilesWhole(t *testing.T) {
	dir := t.TempDir()
	const count = 60
	var running []*exec.Cmd
	var said [2]bytes.Buffer
	for i, from := range []string{"1000", "2000"} {
		cmd := process(t, "write", dir, from, strconv.Itoa(count))
		cmd.Stderr = &said[i]
		must(t, cmd.Start())
		running = append(running, cmd)
	}
	for i, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, said[i].Bytes())
		}
	}
	d, told := at(t, dir)
	sound(t, d)
	for _, id := range []string{"of 1000", "of 2000"} {
		n := 0
		pending, err := d.Pending(t.Context())
		must(t, err)
		for account := range 7 {
			done, err := d.Ended(t.Context(), ref(id, fmt.Sprint(account)))
			must(t, err)
			n += len(done)
		}
		for _, e := range pending {
			if e.Account.Identity == id {
				n++
			}
		}
		if n != count {
			t.Errorf("%s: %d entries, want %d", id, n, count)
		}
	}
	if kept, snaps := all(t, d); len(kept) != 2 || len(snaps) != 40 || len(told.kinds()) != 0 || len(asides(t, dir)) != 0 {
		t.Errorf("%d identities, %d accounts, told %v", len(kept), len(snaps), told.kinds())
	}
}

// sound has SQLite check both files.
func sound(t *testing.T, d *Disk) {
	t.Helper()
	for _, f := range []*file{d.cache, d.journal} {
		var said string
		if err := f.db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
			t.Errorf("%s: %s %v", f.path, said, err)
		}
	}
}

func TestAKilledWindowKeepsEveryEntryThatWasWrittenAndLeavesNothingReadable(t *testing.T) {
	for round := range 6 {
		dir := t.TempDir()
		cmd := process(t, "write", dir, "0", "0")
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		written := -1
		for lines.Scan() {
			if _, err := fmt.Sscanf(lines.Text(), "written %d", &written); err != nil {
				t.Fatal(lines.Text())
			}
			if written == 15+round*9 {
				must(t, cmd.Process.Kill())
			}
		}
		_, err = io.Copy(io.Discard, out)
		must(t, err)
		var ended *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &ended) {
			t.Fatal(err)
		}
		for name, content := range contents(t, dir) {
			for _, word := range []string{"readable", "Tremblay", "Boulangerie", "invite", "entry-0", "SQLite format"} {
				if bytes.Contains(content, []byte(word)) {
					t.Errorf("%s has %q in clear", name, word)
				}
			}
		}
		d, told := at(t, dir)
		sound(t, d)
		have := map[string]bool{}
		pending, err := d.Pending(t.Context())
		must(t, err)
		for _, e := range pending {
			have[e.ID] = true
		}
		for account := range 7 {
			done, err := d.Ended(t.Context(), ref("of 0", fmt.Sprint(account)))
			must(t, err)
			for _, e := range done {
				have[e.ID] = true
			}
		}
		for n := range written + 1 {
			if !have[entry(n).ID] {
				t.Errorf("round %d: entry %d of %d is gone", round, n, written)
			}
		}
		if len(told.kinds()) != 0 {
			t.Errorf("told %v", told.kinds())
		}
		works(t, d)
	}
}

func TestNothingCanBeReadInTheFilesWhileTheyAreInUse(t *testing.T) {
	dir := t.TempDir()
	d, _ := at(t, dir)
	fill(d, "i", 30, 10)
	for n := range 10 {
		must(t, d.Write(t.Context(), entry(n)))
	}
	must(t, d.flush(t.Context()))
	files := contents(t, dir)
	if len(files[cacheFile+"-wal"]) == 0 || len(files[journalFile]) == 0 {
		t.Fatalf("there is nothing to look at: %d files", len(files))
	}
	for name, content := range files {
		for _, word := range []string{"readable", "Gagnon", "Boulangerie", "invite", "entry-0", "token of", "SQLite format", "CREATE TABLE"} {
			if bytes.Contains(content, []byte(word)) {
				t.Errorf("%s has %q in clear", name, word)
			}
		}
		info, err := os.Stat(dir + "/" + name)
		must(t, err)
		index := strings.HasSuffix(name, "-shm") // which pages are where in the log; SQLite gives it the mode of any file
		if os.PathSeparator == '/' && info.Mode().Perm() != 0o600 && !index {
			t.Errorf("%s is %v", name, info.Mode())
		}
	}
}

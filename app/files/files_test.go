package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"concierge/app/trouble"
)

func TestAWrittenFileIsWholePrivateAndAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	for _, content := range []string{"a longer first content", "short"} {
		if err := Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path); err != nil || string(got) != content {
			t.Fatalf("read %q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
		t.Errorf("mode is %v", info.Mode())
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFailedWriteLeavesTheOldContentAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	if err := os.Mkdir(path, 0o700); err != nil { // cannot be renamed over
		t.Fatal(err)
	}
	if err := Write(path, []byte("x")); err == nil {
		t.Fatal("no error")
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestANewFileIsPrivateAndTakesNobodysPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := WriteNew(path, []byte("mine")); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(path, []byte("other")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second one: %v", err)
	}
	got, err := Read(path)
	info, noInfo := os.Stat(path)
	if err != nil || noInfo != nil || string(got) != "mine" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q %v, %v %v", got, err, info, noInfo)
	}
}

func TestOfANewFileThatCannotBeWrittenNothingStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path) // to be read only: writing fails as on a full disk
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(f, []byte("mine")); err == nil {
		t.Error("it says that it is written")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is in the way of the next try: %v", err)
	}
}

func TestAFileThatIsNotThereReadsAsNothing(t *testing.T) {
	if data, err := Read(filepath.Join(t.TempDir(), "none")); data != nil || err != nil {
		t.Errorf("%q, %v", data, err)
	}
}

func TestUnreadableFilesAreSetAsideUnderNamesOfTheirOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	why := errors.New("not JSON")
	var paths []string
	for _, content := range []string{"one", "two"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		tr := Aside(path, now, why)
		if tr.Kind != trouble.SetAside || !errors.Is(tr, why) {
			t.Fatalf("%v", tr)
		}
		if got, _ := os.ReadFile(tr.Path); string(got) != content {
			t.Errorf("%s has %q", tr.Path, got)
		}
		paths = append(paths, filepath.Base(tr.Path))
	}
	if paths[0] != "a.json.broken-20260304-050607" || paths[1] != "a.json.broken-20260304-050607-2" {
		t.Errorf("%v", paths)
	}
	if tr := Aside(path, now, why); tr.Kind != trouble.DiskTrouble {
		t.Errorf("moving what is not there: %v", tr)
	}
}

func TestALockIsHeldByOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 2*poll)
	defer cancel()
	if _, err := Lock(soon, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("second lock: %v", err)
	}
	unlock()
	again, err := Lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestALockThatSomebodyHasIsToldApartFromOneThatCannotBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := TryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TryLock(path); !errors.Is(err, ErrHeld) {
		t.Errorf("second lock: %v", err)
	}
	unlock()
	again, err := TryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	again()
	if _, err := TryLock(filepath.Join(path, "no", "such", "folder")); err == nil || errors.Is(err, ErrHeld) {
		t.Errorf("in no folder: %v", err)
	}
}

package disk

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concierge/app/files"
	"concierge/app/trouble"

	"lukechampine.com/adiantum"
)

// written is a folder with both files, as the application left them.
func written(t testing.TB, entries int, change ...func(*Config)) string {
	t.Helper()
	dir := t.TempDir()
	d, _ := at(t, dir, change...)
	fill(d, "i", 12, 6)
	for n := range entries {
		e := entry(n)
		if n%3 == 0 {
			e = ended(e, 1)
		}
		must(t, d.Write(t.Context(), e))
	}
	must(t, d.Close())
	return dir
}

// works checks that everything can be kept and read.
func works(t testing.TB, d *Disk) {
	t.Helper()
	ctx := t.Context()
	must(t, d.Write(ctx, entry(90_000)))
	pending, err := d.Pending(ctx)
	must(t, err)
	if !slices.Contains(ids(pending), "entry-90000") {
		t.Fatal("what was written is not there")
	}
	must(t, d.Remove(ctx, "entry-90000"))
	snaps := fill(d, "new", 2, 2)
	must(t, d.flush(ctx))
	_, there := all(t, d)
	for _, s := range snaps {
		if there[s.Ref].Snapshot.Revision != s.Revision {
			t.Fatalf("account %v is not there", s.Ref)
		}
	}
	if list, err := d.List(ctx, snaps[0].Ref); err != nil || len(list) != 1 {
		t.Fatalf("versions: %v %v", list, err)
	}
}

// entries are all that a journal has of identity "i".
func entries(t testing.TB, d *Disk) map[string]bool {
	t.Helper()
	list, err := d.Pending(t.Context())
	must(t, err)
	for n := range 7 {
		more, err := d.Ended(t.Context(), ref("i", fmt.Sprint(n)))
		must(t, err)
		list = append(list, more...)
	}
	out := map[string]bool{}
	for _, e := range list {
		var n int
		if _, err := fmt.Sscanf(e.ID, "entry-%d", &n); err != nil || string(e.Body) != string(entry(n).Body) || e.Account != entry(n).Account || !e.At.Equal(entry(n).At) {
			t.Fatalf("an entry that nobody wrote: %+v", e)
		}
		out[e.ID] = true
	}
	return out
}

// newer makes a file one that a later version wrote.
func newer(t *testing.T, path, table string) {
	t.Helper()
	edit(t, path, "INSERT INTO "+table+"_migrations (version_id, is_applied, tstamp) VALUES (99, 1, 0)")
}

// edit changes a file as this version never would.
func edit(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?vfs=adiantum&hexkey="+hex.EncodeToString(testKey))
	must(t, err)
	_, err = db.ExecContext(t.Context(), statement)
	must(t, err, db.Close())
}

func TestFilesThatAreNotOursAreSetAsideAndMadeAnew(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		told  []trouble.Kind
		left  int // entries of ten
	}{
		"another key": {func(t *testing.T, dir string) {
			for _, f := range []string{cacheFile, journalFile} {
				must(t, os.Remove(filepath.Join(dir, f)))
			}
			d, _ := at(t, dir, func(c *Config) { c.Key = []byte(strings.Repeat("x", 32)) })
			must(t, d.Write(t.Context(), entry(1)), d.Close())
		}, []trouble.Kind{trouble.JournalSetAside, trouble.CacheSetAside}, 0},
		"something else": {func(t *testing.T, dir string) {
			for _, f := range []string{cacheFile, journalFile} {
				must(t, os.WriteFile(filepath.Join(dir, f), []byte(strings.Repeat("not a database. ", 1000)), 0o600))
			}
		}, []trouble.Kind{trouble.JournalSetAside, trouble.CacheSetAside}, 0},
		"a cache of a later version": {func(t *testing.T, dir string) { newer(t, filepath.Join(dir, cacheFile), "cache") },
			[]trouble.Kind{trouble.CacheSetAside}, 10},
		"a journal of a later version": {func(t *testing.T, dir string) { newer(t, filepath.Join(dir, journalFile), "journal") },
			[]trouble.Kind{trouble.JournalNewer}, 0},
		"a journal without its first page": {func(t *testing.T, dir string) { flip(t, filepath.Join(dir, journalFile), 17) },
			[]trouble.Kind{trouble.JournalSetAside}, 10},
		"empty files": {func(t *testing.T, dir string) {
			for _, f := range []string{cacheFile, journalFile} {
				must(t, os.Truncate(filepath.Join(dir, f), 0))
			}
		}, nil, 0},
		"files cut short": {func(t *testing.T, dir string) {
			must(t, os.Truncate(filepath.Join(dir, cacheFile), 5000), os.Truncate(filepath.Join(dir, journalFile), 5000))
		}, []trouble.Kind{trouble.JournalSetAside, trouble.CacheSetAside}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, 10)
			c.spoil(t, dir)
			before := contents(t, dir)
			d, told := at(t, dir)
			if got := len(entries(t, d)); got != c.left {
				t.Errorf("%d entries, want %d", got, c.left)
			}
			all(t, d)
			works(t, d)
			if got := told.kinds(); !slices.Equal(got, c.told) {
				t.Errorf("told %v, want %v", got, c.told)
			}
			for _, tr := range told.list {
				kept, err := os.ReadFile(tr.Path)
				must(t, err)
				of, _, _ := strings.Cut(strings.Replace(filepath.Base(tr.Path), newerMark, files.Broken, 1), files.Broken)
				if string(kept) != string(before[of]) {
					t.Errorf("%s is not what was there", tr.Path)
				}
			}
			if got := asides(t, dir); len(got) != len(c.told) {
				t.Errorf("set aside: %v", got)
			}
			must(t, d.Close())
			d, again := at(t, dir)
			works(t, d)
			if got := again.kinds(); len(got) != 0 {
				t.Errorf("the next start tells %v", got)
			}
		})
	}
}

// flip changes one byte.
func flip(t testing.TB, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	var b [1]byte
	_, err = f.ReadAt(b[:], at)
	must(t, err)
	b[0] ^= 0x10
	_, err = f.WriteAt(b[:], at)
	must(t, err)
}

func size(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	return info.Size()
}

// pages tells on which pages of a journal each entry stands, by taking one page after the other away.
func pages(t testing.TB, path string) (on map[string]map[int64]bool) {
	t.Helper()
	whole, err := os.ReadFile(path)
	must(t, err)
	copied := filepath.Join(t.TempDir(), "copy")
	readable := func() map[string]bool {
		rows, err := readable(copied, testKey)
		must(t, err)
		out := map[string]bool{}
		for _, r := range rows {
			out[r.id] = true
		}
		return out
	}
	must(t, os.WriteFile(copied, whole, 0o600))
	on = map[string]map[int64]bool{}
	for id := range readable() {
		on[id] = map[int64]bool{}
	}
	for page := range int64(len(whole) / pageSize) {
		must(t, os.WriteFile(copied, whole, 0o600))
		flip(t, copied, page*pageSize+5)
		left := readable()
		for id := range on {
			if !left[id] {
				on[id][page] = true
			}
		}
	}
	return on
}

// fast does without waiting for the disk, which nothing here depends on.
func fast(c *Config) {
	c.alsoOfCache, c.alsoOfJournal = []string{"synchronous(off)"}, []string{"synchronous(off)"}
}

func TestFlippedBitsNeverPanicNorLoseAnEntryThatStandsElsewhere(t *testing.T) {
	const entryCount = 120
	dir := written(t, entryCount, fast)
	d, _ := at(t, dir, fast)
	long := entry(500) // over several pages
	long.Body = []byte(strings.Repeat("une longue demande. ", 1000))
	must(t, d.Write(t.Context(), long), d.Close())
	on := pages(t, filepath.Join(dir, journalFile))
	if len(on) != entryCount+1 || len(on["entry-00500"]) < 5 {
		t.Fatalf("%d entries, the long one on %d pages", len(on), len(on["entry-00500"]))
	}
	original := contents(t, dir)
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	seen := map[trouble.Kind]int{}
	for round := range rounds {
		chance := rand.New(rand.NewPCG(7, uint64(round)))
		dir := t.TempDir()
		for _, f := range []string{cacheFile, journalFile} {
			must(t, os.WriteFile(filepath.Join(dir, f), original[f], 0o600))
		}
		hit := map[int64]bool{}
		for range 1 + chance.IntN(3) {
			at := chance.Int64N(size(t, filepath.Join(dir, journalFile)))
			hit[at/pageSize] = true
			flip(t, filepath.Join(dir, journalFile), at)
			flip(t, filepath.Join(dir, cacheFile), chance.Int64N(size(t, filepath.Join(dir, cacheFile))))
		}
		d, told := at(t, dir, fast)
		want := func() int {
			n := 0
			for _, pages := range on {
				whole := true
				for p := range pages {
					whole = whole && !hit[p]
				}
				if whole {
					n++
				}
			}
			return n
		}()
		ctx := t.Context()
		must(t, d.Write(ctx, entry(70_000)), d.Remove(ctx, "entry-70000"))
		must(t, d.Remove(ctx, "entry-00500"))
		if !disjoint(on["entry-00500"], hit) {
			want++ // so that it does not count below
		}
		if got := len(entries(t, d)); got < want-1 {
			t.Fatalf("round %d: %d entries of %d that stand on whole pages", round, got, want-1)
		}
		all(t, d)
		works(t, d)
		for _, k := range told.kinds() {
			seen[k]++
		}
		must(t, d.Close())
		d, _ = at(t, dir, fast)
		entries(t, d)
		all(t, d)
		works(t, d)
		must(t, d.Close())
	}
	if seen[trouble.JournalSetAside] < rounds/4 || seen[trouble.CacheSetAside] < rounds/4 || len(seen) != 2 {
		t.Errorf("told %v", seen)
	}
}

func disjoint(a, b map[int64]bool) bool {
	for p := range a {
		if b[p] {
			return false
		}
	}
	return true
}

func TestDamageThatIsFoundWhileRunningIsRepairedAndAllIsToldAgain(t *testing.T) {
	dir := written(t, 200)
	var d *Disk
	asked := make(chan bool, 10)
	d, told := at(t, dir, func(c *Config) {
		c.Retell = func() { fill(d, "i", 12, 6); asked <- true }
	})
	before := entries(t, d)
	// Every page but those that are in memory already.
	for _, f := range []string{cacheFile, journalFile} {
		path := filepath.Join(dir, f)
		for page := int64(1); page < size(t, path)/pageSize; page += 3 {
			flip(t, path, page*pageSize+100)
		}
	}
	for n := range 200 {
		must(t, d.Write(t.Context(), entry(1000+n)))
	}
	after := entries(t, d)
	for n := range 200 {
		if !after[fmt.Sprintf("entry-%05d", 1000+n)] {
			t.Errorf("entry %d is gone", 1000+n)
		}
	}
	if len(after) < 250 || len(after) == len(before)+200 {
		t.Errorf("%d entries of %d; were pages damaged at all?", len(after), len(before)+200)
	}
	all(t, d) // finds the cache damaged
	<-asked
	must(t, d.flush(t.Context()))
	if kept, snaps := all(t, d); len(kept) != 1 || len(snaps) != 12 || kept[0].Feed == "" {
		t.Errorf("%v, %d snapshots", kept, len(snaps))
	}
	works(t, d)
	if got := told.kinds(); !slices.Equal(got, []trouble.Kind{trouble.JournalSetAside, trouble.CacheSetAside}) {
		t.Errorf("told %v", got)
	}
}

func TestWhenAnotherWindowSetAFileAsideThisOneGoesOnWithTheNewOne(t *testing.T) {
	dir := written(t, 20)
	one, toldOne := at(t, dir)
	two, toldTwo := at(t, dir)
	must(t, one.journal.hold(t.Context(), func(ctx context.Context) error { return one.journal.repair(ctx, errDamaged) }))
	must(t, one.cache.hold(t.Context(), func(ctx context.Context) error { return one.cache.repair(ctx, errDamaged) }))
	must(t, two.Write(t.Context(), entry(100)), one.Write(t.Context(), entry(101)))
	for _, d := range []*Disk{one, two} {
		if got := entries(t, d); len(got) != 22 {
			t.Errorf("%d entries, want 22", len(got))
		}
		works(t, d)
	}
	// Two finds the old one damaged after one has seen to it.
	must(t, one.journal.hold(t.Context(), func(ctx context.Context) error { return one.journal.repair(ctx, errDamaged) }))
	must(t, two.journal.hold(t.Context(), func(ctx context.Context) error { return two.journal.repair(ctx, errDamaged) }))
	if got := entries(t, two); len(got) != 22 {
		t.Errorf("%d entries, want 22", len(got))
	}
	if len(toldOne.kinds()) != 3 || len(toldTwo.kinds()) != 0 {
		t.Errorf("told %v and %v", toldOne.kinds(), toldTwo.kinds())
	}
}

func TestARescueThatIsCutShortLosesNothing(t *testing.T) {
	for name, cut := range map[string]func(t *testing.T, path string){
		"before the new file was complete": func(t *testing.T, path string) {
			must(t, os.WriteFile(path+".new", []byte("half"), 0o600))
		},
		"after the old one was moved": func(t *testing.T, path string) {
			must(t, os.Rename(path, path+".new"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, 20)
			cut(t, filepath.Join(dir, journalFile))
			d, told := at(t, dir)
			if got := len(entries(t, d)); got != 20 || len(told.kinds()) != 0 {
				t.Errorf("%d entries, told %v", got, told.kinds())
			}
			must(t, d.journal.hold(t.Context(), func(ctx context.Context) error { return d.journal.repair(ctx, errDamaged) }))
			if got := len(entries(t, d)); got != 20 {
				t.Errorf("%d entries", got)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.new*")); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

func TestAnEntryOfWhichARowIsNotAsItWasWrittenIsNotTakenForOne(t *testing.T) {
	d, told := at(t, t.TempDir())
	for n := range 3 {
		must(t, d.Write(t.Context(), entry(n)))
	}
	must(t, d.journal.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE entries SET body = 'revoke everybody' WHERE id = 'entry-00001'")
		return err
	}))
	pending, err := d.Pending(t.Context())
	if err != nil || !slices.Equal(ids(pending), []string{"entry-00000", "entry-00002"}) || !slices.Equal(told.kinds(), []trouble.Kind{trouble.JournalSetAside}) {
		t.Errorf("%v %v, told %v", ids(pending), err, told.kinds())
	}
}

func TestOnlyTheNewestOfManyDamagedCachesIsKept(t *testing.T) {
	dir := t.TempDir()
	for range 4 {
		must(t, os.WriteFile(filepath.Join(dir, cacheFile), []byte("broken"), 0o600))
		d, _ := at(t, dir)
		must(t, d.Close())
	}
	if got := asides(t, dir); len(got) != 1 {
		t.Errorf("kept %v", got)
	}
}

// plain is all that the key opens in a file.
func plain(t testing.TB, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	must(t, err)
	defer f.Close()
	b := &bare{file: f, cipher: adiantum.New(testKey)}
	var all strings.Builder
	for page := int64(1); ; page++ {
		data, err := b.page(page)
		if err != nil {
			return all.String()
		}
		all.Write(data)
	}
}

func TestNothingOfAnIdentityThatSignedOutIsLeftEvenForWhoHasTheKey(t *testing.T) {
	dir := t.TempDir()
	d, _ := at(t, dir)
	fill(d, "i", 40, 10)
	other := fill(d, "j", 3, 1)
	for n := range 40 {
		must(t, d.Write(t.Context(), entry(n)))
	}
	mine := entry(0)
	mine.ID, mine.Account.Identity, mine.Body = "of j", "j", []byte("jjj")
	must(t, d.Write(t.Context(), mine), d.flush(t.Context()))
	must(t, os.WriteFile(filepath.Join(dir, cacheFile+".broken-20260101-000000"), nil, 0o600))
	all4 := func() (s string) {
		for _, f := range []string{cacheFile, cacheFile + "-wal", journalFile, journalFile + "-journal"} {
			s += plain(t, filepath.Join(dir, f))
		}
		return s
	}
	if before := all4(); !strings.Contains(before, "sam.gagnon.4@readable") || !strings.Contains(before, "marie.tremblay.39@readable") {
		t.Fatal("the key does not open what is there: this test would see nothing")
	}
	must(t, d.Erase(t.Context(), "i"))
	for _, word := range []string{"sam.gagnon.4@readable", "marie.tremblay", "tag a00030", "token of i", "as the readable host says of i"} {
		if strings.Contains(all4(), word) {
			t.Errorf("%q is still there", word)
		}
	}
	if got := asides(t, dir); len(got) != 0 {
		t.Errorf("set aside: %v", got)
	}
	pending, err := d.Pending(t.Context())
	must(t, err)
	if _, snaps := all(t, d); len(snaps) != len(other) || !slices.Equal(ids(pending), []string{"of j"}) {
		t.Errorf("of the other identity: %d accounts, %v", len(snaps), ids(pending))
	}
	must(t, os.WriteFile(filepath.Join(dir, journalFile+".broken-20260101-000000"), nil, 0o600), d.Close(), Remove(t.Context(), dir))
	for name := range contents(t, dir) {
		if !strings.HasSuffix(name, ".lock") {
			t.Errorf("%s is there though nobody is signed in", name)
		}
	}
}

func TestSigningOutThatWasCutShortIsFinishedAndALostListOfIdentitiesLosesNoEdit(t *testing.T) {
	dir := t.TempDir()
	d, _ := at(t, dir)
	fill(d, "i", 2, 1)
	fill(d, "j", 2, 1)
	fill(d, "k", 2, 1)
	for i, id := range []string{"i", "j", "k"} {
		e := entry(i)
		e.Account.Identity = id
		must(t, d.Write(t.Context(), e), d.Leave(t.Context(), id))
	}
	must(t, d.Stay(t.Context(), "j"), d.Close())
	d, _ = at(t, dir)
	must(t, d.Settle(t.Context(), []string{"k"})) // i signed out; j is in no list, and did not; k is there after all
	pending, err := d.Pending(t.Context())
	must(t, err)
	kept, snaps := all(t, d)
	if !slices.Equal(ids(pending), []string{"entry-00001", "entry-00002"}) || len(kept) != 1 || len(snaps) != 2 {
		t.Errorf("pending %v, %d identities, %d accounts", ids(pending), len(kept), len(snaps))
	}
	must(t, d.Settle(t.Context(), nil))
	if pending, err := d.Pending(t.Context()); err != nil || len(pending) != 2 {
		t.Errorf("%v %v", ids(pending), err)
	}
}

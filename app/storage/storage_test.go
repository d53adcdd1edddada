package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/app/vault"

	"go.uber.org/goleak"
)

// closable is a keyring that can be locked, missing or refusing.
type closable struct {
	*vault.Memory
	mu  sync.Mutex
	why *trouble.Trouble
	set int
	ids map[string]bool
}

func (c *closable) is(why *trouble.Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.why = why
}

func (c *closable) fails() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why != nil {
		return c.why
	}
	return nil
}

func (c *closable) Get(ctx context.Context, id string) (string, error) {
	if err := c.fails(); err != nil {
		return "", err
	}
	return c.Memory.Get(ctx, id)
}

func (c *closable) Set(ctx context.Context, id, secret string) error {
	if err := c.fails(); err != nil {
		return err
	}
	c.mu.Lock()
	c.set++
	c.ids[id] = true
	c.mu.Unlock()
	return c.Memory.Set(ctx, id, secret)
}

func (c *closable) Delete(ctx context.Context, id string) error {
	c.mu.Lock()
	delete(c.ids, id)
	c.mu.Unlock()
	return c.Memory.Delete(ctx, id)
}

// Len is how many secrets there are.
func (c *closable) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.ids)
}

func keyring() *closable { return &closable{Memory: vault.Session(), ids: map[string]bool{}} }

// run is one run of the application.
type run struct {
	*Storage
	store *cache.Store
	mu    sync.Mutex
	told  []trouble.Kind
}

func start(t *testing.T, dir string, v vault.Vault) *run {
	t.Helper()
	r := &run{store: cache.New()}
	r.Storage = New(Config{Dir: dir, Vault: v, Store: r.store, Log: slog.New(slog.DiscardHandler),
		Keeps: func(id string) bool { return id != "adopted" },
		Tell: func(t *trouble.Trouble) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.told = append(r.told, t.Kind)
		}})
	t.Cleanup(func() { must(t, r.Close()) })
	return r
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func at(identity, account string) access.Ref {
	return access.Ref{Identity: identity, Account: account}
}

// fetch is what a first fetch puts into the store.
func (r *run) fetch(identity string, n int) {
	r.store.PutIdentity(cache.Identity{ID: identity, Me: access.Me{ID: "p", FirstName: "Sam"}})
	var list []access.Summary
	for i := range n {
		list = append(list, access.Summary{Ref: at(identity, fmt.Sprint(i)), Name: fmt.Sprint("Compte ", i), Revision: "1"})
	}
	r.store.PutAccounts(identity, list)
	for _, a := range list {
		r.store.PutTagged(access.Snapshot{Ref: a.Ref, Revision: "1", Account: access.Account{ID: a.Ref.Account, Name: a.Name}}, "tag", time.Now())
	}
	r.store.Confirm(identity, "t1", time.Now())
}

func entry(identity, id string) journal.Entry {
	return journal.Entry{ID: id, Account: at(identity, "1"), At: time.Now(), Body: []byte("body of " + id)}
}

func (r *run) pending(t *testing.T) (out []string) {
	t.Helper()
	list, err := r.Pending(t.Context())
	must(t, err)
	for _, e := range list {
		out = append(out, e.ID)
	}
	return out
}

func TestWhatOneRunKnewTheNextOneShowsFirstTheAccountThatWasOpen(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir, v := t.TempDir(), keyring()
	one := start(t, dir, v)
	must(t, one.Open(t.Context(), nil, access.Ref{}))
	one.fetch("i", 30)
	must(t, one.Write(t.Context(), entry("i", "a")), one.Close())

	two := start(t, dir, v)
	must(t, two.Open(t.Context(), []string{"i"}, at("i", "7")))
	i, known := two.store.Identity("i")
	if !known || !i.Status.Kept || i.Me.FirstName != "Sam" || len(two.store.Accounts("i")) != 30 || two.store.Feed("i") != "t1" {
		t.Errorf("%+v, %d accounts, feed %q", i, len(two.store.Accounts("i")), two.store.Feed("i"))
	}
	if snap, st, has := two.store.Snapshot(at("i", "7")); !has || !st.Kept || snap.Account.Name != "Compte 7" || two.store.Tag(at("i", "7")) != "tag" {
		t.Errorf("the account that was open: %+v %+v %v", snap, st, has)
	}
	if n := len(two.store.Snapshots()); n != 1 {
		t.Errorf("%d accounts before the first screen, want 1", n)
	}
	changed := at("i", "3")
	two.store.PutTagged(access.Snapshot{Ref: changed, Revision: "2"}, "tag2", time.Now())
	two.Rest(t.Context(), []string{"i"})
	if n := len(two.store.Snapshots()); n != 30 {
		t.Errorf("%d accounts after, want 30", n)
	}
	if snap, st, _ := two.store.Snapshot(changed); snap.Revision != "2" || st.Kept {
		t.Errorf("what came meanwhile was overwritten: %+v", st)
	}
	if got := two.pending(t); !slices.Equal(got, []string{"a"}) || two.Trouble() != nil || len(two.told) != 0 || v.set != 1 {
		t.Errorf("pending %v, trouble %v, told %v, %d keys made", got, two.Trouble(), two.told, v.set)
	}
	must(t, two.Close())
}

func TestWithoutAKeyringAllIsInMemoryUntilThereIsOne(t *testing.T) {
	for _, kind := range []trouble.Kind{trouble.KeyringMissing, trouble.KeyringLocked, trouble.KeyringRefused} {
		t.Run(string(kind), func(t *testing.T) {
			dir, v := t.TempDir(), keyring()
			before := start(t, dir, v)
			must(t, before.Open(t.Context(), nil, access.Ref{}))
			before.fetch("old", 3)
			must(t, before.Write(t.Context(), entry("old", "o")), before.Close())

			v.is(&trouble.Trouble{Kind: kind})
			r := start(t, dir, v)
			if err := r.Open(t.Context(), []string{"i", "old"}, access.Ref{}); !trouble.Is(err, kind) || r.Trouble() == nil || r.Trouble().Kind != kind {
				t.Fatalf("%v, %v", err, r.Trouble())
			}
			r.Rest(t.Context(), []string{"i", "old"})
			r.fetch("i", 2)
			r.fetch("adopted", 2)
			ended := entry("i", "done")
			ended.Ended = time.Now()
			must(t, r.Write(t.Context(), entry("i", "a")), r.Write(t.Context(), ended), r.Write(t.Context(), entry("adopted", "x")))
			if got := r.pending(t); !slices.Equal(got, []string{"a", "x"}) {
				t.Errorf("in memory: %v", got)
			}
			if list, err := r.List(t.Context(), at("i", "1")); err != nil || len(list) != 0 {
				t.Errorf("versions in memory: %v %v", list, err)
			}

			v.is(nil)
			must(t, r.Open(t.Context(), []string{"i", "old"}, access.Ref{}))
			r.Rest(t.Context(), []string{"i", "old"})
			if r.Trouble() != nil || len(r.store.Accounts("old")) != 3 {
				t.Errorf("%v, %d accounts that were there before", r.Trouble(), len(r.store.Accounts("old")))
			}
			if got := r.pending(t); !slices.Equal(got, []string{"o", "a", "x"}) {
				t.Errorf("all together: %v", got)
			}
			must(t, r.Close())

			again := start(t, dir, v)
			must(t, again.Open(t.Context(), []string{"i", "old", "adopted"}, access.Ref{}))
			again.Rest(t.Context(), []string{"i", "old", "adopted"})
			done, err := again.Ended(t.Context(), at("i", "1"))
			must(t, err)
			if got := again.pending(t); !slices.Equal(got, []string{"o", "a"}) || len(done) != 1 || len(again.store.Snapshots()) != 5 {
				t.Errorf("at the next start: %v, %d ended, %d accounts", got, len(done), len(again.store.Snapshots()))
			}
			if _, known := again.store.Identity("adopted"); known {
				t.Error("what was for one session only was kept")
			}
		})
	}
}

func TestAKeyThatIsGoneCostsTheFilesAndIsTold(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, dir string, v *closable){
		"out of the keyring": func(t *testing.T, dir string, v *closable) { v.Memory = vault.Session() },
		"changed in the keyring": func(t *testing.T, dir string, v *closable) {
			data, err := os.ReadFile(filepath.Join(dir, keyFile))
			must(t, err)
			id, err := decodeKeyFile(data)
			must(t, err, v.Memory.Set(t.Context(), id, "not a key"))
		},
		"with its file": func(t *testing.T, dir string, v *closable) { must(t, os.Remove(filepath.Join(dir, keyFile))) },
		"its file damaged": func(t *testing.T, dir string, v *closable) {
			must(t, os.WriteFile(filepath.Join(dir, keyFile), []byte("{"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, v := t.TempDir(), keyring()
			r := start(t, dir, v)
			must(t, r.Open(t.Context(), nil, access.Ref{}))
			r.fetch("i", 2)
			must(t, r.Write(t.Context(), entry("i", "a")), r.Close())
			lose(t, dir, v)
			r = start(t, dir, v)
			must(t, r.Open(t.Context(), []string{"i"}, access.Ref{}))
			want := []trouble.Kind{trouble.JournalSetAside, trouble.CacheSetAside}
			if name == "its file damaged" {
				want = slices.Insert(want, 0, trouble.SetAside)
			}
			if !slices.Equal(r.told, want) || len(r.pending(t)) != 0 {
				t.Errorf("told %v, pending %v", r.told, r.pending(t))
			}
			r.fetch("i", 2)
			must(t, r.Close())
			r = start(t, dir, v)
			must(t, r.Open(t.Context(), []string{"i"}, access.Ref{}))
			if len(r.store.Accounts("i")) != 2 || len(r.told) != 0 {
				t.Errorf("%d accounts, told %v", len(r.store.Accounts("i")), r.told)
			}
		})
	}
}

func TestTwoWindowsAtTheFirstStartMakeOneKey(t *testing.T) {
	dir, v := t.TempDir(), keyring()
	runs := []*run{start(t, dir, v), start(t, dir, v), start(t, dir, v)}
	done := make(chan error)
	for _, r := range runs {
		go func() { done <- r.Open(context.Background(), nil, access.Ref{}) }()
	}
	for range runs {
		must(t, <-done)
	}
	for i, r := range runs {
		must(t, r.Write(t.Context(), entry("i", fmt.Sprint(i))))
	}
	if got := runs[0].pending(t); len(got) != 3 || v.set != 1 {
		t.Errorf("%v with %d keys", got, v.set)
	}
}

func TestAFolderThatCannotBeWrittenIsToldByWhereThingsAreKept(t *testing.T) {
	r := start(t, filepath.Join(t.TempDir(), "none"), keyring())
	if err := r.Open(t.Context(), nil, access.Ref{}); !trouble.Is(err, trouble.DiskTrouble) || r.Trouble() == nil {
		t.Errorf("%v, %v", err, r.Trouble())
	}
	must(t, r.Write(t.Context(), entry("i", "a")))
	if got := r.pending(t); len(got) != 1 || len(r.told) != 0 {
		t.Errorf("%v, told %v", got, r.told)
	}
}

func TestNothingIsTouchedWithoutAFolder(t *testing.T) {
	v := keyring()
	v.is(&trouble.Trouble{Kind: trouble.KeyringLocked})
	r := start(t, "", v)
	must(t, r.Open(t.Context(), nil, access.Ref{}))
	r.Rest(t.Context(), nil)
	r.fetch("i", 1)
	must(t, r.Write(t.Context(), entry("i", "a")), r.Remove(t.Context(), "a"), r.Leave(t.Context(), "i"), r.Erase(t.Context(), "i", true))
	if r.Trouble() != nil {
		t.Error(r.Trouble())
	}
}

func TestSigningOutLeavesNothingOfAnIdentity(t *testing.T) {
	dir, v := t.TempDir(), keyring()
	r := start(t, dir, v)
	must(t, r.Open(t.Context(), nil, access.Ref{}))
	r.fetch("i", 3)
	r.fetch("j", 3)
	must(t, r.Write(t.Context(), entry("i", "a")), r.Write(t.Context(), entry("j", "b")), r.Leave(t.Context(), "i"))
	r.store.RemoveIdentity("i")
	must(t, r.Erase(t.Context(), "i", false), r.Close())
	r = start(t, dir, v)
	must(t, r.Open(t.Context(), []string{"i", "j"}, access.Ref{}))
	if _, known := r.store.Identity("i"); known || !slices.Equal(r.pending(t), []string{"b"}) || len(r.store.Accounts("j")) != 3 {
		t.Errorf("%v %v", known, r.pending(t))
	}
	r.store.RemoveIdentity("j")
	must(t, r.Erase(t.Context(), "j", true))
	if r.IsOpen() || v.Len() != 0 {
		t.Errorf("open %v, %d secrets in the keyring", r.IsOpen(), v.Len())
	}
	must(t, r.Open(t.Context(), nil, access.Ref{})) // somebody signs in again
	r.fetch("k", 1)
	r.store.RemoveIdentity("k")
	must(t, r.Erase(t.Context(), "k", true), r.Close())
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".lock") {
			t.Errorf("%s is left", f.Name())
		}
	}
}

func FuzzTheFileThatNamesTheKey(f *testing.F) {
	for _, s := range []string{`{"version":1,"key":"ABC"}`, `{"version":2,"key":"ABC","more":[]}`, `{"version":1}`, `{"key":7}`, `[]`, `null`, ``, `{`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if id, err := decodeKeyFile(data); (id == "") == (err == nil) {
			t.Errorf("%q: %q, %v", data, id, err)
		}
	})
}

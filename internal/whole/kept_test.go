package whole

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/host/sample"
)

// asked notes the calls to the API.
type asked struct {
	mu    sync.Mutex
	calls []string
}

func (a *asked) note(w http.ResponseWriter, r *http.Request, pass http.Handler) {
	if strings.HasPrefix(r.URL.Path, "/v1/") {
		a.mu.Lock()
		a.calls = append(a.calls, strings.TrimPrefix(r.URL.Path, "/v1/"))
		a.mu.Unlock()
	}
	pass.ServeHTTP(w, r)
}

func (a *asked) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	calls := a.calls
	a.calls = nil
	return calls
}

// signInThere signs Marie in at the host behind its proxy, to be kept.
func (w *window) signInThere() string {
	w.p.Helper()
	try, err := w.SignIn.Begin(w.p.Context(), w.p.proxy.URL, sample.OwnerEmail)
	w.p.must(err)
	w.p.must(try.Open())
	ctx, cancel := context.WithTimeout(w.p.Context(), patience)
	defer cancel()
	i, err := try.Wait(ctx)
	w.p.must(err)
	return i.ID
}

// confirmed waits until the host has said of everything that it is still so.
func (w *window) confirmed(id string) {
	w.p.Helper()
	w.filled(id)
	w.until("the host confirms what was kept", func() bool {
		i, _ := w.Store.Identity(id)
		return !i.Status.Kept && i.Status.Trouble == nil && w.Store.Feed(id) != ""
	})
}

func TestASecondStartShowsWhatWasKeptAndAsksOnceWhetherAnythingChanged(t *testing.T) {
	p := start(t, unlimited)
	dir, v := t.TempDir(), vault.Session()
	calls := &asked{}
	p.through(calls.note)
	first := p.window(dir, v)
	id := first.signInThere()
	first.confirmed(id)
	first.until("it is kept", func() bool { return first.Storage.IsOpen() })
	accounts := len(first.Store.Accounts(id))
	want := first.snapshot(first.Store.Accounts(id)[0].Ref)
	p.must(first.Sync.Activity(t.Context(), want.Ref)) // as the overview does
	first.end()
	calls.take()

	second := p.window(dir, v)
	second.confirmed(id)
	if got := second.snapshot(want.Ref); got.Account.Name != want.Account.Name || len(second.Store.Accounts(id)) != accounts {
		t.Errorf("%d accounts, the first is %q", len(second.Store.Accounts(id)), got.Account.Name)
	}
	if r := second.Store.Activity(want.Ref); r.Of != want.Revision || len(r.List) == 0 {
		t.Errorf("the activity: %+v", r)
	}
	second.end()
	if got := calls.take(); !slices.Equal(got, []string{"changes"}) {
		t.Errorf("asked for %v", got)
	}

	// Somebody edits an account while the application is closed.
	other := p.window(t.TempDir(), vault.Session())
	theirs := other.as(sample.OwnerEmail, p.URL)
	other.filled(theirs)
	other.do(newContact(access.Ref{Identity: theirs, Account: want.Ref.Account}, "Zoé", "zoe@roy.example"), change.Confirmed)
	third := p.window(dir, v)
	third.confirmed(id)
	third.until("the edit is there", func() bool { return contactOf(third.snapshot(want.Ref), "zoe@roy.example").ID != "" })
	third.end()
	if got := calls.take(); !slices.Equal(got, []string{"changes", "accounts/" + want.Ref.Account + "/snapshot"}) {
		t.Errorf("asked for %v", got)
	}
	fourth := p.window(dir, v)
	fourth.confirmed(id)
	list, err := fourth.Versions.List(t.Context(), want.Ref)
	if err != nil || len(list) != 2 {
		t.Errorf("versions %v %v", list, err)
	}
	before, kept, err := fourth.Versions.Read(t.Context(), want.Ref, list[1].ID)
	if err != nil || !kept || contactOf(before, "zoe@roy.example").ID != "" {
		t.Errorf("the version before has it already: %v %v", kept, err)
	}
}

func TestWithoutAHostWhatWasKeptIsShownAsOfWhenItWas(t *testing.T) {
	p := start(t, unlimited)
	dir, v := t.TempDir(), vault.Session()
	first := p.window(dir, v)
	id := first.signInThere()
	first.confirmed(id)
	first.until("it is kept", func() bool { return first.Storage.IsOpen() })
	accounts := len(first.Store.Accounts(id))
	first.end()
	ended := time.Now()

	p.through(func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })
	second := p.window(dir, v)
	second.filled(id)
	second.until("it is said that the host cannot be reached", func() bool {
		i, _ := second.Store.Identity(id)
		return i.Status.Trouble != nil && i.Status.Trouble.Kind.Offline()
	})
	i, _ := second.Store.Identity(id)
	_, st, _ := second.Store.Snapshot(second.Store.Accounts(id)[0].Ref)
	if len(second.Store.Accounts(id)) != accounts || !i.Status.Kept || !st.Kept || i.Status.At.IsZero() || st.At.IsZero() || i.Status.At.After(ended) || st.At.After(ended) {
		t.Errorf("%d accounts, %+v, %+v", len(second.Store.Accounts(id)), i.Status, st)
	}
	p.through(nil)
	second.Poll()
	second.confirmed(id)
}

func TestSigningOutLeavesNothingToReadAndTheFilesTellNothing(t *testing.T) {
	p := start(t, unlimited)
	dir, v := t.TempDir(), vault.Session()
	w := p.window(dir, v)
	id := w.signInThere()
	w.confirmed(id)
	w.until("it is kept", func() bool { return w.Storage.IsOpen() })
	ref := w.Store.Accounts(id)[0].Ref
	p.must(w.Journal.Write(t.Context(), journal.Entry{ID: "e", Account: ref, Body: []byte(sample.OwnerEmail)}))
	files, err := filepath.Glob(filepath.Join(dir, "*.db*"))
	p.must(err)
	for _, f := range files {
		content, err := os.ReadFile(f)
		p.must(err)
		if bytes.Contains(content, []byte(sample.OwnerEmail)) || bytes.Contains(content, []byte("Boulangerie")) {
			t.Errorf("%s has names in clear", f)
		}
	}
	if _, err := w.SignOut(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && info.Size() > 0 && strings.HasSuffix(f, ".db") {
			t.Errorf("%s is still there", f)
		} else if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	}
	if pending, err := w.Journal.Pending(t.Context()); err != nil || len(pending) != 0 {
		t.Errorf("%v %v", pending, err)
	}
}

func TestSigningOutInOneWindowTakesNothingFromWhoSignedInInAnother(t *testing.T) {
	p := start(t, unlimited)
	dir, v := t.TempDir(), vault.Session()
	one := p.window(dir, v)
	two := p.window(dir, v)
	mine := one.signInThere()
	one.confirmed(mine)
	theirs := two.signIn() // at the other address of the host: somebody else, as far as is known here
	two.filled(theirs)
	for _, w := range []*window{one, two} {
		w.until("it is kept", func() bool { return w.Storage.IsOpen() })
	}
	ref := two.Store.Accounts(theirs)[0].Ref
	p.must(two.Journal.Write(t.Context(), journal.Entry{ID: "theirs", Account: ref, Body: []byte("{}")}))
	if _, err := one.SignOut(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	p.must(two.Journal.Write(t.Context(), journal.Entry{ID: "later", Account: ref, Body: []byte("{}")}))
	two.end()
	again := p.window(dir, v)
	again.filled(theirs)
	if pending, err := again.Journal.Pending(t.Context()); err != nil || len(pending) != 2 {
		t.Errorf("%v %v", pending, err)
	}
	if _, known := again.Store.Identity(mine); known {
		t.Error("who signed out is there")
	}
}

// locked is a keyring that nobody unlocks.
type locked struct {
	vault.Vault
	mu    sync.Mutex
	asked int
}

func (l *locked) Get(context.Context, string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	return "", &trouble.Trouble{Kind: trouble.KeyringLocked}
}

func TestAtTheStartALockedKeyringIsAskedOnce(t *testing.T) {
	p := start(t, unlimited)
	dir, v := t.TempDir(), vault.Session()
	first := p.window(dir, v)
	id := first.signInThere()
	first.confirmed(id)
	first.until("it is kept", func() bool { return first.Storage.IsOpen() })
	first.end()
	closed := &locked{Vault: v}
	second := p.window(dir, closed)
	i, known := second.SignIn.Identity(id)
	if !known || i.Trouble == nil || i.Trouble.Kind != trouble.KeyringLocked || closed.asked != 1 {
		t.Errorf("%+v, asked %d times", i, closed.asked)
	}
	if tr := second.Storage.Trouble(); tr == nil || tr.Kind != trouble.KeyringLocked {
		t.Errorf("what is kept: %v", tr)
	}
}

func TestWhatIsAdoptedForOneSessionIsNotKept(t *testing.T) {
	p := start(t, unlimited)
	dir := t.TempDir()
	w := p.window(dir, vault.Session())
	w.filled(w.as(sample.OwnerEmail, p.URL))
	w.end()
	if found, err := filepath.Glob(filepath.Join(dir, "*.db")); err != nil || len(found) != 0 {
		t.Errorf("%v %v", found, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "storage.json")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key was made")
	}
}

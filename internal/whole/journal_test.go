package whole

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"concierge/app"
	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client/api"
	"concierge/host/sample"
)

// kept is a journal that outlives the windows that use it, as one on the disk does.
type kept struct{ journal.Memory }

func (*kept) Lasts(string) bool { return true }

func with(j journal.Journal) func(*app.Config) { return func(c *app.Config) { c.Journal = j } }

// away takes the host away, and waits until the connections to it are known to be gone: what leaves on one that is just
// being closed may have arrived.
func (w *window) away(id string) {
	w.p.Helper()
	w.p.close()
	if err := w.Refresh(w.p.Context(), access.Ref{Identity: id}); err == nil {
		w.p.Fatal("the host still answers")
	}
}

// back brings the host back, and asks it again.
func (w *window) back(id string) {
	w.p.Helper()
	w.p.open()
	w.p.must(w.Refresh(w.p.Context(), access.Ref{Identity: id}))
}

// comes waits for something that nobody tells of: a journal, which another window may write to.
func (w *window) comes(what string, is func() bool) {
	w.p.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-look.C:
				w.wake()
			case <-stop:
				return
			}
		}
	}()
	w.until(what, is)
}

// left is what a journal has not seen end.
func left(t testing.TB, j journal.Journal) []change.Change {
	t.Helper()
	list, err := j.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []change.Change
	for _, e := range list {
		c, err := change.Decode(e)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

func TestAnEditMadeWhileTheHostIsAwayIsKeptAndSentOnceWhenItIsBack(t *testing.T) {
	p := start(t, unlimited)
	j := &kept{}
	w := p.window(t.TempDir(), vault.Session(), with(j))
	sam := w.as(sample.AccountantEmail, p.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	ct := contactOf(w.snapshot(ref), roy)
	w.away(sam)
	phone := w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldPhone] = "+14185550142" }), change.Draft)
	again := w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldCompany] = "Roy et filles" }), change.Draft)
	fresh := w.do(newContact(ref, "Hors ligne", "horsligne@client.example"), change.Draft)
	gone := w.Desk.Submit(change.Change{Account: ref, Kind: change.DeleteContact, Target: ct.ID, Base: ct.ETag, Before: change.OfContact(ct)})
	p.must(w.Desk.SendNow(gone.ID))
	w.ends(gone.ID, change.Draft)
	if k := why(phone); !k.Offline() || contactOf(w.snapshot(ref), roy).Phone != ct.Phone {
		t.Errorf("%s, and shown as if it were done: %+v", k, contactOf(w.snapshot(ref), roy))
	}
	w.comes("the joined edit, the contact and the removal are in the journal", func() bool { return len(left(t, j)) == 3 })
	w.back(sam)
	w.until("what may leave by itself has", func() bool {
		a, _ := w.Desk.Get(again.ID)
		b, _ := w.Desk.Get(fresh.ID)
		return a.State == change.Confirmed && b.State == change.Confirmed
	})
	if got := contactOf(w.snapshot(ref), roy); got.Company != "Roy et filles" || got.Phone != "+14185550142" || p.count(ref.Account, "horsligne@client.example") != 1 {
		t.Errorf("at the host: %+v, %d", got, p.count(ref.Account, "horsligne@client.example"))
	}
	if c, _ := w.Desk.Get(gone.ID); c.State != change.Draft {
		t.Errorf("a removal left by itself: %s", c.State)
	}
	p.must(w.Desk.SendNow(gone.ID))
	// It was edited since the person decided to delete it, by themselves: they see that before it goes.
	c := w.ends(gone.ID, change.Conflicting)
	p.must(w.Desk.Resolve(c.ID, c.After))
	w.ends(gone.ID, change.Confirmed)
	w.comes("the journal has no more to do", func() bool { return len(left(t, j)) == 0 })
	if p.count(ref.Account, roy) != 0 {
		t.Errorf("%d contacts, %+v left", p.count(ref.Account, roy), left(t, j))
	}
	if list, err := j.Ended(t.Context(), ref); err != nil || len(list) != 3 {
		t.Errorf("%d have ended, %v", len(list), err)
	}
}

func TestSigningOutNamesWhatWasNotSentBeforeItIsDropped(t *testing.T) {
	p := start(t, unlimited)
	j := &kept{}
	w := p.window(t.TempDir(), vault.Session(), with(j))
	sam := w.as(sample.AccountantEmail, p.URL)
	w.filled(sam)
	ref := w.account(sam, family)
	w.away(sam)
	c := w.do(newContact(ref, "Hors ligne", "horsligne@client.example"), change.Draft)
	if unsent := w.Flush(t.Context(), sam); len(unsent) != 1 || unsent[0].ID != c.ID || len(left(t, j)) != 1 {
		t.Errorf("named %+v, kept %+v", unsent, left(t, j))
	}
	p.open()
	if _, err := w.SignOut(t.Context(), sam); err != nil {
		t.Error(err)
	}
	if len(w.Desk.List()) != 0 || len(left(t, j)) != 0 || p.count(ref.Account, "horsligne@client.example") != 0 {
		t.Errorf("%+v, %+v", w.Desk.List(), left(t, j))
	}
}

func TestAConflictIsFoundAfterARestart(t *testing.T) {
	p := start(t, unlimited)
	j, dir, keys := &kept{}, t.TempDir(), vault.Session()
	w := p.window(dir, keys, with(j))
	marie := w.signIn()
	w.filled(marie)
	ref := w.account(marie, bakery)
	ct := w.snapshot(ref).Contacts[0]
	w.away(marie)
	mine := w.do(editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldPhone] = "+14185550001" }), change.Draft)
	w.end()
	p.open()
	theirs := "+14185550002"
	p.must(p.Sample.UpdateContact(t.Context(), ref.Account, ct.ID, api.ContactPatch{Phone: &theirs}))
	w = p.window(dir, keys, with(j))
	w.until("both sides are there", func() bool {
		c, _ := w.Desk.Get(mine.ID)
		return c.State == change.Conflicting
	})
	c, _ := w.Desk.Get(mine.ID)
	if col := c.Conflict.Collisions; !c.Alone || len(col) != 1 || col[0].Theirs != theirs || col[0].Mine != "+14185550001" {
		t.Errorf("%+v", col)
	}
	w.end()
	w = p.window(dir, keys, with(j))
	w.until("they still are after one more restart", func() bool {
		c, _ := w.Desk.Get(mine.ID)
		return c.State == change.Conflicting && len(c.Conflict.Collisions) == 1
	})
	c, _ = w.Desk.Get(mine.ID)
	p.must(w.Desk.Resolve(mine.ID, change.Overrule(c.Before, c.After, c.Conflict.Theirs)))
	w.ends(mine.ID, change.Confirmed)
	w.filled(marie)
	if got := contactOf(w.snapshot(ref), ct.Email); got.Phone != "+14185550001" {
		t.Errorf("%+v", got)
	}
}

// step is where a window dies on an edit's way.
type step int

const (
	survives step = iota
	unwritten
	written  // and not said to be
	leaves   // it is written that it leaves
	arrives  // the host has done it, the answer does not arrive
	answered // and the answer is not written
	ended
	steps
)

func (s step) String() string {
	return [...]string{"survives", "unwritten", "written", "leaves", "arrives", "answered", "ended"}[s]
}

// life is one run of the application on a journal that outlives it. Once dead, it reaches neither the journal nor the host.
type life struct {
	journal.Journal
	mu    sync.Mutex
	at    step
	wrote map[string]int
	dead  bool
	died  chan struct{}
}

func (l *life) Lasts(string) bool { return true }

// die ends the life; the mutex is held.
func (l *life) die() {
	if !l.dead {
		l.dead = true
		close(l.died)
	}
}

var errDead = &trouble.Trouble{Kind: trouble.DiskTrouble}

// Write dies at the step it is told to: an edit is written when it is made, when it leaves, and when it has ended.
func (l *life) Write(ctx context.Context, e journal.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrote[e.ID]++
	n := l.wrote[e.ID]
	last := !e.Ended.IsZero()
	if l.at == unwritten && n == 1 || l.at == answered && last {
		l.die()
	}
	if l.dead {
		return errDead
	}
	if err := l.Journal.Write(ctx, e); err != nil {
		return err
	}
	if l.at == written && n == 1 || l.at == leaves && n == 2 && !last || l.at == ended && last {
		l.die()
	}
	return nil
}

func (l *life) Remove(ctx context.Context, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return errDead
	}
	return l.Journal.Remove(ctx, id)
}

// serve lets a life's calls through while it lives, and lets it die of a write's answer.
func (l *life) serve(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
	l.mu.Lock()
	dead, dies := l.dead, l.at == arrives && r.Method != http.MethodGet
	l.mu.Unlock()
	if dead {
		panic(http.ErrAbortHandler)
	}
	if !dies {
		pass.ServeHTTP(rw, r)
		return
	}
	pass.ServeHTTP(httptest.NewRecorder(), r)
	l.mu.Lock()
	l.die()
	l.mu.Unlock()
	panic(http.ErrAbortHandler)
}

func TestWhereverTheApplicationDiesNothingIsLostAndNothingIsDoneTwice(t *testing.T) {
	edits := 200
	if testing.Short() {
		edits = 40
	}
	p := start(t, unlimited)
	j, dir, keys := &kept{}, t.TempDir(), vault.Session()
	var lives sync.Map // by the name in their calls
	p.through(func(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
		if l, ok := lives.Load(r.UserAgent()); ok {
			l.(*life).serve(rw, r, pass)
			return
		}
		pass.ServeHTTP(rw, r)
	})
	number := 0
	begin := func() (*window, *life) {
		number++
		l := &life{Journal: j, wrote: map[string]int{}, died: make(chan struct{})}
		name := fmt.Sprintf("life-%d", number)
		lives.Store("Concierge/"+name, l)
		return p.window(dir, keys, with(l), func(c *app.Config) { c.Version = name }), l
	}
	w, l := begin()
	marie := w.signInAt(p.proxy.URL)
	w.filled(marie)
	ref := w.account(marie, bakery)

	random := rand.New(rand.NewPCG(7, 2026)) //nolint:gosec // a sequence that can be had again
	want := map[string]string{}              // phones of the contacts that must be there, by e-mail
	var names []string                       // their e-mails, in a fixed order
	deaths := map[step]int{}
	for n := range edits {
		at := step(random.IntN(int(steps)))
		var c change.Change
		var email, phone string
		kind := random.IntN(3)
		if len(names) == 0 {
			kind = 0
		}
		if kind == 0 {
			email, phone = fmt.Sprintf("c%d@client.example", n), ""
			c = newContact(ref, fmt.Sprintf("Nouveau %d", n), email)
		} else {
			email = names[random.IntN(len(names))]
			w.until("the contact is shown", func() bool { return contactOf(w.snapshot(ref), email).ID != "" })
			ct := contactOf(w.snapshot(ref), email)
			phone = fmt.Sprintf("+1418555%04d", n)
			c = editContact(ref, ct, func(v change.Values) { v.Fields[change.FieldPhone] = phone })
			if kind == 2 {
				c = change.Change{Account: ref, Kind: change.DeleteContact, Target: ct.ID, Base: ct.ETag, Before: change.OfContact(ct)}
			}
		}
		l.mu.Lock()
		l.at = at
		l.mu.Unlock()
		c = w.Desk.Submit(c)
		_ = w.Desk.SendNow(c.ID) // a removal; refused already where its first writing failed
		if at == survives {
			w.ends(c.ID, change.Confirmed)
		} else {
			deaths[at]++
			<-l.died
			w, l = begin()
			w.comes("everything of before is taken on and has ended", func() bool {
				for _, c := range w.Desk.List() {
					_ = w.Desk.SendNow(c.ID) // a removal waits its whole time again; nobody wants it back
				}
				return len(left(t, j)) == 0 && len(w.Store.Accounts(marie)) > 0
			})
		}
		switch {
		case at == unwritten: // the only moment at which there is nothing to go on with
		case kind == 0:
			want[email] = ""
			names = append(names, email)
		case kind == 1:
			want[email] = phone
		default:
			delete(want, email)
			for i, name := range names {
				if name == email {
					names = append(names[:i], names[i+1:]...)
					break
				}
			}
		}
		got := map[string]int{}
		for _, ct := range p.truth(ref.Account).Contacts {
			got[ct.Email]++
			if phone, ours := want[ct.Email]; ours && ct.Phone != phone {
				t.Fatalf("edit %d (%s, %s): %s has the phone %q, want %q", n, c.Kind, at, ct.Email, ct.Phone, phone)
			}
		}
		for _, name := range names {
			if got[name] != 1 {
				t.Fatalf("edit %d (%s, %s): %s is there %d times", n, c.Kind, at, name, got[name])
			}
		}
		if kind == 2 && at != unwritten && got[email] != 0 {
			t.Fatalf("edit %d (%s): %s is still there", n, at, email)
		}
		p.must(w.Sync.Refresh(t.Context(), ref))
	}
	for at := unwritten; at < steps; at++ {
		if deaths[at] == 0 {
			t.Errorf("nothing died at %q", at)
		}
	}
	added := 0
	p.must(p.Sample.DB().Querier(t.Context()).QueryRowContext(t.Context(),
		`SELECT count(*) FROM activity WHERE account_id = ? AND action = ? AND target LIKE 'Nouveau %'`, ref.Account, api.ActContactAdded).Scan(&added))
	ended, err := j.Ended(t.Context(), ref)
	p.must(err)
	adds := 0
	for _, e := range ended {
		if c, err := change.Decode(e); err != nil || c.Kind == change.AddContact {
			adds++
		}
	}
	if added != adds {
		t.Errorf("the host tells of %d new contacts, the journal of %d", added, adds)
	}
	t.Logf("%d lives, died at %v, %d contacts added", number, deaths, added)
}

func TestTwoWindowsOnOneJournalSendEachEditOnce(t *testing.T) {
	const edits = 8 // each takes the client's tries to become a draft
	p := start(t, unlimited)
	j, dir, keys := &kept{}, t.TempDir(), vault.Session()
	w := p.window(dir, keys, with(j))
	marie := w.signIn()
	w.filled(marie)
	ref := w.account(marie, bakery)
	w.away(marie)
	for n := range edits {
		w.do(newContact(ref, "Deux fenêtres", fmt.Sprintf("deux%d@client.example", n)), change.Draft)
	}
	w.end()
	p.open()
	var windows [2]*window
	var wg sync.WaitGroup
	for i := range windows {
		wg.Go(func() { windows[i] = p.window(dir, keys, with(j)) })
	}
	wg.Wait()
	for _, w := range windows {
		w.comes("all is sent", func() bool {
			for _, c := range w.Desk.List() {
				if c.State != change.Confirmed && c.State != change.Undone {
					return false
				}
			}
			return len(left(t, j)) == 0
		})
	}
	for n := range edits {
		if got := p.count(ref.Account, fmt.Sprintf("deux%d@client.example", n)); got != 1 {
			t.Errorf("contact %d is there %d times", n, got)
		}
	}
}

func TestALostAnswerAndACrashAreFoundOutAboutWithTheSameKey(t *testing.T) {
	p := start(t, unlimited)
	j, dir, keys := &kept{}, t.TempDir(), vault.Session()
	w := p.window(dir, keys, with(j))
	marie := w.signInAt(p.proxy.URL)
	w.filled(marie)
	ref := w.account(marie, bakery)
	p.through(func(rw http.ResponseWriter, r *http.Request, pass http.Handler) {
		if r.Method == http.MethodGet {
			pass.ServeHTTP(rw, r)
			return
		}
		cut(rw, r, pass)
	})
	c := w.do(newContact(ref, "Perdu", "perdu@client.example"), change.Refused)
	if why(c) != trouble.OutcomeUnknown || p.count(ref.Account, "perdu@client.example") != 1 {
		t.Fatalf("%v, %d", c.Trouble, p.count(ref.Account, "perdu@client.example"))
	}
	w.end()
	p.through(nil)
	w = p.window(dir, keys, with(j))
	w.until("it is found out", func() bool {
		c, _ := w.Desk.Get(c.ID)
		return c.State == change.Confirmed
	})
	if n := p.count(ref.Account, "perdu@client.example"); n != 1 {
		t.Errorf("%d contacts", n)
	}
}

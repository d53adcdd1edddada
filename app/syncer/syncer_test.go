package syncer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/client"
	"concierge/client/api"
)

// hostDouble answers from maps; each answer can be held back or made to fail.
type hostDouble struct {
	mu        sync.Mutex
	accounts  []api.AccountSummary
	revisions map[string]string
	fail      map[string]error
	changes   []api.Changes
	asked     []string
	hold      chan struct{}
	down      error             // of the list
	refuse    map[string]error  // by token of the change feed
	retag     map[string]string // what an account has become without another revision
	now, most int
}

func (h *hostDouble) called(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, what)
}

func (h *hostDouble) count(what string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range h.asked {
		if a == what {
			n++
		}
	}
	return n
}

func (h *hostDouble) Host(context.Context) (api.Host, error) {
	h.called("host")
	return api.Host{Name: "Hébergement Exemple"}, nil
}

func (h *hostDouble) Me(context.Context) (api.Me, error) { return api.Me{FirstName: "Sam"}, nil }

func (h *hostDouble) AllAccounts(context.Context) ([]api.AccountSummary, error) {
	h.called("accounts")
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.accounts, h.down
}

func (h *hostDouble) Snapshot(ctx context.Context, id, tag string) (client.Fetched, error) {
	h.called("snapshot " + id)
	h.mu.Lock()
	rev, err, hold := h.revisions[id], h.fail[id], h.hold
	name, mark := "Compte "+id, rev
	if as := h.retag[id]; as != "" {
		name, mark = name+" "+as, rev+as
	}
	h.now++
	h.most = max(h.most, h.now)
	h.mu.Unlock()
	defer func() { h.mu.Lock(); h.now--; h.mu.Unlock() }()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return client.Fetched{}, ctx.Err()
		}
	}
	if err != nil {
		return client.Fetched{}, err
	}
	if tag == "tag"+mark {
		return client.Fetched{NotModified: true, ETag: tag}, nil
	}
	return client.Fetched{ETag: "tag" + mark, Snapshot: api.Snapshot{Revision: rev, Account: api.Account{ID: id, Name: name}}}, nil
}

func (h *hostDouble) Activity(context.Context, string, string) (api.ActivityPage, error) {
	return api.ActivityPage{Activity: []api.Activity{{ID: "1", Action: "user.invited"}}}, nil
}

func (h *hostDouble) Changes(_ context.Context, since string) (api.Changes, error) {
	h.called("changes " + since)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse[since] != nil {
		return api.Changes{}, h.refuse[since]
	}
	c := h.changes[0]
	h.changes = h.changes[1:]
	return c, nil
}

func setup(n int) (*hostDouble, *cache.Store, *syncer.Syncer) {
	h := &hostDouble{revisions: map[string]string{}, fail: map[string]error{}}
	for i := range n {
		id := fmt.Sprint(i)
		h.accounts = append(h.accounts, api.AccountSummary{ID: id, Name: "Compte " + id, Revision: "1"})
		h.revisions[id] = "1"
	}
	store := cache.New()
	store.PutIdentity(cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example"}})
	return h, store, syncer.New(syncer.Config{Store: store, For: func(string) (syncer.API, string, error) { return h, "https://h.example", nil }})
}

func at(id string) access.Ref { return access.Ref{Identity: "i", Account: id} }

func TestWhoAsksDuringACallGetsAnAnswerAskedForAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(1)
		defer s.Close()
		h.hold = make(chan struct{})
		errs := make(chan error, 3)
		go func() { errs <- s.Refresh(t.Context(), at("0")) }()
		synctest.Wait()
		go func() { errs <- s.Refresh(t.Context(), at("0")) }()
		go func() { errs <- s.Refresh(t.Context(), at("0")) }()
		synctest.Wait()
		h.mu.Lock()
		h.revisions["0"] = "2"
		h.mu.Unlock()
		close(h.hold)
		for range 3 {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		snap, _, _ := store.Snapshot(at("0"))
		if snap.Revision != "2" || h.count("snapshot 0") != 2 {
			t.Errorf("shows revision %s after %d calls; want 2 after 2", snap.Revision, h.count("snapshot 0"))
		}
	})
}

func TestAFailureKeepsWhatIsKnownAndSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(1)
		defer s.Close()
		if err := s.Refresh(t.Context(), at("0")); err != nil {
			t.Fatal(err)
		}
		h.fail["0"] = &client.Offline{Kind: client.Unreachable, Host: "h.example"}
		if err := s.Refresh(t.Context(), at("0")); !trouble.Is(err, trouble.Unreachable) {
			t.Errorf("got %v", err)
		}
		snap, st, has := store.Snapshot(at("0"))
		if !has || snap.Revision != "1" || st.Trouble == nil || st.Trouble.Kind != trouble.Unreachable || st.At.IsZero() || st.Busy {
			t.Errorf("snapshot %v %+v, status %+v", has, snap.Revision, st)
		}
		h.fail["0"] = nil
		if err := s.Refresh(t.Context(), at("0")); err != nil {
			t.Fatal(err)
		}
		if _, st, _ = store.Snapshot(at("0")); st.Trouble != nil {
			t.Errorf("trouble stays after success: %v", st.Trouble)
		}
	})
}

func TestFillingAsksAFewAtATimeAndStopsWhenTheHostIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(40)
		defer s.Close()
		if err := s.Refresh(t.Context(), access.Ref{Identity: "i"}); err != nil {
			t.Fatal(err)
		}
		h.fail["7"] = &client.WrongShape{Call: "GET", Field: "users"}
		if err := s.Fill(t.Context(), "i"); !trouble.Is(err, trouble.WrongAnswer) {
			t.Errorf("one odd account: %v", err)
		}
		if got := len(store.Snapshots()); got != 39 || h.most > 4 {
			t.Errorf("%d snapshots, at most %d calls at once; want 39 and 4", got, h.most)
		}

		down, store2, s2 := setup(40)
		defer s2.Close()
		if err := s2.Refresh(t.Context(), access.Ref{Identity: "i"}); err != nil {
			t.Fatal(err)
		}
		for id := range down.revisions {
			down.fail[id] = &client.Offline{Kind: client.TimedOut}
		}
		if err := s2.Fill(t.Context(), "i"); err == nil || len(store2.Snapshots()) != 0 {
			t.Errorf("host down: %v", err)
		}
		if calls := len(down.asked); calls > 10 {
			t.Errorf("%d calls to a host that is down, want a handful", calls)
		}
	})
}

func TestPollRefreshesOnlyWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(3)
		defer s.Close()
		for _, err := range []error{s.Refresh(t.Context(), access.Ref{Identity: "i"}), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		h.revisions["1"] = "2"
		h.asked = nil
		h.changes = []api.Changes{{Token: "t1"}, {Token: "t2", More: true, Accounts: []api.AccountChange{{ID: "1", Revision: "2"}}},
			{Token: "t3", Accounts: []api.AccountChange{{ID: "1", Revision: "2"}, {ID: "2", Revision: "1"}}}}
		for range 2 {
			if err := s.Poll(t.Context(), "i"); err != nil {
				t.Fatal(err)
			}
		}
		if snap, _, _ := store.Snapshot(at("1")); snap.Revision != "2" {
			t.Errorf("revision %s, want 2", snap.Revision)
		}
		if h.count("snapshot 0")+h.count("snapshot 2") != 0 || h.count("snapshot 1") != 1 || h.count("accounts") != 1 {
			t.Errorf("asked for more than what changed: %v", h.asked)
		}
		if h.count("changes t1") != 1 || h.count("changes t2") != 1 {
			t.Errorf("tokens not followed: %v", h.asked)
		}
	})
}

func TestPollPassesOnRemindersOnceTheAccountIsInTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, plain := setup(3)
		plain.Close()
		var told []string
		s := syncer.New(syncer.Config{Store: store, For: func(string) (syncer.API, string, error) { return h, "https://h.example", nil },
			Reminded: func(ref access.Ref, standing []access.Reminder) {
				snap, _, _ := store.Snapshot(ref)
				told = append(told, fmt.Sprint(ref.Account, " at ", snap.Revision, ": ", len(standing)))
			}})
		defer s.Close()
		h.changes = []api.Changes{{Token: "t1"}}
		for _, err := range []error{s.Poll(t.Context(), "i"), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		h.revisions["1"] = "2"
		reminders := []api.Reminder{{UserID: "u2", EndsAt: time.Now().Add(time.Hour), Days: 1}}
		news := api.Changes{Token: "t2", Accounts: []api.AccountChange{{ID: "1", Revision: "2", Reminders: reminders}, {ID: "2", Gone: true, Reminders: reminders}}}
		h.fail["1"] = &client.Offline{Kind: client.Unreachable}
		h.changes = []api.Changes{news, news}
		if err := s.Poll(t.Context(), "i"); err == nil || len(told) != 0 {
			t.Errorf("told %v before the account could be had (%v)", told, err)
		}
		h.fail["1"] = nil
		if err := s.Poll(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		slices.Sort(told)
		if got := fmt.Sprint(told); got != "[1 at 2: 1 2 at 1: 0]" {
			t.Errorf("told %s", got)
		}
	})
}

func TestPollAsksAgainForWhatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(1)
		defer s.Close()
		for _, err := range []error{s.Refresh(t.Context(), access.Ref{Identity: "i"}), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		change := api.Changes{Token: "t1", Accounts: []api.AccountChange{{ID: "0", Revision: "2"}}}
		h.revisions["0"], h.fail["0"] = "2", errors.New("broken")
		h.changes = []api.Changes{change, change}
		if err := s.Poll(t.Context(), "i"); err == nil {
			t.Fatal("no error")
		}
		h.fail["0"] = nil
		if err := s.Poll(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if snap, _, _ := store.Snapshot(at("0")); snap.Revision != "2" {
			t.Errorf("revision %s: a failed refresh was forgotten", snap.Revision)
		}
	})
}

func TestAnAccountThatIsGoneLeavesTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(2)
		defer s.Close()
		for _, err := range []error{s.Refresh(t.Context(), access.Ref{Identity: "i"}), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		h.fail["1"] = &client.Problem{Problem: api.Problem{Type: api.ProblemNotFound, Status: 404}}
		h.accounts = h.accounts[:1]
		if err := s.Refresh(t.Context(), at("1")); !trouble.Is(err, trouble.NotFound) {
			t.Errorf("got %v", err)
		}
		if _, _, has := store.Snapshot(at("1")); has || len(store.Accounts("i")) != 1 {
			t.Errorf("still there: %v, %d accounts", has, len(store.Accounts("i")))
		}
	})
}

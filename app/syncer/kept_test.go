package syncer_test

import (
	"fmt"
	"slices"
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

// again is a store as it is at the next start: what the first one kept, an hour old, with n accounts of revision 1.
func again(n int) (*hostDouble, *cache.Store, *syncer.Syncer) {
	h, _, _ := setup(n)
	store := cache.New()
	then := time.Now().Add(-time.Hour)
	kept := cache.Kept{Feed: "t1", Identity: cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example"}, Status: cache.Status{At: then}, ListedAt: then}}
	var snaps []cache.KeptSnapshot
	for i := range n {
		id := fmt.Sprint(i)
		kept.Accounts = append(kept.Accounts, access.Summary{Ref: at(id), Name: "Compte " + id, Revision: "1"})
		snaps = append(snaps, cache.KeptSnapshot{ETag: "tag1", At: then, Snapshot: access.Snapshot{Ref: at(id), Revision: "1", Account: access.Account{ID: id, Name: "Compte " + id}}})
	}
	store.Restore(kept)
	store.RestoreSnapshots(snaps)
	return h, store, syncer.New(syncer.Config{Store: store, For: func(string) (syncer.API, string, error) { return h, "https://h.example", nil }})
}

func TestAStartWhereNothingChangedIsOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := again(3)
		defer s.Close()
		if _, st, has := store.Snapshot(at("1")); !has || !st.Kept || !st.At.Equal(time.Now().Add(-time.Hour)) {
			t.Errorf("before the host answers: %v %+v", has, st)
		}
		h.changes = []api.Changes{{Token: "t1"}}
		for _, err := range []error{s.Poll(t.Context(), "i"), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(h.asked, []string{"changes t1"}) {
			t.Errorf("asked %v", h.asked)
		}
		if _, st, _ := store.Snapshot(at("1")); st.Kept || !st.At.Equal(time.Now()) {
			t.Errorf("after the host answered: %+v", st)
		}
	})
}

func TestAnAccountThatIsNotConfirmedStaysAsOfBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := again(2)
		defer s.Close()
		h.changes = []api.Changes{{Token: "t2", Accounts: []api.AccountChange{{ID: "0", Revision: "2"}}}}
		h.fail["0"] = &client.Offline{Kind: client.Unreachable}
		if err := s.Poll(t.Context(), "i"); !trouble.Is(err, trouble.Unreachable) {
			t.Fatal(err)
		}
		if _, st, _ := store.Snapshot(at("0")); !st.Kept || !st.At.Equal(time.Now().Add(-time.Hour)) {
			t.Errorf("%+v", st)
		}
		if store.Feed("i") != "t1" {
			t.Errorf("the feed goes on from %s: what changed would be missed", store.Feed("i"))
		}
	})
}

func TestATokenThatTheHostDoesNotTakeBeginsAnewAndAsksForEveryAccountAgain(t *testing.T) {
	reset := []api.Changes{{Token: "n1", Reset: true}}
	for name, c := range map[string]struct {
		refuse error
		feed   []api.Changes
		asked  []string
	}{
		"reset":       {nil, reset, []string{"changes t1"}},
		"refused":     {&client.Problem{Problem: api.Problem{Type: api.ProblemInvalid, Status: 422}}, []api.Changes{{Token: "n1"}}, []string{"changes t1", "changes "}},
		"not there":   {&client.Problem{Problem: api.Problem{Type: api.ProblemNotFound, Status: 404}}, []api.Changes{{Token: "n1"}}, []string{"changes t1", "changes "}},
		"reset twice": {nil, []api.Changes{{Token: "n0", Reset: true, More: true}, {Token: "n1"}}, []string{"changes t1", "changes n0"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, store, s := again(3)
				defer s.Close()
				h.refuse, h.changes = map[string]error{"t1": c.refuse}, c.feed
				// The host was restored from a backup, and what it calls revision 1 of account 2 now is something else.
				h.retag = map[string]string{"2": "other"}
				for _, err := range []error{s.Poll(t.Context(), "i"), s.Fill(t.Context(), "i")} {
					if err != nil {
						t.Fatal(err)
					}
				}
				for i, want := range c.asked {
					if h.asked[i] != want {
						t.Fatalf("asked %v", h.asked)
					}
				}
				if h.count("accounts") != 1 || h.count("snapshot 0") != 1 || h.count("snapshot 2") != 1 {
					t.Errorf("asked %v", h.asked)
				}
				if store.Feed("i") != "n1" {
					t.Errorf("goes on from %q", store.Feed("i"))
				}
				if snap, _, _ := store.Snapshot(at("2")); snap.Account.Name != "Compte 2 other" {
					t.Errorf("shows %q", snap.Account.Name)
				}
				for _, id := range []string{"0", "1", "2"} {
					line, _ := store.Account(at(id))
					if _, st, _ := store.Snapshot(at(id)); st.Kept || line.Revision != "1" {
						t.Errorf("account %s: %+v, line %+v", id, st, line)
					}
				}
				h.asked = nil
				if err := s.Fill(t.Context(), "i"); err != nil || len(h.asked) != 0 {
					t.Errorf("%v; asks once more for %v", err, h.asked)
				}
			})
		})
	}
}

func TestAHostInTroubleIsNotAskedForEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := again(2)
		defer s.Close()
		h.refuse = map[string]error{"t1": &client.Problem{Problem: api.Problem{Status: 503}}}
		if err := s.Poll(t.Context(), "i"); !trouble.Is(err, trouble.Busy) {
			t.Error(err)
		}
		if store.Feed("i") != "t1" || len(h.asked) != 1 {
			t.Errorf("goes on from %q after %v", store.Feed("i"), h.asked)
		}
	})
}

func TestChangesThatComeTwiceOrInAnotherOrderLeadToWhatTheHostHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := again(4)
		defer s.Close()
		h.revisions["0"], h.revisions["3"] = "3", "2"
		h.accounts = []api.AccountSummary{h.accounts[0], h.accounts[2], h.accounts[3]} // 1 is gone; 2 was gone for a moment
		h.accounts[0].Revision, h.accounts[2].Revision = "3", "2"
		h.changes = []api.Changes{
			{Token: "t2", More: true, Accounts: []api.AccountChange{{ID: "0", Revision: "3"}, {ID: "1", Gone: true}, {ID: "2", Revision: "1"}, {ID: "0", Revision: "2"}}},
			{Token: "t3", More: true, Accounts: []api.AccountChange{{ID: "2", Gone: true}, {ID: "3", Revision: "2"}, {ID: "1", Gone: true}, {ID: "3", Revision: "2"}}},
			{Token: "t3", More: true}, // a host that stays where it is
		}
		for _, err := range []error{s.Poll(t.Context(), "i"), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range map[string]string{"0": "3", "2": "1", "3": "2"} {
			if snap, st, has := store.Snapshot(at(id)); !has || snap.Revision != want || st.Kept {
				t.Errorf("account %s: revision %s, %+v; want %s", id, snap.Revision, st, want)
			}
		}
		if _, _, has := store.Snapshot(at("1")); has || len(store.Accounts("i")) != 3 {
			t.Errorf("account 1 is still there")
		}
		if h.count("snapshot 0") != 1 || h.count("accounts") != 1 || store.Feed("i") != "t3" {
			t.Errorf("asked %v, goes on from %s", h.asked, store.Feed("i"))
		}
	})
}

func TestWhatChangedBeforeItsSnapshotIsInTheStoreIsFetchedAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, _ := again(2)
		store := cache.New() // whose snapshots come from the disk later
		now := time.Now()
		store.Restore(cache.Kept{Feed: "t1", Identity: cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example"}, Status: cache.Status{At: now}, ListedAt: now},
			Accounts: []access.Summary{{Ref: at("0"), Name: "Compte 0", Revision: "1"}, {Ref: at("1"), Name: "Compte 1", Revision: "1"}}})
		s := syncer.New(syncer.Config{Store: store, For: func(string) (syncer.API, string, error) { return h, "https://h.example", nil }})
		defer s.Close()
		h.revisions["1"] = "2"
		h.changes = []api.Changes{{Token: "t2", Accounts: []api.AccountChange{{ID: "1", Revision: "2"}}}}
		if err := s.Poll(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"0", "1"} {
			store.RestoreSnapshots([]cache.KeptSnapshot{{At: now, ETag: "tag1", Snapshot: access.Snapshot{Ref: at(id), Revision: "1", Account: access.Account{ID: id}}}})
		}
		if _, st, _ := store.Snapshot(at("1")); !st.Kept {
			t.Error("an old state is shown as confirmed")
		}
		if err := s.Fill(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if snap, _, _ := store.Snapshot(at("1")); snap.Revision != "2" || h.count("snapshot 0") != 0 {
			t.Errorf("revision %s after %v", snap.Revision, h.asked)
		}
	})
}

func TestHostProfileAndListAreAskedForOnceADayAndWhenTheHostHasMoved(t *testing.T) {
	for name, c := range map[string]struct {
		wait time.Duration
		url  string
		want int
	}{
		"the same day":    {20 * time.Hour, "https://h.example", 0},
		"the next day":    {24 * time.Hour, "https://h.example", 1},
		"at another port": {0, "https://h.example:444", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, store, _ := again(1)
				s := syncer.New(syncer.Config{Store: store, For: func(string) (syncer.API, string, error) { return h, c.url, nil }})
				defer s.Close()
				time.Sleep(c.wait)
				h.changes = []api.Changes{{Token: "t1"}, {Token: "t1"}}
				for range 2 {
					if err := s.Poll(t.Context(), "i"); err != nil {
						t.Fatal(err)
					}
				}
				if h.count("host") != c.want || h.count("accounts") != c.want || h.count("snapshot 0") != 0 {
					t.Errorf("asked %v", h.asked)
				}
				if i, _ := store.Identity("i"); c.want > 0 && i.Host.URL != c.url {
					t.Errorf("the host is at %s", i.Host.URL)
				}
			})
		})
	}
}

func TestAClockThatWasSetBackLosesAndRefusesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _, _ := again(1)
		store := cache.New()
		ahead := time.Now().Add(24 * time.Hour) // written down while the clock was a day ahead
		store.Restore(cache.Kept{Feed: "t1", Identity: cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example"}, Status: cache.Status{At: ahead}, ListedAt: ahead},
			Accounts: []access.Summary{{Ref: at("0"), Name: "Compte 0", Revision: "1"}}})
		store.RestoreSnapshots([]cache.KeptSnapshot{{At: ahead, ETag: "tag1", Snapshot: access.Snapshot{Ref: at("0"), Revision: "1"}}})
		s := syncer.New(syncer.Config{Store: store, For: func(string) (syncer.API, string, error) { return h, "https://h.example", nil }})
		defer s.Close()
		if _, st, has := store.Snapshot(at("0")); !has || st.At.After(time.Now()) {
			t.Errorf("as of a time to come: %+v", st)
		}
		h.revisions["0"] = "2"
		h.changes = []api.Changes{{Token: "t2", Accounts: []api.AccountChange{{ID: "0", Revision: "2"}}}}
		if err := s.Poll(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if snap, st, _ := store.Snapshot(at("0")); snap.Revision != "2" || st.Kept {
			t.Errorf("revision %s, %+v", snap.Revision, st)
		}
	})
}

package syncer_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/syncer"
	"concierge/app/trouble"
	"concierge/client"
	"concierge/client/api"
)

func TestAPollFetchesTheListThatCouldNotBeHadBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(2)
		defer s.Close()
		h.down = &client.Offline{Kind: client.Unreachable}
		h.changes = []api.Changes{{Token: "t1"}, {Token: "t2"}, {Token: "t3"}}
		if err := s.Poll(t.Context(), "i"); !trouble.Is(err, trouble.Unreachable) {
			t.Fatal(err)
		}
		if i, _ := store.Identity("i"); i.Status.Trouble == nil || !i.Status.At.IsZero() {
			t.Errorf("status %+v: a person would be told that they have no account", i.Status)
		}
		h.down = nil
		if err := s.Poll(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if i, _ := store.Identity("i"); len(store.Accounts("i")) != 2 || i.Status.Trouble != nil {
			t.Errorf("%d accounts, %+v", len(store.Accounts("i")), i.Status)
		}
		if err := s.Poll(t.Context(), "i"); err != nil || h.count("changes t2") != 1 || h.count("accounts") != 2 {
			t.Errorf("%v; the feed goes on as %v", err, h.asked)
		}
	})
}

func TestAnswersThatComeAfterSigningOutBringNothingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(1)
		defer s.Close()
		if err := s.Refresh(t.Context(), access.Ref{Identity: "i"}); err != nil {
			t.Fatal(err)
		}
		h.hold = make(chan struct{})
		done := make(chan error, 2)
		go func() { done <- s.Refresh(t.Context(), at("0")) }()
		go func() { done <- s.Refresh(t.Context(), access.Ref{Identity: "i"}) }()
		synctest.Wait()
		store.RemoveIdentity("i")
		told := 0
		store.ListChanged.Listen(func(string) { told++ })
		store.AccountChanged.Listen(func(access.Ref) { told++ })
		close(h.hold)
		<-done
		<-done
		if err := s.Refresh(t.Context(), access.Ref{Identity: "i"}); err != nil {
			t.Fatal(err)
		}
		if err := s.Activity(t.Context(), at("0")); err != nil {
			t.Fatal(err)
		}
		if n := len(store.Snapshots()) + len(store.Accounts("")) + len(store.Identities()) + len(store.Activity(at("0")).List); n != 0 || told != 0 {
			t.Errorf("%d things are back, told %d times", n, told)
		}
	})
}

func TestFillingGoesOnWhereItHadToStopAndAsksAgainForWhatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(30)
		defer s.Close()
		if err := s.Refresh(t.Context(), access.Ref{Identity: "i"}); err != nil {
			t.Fatal(err)
		}
		h.fail["20"] = &client.RateLimited{RetryAfter: time.Minute}
		h.fail["1"] = &client.WrongShape{Call: "GET", Field: "users"}
		if err := s.Refresh(t.Context(), at("1")); !trouble.Is(err, trouble.WrongAnswer) {
			t.Fatal(err)
		}
		if err := s.Fill(t.Context(), "i"); !trouble.Is(err, trouble.RateLimited) || trouble.From(err).RetryAfter != time.Minute {
			t.Errorf("stopped with %v, want the host's limit and how long", err)
		}
		synctest.Wait() // what was on its way arrives
		before := len(store.Snapshots())
		if before == 0 || before == 29 {
			t.Fatalf("%d snapshots before it stopped", before)
		}
		delete(h.fail, "20")
		h.asked = nil
		if err := s.Fill(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if got := len(store.Snapshots()); got != 29 || len(h.asked) != 29-before || h.count("snapshot 1") != 0 {
			t.Errorf("%d snapshots after asking for %v; what came odd is not asked for again by itself", got, h.asked)
		}
	})
}

func TestASignInPageInBetweenStopsAskingAtOnceAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(40)
		defer s.Close()
		if err := s.Refresh(t.Context(), access.Ref{Identity: "i"}); err != nil {
			t.Fatal(err)
		}
		for id := range h.revisions {
			h.fail[id] = &client.NotAHost{URL: "https://h.example"}
		}
		h.asked = nil
		if err := s.Fill(t.Context(), "i"); !trouble.Is(err, trouble.NotAHost) {
			t.Errorf("got %v", err)
		}
		synctest.Wait() // what was on its way arrives
		if len(h.asked) > 10 || len(store.Snapshots()) != 0 {
			t.Errorf("%d calls", len(h.asked))
		}
	})
}

func TestWhatTheListTellsOfIsFetchedAndAnOlderListIsCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, s := setup(1)
		defer s.Close()
		for _, err := range []error{s.Refresh(t.Context(), access.Ref{Identity: "i"}), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		h.revisions["0"], h.accounts[0].Revision = "2", "2" // as after a reset of the change feed
		for _, err := range []error{s.Refresh(t.Context(), access.Ref{Identity: "i"}), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if snap, _, _ := store.Snapshot(at("0")); snap.Revision != "2" {
			t.Errorf("revision %s", snap.Revision)
		}
		store.PutAccounts("i", []access.Summary{{Ref: at("0"), Name: "Ancien nom", Revision: "1"}}) // asked for before, arrives after
		if err := s.Fill(t.Context(), "i"); err != nil {
			t.Fatal(err)
		}
		if a, _ := store.Account(at("0")); a.Name != "Compte 0" || a.Revision != "2" {
			t.Errorf("the list says %+v", a)
		}
	})
}

func TestAClosedSyncerAsksNothingMore(t *testing.T) {
	h, _, s := setup(1)
	s.Close()
	if err := s.Refresh(context.Background(), at("0")); !trouble.Is(err, trouble.Cancelled) || len(h.asked) != 0 {
		t.Errorf("%v after %v", err, h.asked)
	}
}

func TestAccountsThatWereOpenedLastAreFetchedBeforeTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, store, _ := setup(30)
		s := syncer.New(syncer.Config{Store: store, Parallel: 1, Recents: func() []access.Ref {
			return []access.Ref{at("17"), {Identity: "j", Account: "3"}, at("5")}
		}, For: func(string) (syncer.API, string, error) { return h, "https://h.example", nil }})
		defer s.Close()
		for _, err := range []error{s.Refresh(t.Context(), access.Ref{Identity: "i"}), s.Fill(t.Context(), "i")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		var order []string
		for _, call := range h.asked {
			if id, is := strings.CutPrefix(call, "snapshot "); is {
				order = append(order, id)
			}
		}
		if len(order) != 30 || order[0] != "17" || order[1] != "5" || order[2] != "0" {
			t.Errorf("asked in this order: %v", order)
		}
	})
}

package page

import (
	"context"
	"testing"
	"testing/synctest"

	"concierge/app/access"
	"concierge/app/change"
	"concierge/app/signal"
)

func TestTriggersDuringAnUpdateLeadToOneMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, hold := 0, make(chan struct{})
		u := NewUpdater(func(context.Context) { calls++; <-hold })
		for range 3 {
			u.Trigger()
		}
		synctest.Wait()
		if calls != 1 {
			t.Fatalf("%d calls while the first still runs, want 1", calls)
		}
		close(hold)
		synctest.Wait()
		if calls != 2 {
			t.Errorf("%d calls, want 2: the first and one for all later triggers", calls)
		}
		u.Stop()
		u.Trigger()
		synctest.Wait()
		if calls != 2 {
			t.Error("called after Stop")
		}
	})
}

func TestWatchHearsOnlyWhatConcernsItsAccount(t *testing.T) {
	here, there := access.Ref{Identity: "i", Account: "a"}, access.Ref{Identity: "j", Account: "b"}
	s := Signals{Accounts: &signal.Signal[access.Ref]{}, Lists: &signal.Signal[string]{}, Changes: &signal.Signal[change.Change]{}}
	heard := 0
	stop := s.Watch(here, func() { heard++ })
	tell := func(r access.Ref) {
		s.Accounts.Emit(r)
		s.Lists.Emit(r.Identity)
		s.Changes.Emit(change.Change{Account: r})
	}
	tell(there)
	if heard != 0 {
		t.Errorf("heard %d times of another account", heard)
	}
	tell(here)
	if heard != 3 {
		t.Errorf("heard %d times of its own, want 3", heard)
	}
	stop()
	tell(here)
	if heard != 3 {
		t.Error("heard after stop")
	}
}

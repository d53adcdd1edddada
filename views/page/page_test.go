package page

import (
	"context"
	"testing"
	"testing/synctest"
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

package app

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/history"
	"concierge/app/storage"
	"concierge/app/trouble"
)

var here = access.Ref{Identity: "i", Account: "a"}

func asOf(revision string, ps ...access.Permission) access.Snapshot {
	return access.Snapshot{Ref: here, Revision: revision, Me: access.Membership{UserID: "u1", Role: access.Owner}, Users: []access.User{
		{ID: "u1", Role: access.Owner}, {ID: "u2", FirstName: "Sam", Email: "sam@x.example", Role: access.Member, Permissions: ps}}}
}

// host is a host without a network: it does what it is sent, and answers when it is let.
type host struct {
	outcome change.Outcome
	after   func() // what happens between its doing and its answer
}

func (h *host) Send(context.Context, change.Change, string) change.Outcome {
	if h.after != nil {
		h.after()
	}
	return h.outcome
}

func (h *host) Answer(context.Context, change.Change, map[string]string) change.Outcome {
	return change.Outcome{}
}

// watched is a Core with a host that answers as told; refresh is what the desk does before it says that a Change is
// confirmed.
func watched(h *host, refresh func(*Core) error) *Core {
	c := &Core{Store: cache.New(), cfg: Config{Log: quiet()}}
	c.Storage = storage.New(storage.Config{Store: c.Store}) // without a folder: in memory
	c.Desk = change.NewDesk(change.Config{Sender: h, Refresh: func(context.Context, access.Ref) error { return refresh(c) }})
	c.watching()
	c.Store.PutIdentity(cache.Identity{ID: "i", Host: access.Host{URL: "https://h.example"}})
	c.Store.PutSnapshot(asOf("1", "invoices"), time.Now())
	time.Sleep(time.Second)
	return c
}

func (c *Core) endWatching(t *testing.T) {
	t.Helper()
	c.Desk.Close(t.Context())
	c.Past.close()
}

// widen gives Sam one permission more, from here.
func widen() change.Change {
	return change.Change{Account: here, Kind: change.SetPermissions, Target: "u2", TargetName: "Sam",
		Before: change.OfRights([]access.Permission{"invoices"}, time.Time{}, ""), After: change.OfRights([]access.Permission{"invoices", "orders"}, time.Time{}, "")}
}

func TestNothingIsMarkedForWhatThePersonDoesHere(t *testing.T) {
	none := func(*Core) error { return nil }
	fresh := func(c *Core) error {
		c.Store.PutSnapshot(asOf("2", "invoices", "orders"), time.Now())
		return nil
	}
	later := func(c *Core, revision string, ps ...access.Permission) {
		time.Sleep(time.Minute)
		c.Store.PutSnapshot(asOf(revision, ps...), time.Now())
		synctest.Wait()
	}
	for _, s := range []struct {
		name    string
		host    *host
		refresh func(*Core) error
		then    func(c *Core)
		marked  bool
	}{
		{"the state comes before the confirmation", &host{}, fresh, func(*Core) {}, false},
		{"the state comes after the confirmation, with a later question", &host{}, none, func(c *Core) { later(c, "2", "invoices", "orders") }, false},
		{"the confirmation is dropped before the state comes", &host{}, none, func(c *Core) {
			for _, ch := range c.Desk.List() {
				_ = c.Desk.Drop(ch.ID)
			}
			later(c, "2", "invoices", "orders")
		}, false},
		{"the answer was lost, and the host had done it", &host{outcome: change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.OutcomeUnknown}}}, none,
			func(c *Core) { later(c, "2", "invoices", "orders") }, false},
		{"the host refused, and somebody else did the same", &host{outcome: change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Forbidden}}}, none,
			func(c *Core) { later(c, "2", "invoices", "orders") }, true},
		{"somebody else did more", &host{}, none, func(c *Core) { later(c, "2", "invoices", "orders", "domains") }, true},
		{"somebody did the same again later", &host{}, fresh, func(c *Core) {
			later(c, "3", "invoices")
			later(c, "4", "invoices", "orders")
		}, true},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := watched(s.host, s.refresh)
				defer c.endWatching(t)
				if _, err := c.Desk.Do(t.Context(), widen()); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				s.then(c)
				if got := c.Past.Watch.Marked(here); got != s.marked {
					t.Errorf("marked: %v, want %v: %+v", got, s.marked, c.Past.Watch.Items(t.Context(), here))
				}
			})
		})
	}
}

func TestWhatAnotherIdentityOfThePersonDidIsDoneHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(&host{}, func(*Core) error { return nil })
		defer c.endWatching(t)
		c.Store.PutIdentity(cache.Identity{ID: "j", Host: access.Host{URL: "https://h.example"}})
		ch := widen()
		ch.Account.Identity = "j"
		if _, err := c.Desk.Do(t.Context(), ch); err != nil {
			t.Fatal(err)
		}
		c.Store.PutSnapshot(asOf("2", "invoices", "orders"), time.Now())
		synctest.Wait()
		if c.Past.Watch.Marked(here) {
			t.Error("marked")
		}
	})
}

// The desk confirms before it tells its listeners, and the state may come in between.
func TestWhatOnlyTheDeskKnowsToBeConfirmedIsDoneHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(&host{}, func(*Core) error { return nil })
		defer c.endWatching(t)
		if _, err := c.Desk.Do(t.Context(), widen()); err != nil {
			t.Fatal(err)
		}
		c.Past.recent = &history.Recent{} // nobody has heard of it
		c.Past.Own = c.Past.recent
		c.Store.PutSnapshot(asOf("2", "invoices", "orders"), time.Now())
		synctest.Wait()
		if c.Past.Watch.Marked(here) {
			t.Error("marked")
		}
	})
}

func TestTheFirstStateOfAnAccountMarksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(&host{}, func(*Core) error { return nil })
		defer c.endWatching(t)
		synctest.Wait()
		if c.Past.Watch.Marked(here) {
			t.Error("marked")
		}
	})
}

func TestAnIdentityThatSignsOutLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(&host{}, func(*Core) error { return nil })
		defer c.endWatching(t)
		c.Store.PutSnapshot(asOf("2", "invoices", "orders"), time.Now())
		synctest.Wait()
		if list, _ := c.Past.Versions.List(t.Context(), here); len(list) != 2 || !c.Past.Watch.Marked(here) {
			t.Fatalf("%d states, marked: %v", len(list), c.Past.Watch.Marked(here))
		}
		c.Past.forget("i")
		if list, _ := c.Past.Versions.List(t.Context(), here); len(list) != 0 || c.Past.Watch.Marked(here) {
			t.Errorf("%d states, marked: %v", len(list), c.Past.Watch.Marked(here))
		}
	})
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

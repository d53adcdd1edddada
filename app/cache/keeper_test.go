package cache_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
)

// notes is a keeper that writes down what it is told.
type notes struct{ list []string }

func (n *notes) note(format string, args ...any) {
	n.list = append(n.list, fmt.Sprintf(format, args...))
}

func (n *notes) KeepIdentity(i cache.Identity) { n.note("identity %s %s", i.ID, i.Host.Name) }
func (n *notes) KeepAccounts(id string, list []access.Summary, asked time.Time) {
	n.note("list of %s: %s, asked %v", id, names(list), !asked.IsZero())
}
func (n *notes) KeepLines(list []access.Summary) {
	for _, a := range list {
		n.note("line %s %q %s", a.Ref.Account, a.Revision, a.Name)
	}
}
func (n *notes) KeepSnapshot(k cache.KeptSnapshot) {
	n.note("snapshot %s %s %s", k.Snapshot.Ref.Account, k.Snapshot.Revision, k.ETag)
}
func (n *notes) KeepActivity(ref access.Ref, r cache.Record) {
	n.note("activity of %s at %s: %d", ref.Account, r.Of, len(r.List))
}
func (n *notes) KeepFeed(id, token string, _ time.Time) { n.note("feed %s %s", id, token) }
func (n *notes) ForgetIdentity(id string)               { n.note("forget %s", id) }

func (n *notes) take() []string {
	list := n.list
	n.list = nil
	return list
}

func revised(identity, account, name, revision string) access.Snapshot {
	s := snapshot(identity, account, name)
	s.Revision = revision
	return s
}

func TestAKeeperIsToldWhatHappensInItsOrder(t *testing.T) {
	s, n := cache.New(), &notes{}
	s.KeepIn(n)
	now := time.Now()
	s.PutIdentity(cache.Identity{ID: "i"})
	s.SetIdentity("i", access.Host{Name: "Exemple"}, access.Me{})
	s.PutAccounts("i", []access.Summary{summary("i", "1", "Zoo"), summary("i", "2", "Atelier")})
	s.PutTagged(revised("i", "1", "Zoo", "1"), "tag1", now)
	s.PutTagged(revised("i", "1", "Zoo", "1"), "tag1", now) // the line is the same
	s.PutActivity(ref("i", "1"), cache.Record{Of: "1", List: []access.Activity{{ID: "1"}}})
	s.PutActivity(ref("i", "2"), cache.Record{Of: "1"}) // there is no snapshot it belongs to
	s.Confirm("i", "t1", now)
	s.Expect("i", map[string]string{"2": "5", "9": "1"})
	s.RemoveIdentity("i")
	s.PutTagged(revised("i", "1", "Zoo", "2"), "tag2", now) // too late
	s.Confirm("i", "t2", now)
	want := []string{"identity i ", "identity i Exemple", "list of i: Atelier, Zoo, asked true", "snapshot 1 1 tag1", `line 1 "1" Zoo`, "snapshot 1 1 tag1", "activity of 1 at 1: 1", "feed i t1",
		`line 2 "5" Atelier`, "forget i"}
	if got := n.take(); !slices.Equal(got, want) {
		t.Errorf("told %q\nwant %q", got, want)
	}
}

func TestAKeeperThatLostEverythingIsToldAllOfIt(t *testing.T) {
	s, n := two(), &notes{}
	s.PutTagged(revised("i", "3", "Atelier", "7"), "tag7", time.Now())
	s.PutActivity(ref("i", "3"), cache.Record{Of: "7"})
	s.Confirm("i", "t1", time.Now())
	s.PutIdentity(cache.Identity{ID: "k"}) // whose list is not known
	s.KeepIn(n)
	s.Retell("i")
	want := []string{"identity i ", "list of i: Atelier, école, Zoo, asked true", "snapshot 3 7 tag7", "activity of 3 at 7: 0", "feed i t1"}
	if got := n.take(); !slices.Equal(got, want) {
		t.Errorf("told %q\nwant %q", got, want)
	}
	s.Retell("")
	if got := n.take(); len(got) != len(want)+3 {
		t.Errorf("of all: %q", got)
	}
	s.KeepIn(nil)
	s.PutIdentity(cache.Identity{ID: "l"})
	if got := n.take(); len(got) != 0 {
		t.Errorf("told %q though it keeps no more", got)
	}
}

func TestWhatWasKeptDoesNotOverwriteWhatIsKnown(t *testing.T) {
	s := cache.New()
	then := time.Now().Add(-time.Hour)
	kept := cache.Kept{Feed: "t1", Identity: cache.Identity{ID: "i", Me: access.Me{FirstName: "Sam"}, Status: cache.Status{At: then}},
		Accounts: []access.Summary{summary("i", "1", "Zoo"), summary("i", "2", "Atelier")}}
	s.PutIdentity(cache.Identity{ID: "i", Status: cache.Status{Trouble: &trouble.Trouble{Kind: trouble.KeyringLocked}}}) // of who was signed in
	s.Restore(kept)
	i, _ := s.Identity("i")
	if i.Me.FirstName != "Sam" || !i.Status.Kept || i.Status.Trouble == nil || len(s.Accounts("i")) != 2 || s.Feed("i") != "t1" {
		t.Errorf("%+v, %d accounts, feed %q", i, len(s.Accounts("i")), s.Feed("i"))
	}
	s.PutSnapshot(revised("i", "1", "Zoo", "2"), time.Now())
	s.RestoreSnapshots([]cache.KeptSnapshot{{Snapshot: revised("i", "1", "Zoo", "1"), At: then}, {Snapshot: revised("i", "2", "Atelier", ""), At: then, ETag: "tag",
		Record: cache.Record{Of: "1", List: []access.Activity{{ID: "1"}}}},
		{Snapshot: revised("i", "3", "Parti", "1"), At: then}})
	if snap, st, _ := s.Snapshot(ref("i", "1")); snap.Revision != "2" || st.Kept {
		t.Errorf("%s %+v", snap.Revision, st)
	}
	if _, st, has := s.Snapshot(ref("i", "2")); !has || !st.Kept || !st.At.Equal(then) || s.Tag(ref("i", "2")) != "tag" {
		t.Errorf("%v %+v", has, st)
	}
	if r := s.Activity(ref("i", "2")); r.Of != "1" || len(r.List) != 1 {
		t.Errorf("the activity is %+v", r)
	}
	if _, _, has := s.Snapshot(ref("i", "3")); has {
		t.Error("an account that is in no list came back")
	}
	s.PutAccounts("i", []access.Summary{summary("i", "2", "Nouveau nom")})
	s.Restore(kept)
	if got := names(s.Accounts("i")); got != "Nouveau nom" {
		t.Errorf("the list is %s", got)
	}
	s.RemoveIdentity("i")
	s.Restore(kept)
	s.RestoreSnapshots([]cache.KeptSnapshot{{Snapshot: revised("i", "2", "Atelier", "1"), At: then}})
	if _, known := s.Identity("i"); known || len(s.Snapshots()) != 0 {
		t.Error("who signed out came back")
	}
}

func TestAConfirmedListConfirmsTheSnapshotsItTellsOf(t *testing.T) {
	s := cache.New()
	then, now := time.Now().Add(-time.Hour), time.Now()
	s.Restore(cache.Kept{Identity: cache.Identity{ID: "i", Status: cache.Status{At: then}}, Accounts: []access.Summary{summary("i", "1", "Zoo"), summary("i", "2", "Atelier")}})
	s.RestoreSnapshots([]cache.KeptSnapshot{{Snapshot: revised("i", "1", "Zoo", "1"), At: then}, {Snapshot: revised("i", "2", "Atelier", "1"), At: then}})
	s.Expect("i", map[string]string{"1": "1"})
	s.Expect("i", map[string]string{"2": "5"})
	s.Confirm("i", "t1", now)
	if _, st, _ := s.Snapshot(ref("i", "1")); st.Kept || !st.At.Equal(now) {
		t.Errorf("the same revision: %+v", st)
	}
	if _, st, _ := s.Snapshot(ref("i", "2")); !st.Kept || !st.At.Equal(then) {
		t.Errorf("another revision: %+v", st)
	}
	s.Doubt("i")
	s.Confirm("i", "t2", now.Add(time.Minute))
	if _, st, _ := s.Snapshot(ref("i", "1")); !st.At.Before(now.Add(time.Minute)) {
		t.Errorf("in doubt, but confirmed: %+v", st)
	}
}

func TestSnapshotsThatArriveAtOnceAreKeptInTheOrderTheStoreHasThem(t *testing.T) {
	s, n := cache.New(), &notes{}
	s.PutIdentity(cache.Identity{ID: "i"})
	s.PutAccounts("i", []access.Summary{summary("i", "1", "Zoo")})
	s.KeepIn(n)
	var g sync.WaitGroup
	for i := range 50 {
		g.Go(func() { s.PutTagged(revised("i", "1", "Zoo", fmt.Sprint(i)), "t", time.Now()) })
	}
	g.Wait()
	last, _, _ := s.Snapshot(ref("i", "1"))
	list := slices.DeleteFunc(n.take(), func(l string) bool { return l[0] != 's' })
	if len(list) != 50 || list[49] != "snapshot 1 "+last.Revision+" t" {
		t.Errorf("%d, the last %q, the store has %s", len(list), list[len(list)-1], last.Revision)
	}
}

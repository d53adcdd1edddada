package disk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/journal"
	"concierge/app/trouble"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
)

func ids(list []journal.Entry) (out []string) {
	for _, e := range list {
		out = append(out, e.ID)
	}
	return out
}

func TestJournalsKeepWhatWasWrittenInTheOrderThatIsAsked(t *testing.T) {
	d, _ := at(t, t.TempDir())
	for name, j := range map[string]journal.Journal{"on disk": d, "in memory": &journal.Memory{}} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			for _, n := range []int{14, 7, 21, 1} {
				must(t, j.Write(ctx, entry(n)))
			}
			must(t, j.Write(ctx, ended(entry(7), time.Hour)), j.Write(ctx, ended(entry(14), time.Minute)), j.Write(ctx, ended(entry(21), time.Hour)))
			other := entry(5)
			other.Account = ref("j", "5")
			must(t, j.Write(ctx, other))
			pending, err := j.Pending(ctx)
			must(t, err)
			if got := ids(pending); !slices.Equal(got, []string{"entry-00001", "entry-00005"}) {
				t.Errorf("pending: %v", got)
			}
			if diff := cmp.Diff(entry(1), pending[0], cmpopts.EquateApproxTime(0)); diff != "" {
				t.Error(diff)
			}
			done, err := j.Ended(ctx, ref("i", "0"))
			must(t, err)
			if got := ids(done); !slices.Equal(got, []string{"entry-00021", "entry-00007", "entry-00014"}) {
				t.Errorf("ended: %v", got)
			}
			elsewhere := ended(entry(9), time.Hour)
			elsewhere.Account = ref("j", "9")
			must(t, j.Write(ctx, elsewhere))
			recent, err := j.Recent(ctx, elsewhere.Ended)
			must(t, err)
			if got := ids(recent); !slices.Equal(got, []string{"entry-00009", "entry-00021"}) {
				t.Errorf("recent: %v", got)
			}
			if recent, err = j.Recent(ctx, elsewhere.Ended.AddDate(1, 0, 0)); err != nil || len(recent) != 0 {
				t.Errorf("recent, of the future: %v %v", ids(recent), err)
			}
			must(t, j.Remove(ctx, "entry-00001"), j.Remove(ctx, "never"))
			must(t, j.Forget(ctx, "i"))
			if pending, err = j.Pending(ctx); err != nil || !slices.Equal(ids(pending), []string{"entry-00005"}) {
				t.Errorf("after forgetting: %v %v", ids(pending), err)
			}
			if done, err = j.Ended(ctx, ref("i", "0")); err != nil || len(done) != 0 {
				t.Errorf("after forgetting: %v %v", ids(done), err)
			}
		})
	}
}

func TestWhatIsKeptComesBackAsItWas(t *testing.T) {
	dir := t.TempDir()
	d, _ := at(t, dir)
	want := fill(d, "i", 3, 5)
	must(t, d.Close())
	d, told := at(t, dir)
	kept, snaps := all(t, d)
	if len(kept) != 1 || len(snaps) != 3 || len(told.kinds()) != 0 {
		t.Fatalf("%d identities, %d accounts, told %v", len(kept), len(snaps), told.kinds())
	}
	i := someone("i")
	i.Status.At, i.ListedAt = noon, noon
	if diff := cmp.Diff(i, kept[0].Identity, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if kept[0].Feed != "token of i" || len(kept[0].Accounts) != 3 {
		t.Errorf("feed %q, accounts %v", kept[0].Feed, kept[0].Accounts)
	}
	for n, s := range want {
		if diff := cmp.Diff(summary(s), kept[0].Accounts[n]); diff != "" {
			t.Error(diff)
		}
		k := snaps[s.Ref]
		if diff := cmp.Diff(s, k.Snapshot); diff != "" {
			t.Error(diff)
		}
		if k.ETag != "tag "+s.Account.ID || !k.At.Equal(noon) {
			t.Errorf("%s %s", k.ETag, k.At)
		}
		if diff := cmp.Diff(doneIn(s), k.Record); diff != "" {
			t.Error(diff)
		}
	}
	_, one, err := d.Load(t.Context(), want[1].Ref)
	if err != nil || len(one) != 1 || one[0].Snapshot.Ref != want[1].Ref {
		t.Errorf("the account that was open: %v %v", one, err)
	}
}

func TestAFormThatIsNotKnownIsDroppedAndOneThatIsDamagedIsToldApart(t *testing.T) {
	for body, want := range map[string]error{
		`{"form":1,"account":{"id":"1"}}`:                                 nil,
		`{"form":1,"account":{"id":"1"},"more":{"of":"a later version"}}`: nil,
		`{"form":2,"account":{"id":"1"}}`:                                 errOtherForm,
		`{"form":2,"account":["another kind"]}`:                           errOtherForm,
		`{"account":{"id":"1"}}`:                                          errOtherForm,
		`{"form":1,"account":["another kind"]}`:                           errDamaged,
		`{"form":1,"account":{"id"`:                                       errDamaged,
		``:                                                                errDamaged,
		`null`:                                                            errOtherForm,
		`{"form":1,"users":[{"id":"1","permissions":["never.heard.of"]}]}`: nil,
	} {
		if _, err := decode(ref("i", "1"), []byte(body)); !errors.Is(err, want) || (want == nil && err != nil) {
			t.Errorf("%s: %v, want %v", body, err, want)
		}
	}
}

func versions(t *testing.T, d *Disk, of access.Ref) (revisions []string) {
	t.Helper()
	list, err := d.List(t.Context(), of)
	must(t, err)
	for _, v := range list {
		revisions = append(revisions, v.Revision)
	}
	return revisions
}

func TestEachStateOfAnAccountIsAVersionAndTheSameStateIsNone(t *testing.T) {
	d, _ := at(t, t.TempDir())
	s := people("i", "a", 4)
	when := noon
	put := func(revision string, change func(*access.Snapshot)) {
		change(&s)
		s.Revision, when = revision, when.Add(time.Minute)
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: s, ETag: "tag " + revision, At: when})
	}
	put("1", func(*access.Snapshot) {})
	put("2", func(s *access.Snapshot) { s.Account.Name = "Boulangerie Deux" })
	put("3", func(s *access.Snapshot) { // somebody signed in, and the host lists people in another order
		s.Users = slices.Clone(s.Users)
		slices.Reverse(s.Users)
		s.Users[0].LastSignIn, s.Users[0].ETag = when, "another"
	})
	if got := versions(t, d, s.Ref); !slices.Equal(got, []string{"3", "1"}) {
		t.Errorf("versions %v", got)
	}
	put("1", func(s *access.Snapshot) { s.Account.Name = "Boulangerie a" }) // the host was restored from a backup
	put("2", func(s *access.Snapshot) { s.Account.Name = "Boulangerie Trois" })
	if got := versions(t, d, s.Ref); !slices.Equal(got, []string{"2", "1", "3", "1"}) {
		t.Errorf("after a host went back in time: %v", got)
	}
	list, err := d.List(t.Context(), s.Ref)
	must(t, err)
	if !list[0].At.Equal(when) || !list[2].At.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("times %v", list)
	}
	for n, name := range []string{"Boulangerie Trois", "Boulangerie a", "Boulangerie Deux", "Boulangerie a"} {
		got, ok, err := d.Read(t.Context(), s.Ref, list[n].ID)
		if err != nil || !ok || got.Account.Name != name {
			t.Errorf("version %d: %q %v %v", n, got.Account.Name, ok, err)
		}
	}
	if _, ok, err := d.Read(t.Context(), ref("i", "b"), list[0].ID); ok || err != nil {
		t.Errorf("a version of another account: %v %v", ok, err)
	}
	if list, err := d.List(t.Context(), ref("i", "b")); err != nil || len(list) != 0 {
		t.Errorf("of an account without any: %v %v", list, err)
	}
}

func TestOldVersionsGoAndThePresentAndTheOneBeforeStay(t *testing.T) {
	d, _ := at(t, t.TempDir())
	put := func(n int, when time.Time) {
		s := people("i", "a", 1)
		s.Revision, s.Account.Name = fmt.Sprint(n), fmt.Sprint("Nom ", n)
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: s, At: when})
	}
	for n := range 3 {
		put(n, noon.AddDate(-2, 0, n))
	}
	if got := versions(t, d, ref("i", "a")); !slices.Equal(got, []string{"2", "1", "0"}) {
		t.Errorf("within days: %v", got)
	}
	put(3, noon)
	if got := versions(t, d, ref("i", "a")); !slices.Equal(got, []string{"3", "2"}) {
		t.Errorf("two years later: %v", got)
	}
	for n := range 2 * versionsMost {
		put(4+n, noon.Add(time.Duration(n)*time.Minute))
	}
	if got := versions(t, d, ref("i", "a")); len(got) != versionsMost || got[0] != fmt.Sprint(3+2*versionsMost) {
		t.Errorf("%d, the newest %s", len(got), got[0])
	}
}

func TestAnOlderAnswerOfAnotherWindowDoesNotOverwriteANewer(t *testing.T) {
	dir := t.TempDir()
	one, _ := at(t, dir)
	two, _ := at(t, dir)
	s := people("i", "a", 1)
	put := func(d *Disk, revision string, when time.Time) {
		s := s
		s.Revision, s.Account.Name = revision, "Nom "+revision
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: s, At: when})
		must(t, d.flush(t.Context()))
	}
	put(one, "5", noon)
	put(two, "4", noon.Add(-time.Second))
	if got := versions(t, one, s.Ref); !slices.Equal(got, []string{"5"}) {
		t.Errorf("asked for a second before: %v", got)
	}
	put(two, "6", noon.Add(time.Second))
	put(one, "7", noon.Add(-24*time.Hour)) // the clock was set back
	put(one, "8", noon.Add(-24*time.Hour-time.Second))
	if got := versions(t, one, s.Ref); !slices.Equal(got, []string{"8", "7", "6", "5"}) {
		t.Errorf("after the clock was set back: %v", got)
	}
}

func TestAThousandSnapshotsInAMomentWaitForNobodyAndAreAllThere(t *testing.T) {
	dir := t.TempDir()
	d, _ := at(t, dir)
	unlock := make(chan struct{})
	held := make(chan struct{})
	go func() {
		must(t, d.cache.hold(context.Background(), func(context.Context) error { close(held); <-unlock; return nil }))
	}()
	<-held
	snaps := fill(d, "i", 1000, 2) // while nothing can be written
	last := snaps[999]
	for n := range 50 {
		last.Revision, last.Account.Name = fmt.Sprint(n), fmt.Sprint("Nom ", n)
		d.KeepSnapshot(cache.KeptSnapshot{Snapshot: last, At: noon.Add(time.Duration(n) * time.Second)})
	}
	close(unlock)
	must(t, d.Close())
	d, _ = at(t, dir)
	_, kept := all(t, d)
	if len(kept) != 1000 || kept[last.Ref].Snapshot.Revision != "49" {
		t.Errorf("%d, the last one %q", len(kept), kept[last.Ref].Snapshot.Revision)
	}
	if got := versions(t, d, last.Ref); len(got) != 51 {
		t.Errorf("%d versions of it", len(got))
	}
}

func TestAListThatIsReplacedLosesWhatIsGoneAndALineIsCorrected(t *testing.T) {
	d, _ := at(t, t.TempDir())
	snaps := fill(d, "i", 3, 1)
	d.KeepAccounts("i", []access.Summary{summary(snaps[0]), summary(snaps[2])}, noon.Add(time.Hour))
	line := summary(snaps[2])
	line.Revision, line.Permissions = "", nil
	d.KeepLines([]access.Summary{line})
	must(t, d.flush(t.Context()))
	kept, there := all(t, d)
	if len(kept[0].Accounts) != 2 || kept[0].Accounts[1].Revision != "" || kept[0].Accounts[1].Permissions != nil || len(there) != 2 {
		t.Errorf("%+v, %d snapshots", kept[0].Accounts, len(there))
	}
	if got := versions(t, d, snaps[1].Ref); len(got) != 1 {
		t.Error("what was known of an account that may come back is gone at once")
	}
	now := time.Now
	d.cfg.Now = func() time.Time { return noon.Add(goneFor + time.Hour) }
	must(t, d.Settle(t.Context(), []string{"i"}))
	d.cfg.Now = now
	if got := versions(t, d, snaps[1].Ref); len(got) != 0 {
		t.Error("it is there after a month")
	}
	if got := versions(t, d, snaps[0].Ref); len(got) != 1 {
		t.Error("what is listed is gone after a month")
	}
}

func TestATokenIsNotKeptForAnIdentityWhoseListIsNot(t *testing.T) {
	d, _ := at(t, t.TempDir())
	d.KeepFeed("i", "t1", noon)
	d.KeepIdentity(someone("i"))
	d.KeepFeed("i", "t2", noon)
	must(t, d.flush(t.Context()))
	kept, _ := all(t, d)
	if len(kept) != 1 || kept[0].Feed != "" || !kept[0].Identity.Status.At.IsZero() {
		t.Errorf("%+v", kept)
	}
}

func TestThatNothingChangedIsWrittenNowAndThenAndAtTheEnd(t *testing.T) {
	dir := t.TempDir()
	d, _ := at(t, dir)
	fill(d, "i", 1, 1)
	confirmed := func() time.Time {
		must(t, d.flush(t.Context()))
		kept, _ := all(t, d)
		return kept[0].Identity.Status.At
	}
	d.KeepFeed("i", "token of i", noon.Add(time.Minute))
	if got := confirmed(); !got.Equal(noon) {
		t.Errorf("a minute later: %s", got)
	}
	d.KeepFeed("i", "another", noon.Add(2*time.Minute))
	if got := confirmed(); !got.Equal(noon.Add(2 * time.Minute)) {
		t.Errorf("with another token: %s", got)
	}
	d.KeepFeed("i", "another", noon.Add(feedEvery+3*time.Minute))
	if got := confirmed(); !got.Equal(noon.Add(feedEvery + 3*time.Minute)) {
		t.Errorf("after a while: %s", got)
	}
	d.KeepFeed("i", "another", noon.Add(feedEvery+4*time.Minute))
	must(t, d.Close())
	d, _ = at(t, dir)
	if got := confirmed(); !got.Equal(noon.Add(feedEvery + 4*time.Minute)) {
		t.Errorf("at the end: %s", got)
	}
}

func TestWhatEndedLongAgoGoesAndAWrongClockTakesNothing(t *testing.T) {
	d, _ := at(t, t.TempDir())
	ctx := t.Context()
	must(t, d.Write(ctx, ended(entry(7), 0)), d.Write(ctx, entry(0)))
	settle := func(now time.Time) int {
		d.cfg.Now = func() time.Time { return now }
		must(t, d.Settle(ctx, []string{"i"}))
		list, err := d.Ended(ctx, ref("i", "0"))
		must(t, err)
		return len(list)
	}
	if settle(noon.AddDate(50, 0, 0)) != 1 || settle(noon.AddDate(-50, 0, 0)) != 1 {
		t.Error("a clock that is wrong by years took the newest")
	}
	late := ended(entry(14), endedFor+time.Hour)
	must(t, d.Write(ctx, late))
	if settle(noon.AddDate(1, 0, 0)) != 2 {
		t.Error("within the year it is gone")
	}
	if settle(late.Ended) != 1 {
		t.Error("after 400 days it is still there")
	}
	if pending, err := d.Pending(ctx); err != nil || len(pending) != 1 {
		t.Errorf("what waits is gone: %v %v", pending, err)
	}
}

func TestCallsAfterTheEndAreRefusedAndNobodyIsLeftWorking(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	d, _ := at(t, t.TempDir())
	fill(d, "i", 1, 1)
	must(t, d.Close())
	d.KeepIdentity(someone("j"))
	must(t, d.flush(t.Context()), d.Close())
	if err := d.Write(context.Background(), entry(1)); !trouble.Is(err, trouble.DiskTrouble) {
		t.Error(err)
	}
	if _, err := d.Pending(context.Background()); !trouble.Is(err, trouble.DiskTrouble) {
		t.Error(err)
	}
}

func TestWhoGivesUpWaitingIsToldSoAndNothingIsWritten(t *testing.T) {
	d, _ := at(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	must(t, d.journal.hold(t.Context(), func(context.Context) error {
		done := make(chan error)
		go func() { done <- d.Write(ctx, entry(1)) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		return nil
	}))
	if pending, err := d.Pending(t.Context()); err != nil || len(pending) != 0 {
		t.Errorf("%v %v", pending, err)
	}
}

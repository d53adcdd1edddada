package cache_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
)

func ref(identity, account string) access.Ref {
	return access.Ref{Identity: identity, Account: account}
}

func summary(identity, account, name string) access.Summary {
	return access.Summary{Ref: ref(identity, account), Name: name, Role: access.Owner}
}

func snapshot(identity, account, name string) access.Snapshot {
	return access.Snapshot{Ref: ref(identity, account), Account: access.Account{ID: account, Name: name}, Me: access.Membership{Role: access.Owner}}
}

func names(list []access.Summary) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Name)
	}
	return strings.Join(out, ", ")
}

// two is a store with two identities.
func two() *cache.Store {
	s := cache.New()
	for _, id := range []string{"i", "j"} {
		s.PutIdentity(cache.Identity{ID: id})
	}
	s.PutAccounts("i", []access.Summary{summary("i", "1", "Zoo"), summary("i", "2", "école"), summary("i", "3", "Atelier")})
	s.PutAccounts("j", []access.Summary{summary("j", "9", "Boutique")})
	return s
}

func TestAccountsAreListedByNameAsPeopleReadThem(t *testing.T) {
	s := two()
	if got := names(s.Accounts("i")); got != "Atelier, école, Zoo" {
		t.Errorf("of one identity: %s", got)
	}
	if got := names(s.Accounts("")); got != "Atelier, Boutique, école, Zoo" {
		t.Errorf("of all: %s", got)
	}
}

func TestAnAccountIsFoundWhereItStandsAfterEachChangeOfTheList(t *testing.T) {
	s := two()
	find := func(id, account, name string) {
		t.Helper()
		if a, ok := s.Account(ref(id, account)); !ok || a.Name != name || a.Ref != ref(id, account) {
			t.Errorf("finds %+v %v, want %s", a, ok, name)
		}
	}
	find("i", "1", "Zoo")
	s.PutSnapshot(snapshot("i", "1", "Abeille"), time.Now())
	find("i", "1", "Abeille")
	find("i", "3", "Atelier")
	if got := names(s.Accounts("")); got != "Abeille, Atelier, Boutique, école" {
		t.Errorf("after a new name: %s", got)
	}
	s.PutAccounts("i", []access.Summary{summary("i", "2", "école")})
	find("i", "2", "école")
	find("j", "9", "Boutique")
	if _, ok := s.Account(ref("i", "1")); ok {
		t.Error("an account that is gone is still found")
	}
	s.RemoveIdentity("i")
	if _, ok := s.Account(ref("i", "2")); ok || names(s.Accounts("")) != "Boutique" {
		t.Errorf("after signing out: %s", names(s.Accounts("")))
	}
}

func TestAListHandedOutStaysAsItWas(t *testing.T) {
	s := two()
	before := s.Accounts("i")
	s.PutSnapshot(snapshot("i", "1", "Abeille"), time.Now())
	if got := names(before); got != "Atelier, école, Zoo" {
		t.Errorf("it became %s", got)
	}
}

func TestSnapshotsOfAccountsThatAreGoneGoToo(t *testing.T) {
	s := two()
	s.PutSnapshot(snapshot("i", "1", "Zoo"), time.Now())
	s.PutSnapshot(snapshot("j", "9", "Boutique"), time.Now())
	var told []access.Ref
	s.AccountChanged.Listen(func(r access.Ref) { told = append(told, r) })
	s.PutAccounts("i", nil)
	if _, _, has := s.Snapshot(ref("i", "1")); has {
		t.Error("it is still there")
	}
	if _, _, has := s.Snapshot(ref("j", "9")); !has {
		t.Error("that of another identity is gone")
	}
	if len(told) != 1 || told[0] != ref("i", "1") {
		t.Errorf("told of %v", told)
	}
}

func TestTheListIsToldOfOnlyWhenANameInItChanges(t *testing.T) {
	s := two()
	told := 0
	s.ListChanged.Listen(func(string) { told++ })
	s.PutSnapshot(snapshot("i", "1", "Zoo"), time.Now())
	if told != 0 {
		t.Errorf("told %d times for the same name", told)
	}
	s.PutSnapshot(snapshot("i", "1", "Zoo du Nord"), time.Now())
	if told != 1 {
		t.Errorf("told %d times for a new name", told)
	}
}

func TestOnlyWhatCanBeSearchedMakesANewGeneration(t *testing.T) {
	s := two()
	at := s.Generation()
	s.PutActivity(ref("i", "1"), cache.Record{List: []access.Activity{{ID: "1"}}})
	s.SetStatus(ref("i", "1"), func(st *cache.Status) { st.Busy = true })
	if s.Generation() != at {
		t.Error("activity and status made one")
	}
	s.PutSnapshot(snapshot("i", "1", "Zoo"), time.Now())
	if s.Generation() == at {
		t.Error("a snapshot made none")
	}
}

func TestWhatIsReplacedIsToldWithWhatReplacesIt(t *testing.T) {
	s := two()
	var told []cache.Replaced
	s.Replaced.Listen(func(r cache.Replaced) { told = append(told, r) })
	first, later := time.Unix(1, 0), time.Unix(2, 0)
	snap := snapshot("i", "1", "Zoo")
	snap.Revision = "1"
	s.PutSnapshot(snap, first)
	if len(told) != 0 {
		t.Fatalf("the first snapshot replaces %+v", told)
	}
	s.PutSnapshot(snap, later)
	if len(told) != 0 {
		t.Fatalf("the same revision replaces %+v", told)
	}
	s.SetStatus(snap.Ref, func(st *cache.Status) { st.At = later.Add(time.Second) }) // the host said that nothing changed
	next := snapshot("i", "1", "Zoo du Nord")
	next.Revision = "2"
	s.PutSnapshot(next, later.Add(time.Minute))
	if len(told) != 1 || told[0].Before.Account.Name != "Zoo" || told[0].After.Account.Name != "Zoo du Nord" ||
		!told[0].Since.Equal(later.Add(time.Second)) || !told[0].At.Equal(later.Add(time.Minute)) {
		t.Errorf("told %+v", told)
	}
	s.RemoveIdentity("i")
	s.PutSnapshot(snap, later)
	if len(told) != 1 {
		t.Error("told of an identity that went away")
	}
}

func BenchmarkAThousandChangedSnapshotsInAListOfTenThousand(b *testing.B) {
	list := make([]access.Summary, 10_000)
	for i := range list {
		list[i] = access.Summary{Ref: ref("i", fmt.Sprint(i)), Name: fmt.Sprint("Compte ", i), Revision: "1"}
	}
	s := cache.New()
	s.PutAccounts("i", list)
	for b.Loop() {
		for i := range 1000 {
			snap := snapshot("i", fmt.Sprint(i), fmt.Sprint("Compte ", i))
			snap.Revision = fmt.Sprint(b.N, i)
			s.PutSnapshot(snap, time.Now())
		}
	}
}

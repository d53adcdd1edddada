package directory

import (
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
)

func store(sources ...Source) *cache.Store {
	s := cache.New()
	for _, src := range sources {
		s.PutIdentity(cache.Identity{ID: src.Ref.Identity, Host: access.Host{URL: src.Host}, Me: src.Me})
		s.PutAccounts(src.Ref.Identity, append(s.Accounts(src.Ref.Identity), access.Summary{Ref: src.Ref, Name: src.Name, Revision: "1"}))
		if src.Snapshot != nil {
			snap := *src.Snapshot
			snap.Account.Name = src.Name
			s.PutSnapshot(snap, src.Said)
		}
	}
	return s
}

func TestABookFollowsItsStore(t *testing.T) {
	atelier := account("i", "1", "Atelier", func(s *access.Snapshot) {
		u := user("Sam", "sam@c.example")
		u.EndsAt = now.Add(-time.Hour)
		s.Users = append(s.Users, u)
	})
	atelier.Said = now.Add(-2 * time.Hour)
	zoo := account("i", "2", "Zoo", nil)
	zoo.Snapshot = nil
	s := store(atelier, zoo)
	b := NewBook(s)
	if _, read := b.Count(); read {
		t.Error("people are counted before anybody has read")
	}
	d := b.Read()
	if n, read := b.Count(); n != 2 || !read || d.NotFetched != 1 {
		t.Fatalf("%d people, %v, %d accounts not fetched", n, read, d.NotFetched)
	}
	end := func(d *Directory) Kind {
		for _, l := range d.Lines(now) {
			if l.Key == "sam@c.example" {
				return l.End.Kind
			}
		}
		return None
	}
	if k := end(d); k != Passed {
		t.Errorf("an end that the host has not been heard of since is %v", k)
	}
	if b.Read() != d {
		t.Error("nothing has changed, and all is made anew")
	}
	s.SetIdentityStatus("i", func(st *cache.Status) { st.At = now }) // the list confirms the accounts
	next := b.Read()
	if k := end(next); k != Overdue {
		t.Errorf("an end that the host has been heard of since is %v", k)
	}
	if k := end(d); k != Passed {
		t.Error("a directory has changed under who reads it")
	}
	s.PutSnapshot(access.Snapshot{Ref: zoo.Ref, Revision: "1", Me: access.Membership{Role: access.Owner},
		Users: []access.User{user("Zoé", "zoe@z.example")}}, now)
	if d := b.Read(); d.NotFetched != 0 || len(d.Entries) != 3 {
		t.Errorf("an account that arrived is not there: %q", lists(d))
	}
	s.RemoveIdentity("i")
	if d := b.Read(); len(d.Entries)+len(d.Accounts) != 0 {
		t.Errorf("who is signed out of is still there: %q", lists(d))
	}
}

func TestManyAccountsAreMoreThanOne(t *testing.T) {
	elsewhere := account("k", "1", "Atelier", nil)
	elsewhere.Host = "https://other.example"
	for _, c := range []struct {
		name string
		all  []Source
		want bool
	}{
		{"none", nil, false},
		{"one", []Source{account("i", "1", "Atelier", nil)}, false},
		{"two", []Source{account("i", "1", "Atelier", nil), account("i", "2", "Zoo", nil)}, true},
		{"one that two identities reach", []Source{account("i", "1", "Atelier", nil), account("j", "1", "Atelier", nil)}, false},
		{"two hosts that use the same ids", []Source{account("i", "1", "Atelier", nil), elsewhere}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Many(store(c.all...)); got != c.want {
				t.Errorf("%v", got)
			}
		})
	}
}

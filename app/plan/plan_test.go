package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
)

const lea = "lea@studio.example"

var now = time.Date(2026, time.November, 18, 14, 2, 0, 0, time.UTC)

func can() access.Host {
	return access.Host{URL: "https://h.example", Features: access.Features{CancelInvitation: access.Feature{Available: true}}}
}

// world is a store with one identity, which owns the accounts it is given.
func world(snaps ...access.Snapshot) *cache.Store {
	s := cache.New()
	s.PutIdentity(cache.Identity{ID: "i", Host: can()})
	put(s, "i", snaps...)
	return s
}

func put(s *cache.Store, identity string, snaps ...access.Snapshot) {
	var list []access.Summary
	for i := range snaps {
		snaps[i].Ref.Identity = identity
		list = append(list, access.Summary{Ref: snaps[i].Ref, Name: snaps[i].Account.Name, Role: snaps[i].Me.Role})
	}
	s.PutAccounts(identity, list)
	for _, snap := range snaps {
		s.PutSnapshot(snap, now)
	}
}

// of is an account that this person owns, with what fn puts in.
func of(name string, fn func(*access.Snapshot)) access.Snapshot {
	s := access.Snapshot{Ref: access.Ref{Account: name}, Account: access.Account{Name: name, Email: "info@" + name + ".example", Preferences: access.Preferences{access.MailDomain: true}},
		Me: access.Membership{UserID: "me", Role: access.Owner}}
	fn(&s)
	return s
}

func user(s *access.Snapshot) {
	s.Users = append(s.Users, access.User{ID: "u", ETag: "1", FirstName: "Léa", LastName: "Dubois", Email: "Lea@Studio.example", Role: access.Member})
}

func contact(mail ...access.MailCategory) func(*access.Snapshot) {
	return func(s *access.Snapshot) {
		c := access.Contact{ID: fmt.Sprint("c", len(s.Contacts)), ETag: "2", FirstName: "Léa", Email: " lea@studio.example", Preferences: access.Preferences{}}
		for _, m := range mail {
			c.Preferences[m] = true
		}
		s.Contacts = append(s.Contacts, c)
	}
}

func invitation(s *access.Snapshot) {
	s.Invitations = append(s.Invitations, access.Invitation{ID: fmt.Sprint("n", len(s.Invitations)), ETag: "3", Email: "LEA@studio.example"})
}

// told is a row in one line.
func told(r Row) string {
	var parts []string
	for _, c := range r.Steps {
		parts = append(parts, string(c.Kind)+" "+c.Target+" "+c.Base)
	}
	for _, s := range r.Stays {
		parts = append(parts, fmt.Sprintf("%s stays: %s", s.Thing, s.Why))
	}
	return fmt.Sprintf("%s; %s%s", strings.Join(parts, ", "), [...]string{"ready", "decide", "cannot"}[r.Verdict], map[bool]string{true: ": " + string(r.Why)}[r.Why != ""])
}

func TestWhatItTakesToTakeSomebodyOutOfAnAccount(t *testing.T) {
	noDomains := func(s *access.Snapshot) { s.Account.Preferences = nil }
	member := func(ps ...access.Permission) func(*access.Snapshot) {
		return func(s *access.Snapshot) { s.Me = access.Membership{UserID: "me", Role: access.Member, Permissions: ps} }
	}
	other := func(s *access.Snapshot) {
		s.Contacts = append(s.Contacts, access.Contact{ID: "o", Email: "other@h.example", Preferences: access.Preferences{access.MailDomain: true}})
	}
	main := func(s *access.Snapshot) { s.Account.Email = lea }
	tests := []struct {
		name string
		with []func(*access.Snapshot)
		want string
	}{
		{"a user", []func(*access.Snapshot){user}, "revoke u 1; ready"},
		{"a user and contact", []func(*access.Snapshot){user, contact(access.MailInvoice)}, "revoke u 1, delete-contact c0 2; ready"},
		{"a contact alone", []func(*access.Snapshot){contact()}, "delete-contact c0 2; ready"},
		{"two contacts of one address", []func(*access.Snapshot){contact(), contact(access.MailSupport)}, "delete-contact c0 2, delete-contact c1 2; ready"},
		{"an invitation", []func(*access.Snapshot){invitation}, "cancel-invitation n0 3; ready"},
		{"two invitations to one address", []func(*access.Snapshot){invitation, invitation}, "cancel-invitation n0 3, cancel-invitation n1 3; ready"},
		{"everything at once", []func(*access.Snapshot){user, invitation, contact()}, "revoke u 1, cancel-invitation n0 3, delete-contact c0 2; ready"},
		{"a contact for domains beside the account's address", []func(*access.Snapshot){contact(access.MailDomain)}, "delete-contact c0 2; ready"},
		{"a contact for domains beside another contact", []func(*access.Snapshot){noDomains, contact(access.MailDomain), other}, "delete-contact c0 2; ready"},
		{"the last contact for domains", []func(*access.Snapshot){noDomains, contact(access.MailDomain)}, "contact stays: last-domain; decide: last-domain"},
		{"a user who is the last contact for domains", []func(*access.Snapshot){noDomains, user, contact(access.MailDomain)},
			"revoke u 1, contact stays: last-domain; decide: last-domain"},
		{"two contacts, one of them the last for domains", []func(*access.Snapshot){noDomains, contact(access.MailDomain), contact()},
			"delete-contact c1 2, contact stays: last-domain; decide: last-domain"},
		{"the last for domains, beside an address that is empty", []func(*access.Snapshot){contact(access.MailDomain), func(s *access.Snapshot) { s.Account.Email = "" }},
			"contact stays: last-domain; decide: last-domain"},
		{"a contact where nobody gets the mail about domains", []func(*access.Snapshot){noDomains, contact()}, "delete-contact c0 2; ready"},
		{"the owner", []func(*access.Snapshot){func(s *access.Snapshot) { user(s); s.Users[0].Role = access.Owner }}, "user stays: owns; cannot: owns"},
		{"the owner, who is a contact too", []func(*access.Snapshot){func(s *access.Snapshot) { user(s); s.Users[0].Role = access.Owner }, contact()},
			"delete-contact c0 2, user stays: owns; decide: owns"},
		{"the account's own address", []func(*access.Snapshot){main}, "main stays: main-address; cannot: main-address"},
		{"the account's own address, and a user", []func(*access.Snapshot){main, user}, "revoke u 1, main stays: main-address; ready"},
		{"a contact in somebody else's account", []func(*access.Snapshot){contact(), member(access.Contacts)}, "delete-contact c0 2; ready"},
		{"a contact that may be seen and not be managed", []func(*access.Snapshot){contact(), member()}, "contact stays: owner-only; cannot: owner-only"},
		{"a user of somebody else's account", []func(*access.Snapshot){user, member()}, "user stays: owner-only; cannot: owner-only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := of("a", func(s *access.Snapshot) {
				for _, fn := range tt.with {
					fn(s)
				}
			})
			f := Find(world(s), lea)
			if len(f.Rows) != 1 || told(f.Rows[0]) != tt.want || f.Present() != 1 || len(f.Unseen) != 0 {
				t.Fatalf("got %+v\nwant %s", f, tt.want)
			}
			if !f.Rows[0].At.Equal(now) || f.Rows[0].Name != "a" {
				t.Errorf("%+v", f.Rows[0])
			}
			for _, c := range f.Rows[0].Steps {
				if c.Account != f.Rows[0].Ref || !c.Kind.Destructive() || c.TargetName == "" {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

func TestAHostThatCannotCancelAnInvitationIsToldWithItsReason(t *testing.T) {
	store := cache.New()
	h := can()
	h.Features.CancelInvitation = access.Feature{Reason: access.Text{"en": "not with us"}}
	store.PutIdentity(cache.Identity{ID: "i", Host: h})
	put(store, "i", of("a", invitation), of("b", func(s *access.Snapshot) { invitation(s); contact()(s) }))
	f := Find(store, lea)
	if got := told(f.Rows[1]); got != "invitation stays: host-cannot; cannot: host-cannot" || f.Rows[1].Stays[0].Host.In("en") != "not with us" {
		t.Errorf("%s %+v", got, f.Rows[1].Stays)
	}
	if got := told(f.Rows[0]); got != "delete-contact c0 2, invitation stays: host-cannot; ready" {
		t.Error(got)
	}
}

func TestAccountsThatAreNotKnownOrNotSeenAreNotPassedOver(t *testing.T) {
	away := &trouble.Trouble{Kind: trouble.Unreachable}
	store := world(of("known", user), of("without", func(*access.Snapshot) {}),
		of("hidden", func(s *access.Snapshot) { s.Me = access.Membership{UserID: "me", Role: access.Member} }))
	list := append(slices.Clone(store.Accounts("i")), access.Summary{Ref: access.Ref{Identity: "i", Account: "unknown"}, Name: "unknown"})
	store.PutAccounts("i", list)
	store.SetStatus(access.Ref{Identity: "i", Account: "unknown"}, func(st *cache.Status) { st.Trouble = away })
	f := Find(store, lea)
	if len(f.Rows) != 2 || f.Present() != 1 || f.Rows[1].Name != "unknown" || told(f.Rows[1]) != "; cannot: not-fetched" || f.Rows[1].Trouble != away || !f.Rows[1].At.IsZero() {
		t.Errorf("%+v", f.Rows)
	}
	if len(f.Unseen) != 1 || f.Unseen[0].Account != "hidden" {
		t.Errorf("unseen: %v", f.Unseen)
	}
	if f.Name != "Léa Dubois" {
		t.Errorf("called %q", f.Name)
	}
	if f := Find(store, "nobody@h.example"); f.Present() != 0 || f.Name != "nobody@h.example" {
		t.Errorf("%+v", f)
	}
	if f := Find(store, ""); len(f.Rows) != 0 {
		t.Error("somebody without an address is everywhere")
	}
}

func TestWithoutAConnectionThePersonDecidesAndIsToldSinceWhen(t *testing.T) {
	for name, break_ := range map[string]func(*cache.Store){
		"of the account": func(s *cache.Store) {
			s.SetStatus(access.Ref{Identity: "i", Account: "a"}, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable} })
		},
		"of the host": func(s *cache.Store) {
			s.SetIdentityStatus("i", func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.TimedOut} })
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := world(of("a", user))
			break_(store)
			if r := Find(store, lea).Rows[0]; told(r) != "revoke u 1; decide: offline" || !r.At.Equal(now) {
				t.Errorf("%s as of %s", told(r), r.At)
			}
		})
	}
	store := world(of("a", user))
	store.SetStatus(access.Ref{Identity: "i", Account: "a"}, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.HostError} })
	if r := Find(store, lea).Rows[0]; r.Verdict != Ready {
		t.Errorf("a host that failed once answers: %s", told(r))
	}
}

func TestAnAccountThatTwoIdentitiesReachIsOneAndDoneByWhoCanDoMore(t *testing.T) {
	member := func(s *access.Snapshot) {
		s.Me = access.Membership{UserID: "me", Role: access.Member, Permissions: []access.Permission{access.Contacts}}
	}
	store := world(of("a", func(s *access.Snapshot) { contact()(s); member(s) }), of("b", member), of("c", member))
	store.PutIdentity(cache.Identity{ID: "j", Host: can()})
	put(store, "j", of("a", func(s *access.Snapshot) { user(s); contact()(s) }), of("b", user))
	elsewhere := can()
	elsewhere.URL = "https://other.example"
	store.PutIdentity(cache.Identity{ID: "k", Host: elsewhere})
	put(store, "k", of("a", user))
	f := Find(store, lea)
	var got []string
	for _, r := range f.Rows {
		got = append(got, r.Ref.Identity+" "+r.Name+" "+told(r))
	}
	want := []string{"j a revoke u 1, delete-contact c0 2; ready", "k a revoke u 1; ready", "j b revoke u 1; ready"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if len(f.Unseen) != 1 || f.Unseen[0].Account != "c" {
		t.Errorf("unseen: %v", f.Unseen)
	}
}

func TestHowFarAPlanHasCome(t *testing.T) {
	p := change.Plan{ID: "P", Name: "Léa Dubois"}
	made := func(at string, k change.Kind, s change.State, why trouble.Kind) change.Change {
		c := change.Change{Account: access.Ref{Identity: "i", Account: at}, Kind: k, State: s, Plan: p, At: now}
		if why != "" {
			c.Trouble = &trouble.Trouble{Kind: why}
		}
		if s == change.Confirmed {
			c.EndedAt = now.Add(time.Minute)
		}
		return c
	}
	tests := []struct {
		name string
		of   []change.Change
		want State
	}{
		{"it can be undone", []change.Change{made("a", change.Revoke, change.Waiting, "")}, Waiting},
		{"its turn comes", []change.Change{made("a", change.Revoke, change.Queued, "")}, Waiting},
		{"it is on its way", []change.Change{made("a", change.Revoke, change.Sending, ""), made("a", change.DeleteContact, change.Queued, "")}, Sending},
		{"all of it is done", []change.Change{made("a", change.Revoke, change.Confirmed, ""), made("a", change.DeleteContact, change.Confirmed, "")}, Confirmed},
		{"half of it is done", []change.Change{made("a", change.Revoke, change.Confirmed, ""), made("a", change.DeleteContact, change.Sending, "")}, Sending},
		{"half of it was refused", []change.Change{made("a", change.Revoke, change.Confirmed, ""), made("a", change.DeleteContact, change.Refused, trouble.LastDomain)}, Refused},
		{"it collided", []change.Change{made("a", change.Revoke, change.Conflicting, ""), made("a", change.DeleteContact, change.Confirmed, "")}, Conflict},
		{"a code is asked for", []change.Change{made("a", change.Revoke, change.NeedsProof, "")}, Proof},
		{"a code was asked for before the start", []change.Change{made("a", change.Revoke, change.Draft, trouble.ProofNeeded)}, Proof},
		{"it is held back", []change.Change{made("a", change.Revoke, change.Draft, trouble.HeldBack)}, Held},
		{"the host was away", []change.Change{made("a", change.Revoke, change.Draft, trouble.Unreachable)}, Unreached},
		{"nobody knows", []change.Change{made("a", change.Revoke, change.Refused, trouble.OutcomeUnknown)}, Unreached},
		{"nobody is signed in", []change.Change{made("a", change.Revoke, change.Refused, trouble.SignInNeeded)}, Refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := Plans(tt.of)
			if len(list) != 1 || len(list[0].Lines) != 1 || list[0].Lines[0].State != tt.want {
				t.Fatalf("%+v", list)
			}
			if l := list[0].Lines[0]; StateOf(l.Of) != tt.want || tt.want == Confirmed && !l.At.Equal(now.Add(time.Minute)) {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestPlansAreFoundLatestFirstAndWithoutWhatWasTakenBack(t *testing.T) {
	older, newer := change.Plan{ID: "1"}, change.Plan{ID: "2"}
	made := func(p change.Plan, account string, s change.State, at time.Duration) change.Change {
		return change.Change{Account: access.Ref{Account: account}, Plan: p, State: s, At: now.Add(at), SendAt: now.Add(time.Minute)}
	}
	list := Plans([]change.Change{
		made(older, "a", change.Confirmed, 0), made(change.Plan{}, "x", change.Waiting, 0), made(newer, "a", change.Waiting, 3), made(older, "b", change.Queued, 1),
		made(newer, "b", change.Undone, 2), made(change.Plan{ID: "3"}, "a", change.Undone, 9), made(newer, "c", change.Dropped, 2),
	})
	if len(list) != 2 || list[0].ID != "2" || list[1].ID != "1" || len(list[0].Lines) != 1 || len(list[1].Lines) != 2 {
		t.Fatalf("%+v", list)
	}
	if !list[0].Undoable().Equal(now.Add(time.Minute)) || !list[1].Undoable().IsZero() || !list[1].Leaves() || !list[1].UnderWay() {
		t.Errorf("%+v", list)
	}
	if n := list[1].Count(Confirmed); n != 1 {
		t.Errorf("%d confirmed", n)
	}
}

func BenchmarkFindInAThousandAccounts(b *testing.B) {
	var snaps []access.Snapshot
	for n := range 1000 {
		snaps = append(snaps, of(fmt.Sprintf("a%04d", n), func(s *access.Snapshot) {
			for i := range 30 {
				s.Contacts = append(s.Contacts, access.Contact{ID: fmt.Sprint("x", i), Email: fmt.Sprintf("p%d@client%d.example", i, n), Preferences: access.Preferences{access.MailInvoice: true}})
			}
			if n%3 == 0 {
				user(s)
			}
		}))
	}
	store := world(snaps...)
	for b.Loop() {
		if f := Find(store, lea); f.Present() != 334 {
			b.Fatal(f.Present())
		}
	}
}

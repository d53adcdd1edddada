package scene

import (
	"context"
	"fmt"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// lea is who leaves: in eight accounts, one way or another.
const lea = "lea@studio.example"

// leavers are the states of taking somebody out of many accounts.
func leavers() []Scene {
	review := open(shell.Grouped, "person:"+lea)
	begun := open(shell.Grouped, "plan:P1")
	return []Scene{
		{Name: "leaver-person", Prepare: present, Do: open(shell.People, "person:"+lea)},
		{Name: "leaver-palette", Prepare: present, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("shell.search")
			s.Type("dubois")
		}},
		{Name: "leaver-review", Prepare: present, Do: review},
		{Name: "leaver-undo", Prepare: present, Do: func(s *Stage) {
			review(s)
			s.PressText(s.Env.Words.N("leaving.approve", 5))
		}},
		{Name: "leaver-progress", Prepare: midway, Do: begun},
		{Name: "leaver-elsewhere", Prepare: midway, Do: open(shell.Overview, "")},
		{Name: "leaver-held", Prepare: func(s *Stage) {
			midway(s)
			if err := s.Desk.Hold("P1"); err != nil {
				s.T.Fatalf("hold: %v", err)
			}
		}, Do: begun},
		{Name: "leaver-done", Prepare: done, Do: begun},
		{Name: "leaver-proof", Prepare: midway, Do: func(s *Stage) {
			begun(s)
			s.Press("leaving.export")
		}},
		{Name: "leaver-outbox", Prepare: midway, Do: open(shell.Outbox, "")},
		{Name: "leaver-offline", Prepare: func(s *Stage) {
			present(s)
			s.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.Trouble = away })
		}, Do: review},
		{Name: "leaver-user", Prepare: func(s *Stage) { // who only uses accounts sees contacts at most
			present(s)
			for _, snap := range s.Store.Snapshots() {
				snap.Me = access.Membership{UserID: "me", Role: access.Member, Permissions: []access.Permission{access.Contacts}}
				snap.Users, snap.Invitations = nil, nil
				s.Store.PutSnapshot(snap, viewtest.Now)
			}
		}, Do: review},
		{Name: "leaver-nowhere", Prepare: present, Do: open(shell.Grouped, "person:personne@nulle-part.example")},
		{Name: "leaver-many", Prepare: many, Do: review},
		{Name: "leaver-hosts", Prepare: func(s *Stage) {
			present(s)
			h := Host()
			h.URL, h.Name = "https://nuage.example", "Nuage Boréal"
			s.Store.PutIdentity(cache.Identity{ID: "agence", Host: h, Me: access.Me{FirstName: "Marie", Email: "marie@agence.example"}, Status: cache.Status{At: viewtest.Now}})
			snap := in("n1", "Association des riverains de la rivière aux Brochets et de ses environs", func(s *access.Snapshot) { with(s, true, true) })
			snap.Ref.Identity = "agence"
			s.Store.PutAccounts("agence", []access.Summary{{Ref: snap.Ref, Name: snap.Account.Name, Role: access.Owner}})
			s.Store.PutSnapshot(snap, viewtest.Now)
		}, Do: review},
		{Name: "leaver-plans", Prepare: func(s *Stage) {
			done(s)
			for _, e := range confirmed("P2", "Noé Roy", "noe@studio.example", "a02", 3*24*time.Hour) {
				put(s, e)
			}
			resume(s)
		}, Do: open(shell.Grouped, "")},
	}
}

// in is an account that the sample person owns.
func in(id, name string, fn func(*access.Snapshot)) access.Snapshot {
	s := access.Snapshot{Ref: access.Ref{Identity: viewtest.Ref.Identity, Account: id}, Revision: "1", Me: access.Membership{UserID: "u1", Role: access.Owner}}
	s.Account = access.Account{ID: id, Name: name, Email: "info@" + id + ".example", Preferences: access.Preferences{access.MailDomain: true}}
	fn(&s)
	return s
}

// with puts the leaver into an account.
func with(s *access.Snapshot, user, contact bool) {
	if user {
		s.Users = append(s.Users, access.User{ID: "u3", ETag: "u3", FirstName: "Léa", LastName: "Dubois", Email: lea, Role: access.Member})
	}
	if contact {
		s.Contacts = append(s.Contacts, access.Contact{ID: "c3", ETag: "c3", FirstName: "Léa", LastName: "Dubois", Email: lea, Preferences: access.Preferences{access.MailInvoice: true}})
	}
}

// present puts the leaver into eight accounts: five can be done, one is to be decided, two cannot be done.
func present(s *Stage) {
	snap := Snapshot()
	with(&snap, false, true)
	snaps := []access.Snapshot{snap,
		in("a00", names[0], func(s *access.Snapshot) { with(s, true, false) }),
		in("a01", names[1], func(s *access.Snapshot) { with(s, true, false) }),
		in("a02", names[2], func(s *access.Snapshot) { with(s, false, true) }),
		in("a03", names[3], func(s *access.Snapshot) {
			with(s, true, true)
			s.Account.Preferences, s.Contacts[0].Preferences = nil, access.Preferences{access.MailDomain: true}
		}),
		in("a04", names[4], func(s *access.Snapshot) { with(s, true, false); s.Account.Email = lea }),
		in("a05", names[5], func(s *access.Snapshot) { with(s, true, false); s.Users[0].Role = access.Owner }),
		in("a06", names[6], func(s *access.Snapshot) { s.Account.Email = lea }),
	}
	list := Accounts()[1:]
	var all []access.Summary
	for _, snap := range snaps {
		all = append(all, access.Summary{Ref: snap.Ref, Name: snap.Account.Name, Role: snap.Me.Role, Revision: snap.Revision})
	}
	for i, a := range list[7:19] { // somebody else's, and the last one is not there yet
		all = append(all, a)
		if i < 11 {
			snaps = append(snaps, access.Snapshot{Ref: a.Ref, Revision: "1", Account: access.Account{Name: a.Name}, Me: access.Membership{UserID: "u1", Role: access.Member}})
		}
	}
	s.Store.PutAccounts(viewtest.Ref.Identity, all)
	for _, snap := range snaps {
		s.Store.PutSnapshot(snap, viewtest.Now)
	}
}

// many are four hundred accounts.
func many(s *Stage) {
	var all []access.Summary
	for i := range 400 {
		snap := in(fmt.Sprintf("m%03d", i), fmt.Sprintf("%s %d", names[i%len(names)], i), func(s *access.Snapshot) { with(s, true, i%3 == 0) })
		all = append(all, access.Summary{Ref: snap.Ref, Name: snap.Account.Name, Role: access.Owner, Revision: "1"})
		s.Store.PutSnapshot(snap, viewtest.Now)
	}
	snap := Snapshot()
	all = append(all, access.Summary{Ref: snap.Ref, Name: snap.Account.Name, Role: access.Owner, Revision: snap.Revision})
	s.Store.PutAccounts(viewtest.Ref.Identity, all)
}

// hangs is a host that does not answer what concerns one account.
type hangs struct{ change.Sender }

func (h hangs) Send(ctx context.Context, c change.Change, proof string) change.Outcome {
	if c.Account.Account != "a01" {
		return h.Sender.Send(ctx, c, proof)
	}
	<-ctx.Done()
	return change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.Cancelled}}
}

const planned = `"plan":{"id":"P1","name":"Léa Dubois","email":"` + lea + `"}`

// entry is a Change of the plan as the journal has it.
func entry(id, account, kind, rest string) journal.Entry {
	return journal.Entry{ID: id, Account: access.Ref{Identity: viewtest.Ref.Identity, Account: account}, At: viewtest.Now.Add(-time.Minute),
		Body: []byte(`{"v":1,"kind":"` + kind + `","target":"u3","targetName":"Léa Dubois","before":{},"after":{},` + rest + `}`)}
}

func confirmed(plan, name, email, account string, ago time.Duration) []journal.Entry {
	e := entry(plan+account, account, "revoke", `"state":"confirmed","plan":{"id":"`+plan+`","name":"`+name+`","email":"`+email+`"}`)
	e.At, e.Ended = viewtest.Now.Add(-ago), viewtest.Now.Add(-ago).Add(9*time.Second)
	return []journal.Entry{e}
}

// timeless is a journal for which nothing was long ago: the pictures' clock stands still.
type timeless struct{ journal.Memory }

// Recent implements journal.Journal.
func (j *timeless) Recent(ctx context.Context, _ time.Time) ([]journal.Entry, error) {
	return j.Memory.Recent(ctx, time.Time{})
}

func put(s *Stage, e journal.Entry) {
	if s.journal == nil {
		s.journal = &timeless{}
	}
	if err := s.journal.Write(context.Background(), e); err != nil {
		s.T.Fatalf("journal: %v", err)
	}
}

// resume is the desk of an application that was closed in the middle of it.
func resume(s *Stage) {
	s.Desk = change.NewDesk(change.Config{Sender: hangs{s.Script}, Refresh: func(context.Context, access.Ref) error { return nil }, UndoDelay: undoDelay, Journal: s.journal, AtOnce: 1})
	if err := s.Desk.Resume(context.Background(), viewtest.Ref.Identity); err != nil {
		s.T.Fatalf("resume: %v", err)
	}
	s.Core.Desk = s.Desk
}

// midway is a plan of which two accounts are done, one is on its way, others wait, and two want the person.
func midway(s *Stage) {
	present(s)
	done := func(id, account, kind string, at time.Duration) {
		e := entry(id, account, kind, `"state":"confirmed",`+planned)
		e.Ended = viewtest.Now.Add(at)
		put(s, e)
	}
	gone := Snapshot()
	gone.Users = gone.Users[:2]
	s.Store.PutSnapshot(gone, viewtest.Now)
	s.Store.PutSnapshot(in("a00", names[0], func(*access.Snapshot) {}), viewtest.Now)
	done("k1", viewtest.Ref.Account, "revoke", 11*time.Second)
	done("k2", viewtest.Ref.Account, "delete-contact", 11*time.Second)
	done("k3", "a00", "revoke", 12*time.Second)
	put(s, entry("k4", "a01", "revoke", `"state":"queued",`+planned))
	put(s, entry("k5", "a02", "delete-contact", `"state":"queued",`+planned))
	put(s, entry("k6", "a04", "revoke", `"state":"conflicting","conflict":{"theirs":{"permissions":["invoices"]},"theirsBase":"9","collisions":[{"name":"permission:invoices","base":"false","mine":"","theirs":"true"}]},`+planned))
	resume(s)
}

// done is a plan that has come to its end: one was refused, one could not reach its host, one was left to decide.
func done(s *Stage) {
	present(s)
	for i, account := range []string{viewtest.Ref.Account, "a00"} {
		e := entry(fmt.Sprint("d", i), account, "revoke", `"state":"confirmed",`+planned)
		e.Ended = viewtest.Now.Add(time.Duration(i+11) * time.Second)
		put(s, e)
	}
	put(s, entry("d2", "a01", "revoke", `"state":"draft","trouble":{"kind":"unreachable"},`+planned))
	put(s, entry("d3", "a02", "delete-contact", `"state":"refused","trouble":{"kind":"last-domain"},`+planned))
	put(s, entry("d4", "a04", "revoke", `"state":"draft","trouble":{"kind":"proof-needed"},`+planned))
	resume(s)
}

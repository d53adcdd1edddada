package scene

import (
	"fmt"
	"slices"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
	"concierge/views/shell"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
)

func directories() []Scene {
	beside := func(key string) func(*Stage) { return open(shell.Directory, "person:"+key) }
	return []Scene{
		{Name: "directory", Prepare: agency, Do: open(shell.Directory, "")},
		{Name: "directory-person", Prepare: agency, Do: beside("sam@cabinet.example")},
		{Name: "directory-me", Prepare: agency, Do: beside("marie@chezmarcel.example")},
		{Name: "directory-unseen", Prepare: agency, Do: beside("roy@livraison.example")},
		{Name: "directory-invitations", Prepare: agency, Do: open(shell.Directory, "invitations")},
		{Name: "directory-ending", Prepare: agency, Do: func(s *Stage) {
			s.Go(shell.Directory, "ending")
			s.World.Press(fyne.KeyDown)
		}},
		{Name: "directory-nobody", Prepare: agency, Do: func(s *Stage) {
			s.Go(shell.Directory, "ending")
			s.Input(s.T, s.Env.Words.T("people.filter")).SetText("sam.gagnon zzz")
		}},
		{Name: "directory-none", Do: open(shell.Directory, "ending")},
		{Name: "directory-two", Prepare: func(s *Stage) { agency(s); elsewhere(s) }, Do: beside("sam@cabinet.example")},
		{Name: "directory-offline", Prepare: func(s *Stage) {
			agency(s)
			s.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) {
				st.At, st.Trouble = viewtest.Now.Add(-25*time.Minute), &trouble.Trouble{Kind: trouble.Unreachable, Host: Host().Name}
			})
		}, Do: open(shell.Directory, "")},
		{Name: "directory-loading", Prepare: unknown, Do: func(s *Stage) {
			s.Go(shell.Directory, "")
			s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Busy, st.Trouble = true, nil })
		}, Late: true},
		{Name: "directory-failed", Prepare: func(s *Stage) {
			unknown(s)
			s.answer = &trouble.Trouble{Kind: trouble.HostError, Host: Host().Name, RequestID: "7f3a-19c2"}
			s.Store.SetIdentityStatus(viewtest.Ref.Identity, func(st *cache.Status) { st.Trouble = s.answer })
		}, Do: open(shell.Directory, "")},
		{Name: "directory-single", Prepare: single, Do: open(shell.Directory, "")},
		{Name: "palette-directory", Prepare: agency, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("shell.search")
			s.Type(s.Env.Words.T("directory.title"))
		}},
	}
}

// single is somebody who reaches one account.
func single(s *Stage) { s.Store.PutAccounts(viewtest.Ref.Identity, Accounts()[:1]) }

// agency is somebody who owns some of their clients' accounts: Sam keeps the books of several of them, some access ends, and
// invitations expire.
func agency(s *Stage) {
	own := []string{"Alice Bouchard", "Émile Côté", "Jean-François Lachance-Villeneuve", "Zoé Roy", "Noémie Fortin"}
	for n, a := range Accounts() {
		if n == 0 || n > 12 || n == 9 {
			continue
		}
		snap := access.Snapshot{Ref: a.Ref, Revision: "1", Me: access.Membership{UserID: "u1", Role: access.Owner}}
		snap.Account = access.Account{ID: a.Ref.Account, Name: a.Name, Email: fmt.Sprintf("info@compte%d.example", n)}
		snap.Users = []access.User{{ID: "u1", FirstName: "Marie", LastName: "Tremblay", Email: Me().Email, Role: access.Owner}}
		first := own[n%len(own)]
		snap.Contacts = []access.Contact{{ID: "c1", FirstName: first, Email: access.Fold(first[:2]) + fmt.Sprintf("%d@compte%d.example", n, n), Preferences: access.Preferences{access.MailInvoice: true, access.MailDomain: n%2 == 0}}}
		if n%2 == 0 {
			sam := viewtest.Snapshot().Users[1]
			switch n {
			case 2:
				sam.EndsAt = viewtest.Now.AddDate(0, 0, -3)
			case 4:
				sam.EndsAt, sam.Permissions = viewtest.Now.AddDate(0, 0, 12), access.PresetDeveloper.Of(Host().Permissions)
			default:
				sam.EndsAt, sam.Reason = time.Time{}, ""
			}
			snap.Users = append(snap.Users, sam)
		}
		if n == 6 {
			snap.Contacts = append(snap.Contacts, access.Contact{ID: "c2", FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Preferences: access.Preferences{access.MailInvoice: true}})
		}
		if n%4 == 3 {
			snap.Invitations = []access.Invitation{{ID: "i1", Email: fmt.Sprintf("nouvelle%d@studio.example", n), Permissions: access.PresetSupport.Of(Host().Permissions),
				InvitedBy: "Marie Tremblay", SentAt: viewtest.Now.AddDate(0, 0, -n), ExpiresAt: viewtest.Now.AddDate(0, 0, 7-n).Add(3 * time.Hour)}}
		}
		s.Store.PutSnapshot(snap, viewtest.Now)
	}
	list := slices.Clone(Accounts())
	for n := range list {
		if n > 0 && n <= 12 && n != 9 {
			list[n].Role, list[n].Permissions = access.Owner, nil
		}
	}
	s.Store.PutAccounts(viewtest.Ref.Identity, list)
	another := Snapshots()[1] // of somebody else
	another.Ref, another.Account.Name = list[9].Ref, list[9].Name
	s.Store.PutSnapshot(another, viewtest.Now)
}

// elsewhere is the same person at a second host.
func elsewhere(s *Stage) {
	there := Host()
	there.URL, there.Name, there.Sample, there.MailboxURL = "https://nuage.example", "Nuage Boréal", false, ""
	s.Store.PutIdentity(cache.Identity{ID: "agence", Host: there, Me: access.Me{ID: "p9", FirstName: "Marie", LastName: "Tremblay", Email: "marie@agence.example"}, Status: cache.Status{At: viewtest.Now}})
	ref := access.Ref{Identity: "agence", Account: "1"}
	s.Store.PutAccounts("agence", []access.Summary{{Ref: ref, Name: "Auberge du Fleuve", Role: access.Owner, Revision: "1"}})
	snap := viewtest.Snapshot()
	snap.Ref, snap.Account.ID, snap.Account.Name, snap.Account.Email, snap.Invitations = ref, "1", "Auberge du Fleuve", "info@auberge.example", nil
	snap.Me.UserID = "u1"
	s.Store.PutSnapshot(snap, viewtest.Now)
}

package scene

import (
	"context"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/trouble"
	"concierge/views/shell"
	"concierge/views/viewtest"
)

// Scene is one picture of a screen.
type Scene struct {
	Name string
	// Prepare changes what is known before there is a window; may be nil.
	Prepare func(*Stage)
	// Do goes where the picture is, as a person would.
	Do func(*Stage)
	// Late shows what comes after a moment, such as that something is being fetched.
	Late bool
}

// open is a scene that only goes to a screen.
func open(screen shell.Screen, arg string) func(*Stage) {
	return func(s *Stage) { s.Go(screen, arg) }
}

// All are the scenes, in the order a person may see them.
func All() []Scene {
	var all []Scene
	for _, list := range [][]Scene{overviews(), peoples(), dialogs(), forms(), questions(), palettes(), helps()} {
		all = append(all, list...)
	}
	return all
}

func overviews() []Scene {
	return []Scene{
		{Name: "overview", Do: open(shell.Overview, "")},
		{Name: "overview-user", Prepare: notOwner, Do: open(shell.Overview, "")},
		{Name: "overview-alone", Prepare: alone, Do: open(shell.Overview, "")},
		{Name: "overview-failed", Prepare: func(s *Stage) {
			unknown(s)
			s.answer = &trouble.Trouble{Kind: trouble.HostError, Host: Host().Name, RequestID: "7f3a-19c2"}
		}, Do: open(shell.Overview, "")},
		{Name: "overview-offline", Prepare: offline, Do: open(shell.Overview, "")},
		{Name: "overview-kept", Prepare: kept, Do: open(shell.Overview, "")},
		{Name: "overview-not-kept", Prepare: notKept, Do: open(shell.Overview, "")},
		{Name: "overview-loading", Prepare: unknown, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Busy, st.Trouble = true, nil })
		}, Late: true},
	}
}

func peoples() []Scene {
	beside := func(key string) func(*Stage) { return open(shell.People, "person:"+key) }
	return []Scene{
		{Name: "people", Do: open(shell.People, "")},
		{Name: "people-user", Do: beside("sam@cabinet.example")},
		{Name: "people-owner", Do: beside("marie@chezmarcel.example")},
		{Name: "people-invitation", Do: beside("noe@studio.example")},
		{Name: "people-contact", Do: beside("ti@chezmarcel.example")},
		{Name: "people-contacts", Do: open(shell.People, "contacts")},
		{Name: "people-filter", Do: func(s *Stage) {
			s.Go(shell.People, "")
			s.Input(s.T, s.Env.Words.T("people.filter")).SetText("zzz")
		}},
		{Name: "people-alone", Prepare: alone, Do: open(shell.People, "invitations")},
		{Name: "people-not-owner", Prepare: notOwner, Do: open(shell.People, "")},
		{Name: "people-offline", Prepare: offline, Do: open(shell.People, "")},
	}
}

func dialogs() []Scene {
	sam := func(s *Stage) {
		s.Go(shell.People, "person:sam@cabinet.example")
		s.Press("words.edit")
	}
	invite := func(s *Stage) {
		s.Go(shell.People, "")
		s.Press("people.invite")
	}
	return []Scene{
		{Name: "permissions-invite", Do: invite},
		{Name: "permissions-changes", Do: func(s *Stage) {
			sam(s)
			s.Press("access.permission_tickets")
			s.Press("access.permission_quotes")
		}},
		{Name: "permissions-all", Do: func(s *Stage) {
			sam(s)
			s.Press("access.preset_all")
			s.Press("words.save")
		}},
		{Name: "proof", Do: func(s *Stage) {
			s.Script.Then(change.Outcome{Challenge: &change.Challenge{
				ID: "1", SentTo: "m•••@chezmarcel.example", ExpiresAt: viewtest.Now.Add(9*time.Minute + 42*time.Second),
				Fields: []change.ChallengeField{{Name: "code", Kind: "digits", Length: 5, Label: access.Text{"fr": "Code reçu par courriel", "en": "Code received by e-mail"}}},
			}})
			invite(s)
			s.Type("julie@comptes.example")
			s.Press("access.preset_accountant")
			s.Press("permissions.send")
		}},
		{Name: "conflict", Do: func(s *Stage) {
			end := time.Date(2027, time.June, 30, 23, 59, 59, 0, time.Local)
			s.Script.Then(change.Outcome{Stale: &change.Conflict{TheirsBase: "2",
				Theirs: change.OfRights([]access.Permission{access.Invoices}, end, "vérification comptable")}})
			sam(s)
			s.Input(s.T, s.Env.Words.T("permissions.reason")).SetText("impôts 2026 et 2027")
			s.Press("words.save")
		}},
		{Name: "revoke", Do: func(s *Stage) {
			s.Go(shell.People, "person:sam@cabinet.example")
			s.Press("people.revoke")
		}},
		{Name: "toast-undo", Do: func(s *Stage) {
			s.Go(shell.People, "person:lea@studio.example")
			s.Press("people.revoke")
			s.Press("people.revoke")
		}},
	}
}

// questions are what the application asks before something is lost or ended, and where a finding leads.
func questions() []Scene {
	return []Scene{
		{Name: "contact-from-finding", Prepare: func(s *Stage) {
			snap := Snapshot()
			for i := range snap.Contacts {
				delete(snap.Contacts[i].Preferences, access.MailDomain)
			}
			s.Store.PutSnapshot(snap, viewtest.Now)
		}, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("checkup.action_who_gets_what")
		}},
		{Name: "leave", Do: func(s *Stage) {
			s.Go(shell.AccountInfo, "")
			s.Type("Ève")
			s.Press("shell.nav_help")
		}},
		{Name: "sign-out", Do: func(s *Stage) {
			s.Go(shell.Preferences, "")
			s.Press("preferences.sign_out")
		}},
	}
}

func palettes() []Scene {
	search := func(s *Stage) {
		s.Go(shell.Overview, "")
		s.Press("shell.search")
	}
	return []Scene{
		{Name: "palette", Do: func(s *Stage) {
			search(s)
			s.Type("marcel")
		}},
		{Name: "palette-empty", Do: search},
		{Name: "palette-nothing", Do: func(s *Stage) {
			search(s)
			s.Type("xyzzy")
		}},
		{Name: "avatar-menu", Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("shell.avatar_name", "Name", Me().Name())
		}},
		{Name: "mark", Do: func(s *Stage) {
			s.Go(shell.Preferences, "")
			s.Press("words.edit")
		}},
		{Name: "preferences", Do: open(shell.Preferences, "")},
		{Name: "preferences-unmarked", Do: func(s *Stage) {
			for _, a := range Accounts() {
				s.Settings.SetAlias(a.Ref, "")
				s.Settings.SetColour(a.Ref, -1)
				s.Settings.SetFavourite(a.Ref, false)
			}
			s.Go(shell.Preferences, "")
		}},
	}
}

func helps() []Scene {
	return []Scene{
		{Name: "help", Do: open(shell.Help, "")},
		{Name: "help-not-owner", Prepare: notOwner, Do: open(shell.Help, "")},
		{Name: "help-emails", Do: open(shell.Help, "emails")},
		{Name: "help-emails-not-owner", Prepare: notOwner, Do: open(shell.Help, "emails")},
		{Name: "help-permissions", Do: open(shell.Help, "permissions")},
		{Name: "help-keys", Do: open(shell.Help, "keys")},
	}
}

// notOwner makes the person a user who may pay invoices, and sees what such a user sees.
func notOwner(s *Stage) {
	snap := Snapshot()
	snap.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: access.PresetAccountant.Of(Host().Permissions)}
	snap.Users, snap.Invitations, snap.Contacts, snap.Account.Email = nil, nil, nil, ""
	s.Store.PutSnapshot(snap, viewtest.Now)
	s.Store.PutActivity(viewtest.Ref, []access.Activity{{ID: "1", At: viewtest.Now, Actor: Me().Name(), Action: "signed-in"}})
}

// alone is an account that nobody but its owner uses.
func alone(s *Stage) {
	snap := Snapshot()
	snap.Users, snap.Invitations, snap.Contacts = snap.Users[:1], nil, nil
	s.Store.PutSnapshot(snap, viewtest.Now)
	s.Store.PutActivity(viewtest.Ref, nil)
}

// unknown is an account of which there is only the name.
func unknown(s *Stage) {
	list := s.Store.Accounts(viewtest.Ref.Identity)
	s.Store.PutAccounts(viewtest.Ref.Identity, nil)
	s.Store.PutAccounts(viewtest.Ref.Identity, list)
}

// kept is what the last time left, before the host has answered.
func kept(s *Stage) {
	i, _ := s.Store.Identity(viewtest.Ref.Identity)
	list, snaps, activity := s.Store.Accounts(i.ID), s.Store.Snapshots(), s.Store.Activity(viewtest.Ref)
	s.Store.RemoveIdentity(i.ID)
	s.Store.PutIdentity(cache.Identity{ID: i.ID})
	i.Status.At = viewtest.Now.AddDate(0, 0, -3)
	s.Store.Restore(cache.Kept{Identity: i, Accounts: list})
	var again []cache.KeptSnapshot
	for _, snap := range snaps {
		again = append(again, cache.KeptSnapshot{Snapshot: snap, At: i.Status.At})
	}
	s.Store.RestoreSnapshots(again)
	s.Store.PutActivity(viewtest.Ref, activity)
}

// notKept is a computer that takes nothing.
func notKept(s *Stage) {
	if err := s.Core.Storage.Open(context.Background(), nil, access.Ref{}); err == nil {
		s.T.Fatalf("it is kept in %s", s.dir)
	}
}

func offline(s *Stage) {
	s.Store.PutSnapshot(Snapshot(), viewtest.Now.Add(-25*time.Minute))
	s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable, Host: Host().Name} })
}

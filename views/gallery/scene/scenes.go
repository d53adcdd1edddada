package scene

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/journal"
	"concierge/app/trouble"
	"concierge/views/shell"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
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
	for _, list := range [][]Scene{overviews(), elsewheres(), endings(), peoples(), directories(), histories(), dialogs(), forms(), outboxes(), leavers(), questions(), palettes(), helps(), programs(), locks(), syncs(), gateways()} {
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
		{Name: "overview-namesake", Prepare: func(s *Stage) {
			s.Store.PutIdentity(cache.Identity{ID: "agence", Host: access.Host{Name: "Nuage Boréal"}, Status: cache.Status{At: viewtest.Now}})
			s.Store.PutAccounts("agence", []access.Summary{{Ref: access.Ref{Identity: "agence", Account: "1"}, Name: Accounts()[0].Name}})
		}, Do: open(shell.Overview, "")},
		{Name: "overview-offline", Prepare: offline, Do: open(shell.Overview, "")},
		{Name: "overview-kept", Prepare: kept, Do: open(shell.Overview, "")},
		{Name: "overview-not-kept", Prepare: notKept, Do: open(shell.Overview, "")},
		{Name: "overview-lost", Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Store.PutAccounts(viewtest.Ref.Identity, Accounts()[1:])
		}},
		{Name: "overview-no-keyring", Prepare: noKeyring, Do: open(shell.Overview, "")},
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
		{Name: "permissions-accountant", Do: func(s *Stage) {
			invite(s)
			s.Type("julie@comptes.example")
			s.Press("access.preset_accountant")
		}},
		{Name: "permissions-changes", Do: func(s *Stage) {
			sam(s)
			s.Press("access.permission_tickets")
			s.Press("access.permission_quotes")
		}},
		{Name: "permissions-none", Prepare: less, Do: func(s *Stage) {
			sam(s)
			for _, p := range []string{"access.permission_invoices", "access.permission_quotes", "access.permission_emails"} {
				s.Press(p)
			}
			s.World.Press(fyne.KeyReturn)
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
		{Name: "toast-saving", Do: func(s *Stage) {
			s.Go(shell.People, "person:lea@studio.example")
			s.Press("people.revoke")
			s.Press("people.revoke")
			s.Go(shell.AccountInfo, "")
			s.Type("Ève")
		}},
		{Name: "toast-undo", Do: func(s *Stage) {
			s.Go(shell.People, "person:lea@studio.example")
			s.Press("people.revoke")
			s.Press("people.revoke")
		}},
	}
}

// outboxes are what waits to be sent, and where else that is said.
func outboxes() []Scene {
	sam := func(s *Stage) { s.Go(shell.People, "person:sam@cabinet.example") }
	return []Scene{
		{Name: "outbox", Prepare: waits, Do: open(shell.Outbox, "")},
		{Name: "outbox-unread", Prepare: unread, Do: open(shell.Outbox, "")},
		{Name: "outbox-unread-forget", Prepare: unread, Do: func(s *Stage) {
			s.Go(shell.Outbox, "")
			s.Press("outbox.forget")
		}},
		{Name: "outbox-empty", Do: open(shell.Outbox, "")},
		{Name: "outbox-discard", Prepare: waits, Do: func(s *Stage) {
			s.Go(shell.Outbox, "")
			s.Press("outbox.discard")
		}},
		{Name: "outbox-banner", Prepare: waits, Do: open(shell.Overview, "")},
		{Name: "outbox-person", Prepare: waits, Do: sam},
		{Name: "outbox-form", Prepare: waits, Do: func(s *Stage) {
			sam(s)
			s.Press("words.edit")
		}},
		{Name: "outbox-account", Prepare: waits, Do: open(shell.AccountInfo, "")},
		{Name: "outbox-toast", Do: func(s *Stage) {
			s.Script.Then(change.Outcome{Trouble: away})
			s.Go(shell.AccountInfo, "")
			s.Type("Ève")
			s.PressText(s.Env.Words.N("form.save", 1))
		}},
		{Name: "outbox-quit", Prepare: waits, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("shell.search")
			s.Type(s.Env.Words.T("window.do_quit"))
			s.Window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}},
	}
}

var away = &trouble.Trouble{Kind: trouble.Unreachable, Host: Host().Name}

// unread is somebody who has gone to an older version and back: of what was kept meanwhile, one edit is of a version still newer.
func unread(s *Stage) {
	entry := func(id string, days int, body string) journal.Entry {
		return journal.Entry{ID: id, Account: viewtest.Ref, At: viewtest.Now.AddDate(0, 0, -days), Body: []byte(body)}
	}
	s.Keep(s.T, entry("newer", 3, `{"v":9}`), entry("back", 2, `{"v":1,"kind":"edit-contact","target":"c3","targetName":"Comptes à payer","state":"draft",
		"before":{},"after":{"fields":{"phone":"+14185550142"}},"trouble":{"kind":"journal-taken"}}`))
	s.Core.Desk = s.Desk
}

// waits is somebody who worked on a train: one of each thing that can wait.
func waits(s *Stage) {
	snap, host := Snapshot(), Host()
	send := func(c change.Change, outcomes ...change.Outcome) {
		s.Script.Then(outcomes...)
		c.Account = viewtest.Ref
		id := s.Desk.Submit(c).ID
		_ = s.Desk.SendNow(id) // what would wait
		end, err := s.Desk.Await(context.Background(), id)
		if err != nil {
			s.T.Fatalf("how an edit ended: %v", err)
		}
		if end.State != change.Confirmed {
			_ = s.Desk.Release(id) // its form was left
		}
	}
	off := change.Outcome{Trouble: away}
	unknown := change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.OutcomeUnknown, Host: host.Name}}
	sam, lea := snap.Users[1], snap.Users[2]
	more := change.OfUser(sam)
	more.Permissions = append(more.Permissions[:1:1], access.Emails, access.Tickets)
	send(change.Change{Kind: change.SetPermissions, Target: sam.ID, TargetName: sam.Name(), Base: sam.ETag, Before: change.OfUser(sam), After: more}, off)
	send(change.Change{Kind: change.Revoke, Target: lea.ID, TargetName: lea.Name(), Base: lea.ETag, Before: change.OfUser(lea)}, off)
	moved := change.OfAccount(snap.Account)
	moved.Fields[change.FieldPhone], moved.Fields[change.FieldLine1], moved.Fields[change.FieldCity] = "+14185550142", "12, rue du Port", "Québec"
	send(change.Change{Kind: change.EditAccount, TargetName: snap.Account.Name, Base: snap.Account.ETag, Before: change.OfAccount(snap.Account), After: moved}, off)
	ct := snap.Contacts[2]
	edited := change.OfContact(ct)
	edited.Fields[change.FieldPhone], edited.Mail = "+14185550199", map[access.MailCategory]bool{access.MailInvoice: true, access.MailSupport: true}
	theirs := change.OfContact(ct)
	theirs.Fields[change.FieldPhone] = "+14185550100"
	send(change.Change{Kind: change.EditContact, Target: ct.ID, TargetName: ct.Name(), Base: ct.ETag, Before: change.OfContact(ct), After: edited},
		change.Outcome{Stale: &change.Conflict{Theirs: theirs, TheirsBase: "9"}})
	send(change.Change{Kind: change.AddContact, TargetName: "Julie Roy", After: change.Values{
		Fields: map[string]string{change.FieldFirstName: "Julie", change.FieldLastName: "Roy", change.FieldEmail: "julie@comptes.example"},
		Mail:   map[access.MailCategory]bool{access.MailInvoice: true, access.MailGeneral: false},
	}}, unknown, unknown, unknown)
	send(change.Change{Kind: change.EditContact, Target: snap.Contacts[0].ID, TargetName: snap.Contacts[0].Name(), Base: "x", Before: change.OfContact(snap.Contacts[0]),
		After: change.Values{Mail: map[access.MailCategory]bool{access.MailDomain: false}}}, change.Outcome{Trouble: &trouble.Trouble{Kind: trouble.LastDomain}})
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
		{Name: "leave-invitation", Do: func(s *Stage) {
			s.Go(shell.People, "")
			s.Press("people.invite")
			s.Type("julie@comptes.example")
			s.World.Press(fyne.KeyEscape)
		}},
		{Name: "quit-typing", Do: func(s *Stage) {
			s.Go(shell.AccountInfo, "")
			s.Type("Ève")
			s.Quit()
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
		{Name: "palette-person", Do: func(s *Stage) {
			search(s)
			s.Type("léa")
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
		{Name: "help-computer", Do: open(shell.Help, "computer")},
		{Name: "help-keys", Do: open(shell.Help, "keys")},
	}
}

func syncs() []Scene {
	panel := func(s *Stage) {
		s.Go(shell.Overview, "")
		s.Press("freshness.fresh_at", "When", s.Env.Words.Clock(viewtest.Now))
	}
	fail := func(s *Stage, i int, t *trouble.Trouble) {
		ref := Accounts()[i].Ref
		s.Store.PutSnapshot(access.Snapshot{Ref: ref, Account: access.Account{Name: Accounts()[i].Name}}, viewtest.Now.Add(-time.Duration(i)*9*time.Hour))
		s.Store.SetStatus(ref, func(st *cache.Status) { st.Trouble = t })
	}
	return []Scene{
		{Name: "sync", Prepare: func(s *Stage) {
			fail(s, 3, &trouble.Trouble{Kind: trouble.HostError, Host: Host().Name, RequestID: "7f3a-19c2"})
			fail(s, 5, &trouble.Trouble{Kind: trouble.Forbidden})
			s.Store.SetStatus(Accounts()[6].Ref, func(st *cache.Status) { st.Busy, st.Trouble = true, nil })
		}, Do: panel},
		{Name: "sync-two", Prepare: func(s *Stage) {
			s.Store.PutIdentity(cache.Identity{ID: "agence", Host: access.Host{Name: "Nuage Boréal"}, Me: access.Me{FirstName: "Marie", LastName: "Tremblay", Email: "marie@agence.example"},
				Status: cache.Status{At: viewtest.Now.Add(-25 * time.Minute), Trouble: &trouble.Trouble{Kind: trouble.Unreachable}}})
			s.Store.PutAccounts("agence", []access.Summary{{Ref: access.Ref{Identity: "agence", Account: "1"}, Name: "Auberge du Fleuve"}})
			s.Store.PutIdentity(cache.Identity{ID: "autre", Host: access.Host{Name: "Hôte du Nord"}, Me: access.Me{Email: "m.tremblay@nord.example"},
				Status: cache.Status{At: viewtest.Now.AddDate(0, 0, -1), Trouble: &trouble.Trouble{Kind: trouble.SignInNeeded, Host: "Hôte du Nord"}}})
		}, Do: panel},
		{Name: "sync-first", Prepare: func(s *Stage) {
			list := Accounts()
			for i := len(list); i < 1000; i++ {
				ref := access.Ref{Identity: viewtest.Ref.Identity, Account: fmt.Sprint("n", i)}
				list = append(list, access.Summary{Ref: ref, Name: fmt.Sprintf("Client %04d", i)})
			}
			s.Store.PutAccounts(viewtest.Ref.Identity, list)
			for _, a := range list[len(Accounts()):412] {
				s.Store.PutSnapshot(access.Snapshot{Ref: a.Ref, Account: access.Account{Name: a.Name}}, viewtest.Now)
			}
			for _, a := range list[412:416] {
				s.Store.SetStatus(a.Ref, func(st *cache.Status) { st.Busy = true })
			}
		}, Do: panel},
		{Name: "overview-limited", Prepare: func(s *Stage) {
			s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) {
				st.At, st.Trouble = viewtest.Now.AddDate(0, 0, -1), &trouble.Trouble{Kind: trouble.RateLimited, Host: Host().Name}
			})
		}, Do: open(shell.Overview, "")},
	}
}

func locks() []Scene {
	locked := func(s *Stage) {
		s.Go(shell.People, "person:sam@cabinet.example")
		s.View.Lock()
		s.Settle()
	}
	return []Scene{
		{Name: "lock", Do: locked},
		{Name: "lock-closed", Do: func(s *Stage) {
			locked(s)
			s.CloseKeyring(&trouble.Trouble{Kind: trouble.KeyringLocked})
			s.Press("lock.unlock")
		}},
		{Name: "lock-sign-out", Do: func(s *Stage) {
			locked(s)
			s.Press("lock.sign_out")
		}},
	}
}

// notOwner makes the person a user who may pay invoices, and sees what such a user sees.
func notOwner(s *Stage) {
	snap := Snapshot()
	snap.Me = access.Membership{UserID: "u2", Role: access.Member, Permissions: access.PresetAccountant.Of(Host().Permissions)}
	snap.Users, snap.Invitations, snap.Contacts, snap.Account.Email = nil, nil, nil, ""
	s.Store.PutSnapshot(snap, viewtest.Now)
	s.Store.PutActivity(viewtest.Ref, cache.Record{List: []access.Activity{{ID: "1", At: viewtest.Now, Actor: Me().Name(), Action: "signed-in"}}})
}

// alone is an account that nobody but its owner uses.
func alone(s *Stage) {
	snap := Snapshot()
	snap.Users, snap.Invitations, snap.Contacts = snap.Users[:1], nil, nil
	s.Store.PutSnapshot(snap, viewtest.Now)
	s.Store.PutActivity(viewtest.Ref, cache.Record{})
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

// noKeyring is a computer without a keyring, which has had one.
func noKeyring(s *Stage) {
	folder := filepath.Join(s.dir, "not-there")
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "storage.json"), []byte(`{"version": 1, "key": "k"}`), 0o600)
	}
	if err != nil {
		s.T.Fatalf("folder of the scene: %v", err)
	}
	s.CloseKeyring(&trouble.Trouble{Kind: trouble.KeyringMissing})
	if err := s.Core.Storage.Open(context.Background(), nil, access.Ref{}); err == nil {
		s.T.Fatalf("it is kept in %s", folder)
	}
}

func offline(s *Stage) {
	s.Store.PutSnapshot(Snapshot(), viewtest.Now.Add(-25*time.Minute))
	s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Trouble = &trouble.Trouble{Kind: trouble.Unreachable, Host: Host().Name} })
}

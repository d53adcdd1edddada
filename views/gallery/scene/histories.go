package scene

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/history"
	"concierge/app/trouble"
	"concierge/views/shell"
	"concierge/views/viewtest"

	"fyne.io/fyne/v2"
)

// histories are the states of the history, and what can be done from it.
func histories() []Scene {
	lived := func(s *Stage) { live(s, Activity(), nil) }
	choose := func(text string) func(*Stage) {
		return func(s *Stage) {
			s.Go(shell.History, "")
			s.Row(text)
			s.World.Press(fyne.KeyReturn) // in a small window it takes the place of the list
			s.Settle()
		}
	}
	compare := func(s *Stage) {
		s.Go(shell.History, "")
		for range 100 {
			if strings.HasPrefix(s.Focused(), s.Env.Words.T("history.mode_line")) {
				break
			}
			s.Window.Canvas().FocusNext()
		}
		s.World.Press(fyne.KeyRight)
		s.Settle()
	}
	return []Scene{
		{Name: "history", Prepare: lived, Do: open(shell.History, "")},
		{Name: "history-permissions", Prepare: lived, Do: choose("Sam Gagnon")},
		{Name: "history-left", Prepare: lived, Do: choose("Paul Roy")},
		{Name: "history-contact", Prepare: lived, Do: choose("Soutien TI")},
		{Name: "history-filter", Prepare: lived, Do: func(s *Stage) {
			s.Go(shell.History, "")
			s.Input(s.T, s.Env.Words.T("history.filter")).SetText("zzz")
		}},
		{Name: "export-history", Prepare: lived, Do: exports(shell.History)},
		{Name: "history-compare", Prepare: lived, Do: compare},
		{Name: "history-compare-person", Prepare: lived, Do: func(s *Stage) {
			compare(s)
			s.Window.Canvas().FocusNext() // the dates, and then the rows
			s.Window.Canvas().FocusNext()
			s.Window.Canvas().FocusNext()
			s.Row("Sam Gagnon")
			s.World.Press(fyne.KeyReturn)
		}},
		{Name: "history-compare-one", Do: compare, Prepare: func(s *Stage) { record(s, Activity(), nil) }},
		{Name: "history-put-back", Prepare: lived, Do: func(s *Stage) {
			choose("Sam Gagnon")(s)
			s.Press("history.put_back")
		}},
		{Name: "history-invite-again", Prepare: lived, Do: func(s *Stage) {
			choose("Paul Roy")(s)
			s.Press("history.invite_again")
		}},
		{Name: "history-long", Do: open(shell.History, ""), Prepare: func(s *Stage) {
			var list []access.Activity
			for i := range 1000 {
				list = append(list, access.Activity{ID: fmt.Sprint(i), At: viewtest.Now.Add(-time.Duration(i) * 7 * time.Hour), Actor: "Marie-Antoinette de la Bruère-Montmorency",
					Action: "user.permissions", Target: "Jean-Christophe Vaillancourt-Desrosiers", Permissions: access.PresetDeveloper.Of(Host().Permissions)})
			}
			record(s, list, nil)
		}},
		{Name: "history-empty", Do: open(shell.History, ""), Prepare: func(s *Stage) { record(s, nil, nil) }},
		{Name: "history-offline", Do: open(shell.History, ""), Prepare: func(s *Stage) {
			live(s, nil, &trouble.Trouble{Kind: trouble.Unreachable, Host: Host().Name})
		}},
		{Name: "history-no-record", Do: open(shell.History, ""), Prepare: func(s *Stage) {
			live(s, nil, nil)
			h := Host()
			h.Features.Activity = access.Feature{}
			s.Store.SetIdentity(viewtest.Ref.Identity, h, Me())
		}},
		{Name: "history-not-owner", Prepare: notOwner, Do: open(shell.History, "")},
		{Name: "history-failed", Prepare: unknown, Do: open(shell.History, "")},
		{Name: "history-loading", Prepare: unknown, Late: true, Do: func(s *Stage) {
			s.Go(shell.History, "")
			s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Busy, st.Trouble = true, nil })
		}},
	}
}

// elsewheres are what the first screen and the search say of changes elsewhere.
func elsewheres() []Scene {
	changed := func(s *Stage) {
		live(s, Activity(), nil)
		if n := len(s.Core.Past.Watch.Items(context.Background(), viewtest.Ref)); n != 2 {
			s.T.Errorf("%d changes elsewhere are marked, not 2", n)
		}
	}
	worst := func(s *Stage) { // all that can be said above a screen, at once
		changed(s)
		waits(s)
		notKept(s)
		s.Store.SetStatus(viewtest.Ref, func(st *cache.Status) { st.Trouble = away })
	}
	return []Scene{
		{Name: "worst-overview", Prepare: worst, Do: open(shell.Overview, "")},
		{Name: "worst-account", Prepare: worst, Do: open(shell.AccountInfo, "")},
		{Name: "worst-people", Prepare: worst, Do: open(shell.People, "")},
		{Name: "worst-people-open", Prepare: worst, Do: func(s *Stage) {
			s.Go(shell.People, "")
			s.PressText(s.Env.Words.N("shell.notices_more", 2))
		}},
		{Name: "worst-history", Prepare: worst, Do: open(shell.History, "")},
		{Name: "overview-elsewhere", Prepare: changed, Do: open(shell.Overview, "")},
		{Name: "palette-elsewhere", Prepare: changed, Do: func(s *Stage) {
			s.Go(shell.Overview, "")
			s.Press("shell.search")
			s.Type("marcel")
		}},
	}
}

// Row selects the first row of the list in focus that says a text, by keyboard.
func (s *Stage) Row(text string) {
	s.T.Helper()
	last := ""
	for range 100 {
		s.World.Press(fyne.KeyDown)
		now := s.Focused()
		if strings.Contains(now, text) {
			s.Settle()
			return
		}
		if now == last {
			break
		}
		last = now
	}
	s.T.Errorf("no row says %s", text)
}

// record is what the host tells, or why it does not.
func record(s *Stage, list []access.Activity, why *trouble.Trouble) {
	s.Core.Past.Record = func(context.Context, access.Ref, string) ([]access.Activity, string, error) {
		if why != nil {
			return nil, "", why
		}
		return list, "", nil
	}
}

// owns are Changes made here.
type owns []history.Done

func (o owns) Ended(_ context.Context, ref access.Ref) ([]history.Done, error) {
	var out []history.Done
	for _, d := range o {
		if d.Account == ref {
			out = append(out, d)
		}
	}
	return out, nil
}

// live is an account that was seen in several states: Paul left, Sam may do more, and two addresses became others.
func live(s *Stage, list []access.Activity, why *trouble.Trouble) {
	h := Host()
	day := func(days, hour, minute int) time.Time {
		d := viewtest.Now.AddDate(0, 0, -days)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.Local)
	}
	now := Snapshot()
	now.Revision = "5"
	before := func(of access.Snapshot, revision string, edit func(*access.Snapshot)) access.Snapshot {
		of.Revision, of.Users, of.Contacts = revision, slices.Clone(of.Users), slices.Clone(of.Contacts)
		edit(&of)
		return of
	}
	fourth := before(now, "4", func(p *access.Snapshot) {
		p.Users[2].Permissions = []access.Permission{access.Products, access.Domains}
	})
	third := before(fourth, "3", func(p *access.Snapshot) {
		p.Users[1].Permissions = []access.Permission{access.Invoices, access.Tickets}
	})
	second := before(third, "2", func(p *access.Snapshot) {
		p.Contacts[3].Email = "ti@ancien.example"
		p.Contacts[3].Phone = "+15145550100"
		p.Contacts[3].Preferences = access.Preferences{access.MailSupport: true}
	})
	first := before(second, "1", func(p *access.Snapshot) {
		p.Users = append(p.Users, access.User{ID: "u9", ETag: "u9", FirstName: "Paul", LastName: "Roy", Email: "paul@livraison.example", Role: access.Member,
			Permissions: access.PresetAccountant.Of(h.Permissions)})
	})
	s.Core.Past.Own = owns{
		{Change: change.Change{ID: "o1", Account: viewtest.Ref, Kind: change.Revoke, Target: "u9", TargetName: "Paul Roy", At: day(12, 10, 3),
			Before: change.OfUser(first.Users[3])}, Ended: day(12, 10, 4)},
		{Change: change.Change{ID: "o2", Account: viewtest.Ref, Kind: change.SetPermissions, Target: "u2", TargetName: "Sam Gagnon", At: day(6, 9, 39),
			Before: change.OfUser(third.Users[1]), After: change.OfUser(fourth.Users[1])}, Ended: day(6, 9, 40)},
	}
	s.Store.PutAccounts(viewtest.Ref.Identity, Accounts()[1:])
	s.Store.PutAccounts(viewtest.Ref.Identity, Accounts())
	for _, st := range []struct {
		s  access.Snapshot
		at time.Time
	}{{first, day(40, 9, 0)}, {second, day(10, 9, 0)}, {third, day(9, 17, 0)}, {fourth, day(6, 9, 41)}, {now, viewtest.Now}} {
		s.Store.PutSnapshot(st.s, st.at)
	}
	s.Core.Past.Watch.Wait() // it looks on a goroutine of its own, where the test driver would draw at the same time as here
	s.Store.PutActivity(viewtest.Ref, cache.Record{List: list})
	record(s, list, why)
}

package views

import (
	"context"

	"concierge/app/access"
	"concierge/app/sheet"
	"concierge/app/watch"
	"concierge/views/history"
	"concierge/views/overview"
	"concierge/views/page"
	"concierge/views/permissions"
	"concierge/views/say"
	"concierge/views/shell"

	"fyne.io/fyne/v2"
)

// watching shows what changed elsewhere as soon as it is known, and lets the operating system tell of it.
func (w *Window) watching() {
	past := &w.cfg.Core.Past
	past.Watch.Changed.Listen(func(access.Ref) {
		fyne.Do(func() {
			if w.shell != nil {
				w.shell.Trigger()
			}
		})
	})
	past.Watch.Noticed.Listen(func(list []watch.Notice) {
		fyne.Do(func() { w.cfg.App.SendNotification(w.notification(list)) })
	})
}

// notification says what changed elsewhere: of one account the first thing in words, of several how many they are. While the
// window is locked it names nobody.
func (w *Window) notification(list []watch.Notice) *fyne.Notification {
	words, of := w.env.Words, noticeOf(list)
	if len(list) > 1 || w.Locked() {
		return fyne.NewNotification(words.T("history.notice_many_title_"+of), words.N("history.notice_many_"+of, len(list)))
	}
	n := list[0]
	name, _ := w.accountNamed(n.Account)
	i, _ := w.cfg.Core.Store.Identity(n.Account.Identity)
	var first string
	if n.Items[0].Kind == watch.Ending {
		snap, _, _ := w.cfg.Core.Store.Snapshot(n.Account)
		first = say.Reminder(words, snap, w.env.Now(), n.Items[0].Reminder)
	} else {
		first = say.Difference(words, i.Host, n.Items[0].Difference)
	}
	text := say.Words{Title: first}.Text()
	if more := len(n.Items) - 1; more > 0 {
		text = words.N("history.notice_more_"+of, more, "Text", text)
	}
	return fyne.NewNotification(words.T("history.notice_title_"+of, "Account", name), text)
}

// noticeOf tells what notices are of, as the end of the keys of their words: changes elsewhere, access that ends, or both.
func noticeOf(list []watch.Notice) string {
	changes, endings := 0, 0
	for _, n := range list {
		for _, i := range n.Items {
			if i.Kind == watch.Ending {
				endings++
			} else {
				changes++
			}
		}
	}
	switch {
	case endings == 0:
		return "elsewhere"
	case changes == 0:
		return "ending"
	}
	return "mixed"
}

// elsewhere gives the overview what it says of changes elsewhere.
func (w *Window) elsewhere(ref access.Ref, to overview.Go) overview.Go {
	watcher := w.cfg.Core.Past.Watch
	to.History = func() { w.shell.Open(shell.Route{Screen: shell.History, Account: ref}) }
	to.Elsewhere = func(ctx context.Context) []watch.Item { return watcher.Items(ctx, ref) }
	to.Seen = func() { watcher.Seen(ref) }
	to.WatchElsewhere = func(changed func()) func() {
		return watcher.Changed.Listen(func(r access.Ref) {
			if r == ref {
				changed()
			}
		})
	}
	return to
}

// history makes the screen of what happened in an account.
func (w *Window) history(env page.Env, r shell.Route) page.Page {
	core := w.cfg.Core
	p := history.New(env, r.Account, core.Store, core.Desk, core.TimeLine(r.Account), history.Go{
		Person:  func(key string) { w.openPerson(r.Account, key) },
		Invite:  func(p permissions.Prefill) { w.inviteWith(r.Account, p) },
		Refresh: func() { w.refresh(r.Account) },
		Export:  func(shown sheet.Sheet) { w.exportHistory(r.Account, shown) }, NoExport: !w.mayExport(),
	})
	switch r.Arg {
	case compareArg:
		p.Compare()
	case exportArg:
		p.Export()
	}
	return p
}

// compareArg opens the history on two dates, exportArg to export it.
const (
	compareArg = "compare"
	exportArg  = "export"
)

package watch_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"concierge/app/access"
	"concierge/app/watch"
)

func TestAReminderIsMarkedOnceAndGoesWithTheEndItIsAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "elsewhere.json")
		start := func() *watch.Watcher {
			w := watch.New(watch.Config{File: file})
			if told := w.Load(); told != nil {
				t.Fatal(told)
			}
			return w
		}
		w := start()
		var notices []watch.Notice
		w.Noticed.Listen(func(l []watch.Notice) { notices = append(notices, l...) })
		end := noon.AddDate(0, 0, 7)
		week, last := access.Reminder{UserID: "u2", EndsAt: end, Days: 7}, access.Reminder{UserID: "u2", EndsAt: end, Days: 1}
		other := access.Reminder{UserID: "u3", EndsAt: end, Days: 7}
		is := func(name string, want ...access.Reminder) {
			t.Helper()
			items := w.Items(t.Context(), ref("a"))
			if len(items) != len(want) || w.Marked(ref("a")) != (len(want) > 0) {
				t.Fatalf("%s: %+v", name, items)
			}
			for i, r := range want {
				if got := items[i]; got.Kind != watch.Ending || !got.Told() || got.Reminder.UserID != r.UserID || got.Reminder.Days != r.Days || !got.Reminder.EndsAt.Equal(r.EndsAt) {
					t.Errorf("%s: %+v, want %+v", name, got, r)
				}
			}
		}
		remind := func(list ...access.Reminder) { w.Remind(ref("a"), list, noon) }

		is("nothing")
		remind(week)
		is("a week before", week)
		remind(week)
		is("it comes again", week)
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(notices) != 1 || len(notices[0].Items) != 1 {
			t.Errorf("told %+v", notices)
		}
		w.Close()
		w = start()
		is("after a restart", week)
		w.Seen(ref("a"))
		remind(week)
		is("seen")
		w.Close()
		w = start()
		remind(week)
		is("seen, and after a restart")
		remind(week, other)
		is("of another user", other)
		remind(last, other)
		is("a day before", other, last)
		remind(other)
		is("put off", other)
		remind()
		is("all over")
		remind(week)
		is("set again", week)
		w.Forget("i")
		is("signed out")
		w.Close()
	})
}

package sample_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"concierge/client/api"
	"concierge/host/sample"
)

func TestAnEndIsRemindedOfAt31And7And1DaysOnceEachInTheFeedAndByMail(t *testing.T) {
	const day = 24 * time.Hour
	c := noon()
	p := seeded(t, c)
	ctx := as(t, p, sample.OwnerEmail)
	marcel, lea, marie := bakery(t, p), idOf(t, p, sample.DeveloperEmail), idOf(t, p, sample.OwnerEmail)
	end := c.now.Add(40 * day)
	set := api.PermissionSet{Permissions: []string{"domains"}, EndsAt: &end, Reason: "essai"}
	must(t, p.SetPermissions(ctx, marcel, lea, set))
	subjects := func(to string) (n int) {
		mails, err := p.Mails(ctx, to)
		must(t, err)
		for _, m := range mails {
			if strings.Contains(m.Subject, "prend fin") && strings.Contains(m.Body, "Chez Marcel") {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		name             string
		pass             time.Duration
		days             int // of the reminder that the feed tells of now; 0: it tells of nothing
		toLea, toTheBoss int // mails so far
	}{
		{"nothing before its time", 9*day - time.Second, 0, 0, 0},
		{"31 days before", time.Second, 31, 1, 0},
		{"the clock goes back a day", -day, 0, 1, 0},
		{"and comes by again", day, 0, 1, 0},
		{"nobody there at 7 days", 25 * day, 7, 2, 0},
		{"one day before, also to the owner", 5 * day, 1, 3, 1},
		{"no more after it", day / 2, 0, 3, 1},
	} {
		token := changes(t, p, marie, "").Token
		c.move(step.pass)
		got := changes(t, p, marie, token)
		var want []api.AccountChange
		if step.days > 0 {
			want = []api.AccountChange{{ID: marcel, Revision: got.Accounts[0].Revision,
				Reminders: []api.Reminder{{UserID: lea, EndsAt: end.UTC(), Days: step.days}}}}
		}
		if diff := cmp.Diff(want, append([]api.AccountChange(nil), got.Accounts...)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
		if l, o := subjects(sample.DeveloperEmail), subjects(sample.OwnerEmail); l != step.toLea || o != step.toTheBoss {
			t.Errorf("%s: %d mails to her, %d to the owner", step.name, l, o)
		}
	}

	// The same end again, with other rights, reminds of nothing anew; what was told stands with every entry.
	token := changes(t, p, lea, "").Token
	set.Permissions = nil
	must(t, p.SetPermissions(ctx, marcel, lea, set))
	if got := changes(t, p, lea, token); len(got.Accounts) != 1 || len(got.Accounts[0].Reminders) != 1 || subjects(sample.DeveloperEmail) != 3 {
		t.Errorf("the same end: %+v", got)
	}
	// Another end begins anew, without what has passed.
	end = c.now.Add(8 * day)
	must(t, p.SetPermissions(ctx, marcel, lea, set))
	if got := changes(t, p, lea, token); len(got.Accounts[0].Reminders) != 0 {
		t.Errorf("the reminder of the old end stands: %+v", got)
	}
	c.move(day)
	if got := changes(t, p, lea, token); len(got.Accounts[0].Reminders) != 1 || got.Accounts[0].Reminders[0].Days != 7 || subjects(sample.DeveloperEmail) != 4 {
		t.Errorf("the new end: %+v", got)
	}
}

package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/history"
	"concierge/app/journal"
	"concierge/app/trouble"
)

type owns []history.Done

func (o owns) Ended(_ context.Context, r access.Ref) ([]history.Done, error) {
	var out []history.Done
	for _, d := range o {
		if d.Account == r {
			out = append(out, d)
		}
	}
	return out, nil
}

// pages is a host's record in pages of two, by cursor.
type pages struct {
	all   []access.Activity
	asked []string
	fails error
}

func (p *pages) ask(_ context.Context, cursor string) ([]access.Activity, string, error) {
	p.asked = append(p.asked, cursor)
	if p.fails != nil {
		return nil, "", p.fails
	}
	from := 0
	if cursor != "" {
		from = slices.IndexFunc(p.all, func(a access.Activity) bool { return a.ID == cursor }) + 1
	}
	to := min(from+2, len(p.all))
	next := ""
	if to < len(p.all) {
		next = p.all[to-1].ID
	}
	return p.all[from:to], next, nil
}

// versions are kept states: one for each minute, the first having no permission and each other one more or less.
func versions(minutes ...int) *history.Kept {
	k := history.NewKept()
	for i := range minutes[1:] {
		was, is := account(), edited(samMay("invoices", access.Permission(fmt.Sprint("p", i))))
		if i > 0 {
			was = edited(samMay("invoices", access.Permission(fmt.Sprint("p", i-1))))
		}
		was.Revision, is.Revision = fmt.Sprint(i), fmt.Sprint(i+1)
		k.Take(cache.Replaced{Before: was, After: is, Since: at(minutes[i]), At: at(minutes[i+1])})
	}
	return k
}

func minutes(events []history.Event) string {
	var out []int
	for _, e := range events {
		out = append(out, int(e.At.Sub(at(0)).Minutes()))
	}
	return fmt.Sprint(out)
}

var who = history.Who{Me: me, UserID: "u1"}

func TestTheTimeLineIsReadOnIntoThePastWithoutAGap(t *testing.T) {
	host := &pages{}
	for i := range 5 {
		host.all = append(host.all, by(act(fmt.Sprint(9-i), 90-10*i, "signedIn", ""), "Sam", "sam@cabinet.example")) // 90 80 70 60 50
	}
	l := history.Open(history.Config{Own: owns{setSam("1", 74, 75, rights(), rights("x"))}, Versions: versions(5, 15, 65, 85), Activity: host.ask, States: 1}, ref)
	told, err := l.Local(t.Context(), who)
	if err != nil || minutes(told.Events) != "[85 75]" || !told.More || len(host.asked) != 0 {
		t.Fatalf("here alone: %s, more: %v, asked the host %q, %v", minutes(told.Events), told.More, host.asked, err)
	}
	for i, want := range []string{
		"[90 85 80]",                   // the host's first page goes back to 80
		"[90 85 80 75 70]",             // the second to 70
		"[90 85 80 75 70 65 60]",       // then the states hold back, which reach to 65
		"[90 85 80 75 70 65 60 50]",    // the rest of the host's
		"[90 85 80 75 70 65 60 50 15]", // and of the states
	} {
		read := l.More
		if i == 0 {
			read = func(ctx context.Context) (history.Told, error) { return l.Read(ctx, who) }
		}
		told, err = read(t.Context())
		if err != nil || told.Trouble != nil {
			t.Fatal(err, told.Trouble)
		}
		if got := minutes(told.Events); got != want {
			t.Errorf("after reading %d times: %s, want %s", i+1, got, want)
		}
	}
	if told.More {
		t.Error("there is still more")
	}
}

func TestWhatIsNewComesBeforeWhatHasBeenRead(t *testing.T) {
	host := &pages{all: []access.Activity{act("3", 30, "signedIn", ""), act("2", 20, "signedIn", ""), act("1", 10, "signedIn", "")}}
	l := history.Open(history.Config{Own: owns{}, Versions: history.NewKept(), Activity: host.ask}, ref)
	read := func() string {
		t.Helper()
		told, err := l.Read(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return minutes(told.Events)
	}
	read()
	if _, err := l.More(t.Context()); err != nil {
		t.Fatal(err)
	}
	host.all = append([]access.Activity{act("4", 40, "signedIn", "")}, host.all...)
	if got := read(); got != "[40 30 20 10]" {
		t.Errorf("one new line: %s", got)
	}
	for i := range 3 {
		host.all = append([]access.Activity{act(fmt.Sprint(5+i), 50+10*i, "signedIn", "")}, host.all...)
	}
	if got := read(); got != "[70 60]" {
		t.Errorf("more new lines than a page: %s, want those alone until the rest is read", got)
	}
}

func TestALineOfTheHostsThatIsConfirmedLaterIsToldAsThat(t *testing.T) {
	host := &pages{all: []access.Activity{act("3", 30, "signedIn", ""), act("2", 20, "user.invited", "n@n.example"), act("1", 10, "signedIn", "")}}
	host.all[1].Unconfirmed = true
	l := history.Open(history.Config{Own: owns{}, Versions: history.NewKept(), Activity: host.ask}, ref)
	for _, want := range []bool{true, false} {
		told, err := l.Read(t.Context(), who)
		if err != nil || minutes(told.Events) != "[30 20]" || told.Events[1].Unconfirmed() != want {
			t.Fatalf("%s, unconfirmed: %t, %v", minutes(told.Events), told.Events[1].Unconfirmed(), err)
		}
		host.all = slices.Clone(host.all)
		host.all[1].Unconfirmed = false
	}
}

func TestAHostThatCannotBeAskedHidesNothingThatIsKnownHere(t *testing.T) {
	host := &pages{fails: &trouble.Trouble{Kind: trouble.Unreachable}}
	l := history.Open(history.Config{Own: owns{}, Versions: versions(0, 10), Activity: host.ask}, ref)
	told, err := l.Read(t.Context(), who)
	if err != nil || told.Trouble == nil || told.Trouble.Kind != trouble.Unreachable || minutes(told.Events) != "[10]" {
		t.Errorf("%s, trouble %v, err %v", minutes(told.Events), told.Trouble, err)
	}
}

func TestADiskThatCannotBeReadIsSaid(t *testing.T) {
	l := history.Open(history.Config{Own: broken{}, Versions: history.NewKept()}, ref)
	if _, err := l.Read(t.Context(), who); err == nil {
		t.Error("nothing is said")
	}
}

type broken struct{}

func (broken) Ended(context.Context, access.Ref) ([]history.Done, error) {
	return nil, errors.New("no disk")
}

func TestOwnChangesComeFromTheJournal(t *testing.T) {
	j := &journal.Memory{}
	c := change.Change{ID: "1", Account: ref, Kind: change.Revoke, Target: "u2"}
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []journal.Entry{
		{ID: "1", Account: ref, At: at(0), Ended: at(1), Body: body},
		{ID: "2", Account: ref, At: at(0), Ended: at(2), Body: []byte("?")},
		{ID: "3", Account: ref, At: at(0), Body: body},
	} {
		if err := j.Write(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := history.FromJournal(j, func(e journal.Entry) (change.Change, error) {
		var c change.Change
		return c, json.Unmarshal(e.Body, &c)
	}).Ended(t.Context(), ref)
	if err != nil || len(got) != 1 || got[0].Kind != change.Revoke || !got[0].Ended.Equal(at(1)) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestStatesAreKeptWhileTheApplicationIsOpen(t *testing.T) {
	k := versions(0, 10, 20)
	list, err := k.List(t.Context(), ref)
	if err != nil || len(list) != 3 || list[0].Revision != "2" || !list[2].At.Equal(at(0)) {
		t.Fatalf("%+v, %v", list, err)
	}
	if s, kept, err := k.Read(t.Context(), ref, list[2].ID); err != nil || !kept || len(s.Users[1].Permissions) != 1 {
		t.Errorf("the oldest is %+v, %v, %v", s, kept, err)
	}
	k.Forget("i")
	if list, _ := k.List(t.Context(), ref); len(list) != 0 {
		t.Errorf("after signing out there is %+v", list)
	}
}

func TestWhatNothingKeepsIsToldFromMemory(t *testing.T) {
	other := access.Ref{Identity: "session", Account: "a"}
	disk, memory := versions(0, 10), history.NewKept()
	s := account()
	s.Ref, s.Revision = other, "m"
	memory.Take(cache.Replaced{Before: s, After: s, Since: at(0), At: at(5)})
	both := memory.Beside(smallIDs{disk})
	for r, want := range map[access.Ref]int{ref: 2, other: 2, {Identity: "nobody"}: 0} {
		list, err := both.List(t.Context(), r)
		if err != nil || len(list) != want {
			t.Fatalf("%v: %+v, %v", r, list, err)
		}
		for _, v := range list {
			if got, kept, err := both.Read(t.Context(), r, v.ID); err != nil || !kept || got.Ref != r {
				t.Errorf("%v: %+v, %v, %v", v, got, kept, err)
			}
		}
	}
}

// smallIDs is a Versions whose ids are those of a database.
type smallIDs struct{ *history.Kept }

func (s smallIDs) List(ctx context.Context, r access.Ref) ([]journal.Version, error) {
	list, err := s.Kept.List(ctx, r)
	for i := range list {
		list[i].ID -= 1 << 48
	}
	return list, err
}

func (s smallIDs) Read(ctx context.Context, r access.Ref, id int64) (access.Snapshot, bool, error) {
	return s.Kept.Read(ctx, r, id+1<<48)
}

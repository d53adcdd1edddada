package history

import (
	"context"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
	"concierge/app/trouble"
)

// Config says where a time line is read from.
type Config struct {
	Own      Own
	Versions journal.Versions
	// Activity asks the host for a page of its record, newest first: the first with an empty cursor. next is empty after
	// the last. Nil: the host has none, or does not show it to this person.
	Activity func(ctx context.Context, cursor string) (page []access.Activity, next string, err error)
	// States is how many earlier states are read at a time; 30 when zero.
	States int
}

// Line is the time line of one account while it is looked at. Safe for concurrent use; calls may wait for disk and host,
// so never on the UI goroutine.
type Line struct {
	cfg Config
	ref access.Ref

	asking sync.Mutex // held while the host is asked; taken before mu

	mu       sync.Mutex
	who      Who
	own      []Done
	versions []journal.Version
	seq      int
	read     map[int64]State
	wanted   int // how many states are to be read
	activity []access.Activity
	cursor   string
}

// Who is who looks at a time line.
type Who struct {
	Me     access.Me
	UserID string // in this account
}

// Told is what a time line shows at one moment.
type Told struct {
	Seq      int // greater than that of all told before
	Events   []Event
	Versions []journal.Version // all there are, the newest first
	More     bool              // there is more: see Line.More
	// Trouble is why the host's record could not be had; what is known here is told nonetheless.
	Trouble *trouble.Trouble
}

// Open begins to read an account's time line.
func Open(cfg Config, ref access.Ref) *Line {
	if cfg.States == 0 {
		cfg.States = 30
	}
	return &Line{cfg: cfg, ref: ref, read: map[int64]State{}, wanted: cfg.States + 1}
}

// Local tells what is known without asking the host. The error is the disk's, or ctx's.
func (l *Line) Local(ctx context.Context, who Who) (Told, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.who = who
	if err := l.fetchLocal(ctx); err != nil {
		return Told{}, err
	}
	return l.told(nil), nil
}

// Read tells everything anew that has been read before, and what is new. A host that cannot be asked is no error.
func (l *Line) Read(ctx context.Context, who Who) (Told, error) {
	t := l.fetchNewest(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.who = who
	if err := l.fetchLocal(ctx); err != nil {
		return Told{}, err
	}
	return l.told(t), ctx.Err()
}

// More reads on into the past: the source that holds the others back.
func (l *Line) More(ctx context.Context) (Told, error) {
	l.asking.Lock()
	defer l.asking.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.moreStates() && (l.cursor == "" || !l.oldestState().Before(l.until())) {
		l.wanted += l.cfg.States
		if err := l.fetchStates(ctx); err != nil {
			return Told{}, err
		}
		return l.told(nil), nil
	}
	if cursor := l.cursor; cursor != "" {
		l.mu.Unlock()
		page, next, err := l.cfg.Activity(ctx, cursor)
		l.mu.Lock()
		if err != nil {
			return l.told(trouble.From(err)), ctx.Err()
		}
		l.activity, l.cursor = append(slices.Clone(l.activity), page...), next
	}
	return l.told(nil), nil
}

// State reads one of the account's earlier states; false when it is no longer kept.
func (l *Line) State(ctx context.Context, v journal.Version) (State, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state(ctx, v)
}

func (l *Line) state(ctx context.Context, v journal.Version) (State, bool, error) {
	if st, known := l.read[v.ID]; known {
		return st, true, nil
	}
	snap, kept, err := l.cfg.Versions.Read(ctx, l.ref, v.ID)
	if err != nil || !kept {
		return State{}, false, err
	}
	st := State{v, snap}
	l.read[v.ID] = st
	return st, true, nil
}

func (l *Line) fetchLocal(ctx context.Context) error {
	l.own = nil
	for _, ref := range []access.Ref{l.ref, {Identity: l.ref.Identity}} {
		own, err := l.cfg.Own.Ended(ctx, ref)
		if err != nil {
			return err
		}
		l.own = append(l.own, own...)
	}
	versions, err := l.cfg.Versions.List(ctx, l.ref)
	if err != nil {
		return err
	}
	l.versions = versions
	return l.fetchStates(ctx)
}

func (l *Line) fetchStates(ctx context.Context) error {
	for _, v := range l.versions[:min(l.wanted, len(l.versions))] {
		if _, _, err := l.state(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// fetchNewest asks for the host's newest lines. They take the place of those that are known already, before what is known from
// further back; where they do not reach that far, it is read anew from there.
func (l *Line) fetchNewest(ctx context.Context) *trouble.Trouble {
	if l.cfg.Activity == nil {
		return nil
	}
	l.asking.Lock()
	defer l.asking.Unlock()
	page, next, err := l.cfg.Activity(ctx, "")
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		return trouble.From(err)
	}
	if len(page) > 0 { // a line may be other than it was: what was not confirmed can be since
		last := page[len(page)-1].ID
		if i := slices.IndexFunc(l.activity, func(a access.Activity) bool { return a.ID == last }); i >= 0 {
			l.activity = append(slices.Clone(page), l.activity[i+1:]...)
			return nil
		}
	}
	l.activity, l.cursor = page, next
	return nil
}

func (l *Line) moreStates() bool { return l.wanted < len(l.versions) }

// oldestState is when the oldest state was seen that has been read.
func (l *Line) oldestState() time.Time { return l.versions[min(l.wanted, len(l.versions))-1].At }

// until is the time before which not all sources have been read.
func (l *Line) until() time.Time {
	var t time.Time
	if l.moreStates() {
		t = l.oldestState()
	}
	if l.cursor != "" && len(l.activity) > 0 {
		if a := l.activity[len(l.activity)-1].At; a.After(t) {
			t = a
		}
	}
	return t
}

func (l *Line) told(t *trouble.Trouble) Told {
	s := Sources{Me: l.who.Me, UserID: l.who.UserID, Own: l.own, Activity: l.activity, Until: l.until()}
	for _, v := range l.versions[:min(l.wanted, len(l.versions))] {
		if st, kept := l.read[v.ID]; kept {
			s.States = append(s.States, st)
		}
	}
	// What the person changed of themselves is told where it made a difference in this account.
	events := slices.DeleteFunc(Join(s), func(e Event) bool {
		return e.Own != nil && e.Own.Account.Account == "" && e.Before.Ref.Zero()
	})
	l.seq++
	return Told{Seq: l.seq, Events: events, Versions: l.versions, More: l.moreStates() || l.cursor != "", Trouble: t}
}

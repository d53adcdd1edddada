// Package watch notices what changed elsewhere and matters: somebody new has the keys, somebody may do more, an address is
// another one; and what the host reminds of: an access that ends soon. It marks the account until the person has seen it, also after a restart, and tells of many accounts at once.
//
// It knows states of accounts and Changes; it neither asks hosts nor has text for people. On the disk it keeps which
// differences are marked, by the ids of hosts, never names or addresses: what is said of them is made anew from the states.
package watch

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/change"
	"concierge/app/diff"
	"concierge/app/history"
	"concierge/app/journal"
	"concierge/app/signal"
)

// Kind is one sort of thing that people want to hear of.
type Kind string

// The kinds there are.
const (
	NewUser         Kind = "new-user"         // somebody can sign in who could not
	WiderRights     Kind = "wider-rights"     // a user may do more, or for longer
	ChangedEmail    Kind = "changed-email"    // a login, account or contact address is another one
	DomainRecipient Kind = "domain-recipient" // another address receives the mail about domains
	Owner           Kind = "owner"            // the account belongs to somebody else
	Ending          Kind = "access-ending"    // the host reminds of an access that ends soon
)

// Kinds lists them in the order to offer them.
func Kinds() []Kind {
	return []Kind{NewUser, WiderRights, Owner, ChangedEmail, DomainRecipient, Ending}
}

// KindOf tells what a difference is to somebody who watches; false for what they need not hear of.
func KindOf(d diff.Difference) (Kind, bool) {
	switch d.What {
	case diff.UserCame:
		return NewUser, true
	case diff.UserPermissions:
		return WiderRights, len(d.Added) > 0
	case diff.UserEnds:
		before, after := diff.Time(d.Before), diff.Time(d.After)
		longer := !before.IsZero() && (after.IsZero() || after.After(before))
		return WiderRights, d.Field == diff.FieldEndsAt && longer
	case diff.UserEmail, diff.AccountEmail, diff.ContactEmail:
		return ChangedEmail, true
	case diff.DomainRecipient:
		return DomainRecipient, true
	case diff.OwnerChanged:
		return Owner, true
	}
	return "", false
}

// Own gives the Changes of this person that may be behind a difference in an account: those under way, and those that
// ended since a moment. It may touch the disk.
type Own interface {
	Since(ctx context.Context, ref access.Ref, since time.Time) []change.Change
}

// Item is one thing that changed elsewhere, or that the host reminds of, and has not been seen.
type Item struct {
	Kind      Kind
	Since, At time.Time // it happened between these
	// Difference says what; it is the zero value when the states it was seen in are no longer kept.
	Difference diff.Difference
	// Reminder is what an Ending is about; who the user is stands in the account's state.
	Reminder access.Reminder
}

// Told tells whether it is still known what the item is about.
func (i Item) Told() bool { return i.Difference.What != "" || i.Kind == Ending }

// Notice is what is told of one account outside of the window.
type Notice struct {
	Account access.Ref
	Items   []Item
}

// Config of a Watcher.
type Config struct {
	File     string // where marks are kept; "" keeps them in memory. Its folder must exist.
	Own      Own
	Versions journal.Versions
	// Place names where an account is, so that one that two identities reach is told of once; nil: each is another.
	Place func(access.Ref) string
	// Wanted tells whether a kind is to be told of outside of the window; nil: all are. Marks are made nonetheless.
	Wanted func(Kind) bool
	// Settle is how long nothing more must come before notices are given, so that many are one; 4 seconds when zero.
	Settle time.Duration
	Log    *slog.Logger
}

// patience is how many times Settle notices wait at most while more keeps coming.
const patience = 8

// most is how many things are marked in one account; what is more is in the history.
const most = 100

// Watcher marks accounts. Make it with New, give it what the store replaces, and Close it. Safe for concurrent use.
type Watcher struct {
	// Changed fires when an account was marked, or its marks were taken away.
	Changed signal.Signal[access.Ref]
	// Noticed fires with what is to be told outside of the window, all accounts at once.
	Noticed signal.Signal[[]Notice]

	cfg  Config
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	marks   map[access.Ref][]mark
	told    map[access.Ref][]access.Reminder // that stood when the account was last told of: each is marked once
	queue   []cache.Replaced
	unsaved bool
	broken  bool // the file could not be read nor set aside: it must not be written
	running bool
	untold  []Notice // in the order they came
	first   time.Time
	timer   *time.Timer
}

// mark is an item with the revisions it was seen between, from which it can be made anew.
type mark struct {
	Item
	from, to string
	what     diff.What
	id       string
	field    string
}

func (m mark) is(d diff.Difference) bool {
	return m.what == d.What && m.id == d.ID && m.field == d.Field
}

// New returns a Watcher that has marked nothing yet; Load brings back what was.
func New(cfg Config) *Watcher {
	if cfg.Settle == 0 {
		cfg.Settle = 4 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Watcher{cfg: cfg, ctx: ctx, stop: stop, marks: map[access.Ref][]mark{}, told: map[access.Ref][]access.Reminder{}}
}

// Take looks at what replaced what, soon: it does not block.
func (w *Watcher) Take(r cache.Replaced) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, r)
	w.run()
}

// Marked tells whether something changed elsewhere in an account that has not been seen.
func (w *Watcher) Marked(ref access.Ref) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.marks[ref]) > 0
}

// Items lists what changed elsewhere in an account and has not been seen, the oldest first. It may touch the disk.
func (w *Watcher) Items(ctx context.Context, ref access.Ref) []Item {
	w.mu.Lock()
	list := slices.Clone(w.marks[ref])
	w.mu.Unlock()
	if slices.ContainsFunc(list, func(m mark) bool { return !m.Told() }) {
		w.remember(ctx, ref, list)
	}
	out := make([]Item, len(list))
	for i, m := range list {
		out[i] = m.Item
	}
	return out
}

// Seen takes the marks of an account away.
func (w *Watcher) Seen(ref access.Ref) {
	w.mu.Lock()
	had := len(w.marks[ref]) > 0
	if had {
		delete(w.marks, ref)
		w.unsaved = true
		w.run()
	}
	w.mu.Unlock()
	if had {
		w.Changed.Emit(ref)
	}
}

// Forget drops all of an identity that signed out.
func (w *Watcher) Forget(identity string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ref := range w.marks {
		if ref.Identity == identity {
			delete(w.marks, ref)
			w.unsaved = true
		}
	}
	for ref := range w.told {
		if ref.Identity == identity {
			delete(w.told, ref)
			w.unsaved = true
		}
	}
	w.untold = slices.DeleteFunc(w.untold, func(n Notice) bool { return n.Account.Identity == identity })
	w.run()
}

// Wait returns once all that was taken has been looked at, written down and marked.
func (w *Watcher) Wait() { w.work.Wait() }

// Close looks at what was still to be looked at, writes what was not written, and ends. Nothing is told any more.
func (w *Watcher) Close() {
	w.mu.Lock()
	w.closed = true
	if w.timer != nil {
		w.timer.Stop()
	}
	w.mu.Unlock()
	w.work.Wait()
	w.stop()
}

// run lets a goroutine do what there is to do, if none does; the mutex is held.
func (w *Watcher) run() {
	if w.running || w.closed || len(w.queue) == 0 && !w.unsaved {
		return
	}
	w.running = true
	w.work.Go(func() {
		for {
			w.mu.Lock()
			queue, unsaved := w.queue, w.unsaved
			w.queue, w.unsaved = nil, false
			if len(queue) == 0 && !unsaved {
				w.running = false
				w.mu.Unlock()
				return
			}
			w.mu.Unlock()
			for _, r := range queue {
				w.look(r)
			}
			if unsaved {
				w.save()
			}
		}
	})
}

// look marks what of a difference matters and no own Change explains.
func (w *Watcher) look(r cache.Replaced) {
	ds := diff.Compare(r.Before, r.After)
	if !slices.ContainsFunc(ds, func(d diff.Difference) bool { _, is := KindOf(d); return is }) {
		return
	}
	var own []change.Change
	if w.cfg.Own != nil {
		own = w.cfg.Own.Since(w.ctx, r.After.Ref, r.Since)
	}
	var found []mark
	for _, d := range ds {
		rest, left := history.Rest(d, own, r.After.Me.UserID)
		kind, is := KindOf(rest)
		if !left || !is {
			continue
		}
		found = append(found, mark{Item: Item{Kind: kind, Since: r.Since, At: r.At, Difference: rest},
			from: r.Before.Revision, to: r.After.Revision, what: d.What, id: d.ID, field: d.Field})
	}
	if len(found) == 0 {
		return
	}
	w.mu.Lock()
	list := slices.Concat(w.marks[r.After.Ref], found)
	w.marks[r.After.Ref] = list[max(0, len(list)-most):]
	w.unsaved = true
	w.notice(r.After.Ref, found)
	w.mu.Unlock()
	w.Changed.Emit(r.After.Ref)
}

// remember finds again what marks of an earlier start are about, in the states they were seen between.
func (w *Watcher) remember(ctx context.Context, ref access.Ref, list []mark) {
	if w.cfg.Versions == nil {
		return
	}
	versions, err := w.cfg.Versions.List(ctx, ref)
	if err != nil {
		w.cfg.Log.Warn("states of an account cannot be read", "err", err)
		return
	}
	states := map[string]access.Snapshot{}
	read := func(revision string) (access.Snapshot, bool) {
		if s, known := states[revision]; known {
			return s, true
		}
		i := slices.IndexFunc(versions, func(v journal.Version) bool { return v.Revision == revision })
		if i < 0 {
			return access.Snapshot{}, false
		}
		s, kept, err := w.cfg.Versions.Read(ctx, ref, versions[i].ID)
		if err != nil || !kept {
			return access.Snapshot{}, false // said without words
		}
		states[revision] = s
		return s, true
	}
	for i := range list {
		if list[i].Told() {
			continue
		}
		before, kept := read(list[i].from)
		after, alsoKept := read(list[i].to)
		if !kept || !alsoKept {
			continue
		}
		for _, d := range diff.Compare(before, after) {
			if list[i].is(d) {
				list[i].Difference = d
				break
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, m := range w.marks[ref] {
		for _, known := range list {
			if !m.Told() && known.Told() && m.from == known.from && m.to == known.to && m.is(known.Difference) {
				w.marks[ref][i].Difference = known.Difference
			}
		}
	}
}

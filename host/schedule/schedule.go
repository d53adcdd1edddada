// Package schedule ends access on time: it keeps, in the host's own database, when each user's access to an account ends,
// gives the reminders before it, and has the access taken away when the time has come, whatever was restarted or killed
// meanwhile, and once when several gateways share the database.
//
// It knows times and tries. What access is, how it is taken away and how people hear of it are Config's functions.
package schedule

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/store"
)

// ErrGone is what Config.End answers when the user has no access that could be taken away. It counts as done when an
// earlier try may have done it; else somebody else did, and the end is forgotten without a word.
var ErrGone = errors.New("the access is gone already")

// End is when, and why, a user's access to an account ends.
type End struct {
	Account string
	User    string
	At      time.Time // kept in milliseconds
	Reason  string

	// What follows is the schedule's own; Set ignores it.

	SetAt    time.Time
	Reminded int       // days of the last reminder that was given; 0: none yet
	Again    bool      // for Config.End: an earlier try may have taken the access away
	Failures int       // tries that failed
	Failure  string    // why the last one did, for operators
	FailedAt time.Time // when it did
	RetryAt  time.Time // when the next try is due

	generation string
}

// Config says what ending and reminding are, and what the schedule takes its time from.
type Config struct {
	// End takes the access away, or answers ErrGone. It may be called again for the same end (after a kill, or when it
	// took longer than the lease), so doing it twice must do no harm. Its context ends before the lease does.
	End func(ctx context.Context, e End) error
	// Ended records that the access was taken away: once per end, in the transaction that forgets the end, so what it
	// writes to the same database is kept with it or not at all. It must not call anybody. May be nil.
	Ended func(ctx context.Context, e End) error
	// Remind records that the access ends in so many days: at most once per end and number of days, in a transaction as
	// Ended is. May be nil.
	Remind func(ctx context.Context, e End, days int) error
	// Tell writes to people (by mail) after Remind's or Ended's transaction was kept; days is 0 for an access that has
	// ended. What fails is logged and not repeated: nobody is written to twice. May be nil.
	Tell func(ctx context.Context, e End, days int) error
	// Locked runs fn while no other write to the account can come between, so that an end that is put off at the last
	// moment is seen. It is not inside a transaction. Nil: nothing else writes.
	Locked func(ctx context.Context, account string, fn func(ctx context.Context) error) error

	Now        func() time.Time // nil: time.Now
	Every      time.Duration    // Run looks at least so often, for what others set and for clocks that jump; 1 minute when zero
	Lease      time.Duration    // how long whoever began to end an access has for it; 2 minutes when zero
	Retry      time.Duration    // wait after a first failure, doubled with each; 1 minute when zero
	RetryMost  time.Duration    // longest wait; 1 hour when zero
	Concurrent int              // accesses being ended at once; 4 when zero
	Log        *slog.Logger     // nil: slog.Default
}

// Schedule is the ends that are to come. Safe for many goroutines, and for many processes on one database.
type Schedule struct {
	db  *store.DB
	cfg Config
}

//go:embed migrations
var migrations embed.FS

// New brings the tables up to date and returns the schedule. Nothing happens before Tick or Run.
func New(ctx context.Context, db *store.DB, c Config) (*Schedule, error) {
	if c.End == nil {
		return nil, errors.New("schedule: nothing to end access with")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Locked == nil {
		c.Locked = func(ctx context.Context, _ string, fn func(context.Context) error) error { return fn(ctx) }
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	for d, otherwise := range map[*time.Duration]time.Duration{
		&c.Every: time.Minute, &c.Lease: 2 * time.Minute, &c.Retry: time.Minute, &c.RetryMost: time.Hour,
	} {
		if *d <= 0 {
			*d = otherwise
		}
	}
	if c.Concurrent <= 0 {
		c.Concurrent = 4
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "schedule", dir); err != nil {
		return nil, err
	}
	return &Schedule{db: db, cfg: c}, nil
}

// Set has a user's access end at a time. Another time than before begins anew: with its reminders, without those whose
// moment has passed already, and without what failed. The same time again only replaces the reason.
//
// It joins the context's transaction. Set an end before the access is given: what is killed between the two then leaves
// an end too many, not an access without one.
func (s *Schedule) Set(ctx context.Context, e End) error {
	if e.Account == "" || e.User == "" || e.At.IsZero() {
		return errors.New("schedule: an end needs an account, a user and a time")
	}
	now := s.cfg.Now()
	_, err := s.db.Querier(ctx).ExecContext(ctx, `
		INSERT INTO schedule_ends (account_id, user_id, generation, ends_at, reason, set_at, remind_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account_id, user_id) DO UPDATE SET generation = excluded.generation, ends_at = excluded.ends_at,
			reason = excluded.reason, set_at = excluded.set_at, remind_at = excluded.remind_at, reminded = 0,
			claim = '', claimed_until = 0, claims = 0, failures = 0, failure = '', failed_at = 0, retry_at = 0
		WHERE schedule_ends.ends_at <> excluded.ends_at`,
		e.Account, e.User, rand.Text(), e.At.UnixMilli(), e.Reason, now.UnixMilli(), ms(host.NextReminder(e.At, now)))
	if err != nil {
		return err
	}
	_, err = s.db.Querier(ctx).ExecContext(ctx,
		`UPDATE schedule_ends SET reason = ? WHERE account_id = ? AND user_id = ? AND reason <> ?`,
		e.Reason, e.Account, e.User, e.Reason)
	return err
}

// Clear forgets a user's end: their access has none any more, or is gone. It joins the context's transaction.
func (s *Schedule) Clear(ctx context.Context, account, user string) error {
	_, err := s.db.Querier(ctx).ExecContext(ctx,
		`DELETE FROM schedule_ends WHERE account_id = ? AND user_id = ?`, account, user)
	return err
}

// Of lists the ends in an account, soonest first.
func (s *Schedule) Of(ctx context.Context, account string) ([]End, error) {
	return s.list(ctx, `account_id = ? ORDER BY ends_at, user_id`, account)
}

// Reminders are those that stand in an account, as its entries in the change feed carry them.
func (s *Schedule) Reminders(ctx context.Context, account string) ([]api.Reminder, error) {
	ends, err := s.list(ctx, `account_id = ? AND reminded > 0 AND ends_at > ? ORDER BY ends_at, user_id`, account, s.cfg.Now().UnixMilli())
	var list []api.Reminder
	for _, e := range ends {
		list = append(list, api.Reminder{UserID: e.User, EndsAt: e.At, Days: e.Reminded})
	}
	return list, err
}

// Due lists the ends whose time has come and that are not done, longest overdue first: their access is still there.
func (s *Schedule) Due(ctx context.Context) ([]End, error) {
	return s.list(ctx, `ends_at <= ? ORDER BY ends_at, account_id, user_id`, s.cfg.Now().UnixMilli())
}

const columns = `account_id, user_id, generation, ends_at, reason, set_at, reminded, claims, failures, failure, failed_at, retry_at`

func (s *Schedule) list(ctx context.Context, where string, args ...any) (ends []End, err error) {
	rows, err := s.db.Querier(ctx).QueryContext(ctx, `SELECT `+columns+` FROM schedule_ends WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e End
		var at, set, claims, failed, retry int64
		if err := rows.Scan(&e.Account, &e.User, &e.generation, &at, &e.Reason, &set, &e.Reminded, &claims, &e.Failures,
			&e.Failure, &failed, &retry); err != nil {
			return nil, err
		}
		e.At, e.SetAt, e.FailedAt, e.RetryAt = instant(at), instant(set), instant(failed), instant(retry)
		e.Again = claims > 0
		ends = append(ends, e)
	}
	return ends, rows.Err()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

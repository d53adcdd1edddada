package schedule

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// atOnce bounds how many ends one look takes up; what is left comes with the next, at once.
const atOnce = 200

// Run does what is due, and waits for what is not, until the context ends. It answers nil then.
func (s *Schedule) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		timer := time.NewTimer(s.once(ctx))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// once does what is due and answers how long to wait for more.
func (s *Schedule) once(ctx context.Context) time.Duration {
	more, err := s.tick(ctx)
	var next time.Time
	if err == nil && !more {
		next, err = s.next(ctx)
	}
	switch {
	case err != nil && ctx.Err() == nil: // the database; the next look may find it well again
		s.cfg.Log.ErrorContext(ctx, "ends of access: not looked after", "err", err)
		return s.cfg.Every
	case more:
		return 0
	case next.IsZero():
		return s.cfg.Every
	}
	// Not a bit earlier: the timer and the clock need not agree to the millisecond.
	return min(s.cfg.Every, max(next.Sub(s.cfg.Now()), time.Millisecond))
}

// Tick gives the reminders that are due and ends the access whose time has come. The error is the database's; an access
// that could not be ended is kept with the reason (see Due) and tried again.
func (s *Schedule) Tick(ctx context.Context) error {
	for {
		if more, err := s.tick(ctx); err != nil || !more {
			return err
		}
	}
}

func (s *Schedule) tick(ctx context.Context) (more bool, err error) {
	reminders, err1 := s.remindAll(ctx)
	ends, err2 := s.endAll(ctx)
	return reminders || ends, errors.Join(err1, err2)
}

// next is when something is to be done next; zero when nothing is.
func (s *Schedule) next(ctx context.Context) (time.Time, error) {
	var at int64
	err := s.db.Querier(ctx).QueryRowContext(ctx, `
		SELECT coalesce(min(due), 0) FROM (
			SELECT min(remind_at) AS due FROM schedule_ends WHERE remind_at > 0 AND ends_at > ?
			UNION ALL
			SELECT min(CASE WHEN retry_at > ends_at THEN retry_at ELSE ends_at END) FROM schedule_ends WHERE claimed_until = 0
			UNION ALL
			SELECT min(claimed_until) FROM schedule_ends WHERE claimed_until > 0) AS all_due`, s.cfg.Now().UnixMilli()).Scan(&at)
	return instant(at), err
}

// endAll ends what is due and free. more tells that there may be more to do at once.
func (s *Schedule) endAll(ctx context.Context) (more bool, err error) {
	due, err := s.list(ctx, `ends_at <= ? AND `+free+` ORDER BY ends_at, account_id, user_id LIMIT ?`,
		append(append([]any{s.cfg.Now().UnixMilli()}, s.free()...), atOnce)...)
	if err != nil {
		return false, fmt.Errorf("what is due: %w", err)
	}
	var mu sync.Mutex
	var errs []error
	var all sync.WaitGroup
	slots := make(chan struct{}, s.cfg.Concurrent)
	for _, e := range due {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if err := s.end(ctx, e); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return len(due) == atOnce && len(errs) == 0 && ctx.Err() == nil, errors.Join(errs...)
}

// free is the condition that nobody is at an end and that its next try may begin. A lease or a wait that is longer than
// any is given was written by a clock that has since gone back: it does not count.
const free = `(claimed_until <= ? OR claimed_until > ?) AND (retry_at <= ? OR retry_at > ?)`

func (s *Schedule) free() []any {
	now := s.cfg.Now()
	return []any{
		now.UnixMilli(), now.Add(2 * s.cfg.Lease).UnixMilli(),
		now.UnixMilli(), now.Add(2 * s.cfg.RetryMost).UnixMilli(),
	}
}

// end takes one access away, unless somebody else is at it or its end was changed meanwhile.
func (s *Schedule) end(ctx context.Context, e End) error {
	return s.cfg.Locked(ctx, e.Account, func(ctx context.Context) error {
		claim := rand.Text()
		mine, err := s.claim(ctx, &e, claim)
		if err != nil || !mine {
			return err
		}
		acting, cancel := context.WithTimeout(ctx, s.cfg.Lease*3/4)
		failure := s.cfg.End(acting, e)
		cancel()
		if errors.Is(failure, ErrGone) && !e.Again {
			return s.drop(ctx, e, claim, false)
		}
		if failure != nil && !errors.Is(failure, ErrGone) {
			return s.fail(ctx, e, claim, failure)
		}
		return s.drop(ctx, e, claim, true)
	})
}

// claim takes the lease of an end as it was read. Whoever was killed with it loses it when it runs out.
func (s *Schedule) claim(ctx context.Context, e *End, claim string) (bool, error) {
	now := s.cfg.Now()
	var claims int64
	err := s.db.Querier(ctx).QueryRowContext(ctx, `UPDATE schedule_ends SET claim = ?, claimed_until = ?, claims = claims + 1
		WHERE account_id = ? AND user_id = ? AND generation = ? AND ends_at <= ? AND `+free+` RETURNING claims, failures`,
		append([]any{claim, now.Add(s.cfg.Lease).UnixMilli(), e.Account, e.User, e.generation, now.UnixMilli()}, s.free()...)...,
	).Scan(&claims, &e.Failures)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	e.Again = claims > 1
	return err == nil, err
}

// drop forgets an end that is done and, when it was ours, records it and has people told; not when another took the lease
// over and did so already, or will.
func (s *Schedule) drop(ctx context.Context, e End, claim string, ours bool) error {
	// The access is gone: that is to be written down even when the program is asked to stop.
	ctx = context.WithoutCancel(ctx)
	dropped := false
	err := s.db.Atomically(ctx, func(ctx context.Context) error {
		n, err := s.exec(ctx, `DELETE FROM schedule_ends WHERE account_id = ? AND user_id = ? AND generation = ? AND claim = ?`,
			e.Account, e.User, e.generation, claim)
		dropped = n == 1
		if err != nil || !dropped || !ours || s.cfg.Ended == nil {
			return err
		}
		return s.cfg.Ended(ctx, e)
	})
	if err != nil {
		return fmt.Errorf("record an end: %w", err)
	}
	if dropped && ours {
		s.tell(ctx, e, 0)
	}
	return nil
}

// fail keeps why an access could not be ended, and when to try again.
func (s *Schedule) fail(ctx context.Context, e End, claim string, failure error) error {
	s.cfg.Log.ErrorContext(ctx, "access not ended", "account", e.Account, "user", e.User, "at", e.At, "failures", e.Failures+1, "err", failure)
	wait := s.cfg.Retry
	for i := 0; i < e.Failures && wait < s.cfg.RetryMost; i++ {
		wait *= 2
	}
	wait = min(wait, s.cfg.RetryMost)
	if ctx.Err() != nil {
		wait = 0 // the program stops; that is no reason to wait after the start
	}
	now := s.cfg.Now()
	_, err := s.exec(context.WithoutCancel(ctx), `UPDATE schedule_ends
		SET claim = '', claimed_until = 0, failures = failures + 1, failure = ?, failed_at = ?, retry_at = ?
		WHERE account_id = ? AND user_id = ? AND generation = ? AND claim = ?`,
		failure.Error(), now.UnixMilli(), now.Add(wait).UnixMilli(), e.Account, e.User, e.generation, claim)
	if err != nil {
		return fmt.Errorf("keep why an access did not end: %w", err)
	}
	return nil
}

func (s *Schedule) tell(ctx context.Context, e End, days int) {
	if s.cfg.Tell == nil {
		return
	}
	if err := s.cfg.Tell(ctx, e, days); err != nil {
		s.cfg.Log.ErrorContext(ctx, "nobody was told of an end of access", "account", e.Account, "user", e.User, "days", days, "err", err)
	}
}

func (s *Schedule) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.db.Querier(ctx).ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"concierge/host"
)

// remindAll gives the reminders that are due. more tells that there may be more to do at once.
func (s *Schedule) remindAll(ctx context.Context) (more bool, err error) {
	now := s.cfg.Now()
	due, err := s.list(ctx, `remind_at > 0 AND remind_at <= ? AND ends_at > ? ORDER BY remind_at, account_id, user_id LIMIT ?`,
		now.UnixMilli(), now.UnixMilli(), atOnce)
	if err != nil {
		return false, fmt.Errorf("which reminders are due: %w", err)
	}
	var errs []error
	for _, e := range due {
		if err := s.remind(ctx, e, host.DueReminder(e.At, now), now); err != nil {
			errs = append(errs, fmt.Errorf("reminder: %w", err)) // the others come all the same
		}
	}
	return len(due) == atOnce && len(errs) == 0, errors.Join(errs...)
}

// remind gives one reminder, unless somebody else did or the end was changed meanwhile. That it was given is kept before
// anybody is told, so that a clock that goes back, or a kill, does not tell twice.
func (s *Schedule) remind(ctx context.Context, e End, days int, now time.Time) error {
	given := false
	err := s.db.Atomically(ctx, func(ctx context.Context) error {
		n, err := s.exec(ctx, `UPDATE schedule_ends SET remind_at = ?, reminded = ?
			WHERE account_id = ? AND user_id = ? AND generation = ? AND remind_at > 0 AND remind_at <= ?`,
			ms(host.NextReminder(e.At, now)), days, e.Account, e.User, e.generation, now.UnixMilli())
		if err != nil || n == 0 {
			return err
		}
		given, e.Reminded = true, days
		if s.cfg.Remind == nil {
			return nil
		}
		return s.cfg.Remind(ctx, e, days)
	})
	if err == nil && given {
		s.tell(ctx, e, days)
	}
	return err
}

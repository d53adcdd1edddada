package whmcs

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"concierge/client/api"
	"concierge/host"
)

// settleAtOnce bounds how many accounts in which something happened elsewhere are read anew for one answer; the others are
// for the next.
const settleAtOnce = 16

// Changes says which of a person's accounts changed, or are no longer theirs, since a token. A token is this database's
// epoch and a number of its clock; numbers never go back, so nothing falls between two calls.
func (p *Provider) Changes(ctx context.Context, personID, since string, limit int) (api.Changes, error) {
	who, err := p.person(ctx, personID) // which notes the accounts that came and went
	if err != nil {
		return api.Changes{}, err
	}
	if err := p.settle(ctx, who.ID); err != nil {
		return api.Changes{}, err
	}
	var epoch string
	var now int64
	if err := p.q(ctx).QueryRowContext(ctx, "SELECT epoch, seq FROM whmcs_clock").Scan(&epoch, &now); err != nil {
		return api.Changes{}, err
	}
	answer := api.Changes{Token: host.FeedToken(epoch, now), Accounts: []api.AccountChange{}}
	if since == "" {
		return answer, nil
	}
	from, ok := host.FeedSequence(epoch, since)
	if !ok || from > now {
		answer.Reset = true
		return answer, nil
	}
	over, err := p.over(ctx)
	if err != nil {
		return api.Changes{}, err
	}
	last := from
	err = p.each(ctx, func(rows *sql.Rows) error {
		var account, revision, seq, gone, owner int64
		if err := rows.Scan(&account, &revision, &seq, &gone, &owner); err != nil {
			return err
		}
		if len(answer.Accounts) == limit {
			answer.More, answer.Token = true, host.FeedToken(epoch, last)
			return nil
		}
		last = seq
		c := api.AccountChange{ID: text(account), Gone: gone != 0 || owner == 0 && over[link{who.ID, account}]}
		if !c.Gone {
			c.Revision = text(revision)
		}
		answer.Accounts = append(answer.Accounts, c)
		return nil
	}, `
		SELECT account_id, revision, seq, gone_at, owner FROM (
			SELECT r.account_id, a.seq AS revision, r.gone_at, r.owner,
			       CASE WHEN r.gone_at <> 0 OR r.seq > a.seq THEN r.seq ELSE a.seq END AS seq
			FROM whmcs_reach r JOIN whmcs_accounts a ON a.id = r.account_id WHERE r.person_id = ?) AS mine
		WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`, who.ID, from, now, limit+1)
	if err != nil {
		return api.Changes{}, err
	}
	for i := range answer.Accounts {
		if c := &answer.Accounts[i]; !c.Gone {
			if c.Reminders, err = p.ends.Reminders(ctx, c.ID); err != nil {
				return api.Changes{}, err
			}
		}
	}
	return answer, nil
}

// settle reads those of a person's accounts anew in which something happened elsewhere: whether it is anything that is
// seen here, only reading tells. WHMCS's trouble is no reason to give no answer; the accounts stay to be looked at.
func (p *Provider) settle(ctx context.Context, user int64) error {
	dirty, err := p.numbersOf(ctx, `SELECT a.id FROM whmcs_reach r JOIN whmcs_accounts a ON a.id = r.account_id
		WHERE r.person_id = ? AND r.gone_at = 0 AND a.dirty = 1 ORDER BY a.read_at LIMIT ?`, user, settleAtOnce)
	if err != nil {
		return err
	}
	p.readAll(ctx, dirty, 4)
	return ctx.Err()
}

// readAll reads accounts, whole, so many at once.
func (p *Provider) readAll(ctx context.Context, accounts []int64, atOnce int) {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, id := range accounts {
		group.Go(func() error {
			if _, err := p.read(gctx, id, everything); err != nil && ctx.Err() == nil {
				p.cfg.Log.WarnContext(gctx, "an account could not be read anew", "client", id, "err", err)
			}
			return nil
		})
	}
	_ = group.Wait() // nothing in it fails
}

const (
	pollPage  = 100 // entries of the activity log asked for at once
	pollPages = 10  // and how often before it is taken that anything may have happened
	walkFor   = 30  // accounts read without a reason in one round

	// How old what is known of an account may be before it is read without a reason; and when the log gives none.
	walkAfter, walkBlind = 6 * time.Hour, 15 * time.Minute
)

// Run looks for changes made elsewhere, ends access on time, and writes reminders of it, until the context ends. It answers nil
// then.
func (p *Provider) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.ends.Run(ctx) })
	if p.cfg.Mailer != nil {
		group.Go(func() error { return p.writeWhileRunning(ctx) })
	}
	group.Go(func() error {
		for {
			if err := p.Poll(ctx); err != nil && ctx.Err() == nil {
				p.cfg.Log.WarnContext(ctx, "what happened elsewhere could not be looked up", "err", err)
			}
			timer := time.NewTimer(p.cfg.PollEvery)
			select {
			case <-ctx.Done():
				timer.Stop()
				return nil
			case <-timer.C:
			}
		}
	})
	return group.Wait()
}

// Poll looks once for changes made elsewhere: in WHMCS's activity log, which one of several gateways on one database does
// for all; and in accounts that somebody here looked at and that were not read for long.
func (p *Provider) Poll(ctx context.Context) error {
	now := p.cfg.Now()
	r, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_clock SET polled_at = ? WHERE polled_at <= ? OR polled_at > ?",
		now.UnixMilli(), now.Add(-p.cfg.PollEvery/2).UnixMilli(), now.UnixMilli())
	if err != nil {
		return err
	}
	mine, err := r.RowsAffected()
	if err != nil {
		return err
	}
	if mine > 0 {
		err = p.readLog(ctx)
	}
	if err == nil {
		err = p.noteWatched(ctx, now)
	}
	if mine > 0 && err == nil {
		err = p.lookAgain(ctx)
	}
	return errors.Join(err, p.walk(ctx))
}

// noteWatched notes that this gateway, or another for it, has looked at the log, if it ever was open to one.
func (p *Provider) noteWatched(ctx context.Context, at time.Time) error {
	var seen int64
	err := p.q(ctx).QueryRowContext(ctx, "SELECT log_seen FROM whmcs_clock").Scan(&seen)
	if err == nil && seen > 0 && !p.noLog.Load() {
		p.watched.Store(at.UnixMilli())
	}
	return err
}

// readLog marks the accounts that the new entries of the activity log are about.
func (p *Provider) readLog(ctx context.Context) error {
	var seen int64
	if err := p.q(ctx).QueryRowContext(ctx, "SELECT log_seen FROM whmcs_clock").Scan(&seen); err != nil {
		return err
	}
	newest, whole := seen, false
	clients, users := map[int64]bool{}, map[int64]bool{}
	for page := 0; page < pollPages && !whole; page++ {
		entries, err := p.api.Activity(ctx, 0, page*pollPage, pollPage)
		if refused(err) {
			if !p.noLog.Swap(true) {
				p.cfg.Log.WarnContext(ctx, "the API credential's role does not allow to read the activity log: what is changed elsewhere is noticed later",
					"action", "GetActivityLog")
			}
			return nil
		}
		p.noLog.Store(false)
		if err != nil {
			return p.trouble(ctx, err)
		}
		if page == 0 && len(entries) > 0 && entries[0].ID < seen { // WHMCS's database was put back to an earlier state
			seen, newest = 0, 0
		}
		for _, e := range entries {
			newest = max(newest, e.ID)
			if e.ID <= seen {
				whole = true
				continue
			}
			if e.ClientID != 0 {
				clients[e.ClientID] = true
			}
			if e.UserID != 0 && e.ClientID == 0 {
				users[e.UserID] = true
			}
		}
		whole = whole || len(entries) < pollPage
		if seen == 0 { // the first time: where the log is now
			break
		}
	}
	return p.db.Atomically(ctx, func(ctx context.Context) error {
		switch {
		case seen == 0, !whole: // what was read before may be no longer true, or there is more than can be looked through
			if _, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_accounts SET dirty = 1, marks = marks + 1 WHERE read_at > 0"); err != nil {
				return err
			}
		default:
			for user := range users {
				reached, err := p.numbersOf(ctx, "SELECT account_id FROM whmcs_reach WHERE person_id = ? AND gone_at = 0", user)
				if err != nil {
					return err
				}
				for _, id := range reached {
					clients[id] = true
				}
			}
			wrote, err := p.numbersOf(ctx, "SELECT DISTINCT account_id FROM whmcs_activity WHERE at >= ?", p.cfg.Now().Add(-2*p.cfg.PollEvery).UnixMilli())
			if err != nil {
				return err
			}
			for id := range clients {
				// What was done here is in WHMCS's log too, in the credential's name, and nothing there tells it from what else happened.
				// Who edits is not to wait for their account to be read anew each minute: what is kept counts until it was.
				change := "UPDATE whmcs_accounts SET dirty = 1, marks = marks + 1 WHERE id = ?"
				if slices.Contains(wrote, id) {
					change = "UPDATE whmcs_accounts SET dirty = 2 WHERE id = ? AND dirty = 0"
				}
				if _, err := p.q(ctx).ExecContext(ctx, change, id); err != nil {
					return err
				}
			}
		}
		_, err := p.q(ctx).ExecContext(ctx, "UPDATE whmcs_clock SET log_seen = ?", newest)
		return err
	})
}

// lookAgain reads the accounts anew in which something happened that was most likely done here. Nobody waits for it: it takes
// few calls at once, and leaves the others to those who do.
func (p *Provider) lookAgain(ctx context.Context) error {
	accounts, err := p.numbersOf(ctx, "SELECT id FROM whmcs_accounts WHERE dirty = 2 ORDER BY read_at")
	if err != nil {
		return err
	}
	p.readAll(context.WithValue(ctx, anewKey{}, true), accounts, 2)
	return ctx.Err()
}

// walk reads accounts anew that somebody looked at lately and that were not read for long: not everything that happens in
// WHMCS is in its log, and the log may be closed to the gateway.
func (p *Provider) walk(ctx context.Context) error {
	now, after := p.cfg.Now(), walkAfter
	if p.noLog.Load() {
		after = walkBlind
	}
	var old []int64
	err := p.each(ctx, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		if err == nil && len(old) < walkFor && p.asked.lately(id, now) {
			old = append(old, id)
		}
		return err
	}, "SELECT id FROM whmcs_accounts WHERE read_at > 0 AND read_at < ? ORDER BY read_at", now.Add(-after).UnixMilli())
	if err != nil {
		return err
	}
	p.readAll(ctx, old, 4)
	return ctx.Err()
}

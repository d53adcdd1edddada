package sample

import (
	"context"
	"time"

	"concierge/assets/locales"
	"concierge/client/api"
	"concierge/host"
)

// firstReminder is when the first reminder of an end that is set now comes, as the column has it.
func (p *Provider) firstReminder(end *time.Time) int64 {
	if end == nil {
		return 0
	}
	if at := host.NextReminder(*end, p.cfg.Now()); !at.IsZero() {
		return at.UnixMilli()
	}
	return 0
}

// ending is a membership of which a reminder is due.
type ending struct {
	account, person string
	at              time.Time
}

// remind gives the reminders that are due: it notes that they were given, moves the account's revision so that the change
// feed tells of it, and writes to the person, a day before also to the owner. It runs in Sweep's transaction.
func (p *Provider) remind(ctx context.Context) error {
	due, err := p.remindersDue(ctx)
	if err != nil {
		return err
	}
	for _, e := range due {
		days := host.DueReminder(e.at, p.cfg.Now())
		if err := one(p.q(ctx).ExecContext(ctx,
			"UPDATE memberships SET remind_at = ?, reminded = ? WHERE account_id = ? AND person_id = ?",
			p.firstReminder(&e.at), days, e.account, e.person)); err != nil {
			return err
		}
		if _, err := p.touch(ctx, e.account); err != nil {
			return err
		}
		if err := p.mailReminder(ctx, e, days); err != nil {
			return err
		}
	}
	return nil
}

func (p *Provider) remindersDue(ctx context.Context) ([]ending, error) {
	now := p.nowMS()
	rows, err := p.q(ctx).QueryContext(ctx, `SELECT account_id, person_id, ends_at FROM memberships
		WHERE ends_at > ? AND remind_at > 0 AND remind_at <= ? ORDER BY ends_at, account_id, person_id`, now, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []ending
	for rows.Next() {
		var e ending
		var at int64
		if err := rows.Scan(&e.account, &e.person, &at); err != nil {
			return nil, err
		}
		e.at = time.UnixMilli(at)
		list = append(list, e)
	}
	return list, rows.Err()
}

func (p *Provider) mailReminder(ctx context.Context, e ending, days int) error {
	who, err := p.Person(ctx, e.person)
	if err != nil {
		return err
	}
	account, err := p.nameOf(ctx, e.account)
	if err != nil {
		return err
	}
	write := func(to api.Me, kind string) error {
		w := locales.For(to.Language)
		return p.send(ctx, to.Email, to.Language, letter{kind: kind, data: []any{
			"Name", fullName(to.FirstName, to.LastName), "User", fullName(who.FirstName, who.LastName), "Account", account,
			"Date", p.date(w, e.at), "Time", p.clockTime(w, e.at),
		}})
	}
	if err := write(who, "ends_soon"); err != nil || days > 1 {
		return err
	}
	var owner string
	if err := p.q(ctx).QueryRowContext(ctx, "SELECT person_id FROM memberships WHERE account_id = ? AND role = 'owner'", e.account).
		Scan(&owner); err != nil {
		return err
	}
	to, err := p.Person(ctx, owner)
	if err != nil {
		return err
	}
	return write(to, "ends_soon_owner")
}

// addReminders puts to each account the reminders that stand in it.
func (p *Provider) addReminders(ctx context.Context, personID string, accounts []api.AccountChange) error {
	if len(accounts) == 0 {
		return nil
	}
	rows, err := p.q(ctx).QueryContext(ctx, `SELECT account_id, person_id, ends_at, reminded FROM memberships
		WHERE ends_at > ? AND reminded > 0 AND account_id IN (SELECT account_id FROM memberships WHERE person_id = ?)
		ORDER BY ends_at, person_id`, p.nowMS(), personID)
	if err != nil {
		return err
	}
	defer rows.Close()
	byAccount := map[string][]api.Reminder{}
	for rows.Next() {
		var account string
		var r api.Reminder
		var at int64
		if err := rows.Scan(&account, &r.UserID, &at, &r.Days); err != nil {
			return err
		}
		r.EndsAt = time.UnixMilli(at).UTC()
		byAccount[account] = append(byAccount[account], r)
	}
	for i, a := range accounts {
		if !a.Gone {
			accounts[i].Reminders = byAccount[a.ID]
		}
	}
	return rows.Err()
}

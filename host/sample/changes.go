package sample

import (
	"context"
	"strconv"

	"concierge/client/api"
	"concierge/host"
)

// Changes says which of a person's accounts changed, or are no longer theirs, since a token. A token is this
// database's epoch and the number of the last write it knows of; numbers never go back, so nothing falls between two
// calls. A token of another database, or from before a backup was put back, asks to start over.
func (p *Provider) Changes(ctx context.Context, personID, since string, limit int) (api.Changes, error) {
	if err := p.endDueAccess(ctx); err != nil {
		return api.Changes{}, err
	}
	var epoch string
	var now int64
	if err := p.q(ctx).QueryRowContext(ctx, "SELECT epoch, seq FROM sample_clock").Scan(&epoch, &now); err != nil {
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
	if err := p.changedSince(ctx, personID, epoch, from, limit, &answer); err != nil {
		return api.Changes{}, err
	}
	return answer, p.addReminders(ctx, personID, answer.Accounts)
}

// changedSince fills in the accounts with a number after from, at most limit.
func (p *Provider) changedSince(ctx context.Context, personID, epoch string, from int64, limit int, answer *api.Changes) error {
	rows, err := p.q(ctx).QueryContext(ctx, `
		SELECT a.id, a.revision AS seq, 0 FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.person_id = ? AND a.revision > ? AND `+present+`
		UNION ALL
		SELECT d.account_id, d.seq, 1 FROM departures d WHERE d.person_id = ? AND d.seq > ?
		ORDER BY seq LIMIT ?`, personID, from, p.nowMS(), personID, from, limit+1)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := from
	for rows.Next() {
		var c api.AccountChange
		var seq int64
		if err := rows.Scan(&c.ID, &seq, &c.Gone); err != nil {
			return err
		}
		if len(answer.Accounts) == limit {
			answer.More, answer.Token = true, host.FeedToken(epoch, last)
			break
		}
		last = seq
		if !c.Gone {
			c.Revision = strconv.FormatInt(seq, 10)
		}
		answer.Accounts = append(answer.Accounts, c)
	}
	return rows.Err()
}

package sample

import (
	"context"
	"strconv"
	"time"

	"concierge/client/api"
	"concierge/host"
)

// Activity lists what happened in an account, newest first. A cursor is the id of the last entry of a page.
func (p *Provider) Activity(ctx context.Context, accountID, cursor string, limit int) ([]api.Activity, string, error) {
	before := int64(1) << 62
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil {
			return nil, "", host.ErrNotFound
		}
		before = n
	}
	rows, err := p.q(ctx).QueryContext(ctx, `
		SELECT id, at, actor, actor_email, action, target, permissions, fields, ip FROM activity
		WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, accountID, before, limit+1)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	items, next := []api.Activity{}, ""
	for rows.Next() {
		if len(items) == limit {
			next = items[limit-1].ID
			break
		}
		var a api.Activity
		var id, at int64
		var permissions, fields string
		if err := rows.Scan(&id, &at, &a.Actor, &a.ActorEmail, &a.Action, &a.Target, &permissions, &fields, &a.From); err != nil {
			return nil, "", err
		}
		a.ID, a.At = strconv.FormatInt(id, 10), time.UnixMilli(at).UTC()
		a.Permissions, a.Fields = wordList(permissions), wordList(fields)
		items = append(items, a)
	}
	return items, next, rows.Err()
}

// record writes an entry of now, by who is acting.
func (p *Provider) record(ctx context.Context, accountID string, a api.Activity) error {
	who := host.ActorOf(ctx)
	_, err := p.q(ctx).ExecContext(ctx, `
		INSERT INTO activity (account_id, at, actor, actor_email, action, target, permissions, fields, ip)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, accountID, p.nowMS(), who.Name, who.Email, a.Action, a.Target,
		words(a.Permissions), words(a.Fields), who.From)
	return err
}

// changed moves an account's revision and records why.
func (p *Provider) changed(ctx context.Context, accountID string, a api.Activity) error {
	if _, err := p.touch(ctx, accountID); err != nil {
		return err
	}
	return p.record(ctx, accountID, a)
}

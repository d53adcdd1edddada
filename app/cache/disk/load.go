package disk

import (
	"context"
	"database/sql"
	"errors"

	"concierge/app/access"
	"concierge/app/cache"
)

// Load reads what the first screen needs: every identity with its list of accounts, and one account, which may not be
// there.
func (d *Disk) Load(ctx context.Context, open access.Ref) (kept []cache.Kept, snaps []cache.KeptSnapshot, err error) {
	err = d.cache.read(ctx, func(db *sql.DB) error {
		kept, snaps = nil, nil
		byID := map[string][]access.Summary{}
		list, err := lines(ctx, db, "")
		if err != nil {
			return err
		}
		for _, l := range list {
			a, err := l.summary()
			if err != nil {
				return err
			}
			byID[a.Ref.Identity] = append(byID[a.Ref.Identity], a)
		}
		rows, err := db.QueryContext(ctx, "SELECT id, body, listed, confirmed, feed FROM identities")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, feed string
			var body sql.RawBytes
			var listed, confirmed int64
			if err := rows.Scan(&id, &body, &listed, &confirmed, &feed); err != nil {
				return err
			}
			i, err := decodeIdentity(id, body)
			if errors.Is(err, errOtherForm) {
				continue
			}
			if err != nil {
				return err
			}
			i.ListedAt, i.Status.At = stamped(listed), stamped(max(listed, confirmed))
			kept = append(kept, cache.Kept{Identity: i, Accounts: byID[id], Feed: feed})
		}
		if err := rows.Err(); err != nil {
			return err
		}
		return present(ctx, db, "a.identity = ? AND a.account = ?", []any{open.Identity, open.Account}, func(some []cache.KeptSnapshot) { snaps = some })
	})
	return kept, snaps, err
}

// some is how many accounts are handed on at once.
const some = 100

// LoadRest reads how every account of the lists is now, and hands on some at a time.
func (d *Disk) LoadRest(ctx context.Context, put func([]cache.KeptSnapshot)) error {
	return d.cache.read(ctx, func(db *sql.DB) error { return present(ctx, db, "true", nil, put) })
}

func present(ctx context.Context, db *sql.DB, which string, args []any, put func([]cache.KeptSnapshot)) error {
	rows, err := db.QueryContext(ctx, `SELECT v.identity, v.account, v.confirmed, v.etag, v.body, coalesce(r.revision, ''), r.body FROM accounts a
		JOIN versions v ON v.id = (SELECT max(id) FROM versions WHERE identity = a.identity AND account = a.account)
		LEFT JOIN activities r ON r.identity = a.identity AND r.account = a.account WHERE `+which, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []cache.KeptSnapshot
	shared := newSharing()
	for rows.Next() {
		var ref access.Ref
		var k cache.KeptSnapshot
		var confirmed int64
		var body, done sql.RawBytes
		if err := rows.Scan(&ref.Identity, &ref.Account, &confirmed, &k.ETag, &body, &k.Record.Of, &done); err != nil {
			return err
		}
		k.Snapshot, err = shared.read(ref, body)
		if errors.Is(err, errOtherForm) {
			continue
		}
		if err != nil {
			return err
		}
		if k.Record.Of != "" {
			k.Record.List, err = decodeActivity(done)
			if errors.Is(err, errOtherForm) {
				k.Record = cache.Record{}
			} else if err != nil {
				return err
			}
		}
		k.At = stamped(confirmed)
		if list = append(list, k); len(list) == some {
			put(list)
			list = nil
		}
	}
	if len(list) > 0 {
		put(list)
	}
	return rows.Err()
}

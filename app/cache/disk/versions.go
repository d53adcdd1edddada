package disk

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
)

// How many earlier states of an account are kept: those of so many days, up to so many. The present one and the one
// before it are kept whatever their age.
const (
	versionsFor  = 90 * 24 * time.Hour
	versionsMost = 200
)

// goneFor is how long the states of an account are kept that is in no list any more: it may come back, as when a host was
// in trouble.
const goneFor = 30 * 24 * time.Hour

// List implements journal.Versions.
func (d *Disk) List(ctx context.Context, ref access.Ref) (list []journal.Version, err error) {
	if err := d.flush(ctx); err != nil && ctx.Err() != nil { // else what is there is listed
		return nil, err
	}
	err = d.cache.read(ctx, func(db *sql.DB) error {
		list = nil
		rows, err := db.QueryContext(ctx, "SELECT id, at, revision FROM versions WHERE identity = ? AND account = ? ORDER BY id DESC", ref.Identity, ref.Account)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v journal.Version
			var at int64
			if err := rows.Scan(&v.ID, &at, &v.Revision); err != nil {
				return err
			}
			v.At = stamped(at)
			list = append(list, v)
		}
		return rows.Err()
	})
	return list, err
}

// Read implements journal.Versions.
func (d *Disk) Read(ctx context.Context, ref access.Ref, id int64) (snap access.Snapshot, kept bool, err error) {
	err = d.cache.read(ctx, func(db *sql.DB) error {
		var body []byte
		err := db.QueryRowContext(ctx, "SELECT body FROM versions WHERE id = ? AND identity = ? AND account = ?", id, ref.Identity, ref.Account).Scan(&body)
		if kept = err == nil; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if snap, err = decode(ref, body); errors.Is(err, errOtherForm) {
			kept = false
			return nil
		}
		return err
	})
	return snap, kept && err == nil, err
}

// prune lets go of states of an account that are old or many, as seen from its newest.
func prune(ctx context.Context, tx *sql.Tx, ref access.Ref, newest time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM versions WHERE identity = ?1 AND account = ?2
		AND id NOT IN (SELECT id FROM versions WHERE identity = ?1 AND account = ?2 ORDER BY id DESC LIMIT 2)
		AND (at < ?3 OR id NOT IN (SELECT id FROM versions WHERE identity = ?1 AND account = ?2 ORDER BY id DESC LIMIT ?4))`,
		ref.Identity, ref.Account, stamp(newest.Add(-versionsFor)), versionsMost)
	return err
}

// column reads one column.
func column(ctx context.Context, tx *sql.Tx, query string, args ...any) (list []string, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

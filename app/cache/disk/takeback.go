package disk

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"

	"concierge/app/journal"
	"concierge/app/trouble"
)

// newerMark begins the end of the name of a journal that was set aside whole because a later version had written it. One that
// was damaged has another: what could be read of it is in the new one already, and may have been given up there since.
const newerMark = ".newer-"

// takeBack puts into the journal what it lacks of the files that later versions had written, now that this version can read
// them, and deletes those files. What cannot be read, or not yet, stays for another time.
func (d *Disk) takeBack(ctx context.Context) {
	found, err := d.journal.setAside(newerMark)
	waits := 0
	for _, path := range found {
		n, takes := d.takeFile(ctx, path)
		waits += n
		if takes != nil && !errors.Is(takes, errNewer) {
			err = errors.Join(err, takes)
		}
	}
	if err != nil {
		d.cfg.Log.ErrorContext(ctx, "take back what was set aside", "err", err)
	}
	if waits > 0 {
		d.cfg.Tell(&trouble.Trouble{Kind: trouble.JournalTaken})
	}
}

// takeFile takes one file back, and counts what of it waits.
func (d *Disk) takeFile(ctx context.Context, path string) (waits int, err error) {
	db, err := d.journal.connect(ctx, path)
	if err != nil {
		return 0, err
	}
	var rows []row
	var left []string
	err = errors.Join(transact(ctx, db, func(ctx context.Context, tx *sql.Tx) (err error) {
		if left, err = column(ctx, tx, "SELECT identity FROM leaving"); err != nil {
			return err
		}
		rows, err = rowsOf(ctx, tx)
		return err
	}), db.Close())
	if err != nil {
		return 0, err
	}
	// That it was taken is noted with what is taken: should the file outlive this, nothing that has been given up since
	// comes back with it. The note is an entry of nobody's that has ended, and goes as those do.
	note := rowOf(journal.Entry{ID: "taken:" + filepath.Base(path), At: d.cfg.Now(), Ended: d.cfg.Now(), Body: []byte{}})
	err = d.journal.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		waits = 0
		if is, err := has(ctx, tx, note.id); is || err != nil {
			return err
		}
		for _, id := range left { // it had begun to sign out: Settle knows whether it did
			if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO leaving (identity) VALUES (?)", id); err != nil {
				return err
			}
		}
		leaving, err := column(ctx, tx, "SELECT identity FROM leaving")
		if err != nil {
			return err
		}
		for _, r := range rows {
			if is, err := has(ctx, tx, r.id); err != nil {
				return err
			} else if is {
				continue
			}
			if r.ended == 0 {
				if !slices.Contains(leaving, r.identity) {
					waits++
				}
				if d.cfg.Back != nil {
					r = rowOf(d.cfg.Back(r.entry()))
				}
			}
			if err := r.write(ctx, tx); err != nil {
				return err
			}
		}
		return note.write(ctx, tx)
	})
	if err != nil {
		return 0, err
	}
	return waits, d.journal.hold(ctx, func(context.Context) error { return d.journal.remove(path) })
}

// rowsOf are all entries of a journal, in the order of their first writing.
func rowsOf(ctx context.Context, tx *sql.Tx) (list []row, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, identity, account, at, ended, body, sum FROM entries ORDER BY seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.identity, &r.account, &r.at, &r.ended, &r.body, &r.sum); err != nil {
			return nil, err
		}
		if !r.whole() {
			return nil, errDamaged
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func has(ctx context.Context, tx *sql.Tx, id string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM entries WHERE id = ?", id).Scan(&n)
	return n > 0, err
}

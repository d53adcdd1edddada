package disk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"concierge/app/access"
	"concierge/app/journal"
)

// endedFor is how long a Change is kept after the host has confirmed it.
const endedFor = 400 * 24 * time.Hour

// row is an entry as the file has it.
type row struct {
	id, identity, account string
	at, ended             int64
	body, sum             []byte
}

func rowOf(e journal.Entry) row {
	r := row{id: e.ID, identity: e.Account.Identity, account: e.Account.Account, at: stamp(e.At), ended: stamp(e.Ended), body: e.Body}
	r.sum = r.check()
	return r
}

func (r row) entry() journal.Entry {
	return journal.Entry{ID: r.id, Account: access.Ref{Identity: r.identity, Account: r.account}, At: stamped(r.at), Ended: stamped(r.ended), Body: r.body}
}

// check is the sum of all the rest.
func (r row) check() []byte {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(r.id), []byte(r.identity), []byte(r.account), r.body} {
		_ = binary.Write(h, binary.BigEndian, int64(len(part))) // a hash takes everything
		h.Write(part)
	}
	_ = binary.Write(h, binary.BigEndian, [2]int64{r.at, r.ended}) // as above
	return h.Sum(nil)[:16]
}

// whole tells whether it is as it was written.
func (r row) whole() bool { return r.id != "" && bytes.Equal(r.sum, r.check()) }

func (r row) write(ctx context.Context, tx *sql.Tx) error {
	if r.body == nil {
		r.body = []byte{}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO entries (id, identity, account, at, ended, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET identity = excluded.identity, account = excluded.account, at = excluded.at, ended = excluded.ended,
		body = excluded.body, sum = excluded.sum`, r.id, r.identity, r.account, r.at, r.ended, r.body, r.sum)
	return err
}

var errNoID = errors.New("an entry without an id")

// Write implements journal.Journal.
func (d *Disk) Write(ctx context.Context, e journal.Entry) error {
	if e.ID == "" {
		return tell(errNoID)
	}
	return d.journal.write(ctx, rowOf(e).write)
}

// Remove implements journal.Journal.
func (d *Disk) Remove(ctx context.Context, id string) error {
	return d.journal.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM entries WHERE id = ?", id)
		return err
	})
}

// Pending implements journal.Journal.
func (d *Disk) Pending(ctx context.Context) ([]journal.Entry, error) {
	return d.entries(ctx, "WHERE ended = 0 ORDER BY at, seq")
}

// Ended implements journal.Journal.
func (d *Disk) Ended(ctx context.Context, ref access.Ref) ([]journal.Entry, error) {
	return d.entries(ctx, "WHERE identity = ? AND account = ? AND ended <> 0 ORDER BY ended DESC, seq DESC", ref.Identity, ref.Account)
}

// Recent implements journal.Journal.
func (d *Disk) Recent(ctx context.Context, since time.Time) ([]journal.Entry, error) {
	return d.entries(ctx, "WHERE ended <> 0 AND ended >= ? ORDER BY ended, seq", stamp(since))
}

func (d *Disk) entries(ctx context.Context, which string, args ...any) (list []journal.Entry, err error) {
	err = d.journal.read(ctx, func(db *sql.DB) error {
		list = nil
		rows, err := db.QueryContext(ctx, "SELECT id, identity, account, at, ended, body, sum FROM entries "+which, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r row
			if err := rows.Scan(&r.id, &r.identity, &r.account, &r.at, &r.ended, &r.body, &r.sum); err != nil {
				return err
			}
			if !r.whole() {
				return fmt.Errorf("entry %s: %w", r.id, errDamaged)
			}
			list = append(list, r.entry())
		}
		return rows.Err()
	})
	return list, err
}

// leave notes that an identity is about to sign out; stay, that it did not. What is noted and known to nobody at the next
// start is forgotten then: signing out may have been cut short. What is known to nobody and not noted is kept, since the
// list of identities may have been lost, and an edit that waits is not to be lost with it.
func (d *Disk) leave(ctx context.Context, identity string) error {
	return d.journal.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO leaving (identity) VALUES (?)", identity)
		return err
	})
}

func (d *Disk) stay(ctx context.Context, identity string) error {
	return d.journal.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM leaving WHERE identity = ?", identity)
		return err
	})
}

// Forget implements journal.Journal.
func (d *Disk) Forget(ctx context.Context, identity string) error {
	return d.journal.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return forgetEntries(ctx, tx, identity) })
}

func forgetEntries(ctx context.Context, tx *sql.Tx, identity string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM entries WHERE identity = ?", identity); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM leaving WHERE identity = ?", identity)
	return err
}

// settleJournal finishes what signing out had begun, and lets go of what has ended long ago: by the clock, or by the newest
// entry when that is earlier, so that a clock that is wrong by years takes nothing away.
//
// While a journal of a later version lies beside it, who has left stays noted: their entries may come back with it.
func (d *Disk) settleJournal(ctx context.Context, known map[string]bool) error {
	later, err := d.journal.setAside(newerMark)
	if err != nil {
		return tell(err)
	}
	return d.journal.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		left, err := column(ctx, tx, "SELECT identity FROM leaving")
		if err != nil {
			return err
		}
		for _, id := range left {
			if known[id] {
				_, err = tx.ExecContext(ctx, "DELETE FROM leaving WHERE identity = ?", id)
			} else {
				err = forgetEntries(ctx, tx, id)
			}
			if err == nil && !known[id] && len(later) > 0 {
				_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO leaving (identity) VALUES (?)", id)
			}
			if err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM entries WHERE ended <> 0 AND ended < min(?, (SELECT max(ended) FROM entries)) - ?",
			stamp(d.cfg.Now()), int64(endedFor))
		return err
	})
}

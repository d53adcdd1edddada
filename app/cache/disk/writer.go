package disk

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"concierge/app/access"
	"concierge/app/cache"
	"concierge/app/trouble"
)

const (
	// linger is how long the writer waits for more before it writes: a thousand snapshots arrive in seconds, and the first list
	// while the window opens, which needs the processor. What a crash loses of it is fetched again.
	linger = 300 * time.Millisecond
	// atOnce is how much is written in one transaction, so that who else writes has a turn.
	atOnce = 200
	// again is how long nothing is written after it failed.
	again = time.Minute
	// feedEvery is how often it is written that nothing changed.
	feedEvery = 10 * time.Minute
	// nearby is how far apart two windows may be that ask the host at the same time.
	nearby = time.Minute
)

// op writes one thing that the store told.
type op func(ctx context.Context, w *writer, tx *sql.Tx) error

// writer is the one goroutine that writes to the cache: in the order of the store, a transaction for many.
type writer struct {
	d    *Disk
	run  string // names this run of the application
	fed  map[string]mark
	late map[string]mark // what the feed told that is not written yet, since only the time is other

	// The rest is guarded by Disk.queueing.
	queue   []op
	told    uint64        // how many there have been
	done    uint64        // how many of them are written, or given up
	moved   chan struct{} // closed when done grows
	wake    chan struct{}
	hurry   bool // somebody waits for it
	closing bool
	ended   chan struct{}
	lost    bool // the file has been set aside: all must be told again

	failed  *trouble.Trouble // why nothing is written now
	retryAt time.Time        // by the monotonic clock
}

type mark struct {
	token string
	at    time.Time
}

func (d *Disk) put(o op) {
	d.queueing.Lock()
	defer d.queueing.Unlock()
	w := d.writer
	w.told++
	if w.closing {
		w.done++
		return
	}
	w.queue = append(w.queue, o)
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// work writes until the disk is closed.
func (w *writer) work(ctx context.Context) {
	defer close(w.ended)
	d := w.d
	for {
		<-w.wake
		d.queueing.Lock()
		wait := !w.hurry && !w.closing
		d.queueing.Unlock()
		for end := time.After(linger); wait; {
			select {
			case <-end:
				wait = false
			case <-w.wake: // more has come, or somebody does not want to wait
				d.queueing.Lock()
				wait = !w.hurry && !w.closing
				d.queueing.Unlock()
			}
		}
		d.queueing.Lock()
		closing := w.closing
		d.queueing.Unlock()
		w.round(ctx)
		if closing {
			w.last(ctx)
			return
		}
	}
}

// round writes what has been told.
func (w *writer) round(ctx context.Context) {
	d := w.d
	d.queueing.Lock()
	waiting := w.failed != nil && time.Now().Before(w.retryAt)
	anew := (w.lost || w.failed != nil && !waiting) && d.cfg.Retell != nil && !w.closing
	if anew {
		w.lost = false
		w.drop()
	}
	d.queueing.Unlock()
	if anew {
		d.cfg.Retell() // which fills the queue
	}
	for {
		d.queueing.Lock()
		if waiting {
			w.drop()
		}
		ops := w.queue[:min(len(w.queue), atOnce)]
		w.hurry = w.hurry && len(ops) > 0
		d.queueing.Unlock()
		if len(ops) == 0 {
			return
		}
		err := d.cache.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			for _, o := range ops {
				if err := o(ctx, w, tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.fail(err)
			return
		}
		d.queueing.Lock()
		w.failed = nil
		w.queue = w.queue[len(ops):]
		if len(w.queue) == 0 {
			w.queue = nil // what a thousand snapshots took is given back
		}
		w.progress(len(ops))
		d.queueing.Unlock()
	}
}

// fail gives up what was to be written: it can be fetched again. It says so once, until something could be written.
func (w *writer) fail(err error) {
	d := w.d
	t := trouble.From(tell(err))
	clear(w.fed)
	clear(w.late)
	d.queueing.Lock()
	first := w.failed == nil
	w.failed, w.retryAt = t, time.Now().Add(again)
	w.drop()
	d.queueing.Unlock()
	if first {
		d.cfg.Log.Error("cache", "err", err)
		d.cfg.Tell(t)
	}
}

// drop gives up the queue. Disk.queueing is held, as in progress.
func (w *writer) drop() {
	n := len(w.queue)
	w.queue, w.hurry = nil, false
	w.progress(n)
}

func (w *writer) progress(n int) {
	w.done += uint64(n)
	close(w.moved)
	w.moved = make(chan struct{})
}

// last writes what only the time was new of.
func (w *writer) last(ctx context.Context) {
	if len(w.late) == 0 {
		return
	}
	if err := w.d.cache.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for id, m := range w.late {
			if err := feed(ctx, tx, id, m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.d.cfg.Log.Warn("cache", "err", err)
	}
}

// flush waits until all that was told so far is written, or given up; the error is why it was.
func (d *Disk) flush(ctx context.Context) error {
	d.queueing.Lock()
	w := d.writer
	until := w.told
	for {
		if w.done >= until {
			defer d.queueing.Unlock()
			if w.failed != nil {
				return w.failed
			}
			return nil
		}
		w.hurry = true
		moved := w.moved
		d.queueing.Unlock()
		select {
		case w.wake <- struct{}{}:
		default:
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
		d.queueing.Lock()
	}
}

// KeepIdentity implements cache.Keeper.
func (d *Disk) KeepIdentity(i cache.Identity) {
	d.put(func(ctx context.Context, _ *writer, tx *sql.Tx) error {
		body, err := encodeIdentity(i)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO identities (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", i.ID, body)
		return err
	})
}

// KeepAccounts implements cache.Keeper.
func (d *Disk) KeepAccounts(identity string, list []access.Summary, asked time.Time) {
	d.put(func(ctx context.Context, _ *writer, tx *sql.Tx) error {
		had, err := lines(ctx, tx, "WHERE identity = ?", identity)
		if err != nil {
			return err
		}
		old := make(map[access.Ref]line, len(had))
		for _, l := range had {
			old[l.ref] = l
		}
		var changed []line
		for _, a := range list {
			next, err := lineOf(a)
			if err != nil {
				return err
			}
			if old[a.Ref] != next {
				changed = append(changed, next)
			}
			delete(old, a.Ref)
		}
		if err := writeLines(ctx, tx, changed); err != nil {
			return err
		}
		for ref := range old {
			for _, query := range []string{"DELETE FROM accounts WHERE identity = ? AND account = ?", "DELETE FROM activities WHERE identity = ? AND account = ?"} {
				if _, err := tx.ExecContext(ctx, query, ref.Identity, ref.Account); err != nil {
					return err
				}
			}
		}
		_, err = tx.ExecContext(ctx, "UPDATE identities SET listed = ? WHERE id = ?", stamp(asked), identity)
		return err
	})
}

// KeepLines implements cache.Keeper.
func (d *Disk) KeepLines(list []access.Summary) {
	d.put(func(ctx context.Context, _ *writer, tx *sql.Tx) error {
		changed := make([]line, len(list))
		for i, a := range list {
			var err error
			if changed[i], err = lineOf(a); err != nil {
				return err
			}
		}
		return writeLines(ctx, tx, changed)
	})
}

// line is an account in a list, as the file has it.
type line struct {
	ref                               access.Ref
	name, role, permissions, revision string
}

func lineOf(a access.Summary) (line, error) {
	permissions, err := json.Marshal(a.Permissions)
	return line{ref: a.Ref, name: a.Name, role: string(a.Role), permissions: string(permissions), revision: a.Revision}, err
}

func (l line) summary() (access.Summary, error) {
	a := access.Summary{Ref: l.ref, Name: l.name, Role: access.Role(l.role), Revision: l.revision}
	if l.permissions == "null" { // of every account that one owns
		return a, nil
	}
	if err := json.Unmarshal([]byte(l.permissions), &a.Permissions); err != nil {
		return access.Summary{}, errors.Join(errDamaged, err)
	}
	return a, nil
}

// writeLines writes lines in place of those there were. There may be thousands: the statement is read once.
func writeLines(ctx context.Context, tx *sql.Tx, list []line) error {
	if len(list) == 0 {
		return nil
	}
	put, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO accounts (identity, account, name, role, permissions, revision) VALUES (?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	for _, l := range list {
		if _, err := put.ExecContext(ctx, l.ref.Identity, l.ref.Account, l.name, l.role, l.permissions, l.revision); err != nil {
			return errors.Join(err, put.Close())
		}
	}
	return put.Close()
}

// querier is what a transaction and a database have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func lines(ctx context.Context, q querier, which string, args ...any) (list []line, err error) {
	rows, err := q.QueryContext(ctx, "SELECT identity, account, name, role, permissions, revision FROM accounts "+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l line
		if err := rows.Scan(&l.ref.Identity, &l.ref.Account, &l.name, &l.role, &l.permissions, &l.revision); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

// KeepSnapshot implements cache.Keeper. A state that is the one before, under whatever name, is no new version.
func (d *Disk) KeepSnapshot(k cache.KeptSnapshot) {
	d.put(func(ctx context.Context, w *writer, tx *sql.Tx) error {
		ref := k.Snapshot.Ref
		body, state, err := encode(k.Snapshot)
		if err != nil {
			return err
		}
		var had struct {
			id, confirmed          int64
			writer, revision, etag string
			state                  []byte
		}
		err = tx.QueryRowContext(ctx, "SELECT id, confirmed, writer, revision, etag, state FROM versions WHERE identity = ? AND account = ? ORDER BY id DESC LIMIT 1",
			ref.Identity, ref.Account).Scan(&had.id, &had.confirmed, &had.writer, &had.revision, &had.etag, &had.state)
		first := errors.Is(err, sql.ErrNoRows)
		if err != nil && !first {
			return err
		}
		// Within one run the order is that of the store. Another window may have asked later and written sooner; more than a
		// moment apart it is the clock that was set back.
		if before := stamped(had.confirmed).Sub(k.At); !first && had.writer != w.run && before > 0 && before < nearby {
			return nil
		}
		switch {
		case !first && string(had.state) == string(state):
			if had.revision == k.Snapshot.Revision && had.etag == k.ETag && k.ETag != "" {
				return nil
			}
			_, err := tx.ExecContext(ctx, "UPDATE versions SET confirmed = ?, writer = ?, revision = ?, etag = ?, body = ? WHERE id = ?",
				stamp(k.At), w.run, k.Snapshot.Revision, k.ETag, body, had.id)
			return err
		default:
			if _, err := tx.ExecContext(ctx, "INSERT INTO versions (identity, account, at, confirmed, writer, revision, etag, state, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
				ref.Identity, ref.Account, stamp(k.At), stamp(k.At), w.run, k.Snapshot.Revision, k.ETag, state, body); err != nil || first {
				return err
			}
			return prune(ctx, tx, ref, k.At)
		}
	})
}

// KeepActivity implements cache.Keeper.
func (d *Disk) KeepActivity(ref access.Ref, r cache.Record) {
	d.put(func(ctx context.Context, _ *writer, tx *sql.Tx) error {
		body, err := encodeActivity(r.List)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO activities (identity, account, revision, body) VALUES (?, ?, ?, ?)",
			ref.Identity, ref.Account, r.Of, body)
		return err
	})
}

// KeepFeed implements cache.Keeper. It is kept only for an identity whose list is: the token stands for what is in it.
func (d *Disk) KeepFeed(identity, token string, at time.Time) {
	d.put(func(ctx context.Context, w *writer, tx *sql.Tx) error {
		m := mark{token, at}
		if was, ok := w.fed[identity]; ok && was.token == token && at.Sub(was.at).Abs() < feedEvery {
			w.late[identity] = m
			return nil
		}
		w.fed[identity] = m
		delete(w.late, identity)
		return feed(ctx, tx, identity, m)
	})
}

func feed(ctx context.Context, tx *sql.Tx, identity string, m mark) error {
	_, err := tx.ExecContext(ctx, "UPDATE identities SET feed = ?, confirmed = ? WHERE id = ? AND listed <> 0", m.token, stamp(m.at), identity)
	return err
}

// ForgetIdentity implements cache.Keeper.
func (d *Disk) ForgetIdentity(id string) {
	d.put(func(ctx context.Context, w *writer, tx *sql.Tx) error {
		delete(w.fed, id)
		delete(w.late, id)
		return forgetIdentity(ctx, tx, id)
	})
}

func forgetIdentity(ctx context.Context, tx *sql.Tx, id string) error {
	for _, query := range []string{"DELETE FROM versions WHERE identity = ?", "DELETE FROM activities WHERE identity = ?", "DELETE FROM accounts WHERE identity = ?", "DELETE FROM identities WHERE id = ?"} {
		if _, err := tx.ExecContext(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

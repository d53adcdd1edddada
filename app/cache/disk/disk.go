// Package disk keeps on this computer, encrypted, what the application knows: the cache, which can all be fetched again,
// and the journal of Changes, which cannot. They are two SQLite files of one folder, so that damage to the cache costs a
// fetch and never an edit:
//
//   - cache.db has identities with host and profile, lists of accounts, and the states each account was seen in. One
//     goroutine writes it, many things at a time, behind the store; a crash loses what came in the last moment.
//   - journal.db has the Changes. What was written to it is on the disk when Write returns.
//
// Both are encrypted with Adiantum, each page by itself. The cache keeps a log beside it (WAL), so that reading never waits
// for writing; its log is encrypted too. The journal has none: a bit that flips in a log ends it there, and with it all
// that was written after; in the file itself it costs what is on that page. It truncates a rollback journal instead,
// which also works on folders that are on another computer.
//
// What is deleted is overwritten at once (secure_delete), and the log emptied, so that nothing of an identity that signed out can be
// read even with the key. A VACUUM would do that too, but needs as much free space again and writes everything anew.
//
// A file that is damaged, not ours, or of a later version is set aside and made anew; what can be read in a damaged
// journal is put into the new one, and what is in one of a later version is taken back once this version can read it. It knows neither the keyring nor who is signed in.
package disk

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"concierge/app/cache"
	"concierge/app/journal"
	"concierge/app/trouble"
)

// Names of the files.
const (
	cacheFile   = "cache.db"
	journalFile = "journal.db"
)

// Config of a Disk.
type Config struct {
	Dir string // must exist
	Key []byte // 32 bytes
	// Tell is told what the person should know and nobody waits for: that a file was set aside, or that the cache cannot be
	// written. It may be called from any goroutine, and must not call the Disk.
	Tell func(*trouble.Trouble)
	// Retell has everything told to the Disk again that it should keep, after the cache was lost or could not be written
	// for a while; nil: nobody can.
	Retell func()
	// Back makes what is to be kept of an entry that waits in a journal of a later version when it is taken back, much later
	// perhaps; nil: the entry as it is.
	Back func(journal.Entry) journal.Entry
	Log  *slog.Logger     // nil: slog.Default()
	Now  func() time.Time // nil: time.Now

	vfs           string   // for tests: another of SQLite's than "adiantum"
	alsoOfCache   []string // for tests: more pragmas
	alsoOfJournal []string
}

// Disk is both files, open. It is a journal.Journal, a journal.Versions and a cache.Keeper; safe for concurrent use. Close
// it at the end.
type Disk struct {
	cfg            Config
	cache, journal *file

	queueing sync.Mutex
	writer   *writer
}

var (
	_ journal.Journal  = (*Disk)(nil)
	_ journal.Versions = (*Disk)(nil)
	_ cache.Keeper     = (*Disk)(nil)
)

// Open opens both files, or makes them. The error is a DiskTrouble: then nothing can be kept here.
func Open(ctx context.Context, cfg Config) (*Disk, error) {
	if len(cfg.Key) != 32 {
		return nil, tell(errors.New("the key has another length"))
	}
	cfg.Log = cmp.Or(cfg.Log, slog.Default())
	cfg.vfs = cmp.Or(cfg.vfs, "adiantum")
	if cfg.Tell == nil {
		cfg.Tell = func(*trouble.Trouble) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	d := &Disk{cfg: cfg}
	d.writer = &writer{d: d, run: rand.Text(), fed: map[string]mark{}, late: map[string]mark{}, moved: make(chan struct{}),
		wake: make(chan struct{}, 1), ended: make(chan struct{})}
	d.cache = &file{
		name: "cache", path: filepath.Join(cfg.Dir, cacheFile), conns: 2, asides: 1, tell: d.cacheAside,
		pragmas: append([]string{logMode(), "synchronous(normal)", "cache_size(-512)", "journal_size_limit(4194304)"}, cfg.alsoOfCache...),
	}
	d.journal = &file{
		name: "journal", path: filepath.Join(cfg.Dir, journalFile), conns: 1, tell: d.journalAside, rescue: rescueEntries(cfg.Key),
		pragmas: append([]string{"journal_mode(truncate)", "synchronous(full)", "cache_size(-128)"}, cfg.alsoOfJournal...),
	}
	for _, f := range []*file{d.cache, d.journal} {
		f.key, f.vfs, f.log, f.now, f.writing = cfg.Key, cfg.vfs, cfg.Log, cfg.Now, make(chan struct{}, 1)
	}
	for _, f := range []*file{d.journal, d.cache} {
		if err := f.open(ctx); err != nil {
			return nil, errors.Join(err, d.cache.close(), d.journal.close())
		}
	}
	d.takeBack(ctx)
	d.writer.lost = false // what was set aside while opening is told as a whole by who opens
	go d.writer.work(context.WithoutCancel(ctx))
	return d, nil
}

// cacheAside tells that the cache was set aside: a quiet word, since everything is fetched again.
func (d *Disk) cacheAside(t *trouble.Trouble) {
	t.Kind = trouble.CacheSetAside
	d.queueing.Lock()
	d.writer.lost = true
	select {
	case d.writer.wake <- struct{}{}:
	default:
	}
	d.queueing.Unlock()
	d.cfg.Tell(t)
}

func (d *Disk) journalAside(t *trouble.Trouble) {
	t.Kind = trouble.JournalSetAside
	if errors.Is(t.Err, errNewer) {
		t.Kind = trouble.JournalNewer
	}
	d.cfg.Tell(t)
}

// Close writes what has been told so far and closes both files. Nothing is kept after it.
func (d *Disk) Close() error {
	d.queueing.Lock()
	first := !d.writer.closing
	d.writer.closing = true
	d.queueing.Unlock()
	select {
	case d.writer.wake <- struct{}{}:
	default:
	}
	<-d.writer.ended
	if !first {
		return nil
	}
	return errors.Join(d.cache.close(), d.journal.close())
}

// Leave notes that an identity is about to sign out: should that be cut short, Settle finishes it at the next start.
// Stay takes it back.
func (d *Disk) Leave(ctx context.Context, identity string) error { return d.leave(ctx, identity) }

// Stay notes that an identity has not signed out after all.
func (d *Disk) Stay(ctx context.Context, identity string) error { return d.stay(ctx, identity) }

// Erase takes away all of an identity that has signed out, in both files, so that not even the key shows it again. What
// was set aside of the cache goes too; of the journal not, which may tell of others (see Remove).
func (d *Disk) Erase(ctx context.Context, identity string) error {
	d.ForgetIdentity(identity)
	later, err := d.journal.setAside(newerMark)
	err = errors.Join(err, d.flush(ctx), d.Forget(ctx, identity), d.cache.forgetAsides(0), d.emptyLog(ctx))
	if len(later) > 0 { // what it has there goes when that has been taken back: see settleJournal
		err = errors.Join(err, d.leave(ctx, identity))
	}
	return err
}

// Remove deletes the files of a folder, which must be closed, and all that was set aside: when nobody is signed in any
// more. It needs no key and no room.
func Remove(ctx context.Context, dir string) error {
	var all error
	for _, name := range []string{cacheFile, journalFile} {
		f := &file{path: filepath.Join(dir, name), writing: make(chan struct{}, 1)}
		all = errors.Join(all, f.hold(ctx, func(context.Context) error {
			return tell(errors.Join(f.remove(f.path), f.remove(f.path+".new"), f.forgetAsides(0)))
		}))
	}
	return all
}

// emptyLog brings what stands in the cache's log into the file, and truncates it.
func (d *Disk) emptyLog(ctx context.Context) error {
	return d.cache.hold(ctx, func(ctx context.Context) error {
		_, err := d.cache.try(func(db *sql.DB) error {
			var busy, log, moved int
			err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
			if err == nil && busy != 0 {
				err = errors.New("the log of the cache is in use")
			}
			return err
		})
		return tell(err)
	})
}

// Settle takes away what no identity of those that are known has any claim to, and what is old. It may take a moment:
// nobody should wait for it.
func (d *Disk) Settle(ctx context.Context, known []string) error {
	here := map[string]bool{}
	for _, id := range known {
		here[id] = true
	}
	err := d.cache.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		had, err := column(ctx, tx, "SELECT id FROM identities UNION SELECT identity FROM accounts UNION SELECT identity FROM versions UNION SELECT identity FROM activities")
		if err != nil {
			return err
		}
		for _, id := range had {
			if here[id] {
				continue
			}
			if err := forgetIdentity(ctx, tx, id); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM versions WHERE confirmed < ? AND NOT EXISTS
			(SELECT 1 FROM accounts a WHERE a.identity = versions.identity AND a.account = versions.account)`, stamp(d.cfg.Now().Add(-goneFor)))
		return err
	})
	return errors.Join(err, d.settleJournal(ctx, here))
}

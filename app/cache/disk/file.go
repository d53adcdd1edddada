package disk

import (
	"context"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"concierge/app/files"
	"concierge/app/trouble"

	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // registers "adiantum"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations
var migrations embed.FS

var (
	errDamaged = errors.New("damaged")
	errNewer   = errors.New("written by a later version of the application")
	errClosed  = errors.New("the file is closed")
)

// lockWait is how long to wait for another window that writes to the same file. It holds it for one transaction, or
// while it sets a damaged file aside.
const lockWait = 15 * time.Second

// beside are the files that SQLite may keep beside one.
var beside = []string{"-journal", "-wal", "-shm"}

// file is one encrypted SQLite file. It is open while the application runs; should it turn out to be damaged, it is
// set aside and a new one takes its place, and whoever was reading or writing does so again.
//
// Windows of the application on the same folder share it. Who writes, or sets aside, holds a lock file of ours besides
// SQLite's own locks: only so can it be known that the file one has open is still the one that has the name.
type file struct {
	name    string   // "cache", "journal": of its migrations
	path    string   // with the name
	vfs     string   // of SQLite
	key     []byte   // 32 bytes
	pragmas []string // beyond those that both have
	conns   int      // most connections
	asides  int      // most damaged ones to keep; 0: all
	log     *slog.Logger
	now     func() time.Time
	tell    func(*trouble.Trouble) // that it was set aside; why is in the error
	// rescue puts what can still be read in a damaged file into a new one; nil: nothing in it is worth it.
	rescue func(ctx context.Context, damaged string, fresh *sql.DB) error

	writing chan struct{} // held by who writes in this process

	mu     sync.RWMutex // db is replaced with it locked, used with it read-locked
	db     *sql.DB      // nil: not open, and to be opened by the next who needs it
	is     os.FileInfo  // what has been opened, to know it by
	closed bool
}

// open opens the file or makes it. The error is a DiskTrouble.
func (f *file) open(ctx context.Context) error {
	return f.hold(ctx, func(ctx context.Context) error { return f.reopen(ctx) })
}

// close lets go of the file for good.
func (f *file) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return f.shut()
}

func (f *file) shut() error {
	if f.db == nil {
		return nil
	}
	db := f.db
	f.db, f.is = nil, nil
	return db.Close()
}

// read runs fn on the file. It may run again when the file is found to be damaged, on the one in its place.
func (f *file) read(ctx context.Context, fn func(db *sql.DB) error) error {
	for try := 1; ; try++ {
		used, err := f.try(fn)
		if used != nil && (!damaged(err) || try == 3) {
			return tell(err)
		}
		err = f.hold(ctx, func(ctx context.Context) error {
			switch {
			case used == nil:
				return f.current(ctx)
			case f.has(used):
				return f.repair(ctx, err)
			}
			return nil // somebody else has seen to it
		})
		if err != nil {
			return err
		}
	}
}

func (f *file) try(fn func(db *sql.DB) error) (used *sql.DB, err error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.closed {
		return f.db, errClosed
	}
	if f.db == nil {
		return nil, nil
	}
	return f.db, fn(f.db)
}

func (f *file) has(db *sql.DB) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.db == db
}

// write runs fn in a transaction. When it returns nil, what fn did is in the file, as safely as its pragmas say; with an
// error nothing is. fn may run again as in read. Once begun it does not end with ctx: what is half done is worth nothing.
func (f *file) write(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	return f.hold(ctx, func(ctx context.Context) error {
		if err := f.current(ctx); err != nil {
			return err
		}
		once := func() error {
			used, err := f.try(func(db *sql.DB) error { return transact(ctx, db, fn) })
			if used == nil && err == nil {
				return errClosed
			}
			return err
		}
		err := once()
		if damaged(err) {
			if err := f.repair(ctx, err); err != nil {
				return err
			}
			err = once()
		}
		return tell(err)
	})
}

func transact(ctx context.Context, db *sql.DB, fn func(ctx context.Context, tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(ctx, tx); err != nil {
		if undone := tx.Rollback(); undone != nil && !errors.Is(undone, sql.ErrTxDone) {
			return errors.Join(err, undone)
		}
		return err
	}
	return tx.Commit()
}

// hold runs fn while nobody else writes to the file, in this process or another.
func (f *file) hold(ctx context.Context, fn func(ctx context.Context) error) error {
	wait, cancel := context.WithTimeoutCause(ctx, lockWait, errors.New("another window does not let go of "+filepath.Base(f.path)))
	defer cancel()
	select {
	case f.writing <- struct{}{}:
		defer func() { <-f.writing }()
	case <-wait.Done():
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return tell(context.Cause(wait))
	}
	unlock, err := files.Lock(wait, f.path+".lock")
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return tell(err)
	}
	defer unlock()
	return fn(context.WithoutCancel(ctx))
}

// current sees to it that the file which is open is the one that has the name. The lock is held by who calls this and
// what follows.
func (f *file) current(ctx context.Context) error {
	f.mu.RLock()
	open, is, closed := f.db != nil, f.is, f.closed
	f.mu.RUnlock()
	if closed {
		return tell(errClosed)
	}
	if open {
		if now, err := os.Stat(f.path); err == nil && os.SameFile(now, is) {
			return nil
		}
	}
	return f.reopen(ctx)
}

// reopen opens what has the name now, and sets it aside when it is none of ours.
func (f *file) reopen(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return tell(errClosed)
	}
	if err := f.shut(); err != nil {
		f.log.WarnContext(ctx, "close", "file", f.path, "err", err)
	}
	db, err := f.connect(ctx, f.path)
	if damaged(err) || errors.Is(err, errNewer) {
		if err := f.aside(ctx, err); err != nil {
			return tell(err)
		}
		db, err = f.connect(ctx, f.path)
	}
	if err != nil {
		return tell(err)
	}
	if f.is, err = os.Stat(f.path); err != nil {
		return tell(errors.Join(err, db.Close()))
	}
	f.db = db
	return nil
}

// repair puts a new file in the place of the damaged one, unless another window has done so.
func (f *file) repair(ctx context.Context, why error) error {
	f.mu.Lock()
	moved := true
	if now, err := os.Stat(f.path); err == nil && f.is != nil {
		moved = !os.SameFile(now, f.is)
	}
	if err := f.shut(); err != nil {
		f.log.WarnContext(ctx, "close", "file", f.path, "err", err)
	}
	var err error
	if !moved {
		err = f.aside(ctx, why)
	}
	f.mu.Unlock()
	if err != nil {
		return tell(err)
	}
	return f.reopen(ctx)
}

// aside moves the file out of the way, and puts one in its place that has what can be rescued. It is closed.
//
// The new one is complete before the old one is moved; see adopt for when it is cut short in between.
func (f *file) aside(ctx context.Context, why error) error {
	fresh := f.path + ".new"
	if err := f.remove(fresh); err != nil {
		return err
	}
	rescued := f.rescue != nil && !errors.Is(why, errNewer)
	if rescued {
		db, err := f.connect(ctx, fresh)
		if err != nil {
			return err
		}
		if err := errors.Join(f.rescue(ctx, f.path, db), db.Close()); err != nil {
			return errors.Join(err, f.remove(fresh))
		}
		for _, suffix := range beside {
			if err := gone(os.Remove(fresh + suffix)); err != nil {
				return err
			}
		}
	}
	mark := files.Broken
	if f.rescue != nil && errors.Is(why, errNewer) {
		mark = newerMark
	}
	t := files.AsideAs(mark, f.path, f.now(), fmt.Errorf("%s: %w", filepath.Base(f.path), why))
	if t.Kind != trouble.SetAside {
		return t
	}
	for _, suffix := range beside {
		if err := gone(os.Rename(f.path+suffix, t.Path+suffix)); err != nil {
			return err
		}
	}
	if rescued {
		if err := os.Rename(fresh, f.path); err != nil {
			return err
		}
	}
	f.log.ErrorContext(ctx, "set aside", "file", f.path, "to", t.Path, "err", why)
	f.tell(t)
	if f.asides == 0 {
		return nil
	}
	return f.forgetAsides(f.asides)
}

// forgetAsides deletes what was set aside, but for the newest ones.
func (f *file) forgetAsides(but int) error {
	found, err := f.setAside(files.Broken)
	if but == 0 {
		later, more := f.setAside(newerMark)
		found, err = append(found, later...), errors.Join(err, more)
	}
	for _, p := range found[:max(0, len(found)-but)] {
		err = errors.Join(err, f.remove(p))
	}
	return err
}

// setAside lists what was set aside under a mark, the oldest first.
func (f *file) setAside(mark string) ([]string, error) {
	found, err := filepath.Glob(escaped(f.path) + mark + "*")
	found = slices.DeleteFunc(found, func(p string) bool {
		return slices.ContainsFunc(beside, func(s string) bool { return strings.HasSuffix(p, s) })
	})
	slices.Sort(found)
	return found, err
}

// escaped is a path that means itself to filepath.Glob. Windows has no way to say so, and no such characters either but [.
func escaped(p string) string {
	if filepath.Separator != '/' {
		return p
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(p)
}

// remove deletes a file with those beside it; those first, so that it is never found without them.
func (f *file) remove(p string) error {
	for _, suffix := range append(slices.Clone(beside), "") {
		if err := gone(os.Remove(p + suffix)); err != nil {
			return err
		}
	}
	return nil
}

// adopt gives its name to a new file that was complete when the old one was moved and nothing came after.
func (f *file) adopt() error {
	if _, err := os.Lstat(f.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return gone(os.Rename(f.path+".new", f.path))
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// connect opens a file, making it when there is none, and brings its tables up to date. Only this person may read it.
func (f *file) connect(ctx context.Context, at string) (_ *sql.DB, err error) {
	if at == f.path && f.rescue != nil {
		if err := f.adopt(); err != nil {
			return nil, err
		}
	}
	made, err := os.OpenFile(at, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := made.Close(); err != nil {
		return nil, err
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: at}).EscapedPath(), RawQuery: strings.ReplaceAll(url.Values{
		"vfs":    {f.vfs},
		"hexkey": {hex.EncodeToString(f.key)},
		// What is deleted is overwritten, in the file too: who signs out has nothing of theirs left that the key opens.
		"_pragma": append([]string{"busy_timeout(10000)", "temp_store(memory)", "secure_delete(1)", "trusted_schema(0)", "cell_size_check(1)"}, f.pragmas...),
		"_txlock": {"immediate"},
		"modeof":  {at}, // what SQLite keeps beside it gets its mode
	}.Encode(), "+", "%20")}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(f.conns)
	db.SetMaxIdleConns(f.conns)
	for try := 1; ; try++ {
		err := f.migrate(ctx, db)
		if err == nil {
			return db, nil
		}
		// SQLite does not wait for another window that is just closing, or making, its log.
		if !errors.Is(err, sqlite3.BUSY) || try == 100 {
			return nil, errors.Join(err, db.Close())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// migrate brings the tables up to date. Asking for the version first saves most starts the rest.
func (f *file) migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, path.Join("migrations", f.name))
	if err != nil {
		return err
	}
	known, err := latest(dir)
	if err != nil {
		return err
	}
	table := f.name + "_migrations"
	var there int
	var has sql.NullInt64
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = ?", table).Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+table).Scan(&has); err != nil {
			return err
		}
	}
	switch {
	case has.Int64 == known:
		return nil
	case has.Int64 > known:
		return fmt.Errorf("%w: version %d, known is %d", errNewer, has.Int64, known)
	}
	st, err := database.NewStore(database.DialectSQLite3, table)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider("", db, dir, goose.WithStore(st))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// latest is the number of the last migration there is.
func latest(dir fs.FS) (int64, error) {
	names, err := fs.Glob(dir, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(err, errors.New("no migrations"))
	}
	number, _, _ := strings.Cut(slices.Max(names), "_")
	return strconv.ParseInt(number, 10, 64)
}

// logMode is how the cache keeps what it writes: in a log beside it, where the system can share memory between windows.
func logMode() string {
	if vfs.SupportsSharedMemory {
		return "journal_mode(wal)"
	}
	return "journal_mode(truncate)"
}

// damaged tells whether an error means that the file is not, or no longer, what we wrote with this key.
func damaged(err error) bool {
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, errDamaged)
}

// tell makes the trouble of an error: that of the disk, unless it says better.
func tell(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var t *trouble.Trouble
	if errors.As(err, &t) {
		return t
	}
	return &trouble.Trouble{Kind: trouble.DiskTrouble, Err: err}
}
